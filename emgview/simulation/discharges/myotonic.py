"""Myotonic discharges: a fibre whose rate and size both rise and fall."""

from __future__ import annotations

import dataclasses
from dataclasses import dataclass

import numpy as np
from numpy.typing import NDArray

from emgview.simulation import firing, units
from emgview.simulation.part import Part, Setting, volley
from emgview.simulation.rhythm import Range, between, between_log
from emgview.simulation.shapes import AWAY_MM, fibre_wave

Array = NDArray[np.float64]


@dataclass(frozen=True, slots=True)
class _Course:
    """Rate and size over one run: raised cosines up to the top and down again."""

    slow_hz: float
    fast_hz: float
    least: float
    top: float

    def rate_hz(self, share: float) -> float:
        return self.slow_hz + (self.fast_hz - self.slow_hz) * float(self._hill(share))

    def size(self, share: Array) -> Array:
        return np.asarray(self.least + (1.0 - self.least) * self._hill(share))

    def _hill(self, share: float | Array) -> Array:
        x = np.asarray(share, dtype=np.float64)
        up = 0.5 - 0.5 * np.cos(np.pi * x / max(self.top, 1e-9))
        down = 0.5 + 0.5 * np.cos(np.pi * (x - self.top) / (1.0 - self.top))
        return np.asarray(np.where(x < self.top, up, down))


def myotonic(setting: Setting) -> Part:
    """Runs of one fibre, 20 to 80 Hz, waxing and waning in rate and size; each run is a train.

    Pattern: AANEM glossary. Spikes first positive, or positive waves (``wave_share``). ``top`` is
    where in the run the greatest rate lies; 0: it only wanes, which is less specific.
    """
    part, volleys = setting.component, []
    for rng in setting.rng.spawn(int(part.number("units"))):
        wave = _wave(setting, rng)
        trains, sizes = [], []
        for start, stop in firing.runs(
            rng, setting.span, part.range("run_s"), part.range("pause_s")
        ):
            course = _course(setting, rng)
            times = firing.swept(rng, stop - start, course.rate_hz, 0.015)
            trains.append(start + times)
            sizes.append(course.size(times / (stop - start)))
        own = volley("myotonic", wave, trains, rng, spread=0.02)
        grown = own.scales * np.concatenate(sizes) if sizes else own.scales
        volleys.append(dataclasses.replace(own, scales=grown))
    return Part(tuple(volleys))


def _course(setting: Setting, rng: np.random.Generator) -> _Course:
    part = setting.component
    slow, fast = between(rng, part.range("slow_hz")), between(rng, part.range("fast_hz"))
    return _Course(slow, fast, between(rng, part.range("least")), between(rng, part.range("top")))


def _wave(setting: Setting, rng: np.random.Generator) -> Array:
    part = setting.component
    if rng.random() >= part.number("wave_share"):
        return fibre_wave(setting, rng, AWAY_MM, first_positive=True)
    wanted = units.Wanted(part.range("wave_ms"), (2.0, 2.0), first_positive=True)
    tail: Range = part.range("tail_ms")
    return units.drawn(
        lambda: units.sharp_wave(rng, tail, (0.12, 0.3)),
        wanted,
        setting.chain,
        between_log(rng, part.range("amplitude_uv")),
    )
