"""Counts of one coarse class, and the shortest way to them for potentials of known place."""

from __future__ import annotations

from collections import Counter
from collections.abc import Iterable
from dataclasses import dataclass

from emgview.detection.evaluation.matching import Mark, coarse, match, order


@dataclass(frozen=True, slots=True)
class ClassResult:
    """Counts of one coarse class."""

    true_positive: int
    false_negative: int
    false_positive: int

    @property
    def sensitivity(self) -> float:
        """Part of the true potentials that were found and named right; NaN without any."""
        n = self.true_positive + self.false_negative
        return self.true_positive / n if n else float("nan")

    @property
    def precision(self) -> float:
        """Part of the proposals of this class that were right; NaN without any."""
        n = self.true_positive + self.false_positive
        return self.true_positive / n if n else float("nan")


@dataclass(frozen=True, slots=True)
class Tally:
    """Counts of one coarse class, seen from the truth and from what was said.

    The two need not agree: one proposal over a dense stretch finds many potentials.

    Parameters
    ----------
    true, found : int
        True events, and those of them that were found and named right.
    said, right : int
        Events said, and those of them that are right.
    """

    true: int = 0
    found: int = 0
    said: int = 0
    right: int = 0

    def __add__(self, other: Tally) -> Tally:
        """Counts of both."""
        return Tally(
            self.true + other.true,
            self.found + other.found,
            self.said + other.said,
            self.right + other.right,
        )

    @property
    def sensitivity(self) -> float:
        """Part of the true events that were found and named right; NaN without any."""
        return part(self.found, self.true)

    @property
    def ppv(self) -> float:
        """Part of what was said that is right; NaN where nothing was said."""
        return part(self.right, self.said)

    @property
    def f1(self) -> float:
        """Harmonic mean of both; 0 where nothing was said of what is there, NaN without truth."""
        return f1(self.sensitivity, self.ppv)


def part(n: float, of: float) -> float:
    """``n / of``; NaN where there is nothing to divide by."""
    return n / of if of else float("nan")


def f1(sensitivity: float, ppv: float) -> float:
    """Harmonic mean; NaN without a sensitivity, 0 where one is 0 or nothing was said."""
    if sensitivity != sensitivity:
        return float("nan")
    if ppv != ppv or sensitivity + ppv == 0.0:
        return 0.0
    return 2.0 * sensitivity * ppv / (sensitivity + ppv)


def evaluate(
    truth: Iterable[Mark], proposed: Iterable[Mark], tolerance: int
) -> dict[str, ClassResult]:
    """Result for each coarse class.

    Parameters
    ----------
    truth, proposed : iterables of Mark
    tolerance : int
        Greatest distance of matched peaks in samples.
    """
    true, found = sorted(truth, key=order), sorted(proposed, key=order)
    partner = match(true, found, tolerance)
    hits: Counter[str] = Counter()
    for i, j in partner.items():
        if coarse(true[i].activity) == coarse(found[j].activity):
            hits[coarse(true[i].activity)] += 1
    n_true = Counter(coarse(mark.activity) for mark in true)
    n_found = Counter(coarse(mark.activity) for mark in found)
    return {
        name: ClassResult(hits[name], n_true[name] - hits[name], n_found[name] - hits[name])
        for name in sorted(set(n_true) | set(n_found))
    }
