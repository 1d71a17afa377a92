"""A certificate authority, revocation lists and a time-stamping server (RFC 3161) for tests."""

from __future__ import annotations

import threading
from collections.abc import Iterator, Sequence
from contextlib import contextmanager
from datetime import UTC, datetime, timedelta
from http.server import BaseHTTPRequestHandler, HTTPServer
from pathlib import Path
from typing import Any

from cryptography import x509
from cryptography.hazmat.primitives import hashes
from cryptography.hazmat.primitives.asymmetric import ec, rsa
from cryptography.hazmat.primitives.serialization import (
    BestAvailableEncryption,
    Encoding,
    NoEncryption,
    PrivateFormat,
    pkcs12,
)
from cryptography.x509.oid import ExtendedKeyUsageOID, NameOID

PASSPHRASE = "test"


def _name(text: str) -> x509.Name:
    return x509.Name([x509.NameAttribute(NameOID.COMMON_NAME, text)])


def _usage(*, sign_certificates: bool = False, documents: bool = False) -> x509.KeyUsage:
    return x509.KeyUsage(
        digital_signature=not sign_certificates, content_commitment=documents,
        key_encipherment=False, data_encipherment=False, key_agreement=False,
        key_cert_sign=sign_certificates, crl_sign=sign_certificates,
        encipher_only=False, decipher_only=False,
    )  # fmt: skip


class Authority:
    """Issues certificates for signers and time stamps, revokes them."""

    def __init__(self, folder: Path, name: str = "Test authority") -> None:
        self.folder = folder
        self.name = _name(name)
        self.begin = datetime.now(UTC).replace(microsecond=0) - timedelta(days=400)
        self._key = ec.generate_private_key(ec.SECP256R1())
        constraints = x509.BasicConstraints(ca=True, path_length=None)
        self.certificate = (
            self._builder(self.name, self._key.public_key(), self.begin, 4000)
            .add_extension(constraints, critical=True)
            .add_extension(_usage(sign_certificates=True), critical=True)
            .sign(self._key, hashes.SHA256())
        )
        self.pem = folder / f"{name}.pem"
        self.pem.write_bytes(self.certificate.public_bytes(Encoding.PEM))

    def _builder(
        self, subject: x509.Name, public: Any, begin: datetime, days: int
    ) -> x509.CertificateBuilder:
        authority_key = self._key.public_key()
        return (
            x509.CertificateBuilder(subject_name=subject, issuer_name=self.name)
            .public_key(public)
            .serial_number(x509.random_serial_number())
            .not_valid_before(begin)
            .not_valid_after(begin + timedelta(days=days))
            .add_extension(x509.SubjectKeyIdentifier.from_public_key(public), critical=False)
            .add_extension(
                x509.AuthorityKeyIdentifier.from_issuer_public_key(authority_key), critical=False
            )
        )

    def signer(
        self,
        name: str,
        *,
        begin: datetime | None = None,
        days: int = 800,
        rsa_key: bool = False,
    ) -> tuple[Path, x509.Certificate]:
        """PKCS#12 file of a person, and the certificate. It names no address of a list."""
        key: ec.EllipticCurvePrivateKey | rsa.RSAPrivateKey = (
            rsa.generate_private_key(65537, 2048)
            if rsa_key
            else ec.generate_private_key(ec.SECP256R1())
        )
        certificate = (
            self._builder(_name(name), key.public_key(), begin or self.begin, days)
            .add_extension(x509.BasicConstraints(ca=False, path_length=None), critical=True)
            .add_extension(_usage(documents=True), critical=True)
            .sign(self._key, hashes.SHA256())
        )
        path = self.folder / f"{certificate.serial_number:x}.p12"
        encryption = BestAvailableEncryption(PASSPHRASE.encode())
        path.write_bytes(
            pkcs12.serialize_key_and_certificates(b"me", key, certificate, None, encryption)
        )
        return path, certificate

    def crl(
        self, revoked: Sequence[tuple[x509.Certificate, datetime]] = (), name: str = "list.crl"
    ) -> Path:
        """A revocation list of now."""
        now = datetime.now(UTC).replace(microsecond=0)
        builder = x509.CertificateRevocationListBuilder(
            issuer_name=self.name, last_update=now - timedelta(minutes=1),
            next_update=now + timedelta(days=30),
        )  # fmt: skip
        builder = builder.add_extension(x509.CRLNumber(1), critical=False).add_extension(
            x509.AuthorityKeyIdentifier.from_issuer_public_key(self._key.public_key()),
            critical=False,
        )
        for certificate, at in revoked:
            entry = x509.RevokedCertificateBuilder(certificate.serial_number, at)
            builder = builder.add_revoked_certificate(entry.build())
        path = self.folder / name
        path.write_bytes(builder.sign(self._key, hashes.SHA256()).public_bytes(Encoding.DER))
        return path

    @contextmanager
    def time_server(self) -> Iterator[str]:
        """Address of a server that answers time-stamp requests over HTTP on this computer."""
        key = rsa.generate_private_key(65537, 2048)
        certificate = (
            self._builder(_name("Test clock"), key.public_key(), self.begin, 3000)
            .add_extension(x509.BasicConstraints(ca=False, path_length=None), critical=True)
            .add_extension(_usage(), critical=True)
            .add_extension(
                x509.ExtendedKeyUsage([ExtendedKeyUsageOID.TIME_STAMPING]), critical=True
            )
            .sign(self._key, hashes.SHA256())
        )
        server = HTTPServer(("127.0.0.1", 0), _handler(certificate, key))
        thread = threading.Thread(target=server.serve_forever, daemon=True)
        thread.start()
        try:
            yield f"http://127.0.0.1:{server.server_address[1]}/"
        finally:
            server.shutdown()
            server.server_close()
            thread.join(10)


def _handler(certificate: x509.Certificate, key: Any) -> type[BaseHTTPRequestHandler]:
    from asn1crypto import keys, tsp
    from asn1crypto import x509 as asn1_x509
    from pyhanko.sign.timestamps.dummy_client import DummyTimeStamper

    clock = DummyTimeStamper(
        asn1_x509.Certificate.load(certificate.public_bytes(Encoding.DER)),
        keys.PrivateKeyInfo.load(
            key.private_bytes(Encoding.DER, PrivateFormat.PKCS8, NoEncryption())
        ),
    )

    class Handler(BaseHTTPRequestHandler):
        def do_POST(self) -> None:
            body = self.rfile.read(int(self.headers["Content-Length"]))
            answer = clock.request_tsa_response(tsp.TimeStampReq.load(body)).dump()
            self.send_response(200)
            self.send_header("Content-Type", "application/timestamp-reply")
            self.send_header("Content-Length", str(len(answer)))
            self.end_headers()
            self.wfile.write(answer)

        def log_message(self, *_: Any) -> None:
            """Say nothing."""

    return Handler
