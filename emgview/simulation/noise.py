"""Baseline noise of needle, amplifier and quiet muscle."""

from __future__ import annotations

import numpy as np
from numpy.typing import NDArray

from emgview.simulation.scenario import Chain
from emgview.simulation.wave import frequencies_hz, response

_BLOCK = 65_536
_FADE = 4_096
_REFERENCE_HZ = 20_000.0
# Shares of the power from 10 Hz to 10 kHz: white (thermal and amplifier), falling with frequency
# (metal against tissue), and a hump of distant fibres. Working values of the developers.
_WHITE, _PINK, _DISTANT = 0.55, 0.20, 0.25
_DISTANT_HZ = 250.0


def baseline(
    seed: tuple[int, ...], n_samples: int, fs: float, rms_uv: float, chain: Chain
) -> NDArray[np.float32]:
    """Noise of one channel in microvolt, (n_samples,).

    ``rms_uv`` holds for 10 Hz to 10 kHz; a narrower band has less. Made in blocks that fade into
    each other, so the beginning does not depend on the length.
    """
    shape = _shape(fs, rms_uv, chain)
    hop = _BLOCK - _FADE
    noise = np.zeros(n_samples + 2 * _BLOCK, dtype=np.float32)
    turn = np.linspace(0.0, np.pi / 2.0, _FADE, dtype=np.float32)
    for number, start in enumerate(range(0, n_samples + _FADE, hop)):
        rng = np.random.default_rng((*seed, number))
        spectrum = np.fft.rfft(rng.standard_normal(_BLOCK, dtype=np.float32))
        block = np.fft.irfft(spectrum * shape, _BLOCK).astype(np.float32)
        block[:_FADE] *= np.sin(turn)
        block[-_FADE:] *= np.cos(turn)
        noise[start : start + _BLOCK] += block
    return noise[_FADE : _FADE + n_samples]


def noise_rms_uv(fs: float, rms_uv: float, chain: Chain) -> float:
    """RMS of the noise that is left at that sampling rate."""
    power = np.abs(_shape(fs, rms_uv, chain)) ** 2
    return float(np.sqrt(power[1:].mean()))


def _shape(fs: float, rms_uv: float, chain: Chain) -> NDArray[np.float32]:
    frequencies = frequencies_hz(_BLOCK, fs)
    wide = np.arange(chain.high_pass_hz, _REFERENCE_HZ / 2.0, 1.0)
    density = np.full_like(frequencies, _WHITE / len(wide))
    density += _PINK * _pink(frequencies) / float(_pink(wide).sum())
    density += _DISTANT * _distant(frequencies) / float(_distant(wide).sum())
    gain = np.abs(response(frequencies, chain, fs)) * rms_uv * np.sqrt(density * fs / 2.0)
    return np.asarray(gain, dtype=np.float32)


def _pink(hz: NDArray[np.float64]) -> NDArray[np.float64]:
    return 1.0 / np.maximum(hz, 5.0)


def _distant(hz: NDArray[np.float64]) -> NDArray[np.float64]:
    ratio = hz / _DISTANT_HZ
    return np.asarray(ratio**2 / (1.0 + ratio**2) ** 3)
