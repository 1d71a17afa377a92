"""What stretch can be analysed, with the reason where it cannot.

A bad stretch is refused, never guessed at: amplifier at its limit, mains, movement, a signal that
stands still, a unit that is no voltage.
"""

from __future__ import annotations

from functools import lru_cache

import msgspec
import numpy as np
from numpy.typing import NDArray

from emgview.detection.refusals import RailWatch
from emgview.model import Channel
from emgview.quantify.band import zero_phase
from emgview.quantify.marking import Validity
from emgview.quantify.parameters import load
from emgview.resource_files import resource
from emgview.signal.mains import LineFit, spectrum_of

Float = NDArray[np.float64]

_LINES_HZ = (50.0, 60.0)
_HARMONICS = 8


class StretchLimits(msgspec.Struct, frozen=True):
    """What a stretch must keep."""

    least_s: float
    longest_s: float
    least_rate_hz: float
    rail_ms: float
    rail_share: float
    mains_window_s: float
    mains_uv: float
    mains_fraction: float
    slow_below_hz: float
    slow_uv: float
    jump_uv: float
    crowd_spikes_s: float
    crowd_explained: float
    crowd_residual: float
    steady_cv: float


class AcceptLimits(msgspec.Struct, frozen=True):
    """What a unit must keep to be accepted by the machine."""

    least_discharges: int
    least_amplitude_uv: float
    largest_noise: float
    least_spike_sigma: float
    least_gain: float
    irregular_cv: float
    most_early: float
    largest_residual: float
    least_complete: float
    slowest_hz: float
    fastest_hz: float


class StretchRules(msgspec.Struct, frozen=True):
    """All of ``resources/quantify/stretch.toml``."""

    version: str
    stretch: StretchLimits
    accept: AcceptLimits


@lru_cache(maxsize=1)
def stretch_rules() -> StretchRules:
    """The shipped limits."""
    return load(resource("quantify/stretch.toml"), StretchRules)


def refusal(signal: Float, fs: float, channel: Channel, p: StretchLimits) -> str | None:
    """Why a gap-free stretch, (n,) µV, cannot be analysed; None where it can."""
    if channel.unit != "uV":
        return f"the unit {channel.unit or 'of the channel is not known: it'} is not electrical"
    if fs < p.least_rate_hz:
        return f"it was sampled at {fs:g} Hz; at least {p.least_rate_hz:g} Hz are needed"
    if len(signal) < p.least_s * fs:
        return f"it is {len(signal) / fs:.1f} s long; at least {p.least_s:g} s are needed"
    return _limit(signal, fs, p) or _movement(signal, fs, p) or _mains(signal, fs, p)


def why_no_duration(channel: Channel, fs: float, p: Validity) -> str:
    """Why durations are not stated; empty where they are."""
    if channel.high_pass_hz is not None and channel.high_pass_hz > p.high_pass_most_hz:
        return (
            f"recorded with a high-pass of {channel.high_pass_hz:g} Hz, above "
            f"{p.high_pass_most_hz:g} Hz: begin and end of potentials are bent"
        )
    if fs < p.least_rate_hz:
        return f"sampled at {fs:g} Hz, under {p.least_rate_hz:g} Hz"
    return ""


def _limit(signal: Float, fs: float, p: StretchLimits) -> str | None:
    watch = RailWatch(round(p.rail_ms * fs / 1000))
    watch.push(signal)
    if watch.stands_still or float(np.ptp(signal)) == 0.0:
        return "the signal stands still"
    share = watch.share()
    if share > p.rail_share:
        return f"the amplifier was at its limit (clipping) for {100 * share:.1f} % of the time"
    return None


def _movement(signal: Float, fs: float, p: StretchLimits) -> str | None:
    swing = float(np.ptp(zero_phase(signal, fs, None, p.slow_below_hz)))
    if swing > p.slow_uv:
        return f"needle or cable moved: slow swings of {swing:.0f} µV"
    return None


def _mains(signal: Float, fs: float, p: StretchLimits) -> str | None:
    rms, fraction, line = mains_of(signal, fs, p.mains_window_s)
    if rms > p.mains_uv and fraction > p.mains_fraction:
        return f"mains interference of {line:g} Hz: {rms:.0f} µV, larger than what lies under it"
    return None


def mains_of(signal: Float, fs: float, window_s: float) -> tuple[float, float, float]:
    """Median over windows of the line's rms in µV and part of the power; the line in Hz."""
    size = round(window_s * fs)
    starts = range(0, len(signal) - size + 1, size)
    best = (0.0, 0.0, _LINES_HZ[0])
    for hz in _LINES_HZ:
        fit = LineFit(fs, size, hz, _HARMONICS)
        rows = []
        for start in starts:
            spectrum, total = spectrum_of(signal[start : start + size])
            power = fit.power(spectrum)
            rows.append((power**0.5, power / max(total, 1e-12)))
        if rows:
            rms, part = np.median(np.array(rows), axis=0).tolist()
            best = max(best, (rms, part, hz))
    return best
