"""Microvolt to loudspeaker: band with state, gain, limiter."""

from __future__ import annotations

import numpy as np
from numpy.typing import NDArray

from emgview.signal.filters import design_band

Float = NDArray[np.float64]


class Band:
    """The band of the loudspeaker over successive blocks: no click where two of them meet.

    Parameters
    ----------
    fs : float
        Hz. A corner that the rate cannot carry is left out.
    high_pass_hz, low_pass_hz : float
    n_channels : int
    """

    def __init__(self, fs: float, high_pass_hz: float, low_pass_hz: float, n_channels: int) -> None:
        high = high_pass_hz if high_pass_hz < 0.45 * fs else None
        self._sections = design_band(fs, high, low_pass_hz)
        self._n_channels = n_channels
        self._state: Float | None = None

    def __call__(self, samples: NDArray[np.float32]) -> Float:
        """Filter the next block (n, n_channels) µV; what is missing (NaN) is silent."""
        block = np.nan_to_num(samples.astype(np.float64), nan=0.0)
        if self._sections is None or len(block) == 0:
            return block
        from scipy.signal import sosfilt, sosfilt_zi

        if self._state is None:
            zi = sosfilt_zi(self._sections)
            self._state = zi[:, :, np.newaxis] * block[0]
        out, self._state = sosfilt(self._sections, block, axis=0, zi=self._state)
        return np.asarray(out, dtype=np.float64)


def limited(x: Float, limit_from: float) -> Float:
    """Sound that never leaves −1…1: straight up to ``limit_from``, bent from there on."""
    room = 1.0 - limit_from
    size = np.abs(x)
    bent = limit_from + room * np.tanh((size - limit_from) / room)
    return np.where(size <= limit_from, x, np.sign(x) * bent)
