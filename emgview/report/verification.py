"""Four answers about a signed report: integrity, identity, time, currency. Never one green tick.

Integrity can be told from the file alone. Who signed needs a certificate that the reader trusts,
the time is the signer's claim, and whether a newer version replaces the file only the study knows.
"""

from __future__ import annotations

import io
import zlib
from dataclasses import dataclass
from datetime import datetime
from pathlib import Path
from typing import Any, Literal

from emgview.errors import EmgviewError, FileError
from emgview.report import manifest
from emgview.report.canonical import canonical_json, parse_json
from emgview.report.currency import Edition, currency_of
from emgview.report.signed_bytes import Container, DefectError, read_container
from emgview.report.signing import silence_library
from emgview.report.stamp import time_with_offset
from emgview.report.trust import read_trusted, trust_problem

Status = Literal["ok", "failed", "unknown"]
_RECORD = "report.json"
_NOT_INTACT = "not looked at, as the file is not intact"


@dataclass(frozen=True, slots=True)
class Answer:
    """One answer: ``ok``, ``failed`` or ``unknown``, with the reason in plain words."""

    status: Status
    text: str


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


@dataclass(frozen=True, slots=True)
class _Signed:
    """What an intact file says."""

    certificate: bytes
    signed_at: datetime
    meaning: str
    json_bytes: bytes


def verify_report(
    pdf: Path, *, trust: Path | None = None, registry: Path | None = None
) -> Verification:
    """Check a signed report.

    The first call takes 2 seconds (loads the library), others 0.1: not for the GUI thread.

    Parameters
    ----------
    trust : Path, optional
        Certificates (PEM) that the reader trusts.
    registry : Path, optional
        The study's folder ``reports``, which knows of newer versions.

    Raises
    ------
    FileError
        If the file or ``trust`` cannot be read. Whatever is wrong with the signature is an answer.
    """
    content = _content(pdf)
    trusted = read_trusted(trust) if trust is not None else None
    try:
        signed = _signed(content)
        _check_manifest(pdf, content, signed.json_bytes)
    except DefectError as defect:
        unknown = Answer("unknown", _NOT_INTACT)
        return Verification(Answer("failed", str(defect)), unknown, unknown, unknown)
    when = time_with_offset(signed.signed_at)
    return Verification(
        _intact(),
        _identity(signed, trusted, trust.name if trust else ""),
        Answer("unknown", f"{when} by the signer's computer; no trusted clock confirms it"),
        _currency(signed, registry),
    )


def verify_content(content: bytes) -> Answer:
    """Integrity of a signed report that is not in its place yet."""
    try:
        _signed(content)
    except DefectError as defect:
        return Answer("failed", str(defect))
    return _intact()


def _intact() -> Answer:
    return Answer("ok", "every byte is as it was signed")


def _content(pdf: Path) -> bytes:
    try:
        return pdf.read_bytes()
    except OSError as error:
        raise FileError(
            pdf.name, "", f"cannot be read ({error.strerror})", "Choose another file."
        ) from error


def _signed(content: bytes) -> _Signed:
    """What an intact report says; DefectError if it is not intact."""
    container = read_container(content)  # first: its checks are on bytes, whatever the PDF holds
    from pyhanko.pdf_utils.misc import PdfError
    from pyhanko.sign.validation.errors import SignatureValidationError

    silence_library()
    try:
        return _validated(content, container)
    except SignatureValidationError as error:
        raise DefectError("the signature does not fit the file") from error
    except (PdfError, ValueError, TypeError, LookupError, AttributeError, ArithmeticError,
            NotImplementedError, RecursionError, AssertionError, zlib.error) as error:  # fmt: skip
        # The parser meets files made by anyone; whatever it stumbles upon is not intact.
        raise DefectError(f"the file cannot be read as PDF ({type(error).__name__})") from error


def _validated(content: bytes, container: Container) -> _Signed:
    from pyhanko.pdf_utils.reader import PdfFileReader
    from pyhanko.sign.fields import MDPPerm
    from pyhanko.sign.validation import validate_pdf_signature
    from pyhanko.sign.validation.status import SignatureCoverageLevel
    from pyhanko_certvalidator import ValidationContext

    reader = PdfFileReader(io.BytesIO(content))
    found = list(reader.embedded_signatures)
    if len(found) != 1:
        raise DefectError(f"{len(found)} signatures were found, not one")
    signature = found[0]
    in_dictionary = tuple(int(number) for number in signature.byte_range)
    if (
        in_dictionary != container.byte_range
        or signature.signer_cert.dump() != container.certificate
    ):
        raise DefectError("the file holds a second signature container")
    alone = ValidationContext(trust_roots=[], allow_fetching=False)
    status = validate_pdf_signature(signature, signer_validation_context=alone)
    if not (status.intact and status.valid):
        raise DefectError("the signature does not fit the file")
    if status.coverage != SignatureCoverageLevel.ENTIRE_FILE or not status.docmdp_ok:
        raise DefectError("the file was added to after it was signed")
    if signature.docmdp_level != MDPPerm.NO_CHANGES:
        raise DefectError("the signature would allow later changes")
    moment = signature.self_reported_timestamp
    if moment is None or moment.tzinfo is None:
        raise DefectError("the signature states no time")
    reason = str(signature.sig_object.get("/Reason", ""))
    return _Signed(container.certificate, moment, reason, _attached(reader))


def _attached(reader: Any) -> bytes:
    """The report's JSON inside the PDF, which must be the only attachment and canonical."""
    pairs = reader.root["/Names"]["/EmbeddedFiles"]["/Names"]
    if [str(pairs[i]) for i in range(0, len(pairs), 2)] != [_RECORD]:
        raise DefectError(f"{_RECORD} is not the one attachment of the file")
    data = bytes(pairs[1]["/EF"]["/F"].data)
    try:
        canonical = canonical_json(parse_json(data))
    except EmgviewError as error:
        raise DefectError("the attached report.json is damaged") from error
    if canonical != data:
        raise DefectError("the attached report.json is not in canonical form")
    return data


def _check_manifest(pdf: Path, content: bytes, json_bytes: bytes) -> None:
    """What the manifest beside the file lists must agree: the file, and the record beside it."""
    if not (pdf.parent / manifest.NAME).is_file():
        return
    try:
        entries = {entry.name: entry for entry in manifest.read_manifest(pdf.parent)}
    except FileError as error:
        raise DefectError("the manifest beside the file is damaged") from error
    if pdf.name not in entries:  # a manifest of other files
        return
    if entries[pdf.name].problem(content):
        raise DefectError("the file is not the one in the manifest beside it")
    if _RECORD in entries and _differs(pdf.parent / _RECORD, json_bytes):
        raise DefectError(f"the {_RECORD} beside the file is not the one that was signed")


def _differs(path: Path, expected: bytes) -> bool:
    """Whether a file is there and holds something else."""
    try:
        return path.read_bytes() != expected
    except FileNotFoundError:
        return False
    except OSError as error:
        raise DefectError(f"the {path.name} beside the file cannot be read") from error


def _identity(signed: _Signed, trusted: tuple[Any, ...] | None, file: str) -> Answer:
    from cryptography import x509

    from emgview.report.identity import summary_of

    certificate = x509.load_der_x509_certificate(signed.certificate)
    signer = summary_of(certificate, None)
    who = f"{signer.name} as {signed.meaning or 'signer'}, certificate {signer.fingerprint}"
    begin, end = certificate.not_valid_before_utc, certificate.not_valid_after_utc
    if not begin <= signed.signed_at <= end:
        return Answer(
            "failed", f"{who}: valid {begin:%Y-%m-%d} to {end:%Y-%m-%d}, not when it was signed"
        )
    if trusted is None:
        return Answer("unknown", f"{who}: no trusted certificate was given")
    problem = trust_problem(certificate, trusted, signed.signed_at)
    if problem:
        return Answer("failed", f"{who}: {problem} ({file})")
    made_here = "; evaluation identity, not for clinical use" if signer.evaluation else ""
    return Answer("ok", f"{who}: trusted by {file}, revocation not checked{made_here}")


def _currency(signed: _Signed, registry: Path | None) -> Answer:
    if registry is None:
        return Answer("unknown", "no study was given that knows of newer versions")
    try:
        edition = Edition.of(signed.json_bytes)
    except EmgviewError:
        return Answer("unknown", "the report states no version")
    status, text = currency_of(edition, registry)
    return Answer(status, text)
