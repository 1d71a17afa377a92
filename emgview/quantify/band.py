"""The band in which units are told apart: high-passed, thinned out, its noise known."""

from __future__ import annotations

from dataclasses import dataclass

import numpy as np
from numpy.typing import NDArray

from emgview.quantify.parameters import BandLimits
from emgview.signal.noise import block_sigma

Float = NDArray[np.float64]

_ORDER = 2


@dataclass(frozen=True, slots=True, eq=False)
class Band:
    """Working signal of one stretch.

    Parameters
    ----------
    samples : ndarray, (n,) µV
        Without phase shift against the recording.
    fs : float
        Its rate in Hz: that of the recording over ``stride``.
    stride : int
    sigma : float
        Noise between the potentials, µV.
    """

    samples: Float
    fs: float
    stride: int
    sigma: float

    def n_samples(self, ms: float) -> int:
        """Whole samples in so many milliseconds, at least one."""
        return max(1, round(ms * self.fs / 1000))


def working_band(signal: Float, fs: float, p: BandLimits) -> Band:
    """Band of a stretch, (n,) µV at ``fs``."""
    stride = max(1, int(fs / p.working_rate_hz + 1e-9))
    rate = fs / stride
    high = min(p.low_pass_hz, 0.42 * rate)
    filtered = zero_phase(signal, fs, p.high_pass_hz, high)[::stride]
    block = max(1, round(p.block_ms * rate / 1000))
    levels = block_sigma(filtered, min(block, max(len(filtered), 1)))
    sigma = float(np.quantile(levels, p.noise_quantile)) if levels.size else 0.0
    return Band(np.ascontiguousarray(filtered), rate, stride, max(sigma, 1e-3))


def zero_phase(signal: Float, fs: float, high_pass_hz: float | None, low_pass_hz: float) -> Float:
    """The signal with the gain of Butterworth filters and no phase.

    Ends are mirrored, so that they make no step.
    """
    from scipy.fft import irfft, next_fast_len, rfft

    n = len(signal)
    edge = min(n, round(0.05 * fs))
    mirrored = np.concatenate((signal[:edge][::-1], signal, signal[-edge:][::-1]))
    size = next_fast_len(len(mirrored), real=True)
    hz = np.fft.rfftfreq(size, 1 / fs)
    gain = 1 / np.sqrt(1 + (hz / low_pass_hz) ** 8)
    if high_pass_hz is not None:
        ratio = (hz / high_pass_hz) ** (2 * _ORDER)
        gain *= np.sqrt(ratio / (1 + ratio))
    padded = np.pad(mirrored, (0, size - len(mirrored)), "edge")
    return np.asarray(irfft(rfft(padded) * gain, size)[edge : edge + n], dtype=np.float64)
