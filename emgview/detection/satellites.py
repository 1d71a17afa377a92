"""Satellite potentials: small ones that follow or precede a motor unit at a fixed distance.

A satellite stops with its unit and is parted from it by a flat line (Finsterer & Mamoli). Taken
alone it looks like a fibrillation potential or like an end-plate spike.
"""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Sequence
from dataclasses import dataclass

import numpy as np
from numpy.typing import NDArray

from emgview.detection.events import Event
from emgview.detection.parameters import Parameters
from emgview.detection.runs import Run, measured_run
from emgview.detection.superpositions import LeftOver
from emgview.detection.templates import Unit
from emgview.signal.noise import median_of


@dataclass(frozen=True, slots=True, eq=False)
class Satellite:
    """Discharges of a satellite, and how far their peaks lie behind those of their unit."""

    run: Run
    latency_ms: float
    share: float

    @property
    def reason(self) -> str:
        """The evidence in words."""
        side = "after" if self.latency_ms > 0 else "before"
        return (
            f"{100 * self.share:.0f} % lie {abs(self.latency_ms):.1f} ms {side} a motor unit, "
            "with a flat line between"
        )


def satellite_of(run: Run, parents: Sequence[Run], fs: float, p: Parameters) -> Satellite | None:
    """The satellite that a run is of one of the parents; None where it keeps no distance."""
    lock = _lock_of(run.unit, run.events, run.times, parents, fs, p)
    return None if lock is None else _satellite(run, lock, fs, p)


@dataclass(frozen=True, slots=True, eq=False)
class _Lock:
    """A constant distance from larger units: how far, how often, and the chief of them."""

    latency: float
    share: float
    main: Run


def _lock_of(
    unit: int, events: list[Event], times: NDArray[np.int64], parents: Sequence[Run], fs: float,
    p: Parameters,
) -> _Lock | None:  # fmt: skip
    """Whether discharges keep their distance: told before their waveform is measured."""
    s = p.satellite
    if len(times) < s.least:
        return None
    height = _height(events)
    larger = [q for q in parents if q.unit != unit and _height(q.events) >= s.ratio * height]
    if not larger:
        return None
    # all discharges together: a unit may have paused, or have come in two shapes
    latency = _nearest(times, np.sort(np.concatenate([q.times for q in larger])))
    middle = median_of(latency)
    share = float(np.mean(np.abs(latency - middle) <= s.jitter_ms * fs / 1000))
    if share < s.share:
        return None
    return _Lock(middle, share, max(larger, key=lambda q: len(q.times)))


def _satellite(run: Run, lock: _Lock, fs: float, p: Parameters) -> Satellite | None:
    """The satellite, if it is parted from its unit."""
    if not _parted(run, lock.main, lock.latency, fs, p):
        return None
    main = lock.main
    peaks = run.waveform.peak - run.before - main.waveform.peak + main.before
    return Satellite(run, (lock.latency + peaks) / fs * 1000, lock.share)


def satellites_among(
    left: list[LeftOver], units: list[Unit], parents: Sequence[Run], fs: float, p: Parameters
) -> tuple[list[Satellite], list[LeftOver]]:
    """Satellites among events that no rhythm explains, and what is still left over."""
    groups: dict[int, list[LeftOver]] = defaultdict(list)
    for item in left:
        groups[item[2]].append(item)
    found: list[Satellite] = []
    rest: list[LeftOver] = []
    for number, items in groups.items():
        satellite = None
        if parents and len(items) >= p.satellite.least:
            items.sort(key=lambda item: item[0])
            events, times = [e for _, e, _ in items], np.array([t for t, _, _ in items])
            lock = _lock_of(number, events, times, parents, fs, p)
            if lock is not None:
                run = measured_run(number, events, times, fs, p, units[number].relatives)
                satellite = _satellite(run, lock, fs, p)
        if satellite is None:
            rest += items
        else:
            found.append(satellite)
    return found, rest


def _height(events: list[Event]) -> float:
    return median_of([abs(event.height) for event in events[:50]])


def _nearest(times: NDArray[np.int64], parents: NDArray[np.int64]) -> NDArray[np.int64]:
    """Signed distance of each time from the nearest discharge of the parent."""
    after = np.clip(np.searchsorted(parents, times), 1, len(parents) - 1)
    before = times - parents[after - 1]
    behind = times - parents[after]
    return np.where(before <= -behind, before, behind)


def _parted(run: Run, parent: Run, latency: float, fs: float, p: Parameters) -> bool:
    """Whether a flat line lies between parent and satellite, and not too long a one."""
    w, u = run.waveform, parent.waveform
    shift = latency - run.before + parent.before
    gap = max(w.onset + shift - u.offset, u.onset - (w.offset + shift))
    low, high = (ms * fs / 1000 for ms in p.satellite.gap_ms)
    return low <= gap <= high
