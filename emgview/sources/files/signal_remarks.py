"""Looks through the samples of an import for what a reader must know: cut-off and flat parts."""

from __future__ import annotations

from typing import Any

import numpy as np
from numpy.typing import NDArray

from emgview.model import Channel, RecordingInfo
from emgview.sources.importable import ImportableRecording

# Single samples at the limit are normal where an export fits its range to the signal; tops that
# are cut off stay there for two samples and more.
_FEWEST_PAIRS = 3
_SHORTEST_FLAT_S = 0.05
_CHUNK_SAMPLES = 65536

Limits = tuple[tuple[float, float] | None, ...]


class SampleScan:
    """Counts samples at the limits of the converter and finds the longest unchanging stretch.

    Feed it in order with :meth:`add`; the answer does not depend on the cut points.

    Parameters
    ----------
    info : RecordingInfo
    limits : tuple
        As of :class:`~emgview.sources.importable.ImportableRecording`.
    """

    def __init__(self, info: RecordingInfo, limits: Limits = ()) -> None:
        self._info = info
        self._limits = limits or (None,) * len(info.channels)
        self._at_limit = [0] * len(info.channels)
        self._pairs = [0] * len(info.channels)
        self._last_beyond = [False] * len(info.channels)
        self._flats = [_LongestFlat() for _ in info.channels]
        self._n_samples = 0

    def add(self, samples: NDArray[Any], start_sample: int) -> None:
        """Take the next rows (n, n_channels) of native numbers."""
        self._n_samples += len(samples)
        if len(samples) == 0:
            return
        for i, limits in enumerate(self._limits):
            column = samples[:, i]
            self._flats[i].add(column, start_sample)
            if limits is not None:
                self._count(i, (column <= limits[0]) | (column >= limits[1]))

    def _count(self, i: int, beyond: NDArray[np.bool_]) -> None:
        before = np.concatenate(([self._last_beyond[i]], beyond[:-1]))
        self._at_limit[i] += int(np.count_nonzero(beyond))
        self._pairs[i] += int(np.count_nonzero(beyond & before))
        self._last_beyond[i] = bool(beyond[-1])

    def remarks(self) -> tuple[str, ...]:
        """One sentence for each finding."""
        found = []
        for i, channel in enumerate(self._info.channels):
            if channel.unit != "uV":
                continue
            found += self._cut_off(i, channel) + self._flat(i, channel)
        return tuple(found)

    def _cut_off(self, i: int, channel: Channel) -> list[str]:
        limits, count = self._limits[i], self._at_limit[i]
        if limits is None or self._pairs[i] < _FEWEST_PAIRS:
            return []
        highest_uv = max(abs(limit * channel.gain_uv + channel.offset_uv) for limit in limits)
        return [
            f"Channel {channel.label}: {count} of {self._n_samples} samples lie at the limit of "
            f"the converter (from {highest_uv:.0f} µV on); amplitudes there are cut off."
        ]

    def _flat(self, i: int, channel: Channel) -> list[str]:
        start, length = self._flats[i].longest
        rate = self._info.sampling_rate_hz
        if length < max(_SHORTEST_FLAT_S * rate, 3):
            return []
        return [
            f"Channel {channel.label}: the value does not change for {length / rate:.3g} s from "
            f"{start / rate:.3f} s on (longest such stretch)."
        ]


class _LongestFlat:
    """Longest run of equal values, across chunks."""

    def __init__(self) -> None:
        self.longest = (0, 0)
        self._value: Any = None
        self._start = 0
        self._stop = 0

    def add(self, column: NDArray[Any], start_sample: int) -> None:
        edges = np.flatnonzero(column[1:] != column[:-1]) + 1
        starts = np.concatenate(([0], edges))
        lengths = np.diff(np.concatenate((starts, [len(column)])))
        if self._value == column[0] and start_sample == self._stop:
            self._keep(self._start, int(lengths[0]) + self._stop - self._start)
        best = int(np.argmax(lengths))
        self._keep(start_sample + int(starts[best]), int(lengths[best]))
        if len(starts) > 1 or self._value != column[0] or start_sample != self._stop:
            self._start = start_sample + int(starts[-1])
        self._value, self._stop = column[-1], start_sample + len(column)

    def _keep(self, start: int, length: int) -> None:
        if length > self.longest[1]:
            self.longest = (start, length)


def remarks_on(recording: ImportableRecording) -> tuple[str, ...]:
    """One sentence for each finding; reads all samples once."""
    scan = SampleScan(recording.info, recording.limits)
    for chunk in recording.chunks(_CHUNK_SAMPLES):
        scan.add(chunk.samples, chunk.start_sample)
    return scan.remarks()
