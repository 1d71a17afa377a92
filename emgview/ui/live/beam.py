"""Columns of a sweep that is drawn over, kept up sample by sample. numpy, no Qt."""

from __future__ import annotations

from dataclasses import dataclass

import numpy as np
from numpy.typing import NDArray

from emgview.model import SampleInterval, SampleSource
from emgview.signal.filters import ChannelFilter

Values = NDArray[np.float32]
Float = NDArray[np.float64]

_POINTS_PER_COLUMN = 4
_RUN_IN_S = 0.5


@dataclass(frozen=True, slots=True)
class Fresh:
    """Columns that changed, half-open, and the beam: the column after the newest sample."""

    columns: tuple[tuple[int, int], ...]
    beam: int


class BeamColumns:
    """Least and greatest value of each pixel column of the running sweep.

    Sweeps lie on a grid from sample 0 on. With fewer samples than columns, the line between two
    samples is followed, so that no column stays empty.

    Parameters
    ----------
    fs : float
    span : int
        Samples of a sweep.
    n_columns : int
    channels : tuple of int
    sections : ndarray, (n, 6)
        Display filter; none: as it comes.
    """

    def __init__(
        self, fs: float, span: int, n_columns: int, channels: tuple[int, ...], sections: Float
    ) -> None:
        self.span, self.n_columns, self.channels = max(span, 2), max(n_columns, 1), channels
        self._fs = fs
        self._sections = sections
        self._filter = ChannelFilter(sections, len(channels))
        shape = (self.n_columns, len(channels))
        self.low = np.full(shape, np.nan, np.float32)
        self.high = np.full(shape, np.nan, np.float32)
        self.missing = np.zeros(self.n_columns, np.bool_)
        self._next: int | None = None
        self._last: Values | None = None
        self._between = max(-(-_POINTS_PER_COLUMN * self.n_columns // self.span), 1)
        if self.span >= 2 * self.n_columns:
            self._between = 1

    @property
    def reached(self) -> int:
        """One past the newest sample that is drawn; 0 before the first."""
        return self._next or 0

    def advance(self, source: SampleSource, head: int) -> Fresh | None:
        """Take in everything up to ``head``; None where nothing is new."""
        if head <= 0 or not self.channels:
            return None
        if self._next is None or head - self._next >= self.span:
            self._begin(source, max(head - self.span, 0))
        first = self._next or 0
        if head <= first:
            return None
        rows = source.read_uv(SampleInterval(first, head), self.channels)
        missing = np.asarray(np.isnan(rows).all(axis=1))
        columns = self._take(first, self._filter(rows), missing)
        self._next = head
        return Fresh(columns, self._column(head))

    def _begin(self, source: SampleSource, start: int) -> None:
        """From a sample on, with the filter run in on what came before."""
        self.low[:], self.high[:], self.missing[:] = np.nan, np.nan, False
        self._filter = ChannelFilter(self._sections, len(self.channels))
        self._last = None
        before = max(start - round(_RUN_IN_S * self._fs), 0)
        if len(self._sections) and before < start:
            self._filter(source.read_uv(SampleInterval(before, start), self.channels))
        self._next = start

    def _take(
        self, first: int, rows: Values, missing: NDArray[np.bool_]
    ) -> tuple[tuple[int, int], ...]:
        places, values = self._points(first, rows)
        self._last = rows[-1]
        turns, within = np.divmod(places, self.span * self._between)
        # Counted on over the sweeps: a column that is passed twice is two of them.
        columns = within * self.n_columns // (self.span * self._between) + turns * self.n_columns
        starts = np.flatnonzero(np.diff(columns, prepend=-1))
        which = columns[starts] % self.n_columns
        low = np.fmin.reduceat(values, starts, axis=0)
        high = np.fmax.reduceat(values, starts, axis=0)
        self._join(which, low, high, first)
        gone = (np.arange(first, first + len(rows))[missing] % self.span) * self.n_columns
        self.missing[gone // self.span] = True
        return _runs(which)

    def _join(self, which: NDArray[np.int64], low: Values, high: Values, first: int) -> None:
        """The first column may have begun before; a column of an older sweep is replaced."""
        goes_on = first > 0 and self._column(first) == self._column(first - 1)
        goes_on = goes_on and first % self.span != 0
        if goes_on and len(which):
            low[0] = np.fmin(low[0], self.low[which[0]])
            high[0] = np.fmax(high[0], self.high[which[0]])
            self.missing[which[1:]] = False
        else:
            self.missing[which] = False
        # Of a column that was passed twice the last one stays.
        self.low[which], self.high[which] = low, high

    def _points(self, first: int, rows: Values) -> tuple[NDArray[np.int64], Values]:
        """Samples, and points of the line between them where columns are many."""
        q = self._between
        if q == 1:
            return np.arange(first, first + len(rows), dtype=np.int64), rows
        known = rows[:1] if self._last is None else self._last[np.newaxis]
        before = np.concatenate((known, rows[:-1]))
        part = (np.arange(1, q + 1, dtype=np.float32) / np.float32(q))[np.newaxis, :, np.newaxis]
        line = before[:, np.newaxis] + (rows - before)[:, np.newaxis] * part
        start = (first - 1) * q + 1
        places = np.arange(start, start + len(rows) * q, dtype=np.int64)
        values = line.reshape(-1, rows.shape[1]).astype(np.float32)
        skipped = q - 1 if self._last is None else 0  # nothing is known before the first sample
        return places[skipped:], values[skipped:]

    def _column(self, sample: int) -> int:
        return sample % self.span * self.n_columns // self.span


def _runs(columns: NDArray[np.int64]) -> tuple[tuple[int, int], ...]:
    """Stretches of columns; a new sweep begins a new one."""
    cuts = np.flatnonzero(np.diff(columns) != 1) + 1
    parts = np.split(columns, cuts)
    return tuple((int(p[0]), int(p[-1]) + 1) for p in parts if len(p))
