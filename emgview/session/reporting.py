"""Use case: the report of a study, signed or not, in a folder of its own.

Order of operations: freeze the content, canonical JSON, render the PDF with the JSON attached,
sign, verify with a fresh reader, manifest, log. Each step of the report's state is written into the
log before it takes effect. Heavy libraries are imported here, not at start.
"""

from __future__ import annotations

import shutil
import uuid
from collections.abc import Mapping
from dataclasses import dataclass, replace
from pathlib import Path
from typing import Any

from emgview import __version__
from emgview.errors import EmgviewError, FileError, PolicyError
from emgview.findings import statements, told
from emgview.model import Progress
from emgview.report import (
    SIGNATURE_BOXES_PT,
    LogHead,
    Reader,
    Relation,
    Report,
    ReportInput,
    blocking_problems,
    build_report,
    draw_figures,
    render_pdf,
)
from emgview.report.changes import changes
from emgview.report.entries import load_entries
from emgview.report.keys import Key, Pkcs12
from emgview.report.schema import schema_problems
from emgview.report.states import Facts, ReportState, Step
from emgview.session.blinded_audit import cited_audits
from emgview.session.report_look import ReportLook
from emgview.session.report_registry import Earlier, newest, own_folder, sha256_in_log
from emgview.session.report_states import advance
from emgview.session.study_folder import utc_now
from emgview.session.study_session import StudySession, changed_files

REASON_CODES = ("amended", "corrected", "appended")
SIGNED_FILES = (
    "report.json", "report.json.p7s", "report.pdf", "manifest.json", "manifest.json.p7s",
)  # fmt: skip
"""What a signed report consists of."""


@dataclass(frozen=True, slots=True)
class ReportFiles:
    """What a report left on disk.

    ``signed_by`` is the meaning of the signature, empty for a draft; ``state`` where it stands.
    """

    folder: Path
    report: Report
    pdf: Path
    json: Path
    signed_by: str
    problems: tuple[str, ...]
    state: ReportState = ReportState.DRAFT


@dataclass(frozen=True, slots=True)
class Signing:
    """How to sign: PKCS#12 file and passphrase, or ``key``; ``meaning`` of ASTM E1762.

    ``roles`` lists who must sign in all; ``level``, ``tsa_url``, ``roots`` and ``crls`` as in
    :class:`emgview.report.signing.Wish`.
    """

    identity: Path
    passphrase: str
    meaning: str = "author"
    roles: tuple[str, ...] = ("author",)
    key: Key | None = None
    level: str = "B-B"
    tsa_url: str = ""
    roots: Path | None = None
    crls: tuple[Path, ...] = ()

    def sign_set(self, source: Path, out: Path, record: Path, role: str = "author") -> None:
        """Sign PDF, record and manifest; see :func:`emgview.report.signing.sign_set`."""
        from emgview.report.signing import Level, Wish, sign_set

        boxes = SIGNATURE_BOXES_PT[len(self.roles)]
        wish = Wish(
            meaning=self.meaning,
            role=role,
            roles=self.roles,
            boxes=dict(zip(self.roles, boxes, strict=True)),
            level=Level(self.level),
            tsa_url=self.tsa_url,
            roots=self.roots,
            crls=self.crls,
        )
        sign_set(source, out, record, self.key or Pkcs12(self.identity, self.passphrase), wish)


@dataclass(frozen=True, slots=True)
class Amendment:
    """Why a signed report gets a new version: one of ``REASON_CODES``, and words."""

    reason_code: str
    reason: str


def assemble(
    session: StudySession,
    reader: Reader,
    *,
    final: bool = False,
    replaces: tuple[Relation, ...] = (),
    set_id: str = "",
    version: int = 1,
    roles: tuple[str, ...] = ("author",),
    before: Mapping[str, Any] | None = None,
    look: ReportLook | None = None,
) -> Report:
    """The content of the report as the study stands now. On the I/O thread."""
    look = look or ReportLook()
    seen = session.examination()
    table, _ = seen.findings
    conclusion = session.text("conclusion")
    said = told(statements(seen.grid, seen.entries, conclusion, look.language))
    head = session.store.head()
    question = session.text("referral_question") or session.study.referral_question
    source = ReportInput(
        study=replace(session.study, referral_question=question),
        recordings=session.examined(),
        labels=session.items(),
        findings=table,
        statements=said,
        grid=seen.grid,
        entries=seen.entries,
        reader=reader,
        log_head=LogHead(head.seq, head.hash),
        report_id=str(uuid.uuid4()),
        report_set_id=set_id or str(uuid.uuid4()),
        created_at=utc_now(),
        software_version=__version__,
        conclusion=conclusion,
        limitations=session.text("limitations"),
        version=version,
        status="final" if final else "draft",
        relates_to=replaces,
        required_roles=roles,
        texts={entry.field: session.text(entry.field) for entry in load_entries()},
        audits=cited_audits(session),
        language=look.language,
        laboratory=look.laboratory,
        summary_template=look.summary_template,
    )
    report = build_report(source)
    if before is None:
        return report
    found = tuple(changes(dict(before), report.body))
    return build_report(replace(source, changes=found))


def render(session: StudySession, report: Report, out: Path, logo: bytes = b"") -> None:
    """Draw the pictures from the recordings and make the PDF. On the I/O thread."""

    def samples(recording_id: str, channel: int, interval: Any) -> Any:
        return session.reader(recording_id).read_uv(interval, [channel])[:, 0]

    render_pdf(report, draw_figures(report, samples), out, logo)


def write_report(
    session: StudySession,
    out: Path | None,
    reader: Reader,
    signing: Signing | None = None,
    progress: Progress | None = None,
    amendment: Amendment | None = None,
    look: ReportLook | None = None,
) -> ReportFiles:
    """Write ``report.json``, ``report.pdf`` and ``manifest.json``; sign when asked.

    Without ``out`` the report goes into the study's ``reports`` folder as the next version.

    Raises
    ------
    PolicyError
        If it is to be signed while something stands against it, or a signed version exists and no
        ``amendment`` says why there is to be a new one.
    FileError
        If a recording or an earlier report was changed, or the folder cannot be written.
    """
    progress = progress or Progress()
    refuse_changed_recordings(session)
    refuse_altered_log(session)
    before = newest(session.folder.reports)
    if signing is not None:
        _check_amendment(session, before, amendment)
    report = assemble(
        session,
        reader,
        final=signing is not None,
        replaces=(_relation(before, amendment),) if before else (),
        set_id=before.edition.report_set_id if before else "",
        version=before.edition.version + 1 if before else 1,
        roles=signing.roles if signing else ("author",),
        before=before.body if before else None,
        look=look,
    )
    if amendment is not None:
        _check_kind(amendment, report)
    problems = (*blocking_problems(report), *schema_problems(report.body))
    own = own_folder(session.folder.reports, report)
    folder, logo = out or own, look.logo if look else b""
    if signing is None:
        progress.report(0.2, "Drawing the report")
        pdf = _write(session, report, folder, None, progress, logo)
        return ReportFiles(folder, report, pdf, folder / "report.json", "", problems)
    state = _signed(session, report, (folder, own), signing, progress, logo)
    if before is not None and amendment is not None and state is ReportState.FINAL:
        supersede(session, before, amendment.reason)
    pdf, record = folder / "report.pdf", folder / "report.json"
    return ReportFiles(folder, report, pdf, record, signing.meaning, problems, state)


def _signed(
    session: StudySession,
    report: Report,
    folders: tuple[Path, Path],
    signing: Signing,
    progress: Progress,
    logo: bytes,
) -> ReportState:
    """Take the report through its states; a failure leaves it ready, not signed."""
    folder, own = folders
    facts = Facts(
        problems=(*blocking_problems(report), *schema_problems(report.body)),
        unchanged=True,
        anchored=bool(report.body["audit_anchor"]["head"]),
        required_roles=signing.roles,
    )
    change = session.store.last_change_seq
    advance(session, report.id, Step.REVIEW, facts)
    advance(session, report.id, Step.READY, facts)
    session.checkpointing.make()
    session.note("report.sign_requested", {"report": report.id, "sha256": report.sha256})
    advance(session, report.id, Step.SIGN, facts)
    progress.report(0.2, "Drawing the report")
    try:
        _write(session, report, folder, signing, progress, logo)
        if folder != own:
            _copy_into_registry(folder, own)
        unchanged = session.store.last_change_seq == change
        facts = read_back(own, replace(facts, unchanged=unchanged, signed_roles=("author",)))
        state = advance(session, report.id, Step.SIGNED, facts)
    except (EmgviewError, OSError):
        advance(session, report.id, Step.FAILED, replace(facts, signed_roles=()))
        shutil.rmtree(own, ignore_errors=True)
        raise
    note_signed(session, report)
    return state


def note_signed(session: StudySession, report: Report) -> None:
    """Write into the log what was signed; the log's head in it becomes the signed head."""
    session.note(
        "report.signed",
        {
            "report": report.id,
            "sha256": report.sha256,
            "log_seq": int(report.body["audit_anchor"]["seq"]),
            "log_hash": str(report.body["audit_anchor"]["head"]),
        },
    )


def read_back(folder: Path, facts: Facts) -> Facts:
    """The facts with what a fresh reader finds: ``signature_ok`` and ``manifest_ok``."""
    from emgview.report.manifest import check
    from emgview.report.verification import verify_report

    found = verify_report(folder / "report.pdf")
    complete = all((folder / name).is_file() for name in SIGNED_FILES)
    return replace(facts, signature_ok=found.ok, manifest_ok=complete and not check(folder))


def supersede(session: StudySession, before: Earlier, reason: str) -> None:
    """Mark the version that a new one takes the place of."""
    if before.state_in(session) is ReportState.FINAL:
        advance(session, before.report_id, Step.SUPERSEDE, Facts(reason=reason))


def _check_amendment(
    session: StudySession, before: Earlier | None, amendment: Amendment | None
) -> None:
    if before is None:
        if amendment is not None:
            raise PolicyError("There is no signed report to amend", "Sign the report first.")
        return
    if amendment is None or not amendment.reason.strip():
        raise PolicyError(
            f"Version {before.edition.version} is signed: a new version needs a reason",
            "Amend it: say what was changed and why.",
        )
    if amendment.reason_code not in REASON_CODES:
        raise PolicyError(
            f"Reason {amendment.reason_code!r}", f"Use one of: {', '.join(REASON_CODES)}."
        )
    expected = sha256_in_log(session, before.report_id)
    if expected != before.edition.sha256:
        raise FileError(
            "report.json",
            f"version {before.edition.version}",
            "is not the one that was signed",
            "Restore the report from a copy; no new version is made of a changed one.",
        )


def _check_kind(amendment: Amendment, report: Report) -> None:
    kinds = {change["kind"] for change in report.body["changes"]}
    if amendment.reason_code == "appended" and kinds - {"added"}:
        raise PolicyError(
            "The new version changes or leaves out something of the old one",
            "Call it amended or corrected.",
        )


def _relation(before: Earlier, amendment: Amendment | None) -> Relation:
    code = amendment.reason_code if amendment else "amended"
    return Relation(
        "appends" if code == "appended" else "replaces",
        before.report_id,
        before.edition.version,
        before.edition.sha256,
        amendment.reason.strip() if amendment else "draft of a new version",
        code,
        str(before.body["created_at"]),
    )


def _write(
    session: StudySession,
    report: Report,
    folder: Path,
    signing: Signing | None,
    progress: Progress,
    logo: bytes,
) -> Path:
    from emgview.report.manifest import write_manifest

    pdf, json_file = folder / "report.pdf", folder / "report.json"
    try:
        folder.mkdir(parents=True, exist_ok=True)
        json_file.write_bytes(report.json_bytes)
        unsigned = pdf if signing is None else folder / "report.unsigned.pdf"
        render(session, report, unsigned, logo)
        if signing is not None:
            progress.report(0.6, "Signing")
            signing.sign_set(unsigned, pdf, json_file)
            unsigned.unlink()
        else:
            write_manifest(folder, [json_file, pdf])
    except OSError as error:
        raise FileError(
            folder.name,
            "",
            f"cannot be written ({error.strerror})",
            "Choose another folder, on a disk with free space.",
        ) from error
    progress.report(1.0, "Report written")
    return pdf


def _copy_into_registry(folder: Path, own: Path) -> None:
    """The study keeps what was signed: later versions must know their predecessor."""
    own.mkdir(parents=True, exist_ok=True)
    for name in SIGNED_FILES:
        (own / name).write_bytes((folder / name).read_bytes())


def refuse_altered_log(session: StudySession) -> None:
    """FileError if the log of decisions was altered."""
    found = session.store.verify_chain(session.store.signed_head)
    if not found.ok:
        raise FileError(
            "review.db",
            f"row {found.first_bad_seq}",
            f"the log of decisions was altered: {found.problem}",
            "Restore the study from a copy; no report is made of an altered log.",
        )


def refuse_changed_recordings(session: StudySession) -> None:
    """FileError if a recording is not the one that was reviewed."""
    changed = changed_files(session)
    if changed:
        raise FileError(
            changed[0],
            "sha256",
            "the recording is not the one that was reviewed",
            "Restore the original file; no report is made of changed data.",
        )
