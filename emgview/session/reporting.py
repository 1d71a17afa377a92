"""Use case: the report of a study, signed or not, in a folder of its own.

Order of operations: freeze the content, canonical JSON, render the PDF with the JSON attached,
sign, verify with a fresh reader, manifest, log. Heavy libraries are imported here, not at start.
"""

from __future__ import annotations

import json
import uuid
from dataclasses import dataclass
from pathlib import Path
from typing import Any

from emgview import __version__
from emgview.errors import FileError, PolicyError
from emgview.model import Progress
from emgview.report import (
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
from emgview.session.study_folder import utc_now
from emgview.session.study_session import StudySession


@dataclass(frozen=True, slots=True)
class ReportFiles:
    """What a report left on disk."""

    folder: Path
    report: Report
    pdf: Path
    json: Path
    signed_by: str
    problems: tuple[str, ...]


@dataclass(frozen=True, slots=True)
class Signing:
    """How to sign: PKCS#12 file and passphrase; ``meaning`` of ASTM E1762."""

    identity: Path
    passphrase: str
    meaning: str = "author"


def assemble(
    session: StudySession,
    reader: Reader,
    *,
    final: bool = False,
    replaces: tuple[Relation, ...] = (),
    set_id: str = "",
    version: int = 1,
) -> Report:
    """The content of the report as the study stands now. On the I/O thread."""
    seen = session.examination()
    table, said = seen.findings
    head = session.store.head()
    return build_report(
        ReportInput(
            study=session.study,
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
            conclusion=session.text("conclusion"),
            limitations=session.text("limitations"),
            version=version,
            status="final" if final else "draft",
            relates_to=replaces,
        )
    )


def render(session: StudySession, report: Report, out: Path) -> None:
    """Draw the pictures from the recordings and make the PDF. On the I/O thread."""

    def samples(recording_id: str, channel: int, interval: Any) -> Any:
        return session.reader(recording_id).read_uv(interval, [channel])[:, 0]

    render_pdf(report, draw_figures(report, samples), out)


def write_report(
    session: StudySession,
    out: Path | None,
    reader: Reader,
    signing: Signing | None = None,
    progress: Progress | None = None,
) -> ReportFiles:
    """Write ``report.json``, ``report.pdf`` and ``manifest.json``; sign when asked.

    Without ``out`` the report goes into the study's ``reports`` folder as the next version.

    Raises
    ------
    PolicyError
        If it is to be signed while a cited label is not reviewed.
    FileError
        If a recording was changed, or the folder cannot be written.
    """
    progress = progress or Progress()
    _refuse_changed_recordings(session)
    _refuse_altered_log(session)
    before = previous_version(session.folder.reports)
    report = assemble(
        session,
        reader,
        final=signing is not None,
        replaces=(_relation(before),) if before else (),
        set_id=before["report_set_id"] if before else "",
        version=int(before["version"]) + 1 if before else 1,
    )
    problems = blocking_problems(report)
    if signing is not None and problems:
        raise PolicyError(
            f"The report cannot be signed: {'; '.join(problems)}",
            "Decide the open items, then sign.",
        )
    if signing is not None:
        session.checkpointing.make()
        session.note("report.sign_requested", {"report": report.id, "sha256": report.sha256})
    own = session.folder.reports / f"{report.body['report_set_id']}_v{report.version}"
    folder = out or own
    progress.report(0.2, "Drawing the report")
    pdf = _write(session, report, folder, signing, progress)
    if signing is not None and folder != own:
        _copy_into_registry(folder, own)
    if signing is not None:
        session.note(
            "report.signed",
            {
                "report": report.id,
                "sha256": report.sha256,
                "log_seq": int(report.body["audit_anchor"]["seq"]),
                "log_hash": str(report.body["audit_anchor"]["head"]),
            },
        )
    signed_by = signing.meaning if signing else ""
    return ReportFiles(folder, report, pdf, folder / "report.json", signed_by, problems)


def _write(
    session: StudySession,
    report: Report,
    folder: Path,
    signing: Signing | None,
    progress: Progress,
) -> Path:
    from emgview.report.manifest import write_manifest

    pdf, json_file = folder / "report.pdf", folder / "report.json"
    try:
        folder.mkdir(parents=True, exist_ok=True)
        json_file.write_bytes(report.json_bytes)
        unsigned = pdf if signing is None else folder / "report.unsigned.pdf"
        render(session, report, unsigned)
        if signing is not None:
            progress.report(0.6, "Signing")
            _sign(unsigned, pdf, signing)
            unsigned.unlink()
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


def _sign(unsigned: Path, pdf: Path, signing: Signing) -> None:
    from emgview.report import SIGNATURE_BOX_PT
    from emgview.report.signing import sign_pdf

    sign_pdf(
        unsigned,
        pdf,
        signing.identity,
        signing.passphrase,
        meaning=signing.meaning,
        stamp_box=SIGNATURE_BOX_PT,
    )


def _copy_into_registry(folder: Path, own: Path) -> None:
    """The study keeps what was signed: later versions must know their predecessor."""
    own.mkdir(parents=True, exist_ok=True)
    for name in ("report.json", "report.pdf", "manifest.json"):
        (own / name).write_bytes((folder / name).read_bytes())


def previous_version(reports: Path) -> dict[str, Any] | None:
    """Body of the newest signed report in the study, or None."""
    bodies = []
    for path in reports.glob("*_v*/report.json"):
        body = json.loads(path.read_bytes())
        if body.get("status") == "final":
            bodies.append({**body, "sha256": Report.from_json(path.read_bytes()).sha256})
    return max(bodies, key=lambda body: int(body["version"]), default=None)


def _relation(before: dict[str, Any]) -> Relation:
    return Relation(
        "replaces",
        str(before["report_id"]),
        int(before["version"]),
        str(before["sha256"]),
        "new version after further review",
    )


def _refuse_altered_log(session: StudySession) -> None:
    found = session.store.verify_chain(session.store.signed_head)
    if not found.ok:
        raise FileError(
            "review.db",
            f"row {found.first_bad_seq}",
            f"the log of decisions was altered: {found.problem}",
            "Restore the study from a copy; no report is made of an altered log.",
        )


def _refuse_changed_recordings(session: StudySession) -> None:
    changed = session.changed_files()
    if changed:
        raise FileError(
            changed[0],
            "sha256",
            "the recording is not the one that was reviewed",
            "Restore the original file; no report is made of changed data.",
        )
