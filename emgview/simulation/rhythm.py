"""When units fire. Times in seconds; each train is one array, sorted.

Fibrillating fibres are pacemakers: regular about a slowly drifting rate. Fasciculating units fire
at random, voluntary units as a renewal process with nearly Gaussian intervals, end-plate spikes
in irregular bursts, machines exactly. (Lost: Poisson times for fibrillation potentials, as some
public simulators draw them; the regular rhythm is what tells them from end-plate spikes.)
"""

from __future__ import annotations

from dataclasses import dataclass

import numpy as np
from numpy.typing import NDArray

Array = NDArray[np.float64]
Range = tuple[float, float]


def between(rng: np.random.Generator, limits: Range) -> float:
    """A number drawn evenly from the range."""
    return float(rng.uniform(*limits))


def between_log(rng: np.random.Generator, limits: Range) -> float:
    """A positive number drawn evenly on a logarithmic scale."""
    return float(np.exp(rng.uniform(np.log(limits[0]), np.log(limits[1]))))


@dataclass(frozen=True, slots=True)
class Pacemaker:
    """Regular firing.

    ``cv``: of the interval about its trend; ``drift``: greatest slow change of rate, as a part;
    ``slowing``: factor by which the interval has grown at the end of a train.
    """

    rate_hz: float
    cv: float
    drift: float
    slowing: float
    train_s: Range
    pause_s: Range


def regular_trains(
    rng: np.random.Generator, span: Range, pace: Pacemaker
) -> list[Array]:  # fmt: skip
    """Trains of a pacemaker, parted by pauses."""
    start = span[0] + between(rng, (0.0, 1.0)) / pace.rate_hz
    trains = []
    while start < span[1]:
        length = between(rng, pace.train_s)
        train = _regular_train(rng, start, length, pace)
        trains.append(train[train < span[1]])
        start += length + between(rng, pace.pause_s)
    return [train for train in trains if len(train)]


def _regular_train(rng: np.random.Generator, start: float, length: float, pace: Pacemaker) -> Array:
    period, turn = between(rng, (15.0, 45.0)), between(rng, (0.0, 2.0 * np.pi))
    now, times = 0.0, []
    while now < length:
        times.append(start + now)
        swing = 1.0 + pace.drift * np.sin(2.0 * np.pi * now / period + turn)
        late = max(0.0, now / length - 0.75) / 0.25
        trend = swing * (1.0 + (pace.slowing - 1.0) * late**2) / pace.rate_hz
        now += trend * (1.0 + pace.cv * float(np.clip(rng.standard_normal(), -3.0, 3.0)))
    return np.array(times)


def random_times(rng: np.random.Generator, span: Range, rate_hz: float, dead_s: float) -> Array:
    """Times without rhythm, never closer than ``dead_s``; interval CV of 1 and somewhat more.

    Clusters and long pauses: two exponentials, so that the dead time does not make it regular.
    """
    mean = max(1.0 / rate_hz - dead_s, 0.05)
    now = span[0] + float(rng.exponential(mean))
    times = []
    while now < span[1]:
        times.append(now)
        part = 0.25 if rng.random() < 0.45 else 1.61
        now += dead_s + float(rng.exponential(mean * part))
    return np.array(times)


def bursts(
    rng: np.random.Generator, span: Range, rate_hz: float, burst_s: Range, pause_s: Range
) -> list[Array]:
    """Irregular bursts: interval CV about 0.8, the shortest a few ms, slowing as they go on."""
    start, trains = span[0] + between(rng, pause_s) / 2.0, []
    while start < span[1]:
        length = between(rng, burst_s)
        now, times = 0.0, []
        while now < length:
            times.append(start + now)
            mean = (1.0 + 0.8 * now / length) / rate_hz
            now += 0.004 + float(rng.gamma(1.2, max(mean - 0.004, 0.002) / 1.2))
        train = np.array(times)
        trains.append(train[train < span[1]])
        start += length + between(rng, pause_s)
    return [train for train in trains if len(train)]


@dataclass(frozen=True, slots=True)
class Effort:
    """A willed contraction: ``on_s`` long, rising and falling over ``ramp_s``, then ``off_s``.

    ``strength``: the greatest effort, 1 being all a muscle can.
    """

    on_s: float
    off_s: float
    ramp_s: float
    strength: float = 1.0

    def at(self, since_s: float) -> float:
        """Effort from 0 to 1, ``since_s`` after the first contraction began."""
        inside = since_s % (self.on_s + self.off_s)
        edge = min(inside, self.on_s - inside)
        return self.strength * float(np.clip(edge / self.ramp_s, 0.0, 1.0))


@dataclass(frozen=True, slots=True)
class Recruited:
    """Firing of a motor unit: ``threshold`` of effort, rates at threshold and at full effort."""

    threshold: float
    least_hz: float
    greatest_hz: float
    cv: float


def voluntary_trains(
    rng: np.random.Generator, span: Range, effort: Effort, unit: Recruited
) -> list[Array]:
    """Trains of one motor unit, one for each contraction."""
    now, last, trains = span[0] + between(rng, (0.0, 0.1)), -np.inf, list[list[float]]()
    while now < span[1]:
        level = effort.at(now - span[0])
        if level <= unit.threshold:
            now += 0.02 + 0.02 * float(rng.random())
            continue
        if now - last > 0.6:
            trains.append([])
        trains[-1].append(now)
        last = now
        share = (level - unit.threshold) / (1.0 - unit.threshold)
        rate = unit.least_hz + share * (unit.greatest_hz - unit.least_hz)
        drawn = float(np.clip(rng.standard_normal(), -2.5, 2.5))
        now += max(0.02, (1.0 + unit.cv * drawn) / rate)
    return [np.array(train) for train in trains]


def exact_times(rng: np.random.Generator, span: Range, period_s: float) -> Array:
    """Times of a machine."""
    return np.arange(span[0] + between(rng, (0.0, period_s)), span[1], period_s)


def heart_beats(rng: np.random.Generator, span: Range, rate_hz: float, cv: float) -> Array:
    """Beats with the slow swing of breathing."""
    now, times = span[0] + float(rng.random()) / rate_hz, []
    while now < span[1]:
        times.append(now)
        breath = cv * np.sin(2.0 * np.pi * 0.25 * now)
        now += (1.0 + breath + 0.4 * cv * float(rng.standard_normal())) / rate_hz
    return np.array(times)
