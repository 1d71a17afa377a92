"""Cramp: many units, each irregular, that come in one by one and end in a sputter."""

from __future__ import annotations

import numpy as np
from numpy.typing import NDArray

from emgview.simulation import firing
from emgview.simulation.part import Part, Setting, volley
from emgview.simulation.rhythm import Range, between
from emgview.simulation.shapes import motor_unit_waves

Array = NDArray[np.float64]


def cramp(setting: Setting) -> Part:
    """One cramp for each run; each unit of it is a train.

    Rates, variability and doublets after Minetto et al. 2009, J Neurophysiol 102:1890.
    """
    part = setting.component
    found = firing.runs(setting.rng, setting.span, part.range("run_s"), part.range("pause_s"))
    count, volleys = int(part.number("units")), []
    for number, rng in enumerate(setting.rng.spawn(count)):
        wave = motor_unit_waves(setting, rng).sum(axis=0)
        trains = [_train(setting, rng, run, number / count) for run in found]
        volleys.append(volley("cramp", wave, [t for t in trains if len(t)], rng, spread=0.04))
    return Part(tuple(volleys), stretches=tuple(("cramp", run) for run in found))


def _train(setting: Setting, rng: np.random.Generator, run: Range, rank: float) -> Array:
    """Firing of one unit; late ones join during the first third, all sputter at the end."""
    part, length = setting.component, run[1] - run[0]
    own = (run[0] + 0.35 * rank * length, run[1] - between(rng, (0.0, 0.15)) * length)
    rate, cv = between(rng, part.range("rate_hz")), between(rng, part.range("cv"))
    times = firing.scattered(rng, own, rate, cv, 0.012)
    end = run[0] + (1.0 - part.number("sputter")) * length
    times = times[(times < end) | (np.sin(2.0 * np.pi * times * 1.7 + 6.0 * rank) > -0.2)]
    doubled = times[rng.random(len(times)) < part.number("doublet_share")]
    partners = doubled + rng.uniform(0.003, 0.01, len(doubled))
    together = np.sort(np.concatenate([times, partners]))
    kept = np.concatenate([[True], np.diff(together) > 0.0025])[: len(together)]
    return together[kept & (together < run[1])]
