"""Reliability of the scores: how much of what is said with a score of 0.8 is right."""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from itertools import pairwise

from emgview.detection.evaluation.counts import part


@dataclass(frozen=True, slots=True)
class Scored:
    """One proposal: its coarse class, its score in 0…1, and whether it is right."""

    activity: str
    score: float
    right: bool


@dataclass(frozen=True, slots=True)
class ScoreBin:
    """Proposals with scores in ``start <= score < stop`` (the last bin holds 1, too)."""

    start: float
    stop: float
    items: int
    mean_score: float
    right: float


@dataclass(frozen=True, slots=True)
class Reliability:
    """Bins with at least one proposal, and the expected calibration error."""

    items: int
    bins: tuple[ScoreBin, ...]
    expected_error: float


def reliability(scored: Iterable[Scored], n_bins: int) -> Reliability:
    """Score bins against the part that is right.

    The expected calibration error is the mean distance of both, weighted by the proposals in the
    bin; NaN without any.
    """
    rows: list[list[Scored]] = [[] for _ in range(n_bins)]
    for one in scored:
        rows[min(int(one.score * n_bins), n_bins - 1)].append(one)
    bins = tuple(_bin(k, row, n_bins) for k, row in enumerate(rows) if row)
    items = sum(one.items for one in bins)
    error = sum(one.items * abs(one.mean_score - one.right) for one in bins)
    return Reliability(items, bins, part(error, items))


def _bin(number: int, row: Sequence[Scored], n_bins: int) -> ScoreBin:
    n = len(row)
    mean_score = sum(one.score for one in row) / n
    right = sum(one.right for one in row) / n
    return ScoreBin(number / n_bins, (number + 1) / n_bins, n, mean_score, right)


def monotone_map(scored: Iterable[Scored]) -> tuple[tuple[float, float], ...]:
    """Points (score, part that is right) of the best map that never falls.

    Pool adjacent violators (Ayer et al. 1955, Ann Math Stat 26:641): each point is the mean score
    of a pool and its part of right ones. Between points the map is linear, beyond them constant.
    """
    pools: list[tuple[float, float, int]] = []  # sum of scores, right ones, number
    for one in sorted(scored, key=lambda s: (s.score, not s.right)):
        pools.append((one.score, float(one.right), 1))
        while len(pools) > 1 and _falls(pools[-2], pools[-1]):
            last, before = pools.pop(), pools.pop()
            pools.append((before[0] + last[0], before[1] + last[1], before[2] + last[2]))
    return tuple((scores / n, right / n) for scores, right, n in pools)


def _falls(before: tuple[float, float, int], last: tuple[float, float, int]) -> bool:
    """Whether the second pool is not better than the first."""
    return last[1] * before[2] <= before[1] * last[2]


def mapped(score: float, points: Sequence[tuple[float, float]]) -> float:
    """A score through a map of :func:`monotone_map`; unchanged by an empty one."""
    if not points:
        return score
    if score <= points[0][0]:
        return points[0][1]
    for (x0, y0), (x1, y1) in pairwise(points):
        if score <= x1:
            return y0 + (y1 - y0) * (score - x0) / (x1 - x0) if x1 > x0 else y1
    return points[-1][1]
