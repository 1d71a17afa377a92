"""What is not muscle: mains, heart, pops, machines, telephones, movement of the needle."""

from __future__ import annotations

import numpy as np

from tests.second_simulator import rhythms, shapes
from tests.second_simulator.canvas import Canvas


def _all(canvas: Canvas) -> list[int]:
    return list(range(canvas.at.n_channels))


def mains(canvas: Canvas, amplitude_uv: float, base_hz: float, harmonics: int) -> None:
    """A comb of harmonics, phase-locked, with 0.02 % drift of the base (S49, K)."""
    rng, n = canvas.rng, canvas.raw.shape[1]
    t = np.arange(n) / canvas.at.fs
    drifting = base_hz * (t + 2e-4 * np.sin(2 * np.pi * 0.05 * t) / (2 * np.pi * 0.05))
    for channel in _all(canvas):
        for k in range(1, harmonics + 1):
            size = amplitude_uv * rng.uniform(0.5, 1.0) / k if k > 1 else amplitude_uv
            canvas.raw[channel] += size * np.sin(2 * np.pi * k * drifting + rng.uniform(0, 6.28))


def mains_spikes(canvas: Canvas, amplitude_uv: float, base_hz: float) -> None:
    """Narrow spikes at twice the mains frequency, as of a dimmer (K)."""
    times = np.arange(0.003, canvas.at.seconds, 0.5 / base_hz)
    canvas.add_raw(shapes.pulse(0.25, amplitude_uv, True), times, _all(canvas))


def heart(canvas: Canvas, amplitude_uv: float) -> None:
    """60-100 beats a minute, CV 0.02-0.1 with breath, in all channels at once (K)."""
    rng = canvas.rng
    wave = shapes.heart_wave(rng, amplitude_uv)
    span = (0.0, canvas.at.seconds)
    times = rhythms.regular(rng, span, rng.uniform(1.0, 1.65), rng.uniform(0.02, 0.06), 0.1)
    for channel in _all(canvas):
        canvas.add_raw(wave.scaled(rng.uniform(0.6, 1.0)), times, [channel])


def pacemaker(canvas: Canvas, amplitude_uv: float) -> None:
    """Pulses < 2 ms, exactly once a second or so, CV < 0.02 (K)."""
    rng = canvas.rng
    rate = rng.uniform(1.0, 1.4)
    times = np.arange(0.2, canvas.at.seconds, 1 / rate)
    times = times + 1e-3 * rng.standard_normal(times.size)
    canvas.add_raw(shapes.pulse(0.6, amplitude_uv, False, 2.5), times, _all(canvas))


def pops(canvas: Canvas, per_min: float, amplitude_uv: tuple[float, float]) -> None:
    """Steps with a one-sided decay at random times, each of its own size and decay (K)."""
    rng = canvas.rng
    for time in rhythms.random(rng, (0.3, canvas.at.seconds - 0.3), per_min / 60.0):
        size = float(np.exp(rng.uniform(*np.log(amplitude_uv))))
        channel = int(rng.integers(canvas.at.n_channels))
        canvas.add_raw(shapes.pop(rng, size), np.array([time]), [channel])


def stimulator(canvas: Canvas, rate_hz: float, amplitude_uv: float) -> None:
    """TENS or another machine: pulses < 1 ms with an exact period (CV < 0.005)."""
    times = np.arange(0.1, canvas.at.seconds, 1 / rate_hz)
    canvas.add_raw(shapes.pulse(0.3, amplitude_uv, True, 0.8), times, _all(canvas))


def phone(canvas: Canvas, amplitude_uv: float) -> None:
    """GSM: groups of 0.3-1.5 s of pulses at 217 Hz (K)."""
    rng = canvas.rng
    pulse = shapes.pulse(0.55, amplitude_uv, False)
    for start in rhythms.random(rng, (1.0, canvas.at.seconds - 2.0), 0.3, 1.5):
        times = np.arange(start, start + rng.uniform(0.3, 1.5), 1 / 216.68)
        sizes = rng.uniform(0.7, 1.1) * np.ones(times.size)
        canvas.add_raw(pulse, times, _all(canvas), sizes)


def movement(canvas: Canvas, start_s: float, length_s: float, crackle: bool, channel: int) -> None:
    """A slow swing up to a millivolt, and the insertional burst that goes on 0.3-0.5 s (S7)."""
    rng, fs = canvas.rng, canvas.at.fs
    stop = min(start_s + length_s, canvas.at.seconds)
    t = np.arange(round(start_s * fs), round(stop * fs)) / fs
    window = np.sin(np.pi * (t - start_s) / length_s) ** 2
    swing = sum(
        rng.uniform(100, 600) * np.sin(2 * np.pi * rng.uniform(2, 18) * t + rng.uniform(0, 6.28))
        for _ in range(4)
    )
    canvas.raw[channel, round(start_s * fs) : round(start_s * fs) + t.size] += window * swing
    end = stop
    if crackle:
        end = min(stop + rng.uniform(0.3, 0.5), canvas.at.seconds)
        _crackle(canvas, start_s, end, channel)
    kind = "insertional" if crackle else "artefact"
    canvas.stretch(kind, start_s, end, channel, "movement")


def _crackle(canvas: Canvas, start_s: float, stop_s: float, channel: int) -> None:
    """Injured fibres: many single spikes of 50-500 uV, all different, thinning out (S6, K)."""
    rng = canvas.rng
    for _ in range(round(90 * (stop_s - start_s))):
        time = start_s + (stop_s - start_s) * rng.beta(1.0, 1.5)
        size = float(np.exp(rng.uniform(np.log(50.0), np.log(400.0))))
        if rng.random() < 0.6:
            shape = shapes.fibrillation(rng, size, rng.uniform(1, 4), rng.random() < 0.5)
        else:
            shape = shapes.positive_sharp_wave(rng, size, rng.uniform(5, 14))
        canvas.add_raw(shape, np.array([time]), [channel])
