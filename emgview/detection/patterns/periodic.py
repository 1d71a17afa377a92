"""Whether activity repeats itself, and each cycle of it: autocorrelation, then a moving template.

Single events merge where discharges come every few milliseconds or consist of many spikes; the
period of the signal itself does not.
"""

from __future__ import annotations

from dataclasses import dataclass

import numpy as np
from numpy.lib.stride_tricks import sliding_window_view
from numpy.typing import NDArray

from emgview.detection.parameters import Parameters
from emgview.detection.patterns.trace import Spell
from emgview.signal.noise import running_median
from emgview.signal.rhythm import rhythm

Float = NDArray[np.float64]

_AT_ONCE = 40_000  # samples of windows that are compared at a time: they stay in the cache


@dataclass(frozen=True, slots=True, eq=False)
class Chain:
    """Cycles that follow one another, each like the one before.

    Parameters
    ----------
    times : ndarray
        Moments of the cycles, thinned samples from the segment's start.
    sizes : ndarray
        Peak to peak in each cycle, µV.
    likeness : ndarray
        Correlation of each cycle with the moving template.
    mean : ndarray
        Mean cycle around the moment (one median period, the moment in the middle).
    sigma : float
        Noise, µV.
    rate_hz : float
        Of the thinned grid.
    """

    times: Float
    sizes: Float
    likeness: Float
    mean: Float
    sigma: float
    rate_hz: float

    @property
    def seconds(self) -> float:
        """From the first to the last cycle."""
        return float(self.times[-1] - self.times[0]) / self.rate_hz

    @property
    def rates_hz(self) -> Float:
        """Rate of each interval, smoothed over five (a median)."""
        return np.asarray(1 / smooth(np.diff(self.times) / self.rate_hz))

    @property
    def local_cv(self) -> float:
        """Variation of the intervals, free of slow drift."""
        found = rhythm(self.times / self.rate_hz)
        return found.local_cv if found else float("inf")


def smooth(values: Float, reach: int = 2) -> Float:
    """Running median over ``2 * reach + 1`` values, shorter at the ends."""
    return running_median(values, reach)


def chains_of(spell: Spell, rate_hz: float, p: Parameters) -> list[Chain]:
    """Periodic stretches of a spell, not overlapping, the clearest first."""
    taken = np.zeros(len(spell.x), dtype=bool)
    found: list[Chain] = []
    for start, stop, period in _stretches(spell, rate_hz, p):
        if taken[start:stop].mean() > 0.3:
            continue
        chain = _followed(spell, start, stop, period, rate_hz, p)
        if chain is None:
            continue
        a, b = (int(t) - spell.start for t in (chain.times[0], chain.times[-1]))
        if taken[a : b + 1].mean() <= 0.3:
            found.append(chain)
            taken[max(a, 0) : b + 1] = True
    return found


def _stretches(spell: Spell, rate_hz: float, p: Parameters) -> list[tuple[int, int, float]]:
    """Stretches with a steady period: start, stop and period in thinned samples."""
    found: list[tuple[float, int, int, float]] = []
    for window_s in p.periodic.windows_s:
        width = round(window_s * rate_hz)
        hop = width // 4
        if len(spell.x) < width:
            continue
        lags, likeness = _periods(spell, width, hop, rate_hz, p)
        for a, b in _steady(lags, likeness, p):
            period = float(np.median(lags[a:b]))
            length = (b - a + 3) * hop
            # of two stretches alike, the one with more cycles: the other skips some
            weight = float(np.mean(likeness[a:b])) * length * (length / period) ** 0.25
            found.append((weight, a * hop, min((b - 1) * hop + width, len(spell.x)), period))
    found.sort(key=lambda item: (-item[0], item[1]))
    return [(a, b, period) for _, a, b, period in found]


def _periods(
    spell: Spell, width: int, hop: int, rate_hz: float, p: Parameters
) -> tuple[Float, Float]:
    """Period and normalised autocorrelation there, of each window; 0 where there is none."""
    from scipy.fft import irfft, next_fast_len, rfft

    windows = sliding_window_view(_core(spell, p), width)[::hop]
    lags, likeness = np.zeros(len(windows)), np.zeros(len(windows))
    loud = np.flatnonzero(windows.std(axis=1) > p.periodic.least_over_noise * spell.sigma)
    most = int(width / p.periodic.least_cycles)
    least = int(rate_hz / p.periodic.fastest_hz)
    room = next_fast_len(width + most + 2, real=True)
    for part in np.array_split(loud, len(loud) * width // _AT_ONCE + 1):
        if not len(part):
            continue
        x = windows[part]
        spectrum = rfft(x, room, axis=1)
        power = spectrum.real**2 + spectrum.imag**2
        products = irfft(power, room, axis=1)[:, : most + 2]
        energy = np.cumsum(x**2, axis=1)
        head, tail = energy[:, width - 2 - most :][:, ::-1], np.repeat(energy[:, -1:], most + 2, 1)
        tail[:, 1:] -= energy[:, : most + 1]
        r = products / np.sqrt(np.maximum(head * tail, 1e-9))
        lags[part], likeness[part] = _first_peaks(r, least, p)
    return lags, likeness


def _core(spell: Spell, p: Parameters) -> Float:
    """What stands out of the noise: every sample less a few standard deviations."""
    rest = np.abs(spell.x) - p.periodic.core_sigma * spell.sigma
    return np.asarray(np.sign(spell.x) * np.maximum(rest, 0.0))


def _first_peaks(r: Float, least: int, p: Parameters) -> tuple[Float, Float]:
    """Of each row the shortest lag whose likeness is nearly the greatest, and the likeness."""
    inner = r[:, 1:-1]
    is_peak = (inner >= r[:, :-2]) & (inner > r[:, 2:]) & (inner >= p.periodic.least_likeness)
    is_peak[:, : max(least - 1, 0)] = False
    height = np.where(is_peak, inner, -np.inf)
    greatest = height.max(axis=1)
    first = np.argmax(height >= p.periodic.nearly * greatest[:, np.newaxis], axis=1)
    found = np.isfinite(greatest)
    likeness = height[np.arange(len(r)), first]
    return np.where(found, first + 1.0, 0.0), np.where(found, likeness, 0.0)


def _steady(lags: Float, likeness: Float, p: Parameters) -> list[tuple[int, int]]:
    """Runs of windows in which the period changes slowly."""
    runs, start = [], None
    for i in range(len(lags) + 1):
        good = i < len(lags) and likeness[i] > 0
        goes_on = (
            good
            and start is not None
            and abs(np.log(lags[i] / lags[i - 1])) <= p.periodic.greatest_step
        )
        if start is not None and not goes_on:
            runs.append((start, i))
            start = None
        if good and start is None:
            start = i
    return runs


def _followed(
    spell: Spell, start: int, stop: int, period: float, rate_hz: float, p: Parameters
) -> Chain | None:
    """The cycles from the strongest one on, in both directions, as far as they go."""
    x = spell.x
    centre = start + int(np.argmax(np.abs(x[start:stop])))
    half = max(3, int(min(period / 2, p.periodic.template_ms / 1000 * rate_hz)))
    forward = _walk(x, centre, period, half, 1, p)
    backward = _walk(x, centre, period, half, -1, p)
    cycles = [*reversed(backward), (float(centre), 1.0), *forward]
    if len(cycles) < p.periodic.least_n:
        return None
    times = np.array([time for time, _ in cycles])
    likeness = np.array([r for _, r in cycles])
    sizes = np.array([np.ptp(_cut(x, round(t), half)) for t in times])
    if np.median(sizes) < p.periodic.least_sigma * spell.sigma:
        return None
    width = int(np.median(np.diff(times))) // 2
    mean = np.median([_cut(x, round(t), width) for t in times], axis=0)
    return Chain(times + spell.start, sizes, likeness, mean, spell.sigma, rate_hz)


def _cut(x: Float, centre: int, half: int) -> Float:
    if half <= centre < len(x) - half:
        return x[centre - half : centre + half + 1]
    out = np.zeros(2 * half + 1)
    a, b = max(centre - half, 0), min(centre + half + 1, len(x))
    if a < b:
        out[a - centre + half : b - centre + half] = x[a:b]
    return out


def _walk(
    x: Float, centre: int, period: float, half: int, step: int, p: Parameters
) -> list[tuple[float, float]]:
    """Moments and likeness of the following (or earlier) cycles."""
    template, time, out = _cut(x, centre, half), float(centre), []
    misses, at = 0, float(centre)
    while misses <= p.periodic.most_misses:
        at += step * period
        reach = max(2, int(p.periodic.search * period))
        place, r = _best_place(x, template, round(at), reach, half)
        if place is None or r < p.periodic.cycle_likeness:
            misses += 1
            continue
        cycle = _cut(x, round(place), half)
        if np.ptp(cycle) < p.periodic.least_size * np.ptp(template):
            misses += 1
            continue
        found = abs(place - time) / (1 + misses)
        if abs(found / period - 1) < 2 * p.periodic.search:
            period += p.periodic.follow * (found - period)
        misses, time, at = 0, place, place
        template = template + p.periodic.learn * (cycle - template)
        out.append((place, r))
    return out


def _best_place(
    x: Float, template: Float, at: int, reach: int, half: int
) -> tuple[float | None, float]:
    """Sub-sample moment of the greatest normalised correlation around ``at``."""
    a, b = at - reach - half, at + reach + half + 1
    if a < 0 or b > len(x):
        return None, 0.0
    part = x[a:b]
    products = np.correlate(part, template, "valid")
    energy = np.zeros(len(part) + 1)
    np.cumsum(part**2, out=energy[1:])
    width = len(template)
    norm = np.sqrt(np.maximum((energy[width:] - energy[:-width]) * (template @ template), 1e-9))
    score = products * np.abs(products) / norm  # a larger potential before a smaller one alike
    k = int(score.argmax())
    r = float(products[k] / norm[k])
    shift = 0.0
    if 0 < k < len(products) - 1:
        before, here, after = products[k - 1 : k + 2].tolist()
        bend = before - 2 * here + after
        shift = 0.5 * (before - after) / bend if bend < 0 else 0.0
    return at - reach + k + min(max(shift, -1.0), 1.0), r
