"""Stage one, first half: the samples of all channels become bands and levels, frame by frame.

Everything happens on frames counted from the start of a gap-free segment; a chunk only delivers
samples. Hence nothing can depend on where the chunks were cut. All channels are worked through
together: a call for each channel costs more than the work, and lets the other threads in between.
"""

from __future__ import annotations

from dataclasses import dataclass

import numpy as np
from numpy.typing import NDArray

from emgview.detection.levels import SegmentLevels
from emgview.detection.mains_removal import MainsRemover
from emgview.detection.parameters import Parameters
from emgview.detection.tail import Tail
from emgview.signal.filters import StreamingFilter, design_band
from emgview.signal.noise import block_sigma, tracked_rows

Float = NDArray[np.float64]


@dataclass(frozen=True, slots=True, eq=False)
class Frames:
    """Consecutive frames of all channels whose noise is known.

    Parameters
    ----------
    first : int
        Number of the first frame.
    start, stop : int
        Samples from the segment's start; the very last frame may be short.
    band : ndarray, (n_channels, stop - start)
        Detection band, µV; only until the next samples come.
    noise, long_noise : ndarray, (n_channels, n_frames)
        Noise of the threshold and, of a longer time, that of the patterns, µV.
    threshold : ndarray, (n_channels, n_frames)
    peak : ndarray, (n_channels, n_frames)
        Largest deflection of either sign in the band, µV.
    """

    first: int
    start: int
    stop: int
    band: Float
    noise: Float
    long_noise: Float
    threshold: Float
    peak: Float

    def __len__(self) -> int:
        return int(self.peak.shape[1])


class Bands:
    """Samples of all channels in, frames out.

    Parameters
    ----------
    n_channels : int
    fs : float
        Sampling rate in Hz.
    parameters : Parameters
    """

    def __init__(self, n_channels: int, fs: float, parameters: Parameters) -> None:
        p = parameters.stream
        self._p, self._trace = p, parameters.trace
        self.fs, self.frame = fs, max(1, round(p.frame_s * fs))
        self.levels = [SegmentLevels(self.frame) for _ in range(n_channels)]
        self._mains = MainsRemover(fs, parameters, self.levels)
        self._band = StreamingFilter(design_band(fs, p.band_low_hz, p.band_high_hz))
        self._wide = StreamingFilter(design_band(fs, p.wide_low_hz, None, order=1))
        self._slow = StreamingFilter(design_band(fs, None, p.slow_high_hz))
        self._pending = np.empty((n_channels, 0))
        self.band, self.wide = Tail(n_channels), Tail(n_channels)
        self.before = round(p.noise_before_s / p.frame_s)
        self.after = round(p.noise_after_s / p.frame_s)
        self._back = round(self._trace.noise_back_s / p.frame_s)
        self._sigma = Tail(n_channels)  # of the frames that are still asked for
        self.wide_sigma: list[list[float]] = [[] for _ in range(n_channels)]
        self.next_frame = 0

    def wants(self, n_samples: int) -> bool:
        """Whether so many more samples would give frames; until then they may wait."""
        return self._mains.wants(n_samples)

    def push(self, samples: Float) -> Frames:
        """Take the next samples, (n_channels, n) µV; give the frames that are certain by now."""
        return self._advance(self._mains.push(samples), final=False)

    def finish(self) -> Frames:
        """Take the end of the segment; give the remaining frames."""
        return self._advance(self._mains.finish(), final=True)

    def forget(self, before: int) -> None:
        """Drop samples of the bands before that one."""
        self.band.forget(before)
        self.wide.forget(before)

    def _advance(self, cleaned: Float, *, final: bool) -> Frames:
        pending = np.concatenate((self._pending, cleaned), axis=1)
        n = pending.shape[1]
        if not final:
            n -= n % self.frame
        self._filter(pending[:, :n])
        self._pending = pending[:, n:].copy()  # a view would keep all of it
        ready = self._sigma.stop - (0 if final else self.after)
        return self._frames(range(self.next_frame, max(ready, self.next_frame)))

    def _filter(self, samples: Float) -> None:
        """Filter whole frames (the very last one may be short) and note their levels."""
        n = samples.shape[1]
        if not n:
            return
        band, wide, slow = self._band(samples), self._wide(samples), self._slow(samples)
        self.band.append(band)
        self.wide.append(wide)
        whole = n - n % self.frame
        sigma, wide_sigma = block_sigma(band, self.frame), block_sigma(wide, self.frame)
        peaks = np.ptp(slow[:, :whole].reshape(len(slow), -1, self.frame), axis=2)
        if whole < n:  # a short frame is as noisy as the one before, where there is one
            rest = n - whole
            if self._sigma.stop + sigma.shape[1]:
                last = self._sigma.view(self._sigma.stop - 1, self._sigma.stop)
                sigma = np.append(sigma, sigma[:, -1:] if whole else last, axis=1)
                known = np.array([[levels[-1]] for levels in self.wide_sigma if not whole])
                end = wide_sigma[:, -1:] if whole else known
                wide_sigma = np.append(wide_sigma, end, axis=1)
            else:
                sigma, wide_sigma = block_sigma(band, rest), block_sigma(wide, rest)
            peaks = np.append(peaks, np.ptp(slow[:, whole:], axis=1)[:, np.newaxis], axis=1)
        self._sigma.append(sigma)
        for c, levels in enumerate(self.levels):
            levels.sigma += sigma[c].tolist()
            levels.slow_peak += peaks[c].tolist()
            self.wide_sigma[c] += wide_sigma[c].tolist()

    def _frames(self, ready: range) -> Frames:
        p, n = self._p, len(ready)
        start = min(ready.start * self.frame, self.band.stop)
        stop = min(ready.stop * self.frame, self.band.stop)
        band = self.band.view(start, stop)
        known = self._sigma.view(self._sigma.start, self._sigma.stop)
        here = range(ready.start - self._sigma.start, ready.stop - self._sigma.start)
        noise = tracked_rows(known, here, self.before, self.after, p.noise_quantile)
        noise = np.maximum(noise, p.noise_floor_uv)
        long = tracked_rows(known, here, self._back, self.after, self._trace.noise_quantile)
        long = np.maximum(long, p.noise_floor_uv)
        peak = np.empty((len(band), n))
        whole = band.shape[1] // self.frame
        size = np.abs(band)
        peak[:, :whole] = size[:, : whole * self.frame].reshape(len(band), -1, self.frame).max(2)
        if whole < n:
            peak[:, whole] = size[:, whole * self.frame :].max(axis=1)
        threshold = np.maximum(p.threshold_sigma * noise, p.threshold_uv)
        for levels, row in zip(self.levels, noise.tolist(), strict=True):
            levels.noise += row
        self.next_frame = ready.stop
        self._sigma.forget(ready.stop - max(self._back, self.before) - 1)
        return Frames(ready.start, start, stop, band, noise, long, threshold, peak)
