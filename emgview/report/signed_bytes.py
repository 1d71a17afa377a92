"""The signature's container in a PDF, byte by byte: nothing in it may be without effect.

CMS leaves bytes free that no signature covers: padding, letter case of the hexadecimal digits,
other ways to encode the same value, certificates of nobody. Here all of them have one allowed
form, so that any altered byte of the file is found: those outside of the container by the digest,
those inside because the container must equal what is built anew from its own parts.
"""

from __future__ import annotations

import hashlib
import re
from dataclasses import dataclass
from datetime import datetime
from typing import Any

_BYTE_RANGE = re.compile(rb"/ByteRange\s*\[\s*0\s+(\d{1,12})\s+(\d{1,12})\s+(\d{1,12})\s*\]")
_HEX = re.compile(rb"[0-9A-F]+")
_SIGNED_ATTRIBUTES = {"content_type", "message_digest", "signing_certificate_v2"}
"""What PAdES B-B asks for; the time stands in the PDF (ETSI EN 319 142-1)."""
_MECHANISMS = {"ec": "sha256_ecdsa", "rsa": "sha256_rsa"}


class DefectError(Exception):
    """Why a file is not an intact signed report; its text is for the user."""


@dataclass(frozen=True, slots=True)
class Container:
    """The signature as it lies in the file.

    Parameters
    ----------
    byte_range : tuple of int
        Start and length of the two signed stretches.
    cms : bytes
        The signature object (DER) without padding.
    certificate : bytes
        The signer's certificate (DER), bound by the signed attributes.
    """

    byte_range: tuple[int, int, int, int]
    cms: bytes
    certificate: bytes


def read_container(content: bytes) -> Container:
    """The one signature container of a file, checked to the byte; the signature itself is not.

    Raises
    ------
    DefectError
        If there is none, or a byte of it, or of what it covers, is not as it was signed.
    """
    if not content.startswith(b"%PDF-"):
        raise DefectError("this is no PDF")
    byte_range = _byte_range(content)
    cms = _cms(content[byte_range[1] : byte_range[2]])
    try:
        info, signer = _parsed(cms)
        if _attributes(signer)["message_digest"][0].native != _digest(content, byte_range):
            raise DefectError("the file was changed after it was signed")
        certificate = _bound_certificate(info, signer)
        if _rebuilt(certificate, signer) != cms:
            raise DefectError("the signature was altered")
    except (ValueError, TypeError, LookupError, AttributeError) as error:
        raise DefectError("the signature is damaged") from error
    return Container(byte_range, cms, certificate.dump())


def read_detached(content: bytes, cms: bytes) -> bytes:
    """Certificate (DER) of who signed ``content`` with the object ``cms`` beside it.

    Raises
    ------
    DefectError
        If a byte of either is not as it was signed.
    """
    if _der_length(cms) != len(cms):
        raise DefectError("bytes were put behind the signature")
    try:
        info, signer = _parsed(cms)
        if _attributes(signer)["message_digest"][0].native != hashlib.sha256(content).digest():
            raise DefectError("it was changed after it was signed")
        certificate = _bound_certificate(info, signer, _SIGNED_ATTRIBUTES | {"signing_time"})
        if _rebuilt(certificate, signer) != cms:
            raise DefectError("the signature was altered")
        _verify(certificate.dump(), signer)
    except (ValueError, TypeError, LookupError, AttributeError) as error:
        raise DefectError("the signature is damaged") from error
    return bytes(certificate.dump())


def signing_time(cms: bytes) -> datetime:
    """When the signer of a detached signature says to have signed; DefectError if it is damaged."""
    try:
        _, signer = _parsed(cms)
        stated: datetime = _attributes(signer)["signing_time"][0].native
    except (ValueError, TypeError, LookupError, AttributeError) as error:
        raise DefectError("the signature is damaged") from error
    return stated


def _verify(certificate: bytes, signer: Any) -> None:
    """DefectError if the key of the certificate did not sign the attributes."""
    from cryptography import x509
    from cryptography.exceptions import InvalidSignature
    from cryptography.hazmat.primitives.asymmetric import ec, padding, rsa
    from cryptography.hazmat.primitives.hashes import SHA256

    key = x509.load_der_x509_certificate(certificate).public_key()
    signature = signer["signature"].native
    attributes = signer["signed_attrs"].untag().dump(force=True)
    try:
        if isinstance(key, ec.EllipticCurvePublicKey):
            key.verify(signature, attributes, ec.ECDSA(SHA256()))
        elif isinstance(key, rsa.RSAPublicKey):
            key.verify(signature, attributes, padding.PKCS1v15(), SHA256())
        else:
            raise DefectError("the signer's key is of a kind that is not used here")
    except InvalidSignature as error:
        raise DefectError("the signature does not fit") from error


def _byte_range(content: bytes) -> tuple[int, int, int, int]:
    found = _BYTE_RANGE.findall(content)
    if not found:
        raise DefectError("no signature was found")
    first, second, length = (int(number) for number in found[-1])
    if not 0 < first < second or second + length != len(content):
        raise DefectError("the signature does not cover the whole file")
    return (0, first, second, length)


def _digest(content: bytes, byte_range: tuple[int, int, int, int]) -> bytes:
    digest = hashlib.sha256(memoryview(content)[: byte_range[1]])
    digest.update(memoryview(content)[byte_range[2] :])
    return digest.digest()


def _cms(gap: bytes) -> bytes:
    """DER in the stretch that is not signed: ``<``, upper-case digits, zeros, ``>``."""
    digits = gap[1:-1]
    if gap[:1] != b"<" or gap[-1:] != b">" or len(digits) % 2 or not _HEX.fullmatch(digits):
        raise DefectError("the signature is damaged")
    raw = bytes.fromhex(digits.decode("ascii"))
    length = _der_length(raw)
    if any(raw[length:]):
        raise DefectError("bytes were put behind the signature")
    return raw[:length]


def _der_length(raw: bytes) -> int:
    """Length in bytes of the first value, its head included (X.690 §8.1.3)."""
    if len(raw) < 4 or raw[0] != 0x30 or not 0x81 <= raw[1] <= 0x84:
        raise DefectError("the signature is damaged")
    n = raw[1] & 0x7F
    total = 2 + n + int.from_bytes(raw[2 : 2 + n], "big")
    if total > len(raw):
        raise DefectError("the signature is cut off")
    return total


def _parsed(cms_der: bytes) -> tuple[Any, Any]:
    """SignedData and its one SignerInfo."""
    from asn1crypto import cms, tsp  # noqa: F401 - tsp teaches cms signing_certificate_v2

    info = cms.ContentInfo.load(cms_der, strict=True)
    if info["content_type"].native != "signed_data":
        raise DefectError("the signature is damaged")
    signers = info["content"]["signer_infos"]
    if len(signers) != 1:
        raise DefectError(f"the signature names {len(signers)} signers, not one")
    return info["content"], signers[0]


def _bound_certificate(
    info: Any, signer: Any, stated: frozenset[str] | set[str] = frozenset(_SIGNED_ATTRIBUTES)
) -> Any:
    """The only certificate, which the signed attributes must name by its hash (RFC 5035)."""
    certificates = info["certificates"]
    if len(certificates) != 1 or certificates[0].name != "certificate":
        raise DefectError("the signature carries other certificates than its own")
    certificate = certificates[0].chosen
    attributes = _attributes(signer)
    if len(attributes) != len(signer["signed_attrs"]):
        raise DefectError("the signature states something twice")
    if set(attributes) != stated:
        raise DefectError("the signature is not of the kind that reports carry (PAdES)")
    bound = attributes["signing_certificate_v2"][0]["certs"]
    algorithm = bound[0]["hash_algorithm"]["algorithm"].native
    if len(bound) != 1 or algorithm != "sha256":
        raise DefectError("the signature is not of the kind that reports carry (PAdES)")
    if bound[0]["cert_hash"].native != hashlib.sha256(certificate.dump()).digest():
        raise DefectError("the certificate is not the signer's")
    return certificate


def _attributes(signer: Any) -> dict[str, Any]:
    return {a["type"].native: a["values"] for a in signer["signed_attrs"]}


def _rebuilt(certificate: Any, signer: Any) -> bytes:
    """The signature object built anew (DER) from certificate, signed attributes, signature."""
    from asn1crypto import algos, cms

    key = certificate.public_key.algorithm
    if key not in _MECHANISMS:
        raise DefectError(f"the signer's key is of a kind that is not used here ({key})")
    digest = algos.DigestAlgorithm({"algorithm": "sha256"})
    issuer = cms.IssuerAndSerialNumber(
        {"issuer": certificate.issuer, "serial_number": certificate.serial_number}
    )
    info = cms.SignerInfo(
        {
            "version": "v1",
            "sid": cms.SignerIdentifier({"issuer_and_serial_number": issuer}),
            "digest_algorithm": digest,
            "signature_algorithm": algos.SignedDigestAlgorithm({"algorithm": _MECHANISMS[key]}),
            "signed_attrs": cms.CMSAttributes.load(
                signer["signed_attrs"].untag().dump(force=True), strict=True
            ),
            "signature": signer["signature"].native,
        }
    )
    data = cms.SignedData(
        {
            "version": "v1",
            "digest_algorithms": cms.DigestAlgorithms((digest,)),
            "encap_content_info": {"content_type": "data"},
            "certificates": {cms.CertificateChoices(name="certificate", value=certificate)},
            "signer_infos": [info],
        }
    )
    whole = cms.ContentInfo({"content_type": cms.ContentType("signed_data"), "content": data})
    return bytes(whole.dump())
