"""Stage one: a channel's samples become events, on a grid of frames.

Everything happens on frames counted from the start of a gap-free segment; a chunk only delivers
samples. Hence the events cannot depend on where the chunks were cut.
"""

from __future__ import annotations

from dataclasses import dataclass, field

import numpy as np
from numpy.typing import NDArray

from emgview.detection.parameters import Parameters
from emgview.detection.patterns.trace import ActiveTrace
from emgview.model.interval import SampleInterval
from emgview.signal.filters import StreamingFilter, design_band
from emgview.signal.mains import LineFit, spectrum_of
from emgview.signal.noise import block_sigma, tracked_sigma

Float = NDArray[np.float64]


@dataclass(slots=True, eq=False)
class Event:
    """One thing that stands out of the noise. Sample numbers count from the segment's start.

    Parameters
    ----------
    start, stop : int
        First and one past the last crossing of the threshold.
    anchor : int
        Largest deflection in the detection band: what shapes are aligned at.
    shape : ndarray, (n,) float32
        Detection band around the anchor at the template rate.
    wave : ndarray, (m,) float32, or None
        Wide band around the anchor at the recording's rate.
    sigma, wide_sigma : float
        Noise in the detection band and in the wide band, µV.
    height : float
        Signed deflection at the anchor.
    """

    start: int
    stop: int
    anchor: int
    shape: NDArray[np.float32]
    wave: NDArray[np.float32] | None
    sigma: float
    wide_sigma: float
    height: float

    @property
    def snr(self) -> float:
        """Peak over noise in the detection band."""
        return abs(self.height) / self.sigma


@dataclass(frozen=True, slots=True)
class MainsLevel:
    """Mains found in one window: RMS in µV, part of the power between the spikes, frequency."""

    interval: SampleInterval
    rms_uv: float
    fraction: float
    line_hz: float


@dataclass(slots=True)
class SegmentLevels:
    """Frame by frame levels of a segment, for what is decided at its end."""

    frame: int
    sigma: list[float] = field(default_factory=list)
    noise: list[float] = field(default_factory=list)
    slow_peak: list[float] = field(default_factory=list)
    mains: list[MainsLevel] = field(default_factory=list)


class MainsRemover:
    """Takes fitted mains off, window by window with cross-fade; keeps what it took.

    Windows of ``window`` samples start at every half window. A segment shorter than one window is
    passed unchanged.
    """

    def __init__(self, fs: float, parameters: Parameters, levels: SegmentLevels) -> None:
        p = parameters.stream
        self._half = round(p.mains_window_s * fs / 2)
        fits = (50.0, 60.0)
        self._fits = [LineFit(fs, 2 * self._half, hz, p.mains_harmonics) for hz in fits]
        self._p = p
        self._levels = levels
        self._buffer = Tail()
        self._start = 0
        self._previous: Float | None = None
        ramp = np.arange(self._half) / self._half
        self._rise, self._fall = ramp, 1 - ramp

    def push(self, samples: Float) -> Float:
        """Cleaned samples so far; the output lags the input by up to one window."""
        self._buffer.append(samples)
        out = []
        while self._buffer.stop - self._start >= 2 * self._half:
            out.append(self._step())
        return np.concatenate(out) if out else np.empty(0)

    def finish(self) -> Float:
        """The rest, cleaned with the last fit where it reaches."""
        rest = self._buffer.window(self._start, self._buffer.stop)
        if self._previous is not None:
            n = min(len(rest), self._half)
            rest[:n] -= self._previous[:n]
        self._start = self._buffer.stop
        return rest

    def _step(self) -> Float:
        half = self._half
        window = self._buffer.window(self._start, self._start + 2 * half)
        spectrum, total = spectrum_of(window)
        line = max(self._fits, key=lambda fit: fit.power(spectrum))
        power = line.power(spectrum)
        rms, part = power**0.5, power / max(total, 1e-12)
        self._levels.mains.append(
            MainsLevel(SampleInterval(self._start, self._start + 2 * half), rms, part, line.line_hz)
        )
        if rms < self._p.mains_subtract_uv or part < self._p.mains_fraction:
            fitted = np.zeros(2 * half)
        else:
            fitted = line.waveform(spectrum)
        before = fitted[:half] if self._previous is None else self._previous
        cleaned = np.asarray(
            window[:half] - (self._fall * before + self._rise * fitted[:half]), dtype=np.float64
        )
        self._previous = fitted[half:]
        self._start += half
        self._buffer.forget(self._start)
        return cleaned


class Tail:
    """The last part of an endless signal, addressed by absolute sample.

    Its memory is taken once and used again: a new array for each push, always of another size,
    tears the heap into pieces between the events that stay, which no later push fits into.
    """

    def __init__(self) -> None:
        self._room = np.empty(0)
        self._n = 0
        self.start = 0

    @property
    def stop(self) -> int:
        """One past the newest sample."""
        return self.start + self._n

    def append(self, samples: Float) -> None:
        """Add the next samples."""
        n = self._n + len(samples)
        if n > len(self._room):
            kept = self._room[: self._n]
            self._room = np.empty(n + n // 4)
            self._room[: self._n] = kept
        self._room[self._n : n] = samples
        self._n = n

    def window(self, start: int, stop: int) -> Float:
        """Samples of a window, a copy; zero where there are none (any more)."""
        out = np.zeros(stop - start)
        a, b = max(start, self.start), min(stop, self.stop)
        if a < b:
            out[a - start : b - start] = self._room[a - self.start : b - self.start]
        return out

    def forget(self, before: int) -> None:
        """Drop everything before a sample, as soon as that is more than half of what is kept."""
        drop = before - self.start
        if drop > self._n // 2:
            left = self._n - drop  # less than what is dropped: the two do not overlap
            self._room[:left] = self._room[drop : self._n]
            self._n = left
            self.start += drop


class EventStream:
    """Samples of one channel in, events out.

    Parameters
    ----------
    fs : float
        Sampling rate in Hz.
    parameters : Parameters
    """

    def __init__(self, fs: float, parameters: Parameters) -> None:
        p = parameters.stream
        self._fs, self._p, self._t = fs, p, parameters.template
        self.frame = max(1, round(p.frame_s * fs))
        self.levels = SegmentLevels(self.frame)
        self._mains = MainsRemover(fs, parameters, self.levels)
        self._band = StreamingFilter(design_band(fs, p.band_low_hz, p.band_high_hz))
        self._wide = StreamingFilter(design_band(fs, p.wide_low_hz, None, order=1))
        self._slow = StreamingFilter(design_band(fs, None, p.slow_high_hz))
        self._pending = np.empty(0)
        self._band_tail, self._wide_tail = Tail(), Tail()
        self._before = round(p.noise_before_s / p.frame_s)
        self._after = round(p.noise_after_s / p.frame_s)
        self._wide_sigma: list[float] = []
        self._next_frame = 0
        self._open: tuple[int, int] | None = None
        self._stride = max(1, int(fs / self._t.rate_hz))
        self.trace = ActiveTrace(fs, self.frame, parameters)

    @property
    def shape_rate_hz(self) -> float:
        """Rate of the ``shape`` of the events."""
        return self._fs / self._stride

    def push(self, samples: Float) -> list[Event]:
        """Take the next samples, µV; give the events that are certain by now."""
        return self._advance(self._mains.push(samples), final=False)

    def finish(self) -> list[Event]:
        """Take the end of the segment; give the remaining events."""
        return self._advance(self._mains.finish(), final=True)

    def _advance(self, cleaned: Float, *, final: bool) -> list[Event]:
        self._pending = np.concatenate((self._pending, cleaned))
        n = len(self._pending) // self.frame * self.frame
        if final:
            n = len(self._pending)
        self._filter(self._pending[:n])
        self._pending = self._pending[n:].copy()  # a view would keep all of it
        events: list[Event] = []
        ready = len(self.levels.sigma) - (0 if final else self._after)
        while self._next_frame < ready:
            events += self._scan(self._next_frame)
            self._next_frame += 1
        if final and self._open is not None:
            events += self._close(*self._open)
            self._open = None
        self._forget()
        return events

    def _filter(self, samples: Float) -> None:
        """Filter whole frames (the very last one may be short) and note their levels."""
        if not len(samples):
            return
        band, wide, slow = self._band(samples), self._wide(samples), self._slow(samples)
        self._band_tail.append(band)
        self._wide_tail.append(wide)
        levels, whole = self.levels, len(samples) // self.frame * self.frame
        levels.sigma += block_sigma(band, self.frame).tolist()
        self._wide_sigma += block_sigma(wide, self.frame).tolist()
        levels.slow_peak += np.ptp(slow[:whole].reshape(-1, self.frame), axis=1).tolist()
        rest = len(samples) - whole
        if not rest:
            return
        if levels.sigma:
            levels.sigma.append(levels.sigma[-1])
            self._wide_sigma.append(self._wide_sigma[-1])
        else:
            levels.sigma.append(float(block_sigma(band, rest)[0]))
            self._wide_sigma.append(float(block_sigma(wide, rest)[0]))
        levels.slow_peak.append(float(np.ptp(slow[whole:])))

    def _scan(self, index: int) -> list[Event]:
        p = self._p
        sigma = tracked_sigma(self.levels.sigma, index, self._before, self._after, p.noise_quantile)
        sigma = max(sigma, p.noise_floor_uv)
        self.levels.noise.append(sigma)
        start = index * self.frame
        stop = min(start + self.frame, self._band_tail.stop)
        threshold = max(p.threshold_sigma * sigma, p.threshold_uv)
        band = self._band_tail.window(start, stop)
        self.trace.add(index, band, self.levels.sigma, self._after)
        crossings = np.flatnonzero(np.abs(band) > threshold) + start
        return self._group(crossings, stop)

    def _group(self, crossings: NDArray[np.intp], frontier: int) -> list[Event]:
        merge = max(1, round(self._p.merge_ms * self._fs / 1000))
        events: list[Event] = []
        if crossings.size:
            cuts = np.flatnonzero(np.diff(crossings) > merge) + 1
            for run in np.split(crossings, cuts):
                first, last = int(run[0]), int(run[-1])
                if self._open is not None and first - self._open[1] <= merge:
                    self._open = (self._open[0], last)
                    continue
                if self._open is not None:
                    events += self._close(*self._open)
                self._open = (first, last)
        if self._open is not None and frontier - self._open[1] > merge:
            events += self._close(*self._open)
            self._open = None
        return events

    def _close(self, first: int, last: int) -> list[Event]:
        """Potentials of a stretch of crossings: the flanks of large ones may have joined them."""
        if last - first <= self._p.joined_ms * self._fs / 1000:
            return [self._event(first, last)]
        size = np.abs(self._band_tail.window(first, last + 1))
        clear = np.flatnonzero(size > self._p.joined_fraction * size.max())
        cuts = np.flatnonzero(np.diff(clear) > self._p.merge_ms * self._fs / 1000) + 1
        parts = np.split(clear + first, cuts)
        return [self._event(int(part[0]), int(part[-1])) for part in parts]

    def _event(self, first: int, last: int) -> Event:
        band = self._band_tail.window(first, last + 1)
        anchor = first + _anchor(band)
        per_ms = self._fs / 1000
        t = self._t
        lag = t.lag_ms
        a = anchor - round((t.before_ms + lag) * per_ms / self._stride) * self._stride
        b = anchor + round((t.after_ms + lag) * per_ms / self._stride) * self._stride
        shape = self._band_tail.window(a, b + 1)[:: self._stride]
        wave = self._wide_tail.window(
            anchor - round(t.wave_before_ms * per_ms), anchor + round(t.wave_after_ms * per_ms)
        )
        index = min(first // self.frame, len(self.levels.noise) - 1)
        wide_sigma = tracked_sigma(
            self._wide_sigma, index, self._before, self._after, self._p.noise_quantile
        )
        return Event(
            start=first,
            stop=last + 1,
            anchor=anchor,
            shape=shape.astype(np.float32),
            wave=wave.astype(np.float32),
            sigma=self.levels.noise[index],
            wide_sigma=max(wide_sigma, self._p.noise_floor_uv),
            height=float(band[anchor - first]),
        )

    def _forget(self) -> None:
        keep = (self._next_frame - 1) * self.frame
        if self._open is not None:
            keep = min(keep, self._open[0])
        keep -= round(self._t.wave_before_ms * self._fs / 1000) + self.frame
        self._band_tail.forget(keep)
        self._wide_tail.forget(keep)


def _anchor(band: Float) -> int:
    """Index of the largest deflection; the negative one where both signs are nearly equal.

    Without this rule noise would choose between the two peaks of a symmetric potential.
    """
    lowest, highest = int(np.argmin(band)), int(np.argmax(band))
    return highest if band[highest] > -band[lowest] / 0.9 else lowest
