"""Mains are taken off all channels at once, before anything else is done."""

from __future__ import annotations

import numpy as np
from numpy.typing import NDArray

from emgview.detection.levels import MainsLevel, SegmentLevels
from emgview.detection.parameters import Parameters
from emgview.detection.tail import Tail
from emgview.model.interval import SampleInterval
from emgview.signal.mains import LineFit, between_spikes

Float = NDArray[np.float64]

_AT_ONCE = 8  # channels whose windows fit into the processor's cache
_CLOSE = 1 - 1e-6  # rounding of a power that comes of another sum


class MainsRemover:
    """Takes fitted mains off, window by window with cross-fade; keeps what it took.

    Windows of ``window`` samples start at every half window. A segment shorter than one window is
    passed unchanged.

    Parameters
    ----------
    fs : float
    parameters : Parameters
    levels : sequence of SegmentLevels
        Of each channel; what is found is noted there. Where it is below all limits, the numbers
        are those of the quick fit.
    """

    def __init__(self, fs: float, parameters: Parameters, levels: list[SegmentLevels]) -> None:
        p = parameters.stream
        self._half = round(p.mains_window_s * fs / 2)
        fits = (50.0, 60.0)
        self._fits = [LineFit(fs, 2 * self._half, hz, p.mains_harmonics) for hz in fits]
        self._p = p
        self._least_uv = min(p.mains_subtract_uv, p.mains_artefact_uv)
        self._least_part = min(p.mains_fraction, p.mains_artefact_fraction)
        self._levels = levels
        self._buffer = Tail(len(levels))
        self._start = 0
        self._previous: dict[int, Float] = {}  # second half of what was fitted, by channel
        ramp = np.arange(self._half) / self._half
        self._rise, self._fall = ramp, 1 - ramp

    def wants(self, n_samples: int) -> bool:
        """Whether so many more samples would complete a window."""
        return self._buffer.stop + n_samples - self._start >= 2 * self._half

    def push(self, samples: Float) -> Float:
        """Cleaned samples so far, (n_channels, n); they lag the input by up to one window."""
        self._buffer.append(samples)
        out = []
        while self._buffer.stop - self._start >= 2 * self._half:
            out.append(self._step())
        if len(out) == 1:
            return out[0]
        return np.concatenate(out, axis=1) if out else np.empty((len(self._levels), 0))

    def finish(self) -> Float:
        """The rest, cleaned with the last fit where it reaches."""
        rest = self._buffer.window(self._start, self._buffer.stop)
        n = min(rest.shape[1], self._half)
        for c, previous in self._previous.items():
            rest[c, :n] -= previous[:n]
        self._start = self._buffer.stop
        return rest

    def _step(self) -> Float:
        """Half a window of all channels, some of them at a time."""
        n, half = len(self._levels), self._half
        cleaned, fitted = np.empty((n, half)), dict[int, Float]()
        window = self._buffer.view(self._start, self._start + 2 * half)
        cleaned[:] = window[:, :half]
        for first in range(0, n, _AT_ONCE):
            fitted |= self._fitted(window[first : first + _AT_ONCE], first)
        self._take_off(cleaned, fitted)
        self._previous = {c: one[half:] for c, one in fitted.items()}
        self._start += half
        self._buffer.forget(self._start)
        return cleaned

    def _fitted(self, window: Float, first: int) -> dict[int, Float]:
        """What is to be taken off some channels, from the ``first`` on; notes what there is."""
        clipped, total = between_spikes(window)
        quick = np.stack([fit.quick_power(clipped) for fit in self._fits], axis=1)
        power = quick.max(axis=1)
        unclear = (power >= _CLOSE * self._least_uv**2) & (
            power >= _CLOSE * self._least_part * np.maximum(total, 1e-12)
        )
        interval, fitted = SampleInterval(self._start, self._start + 2 * self._half), {}
        for c in range(len(window)):
            line = self._fits[int(quick[c].argmax())]
            if unclear[c]:
                spectrum = np.fft.rfft(clipped[c])
                line = max(self._fits, key=lambda fit: fit.power(spectrum))
                power[c] = line.power(spectrum)
            rms, part = float(power[c]) ** 0.5, float(power[c]) / max(float(total[c]), 1e-12)
            self._levels[first + c].mains.append(MainsLevel(interval, rms, part, line.line_hz))
            if rms >= self._p.mains_subtract_uv and part >= self._p.mains_fraction:
                fitted[first + c] = line.waveform(spectrum)
        return fitted

    def _take_off(self, cleaned: Float, fitted: dict[int, Float]) -> None:
        """Fade from what was fitted before to what is fitted now."""
        half = self._half
        first = self._start == 0
        for c in sorted({*fitted, *self._previous}):
            now = fitted[c][:half] if c in fitted else np.zeros(half)
            before = now if first else self._previous.get(c, np.zeros(half))
            cleaned[c] -= self._fall * before + self._rise * now
