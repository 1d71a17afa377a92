"""Keys to sign with: a PKCS#12 file, or a card or token by PKCS#11. Opened anew for each signature.

The passphrase or PIN is asked before each signature and kept by nobody.
"""

from __future__ import annotations

from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass, field
from pathlib import Path
from typing import TYPE_CHECKING, Any

from emgview.errors import SignatureError
from emgview.report.identity import IdentitySummary, load, read_identity, summary_of
from emgview.report.tokens import Pkcs11, token_signer

if TYPE_CHECKING:
    from cryptography.x509 import Certificate

_SMALLEST_RSA_BITS = 2048


@dataclass(frozen=True, slots=True)
class Pkcs12:
    """A key in a file."""

    path: Path
    passphrase: str = field(repr=False)


Key = Pkcs12 | Pkcs11


@dataclass(frozen=True, slots=True)
class OpenKey:
    """A key that can sign now: whose it is, its certificate, the library's signer."""

    summary: IdentitySummary
    certificate: Certificate
    signer: Any


@contextmanager
def opened(key: Key) -> Iterator[OpenKey]:
    """Authenticate and open; the session with a token ends with the block.

    Raises
    ------
    SignatureError
        If passphrase or PIN are wrong, there is no key with its certificate, or the token is pulled
        before the block ends.
    MissingExtraError
        If PKCS#11 is asked for and its library is not installed.
    """
    if isinstance(key, Pkcs12):
        yield _from_file(key)
        return
    with token_signer(key) as signer:
        yield _on_token(signer)


def _from_file(key: Pkcs12) -> OpenKey:
    from asn1crypto.keys import PrivateKeyInfo
    from asn1crypto.x509 import Certificate as Asn1Certificate
    from cryptography.hazmat.primitives.serialization import Encoding, NoEncryption, PrivateFormat
    from pyhanko.sign import signers
    from pyhanko_certvalidator.registry import SimpleCertificateStore

    summary = load(key.path, key.passphrase)
    keys = read_identity(key.path, key.passphrase)
    certificate, private_key = keys.cert, keys.key
    if certificate is None or private_key is None:  # read_identity refuses it; for the type checker
        raise SignatureError("No key with a certificate", "Use another identity.")
    _refuse_weak(private_key.public_key())
    private = private_key.private_bytes(Encoding.DER, PrivateFormat.PKCS8, NoEncryption())
    signer = signers.SimpleSigner(
        signing_cert=Asn1Certificate.load(certificate.certificate.public_bytes(Encoding.DER)),
        signing_key=PrivateKeyInfo.load(private),
        cert_registry=SimpleCertificateStore(),  # its own certificate alone: all else is unbound
    )
    return OpenKey(summary, certificate.certificate, signer)


def _on_token(signer: Any) -> OpenKey:
    from cryptography import x509

    certificate = x509.load_der_x509_certificate(signer.signing_cert.dump())
    _refuse_weak(certificate.public_key())
    return OpenKey(summary_of(certificate, None), certificate, signer)


def _refuse_weak(public: object) -> None:
    from cryptography.hazmat.primitives.asymmetric import ec, rsa

    strong = isinstance(public, ec.EllipticCurvePublicKey) or (
        isinstance(public, rsa.RSAPublicKey) and public.key_size >= _SMALLEST_RSA_BITS
    )
    if not strong:
        raise SignatureError(
            "The identity's key is of a kind that is not used here",
            f"Use an elliptic curve or RSA from {_SMALLEST_RSA_BITS} bits.",
        )
