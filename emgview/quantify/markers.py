"""Markers of an averaged potential, placed by rule; a person may move them.

Rule (``resources/quantify/marking.toml``): a sample belongs to the potential where the average
departs from its baseline by more than a level, or crosses it steeply; the potential is the run of
such samples around its largest spike, over flat parts shorter than a limit. What stands out later,
after a longer flat part, is a satellite.
"""

from __future__ import annotations

from dataclasses import dataclass, replace

import numpy as np
from numpy.typing import NDArray

from emgview.quantify.averaging import Average
from emgview.quantify.marking import Marking, MarkingRule, default_marking

Float = NDArray[np.float64]


@dataclass(frozen=True, slots=True)
class Markers:
    """Begin and end of a potential, in milliseconds from the anchor of its average.

    Parameters
    ----------
    onset_ms, offset_ms : float
    baseline_uv : float
    satellites_ms : tuple of (float, float)
        Begin and end of each satellite.
    uncertainty_ms : float or None
        Standard error of the duration; None for markers that a person placed.
    moved : bool
        Whether a person placed one.
    """

    onset_ms: float
    offset_ms: float
    baseline_uv: float
    satellites_ms: tuple[tuple[float, float], ...] = ()
    uncertainty_ms: float | None = None
    moved: bool = False

    def with_onset(self, ms: float) -> Markers:
        """The begin moved by a person, never past the end."""
        return replace(self, onset_ms=min(ms, self.offset_ms), uncertainty_ms=None, moved=True)

    def with_offset(self, ms: float) -> Markers:
        """The end moved by a person, never before the begin."""
        return replace(self, offset_ms=max(ms, self.onset_ms), uncertainty_ms=None, moved=True)

    def with_baseline(self, uv: float) -> Markers:
        """The baseline moved by a person."""
        return replace(self, baseline_uv=uv, moved=True)


def place_markers(average: Average, p: Marking | None = None) -> Markers:
    """Markers of an average by the default rule."""
    p = p or default_marking()
    rule, wave = p.used, average.samples - average.baseline_uv
    peak = _peak(wave, average, rule)
    reach = slice(
        max(0, average.anchor - round(rule.before_ms * average.fs / 1000)),
        average.anchor + round(rule.after_ms * average.fs / 1000) + 1,
    )
    level = _level(wave[reach], average.noise_uv, rule)
    onset, offset = _extent(wave, peak, level, reach, average, rule)
    satellites = _satellites(wave, offset, average, p)
    error = _uncertainty(wave, peak, level, reach, average, rule)
    anchor, ms = average.anchor, 1000 / average.fs
    return Markers(
        (onset - anchor) * ms,
        (offset - anchor) * ms,
        average.baseline_uv,
        tuple(((a - anchor) * ms, (b - anchor) * ms) for a, b in satellites),
        error,
    )


def _peak(wave: Float, average: Average, rule: MarkingRule) -> int:
    """Largest deflection near the anchor."""
    half = round(0.5 * rule.before_ms * average.fs / 1000)
    first = max(0, average.anchor - half)
    return first + int(np.argmax(np.abs(wave[first : average.anchor + half + 1])))


def _level(wave: Float, noise_uv: float, rule: MarkingRule) -> float:
    return max(
        rule.level_uv, rule.level_fraction * float(np.ptp(wave)), rule.level_noise * noise_uv
    )


def _extent(
    wave: Float, peak: int, level: float, reach: slice, average: Average, rule: MarkingRule
) -> tuple[float, float]:
    """Begin and end, between the samples: where the level is crossed."""
    high = np.abs(wave) > level
    active = high | _steep(wave, average, rule)
    flat = max(1, round(rule.flat_ms * average.fs / 1000))
    first = _run_end(active, high, peak, -1, flat, reach.start)
    last = _run_end(active, high, peak, 1, flat, min(reach.stop, len(wave)) - 1)
    return first - _part(wave, first, -1, level), last + _part(wave, last, 1, level)


def _run_end(
    active: NDArray[np.bool_], high: NDArray[np.bool_], at: int, step: int, flat: int, stop: int
) -> int:
    """The last sample over the level before a flat part, going one way."""
    last, quiet = at, 0
    while at != stop and quiet < flat:
        at += step
        quiet = 0 if active[at] else quiet + 1
        if high[at]:
            last = at
    return last


def _part(wave: Float, at: int, step: int, level: float) -> float:
    """Part of a sample beyond ``at`` at which the level is crossed."""
    beyond = at + step
    if not 0 <= beyond < len(wave):
        return 0.0
    here, there = abs(float(wave[at])), abs(float(wave[beyond]))
    if np.sign(wave[at]) != np.sign(wave[beyond]):
        there = -there
    return float(np.clip((here - level) / max(here - there, 1e-9), 0.0, 1.0))


def _steep(wave: Float, average: Average, rule: MarkingRule) -> NDArray[np.bool_]:
    """Where the average runs steeper than noise does."""
    reach = max(1, round(rule.smooth_ms * average.fs / 1000))
    padded = np.pad(wave, 2 * reach, "edge")
    smooth = np.convolve(padded, np.full(reach, 1 / reach), "same")
    span_ms = 2 * reach * 1000 / average.fs
    slope = (smooth[3 * reach : len(smooth) - reach] - smooth[reach : len(smooth) - 3 * reach]) / (
        span_ms
    )
    limit = max(rule.slope_uv_per_ms, rule.slope_noise * average.noise_uv / span_ms)
    return np.asarray(np.abs(slope) > limit)


def _satellites(
    wave: Float, offset: float, average: Average, p: Marking
) -> list[tuple[float, float]]:
    """What stands out after the end and a flat part."""
    rule, m, fs = p.used, p.measure, average.fs
    level = max(m.satellite_uv, m.satellite_noise * average.noise_uv)
    flat = max(1, round(rule.flat_ms * fs / 1000))
    start = int(offset) + flat
    stop = min(len(wave), average.anchor + round(m.satellite_last_ms * fs / 1000))
    high = np.flatnonzero(np.abs(wave[start:stop]) > level) + start
    if not high.size:
        return []
    runs = np.split(high, np.flatnonzero(np.diff(high) > flat) + 1)
    found = []
    for run in runs:
        length = (run[-1] - run[0] + 1) * 1000 / fs
        steep = _steep(wave, average, rule)[run[0] : run[-1] + 1].any()
        if length >= m.satellite_ms and steep:
            found.append((float(run[0]), float(run[-1])))
    return found


def _uncertainty(
    wave: Float, peak: int, level: float, reach: slice, average: Average, rule: MarkingRule
) -> float:
    """Standard error of the duration: how far the markers move with the noise."""
    ms = 1000 / average.fs
    lengths = []
    for moved in (level - average.noise_uv, level + average.noise_uv):
        a, b = _extent(wave, peak, max(moved, 0.5 * level), reach, average, rule)
        lengths.append((b - a) * ms)
    return max(abs(lengths[0] - lengths[1]) / 2, ms / 12**0.5)
