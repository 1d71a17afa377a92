"""What the columns of a text table are: names, units, and whether the first is a clock."""

from __future__ import annotations

import re
from dataclasses import dataclass

import numpy as np
from numpy.typing import NDArray

from emgview.sources.files.text_dialect import TextDialect
from emgview.sources.files.units import microvolt_of

_BRACKETS = re.compile(r"^(.*?)\s*[\[(]\s*([^\])]+?)\s*[\])]\s*$")
_ENDING = re.compile(r"^(.+?)[ _](mV|uV|µV|μV|nV|V)$", re.IGNORECASE)
_SECONDS_OF = {"s": 1.0, "sec": 1.0, "seconds": 1.0, "ms": 1e-3, "us": 1e-6, "µs": 1e-6, "": 1.0}
_CLOCK_NAMES = {"time", "t", "timestamp", "seconds", "sec", "zeit", "temps", "tiempo"}
_COUNTER_NAMES = {"sample", "samples", "index", "frame", "nr", "no", "n", "#", ""}
# A first column without a unit that steps by more is not in seconds, or counts something else.
_LONGEST_UNNAMED_STEP_S = 0.02
_FEWEST_ROWS = 3


@dataclass(frozen=True, slots=True)
class Column:
    """One column; ``unit`` is empty where the file does not tell."""

    index: int
    name: str
    unit: str


@dataclass(frozen=True, slots=True)
class Clock:
    """The first column as time.

    Parameters
    ----------
    factor_s : float
        Seconds of one unit of the column.
    period_s : float
        Time between samples, by the beginning of the file.
    longest_step_s : float
        A longer step means that samples are missing.
    """

    factor_s: float
    period_s: float
    longest_step_s: float


@dataclass(frozen=True, slots=True)
class Columns:
    """All columns of a table.

    ``clock`` is None where the table tells no rate; ``dropped`` says what was done with a first
    column that is no signal (a sentence for the notes), empty if it is one.
    """

    signals: tuple[Column, ...]
    clock: Clock | None
    dropped: str


def columns_of(dialect: TextDialect) -> Columns:
    """Columns of a table, by its header and its first rows."""
    rows = np.array(dialect.first_rows)
    named = _with_content(_named(dialect), rows)
    first = named[0]
    if len(named) < 2 or first.index != 0:
        return Columns(tuple(named), None, "")
    rest = tuple(named[1:])
    if _is_clock_name(first):
        clock = _clock(rows[:, 0], _SECONDS_OF.get(first.unit.lower(), 1.0))
        if clock and not first.unit and clock.period_s > _LONGEST_UNNAMED_STEP_S:
            return Columns(rest, None, "The time column tells no unit and was left out.")
        what = "gives the sampling rate" if clock else "is no even clock and was left out"
        return Columns(rest, clock, f"The time column {what}.")
    values = rows[:, 0]
    if first.unit or first.name.lower() not in _COUNTER_NAMES or len(values) < _FEWEST_ROWS:
        return Columns(tuple(named), None, "")
    return _by_values(values, tuple(named), rest)


def _with_content(named: list[Column], rows: NDArray[np.float64]) -> list[Column]:
    """Without columns that have neither name nor numbers (a separator ends each line)."""
    empty = np.asarray(np.isnan(rows).all(axis=0))
    kept = [c for c in named if c.name or c.unit or not empty[c.index]]
    return kept or named


def _by_values(
    values: NDArray[np.float64], named: tuple[Column, ...], rest: tuple[Column, ...]
) -> Columns:
    """Judge a first column without a telling name by its steps."""
    steps = np.diff(values)
    if np.array_equal(steps, np.ones(len(steps))):
        return Columns(rest, None, "The first column counts the samples and was left out.")
    if np.isnan(steps).any() or (steps <= 0).any():
        return Columns(named, None, "")
    period = float(np.median(steps))
    if np.abs(steps - period).max() > 0.1 * period:
        return Columns(named, None, "")
    if period > _LONGEST_UNNAMED_STEP_S:
        return Columns(rest, None, "The first column rises evenly and was left out.")
    return Columns(rest, _clock(values, 1.0), "The first column was taken as time in seconds.")


def _named(dialect: TextDialect) -> list[Column]:
    lines = dialect.header_cells()
    names = lines[-1] if lines else [""] * dialect.n_columns
    units = [""] * dialect.n_columns
    if len(lines) > 1 and all(_is_unit(cell) for cell in names if cell) and any(names):
        names, units = lines[-2], names
    columns = []
    for i, (name, unit) in enumerate(zip(names, units, strict=True)):
        match = _BRACKETS.match(name) or _ENDING.match(name)
        if match and not unit:
            name, unit = match[1], match[2]
        columns.append(Column(i, name.strip(), unit.strip("[]() ")))
    return columns


def _is_unit(cell: str) -> bool:
    bare = cell.strip("[]() ")
    return microvolt_of(bare) is not None or bare.lower() in _SECONDS_OF


def _is_clock_name(column: Column) -> bool:
    unit = column.unit.lower()
    if column.name.lower() in _CLOCK_NAMES:
        return unit in _SECONDS_OF
    return bool(unit) and unit in _SECONDS_OF


def _clock(values: NDArray[np.float64], factor_s: float) -> Clock | None:
    """Clock by the first rows: an even one, also where it is rounded or has a jump."""
    seconds = values * factor_s
    steps = np.diff(seconds)
    if len(steps) < _FEWEST_ROWS - 1 or np.isnan(steps).any() or (steps < 0).any():
        return None
    mean = float(seconds[-1] - seconds[0]) / len(steps)
    if mean <= 0:
        return None
    even = seconds[0] + mean * np.arange(len(seconds))
    if np.abs(seconds - even).max() <= 0.5 * mean + 1e-12:
        return Clock(factor_s, mean, mean + max(0.5 * mean, 1.5 * np.abs(steps - mean).max()))
    period = float(np.median(steps))
    if period > 0 and (np.abs(steps / period - np.round(steps / period)) < 0.05).all():
        return Clock(factor_s, period, 1.5 * period)
    return None
