"""Whether certificates that the reader trusts vouch for a signer; nothing is fetched."""

from __future__ import annotations

from datetime import datetime
from pathlib import Path
from typing import TYPE_CHECKING

from emgview.errors import FileError

if TYPE_CHECKING:
    from cryptography.x509 import Certificate


def read_trusted(path: Path) -> tuple[Certificate, ...]:
    """Certificates in a PEM file.

    Raises
    ------
    FileError
        If it cannot be read or holds none.
    """
    from cryptography import x509

    try:
        return tuple(x509.load_pem_x509_certificates(path.read_bytes()))
    except OSError as error:
        raise FileError(
            path.name, "", f"cannot be read ({error.strerror})", "Choose another certificate."
        ) from error
    except ValueError as error:
        raise FileError(
            path.name, "", "holds no certificate", "Choose the signer's certificate as PEM."
        ) from error


def trust_problem(signer: Certificate, trusted: tuple[Certificate, ...], moment: datetime) -> str:
    """Why no trusted certificate vouches for the signer at ``moment``; empty if one does.

    A certificate vouches for itself; those of authorities also for what they issued (RFC 5280). A
    signer's certificate in the list vouches for nobody else.
    """
    if not _for_documents(signer):
        return "is not meant for signing documents"
    if signer in trusted:
        return ""
    authorities = [certificate for certificate in trusted if _is_authority(certificate)]
    if not authorities:
        return "is not the certificate that was given as trusted"
    return _path_problem(signer, authorities, moment)


def _for_documents(certificate: Certificate) -> bool:
    """Whether the key may sign what binds a person (RFC 5280 §4.2.1.3); unlimited if not stated."""
    from cryptography import x509

    try:
        extension = certificate.extensions.get_extension_for_class(x509.KeyUsage)
    except x509.ExtensionNotFound:
        return True
    except ValueError:  # an extension that cannot be read
        return False
    return extension.value.content_commitment


def _is_authority(certificate: Certificate) -> bool:
    from cryptography import x509

    try:
        extension = certificate.extensions.get_extension_for_class(x509.BasicConstraints)
    except (x509.ExtensionNotFound, ValueError):
        return False
    return extension.value.ca


def _path_problem(signer: Certificate, authorities: list[Certificate], moment: datetime) -> str:
    import asyncio

    from asn1crypto.x509 import Certificate as Asn1Certificate
    from cryptography.hazmat.primitives.serialization import Encoding
    from pyhanko_certvalidator import CertificateValidator, ValidationContext
    from pyhanko_certvalidator.errors import PathError, ValidationError

    def as_asn1(certificate: Certificate) -> Asn1Certificate:
        return Asn1Certificate.load(certificate.public_bytes(Encoding.DER))

    context = ValidationContext(
        trust_roots=[as_asn1(certificate) for certificate in authorities],
        allow_fetching=False,
        moment=moment,
        revocation_mode="soft-fail",  # no list is at hand; the answer says so
    )
    validator = CertificateValidator(as_asn1(signer), validation_context=context)
    try:
        asyncio.run(validator.async_validate_usage({"non_repudiation"}))
    except (PathError, ValidationError):
        return "is not issued by a trusted authority, or not for signing documents"
    return ""
