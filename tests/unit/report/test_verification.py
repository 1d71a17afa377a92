"""The four answers about a signed report."""

from __future__ import annotations

import json
import logging
import shutil
import subprocess
import sys
from collections.abc import Callable
from dataclasses import fields
from datetime import UTC, datetime, timedelta
from pathlib import Path
from typing import Any

import pytest
from cryptography import x509
from cryptography.hazmat.primitives import hashes
from cryptography.hazmat.primitives.asymmetric import ec
from cryptography.hazmat.primitives.serialization import (
    BestAvailableEncryption,
    Encoding,
    pkcs12,
)
from cryptography.x509.oid import NameOID

from emgview.errors import FileError
from emgview.report import canonical_json
from emgview.report.identity import IdentitySummary, new_identity
from emgview.report.manifest import write_manifest
from emgview.report.signing import sign_pdf
from emgview.report.verification import Verification, verify_report

PASSPHRASE = "test"


@pytest.fixture(scope="module")
def now() -> datetime:
    """Time of signing: of these tests, not of the start of a run that may be minutes old."""
    return datetime.now(UTC).replace(microsecond=0)


@pytest.fixture(scope="module")
def folder(tmp_path_factory: pytest.TempPathFactory) -> Path:
    return tmp_path_factory.mktemp("signed")


@pytest.fixture(scope="module")
def identity(folder: Path) -> IdentitySummary:
    return new_identity("Dr. A. Reader", folder / "me.p12", PASSPHRASE)


@pytest.fixture(scope="module")
def signed(now: datetime, folder: Path, identity: IdentitySummary, final_pdf: Path) -> Path:
    out = folder / "report.pdf"
    sign_pdf(final_pdf, out, folder / "me.p12", PASSPHRASE, now=now)
    return out


def statuses(found: Verification) -> list[str]:
    return [getattr(found, field.name).status for field in fields(found)]


def test_alone_the_file_tells_only_that_it_is_intact(signed: Path) -> None:
    found = verify_report(signed)
    assert statuses(found) == ["ok", "unknown", "unknown", "unknown"]
    assert found.ok


def test_json_holds_all_answers(signed: Path) -> None:
    found = verify_report(signed)
    body = json.loads(json.dumps(found.as_json()))
    assert list(body) == ["ok", "integrity", "identity", "time", "currency"]
    assert body["ok"] is True
    assert body["time"] == {"status": "unknown", "text": found.time.text}


def test_answers_are_one_plain_line(signed: Path) -> None:
    found = verify_report(signed)
    for field in fields(found):
        text = getattr(found, field.name).text
        assert text
        assert "\n" not in text
        assert str(signed.parent) not in text


# -- identity --------------------------------------------------------------------------------


def test_unknown_signer_is_named_with_fingerprint(signed: Path, identity: IdentitySummary) -> None:
    text = verify_report(signed).identity.text
    assert text.startswith("Dr. A. Reader as author")
    assert identity.fingerprint in text


def test_trusted_certificate_confirms_and_says_what_it_is(signed: Path, folder: Path) -> None:
    found = verify_report(signed, trust=folder / "me.pem")
    assert statuses(found) == ["ok", "ok", "unknown", "unknown"]
    assert "trusted by me.pem" in found.identity.text
    assert "not for clinical use" in found.identity.text


def test_another_certificate_of_the_same_name_does_not(signed: Path, tmp_path: Path) -> None:
    new_identity("Dr. A. Reader", tmp_path / "other.p12", PASSPHRASE)
    found = verify_report(signed, trust=tmp_path / "other.pem")
    assert statuses(found) == ["ok", "failed", "unknown", "unknown"]
    assert not found.ok


def test_one_of_several_trusted_certificates_is_enough(
    signed: Path, folder: Path, tmp_path: Path
) -> None:
    new_identity("B", tmp_path / "other.p12", PASSPHRASE)
    both = tmp_path / "both.pem"
    both.write_bytes((tmp_path / "other.pem").read_bytes() + (folder / "me.pem").read_bytes())
    assert verify_report(signed, trust=both).identity.status == "ok"


def test_signature_after_the_certificate_expired_fails(
    now: datetime, final_pdf: Path, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    """Signing refuses this, so the refusal is taken away: another program might not refuse."""
    new_identity("A", tmp_path / "me.p12", PASSPHRASE, days=1)
    monkeypatch.setattr("emgview.report.signing._refuse_unusable", lambda *_: None)
    for days in (-3, 3):
        out = tmp_path / "late.pdf"
        late = now + timedelta(days=days)
        sign_pdf(final_pdf, out, tmp_path / "me.p12", PASSPHRASE, now=late)
        found = verify_report(out, trust=tmp_path / "me.pem")
        assert statuses(found) == ["ok", "failed", "unknown", "unknown"]
        assert "not when it was signed" in found.identity.text


def issued(
    folder: Path, *, ca: bool = True, key_usage: bool = True, begin: datetime | None = None
) -> tuple[Path, Path]:
    """Signer's PKCS#12 and the PEM of the authority that issued it, valid from ``begin`` or now."""
    start = begin or datetime.now(UTC)

    def built(name: str, issuer: str, key: Any, by: Any, *, authority: bool) -> x509.Certificate:
        subject, from_ = (
            x509.Name([x509.NameAttribute(NameOID.COMMON_NAME, text)]) for text in (name, issuer)
        )
        usage = x509.KeyUsage(
            digital_signature=True, content_commitment=not authority and key_usage,
            key_encipherment=False, data_encipherment=False, key_agreement=False,
            key_cert_sign=authority, crl_sign=authority, encipher_only=False, decipher_only=False,
        )  # fmt: skip
        return (
            x509.CertificateBuilder(from_, subject, key.public_key(), x509.random_serial_number())
            .not_valid_before(start - timedelta(days=1))
            .not_valid_after(start + timedelta(days=1))
            .add_extension(x509.BasicConstraints(authority, None), critical=True)
            .add_extension(usage, critical=True)
            .sign(by, hashes.SHA256())
        )

    root_key, key = (ec.generate_private_key(ec.SECP256R1()) for _ in range(2))
    root = built("Root", "Root", root_key, root_key, authority=ca)
    leaf = built("Dr. B. Issued", "Root", key, root_key, authority=False)
    encryption = BestAvailableEncryption(PASSPHRASE.encode())
    p12 = pkcs12.serialize_key_and_certificates(b"b", key, leaf, [root], encryption)
    (folder / "b.p12").write_bytes(p12)
    (folder / "root.pem").write_bytes(root.public_bytes(Encoding.PEM))
    return folder / "b.p12", folder / "root.pem"


def test_authority_vouches_for_what_it_issued(final_pdf: Path, tmp_path: Path) -> None:
    p12, root = issued(tmp_path)
    sign_pdf(final_pdf, tmp_path / "out.pdf", p12, PASSPHRASE)
    found = verify_report(tmp_path / "out.pdf", trust=root)
    assert found.identity.status == "ok"
    assert "revocation not checked" in found.identity.text


def test_other_authority_of_the_same_name_does_not(final_pdf: Path, tmp_path: Path) -> None:
    p12, _ = issued(tmp_path)
    sign_pdf(final_pdf, tmp_path / "out.pdf", p12, PASSPHRASE)
    (tmp_path / "other").mkdir()
    _, other = issued(tmp_path / "other")
    assert verify_report(tmp_path / "out.pdf", trust=other).identity.status == "failed"


def test_certificate_that_is_no_authority_vouches_for_nobody_else(
    final_pdf: Path, tmp_path: Path
) -> None:
    """A reader's own key could issue certificates in other names."""
    p12, root = issued(tmp_path, ca=False)
    sign_pdf(final_pdf, tmp_path / "out.pdf", p12, PASSPHRASE)
    assert verify_report(tmp_path / "out.pdf", trust=root).identity.status == "failed"


def test_authority_does_not_vouch_for_a_certificate_of_another_use(
    final_pdf: Path, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    p12, root = issued(tmp_path, key_usage=False)
    monkeypatch.setattr("emgview.report.signing._refuse_unusable", lambda *_: None)
    monkeypatch.setattr("emgview.report.signing._write_verified", lambda c, out: out.write_bytes(c))
    sign_pdf(final_pdf, tmp_path / "out.pdf", p12, PASSPHRASE)
    assert not verify_report(tmp_path / "out.pdf", trust=root).ok


@pytest.mark.parametrize("content", [b"", b"hello", b"-----BEGIN CERTIFICATE-----\n-----END"])
def test_trust_that_is_no_certificate(signed: Path, tmp_path: Path, content: bytes) -> None:
    (tmp_path / "x.pem").write_bytes(content)
    with pytest.raises(FileError, match=r"x\.pem: holds no certificate"):
        verify_report(signed, trust=tmp_path / "x.pem")


def test_missing_trust(signed: Path, tmp_path: Path) -> None:
    with pytest.raises(FileError, match=r"absent\.pem: cannot be read"):
        verify_report(signed, trust=tmp_path / "absent.pem")


# -- time ------------------------------------------------------------------------------------


def test_time_is_the_claim_of_the_signers_computer(
    now: datetime, signed: Path, folder: Path
) -> None:
    answer = verify_report(signed, trust=folder / "me.pem").time
    assert answer.status == "unknown"
    assert now.strftime("%Y-%m-%d %H:%M:%S UTC+00:00") in answer.text


# -- currency --------------------------------------------------------------------------------


@pytest.fixture
def known(final_pdf: Path, tmp_path: Path) -> Callable[..., Path]:
    """Puts a version of the report into a study's folder ``reports``; gives that folder."""
    body = json.loads((final_pdf.parent / "report.json").read_bytes())

    def put(version: int, **changes: Any) -> Path:
        changed = {**body, "version": version, **changes}
        place = tmp_path / "reports" / f"{changed['report_set_id']}_v{version}"
        place.mkdir(parents=True)
        (place / "report.json").write_bytes(canonical_json(changed))
        return tmp_path / "reports"

    return put


def test_newest_version(signed: Path, known: Callable[..., Path]) -> None:
    answer = verify_report(signed, registry=known(1)).currency
    assert (answer.status, answer.text) == ("ok", "v1 is the newest version in the study")


def test_replaced_version_fails(signed: Path, known: Callable[..., Path]) -> None:
    for version in (1, 2, 10):
        registry = known(version)
    found = verify_report(signed, registry=registry)
    assert statuses(found) == ["ok", "unknown", "unknown", "failed"]
    assert found.currency.text == "replaced by v10"
    assert not found.ok


def test_draft_replaces_nothing(signed: Path, known: Callable[..., Path]) -> None:
    known(1)
    assert verify_report(signed, registry=known(2, status="draft")).currency.status == "ok"


def test_other_series_replaces_nothing(signed: Path, known: Callable[..., Path]) -> None:
    known(1)
    assert verify_report(signed, registry=known(2, report_set_id="x")).currency.status == "ok"


def test_newer_version_that_cannot_be_read_still_counts(
    signed: Path, known: Callable[..., Path]
) -> None:
    known(1)
    registry = known(2)
    next(registry.glob("*_v2/report.json")).write_bytes(b"")
    assert verify_report(signed, registry=registry).currency.text == "replaced by v2"


def test_report_that_the_study_does_not_know(signed: Path, tmp_path: Path) -> None:
    for registry in (tmp_path, tmp_path / "absent"):
        answer = verify_report(signed, registry=registry).currency
        assert (answer.status, answer.text) == ("unknown", "the study does not know this report")


def test_other_report_of_the_same_version(signed: Path, known: Callable[..., Path]) -> None:
    answer = verify_report(signed, registry=known(1, report_id="other")).currency
    assert (answer.status, answer.text) == ("failed", "the study holds another report as v1")


# -- manifest beside the file ----------------------------------------------------------------


@pytest.fixture
def beside(signed: Path, tmp_path: Path) -> Path:
    """A copy of the signed file with its manifest."""
    shutil.copy(signed, tmp_path / "report.pdf")
    write_manifest(tmp_path, [tmp_path / "report.pdf"])
    return tmp_path / "report.pdf"


def test_manifest_that_agrees(beside: Path) -> None:
    assert verify_report(beside).ok


def test_manifest_that_lists_another_content_fails(
    beside: Path, final_pdf: Path, folder: Path
) -> None:
    """A second valid signature upon the same report is another file.

    Its time was once counted from the start of the run: in a slow run it lay before the identity.
    """
    beside.unlink()
    earlier = datetime.now(UTC).replace(microsecond=0) - timedelta(minutes=2)
    sign_pdf(final_pdf, beside, folder / "me.p12", PASSPHRASE, now=earlier)
    found = verify_report(beside)
    assert statuses(found) == ["failed", "unknown", "unknown", "unknown"]
    assert "manifest" in found.integrity.text


def test_damaged_manifest_fails(beside: Path) -> None:
    (beside.parent / "manifest.json").write_bytes(b"{")
    assert "manifest" in verify_report(beside).integrity.text
    assert not verify_report(beside).ok


def test_manifest_that_does_not_list_the_file_says_nothing(beside: Path) -> None:
    assert verify_report(beside.rename(beside.with_name("renamed.pdf"))).ok


@pytest.mark.parametrize("listed_after", [False, True])
def test_record_beside_the_file_must_be_the_signed_one(
    beside: Path, final_pdf: Path, listed_after: bool
) -> None:
    """A manifest written anew after the change agrees with the file, not with the signature."""
    record = beside.with_name("report.json")
    shutil.copy(final_pdf.with_name("report.json"), record)
    write_manifest(beside.parent, [beside, record])
    assert verify_report(beside).ok
    record.write_bytes(record.read_bytes().replace(b'"version":1', b'"version":2'))
    if listed_after:
        write_manifest(beside.parent, [beside, record])
    found = verify_report(beside)
    assert statuses(found) == ["failed", "unknown", "unknown", "unknown"]
    assert "report.json" in found.integrity.text
    record.unlink()
    assert verify_report(beside).ok, "a record that was left behind alters nothing"


# -- what is no signed report ----------------------------------------------------------------


def test_unsigned_report_fails_in_words(final_pdf: Path) -> None:
    found = verify_report(final_pdf)
    assert statuses(found) == ["failed", "unknown", "unknown", "unknown"]
    assert found.integrity.text == "no signature was found"
    assert not found.ok


@pytest.mark.parametrize("content", [b"", b"hello", b"%PDF-", b"\x00" * 4096])
def test_file_that_is_no_pdf_fails_in_words(tmp_path: Path, content: bytes) -> None:
    (tmp_path / "x.pdf").write_bytes(content)
    found = verify_report(tmp_path / "x.pdf")
    assert found.integrity.text in ("this is no PDF", "no signature was found")
    assert not found.ok


@pytest.mark.parametrize("name", ["absent.pdf", "."])
def test_file_that_cannot_be_read(tmp_path: Path, name: str) -> None:
    with pytest.raises(FileError, match="cannot be read"):
        verify_report(tmp_path / name)


def test_log_of_the_library_does_not_reach_the_terminal(
    signed: Path, caplog: pytest.LogCaptureFixture, capfd: pytest.CaptureFixture[str]
) -> None:
    """It wrote the signer's name with a traceback: no path to a root was found."""
    with caplog.at_level(logging.DEBUG):
        verify_report(signed)
    assert not [r for r in caplog.records if r.name.startswith("pyhanko")]
    assert capfd.readouterr() == ("", "")


def test_importing_the_modules_does_not_load_the_library() -> None:
    code = (
        "import sys; import emgview.report.verification, emgview.report.signing;"
        "sys.exit(any(m.split('.')[0] in ('pyhanko', 'cryptography', 'typst', 'asn1crypto')"
        " for m in sys.modules))"
    )
    assert subprocess.run([sys.executable, "-c", code], check=False).returncode == 0
