"""Firing of one train: rate, intervals, variation, bursts.

Variation free of slow drift: of the intervals about their running median. Local variation Lv:
Shinomoto, Shima & Tanji 2003, Neural Comput 15:2823.
"""

from __future__ import annotations

from dataclasses import dataclass

import numpy as np
from numpy.typing import NDArray

from emgview.signal.noise import running_median

Float = NDArray[np.float64]

_REACH = 5  # intervals on either side that the trend is taken over
_LEAST = 4  # intervals below which no variation is stated


@dataclass(frozen=True, slots=True)
class Firing:
    """Interval statistics; None where there are too few discharges.

    Parameters
    ----------
    n : int
    rate_hz : float or None
        One over the median interval.
    mean_hz : float or None
        One over the mean of the intervals without pauses.
    cv, cv_detrended, lv : float or None
    shortest_s, longest_s : float or None
    pauses : int
        Intervals longer than ``PAUSE`` times the usual one; left out of rate and variation.
    """

    n: int
    rate_hz: float | None
    mean_hz: float | None
    cv: float | None
    cv_detrended: float | None
    lv: float | None
    shortest_s: float | None
    longest_s: float | None
    pauses: int


PAUSE = 1.75
"""Intervals longer than so many usual ones hold a missed discharge or a pause."""


def firing(times_s: Float) -> Firing:
    """Statistics of a train, times in order."""
    intervals = np.diff(times_s)
    if not len(intervals):
        return Firing(len(times_s), None, None, None, None, None, None, None, 0)
    usual = float(np.median(intervals))
    steady = intervals[intervals <= PAUSE * usual]
    enough = len(steady) >= _LEAST
    return Firing(
        n=len(times_s),
        rate_hz=1 / usual if usual > 0 else None,
        mean_hz=float(1 / steady.mean()) if len(steady) else None,
        cv=float(steady.std(ddof=1) / steady.mean()) if enough else None,
        cv_detrended=detrended_cv(steady) if enough else None,
        lv=local_variation(intervals, PAUSE * usual) if enough else None,
        shortest_s=float(intervals.min()),
        longest_s=float(intervals.max()),
        pauses=int((intervals > PAUSE * usual).sum()),
    )


def detrended_cv(intervals: Float) -> float:
    """Variation about a slow trend: second differences, free of any straight drift.

    Of independent intervals ``I[k-1] - 2 I[k] + I[k+1]`` has six times their variance.
    """
    if len(intervals) < 3:
        return float("nan")
    bends = intervals[2:] - 2 * intervals[1:-1] + intervals[:-2]
    return float(np.sqrt(np.mean(bends**2) / 6) / intervals.mean())


def local_variation(intervals: Float, longest_s: float = np.inf) -> float:
    """Lv: 0 for a clock, 1 for chance; pairs with a pause are left out."""
    a, b = intervals[:-1], intervals[1:]
    good = (a <= longest_s) & (b <= longest_s)
    if not good.any():
        return float("nan")
    return float(3 * np.mean(((a[good] - b[good]) / (a[good] + b[good])) ** 2))


def instantaneous_rate(times_s: Float) -> tuple[Float, Float]:
    """Middle of each interval in seconds, and one over its length in Hz."""
    intervals = np.diff(times_s)
    return (times_s[:-1] + times_s[1:]) / 2, 1 / intervals


def smoothed_rate(times_s: Float) -> Float:
    """Rate along a train, the running median of the intervals."""
    return 1 / running_median(np.diff(times_s), _REACH)


@dataclass(frozen=True, slots=True)
class Burst:
    """One burst: begin and end in seconds, number of discharges, rate inside in Hz."""

    start_s: float
    stop_s: float
    n: int
    inside_hz: float


@dataclass(frozen=True, slots=True)
class Bursts:
    """Bursts of a train; interval and variation are those between their beginnings."""

    bursts: tuple[Burst, ...]
    alone: int
    interval_s: float | None
    interval_cv: float | None


def bursts(times_s: Float, inside_s: float, least: int = 2) -> Bursts:
    """Groups of at least ``least`` discharges, closer to each other than ``inside_s``."""
    if not len(times_s):
        return Bursts((), 0, None, None)
    groups = np.split(times_s, np.flatnonzero(np.diff(times_s) > inside_s) + 1)
    found = tuple(
        Burst(float(g[0]), float(g[-1]), len(g), float((len(g) - 1) / (g[-1] - g[0])))
        for g in groups
        if len(g) >= max(least, 2)
    )
    alone = sum(len(g) < max(least, 2) for g in groups)
    gaps = np.diff([one.start_s for one in found])
    interval = float(gaps.mean()) if len(gaps) else None
    cv = float(gaps.std(ddof=1) / gaps.mean()) if len(gaps) > 1 else None
    return Bursts(found, alone, interval, cv)
