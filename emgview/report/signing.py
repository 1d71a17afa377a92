"""Signs a report: PAdES B-B offline, B-T with a time-stamping server, B-LTA for archive.

All signature fields are made before the first signature, which certifies the document: a field
that came later would break it. With one signer nothing may change any more; with an author and a
verifier only the second field may be filled.
"""

from __future__ import annotations

import io
import logging
import os
import tempfile
from collections.abc import Mapping
from dataclasses import dataclass, field
from datetime import UTC, datetime
from enum import StrEnum
from pathlib import Path
from typing import Any

from emgview.errors import FileError, SignatureError
from emgview.report.identity import IdentitySummary
from emgview.report.keys import Key, OpenKey, Pkcs12, opened
from emgview.report.stamp import Stamp, draw_stamp
from emgview.report.tagged_fields import tag_fields

FIELD_NAME = "AuthorSignature"
FIELDS: Mapping[str, str] = {"author": FIELD_NAME, "verifier": "VerifierSignature"}
"""Name of the signature field by role."""
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

Box = tuple[float, float, float, float]


class Level(StrEnum):
    """How much of the proof lies in the file (ETSI EN 319 142-1)."""

    B_B = "B-B"
    B_T = "B-T"
    B_LTA = "B-LTA"


@dataclass(frozen=True, slots=True)
class Wish:
    """How to sign.

    Parameters
    ----------
    meaning : str
        One of :data:`MEANINGS`; printed on the stamp and kept as reason of the signature.
    role, roles : str, tuple of str
        Who signs now; who must sign in all. The roles of the first signature hold for the file.
    boxes : mapping
        Left, bottom, right, top on the last page in points, by role; none for no visible stamp.
    now : datetime, optional
        Time of signing with its zone; this computer's clock by default.
    level : Level
        B-T and B-LTA need ``tsa_url``, B-LTA also ``roots`` and ``crls``.
    roots : Path, optional
        Certificates (PEM) of the authorities of signer and time-stamping server.
    crls : tuple of Path
        Revocation lists (DER or PEM) of these authorities.
    """

    meaning: str = "author"
    role: str = "author"
    roles: tuple[str, ...] = ("author",)
    boxes: Mapping[str, Box] = field(default_factory=dict)
    now: datetime | None = None
    level: Level = Level.B_B
    tsa_url: str = ""
    roots: Path | None = None
    crls: tuple[Path, ...] = ()


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
    stamp_box: Box | None = None,
    now: datetime | None = None,
) -> SignatureSummary:
    """Sign as the only author with a PKCS#12 file, PAdES B-B; see :func:`sign`."""
    boxes = {"author": stamp_box} if stamp_box is not None else {}
    return sign(unsigned, out, Pkcs12(p12, passphrase), Wish(meaning, boxes=boxes, now=now))


def sign(source: Path, out: Path, key: Key, wish: Wish) -> SignatureSummary:
    """Sign ``source`` into ``out``; ``out`` appears only after a fresh reader has verified it.

    Takes 0.5 to 3 seconds: not for the GUI thread.

    Raises
    ------
    SignatureError
        If the identity cannot be used, the field is signed already or missing, no time stamp can
        be had, or the result does not verify.
    FileError
        If a file cannot be read or written.
    """
    moment = _moment(wish.now)
    _refuse_wish(wish)
    document = _document(source)
    with opened(key) as ready:
        content = _signed_by(ready, document, moment, wish)
    _write_verified(content, out)
    return SignatureSummary(ready.summary, moment, wish.meaning, out)


def sign_set(source: Path, out: Path, record: Path, key: Key, wish: Wish) -> SignatureSummary:
    """Sign the PDF ``out`` and what lies beside it, with one authentication.

    ``record`` gets a signature (the first signer's), then the manifest of all files is written and
    signed, each made of files that are in their place already. ``source`` may be ``out``: the
    second signature then takes the place of the first at once.

    Raises
    ------
    SignatureError, FileError
        As :func:`sign`.
    """
    from emgview.report.detached import beside, seal, sign_beside

    moment = _moment(wish.now)
    _refuse_wish(wish)
    document = _document(source)
    with opened(key) as ready:
        _write_verified(_signed_by(ready, document, moment, wish), out)
        if wish.role == "author" or not beside(record).is_file():
            sign_beside(record, ready, moment)
        files = [path for path in (record, beside(record), out) if path.is_file()]
        seal(out.parent, files, ready, moment)
    return SignatureSummary(ready.summary, moment, wish.meaning, out)


def _signed_by(ready: OpenKey, document: bytes, moment: datetime, wish: Wish) -> bytes:
    _refuse_unusable(ready, moment)
    return _signed(document, ready, moment, wish, _stamp(ready.summary, moment, wish))


def silence_library() -> None:
    """Keep the signing library's log lines, which quote file contents, away from the terminal."""
    for name in ("pyhanko", "pyhanko_certvalidator"):
        logging.getLogger(name).setLevel(logging.CRITICAL + 1)


def _moment(now: datetime | None) -> datetime:
    moment = now or datetime.now(UTC)
    if moment.tzinfo is None:
        raise ValueError("the time of signing has no zone")
    return moment.astimezone(UTC).replace(microsecond=0)


def _refuse_wish(wish: Wish) -> None:
    if wish.meaning not in MEANINGS:
        raise SignatureError(f"Meaning {wish.meaning!r}", f"Use one of: {', '.join(MEANINGS)}.")
    if wish.role not in FIELDS or wish.role not in wish.roles:
        raise SignatureError(f"Role {wish.role!r}", f"Use one of: {', '.join(wish.roles)}.")
    if wish.level is not Level.B_B and not wish.tsa_url:
        raise SignatureError(
            f"Level {wish.level} needs a time-stamping server", "State its address, or use B-B."
        )
    if wish.level is Level.B_LTA and (wish.roots is None or not wish.crls):
        raise SignatureError(
            "Level B-LTA needs the authorities' certificates and their revocation lists",
            "State both, or use B-T.",
        )


def _refuse_unusable(key: OpenKey, moment: datetime) -> None:
    """Refuse what verification would refuse later: expired, or of another use."""
    from cryptography.x509 import ExtensionNotFound, KeyUsage

    certificate = key.certificate
    if not certificate.not_valid_before_utc <= moment <= certificate.not_valid_after_utc:
        raise SignatureError(
            f"The identity is valid until {key.summary.not_after:%Y-%m-%d}, "
            f"not on {moment:%Y-%m-%d}",
            "Use a valid identity or set the clock.",
        )
    try:
        usage = certificate.extensions.get_extension_for_class(KeyUsage).value
    except ExtensionNotFound:
        return
    if not usage.content_commitment:
        raise SignatureError(
            "The identity's certificate is not meant for signing documents (non-repudiation)",
            "Use one that is.",
        )


def _document(path: Path) -> bytes:
    try:
        return path.read_bytes()
    except OSError as error:
        raise FileError(
            path.name, "", f"cannot be read ({error.strerror})", "Write the report again."
        ) from error


def _stamp(signer: IdentitySummary, moment: datetime, wish: Wish) -> bytes | None:
    box = wish.boxes.get(wish.role)
    if box is None:
        return None
    left, bottom, right, top = box
    kind = (
        "Evaluation identity, not for clinical use."
        if signer.evaluation
        else f"Certificate {signer.fingerprint[:16]}"
    )
    stamp = Stamp(signer.name, moment, wish.meaning, kind)
    return draw_stamp(stamp, right - left, top - bottom)


def _signed(
    document: bytes, key: OpenKey, moment: datetime, wish: Wish, stamp: bytes | None
) -> bytes:
    """The document with one more revision (B-LTA: several), which holds the signature."""
    from pyhanko.pdf_utils.incremental_writer import IncrementalPdfFileWriter
    from pyhanko.pdf_utils.misc import PdfError
    from pyhanko.sign import signers
    from pyhanko.sign.general import SigningError
    from pyhanko.sign.timestamps import TimestampRequestError
    from pyhanko_certvalidator.errors import PathError, ValidationError

    silence_library()
    try:
        writer = IncrementalPdfFileWriter(io.BytesIO(document))
        first = _prepare_fields(writer, wish)
        metadata = _metadata(wish, first=first)
        with tempfile.TemporaryDirectory(prefix="emgview-stamp-") as folder:
            style = _style(stamp, Path(folder) / "stamp.pdf")
            signer = signers.PdfSigner(
                metadata, key.signer, timestamper=_timestamper(wish), stamp_style=style
            )
            return _run(signer, writer, moment)
    except TimestampRequestError as error:
        raise SignatureError(
            "The time-stamping server did not answer", "Try again later, or sign as B-B."
        ) from error
    except (PathError, ValidationError) as error:
        raise SignatureError(
            "The authorities' certificates and lists do not vouch for the signer",
            "Use current revocation lists.",
        ) from error
    except (PdfError, SigningError, ValueError) as error:
        raise SignatureError(
            f"The report could not be signed ({type(error).__name__})",
            "Write the report again; check the identity.",
        ) from error


def _prepare_fields(writer: Any, wish: Wish) -> bool:
    """Make all fields where there are none; True if this will be the first signature."""
    from pyhanko.sign import fields

    known = {name: value for name, value, _ in fields.enumerate_sig_fields(writer.prev)}
    name = FIELDS[wish.role]
    if not known:
        for role in wish.roles:
            spec = fields.SigFieldSpec(
                FIELDS[role],
                on_page=-1,
                box=wish.boxes.get(role),
                readable_field_name=f"Signature: {wish.meaning if role == wish.role else role}",
            )
            fields.append_signature_field(writer, spec)
        tag_fields(writer)
        return True
    if known.get(name) is not None or (name not in known):
        raise SignatureError("The document is signed already", "Write the report again.")
    return not any(value is not None for value in known.values())


def _metadata(wish: Wish, *, first: bool) -> Any:
    from pyhanko.sign import fields, signers
    from pyhanko.sign.signers.pdf_signer import DSSContentSettings, TimestampDSSContentSettings

    permission = fields.MDPPerm.NO_CHANGES if len(wish.roles) == 1 else fields.MDPPerm.FILL_FORMS
    certifying = {"certify": True, "docmdp_permissions": permission} if first else {}
    archive: dict[str, Any] = {}
    if wish.level is Level.B_LTA:
        archive = {
            "embed_validation_info": True,
            "use_pades_lta": True,
            "validation_context": _evidence(wish),
            # The clock's own evidence goes in before its stamp: the stamp then covers the file.
            "dss_settings": DSSContentSettings(
                next_ts_settings=TimestampDSSContentSettings(
                    include_vri=False, update_before_ts=True
                )
            ),
        }
    return signers.PdfSignatureMetadata(
        field_name=FIELDS[wish.role],
        md_algorithm="sha256",
        subfilter=fields.SigSeedSubFilter.PADES,
        reason=wish.meaning,
        **certifying,
        **archive,
    )


def _evidence(wish: Wish) -> Any:
    """Context with what vouches for signer and time stamp; revocation must be answered."""
    from emgview.report.trust import context, read_crls, read_trusted

    roots = read_trusted(wish.roots) if wish.roots is not None else ()
    return context(roots, read_crls(wish.crls), None)


def _timestamper(wish: Wish) -> Any:
    if wish.level is Level.B_B:
        return None
    from pyhanko.sign.timestamps.requests_client import RequestsHTTPTimeStamper

    return RequestsHTTPTimeStamper(wish.tsa_url, timeout=10)


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


def _run(signer: Any, writer: Any, moment: datetime) -> bytes:
    """Sign with ``moment`` as the claimed time; the library's own way takes the clock's."""
    import asyncio

    from pyhanko.sign.signers.pdf_cms import PdfCMSSignedAttributes

    async def run() -> bytes:
        session = signer.init_signing_session(writer, existing_fields_only=True)
        session.system_time = moment
        found = await session.perform_presign_validation(writer)
        size = await session.estimate_signature_container_size(found)
        ready = session.prepare_tbs_document(validation_info=found, bytes_reserved=size)
        prepared, output = ready.digest_tbs_document(output=io.BytesIO())
        done = await ready.perform_signature(
            document_digest=prepared.document_digest,
            pdf_cms_signed_attrs=PdfCMSSignedAttributes(signing_time=moment),
        )
        await done.post_signature_processing(output)
        return bytes(output.getvalue())

    return asyncio.run(run())


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
