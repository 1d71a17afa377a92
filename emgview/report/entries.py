"""What the reader states beside the findings: texts and choices from closed lists, as data."""

from __future__ import annotations

import tomllib
from collections.abc import Mapping
from functools import lru_cache

import msgspec

from emgview.errors import FileError
from emgview.findings import Entries, load_entry_table
from emgview.findings.clinical_words import load_clinical_words
from emgview.resource_files import resource
from emgview.typed_data import typed

NOT_STATED = "not_stated"


class Entry(msgspec.Struct, frozen=True):
    """One thing to state.

    Parameters
    ----------
    part : str
        Object of ``report.json`` that holds it: ``impression``, ``clinical`` or ``technical``.
    choices : tuple of str
        Closed list, the first means that nothing was stated; empty for a free text.
    """

    id: str
    part: str
    title: str
    hint: str = ""
    choices: tuple[str, ...] = ()

    @property
    def field(self) -> str:
        """Name of the study's field that holds it."""
        return f"report_{self.id}"

    def value(self, stated: str) -> str:
        """What goes into the record; a choice that the list lacks counts as not stated."""
        if not self.choices:
            return stated.strip()
        return stated if stated in self.choices else self.choices[0]


class _File(msgspec.Struct, frozen=True):
    version: str
    entry: tuple[Entry, ...]


@lru_cache(maxsize=1)
def load_entries() -> tuple[Entry, ...]:
    """The shipped list; FileError if a row lacks something or two have one id."""
    path = resource("report/entries.toml")
    try:
        found = typed(tomllib.loads(path.read_text(encoding="utf-8")), _File)
    except (msgspec.ValidationError, tomllib.TOMLDecodeError) as error:
        raise FileError(path.name, "", str(error), "Replace the table.") from error
    if len({entry.id for entry in found.entry}) != len(found.entry):
        raise FileError(path.name, "id", "occurs twice", "Replace the table.")
    return found.entry


def of_examination(entries: Entries, language: str) -> dict[str, str]:
    """Temperature and needle as entered with the findings; empty where nothing was."""
    words, table = load_clinical_words(language), load_entry_table()

    def said(entry_id: str) -> str:
        return words.choice(table.field(entry_id), entries.get(entry_id) or "")

    degrees = entries.get("temperature_c")
    parts = {
        "temperature": (f"{degrees} °C" if degrees else "", said("temperature_note")),
        "needle": (said("needle"), said("needle_note")),
    }
    return {name: ", ".join(part for part in found if part) for name, found in parts.items()}


def stated(part: str, fields: Mapping[str, str]) -> dict[str, str]:
    """Values of one part by id, from the study's fields."""
    return {e.id: e.value(fields.get(e.field, "")) for e in load_entries() if e.part == part}
