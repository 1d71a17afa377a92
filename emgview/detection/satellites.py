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

from emgview.detection.parameters import Parameters
from emgview.detection.runs import Run, measured_run
from emgview.detection.superpositions import LeftOver
from emgview.detection.templates import Unit


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
    s = p.satellite
    if len(run.times) < s.least:
        return None
    height = _height(run)
    larger = [q for q in parents if q.unit != run.unit and _height(q) >= s.ratio * height]
    if not larger:
        return None
    # all discharges together: a unit may have paused, or have come in two shapes
    latency = _nearest(run.times, np.sort(np.concatenate([q.times for q in larger])))
    middle = float(np.median(latency))
    share = float(np.mean(np.abs(latency - middle) <= s.jitter_ms * fs / 1000))
    main = max(larger, key=lambda q: len(q.times))
    if share < s.share or not _parted(run, main, middle, fs, p):
        return None
    peaks = run.waveform.peak - run.before - main.waveform.peak + main.before
    return Satellite(run, (middle + peaks) / fs * 1000, share)


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
            run = measured_run(number, events, times, fs, p, units[number].relatives)
            satellite = satellite_of(run, parents, fs, p)
        if satellite is None:
            rest += items
        else:
            found.append(satellite)
    return found, rest


def _height(run: Run) -> float:
    return float(np.median([abs(event.height) for event in run.events[:50]]))


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
