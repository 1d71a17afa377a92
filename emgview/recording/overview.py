"""True extremes of every pixel column, from the finest blocks that a column needs."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass
from typing import Any

import numpy as np
from numpy.typing import NDArray

from emgview.model import SampleInterval
from emgview.recording.layout import OVERVIEW_FACTORS
from emgview.recording.overview_levels import nothing

# Bounds what is read at once, whatever the number of columns.
_ROWS_AT_ONCE = 131_072

ReadRows = Callable[[int, int], tuple[NDArray[Any], NDArray[Any]]]


@dataclass(frozen=True, slots=True, eq=False)
class Level:
    """One source of extremes: blocks of ``factor`` samples, or the samples (factor 1).

    ``read(start, stop)`` gives minimum and maximum (n, n_channels) of these blocks; blocks from
    ``n_blocks`` on are not there. A block that ends the recording may be shorter.
    """

    factor: int
    n_blocks: int
    read: ReadRows


def column_step(n_samples: int, n_columns: int) -> int:
    """Grid in samples on which the inner column edges of a window lie.

    At most half a column: the largest block size of which two fit in a column, or 1.
    """
    fitting = [f for f in OVERVIEW_FACTORS if 2 * f * n_columns <= n_samples]
    return max(fitting, default=1)


def column_edges(interval: SampleInterval, n_columns: int) -> NDArray[np.int64]:
    """Edges of the columns: column k holds the samples ``edges[k] <= i < edges[k + 1]``.

    The edges are ``start + k * length // n_columns``, in wide windows rounded down to the grid
    of :func:`column_step`. The first and the last edge are those of the interval, so that each
    sample belongs to one column.
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
        From the samples (factor 1) to the largest blocks; each factor divides the next.
    n_samples, n_channels : int
        Of the recording.
    """

    def __init__(
        self, levels: tuple[Level, ...], n_samples: int, n_channels: int, dtype: np.dtype[Any]
    ) -> None:
        self._levels = levels
        self._n_samples = n_samples
        self._n_channels = n_channels
        self._dtype = dtype

    def of(self, interval: SampleInterval, n_columns: int) -> tuple[NDArray[Any], NDArray[Any]]:
        """Extremes (n_columns, n_channels); minimum > maximum where a column has no samples."""
        no_low, no_high = nothing(self._dtype)
        low = np.full((n_columns, self._n_channels), no_low, self._dtype)
        high = np.full((n_columns, self._n_channels), no_high, self._dtype)
        edges = column_edges(interval, n_columns)
        step = column_step(len(interval), n_columns)
        depth = max(i for i, level in enumerate(self._levels) if level.factor <= step)
        inside = interval.intersection(SampleInterval(0, self._n_samples))
        if inside is not None:
            self._join((low, high), edges, inside, depth)
        return low, high

    def _join(
        self,
        columns: tuple[NDArray[Any], NDArray[Any]],
        edges: NDArray[np.int64],
        part: SampleInterval,
        depth: int,
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
            if depth > 0:
                self._join(columns, edges, part, depth - 1)
            return
        for start in range(first, stop, _ROWS_AT_ONCE):
            end = min(start + _ROWS_AT_ONCE, stop)
            _reduce(columns, edges, level.read(start, end), start, level.factor)
        covered = SampleInterval(first * level.factor, min(stop * level.factor, part.stop))
        if covered.start > part.start:
            self._join(columns, edges, SampleInterval(part.start, covered.start), depth - 1)
        if covered.stop < part.stop:
            self._join(columns, edges, SampleInterval(covered.stop, part.stop), depth - 1)


def _reduce(
    columns: tuple[NDArray[Any], NDArray[Any]],
    edges: NDArray[np.int64],
    rows: tuple[NDArray[Any], NDArray[Any]],
    first_block: int,
    factor: int,
) -> None:
    """Join rows of extremes into the columns in which their blocks begin."""
    low, high = columns
    cuts = np.clip(-(-edges // factor) - first_block, 0, len(rows[0]))
    # A block that begins before a column edge inside a stretch cannot be: the edges lie on the
    # grid, and only the first column begins elsewhere.
    filled = np.flatnonzero(cuts[1:] > cuts[:-1])
    starts = cuts[:-1][filled]
    low[filled] = np.fmin(low[filled], np.fmin.reduceat(rows[0], starts, axis=0))
    high[filled] = np.fmax(high[filled], np.fmax.reduceat(rows[1], starts, axis=0))
