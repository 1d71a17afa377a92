"""Regular trains hidden among other discharges of the same shape.

Where two fibres cannot be told apart by shape, their rhythm still tells: a discharge that keeps its
period for many intervals is a train, if chance alone would hardly have put an event into each of
the expected places.
"""

from __future__ import annotations

from bisect import bisect_left
from itertools import pairwise

import numpy as np
from numpy.typing import NDArray

from emgview.detection.parameters import Parameters

_NEIGHBOURS = 9
_MOST_MISSES = 2
_PERIOD_GAIN = 0.2


def regular_chains(times_s: NDArray[np.float64], p: Parameters) -> list[NDArray[np.intp]]:
    """Index sets of trains that keep their period, longest first; each index at most once."""
    chains: list[NDArray[np.intp]] = []
    left = np.arange(len(times_s))
    while len(left) >= p.chain.least:
        found = _longest(times_s[left].tolist(), p)
        if len(found) < p.chain.least or not _significant(times_s[left], found, p):
            break
        chains.append(left[found])
        left = np.delete(left, found)
    return chains


def _longest(times: list[float], p: Parameters) -> list[int]:
    best: list[int] = []
    seen: set[tuple[int, int]] = set()
    for first in range(len(times) - 1):
        for second in range(first + 1, min(first + _NEIGHBOURS, len(times))):
            period = times[second] - times[first]
            if (first, second) in seen or not p.chain.period_s[0] <= period <= p.chain.period_s[1]:
                continue
            chain = _follow(times, first, second, p.chain.tolerance)
            seen.update(pairwise(chain))
            if len(chain) > len(best):
                best = chain
    return best


def _follow(times: list[float], first: int, second: int, tolerance: float) -> list[int]:
    """Go on from two discharges as long as the next ones come when they are due."""
    chain, period, misses = [first, second], times[second] - times[first], 0
    last = times[second]
    while misses <= _MOST_MISSES and last < times[-1]:
        due = last + period
        near = _nearest(times, due)
        if near > chain[-1] and abs(times[near] - due) <= tolerance * period:
            if misses == 0:
                period += _PERIOD_GAIN * (times[near] - last - period)
            chain.append(near)
            last, misses = times[near], 0
        else:
            last, misses = due, misses + 1
    return chain


def _nearest(times: list[float], moment: float) -> int:
    index = bisect_left(times, moment)
    if index == len(times) or (index and moment - times[index - 1] < times[index] - moment):
        return index - 1
    return index


def _significant(times_s: NDArray[np.float64], chain: list[int], p: Parameters) -> bool:
    """Whether chance would put an event into so many expected places less than once in many."""
    inside = times_s[chain]
    span = float(inside[-1] - inside[0])
    period = float(np.median(np.diff(inside)))
    density = float(np.sum((times_s >= inside[0]) & (times_s <= inside[-1]))) / max(span, 1e-9)
    hit = min(0.95, density * 2 * p.chain.tolerance * period)
    tests = len(times_s) * _NEIGHBOURS
    return bool((len(chain) - 2) * np.log(hit) + np.log(tests) < np.log(p.chain.chance))
