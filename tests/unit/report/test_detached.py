"""Signatures beside record and manifest: nobody else's, to the byte, and openssl agrees."""

from __future__ import annotations

import json
import shutil
import subprocess
from pathlib import Path

import pytest

from emgview.report import canonical_json
from emgview.report.canonical import sha256_hex
from emgview.report.detached import beside, sign_beside
from emgview.report.keys import Pkcs12, opened
from emgview.report.manifest import check, write_manifest
from emgview.report.signed_bytes import DefectError, read_detached
from emgview.report.signing import Wish, sign_set
from emgview.report.verification import verify_report
from tests.unit.report.authority import PASSPHRASE, Authority

SEALED = "every byte is as it was signed, and so is the signed manifest beside it"


@pytest.fixture(scope="module")
def authority(tmp_path_factory: pytest.TempPathFactory) -> Authority:
    return Authority(tmp_path_factory.mktemp("authority"))


@pytest.fixture(scope="module")
def original(
    authority: Authority, final_pdf: Path, tmp_path_factory: pytest.TempPathFactory
) -> Path:
    """A folder with a signed report."""
    folder = tmp_path_factory.mktemp("signed")
    record = folder / "report.json"
    shutil.copyfile(final_pdf, folder / "unsigned.pdf")
    pikepdf = pytest.importorskip("pikepdf")
    with pikepdf.open(final_pdf) as pdf:
        record.write_bytes(pdf.attachments["report.json"].get_file().read_bytes())
    key = Pkcs12(authority.signer("Dr. A. Author", rsa_key=True)[0], PASSPHRASE)
    sign_set(folder / "unsigned.pdf", folder / "report.pdf", record, key, Wish())
    (folder / "unsigned.pdf").unlink()
    return folder


@pytest.fixture
def folder(original: Path, tmp_path: Path) -> Path:
    return Path(shutil.copytree(original, tmp_path / "report"))


def test_one_authentication_signs_pdf_record_and_manifest(folder: Path) -> None:
    names = sorted(path.name for path in folder.iterdir())
    assert names == [
        "manifest.json", "manifest.json.p7s", "report.json", "report.json.p7s", "report.pdf",
    ]  # fmt: skip
    assert check(folder) == ()
    found = verify_report(folder / "report.pdf")
    assert (found.integrity.status, found.integrity.text) == ("ok", SEALED)


def test_rewritten_manifest_is_found(folder: Path) -> None:
    """Without a signature who changes a file changes its line, and all agrees again."""
    body = json.loads((folder / "manifest.json").read_bytes())
    record = folder / "report.json.p7s"
    record.write_bytes(record.read_bytes() + b"\0")
    line = next(x for x in body["files"] if x["name"] == record.name)
    line["bytes"], line["sha256"] = record.stat().st_size, sha256_hex(record.read_bytes())
    (folder / "manifest.json").write_bytes(canonical_json(body))
    assert check(folder) == ()
    found = verify_report(folder / "report.pdf")
    assert found.integrity.status == "failed"
    assert "manifest.json is not intact" in found.integrity.text


def test_manifest_signed_by_somebody_else_is_found(folder: Path, authority: Authority) -> None:
    files = [folder / "report.json", folder / "report.json.p7s", folder / "report.pdf"]
    manifest = write_manifest(folder, files)
    other = Pkcs12(authority.signer("Dr. S. Else")[0], PASSPHRASE)
    with opened(other) as key:
        sign_beside(manifest, key, key.certificate.not_valid_before_utc)
    found = verify_report(folder / "report.pdf")
    assert (found.integrity.status, found.ok) == ("failed", False)
    assert "somebody else" in found.integrity.text


def test_manifest_without_a_signature_is_not_called_signed(folder: Path) -> None:
    (folder / "manifest.json.p7s").unlink()
    found = verify_report(folder / "report.pdf")
    assert found.integrity.text == "every byte is as it was signed"


def test_every_changed_byte_of_the_signature_is_found(folder: Path) -> None:
    content = (folder / "report.json").read_bytes()
    cms = (folder / "report.json.p7s").read_bytes()
    assert read_detached(content, cms)
    for at in range(0, len(cms), 7):
        changed = bytearray(cms)
        changed[at] ^= 1
        with pytest.raises(DefectError):
            read_detached(content, bytes(changed))
    for wrong in (content + b" ", b"", content.replace(b'"', b"'", 1)):
        with pytest.raises(DefectError, match="changed"):
            read_detached(wrong, cms)
    with pytest.raises(DefectError, match="behind"):
        read_detached(content, cms + b"\0")


@pytest.mark.parametrize("name", ["report.json", "manifest.json"])
def test_openssl_verifies_and_finds_a_changed_byte(
    folder: Path, authority: Authority, name: str
) -> None:
    if shutil.which("openssl") is None:
        pytest.skip("openssl is not installed")
    file = folder / name
    command = [
        "openssl", "cms", "-verify", "-cades", "-binary", "-inform", "DER", "-purpose", "any",
        "-CAfile", str(authority.pem), "-in", str(beside(file)), "-content", str(file),
    ]  # fmt: skip
    assert subprocess.run(command, capture_output=True, check=False, timeout=30).returncode == 0
    file.write_bytes(file.read_bytes() + b" ")
    assert subprocess.run(command, capture_output=True, check=False, timeout=30).returncode != 0
