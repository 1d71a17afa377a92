"""A potential as a fine wave, and what the acquisition chain makes of it."""

from __future__ import annotations

from dataclasses import dataclass

import numpy as np
from numpy.typing import NDArray

from emgview.simulation.scenario import Chain

Array = NDArray[np.float64]

MASTER_HZ = 96_000.0  # shapes are computed here, whatever the rate of the recording
_TRIM_FRACTION = 0.002
_SETTLE_S = 0.06


@dataclass(frozen=True, slots=True, eq=False)
class Shape:
    """Measures of one potential; indices on its own samples."""

    onset: int
    offset: int
    peak: int
    amplitude: float
    largest: float
    phases: int
    first_positive: bool


def time_axis_ms(duration_ms: float) -> Array:
    """Times of the master rate from 0 to the duration."""
    count = round(duration_ms * MASTER_HZ / 1000.0)
    return np.arange(count, dtype=np.float64) * (1000.0 / MASTER_HZ)


def low_pass_hz(chain: Chain, fs: float) -> float:
    """Corner of the chain at that sampling rate."""
    return min(chain.low_pass_hz, chain.low_pass_fraction * fs)


def frequencies_hz(size: int, fs: float) -> Array:
    """Frequencies of a real transform of ``size`` samples."""
    return np.arange(size // 2 + 1, dtype=np.float64) * (fs / size)


def response(hz: Array, chain: Chain, fs: float) -> NDArray[np.complex128]:
    """Gain of the chain: one RC high-pass; a fourth-order Butterworth low-pass without delay.

    Converters compensate the delay of their decimation filter, hence no phase at the upper end:
    a potential stands at the same time at every sampling rate.
    """
    ratio = 1j * hz / chain.high_pass_hz
    fall = 1.0 / np.sqrt(1.0 + (hz / low_pass_hz(chain, fs)) ** 8)
    return np.asarray(ratio / (1.0 + ratio) * fall, dtype=np.complex128)


def through_chain(wave: Array, chain: Chain, fs: float) -> Array:
    """The wave (last axis, master rate) behind the chain, with room to settle on both sides."""
    room = round(_SETTLE_S * MASTER_HZ)
    length = wave.shape[-1] + 2 * room
    size = 1 << (length - 1).bit_length()
    padded = np.zeros((*wave.shape[:-1], size))
    padded[..., room : room + wave.shape[-1]] = wave
    gain = response(frequencies_hz(size, MASTER_HZ), chain, fs)
    return np.fft.irfft(np.fft.rfft(padded) * gain, size)[..., :length]


def trimmed(wave: Array) -> Array:
    """The wave between the first and last value that matters, one zero on either side."""
    limit = _TRIM_FRACTION * float(np.abs(wave).max(initial=0.0))
    inside = np.flatnonzero(np.abs(wave) > limit)
    if len(inside) == 0:
        return np.zeros(2)
    cut = wave[max(inside[0] - 1, 0) : inside[-1] + 2].copy()
    cut[0] = cut[-1] = 0.0
    return cut


def mixed(waves: Array, shifts_s: Array, gates: Array) -> Array:
    """Sum of the parts of an unstable unit, each shifted and multiplied; some are left out."""
    room = int(np.ceil(np.abs(shifts_s).max() * MASTER_HZ)) + 1
    total = np.zeros(waves.shape[1] + 2 * room)
    for wave, shift_s, gate in zip(waves, shifts_s, gates, strict=True):
        first = room + round(shift_s * MASTER_HZ)
        total[first : first + len(wave)] += gate * wave
    return total


def sampled(wave: Array, fs: float, fraction: float) -> Array:
    """Samples of a wave that starts ``fraction`` of a sample before the first one."""
    step = MASTER_HZ / fs
    count = int(np.ceil(len(wave) / step)) + 1
    places = (np.arange(count) + fraction) * step
    return np.asarray(np.interp(places, np.arange(len(wave)), wave, right=0.0))


def measure(wave: Array, chain: Chain) -> Shape:
    """Onset, offset, peak, amplitude and phases of a noise-free wave."""
    amplitude = float(wave.max() - wave.min())
    inside = np.flatnonzero(np.abs(wave) >= chain.edge_fraction * amplitude)
    lobes = np.sign(wave[np.abs(wave) >= chain.phase_fraction * amplitude])
    peak = int(np.abs(wave).argmax())
    return Shape(
        onset=int(inside[0]),
        offset=int(inside[-1]) + 1,
        peak=peak,
        amplitude=amplitude,
        largest=float(abs(wave[peak])),
        phases=1 + int(np.count_nonzero(np.diff(lobes))),
        first_positive=bool(lobes[0] > 0),
    )


def duration_ms(shape: Shape, fs: float = MASTER_HZ) -> float:
    """From onset to offset."""
    return (shape.offset - shape.onset) * 1000.0 / fs
