"""Half-open stretch of samples."""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import dataclass


@dataclass(frozen=True, slots=True, order=True)
class SampleInterval:
    """Samples ``start <= i < stop`` of one recording.

    Raises
    ------
    ValueError
        If ``stop`` lies before ``start``.
    """

    start: int
    stop: int

    def __post_init__(self) -> None:
        if self.stop < self.start:
            raise ValueError(f"interval stops at {self.stop}, before its start {self.start}")

    def __len__(self) -> int:
        return self.stop - self.start

    def contains(self, sample: int) -> bool:
        """Whether the sample lies inside."""
        return self.start <= sample < self.stop

    def overlaps(self, other: SampleInterval) -> bool:
        """Whether at least one sample is shared."""
        return self.start < other.stop and other.start < self.stop

    def intersection(self, other: SampleInterval) -> SampleInterval | None:
        """Shared samples, or None where there are none."""
        start, stop = max(self.start, other.start), min(self.stop, other.stop)
        return SampleInterval(start, stop) if start < stop else None

    def hull(self, other: SampleInterval) -> SampleInterval:
        """Smallest interval that holds both."""
        return SampleInterval(min(self.start, other.start), max(self.stop, other.stop))

    def shifted(self, samples: int) -> SampleInterval:
        """The same stretch, later by ``samples``."""
        return SampleInterval(self.start + samples, self.stop + samples)


def union(intervals: Iterable[SampleInterval]) -> list[SampleInterval]:
    """Disjoint, sorted intervals that cover the same samples (touching ones are joined)."""
    joined: list[SampleInterval] = []
    for interval in sorted(intervals):
        if len(interval) == 0:
            continue
        if joined and interval.start <= joined[-1].stop:
            joined[-1] = joined[-1].hull(interval)
        else:
            joined.append(interval)
    return joined


def total_length(intervals: Iterable[SampleInterval]) -> int:
    """Number of samples covered by at least one of the intervals."""
    return sum(len(interval) for interval in union(intervals))


def subtract(
    whole: Iterable[SampleInterval], holes: Iterable[SampleInterval]
) -> list[SampleInterval]:
    """Parts of ``whole`` that no interval of ``holes`` covers, sorted."""
    left: list[SampleInterval] = []
    cuts = union(holes)
    for interval in union(whole):
        start = interval.start
        for cut in cuts:
            if cut.stop <= start or cut.start >= interval.stop:
                continue
            if cut.start > start:
                left.append(SampleInterval(start, cut.start))
            start = max(start, cut.stop)
        if start < interval.stop:
            left.append(SampleInterval(start, interval.stop))
    return left
