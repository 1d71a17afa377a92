"""Identities to sign with: PKCS#12 files, made here for evaluation or brought along."""

from __future__ import annotations

import os
import secrets
from dataclasses import dataclass
from datetime import UTC, datetime, timedelta
from pathlib import Path
from typing import TYPE_CHECKING

from emgview.errors import FileError, SignatureError

if TYPE_CHECKING:
    from cryptography.hazmat.primitives.serialization.pkcs12 import PKCS12KeyAndCertificates
    from cryptography.x509 import Certificate

EVALUATION_UNIT = "evaluation identity, not for clinical use"
"""Organisational unit in the certificates made here: a reader of the PDF sees it in any viewer."""
_YEAR_DAYS = 365
_MOST_DAYS = 3 * _YEAR_DAYS
_LONGEST_NAME_BYTES = 64
"""Upper bound of a common name, X.520 ub-common-name; the library counts bytes of UTF-8."""
_LARGEST_FILE_BYTES = 1_000_000


@dataclass(frozen=True, slots=True)
class IdentitySummary:
    """Who a certificate names, and until when.

    Parameters
    ----------
    name : str
        Common name of the subject.
    fingerprint : str
        SHA-256 of the certificate (DER), 64 lower-case hexadecimal digits.
    not_after : datetime
        Last moment of validity, UTC.
    path_of_cert : Path or None
        The certificate as a file (PEM), to hand on and to trust; None if there is none.
    evaluation : bool
        Made by this program for trying it out; nobody vouches for the name.
    """

    name: str
    fingerprint: str
    not_after: datetime
    path_of_cert: Path | None
    evaluation: bool


def new_identity(
    name: str, out: Path, passphrase: str, *, days: int = _YEAR_DAYS
) -> IdentitySummary:
    """Make an evaluation identity: private key with a certificate that it signed itself.

    ECDSA on P-256; the PKCS#12 file is encrypted by AES-256-CBC with PBKDF2. The certificate alone
    is written beside it as ``<stem>.pem``. A second or less; any thread.

    Raises
    ------
    SignatureError
        If name, passphrase or validity cannot be used.
    FileError
        If one of the two files exists already or cannot be written.
    """
    printed = _checked_name(name)
    if not passphrase:
        raise SignatureError("The passphrase is empty", "Choose a passphrase.")
    if not 1 <= days <= _MOST_DAYS:
        raise SignatureError(
            f"{days} days of validity", f"Choose 1 to {_MOST_DAYS} days for an evaluation identity."
        )
    certificate_file = out.with_suffix(".pem")
    if certificate_file == out:
        raise FileError(out.name, "", "is the name of the certificate", "Choose a name in .p12.")
    for path in (out, certificate_file):
        if path.exists():
            raise FileError(path.name, "", "exists already", "Choose another name.")
    private, public, certificate = _made(printed, passphrase, days)
    _write_new(out, private, secret=True)
    try:
        _write_new(certificate_file, public, secret=False)
    except FileError:
        out.unlink()  # a key without its certificate beside it would block the second try
        raise
    return summary_of(certificate, certificate_file)


def load(path: Path, passphrase: str) -> IdentitySummary:
    """Whose identity a PKCS#12 file is.

    Raises
    ------
    FileError
        If the file is missing or cannot be read.
    SignatureError
        If the passphrase is wrong or the file holds no key with its certificate.
    """
    beside = path.with_suffix(".pem")
    certificate = read_identity(path, passphrase).cert
    if certificate is None:  # read_identity refuses it; for the type checker
        raise _no_identity(path)
    return summary_of(certificate.certificate, beside if beside.is_file() else None)


def read_identity(path: Path, passphrase: str) -> PKCS12KeyAndCertificates:
    """Key and certificates of a PKCS#12 file; raises as :func:`load` does."""
    from cryptography.hazmat.primitives.serialization import pkcs12

    content = _content(path)
    if not passphrase:
        raise SignatureError("The passphrase is empty", "Enter the passphrase of the identity.")
    try:
        found = pkcs12.load_pkcs12(content, passphrase.encode("utf-8"))
    except ValueError as error:  # one kind for a wrong passphrase and for other files
        raise SignatureError(
            f"{path.name} cannot be opened with this passphrase, or is no PKCS#12 file",
            "Check the passphrase and the file.",
        ) from error
    if found.key is None or found.cert is None:
        raise _no_identity(path)
    return found


def fingerprint_of(certificate_der: bytes) -> str:
    """SHA-256 of a certificate in DER, 64 lower-case hexadecimal digits."""
    from emgview.report.canonical import sha256_hex

    return sha256_hex(certificate_der)


def _no_identity(path: Path) -> SignatureError:
    return SignatureError(
        f"{path.name} holds no private key with its certificate", "Use a file with both."
    )


def _content(path: Path) -> bytes:
    try:
        if path.stat().st_size > _LARGEST_FILE_BYTES:
            raise SignatureError(f"{path.name} is no PKCS#12 file (too large)", "Check the file.")
        return path.read_bytes()
    except OSError as error:
        raise FileError(
            path.name, "", f"cannot be read ({error.strerror})", "Choose another identity."
        ) from error


def _checked_name(name: str) -> str:
    from emgview.report.glyphs import not_drawable

    printed = " ".join(name.split())
    if not printed:
        raise SignatureError("The name is empty", "Enter the name of the signer.")
    if not_drawable(printed):  # first: a lone surrogate has no bytes to count
        raise SignatureError(
            "The name holds characters that the report cannot print", "Write it in Latin letters."
        )
    n_bytes = len(printed.encode("utf-8"))
    if n_bytes > _LONGEST_NAME_BYTES:
        raise SignatureError(
            f"The name takes {n_bytes} bytes",
            f"Enter at most {_LONGEST_NAME_BYTES}; letters beyond a-z take two or more.",
        )
    return printed


def _made(name: str, passphrase: str, days: int) -> tuple[bytes, bytes, Certificate]:
    """PKCS#12 bytes, PEM bytes and the certificate of a new key."""
    from cryptography.hazmat.primitives import serialization
    from cryptography.hazmat.primitives.asymmetric import ec
    from cryptography.hazmat.primitives.serialization import pkcs12

    key = ec.generate_private_key(ec.SECP256R1())
    certificate = _self_signed(name, key, days)
    encryption = serialization.BestAvailableEncryption(passphrase.encode("utf-8"))
    private = pkcs12.serialize_key_and_certificates(
        name.encode("utf-8"), key, certificate, None, encryption
    )
    return private, certificate.public_bytes(serialization.Encoding.PEM), certificate


def _self_signed(name: str, key: object, days: int) -> Certificate:
    """Certificate for signatures upon documents, no authority for others (RFC 5280 §4.2.1)."""
    from cryptography import x509
    from cryptography.hazmat.primitives import hashes
    from cryptography.hazmat.primitives.asymmetric import ec
    from cryptography.x509.oid import NameOID

    if not isinstance(key, ec.EllipticCurvePrivateKey):
        raise TypeError(f"{type(key).__name__}, not an elliptic curve key")
    subject = x509.Name(
        [
            x509.NameAttribute(NameOID.COMMON_NAME, name),
            x509.NameAttribute(NameOID.ORGANIZATIONAL_UNIT_NAME, EVALUATION_UNIT),
        ]
    )
    begin = datetime.now(UTC).replace(microsecond=0) - timedelta(minutes=5)  # clocks differ
    usage = x509.KeyUsage(
        digital_signature=True, content_commitment=True, key_encipherment=False,
        data_encipherment=False, key_agreement=False, key_cert_sign=False, crl_sign=False,
        encipher_only=False, decipher_only=False,
    )  # fmt: skip
    key_id = x509.SubjectKeyIdentifier.from_public_key(key.public_key())
    builder = (
        x509.CertificateBuilder(subject_name=subject, issuer_name=subject)
        .public_key(key.public_key())
        .serial_number(x509.random_serial_number())
        .not_valid_before(begin)
        .not_valid_after(begin + timedelta(days=days))
        .add_extension(x509.BasicConstraints(ca=False, path_length=None), critical=True)
        .add_extension(usage, critical=True)
        .add_extension(key_id, critical=False)
    )
    return builder.sign(key, hashes.SHA256())


def summary_of(certificate: Certificate, path: Path | None) -> IdentitySummary:
    """Summary of a certificate that lies at ``path``, if it lies anywhere."""
    from cryptography.hazmat.primitives.serialization import Encoding
    from cryptography.x509.oid import NameOID

    names = certificate.subject.get_attributes_for_oid(NameOID.COMMON_NAME)
    units = certificate.subject.get_attributes_for_oid(NameOID.ORGANIZATIONAL_UNIT_NAME)
    return IdentitySummary(
        name=str(names[0].value) if names else "unnamed",
        fingerprint=fingerprint_of(certificate.public_bytes(Encoding.DER)),
        not_after=certificate.not_valid_after_utc,
        path_of_cert=path,
        evaluation=any(unit.value == EVALUATION_UNIT for unit in units),
    )


def _write_new(path: Path, content: bytes, *, secret: bool) -> None:
    """Write a file that must not exist, readable by its owner alone if it is secret."""
    part = path.with_name(f"{path.name}.{secrets.token_hex(4)}.part")
    try:
        descriptor = os.open(part, os.O_WRONLY | os.O_CREAT | os.O_EXCL, 0o600 if secret else 0o644)
        with os.fdopen(descriptor, "wb") as file:
            file.write(content)
        os.replace(part, path)  # noqa: PTH105 - atomic on every system
    except OSError as error:
        part.unlink(missing_ok=True)
        raise FileError(
            path.name, "", f"cannot be written ({error.strerror})", "Choose another place."
        ) from error
