"""Neuromyotonic discharges: very fast runs of one unit that wane and stop at once."""

from __future__ import annotations

import dataclasses
from functools import partial

import numpy as np

from emgview.simulation import firing
from emgview.simulation.part import Part, Setting, volley
from emgview.simulation.rhythm import between, between_log
from emgview.simulation.shapes import motor_unit_waves


def neuromyotonic(setting: Setting) -> Part:
    """Runs at 150 to 300 Hz with abrupt ends; gaps lengthen a little, the amplitude falls.

    Pattern: Maddison et al. 2006, Clin Neurophysiol 117:2118; AANEM glossary. Each run is a train.
    """
    part, volleys = setting.component, []
    for rng in setting.rng.spawn(int(part.number("units"))):
        wave = motor_unit_waves(setting, rng).sum(axis=0)
        trains, sizes = [], []
        for start, stop in firing.runs(
            rng, setting.span, part.range("run_s"), part.range("pause_s")
        ):
            rate, slower = between_log(rng, part.range("rate_hz")), between(rng, part.range("fall"))
            left = between(rng, part.range("decrement"))
            times = firing.swept(rng, stop - start, partial(_slowing, rate, slower), 0.02)
            trains.append(start + times)
            sizes.append(left ** (times / (stop - start)))
        own = volley("neuromyotonic", wave, trains, rng, spread=0.02)
        falling = own.scales * np.concatenate(sizes) if sizes else own.scales
        volleys.append(dataclasses.replace(own, scales=falling))
    return Part(tuple(volleys))


def _slowing(rate_hz: float, left: float, share: float) -> float:
    """Rate after a share of the run; ``left`` of it at the end."""
    return rate_hz * (1.0 - (1.0 - left) * share)
