"""Butterworth and mains filters with state: the same output whatever the cut points."""

from __future__ import annotations

from copy import copy
from typing import cast

import numpy as np
from numpy.typing import NDArray

Float = NDArray[np.float64]
Samples = NDArray[np.float32]

NYQUIST_PART = 0.45
"""Corners above this part of the sampling rate cannot be drawn truly."""


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


def design_edges(
    fs: float, high_pass_hz: float | None, low_pass_hz: float | None, *, twice: bool = False
) -> Float:
    """Sections of a Butterworth high-pass and a low-pass of second order, one after the other.

    Parameters
    ----------
    twice : bool
        The sections will be passed on and back (:func:`both_ways`): the corners are moved so that
        both passes together have their -3 dB there.

    Returns
    -------
    ndarray, (0…2, 6)
    """
    from scipy.signal import butter

    shift = (2**0.5 - 1) ** 0.25 if twice else 1.0
    sections = [np.empty((0, 6))]
    for corner, kind, factor in (
        (high_pass_hz, "highpass", shift),
        (low_pass_hz, "lowpass", 1 / shift),
    ):
        if corner is not None:
            # on the warped axis of the bilinear transform, so that it stays below fs / 2
            moved = np.arctan(np.tan(np.pi * corner / fs) * factor) * fs / np.pi
            sections.append(butter(2, moved, kind, False, "sos", fs))
    return np.concatenate(sections)


def design_comb(fs: float, mains_hz: float, harmonics: int, bandwidth_hz: float) -> Float:
    """Second-order sections of one notch for mains and each harmonic below 0.45 ``fs``.

    For display only. Side effects: each notch rings for about ``1 / (pi * bandwidth_hz)`` seconds
    after a large potential, at mains frequency, and takes what the signal itself has there.

    Notches, not a feedback comb: that needs a whole number of samples a period (60 Hz at 10 kHz
    has none), and it would take the constant offset and every harmonic up to the end.

    Parameters
    ----------
    harmonics : int
        Notches in all, mains itself being the first.
    bandwidth_hz : float
        Between the -3 dB points, the same for each.

    Returns
    -------
    ndarray, (n_sections, 6); none where mains lies above.
    """
    from scipy.signal import iirnotch, tf2sos

    lines = [mains_hz * k for k in range(1, harmonics + 1) if mains_hz * k < NYQUIST_PART * fs]
    sections = [tf2sos(*iirnotch(line, line / bandwidth_hz, fs)) for line in lines]
    return np.concatenate(sections) if sections else np.empty((0, 6))


def settle_samples(sections: Float, part: float) -> int:
    """Samples after which less than ``part`` of a wrong start is left in the output.

    From the slowest pole of all sections.
    """
    from scipy.signal import sos2zpk

    if len(sections) == 0:
        return 0
    _zeros, poles, _gain = sos2zpk(sections)
    slowest = float(np.abs(poles).max())
    if slowest <= 0:
        return len(sections) * 2
    return int(np.ceil(np.log(part) / np.log(slowest)))


class StreamingFilter:
    """A causal filter of one channel, or of several, that remembers its state between calls.

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
        """Filter the next samples, (..., n_samples) float64 µV."""
        if self._sections is None or samples.size == 0:
            return samples
        from scipy.signal import sosfilt, sosfilt_zi

        if self._state is None:
            steady = sosfilt_zi(self._sections)
            lead = (1,) * (samples.ndim - 1)
            self._state = steady.reshape(len(steady), *lead, 2) * samples[..., :1]
        filtered, self._state = sosfilt(self._sections, samples, axis=-1, zi=self._state)
        return cast(Float, filtered)


_ROWS_AT_ONCE = 32 * 64
"""Whole strides whose matrices still fit into the processor's cache: three times as fast."""


class _Strides:
    """A cascade of sections worked through in strides of 64 samples by matrix products.

    Of a linear filter, output and next state of a stride are matrices times input and state. The
    matrices are found by filtering unit vectors. One product for all channels takes a third of
    the time of going through sample by sample, and hardly more for ten sections than for one.

    Parameters
    ----------
    sections : ndarray, (n_sections, 6)
    """

    LENGTH = 64

    def __init__(self, sections: Float) -> None:
        from scipy.signal import sosfilt

        n, n_states = self.LENGTH, 2 * len(sections)
        rest = np.zeros((len(sections), 2, n))
        self._through, states = sosfilt(sections, np.eye(n), axis=0, zi=rest)
        self._into = states.reshape(n_states, n)
        units = np.eye(n_states).reshape(len(sections), 2, n_states)
        self._out, states = sosfilt(sections, np.zeros((n, n_states)), axis=0, zi=units)
        self._keep = states.reshape(n_states, n_states)

    def __call__(self, samples: Float, state: Float) -> tuple[Float, Float]:
        """Output and next state of whole strides.

        Parameters
        ----------
        samples : ndarray, (k * 64, n_channels)
        state : ndarray, (n_sections, 2, n_channels)
        """
        n_channels = samples.shape[1]
        strides = samples.reshape(-1, self.LENGTH, n_channels)
        new = self._into @ strides
        states = np.empty_like(new)
        now = state.reshape(-1, n_channels)
        for k in range(len(strides)):
            states[k] = now
            now = self._keep @ now + new[k]
        out = self._through @ strides
        out += self._out @ states
        return out.reshape(samples.shape), now.reshape(state.shape)


class ChannelFilter:
    """A causal filter of several channels that remembers its state between calls.

    Starts at the steady answer to the first sample, and anew after missing samples: filled with
    zero, the edges of a gap were steps of the electrode's offset. Works in float64: in float32
    a high-pass of 0.5 Hz at 10 kHz is lost in rounding.

    Parameters
    ----------
    sections : ndarray, (n_sections, 6)
        None at all passes the samples through.
    n_channels : int
    """

    def __init__(self, sections: Float, n_channels: int) -> None:
        self._sections = sections
        self._strides = _Strides(sections) if len(sections) else None
        self.state = np.zeros((len(sections), 2, n_channels))
        self.running = np.zeros(n_channels, np.bool_)

    def copy(self) -> ChannelFilter:
        """A filter that goes on from the same state."""
        other = copy(self)
        other.state, other.running = self.state.copy(), self.running.copy()
        return other

    def __call__(self, samples: Samples) -> Samples:
        """Filter the next samples, (n_samples, n_channels) µV; NaN stays NaN."""
        if samples.size == 0 or self._strides is None:
            return samples
        missing = np.isnan(samples)
        if not missing.any():
            return self._run(self._strides, samples, slice(None))
        out = np.full(samples.shape, np.nan, np.float32)
        patterns, which = np.unique(missing, axis=1, return_inverse=True)
        for n, pattern in enumerate(patterns.T):
            columns = np.flatnonzero(which.ravel() == n)
            for start, stop in present_runs(pattern):
                if start > 0:
                    self.running[columns] = False
                part = samples[start:stop, columns]
                out[start:stop, columns] = self._run(self._strides, part, columns)
            if pattern[-1]:
                self.running[columns] = False
        return out

    def _run(
        self, strides: _Strides, samples: Samples, columns: slice | NDArray[np.intp]
    ) -> Samples:
        """Filter channels without missing samples."""
        from scipy.signal import sosfilt, sosfilt_zi

        state, fresh = self.state[:, :, columns], ~self.running[columns]
        if fresh.any():
            steady = sosfilt_zi(self._sections)[:, :, np.newaxis]
            state[:, :, fresh] = steady * samples[0, fresh].astype(np.float64)
        out = np.empty(samples.shape, np.float32)
        whole = len(samples) // strides.LENGTH * strides.LENGTH
        for start in range(0, whole, _ROWS_AT_ONCE):
            part = slice(start, min(start + _ROWS_AT_ONCE, whole))
            out[part], state = strides(samples[part].astype(np.float64), state)
        if whole < len(samples):
            rest = samples[whole:].astype(np.float64)
            out[whole:], state = sosfilt(self._sections, rest, axis=0, zi=state)
        self.state[:, :, columns] = state
        self.running[columns] = True
        return out


def both_ways(sections: Float, samples: Samples) -> Samples:
    """Filtered on and back: no shift in time; NaN stays NaN and is an end on both sides."""
    n_channels = samples.shape[1]
    on = ChannelFilter(sections, n_channels)(samples)
    back = ChannelFilter(sections, n_channels)(on[::-1])
    return back[::-1]


def present_runs(missing: NDArray[np.bool_]) -> list[tuple[int, int]]:
    """Half-open stretches of False."""
    padded = np.concatenate(([True], missing, [True]))
    edges = np.flatnonzero(padded[1:] != padded[:-1])
    return [(int(a), int(b)) for a, b in zip(edges[::2], edges[1::2], strict=True)]
