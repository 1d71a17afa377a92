"""All patterns of a block of one channel: what overlaps is claimed once, by the stronger evidence.

A cramp claims first: pieces of its interference may repeat by chance. Then long trains, then groups
of one unit, and last the short trains, which may be one group among others.
"""

from __future__ import annotations

from dataclasses import dataclass

import numpy as np
from numpy.typing import NDArray

from emgview.detection.parameters import Parameters
from emgview.detection.patterns.beats import NO_MOMENTS, Moments, moments_of
from emgview.detection.patterns.bursts import Burst, bursts_of
from emgview.detection.patterns.complex_repetitive import complex_repetitive
from emgview.detection.patterns.course import course_of
from emgview.detection.patterns.cramp import cramps_of
from emgview.detection.patterns.discharges import Discharges, discharges_of, outside
from emgview.detection.patterns.facial_singles import facial_singles, single_series
from emgview.detection.patterns.found import Pattern, Shape, shape_of
from emgview.detection.patterns.groups import groupings_of, near
from emgview.detection.patterns.multiplet import multiplet
from emgview.detection.patterns.myokymic import myokymic
from emgview.detection.patterns.myotonic import myotonic
from emgview.detection.patterns.neuromyotonic import neuromyotonic
from emgview.detection.patterns.periodic import Chain, chains_of
from emgview.detection.patterns.trace import Block
from emgview.detection.stretches import overlap_fraction
from emgview.model import Phase, RecordingInfo, load_muscles
from emgview.model.interval import SampleInterval, union

_TRAINS = (complex_repetitive, myotonic, neuromyotonic)


@dataclass(frozen=True, slots=True)
class Setting:
    """What is known of the recording: evidence, where it is known.

    Parameters
    ----------
    facial : bool
        Whether the muscle is known as one of the face.
    willed : tuple of SampleInterval
        Where the patient was asked to contract, in samples of the segment.
    """

    facial: bool = False
    willed: tuple[SampleInterval, ...] = ()

    def from_sample(self, start: int) -> Setting:
        """The same for a segment that starts at that sample of the recording."""
        moved = (SampleInterval(max(w.start - start, 0), w.stop - start)
                 for w in self.willed if w.stop > start)  # fmt: skip
        return Setting(self.facial, tuple(moved))


def setting_of(info: RecordingInfo) -> Setting:
    """Setting of a recording: its muscle and the marks of its phases."""
    muscle = load_muscles().get(info.muscle)
    asked = (Phase.SLIGHT, Phase.MAXIMAL)
    willed = tuple(mark.interval for mark in info.phases if mark.phase in asked)
    return Setting(muscle is not None and muscle.nerve_trunk == "facial", willed)


@dataclass(frozen=True, slots=True)
class Findings:
    """Patterns and bursts of a block, on the recording's samples, in order of time."""

    patterns: list[Pattern]
    bursts: list[Burst]
    moments: Moments = NO_MOMENTS


def findings_of(block: Block, setting: Setting, p: Parameters) -> Findings:
    """Everything that a block of one channel holds."""
    stride = block.stride
    willed = [SampleInterval(w.start // stride, w.stop // stride) for w in setting.willed]
    found = cramps_of(block, willed, p)
    trains = _trains(block, p)
    found += _free([t for t in trains if _is_long(t, block, p)], found, p)
    single = discharges_of(block, p)
    if single is not None:
        found += _grouped(outside(single, _claims(found), block, p), block, setting, p)
        if setting.facial:
            rest = outside(single, _claims(found) + willed, block, p)
            found += _facial_singles(rest, block, p)
    found += _free([t for t in trains if not _is_long(t, block, p)], found, p)
    found.sort(key=lambda pattern: (pattern.interval, pattern.activity))
    bursts = bursts_of(single, block.rate_hz, stride, p) if single is not None else []
    moments = NO_MOMENTS if single is None else moments_of(single, stride)
    return Findings([pattern.scaled(stride) for pattern in found], bursts, moments)


def _claims(patterns: list[Pattern]) -> list[SampleInterval]:
    return union(interval for pattern in patterns for interval in pattern.claimed)


def _free(candidates: list[Pattern], found: list[Pattern], p: Parameters) -> list[Pattern]:
    """Candidates that lie outside of what has been found."""
    claims = _claims(found)
    return [c for c in candidates if overlap_fraction(c.interval, claims) <= p.claim.shared]


def _is_long(train: Pattern, block: Block, p: Parameters) -> bool:
    """Whether a train is too long, or too fast, to be one group of many."""
    long = len(train.interval) >= p.claim.long_s * block.rate_hz
    return long or train.activity == "neuromyotonic"


def _trains(block: Block, p: Parameters) -> list[Pattern]:
    """Continuous trains: complex repetitive, myotonic, neuromyotonic."""
    chains = [c for spell in block.spells for c in chains_of(spell, block.rate_hz, p)]
    named = (_named_train(chain, p) for chain in chains)
    return [pattern for pattern in named if pattern is not None]


def _named_train(chain: Chain, p: Parameters) -> Pattern | None:
    shape = shape_of(chain.mean, chain.sigma / len(chain.times) ** 0.5, chain.rate_hz)
    course = course_of(chain)
    candidates = (name(chain, shape, course, p) for name in _TRAINS)
    return _best([c for c in candidates if c is not None], p)


def _best(candidates: list[Pattern], p: Parameters) -> Pattern | None:
    """The best candidate if it is clear; None where nothing is claimed."""
    ranked = sorted(candidates, key=lambda c: (-c.score, c.activity))
    if not ranked or ranked[0].score < p.claim.least_score:
        return None
    if len(ranked) > 1 and ranked[0].score - ranked[1].score < p.claim.least_margin:
        return None
    return ranked[0]


def _grouped(
    found: Discharges | None, block: Block, setting: Setting, p: Parameters
) -> list[Pattern]:
    """Groups of one unit: myokymic discharges and multiplets."""
    if found is None:
        return []
    out: list[Pattern] = []
    for grouping in groupings_of(found, block.rate_hz, p):
        shape = _shape(found, np.concatenate(grouping.groups), block)
        candidates = (
            myokymic(grouping, found, shape, setting.facial, p),
            multiplet(grouping, found, shape, setting.facial, p),
        )
        best = _best([c for c in candidates if c is not None], p)
        if best is not None and not _is_locked(best, out, found.lobe, p):
            out.append(best)
    return out


def _facial_singles(found: Discharges | None, block: Block, p: Parameters) -> list[Pattern]:
    """Slow rhythmic units of a face muscle that are no groups."""
    if found is None:
        return []
    out: list[Pattern] = []
    for series in single_series(found, block.rate_hz, p):
        pattern = facial_singles(series, found, _shape(found, series, block), block.rate_hz, p)
        clear = pattern is not None and pattern.score >= p.claim.least_score
        if pattern is not None and clear and not _is_locked(pattern, out, found.lobe, p):
            out.append(pattern)
    return out


def _is_locked(pattern: Pattern, found: list[Pattern], lobe: int, p: Parameters) -> bool:
    """Whether its potentials are lobes of those of a pattern found before."""
    parts = (near(pattern.peaks, other.peaks, lobe).mean() for other in found)
    return any(part > p.claim.covered for part in parts)


def _shape(found: Discharges, members: NDArray[np.int64], block: Block) -> Shape:
    sigma = float(np.median([spell.sigma for spell in block.spells]))
    mean = np.median(found.cuts[members], axis=0)
    return shape_of(mean, sigma / len(members) ** 0.5, block.rate_hz)
