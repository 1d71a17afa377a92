"""Room, cable and electrode: spikes of the mains, swinging cables, static, drift."""

from __future__ import annotations

import dataclasses

import numpy as np
from numpy.typing import NDArray

from emgview.simulation import rhythm
from emgview.simulation.part import Hum, Part, Setting, volley
from emgview.simulation.rhythm import between, between_log
from emgview.simulation.wave import MASTER_HZ, time_axis_ms

Array = NDArray[np.float64]


def mains_spikes(setting: Setting) -> Part:
    """Dimmers and rectifiers: a short ringing spike at each half-wave, 100 or 120 a second."""
    part, rng = setting.component, setting.rng
    ring, decay = between(rng, part.range("ring_hz")), between(rng, part.range("decay_ms"))
    t = time_axis_ms(8.0 * decay)
    wave = np.sin(2.0 * np.pi * ring * t / 1000.0) * np.exp(-t / decay)
    wave *= between_log(rng, part.range("amplitude_uv")) / float(np.ptp(wave))
    times = rhythm.exact_times(rng, setting.span, 0.5 / part.number("hz"))
    return Part(
        (volley("art_mains", wave, [times], rng, spread=0.02),),
        stretches=(("art_mains", setting.span),),
    )


def cable(setting: Setting) -> Part:
    """A cable that swings: slow dying waves, none like the other, with the knock that began it."""
    part, volleys, stretches = setting.component, [], []
    times = rhythm.random_times(setting.rng, setting.span, part.number("rate_hz"), 1.0)
    for start, rng in zip(times, setting.rng.spawn(len(times)), strict=True):
        length, swing = (
            between(rng, part.range("duration_ms")),
            between(rng, part.range("swing_hz")),
        )
        t = time_axis_ms(length)
        wave = np.sin(2.0 * np.pi * swing * t / 1000.0) * np.exp(-3.0 * t / length)
        wave += 0.3 * rng.standard_normal() * np.exp(-t / 1.5)
        wave *= np.minimum((length - t) / (0.2 * length), 1.0)
        wave *= between_log(rng, part.range("amplitude_uv")) / float(np.ptp(wave))
        one = volley("art_move", wave, [np.array([start])], rng, listed=False)
        volleys.append(one)
        stretches.append(("art_move", (float(start), start + len(wave) / MASTER_HZ)))
    return Part(tuple(volleys), stretches=tuple(stretches))


def static(setting: Setting) -> Part:
    """Static discharges: crackling groups of small pops."""
    part, rng = setting.component, setting.rng
    decay = between_log(rng, part.range("decay_ms"))
    t = time_axis_ms(8.0 * decay)
    wave = (1.0 - np.exp(-t / 0.03)) * np.exp(-t / decay)
    starts = rhythm.random_times(rng, setting.span, part.number("rate_hz"), 0.3)
    low, high = part.range("pops")
    counts = rng.integers(int(low), int(high) + 1, len(starts))
    groups = [
        start + np.sort(rng.exponential(0.08, count))
        for start, count in zip(starts, counts, strict=True)
    ]
    times = np.concatenate([*groups, np.empty(0)])
    times = np.sort(times[times < setting.span[1]])
    low, high = np.log(part.range("amplitude_uv"))
    sizes = np.exp(rng.uniform(low, high, len(times))) * rng.choice([-1.0, 1.0], len(times))
    alone = np.full(len(times), -1)
    single = volley("art_pop", wave, [times], rng)
    return Part((dataclasses.replace(single, scales=sizes, trains=alone),))


def drift(setting: Setting) -> Part:
    """Slow wandering of the baseline as the amplifier passes it: sweat, a drying electrode."""
    part, rng = setting.component, setting.rng
    count = int(part.number("waves"))
    hz = rng.uniform(*part.range("swing_hz"), count)
    turns, shares = rng.uniform(0.0, 2.0 * np.pi, count), rng.uniform(0.4, 1.0, count)
    size = between_log(rng, part.range("amplitude_uv")) / float(shares.sum())

    def signal(times_s: Array) -> Array:
        angles = 2.0 * np.pi * np.multiply.outer(times_s, hz) + turns
        return np.asarray(size * (np.sin(angles) @ shares))

    return Part(hums=(Hum(setting.span, signal),), stretches=(("art_move", setting.span),))
