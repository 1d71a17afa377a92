"""Butterworth filters with state: the same output whatever the cut points."""

from __future__ import annotations

from typing import cast

import numpy as np
from numpy.typing import NDArray

Float = NDArray[np.float64]


def design_band(
    fs: float, high_pass_hz: float | None, low_pass_hz: float | None, order: int = 2
) -> Float | None:
    """Second-order sections of a Butterworth band, or None where nothing is to be filtered.

    Parameters
    ----------
    fs : float
        Sampling rate in Hz.
    high_pass_hz, low_pass_hz : float or None
        −3 dB corners. A low-pass at or above 0.45 ``fs`` is left out: the signal ends there.
    order : int
        Order of each edge.

    Returns
    -------
    ndarray, (n_sections, 6), or None
    """
    from scipy.signal import butter

    if low_pass_hz is not None and low_pass_hz >= 0.45 * fs:
        low_pass_hz = None
    if high_pass_hz is not None and low_pass_hz is not None:
        return cast(Float, butter(order, (high_pass_hz, low_pass_hz), "bandpass", False, "sos", fs))
    if high_pass_hz is not None:
        return cast(Float, butter(order, high_pass_hz, "highpass", False, "sos", fs))
    if low_pass_hz is not None:
        return cast(Float, butter(order, low_pass_hz, "lowpass", False, "sos", fs))
    return None


def design_notch(fs: float, notch_hz: float, quality: float = 30.0) -> Float:
    """Second-order sections of a notch, for display only: a notch rings on spikes."""
    from scipy.signal import iirnotch, tf2sos

    numerator, denominator = iirnotch(notch_hz, quality, fs)
    return cast(Float, tf2sos(numerator, denominator))


class StreamingFilter:
    """A causal filter of one channel that remembers its state between calls.

    The state starts at the steady answer to the first sample, so that a constant offset makes no
    transient.

    Parameters
    ----------
    sections : ndarray, (n_sections, 6), or None
        None passes the signal through.
    """

    def __init__(self, sections: Float | None) -> None:
        self._sections = sections
        self._state: Float | None = None

    def __call__(self, samples: Float) -> Float:
        """Filter the next samples, (n_samples,) float64 µV."""
        if self._sections is None or samples.size == 0:
            return samples
        from scipy.signal import sosfilt, sosfilt_zi

        if self._state is None:
            self._state = sosfilt_zi(self._sections) * samples[0]
        filtered, self._state = sosfilt(self._sections, samples, zi=self._state)
        return cast(Float, filtered)
