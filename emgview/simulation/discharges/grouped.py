"""Grouped discharges of one unit: myokymic, facial myokymic, multiplets."""

from __future__ import annotations

import numpy as np
from numpy.typing import NDArray

from emgview.simulation import firing
from emgview.simulation.part import Part, Setting, shown_from, volley
from emgview.simulation.rhythm import Range, between, between_log
from emgview.simulation.shapes import unit_stock

Array = NDArray[np.float64]


def grouped(setting: Setting) -> Part:
    """Bursts of one unit with silence between them; each burst is a train.

    ``beat`` 1: bursts about a beat (myokymic discharge: Gutmann 1991, Muscle Nerve 14:1043; facial:
    Wasserstrom & Starr 1977, Arch Neurol 34:576). ``beat`` 0: at irregular times, and the gaps
    widen within the burst (multiplets: Maddison et al. 2006, Clin Neurophysiol 117:2118; Kleine et
    al. 2008, Muscle Nerve 37:269).
    """
    part, volleys = setting.component, []
    for rng in setting.rng.spawn(int(part.number("units"))):
        stock = unit_stock(setting, rng)
        own = volley(part.text("activity"), stock[0], _bursts(setting, rng), rng, spread=0.03)
        volleys.append(shown_from(stock, own, rng) if len(stock) > 1 else own)
    return Part(tuple(volleys))


def _bursts(setting: Setting, rng: np.random.Generator) -> list[Array]:
    part = setting.component
    rate, cv = between_log(rng, part.range("burst_hz")), between(rng, part.range("burst_cv"))
    if part.number("beat"):
        starts = firing.beats(rng, setting.span, rate, cv)
    else:
        starts = firing.scattered(rng, setting.span, rate, cv, 0.15)
    inside, usual = between_log(rng, part.range("inside_hz")), _usual_count(setting, rng)
    found = []
    for start, stop in zip(starts, [*starts[1:], np.inf], strict=True):
        count = _count(rng, usual, part.range("spikes"))
        times = firing.burst(rng, count, inside, 0.08, between(rng, part.range("widening")))
        times = start + times
        # A burst leaves a silence before the next: at least a third of the interval.
        found.append(times[(times < start + 0.67 * (stop - start)) & (times < setting.span[1])])
    return found


def _usual_count(setting: Setting, rng: np.random.Generator) -> float:
    return between(rng, setting.component.range("spikes"))


def _count(rng: np.random.Generator, usual: float, limits: Range) -> int:
    """Spikes of one burst: about the unit's own number."""
    drawn = round(usual * (1.0 + 0.15 * float(rng.standard_normal())))
    return int(np.clip(drawn, *limits))
