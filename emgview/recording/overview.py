"""True extremes of every pixel column, from the finest blocks that a column needs."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass
from typing import Any

import numpy as np
from numpy.typing import NDArray

from emgview.model import SampleInterval
from emgview.recording.folding import fold, join_rows, loops_for, nothing
from emgview.recording.layout import FINE_FACTOR, OVERVIEW_FACTORS

MOST_VALUES_WITHOUT_BLOCKS = 8_000_000
"""So many samples times channels are read at most where a wide window has no blocks yet."""

# Bounds what is read at once, whatever the number of columns.
_VALUES_AT_ONCE = 4_000_000
# Wider columns of rows are reduced row by row, narrower ones by gathering whole rows.
_MOST_GATHERED = 12
_LEAST_STEP = 4

Extremes = tuple[NDArray[Any], NDArray[Any]]
ReadRows = Callable[[int, int], Extremes]


@dataclass(frozen=True, slots=True, eq=False)
class Level:
    """One source of extremes: blocks of ``factor`` samples, or the samples (factor 1).

    ``read(start, stop)`` gives minimum and maximum (n, n_channels) of these blocks; blocks from
    ``n_blocks`` on are not there (yet). A block that ends the recording may be shorter.
    """

    factor: int
    n_blocks: int
    read: ReadRows


def column_step(n_samples: int, n_columns: int) -> int:
    """Grid in samples on which the inner column edges of a window lie.

    The largest power of two that is at most half a column; 1 below 8 samples a column.
    """
    half = n_samples // (2 * max(n_columns, 1))
    step = min(1 << max(half.bit_length() - 1, 0), OVERVIEW_FACTORS[-1])
    return step if step >= _LEAST_STEP else 1


def needs_blocks(interval: SampleInterval, n_columns: int) -> bool:
    """Whether columns of this window are made of stored blocks, not of samples alone."""
    return column_step(len(interval), n_columns) >= OVERVIEW_FACTORS[0]


def column_edges(interval: SampleInterval, n_columns: int) -> NDArray[np.int64]:
    """Edges of the columns: column k holds the samples ``edges[k] <= i < edges[k + 1]``.

    The edges are ``start + k * length // n_columns``, from 8 samples a column on rounded down to
    the grid of :func:`column_step`. The first and the last edge are those of the interval, so
    that each sample belongs to one column.
    """
    length = len(interval)
    step = column_step(length, n_columns)
    ideal = interval.start + np.arange(n_columns + 1, dtype=np.int64) * length // n_columns
    edges = np.maximum(ideal // step * step, interval.start)
    edges[-1] = interval.stop
    return edges


class ColumnExtremes:
    """Minimum and maximum of columns, in native numbers.

    Parameters
    ----------
    levels : tuple of Level
        From the samples (factor 1) to the largest blocks; each factor divides the next. The first
        two read samples, all others read stored blocks.
    n_samples, n_channels : int
        Of the recording.
    patient : bool
        Read samples without limit where blocks are missing; otherwise such a stretch stays empty
        (see :attr:`known_until`).
    """

    def __init__(
        self,
        levels: tuple[Level, ...],
        n_samples: int,
        n_channels: int,
        dtype: np.dtype[Any],
        *,
        patient: bool = True,
    ) -> None:
        self._levels = levels
        self._n_samples = n_samples
        self._n_channels = n_channels
        self._dtype = dtype
        # What sticks out of whole blocks at both ends of a window is always read.
        most = max(MOST_VALUES_WITHOUT_BLOCKS // max(n_channels, 1), OVERVIEW_FACTORS[0])
        self._most = None if patient else most
        self._portion = max(_VALUES_AT_ONCE // max(n_channels, 1), 1)
        self._stored_from = next((i for i, v in enumerate(levels) if v.factor > FINE_FACTOR), 0)
        self._known_until: int | None = None
        self._step = 1

    @property
    def known_until(self) -> int | None:
        """Sample from which on the last window has no extremes for want of blocks, or None."""
        return self._known_until

    def of(self, interval: SampleInterval, n_columns: int) -> Extremes:
        """Extremes (n_columns, n_channels); minimum > maximum where a column has no samples."""
        no_low, no_high = nothing(self._dtype)
        low = np.full((n_columns, self._n_channels), no_low, self._dtype)
        high = np.full((n_columns, self._n_channels), no_high, self._dtype)
        edges = column_edges(interval, n_columns)
        self._step = step = column_step(len(interval), n_columns)
        depth = max(i for i, level in enumerate(self._levels) if level.factor <= step)
        inside = interval.intersection(SampleInterval(0, self._n_samples))
        self._known_until = None
        if inside is not None:
            self._join((low, high), edges, inside, depth)
        return low, high

    def _join(
        self, columns: Extremes, edges: NDArray[np.int64], part: SampleInterval, depth: int
    ) -> None:
        """Join the extremes of one stretch into the columns, with blocks of this level.

        What sticks out at both ends of the whole blocks goes to the next finer level.
        """
        level = self._levels[depth]
        first = -(-part.start // level.factor)
        stop = part.stop // level.factor
        if part.stop == self._n_samples:
            stop = -(-part.stop // level.factor)
        stop = min(stop, level.n_blocks)
        if first >= stop:
            self._join_finer(columns, edges, part, depth)
            return
        portion, step = self._portion, self._step
        for start in range(first, stop, portion):
            rows = level.read(start, min(start + portion, stop))
            _reduce_folded(columns, edges, rows, (start, level.factor, step))
        covered = SampleInterval(first * level.factor, min(stop * level.factor, part.stop))
        if covered.start > part.start:
            self._join_finer(columns, edges, SampleInterval(part.start, covered.start), depth)
        if covered.stop < part.stop:
            self._join_finer(columns, edges, SampleInterval(covered.stop, part.stop), depth)

    def _join_finer(
        self, columns: Extremes, edges: NDArray[np.int64], part: SampleInterval, depth: int
    ) -> None:
        """The same with the next finer level, unless that means to read too many samples."""
        if depth == 0:
            return
        lacks_blocks = depth == self._stored_from and self._most is not None
        if lacks_blocks and self._most is not None and len(part) > self._most:
            known = self._known_until
            self._known_until = part.start if known is None else min(known, part.start)
            return
        self._join(columns, edges, part, depth - 1)


def _reduce_folded(
    columns: Extremes, edges: NDArray[np.int64], rows: Extremes, place: tuple[int, int, int]
) -> None:
    """Join rows into the columns, after folding those between two points of the grid.

    Parameters
    ----------
    place : (first block, factor, step)
        Of the rows; the inner column edges lie on the grid of ``step`` samples.
    """
    first, factor, step = place
    kernels = loops_for(rows[0].dtype)
    if kernels is not None:
        join_rows(kernels, columns, rows, _cuts(edges, first, factor, len(rows[0])))
        return
    width = max(step // factor, 1)
    begin = min(-first % width, len(rows[0]))
    end = begin + (len(rows[0]) - begin) // width * width
    if width == 1 or begin == end:
        _reduce(columns, edges, rows, first, factor)
        return
    low, high = rows
    _reduce(columns, edges, (low[:begin], high[:begin]), first, factor)
    folded = fold(low[begin:end], high[begin:end], width)
    _reduce(columns, edges, folded, (first + begin) // width, factor * width)
    _reduce(columns, edges, (low[end:], high[end:]), first + end, factor)


def _reduce(
    columns: Extremes,
    edges: NDArray[np.int64],
    rows: Extremes,
    first_block: int,
    factor: int,
) -> None:
    """Join rows of extremes into the columns in which their blocks begin."""
    low, high = columns
    cuts = _cuts(edges, first_block, factor, len(rows[0]))
    # A block that begins before a column edge inside a stretch cannot be: the edges lie on the
    # grid, and only the first column begins elsewhere.
    filled = np.flatnonzero(cuts[1:] > cuts[:-1]) if len(rows[0]) else cuts[:0]
    if not len(filled):
        return
    starts, stops = cuts[:-1][filled], cuts[1:][filled]
    if int((stops - starts).max()) <= _MOST_GATHERED:
        least, most = _gathered(rows, starts, stops)
    else:
        least = np.fmin.reduceat(rows[0], starts, axis=0)
        most = np.fmax.reduceat(rows[1], starts, axis=0)
    low[filled] = np.fmin(low[filled], least)
    high[filled] = np.fmax(high[filled], most)


def _cuts(
    edges: NDArray[np.int64], first_block: int, factor: int, n_rows: int
) -> NDArray[np.int64]:
    """First row of each column, and the one behind the last."""
    return np.clip(-(-edges // factor) - first_block, 0, n_rows)


def _gathered(rows: Extremes, starts: NDArray[np.int64], stops: NDArray[np.int64]) -> Extremes:
    """Extremes of stretches of a few rows each: the n-th row of all stretches at once.

    A row may be taken twice, which changes no extreme. Several times as fast as ``reduceat``,
    whose cost lies in the number of stretches.
    """
    same = rows[0] is rows[1]
    least, most = rows[0][starts], rows[1][starts]
    for n in range(1, int((stops - starts).max())):
        places = np.minimum(starts + n, stops - 1)
        low = rows[0][places]
        np.fmin(least, low, out=least)
        np.fmax(most, low if same else rows[1][places], out=most)
    return least, most
