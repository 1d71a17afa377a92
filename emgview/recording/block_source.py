"""Where blocks come from and go to: two small protocols, and blocks in memory."""

from __future__ import annotations

from typing import Any, Protocol

import numpy as np
from numpy.typing import NDArray

from emgview.recording.layout import OVERVIEW_FACTORS

Extremes = tuple[NDArray[Any], NDArray[Any]]


class BlockSource(Protocol):
    """Blocks of all levels, counted from the smallest (level 0)."""

    def n_blocks(self, level: int) -> int:
        """Blocks of a level that are there, from the first on."""

    def read(self, level: int, start: int, stop: int) -> Extremes:
        """Minimum and maximum (n, n_channels) of these blocks, in native numbers.

        Raises
        ------
        FileError
            If they cannot be read, or are damaged.
        """

    def close(self) -> None:
        """Let go of files."""


class BlockSink(Protocol):
    """Takes blocks as they are made."""

    def put(self, level: int, blocks: NDArray[Any]) -> None:
        """The next blocks (k, n_channels, 2) of a level."""


def n_blocks_of(n_samples: int, level: int) -> int:
    """Blocks of a whole recording at a level; the last one may be shorter."""
    return -(-n_samples // OVERVIEW_FACTORS[level])


class BlocksInMemory:
    """Blocks of a recording, as they are made, without the levels that would take too much room.

    Parameters
    ----------
    n_samples, n_channels : int
    dtype : dtype
    most_bytes : int, optional
        Bound; the smallest blocks are left out until the rest fits. None: all levels.
    """

    def __init__(
        self, n_samples: int, n_channels: int, dtype: np.dtype[Any], most_bytes: int | None = None
    ) -> None:
        sizes = [n_blocks_of(n_samples, level) for level in range(len(OVERVIEW_FACTORS))]
        row_bytes = 2 * n_channels * dtype.itemsize
        while most_bytes is not None and sum(sizes) * row_bytes > most_bytes:
            left_out = next((i for i, size in enumerate(sizes) if size), None)
            if left_out is None:
                break
            sizes[left_out] = 0
        self._blocks = [np.empty((size, n_channels, 2), dtype) for size in sizes]
        self._counts = [0] * len(sizes)

    @property
    def is_complete_in_kind(self) -> bool:
        """Whether no level was left out."""
        return all(len(blocks) for blocks in self._blocks)

    def n_blocks(self, level: int) -> int:
        """Blocks of a level that are there."""
        return self._counts[level]

    def put(self, level: int, blocks: NDArray[Any]) -> None:
        """The next blocks of a level."""
        kept = self._blocks[level]
        if len(kept):
            start = self._counts[level]
            kept[start : start + len(blocks)] = blocks
            self._counts[level] = start + len(blocks)

    def read(self, level: int, start: int, stop: int) -> Extremes:
        """Minimum and maximum of these blocks."""
        rows = self._blocks[level][start:stop]
        return rows[:, :, 0], rows[:, :, 1]

    def close(self) -> None:
        """Nothing to let go of."""

    def levels(self) -> list[NDArray[Any]]:
        """All blocks (n_blocks, n_channels, 2) of each level."""
        return [b[:count] for b, count in zip(self._blocks, self._counts, strict=True)]
