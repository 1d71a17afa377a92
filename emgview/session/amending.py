"""Use cases upon signed reports: the second signature, and the retraction.

A signed file is never edited: a second signature fills the field that the first one left for it,
an amendment is a new version (:func:`emgview.session.reporting.write_report`), a retraction a
record of its own.
"""

from __future__ import annotations

import shutil
import uuid
from dataclasses import replace
from pathlib import Path

from emgview import __version__
from emgview.errors import EmgviewError, PolicyError
from emgview.report import LogHead, Reader, Report, blocking_problems
from emgview.report.currency import retraction_folder
from emgview.report.retraction import Retraction, compile_retraction
from emgview.report.states import Facts, ReportState, Step
from emgview.session.report_registry import Earlier, of_version
from emgview.session.report_states import advance
from emgview.session.reporting import (
    SIGNED_FILES,
    ReportFiles,
    Signing,
    note_signed,
    read_back,
    refuse_altered_log,
    supersede,
)
from emgview.session.study_folder import utc_now
from emgview.session.study_session import StudySession


def cosign(session: StudySession, signing: Signing, out: Path | None = None) -> ReportFiles:
    """Sign the newest report as its verifier: preliminary becomes final.

    Raises
    ------
    PolicyError
        If it is not preliminary, or the study was changed since: then it goes back into review.
    SignatureError
        If the identity cannot be used; the report stays preliminary.
    """
    refuse_altered_log(session)
    earlier = of_version(session.folder.reports, None)
    report = Report.from_json((earlier.folder / "report.json").read_bytes())
    roles = tuple(report.body["sign_off"]["required_roles"])
    facts = Facts(
        problems=blocking_problems(report),
        unchanged=_unchanged_since(session, report),
        anchored=True,
        signed_roles=("author",),
        required_roles=roles,
    )
    if not facts.unchanged and earlier.state_in(session) is ReportState.PRELIMINARY:
        advance(session, report.id, Step.CHANGED, facts)
        raise PolicyError(
            "The study was changed after the author signed", "Make and sign a new version."
        )
    advance(session, report.id, Step.SIGN, facts)
    try:
        _sign_again(earlier, replace(signing, roles=roles))
        facts = read_back(earlier.folder, replace(facts, signed_roles=roles))
        state = advance(session, report.id, Step.SIGNED, facts)
    except (EmgviewError, OSError):
        advance(session, report.id, Step.FAILED, replace(facts, signed_roles=("author",)))
        raise
    note_signed(session, report)
    _supersede_before(session, report)
    if out is not None:
        out.mkdir(parents=True, exist_ok=True)
        for name in SIGNED_FILES:
            shutil.copyfile(earlier.folder / name, out / name)
    folder = out or earlier.folder
    files = (folder / "report.pdf", folder / "report.json")
    return ReportFiles(folder, report, *files, signing.meaning, (), state)


def _unchanged_since(session: StudySession, report: Report) -> bool:
    """Whether no item, text or run was changed after the row that the report names."""
    return session.store.last_change_seq <= int(report.body["audit_anchor"]["seq"])


def _sign_again(earlier: Earlier, signing: Signing) -> None:
    """The file with both signatures takes the place of the one with the first.

    A token may be pulled after the PDF and before the manifest are signed: then all is as it was.
    """
    pdf = earlier.folder / "report.pdf"
    files = [earlier.folder / name for name in SIGNED_FILES]
    before = {path: path.read_bytes() for path in files if path.is_file()}
    try:
        signing.sign_set(pdf, pdf, earlier.folder / "report.json", role="verifier")
    except (EmgviewError, OSError):
        for path, content in before.items():
            path.write_bytes(content)
        raise


def _supersede_before(session: StudySession, report: Report) -> None:
    for relation in report.body["relates_to"]:
        before = of_version(session.folder.reports, int(relation["version"]))
        supersede(session, before, str(relation["reason"]))


def retract(
    session: StudySession,
    reader: Reader,
    signing: Signing,
    reason_code: str,
    reason: str,
    version: int | None = None,
) -> Path:
    """Retract a signed report; gives the folder of the signed retraction.

    Raises
    ------
    PolicyError
        If there is no such report, or its state allows no retraction.
    SignatureError
        If the retraction cannot be signed; the report stays valid.
    """
    refuse_altered_log(session)
    earlier = of_version(session.folder.reports, version)
    folder = session.folder.reports / retraction_folder(
        earlier.edition.report_set_id, earlier.edition.version
    )
    if (folder / "retraction.pdf").exists():
        raise PolicyError("This report is retracted already", "There is nothing to do.")
    head = session.store.head()
    record = Retraction(
        earlier.edition, earlier.report_id, str(uuid.uuid4()), reason_code, reason, reader,
        utc_now(), LogHead(head.seq, head.hash), __version__,
    )  # fmt: skip
    content = record.json_bytes()
    building = folder.with_name(folder.name + ".new")
    shutil.rmtree(building, ignore_errors=True)
    building.mkdir(parents=True)
    try:
        (building / "retraction.json").write_bytes(content)
        unsigned, pdf = building / "unsigned.pdf", building / "retraction.pdf"
        unsigned.write_bytes(compile_retraction(content, record.retracted_at))
        # Verified by a fresh reader, or it raises.
        signing.sign_set(unsigned, pdf, building / "retraction.json")
        unsigned.unlink()
        facts = Facts(signature_ok=True, reason=reason)
        advance(session, earlier.report_id, Step.RETRACT, facts)
        building.replace(folder)
    finally:
        shutil.rmtree(building, ignore_errors=True)
    return folder
