"""Facial activity over two channels: synchronous bursts, and synkinesis."""

from __future__ import annotations

import dataclasses

import numpy as np
from numpy.typing import NDArray

from emgview.simulation import firing
from emgview.simulation.part import Part, Setting, Volley, volley
from emgview.simulation.rhythm import between
from emgview.simulation.shapes import motor_unit_waves

Array = NDArray[np.float64]

_UPPER, _LOWER = 0, 1


def hemifacial_spasm(setting: Setting) -> Part:
    """Brief, very fast bursts at irregular times, together in upper and lower face.

    Bursts of 150 to 400 Hz; lateral spread at a fixed latency (Misawa et al. 2006, JNNP 77:216).
    Each burst is a train.
    """
    part, rng = setting.component, setting.rng
    rate = between(rng, part.range("burst_hz"))
    starts = firing.scattered(rng, setting.span, rate, part.number("burst_cv"), 0.12)
    lengths = rng.uniform(*part.range("burst_s"), len(starts))
    volleys = []
    for channel in (_UPPER, _LOWER):
        for child in rng.spawn(int(part.number("units"))):
            late = between(child, part.range("spread_ms")) / 1000.0 * channel
            trains = [
                _burst(setting, child, start + late, length)
                for start, length in zip(starts, lengths, strict=True)
            ]
            volleys.append(_in_channel(setting, child, "hfs", trains, channel))
    return Part(tuple(volleys))


def _burst(setting: Setting, rng: np.random.Generator, start: float, length_s: float) -> Array:
    rate = between(rng, setting.component.range("inside_hz"))
    own = length_s * between(rng, (0.6, 1.0))
    times = start + firing.burst(rng, max(round(own * rate), 3), rate, 0.08, 1.1)
    return times[times < setting.span[1]]


def synkinesis(setting: Setting) -> Part:
    """Blinks in the upper face that drive units of the lower face at a fixed latency.

    Willed or reflex activity of one branch leads to that of another after regrowth of the facial
    nerve (Valls-Sole 2007, Muscle Nerve 36:14). The driving units are listed as voluntary ones.
    """
    part, rng = setting.component, setting.rng
    rate = between(rng, part.range("act_hz"))
    starts = firing.scattered(rng, setting.span, rate, part.number("act_cv"), 0.8)
    lengths = rng.uniform(*part.range("act_s"), len(starts))
    latency = between(rng, part.range("latency_ms")) / 1000.0
    volleys = []
    for channel, activity in ((_UPPER, "mup_normal"), (_LOWER, "synkinesis")):
        for child in rng.spawn(int(part.number("units"))):
            trains = [
                _act(setting, child, start + latency * channel, length)
                for start, length in zip(starts, lengths, strict=True)
            ]
            volleys.append(_in_channel(setting, child, activity, trains, channel))
    return Part(tuple(volleys))


def _act(setting: Setting, rng: np.random.Generator, start: float, length_s: float) -> Array:
    """A unit in one blink or smile: quick first, then slower."""
    rate = between(rng, setting.component.range("inside_hz"))
    first = start + abs(float(rng.standard_normal())) * 0.003
    times = first + firing.burst(rng, max(round(length_s * rate), 1), rate, 0.12, 1.4)
    return times[times < setting.span[1]]


def _in_channel(
    setting: Setting, rng: np.random.Generator, activity: str, trains: list[Array], channel: int
) -> Volley:
    part = setting.component
    parameters = dict(part.parameters)
    if channel == _LOWER:  # the lower face may have units of another kind
        own = {name[6:]: value for name, value in parameters.items() if name.startswith("lower_")}
        part = dataclasses.replace(part, parameters=tuple((parameters | own).items()))
    wave = motor_unit_waves(dataclasses.replace(setting, component=part), rng).sum(axis=0)
    made = volley(activity, wave, [t for t in trains if len(t)], rng, spread=0.03)
    return dataclasses.replace(made, channel=channel)
