"""Grid, entries and body map as the report prints them, in its language.

The record keeps the findings' own English texts and the numbers; ``shown`` beside them is what
stands in print. (Lost: wording in the template; a word could then come from outside the record.)
"""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any

from emgview.findings import Grid
from emgview.findings.body import body_map_svg, load_body, spots
from emgview.findings.clinical_words import ClinicalWords, load_clinical_words
from emgview.findings.entries import load_entry_table
from emgview.findings.plain import plain_examination
from emgview.report.content import ReportInput
from emgview.report.words import Words

_SOFT = "\u00ad"
BODY_MAP = "body-map"
"""Id of the figure."""


def examination(source: ReportInput, words: Words) -> dict[str, Any] | None:
    """The examination of ``report.json``, each cell and entry with its printed words; or None."""
    if source.grid is None:
        return None
    plain = plain_examination(source.grid, source.entries)
    clinical = load_clinical_words(words.language)
    for column in plain["columns"]:
        column["title"] = words.grid_column.get(column["id"], column["title"]).replace(_SOFT, "")
    for row in plain["grid"]:
        row["name"] = clinical.muscle_name(row["muscle"])
        row["title"] = clinical.muscle_and_side(row["title"], row["muscle"], row["side"])
        row["nerve"] = clinical.name("nerve", row["nerve"])
        row["cautions"] = [clinical.reason(caution) for caution in row["cautions"]]
        row["side_name"] = words.side_name(row["side"])
        for cell in row["cells"].values():
            _show(cell, words)
    for entry in plain["entries"]:
        entry["shown_title"] = words.finding_entry.get(entry["id"], entry["title"])
        entry["shown"] = _entry_words(entry, words, clinical)
    plain["body_map"] = {"id": BODY_MAP, "alt": body_map_alt(source.grid, words)}
    return plain


def body_map(source: ReportInput, words: Words) -> bytes:
    """The body map as SVG, UTF-8; empty without a grid."""
    return b"" if source.grid is None else body_map_svg(source.grid, words=words.body_map).encode()


def body_map_alt(grid: Grid, words: Words) -> str:
    """The map for those who do not see it: each muscle on it, and what it shows there."""
    clinical = load_clinical_words(words.language)
    kinds = {k.letter: words.body_map.get(k.title, k.title) for k in load_body().kind}
    shown = [
        f"{clinical.muscle_name(grid_row.muscle)}, {words.side_name(spot.side.value)}: "
        + (", ".join(kinds[k.letter] for k in spot.kinds) or words.words[_NOTHING[spot.mark]])
        for spot in spots(grid)
        if (grid_row := grid.row(spot.muscle, spot.side)) is not None
    ]
    return f"{words.words['body_map']}: " + ("; ".join(shown) or words.words["map_empty"])


_NOTHING = {"–": "map_absent", "?": "map_open"}


def _show(cell: dict[str, Any], words: Words) -> None:
    if "original" in cell:
        _show(cell["original"], words)
    cell["shown"] = shown(cell, words)


def shown(cell: Mapping[str, Any], words: Words) -> str:
    """A cell of the grid in print; never empty, the state always spelt out or given as a value."""
    note = f" ({in_language(cell['note'], words)})" if cell["note"] else ""
    return _state(cell, words) + note


def _state(cell: Mapping[str, Any], words: Words) -> str:
    numbers = cell["numbers"]
    match cell["state"]:
        case "observed" if "override" in cell:
            return _value(cell, words)
        case "observed" if "count" in numbers and cell["value"] != "present":
            return _counted(cell, words)
        case "observed":
            told = cell["text"].removeprefix(cell["value"]).lstrip(":; ")
            return f"{_value(cell, words)}: {in_language(told, words)}"
        case "absent":
            seconds = numbers.get("watched_s")
            if seconds is None:
                return words.words["grid_absent"]
            return words.state["absent"].format(seconds=f"{seconds:g}")
        case "not_assessable":
            reason = in_language(cell["reason"], words)
            return words.state["not_assessable"].format(reason=reason)
        case _:
            return words.state["not_examined"]


def _counted(cell: Mapping[str, Any], words: Words) -> str:
    """Grade and what it rests on: potentials, rate, sites; sites of sustained trains."""
    numbers = cell["numbers"]
    text = words.cell({**numbers, "state": "observed", "unit": "discharges"})
    if "sustained_sites" in numbers:
        text += words.state["kept"].format(
            n=numbers["sustained_sites"], tested=numbers["tested_sites"]
        )
    return f"{_value(cell, words)}; {text}" if cell["value"] else text


def _value(cell: Mapping[str, Any], words: Words) -> str:
    value = str(cell["value"])
    return words.grid_value.get(value, value)


def _entry_words(entry: Mapping[str, Any], words: Words, clinical: ClinicalWords) -> str:
    if entry["value"] is None:
        return words.words["not_entered"]
    field = load_entry_table().field(entry["id"])
    return clinical.choice(field, str(entry["value"]))


def in_language(text: str, words: Words) -> str:
    """A text that the findings made from one of their templates, in the words of the report.

    What fits no template, or has no translation, stays as it is.
    """
    return load_clinical_words(words.language).reason(text)
