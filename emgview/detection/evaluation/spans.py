"""Shared time of intervals, in samples."""

from __future__ import annotations

from collections.abc import Iterable

import numpy as np

from emgview.model import SampleInterval
from emgview.model.interval import union


class Spans:
    """Samples that are covered by at least one of some intervals.

    Parameters
    ----------
    intervals : iterable of SampleInterval
    gap : int, optional
        Intervals that lie at most that many samples apart are joined.
    """

    def __init__(self, intervals: Iterable[SampleInterval], gap: int = 0) -> None:
        joined: list[SampleInterval] = []
        for interval in union(intervals):
            if joined and interval.start - joined[-1].stop <= gap:
                joined[-1] = joined[-1].hull(interval)
            else:
                joined.append(interval)
        self.intervals = tuple(joined)
        self._starts = np.array([i.start for i in joined], dtype=np.int64)
        lengths = np.array([len(i) for i in joined], dtype=np.int64)
        self._lengths = lengths
        self._before = np.concatenate(([0], np.cumsum(lengths)))

    def __len__(self) -> int:
        """Number of samples covered."""
        return int(self._before[-1])

    def covered(self, interval: SampleInterval) -> int:
        """Samples of the interval that are covered."""
        return self._below(interval.stop) - self._below(interval.start)

    def share(self, interval: SampleInterval) -> float:
        """Part of the interval that is covered; 0 of an empty one."""
        return self.covered(interval) / len(interval) if len(interval) else 0.0

    def contains(self, sample: int) -> bool:
        """Whether a sample is covered."""
        return self._below(sample + 1) > self._below(sample)

    def shared(self, other: Spans) -> int:
        """Samples covered by both."""
        return sum(self.covered(interval) for interval in other.intervals)

    def _below(self, sample: int) -> int:
        """Covered samples before this one."""
        index = int(np.searchsorted(self._starts, sample))
        if index == 0:
            return 0
        inside = min(sample - int(self._starts[index - 1]), int(self._lengths[index - 1]))
        return int(self._before[index - 1]) + inside
