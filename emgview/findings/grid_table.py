"""Columns, grades and words of the grid, and reference values, as replaceable data."""

from __future__ import annotations

import tomllib
from functools import lru_cache
from typing import Literal, TypeVar

import msgspec

from emgview.errors import FileError
from emgview.resource_files import resource
from emgview.typed_data import typed

T = TypeVar("T")


class GridColumn(msgspec.Struct, frozen=True):
    """One of the twelve columns; see ``clinical/grid.toml``."""

    id: str
    title: str
    short: str
    kind: Literal["counted", "judged"]
    values: tuple[str, ...]
    abnormal: tuple[str, ...]
    source: str


class GradeLimits(msgspec.Struct, frozen=True):
    """Limits of the grades; see ``clinical/grid.toml`` for units, sources and evidence."""

    train_s: float
    sites_1: int
    sites_2: int
    sites_tested: int
    moderate_share: float
    many_share: float
    fills_share: float
    irregular_cv: float
    fp_rate_1: float
    fp_rate_2: float
    fp_rate_3: float
    fp_rate_4: float
    fp_sites_1: int
    fp_sites_2: int
    burst_gap_ms: float
    isolated_ms: float
    window_s: float
    myotonia_most: float


class GridTable(msgspec.Struct, frozen=True):
    """Content of ``clinical/grid.toml``."""

    version: str
    column: tuple[GridColumn, ...]
    grade: GradeLimits
    words: dict[str, str]

    def of(self, column_id: str) -> GridColumn:
        """The column of that id; KeyError for an unknown one."""
        found = next((c for c in self.column if c.id == column_id), None)
        if found is None:
            raise KeyError(column_id)
        return found

    def text(self, key: str, **values: object) -> str:
        """A text with its blanks filled."""
        return self.words[key].format(**values)


class MupReference(msgspec.Struct, frozen=True):
    """Limits of motor unit potentials of one muscle, in µV and ms; None where not published."""

    muscle: str
    set: str
    amplitude_low_uv: float
    amplitude_high_uv: float
    duration_low_ms: float
    duration_high_ms: float
    source: str
    outlier_amplitude_uv: float | None = None
    outlier_duration_ms: float | None = None
    polyphasic_percent: float | None = None


class MupReferences(msgspec.Struct, frozen=True):
    """Content of ``clinical/mup_reference.toml``."""

    version: str
    reference: tuple[MupReference, ...]

    def of(self, muscle: str) -> MupReference | None:
        """The reference of a muscle, or None."""
        return next((r for r in self.reference if r.muscle == muscle), None)


@lru_cache(maxsize=1)
def load_grid_table() -> GridTable:
    """The shipped columns and grades.

    Raises
    ------
    FileError
        If the file lacks a field or holds one of the wrong type.
    """
    return _load("clinical/grid.toml", GridTable)


@lru_cache(maxsize=1)
def load_mup_references() -> MupReferences:
    """The shipped reference values.

    Raises
    ------
    FileError
        If the file lacks a field or holds one of the wrong type.
    """
    return _load("clinical/mup_reference.toml", MupReferences)


def _load(name: str, kind: type[T]) -> T:
    path = resource(name)
    try:
        return typed(tomllib.loads(path.read_text(encoding="utf-8")), kind)
    except msgspec.ValidationError as error:
        raise FileError(path.name, "", f"cannot be read ({error})", "Replace the table.") from error
