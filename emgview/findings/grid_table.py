"""Columns, grades and words of the grid as replaceable data, and the limits of a muscle."""

from __future__ import annotations

import tomllib
from dataclasses import dataclass
from functools import lru_cache
from typing import Literal, TypeVar

import msgspec

from emgview.errors import FileError
from emgview.quantify.references import reference_sets
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
    polyphasic_percent: dict[str, float]
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


@dataclass(frozen=True, slots=True)
class MupReference:
    """Limits of the means of motor unit potentials of one muscle, in µV and ms.

    Those of single potentials (``outlier_…``) and of polyphasia are None where not published.
    ``source`` is the id of the reference set.
    """

    amplitude_low_uv: float
    amplitude_high_uv: float
    duration_low_ms: float
    duration_high_ms: float
    source: str
    outlier_amplitude_uv: float | None
    outlier_duration_ms: float | None
    polyphasic_percent: float | None


def reference_of(muscle: str) -> MupReference | None:
    """Reference values of a muscle: the first set with amplitude and duration, or None."""
    for one in reference_sets():
        amplitude = one.limits(muscle, "amplitude_uv")
        duration = one.limits(muscle, "duration_ms")
        if amplitude is not None and duration is not None:
            return MupReference(
                amplitude_low_uv=amplitude[1],
                amplitude_high_uv=amplitude[2],
                duration_low_ms=duration[1],
                duration_high_ms=duration[2],
                source=one.id,
                outlier_amplitude_uv=amplitude[0].outlier_high,
                outlier_duration_ms=duration[0].outlier_high,
                polyphasic_percent=load_grid_table().polyphasic_percent.get(muscle),
            )
    return None


@lru_cache(maxsize=1)
def load_grid_table() -> GridTable:
    """The shipped columns and grades.

    Raises
    ------
    FileError
        If the file lacks a field or holds one of the wrong type.
    """
    return _load("clinical/grid.toml", GridTable)


def _load(name: str, kind: type[T]) -> T:
    path = resource(name)
    try:
        return typed(tomllib.loads(path.read_text(encoding="utf-8")), kind)
    except msgspec.ValidationError as error:
        raise FileError(path.name, "", f"cannot be read ({error})", "Replace the table.") from error
