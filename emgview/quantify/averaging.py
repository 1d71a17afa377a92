"""Averaged potentials of all units of a stretch, from the signal as it was recorded.

Each unit's average is taken over its discharges with all other units taken off, several times over,
so that superpositions neither bend the averages nor have to be left out.
"""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass

import numpy as np
from numpy.typing import NDArray

from emgview.quantify.clusters import shifted, windows_at
from emgview.quantify.marking import Window

Float = NDArray[np.float64]

_PHASES = 8
_SPREAD = 1.4826


@dataclass(frozen=True, slots=True, eq=False)
class Average:
    """Averaged potential of one unit.

    Parameters
    ----------
    samples : ndarray, (n,) µV
        As recorded: the baseline is not taken off.
    fs : float
        Samples per second.
    anchor : int
        Sample at which the discharges are placed.
    baseline_uv, noise_uv : float
        Level of the ends; standard deviation of the noise that is left.
    n : int
        Discharges averaged.
    """

    samples: Float
    fs: float
    anchor: int
    baseline_uv: float
    noise_uv: float
    n: int


@dataclass(frozen=True, slots=True, eq=False)
class UnitWaves:
    """One unit's average and its single discharges, other units taken off, (n, n_samples)."""

    average: Average
    singles: Float


def averages(
    signal: Float, fs: float, trains: Sequence[Float], p: Window
) -> tuple[list[UnitWaves], Float]:
    """Average and single discharges of each unit; and what is left of the signal.

    Parameters
    ----------
    signal : ndarray, (n,) µV
    trains : sequence of ndarray
        Places of the discharges, between the samples.
    """
    before, after = round(p.before_ms * fs / 1000), round(p.after_ms * fs / 1000)
    left = signal - float(np.median(signal))
    waves = [np.zeros(before + after + 1) for _ in trains]
    for _ in range(p.rounds):
        for k, places in enumerate(trains):
            change = _middle(windows_at(left, places, before, after), p.trim)
            change = _tapered(change, fs, p)
            waves[k] += change
            _take_off(left, places, change, before)
    found = []
    for k, places in enumerate(trains):
        singles = windows_at(left, places, before, after) + waves[k]
        found.append(UnitWaves(_average(singles, fs, before, p), singles))
    return found, left


def _average(singles: Float, fs: float, before: int, p: Window) -> Average:
    mean = _middle(singles, p.trim)
    ends = max(1, round(p.ends_ms * fs / 1000))
    baseline = float(np.median(np.concatenate((mean[:ends], mean[-ends:]))))
    rest = singles - mean
    spread = _SPREAD * float(np.median(np.abs(rest)))
    n = len(singles)
    return Average(mean, fs, before, baseline, 1.1 * spread / max(n, 1) ** 0.5, n)


def _middle(rows: Float, trim: float) -> Float:
    """Mean of each column without its largest and smallest values."""
    n = len(rows)
    cut = int(trim * n)
    if cut == 0:
        return np.asarray(rows.mean(axis=0))
    return np.asarray(np.partition(rows, (cut, n - cut - 1), axis=0)[cut : n - cut].mean(axis=0))


def _tapered(wave: Float, fs: float, p: Window) -> Float:
    """A wave whose ends are brought to zero: what is taken off makes no steps."""
    ends = max(2, round(p.ends_ms * fs / 1000))
    level = float(np.median(np.concatenate((wave[:ends], wave[-ends:]))))
    out = wave - level
    ramp = 0.5 - 0.5 * np.cos(np.pi * np.arange(ends) / ends)
    out[:ends] *= ramp
    out[-ends:] *= ramp[::-1]
    return out


def _take_off(left: Float, places: Float, wave: Float, before: int) -> None:
    """Subtract a wave at places between the samples, in place."""
    phases = shifted(np.repeat(wave[np.newaxis], _PHASES, 0), -np.arange(_PHASES) / _PHASES)
    n, length = len(left), len(wave)
    for place in places.tolist():
        steps = round(place * _PHASES)
        start = steps // _PHASES - before
        a, b = max(start, 0), min(start + length, n)
        if a < b:
            left[a:b] -= phases[steps % _PHASES, a - start : b - start]
