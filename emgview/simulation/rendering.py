"""Puts potentials into a signal and tells where they came to lie."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass

import numpy as np
from numpy.typing import NDArray

from emgview.simulation.part import Hum, Volley
from emgview.simulation.scenario import Chain
from emgview.simulation.wave import MASTER_HZ, Shape, measure, mixed, sampled, through_chain

Array = NDArray[np.float64]

_STEPS = 16  # places between two samples at which a potential can start
_TRIM = 0.001
_HUM_BLOCK = 200_000
_FADE_S = 0.05


@dataclass(frozen=True, slots=True)
class Placed:
    """One discharge on the recording's clock: its row of samples starts at ``start``."""

    event: int
    start: int
    shape: Shape
    scale: float


class _Wave:
    """A chained wave, sampled on demand at each place between two samples."""

    def __init__(self, wave: Array, fs: float, chain: Chain) -> None:
        self._fs, self._chain = fs, chain
        chained = through_chain(wave, chain, fs)
        inside = np.flatnonzero(np.abs(chained) > _TRIM * np.abs(chained).max())
        first = max(int(inside[0]) - 1, 0)
        self._values = chained[first : int(inside[-1]) + 2]
        self._values[0] = self._values[-1] = 0.0
        room = (chained.shape[-1] - wave.shape[-1]) // 2
        self._lead_s = (room - first) / MASTER_HZ
        self._rows: dict[int, tuple[NDArray[np.float32], Shape]] = {}

    def at(self, time_s: float) -> tuple[int, NDArray[np.float32], Shape]:
        """First sample, row of samples and measures of a discharge at that time."""
        place = round((time_s - self._lead_s) * self._fs * _STEPS)
        start = -(-place // _STEPS)
        part = start * _STEPS - place
        if part not in self._rows:
            row = sampled(self._values, self._fs, part / _STEPS)
            self._rows[part] = row.astype(np.float32), measure(row, self._chain)
        return start, *self._rows[part]


def render(
    volley: Volley, signal: NDArray[np.float32], fs: float, chain: Chain
) -> Iterator[Placed]:
    """Add all discharges of a volley to the signal; gives their places as it goes.

    A potential that reaches over an end of the signal is cut there. Nothing happens until the
    result is iterated.
    """
    for event, (time_s, wave) in enumerate(_waves(volley, fs, chain)):
        start, row, shape = wave.at(time_s)
        scale = float(volley.scales[event])
        _add(signal, start, row, scale)
        yield Placed(event, start, shape, scale)


def _waves(volley: Volley, fs: float, chain: Chain) -> Iterator[tuple[float, _Wave]]:
    """Time and wave of each discharge; a stable unit has one wave for all."""
    if volley.which is not None:
        stock = {int(n): _Wave(volley.waves[n], fs, chain) for n in np.unique(volley.which)}
        rows = (stock[int(n)] for n in volley.which)
        yield from zip(map(float, volley.times_s), rows, strict=True)
        return
    if volley.shifts_s is None or volley.gates is None:
        if len(volley.times_s):
            wave = _Wave(volley.waves.sum(axis=0), fs, chain)
            yield from ((float(time_s), wave) for time_s in volley.times_s)
        return
    for i, time_s in enumerate(volley.times_s):
        summed = mixed(volley.waves, volley.shifts_s[i], volley.gates[i])
        yield float(time_s), _Wave(summed, fs, chain)


def _add(signal: NDArray[np.float32], start: int, row: NDArray[np.float32], scale: float) -> None:
    first, stop = max(start, 0), min(start + len(row), len(signal))
    if first < stop:
        signal[first:stop] += scale * row[first - start : stop - start]


def add_hum(hum: Hum, signal: NDArray[np.float32], fs: float) -> None:
    """Add a continuous signal within its stretch, faded in and out."""
    start, stop = round(hum.span[0] * fs), min(round(hum.span[1] * fs), len(signal))
    for first in range(start, stop, _HUM_BLOCK):
        times = np.arange(first, min(first + _HUM_BLOCK, stop)) / fs
        fade = np.minimum(times - hum.span[0], hum.span[1] - times) / _FADE_S
        values = hum.signal(times) * np.clip(fade, 0.0, 1.0)
        signal[first : first + len(times)] += values.astype(np.float32)
