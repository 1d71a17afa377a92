"""Where the blocks of the overview come from: the file, or memory where it has none that fit."""

from __future__ import annotations

from collections.abc import Sequence
from typing import Any

import h5py
import numpy as np
from numpy.typing import NDArray

from emgview.model import RecordingInfo
from emgview.recording.hdf5_access import reading
from emgview.recording.layout import OVERVIEW, OVERVIEW_FACTORS
from emgview.recording.overview import Level

# So much of a growing file may be without overview; it is read sample by sample.
_UNCOVERED_SAMPLES = 1_000_000


class OverviewStore:
    """Blocks of all levels of one open file, as long as it is.

    Parameters
    ----------
    file : h5py.File
    file_name : str
        For errors.
    info : RecordingInfo
        As of now: a file that has grown needs a new store.
    dtype : dtype
        Native type of the samples.
    closed : bool
        Whether the recording was finished.
    """

    def __init__(
        self, file: Any, file_name: str, info: RecordingInfo, dtype: np.dtype[Any], closed: bool
    ) -> None:
        self._file = file
        self._file_name = file_name
        self._n_samples = info.n_samples
        self._n_channels = len(info.channels)
        self._dtype = dtype
        self._closed = closed
        self._built: list[NDArray[Any]] | None = None
        self._stored: list[tuple[Any, int]] | None = None

    @property
    def is_ready(self) -> bool:
        """Whether blocks are there for all, or of a growing file nearly all, samples."""
        if self._built is not None:
            return True
        counts = [count for _dataset, count in self._usable()]
        if self._closed:
            return counts == [-(-self._n_samples // factor) for factor in OVERVIEW_FACTORS]
        covered = counts[0] * OVERVIEW_FACTORS[0] if counts else 0
        return bool(counts) and self._n_samples - covered <= _UNCOVERED_SAMPLES

    def keep(self, blocks: list[NDArray[Any]]) -> None:
        """Use these blocks (n_blocks, n_channels, 2) of each level from now on."""
        self._built = blocks

    def in_file(self) -> list[NDArray[Any]]:
        """Blocks of all levels as the file has them."""
        with reading(self._file_name, f"/{OVERVIEW}"):
            return [np.asarray(dataset[()], self._dtype) for dataset, _count in self._usable()]

    def levels(self, channels: Sequence[int] | None) -> tuple[Level, ...]:
        """Levels from the smallest blocks to the largest, of these channels."""
        sources = self._usable()
        if self._built is not None:
            sources = [(blocks, len(blocks)) for blocks in self._built]
        columns = slice(None) if channels is None else list(channels)
        return tuple(
            self._level(factor, blocks, count, columns)
            for factor, (blocks, count) in zip(OVERVIEW_FACTORS, sources, strict=True)
        )

    def _level(self, factor: int, blocks: Any, count: int, columns: slice | list[int]) -> Level:
        def read(start: int, stop: int) -> tuple[NDArray[Any], NDArray[Any]]:
            with reading(self._file_name, f"/{OVERVIEW}/{factor}"):
                rows = np.asarray(blocks[start:stop], self._dtype)[:, columns]
            return rows[:, :, 0], rows[:, :, 1]

        return Level(factor, count, read)

    def _usable(self) -> list[tuple[Any, int]]:
        """Datasets with the number of usable blocks; empty if one is missing or unfit."""
        if self._stored is None:
            with reading(self._file_name, f"/{OVERVIEW}"):
                found = [self._dataset(factor) for factor in OVERVIEW_FACTORS]
            fitting = [level for level in found if level is not None]
            self._stored = fitting if len(fitting) == len(found) else []
        return self._stored

    def _dataset(self, factor: int) -> tuple[Any, int] | None:
        dataset = self._file.get(f"{OVERVIEW}/{factor}")
        if not isinstance(dataset, h5py.Dataset) or dataset.ndim != 3:
            return None
        if dataset.shape[1:] != (self._n_channels, 2):
            return None
        if dataset.dtype.newbyteorder("=") != self._dtype:
            return None
        if not self._closed:
            dataset.refresh()
        count = int(dataset.shape[0])
        return dataset, count if self._closed else min(count, self._n_samples // factor)
