"""Waves that a component asks for: its parameters, electrode and chain, one unit of it."""

from __future__ import annotations

import numpy as np
from numpy.typing import NDArray

from emgview.simulation import units
from emgview.simulation.part import Setting
from emgview.simulation.rhythm import Range, between, between_log
from emgview.simulation.wave import mixed

Array = NDArray[np.float64]

AWAY_MM = (8.0, 30.0)
ORIGIN_MM = (0.0, 0.2)
_FIBRE_PHASES = (2.0, 3.0)


def motor_unit_waves(setting: Setting, rng: np.random.Generator) -> Array:
    """Waves of one motor unit in microvolt, (n_groups, n), within the component's ranges."""
    part = setting.component
    plan = units.UnitPlan(
        part.range("fibres"),
        part.range("distance_mm"),
        part.range("scatter_mm"),
        part.range("velocity_cv"),
        int(part.number("groups")),
        part.range("diameter_um") if part.has("diameter_um") else None,
        setting.electrode,
        part.number("zone") if part.has("zone") else 1.0,
    )
    wanted = units.Wanted(part.range("duration_ms"), part.range("phases"))
    amplitude = between_log(rng, part.range("amplitude_uv"))
    return units.drawn(lambda: units.motor_unit(rng, plan), wanted, setting.chain, amplitude)


def fibre_wave(
    setting: Setting, rng: np.random.Generator, distance: Range, *, first_positive: bool | None
) -> Array:
    """Wave of one fibre in microvolt, (n,), within the component's ranges."""
    part = setting.component
    wanted = units.Wanted(part.range("duration_ms"), _FIBRE_PHASES, first_positive)

    def make() -> Array:
        return units.single_fibre(
            rng, part.range("velocity_m_s"), distance, part.range("extent"), setting.electrode
        )

    amplitude = between_log(rng, part.range("amplitude_uv"))
    return units.drawn(make, wanted, setting.chain, amplitude)


def unstable_stock(
    rng: np.random.Generator, waves: Array, count: int, jitter_ms: float, blocking: float
) -> Array:
    """Shapes of a unit whose parts jitter and block, (count, n): jiggle.

    The largest part never fails.
    """
    shape = (count, len(waves))
    shifts = np.clip(rng.standard_normal(shape), -3.0, 3.0) * (jitter_ms / 1000.0)
    gates = (rng.random(shape) >= blocking).astype(np.float64)
    gates[:, int(np.ptp(waves, axis=1).argmax())] = 1.0
    made = [mixed(waves, s, g) for s, g in zip(shifts, gates, strict=True)]
    return _of_one_length(made)


def _of_one_length(rows: list[Array]) -> Array:
    """Rows of slightly different room on both sides, their middles in one place."""
    longest = max(len(row) for row in rows)
    stock = np.zeros((len(rows), longest))
    for into, row in zip(stock, rows, strict=True):
        first = (longest - len(row)) // 2
        into[first : first + len(row)] = row
    return stock


def unit_stock(setting: Setting, rng: np.random.Generator, count: int = 24) -> Array:
    """A stock of shapes of one motor unit: one if it is stable, else ``count``."""
    waves, part = motor_unit_waves(setting, rng), setting.component
    if len(waves) == 1:
        return waves
    jitter, blocking = between(rng, part.range("jitter_ms")), between(rng, part.range("blocking"))
    return unstable_stock(rng, waves, count, jitter, blocking)
