"""What does not come from the muscle: each function gives the part that one component makes."""

from __future__ import annotations

import dataclasses

import numpy as np
from numpy.typing import NDArray

from emgview.simulation import rhythm
from emgview.simulation.part import Hum, Part, Setting, channel_gains, volley
from emgview.simulation.rhythm import between, between_log
from emgview.simulation.wave import MASTER_HZ, time_axis_ms

Array = NDArray[np.float64]

_CLICKS_HZ = 250.0


def mains(setting: Setting) -> Part:
    """Mains: a comb of harmonics with slowly changing size and nearly fixed frequency."""
    part, rng = setting.component, setting.rng
    base = part.number("hz")
    shares = np.array(part.numbers("harmonics"))
    turns = rng.uniform(0.0, 2.0 * np.pi, len(shares))
    peak = between_log(rng, part.range("amplitude_uv"))
    detune, swing = between(rng, (-0.02, 0.02)), between(rng, (8.0, 20.0))

    def signal(times_s: Array) -> Array:
        phase = 2.0 * np.pi * (base + detune) * times_s
        size = peak * (1.0 + 0.1 * np.sin(2.0 * np.pi * times_s / swing))
        comb = np.zeros_like(times_s)
        for number, (share, turn) in enumerate(zip(shares, turns, strict=True), start=1):
            if share:
                comb += share * np.sin(number * phase + turn)
        return np.asarray(size * comb)

    return Part(hums=(Hum(setting.span, signal),), stretches=(("art_mains", setting.span),))


def movement(setting: Setting) -> Part:
    """Movement of needle or cable: large slow swings with some crackle."""
    part, rng = setting.component, setting.rng
    volleys, stretches = [], []
    times = rhythm.random_times(rng, setting.span, part.number("rate_hz"), 2.0)
    for start, child in zip(times, rng.spawn(len(times)), strict=True):
        wave = _movement_wave(setting, child)
        stop = float(start) + wave.shape[0] / MASTER_HZ
        volleys.append(volley("art_move", wave, [np.array([start])], child, listed=False))
        stretches.append(("art_move", (float(start), stop)))
    return Part(tuple(volleys), stretches=tuple(stretches))


def _movement_wave(setting: Setting, rng: np.random.Generator) -> Array:
    part = setting.component
    length_ms = between(rng, part.range("duration_ms"))
    t = time_axis_ms(length_ms)
    slow = np.zeros_like(t)
    for _ in range(int(rng.integers(2, 5))):
        centre, width = between(rng, (0.25, 0.75)), between(rng, (0.05, 0.14))
        sign = 1.0 if rng.random() < 0.5 else -1.0
        slow += sign * between(rng, (0.4, 1.0)) * np.exp(-(((t / length_ms - centre) / width) ** 2))
    window = np.sin(np.pi * t / length_ms) ** 2
    slow = slow / float(np.abs(slow * window).max()) + _crackle(rng, len(t))
    return np.asarray(slow * window * between_log(rng, part.range("amplitude_uv")))


def _crackle(rng: np.random.Generator, length: int) -> Array:
    """Scratches: short decaying clicks of either sign, small against the swing that bears them."""
    clicks = rng.standard_normal(length) * (rng.random(length) < _CLICKS_HZ / MASTER_HZ)
    decay = np.exp(-np.arange(100) / (0.0002 * MASTER_HZ))
    return np.asarray(0.05 * np.convolve(clicks, decay)[:length])


def pops(setting: Setting) -> Part:
    """Electrode pops: a step and its decay, at random, of any size and either sign."""
    part, rng = setting.component, setting.rng
    decay = between_log(rng, part.range("decay_ms"))
    t = time_axis_ms(min(8.0 * decay, 300.0))
    wave = (1.0 - np.exp(-t / 0.04)) * np.exp(-t / decay)
    times = rhythm.random_times(rng, setting.span, part.number("rate_hz"), 0.05)
    low, high = np.log(part.range("amplitude_uv"))
    sizes = np.exp(rng.uniform(low, high, len(times)))
    sizes *= np.where(rng.random(len(times)) < part.number("positive_share"), 1.0, -1.0)
    single = volley("art_pop", wave, [times], rng)
    alone = dataclasses.replace(single, scales=sizes, trains=np.full(len(times), -1))
    return Part((alone,))


def heart(setting: Setting) -> Part:
    """Electrocardiogram in a muscle near the heart: the same wave at the pulse."""
    part, rng = setting.component, setting.rng
    width = between(rng, part.range("duration_ms"))
    t = time_axis_ms(3.0 * width)
    wave = np.zeros_like(t)
    for place, share, part_width in ((0.8, -0.15, 0.10), (1.2, 1.0, 0.13), (1.55, -0.4, 0.14)):
        wave += share * np.exp(-(((t / width - place) / part_width) ** 2))
    wave *= between_log(rng, part.range("amplitude_uv")) / (wave.max() - wave.min())
    wave *= -1.0 if rng.random() < part.number("negative_share") else 1.0
    rate = between(rng, part.range("rate_hz"))
    times = rhythm.heart_beats(rng, setting.span, rate, part.number("cv"))
    beat = volley("art_ecg", wave, [times], rng, spread=0.03)
    return Part((dataclasses.replace(beat, gains=channel_gains(setting, "channel_gain")),))


def machine(setting: Setting) -> Part:
    """Stimulator or other machine: short pulses at an exact period."""
    part, rng = setting.component, setting.rng
    width = between(rng, part.range("width_ms"))
    t = time_axis_ms(2.0 * width + 0.2)
    up, down = (t < width).astype(float), ((t >= width) & (t < 2.0 * width)).astype(float)
    wave = up - part.number("second_share") * down
    wave *= between_log(rng, part.range("amplitude_uv")) / (wave.max() - wave.min())
    times = rhythm.exact_times(rng, setting.span, 1.0 / between(rng, part.range("rate_hz")))
    return Part((volley("art_stim", wave, [times], rng),))


def gap(setting: Setting) -> Part:
    """Lost samples."""
    return Part(lost=(setting.span,))
