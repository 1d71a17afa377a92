"""Pixel columns of an open recording, from its samples and whatever blocks there are."""

from __future__ import annotations

from collections.abc import Sequence
from typing import Any, Protocol

import numpy as np
from numpy.typing import NDArray

from emgview.model import RecordingInfo, SampleInterval
from emgview.recording import layout
from emgview.recording.block_source import Extremes
from emgview.recording.fine_level import FineLevel
from emgview.recording.folding import nothing
from emgview.recording.microvolt import to_microvolt
from emgview.recording.overview import ColumnExtremes, Level, column_step
from emgview.recording.overview_store import OverviewStore, chosen
from emgview.recording.read_ahead import ReadAhead


class Samples(Protocol):
    """What is needed of a reader."""

    @property
    def dtype(self) -> np.dtype[Any]:
        """Type of the native numbers."""

    def read(self, interval: SampleInterval) -> NDArray[Any]:
        """Native numbers of a window."""

    def touch(self, interval: SampleInterval) -> None:
        """Bring a window into the system's memory."""

    def gap_rows(self, interval: SampleInterval) -> NDArray[np.bool_]:
        """Which rows of a window lie in a gap."""


class Columns:
    """Minimum and maximum of pixel columns in µV. Belongs to the thread of its reader.

    Parameters
    ----------
    samples : RecordingReader
    info : RecordingInfo
        As of now: a file that has grown needs new columns.
    store : OverviewStore
        Blocks that were stored or adopted.
    """

    def __init__(self, samples: Samples, info: RecordingInfo, store: OverviewStore) -> None:
        self.store = store
        self._samples = samples
        self._info = info
        self._dtype = samples.dtype
        self._fine = FineLevel(self._extremes, info.n_samples, len(info.channels), self._dtype)
        row_bytes = 2 * len(info.channels) * self._dtype.itemsize
        self._ahead = ReadAhead(self._read_blocks, row_bytes)

    def of(
        self, interval: SampleInterval, n_columns: int, channels: Sequence[int] | None
    ) -> tuple[NDArray[np.float32], NDArray[np.float32], int | None]:
        """See :meth:`.reader.RecordingReader.columns`."""
        every = self._info.channels
        scale = list(every) if channels is None else [every[i] for i in channels]
        extremes = ColumnExtremes(
            (*self._levels_of_samples(channels), *self.store.levels(channels)),
            self._info.n_samples,
            len(scale),
            self._dtype,
            patient=self.store.lacks_small_blocks,
        )
        low, high = extremes.of(interval, n_columns)
        empty = low > high
        bottom, top = to_microvolt(low, scale), to_microvolt(high, scale)
        turned = [n for n, channel in enumerate(scale) if channel.gain_uv < 0]
        if turned:
            bottom[:, turned], top[:, turned] = top[:, turned], bottom[:, turned]
        if empty.any():
            bottom[empty] = np.nan
            top[empty] = np.nan
        return bottom, top, extremes.known_until

    def prepare(self, interval: SampleInterval, n_columns: int) -> bool:
        """See :meth:`.reader.RecordingReader.prepare`."""
        inside = interval.intersection(self._info.whole)
        if inside is None:
            return False
        step = column_step(len(interval), n_columns)
        if self._fine.factor <= step < layout.OVERVIEW_FACTORS[0]:
            stop = -(-inside.stop // self._fine.factor)
            return self._fine.prepare(inside.start // self._fine.factor, stop)
        factor = max((n for n in layout.OVERVIEW_FACTORS if n <= step), default=1)
        n_blocks = len(self._info.whole)
        if factor > 1:
            n_blocks = self.store.n_blocks(factor)
        return self._ahead.step(inside, factor, n_blocks)

    def _read_blocks(self, factor: int, start: int, stop: int) -> None:
        if factor > 1:
            self.store.touch(factor, start, stop)
        else:
            self._samples.touch(SampleInterval(start, stop))

    def _levels_of_samples(self, channels: Sequence[int] | None) -> tuple[Level, Level]:
        """The samples themselves, and small blocks that are made of them on the way."""

        def raw(start: int, stop: int) -> Extremes:
            return chosen(self._extremes(start, stop), channels)

        def fine(start: int, stop: int) -> Extremes:
            return chosen(self._fine.read(start, stop), channels)

        return (
            Level(1, self._info.n_samples, raw),
            Level(self._fine.factor, self._fine.n_blocks, fine),
        )

    def _extremes(self, start: int, stop: int) -> Extremes:
        """Samples as their own extremes; rows in gaps hold none."""
        interval = SampleInterval(start, stop)
        low = self._samples.read(interval)
        gaps = self._samples.gap_rows(interval)
        if not gaps.any():
            return low, low
        high = low.copy()
        low[gaps], high[gaps] = nothing(self._dtype)
        return low, high
