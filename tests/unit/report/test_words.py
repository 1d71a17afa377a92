"""Words of the report: English complete, other languages held against it, cells in all of them."""

from __future__ import annotations

import re
from typing import Any

import pypdfium2
import pytest

from emgview.errors import EmgviewError
from emgview.report import Laboratory, build_report, draw_figures, sha256_hex
from emgview.report.render import compile_pdf
from emgview.report.words import LANGUAGES, load_words
from emgview.resource_files import resource

TABLES = ("words", "side", "outcome", "state", "unit", "choice")
LOGO = (
    b'<svg xmlns="http://www.w3.org/2000/svg" viewBox="0 0 20 10">'
    b'<rect width="20" height="10" fill="#0b4f8a"/></svg>'
)


def blanks(text: str) -> list[str]:
    return sorted(re.findall(r"\{\w+\}", text))


@pytest.mark.parametrize("language", LANGUAGES)
def test_each_language_has_every_word_with_its_blanks(language: str) -> None:
    english, other = load_words(), load_words(language)
    for table in TABLES:
        expected, found = getattr(english, table), getattr(other, table)
        assert set(found) == set(expected), table
        assert {k: blanks(v) for k, v in found.items()} == {
            k: blanks(v) for k, v in expected.items()
        }, table
        assert all(value.strip() for value in found.values())


@pytest.mark.parametrize("language", ["de", "fr"])
def test_other_languages_translate(language: str) -> None:
    english, other = load_words().words, load_words(language).words
    same = [key for key in english if english[key] == other[key]]
    assert len(same) < 10, same


def test_template_uses_words_that_exist_and_prints_no_others() -> None:
    template = resource("report/report.typ").read_text(encoding="utf-8")
    used = set(re.findall(r"\bw\.([a-z_]+)", template)) - {"at"}
    assert used <= set(load_words().words)
    plain = re.sub(r"//.*", "", template)
    assert re.findall(r"== [A-Z]\w+", plain) == []


def test_english_cells_are_those_of_the_findings(typical: Any) -> None:
    for row in build_report(typical.source()).body["muscles"]:
        for cell in row["findings"].values():
            assert load_words().cell(cell) == cell["text"]


def test_unknown_language_is_refused() -> None:
    with pytest.raises(EmgviewError, match="Use one of"):
        load_words("xx")


@pytest.mark.parametrize(
    ("language", "words"),
    [("de", ("Fragestellung", "beobachtet: 82", "rechts", "Seite 1 von")),
     ("fr", ("Question posée", "observé : 82", "droit", "Page 1 sur"))],
)  # fmt: skip
def test_report_in_another_language(typical: Any, language: str, words: tuple[str, ...]) -> None:
    report = build_report(typical.source(language=language))
    printed = _text(compile_pdf(report, draw_figures(report, typical.provide)))
    for word in words:
        assert re.sub(r"\s", "", word) in printed
    for english in ("notexamined", "cannotbe", "watched", "muscleis", "insufficient"):
        assert english not in printed, english


def _text(pdf: bytes) -> str:
    with pypdfium2.PdfDocument(pdf) as document:
        text = "".join(page.get_textpage().get_text_range() for page in document)
    return re.sub(r"[\s\u200b\ufffe\u00ad]+", "", text)


def test_laboratory_is_printed_on_letter_paper_with_its_logo(typical: Any) -> None:
    sections = ("conclusion", "referral", "muscles", "limitations", "anchor")
    laboratory = Laboratory(
        "Laboratory of Testing", "Street 1\nTown", "Telephone 123", "letter", "logo.svg",
        sha256_hex(LOGO), sections,
    )  # fmt: skip
    report = build_report(typical.source(laboratory=laboratory))
    pdf = compile_pdf(report, (), LOGO)
    printed = _text(pdf)
    for text in ("LaboratoryofTesting", "Street1Town", "Telephone123"):
        assert text in printed
    assert printed.index("Conclusionofthereader") < printed.index("Referralquestion")
    assert "Technicalsettings" not in printed
    with pypdfium2.PdfDocument(pdf) as document:
        assert document[0].get_size() == pytest.approx((612, 792), abs=0.1)
    with pytest.raises(EmgviewError, match="logo"):
        compile_pdf(report, (), LOGO + b" ")


@pytest.mark.parametrize(
    "wrong",
    [{"paper": "a3"}, {"sections": ("referral",)}, {"sections": ("weather", "limitations")}],
)
def test_laboratory_cannot_leave_out_what_must_be_told(wrong: dict[str, Any]) -> None:
    with pytest.raises(EmgviewError):
        Laboratory(**wrong)
