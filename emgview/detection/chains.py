"""Regular trains hidden among other discharges of the same shape.

Where two fibres cannot be told apart by shape, their rhythm still tells: a discharge that keeps its
period for many intervals is a train, if chance alone would hardly have put an event into each of
the expected places.
"""

from __future__ import annotations

from bisect import bisect_left
from itertools import pairwise
from math import log
from statistics import median

import numpy as np
from numpy.typing import NDArray

from emgview.detection.parameters import Parameters
from emgview.signal.noise import median_of

_NEIGHBOURS = 9
_MOST_MISSES = 2
_PERIOD_GAIN = 0.2


def regular_chains(times_s: NDArray[np.float64], p: Parameters) -> list[NDArray[np.intp]]:
    """Index sets of trains that keep their period; each index at most once.

    Pieces of one period (a fibre that was lost for a while) come as one set.
    """
    pieces: list[tuple[float, NDArray[np.intp]]] = []
    left = np.arange(len(times_s))
    while len(left) >= p.chain.least:
        found, surprise = _best(times_s[left].tolist(), p)
        if len(found) < p.chain.least or surprise < -np.log(p.chain.chance):
            break
        period = median_of(np.diff(times_s[left[found]]))
        pieces.append((period, left[found]))
        left = np.delete(left, found)
    return _joined(pieces, p)


def _joined(pieces: list[tuple[float, NDArray[np.intp]]], p: Parameters) -> list[NDArray[np.intp]]:
    """Pieces of one period one after the other as one; side by side they are two fibres."""
    joined: list[tuple[float, NDArray[np.intp]]] = []
    for period, indices in pieces:
        same = next(
            (
                n
                for n, (q, others) in enumerate(joined)
                if abs(period / q - 1) < 2 * p.chain.tolerance and _apart(others, indices)
            ),
            None,
        )
        if same is None:
            joined.append((period, indices))
        else:
            joined[same] = (joined[same][0], np.sort(np.concatenate((joined[same][1], indices))))
    return [indices for _, indices in joined]


def _apart(first: NDArray[np.intp], second: NDArray[np.intp]) -> bool:
    """Whether no discharge of the second lies among those of the first but beside them."""
    place = np.searchsorted(first, second)
    return bool((place == place[0]).all())


def _best(times: list[float], p: Parameters) -> tuple[list[int], float]:
    """The chain that chance explains least, and the surprise in natural units."""
    best, most = [], 0.0
    seen: set[tuple[int, int]] = set()
    for first in range(len(times) - 1):
        for second in range(first + 1, min(first + _NEIGHBOURS, len(times))):
            period = times[second] - times[first]
            if (first, second) in seen or not p.chain.period_s[0] <= period <= p.chain.period_s[1]:
                continue
            chain = _follow(times, first, second, p.chain.tolerance)
            seen.update(pairwise(chain))
            surprise = _surprise(times, chain, p)
            if surprise > most:
                best, most = chain, surprise
    return best, most


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


def _surprise(times: list[float], chain: list[int], p: Parameters) -> float:
    """Minus the logarithm of the probability that chance fills so many expected places."""
    if len(chain) < 4:
        return 0.0
    span = times[chain[-1]] - times[chain[0]]
    period = median(times[b] - times[a] for a, b in pairwise(chain))
    density = (chain[-1] - chain[0] + 1) / max(span, 1e-9)
    hit = min(0.95, density * 2 * p.chain.tolerance * period)
    due = span / period
    missed = max(due - (len(chain) - 1), 0.0)
    tests = len(times) * _NEIGHBOURS
    return -(len(chain) - 2) * log(hit) - log(tests) - missed * log(1 / (1 - hit)) * 0.5
