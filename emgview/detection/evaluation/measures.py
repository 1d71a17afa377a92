"""Errors of rate and amplitude of proposed trains, against the unit that they follow."""

from __future__ import annotations

from collections import Counter, defaultdict
from collections.abc import Sequence
from dataclasses import dataclass
from itertools import pairwise
from statistics import fmean, median

from emgview.detection.evaluation.matching import coarse
from emgview.detection.evaluation.rules import Rules
from emgview.detection.evaluation.truth import KnownPotential, Truth
from emgview.model import Proposal


@dataclass(frozen=True, slots=True)
class TrainError:
    """Relative errors of one train (0.1: a tenth too much); None where nothing was told."""

    activity: str
    rate: float | None
    amplitude: float | None


def train_errors(
    truth: Truth,
    proposals: Sequence[Proposal],
    partners: Sequence[tuple[KnownPotential, int]],
    rules: Rules,
) -> tuple[TrainError, ...]:
    """One for each rightly named train that follows one unit by more than half.

    Parameters
    ----------
    partners : sequence of (KnownPotential, int)
        True potentials with the number of the proposal that matches them.
    """
    of: dict[int, list[KnownPotential]] = defaultdict(list)
    for one, number in partners:
        of[number].append(one)
    found = []
    for number, matched in sorted(of.items()):
        own = _of_one_unit(matched)
        proposal = proposals[number]
        right = coarse(own[0].activity) == coarse(proposal.activity)
        if right and len(own) >= rules.train.least and 2 * len(own) > len(proposal.potentials):
            found.append(_error(truth, proposal, own))
    return tuple(found)


def _of_one_unit(matched: Sequence[KnownPotential]) -> list[KnownPotential]:
    """Potentials of the unit that has most of them, in time."""
    most = Counter(one.unit for one in matched).most_common(1)[0][0]
    return sorted((one for one in matched if one.unit == most), key=lambda p: p.peak_sample)


def _error(truth: Truth, proposal: Proposal, own: Sequence[KnownPotential]) -> TrainError:
    evidence = proposal.evidence
    rate_hz = true_rate_hz(truth, own)
    sizes = [one.amplitude_uv for one in own if one.amplitude_uv is not None]
    return TrainError(
        coarse(proposal.activity),
        _relative(evidence.rate_hz, rate_hz),
        _relative(evidence.amplitude_uv, median(sizes) if sizes else None),
    )


def true_rate_hz(truth: Truth, own: Sequence[KnownPotential]) -> float | None:
    """Mean rate of the unit from the first to the last of its matched potentials, no pauses."""
    first, last = own[0], own[-1]
    trains: dict[int | None, list[int]] = defaultdict(list)
    for one in truth.potentials:
        same = (one.unit, one.channel) == (first.unit, first.channel)
        if same and first.peak_sample <= one.peak_sample <= last.peak_sample:
            trains[one.train].append(one.peak_sample)
    gaps = [b - a for peaks in trains.values() for a, b in pairwise(sorted(peaks)) if b > a]
    return truth.sampling_rate_hz / fmean(gaps) if gaps else None


def _relative(told: float | None, true: float | None) -> float | None:
    return None if told is None or not true else told / true - 1.0
