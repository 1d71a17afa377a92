"""What one component contributes to a recording."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass, replace

import numpy as np
from numpy.typing import NDArray

from emgview.simulation.electrode import CONCENTRIC, Electrode
from emgview.simulation.rhythm import Range
from emgview.simulation.scenario import Chain, Component

Array = NDArray[np.float64]
Continuous = Callable[[Array], Array]


@dataclass(frozen=True, slots=True)
class Setting:
    """What a generator works with: component, stretch (cut to the recording), chain, randomness.

    ``channels`` is the number of channels of the recording.
    """

    component: Component
    span: Range
    chain: Chain
    rng: np.random.Generator
    electrode: Electrode = CONCENTRIC
    channels: int = 1


@dataclass(frozen=True, slots=True, eq=False)
class Volley:
    """All discharges of one unit.

    Parameters
    ----------
    activity : str
    waves : ndarray, (n_groups, n)
        Parts of the potential in microvolt at the master rate, before the chain; most units have
        one part. With ``which`` each row is a whole potential instead.
    times_s, scales : ndarray, (n_events,)
    trains : ndarray of int, (n_events,)
        Number of the train within the volley, -1 for none.
    shifts_s, gates : ndarray (n_events, n_groups) or None
        Jitter and blocking of the parts; None for a stable unit.
    listed : bool
        Whether each discharge is a true potential; else a stretch speaks for all.
    linked : bool
        Whether these are satellites of the volley before, which share its unit.
    which : ndarray of int, (n_events,), or None
        Row of ``waves`` that each discharge shows: a unit that has a stock of shapes.
    channel : int or None
        The channel it is seen in; None: those of its component.
    gains : ndarray, (n_channels,), or None
        Factor of each channel; None: 1 in all.
    """

    activity: str
    waves: Array
    times_s: Array
    scales: Array
    trains: NDArray[np.int64]
    shifts_s: Array | None = None
    gates: Array | None = None
    listed: bool = True
    linked: bool = False
    which: NDArray[np.int64] | None = None
    channel: int | None = None
    gains: Array | None = None


@dataclass(frozen=True, slots=True, eq=False)
class Hum:
    """A continuous signal, microvolt at given times in seconds, within a stretch."""

    span: Range
    signal: Continuous


@dataclass(frozen=True, slots=True, eq=False)
class Part:
    """All that a component makes; ``lost`` are stretches without samples."""

    volleys: tuple[Volley, ...] = ()
    hums: tuple[Hum, ...] = ()
    stretches: tuple[tuple[str, Range], ...] = ()
    lost: tuple[Range, ...] = ()


def volley(
    activity: str,
    wave: Array,
    trains: list[Array],
    rng: np.random.Generator,
    *,
    spread: float = 0.0,
    listed: bool = True,
) -> Volley:
    """Trains of one stable unit, its size varying by ``spread`` (a coefficient of variation).

    Rows of ``wave`` are parts that are added up.
    """
    times = np.concatenate(trains) if trains else np.empty(0)
    numbers = [np.full(len(train), i) for i, train in enumerate(trains)]
    scales = 1.0 + spread * np.clip(rng.standard_normal(len(times)), -2.5, 2.5)
    return Volley(
        activity=activity,
        waves=np.atleast_2d(wave),
        times_s=times,
        scales=scales,
        trains=np.concatenate(numbers).astype(np.int64) if trains else np.empty(0, np.int64),
        listed=listed,
    )


def shown_from(stock: Array, plain: Volley, rng: np.random.Generator) -> Volley:
    """The volley with its potentials drawn at random from a stock, (n_shapes, n)."""
    which = rng.integers(0, len(stock), len(plain.times_s))
    return replace(plain, waves=stock, which=which)


def channel_gains(setting: Setting, name: str) -> Array:
    """Factors with which one source reaches the channels; 1 in the first.

    Drawn from a stream of their own, one after the other: more channels change none of them.
    """
    rng = setting.rng.spawn(1)[0]
    low, high = setting.component.range(name)
    further = rng.uniform(low, high, max(setting.channels - 1, 0))
    return np.concatenate(([1.0], further))
