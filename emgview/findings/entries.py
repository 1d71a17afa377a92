"""What the clinician enters beside the recording; a missing entry stays missing."""

from __future__ import annotations

import tomllib
from collections.abc import Mapping
from dataclasses import dataclass, field
from functools import lru_cache
from types import MappingProxyType
from typing import Literal

import msgspec

from emgview.errors import EmgviewError, FileError
from emgview.model import Side, load_muscles
from emgview.resource_files import resource
from emgview.typed_data import typed

Kind = Literal["choice", "many", "number", "text", "muscles"]


class EntryField(msgspec.Struct, frozen=True):
    """One thing that can be entered; see ``clinical/entries.toml``.

    ``choices`` are (value, words) pairs; ``default`` stands where nothing was entered.
    """

    id: str
    title: str
    group: str
    kind: Kind
    help: str = ""
    default: str = ""
    choices: tuple[tuple[str, str], ...] = ()

    def words(self, value: str) -> str:
        """A stored value as people read it."""
        known = dict(self.choices)
        parts = value.split() if self.kind == "many" else [value]
        return ", ".join(known.get(part, part) for part in parts)


class EntryTable(msgspec.Struct, frozen=True):
    """Content of ``clinical/entries.toml``."""

    version: str
    entry: tuple[EntryField, ...]

    def field(self, entry_id: str) -> EntryField:
        """The field of that id; KeyError for an unknown one."""
        found = next((e for e in self.entry if e.id == entry_id), None)
        if found is None:
            raise KeyError(entry_id)
        return found

    def checked(self, entry_id: str, text: str) -> str:
        """The value as it is stored; an empty one takes the entry back.

        Raises
        ------
        EmgviewError
            If there is no such entry, or the text is not one of its values.
        """
        wanted = next((e for e in self.entry if e.id == entry_id), None)
        if wanted is None:
            names = ", ".join(e.id for e in self.entry)
            raise EmgviewError(f"There is no entry {entry_id!r}", f"Allowed: {names}.")
        text = text.strip()
        return _CHECKS[wanted.kind](wanted, text) if text else ""


def _choice(wanted: EntryField, text: str) -> str:
    allowed = [value for value, _ in wanted.choices]
    if text not in allowed:
        raise EmgviewError(f"{wanted.title}: {text!r}", f"Allowed: {', '.join(allowed)}.")
    return text


def _many(wanted: EntryField, text: str) -> str:
    values = [_choice(wanted, value) for value in text.split()]
    if "none" in values and len(values) > 1:
        raise EmgviewError(f"{wanted.title}: {text!r}", "Enter 'none', or what there is.")
    return " ".join(value for value, _ in wanted.choices if value in values)


def _number(wanted: EntryField, text: str) -> str:
    try:
        value = float(text.replace(",", "."))
    except ValueError:
        value = -1.0
    if not 0 <= value < 1e6:
        raise EmgviewError(f"{wanted.title}: {text!r}", "Enter a number of 0 or more.")
    return f"{value:g}"


def _text(wanted: EntryField, text: str) -> str:
    del wanted
    return text


def _muscles(wanted: EntryField, text: str) -> str:
    for part in text.split():
        muscle, _, side = part.partition(":")
        if load_muscles().get(muscle) is None or side not in tuple(Side):
            raise EmgviewError(f"{wanted.title}: {part!r}", "Enter ids with side, as tib_ant:R.")
    return " ".join(text.split())


_CHECKS = {
    "choice": _choice,
    "many": _many,
    "number": _number,
    "text": _text,
    "muscles": _muscles,
}


@lru_cache(maxsize=1)
def load_entry_table() -> EntryTable:
    """The shipped table.

    Raises
    ------
    FileError
        If it lacks a field or holds one of the wrong type.
    """
    path = resource("clinical/entries.toml")
    try:
        return typed(tomllib.loads(path.read_text(encoding="utf-8")), EntryTable)
    except msgspec.ValidationError as error:
        raise FileError(path.name, "", f"cannot be read ({error})", "Replace the table.") from error


@dataclass(frozen=True, slots=True)
class Entries:
    """Values entered for one study, by id; what is not in there was not entered."""

    values: Mapping[str, str] = field(default_factory=lambda: MappingProxyType({}))

    def get(self, entry_id: str) -> str | None:
        """The value, or None where nothing was entered; the default where the table has one."""
        known = load_entry_table().field(entry_id)
        return self.values.get(entry_id) or known.default or None

    def says(self, entry_id: str, *values: str) -> bool | None:
        """Whether one of ``values`` was entered; None where nothing was."""
        found = self.get(entry_id)
        return None if found is None else found in values

    def many(self, entry_id: str) -> tuple[str, ...] | None:
        """Values of an entry of several; None where nothing was entered."""
        found = self.get(entry_id)
        return None if found is None else tuple(found.split())

    def number(self, entry_id: str) -> float | None:
        """A number, or None where nothing was entered."""
        found = self.get(entry_id)
        return None if found is None else float(found)

    def title(self, entry_id: str) -> str:
        """Name of an entry in lower case, as it stands within a sentence."""
        title = load_entry_table().field(entry_id).title
        return title if title[:2].isupper() else title[0].lower() + title[1:]

    def words(self, entry_id: str) -> str:
        """The value for people; ``not entered`` where nothing was."""
        found = self.get(entry_id)
        if found is None:
            return "not entered"
        return load_entry_table().field(entry_id).words(found)
