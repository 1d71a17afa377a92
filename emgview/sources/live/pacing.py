"""Finished samples given out as if they arose now: the way of replay and simulator."""

from __future__ import annotations

from collections.abc import Callable, Iterator
from dataclasses import dataclass
from time import monotonic, sleep
from typing import Any

import numpy as np
from numpy.typing import NDArray

from emgview.model import Chunk, RecordingInfo
from emgview.sources.live.protocol import Block, LiveFormat, SourceEndedError

BLOCK_S = 0.01
"""So much signal a block holds; what devices give at a time."""

_MOST_S = 0.1


@dataclass(frozen=True, slots=True)
class Piece:
    """What is to be paced.

    Parameters
    ----------
    info : RecordingInfo
    dtype : str
    chunks : callable
        Blocks of at most that many samples, from the first on; a new run at each call.
    """

    info: RecordingInfo
    dtype: str
    chunks: Callable[[int], Iterator[Chunk]]


class PacedSource:
    """Gives chunks at the pace of their clock, or faster.

    Parameters
    ----------
    load : callable
        Makes or opens the piece; called by :meth:`open`, may take seconds.
    speed : float
        1 is real time; infinite: as fast as they are taken.
    loop : bool
        Begin again at the end; lost samples between the turns are none.
    """

    def __init__(self, load: Callable[[], Piece], speed: float = 1.0, *, loop: bool) -> None:
        self._load, self._speed, self._loop = load, speed, loop
        self._piece: Piece | None = None
        self._chunks: Iterator[Chunk] | None = None
        self._given = 0  # samples given or lost since the start of the clock
        self._began = 0.0
        self._held: Chunk | None = None
        self._reopened = False

    def open(self) -> LiveFormat:
        """Load, and start the clock; again after a close, it goes on where it stopped."""
        if self._piece is None:
            self._piece = self._load()
        piece = self._piece
        self._reopened = self._chunks is not None
        if self._chunks is None:
            self._chunks = piece.chunks(self._step(piece))
        self._given, self._began = 0, monotonic()
        info = piece.info
        return LiveFormat(
            info.channels, info.sampling_rate_hz, piece.dtype, info.device, info.notes
        )

    def read(self, timeout_s: float) -> Block | None:
        """What is due; None where nothing is within the time."""
        if self._piece is None:
            raise SourceEndedError("The source is not open", "Open it first.")
        chunk = self._held or self._next(self._piece)
        rows = len(chunk.samples) + chunk.lost_before
        due = self._began + (self._given + rows) / self._piece.info.sampling_rate_hz / self._speed
        wait = due - monotonic()
        if wait > timeout_s:
            self._held = chunk
            sleep(max(timeout_s, 0.0))
            return None
        if wait > 0.0:
            sleep(wait)
        self._held = None
        self._given += rows
        lost = None if self._reopened else chunk.lost_before
        self._reopened = False
        samples = np.concatenate([chunk.samples, *self._more(self._piece)])
        samples.flags.writeable = False
        return Block(samples, lost)

    def _more(self, piece: Piece) -> list[NDArray[Any]]:
        """What is due as well, as devices give all that they have."""
        found: list[NDArray[Any]] = []
        fs, most = piece.info.sampling_rate_hz, _MOST_S / BLOCK_S
        while len(found) < most:
            try:
                chunk = self._next(piece)
            except SourceEndedError:
                break
            due = self._began + (self._given + len(chunk.samples)) / fs / self._speed
            if chunk.lost_before or due > monotonic():
                self._held = chunk
                break
            self._given += len(chunk.samples)
            found.append(chunk.samples)
        return found

    def close(self) -> None:
        """Stop the clock; what was not given stays for the next opening."""

    def _next(self, piece: Piece) -> Chunk:
        chunk = next(self._chunks, None) if self._chunks is not None else None
        if chunk is None and self._loop:
            self._chunks = piece.chunks(self._step(piece))
            chunk = next(self._chunks, None)
        if chunk is None:
            raise SourceEndedError("The recording is at its end", "Start it again.")
        return chunk

    def _step(self, piece: Piece) -> int:
        return max(round(BLOCK_S * piece.info.sampling_rate_hz), 1)
