"""When grouped, swept and bursting units fire. Times in seconds, sorted; see ``rhythm``.

Each class has its own law: bursts of one unit about a beat (myokymic), at random times
(multiplets, facial spasm), runs whose rate follows a curve (myotonic, neuromyotonic), runs that do
not change at all (complex repetitive). No two of them share a rhythm by accident: the rhythm is
what a reader, and a detector, tells them by.
"""

from __future__ import annotations

from collections.abc import Callable

import numpy as np
from numpy.typing import NDArray

from emgview.simulation.rhythm import Range, between

Array = NDArray[np.float64]

_LEAST_S = 0.0018  # no unit fires twice within its refractory time
_CLIP = 2.5


def beats(rng: np.random.Generator, span: Range, rate_hz: float, cv: float) -> Array:
    """Times about a beat: intervals nearly Gaussian with that CV, never under a quarter."""
    now, times = span[0] + float(rng.random()) / rate_hz, []
    while now < span[1]:
        times.append(now)
        swing = cv * float(np.clip(rng.standard_normal(), -_CLIP, _CLIP))
        now += max(1.0 + swing, 0.25) / rate_hz
    return np.array(times)


def scattered(
    rng: np.random.Generator, span: Range, rate_hz: float, cv: float, dead_s: float
) -> Array:
    """Times without a beat: ``dead_s`` and a gamma-distributed rest; the CV holds for all."""
    mean = max(1.0 / rate_hz - dead_s, 0.05 / rate_hz)
    shape = (mean / (cv * (mean + dead_s))) ** 2
    now, times = span[0] + float(rng.gamma(shape, mean / shape)), []
    while now < span[1]:
        times.append(now)
        now += dead_s + float(rng.gamma(shape, mean / shape))
    return np.array(times)


def burst(
    rng: np.random.Generator, count: int, rate_hz: float, cv: float, widening: float
) -> Array:
    """Times of one burst from 0; the last interval is ``widening`` times the first."""
    share = np.linspace(0.0, 1.0, max(count - 1, 1))
    drawn = 1.0 + cv * np.clip(rng.standard_normal(len(share)), -_CLIP, _CLIP)
    intervals = np.maximum(widening**share * drawn / rate_hz, _LEAST_S)
    return np.concatenate(([0.0], np.cumsum(intervals)))[:count]


def swept(
    rng: np.random.Generator, length_s: float, rate_hz: Callable[[float], float], cv: float
) -> Array:
    """Times from 0 of a run whose rate is a function of the share of it that has passed."""
    now, times = 0.0, []
    while now < length_s:
        times.append(now)
        swing = cv * float(np.clip(rng.standard_normal(), -_CLIP, _CLIP))
        now += max((1.0 + swing) / rate_hz(now / length_s), _LEAST_S)
    return np.array(times)


def runs(rng: np.random.Generator, span: Range, run_s: Range, pause_s: Range) -> list[Range]:
    """Stretches of activity, parted by pauses."""
    start, found = span[0] + 0.5 * between(rng, pause_s), list[Range]()
    while start < span[1]:
        stop = start + between(rng, run_s)
        found.append((start, min(stop, span[1])))
        start = stop + between(rng, pause_s)
    return found
