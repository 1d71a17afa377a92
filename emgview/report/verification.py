"""Four answers about a signed report: integrity, identity, time, currency. Never one green tick.

Integrity can be told from the file alone. Who signed needs a certificate that the reader trusts,
the time is the signer's claim, and whether a newer version replaces the file only the study knows.
"""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from pathlib import Path
from typing import Any

from emgview.errors import EmgviewError, FileError
from emgview.report import manifest
from emgview.report.answers import Answer, identity_answer, time_answer
from emgview.report.currency import Edition, currency_of
from emgview.report.detached import beside, problem_beside, seal_problem
from emgview.report.revisions import RECORD, Signed, read_signed
from emgview.report.signed_bytes import DefectError
from emgview.report.trust import read_crls, read_trusted

_NOT_INTACT = "not looked at, as the file is not intact"


@dataclass(frozen=True, slots=True)
class Verification:
    """What can be told about a signed report.

    Parameters
    ----------
    integrity : Answer
        Each byte is as it was signed.
    identity : Answer
        Who signed, and whether a certificate that the reader trusts says so.
    time : Answer
        When it was signed.
    currency : Answer
        Whether a newer version replaces it.
    """

    integrity: Answer
    identity: Answer
    time: Answer
    currency: Answer

    @property
    def ok(self) -> bool:
        """The file is intact and no answer is ``failed``; some may be ``unknown``."""
        answers = (self.identity, self.time, self.currency)
        return self.integrity.status == "ok" and all(a.status != "failed" for a in answers)

    def as_json(self) -> dict[str, Any]:
        """The answers as plain values."""
        answers = {
            name: {"status": answer.status, "text": answer.text}
            for name, answer in (
                ("integrity", self.integrity),
                ("identity", self.identity),
                ("time", self.time),
                ("currency", self.currency),
            )
        }
        return {"ok": self.ok, **answers}


def verify_report(
    pdf: Path,
    *,
    trust: Path | None = None,
    registry: Path | None = None,
    crls: Sequence[Path] = (),
) -> Verification:
    """Check a signed report, or a signed retraction.

    The first call takes 2 seconds (loads the library), others 0.1: not for the GUI thread.

    Parameters
    ----------
    trust : Path, optional
        Certificates (PEM) that the reader trusts.
    registry : Path, optional
        The study's folder ``reports``, which knows of newer versions.
    crls : sequence of Path
        Revocation lists (DER or PEM); with them revocation must be answered.

    Raises
    ------
    FileError
        If the file, ``trust`` or a list cannot be read. Whatever is wrong with the signature is an
        answer.
    """
    content = _content(pdf)
    trusted = read_trusted(trust) if trust is not None else None
    lists = read_crls(crls)
    try:
        signed = read_signed(content)
        sealed = _check_manifest(pdf, content, signed)
    except DefectError as defect:
        unknown = Answer("unknown", _NOT_INTACT)
        return Verification(Answer("failed", str(defect)), unknown, unknown, unknown)
    return Verification(
        _intact(signed, sealed),
        identity_answer(signed, trusted, trust.name if trust else "", lists),
        time_answer(signed, trusted, lists),
        _currency(signed, registry),
    )


def verify_content(content: bytes) -> Answer:
    """Integrity of a signed report that is not in its place yet."""
    try:
        return _intact(read_signed(content))
    except DefectError as defect:
        return Answer("failed", str(defect))


def _intact(signed: Signed, sealed: bool = False) -> Answer:
    manifest_too = ", and so is the signed manifest beside it" if sealed else ""
    if signed.to_the_byte:
        return Answer("ok", f"every byte is as it was signed{manifest_too}")
    return Answer(
        "ok",
        "all that was signed is unchanged; single bytes of the last time stamp itself are told by "
        f"the manifest alone{manifest_too}",
    )


def _content(pdf: Path) -> bytes:
    try:
        return pdf.read_bytes()
    except OSError as error:
        raise FileError(
            pdf.name, "", f"cannot be read ({error.strerror})", "Choose another file."
        ) from error


def _check_manifest(pdf: Path, content: bytes, signed: Signed) -> bool:
    """What the manifest beside the file lists must agree: the file, and the record beside it.

    True if the manifest is signed. Its signature, and the record's, must be of the PDF's signers.
    """
    if not (pdf.parent / manifest.NAME).is_file():
        return False
    try:
        entries = {entry.name: entry for entry in manifest.read_manifest(pdf.parent)}
    except FileError as error:
        raise DefectError("the manifest beside the file is damaged") from error
    if pdf.name not in entries:  # a manifest of other files
        return False
    if entries[pdf.name].problem(content):
        raise DefectError("the file is not the one in the manifest beside it")
    record = signed.record
    if record in entries and _differs(pdf.parent / record, signed.json_bytes):
        raise DefectError(f"the {record} beside the file is not the one that was signed")
    return _check_seals(pdf.parent, signed, set(entries))


def _check_seals(folder: Path, signed: Signed, listed: set[str]) -> bool:
    signers = {signature.certificate for signature in signed.signatures}
    try:
        problem = seal_problem(folder, signers)
        signature = beside(folder / signed.record)
        if not problem and signature.name in listed:
            problem = problem_beside(signed.json_bytes, signature, signers) or problem
    except FileError as error:
        raise DefectError("a signature beside the file cannot be read") from error
    if problem:
        raise DefectError(problem)
    return problem is not None


def _differs(path: Path, expected: bytes) -> bool:
    """Whether a file is there and holds something else."""
    try:
        return path.read_bytes() != expected
    except FileNotFoundError:
        return False
    except OSError as error:
        raise DefectError(f"the {path.name} beside the file cannot be read") from error


def _currency(signed: Signed, registry: Path | None) -> Answer:
    if registry is None:
        return Answer("unknown", "no study was given that knows of newer versions")
    if signed.record != RECORD:
        return Answer("ok", "a retraction: the report that it names is no longer valid")
    try:
        edition = Edition.of(signed.json_bytes)
    except EmgviewError:
        return Answer("unknown", "the report states no version")
    status, text = currency_of(edition, registry)
    return Answer(status, text)
