"""Descriptors of fasciculation potentials beside published means; weight zero, no score."""

from __future__ import annotations

import tomllib
from functools import lru_cache
from typing import Any

import msgspec

from emgview.errors import FileError
from emgview.findings.grid import Grid, GridRow
from emgview.resource_files import resource
from emgview.typed_data import typed


class PublishedGroup(msgspec.Struct, frozen=True):
    """What one publication or more give for a group, in their words."""

    name: str
    value: str
    source: str


class Measure(msgspec.Struct, frozen=True):
    """One descriptor and the groups beside it; ``agreement`` of the publications in words."""

    id: str
    title: str
    unit: str
    agreement: str
    group: tuple[PublishedGroup, ...]


class Groups(msgspec.Struct, frozen=True):
    """Content of ``clinical/fasciculation_groups.toml``."""

    version: str
    notice: str
    measure: tuple[Measure, ...]


@lru_cache(maxsize=1)
def load_groups() -> Groups:
    """The shipped table.

    Raises
    ------
    FileError
        If the file lacks a field or holds one of the wrong type.
    """
    path = resource("clinical/fasciculation_groups.toml")
    try:
        return typed(tomllib.loads(path.read_text(encoding="utf-8")), Groups)
    except msgspec.ValidationError as error:
        raise FileError(path.name, "", f"cannot be read ({error})", "Replace the table.") from error


def descriptors(grid: Grid) -> dict[str, Any]:
    """For each measure the numbers of the muscles, and the published groups beside them.

    Constancy of place is not measured within one study: its values are None.
    """
    rows = [row for row in grid.rows if row.fasciculation is not None]
    groups = load_groups()
    return {
        "notice": groups.notice,
        "weight": 0,
        "measures": [
            {
                "id": measure.id,
                "title": measure.title,
                "unit": measure.unit,
                "agreement": measure.agreement,
                "muscles": [
                    {"muscle": row.title, "value": _value(row, measure.id)} for row in rows
                ],
                "published": [
                    {"group": g.name, "value": g.value, "source": g.source} for g in measure.group
                ],
            }
            for measure in groups.measure
        ],
    }


def _value(row: GridRow, measure: str) -> float | int | None:
    found = getattr(row.fasciculation, measure, None)
    return round(found, 2) if isinstance(found, float) else found
