"""Use cases: what leaves the study beside the report — research copy, FHIR, DICOM, plain copies."""

from __future__ import annotations

import os
import secrets
import shutil
from collections.abc import Callable, Iterable
from dataclasses import dataclass
from pathlib import Path
from typing import Any

from numpy.typing import NDArray

from emgview.errors import FileError, PolicyError
from emgview.report import Reader, Report, canonical_json
from emgview.report.canonical import sha256_hex
from emgview.report.manifest import SCHEMA
from emgview.report.states import ReportState
from emgview.session.report_registry import newest, newest_signature
from emgview.session.reporting import assemble, refuse_altered_log, refuse_changed_recordings
from emgview.session.settings import settings_path
from emgview.session.study_session import OpenRecording, StudySession

_KEY_BYTES = 32


def export_deidentified(
    session: StudySession, out: Path, key_file: Path | None = None
) -> tuple[Path, ...]:
    """A copy of the findings for research: allow-list, shifted dates, no signature.

    Parameters
    ----------
    key_file : Path, optional
        Secret of the laboratory; made beside the settings where there is none.

    Raises
    ------
    EmgviewError
        If it cannot be guaranteed that nobody is identified: then nothing is written.
    """
    from emgview.report.deidentify import Secret, deidentified, identifying_texts, refuse_leaks

    refuse_altered_log(session)
    body = assemble(session, Reader(session.actor.name)).body
    secret = Secret(_key(key_file or settings_path().with_name("deidentify.key")))
    value = deidentified(body, secret)
    searched = identifying_texts(body) | {session.folder.root.stem}
    refuse_leaks({"findings.json": value}, searched)
    files = [("findings.json", canonical_json(value))]
    return _written(session, _Export("deidentified", "", "manifest.json"), out, files)


def _key(path: Path) -> bytes:
    try:
        content = path.read_bytes()
    except FileNotFoundError:
        path.parent.mkdir(parents=True, exist_ok=True)
        descriptor = os.open(path, os.O_WRONLY | os.O_CREAT | os.O_EXCL, 0o600)
        with os.fdopen(descriptor, "wb") as file:
            file.write(secrets.token_bytes(_KEY_BYTES))
        content = path.read_bytes()
    if len(content) < _KEY_BYTES:
        raise FileError(path.name, "", "is no key", "Use the laboratory's key.")
    return content


def export_fhir(session: StudySession, out: Path) -> tuple[Path, ...]:
    """The newest signed report as FHIR R4 document bundle.

    Raises
    ------
    PolicyError
        If none is signed.
    EmgviewError
        If fhir.resources is installed and finds a fault.
    """
    from emgview.report.fhir import document_bundle
    from emgview.report.fhir_check import refuse_faulty

    report, pdf, state = _signed(session)
    seal = newest_signature(session.folder.reports)
    bundle = document_bundle(report, pdf, state.value, seal)
    refuse_faulty(bundle)
    files = [("bundle.fhir.json", canonical_json(bundle))]
    return _written(session, _Export("fhir", report.id, "bundle.manifest.json"), out, files)


def export_copies(session: StudySession, out: Path) -> tuple[Path, ...]:
    """The newest signed report as HTML and DOCX, both marked as copies without a signature."""
    from emgview.report.copies import docx_copy, html_copy

    report, _, _ = _signed(session)
    files = [("report-copy.html", html_copy(report)), ("report-copy.docx", docx_copy(report))]
    return _written(session, _Export("copies", report.id, "copies.manifest.json"), out, files)


def export_dicom(session: StudySession, out: Path) -> tuple[Path, ...]:
    """The newest signed report with its recordings as DICOM objects.

    Raises
    ------
    MissingExtraError
        If pydicom is not installed.
    """
    from emgview.report.dicom import dicom_set

    report, pdf, state = _signed(session)
    numbers = {row["id"]: row["number"] for row in report.body["recordings"]}

    def native(recording: OpenRecording) -> Callable[[], NDArray[Any]]:
        return lambda: session.reader(recording.entry.id).read(recording.info.whole)

    signals = {
        r.entry.id: (r.info, native(r))
        for r in sorted(session.recordings, key=lambda r: numbers.get(r.entry.id, 0))
        if r.entry.id in numbers
    }
    refuse_changed_recordings(session)
    named = {run["run_id"] for run in report.body["machine_contribution"]["runs"]}
    runs = [run for key in signals for run in session.store.runs(key) if run.id in named]
    proposals = [proposal for run in runs for proposal in run.proposals]
    files = dicom_set(report, pdf, signals, state.value, proposals)
    export = _Export("dicom", report.id, "manifest.json")
    return _written(session, export, out / "dicom", files)


def _signed(session: StudySession) -> tuple[Report, bytes, ReportState]:
    from emgview.report.verification import verify_report

    refuse_altered_log(session)
    earlier = newest(session.folder.reports)
    if earlier is None:
        raise PolicyError("No report of this study is signed", "Sign the report, then export it.")
    pdf = earlier.folder / "report.pdf"
    found = verify_report(pdf)
    if found.integrity.status != "ok":
        raise FileError(
            pdf.name, "", f"does not verify: {found.integrity.text}", "Restore it from a copy."
        )
    report = Report.from_json((earlier.folder / "report.json").read_bytes())
    return report, pdf.read_bytes(), earlier.state_in(session)


@dataclass(frozen=True, slots=True)
class _Export:
    """One export for the log: its form, the report, the name of its manifest."""

    form: str
    report: str
    manifest: str


def _written(
    session: StudySession, export: _Export, out: Path, files: Iterable[tuple[str, bytes]]
) -> tuple[Path, ...]:
    """All files or none, with a manifest of them; each is written before the next is asked for.

    The manifest's hash stands in the log before the files take their place: an export needs no key,
    so its manifest is anchored there instead of signed.
    """
    entries = []
    building = out.with_name(out.name + ".new")
    try:
        shutil.rmtree(building, ignore_errors=True)
        building.mkdir(parents=True)
        for name, content in files:
            (building / name).write_bytes(content)
            entries.append({"name": name, "bytes": len(content), "sha256": sha256_hex(content)})
        names = [*(str(entry["name"]) for entry in entries), export.manifest]
        entries.sort(key=lambda entry: str(entry["name"]))
        manifest = canonical_json({"schema": SCHEMA, "files": entries})
        (building / export.manifest).write_bytes(manifest)
        facts: dict[str, str | int] = {"files": len(entries), "sha256": sha256_hex(manifest)}
        if export.report:
            facts["report"] = export.report
        session.note(f"export.{export.form}", facts)
        out.mkdir(parents=True, exist_ok=True)
        for name in names:
            os.replace(building / name, out / name)  # noqa: PTH105 - atomic on every system
    except OSError as error:
        raise FileError(
            out.name, "", f"cannot be written ({error.strerror})", "Choose another folder."
        ) from error
    finally:
        shutil.rmtree(building, ignore_errors=True)
    return tuple(out / name for name in names)
