"""Measures of one averaged potential between given markers: pure, so that a moved marker counts.

Terms of Stalberg et al. 1986 (J Clin Neurophysiol 3:313): amplitude peak to peak; area of the
rectified potential; thickness = area over amplitude (Nandedkar et al. 1988); size index =
2 log10(amplitude in mV) + thickness in ms (Sonoo & Stalberg 1993). Phases are lobes between
crossings of the baseline; turns are changes of direction; what is too small counts for neither.
"""

from __future__ import annotations

from dataclasses import dataclass

import numpy as np
from numpy.typing import NDArray

from emgview.quantify.averaging import Average
from emgview.quantify.markers import Markers
from emgview.quantify.marking import Marking, MeasureLimits, default_marking

Float = NDArray[np.float64]


@dataclass(frozen=True, slots=True)
class SatelliteMeasures:
    """One satellite: begin after the end of the main potential, length, peak to peak."""

    after_ms: float
    duration_ms: float
    amplitude_uv: float


@dataclass(frozen=True, slots=True)
class Measures:
    """Measures of a motor unit potential.

    Parameters
    ----------
    amplitude_uv : float
        Peak to peak between the markers.
    peak_uv : float
        Largest deflection, signed.
    duration_ms : float
        Between the markers; satellites do not count.
    area_uv_ms, thickness_ms, size_index : float
    phases, turns : int
    rise_ms : float
        Time between the two turns of the largest flank.
    first_deflection : str
        ``positive``, ``negative`` or ``unclear``.
    satellites : tuple of SatelliteMeasures
    """

    amplitude_uv: float
    peak_uv: float
    duration_ms: float
    area_uv_ms: float
    thickness_ms: float
    size_index: float
    phases: int
    turns: int
    rise_ms: float
    first_deflection: str
    satellites: tuple[SatelliteMeasures, ...]


def measure(average: Average, markers: Markers, p: Marking | None = None) -> Measures:
    """Measures of the part of an average between its markers."""
    p = p or default_marking()
    wave, fs, origin = _fine(average, p.measure.rate_hz)
    wave = wave - markers.baseline_uv
    inside = _between(wave, fs, origin, markers.onset_ms, markers.offset_ms)
    amplitude = float(max(inside.max(), 0.0) - min(inside.min(), 0.0))  # a lobe from its baseline
    area = float(np.abs(inside).sum() * 1000 / fs)
    thickness = area / amplitude if amplitude > 0 else 0.0
    lobes = _lobes(inside, _phase_level(amplitude, average.noise_uv, p.measure))
    swing = max(p.measure.turn_uv, p.measure.turn_noise * average.noise_uv)
    return Measures(
        amplitude_uv=amplitude,
        peak_uv=float(inside[np.abs(inside).argmax()]),
        duration_ms=markers.offset_ms - markers.onset_ms,
        area_uv_ms=area,
        thickness_ms=thickness,
        size_index=2 * float(np.log10(max(amplitude, 1e-3) / 1000)) + thickness,
        phases=max(len(lobes), 1),
        turns=len(turn_places(inside, swing, ends=True)),
        rise_ms=_rise(inside, min(swing, 0.2 * amplitude)) * 1000 / fs,
        first_deflection=_first(lobes),
        satellites=_satellites(wave, fs, origin, markers),
    )


def _fine(average: Average, rate_hz: float) -> tuple[Float, float, float]:
    """The average at a higher rate by its Fourier series, its rate, and its anchor."""
    factor = max(1, int(np.ceil(rate_hz / average.fs - 1e-9)))
    if factor == 1:
        return average.samples, average.fs, float(average.anchor)
    wave = average.samples
    n = len(wave)
    line = wave[0] + (wave[-1] - wave[0]) * np.arange(n) / (n - 1)
    spectrum = np.fft.rfft(wave - line)
    if n % 2 == 0:
        spectrum[-1] /= 2
    fine = np.fft.irfft(spectrum, n * factor) * factor
    steps = np.arange(n * factor) / factor
    fine += wave[0] + (wave[-1] - wave[0]) * steps / (n - 1)
    return fine[: (n - 1) * factor + 1], average.fs * factor, float(average.anchor * factor)


def _between(wave: Float, fs: float, origin: float, start_ms: float, stop_ms: float) -> Float:
    first = min(max(round(origin + start_ms * fs / 1000), 0), len(wave) - 1)
    last = min(max(round(origin + stop_ms * fs / 1000), first + 1), len(wave))
    return wave[first:last]


def _phase_level(amplitude: float, noise_uv: float, m: MeasureLimits) -> float:
    wanted = max(m.phase_uv, m.phase_fraction * amplitude, m.phase_noise * noise_uv)
    return min(wanted, 0.25 * amplitude)


def _lobes(inside: Float, level: float) -> list[int]:
    """Signs of the lobes that are higher than the level; equal neighbours are one."""
    high = np.sign(inside[np.abs(inside) > level]).astype(int)
    if not high.size:
        return []
    changes = np.flatnonzero(np.diff(high)) + 1
    return [int(part[0]) for part in np.split(high, changes)]


def _first(lobes: list[int]) -> str:
    if not lobes:
        return "unclear"
    return "positive" if lobes[0] > 0 else "negative"


def turn_places(values: Float, swing: float, *, ends: bool = False) -> list[int]:
    """Samples of the turns: extremes parted from their neighbours by at least a swing.

    ``ends``: the values begin and end at the baseline, from which the first and the last extreme
    must be parted.
    """
    padded = np.concatenate(([0.0], values, [0.0])) if ends else values
    places = _swings(padded, swing)
    last = len(values) - 1
    return [min(max(place - 1, 0), last) for place in places] if ends else places


def _swings(values: Float, swing: float) -> list[int]:
    """Zigzag of local extremes, each at least a swing away from the one before and after."""
    steps = np.sign(np.diff(values))
    moving = np.flatnonzero(steps)
    if not moving.size:
        return []
    turned = np.flatnonzero(np.diff(steps[moving])) + 1
    candidates = [int(moving[0]), *moving[turned].tolist(), len(values) - 1]
    heights = values[candidates].tolist()
    found: list[int] = []
    low = high = 0
    direction = 0
    for k, height in enumerate(heights):
        if direction >= 0 and height > heights[high]:
            high = k
        if direction <= 0 and height < heights[low]:
            low = k
        if direction >= 0 and heights[high] - height >= swing:
            if direction > 0:
                found.append(candidates[high])
            direction, low = -1, k
        elif direction <= 0 and height - heights[low] >= swing:
            if direction < 0:
                found.append(candidates[low])
            direction, high = 1, k
    return found


def _rise(inside: Float, swing: float) -> float:
    """Samples between the two turns of the largest flank; ends count as turns at the baseline."""
    places = [0, *turn_places(inside, swing, ends=True), len(inside) - 1]
    heights = [0.0, *(float(inside[k]) for k in places[1:-1]), 0.0]
    flanks = np.abs(np.diff(heights))
    k = int(flanks.argmax())
    return float(places[k + 1] - places[k])


def _satellites(
    wave: Float, fs: float, origin: float, markers: Markers
) -> tuple[SatelliteMeasures, ...]:
    found = []
    for start, stop in markers.satellites_ms:
        part = _between(wave, fs, origin, start, stop)
        height = float(max(part.max(initial=0.0), 0.0) - min(part.min(initial=0.0), 0.0))
        found.append(SatelliteMeasures(start - markers.offset_ms, stop - start, height))
    return tuple(found)
