"""Shapes of single fibres and motor units, drawn until they lie in the published ranges.

The ranges are parameters of the components, with their sources in the scenario file. A shape is
judged as a clinician sees it: after the chain, at its full bandwidth.
"""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass

import numpy as np
from numpy.typing import NDArray

from emgview.simulation.electrode import CONCENTRIC, Electrode
from emgview.simulation.fibre import Fibre, fibre_potential, strength, velocity_m_s
from emgview.simulation.rhythm import Range, between
from emgview.simulation.scenario import Chain
from emgview.simulation.wave import (
    MASTER_HZ,
    Shape,
    duration_ms,
    measure,
    through_chain,
    time_axis_ms,
    trimmed,
)

Array = NDArray[np.float64]

_TRIES = 80
_NEAR_MM = (0.15, 0.45)  # a single fibre is seen from less than half a millimetre


@dataclass(frozen=True, slots=True)
class Wanted:
    """Ranges that a shape must keep; ``first_positive`` None: either."""

    duration_ms: Range
    phases: Range
    first_positive: bool | None = None

    def misfit(self, shape: Shape) -> float:
        """Zero for a shape within the ranges, else a measure of how far off it is."""
        off = _outside(duration_ms(shape), self.duration_ms)
        off += _outside(float(shape.phases), self.phases)
        wrong_way = self.first_positive not in (None, shape.first_positive)
        return off + (1.0 if wrong_way else 0.0)


def _outside(value: float, limits: Range) -> float:
    low, high = limits
    return max(low - value, value - high, 0.0) / (high or 1.0)


def seen(wave: Array, chain: Chain) -> Shape:
    """Measures of the wave as a wide-band recording shows it; of all groups together."""
    whole = np.atleast_2d(wave).sum(axis=0)
    return measure(through_chain(whole, chain, MASTER_HZ), chain)


def drawn(make: Callable[[], Array], wanted: Wanted, chain: Chain, amplitude_uv: float) -> Array:
    """The first wave within the ranges, or the nearest of many, at the wanted amplitude.

    ``make`` gives (n,) or (n_groups, n); the groups keep their proportions.
    """
    best, least = None, np.inf
    for _ in range(_TRIES):
        wave = make()
        shape = seen(wave, chain)
        misfit = wanted.misfit(shape)
        if best is None or misfit < least:
            best, least = wave * (amplitude_uv / shape.amplitude), misfit
        if misfit == 0.0:
            break
    return np.empty(0) if best is None else best


def single_fibre(
    rng: np.random.Generator,
    velocity: Range,
    distance: Range,
    extent: Range,
    electrode: Electrode = CONCENTRIC,
) -> Array:
    """Wave of one fibre; at a distance of (nearly) zero it is recorded at its origin."""
    fibre = Fibre(
        distance_mm=between(rng, distance),
        depth_mm=between(rng, _NEAR_MM),
        tendon_mm=between(rng, (45.0, 70.0)),
        velocity_m_s=between(rng, velocity),
        extent=between(rng, extent),
    )
    return trimmed(fibre_potential(fibre, time_axis_ms(40.0), electrode))


@dataclass(frozen=True, slots=True)
class UnitPlan:
    """How fibres of a motor unit lie.

    ``distance_mm``: from the end-plate zone to the needle; ``scatter_mm``: spread (SD) of the
    end-plates; ``velocity_cv``: spread of the velocities;
    ``groups``: parts of the unit that jitter and block together, each at its own end-plate.
    """

    fibres: Range
    distance_mm: Range
    scatter_mm: Range
    velocity_cv: Range
    groups: int = 1
    diameter_um: Range | None = None
    electrode: Electrode = CONCENTRIC
    extent: float = 1.0


def motor_unit(rng: np.random.Generator, plan: UnitPlan) -> Array:
    """Waves of one motor unit, (n_groups, n), all on one time axis."""
    times = time_axis_ms(60.0)
    count = max(round(between(rng, plan.fibres)), plan.groups)
    scatter, velocity_cv = between(rng, plan.scatter_mm), between(rng, plan.velocity_cv)
    mean_velocity, distance = between(rng, (3.4, 4.4)), between(rng, plan.distance_mm)
    territory, offset = between(rng, (2.0, 4.0)), between(rng, (0.0, 2.0))
    places = rng.standard_normal(plan.groups) * scatter if plan.groups > 1 else np.zeros(1)
    own_scatter = scatter * (0.35 if plan.groups > 1 else 1.0)
    waves = np.zeros((plan.groups, len(times)))
    for i in range(count):
        group = i % plan.groups
        place = distance + places[group] + own_scatter * rng.standard_normal()
        drawn = rng.standard_normal()
        speed, size = _speed_and_size(drawn, plan, mean_velocity, velocity_cv)
        fibre = Fibre(
            distance_mm=abs(float(place)),
            depth_mm=_depth(rng, territory, offset),
            tendon_mm=60.0 + between(rng, (-6.0, 6.0)),
            velocity_m_s=float(speed),
            delay_ms=between(rng, (0.5, 1.2)),
            extent=plan.extent,
        )
        waves[group] += size * fibre_potential(fibre, times, plan.electrode)
    return common_cut(waves)


def _speed_and_size(
    drawn: float, plan: UnitPlan, mean_m_s: float, velocity_cv: float
) -> tuple[float, float]:
    """Velocity and relative current of a fibre, from its place in the spread of its unit."""
    if plan.diameter_um is None:
        return mean_m_s * max(0.5, 1.0 + velocity_cv * drawn), 1.0
    mean, spread = plan.diameter_um
    diameter = max(mean + spread * drawn, 0.35 * mean)
    return velocity_m_s(diameter), strength(diameter)


def _depth(rng: np.random.Generator, territory: float, offset: float) -> float:
    """Distance of a fibre that lies anywhere in a round territory, electrode off its centre."""
    radius, angle = territory * np.sqrt(rng.random()), 2.0 * np.pi * rng.random()
    x, y = radius * np.cos(angle) - offset, radius * np.sin(angle)
    return float(max(np.hypot(x, y), 0.2))


def common_cut(waves: Array) -> Array:
    """The groups between first and last value that matters in any of them."""
    strength = np.abs(waves).max(axis=0)
    inside = np.flatnonzero(strength > 0.004 * strength.max())
    return waves[:, max(int(inside[0]) - 1, 0) : int(inside[-1]) + 2]


def sharp_wave(rng: np.random.Generator, tail_ms: Range, tail_share: Range) -> Array:
    """Positive sharp wave: a steep positive spike that falls into a long, low negative tail.

    The front is that of a fibre that conducts towards the electrode and stops there; the tail is
    drawn after published traces, not derived.
    """
    rise, fall = between(rng, (0.25, 0.6)), between(rng, (0.9, 1.8))
    tail, share = between(rng, tail_ms), between(rng, tail_share)
    t = time_axis_ms(6.0 * tail + 20.0)
    spike = (t / rise) ** 2 / (1.0 + (t / rise) ** 2) * np.exp(-((t / fall) ** 1.6))
    spike /= spike.max()
    low = (1.0 - np.exp(-((t / (1.6 * fall)) ** 3))) * np.exp(-t / tail)
    return trimmed(spike - share * low)
