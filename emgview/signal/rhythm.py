"""Rhythm of a train of discharges."""

from __future__ import annotations

from dataclasses import dataclass
from functools import lru_cache

import numpy as np
from numpy.typing import NDArray

from emgview.signal.noise import median_of, running_median

# For independent Gaussian intervals with coefficient of variation c, the median of
# 2 |I(k+1) - I(k)| / (I(k+1) + I(k)) is sqrt(2) * 0.6745 * c.
_FOLD = 0.25  # part of the base interval by which a multiple may be off
_MOST_KEPT = 256  # discharges of a train whose rhythm is kept
_MOST_MISSED = 3
_ON_BEAT = 0.2
_MEDIAN_CV2_PER_CV = 2**0.5 * 0.6744897501960817


@dataclass(frozen=True, slots=True)
class Rhythm:
    """Interval statistics of one train; times in seconds.

    Parameters
    ----------
    n : int
        Discharges.
    rate_hz : float
        One over the median interval, intervals with missed discharges divided.
    local_cv : float
        Interval variation free of slow drift: from the median of Holt's CV2 (differences of
        neighbouring intervals over their sum), scaled so that it equals the coefficient of
        variation for independent Gaussian intervals. The median makes it robust to single missed
        discharges.
    cv : float
        Standard deviation over mean of all intervals.
    shortest_s, median_s : float
    on_beat : float
        Part of the intervals, missed discharges minded, that lie within a fifth of the median of
        those around them: a train of which one half keeps a beat and the other does not has a low
        ``local_cv``, but not this.
    short_share : float
        Part of the intervals under half the median.
    """

    n: int
    rate_hz: float
    local_cv: float
    cv: float
    shortest_s: float
    median_s: float
    on_beat: float
    short_share: float


def rhythm(times_s: NDArray[np.float64]) -> Rhythm | None:
    """Interval statistics, or None for fewer than three discharges.

    Source: Holt et al. 1996, J Neurophysiol 75:1806 (CV2); median instead of mean here.
    """
    if len(times_s) < 3:
        return None
    if len(times_s) > _MOST_KEPT:
        return _rhythm(times_s)
    return _kept_rhythm(np.ascontiguousarray(times_s, np.float64).tobytes())


@lru_cache(maxsize=1024)
def _kept_rhythm(packed: bytes) -> Rhythm | None:
    """Of times that may have been asked for before: looks on the way judge most trains again."""
    return _rhythm(np.frombuffer(packed, np.float64))


def _rhythm(times_s: NDArray[np.float64]) -> Rhythm | None:
    intervals = np.diff(times_s)
    intervals = intervals[intervals > 0]
    if len(intervals) < 2:
        return None
    every, intervals = intervals, _without_misses(intervals)
    pairs = 2 * np.abs(np.diff(intervals)) / (intervals[1:] + intervals[:-1])
    median = median_of(intervals)
    return Rhythm(
        n=len(times_s),
        rate_hz=1 / median,
        local_cv=median_of(pairs) / _MEDIAN_CV2_PER_CV,
        cv=float(np.std(every) / np.mean(every)),
        shortest_s=float(every.min()),
        median_s=median,
        on_beat=float(np.mean(np.abs(intervals / running_median(intervals, 4) - 1) <= _ON_BEAT)),
        short_share=float(np.mean(every < median / 2)),
    )


def _without_misses(intervals: NDArray[np.float64]) -> NDArray[np.float64]:
    """Intervals over which single discharges were missed, divided by their number.

    Only where a base interval is clear: at least half of all intervals within a quarter of it.
    Random trains have none and stay as they are.
    """
    base = median_of(np.sort(intervals)[: (len(intervals) + 1) // 2])
    if np.mean(np.abs(intervals / base - 1) <= _FOLD) < 0.5:
        return intervals
    times = np.clip(np.round(intervals / base), 1, _MOST_MISSED + 1)
    fits = np.abs(intervals / base - times) <= _FOLD
    return np.where(fits, intervals / times, intervals)


def split_at_pauses(
    times_s: NDArray[np.float64], factor: float, least_s: float
) -> list[NDArray[np.intp]]:
    """Indices of the runs of a train between pauses.

    A pause is an interval longer than ``factor`` times the median of the nine intervals around it
    and longer than ``least_s``.
    """
    if len(times_s) < 2:
        return [np.arange(len(times_s))]
    intervals = np.diff(times_s)
    local = running_median(intervals, 4)
    cuts = np.flatnonzero((intervals > factor * local) & (intervals > least_s)) + 1
    return list(np.split(np.arange(len(times_s)), cuts))
