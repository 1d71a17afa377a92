"""One-to-one matching of potentials in time, on the same channel."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass

from emgview.model import DetectionRun, load_vocabulary


@dataclass(frozen=True, slots=True)
class Mark:
    """One potential: channel, peak sample and class id."""

    channel: int
    peak_sample: int
    activity: str


def marks_of(run: DetectionRun) -> list[Mark]:
    """One mark for each proposed potential."""
    return [Mark(p.channel, peak, p.activity) for p in run.proposals for peak in p.peak_samples]


def coarse(activity: str) -> str:
    """Coarse class of a class id; the id itself where the vocabulary does not know it."""
    known = load_vocabulary().get(activity)
    return known.counted_as if known else activity


def order(mark: Mark) -> tuple[int, int]:
    """Sorting key that :func:`match` needs: by channel, then by time."""
    return mark.channel, mark.peak_sample


def match(true: Sequence[Mark], found: Sequence[Mark], tolerance: int) -> dict[int, int]:
    """Index of the found mark for each true one that has a partner.

    Greedy: pairs of the same coarse class first, then by distance. So a wrongly named potential
    never takes the place of a rightly named one.

    Parameters
    ----------
    true, found : sequences of Mark
        Sorted by :func:`order`.
    tolerance : int
        Greatest distance of the peaks in samples.
    """
    pairs: list[tuple[bool, int, int, int]] = []
    first = 0
    for i, mark in enumerate(true):
        first = _first_near(found, first, mark, tolerance)
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


def _first_near(found: Sequence[Mark], first: int, mark: Mark, tolerance: int) -> int:
    """First index from ``first`` on that is not too early for the mark."""
    earliest = (mark.channel, mark.peak_sample - tolerance)
    while first < len(found) and order(found[first]) < earliest:
        first += 1
    return first
