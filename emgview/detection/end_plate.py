"""End-plate noise: a hiss of small negative potentials without a rhythm, named as stretches.

Spikes and noise of an end-plate differ by size: 100-300 µV and 10-50 µV. What lies between is given
to the nearer. The hiss is never counted potential by potential: most of it lies in the noise.
"""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass

import numpy as np
from numpy.typing import NDArray

from emgview.detection.events import Event
from emgview.detection.parameters import Parameters
from emgview.detection.patterns.found import Pattern
from emgview.detection.runs import Run
from emgview.detection.scores import at_least
from emgview.detection.stretches import joined_closer_than
from emgview.model.interval import SampleInterval
from emgview.signal.noise import median_of

_QUICK = ("myotonic", "neuromyotonic")


@dataclass(frozen=True, slots=True)
class Hiss:
    """A stretch of end-plate noise, its score and the reason in words."""

    interval: SampleInterval
    score: float
    reason: str


def is_small(event: Event, p: Parameters) -> bool:
    """Whether an event is no larger than the potentials of end-plate noise."""
    return abs(event.height) <= p.epn.amplitude_uv


def is_hiss(run: Run, p: Parameters) -> bool:
    """Whether a run named end-plate spikes is so small that it is end-plate noise."""
    return run.waveform.amplitude_uv <= p.epn.amplitude_uv


def is_of_hiss(pattern: Pattern, hiss: Sequence[SampleInterval], fs: float, p: Parameters) -> bool:
    """Whether a quick discharge is so small, within end-plate noise, that it is a part of it.

    Among some fifty potentials a second a few follow each other evenly by chance. The noise must
    lie around the discharge: what is evenly spaced itself is no noise.
    """
    amplitude = pattern.amplitude_uv
    if pattern.activity not in _QUICK or amplitude is None or amplitude > p.epn.amplitude_uv:
        return False
    reach, place = round(p.epn.join_s * fs), pattern.interval
    before = any(i.start < place.start <= i.stop + reach for i in hiss)
    after = any(i.start - reach <= place.stop < i.stop for i in hiss)
    return before and after


def starts_negative(events: Sequence[Event]) -> bool:
    """Whether the mean of some events, aligned at their peaks, is negative first."""
    if not events:
        return False
    mean = np.mean([event.shape for event in events], axis=0)
    noise = median_of([event.sigma for event in events]) / len(events) ** 0.5
    first = np.flatnonzero(np.abs(mean) > max(0.15 * float(np.abs(mean).max()), 3 * noise))
    return bool(first.size and mean[first[0]] < 0)


def hiss_of(events: Sequence[Event], fs: float, p: Parameters) -> list[Hiss]:
    """Stretches of end-plate noise from the small potentials that stand out of it."""
    ordered = sorted(events, key=lambda event: event.anchor)
    anchors = np.array([event.anchor for event in ordered], dtype=np.int64)
    extents = [SampleInterval(event.start, event.stop) for event in ordered]
    found = []
    for stretch in joined_closer_than(extents, round(p.epn.join_s * fs)):
        inside = (anchors >= stretch.start) & (anchors < stretch.stop)
        if inside.sum() >= p.epn.least_n:
            found.append(_hiss(stretch, [ordered[i] for i in np.flatnonzero(inside)], fs, p))
    return [hiss for hiss in found if hiss.score >= p.decide.least_score]


def _hiss(stretch: SampleInterval, events: list[Event], fs: float, p: Parameters) -> Hiss:
    rate = len(events) * fs / max(len(stretch), 1)
    heights: NDArray[np.float64] = np.array([event.height for event in events])
    negative = float(np.mean(heights < 0))
    score = at_least(rate, p.epn.least_hz) * at_least(negative, p.epn.negative_share, 0.2)
    reason = (
        f"{rate:.0f} small potentials a second without a rhythm stand out of it, "
        f"{100 * negative:.0f} % negative, {np.median(np.abs(heights)):.0f} µV"
    )
    return Hiss(stretch, p.epn.score * score, reason)
