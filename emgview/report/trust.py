"""Whether certificates that the reader trusts vouch for a signer; nothing is fetched."""

from __future__ import annotations

from collections.abc import Sequence
from datetime import datetime
from pathlib import Path
from typing import TYPE_CHECKING, Any

from emgview.errors import FileError

if TYPE_CHECKING:
    from cryptography.x509 import Certificate, CertificateRevocationList


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


def trust_problem(
    signer: Certificate,
    trusted: tuple[Certificate, ...],
    moment: datetime,
    crls: Sequence[CertificateRevocationList] = (),
) -> str:
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
    return path_problem(signer, authorities, moment, crls)


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


def read_crls(paths: Sequence[Path]) -> tuple[CertificateRevocationList, ...]:
    """Revocation lists, each in DER or PEM.

    Raises
    ------
    FileError
        If one cannot be read or is none.
    """
    from cryptography import x509

    found = []
    for path in paths:
        try:
            content = path.read_bytes()
            pem = content.lstrip().startswith(b"-----")
            found.append(
                x509.load_pem_x509_crl(content) if pem else x509.load_der_x509_crl(content)
            )
        except OSError as error:
            raise FileError(
                path.name, "", f"cannot be read ({error.strerror})", "Choose another list."
            ) from error
        except ValueError as error:
            raise FileError(
                path.name, "", "is no revocation list", "Choose a list of the authority."
            ) from error
    return tuple(found)


def revocation_problem(
    signer: Certificate, crls: Sequence[CertificateRevocationList], proven: datetime | None
) -> str:
    """Whether a list names the certificate as revoked; empty if none does.

    Parameters
    ----------
    proven : datetime or None
        A trusted clock's time of the signature. Without one a revocation at any time counts: who
        stole the key can claim any time.
    """
    for crl in crls:
        entry = crl.get_revoked_certificate_by_serial_number(signer.serial_number)
        if entry is None or crl.issuer != signer.issuer:
            continue
        if proven is None or entry.revocation_date_utc <= proven:
            return f"was revoked on {entry.revocation_date_utc:%Y-%m-%d}"
    return ""


def context(
    authorities: Sequence[Certificate],
    crls: Sequence[CertificateRevocationList],
    moment: datetime | None,
) -> Any:
    """What the library asks for authorities and lists; nothing is fetched.

    With lists the policy is ``require``: under ``hard-fail`` the library ignores lists at hand for
    a certificate that names no address of a list, and a revoked one passes.
    """
    from asn1crypto.crl import CertificateList
    from cryptography.hazmat.primitives.serialization import Encoding
    from pyhanko_certvalidator import ValidationContext

    return ValidationContext(
        trust_roots=[_as_asn1(certificate) for certificate in authorities],
        crls=[CertificateList.load(crl.public_bytes(Encoding.DER)) for crl in crls],
        allow_fetching=False,
        moment=moment,
        revocation_mode="require" if crls else "soft-fail",
        retroactive_revinfo=True,  # a list of today speaks of a signature of last year
    )


def _as_asn1(certificate: Certificate) -> Any:
    from asn1crypto.x509 import Certificate as Asn1Certificate
    from cryptography.hazmat.primitives.serialization import Encoding

    return Asn1Certificate.load(certificate.public_bytes(Encoding.DER))


def path_problem(
    certificate: Certificate,
    authorities: Sequence[Certificate],
    moment: datetime,
    crls: Sequence[CertificateRevocationList] = (),
    *,
    for_time: bool = False,
) -> str:
    """Why no authority vouches for a signer, or for a time-stamping server; empty if one does."""
    import asyncio

    from pyhanko_certvalidator import CertificateValidator
    from pyhanko_certvalidator.errors import PathError, ValidationError

    validator = CertificateValidator(
        _as_asn1(certificate), validation_context=context(authorities, crls, moment)
    )
    usages = (set(), {"time_stamping"}) if for_time else ({"non_repudiation"}, set())
    try:
        asyncio.run(validator.async_validate_usage(*usages))
    except (PathError, ValidationError):
        what = "for time stamps" if for_time else "for signing documents"
        missing = ", or its revocation is not answered" if crls else ""
        return f"is not issued by a trusted authority, or not {what}{missing}"
    return ""
