"""Stage one, second half: what stands out of a channel's noise becomes events.

The frames come of :mod:`.bands`; they count from the segment's start, and so does everything here.
"""

from __future__ import annotations

from collections.abc import Hashable
from dataclasses import dataclass, field

import numpy as np
from numpy.typing import NDArray

from emgview.detection.bands import Bands, Frames
from emgview.detection.levels import MainsLevel, SegmentLevels
from emgview.detection.parameters import Parameters
from emgview.detection.patterns.trace import ActiveTrace
from emgview.signal.noise import tracked_sigma
from emgview.signal.waveform import WaveformMeasures

__all__ = ["Event", "EventStream", "MainsLevel", "SegmentLevels"]

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
    measured : dict
        What :mod:`.runs` measured of the ``wave`` alone, by how: looks ask again and again.
    in_run : tuple, or None
        The same of the last run that began with it, and of what it was measured.
    """

    start: int
    stop: int
    anchor: int
    shape: NDArray[np.float32]
    wave: NDArray[np.float32] | None
    sigma: float
    wide_sigma: float
    height: float
    measured: dict[Hashable, WaveformMeasures] = field(default_factory=dict)
    in_run: tuple[Hashable, WaveformMeasures] | None = None

    @property
    def snr(self) -> float:
        """Peak over noise in the detection band."""
        return abs(self.height) / self.sigma


class EventStream:
    """Frames of one channel in, events out.

    Parameters
    ----------
    bands : Bands
        Of all channels of the segment.
    row : int
        The channel's row in them.
    parameters : Parameters
    """

    def __init__(self, bands: Bands, row: int, parameters: Parameters) -> None:
        self._bands, self._row = bands, row
        self._fs, self._p, self._t = bands.fs, parameters.stream, parameters.template
        self.levels = bands.levels[row]
        self._open: tuple[int, int] | None = None
        self._stride = max(1, int(self._fs / self._t.rate_hz))
        self.trace = _Trace(self._fs, bands.frame, parameters)

    @property
    def shape_rate_hz(self) -> float:
        """Rate of the ``shape`` of the events."""
        return self._fs / self._stride

    @property
    def keeps_from(self) -> int:
        """Sample from which on the bands are still wanted."""
        keep = (self._bands.next_frame - 1) * self._bands.frame
        if self._open is not None:
            keep = min(keep, self._open[0])
        return keep - round(self._t.wave_before_ms * self._fs / 1000) - self._bands.frame

    def take(self, frames: Frames, *, final: bool) -> list[Event]:
        """Take the next frames; give the events that are certain by now."""
        self.trace.take(frames, self._row, self.levels.sigma)
        loud = frames.peak[self._row] > frames.threshold[self._row]
        events: list[Event] = []
        if loud.any() or self._open is not None:
            events = self._group(self._crossings(frames, loud), frames.stop)
        if final and self._open is not None:
            events += self._close(*self._open)
            self._open = None
        return events

    def _crossings(self, frames: Frames, loud: NDArray[np.bool_]) -> NDArray[np.intp]:
        """Samples over the threshold, in the frames that hold any."""
        frame, found = self._bands.frame, []
        for k in np.flatnonzero(loud).tolist():
            size = np.abs(frames.band[self._row, k * frame : (k + 1) * frame])
            over = np.flatnonzero(size > frames.threshold[self._row, k])
            found.append(over + (frames.start + k * frame))
        return np.concatenate(found) if found else np.empty(0, np.intp)

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
        size = np.abs(self._bands.band.of_row(self._row, first, last + 1))
        clear = np.flatnonzero(size > self._p.joined_fraction * size.max())
        cuts = np.flatnonzero(np.diff(clear) > self._p.merge_ms * self._fs / 1000) + 1
        parts = np.split(clear + first, cuts)
        return [self._event(int(part[0]), int(part[-1])) for part in parts]

    def _event(self, first: int, last: int) -> Event:
        band = self._bands.band.of_row(self._row, first, last + 1)
        anchor = first + _anchor(band)
        per_ms = self._fs / 1000
        t = self._t
        lag = t.lag_ms
        a = anchor - round((t.before_ms + lag) * per_ms / self._stride) * self._stride
        b = anchor + round((t.after_ms + lag) * per_ms / self._stride) * self._stride
        shape = self._bands.band.of_row(self._row, a, b + 1)[:: self._stride]
        wave = self._bands.wide.of_row(
            self._row,
            anchor - round(t.wave_before_ms * per_ms),
            anchor + round(t.wave_after_ms * per_ms),
        )
        index = min(first // self._bands.frame, len(self.levels.noise) - 1)
        wide_sigma = tracked_sigma(
            self._bands.wide_sigma[self._row],
            index,
            self._bands.before,
            self._bands.after,
            self._p.noise_quantile,
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


class _Trace(ActiveTrace):
    """Takes frames whose noise and peak are known already: those of all channels at once.

    Attributes
    ----------
    n_blocks : int
        Blocks that were ended.
    """

    def __init__(self, fs: float, frame: int, parameters: Parameters) -> None:
        super().__init__(fs, frame, parameters)
        self._known = 0.0, 0.0
        self.n_blocks = 0

    def take(self, frames: Frames, row: int, levels: list[float]) -> None:
        """Take the frames of a row; ``levels`` of all frames known."""
        length, band = self._frame, frames.band[row]
        sigmas, peaks = frames.long_noise[row].tolist(), frames.peak[row].tolist()
        if self._goes_on_silent(sigmas, peaks, levels[frames.first : frames.first + len(frames)]):
            self._leave_out(frames, band)
            return
        for k, known in enumerate(zip(sigmas, peaks, strict=True)):
            self._known = known
            self.add(frames.first + k, band[k * length : (k + 1) * length], levels, 0)

    def _goes_on_silent(self, sigmas: list[float], peaks: list[float], levels: list[float]) -> bool:
        """Whether nothing was kept of late, and nothing of these frames is."""
        if self._hang < 2 or (self._kept and self._quiet < 2 * self._hang):
            return False
        factor, least = self._stream.threshold_sigma, self._stream.threshold_uv
        loud = (p > max(factor * s, least) for p, s in zip(peaks, sigmas, strict=True))
        return not any(loud) and not any(level > self._p.dense_uv for level in levels)

    def _leave_out(self, frames: Frames, band: Float) -> None:
        """The same as silent frames one by one: the last of them wait."""
        n, length = len(frames), self._frame
        for k in range(max(n - self._hang, 0), n):
            part = band[k * length : (k + 1) * length]
            first = -((frames.first + k) * length) % self.stride
            self._waiting.append(part[first :: self.stride].astype(np.float32))
        self._waiting = self._waiting[-self._hang :]
        self._quiet += n

    def _end_block(self) -> None:
        super()._end_block()
        self.n_blocks += 1

    def _noise(self, _index: int, _levels: list[float], _after: int) -> float:
        return self._known[0]

    def _is_active(self, _band: Float, sigma: float, level: float) -> bool:
        threshold = max(self._stream.threshold_sigma * sigma, self._stream.threshold_uv)
        return self._known[1] > threshold or level > self._p.dense_uv


def _anchor(band: Float) -> int:
    """Index of the largest deflection; the negative one where both signs are nearly equal.

    Without this rule noise would choose between the two peaks of a symmetric potential.
    """
    lowest, highest = int(np.argmin(band)), int(np.argmax(band))
    return highest if band[highest] > -band[lowest] / 0.9 else lowest
