"""The PDF: conformance claims, attachment, numbers, hostile texts, repetition."""

from __future__ import annotations

import io
import re
import shutil
import subprocess
import time
from collections.abc import Callable
from pathlib import Path
from typing import Any

import numpy as np
import pikepdf
import pypdfium2
import pytest

from emgview.errors import EmgviewError
from emgview.model import LabelState, Patient, Side, load_muscles
from emgview.report import (
    SIGNATURE_BOX_PT,
    Reader,
    Relation,
    Report,
    build_report,
    draw_figures,
    render_pdf,
)
from emgview.report.glyphs import not_drawable
from emgview.report.render import compile_pdf

HOSTILE = (
    '#panic("run") $sum_1$ *bold* _it_ @ref <lab> [b] {c} \\ "q" `raw` = head '
    "- item // comment /* c */ ~ -- ... ' Grüße ÄÖÜß µ Μμ é € “x” ±×"
)


def rendered(made: Any, **changes: Any) -> tuple[Report, bytes]:
    report = build_report(made.source(**changes))
    return report, compile_pdf(report, draw_figures(report, made.provide))


def text_of(pdf: bytes) -> str:
    """All text in reading order, white space and soft breaks taken out."""
    with pypdfium2.PdfDocument(pdf) as document:
        pages = []
        for page in document:
            pages.append(page.get_textpage().get_text_range())
            page.close()
    return re.sub(r"[\s\u200b\ufffe\u00ad]+", "", "\n".join(pages))


def flat(text: str) -> str:
    return re.sub(r"\s+", "", text)


def test_claims_and_attachment(typical: Any) -> None:
    report, pdf = rendered(typical)
    with pikepdf.open(io.BytesIO(pdf)) as document:
        metadata = document.open_metadata()
        assert (metadata["pdfaid:part"], metadata["pdfaid:conformance"]) == ("3", "A")
        assert metadata["pdfuaid:part"] == "1"
        assert document.Root.Lang is not None
        assert document.Root.MarkInfo.Marked
        assert list(document.attachments) == ["report.json"]
        assert document.attachments["report.json"].get_file().read_bytes() == report.json_bytes
        (file_spec,) = document.Root.AF
        assert file_spec.AFRelationship == "/Source"
        assert file_spec.EF.F.Subtype == "/application/json"
        assert document.docinfo["/Title"] == "Electromyogram report"
        size = [float(edge) for edge in document.pages[0].mediabox]
        assert size == pytest.approx([0, 0, 595.276, 841.89], abs=0.01)


def test_all_fonts_are_embedded(typical: Any) -> None:
    _, pdf = rendered(typical)
    with pikepdf.open(io.BytesIO(pdf)) as document:
        fonts = [o for o in document.objects if _is(o, "/FontDescriptor")]
        assert fonts
        assert all({"/FontFile2", "/FontFile3"} & set(font.keys()) for font in fonts)


def _is(thing: Any, kind: str) -> bool:
    return isinstance(thing, pikepdf.Dictionary) and thing.get("/Type") == kind


def test_every_picture_has_its_alternative_text(typical: Any) -> None:
    report, pdf = rendered(typical)
    with pikepdf.open(io.BytesIO(pdf)) as document:
        found = {str(o.Alt) for o in document.objects if _has_alt(o)}
    assert {figure["alt"] for figure in report.body["figures"]} <= found


def _has_alt(thing: Any) -> bool:
    return isinstance(thing, pikepdf.Dictionary) and "/Alt" in thing


def test_repetition_is_byte_identical(typical: Any) -> None:
    assert rendered(typical)[1] == rendered(typical)[1]


def test_every_number_of_the_muscle_table_is_printed(typical: Any) -> None:
    report, pdf = rendered(typical)
    printed = text_of(pdf)
    for muscle in report.body["muscles"]:
        assert flat(muscle["name"]) in printed
        assert flat(f"{muscle['watched_rest_s']:g} s of {muscle['examined_s']:g} s") in printed
        assert flat(" ".join(muscle["roots"])) in printed
        for cell in muscle["findings"].values():
            assert flat(cell["text"]) in printed


def test_texts_of_the_record_are_printed(typical: Any) -> None:
    report, pdf = rendered(typical)
    body, printed = report.body, text_of(pdf)
    statements = [s["text"].removeprefix(s["subject"] + ": ") for s in body["statements"]]
    expected = statements + body["limitations"]
    expected += [figure["caption"] for figure in body["figures"]]
    expected += [figure["settings"] for figure in body["figures"]]
    expected += [c["text"] for m in body["muscles"] for c in m["findings"].values()]
    expected += [body["conclusion"]["text"], body["referral"]["question"], report.sha256]
    expected += [body["audit_anchor"]["head"], body["patient"]["birth_date"]]
    assert not [text for text in expected if flat(text) not in printed]


def test_every_page_carries_notice_identity_hash_and_number(typical: Any) -> None:
    report, pdf = rendered(typical)
    with pypdfium2.PdfDocument(pdf) as document:
        count = len(document)
        assert count > 1
        for number, page in enumerate(document, 1):
            text = page.get_textpage().get_text_range()
            page.close()
            assert "for evaluation, not for clinical use" in text
            assert "Müller-Lüdenscheidt, Jörg · ID 4711 / KH-0815" in text
            assert report.id in text
            assert "version 1" in text
            assert report.sha256[:16] in text
            assert f"Page {number} of {count}" in text


@pytest.mark.parametrize(("status", "says"), [("draft", True), ("final", False)])
def test_draft_says_that_it_is_not_signed(case: Any, status: str, says: bool) -> None:
    assert ("draft,notsigned" in text_of(rendered(case, status=status)[1])) is says


def test_markup_in_texts_is_printed_and_not_run(case: Any) -> None:
    rec = case.recording(notes=(HOSTILE,))
    case.label(rec, "fib", [1.0, 1.1])
    patient = Patient(HOSTILE, HOSTILE, "", HOSTILE, HOSTILE)
    _, pdf = rendered(
        case,
        question=HOSTILE,
        conclusion=HOSTILE,
        limitations=HOSTILE,
        patient=patient,
        reader=Reader(HOSTILE, HOSTILE),
    )
    assert text_of(pdf).count(flat(HOSTILE)) >= 6


def test_lines_and_paragraphs_of_the_conclusion_are_kept(case: Any) -> None:
    _, pdf = rendered(case, conclusion="First line\r\nSecond line\n\nNew paragraph")
    with pypdfium2.PdfDocument(pdf) as document:
        text = document[0].get_textpage().get_text_range()
    found = [line.strip() for line in text.splitlines()]
    assert {"First line", "Second line", "New paragraph"} <= set(found)


def test_characters_without_a_glyph_are_printed_as_codes(case: Any) -> None:
    """PDF/A refuses text without a glyph: one such name once made a report impossible."""
    patient = Patient("山田 太郎", "٤٧١١", "\U0001f600", "a\x07b", "\u202e")
    _, pdf = rendered(case, patient=patient, conclusion="≥ 5 → ok \ue000")
    printed = text_of(pdf)
    for code in ("[U+5C71]", "[U+0664]", "[U+1F600]", "a[U+0007]b", "[U+202E]", "[U+E000]"):
        assert code in printed
    assert "≥5→ok" in printed


def test_signs_borrowed_from_other_fonts_are_drawable(case: Any) -> None:
    from emgview.report.glyphs import _FROM_OTHER_FONTS

    signs = "".join(sorted(_FROM_OTHER_FONTS))
    assert not not_drawable(signs)
    assert signs in text_of(rendered(case, conclusion=signs)[1])


def test_empty_study_and_patient(case: Any) -> None:
    _, pdf = rendered(case, patient=Patient(), question="", conclusion="", reader=Reader(""))
    printed = text_of(pdf)
    for words in (
        "patient not identified",
        "nothing was examined",
        "No conclusion was entered",
        "No referral question was entered",
        "reader not stated",
    ):
        assert flat(words) in printed


def test_forty_muscles(make_case: Callable[[], Any]) -> None:
    made = make_case()
    for number, muscle in enumerate(load_muscles().muscles[:40]):
        rec = made.recording(muscle.id, Side.LEFT, seconds=12, fs=4_000)
        if number % 4 == 0:
            made.label(rec, "fib", list(np.arange(2.0, 7.0, 0.1)))
        if number % 4 == 1:
            made.label(rec, "fp_simple", [5.0])
    report, pdf = rendered(made)
    printed = text_of(pdf)
    assert len(report.body["muscles"]) == 40
    assert all(flat(muscle["name"]) in printed for muscle in report.body["muscles"])
    assert all(flat(f"Trace {n}.") in printed for n in range(1, 22))


def test_forty_muscles_with_120_traces_in_five_seconds(make_case: Callable[[], Any]) -> None:
    """The better of two, for the computer may be at other work; 4.2 s on two busy cores."""
    made = make_case()
    for muscle in load_muscles().muscles[:40]:
        rec = made.recording(muscle.id, Side.LEFT, seconds=35, fs=12_000)
        made.label(rec, "fib", list(np.arange(2.0, 7.0, 0.1)))
        made.label(rec, "fp_simple", [15.0])
        made.label(rec, "psw", list(np.arange(20.0, 24.0, 0.2)))
    taken = []
    for _ in range(2):
        begin = time.perf_counter()
        report, pdf = rendered(made)
        taken.append(time.perf_counter() - begin)
    assert len(report.body["figures"]) > 120
    assert pdf.startswith(b"%PDF-1.7")
    assert min(taken) < 5.0


def test_very_long_texts_and_words(case: Any) -> None:
    case.recording("a_muscle_that_only_this_laboratory_knows_and_that_has_a_long_name")
    _, pdf = rendered(
        case,
        conclusion="word " * 3000 + "END",
        question="x" * 4000,
        patient=Patient("N" * 500, "7" * 200),
    )
    printed = text_of(pdf)
    assert "wordEND" in printed
    assert printed.count("x") >= 4000
    assert "N" * 500 in printed


def test_nothing_is_printed_outside_of_the_margins(make_case: Callable[[], Any]) -> None:
    """Long names and reasons once ran over the edge of the page."""
    made = make_case()
    rec = made.recording("muscle" * 20, notes=("n" * 300,))
    made.label(rec, "fib", [1.0], LabelState.PROPOSED)
    _, pdf = rendered(made, conclusion="y" * 500, patient=Patient("N" * 90, "8" * 90))
    with pypdfium2.PdfDocument(pdf) as document:
        for page in document:
            picture = page.render(scale=1, grayscale=True).to_numpy().squeeze()
            page.close()
            assert picture[:, :48].min() == 255
            assert picture[:, -48:].min() == 255


def test_signature_box_is_where_the_constant_says(typical: Any) -> None:
    _, pdf = rendered(typical)
    left, bottom, right, top = SIGNATURE_BOX_PT
    with pypdfium2.PdfDocument(pdf) as document:
        page = document[len(document) - 1]
        height = page.get_height()
        picture = page.render(scale=4, grayscale=True).to_numpy().squeeze()
        page.close()

    def darkest(x0: float, y0: float, x1: float, y1: float) -> int:
        rows = slice(round((height - y1) * 4), round((height - y0) * 4))
        return int(picture[rows, round(x0 * 4) : round(x1 * 4)].min())

    assert darkest(left + 1.5, bottom + 1.5, right - 1.5, top - 1.5) == 255
    for edge in (
        (left - 1, bottom, left + 1, top),
        (right - 1, bottom, right + 1, top),
        (left, bottom - 1, right, bottom + 1),
        (left, top - 1, right, top + 1),
    ):
        assert darkest(*edge) < 200


def test_later_version_says_on_its_first_page_what_it_replaces(case: Any) -> None:
    relation = Relation("replaces", "old-id", 1, "ab" * 32, "wrong side of the #body")
    _, pdf = rendered(case, version=2, relates_to=(relation,))
    with pypdfium2.PdfDocument(pdf) as document:
        text = flat(document[0].get_textpage().get_text_range())
    assert (
        flat("Version 2 replaces version 1 (report old-id). Reason: wrong side of the #b") in text
    )


def test_words_of_the_typesetter_do_not_reach_the_error(
    case: Any, monkeypatch: pytest.MonkeyPatch
) -> None:
    """They quote texts of the report, so possibly the patient's name."""
    monkeypatch.setattr("emgview.report.render.not_drawable", lambda _: frozenset())
    with pytest.raises(EmgviewError) as caught:
        rendered(case, patient=Patient("山田"))
    assert "山" not in str(caught.value)


def test_missing_picture_is_named(typical: Any) -> None:
    report = build_report(typical.source())
    assert "Thepicturewasnotdrawn" in text_of(compile_pdf(report, ()))


def test_read_back_report_can_be_rendered_again(typical: Any) -> None:
    report, pdf = rendered(typical)
    figures = draw_figures(report, typical.provide)
    assert compile_pdf(Report.from_json(report.json_bytes), figures) == pdf


def test_file_appears_only_when_complete(typical: Any, tmp_path: Path) -> None:
    report = build_report(typical.source())
    out = tmp_path / "report.pdf"
    render_pdf(report, draw_figures(report, typical.provide), out)
    assert out.read_bytes().startswith(b"%PDF-1.7")
    assert [path.name for path in tmp_path.iterdir()] == ["report.pdf"]


def test_time_that_is_no_time_is_refused(case: Any) -> None:
    with pytest.raises(EmgviewError, match="RFC 3339"):
        rendered(case, created_at="yesterday")


@pytest.mark.skipif(shutil.which("qpdf") is None, reason="qpdf is not installed")
def test_qpdf_finds_no_fault_and_finds_a_seeded_one(typical: Any, tmp_path: Path) -> None:
    _, pdf = rendered(typical)
    good, bad = tmp_path / "good.pdf", tmp_path / "bad.pdf"
    good.write_bytes(pdf)
    bad.write_bytes(pdf.replace(b"endobj", b"endxxx", 3))
    codes = [
        subprocess.run(["qpdf", "--check", path], capture_output=True, check=False).returncode
        for path in (good, bad)
    ]
    assert codes[0] == 0
    assert codes[1] != 0
