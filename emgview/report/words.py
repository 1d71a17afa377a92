"""Words of the report in a language, as replaceable data; cells of the table in that language.

English is complete and the measure: a test holds every other language against it. Names and texts
of the findings come from ``clinical/words``.
"""

from __future__ import annotations

import tomllib
from collections.abc import Mapping
from functools import lru_cache
from typing import Any

import msgspec

from emgview.errors import EmgviewError, FileError
from emgview.findings.clinical_words import load_clinical_words
from emgview.resource_files import resource
from emgview.typed_data import typed

LANGUAGES = ("en", "de", "fr")
_CLINICAL = (
    "grid_column", "grid_value", "grid_text", "body_map", "finding_entry", "finding_choice",
)  # fmt: skip


class Words(msgspec.Struct, frozen=True):
    """Content of ``report/words/<language>.toml``.

    Parameters
    ----------
    words : mapping
        What the template prints, by key, with blanks in braces.
    column, entry, choice, limitation, limitation_of_recording : mapping
        Names by id; what is left out is printed as in English.
    grid_column, grid_value, grid_text, finding_entry : mapping
        The same for columns, values and texts of the grid and for the clinician's entries, by id.
    body_map, finding_choice : mapping
        Translations by the English words.
    notice : str
        Printed on every page; as in English where it is empty.
    """

    version: str
    language: str
    region: str
    words: dict[str, str]
    side: dict[str, str]
    outcome: dict[str, str]
    state: dict[str, str]
    unit: dict[str, str]
    column: dict[str, str] = {}
    entry: dict[str, str] = {}
    choice: dict[str, str] = {}
    limitation: dict[str, str] = {}
    limitation_of_recording: dict[str, str] = {}
    grid_column: dict[str, str] = {}
    grid_value: dict[str, str] = {}
    grid_text: dict[str, str] = {}
    body_map: dict[str, str] = {}
    finding_entry: dict[str, str] = {}
    finding_choice: dict[str, str] = {}
    notice: str = ""

    def side_name(self, side: str) -> str:
        """Name of ``L``, ``R``, ``M`` or the empty side."""
        return self.side[side or "none"]

    def cell(self, cell: Mapping[str, Any]) -> str:
        """A cell of ``report.json`` in words; never empty."""
        state = self.state
        match cell["state"]:
            case "observed":
                return self._observed(cell) + self._open(cell)
            case "absent":
                return state["absent"].format(seconds=f"{cell['watched_s']:g}")
            case "not_assessable":
                return state["not_assessable"].format(reason=cell["reason"])
            case _:
                return state["not_examined"]

    def _open(self, cell: Mapping[str, Any]) -> str:
        n = cell["unreviewed"]
        return self.state["open"].format(n=n) if n else ""

    def _observed(self, cell: Mapping[str, Any]) -> str:
        n, sites = cell["count"], cell["sites"]
        where = self.state["site"] if sites == 1 else self.state["sites"].format(n=sites)
        if cell["count_in_rest"] is None:
            unit = cell["unit"].removesuffix("s") if n == 1 else cell["unit"]
            return self.state["observed_voluntary"].format(n=n, unit=self.unit[unit], sites=where)
        return self.state["observed"].format(n=n, rate=self._rate(cell), sites=where)

    def _rate(self, cell: Mapping[str, Any]) -> str:
        if cell["rate_per_min"] is None:
            return self.state["no_rate"]
        rate = self.state["rate"].format(
            rate=f"{cell['rate_per_min']:g}", seconds=f"{cell['watched_s']:g}"
        )
        if cell["count_in_rest"] == cell["count"]:
            return rate
        return self.state["part_in_rest"].format(n=cell["count_in_rest"], rate=rate)


@lru_cache(maxsize=8)
def load_words(language: str = "en") -> Words:
    """Words of a language.

    Raises
    ------
    EmgviewError
        If there is no such language.
    FileError
        If its file lacks a part.
    """
    if language not in LANGUAGES:
        raise EmgviewError(f"Language {language!r}", f"Use one of: {', '.join(LANGUAGES)}.")
    path = resource(f"report/words/{language}.toml")
    clinical = load_clinical_words(language)
    shared = {name: getattr(clinical, name) for name in _CLINICAL}
    try:
        return typed({**shared, **tomllib.loads(path.read_text(encoding="utf-8"))}, Words)
    except (msgspec.ValidationError, tomllib.TOMLDecodeError) as error:
        raise FileError(path.name, "", str(error), "Replace the file.") from error
