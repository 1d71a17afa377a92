"""Blocks of sound that wait for a device."""

from __future__ import annotations

from collections import deque

import numpy as np

from emgview.sound.stream import Frames


class FrameQueue:
    """Frames in order. Not safe by itself: its owner holds a lock around each call."""

    def __init__(self) -> None:
        self._blocks: deque[Frames] = deque()
        self.n_frames = 0

    def put(self, block: Frames) -> None:
        """Add frames (n, 2)."""
        self._blocks.append(block)
        self.n_frames += len(block)

    def take(self, n: int) -> tuple[Frames, int]:
        """The next ``n`` frames, silence where there are fewer, and how many there were."""
        out = np.zeros((n, 2), np.float32)
        done = 0
        while done < n and self._blocks:
            block = self._blocks.popleft()
            part = block[: n - done]
            out[done : done + len(part)] = part
            done += len(part)
            if len(part) < len(block):
                self._blocks.appendleft(block[len(part) :])
        self.n_frames -= done
        return out, done

    def shorten(self, most: float) -> None:
        """Drop the oldest blocks until no more than that many frames are left, or one block."""
        while self.n_frames > most and len(self._blocks) > 1:
            self.n_frames -= len(self._blocks.popleft())

    def clear(self) -> None:
        """Drop everything."""
        self._blocks.clear()
        self.n_frames = 0
