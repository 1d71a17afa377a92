"""Public codes of what was found and of where: the same for DICOM and FHIR.

Which class or muscle has which code stands in ``resources/report/event_codes.csv`` and
``muscle_codes.csv``, which a laboratory may replace. What no public code names gets a code of our
own, and beside it the broader public one.
"""

from __future__ import annotations

import csv
from dataclasses import dataclass
from functools import lru_cache

from emgview.errors import FileError
from emgview.model import Side, load_muscles, load_vocabulary
from emgview.resource_files import resource

MDC, LOCAL = "MDC", "99EMGVIEW"
_MATCHES = ("same", "kind", "broader")
_SIDES = {Side.LEFT: (1, ", left"), Side.RIGHT: (2, ", right")}


@dataclass(frozen=True, slots=True)
class Code:
    """A code, its scheme as DICOM names it (``MDC``, ``DCM``, ``LN``, ours), its official name."""

    value: str
    scheme: str
    name: str

    @property
    def mdc_number(self) -> str:
        """An MDC code as one number, partition * 65536 + term: the way FHIR writes it."""
        partition, term = (int(part) for part in self.value.split(":"))
        return str(partition * 65536 + term)


@dataclass(frozen=True, slots=True)
class Coded:
    """What names a thing: the code to read first, and one beside it where the first is not all."""

    main: Code
    beside: Code | None = None

    @property
    def codes(self) -> tuple[Code, ...]:
        """Both, or the one."""
        return (self.main,) if self.beside is None else (self.main, self.beside)


_UNSPECIFIED = ("MDC", "2:24336", "EMG unspecified waveform", "broader")


def event(activity: str) -> Coded:
    """Codes of a class of the vocabulary.

    Raises
    ------
    FileError
        If the table of codes is damaged.
    """
    scheme, value, name, match = _events().get(activity, _UNSPECIFIED)
    known = load_vocabulary().get(activity)
    own = Code(activity, LOCAL, known.term if known else activity)
    return _paired(Code(value, scheme, name), own, match)


def site(muscle: str, side: Side) -> Coded:
    """Codes of a muscle with its side, as far as it is stated.

    Raises
    ------
    FileError
        If the table of codes is damaged.
    """
    offset, word = _SIDES.get(side, (0, ""))
    if not muscle:
        return Coded(Code("not_stated", LOCAL, f"Muscle not stated{word}"))
    letter = side.value if word else ""
    own = Code(f"{muscle}{letter}", LOCAL, f"{load_muscles().name(muscle)}{word}")
    known = _muscles().get(muscle)
    if known is None:
        return Coded(own)
    value, name, match, sided = known
    partition, term = (int(part) for part in value.split(":"))
    if not sided:
        offset, word = 0, ""
    return _paired(Code(f"{partition}:{term + offset}", MDC, name + word), own, match)


def _paired(public: Code, own: Code, match: str) -> Coded:
    if match == "same":
        return Coded(public)
    return Coded(public, own) if match == "kind" else Coded(own, public)


@lru_cache(maxsize=1)
def _events() -> dict[str, tuple[str, str, str, str]]:
    return {
        row["class"]: (row["scheme"], row["code"], row["name"], _match(row))
        for row in _rows("report/event_codes.csv", ("class", "scheme", "code", "name", "match"))
    }


@lru_cache(maxsize=1)
def _muscles() -> dict[str, tuple[str, str, str, bool]]:
    return {
        row["id"]: (row["code"], row["name"], _match(row), row["sides"] == "y")
        for row in _rows("report/muscle_codes.csv", ("id", "code", "name", "match", "sides"))
    }


def _match(row: dict[str, str]) -> str:
    if row["match"] not in _MATCHES:
        raise FileError("code table", row["match"], "is no match", f"Use {', '.join(_MATCHES)}.")
    return row["match"]


def _rows(name: str, columns: tuple[str, ...]) -> list[dict[str, str]]:
    path = resource(name)
    with path.open(encoding="utf-8", newline="") as file:
        rows = list(csv.DictReader(line for line in file if not line.startswith("#")))
    for row in rows:
        if tuple(row) != columns or not all(row.values()):
            raise FileError(path.name, str(row), "lacks a column", "Replace the table.")
    return rows
