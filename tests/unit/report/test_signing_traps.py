"""Measured traps of signing: time stamps, archive, two signers, revocation, damage, rollback."""

from __future__ import annotations

import io
import shutil
import subprocess
from collections.abc import Iterator
from datetime import UTC, datetime, timedelta
from pathlib import Path
from typing import Any

import numpy as np
import pikepdf
import pytest

from emgview.errors import SignatureError
from emgview.report import SIGNATURE_BOXES_PT, build_report, draw_figures, render_pdf
from emgview.report.keys import Pkcs12
from emgview.report.manifest import check, write_manifest
from emgview.report.signing import Level, Wish, sign
from emgview.report.verification import verify_content, verify_report
from tests.unit.report.authority import PASSPHRASE, Authority
from tests.unit.report.conftest import CaseMaker
from tests.unit.report.pdfa3 import faults

ROLES = ("author", "verifier")
BOXES = dict(zip(ROLES, SIGNATURE_BOXES_PT[2], strict=True))


@pytest.fixture(scope="module")
def authority(tmp_path_factory: pytest.TempPathFactory) -> Authority:
    return Authority(tmp_path_factory.mktemp("authority"))


@pytest.fixture(scope="module")
def clock(authority: Authority) -> Iterator[str]:
    with authority.time_server() as url:
        yield url


@pytest.fixture(scope="module")
def author(authority: Authority) -> tuple[Path, Any]:
    return authority.signer("Dr. Anneliese Müller-Lüdenscheidt")


@pytest.fixture(scope="module")
def stamped(
    authority: Authority, clock: str, author: tuple[Path, Any], final_pdf: Path,
    tmp_path_factory: pytest.TempPathFactory,
) -> Path:  # fmt: skip
    out = tmp_path_factory.mktemp("bt") / "report.pdf"
    sign(final_pdf, out, Pkcs12(author[0], PASSPHRASE), Wish(level=Level.B_T, tsa_url=clock))
    return out


@pytest.fixture(scope="module")
def archived(
    authority: Authority, clock: str, author: tuple[Path, Any], final_pdf: Path,
    tmp_path_factory: pytest.TempPathFactory,
) -> Path:  # fmt: skip
    out = tmp_path_factory.mktemp("lta") / "report.pdf"
    wish = Wish(
        level=Level.B_LTA, tsa_url=clock, roots=authority.pem, crls=(authority.crl(),)
    )  # fmt: skip
    sign(final_pdf, out, Pkcs12(author[0], PASSPHRASE), wish)
    return out


@pytest.fixture(scope="module")
def for_two(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """An unsigned report that an author and a verifier are to sign."""
    made = CaseMaker()
    made.label(made.recording(seconds=20), "fib", list(np.arange(5.0, 9.0, 0.1)))
    report = build_report(made.source(status="final", required_roles=ROLES))
    out = tmp_path_factory.mktemp("two") / "unsigned.pdf"
    render_pdf(report, draw_figures(report, made.provide), out)
    return out


@pytest.fixture(scope="module")
def both(
    for_two: Path, authority: Authority, author: tuple[Path, Any],
    tmp_path_factory: pytest.TempPathFactory,
) -> tuple[Path, Path]:  # fmt: skip
    """Signed by the author; by author and verifier."""
    folder = tmp_path_factory.mktemp("both")
    first, second = folder / "first.pdf", folder / "second.pdf"
    sign(for_two, first, Pkcs12(author[0], PASSPHRASE), Wish(roles=ROLES, boxes=BOXES))
    verifier, _ = authority.signer("Prof. V. Verifier")
    wish = Wish("verification", "verifier", ROLES, BOXES)
    sign(first, second, Pkcs12(verifier, PASSPHRASE), wish)
    return first, second


# -- time -------------------------------------------------------------------------------------


def test_time_of_a_trusted_server_is_an_answer(stamped: Path, authority: Authority) -> None:
    alone = verify_report(stamped)
    assert (alone.integrity.status, alone.time.status) == ("ok", "unknown")
    assert "no trusted certificate vouches" in alone.time.text
    trusting = verify_report(stamped, trust=authority.pem)
    assert (trusting.identity.status, trusting.time.status) == ("ok", "ok")
    assert "trusted time-stamping server" in trusting.time.text


def test_server_that_does_not_answer_is_an_error_and_leaves_nothing(
    author: tuple[Path, Any], final_pdf: Path, tmp_path: Path
) -> None:
    wish = Wish(level=Level.B_T, tsa_url="http://127.0.0.1:9/")
    with pytest.raises(SignatureError, match="did not answer"):
        sign(final_pdf, tmp_path / "out.pdf", Pkcs12(author[0], PASSPHRASE), wish)
    assert list(tmp_path.iterdir()) == []


def test_archive_holds_after_the_signer_was_revoked(
    archived: Path, authority: Authority, author: tuple[Path, Any]
) -> None:
    assert verify_report(archived, trust=authority.pem).ok
    later = datetime.now(UTC).replace(microsecond=0) + timedelta(minutes=5)
    revoked = authority.crl([(author[1], later)], "later.crl")
    found = verify_report(archived, trust=authority.pem, crls=[revoked])
    assert found.identity.status == "ok", found.identity.text
    assert found.time.status == "ok"


def test_archive_carries_lists_and_a_stamp_upon_the_document(archived: Path) -> None:
    with pikepdf.open(archived) as pdf:
        kinds = [str(f.V.SubFilter) for f in pdf.Root.AcroForm.Fields if "/V" in f]
        assert len(pdf.Root.DSS.CRLs) >= 1
    assert kinds == ["/ETSI.CAdES.detached", "/ETSI.RFC3161"]


# -- revocation ---------------------------------------------------------------------------------


def test_revoked_signer_fails_though_its_certificate_names_no_list(
    stamped: Path, authority: Authority, author: tuple[Path, Any]
) -> None:
    """Under ``hard-fail`` the library calls this valid: lists at hand are then ignored."""
    clean = verify_report(stamped, trust=authority.pem, crls=[authority.crl(name="clean.crl")])
    assert clean.identity.status == "ok"
    assert "not revoked" in clean.identity.text
    before = datetime.now(UTC).replace(microsecond=0) - timedelta(days=2)
    revoked = authority.crl([(author[1], before)], "revoked.crl")
    found = verify_report(stamped, trust=authority.pem, crls=[revoked])
    assert found.identity.status == "failed"
    assert "revoked" in found.identity.text


def test_without_a_trusted_time_any_revocation_counts(
    both: tuple[Path, Path], authority: Authority, author: tuple[Path, Any]
) -> None:
    """Who stole the key can claim any time."""
    later = datetime.now(UTC).replace(microsecond=0) + timedelta(days=1)
    revoked = authority.crl([(author[1], later)], "stolen.crl")
    found = verify_report(both[1], trust=authority.pem, crls=[revoked])
    assert found.identity.status == "failed"


def test_list_of_another_authority_does_not_answer(
    stamped: Path, authority: Authority, tmp_path: Path
) -> None:
    other = Authority(tmp_path, "Other authority").crl()
    found = verify_report(stamped, trust=authority.pem, crls=[other])
    assert found.identity.status == "failed"
    assert "revocation is not answered" in found.identity.text


def test_untrusted_root_is_intact_and_not_trusted(stamped: Path, tmp_path: Path) -> None:
    other = Authority(tmp_path, "Other authority")
    found = verify_report(stamped, trust=other.pem)
    assert (found.integrity.status, found.identity.status) == ("ok", "failed")
    assert found.time.status == "unknown"


def test_expired_certificate_is_refused_at_signing(
    authority: Authority, final_pdf: Path, tmp_path: Path
) -> None:
    old, _ = authority.signer("Dr. Old", begin=authority.begin, days=10)
    with pytest.raises(SignatureError, match="valid until"):
        sign(final_pdf, tmp_path / "x.pdf", Pkcs12(old, PASSPHRASE), Wish())


def test_wrong_passphrase_is_refused(
    author: tuple[Path, Any], final_pdf: Path, tmp_path: Path
) -> None:
    with pytest.raises(SignatureError, match="cannot be opened"):
        sign(final_pdf, tmp_path / "x.pdf", Pkcs12(author[0], "wrong"), Wish())


# -- two signers --------------------------------------------------------------------------------


def test_preliminary_until_the_verifier_has_signed(
    both: tuple[Path, Path], authority: Authority
) -> None:
    first = verify_report(both[0], trust=authority.pem)
    assert (first.integrity.status, first.identity.status) == ("ok", "unknown")
    assert "not yet signed as verifier" in first.identity.text
    second = verify_report(both[1], trust=authority.pem)
    assert second.integrity.text == "every byte is as it was signed"
    assert second.identity.status == "ok"
    assert "Prof. V. Verifier as verification" in second.identity.text
    assert "Müller-Lüdenscheidt as author" in second.identity.text


def test_one_signer_permits_no_second_one(
    both: tuple[Path, Path], author: tuple[Path, Any], final_pdf: Path, tmp_path: Path
) -> None:
    key = Pkcs12(author[0], PASSPHRASE)
    alone = tmp_path / "alone.pdf"
    sign(final_pdf, alone, key, Wish())
    with pytest.raises(SignatureError, match="signed already"):
        sign(alone, tmp_path / "x.pdf", key, Wish("verification", "verifier", ROLES))
    with pytest.raises(SignatureError, match="signed already"):
        sign(both[1], tmp_path / "x.pdf", key, Wish("verification", "verifier", ROLES))


def test_field_added_after_the_first_signature_is_found(
    both: tuple[Path, Path], author: tuple[Path, Any]
) -> None:
    """The second field must be there before the first signature certifies the file."""
    import io

    from pyhanko.pdf_utils.incremental_writer import IncrementalPdfFileWriter
    from pyhanko.sign import fields

    writer = IncrementalPdfFileWriter(io.BytesIO(both[0].read_bytes()))
    fields.append_signature_field(writer, fields.SigFieldSpec("Late", box=(10, 10, 90, 40)))
    out = io.BytesIO()
    writer.write(out)
    assert verify_content(out.getvalue()).status == "failed"


def test_rollback_to_the_first_signature_is_preliminary_again(both: tuple[Path, Path]) -> None:
    """What is left is intact: only the missing role and the manifest tell."""
    first, second = both[0].read_bytes(), both[1].read_bytes()
    assert second.startswith(first)
    assert verify_content(second[: len(first)]).status == "ok"
    assert "not yet signed as verifier" in verify_report(both[0]).identity.text


def test_rollback_is_found_by_the_manifest(both: tuple[Path, Path], tmp_path: Path) -> None:
    pdf = tmp_path / "report.pdf"
    shutil.copyfile(both[1], pdf)
    write_manifest(tmp_path, [pdf])
    assert verify_report(pdf).integrity.status == "ok"
    shutil.copyfile(both[0], pdf)
    assert verify_report(pdf).integrity.status == "failed"
    assert check(tmp_path)


# -- bytes --------------------------------------------------------------------------------------


def _gap(content: bytes) -> tuple[int, int]:
    import re

    numbers = re.findall(rb"/ByteRange\s*\[\s*0\s+(\d+)\s+(\d+)", content)[-1]
    return int(numbers[0]), int(numbers[1])


@pytest.mark.parametrize("name", ["stamped", "archived", "both"])
def test_flips_inside_the_signed_ranges_are_found(
    name: str, request: pytest.FixtureRequest
) -> None:
    found = request.getfixturevalue(name)
    content = (found[1] if name == "both" else found).read_bytes()
    start, stop = _gap(content)
    random = np.random.default_rng(3)
    places = [int(p) for p in random.integers(0, len(content), 60) if not start <= p < stop][:25]
    for place in places:
        altered = bytearray(content)
        altered[place] ^= 1 << int(random.integers(8))
        assert verify_content(bytes(altered)).status == "failed", place


@pytest.mark.parametrize("name", ["stamped", "archived"])
def test_flips_outside_the_signed_ranges_are_found_by_the_manifest(
    name: str, request: pytest.FixtureRequest, tmp_path: Path
) -> None:
    """Bytes of the last container, padding included, are bound by no signature."""
    content = request.getfixturevalue(name).read_bytes()
    pdf = tmp_path / "report.pdf"
    pdf.write_bytes(content)
    write_manifest(tmp_path, [pdf])
    assert verify_report(pdf).integrity.status == "ok"
    start, stop = _gap(content)
    free = 0
    for place in np.linspace(start + 1, stop - 2, 12).astype(int):
        altered = bytearray(content)
        altered[place] = ord("0") if altered[place] != ord("0") else ord("1")
        free += verify_content(bytes(altered)).status == "ok"
        pdf.write_bytes(altered)
        assert verify_report(pdf).integrity.status == "failed", place
        assert check(tmp_path)
    assert free, "no free byte was hit: the test proves nothing"


@pytest.mark.parametrize("name", ["stamped", "archived", "both"])
def test_swapped_attachment_and_added_page_are_found(
    name: str, request: pytest.FixtureRequest
) -> None:
    """Incremental updates: ``pdfsig`` still prints that the signature is valid."""
    import io

    from pyhanko.pdf_utils import generic
    from pyhanko.pdf_utils.incremental_writer import IncrementalPdfFileWriter

    found = request.getfixturevalue(name)
    content = (found[1] if name == "both" else found).read_bytes()
    writer = IncrementalPdfFileWriter(io.BytesIO(content))
    pairs = writer.root["/Names"]["/EmbeddedFiles"]["/Names"]
    file = pairs[1]["/EF"].raw_get("/F")
    stream = generic.StreamObject(stream_data=b'{"schema":"emg-report/1"}')
    writer.mark_update(file)
    writer.objects[(file.generation, file.idnum)] = stream
    out = io.BytesIO()
    writer.write(out)
    assert verify_content(out.getvalue()).status == "failed"

    writer = IncrementalPdfFileWriter(io.BytesIO(content))
    pages = writer.root["/Pages"]
    kid = pages["/Kids"].raw_get(0)
    pages["/Kids"].append(kid)
    pages["/Count"] = generic.NumberObject(int(pages["/Count"]) + 1)
    writer.update_container(pages)
    out = io.BytesIO()
    writer.write(out)
    assert verify_content(out.getvalue()).status == "failed"


# -- what is drawn ------------------------------------------------------------------------------


_RENDERERS = {
    "pdftoppm": ["pdftoppm", "-r", "150", "-png", "{pdf}", "{folder}/page"],
    "mutool": ["mutool", "draw", "-q", "-r", "150", "-o", "{folder}/page%02d.png", "{pdf}"],
}


@pytest.mark.parametrize("program", _RENDERERS)
def test_both_stamps_are_drawn_whole(program: str, both: tuple[Path, Path], tmp_path: Path) -> None:
    """Ink in both boxes, none of it at an edge: a name that is cut off reaches the edge."""
    from PIL import Image

    if shutil.which(program) is None:
        pytest.skip(f"{program} is not installed")
    command = [part.format(pdf=both[1], folder=tmp_path) for part in _RENDERERS[program]]
    subprocess.run(command, check=True, timeout=60, capture_output=True)
    image = Image.open(sorted(tmp_path.glob("page*.png"))[-1]).convert("L")
    pixels = np.asarray(image)
    scale = 150 / 72
    for left, bottom, right, top in BOXES.values():
        inner = 2.0  # points within the drawn frame
        x0, x1 = round((left + inner) * scale), round((right - inner) * scale)
        y0 = round(pixels.shape[0] - (top - inner) * scale)
        y1 = round(pixels.shape[0] - (bottom + inner) * scale)
        ink = pixels[y0:y1, x0:x1] < 128
        assert ink.sum() > 300
        assert not ink[:, -3:].any()
        assert not ink[:, :2].any()
        assert not ink[:2].any()
        assert not ink[-2:].any()


@pytest.mark.parametrize("name", ["stamped", "archived", "both"])
def test_signing_keeps_the_structure_of_pdf_a(name: str, request: pytest.FixtureRequest) -> None:
    found = request.getfixturevalue(name)
    assert faults((found[1] if name == "both" else found).read_bytes()) == []


def test_seeded_faults_of_pdf_a_are_found(both: tuple[Path, Path], tmp_path: Path) -> None:
    content = both[1].read_bytes()
    assert faults(content[1:]) == ["header"]

    def no_date(pdf: Any) -> None:
        del pdf.Root.Names.EmbeddedFiles.Names[1].EF.F.Params.ModDate

    def no_font(pdf: Any) -> None:
        font = pikepdf.Dictionary(Type=pikepdf.Name.Font, BaseFont=pikepdf.Name.Courier)
        pdf.pages[0].Resources.Font.F99 = font

    def hidden(pdf: Any) -> None:
        pdf.pages[-1].Annots[0].F = 2

    def not_associated(pdf: Any) -> None:
        del pdf.Root.AF

    for fault in (no_date, no_font, hidden, not_associated):
        with pikepdf.open(both[1]) as pdf:
            fault(pdf)
            pdf.save(tmp_path / "bad.pdf")
        assert faults((tmp_path / "bad.pdf").read_bytes()), fault.__name__


# -- structure ------------------------------------------------------------------------------------


def _tagged(content: bytes) -> dict[str, str]:
    """Type of the structure element that names each signature field, by the field's name."""
    found = {}
    with pikepdf.open(io.BytesIO(content)) as pdf:
        numbers = pdf.Root.StructTreeRoot.ParentTree.Nums
        parents = {int(numbers[n]): numbers[n + 1] for n in range(0, len(numbers), 2)}
        children = [child.objgen for child in pdf.Root.StructTreeRoot.K[0].K]
        for page in pdf.pages:
            for widget in page.get("/Annots", []):
                element = parents.get(int(widget.get("/StructParent", -1)))
                assert str(page.Tabs) == "/S"
                if element is None or element.objgen not in children:
                    continue
                if element.K.Type == "/OBJR" and element.K.Obj.objgen == widget.objgen:
                    found[str(widget.T)] = str(element.S)
    return found


def test_signature_fields_are_in_the_structure(both: tuple[Path, Path], for_two: Path) -> None:
    """PDF/UA-1 §7.18.4: the library's fields are in none, and a screen reader passes them over."""
    expected = {"AuthorSignature": "/Form", "VerifierSignature": "/Form"}
    for path in both:
        assert _tagged(path.read_bytes()) == expected
    with pikepdf.open(both[1]) as pdf:
        del pdf.pages[-1].Annots[0].StructParent
        content = io.BytesIO()
        pdf.save(content)
    assert len(_tagged(content.getvalue())) == 1
