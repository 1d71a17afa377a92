"""Any altered byte of a signed report is found, wherever it lies; nothing ends in a traceback."""

from __future__ import annotations

import random
import re
from collections.abc import Iterator
from pathlib import Path

import pikepdf
import pytest
from asn1crypto import cms, x509
from cryptography import x509 as x509_pyca
from cryptography.hazmat.primitives.serialization import Encoding

from emgview.report import SIGNATURE_BOX_PT, canonical_json, sha256_hex
from emgview.report.identity import new_identity
from emgview.report.signing import sign_pdf
from emgview.report.verification import verify_content, verify_report

PASSPHRASE = "test"


@pytest.fixture(scope="module")
def identity(tmp_path_factory: pytest.TempPathFactory) -> Path:
    p12 = tmp_path_factory.mktemp("identity") / "me.p12"
    new_identity("Dr. A. Reader", p12, PASSPHRASE)
    return p12


@pytest.fixture(scope="module")
def content(identity: Path, final_pdf: Path) -> bytes:
    out = identity.with_name("report.pdf")
    sign_pdf(final_pdf, out, identity, PASSPHRASE, stamp_box=SIGNATURE_BOX_PT)
    return out.read_bytes()


@pytest.fixture(scope="module")
def gap(content: bytes) -> tuple[int, int]:
    """Start and stop of the hexadecimal digits of the signature."""
    found = re.search(rb"/ByteRange \[0 (\d+) (\d+) (\d+)\]", content)
    assert found is not None
    return int(found[1]) + 1, int(found[2]) - 1


def survivors(content: bytes, changes: Iterator[tuple[int, int]]) -> list[tuple[int, int]]:
    """Of the (place, new byte) those that were not found out."""
    altered = bytearray(content)
    missed = []
    for place, byte in changes:
        old = altered[place]
        altered[place] = byte
        if byte != old and verify_content(bytes(altered)).status != "failed":
            missed.append((place, byte))
        altered[place] = old
    return missed


def flips(content: bytes, places: list[int], seed: int) -> Iterator[tuple[int, int]]:
    chance = random.Random(seed)
    return ((place, content[place] ^ chance.randrange(1, 256)) for place in places)


def test_untouched_file_is_intact(content: bytes) -> None:
    assert verify_content(content).status == "ok"


def test_random_bytes_of_the_whole_file(content: bytes) -> None:
    places = random.Random(1).sample(range(len(content)), 800)
    assert survivors(content, flips(content, places, 2)) == []


def test_each_byte_around_the_signature_and_at_both_ends(
    content: bytes, gap: tuple[int, int]
) -> None:
    """Header, start of the container, signature dictionary with ByteRange, xref and trailer."""
    start, stop = gap
    near = [*range(64), *range(start - 40, start + 8), *range(stop - 4, len(content))]
    assert survivors(content, flips(content, near, 3)) == []


def test_digits_of_the_signature_become_other_digits(content: bytes, gap: tuple[int, int]) -> None:
    """By CMS alone many of these stay unseen: versions, names of algorithms, parameters."""
    start, stop = gap
    end = start + len(content[start:stop].rstrip(b"0"))
    chance = random.Random(4)
    places = chance.sample(range(start, end), 400)
    changes = ((place, chance.choice(b"0123456789ABCDEF")) for place in places)
    assert survivors(content, changes) == []


def test_lower_case_digit_is_another_byte(content: bytes, gap: tuple[int, int]) -> None:
    letters = [place for place in range(*gap) if content[place] in b"ABCDEF"]
    assert len(letters) > 50
    assert survivors(content, ((p, content[p] + 32) for p in letters[::5])) == []


def test_padding_must_be_zero(content: bytes, gap: tuple[int, int]) -> None:
    start, stop = gap
    padding = len(content[start:stop]) - len(content[start:stop].rstrip(b"0"))
    assert padding > 8
    places = range(stop - padding + 1, stop, max(padding // 100, 1))
    assert survivors(content, ((place, ord("1")) for place in places)) == []
    assert survivors(content, ((place, ord(" ")) for place in places)) == []


def test_numbers_of_the_byte_range(content: bytes) -> None:
    found = re.search(rb"/ByteRange \[[0-9 ]+\] *", content)
    assert found is not None
    changes = ((i, b) for i in range(*found.span()) for b in b"0 9]")
    assert survivors(content, changes) == []


@pytest.mark.parametrize("extra", [b"\n", b"\0", b"%%EOF\n", b"junk"])
def test_bytes_before_and_behind(content: bytes, extra: bytes) -> None:
    assert verify_content(extra + content).status == "failed"
    assert verify_content(content + extra).status == "failed"


def test_file_cut_off_anywhere(content: bytes) -> None:
    chance = random.Random(5)
    ends = [1, 8, len(content) - 1, *(chance.randrange(len(content)) for _ in range(60))]
    assert [end for end in ends if verify_content(content[:end]).status != "failed"] == []


def test_bytes_taken_out_or_put_in(content: bytes) -> None:
    for place in random.Random(6).sample(range(len(content)), 60):
        assert verify_content(content[:place] + content[place + 1 :]).status == "failed"
        assert verify_content(content[:place] + b"0" + content[place:]).status == "failed"


def test_unsigned_first_revision_is_not_the_report(content: bytes, final_pdf: Path) -> None:
    n = len(final_pdf.read_bytes())
    assert verify_content(content[:n]).text == "no signature was found"


# -- changes by a PDF program ----------------------------------------------------------------


def appended(content: bytes) -> bytes:
    """One more revision, as an editor writes it: an entry in the catalogue."""
    import io

    from pyhanko.pdf_utils import generic
    from pyhanko.pdf_utils.incremental_writer import IncrementalPdfFileWriter

    writer = IncrementalPdfFileWriter(io.BytesIO(content))
    writer.root["/Note"] = generic.pdf_string("normal study")
    writer.update_root()
    out = io.BytesIO()
    writer.write(out)
    return bytes(out.getvalue())


def test_revision_added_after_signing(content: bytes) -> None:
    changed = appended(content)
    assert changed.startswith(content)
    assert verify_content(changed).text == "the signature does not cover the whole file"


def test_byte_range_stretched_over_an_added_revision(content: bytes) -> None:
    changed = appended(content)
    found = re.search(rb"/ByteRange \[0 (\d+) (\d+) (\d+)\]", changed)
    assert found is not None
    stretched = b"/ByteRange [0 %d %d %d]" % (
        int(found[1]), int(found[2]), len(changed) - int(found[2]),
    )  # fmt: skip
    changed = changed[: found.start()] + stretched + changed[found.end() :]
    assert len(stretched) == found.end() - found.start()
    assert verify_content(changed).text == "the file was changed after it was signed"


def test_attachment_exchanged_by_another_program(content: bytes, tmp_path: Path) -> None:
    (tmp_path / "in.pdf").write_bytes(content)
    with pikepdf.open(tmp_path / "in.pdf") as pdf:
        pdf.attachments["report.json"] = b"{}"
        pdf.save(tmp_path / "out.pdf")
    found = verify_report(tmp_path / "out.pdf")
    assert found.integrity.status == "failed"
    assert found.currency.status == "unknown"


def test_file_saved_anew_without_change(content: bytes, tmp_path: Path) -> None:
    (tmp_path / "in.pdf").write_bytes(content)
    with pikepdf.open(tmp_path / "in.pdf") as pdf:
        pdf.save(tmp_path / "out.pdf")
    assert not verify_report(tmp_path / "out.pdf").ok


# -- signed files that are no report of ours -------------------------------------------------


def signed_as_is(pdf: Path, identity: Path, out: Path, monkeypatch: pytest.MonkeyPatch) -> bytes:
    """Signed without the check at the end: what a program that means harm would do."""
    monkeypatch.setattr(
        "emgview.report.signing._write_verified", lambda content, out: out.write_bytes(content)
    )
    sign_pdf(pdf, out, identity, PASSPHRASE)
    return out.read_bytes()


def with_attachments(final_pdf: Path, out: Path, attachments: dict[str, bytes]) -> Path:
    with pikepdf.open(final_pdf) as pdf:
        for name in list(pdf.attachments):
            del pdf.attachments[name]
        for name, data in attachments.items():
            pdf.attachments[name] = data
        pdf.save(out)
    return out


@pytest.mark.parametrize(
    ("attachments", "expected"),
    [
        ({}, "report.json"),
        ({"other.json": b"{}"}, "not the one attachment"),
        ({"other.json": b"{}", "report.json": b"{}"}, "not the one attachment"),
        ({"report.json": b"{"}, "damaged"),
        ({"report.json": b'{"a":1,"a":1}'}, "damaged"),
        ({"report.json": b'{"b":1,"a":1}'}, "canonical"),
        ({"report.json": b'{"a": 1}'}, "canonical"),
        ({"report.json": b'{"a":1.0}'}, "canonical"),
    ],
)
def test_attached_record_must_be_there_and_canonical(
    final_pdf: Path,
    identity: Path,
    tmp_path: Path,
    monkeypatch: pytest.MonkeyPatch,
    attachments: dict[str, bytes],
    expected: str,
) -> None:
    pdf = with_attachments(final_pdf, tmp_path / "in.pdf", attachments)
    answer = verify_content(signed_as_is(pdf, identity, tmp_path / "out.pdf", monkeypatch))
    assert answer.status == "failed"
    assert expected in answer.text


def test_canonical_record_of_any_content_is_accepted(
    final_pdf: Path, identity: Path, tmp_path: Path
) -> None:
    """The counterpart of the test above: it is the form that those fail for."""
    record = {"report.json": canonical_json({"a": 1})}
    pdf = with_attachments(final_pdf, tmp_path / "in.pdf", record)
    sign_pdf(pdf, tmp_path / "out.pdf", identity, PASSPHRASE)
    assert verify_report(tmp_path / "out.pdf").ok


# -- the container, rewritten with care ------------------------------------------------------


def rewritten(content: bytes, gap: tuple[int, int], info: cms.ContentInfo) -> bytes:
    """The file with another signature object in the room of the old one."""
    start, stop = gap
    digits = info.dump(force=True).hex().upper().encode()
    assert len(digits) <= stop - start
    return content[:start] + bytes(digits).ljust(stop - start, b"0") + content[stop:]


@pytest.fixture
def info(content: bytes, gap: tuple[int, int]) -> cms.ContentInfo:
    return cms.ContentInfo.load(bytes.fromhex(content[slice(*gap)].decode()))


def test_rewriting_the_same_object_gives_the_same_file(
    content: bytes, gap: tuple[int, int], info: cms.ContentInfo
) -> None:
    assert sha256_hex(rewritten(content, gap, info)) == sha256_hex(content)


def test_unsigned_attribute_is_refused(
    content: bytes, gap: tuple[int, int], info: cms.ContentInfo
) -> None:
    """Other verifiers call such a file valid: the signature does not cover the attribute."""
    attribute = cms.CMSAttribute({"type": "content_type", "values": ["data"]})
    info["content"]["signer_infos"][0]["unsigned_attrs"] = cms.CMSAttributes([attribute])
    assert verify_content(rewritten(content, gap, info)).text == "the signature was altered"


def test_further_certificate_is_refused(
    content: bytes, gap: tuple[int, int], info: cms.ContentInfo, tmp_path: Path
) -> None:
    new_identity("B", tmp_path / "b.p12", PASSPHRASE)
    pem = x509_pyca.load_pem_x509_certificate((tmp_path / "b.pem").read_bytes())
    other = x509.Certificate.load(pem.public_bytes(Encoding.DER))
    own = info["content"]["certificates"][0]
    choice = cms.CertificateChoices(name="certificate", value=other)
    for certificates in ([own, choice], [choice], []):
        info["content"]["certificates"] = cms.CertificateSet(certificates)
        assert verify_content(rewritten(content, gap, info)).status == "failed"


def test_other_name_of_the_algorithm_is_refused(
    content: bytes, gap: tuple[int, int], info: cms.ContentInfo
) -> None:
    info["content"]["digest_algorithms"] = cms.DigestAlgorithms([{"algorithm": "sha512"}])
    assert verify_content(rewritten(content, gap, info)).status == "failed"


def test_two_signers_are_refused(
    content: bytes, gap: tuple[int, int], info: cms.ContentInfo
) -> None:
    signer = info["content"]["signer_infos"][0]
    info["content"]["signer_infos"] = cms.SignerInfos([signer, signer])
    assert "signers" in verify_content(rewritten(content, gap, info)).text


def test_signature_by_another_key_is_refused(
    content: bytes, gap: tuple[int, int], info: cms.ContentInfo
) -> None:
    """All of the form is right here; only the mathematics can tell."""
    signer = info["content"]["signer_infos"][0]
    value = bytearray(signer["signature"].native)
    value[-1] ^= 1
    signer["signature"] = bytes(value)
    answer = verify_content(rewritten(content, gap, info))
    assert answer.text == "the signature does not fit the file"
