"""A small signal generator of its own: nothing is shared with the program's simulation.

Shapes are sums of Gaussian lobes ``(centre_ms, width_ms, height)``, scaled so that the largest
deflection is the given number of microvolt and lies at time 0, which is the true peak.
"""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass, field, replace

import numpy as np
import pytest
from numpy.typing import NDArray

from emgview.detection import Detector
from emgview.model import Channel, Chunk, DetectionRun, Proposal, RecordingInfo

Float = NDArray[np.float64]
Lobes = tuple[tuple[float, float, float], ...]

FIB: Lobes = ((-0.55, 0.2, 0.45), (0.0, 0.2, -1.0), (0.6, 0.3, 0.15))
EPS: Lobes = ((0.0, 0.35, -1.0), (1.1, 0.45, 0.5))
MUP: Lobes = ((-2.2, 0.8, 0.45), (0.0, 0.8, -1.0), (2.6, 1.3, 0.5))
MUP_2: Lobes = ((-1.2, 0.6, -0.5), (0.0, 0.5, 1.0), (1.6, 0.8, -0.7), (4.0, 1.5, 0.3))
MUP_3: Lobes = ((-3.0, 0.9, 0.3), (0.0, 1.0, -1.0), (1.9, 0.6, 0.35), (3.6, 0.9, -0.3))
COMPLEX: Lobes = (
    (-6.0, 0.7, 0.5),
    (-4.0, 0.7, -0.7),
    (-2.0, 0.7, 0.8),
    (0.0, 0.7, -1.0),
    (2.0, 0.7, 0.7),
    (4.0, 0.7, -0.6),
    (6.0, 0.8, 0.4),
)


def lobes(shape: Lobes, fs: float, peak_uv: float) -> tuple[Float, int]:
    """Waveform with the largest deflection ``peak_uv``, and the sample of time 0."""
    reach = max(abs(centre) + 5 * width for centre, width, _ in shape)
    middle = round(reach * fs / 1000)
    t_ms = (np.arange(2 * middle + 1) - middle) * 1000 / fs
    wave = sum(h * np.exp(-0.5 * ((t_ms - c) / w) ** 2) for c, w, h in shape)
    wave = np.asarray(wave)
    return wave * (peak_uv / np.abs(wave).max()), middle


def sharp_wave(fs: float, peak_uv: float) -> tuple[Float, int]:
    """Sharp positive spike of 2 ms, then a low negative tail that fades within 15 ms."""
    before = round(0.002 * fs)
    t_ms = (np.arange(round(0.030 * fs)) - before) * 1000 / fs
    spike = np.where(t_ms < 0, np.exp(-0.5 * (t_ms / 0.3) ** 2), np.exp(-0.5 * (t_ms / 0.8) ** 2))
    late = np.maximum(t_ms - 1.0, 0.0)
    tail = -0.6 * (late / 2.0) * np.exp(-late / 3.5)
    wave = spike + tail
    return wave * (peak_uv / np.abs(wave).max()), before


def pop(fs: float, step_uv: float, decay_ms: float) -> tuple[Float, int]:
    """A step within one sample and its exponential return."""
    t_ms = np.arange(round(0.006 * decay_ms * fs)) * 1000 / fs
    return step_uv * np.exp(-t_ms / decay_ms), 0


@dataclass
class Bench:
    """One channel that is built up, and the detector run over it.

    Parameters
    ----------
    fs, seconds, seed : numbers
    noise_uv : float
        Standard deviation of the white noise.
    """

    fs: float = 20_000.0
    seconds: float = 10.0
    noise_uv: float = 4.0
    seed: int = 1
    rng: np.random.Generator = field(init=False)
    uv: Float = field(init=False)

    def __post_init__(self) -> None:
        self.rng = np.random.default_rng(self.seed)
        self.uv = self.noise_uv * self.rng.standard_normal(round(self.fs * self.seconds))

    def regular(
        self, rate_hz: float, cv: float, start_s: float = 0.2, stop_s: float | None = None
    ) -> Float:
        """Times of a train with Gaussian intervals."""
        stop_s = self.seconds - 0.2 if stop_s is None else stop_s
        n = int((stop_s - start_s) * rate_hz * 1.5) + 2
        steps = np.maximum(1 + cv * self.rng.standard_normal(n), 0.3) / rate_hz
        times = start_s + np.concatenate(([0.0], np.cumsum(steps)))
        return times[times < stop_s]

    def poisson(self, rate_hz: float, least_s: float = 0.02) -> Float:
        """Times without any rhythm, at least ``least_s`` apart."""
        steps = least_s + self.rng.exponential(1 / rate_hz, int(2 * rate_hz * self.seconds) + 5)
        times = 0.2 + np.cumsum(steps)
        return times[times < self.seconds - 0.2]

    def put(
        self, wave: tuple[Float, int], times_s: Float | list[float], spread: float = 0.03
    ) -> list[int]:
        """Add a waveform at each time, its size varying a little; gives the peak samples."""
        shape, middle = wave
        peaks = []
        for time in times_s:
            peak = round(float(time) * self.fs)
            a, b = peak - middle, peak - middle + len(shape)
            first, last = max(a, 0), min(b, len(self.uv))
            if first < last:
                size = 1 + spread * self.rng.standard_normal()
                self.uv[first:last] += size * shape[first - a : last - a]
            peaks.append(peak)
        return peaks

    def lobes(self, shape: Lobes, peak_uv: float, times_s: Float | list[float]) -> list[int]:
        """Add a sum of lobes at each time."""
        return self.put(lobes(shape, self.fs, peak_uv), times_s)

    def mains(self, peak_uv: float, hz: float = 50.0, harmonics: int = 1) -> None:
        """Add mains over the whole length, each harmonic half the one before."""
        t = np.arange(len(self.uv)) / self.fs
        for k in range(1, harmonics + 1):
            self.uv += peak_uv * 0.5 ** (k - 1) * np.sin(2 * np.pi * k * hz * t + 0.7 * k)

    def voluntary(self, start_s: float, stop_s: float) -> None:
        """Three units as in slight contraction."""
        for shape, uv, hz in ((MUP, 500.0, 9.0), (MUP_2, 300.0, 10.5), (MUP_3, 800.0, 8.0)):
            self.lobes(shape, uv, self.regular(hz, 0.15, start_s, stop_s))

    def run(self, chunk: int = 20_000) -> DetectionRun:
        """Detect over the channel in chunks."""
        return detect(self.uv[:, np.newaxis], self.fs, chunk)


def info(fs: float, n_samples: int, n_channels: int = 1, **changes: object) -> RecordingInfo:
    """A recording of microvolt channels."""
    channel = replace(Channel("EMG"), **changes)  # type: ignore[arg-type]
    return RecordingInfo("rec-1", fs, n_samples, (channel,) * n_channels)


def detect(samples: NDArray[np.floating], fs: float, chunk: int = 20_000) -> DetectionRun:
    """Detect in (n_samples, n_channels) microvolt without gaps."""
    detector = Detector(info(fs, len(samples), samples.shape[1]))
    native = samples.astype(np.float32)
    for start in range(0, len(native), chunk):
        detector.push(Chunk(native[start : start + chunk], start))
    return detector.finish()


def of_class(run: DetectionRun, *prefixes: str) -> list[Proposal]:
    """Proposals whose class starts with one of the prefixes."""
    return [p for p in run.proposals if p.activity.startswith(prefixes)]


def peaks_of(proposals: list[Proposal]) -> list[int]:
    """Sorted peaks of all their potentials."""
    return sorted(peak for p in proposals for peak in p.peak_samples)


def found_part(truth: list[int], found: list[int], tolerance: int) -> float:
    """Part of the true peaks with a found one within the tolerance."""
    if not truth or not found:
        return 0.0
    places = np.asarray(found)
    return float(np.mean([np.abs(places - peak).min() <= tolerance for peak in truth]))


class Lab:
    """The module's shapes and functions for test files, which cannot import one another."""

    FIB, EPS, MUP, MUP_2, COMPLEX = FIB, EPS, MUP, MUP_2, COMPLEX
    sharp_wave = staticmethod(sharp_wave)
    pop = staticmethod(pop)
    info = staticmethod(info)
    detect = staticmethod(detect)
    of_class = staticmethod(of_class)
    peaks_of = staticmethod(peaks_of)
    found_part = staticmethod(found_part)


@pytest.fixture(scope="session")
def bench() -> Callable[..., Bench]:
    """Makes a channel to build up."""
    return Bench


@pytest.fixture(scope="session")
def lab() -> Lab:
    """Shapes and functions."""
    return Lab()
