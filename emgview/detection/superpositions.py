"""Events that a named train explains: its own after-waves, and its discharges that coincide.

Two trains meet now and then; the sum looks like neither and, standing alone, like a fasciculation
potential or a complex one. An event at a moment at which a train is due, and that the train's
template makes clearly smaller, is that train's discharge.
"""

from __future__ import annotations

import threading
from dataclasses import dataclass, replace

import numpy as np
from numpy.lib.stride_tricks import sliding_window_view
from numpy.typing import NDArray

from emgview.detection.events import Event
from emgview.detection.parameters import Parameters
from emgview.detection.products import product
from emgview.detection.runs import Run
from emgview.detection.templates import Unit
from emgview.signal.noise import median_of

_MOST_TRAINS = 12  # more at a time are no longer looked at pair by pair

_MOST_SHAPES = 5  # templates that are tried pair by pair against a single event

LeftOver = tuple[int, Event, int]
"""Aligned time, event, number of its unit."""


@dataclass(slots=True)
class _Train:
    """A run with what is asked for at each event.

    ``core``: its shape where that is clear; ``first`` and ``last``: where it goes on, give or take
    an interval.
    """

    run: Run
    shape: NDArray[np.float32]
    core: NDArray[np.float32]
    extra: list[tuple[int, Event]]
    height: float
    first: float
    last: float


def absorb(
    runs: list[Run], units: list[Unit], left: list[LeftOver], fs: float, p: Parameters
) -> tuple[list[Run], list[LeftOver]]:
    """Runs with the coinciding discharges they were missing, and what is still left over."""
    trains = [_train(run, units[run.unit].shape, fs) for run in runs]
    remaining: list[LeftOver] = []
    for item in sorted(left, key=lambda item: item[0]):
        time, event, _ = item
        going = [t for t in trains if t.first < time < t.last and not _fires_at(t, time, fs, p)]
        takers = [t for t in going if _takes(t, event, time, fs, p)]
        if not takers and not any(_after_wave(train, event) for train in trains):
            takers = _two_trains(going, event, p)
            if not takers:
                remaining.append(item)
        for train in takers:
            train.extra.append((time, event))
    return [_with_extra(train) for train in trains], remaining


def _train(run: Run, shape: NDArray[np.float32], fs: float) -> _Train:
    times = run.times.tolist()
    spare = -np.inf if run.rhythm is None else 1.5 * run.rhythm.median_s * fs
    first, last = times[0] - spare, times[-1] + spare
    return _Train(run, shape, _core(shape), [], _height(run), first, last)


def _fires_at(train: _Train, time: int, fs: float, p: Parameters) -> bool:
    """Whether the train has a discharge there: none fires twice within one potential."""
    reach = p.stream.merge_ms * fs / 1000
    i = int(np.searchsorted(train.run.times, time))
    near = train.run.times[max(i - 1, 0) : i + 1].tolist() + [t for t, _ in train.extra[-3:]]
    return any(abs(time - t) <= reach for t in near)


def _takes(train: _Train, event: Event, time: int, fs: float, p: Parameters) -> bool:
    """Whether the train's template makes the event clearly smaller."""
    gain = train_gain(train.shape, event)
    if gain <= min(p.superposition.least_gain, p.superposition.sure_gain):
        return False
    due = _due(train.run, time, fs, p)
    return gain > (p.superposition.least_gain if due else p.superposition.sure_gain)


def _height(run: Run) -> float:
    """Usual peak of a run's discharges, of either sign."""
    return median_of([abs(event.height) for event in run.events[:50]])


def _after_wave(train: _Train, event: Event) -> bool:
    """A small event inside the waveform of one of the train's discharges."""
    if abs(event.height) >= 0.5 * train.height:
        return False
    run = train.run
    if not run.start <= event.anchor < run.stop:
        return False
    onset, offset = run.waveform.onset - run.before, run.waveform.offset - run.before
    i = int(np.searchsorted(run.times, event.anchor, "right")) - 1
    times = [int(run.times[k]) for k in (i, i + 1) if 0 <= k < len(run.times)]
    return any(time + onset <= event.anchor < time + offset for time in times)


def _due(run: Run, time: int, fs: float, p: Parameters) -> bool:
    """Whether the run misses a discharge at about this time."""
    if run.rhythm is None or not run.times[0] < time < run.times[-1]:
        return False
    i = int(np.searchsorted(run.times, time)) - 1
    before, after = int(run.times[i]), int(run.times[i + 1])
    missing = round((after - before) / (run.rhythm.median_s * fs)) - 1
    if missing < 1 or time in (before, after):
        return False
    step = (after - before) / (missing + 1)
    place = (time - before) / step
    tolerance = max(p.superposition.tolerance, 2 * run.rhythm.local_cv)
    return abs(place - round(place)) < min(tolerance, 0.45)


def train_gain(shape: NDArray[np.float32], event: Event) -> float:
    """Part of the event's energy that the template takes away at the best lag."""
    energy = float(np.einsum("l,l->", event.shape, event.shape))
    overlap = 2 * float(np.correlate(event.shape, shape, "valid").max()) - float(shape @ shape)
    return overlap / max(energy, 1e-9)


def _two_trains(trains: list[_Train], event: Event, p: Parameters) -> list[_Train]:
    """Two trains whose templates together leave little of the event; else none."""
    energy = float(np.einsum("l,l->", event.shape, event.shape))
    if len(trains) < 2 or len(trains) > _MOST_TRAINS or energy <= 0:
        return []
    for first in trains:
        left = _without(event.shape, first.core)
        for second in trains:
            if second is first:
                continue
            rest = _without(left, second.core)
            if float(rest @ rest) < (1 - p.superposition.pair_gain) * energy:
                return [first, second]
    return []


def explained_by(shapes: list[NDArray[np.float32]], event: Event) -> float:
    """Greatest part of an event's energy that one or two different templates take away.

    All places of both are tried together: one after the other fails where they overlap much. More
    than two would fit anything; of many templates only the largest are tried.
    """
    if not shapes:
        return 0.0
    energy = float(event.shape @ event.shape)
    placed = _RECENT.placed(shapes, len(event.shape))
    column = event.shape[:, np.newaxis]
    gains = [2 * product(r, column)[:, 0] - own for r, own in placed.each]
    best = max(float(gain.max()) for gain in gains)
    for first, second, shared in placed.pairs:
        both = gains[first][:, np.newaxis] + gains[second] - shared
        best = max(best, float(both.max()))
    return best / max(energy, 1e-9)


@dataclass(frozen=True, slots=True)
class _Placed:
    """Templates at all places, each with their energies; what each pair shares at all places."""

    shapes: list[NDArray[np.float32]]
    each: list[tuple[NDArray[np.float32], NDArray[np.float32]]]
    pairs: list[tuple[int, int, NDArray[np.float32]]]


class _Recent(threading.local):
    """The templates that were asked for last, by each thread: events come one by one."""

    def __init__(self) -> None:
        self._last: tuple[int, _Placed] = (0, _Placed([], [], []))

    def placed(self, shapes: list[NDArray[np.float32]], length: int) -> _Placed:
        """Those of the largest of some templates over so many samples."""
        known, last = self._last
        if known == length and list(map(id, last.shapes)) == list(map(id, shapes)):
            return last
        found = _placed(shapes, length)
        self._last = length, found
        return found


_RECENT = _Recent()


def _placed(shapes: list[NDArray[np.float32]], length: int) -> _Placed:
    ordered = sorted(shapes, key=lambda shape: -float(np.abs(shape).max()))[:_MOST_SHAPES]
    places = [_at_all_places(shape, length) for shape in ordered]
    each = [(r, np.einsum("kl,kl->k", r, r)) for r in places]
    pairs = [
        (first, second, 2 * product(places[first], places[second].T))
        for first in range(len(places))
        for second in range(first)
    ]
    return _Placed(shapes, each, pairs)


def _at_all_places(shape: NDArray[np.float32], length: int) -> NDArray[np.float32]:
    """Rows of so many samples, each with the template at another place, cut off at the ends.

    As far as some of it is left: a neighbour's peak may lie behind the end of the event's shape.
    """
    padded = np.zeros(len(shape) + 2 * length, dtype=np.float32)
    padded[length : length + len(shape)] = shape
    rows = sliding_window_view(padded, length)
    middle = (len(shape) + length) // 2
    reach = length * 9 // 10
    return np.ascontiguousarray(rows[middle - reach : middle + reach + 1])


def _core(shape: NDArray[np.float32]) -> NDArray[np.float32]:
    """The template from its first to its last clear deflection."""
    inside = np.flatnonzero(np.abs(shape) > 0.05 * np.abs(shape).max())
    return shape[inside[0] : inside[-1] + 1]


def _without(signal: NDArray[np.float32], core: NDArray[np.float32]) -> NDArray[np.float32]:
    """The signal less the template at the place where that leaves least."""
    if len(core) > len(signal):
        return signal
    place = int(np.argmax(np.correlate(signal, core, "valid")))
    left = signal.copy()
    left[place : place + len(core)] -= core
    return left


def _with_extra(train: _Train) -> Run:
    if not train.extra:
        return train.run
    pairs = list(zip(train.run.times.tolist(), train.run.events, strict=True)) + train.extra
    pairs.sort(key=lambda pair: pair[0])
    return replace(
        train.run,
        times=np.array([time for time, _ in pairs], dtype=np.int64),
        events=[event for _, event in pairs],
    )
