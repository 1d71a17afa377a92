"""Double fasciculation potentials: the same unit twice, or two units one after the other."""

from __future__ import annotations

import numpy as np

from emgview.simulation import rhythm
from emgview.simulation.part import Part, Setting, Volley, volley
from emgview.simulation.rhythm import between, between_log
from emgview.simulation.shapes import motor_unit_waves


def doubles(setting: Setting) -> Part:
    """Pairs of discharges at a narrow interval; each pair is a train.

    The interval of a unit lies in one of two bands, a short one and that of the F-wave (Kleine et
    al. 2012, Clin Neurophysiol 123:399). ``other_unit`` 1: the second is another unit's.
    """
    part, volleys = setting.component, list[Volley]()
    for rng in setting.rng.spawn(int(part.number("units"))):
        first = motor_unit_waves(setting, rng).sum(axis=0)
        rate = between_log(rng, part.range("rate_hz"))
        times = rhythm.random_times(rng, setting.span, rate, part.number("dead_s"))
        band = "late_ms" if rng.random() < part.number("late_share") else "early_ms"
        delay = between(rng, part.range(band)) / 1000.0
        later = times + delay * (1.0 + 0.04 * rng.standard_normal(len(times)))
        if part.number("other_unit"):
            second = motor_unit_waves(setting, rng).sum(axis=0)
            volleys.append(volley("fp_double", first, [times], rng, spread=0.03))
            volleys.append(volley("fp_double", second, [later], rng, spread=0.03))
            continue
        pairs = [pair[pair < setting.span[1]] for pair in np.stack([times, later], axis=1)]
        volleys.append(volley("fp_double", first, pairs, rng, spread=0.03))
    return Part(tuple(volleys))
