"""From the recording's rate to the device's, sample by sample position: no seam, whatever the cuts.

A value between samples is a weighted sum of those around it, with the weights of a windowed sinc
(Kaiser window, Smith 1984, *A flexible sampling-rate conversion method*). Each value depends on
its position alone. Deviation: weights are computed for the nearest of 512 places between two
samples, which keeps the error below −60 dB.
"""

from __future__ import annotations

from functools import lru_cache

import numpy as np
from numpy.typing import NDArray

Float = NDArray[np.float64]

REACH = 24
"""Samples on each side that a value depends on, at the rate of the source or above."""

_PLACES = 512
_BETA = 7.0


def reach(step: float) -> int:
    """Samples on each side that are needed for steps of that many samples."""
    return int(np.ceil(REACH * max(step, 1.0)))


@lru_cache(maxsize=8)
def _weights(step: float) -> Float:
    """Weights (places, 2 * reach) for values ``step`` samples apart."""
    half = reach(step)
    scale = 1.0 / max(step, 1.0)  # a lower rate needs a lower cut-off
    offset = np.arange(-half + 1, half + 1)[np.newaxis, :]
    place = (np.arange(_PLACES) / _PLACES)[:, np.newaxis]
    x = offset - place
    window = np.i0(_BETA * np.sqrt(np.clip(1 - (x / half) ** 2, 0, None))) / np.i0(_BETA)
    weights = np.sinc(x * scale) * scale * window
    return np.asarray(weights / weights.sum(axis=1, keepdims=True), dtype=np.float64)


def values_at(samples: Float, first: int, positions: Float, step: float) -> Float:
    """Values between samples.

    Parameters
    ----------
    samples : ndarray, (n, n_channels)
        From sample ``first`` on; must hold :func:`reach` samples on both sides of all positions.
    positions : ndarray, (m,)
        In samples of the source, ``step`` apart.

    Returns
    -------
    ndarray, (m, n_channels)
    """
    half = reach(step)
    before = np.floor(positions).astype(np.intp)
    place = np.minimum(((positions - before) * _PLACES + 0.5).astype(np.intp), _PLACES - 1)
    windows = np.lib.stride_tricks.sliding_window_view(samples, 2 * half, axis=0)
    around = windows[before - first - half + 1]  # (m, n_channels, 2 * half)
    return np.asarray(np.einsum("mcw,mw->mc", around, _weights(step)[place]), dtype=np.float64)
