"""Identities: what the certificate says, what is refused, what lies on the disk."""

from __future__ import annotations

import os
import stat
from datetime import UTC, datetime, timedelta
from pathlib import Path

import pytest
from cryptography import x509
from cryptography.hazmat.primitives.asymmetric import ec
from cryptography.hazmat.primitives.serialization import Encoding, NoEncryption, pkcs12
from cryptography.x509.oid import NameOID

from emgview.errors import EmgviewError, FileError, SignatureError
from emgview.report import sha256_hex
from emgview.report.identity import EVALUATION_UNIT, load, new_identity

PASSPHRASE = "käse und brot"


def certificate_of(path: Path) -> x509.Certificate:
    return x509.load_pem_x509_certificate(path.read_bytes())


def test_certificate_is_for_documents_and_says_that_it_is_for_evaluation(tmp_path: Path) -> None:
    made = new_identity("Dr. Jörg Müller", tmp_path / "me.p12", PASSPHRASE)
    assert made.path_of_cert == tmp_path / "me.pem"
    certificate = certificate_of(tmp_path / "me.pem")
    usage = certificate.extensions.get_extension_for_class(x509.KeyUsage).value
    assert usage.content_commitment
    assert usage.digital_signature
    assert not usage.key_cert_sign
    basic = certificate.extensions.get_extension_for_class(x509.BasicConstraints).value
    assert not basic.ca
    unit = certificate.subject.get_attributes_for_oid(NameOID.ORGANIZATIONAL_UNIT_NAME)
    assert [attribute.value for attribute in unit] == [EVALUATION_UNIT]
    assert "not for clinical use" in EVALUATION_UNIT
    assert certificate.issuer == certificate.subject


def test_summary_agrees_with_the_certificate(tmp_path: Path) -> None:
    made = new_identity("Dr. Jörg Müller", tmp_path / "me.p12", PASSPHRASE, days=10)
    certificate = certificate_of(tmp_path / "me.pem")
    assert made.name == "Dr. Jörg Müller"
    assert made.fingerprint == sha256_hex(certificate.public_bytes(Encoding.DER))
    assert made.not_after == certificate.not_valid_after_utc
    assert timedelta(days=9) < made.not_after - datetime.now(UTC) <= timedelta(days=10)
    assert made.evaluation


def test_loads_what_it_made(tmp_path: Path) -> None:
    made = new_identity("Dr. A. Reader", tmp_path / "me.p12", PASSPHRASE)
    assert load(tmp_path / "me.p12", PASSPHRASE) == made


def test_two_identities_of_one_name_differ(tmp_path: Path) -> None:
    made = [new_identity("A", tmp_path / f"{i}.p12", PASSPHRASE) for i in range(2)]
    assert made[0].fingerprint != made[1].fingerprint


def test_spaces_in_the_name_are_put_in_order(tmp_path: Path) -> None:
    assert new_identity("  Dr.  A\n Reader ", tmp_path / "me.p12", "x").name == "Dr. A Reader"


def test_private_key_is_encrypted(tmp_path: Path) -> None:
    """The name of the cipher stands in the file, the key's own identifier does not."""
    new_identity("Dr. A. Reader", tmp_path / "me.p12", PASSPHRASE)
    content = (tmp_path / "me.p12").read_bytes()
    aes_256_cbc = bytes.fromhex("060960864801650304012a")
    ec_public_key = bytes.fromhex("06072a8648ce3d0201")
    assert aes_256_cbc in content
    assert ec_public_key not in content
    assert ec_public_key in certificate_of(tmp_path / "me.pem").public_bytes(Encoding.DER)


@pytest.mark.skipif(os.name == "nt", reason="Windows has other permissions")
def test_only_the_owner_may_read_the_key(tmp_path: Path) -> None:
    new_identity("Dr. A. Reader", tmp_path / "me.p12", PASSPHRASE)
    assert stat.S_IMODE((tmp_path / "me.p12").stat().st_mode) == 0o600


@pytest.mark.parametrize("existing", ["me.p12", "me.pem"])
def test_refuses_to_overwrite(tmp_path: Path, existing: str) -> None:
    (tmp_path / existing).write_text("precious", encoding="utf-8")
    with pytest.raises(FileError, match=f"{existing}: exists already"):
        new_identity("A", tmp_path / "me.p12", PASSPHRASE)
    assert (tmp_path / existing).read_text(encoding="utf-8") == "precious"
    assert [path.name for path in tmp_path.iterdir()] == [existing]


def test_name_of_the_certificate_is_refused_for_the_key(tmp_path: Path) -> None:
    with pytest.raises(FileError, match=r"\.p12"):
        new_identity("A", tmp_path / "me.pem", PASSPHRASE)


def test_folder_that_is_missing_is_told(tmp_path: Path) -> None:
    with pytest.raises(FileError, match=r"me\.p12: cannot be written"):
        new_identity("A", tmp_path / "absent" / "me.p12", PASSPHRASE)


@pytest.mark.parametrize("name", ["", "   ", "x" * 65, "王小明", "a\u202eb"])
def test_name_that_cannot_be_printed_is_refused(tmp_path: Path, name: str) -> None:
    with pytest.raises(SignatureError):
        new_identity(name, tmp_path / "me.p12", PASSPHRASE)
    assert not list(tmp_path.iterdir())


@pytest.mark.parametrize("letter", ["x", "ü", "Д"])
def test_longest_name_is_counted_in_bytes(tmp_path: Path, letter: str) -> None:
    """63 characters with umlauts passed the check of characters and failed in the library."""
    longest = letter * (64 // len(letter.encode("utf-8")))
    assert new_identity(longest, tmp_path / "me.p12", PASSPHRASE).name == longest
    with pytest.raises(SignatureError, match="bytes"):
        new_identity(longest + letter, tmp_path / "other.p12", PASSPHRASE)


@pytest.mark.parametrize("days", [0, -1, 10_000])
def test_validity_has_bounds(tmp_path: Path, days: int) -> None:
    with pytest.raises(SignatureError, match=str(days)):
        new_identity("A", tmp_path / "me.p12", PASSPHRASE, days=days)


def test_empty_passphrase_is_refused(tmp_path: Path) -> None:
    with pytest.raises(SignatureError, match="empty"):
        new_identity("A", tmp_path / "me.p12", "")
    assert not list(tmp_path.iterdir())
    new_identity("A", tmp_path / "me.p12", PASSPHRASE)
    with pytest.raises(SignatureError, match="empty"):
        load(tmp_path / "me.p12", "")


def test_wrong_passphrase_is_one_line_without_the_passphrase(tmp_path: Path) -> None:
    new_identity("A", tmp_path / "me.p12", PASSPHRASE)
    with pytest.raises(SignatureError) as caught:
        load(tmp_path / "me.p12", "geheim")
    assert "passphrase" in str(caught.value)
    assert "geheim" not in str(caught.value)
    assert "\n" not in str(caught.value)
    assert str(tmp_path) not in str(caught.value)


@pytest.mark.parametrize("content", [b"", b"hello", b"0\x82\xff\xff", bytes(2_000_000)])
def test_file_that_is_no_identity(tmp_path: Path, content: bytes) -> None:
    (tmp_path / "me.p12").write_bytes(content)
    with pytest.raises(SignatureError, match=r"me\.p12"):
        load(tmp_path / "me.p12", PASSPHRASE)


def test_certificate_without_key_is_no_identity(tmp_path: Path) -> None:
    new_identity("A", tmp_path / "me.p12", PASSPHRASE)
    certificate = certificate_of(tmp_path / "me.pem")
    only = pkcs12.serialize_key_and_certificates(None, None, None, [certificate], NoEncryption())
    (tmp_path / "only.p12").write_bytes(only)
    with pytest.raises(EmgviewError, match=r"only\.p12"):
        load(tmp_path / "only.p12", PASSPHRASE)


@pytest.mark.parametrize("name", ["absent.p12", "."])
def test_missing_file_or_folder_is_a_file_error(tmp_path: Path, name: str) -> None:
    with pytest.raises(FileError, match="cannot be read"):
        load(tmp_path / name, PASSPHRASE)


def test_certificate_is_signed_by_its_own_key(tmp_path: Path) -> None:
    new_identity("A", tmp_path / "me.p12", PASSPHRASE)
    certificate = certificate_of(tmp_path / "me.pem")
    key = certificate.public_key()
    assert isinstance(key, ec.EllipticCurvePublicKey)
    certificate.verify_directly_issued_by(certificate)
