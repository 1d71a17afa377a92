"""Satellite potentials: small ones that follow or precede a motor unit at a fixed distance.

A satellite stops with its unit and is parted from it by a flat line (Finsterer & Mamoli). Taken
alone it looks like a fibrillation potential or like an end-plate spike. The unit need not be
resolved: an unstable one comes in many shapes, and its satellite still keeps its distance.
"""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Collection
from dataclasses import dataclass

import numpy as np
from numpy.typing import NDArray

from emgview.detection.events import Event
from emgview.detection.parameters import Parameters
from emgview.detection.runs import Run, measured_run
from emgview.detection.superpositions import LeftOver
from emgview.detection.templates import Unit
from emgview.signal.noise import median_of

Int = NDArray[np.int64]

_ENOUGH = 40  # discharges of the unit that its waveform is measured on


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


@dataclass(frozen=True, slots=True, eq=False)
class _Lock:
    """A constant distance from a larger unit: from its peaks, how often, which unit chiefly."""

    latency: float
    share: float
    unit: int


class SatelliteSeeker:
    """Finds what keeps its distance from larger potentials of a channel.

    Parameters
    ----------
    units : list of Unit
    machines : collection of int
        Units that are no muscle's: nothing is their satellite.
    fs : float
    parameters : Parameters
    """

    def __init__(
        self, units: list[Unit], machines: Collection[int], fs: float, parameters: Parameters
    ) -> None:
        self._units, self._fs, self._p = units, fs, parameters
        parts = [(n, unit) for n, unit in enumerate(units) if n not in machines]
        times = [np.asarray(unit.times, dtype=np.int64) for _, unit in parts]
        every = np.concatenate(times) if times else np.empty(0, np.int64)
        heights = [abs(event.height) for _, unit in parts for event in unit.events]
        numbers = np.repeat([n for n, _ in parts], [len(t) for t in times]).astype(np.int64)
        # where a potential begins is the same in all shapes of an unstable unit
        onsets = [event.start for _, unit in parts for event in unit.events]
        self._onsets, self._times, self._numbers = np.array(onsets, np.int64), every, numbers
        self._heights = np.asarray(heights, dtype=np.float64)
        self._known: list[_Lock] = []

    def of_run(self, run: Run) -> Satellite | None:
        """The satellite that a run is; None where it keeps no distance."""
        lock = self._lock(run.unit, run.events, run.times)
        return None if lock is None else self._satellite(run, lock)

    def among(self, left: list[LeftOver]) -> tuple[list[Satellite], list[LeftOver]]:
        """Satellites among events that no rhythm explains, and what is still left over."""
        groups: dict[int, list[LeftOver]] = defaultdict(list)
        for item in left:
            groups[item[2]].append(item)
        found: list[Satellite] = []
        rest: list[LeftOver] = []
        for number, items in groups.items():
            satellite = self._of_group(number, items)
            if satellite is None:
                rest += items
            else:
                found.append(satellite)
        return found, rest

    def _of_group(self, number: int, items: list[LeftOver]) -> Satellite | None:
        if len(items) < self._p.satellite.least:
            return None
        items.sort(key=lambda item: item[0])
        events, times = [e for _, e, _ in items], np.array([t for t, _, _ in items])
        lock = self._lock(number, events, times)
        if lock is None:
            return None
        family = self._units[number].relatives
        return self._satellite(measured_run(number, events, times, self._fs, self._p, family), lock)

    def _lock(self, unit: int, events: list[Event], times: Int) -> _Lock | None:
        """Whether discharges keep their distance: told before their waveform is measured."""
        s = self._p.satellite
        if len(times) < s.least or not len(self._times):
            return None
        height = median_of([abs(event.height) for event in events[:50]])
        larger = (self._heights >= s.ratio * height) & (self._numbers != unit)
        locks = [
            self._lock_at(moments[larger], self._times[larger], self._numbers[larger], times)
            for moments in (self._onsets, self._times)
        ]
        found = [lock for lock in locks if lock is not None and lock.share >= s.share]
        return max(found, key=lambda lock: lock.share, default=None)

    def _lock_at(self, moments: Int, peaks: Int, numbers: Int, times: Int) -> _Lock | None:
        """The lock to those moments of larger potentials, if enough of these have a partner."""
        s = self._p.satellite
        order = np.argsort(moments, kind="stable")
        moments, peaks, numbers = moments[order], peaks[order], numbers[order]
        whose, distance, place = _distances(times, moments, s.reach_ms * self._fs / 1000)
        jitter = round(s.jitter_ms * self._fs / 1000)
        chosen = _at_one_distance(whose, distance, len(times), jitter)
        if chosen is None:
            return None
        matched = np.bincount(numbers[place[chosen]])
        main = int(matched.argmax())
        its = chosen[numbers[place[chosen]] == main]
        lock = _Lock(
            latency=median_of(times[whose[its]] - peaks[place[its]]),
            share=len(np.unique(whose[chosen])) / len(times),
            unit=main,
        )
        middle = median_of(distance[chosen])
        first, last = np.searchsorted(
            moments[numbers == main], [times[0] - middle, times[-1] - middle]
        )
        enough = matched[main] >= s.followed * max(int(last - first), 1)
        same = any(
            other.unit == main and abs(lock.latency - other.latency) <= 2 * jitter
            for other in self._known
        )
        return lock if enough or same else None

    def _satellite(self, run: Run, lock: _Lock) -> Satellite | None:
        """The satellite, if it is parted from a potential that is long enough for a unit's."""
        unit = self._units[lock.unit]
        times = np.asarray(unit.times[:_ENOUGH], dtype=np.int64)
        main = measured_run(
            lock.unit, unit.events[:_ENOUGH], times, self._fs, self._p, unit.relatives
        )
        if main.waveform.duration_ms < self._p.satellite.unit_ms:
            return None
        if not _parted(run, main, lock.latency, self._fs, self._p):
            return None
        self._known.append(lock)
        peaks = run.waveform.peak - run.before - main.waveform.peak + main.before
        return Satellite(run, (lock.latency + peaks) / self._fs * 1000, lock.share)


def _distances(times: Int, others: Int, reach: float) -> tuple[Int, Int, Int]:
    """All signed distances within reach: whose, how far, and from which of the others."""
    first, last = np.searchsorted(others, times - reach), np.searchsorted(others, times + reach)
    counts = last - first
    whose = np.repeat(np.arange(len(times)), counts)
    starts = np.repeat(first - np.cumsum(counts) + counts, counts)
    place = starts + np.arange(len(whose))
    return whose, times[whose] - others[place], place


def _at_one_distance(whose: Int, distance: Int, n: int, jitter: int) -> NDArray[np.intp] | None:
    """The pairs that keep the commonest distance, give or take; None for under a third of all."""
    if len(distance) < n / 3:
        return None
    order = np.argsort(distance, kind="stable")
    ordered = distance[order]
    many = np.searchsorted(ordered, ordered + 2 * jitter, "right") - np.arange(len(ordered))
    start = int(many.argmax())
    return order[start : start + int(many[start])] if many[start] >= n / 3 else None


def _parted(run: Run, parent: Run, latency: float, fs: float, p: Parameters) -> bool:
    """Whether a flat line lies between parent and satellite, and not too long a one."""
    w, u = run.waveform, parent.waveform
    shift = latency - run.before + parent.before
    gap = max(w.onset + shift - u.offset, u.onset - (w.offset + shift))
    low, high = (ms * fs / 1000 for ms in p.satellite.gap_ms)
    return low <= gap <= high
