"""The muscle table: names, nerves and roots as replaceable data."""

from __future__ import annotations

import csv
from dataclasses import dataclass
from enum import StrEnum
from functools import lru_cache

from emgview.errors import FileError
from emgview.resource_files import resource


class Side(StrEnum):
    """Side of the body."""

    LEFT = "L"
    RIGHT = "R"
    MIDLINE = "M"
    NOT_STATED = ""


@dataclass(frozen=True, slots=True)
class Muscle:
    """One row of the muscle table; see ``resources/clinical/muscles.csv`` for the sources."""

    id: str
    name: str
    abbreviation: str
    sided: bool
    nerve: str
    nerve_trunk: str
    roots: tuple[str, ...]
    principal_root: str
    region: str
    evidence: str
    alternative_region: str = ""
    segment: str = ""


@dataclass(frozen=True, slots=True)
class MuscleTable:
    """All muscles, by id."""

    muscles: tuple[Muscle, ...]
    version: str

    def get(self, muscle_id: str) -> Muscle | None:
        """The muscle of that id, or None."""
        return next((m for m in self.muscles if m.id == muscle_id), None)

    def name(self, muscle_id: str) -> str:
        """Name for people; ``muscle not stated`` for an empty id, the id itself if unknown."""
        if not muscle_id:
            return "muscle not stated"
        muscle = self.get(muscle_id)
        return muscle.name if muscle else muscle_id


@lru_cache(maxsize=1)
def load_muscles() -> MuscleTable:
    """The shipped muscle table.

    Raises
    ------
    FileError
        If a row lacks a column.
    """
    path = resource("clinical/muscles.csv")
    with path.open(encoding="utf-8", newline="") as file:
        lines = file.read().splitlines()
    version = lines[0].removeprefix("# version:").strip()
    rows = csv.DictReader(line for line in lines if not line.startswith("#"))
    try:
        return MuscleTable(tuple(_muscle(row) for row in rows), version)
    except (KeyError, AttributeError) as error:
        raise FileError(path.name, str(error), "column is missing", "Replace the table.") from error


def _muscle(row: dict[str, str]) -> Muscle:
    return Muscle(
        id=row["id"],
        name=row["muscle"],
        abbreviation=row["abbreviation"],
        sided=row["sided"] == "y",
        nerve=row["nerve"],
        nerve_trunk=row["nerve_trunk"],
        roots=tuple(row["roots"].split()),
        principal_root=row["principal_root"],
        region=row["region"],
        evidence=row["evidence"],
        alternative_region=row["alternative_region"],
        segment=row["segment"],
    )
