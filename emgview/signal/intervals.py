"""Pictures of the rhythm of a train: histogram of the intervals, autocorrelogram, means in time."""

from __future__ import annotations

import numpy as np
from numpy.typing import NDArray

Float = NDArray[np.float64]
Int = NDArray[np.int64]


def interval_histogram(intervals_s: Float, n_bins: int, most: float) -> tuple[Int, Float]:
    """Counts ``(n_bins,)`` and edges ``(n_bins + 1,)`` in seconds, from 0 to ``most`` medians.

    Longer intervals are counted in the last bin, so that none is left out.
    """
    if len(intervals_s) == 0:
        return np.zeros(n_bins, dtype=np.int64), np.linspace(0.0, 1.0, n_bins + 1)
    end = most * float(np.median(intervals_s))
    edges = np.linspace(0.0, end if end > 0 else 1.0, n_bins + 1)
    counts, _ = np.histogram(np.minimum(intervals_s, edges[-1]), edges)
    return counts.astype(np.int64), edges


def autocorrelogram(times_s: Float, lag_s: float, n_bins: int) -> tuple[Int, Float]:
    """Counts ``(n_bins,)`` of all later discharges within ``lag_s`` of each, and edges in seconds.

    Source: Perkel, Gerstein and Moore 1967, Biophys J 7:391 (counts, not scaled).
    """
    edges = np.linspace(0.0, lag_s, n_bins + 1)
    counts = np.zeros(n_bins, dtype=np.int64)
    for step in range(1, len(times_s)):
        lags = times_s[step:] - times_s[:-step]
        near = lags[lags <= lag_s]
        if near.size == 0:
            break
        counts += np.histogram(near, edges)[0]
    return counts, edges


def block_means(waveforms: NDArray[np.float32], n_blocks: int) -> NDArray[np.float32]:
    """Means ``(k, n_samples)`` of successive parts of ``(n, n_samples)``; ``k`` at most n.

    Samples that are not numbers are left out.
    """
    k = min(n_blocks, len(waveforms))
    parts = np.array_split(waveforms, k) if k else []
    means = [mean_and_spread(part)[0] for part in parts]
    return np.array(means, dtype=np.float32).reshape(k, waveforms.shape[1])


def mean_and_spread(
    waveforms: NDArray[np.float32],
) -> tuple[NDArray[np.float32], NDArray[np.float32]]:
    """Mean and standard deviation over ``(n, n_samples)``; 0 where no sample is a number."""
    there = np.isfinite(waveforms)
    n = np.maximum(there.sum(axis=0), 1)
    values = np.where(there, waveforms, 0.0).astype(np.float64)
    mean = values.sum(axis=0) / n
    spread = np.sqrt((np.where(there, values - mean, 0.0) ** 2).sum(axis=0) / n)
    return mean.astype(np.float32), spread.astype(np.float32)
