"""All patterns of a block of one channel, the strongest claim first."""

from __future__ import annotations

from dataclasses import dataclass

import numpy as np

from emgview.detection.parameters import Parameters
from emgview.detection.patterns.complex_repetitive import complex_repetitive
from emgview.detection.patterns.course import course_of
from emgview.detection.patterns.discharges import Discharges, discharges_of
from emgview.detection.patterns.found import Pattern, Shape, shape_of
from emgview.detection.patterns.groups import groupings_of
from emgview.detection.patterns.multiplet import multiplet
from emgview.detection.patterns.myokymic import myokymic
from emgview.detection.patterns.myotonic import myotonic
from emgview.detection.patterns.neuromyotonic import neuromyotonic
from emgview.detection.patterns.periodic import Chain, chains_of
from emgview.detection.patterns.trace import Block
from emgview.model import RecordingInfo, load_muscles
from emgview.model.interval import SampleInterval

_CHAIN_PATTERNS = (complex_repetitive, myotonic, neuromyotonic)


@dataclass(frozen=True, slots=True)
class Setting:
    """What is known of the recording: evidence, where it is known.

    Parameters
    ----------
    facial : bool or None
        Whether the muscle is one of the face; None where it is not stated.
    """

    facial: bool | None = None


def setting_of(info: RecordingInfo) -> Setting:
    """Setting of a recording."""
    muscle = load_muscles().get(info.muscle)
    return Setting(facial=muscle.nerve_trunk == "facial" if muscle else None)


def patterns_of(block: Block, setting: Setting, p: Parameters) -> list[Pattern]:
    """Patterns of a block, on the recording's samples, in order of time."""
    found = _trains(block, p)
    taken = [interval for pattern in found for interval in pattern.claimed]
    found += _grouped(block, taken, setting, p)
    found.sort(key=lambda pattern: (pattern.interval, pattern.activity))
    return [pattern.scaled(block.stride) for pattern in found]


def _trains(block: Block, p: Parameters) -> list[Pattern]:
    """Continuous trains: complex repetitive, myotonic, neuromyotonic."""
    named = []
    for spell in block.spells:
        for chain in chains_of(spell, block.rate_hz, p):
            best = _named_train(chain, p)
            if best is not None:
                named.append(best)
    return named


def _named_train(chain: Chain, p: Parameters) -> Pattern | None:
    shape = shape_of(chain.mean, chain.sigma / len(chain.times) ** 0.5, chain.rate_hz)
    course = course_of(chain)
    candidates = [name(chain, shape, course, p) for name in _CHAIN_PATTERNS]
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
    block: Block, taken: list[SampleInterval], setting: Setting, p: Parameters
) -> list[Pattern]:
    """Groups of one unit: myokymic discharges and multiplets."""
    found = discharges_of(block, taken, p)
    if found is None:
        return []
    out = []
    for grouping in groupings_of(found, block.rate_hz, p):
        members = np.concatenate(grouping.groups)
        shape = _shape(found, members, block)
        candidates = (
            myokymic(grouping, found, shape, setting.facial, p),
            multiplet(grouping, found, shape, p),
        )
        best = _best([c for c in candidates if c is not None], p)
        if best is not None:
            out.append(best)
    return out


def _shape(found: Discharges, members: np.ndarray[tuple[int], np.dtype[np.int64]], block: Block) -> Shape:
    sigma = float(np.median([spell.sigma for spell in block.spells]))
    mean = np.median(found.cuts[members], axis=0)
    return shape_of(mean, sigma / len(members) ** 0.5, block.rate_hz)
