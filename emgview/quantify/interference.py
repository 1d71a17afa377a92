"""Interference pattern in numbers: turns, amplitude, activity, envelope, small segments, cloud.

A turn is a change of direction at least 100 µV away from the turns before and after it; the segment
between two turns has their difference as its amplitude. Sources stand in
``resources/quantify/interference.toml``.
"""

from __future__ import annotations

from dataclasses import dataclass
from functools import lru_cache

import msgspec
import numpy as np
from numpy.typing import NDArray

from emgview.quantify.measures import turn_places
from emgview.quantify.parameters import load
from emgview.resource_files import resource

Float = NDArray[np.float64]


class TurnRules(msgspec.Struct, frozen=True):
    """What a turn and a small segment is."""

    swing_uv: float
    epoch_s: float
    envelope_share: float
    small_uv: float
    small_ms: float
    active_ms: float
    active_uv: float


class Cloud(msgspec.Struct, frozen=True):
    """Limits of amplitude per turn against turns a second."""

    title: str
    source: str
    muscles: list[str]
    turns_per_s: list[float]
    lowest_uv: list[float]
    highest_uv: list[float]
    least_turns_per_s: float
    most_outside: float
    least_points: int


class FullnessRules(msgspec.Struct, frozen=True):
    """Filled time that makes each grade."""

    full: float
    slightly_reduced: float
    intermediate: float
    discrete: float
    least_turns_per_s: float


class RecruitmentRules(msgspec.Struct, frozen=True):
    """Rates of recruitment."""

    limb_reduced_hz: float
    limb_early_hz: float
    face_reduced_hz: float
    face_early_hz: float
    usual_ratio: float
    reduced_ratio: float
    least_discharges: int
    window_s: float


class PatternRules(msgspec.Struct, frozen=True):
    """All of ``resources/quantify/interference.toml``."""

    version: str
    turns: TurnRules
    cloud: dict[str, Cloud]
    fullness: FullnessRules
    recruitment: RecruitmentRules

    def cloud_of(self, muscle: str) -> tuple[str, Cloud]:
        """Name and limits of the cloud of a muscle; the default where there is none."""
        for name, one in self.cloud.items():
            if muscle and muscle in one.muscles:
                return name, one
        return "default", self.cloud["default"]


@lru_cache(maxsize=1)
def pattern_rules() -> PatternRules:
    """The shipped rules."""
    return load(resource("quantify/interference.toml"), PatternRules)


@dataclass(frozen=True, slots=True)
class CloudPoint:
    """One epoch: begin in seconds, turns a second, amplitude per turn."""

    start_s: float
    turns_per_s: float
    amplitude_uv: float


@dataclass(frozen=True, slots=True)
class Pattern:
    """Measures of an interference pattern.

    Parameters
    ----------
    turns : int
    turns_per_s : float
    amplitude_per_turn_uv : float or None
        Mean over the segments; None without turns.
    peak_ratio : float or None
        Greatest turns a second over amplitude per turn of the epochs, per µV.
    activity : float
        Part of the time that is filled.
    envelope_uv : float or None
        Amplitude that one segment in a hundred exceeds.
    small_segments_per_s : float
    points : tuple of CloudPoint
    """

    turns: int
    turns_per_s: float
    amplitude_per_turn_uv: float | None
    peak_ratio: float | None
    activity: float
    envelope_uv: float | None
    small_segments_per_s: float
    points: tuple[CloudPoint, ...]


def pattern_of(signal: Float, fs: float, p: TurnRules | None = None) -> Pattern:
    """Interference pattern of a gap-free stretch, (n,) µV."""
    p = p or pattern_rules().turns
    seconds = len(signal) / fs
    places = np.array(turn_places(signal, p.swing_uv), dtype=np.intp)
    heights = np.abs(np.diff(signal[places]))
    times = np.diff(places) * 1000 / fs
    points = _points(places, heights, len(signal), fs, p)
    ratios = [q.turns_per_s / q.amplitude_uv for q in points if q.amplitude_uv > 0]
    small = (heights < p.small_uv) & (times <= p.small_ms)
    return Pattern(
        turns=len(places),
        turns_per_s=len(places) / seconds,
        amplitude_per_turn_uv=float(heights.mean()) if len(heights) else None,
        peak_ratio=max(ratios, default=None),
        activity=_activity(places, len(signal), fs, p.active_ms),
        envelope_uv=float(np.quantile(heights, p.envelope_share)) if len(heights) else None,
        small_segments_per_s=float(small.sum()) / seconds,
        points=points,
    )


def _points(
    places: NDArray[np.intp], heights: Float, n: int, fs: float, p: TurnRules
) -> tuple[CloudPoint, ...]:
    """One point for each whole epoch; a segment belongs to the epoch of its later turn."""
    size = round(p.epoch_s * fs)
    found = []
    for start in range(0, n - size + 1, size):
        inside = (places >= start) & (places < start + size)
        count = int(inside.sum())
        own = heights[inside[1:]] if len(places) > 1 else heights
        amplitude = float(own.mean()) if len(own) else 0.0
        found.append(CloudPoint(start / fs, count / p.epoch_s, amplitude))
    return tuple(found)


def _activity(places: NDArray[np.intp], n: int, fs: float, active_ms: float) -> float:
    """Part of the time within ``active_ms`` of a turn, before and after it."""
    if not len(places):
        return 0.0
    half = max(1, round(active_ms * fs / 1000))
    edges = np.zeros(n + 1)
    np.add.at(edges, np.maximum(places - half, 0), 1)
    np.add.at(edges, np.minimum(places + half, n), -1)
    return float(np.mean(np.cumsum(edges)[:n] > 0))


@dataclass(frozen=True, slots=True)
class CloudVerdict:
    """How many points lie outside of a cloud; ``abnormal`` is None with too few points."""

    name: str
    source: str
    points: int
    above: int
    below: int
    outside: float
    abnormal: bool | None


def against_cloud(pattern: Pattern, muscle: str, p: PatternRules | None = None) -> CloudVerdict:
    """Points of a pattern against the cloud of the muscle."""
    p = p or pattern_rules()
    name, cloud = p.cloud_of(muscle)
    points = [q for q in pattern.points if q.turns_per_s >= cloud.least_turns_per_s]
    rates = [q.turns_per_s for q in points]
    amplitudes = np.array([q.amplitude_uv for q in points])
    lowest = np.interp(rates, cloud.turns_per_s, cloud.lowest_uv)
    highest = np.interp(rates, cloud.turns_per_s, cloud.highest_uv)
    above, below = int((amplitudes > highest).sum()), int((amplitudes < lowest).sum())
    outside = (above + below) / len(points) if points else 0.0
    judged = len(points) >= cloud.least_points
    abnormal = outside > cloud.most_outside if judged else None
    return CloudVerdict(name, cloud.source, len(points), above, below, outside, abnormal)


def fullness(pattern: Pattern, p: FullnessRules | None = None) -> str:
    """Word for how much of the time is filled, under the effort that was made."""
    p = p or pattern_rules().fullness
    if pattern.turns_per_s < p.least_turns_per_s or pattern.activity < p.discrete:
        return "none"
    if pattern.activity >= p.full:
        return "full"
    if pattern.activity >= p.slightly_reduced:
        return "slightly reduced"
    return "intermediate" if pattern.activity >= p.intermediate else "discrete"
