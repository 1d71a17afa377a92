"""Mains interference: measured and subtracted as sinusoids, without a notch.

A notch rings on spikes; the fit of a few sinusoids over a second does not. Window by window the
fit is cross-faded with its neighbours, on a grid that depends on the sample numbers only.
"""

from __future__ import annotations

import numpy as np
from numpy.typing import NDArray

Float = NDArray[np.float64]


def harmonic_basis(n_samples: int, fs: float, line_hz: float, n_harmonics: int) -> Float:
    """Cosines and sines of the line and its harmonics below 0.45 ``fs``, (n_samples, 2 k)."""
    harmonics = line_hz * np.arange(1, n_harmonics + 1)
    phase = 2 * np.pi * np.outer(np.arange(n_samples) / fs, harmonics[harmonics < 0.45 * fs])
    return np.hstack([np.cos(phase), np.sin(phase)])


class LineFit:
    """Least-squares fit of mains over windows of fixed length.

    Parameters
    ----------
    fs : float
        Sampling rate in Hz.
    n_samples : int
        Length of the windows; a whole number of line periods keeps the fit orthogonal.
    line_hz : float
        50 or 60 Hz.
    """

    def __init__(self, fs: float, n_samples: int, line_hz: float, n_harmonics: int) -> None:
        self.line_hz = line_hz
        self._basis = harmonic_basis(n_samples, fs, line_hz, n_harmonics)
        self._solve = np.linalg.pinv(self._basis)

    def __call__(self, window: Float) -> tuple[Float, float, float]:
        """Fitted interference, (n_samples,) µV, its RMS in µV, and its part of the power.

        Large deflections are clipped at four robust standard deviations before the fit: they
        belong to muscle, not to the mains.
        """
        centred = window - np.median(window)
        limit = 4 * np.median(np.abs(centred)) / 0.6745
        clipped = np.clip(centred, -limit, limit)
        fitted = self._basis @ (self._solve @ clipped)
        power = float(np.mean(fitted**2))
        return fitted, power**0.5, power / max(float(np.mean(clipped**2)), 1e-12)
