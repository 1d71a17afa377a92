"""Measures of one (usually averaged) potential.

Amplitude, duration, phases and first deflection in the sense of the AANEM–IFCN glossary: peak to
peak; onset to final return to the baseline; lobes between baseline crossings; sign of the first
lobe. Deviation: onset and offset are found by amplitude above the noise of the average, not by
slope; the caller states the noise.
"""

from __future__ import annotations

from dataclasses import dataclass
from itertools import pairwise

import numpy as np
from numpy.typing import NDArray

from emgview.signal.noise import median_of

Float = NDArray[np.float64]

_SMOOTH_S = 0.001  # slow lobes are looked for in the running mean over so long
_SMOOTHED = 0.4  # part of the noise that this mean leaves: white noise less, slow noise more
_SLOW_S = 0.003  # a lobe so long is slow
_CLEAR_S = 0.004  # no potential begins earlier than this before its peak
_FLAT = 0.5  # a flat line moves by no more than this part of what a lobe must exceed
_READABLE = 0.1  # lobes lower than this part of the potential are not read as deflections


@dataclass(frozen=True, slots=True)
class WaveformMeasures:
    """Measures of one potential; indices count from the start of the given stretch.

    Parameters
    ----------
    onset, offset, peak : int
        Half-open extent; sample of largest deflection.
    amplitude_uv : float
        Peak to peak.
    duration_ms : float
    n_phases, n_turns : int
    first_deflection : str
        ``positive``, ``negative`` or ``unclear``.
    peak_uv : float
        Signed value at ``peak``.
    rise_ms : float
        Shortest time between opposite or baseline-to-peak extremes of the steepest flank, 10–90 %.
    main_width_ms : float
        Width of the lobe that holds the peak, at half its height.
    tail_ratio : float
        Length of the lobe after the main positive one, over the width of that lobe; 0 where the
        main lobe is negative or the next one is not.
    """

    onset: int
    offset: int
    peak: int
    amplitude_uv: float
    duration_ms: float
    n_phases: int
    n_turns: int
    first_deflection: str
    peak_uv: float
    rise_ms: float
    main_width_ms: float
    tail_ratio: float


def measure(
    waveform: Float, anchor: int, fs: float, noise_uv: float, floor_fraction: float, quiet_ms: float
) -> WaveformMeasures:
    """Measure the potential around ``anchor``.

    Parameters
    ----------
    waveform : ndarray, (n_samples,) µV
        Baseline already near zero.
    anchor : int
        A sample inside the potential.
    noise_uv : float
        Standard deviation of the noise that is left in ``waveform``.
    floor_fraction : float
        A lobe counts when it exceeds this part of the height peak to peak by twice the noise, and
        three times the noise: amplifiers' filters leave low long tails, and the noise upon them
        would carry the end of the potential as far as its highest chance peak. The outermost
        lobes that count begin and end where they cross that part of the height itself.
    quiet_ms : float
        The potential ends before a flat line of so long, or of the width of its main lobe if that
        is more, at most twice as long: a slow wave needs as long to cross the baseline. A line is
        flat where it moves by no more than half the part of the height that counts, and its
        noise: what a filter leaves is flat, low lobes between higher ones are not.
    """
    reach = max(1, round(0.002 * fs))
    near = slice(max(0, anchor - reach), anchor + reach + 1)
    peak = near.start + int(np.argmax(np.abs(waveform[near])))
    height = float(np.ptp(waveform[_around(peak, fs)]))
    floor = floor_fraction * height
    level = max(3 * noise_uv, floor + 2 * noise_uv)
    wide = min(_half_width(waveform, peak), 2 * round(quiet_ms * fs / 1000))
    quiet = max(1, round(quiet_ms * fs / 1000), wide)
    active = np.abs(waveform) > level
    active |= _slow_lobes(waveform, peak, fs, noise_uv, 2 * floor, quiet)
    # noise alone moves by about four times its standard deviation, seldom by six
    still = max(6 * noise_uv, _FLAT * floor + 4 * noise_uv)
    flat = _moves(waveform, quiet) <= still
    onset, offset = _extent(active, flat, peak, quiet)
    onset, offset = _to_crossings(np.abs(waveform) > max(3 * noise_uv, floor), onset, offset)
    peak = onset + int(np.argmax(np.abs(waveform[onset:offset])))
    inside = waveform[onset:offset]
    flank = waveform[max(onset - 1, 0) : offset]  # a step lies before the first sample inside
    lobes = _lobes(inside, level)
    main = next((lobe for lobe in lobes if lobe[0] <= peak - onset < lobe[1]), (0, len(inside), 1))
    return WaveformMeasures(
        onset=onset,
        offset=offset,
        peak=peak,
        amplitude_uv=float(inside.max(initial=0) - inside.min(initial=0)),
        duration_ms=(offset - onset) / fs * 1000,
        n_phases=len(lobes),
        n_turns=_n_turns(inside, level),
        first_deflection=_first_deflection(inside, lobes),
        peak_uv=float(waveform[peak]),
        rise_ms=_rise_samples(flank) / fs * 1000,
        main_width_ms=_half_width(waveform, peak) / fs * 1000,
        tail_ratio=_tail_ratio(_readable(inside, lobes), main),
    )


def _around(peak: int, fs: float) -> slice:
    """Where both extremes of a potential lie: as far as one may begin before its peak."""
    reach = round(_CLEAR_S * fs)
    return slice(max(peak - reach, 0), peak + reach + 1)


def _slow_lobes(
    waveform: Float, peak: int, fs: float, noise_uv: float, floor_uv: float, quiet: int
) -> NDArray[np.bool_]:
    """Where a long low lobe lies that single samples hide in the noise, and ``quiet`` beside it.

    Noise of the smoothed waveform is taken from the stretch well before the peak, where slow
    waves of the baseline show; it is not less than what is left of noise that is not white.
    """
    width = max(1, round(_SMOOTH_S * fs))
    smooth = np.convolve(waveform, np.full(width, 1 / width), "same")
    before = smooth[width : max(peak - round(_CLEAR_S * fs), 0)]
    spread = 1.4826 * median_of(np.abs(before)) if before.size else noise_uv
    level = max(3 * _SMOOTHED * noise_uv, 3 * spread, floor_uv)
    found = np.zeros(len(waveform), dtype=bool)
    signs = np.where(smooth > level, 1, np.where(smooth < -level, -1, 0))
    edges = np.concatenate(([0], np.flatnonzero(np.diff(signs)) + 1, [len(signs)]))
    for start, stop in pairwise(edges.tolist()):
        if not signs[start:stop].any() or stop - start < round(_SLOW_S * fs):
            continue
        if start > peak:
            found[max(start - quiet, peak) : stop] = True
        elif stop <= peak:
            found[start : min(stop + quiet, peak)] = True
        else:  # the mean of a step begins before the step
            found[peak:stop] = True
    return found


def _moves(waveform: Float, n: int) -> Float:
    """Highest less lowest value of so many samples from each one on; the last are less certain."""
    from scipy.ndimage import maximum_filter1d, minimum_filter1d  # takes half a second to load

    shift = -(n // 2)
    highest = maximum_filter1d(waveform, n, origin=shift, mode="nearest")
    lowest = minimum_filter1d(waveform, n, origin=shift, mode="nearest")
    return np.asarray(highest - lowest, dtype=np.float64)


def _extent(
    active: NDArray[np.bool_], flat: NDArray[np.bool_], peak: int, quiet: int
) -> tuple[int, int]:
    """Half-open run around ``peak`` that no inactive stretch with a flat ``quiet`` part ends.

    ``flat`` tells it of the ``quiet`` samples from each one on.
    """
    where = np.flatnonzero(active)
    if where.size == 0:
        return peak, peak + 1
    gaps = np.flatnonzero(np.diff(where) > quiet)
    ends = [n for n in gaps.tolist() if flat[where[n] + 1 : where[n + 1] - quiet + 1].any()]
    starts = where[[0, *(n + 1 for n in ends)]]
    stops = where[[*ends, -1]] + 1
    index = int(np.clip(np.searchsorted(starts, peak, side="right") - 1, 0, len(starts) - 1))
    return min(int(starts[index]), peak), max(int(stops[index]), peak + 1)


def _to_crossings(above: NDArray[np.bool_], onset: int, offset: int) -> tuple[int, int]:
    """The extent as far as its outermost lobes stay above."""
    before, after = np.flatnonzero(~above[:onset]), np.flatnonzero(~above[offset:])
    start = int(before[-1]) + 1 if before.size else 0
    return start, offset + int(after[0]) if after.size else len(above)


def _lobes(inside: Float, level: float) -> list[tuple[int, int, int]]:
    """Runs of one sign whose extreme exceeds ``level``: (start, stop, sign)."""
    signs = np.sign(inside).astype(int)
    edges = np.concatenate(([0], np.flatnonzero(np.diff(signs)) + 1, [len(inside)]))
    lobes: list[tuple[int, int, int]] = []
    for start, stop in pairwise(edges):
        if start == stop or np.abs(inside[start:stop]).max() <= level:
            continue
        sign = int(signs[start])
        if lobes and lobes[-1][2] == sign:
            lobes[-1] = (lobes[-1][0], int(stop), sign)
        else:
            lobes.append((int(start), int(stop), sign))
    return lobes


def _first_deflection(inside: Float, lobes: list[tuple[int, int, int]]) -> str:
    """Sign of the first lobe that an eye would see: the foot of a tail is no deflection."""
    for _, _, sign in _readable(inside, lobes):
        return "positive" if sign > 0 else "negative"
    return "unclear"


def _readable(inside: Float, lobes: list[tuple[int, int, int]]) -> list[tuple[int, int, int]]:
    seen = _READABLE * float(np.abs(inside).max(initial=0.0))
    return [lobe for lobe in lobes if np.abs(inside[lobe[0] : lobe[1]]).max() >= seen]


def _tail_ratio(lobes: list[tuple[int, int, int]], main: tuple[int, int, int]) -> float:
    if main not in lobes or main[2] < 0:
        return 0.0
    index = lobes.index(main)
    if index + 1 >= len(lobes) or index > 1:
        return 0.0
    tail = lobes[index + 1]
    return (tail[1] - tail[0]) / max(main[1] - main[0], 1)


def _half_width(waveform: Float, peak: int) -> int:
    above = np.abs(waveform) >= abs(waveform[peak]) / 2
    same = above & (np.sign(waveform) == np.sign(waveform[peak]))
    before = np.flatnonzero(~same[:peak])
    after = np.flatnonzero(~same[peak:])
    start = int(before[-1]) + 1 if before.size else 0
    stop = peak + int(after[0]) if after.size else len(waveform)
    return max(stop - start, 1)


def _rise_samples(flank: Float) -> float:
    """10–90 % time of the steepest flank at the peak, from the step of steepest change."""
    if len(flank) < 3:
        return 1.0
    steps = np.abs(np.diff(flank))
    span = float(flank.max() - flank.min())
    return max(0.8 * span / float(steps.max()), 1.0) if steps.max() > 0 else float(len(flank))


def _n_turns(inside: Float, level: float) -> int:
    """Changes of direction whose swing on both sides exceeds ``level``."""
    turns, last, direction = 0, float(inside[0]) if inside.size else 0.0, 0
    for value in inside[1:].tolist():
        if direction >= 0 and value < last - level:
            turns += direction > 0
            direction, last = -1, float(value)
        elif direction <= 0 and value > last + level:
            turns += direction < 0
            direction, last = 1, float(value)
        elif (direction > 0 and value > last) or (direction < 0 and value < last):
            last = float(value)
    return turns
