"""Mains interference: measured and subtracted as sinusoids, without a notch.

A notch rings on spikes; the fit of a few sinusoids over a second does not. Window by window the
fit is cross-faded with its neighbours, on a grid that depends on the sample numbers only.
"""

from __future__ import annotations

import numpy as np
from numpy.typing import NDArray

from emgview.signal.noise import medians_of

Float = NDArray[np.float64]


_FOLDS = 10
"""Parts of a window of one second; mains of 50 and of 60 Hz have whole periods in each."""


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
        whole = n_samples % _FOLDS == 0 and not (self._bins % _FOLDS).any()
        self._folds = _FOLDS if whole else 1

    def power(self, spectrum: NDArray[np.complex128]) -> float:
        """Mean square of the line in a window with that :func:`spectrum_of`, µV²."""
        return float(2 * np.sum(np.abs(spectrum[self._bins]) ** 2)) / self._n**2

    def quick_power(self, windows: Float) -> Float:
        """Nearly :meth:`power` of each clipped window, (n_windows, n_samples).

        All harmonics repeat with the greatest common period of both mains: the window is laid on
        itself first, which leaves a tenth to be transformed. Other only in rounding.
        """
        n_windows, folds = len(windows), self._folds
        folded = windows.reshape(n_windows, folds, -1).sum(axis=1) if folds > 1 else windows
        found = np.fft.rfft(folded, axis=1)[:, self._bins // folds]
        size = np.ascontiguousarray(found.real**2 + found.imag**2)  # the same sum for each row
        return np.asarray(2 * np.sum(size, axis=1)) / self._n**2

    def waveform(self, spectrum: NDArray[np.complex128]) -> Float:
        """The line in time, (n_samples,) µV."""
        only = np.zeros_like(spectrum)
        only[self._bins] = spectrum[self._bins]
        return np.fft.irfft(only, self._n)


def spectrum_of(window: Float) -> tuple[NDArray[np.complex128], float]:
    """Fourier spectrum of a window between its spikes, and its mean square in µV².

    See :func:`between_spikes`.
    """
    clipped, total = between_spikes(window[np.newaxis])
    return np.fft.rfft(clipped[0]), float(total[0])


def between_spikes(windows: Float) -> tuple[Float, Float]:
    """Windows, (n_windows, n_samples), without their spikes, and their mean squares in µV².

    Large deflections are clipped at four robust standard deviations: they belong to muscle, not
    to the mains.
    """
    centred = windows - medians_of(windows)[:, np.newaxis]
    limit = (4 * medians_of(np.abs(centred)) / 0.6745)[:, np.newaxis]
    clipped = np.clip(centred, -limit, limit)
    return clipped, np.mean(clipped**2, axis=1)
