"""What is kept of a channel for the patterns: the detection band where something happens.

Silence is dropped, so that an hour of rest costs nothing; a block of activity is bounded. Frames
and decimation count from the segment's start: the same blocks whatever the chunks.
"""

from __future__ import annotations

from dataclasses import dataclass, field

import numpy as np
from numpy.typing import NDArray

from emgview.detection.parameters import Parameters
from emgview.signal.noise import quantile_of

Float = NDArray[np.float64]


@dataclass(frozen=True, slots=True, eq=False)
class Spell:
    """Activity without a long silence.

    Parameters
    ----------
    start : int
        First sample on the thinned grid (``stride`` samples of the recording each).
    x : ndarray, (n,)
        Detection band, µV.
    sigma : float
        Noise in it.
    """

    start: int
    x: Float
    sigma: float

    @property
    def stop(self) -> int:
        """One past the last thinned sample."""
        return self.start + len(self.x)


@dataclass(frozen=True, slots=True, eq=False)
class Block:
    """Spells of up to a minute of activity; every ``stride``-th sample was kept."""

    spells: tuple[Spell, ...]
    rate_hz: float
    stride: int


@dataclass(slots=True)
class _Kept:
    """Consecutive frames."""

    start: int
    parts: list[NDArray[np.float32]] = field(default_factory=list)
    sigma: list[float] = field(default_factory=list)

    def spell(self) -> Spell:
        x = np.concatenate(self.parts).astype(np.float64)
        return Spell(self.start, x, float(np.median(self.sigma)))


class ActiveTrace:
    """Collects frames of one channel and cuts them into spells and blocks.

    Parameters
    ----------
    fs : float
    frame : int
        Samples of a frame.
    parameters : Parameters

    Attributes
    ----------
    version : int
        Grows with every frame that is kept.
    """

    def __init__(self, fs: float, frame: int, parameters: Parameters) -> None:
        p = parameters.trace
        self._frame, self._p, self._stream = frame, p, parameters.stream
        self.stride = max(1, int(fs / p.rate_hz))
        self.rate_hz = fs / self.stride
        self._back = round(p.noise_back_s / parameters.stream.frame_s)
        self._hang = round(p.hang_s / parameters.stream.frame_s)
        self._most = round(p.block_s / parameters.stream.frame_s)
        self._waiting: list[NDArray[np.float32]] = []  # quiet frames that may lead into activity
        self._kept: list[_Kept] = []
        self._n_kept = 0
        self._quiet = 0
        self._full: list[Block] = []
        self.version = 0

    def add(self, index: int, band: Float, levels: list[float], after: int) -> None:
        """Take frame ``index``.

        ``levels`` are the noise levels of all frames known, ``after`` those used behind ``index``.
        """
        sigma = self._noise(index, levels, after)
        part = band[-(index * self._frame) % self.stride :: self.stride].astype(np.float32)
        if not self._is_active(band, sigma, levels[min(index, len(levels) - 1)]):
            self._silent(part, sigma)
            return
        if not self._kept or self._quiet > 2 * self._hang:
            length = sum(len(w) for w in self._waiting)
            self._kept.append(_Kept(-(-index * self._frame // self.stride) - length))
        for lead in self._waiting:
            self._keep(lead, sigma)
        self._waiting = []
        self._quiet = 0
        self._keep(part, sigma)
        if self._n_kept >= self._most:
            self._end_block()

    @property
    def n_kept(self) -> int:
        """Frames of the open block."""
        return self._n_kept

    def full_blocks(self) -> list[Block]:
        """Blocks that have become full since the last call."""
        full, self._full = self._full, []
        return full

    def open_block(self) -> Block | None:
        """What has been kept since the last block; changes nothing."""
        if not self._kept:
            return None
        return Block(tuple(kept.spell() for kept in self._kept), self.rate_hz, self.stride)

    def _noise(self, index: int, levels: list[float], after: int) -> float:
        part = levels[max(0, index - self._back) : index + after + 1]
        sigma = quantile_of(part, self._p.noise_quantile)
        return max(sigma, self._stream.noise_floor_uv)

    def _is_active(self, band: Float, sigma: float, level: float) -> bool:
        peak = float(np.abs(band).max()) if len(band) else 0.0
        threshold = max(self._stream.threshold_sigma * sigma, self._stream.threshold_uv)
        return peak > threshold or level > self._p.dense_uv

    def _silent(self, part: NDArray[np.float32], sigma: float) -> None:
        self._quiet += 1
        if self._quiet <= self._hang and self._kept:
            self._keep(part, sigma)
        else:
            self._waiting = [*self._waiting[-self._hang + 1 :], part]
        if self._quiet == 2 * self._hang and self._n_kept >= self._most // 2:
            self._end_block()

    def _keep(self, part: NDArray[np.float32], sigma: float) -> None:
        self._kept[-1].parts.append(part)
        self._kept[-1].sigma.append(sigma)
        self._n_kept += 1
        self.version += 1

    def _end_block(self) -> None:
        block = self.open_block()
        if block is not None:
            self._full.append(block)
        self._kept, self._n_kept, self._quiet = [], 0, 0
        self._waiting = []
