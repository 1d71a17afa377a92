"""Signs a report: PAdES B-B, one certification signature over the whole file, nothing online."""

from __future__ import annotations

import io
import logging
import os
import tempfile
from dataclasses import dataclass
from datetime import UTC, datetime
from pathlib import Path
from typing import TYPE_CHECKING, Any

from emgview.errors import FileError, SignatureError
from emgview.report.identity import IdentitySummary, load, read_identity
from emgview.report.stamp import Stamp, draw_stamp

if TYPE_CHECKING:
    from cryptography.hazmat.primitives.serialization.pkcs12 import PKCS12KeyAndCertificates

FIELD_NAME = "AuthorSignature"
MEANINGS = (
    "author",
    "co-author",
    "verification",
    "validation",
    "review",
    "source",
    "addendum",
)
"""Purposes of a signature after ASTM E1762."""
_SMALLEST_RSA_BITS = 2048


@dataclass(frozen=True, slots=True)
class SignatureSummary:
    """What was signed: by whom, when (UTC, this computer's clock), as what."""

    signer: IdentitySummary
    signed_at: datetime
    meaning: str
    out: Path


def sign_pdf(
    unsigned: Path,
    out: Path,
    p12: Path,
    passphrase: str,
    *,
    meaning: str = "author",
    stamp_box: tuple[float, float, float, float] | None = None,
    now: datetime | None = None,
) -> SignatureSummary:
    """Sign ``unsigned`` into ``out``; ``out`` appears only after a fresh reader has verified it.

    Takes 0.5 to 3 seconds: not for the GUI thread.

    Parameters
    ----------
    meaning : str
        One of :data:`MEANINGS`; printed on the stamp and kept as reason of the signature.
    stamp_box : tuple of float, optional
        Left, bottom, right, top on the last page in points; no visible stamp without it.
    now : datetime, optional
        Time of signing with its zone; this computer's clock by default.

    Raises
    ------
    SignatureError
        If the identity cannot be used, the document is signed already, or the result does not
        verify.
    FileError
        If a file cannot be read or written.
    """
    moment = _moment(now)
    if meaning not in MEANINGS:
        raise SignatureError(f"Meaning {meaning!r}", f"Use one of: {', '.join(MEANINGS)}.")
    signer = load(p12, passphrase)
    keys = read_identity(p12, passphrase)
    _refuse_unusable(keys, signer, moment)
    style = _stamp(signer, moment, meaning, stamp_box)
    content = _signed(_document(unsigned), keys, moment, meaning, stamp_box, style)
    _write_verified(content, out)
    return SignatureSummary(signer, moment, meaning, out)


def silence_library() -> None:
    """Keep the signing library's log lines, which quote file contents, away from the terminal."""
    for name in ("pyhanko", "pyhanko_certvalidator"):
        logging.getLogger(name).setLevel(logging.CRITICAL + 1)


def _moment(now: datetime | None) -> datetime:
    moment = now or datetime.now(UTC)
    if moment.tzinfo is None:
        raise ValueError("the time of signing has no zone")
    return moment.astimezone(UTC).replace(microsecond=0)


def _refuse_unusable(
    keys: PKCS12KeyAndCertificates, signer: IdentitySummary, moment: datetime
) -> None:
    """Refuse what verification would refuse later: expired, of another use, or a weak key."""
    from cryptography.hazmat.primitives.asymmetric import ec, rsa
    from cryptography.x509 import ExtensionNotFound, KeyUsage

    certificate = keys.cert.certificate if keys.cert is not None else None
    if certificate is None:  # read_identity refuses it; for the type checker
        raise SignatureError("No certificate", "Use another identity.")
    if not certificate.not_valid_before_utc <= moment <= certificate.not_valid_after_utc:
        raise SignatureError(
            f"The identity is valid until {signer.not_after:%Y-%m-%d}, not on {moment:%Y-%m-%d}",
            "Use a valid identity or set the clock.",
        )
    try:
        usage = certificate.extensions.get_extension_for_class(KeyUsage).value
    except ExtensionNotFound:
        usage = None
    if usage is not None and not usage.content_commitment:
        raise SignatureError(
            "The identity's certificate is not meant for signing documents (non-repudiation)",
            "Use one that is.",
        )
    strong = isinstance(keys.key, ec.EllipticCurvePrivateKey) or (
        isinstance(keys.key, rsa.RSAPrivateKey) and keys.key.key_size >= _SMALLEST_RSA_BITS
    )
    if not strong:
        raise SignatureError(
            "The identity's key is of a kind that is not used here",
            f"Use an elliptic curve or RSA from {_SMALLEST_RSA_BITS} bits.",
        )


def _document(path: Path) -> bytes:
    try:
        return path.read_bytes()
    except OSError as error:
        raise FileError(
            path.name, "", f"cannot be read ({error.strerror})", "Write the report again."
        ) from error


def _stamp(
    signer: IdentitySummary,
    moment: datetime,
    meaning: str,
    box: tuple[float, float, float, float] | None,
) -> bytes | None:
    if box is None:
        return None
    left, bottom, right, top = box
    kind = (
        "Evaluation identity, not for clinical use."
        if signer.evaluation
        else f"Certificate {signer.fingerprint[:16]}"
    )
    stamp = Stamp(signer.name, moment, meaning, kind)
    return draw_stamp(stamp, right - left, top - bottom)


def _signed(
    document: bytes,
    keys: PKCS12KeyAndCertificates,
    moment: datetime,
    meaning: str,
    box: tuple[float, float, float, float] | None,
    stamp: bytes | None,
) -> bytes:
    """The document with one more revision, which holds the signature."""
    from pyhanko.pdf_utils.incremental_writer import IncrementalPdfFileWriter
    from pyhanko.pdf_utils.misc import PdfError
    from pyhanko.sign import fields, signers
    from pyhanko.sign.general import SigningError

    silence_library()
    metadata = signers.PdfSignatureMetadata(
        field_name=FIELD_NAME,
        md_algorithm="sha256",
        subfilter=fields.SigSeedSubFilter.PADES,
        reason=meaning,
        certify=True,
        docmdp_permissions=fields.MDPPerm.NO_CHANGES,
    )
    field = fields.SigFieldSpec(
        FIELD_NAME,
        on_page=-1,
        box=box,
        readable_field_name=f"Signature: {meaning}",
    )
    try:
        writer = IncrementalPdfFileWriter(io.BytesIO(document))
        if list(writer.prev.embedded_signatures):
            raise SignatureError("The document is signed already", "Write the report again.")
        with tempfile.TemporaryDirectory(prefix="emgview-stamp-") as folder:
            style = _style(stamp, Path(folder) / "stamp.pdf")
            fields.append_signature_field(writer, field)
            return _run(
                signers.PdfSigner(metadata, _signer(keys), stamp_style=style), writer, moment
            )
    except (PdfError, SigningError, ValueError) as error:
        raise SignatureError(
            f"The report could not be signed ({type(error).__name__})",
            "Write the report again; check the identity.",
        ) from error


def _style(stamp: bytes | None, file: Path) -> Any:
    """Stamp style that shows the page ``stamp`` and nothing else, without border."""
    from pyhanko.pdf_utils.layout import AxisAlignment, Margins, SimpleBoxLayoutRule
    from pyhanko.stamp import StaticStampStyle

    if stamp is None:
        return None
    file.write_bytes(stamp)
    whole_box = SimpleBoxLayoutRule(
        AxisAlignment.ALIGN_MID, AxisAlignment.ALIGN_MID, margins=Margins.uniform(0)
    )
    return StaticStampStyle.from_pdf_file(
        str(file), border_width=0, background_opacity=1.0, background_layout=whole_box
    )


def _signer(keys: PKCS12KeyAndCertificates) -> Any:
    """Signer that embeds its own certificate alone: no byte of the signature is then unbound."""
    from asn1crypto.keys import PrivateKeyInfo
    from asn1crypto.x509 import Certificate
    from cryptography.hazmat.primitives.serialization import Encoding, NoEncryption, PrivateFormat
    from pyhanko.sign import signers
    from pyhanko_certvalidator.registry import SimpleCertificateStore

    certificate, key = keys.cert, keys.key
    if certificate is None or key is None:  # read_identity refuses it; for the type checker
        raise SignatureError("No key with a certificate", "Use another identity.")
    private = key.private_bytes(Encoding.DER, PrivateFormat.PKCS8, NoEncryption())
    return signers.SimpleSigner(
        signing_cert=Certificate.load(certificate.certificate.public_bytes(Encoding.DER)),
        signing_key=PrivateKeyInfo.load(private),
        cert_registry=SimpleCertificateStore(),
    )


def _run(signer: Any, writer: Any, moment: datetime) -> bytes:
    """Sign with ``moment`` as the claimed time; the library's own way takes the clock's."""
    import asyncio

    from pyhanko.sign.signers.pdf_cms import PdfCMSSignedAttributes

    async def sign() -> bytes:
        session = signer.init_signing_session(writer, existing_fields_only=True)
        session.system_time = moment
        size = await session.estimate_signature_container_size(None)
        ready = session.prepare_tbs_document(validation_info=None, bytes_reserved=size)
        prepared, output = ready.digest_tbs_document(output=io.BytesIO())
        done = await ready.perform_signature(
            document_digest=prepared.document_digest,
            pdf_cms_signed_attrs=PdfCMSSignedAttributes(signing_time=moment),
        )
        await done.post_signature_processing(output)
        return bytes(output.getvalue())

    return asyncio.run(sign())


def _write_verified(content: bytes, out: Path) -> None:
    """Write under another name, read back, verify, and only then give it its name."""
    from emgview.report.verification import verify_content

    part = out.with_name(out.name + ".part")
    try:
        part.write_bytes(content)
        found = verify_content(part.read_bytes())
        if found.status != "ok":
            raise SignatureError(
                f"The signed report does not verify ({found.text})", "Write the report again."
            )
        os.replace(part, out)  # noqa: PTH105 - atomic on every system
    except OSError as error:
        raise FileError(
            out.name, "", f"cannot be written ({error.strerror})", "Choose another folder."
        ) from error
    finally:
        part.unlink(missing_ok=True)
