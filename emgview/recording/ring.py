"""The last minutes of a live signal in memory, addressed by absolute sample."""

from __future__ import annotations

from collections import deque
from collections.abc import Iterator, Sequence
from dataclasses import replace
from typing import Any

import numpy as np
from numpy.typing import NDArray

from emgview.model import Chunk, Gap, RecordingInfo, SampleInterval
from emgview.model.interval import subtract
from emgview.recording.block_source import Extremes
from emgview.recording.folding import fold, nothing
from emgview.recording.layout import fill_value
from emgview.recording.microvolt import to_microvolt
from emgview.recording.overview import ColumnExtremes, Level

_FACTOR = 64
_MOST_GAPS = 100_000


class RingBuffer:
    """Samples of all channels; the oldest are written over.

    One thread appends; any thread reads, without a lock: a reader copies first and asks
    afterwards what was written over meanwhile. Positions are counted from the first sample ever
    appended, lost samples included.

    Parameters
    ----------
    info : RecordingInfo
        Channels and rate; its length is not used.
    dtype : dtype
        Of the native numbers.
    capacity : int
        Samples kept at least; rounded up to whole blocks of 64.
    """

    def __init__(self, info: RecordingInfo, dtype: np.dtype[Any], capacity: int) -> None:
        if capacity < 1:
            raise ValueError(f"capacity of {capacity} samples: at least 1 is needed")
        n = len(info.channels)
        self._blocks = -(-capacity // _FACTOR) + 1
        self._rows = self._blocks * _FACTOR
        self._info, self._dtype = info, dtype
        self._data = np.empty((self._rows, n), dtype)
        self._low = np.empty((self._blocks, n), dtype)
        self._high = np.empty((self._blocks, n), dtype)
        self._head = 0  # samples written and to be read
        self._writing = 0  # samples that are being written: behind it nothing is sound
        self._gaps: deque[Gap] = deque(maxlen=_MOST_GAPS)

    @property
    def n_bytes(self) -> int:
        """Memory that the buffer takes at most."""
        return self._data.nbytes + self._low.nbytes + self._high.nbytes

    @property
    def dtype(self) -> np.dtype[Any]:
        """Type of the native numbers."""
        return self._dtype

    @property
    def head(self) -> int:
        """One past the newest sample."""
        return self._head

    @property
    def oldest(self) -> int:
        """First sample that is still kept."""
        return max(self._writing - self._rows + _FACTOR, 0) // _FACTOR * _FACTOR

    @property
    def kept(self) -> SampleInterval:
        """What can be read now."""
        head = self._head
        return SampleInterval(min(self.oldest, head), head)

    @property
    def info(self) -> RecordingInfo:
        """What is known beside the samples, as of now; the length is :attr:`head`."""
        known = self._info
        return RecordingInfo(
            known.id,
            known.sampling_rate_hz,
            self._head,
            known.channels,
            started_at=known.started_at,
            device=known.device,
            gaps=tuple(self._gaps),
            notes=known.notes,
        )

    def append(self, samples: NDArray[Any], lost_before: int = 0) -> None:
        """Add samples (n, n_channels) after ``lost_before`` lost ones. On the writing thread."""
        if lost_before:
            self._forget_gaps()
            self._gaps.append(Gap(self._head, lost_before))
            self._put_lost(lost_before)
        step = self._rows // 2
        for first in range(0, len(samples), step):
            self._put(samples[first : first + step])

    def read(self, interval: SampleInterval) -> NDArray[Any]:
        """Native numbers (n, n_channels); the filler where nothing is kept (any more)."""
        low, _sound = self._copy(interval)
        return low

    def read_uv(
        self,
        interval: SampleInterval,
        channels: Sequence[int] | None = None,
        *,
        gaps_as_nan: bool = True,
    ) -> NDArray[np.float32]:
        """Microvolt (n, n_channels), float32; NaN in gaps and where nothing is kept."""
        rows, sound = self._copy(interval)
        every = self._info.channels
        chosen = list(range(len(every))) if channels is None else list(channels)
        scaled = to_microvolt(rows[:, chosen], [every[i] for i in chosen])
        if gaps_as_nan:
            scaled[self.gap_rows(interval)] = np.nan
        scaled[~sound] = np.nan
        return scaled

    def columns(
        self, interval: SampleInterval, n_columns: int, channels: Sequence[int] | None = None
    ) -> tuple[NDArray[np.float32], NDArray[np.float32], int | None]:
        """Extremes of pixel columns, as of a stored recording; the cost follows the pixels."""
        every = self._info.channels
        chosen = slice(None) if channels is None else list(channels)
        scale = every if channels is None else [every[i] for i in channels]
        head, done = self._head, self._head // _FACTOR
        levels = (
            Level(1, head, lambda a, b: _pick(self._raw(a, b), chosen)),
            Level(_FACTOR, done, lambda a, b: _pick(self._stored(a, b), chosen)),
        )
        found = ColumnExtremes(levels, head, len(scale), self._dtype)
        low, high = found.of(interval, n_columns)
        empty = low > high
        first, second = to_microvolt(low, scale), to_microvolt(high, scale)
        bottom, top = np.fmin(first, second), np.fmax(first, second)
        bottom[empty] = np.nan
        top[empty] = np.nan
        return bottom, top, None

    def gap_rows(self, interval: SampleInterval) -> NDArray[np.bool_]:
        """Which rows of a window were lost."""
        rows = np.zeros(len(interval), np.bool_)
        for gap in self._gaps_now():
            if hole := gap.interval.intersection(interval):
                rows[hole.start - interval.start : hole.stop - interval.start] = True
        return rows

    def chunks(self, chunk_samples: int, interval: SampleInterval) -> Iterator[Chunk]:
        """Kept samples of a window in order, numbered from its start; gaps are told.

        What is written over before it was read is told as lost: it never comes out as a sample.
        """
        holes = [gap.interval for gap in self._gaps_now()]
        end = interval.start
        for run in subtract([interval], holes):
            for first in range(run.start, run.stop, chunk_samples):
                part = SampleInterval(first, min(first + chunk_samples, run.stop))
                rows, sound = self._copy(part)
                skipped = int(np.argmax(sound)) if sound.any() else len(part)
                if skipped == len(part):
                    continue
                start = part.start + skipped
                yield Chunk(rows[skipped:], start - interval.start, start - end)
                end = part.stop
        if end < interval.stop:
            nothing_left = np.empty((0, self._data.shape[1]), self._dtype)
            yield Chunk(nothing_left, len(interval), interval.stop - end)

    # -- within ------------------------------------------------------------------------------

    def _gaps_now(self) -> tuple[Gap, ...]:
        """A copy in one step: the writer may add one at any time."""
        return tuple(self._gaps.copy())

    def _forget_gaps(self) -> None:
        while self._gaps and self._gaps[0].interval.stop <= self.oldest:
            self._gaps.popleft()

    def _put(self, rows: NDArray[Any]) -> None:
        start, stop = self._head, self._head + len(rows)
        self._writing = stop
        place = start % self._rows
        fits = min(len(rows), self._rows - place)
        self._data[place : place + fits] = rows[:fits]
        self._data[: len(rows) - fits] = rows[fits:]
        self._fold_until(stop)
        self._head = stop

    def _put_lost(self, lost: int) -> None:
        """Filler for at most what the buffer holds; what lies before is gone anyway."""
        skipped = max(lost - self._rows, 0)
        if skipped:
            skipped = skipped // _FACTOR * _FACTOR
            self._writing = self._head + skipped
            self._head = self._writing
        filler = fill_value(self._dtype)
        left = lost - skipped
        while left > 0:
            n = min(left, 65_536, self._rows // 2)
            self._put(np.full((n, self._data.shape[1]), filler, self._dtype))
            left -= n

    def _fold_until(self, stop: int) -> None:
        """Extremes of the blocks that are complete now, without what was lost."""
        first, last = self._head // _FACTOR, stop // _FACTOR
        while first < last:
            place = first % self._blocks
            n = min(last - first, self._blocks - place)
            rows = self._data[place * _FACTOR : (place + n) * _FACTOR]
            self._low[place : place + n], self._high[place : place + n] = self._folded(
                rows, SampleInterval(first * _FACTOR, (first + n) * _FACTOR)
            )
            first += n

    def _folded(self, rows: NDArray[Any], place: SampleInterval) -> Extremes:
        lost = self.gap_rows(place) if self._gaps and self._touches_gap(place) else None
        if lost is None or not lost.any():
            return fold(rows, rows, _FACTOR)
        low, high = rows.copy(), rows.copy()
        low[lost], high[lost] = nothing(self._dtype)
        return fold(low, high, _FACTOR)

    def _touches_gap(self, place: SampleInterval) -> bool:
        """Only the newest gaps can touch what is written now."""
        return self._gaps[-1].interval.stop > place.start

    def _copy(self, interval: SampleInterval) -> tuple[NDArray[Any], NDArray[np.bool_]]:
        """Rows of a window, and which of them are what was appended."""
        rows = np.full((len(interval), self._data.shape[1]), fill_value(self._dtype), self._dtype)
        sound = np.zeros(len(interval), np.bool_)
        inside = interval.intersection(self.kept)
        if inside is None:
            return rows, sound
        part = rows[inside.start - interval.start : inside.stop - interval.start]
        self._take(self._data, inside, part, self._rows)
        valid = max(self.oldest, inside.start)  # asked after the copy
        if valid > inside.start:
            part[: valid - inside.start] = fill_value(self._dtype)
        sound[max(valid - interval.start, 0) : inside.stop - interval.start] = True
        return rows, sound

    def _take(self, ring: NDArray[Any], part: SampleInterval, out: NDArray[Any], size: int) -> None:
        place = part.start % size
        fits = min(len(part), size - place)
        out[:fits] = ring[place : place + fits]
        out[fits:] = ring[: len(part) - fits]

    def _raw(self, start: int, stop: int) -> Extremes:
        interval = SampleInterval(start, stop)
        low, sound = self._copy(interval)
        empty = ~sound | self.gap_rows(interval)
        if not empty.any():
            return low, low
        high = low.copy()
        low[empty], high[empty] = nothing(self._dtype)
        return low, high

    def _stored(self, start: int, stop: int) -> Extremes:
        part = SampleInterval(start, stop)
        low = np.empty((len(part), self._data.shape[1]), self._dtype)
        high = np.empty_like(low)
        self._take(self._low, part, low, self._blocks)
        self._take(self._high, part, high, self._blocks)
        gone = min(max(self.oldest // _FACTOR - start, 0), len(part))
        low[:gone], high[:gone] = nothing(self._dtype)
        return low, high


class RingTail:
    """A ring from one of its samples on: that sample is number 0."""

    def __init__(self, ring: RingBuffer, start: int) -> None:
        self._ring, self.start = ring, start

    @property
    def info(self) -> RecordingInfo:
        """What is known beside the samples, as of now."""
        known = self._ring.info
        gaps = tuple(
            Gap(gap.start - self.start, gap.lost) for gap in known.gaps if gap.start >= self.start
        )
        return replace(known, n_samples=max(known.n_samples - self.start, 0), gaps=gaps)

    def read_uv(
        self,
        interval: SampleInterval,
        channels: Sequence[int] | None = None,
        *,
        gaps_as_nan: bool = True,
    ) -> NDArray[np.float32]:
        """Microvolt (n, n_channels), float32; NaN in gaps and where nothing is kept."""
        place = interval.shifted(self.start)
        return self._ring.read_uv(place, channels, gaps_as_nan=gaps_as_nan)

    def columns(
        self, interval: SampleInterval, n_columns: int, channels: Sequence[int] | None = None
    ) -> tuple[NDArray[np.float32], NDArray[np.float32], int | None]:
        """Extremes of pixel columns."""
        return self._ring.columns(interval.shifted(self.start), n_columns, channels)


def _pick(pair: Extremes, channels: Any) -> Extremes:
    if isinstance(channels, slice):
        return pair
    low = np.ascontiguousarray(pair[0][:, channels])
    return low, low if pair[1] is pair[0] else np.ascontiguousarray(pair[1][:, channels])
