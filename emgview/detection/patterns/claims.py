"""What patterns leave to the other classes: single events outside, stretches outside."""

from __future__ import annotations

from collections.abc import Iterable, Mapping

import numpy as np

from emgview.detection.parameters import Parameters
from emgview.detection.patterns.beats import beats_of
from emgview.detection.patterns.find import Findings, Setting, findings_of
from emgview.detection.patterns.found import Pattern
from emgview.detection.patterns.synchrony import synchronous
from emgview.detection.patterns.trace import ActiveTrace
from emgview.detection.stretches import overlap_fraction
from emgview.detection.templates import Unit
from emgview.model.interval import SampleInterval, union

_GROWTH = 0.25  # part by which the open block grows before it is judged again on the way
_LEAST_GROWTH = 40  # frames


class ChannelPatterns:
    """Patterns of one channel's segment, block by block.

    Parameters
    ----------
    trace : ActiveTrace
        Filled by the channel's stream.
    setting : Setting
    parameters : Parameters
    """

    def __init__(self, trace: ActiveTrace, setting: Setting, p: Parameters) -> None:
        self._trace, self._setting, self._p = trace, setting, p
        self._settled = Findings([], [])
        self._last: tuple[int, Findings] = (-1, Findings([], []))

    def advance(self) -> None:
        """Judge the blocks that have become full: they need not be kept any longer."""
        for block in self._trace.full_blocks():
            self._settled = _joined(self._settled, findings_of(block, self._setting, self._p))
            self._last = (-1, Findings([], []))

    def so_far(self, *, exact: bool, anew: bool = True) -> Findings:
        """Findings of everything until now.

        ``exact``: to the last frame. Else the block is judged anew only when it has grown by some
        part, and without ``anew`` not at all, so that looks on the way stay cheap.
        """
        self.advance()
        if not (exact or anew):
            return _joined(self._settled, self._last[1])
        new = self._trace.version - self._last[0]
        least = 0 if exact or self._last[0] < 0 else _LEAST_GROWTH + _GROWTH * self._trace.n_kept
        if new > least:
            block = self._trace.open_block()
            found = Findings([], [])
            if block is not None:
                found = findings_of(block, self._setting, self._p)
            self._last = (self._trace.version, found)
        return _joined(self._settled, self._last[1])


def _joined(first: Findings, second: Findings) -> Findings:
    return Findings(
        first.patterns + second.patterns,
        first.bursts + second.bursts,
        first.moments.joined(second.moments),
    )


def with_synchrony(
    found: Mapping[int, Findings], fs: float, p: Parameters
) -> dict[int, list[Pattern]]:
    """Patterns of each channel; what two channels show at once replaces what overlaps it."""
    together = synchronous({c: f.bursts for c, f in found.items()}, fs, p)
    heart = beats_of({c: f.moments for c, f in found.items()}, fs, p)
    out = {}
    for channel, findings in found.items():
        both = together.get(channel) or heart.get(channel, [])
        claims = claimed(both)
        alone = [q for q in findings.patterns if not _within(q, claims, p)]
        out[channel] = alone + both
    return out


def _within(pattern: Pattern, claims: list[SampleInterval], p: Parameters) -> bool:
    """Whether most of what a pattern claims is claimed by others."""
    total = sum(len(interval) for interval in pattern.claimed)
    shared = sum(overlap_fraction(i, claims) * len(i) for i in pattern.claimed)
    return shared > p.claim.shared * max(total, 1)


def claimed(patterns: Iterable[Pattern]) -> list[SampleInterval]:
    """Disjoint stretches in which the patterns leave nothing to other classes."""
    return union(interval for pattern in patterns for interval in pattern.claimed)


def unclaimed_units(units: list[Unit], claims: list[SampleInterval]) -> list[Unit]:
    """Units without their events in the claimed stretches; those without any left are dropped."""
    if not claims:
        return units
    starts = np.array([claim.start for claim in claims])
    stops = np.array([claim.stop for claim in claims])
    out = []
    for unit in units:
        at = np.array([event.anchor for event in unit.events])
        place = np.searchsorted(starts, at, "right") - 1
        free = (place < 0) | (at >= stops[np.maximum(place, 0)])
        if free.all():
            out.append(unit)
        elif free.any():
            kept = np.flatnonzero(free)
            events, times = [unit.events[i] for i in kept], [unit.times[i] for i in kept]
            parts = (unit.shape, unit.support, events, times, unit.last_seen, unit.relatives)
            out.append(Unit(*parts))
    return sorted(out, key=lambda unit: unit.times[0])


def of_movement(pattern: Pattern, movement: list[SampleInterval], p: Parameters) -> bool:
    """Whether groups lie in large slow deflections: what rings there is no unit."""
    if len(pattern.claimed) < 2:
        return False
    inside = [overlap_fraction(claim, movement) for claim in pattern.claimed]
    return float(np.mean(inside)) > p.claim.covered


def gives_way(interval: SampleInterval, claims: list[SampleInterval], p: Parameters) -> bool:
    """Whether a stretch lies so far in the claims that it is not proposed."""
    return bool(claims) and overlap_fraction(interval, claims) > p.claim.covered
