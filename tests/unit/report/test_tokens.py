"""Signing with a token: SoftHSM2, its real library, keys on a curve and RSA."""

from __future__ import annotations

import shutil
import subprocess
from collections.abc import Iterator
from dataclasses import dataclass, replace
from pathlib import Path
from typing import Any

import pytest
from cryptography.hazmat.primitives.serialization import (
    Encoding,
    NoEncryption,
    PrivateFormat,
    pkcs12,
)

from emgview.errors import MissingExtraError, SignatureError
from emgview.report import signing
from emgview.report.keys import opened
from emgview.report.signing import Wish, sign
from emgview.report.tokens import Pkcs11
from emgview.report.verification import verify_report
from tests.unit.report.authority import PASSPHRASE, Authority

PIN = "1234"


@dataclass(frozen=True)
class Token:
    """A token with a key on a curve (``me``), an RSA key (``me-rsa``) and where it lies."""

    key: Pkcs11
    authority: Authority
    folder: Path

    def pull(self) -> None:
        """Nothing of it is left."""
        shutil.rmtree(self.folder)
        self.folder.mkdir()


@pytest.fixture(scope="module")
def module() -> Path:
    pytest.importorskip("pkcs11", reason="python-pkcs11 is not installed")
    if shutil.which("softhsm2-util") is None or shutil.which("pkcs11-tool") is None:
        pytest.skip("softhsm2 or opensc is not installed")
    found = next(Path("/usr/lib").rglob("libsofthsm2.so"), None)
    if found is None:
        pytest.skip("libsofthsm2.so is not installed")
    return found


@pytest.fixture
def token(module: Path, tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Iterator[Token]:
    import pkcs11

    tokens, config = tmp_path / "tokens", tmp_path / "softhsm2.conf"
    tokens.mkdir()
    config.write_text(f"directories.tokendir = {tokens}\n", encoding="utf-8")
    monkeypatch.setenv("SOFTHSM2_CONF", str(config))
    authority = Authority(tmp_path)
    start = ["softhsm2-util", "--init-token", "--free", "--label", "emg", "--so-pin", "00000000"]
    subprocess.run([*start, "--pin", PIN], check=True, capture_output=True, timeout=60)
    for label, rsa in (("me", False), ("me-rsa", True)):
        p12, _ = authority.signer("Dr. T. Token", rsa_key=rsa)
        _fill(module, p12, label, tmp_path)
    pkcs11.lib(str(module)).reinitialize()  # it has read the configuration of an earlier test
    yield Token(Pkcs11(module, "emg", "me", PIN), authority, tokens)
    pkcs11.lib(str(module)).finalize()
    pkcs11.lib(str(module)).initialize()


def _fill(module: Path, p12: Path, label: str, folder: Path) -> None:
    found = pkcs12.load_pkcs12(p12.read_bytes(), PASSPHRASE.encode())
    assert found.key is not None
    assert found.cert is not None
    key, cert = folder / "key.der", folder / "cert.der"
    key.write_bytes(found.key.private_bytes(Encoding.DER, PrivateFormat.PKCS8, NoEncryption()))
    cert.write_bytes(found.cert.certificate.public_bytes(Encoding.DER))
    tool = ["pkcs11-tool", "--module", str(module), "--login", "--pin", PIN, "--token-label", "emg"]
    for file, kind in ((key, "privkey"), (cert, "cert")):
        written = ["--write-object", str(file), "--type", kind, "--label", label]
        ends = ["--id", label.encode().hex()]
        subprocess.run([*tool, *written, *ends], check=True, capture_output=True, timeout=60)


@pytest.mark.parametrize("label", ["me", "me-rsa"])
def test_token_signs(token: Token, label: str, final_pdf: Path, tmp_path: Path) -> None:
    """SoftHSM2 offers no curve signature with its own digest: this failed with MechanismInvalid."""
    out = tmp_path / "out.pdf"
    found = sign(final_pdf, out, replace(token.key, label=label), Wish())
    assert found.signer.name == "Dr. T. Token"
    assert verify_report(out, trust=token.authority.pem).ok
    content = bytearray(out.read_bytes())
    content[content.index(b"/MediaBox") + 1] ^= 1
    out.write_bytes(content)
    assert not verify_report(out, trust=token.authority.pem).ok


@pytest.mark.parametrize(
    ("changes", "words"),
    [
        ({"pin": "9999"}, "PIN of emg is wrong"),
        ({"pin": "1"}, "PIN of emg is wrong"),
        ({"token": "other"}, "No token other"),
        ({"label": "nobody"}, "with a key nobody"),
        ({"module": Path("no-such-library.so")}, "no module no-such-library.so"),
    ],
)
def test_what_is_wrong_is_told_and_nothing_is_written(
    token: Token, changes: dict[str, Any], words: str, final_pdf: Path, tmp_path: Path
) -> None:
    out = tmp_path / "out.pdf"
    with pytest.raises(SignatureError, match=words) as caught:
        sign(final_pdf, out, replace(token.key, **changes), Wish())
    assert PIN not in str(caught.value)
    assert "9999" not in str(caught.value)
    assert not out.exists()
    sign(final_pdf, out, token.key, Wish())  # the token is usable afterwards
    assert verify_report(out, trust=token.authority.pem).ok


def test_file_that_is_no_module_is_refused(token: Token, final_pdf: Path, tmp_path: Path) -> None:
    text = tmp_path / "module.so"
    text.write_text("no library", encoding="utf-8")
    with pytest.raises(SignatureError, match="No token emg"):
        sign(final_pdf, tmp_path / "out.pdf", replace(token.key, module=text), Wish())


def test_pulled_token_signs_nothing(
    token: Token, final_pdf: Path, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    """Pulled between the PIN and the signature."""
    out, draw = tmp_path / "out.pdf", signing._stamp

    def pull_first(*arguments: Any) -> Any:
        token.pull()
        return draw(*arguments)

    monkeypatch.setattr(signing, "_stamp", pull_first)
    with pytest.raises(SignatureError, match="pulled"):
        sign(final_pdf, out, token.key, Wish())
    assert list(tmp_path.glob("out*")) == []


def test_pin_is_in_no_representation(token: Token) -> None:
    assert PIN not in repr(token.key)
    with opened(token.key) as ready:
        assert PIN not in repr(ready)


def test_without_the_library_the_extra_is_named(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setitem(__import__("sys").modules, "pkcs11", None)
    key = Pkcs11(tmp_path / "x.so", "emg", "me", PIN)
    with pytest.raises(MissingExtraError, match=r"emgview\[hsm\]"), opened(key):
        pytest.fail("it opened")
