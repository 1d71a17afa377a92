"""What the rhythm of a train tells: the usual interval, discharges that are missing or too many.

A motor unit under steady will fires with nearly Gaussian intervals (Clamann 1969, Biophys J 9:1233;
variation 0.1 to 0.3). Missed discharges double an interval, false ones halve it.
"""

from __future__ import annotations

from dataclasses import dataclass
from itertools import pairwise

import numpy as np
from numpy.typing import NDArray

Float = NDArray[np.float64]

_SPREAD = 1.4826  # standard deviation of a Gaussian from its median absolute deviation
_SHORT = 1 / 3


@dataclass(frozen=True, slots=True)
class Beat:
    """Usual interval of a train and its spread, in seconds; ``early``: part of short intervals."""

    interval_s: float
    spread_s: float
    early: float

    @property
    def cv(self) -> float:
        """Spread over interval."""
        return self.spread_s / self.interval_s


def beat(times_s: Float) -> Beat | None:
    """Usual interval of a train in spite of missed and false discharges; None below 4 discharges.

    The interval about which most others lie, a multiple counting for its part.
    """
    if len(times_s) < 4:
        return None
    intervals = np.diff(times_s)
    intervals = intervals[intervals > 0]
    if len(intervals) < 3:
        return None
    usual = _most_common(intervals)
    near = intervals[(intervals > 0.5 * usual) & (intervals < 1.5 * usual)]
    middle = float(np.median(near))
    spread = _SPREAD * float(np.median(np.abs(near - middle)))
    early = float(np.mean(intervals < _SHORT * middle))
    return Beat(middle, max(spread, 0.02 * middle), early)


def _most_common(intervals: Float) -> float:
    """The interval with most others within a quarter of it; a somewhat longer one wins a tie."""
    logs = np.sort(np.log(intervals))
    counts = np.searchsorted(logs, logs + 0.25) - np.searchsorted(logs, logs - 0.25, "right")
    longest = logs[counts >= 0.9 * counts.max()].max()
    return float(np.exp(np.median(logs[np.abs(logs - longest) < 0.25])))


def missing(times_s: Float, usual: Beat, most: int = 3) -> list[tuple[float, float]]:
    """Where discharges are missing: (middle, half width) in seconds, in order."""
    found = []
    spread = min(max(usual.spread_s, 0.06 * usual.interval_s), 0.2 * usual.interval_s)
    for before, after in pairwise(times_s.tolist()):
        parts = round((after - before) / usual.interval_s)
        if not 2 <= parts <= most + 1:
            continue
        step = (after - before) / parts
        found += [(before + k * step, 2.2 * spread) for k in range(1, parts)]
    return found


def superfluous(times_s: Float, gains: Float, usual: Beat) -> list[int]:
    """Discharges between two others that are one usual interval apart, if they also match badly."""
    found: list[int] = []
    for k in range(1, len(times_s) - 1):
        before, after = times_s[k] - times_s[k - 1], times_s[k + 1] - times_s[k]
        fits = before + after < 1.4 * usual.interval_s
        short = min(before, after) < 0.5 * usual.interval_s
        if fits and short and k - 1 not in found and gains[k] < min(gains[k - 1], gains[k + 1]):
            found.append(k)
    return found
