"""Measures of a stretch of one channel. Pure functions; gaps (NaN) are left out and counted."""

from __future__ import annotations

from dataclasses import dataclass

import numpy as np
from numpy.typing import NDArray

Values = NDArray[np.float32]
Float = NDArray[np.float64]

_SEGMENT_S = 0.5


@dataclass(frozen=True, slots=True)
class StretchMeasures:
    """What a stretch measures; None where there is nothing to measure.

    Parameters
    ----------
    seconds, missing_s : float
        Length, and how much of it is missing.
    mean_uv, rms_uv, peak_to_peak_uv, largest_uv, smallest_uv : float or None
        ``rms_uv`` is about the mean.
    """

    seconds: float
    missing_s: float
    mean_uv: float | None
    rms_uv: float | None
    peak_to_peak_uv: float | None
    largest_uv: float | None
    smallest_uv: float | None


def measure_stretch(samples: Values, fs: float) -> StretchMeasures:
    """Measure samples (n,) in µV."""
    present = samples[~np.isnan(samples)].astype(np.float64)
    seconds, missing = len(samples) / fs, (len(samples) - len(present)) / fs
    if len(present) == 0:
        return StretchMeasures(seconds, missing, None, None, None, None, None)
    high, low = float(present.max()), float(present.min())
    return StretchMeasures(
        seconds,
        missing,
        float(present.mean()),
        float(present.std()),
        high - low,
        high,
        low,
    )


@dataclass(frozen=True, slots=True)
class RateMeasures:
    """Rhythm of the potentials in a stretch; None with too few of them.

    Parameters
    ----------
    n : int
    per_second : float
        Number over observed seconds.
    mean_rate_hz : float or None
        One over the mean interval, from two potentials on.
    interval_cv : float or None
        Standard deviation of the intervals over their mean (ddof 1), from three potentials on.
    """

    n: int
    per_second: float
    mean_rate_hz: float | None
    interval_cv: float | None


def measure_rate(peaks: NDArray[np.int64], observed_s: float, fs: float) -> RateMeasures:
    """Rhythm of peaks (n,), samples in order."""
    n = len(peaks)
    intervals = np.diff(np.sort(peaks)) / fs
    mean = float(intervals.mean()) if n > 1 else 0.0
    return RateMeasures(
        n,
        n / observed_s if observed_s > 0 else 0.0,
        1 / mean if mean > 0 else None,
        float(intervals.std(ddof=1) / mean) if n > 2 and mean > 0 else None,
    )


def spectrum(samples: Values, fs: float) -> tuple[Float, Float]:
    """Power density of a stretch by Welch's method (Hann windows of half a second, half overlap).

    Missing samples count as the mean. Returns frequencies in Hz and density in µV²/Hz.
    """
    from scipy.signal import welch

    filled = samples.astype(np.float64)
    gaps = np.isnan(filled)
    filled[gaps] = filled[~gaps].mean() if not gaps.all() else 0.0
    segment = max(min(len(filled), round(_SEGMENT_S * fs)), 1)
    hz, power = welch(filled, fs, nperseg=segment)
    return np.asarray(hz, dtype=np.float64), np.asarray(power, dtype=np.float64)
