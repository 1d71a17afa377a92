"""The heart: the same wave at the same moments in several channels, at the rate of a pulse.

One source that is seen everywhere is no muscle under a needle. Moments that two channels share
within milliseconds, at 0.7-2.5 a second and regular, are beats in both.
"""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from itertools import combinations

import numpy as np
from numpy.typing import NDArray

from emgview.detection.parameters import Parameters
from emgview.detection.patterns.discharges import Discharges
from emgview.detection.patterns.found import Pattern
from emgview.detection.scores import at_least, at_most, inside
from emgview.model.interval import SampleInterval, union
from emgview.signal.rhythm import Rhythm, rhythm

Int = NDArray[np.int64]


@dataclass(frozen=True, slots=True, eq=False)
class Moments:
    """Discharges of a channel in order of time: peaks on the recording's samples, sizes, units."""

    times: Int
    heights: NDArray[np.float64]
    unit: Int

    def joined(self, other: Moments) -> Moments:
        """Those of a later block behind these; its units are others."""
        lift = int(self.unit.max(initial=-1)) + 1
        unit = np.where(other.unit < 0, -1, other.unit + lift)
        return Moments(
            np.concatenate((self.times, other.times)),
            np.concatenate((self.heights, other.heights)),
            np.concatenate((self.unit, unit)),
        )


NO_MOMENTS = Moments(np.empty(0, np.int64), np.empty(0), np.empty(0, np.int64))


def moments_of(found: Discharges, stride: int) -> Moments:
    """Moments of a block's discharges."""
    return Moments(found.times * stride, found.heights, found.unit)


def beats_of(moments: Mapping[int, Moments], fs: float, p: Parameters) -> dict[int, list[Pattern]]:
    """The heart in each channel that shows it at the same moments as another."""
    best: dict[int, tuple[float, Int, Int, Rhythm]] = {}
    partners: dict[int, set[int]] = {}
    for a, b in combinations(sorted(moments), 2):
        shared = _shared(moments[a], moments[b], fs, p)
        beats = _beats(shared, fs, p)
        found = _judged(beats, (moments[a], moments[b]), fs, p)
        if found is None:
            continue
        for channel, other in ((a, b), (b, a)):
            partners.setdefault(channel, set()).add(other)
            if channel not in best or found[0] > best[channel][0]:
                best[channel] = (found[0], shared, beats, found[1])
    return {
        c: [
            _pattern(
                moments[c],
                _with_late(moments[c], shared, beats, fs, p),
                sorted(partners[c]),
                score,
                pulse,
                fs,
                p,
            )
        ]
        for c, (score, shared, beats, pulse) in best.items()
    }


def _shared(a: Moments, b: Moments, fs: float, p: Parameters) -> Int:
    """Moments that both channels have."""
    if not len(a.times) or not len(b.times):
        return np.empty(0, np.int64)
    few, many = (a.times, b.times) if len(a.times) <= len(b.times) else (b.times, a.times)
    place = np.clip(np.searchsorted(many, few), 1, max(len(many) - 1, 1))
    nearest = np.minimum(
        np.abs(few - many[np.minimum(place, len(many) - 1)]), np.abs(few - many[place - 1])
    )
    shared: Int = few[nearest <= p.beats.near_ms / 1000 * fs]
    return shared


def _beats(shared: Int, fs: float, p: Parameters) -> Int:
    """Shared moments, the later parts of a beat left out."""
    kept: list[int] = []
    for moment in shared.tolist():
        if not kept or moment - kept[-1] >= p.beats.dead_ms / 1000 * fs:
            kept.append(moment)
    return np.array(kept, dtype=np.int64)


def _judged(
    beats: Int, channels: tuple[Moments, Moments], fs: float, p: Parameters
) -> tuple[float, Rhythm] | None:
    """Score and pulse of what two channels share; None where it is no heart."""
    h = p.beats
    pulse = rhythm(beats / fs)
    if pulse is None or pulse.n < h.least_n:
        return None
    due = (beats[-1] - beats[0]) / fs * pulse.rate_hz + 1
    parts, alike = zip(*(_of_channel(c, beats, fs, p) for c in channels), strict=True)
    score = (
        inside(pulse.rate_hz, h.rate_hz, 0.1)
        * at_most(pulse.local_cv, h.local_cv)
        * at_least(pulse.on_beat, h.on_beat)
        * at_least(len(beats) / max(due, 1.0), h.together)
        * at_most(max(parts), h.most_parts, 0.5)
        * at_least(min(alike), h.alike)
    )
    return (score, pulse) if score >= p.claim.least_score else None


def _of_channel(own: Moments, beats: Int, fs: float, p: Parameters) -> tuple[float, float]:
    """Peaks of a usual beat, and the part of the beats whose largest peak is of one unit."""
    first, last = _windows(own, beats, fs, p)
    largest = _largest(own, first, last)
    if not largest:
        return float("inf"), 0.0
    units = own.unit[largest]
    counts = np.bincount(units[units >= 0]) if (units >= 0).any() else np.zeros(1)
    return float(np.median(last - first)), float(counts.max() / len(largest))


def _usual_unit(own: Moments, largest: list[int]) -> int:
    """Unit of most of some discharges, -1 where none has one."""
    units = own.unit[largest]
    return int(np.bincount(units[units >= 0]).argmax()) if (units >= 0).any() else -1


def _with_late(own: Moments, shared: Int, beats: Int, fs: float, p: Parameters) -> Int:
    """Beats and the shared moments of their unit that came too soon behind another wave.

    Heart and pacemaker run past each other: a beat of one that follows a wave of the other within
    the dead time is a beat all the same.
    """
    first, last = _windows(own, beats, fs, p)
    unit = _usual_unit(own, _largest(own, first, last))
    alike = own.times[own.unit == unit] if unit >= 0 else own.times[:0]
    reach = p.beats.near_ms / 1000 * fs
    near = np.searchsorted(shared, alike + reach, "right") > np.searchsorted(shared, alike - reach)
    a, b = (ms / 1000 * fs for ms in (p.beats.before_ms, p.beats.after_ms))
    free = np.searchsorted(beats, alike + a, "right") == np.searchsorted(beats, alike - b)
    return np.union1d(beats, alike[near & free])


def _largest(own: Moments, first: Int, last: Int) -> list[int]:
    """Place of the largest peak of each beat that the channel shows."""
    return [int(a + np.argmax(own.heights[a:b])) for a, b in zip(first, last, strict=True) if b > a]


def _windows(own: Moments, beats: Int, fs: float, p: Parameters) -> tuple[Int, Int]:
    """First and last peak of a channel about each beat."""
    before, after = (ms / 1000 * fs for ms in (p.beats.before_ms, p.beats.after_ms))
    return np.searchsorted(own.times, beats - before), np.searchsorted(own.times, beats + after)


def _pattern(
    own: Moments, beats: Int, others: list[int], score: float, pulse: Rhythm, fs: float,
    p: Parameters,
) -> Pattern:  # fmt: skip
    first, last = _windows(own, beats, fs, p)
    peaks = own.times[_largest(own, first, last)].tolist()
    before, after = (round(ms / 1000 * fs) for ms in (p.beats.before_ms, p.beats.after_ms))
    spans = union(SampleInterval(max(t - before, 0), t + after) for t in peaks)
    names = ", ".join(str(other + 1) for other in others)
    reasons = (
        f"{len(beats)} waves at the same moments as in channel {names}",
        f"{60 * pulse.rate_hz:.0f} a minute, interval variation {100 * pulse.local_cv:.0f} %: "
        "a pulse",
    )
    return Pattern(
        "art_ecg", score, SampleInterval(spans[0].start, spans[-1].stop), tuple(spans),
        np.array(peaks, dtype=np.int64), before, after,
        rate_hz=pulse.rate_hz,
        interval_cv=pulse.local_cv,
        reasons=reasons,
    )  # fmt: skip
