"""Machines near the patient: pulses at exact periods, alone or in groups."""

from __future__ import annotations

import dataclasses

import numpy as np
from numpy.typing import NDArray

from emgview.simulation import firing, rhythm
from emgview.simulation.part import Part, Setting, Volley, channel_gains, volley
from emgview.simulation.rhythm import between, between_log
from emgview.simulation.wave import time_axis_ms

Array = NDArray[np.float64]

_FRAME_S = 0.12 / 26.0  # TDMA frame of a mobile phone: 216.7 of them in a second
_SLOT_MS = 0.577
_IDLE_FRAME = 26  # this one of them stays empty


def pulse(width_ms: float, second_share: float) -> Array:
    """A rectangular pulse of 1 and its opposite of ``second_share``, at the master rate."""
    t = time_axis_ms(2.0 * width_ms + 0.2)
    up, down = (t < width_ms).astype(float), ((t >= width_ms) & (t < 2.0 * width_ms)).astype(float)
    return np.asarray(up - second_share * down)


def _sized(setting: Setting, wave: Array) -> Array:
    size = between_log(setting.rng, setting.component.range("amplitude_uv"))
    return wave * (size / float(np.ptp(wave)))


def pacemaker(setting: Setting) -> Part:
    """Cardiac pacemaker: a spike at a nearly exact rate, and the broad beat that it brings."""
    part, rng = setting.component, setting.rng
    spike = _sized(
        setting, pulse(between(rng, part.range("width_ms")), part.number("second_share"))
    )
    rate, cv = between(rng, part.range("rate_hz")), between(rng, part.range("cv"))
    times = firing.beats(rng, setting.span, rate, cv)
    own = volley("art_ecg", spike, [times], rng, spread=0.01)
    late = times + between(rng, part.range("delay_ms")) / 1000.0
    beat = volley("art_ecg", _broad_beat(setting), [late[late < setting.span[1]]], rng, spread=0.03)
    gains = channel_gains(setting, "channel_gain")
    both = tuple(dataclasses.replace(one, gains=gains) for one in (own, beat))
    return Part(both)


def _broad_beat(setting: Setting) -> Array:
    part, rng = setting.component, setting.rng
    width = between(rng, part.range("beat_ms"))
    t = time_axis_ms(1.6 * width)
    wave = np.exp(-(((t / width - 0.55) / 0.16) ** 2)) - 0.5 * np.exp(
        -(((t / width - 0.95) / 0.2) ** 2)
    )
    size = between_log(rng, part.range("beat_uv"))
    return np.asarray(wave * (size / float(np.ptp(wave))))


def phone(setting: Setting) -> Part:
    """Mobile phone: its frames of 217 Hz, each a short pulse, while it talks to the network."""
    part, rng = setting.component, setting.rng
    wave = _sized(setting, pulse(_SLOT_MS, 0.3))
    trains = []
    for start, stop in firing.runs(rng, setting.span, part.range("run_s"), part.range("pause_s")):
        frames = np.arange(int((stop - start) / _FRAME_S))
        sent = frames[frames % _IDLE_FRAME != _IDLE_FRAME - 1]
        trains.append(start + sent * _FRAME_S)
    return _machine(setting, wave, trains)


def infusion_pump(setting: Setting) -> Part:
    """Infusion pump: groups of motor pulses, both at exact periods."""
    part, rng = setting.component, setting.rng
    wave = _sized(setting, pulse(between(rng, part.range("width_ms")), 0.8))
    starts = rhythm.exact_times(rng, setting.span, between(rng, part.range("period_s")))
    steps = np.arange(round(between(rng, part.range("steps")))) / between(
        rng, part.range("inside_hz")
    )
    groups = [start + steps for start in starts]
    return _machine(setting, wave, [g[g < setting.span[1]] for g in groups])


def _machine(setting: Setting, wave: Array, trains: list[Array]) -> Part:
    found = [train for train in trains if len(train)]
    own: Volley = volley("art_stim", wave, found, setting.rng)
    return Part((dataclasses.replace(own, gains=channel_gains(setting, "channel_gain")),))
