"""Minimum and maximum of blocks of samples, built while samples arrive."""

from __future__ import annotations

import itertools
from collections.abc import Iterator
from typing import Any

import numpy as np
from numpy.typing import NDArray

from emgview.recording.folding import fold, nothing
from emgview.recording.layout import OVERVIEW_FACTORS

# Large enough to keep numpy busy, small enough for the second-level cache.
_GAP_ROWS = 65_536


class _Level:
    """Joins ``width`` incoming rows into one block."""

    def __init__(self, width: int, n_channels: int, dtype: np.dtype[Any]) -> None:
        self._width = width
        self._empty = np.empty((n_channels, 2), dtype)
        self._empty[:, 0], self._empty[:, 1] = nothing(dtype)
        self._running = self._empty.copy()
        self._count = 0

    def add(self, low: NDArray[Any], high: NDArray[Any]) -> NDArray[Any]:
        """Finished blocks (k, n_channels, 2) after these rows (n, n_channels)."""
        head = min(self._width - self._count, len(low)) if self._count else 0
        self._absorb(low[:head], high[:head])
        finished = [self._running[np.newaxis].copy()] if self._count == self._width else []
        if finished:
            self._restart()
        n_blocks = (len(low) - head) // self._width
        stop = head + n_blocks * self._width
        finished.append(self._fold(low[head:stop], high[head:stop]))
        self._absorb(low[stop:], high[stop:])
        return np.concatenate(finished)

    def finish(self) -> NDArray[Any]:
        """The unfinished block (1, n_channels, 2), or none (0, …)."""
        block = self._running[np.newaxis].copy() if self._count else self._empty[np.newaxis][:0]
        self._restart()
        return block

    def _restart(self) -> None:
        self._running = self._empty.copy()
        self._count = 0

    def _absorb(self, low: NDArray[Any], high: NDArray[Any]) -> None:
        if not len(low):
            return
        # fmin and fmax leave NaN out; for integers they are minimum and maximum.
        self._running[:, 0] = np.fmin(self._running[:, 0], np.fmin.reduce(low, axis=0))
        self._running[:, 1] = np.fmax(self._running[:, 1], np.fmax.reduce(high, axis=0))
        self._count += len(low)

    def _fold(self, low: NDArray[Any], high: NDArray[Any]) -> NDArray[Any]:
        return np.stack(fold(low, high, self._width), axis=-1)


class OverviewBuilder:
    """Gives the new blocks of every level while samples arrive.

    Used by the writer and by whoever makes an overview of a finished file; belongs to one thread.
    """

    def __init__(self, n_channels: int, dtype: np.dtype[Any]) -> None:
        self._n_channels = n_channels
        self._dtype = dtype
        widths = [OVERVIEW_FACTORS[0]]
        widths += [b // a for a, b in itertools.pairwise(OVERVIEW_FACTORS)]
        self._levels = [_Level(width, n_channels, dtype) for width in widths]

    def add(self, samples: NDArray[Any]) -> list[NDArray[Any]]:
        """New blocks (k, n_channels, 2) of each level after these samples (n, n_channels)."""
        return self._pass_up(samples, samples)

    def add_pair(self, low: NDArray[Any], high: NDArray[Any]) -> list[NDArray[Any]]:
        """The same for extremes: :func:`nothing` in both where a sample is missing."""
        return self._pass_up(low, high)

    def add_gap(self, n_samples: int) -> Iterator[list[NDArray[Any]]]:
        """The same for samples that are missing, in bounded portions."""
        low, high = nothing(self._dtype)
        for start in range(0, n_samples, _GAP_ROWS):
            shape = (min(_GAP_ROWS, n_samples - start), self._n_channels)
            yield self._pass_up(np.full(shape, low, self._dtype), np.full(shape, high, self._dtype))

    def finish(self) -> list[NDArray[Any]]:
        """The last blocks, which are shorter; nothing may be added after it."""
        out: list[NDArray[Any]] = []
        carried = np.empty((0, self._n_channels, 2), self._dtype)
        for level in self._levels:
            done = level.add(carried[:, :, 0], carried[:, :, 1])
            carried = np.concatenate((done, level.finish()))
            out.append(carried)
        return out

    def _pass_up(self, low: NDArray[Any], high: NDArray[Any]) -> list[NDArray[Any]]:
        out: list[NDArray[Any]] = []
        for level in self._levels:
            blocks = level.add(low, high)
            out.append(blocks)
            low, high = blocks[:, :, 0], blocks[:, :, 1]
        return out
