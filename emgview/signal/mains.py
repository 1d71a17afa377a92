"""Mains interference: measured and subtracted as sinusoids, without a notch.

A notch rings on spikes; the fit of a few sinusoids over a second does not. Window by window the
fit is cross-faded with its neighbours, on a grid that depends on the sample numbers only.
"""

from __future__ import annotations

import numpy as np
from numpy.typing import NDArray

from emgview.signal.noise import median_of

Float = NDArray[np.float64]


class LineFit:
    """Fit of mains and its harmonics over windows of fixed length.

    Over a whole number of periods sinusoids are orthogonal, so the least-squares fit is the
    window's own Fourier components at the line and its multiples.

    Parameters
    ----------
    fs : float
        Sampling rate in Hz.
    n_samples : int
        Length of the windows: a whole number of line periods.
    line_hz : float
        50 or 60 Hz.
    n_harmonics : int
        Counted from the line itself; those above 0.45 ``fs`` are left out.
    """

    def __init__(self, fs: float, n_samples: int, line_hz: float, n_harmonics: int) -> None:
        self.line_hz = line_hz
        self._n = n_samples
        frequencies = line_hz * np.arange(1, n_harmonics + 1)
        frequencies = frequencies[frequencies < 0.45 * fs]
        self._bins = np.round(frequencies * n_samples / fs).astype(np.intp)

    def power(self, spectrum: NDArray[np.complex128]) -> float:
        """Mean square of the line in a window with that :func:`spectrum_of`, µV²."""
        return float(2 * np.sum(np.abs(spectrum[self._bins]) ** 2)) / self._n**2

    def waveform(self, spectrum: NDArray[np.complex128]) -> Float:
        """The line in time, (n_samples,) µV."""
        only = np.zeros_like(spectrum)
        only[self._bins] = spectrum[self._bins]
        return np.fft.irfft(only, self._n)


def spectrum_of(window: Float) -> tuple[NDArray[np.complex128], float]:
    """Fourier spectrum of a window between its spikes, and its mean square in µV².

    Large deflections are clipped at four robust standard deviations before: they belong to
    muscle, not to the mains.
    """
    centred = window - median_of(window)
    limit = 4 * median_of(np.abs(centred)) / 0.6745
    clipped = np.clip(centred, -limit, limit)
    return np.fft.rfft(clipped), float(np.mean(clipped**2))
