"""Grid, entries and body map of the report: all states in print, in three languages."""

from __future__ import annotations

import io
import re
import time
from collections.abc import Callable
from dataclasses import replace
from typing import Any

import numpy as np
import pikepdf
import pypdfium2
import pytest

from emgview.findings import Entries
from emgview.findings.clinical_words import templates
from emgview.findings.entries import load_entry_table
from emgview.findings.grid_table import load_grid_table
from emgview.model import Side, load_muscles
from emgview.report import Report, build_report, draw_figures
from emgview.report.changes import changes
from emgview.report.examination import BODY_MAP, in_language
from emgview.report.render import compile_pdf
from emgview.report.words import LANGUAGES, load_words
from tests.unit.report.pdfa3 import faults


def printed(made: Any, **changes: Any) -> tuple[Report, bytes, str]:
    report = build_report(made.examined(**changes))
    pdf = compile_pdf(report, draw_figures(report, made.provide))
    with pypdfium2.PdfDocument(pdf) as document:
        text = "".join(page.get_textpage().get_text_range() for page in document)
    return report, pdf, flat(text)


def flat(text: str) -> str:
    return re.sub(r"[\s\u200b\ufffe\u00ad]+", "", text)


@pytest.mark.parametrize("language", LANGUAGES)
def test_every_cell_of_the_grid_is_printed(typical: Any, language: str) -> None:
    report, _, text = printed(typical, language=language)
    for row in report.body["examination"]["grid"]:
        assert flat(f"{row['name']}, {row['side_name']}") in text
        for cell in row["cells"].values():
            assert flat(cell["shown"]) in text
            assert flat(cell.get("original", cell)["shown"]) in text


def test_change_stands_with_reason_person_and_first_finding(typical: Any) -> None:
    _, _, text = printed(typical)
    said = "Fibrillation potentials, changed by Dr. B: short trains; found: 1+; observed: 82"
    assert flat(f"† Tibialis anterior, {said}") in text
    said = "Recruitment, changed by the reader: seen; found: not examined"
    assert flat(f"† Tibialis anterior, {said}") in text
    assert flat("2+ †") in text


def test_muscle_without_a_recording_is_told_as_such(make_case: Callable[[], Any]) -> None:
    made = make_case()
    made.recording("deltoid", Side.LEFT, seconds=100)
    _, _, text = printed(made)
    name, told = "Tibialis anterior, right", load_words().words["grid_unrecorded"]
    assert text.count(flat(f"{name} {told}")) == 2, "in both parts of the grid"
    assert flat(f"Deltoid (middle), left {told}") not in text


def test_grade_is_printed_with_its_numbers(typical: Any) -> None:
    report, _, _ = printed(typical)
    (row,) = (r for r in report.body["examination"]["grid"] if r["muscle"] == "gastroc_med")
    assert row["cells"]["fp"]["shown"] == (
        "±; observed: 2 (1.2 per min in 96 s), 1 site (from 1 of 4 sites)"
    )
    assert row["cells"]["amplitude"]["shown"].startswith("not assessable: 1 potentials, mean")


@pytest.mark.parametrize(
    ("language", "words"),
    [("de", ("vom Befunder zu beurteilen", "reduziert †", "Klinikers", "Kopf, Kehlkopf")),
     ("fr", ("au lecteur de juger", "réduit †", "clinicien", "Tête, larynx"))],
)  # fmt: skip
def test_grid_in_another_language(typical: Any, language: str, words: tuple[str, ...]) -> None:
    _, _, text = printed(typical, language=language)
    for word in words:
        assert flat(word) in text
    for english in ("for the reader to judge", "Interference pattern", "from 1 of 4 sites"):
        assert flat(english) not in text


def test_only_entries_that_were_made_are_printed(typical: Any) -> None:
    report, _, text = printed(typical)
    assert flat("Weeks since onset 6") in text
    assert flat("Right foot #drop") in text
    assert flat("Wasting") not in text
    assert len(report.body["examination"]["entries"]) > 40


def test_no_entry_is_told_as_such(typical: Any) -> None:
    source = typical.examined()
    report = build_report(replace(source, entries=type(source.entries)({})))
    with pypdfium2.PdfDocument(compile_pdf(report, ())) as document:
        assert "Nothing was entered" in document[0].get_textpage().get_text_range()


@pytest.mark.parametrize("language", LANGUAGES)
def test_body_map_is_a_vector_drawing_with_its_text(typical: Any, language: str) -> None:
    report, pdf, text = printed(typical, language=language)
    alt = report.body["examination"]["body_map"]["alt"]
    assert flat(load_words(language).words["body_map"]) in text
    with pikepdf.open(io.BytesIO(pdf)) as document:
        objects = [o for o in document.objects if isinstance(o, pikepdf.Dictionary)]
        assert alt in {str(o.Alt) for o in objects if "/Alt" in o}
        pictures = [o for o in document.objects if isinstance(o, pikepdf.Stream)]
        assert not [o for o in pictures if o.get("/Subtype") == "/Image"]
        metadata = document.open_metadata()
        assert (metadata["pdfaid:part"], metadata["pdfaid:conformance"]) == ("3", "A")
        assert metadata["pdfuaid:part"] == "1"
    assert faults(pdf) == []


def test_body_map_names_each_muscle_and_what_it_shows(typical: Any) -> None:
    alt = build_report(typical.examined()).body["examination"]["body_map"]["alt"]
    assert "Gastrocnemius, medial head, right: Fasciculation potentials" in alt
    assert "Deltoid (middle), left: no finding, not all could be assessed" in alt


def test_report_read_back_tells_that_the_map_is_missing(typical: Any) -> None:
    report, _, _ = printed(typical)
    again = Report.from_json(report.json_bytes)
    assert BODY_MAP not in {figure.id for figure in draw_figures(again, typical.provide)}
    with pypdfium2.PdfDocument(compile_pdf(again, ())) as document:
        text = "".join(page.get_textpage().get_text_range() for page in document)
    assert "not drawn" in text


def test_every_number_of_the_grid_is_in_the_json(typical: Any) -> None:
    """The template writes no number of its own into the grid."""
    report, pdf, _ = printed(typical)
    with pypdfium2.PdfDocument(pdf) as document:
        text = "\n".join(page.get_textpage().get_text_range() for page in document)
    text = re.sub(r"[\u200b\ufffe\u00ad]", "", text)
    part = text[text.index("Grid of findings") : text.index("Counts with the time watched")]
    numbers = set(re.findall(r"\d+(?:\.\d+)?", part))
    known = report.json_bytes.decode() + report.sha256
    page = {str(n) for n in range(1, 9)} | {"256"}  # page numbers, SHA-256
    assert "1.2" in numbers
    assert {n for n in numbers - page if n not in known} == set()


@pytest.mark.parametrize("language", ["de", "fr"])
def test_translated_texts_have_the_blanks_of_the_findings(language: str) -> None:
    english = templates()
    words = load_words(language)
    assert set(words.grid_text) <= set(english)
    assert set(words.grid_column) == {column.id for column in load_grid_table().column}
    for key, text in words.grid_text.items():
        assert set(re.findall(r"{\w+}", text)) <= set(re.findall(r"{\w+}", english[key])), key
    letters = {value for c in load_grid_table().column for value in c.values if value.isalpha()}
    assert letters - {"absent"} <= set(words.grid_value)


@pytest.mark.parametrize("language", ["de", "fr"])
def test_every_entry_and_its_choices_are_translated(language: str) -> None:
    words, fields = load_words(language), load_entry_table().entry
    assert set(words.finding_entry) == {field.id for field in fields}
    assert set(words.finding_choice) == {told for f in fields for _, told in f.choices}


def test_entries_are_printed_in_the_language_of_the_report(typical: Any) -> None:
    source = typical.examined(language="fr")
    entries = Entries({"weakness": "yes", "exposure": "lithium caffeine", "symptoms": "yes"})
    told = build_report(replace(source, entries=entries)).body["examination"]["entries"]
    made = {entry["shown_title"]: entry["shown"] for entry in told if entry["entered"]}
    assert made == {
        "Faiblesse": "oui",
        "Médicaments et toxiques": "lithium, caféine",
        "Symptômes en mots": "yes",
    }


def test_text_of_no_template_stays() -> None:
    words = load_words("de")
    assert in_language("needle out of place", words) == "needle out of place"
    assert in_language("from 2 of 4 sites", words) == "von 2 von 4 Stellen"


def test_changed_cell_is_named_in_the_next_version(typical: Any) -> None:
    first = build_report(typical.examined()).body
    source = typical.examined()
    found = changes(build_report(typical.source(grid=None)).body, first)
    told = {change["what"]: change["after"] for change in found}
    name = "Tibialis anterior, right: Recruitment (changed by the reader)"
    assert told[name] == "reduced (seen)"
    assert changes(first, build_report(source).body) == []


def test_forty_muscles_with_grid_in_five_seconds(make_case: Callable[[], Any]) -> None:
    """The better of two, for the computer may be at other work."""
    made = make_case()
    for muscle in load_muscles().muscles[:40]:
        rec = made.recording(muscle.id, Side.LEFT, seconds=35, fs=12_000)
        made.label(rec, "fib", list(np.arange(2.0, 7.0, 0.1)))
        made.label(rec, "fp_simple", [15.0])
    source = made.examined()
    taken = []
    for _ in range(2):
        begin = time.perf_counter()
        report = build_report(source)
        pdf = compile_pdf(report, draw_figures(report, made.provide))
        taken.append(time.perf_counter() - begin)
    assert len(report.body["examination"]["grid"]) == 41
    assert faults(pdf) == []
    assert min(taken) < 5.0
