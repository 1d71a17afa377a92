"""Signing a real report: what is written, what is drawn, what is refused."""

from __future__ import annotations

import shutil
import subprocess
from collections.abc import Iterator
from datetime import UTC, datetime, timedelta, timezone
from pathlib import Path
from typing import Any

import numpy as np
import pikepdf
import pytest
from cryptography import x509
from cryptography.hazmat.primitives import hashes
from cryptography.hazmat.primitives.asymmetric import ec, ed25519, rsa
from cryptography.hazmat.primitives.serialization import BestAvailableEncryption, pkcs12
from cryptography.x509.oid import NameOID
from numpy.typing import NDArray

from emgview.errors import EmgviewError, FileError, SignatureError
from emgview.report import SIGNATURE_BOX_PT
from emgview.report.identity import load, new_identity
from emgview.report.signing import FIELD_NAME, sign_pdf
from emgview.report.stamp import Stamp, draw_stamp, time_with_offset
from emgview.report.verification import verify_report

PASSPHRASE = "test"


@pytest.fixture(scope="module")
def now() -> datetime:
    """Time of signing: of these tests, not of the start of a run that may be minutes old."""
    return datetime.now(UTC).replace(microsecond=0)


@pytest.fixture(scope="module")
def p12(tmp_path_factory: pytest.TempPathFactory) -> Path:
    file = tmp_path_factory.mktemp("identity") / "me.p12"
    new_identity("Dr. Anneliese Müller-Lüdenscheidt", file, PASSPHRASE)
    return file


@pytest.fixture(scope="module")
def signed(
    now: datetime, final_pdf: Path, p12: Path, tmp_path_factory: pytest.TempPathFactory
) -> Path:
    out = tmp_path_factory.mktemp("signed") / "report.pdf"
    sign_pdf(final_pdf, out, p12, PASSPHRASE, stamp_box=SIGNATURE_BOX_PT, now=now)
    return out


@pytest.fixture
def signature(signed: Path) -> Iterator[Any]:
    with pikepdf.open(signed) as pdf:
        (field,) = pdf.Root.AcroForm.Fields
        yield field


def test_what_comes_back_is_who_when_and_why(
    now: datetime, final_pdf: Path, p12: Path, tmp_path: Path
) -> None:
    zone = timezone(timedelta(hours=5, minutes=30))
    out = tmp_path / "out.pdf"
    made = sign_pdf(
        final_pdf, out, p12, PASSPHRASE, meaning="verification", now=now.astimezone(zone)
    )
    assert made.signer == load(p12, PASSPHRASE)
    assert made.signed_at == now
    assert made.signed_at.tzinfo is UTC
    assert (made.meaning, made.out) == ("verification", out)


def test_signature_is_pades_certifying_without_later_changes(now: datetime, signature: Any) -> None:
    assert str(signature.T) == FIELD_NAME
    assert str(signature.TU) == "Signature: author"
    value = signature.V
    assert str(value.SubFilter) == "/ETSI.CAdES.detached"
    assert str(value.Reason) == "author"
    (reference,) = value.Reference
    assert str(reference.TransformMethod) == "/DocMDP"
    assert int(reference.TransformParams.P) == 1
    assert str(value.M) == now.strftime("D:%Y%m%d%H%M%SZ")


def test_signed_file_starts_with_the_unsigned_one(signed: Path, final_pdf: Path) -> None:
    assert signed.read_bytes().startswith(final_pdf.read_bytes())


def test_attached_json_is_untouched(signed: Path, final_pdf: Path) -> None:
    with pikepdf.open(signed) as pdf:
        content = pdf.attachments["report.json"].get_file().read_bytes()
    assert content == (final_pdf.parent / "report.json").read_bytes()


def test_all_fonts_are_embedded_and_the_pdf_a_claim_stays(signed: Path) -> None:
    with pikepdf.open(signed) as pdf:
        assert pdf.open_metadata()["pdfaid:part"] == "3"
        fonts = [o for o in pdf.objects if isinstance(o, pikepdf.Dictionary)]
        descriptors = [o for o in fonts if o.get("/Type") == "/FontDescriptor"]
        named = [o for o in fonts if o.get("/Type") == "/Font"]
    assert descriptors
    assert all({"/FontFile2", "/FontFile3"} & set(d.keys()) for d in descriptors)
    assert not [f for f in named if "/DescendantFonts" not in f and "/FontDescriptor" not in f]


@pytest.mark.skipif(shutil.which("qpdf") is None, reason="qpdf is not installed")
def test_qpdf_finds_no_fault(signed: Path) -> None:
    found = subprocess.run(["qpdf", "--check", signed], capture_output=True, check=False)
    assert found.returncode == 0, found.stdout


@pytest.mark.skipif(shutil.which("pdfsig") is None, reason="pdfsig is not installed")
def test_another_program_agrees_that_the_whole_file_is_signed(signed: Path) -> None:
    found = subprocess.run(["pdfsig", signed], capture_output=True, text=True, check=False)
    assert "Total document signed" in found.stdout
    assert "Signature is Valid." in found.stdout


# -- the visible stamp -----------------------------------------------------------------------


def ink(pdf: Path, page: int, scale: float = 4.0) -> NDArray[np.bool_]:
    """Dark pixels of a page with its form fields, row 0 on top."""
    import pypdfium2

    document = pypdfium2.PdfDocument(pdf)
    document.init_forms()
    bitmap = document[page].render(scale=scale, may_draw_forms=True, grayscale=True)
    pixels = np.array(bitmap.to_numpy()).squeeze() < 128
    bitmap.close()
    document.close()
    return pixels


def inside(pixels: NDArray[np.bool_], margin_pt: float, scale: float = 4.0) -> NDArray[np.bool_]:
    left, bottom, right, top = SIGNATURE_BOX_PT
    height = pixels.shape[0]
    rows = slice(
        round(height - (top - margin_pt) * scale), round(height - (bottom + margin_pt) * scale)
    )
    columns = slice(round((left + margin_pt) * scale), round((right - margin_pt) * scale))
    return pixels[rows, columns]


def test_stamp_is_drawn_on_the_last_page_and_changes_nothing_else(
    signed: Path, final_pdf: Path
) -> None:
    with pikepdf.open(signed) as pdf:
        last = len(pdf.pages) - 1
    before, after = ink(final_pdf, last), ink(signed, last)
    assert not inside(before, 1.5).any()
    assert inside(after, 1.5).sum() > 3000
    new = after & ~before
    assert new.sum() == inside(new, 1.5).sum()


def test_nothing_of_the_stamp_is_cut_at_the_edge(signed: Path) -> None:
    with pikepdf.open(signed) as pdf:
        last = len(pdf.pages) - 1
    pixels = ink(signed, last)
    assert inside(pixels, 1.5).sum() == inside(pixels, 3.0).sum()


def words_of(content: bytes) -> str:
    import pypdfium2

    document = pypdfium2.PdfDocument(content)
    text = str(document[0].get_textpage().get_text_range())
    document.close()
    return " ".join(text.split())


def test_stamp_says_name_time_meaning_and_kind(now: datetime) -> None:
    stamp = Stamp("Dr. A. Reader", now, "review", "Evaluation identity.")
    text = words_of(draw_stamp(stamp, 283.5, 56.7))
    printed = now.strftime("%Y-%m-%d %H:%M:%S UTC+00:00")
    assert text == f"Dr. A. Reader Signed {printed} Meaning: review Evaluation identity."


@pytest.mark.parametrize(
    "name",
    ["Ü" * 64, "W" * 64, "Prof. Dr. med. Dr. h. c. " + "Wilhelmina " * 3, 'a"#{$*_`<@b'],
    ids=["high", "wide", "titles", "markup"],
)
@pytest.mark.parametrize("size", [(283.5, 56.7), (120.0, 40.0)])
def test_long_and_hostile_names_are_whole_and_within_the_box(
    now: datetime, tmp_path: Path, name: str, size: tuple[float, float]
) -> None:
    """The stamp's page has no margin: ink at its edge would be a name cut off."""
    content = draw_stamp(Stamp(name, now, "author", "Evaluation identity, not for use."), *size)
    (tmp_path / "stamp.pdf").write_bytes(content)
    pixels = ink(tmp_path / "stamp.pdf", 0)
    assert pixels.shape == (np.ceil(size[1] * 4), np.ceil(size[0] * 4))
    border = np.ones_like(pixels)
    border[8:-8, 8:-8] = False
    assert pixels.any()
    assert not (pixels & border).any()
    assert words_of(content).replace(" ", "").startswith(name.replace(" ", ""))


def test_characters_without_glyph_are_printed_as_codes(now: datetime) -> None:
    assert "[U+738B]" in words_of(draw_stamp(Stamp("王", now, "author", "-"), 283.5, 56.7))


def test_time_carries_its_offset() -> None:
    moment = datetime(2026, 3, 5, 10, 11, 12, tzinfo=timezone(timedelta(hours=-3)))
    assert time_with_offset(moment) == "2026-03-05 10:11:12 UTC-03:00"


def test_without_box_nothing_is_drawn(final_pdf: Path, p12: Path, tmp_path: Path) -> None:
    sign_pdf(final_pdf, tmp_path / "out.pdf", p12, PASSPHRASE)
    with pikepdf.open(tmp_path / "out.pdf") as pdf:
        last = len(pdf.pages) - 1
    assert (ink(final_pdf, last) == ink(tmp_path / "out.pdf", last)).all()


# -- refusals --------------------------------------------------------------------------------


def refused(
    kind: type[EmgviewError], match: str, pdf: Path, p12: Path, tmp_path: Path, **changes: Any
) -> None:
    """Signing raises, and leaves neither the file nor a part of it nor the old one changed."""
    out = tmp_path / "refused" / "out.pdf"
    out.parent.mkdir(exist_ok=True)
    out.write_bytes(b"old")
    passphrase = changes.pop("passphrase", PASSPHRASE)
    with pytest.raises(kind, match=match) as caught:
        sign_pdf(pdf, out, p12, passphrase, **changes)
    assert "\n" not in str(caught.value)
    assert str(tmp_path) not in str(caught.value)
    assert [path.name for path in out.parent.iterdir()] == ["out.pdf"]
    assert out.read_bytes() == b"old"


def test_wrong_passphrase(final_pdf: Path, p12: Path, tmp_path: Path) -> None:
    refused(SignatureError, "passphrase", final_pdf, p12, tmp_path, passphrase="wrong")


def test_signed_file_is_not_signed_again(signed: Path, p12: Path, tmp_path: Path) -> None:
    refused(SignatureError, "signed already", signed, p12, tmp_path)


def test_unknown_meaning(final_pdf: Path, p12: Path, tmp_path: Path) -> None:
    refused(SignatureError, "'boss'", final_pdf, p12, tmp_path, meaning="boss")


def test_expired_and_not_yet_valid_identity(
    now: datetime, final_pdf: Path, p12: Path, tmp_path: Path
) -> None:
    for days in (-1, 400):
        then = now + timedelta(days=days)
        refused(SignatureError, "valid until", final_pdf, p12, tmp_path, now=then)


@pytest.mark.parametrize("content", [b"", b"hello", b"%PDF-1.7\n%%EOF\n"])
def test_document_that_is_no_pdf(p12: Path, tmp_path: Path, content: bytes) -> None:
    (tmp_path / "in.pdf").write_bytes(content)
    refused(SignatureError, "could not be signed", tmp_path / "in.pdf", p12, tmp_path)


def test_missing_document(p12: Path, tmp_path: Path) -> None:
    refused(FileError, r"absent\.pdf: cannot be read", tmp_path / "absent.pdf", p12, tmp_path)


def test_document_without_report_is_not_signed(p12: Path, tmp_path: Path) -> None:
    """The fresh reader demands the attached record, so no other PDF gets this signature."""
    with pikepdf.new() as pdf:
        pdf.add_blank_page()
        pdf.save(tmp_path / "blank.pdf")
    refused(SignatureError, "does not verify", tmp_path / "blank.pdf", p12, tmp_path)


def test_folder_that_is_missing(final_pdf: Path, p12: Path, tmp_path: Path) -> None:
    with pytest.raises(FileError, match=r"out\.pdf: cannot be written"):
        sign_pdf(final_pdf, tmp_path / "absent" / "out.pdf", p12, PASSPHRASE)


def test_time_without_zone_is_a_defect_of_the_caller(
    final_pdf: Path, p12: Path, tmp_path: Path
) -> None:
    with pytest.raises(ValueError, match="zone"):
        sign_pdf(final_pdf, tmp_path / "out.pdf", p12, PASSPHRASE, now=datetime(2026, 1, 1))


# -- identities from elsewhere ---------------------------------------------------------------


def foreign(tmp_path: Path, key: Any, *, document: bool = True, chain: bool = False) -> Path:
    """A PKCS#12 as an authority would issue it, with its own certificate inside if ``chain``."""
    name = x509.Name([x509.NameAttribute(NameOID.COMMON_NAME, "Clinic")])
    now = datetime.now(UTC)
    usage = x509.KeyUsage(
        digital_signature=True, content_commitment=document, key_encipherment=False,
        data_encipherment=False, key_agreement=False, key_cert_sign=False, crl_sign=False,
        encipher_only=False, decipher_only=False,
    )  # fmt: skip
    hash_of = None if isinstance(key, ed25519.Ed25519PrivateKey) else hashes.SHA256()
    certificate = (
        x509.CertificateBuilder(name, name, key.public_key(), x509.random_serial_number())
        .not_valid_before(now - timedelta(days=1))
        .not_valid_after(now + timedelta(days=1))
        .add_extension(usage, critical=True)
        .sign(key, hash_of)
    )
    new_identity("Authority", tmp_path / "ca.p12", PASSPHRASE)
    other = [x509.load_pem_x509_certificate((tmp_path / "ca.pem").read_bytes())] if chain else None
    file = tmp_path / "clinic.p12"
    encryption = BestAvailableEncryption(PASSPHRASE.encode())
    file.write_bytes(
        pkcs12.serialize_key_and_certificates(b"x", key, certificate, other, encryption)
    )
    return file


@pytest.mark.parametrize("kind", ["rsa", "p384"])
def test_other_keys_with_chain_sign_and_verify(final_pdf: Path, tmp_path: Path, kind: str) -> None:
    """Certificates that come with the key are left out: nothing signs their bytes."""
    key = rsa.generate_private_key(65537, 2048) if kind == "rsa" else None
    p12 = foreign(tmp_path, key or ec.generate_private_key(ec.SECP384R1()), chain=True)
    sign_pdf(final_pdf, tmp_path / "out.pdf", p12, PASSPHRASE, stamp_box=SIGNATURE_BOX_PT)
    found = verify_report(tmp_path / "out.pdf")
    assert found.ok
    assert found.identity.text.startswith("Clinic as author")
    assert "evaluation" not in found.identity.text


def test_weak_and_strange_keys_are_refused(final_pdf: Path, tmp_path: Path) -> None:
    for i, key in enumerate(
        (rsa.generate_private_key(65537, 1024), ed25519.Ed25519PrivateKey.generate())
    ):
        folder = tmp_path / str(i)
        folder.mkdir()
        refused(SignatureError, "key", final_pdf, foreign(folder, key), tmp_path)


def test_certificate_for_other_uses_is_refused(final_pdf: Path, tmp_path: Path) -> None:
    p12 = foreign(tmp_path, ec.generate_private_key(ec.SECP256R1()), document=False)
    refused(SignatureError, "not meant for signing documents", final_pdf, p12, tmp_path)
