"""The signatures of a file and what each covers: fields, revisions, time stamps, attachment."""

from __future__ import annotations

import io
import zlib
from dataclasses import dataclass
from datetime import datetime
from typing import TYPE_CHECKING, Any

from emgview.errors import EmgviewError
from emgview.report.canonical import canonical_json, parse_json
from emgview.report.signed_bytes import Container, DefectError, read_container
from emgview.report.signing import FIELDS, silence_library

if TYPE_CHECKING:
    from cryptography.x509 import CertificateRevocationList

RECORD = "report.json"
RETRACTION = "retraction.json"


@dataclass(frozen=True, slots=True)
class TimeStamp:
    """A time-stamping server's word: its time, its certificate (DER)."""

    moment: datetime
    certificate: bytes


@dataclass(frozen=True, slots=True)
class OneSignature:
    """One person's signature.

    Parameters
    ----------
    role : str
        ``author`` or ``verifier``.
    certificate : bytes
        The signer's, DER.
    signed_at : datetime
        The signer's claim.
    stamps : tuple of TimeStamp
        Stamps upon the signature, and stamps upon the whole document that cover it.
    """

    role: str
    certificate: bytes
    signed_at: datetime
    meaning: str
    stamps: tuple[TimeStamp, ...] = ()


@dataclass(frozen=True, slots=True)
class Signed:
    """What an intact file says.

    Parameters
    ----------
    record : str
        Name of the attachment: ``report.json`` or ``retraction.json``.
    missing_roles : tuple of str
        Roles whose field is there and empty.
    to_the_byte : bool
        Every byte is bound; False where the last container is a time stamp, whose own free bytes
        only the manifest binds.
    crls : tuple
        Revocation lists that the file carries.
    """

    signatures: tuple[OneSignature, ...]
    json_bytes: bytes
    record: str = RECORD
    missing_roles: tuple[str, ...] = ()
    to_the_byte: bool = True
    crls: tuple[CertificateRevocationList, ...] = ()


def read_signed(content: bytes) -> Signed:
    """What an intact report says; DefectError if it is not intact."""
    container, defect = _last_container(content)
    from pyhanko.pdf_utils.misc import PdfError
    from pyhanko.sign.general import SigningError
    from pyhanko.sign.validation.errors import SignatureValidationError

    silence_library()
    known = (PdfError, SigningError, SignatureValidationError, ValueError, TypeError)
    try:
        return _validated(content, container, defect)
    except DefectError:
        raise
    except (*known, LookupError, AttributeError, ArithmeticError, RecursionError, zlib.error) as e:
        # The parser meets files made by anyone; whatever it stumbles upon is not intact.
        raise (defect or DefectError(f"the file cannot be read as PDF ({type(e).__name__})")) from e


def _last_container(content: bytes) -> tuple[Container | None, DefectError | None]:
    """The last container, checked to the byte; or why it is not of the plain kind.

    A file that carries no sign of a time stamp must be of the plain kind.
    """
    try:
        return read_container(content), None
    except DefectError as defect:
        if not content.startswith(b"%PDF-") or b"/ByteRange" not in content:
            raise
        return None, defect


def _validated(content: bytes, container: Container | None, defect: DefectError | None) -> Signed:
    from pyhanko.pdf_utils.reader import PdfFileReader

    reader = PdfFileReader(io.BytesIO(content))
    everything = list(reader.embedded_signatures)
    persons = list(reader.embedded_regular_signatures)
    stamps = list(reader.embedded_timestamp_signatures)
    stamped = bool(stamps) or any(_has_stamp(signature) for signature in persons)
    if defect is not None and not stamped:
        raise defect
    if not persons:
        raise DefectError("no signature was found")
    if container is not None:
        _check_container(container, everything[-1])
    document_stamps = [_document_stamp(stamp, last=stamp is everything[-1]) for stamp in stamps]
    roles = _roles(reader)
    found = tuple(
        _person(signature, roles, document_stamps, last=signature is everything[-1])
        for signature in persons
    )
    record, data = _attached(reader)
    _check_roles(persons, found, roles, record, data)
    signed = {signature.role for signature in found}
    return Signed(
        found,
        data,
        record,
        tuple(role for role in roles.values() if role not in signed),
        container is not None,
        _embedded_crls(reader) if stamps else (),
    )


def _check_container(container: Container, last: Any) -> None:
    same_range = tuple(int(number) for number in last.byte_range) == container.byte_range
    if not same_range or last.signer_cert.dump() != container.certificate:
        raise DefectError("the file holds a second signature container")


def _has_stamp(signature: Any) -> bool:
    attributes = signature.signer_info["unsigned_attrs"]
    return any(a["type"].native == "signature_time_stamp_token" for a in attributes)


def _roles(reader: Any) -> dict[str, str]:
    """Role by name of the signature field, in the order of the roles."""
    from pyhanko.sign import fields

    names = {name for name, _, _ in fields.enumerate_sig_fields(reader)}
    return {name: role for role, name in FIELDS.items() if name in names}


def _person(
    signature: Any, roles: dict[str, str], documents: list[tuple[int, TimeStamp]], *, last: bool
) -> OneSignature:
    from pyhanko.sign.validation import validate_pdf_signature
    from pyhanko_certvalidator import ValidationContext

    if signature.field_name not in roles:
        raise DefectError("a signature stands in a field that reports do not have")
    alone = ValidationContext(trust_roots=[], allow_fetching=False)
    status = validate_pdf_signature(signature, signer_validation_context=alone)
    if not (status.intact and status.valid):
        raise DefectError("the signature does not fit the file")
    _check_coverage(status, last=last, may_fill=len(roles) > 1)
    moment = signature.self_reported_timestamp
    if moment is None or moment.tzinfo is None:
        raise DefectError("the signature states no time")
    stamps = [stamp for end, stamp in documents if end > _end_of(signature)]
    validity = status.timestamp_validity
    if validity is not None:
        if not (validity.intact and validity.valid):
            raise DefectError("the time stamp does not fit the signature")
        stamps.insert(0, TimeStamp(validity.timestamp, validity.signing_cert.dump()))
    reason = str(signature.sig_object.get("/Reason", ""))
    certificate = signature.signer_cert.dump()
    return OneSignature(roles[signature.field_name], certificate, moment, reason, tuple(stamps))


def _check_coverage(status: Any, *, last: bool, may_fill: bool) -> None:
    """The last signature covers the file; after an earlier one came only what it allowed."""
    from pyhanko.sign.diff_analysis import ModificationLevel
    from pyhanko.sign.validation.status import SignatureCoverageLevel

    added = "the file was added to after it was signed"
    if last:
        if status.coverage != SignatureCoverageLevel.ENTIRE_FILE or status.docmdp_ok is False:
            raise DefectError(added)
        return
    allowed = ModificationLevel.FORM_FILLING if may_fill else ModificationLevel.LTA_UPDATES
    level = status.modification_level
    if (
        status.coverage < SignatureCoverageLevel.ENTIRE_REVISION
        or status.docmdp_ok is False  # None: a time stamp permits nothing of its own
        or level is None
        or level > allowed
    ):
        raise DefectError(added)


def _document_stamp(signature: Any, *, last: bool) -> tuple[int, TimeStamp]:
    """End of what a stamp upon the document covers, and the stamp."""
    from pyhanko.sign.validation import validate_pdf_timestamp
    from pyhanko_certvalidator import ValidationContext

    alone = ValidationContext(trust_roots=[], allow_fetching=False)
    status = validate_pdf_timestamp(signature, validation_context=alone)
    if not (status.intact and status.valid):
        raise DefectError("the time stamp does not fit the file")
    _check_coverage(status, last=last, may_fill=False)
    return _end_of(signature), TimeStamp(status.timestamp, signature.signer_cert.dump())


def _end_of(signature: Any) -> int:
    _, _, start, length = (int(number) for number in signature.byte_range)
    return start + length


def _check_roles(
    persons: list[Any],
    found: tuple[OneSignature, ...],
    roles: dict[str, str],
    record: str,
    data: bytes,
) -> None:
    """The first signature certifies, and the fields are those that the record asks for."""
    from pyhanko.sign.fields import MDPPerm

    body = parse_json(data)
    asked = body.get("sign_off", {}).get("required_roles", ["author"])
    if record == RECORD and sorted(asked) != sorted(roles.values()):
        raise DefectError("the signature fields are not those that the record asks for")
    needed = MDPPerm.NO_CHANGES if len(roles) == 1 else MDPPerm.FILL_FORMS
    if persons[0].docmdp_level != needed:
        raise DefectError("the signature would allow later changes")
    if len({signature.role for signature in found}) != len(found):
        raise DefectError(f"{len(found)} signatures were found in one field")


def _attached(reader: Any) -> tuple[str, bytes]:
    """Name and bytes of the record, which must be the only attachment and canonical."""
    pairs = reader.root["/Names"]["/EmbeddedFiles"]["/Names"]
    names = [str(pairs[i]) for i in range(0, len(pairs), 2)]
    if names not in ([RECORD], [RETRACTION]):
        raise DefectError(f"{RECORD} is not the one attachment of the file")
    data = bytes(pairs[1]["/EF"]["/F"].data)
    try:
        canonical = canonical_json(parse_json(data))
    except EmgviewError as error:
        raise DefectError(f"the attached {names[0]} is damaged") from error
    if canonical != data:
        raise DefectError(f"the attached {names[0]} is not in canonical form")
    return names[0], data


def _embedded_crls(reader: Any) -> tuple[CertificateRevocationList, ...]:
    """Lists of the document security store, which a time stamp upon the document covers."""
    from cryptography import x509
    from pyhanko.sign.validation.dss import DocumentSecurityStore

    if "/DSS" not in reader.root:
        return ()
    store = DocumentSecurityStore.read_dss(reader)
    return tuple(x509.load_der_x509_crl(stream.get_object().data) for stream in store.crls)
