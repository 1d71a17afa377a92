"""Signals with known units for the tests of the decomposition, made by hand."""

from __future__ import annotations

from dataclasses import dataclass

import numpy as np
from numpy.typing import NDArray

Float = NDArray[np.float64]


@dataclass(frozen=True, slots=True, eq=False)
class KnownUnit:
    """Times in seconds and the true amplitude and length of a unit."""

    times_s: Float
    amplitude_uv: float


def potential(t_ms: Float, amplitude: float, width: float, notch: float) -> Float:
    """A triphasic potential: a negative spike between two slower positive lobes, and a notch."""
    spike = -np.exp(-0.5 * (t_ms / width) ** 2)
    lobes = 0.45 * np.exp(-0.5 * ((t_ms + 3 * width) / (1.6 * width)) ** 2)
    late = 0.3 * np.exp(-0.5 * ((t_ms - 3.5 * width) / (2.5 * width)) ** 2)
    dent = notch * np.exp(-0.5 * ((t_ms - 1.5) / 0.25) ** 2)
    wave = spike + lobes + late + dent
    return np.asarray(amplitude * wave / np.ptp(wave))


SHAPES = ((900.0, 0.35, 0.0), (600.0, 0.55, 0.5), (400.0, 0.3, -0.3), (750.0, 0.45, 0.25))
RATES_HZ = (8.0, 9.5, 10.5, 11.5)


def contraction(
    n_units: int, fs: float, seconds: float = 10.0, noise: float = 6.0, seed: int = 1
) -> tuple[Float, list[KnownUnit]]:
    """Units firing with an interval variation of 0.12, in white noise."""
    rng = np.random.default_rng(seed)
    t = np.arange(round(seconds * fs)) / fs
    signal = np.zeros(len(t))
    units = []
    for shape, rate in list(zip(SHAPES, RATES_HZ, strict=True))[:n_units]:
        intervals = np.clip(1 + 0.12 * rng.standard_normal(400), 0.5, 1.5) / rate
        times = 0.05 + rng.random() / rate + np.cumsum(intervals)
        times = times[times < seconds - 0.06]
        for one in times:
            a, b = round((one - 0.01) * fs), round((one + 0.02) * fs)
            signal[a:b] += potential((t[a:b] - one) * 1000, *shape)
        units.append(KnownUnit(times, shape[0]))
    return signal + noise * np.random.default_rng(seed + 1).standard_normal(len(t)), units
