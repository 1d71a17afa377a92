"""How good proposals are against a known truth.

Potentials are matched one to one in time on the same channel; a class counts as right when both
belong to the same coarse class. Takes plain values, so that any truth (simulation, another
reader) can be used.
"""

from __future__ import annotations

from collections import Counter
from collections.abc import Iterable, Sequence
from dataclasses import dataclass

from emgview.model import DetectionRun, load_vocabulary


@dataclass(frozen=True, slots=True)
class Mark:
    """One potential: channel, peak sample and class id."""

    channel: int
    peak_sample: int
    activity: str


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


def marks_of(run: DetectionRun) -> list[Mark]:
    """One mark for each proposed potential."""
    return [Mark(p.channel, peak, p.activity) for p in run.proposals for peak in p.peak_samples]


def coarse(activity: str) -> str:
    """Coarse class of a class id; the id itself where the vocabulary does not know it."""
    known = load_vocabulary().get(activity)
    return known.counted_as if known else activity


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
    true, found = sorted(truth, key=_order), sorted(proposed, key=_order)
    partner = _match(true, found, tolerance)
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


def _order(mark: Mark) -> tuple[int, int]:
    return mark.channel, mark.peak_sample


def _match(true: Sequence[Mark], found: Sequence[Mark], tolerance: int) -> dict[int, int]:
    """Greedy one-to-one matching by distance, same class preferred."""
    pairs: list[tuple[bool, int, int, int]] = []
    first = 0
    for i, mark in enumerate(true):
        while first < len(found) and (
            found[first].channel < mark.channel
            or (
                found[first].channel == mark.channel
                and found[first].peak_sample < mark.peak_sample - tolerance
            )
        ):
            first += 1
        for j in range(first, len(found)):
            other = found[j]
            if other.channel != mark.channel or other.peak_sample > mark.peak_sample + tolerance:
                break
            differs = coarse(mark.activity) != coarse(other.activity)
            pairs.append((differs, abs(mark.peak_sample - other.peak_sample), i, j))
    partner: dict[int, int] = {}
    taken: set[int] = set()
    for _, _, i, j in sorted(pairs):
        if i not in partner and j not in taken:
            partner[i] = j
            taken.add(j)
    return partner
