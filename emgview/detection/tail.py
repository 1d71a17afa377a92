"""The last part of an endless signal."""

from __future__ import annotations

import numpy as np
from numpy.typing import NDArray

Float = NDArray[np.float64]


class Tail:
    """The last part of an endless signal, or of a row of them, addressed by absolute sample.

    Its memory is taken once and used again: a new array for each push, always of another size,
    tears the heap into pieces between the events that stay, which no later push fits into.

    Parameters
    ----------
    rows : int, optional
        Signals side by side: everything has the shape (rows, n), else (n,).
    """

    def __init__(self, rows: int | None = None) -> None:
        self._lead = () if rows is None else (rows,)
        self._room = np.empty((*self._lead, 0))
        self._n = 0
        self.start = 0

    @property
    def stop(self) -> int:
        """One past the newest sample."""
        return self.start + self._n

    def append(self, samples: Float) -> None:
        """Add the next samples."""
        n = self._n + samples.shape[-1]
        if n > self._room.shape[-1]:
            kept = self._room[..., : self._n]
            self._room = np.empty((*self._lead, n + n // 4))
            self._room[..., : self._n] = kept
        self._room[..., self._n : n] = samples
        self._n = n

    def window(self, start: int, stop: int) -> Float:
        """Samples of a window, a copy; zero where there are none (any more)."""
        out = np.zeros((*self._lead, stop - start))
        a, b = max(start, self.start), min(stop, self.stop)
        if a < b:
            out[..., a - start : b - start] = self._room[..., a - self.start : b - self.start]
        return out

    def of_row(self, row: int, start: int, stop: int) -> Float:
        """:meth:`window` of one row alone."""
        out = np.zeros(stop - start)
        a, b = max(start, self.start), min(stop, self.stop)
        if a < b:
            out[a - start : b - start] = self._room[row, a - self.start : b - self.start]
        return out

    def view(self, start: int, stop: int) -> Float:
        """Samples that are there, without a copy: until the next :meth:`append`."""
        return self._room[..., start - self.start : stop - self.start]

    def forget(self, before: int) -> None:
        """Drop everything before a sample, as soon as that is more than half of what is kept."""
        drop = before - self.start
        if drop > self._n // 2:
            left = self._n - drop  # less than what is dropped: the two do not overlap
            self._room[..., :left] = self._room[..., drop : self._n]
            self._n = left
            self.start += drop
