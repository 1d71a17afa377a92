"""What rules say before it is put into the words of a language.

A rule gives phrases by key, with values in their blanks; their words are data
(``[phrase]`` of ``clinical/rules.toml`` and of the translations). (Lost: sentences in the rules
themselves; a laboratory could then not change a word of them, and no language but one be printed.)
"""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import dataclass
from typing import TYPE_CHECKING, Literal

if TYPE_CHECKING:
    from emgview.findings.entries import Entries
    from emgview.findings.facts import MuscleFacts

Kind = Literal["muscle", "nerve", "region", "reason", "value", "entry", "choice", "rule"]
By = Literal["; ", ", ", "and", ""]


@dataclass(frozen=True, slots=True)
class Phrase:
    """A phrase of the table by its key, with what fills its blanks."""

    key: str
    blanks: tuple[tuple[str, Told], ...] = ()


@dataclass(frozen=True, slots=True)
class Term:
    """A name that has its own translation.

    Parameters
    ----------
    text : str
        The English name, or the id of an entry or rule.
    more : str
        Id and side of a muscle (``tib_ant:R``), the value of an entry.
    """

    kind: Kind
    text: str
    more: str = ""


@dataclass(frozen=True, slots=True)
class Joined:
    """Several, one after the other."""

    parts: tuple[Told, ...]
    by: By = "; "


Told = str | int | Phrase | Term | Joined
"""A plain text is a number, a root, or words of the reader: it is printed as it is."""


def say(key: str, **blanks: Told) -> Phrase:
    """The phrase of that key."""
    return Phrase(key, tuple(blanks.items()))


def joined(parts: Iterable[Told], by: By = "; ") -> Joined:
    """Several phrases as one."""
    return Joined(tuple(parts), by)


def titled(muscle: MuscleFacts) -> Term:
    """Muscle and side."""
    return Term("muscle", muscle.title, f"{muscle.muscle}:{muscle.side.value}")


def names(muscles: Iterable[MuscleFacts]) -> Joined:
    """Muscles with their sides."""
    return joined(titled(muscle) for muscle in muscles)


def region(name: str) -> Term:
    """A region, as it stands within a sentence."""
    return Term("region", name)


def regions(found: Iterable[str]) -> Joined:
    """Several regions."""
    return joined((region(name) for name in found), ", ")


def nerve(name: str) -> Term:
    """A nerve, nerve trunk or cord."""
    return Term("nerve", name)


def reason(text: str) -> Term:
    """Why a cell of the grid is open, in the grid's own words."""
    return Term("reason", text)


def value(text: str) -> Term:
    """A step of the grid."""
    return Term("value", text)


def entry(entry_id: str) -> Term:
    """Name of an entry, as it stands within a sentence."""
    return Term("entry", entry_id)


def entered(entries: Entries, entry_id: str) -> Term:
    """What was entered."""
    return Term("choice", entry_id, entries.get(entry_id) or "")


def entry_with_value(entries: Entries, entry_id: str) -> Phrase:
    """Name of an entry with what was entered."""
    return say("pair", one=entry(entry_id), other=entered(entries, entry_id))


def rule_title(rule_id: str) -> Term:
    """Title of a rule, as it stands within a sentence."""
    return Term("rule", rule_id)
