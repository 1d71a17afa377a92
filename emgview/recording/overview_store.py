"""Where the blocks of the overview come from: the file, or what was adopted in its stead."""

from __future__ import annotations

from collections.abc import Sequence
from functools import cached_property
from typing import Any

import h5py
import numpy as np
from numpy.typing import NDArray

from emgview.model import RecordingInfo
from emgview.recording.block_source import BlockSource, Extremes, n_blocks_of
from emgview.recording.hdf5_access import EndWatch, open_uncached, reading
from emgview.recording.layout import OVERVIEW, OVERVIEW_FACTORS
from emgview.recording.overview import Level
from emgview.recording.touching import Touching

# So much of a growing file may be without overview; it is read sample by sample.
_UNCOVERED_SAMPLES = 1_000_000


class OverviewStore:
    """Blocks of all levels of one open file, as long as it is.

    Parameters
    ----------
    file : h5py.File
    end : EndWatch
        Of the file.
    info : RecordingInfo
        As of now: a file that has grown needs a new store.
    dtype : dtype
        Native type of the samples.
    touching : Touching, optional
        Reads the file past HDF5; None while the recording grows.
    """

    def __init__(
        self,
        file: Any,
        end: EndWatch,
        info: RecordingInfo,
        dtype: np.dtype[Any],
        touching: Touching | None,
    ) -> None:
        self._n_samples = info.n_samples
        self._closed = touching is not None
        self._touching = touching
        self._in_file = _BlocksOfFile(file, end, info, dtype, self._closed)
        self._adopted: BlockSource | None = None
        self._distrusted = False

    @property
    def is_ready(self) -> bool:
        """Whether blocks are there for all, or of a growing file nearly all, samples."""
        source = self._source
        if source is None:
            return False
        counts = [source.n_blocks(level) for level in range(len(OVERVIEW_FACTORS))]
        whole = [n_blocks_of(self._n_samples, level) for level in range(len(OVERVIEW_FACTORS))]
        if self._closed:
            # Blocks in memory may lack the smallest ones for good: samples are read instead.
            return counts[-1] == whole[-1] and all(
                count in (0, n) if source is self._adopted else count == n
                for count, n in zip(counts, whole, strict=True)
            )
        covered = max(
            min(count * factor, self._n_samples)
            for count, factor in zip(counts, OVERVIEW_FACTORS, strict=True)
        )
        return self._n_samples - covered <= _UNCOVERED_SAMPLES

    @property
    def lacks_small_blocks(self) -> bool:
        """Whether the smallest blocks were left out for want of room."""
        return self._adopted is not None and self.is_ready and not self._adopted.n_blocks(0)

    def adopt(self, source: BlockSource) -> None:
        """Use these blocks instead of those of the file; they may still become more."""
        if self._adopted is not None and self._adopted is not source:
            self._adopted.close()
        self._adopted = source

    def drop(self) -> None:
        """Use neither what was adopted nor the blocks of the file: they are damaged."""
        if self._adopted is not None:
            self._adopted.close()
            self._adopted = None
        self._distrusted = True

    def close(self) -> None:
        """Let go of what was adopted."""
        if self._adopted is not None:
            self._adopted.close()
            self._adopted = None

    def in_file(self) -> BlockSource | None:
        """Blocks as the file has them; None where they are missing or unfit."""
        return self._in_file if self._in_file.fits else None

    def levels(self, channels: Sequence[int] | None) -> tuple[Level, ...]:
        """Levels from the smallest blocks to the largest, of these channels."""
        return tuple(self._level(n, factor, channels) for n, factor in enumerate(OVERVIEW_FACTORS))

    def n_blocks(self, factor: int) -> int:
        """Blocks of so many samples that are there."""
        source = self._source
        return 0 if source is None else source.n_blocks(OVERVIEW_FACTORS.index(factor))

    def read(self, factor: int, start: int, stop: int) -> Extremes:
        """Minimum and maximum (n, n_channels) of blocks of so many samples.

        Raises
        ------
        FileError
            If they cannot be read.
        ValueError
            If there is no overview.
        """
        source = self._source
        if source is None:
            return _nothing_to_read(start, stop)
        return source.read(OVERVIEW_FACTORS.index(factor), start, stop)

    def touch(self, factor: int, start: int, stop: int) -> None:
        """Bring blocks into the system's memory.

        Raises
        ------
        FileError, ValueError
            As :meth:`read`.
        """
        level = OVERVIEW_FACTORS.index(factor)
        if self._touching is not None and self._source is self._in_file:
            dataset = self._in_file.dataset(level)
            if self._touching.rows(dataset, start, stop):
                return
        self.read(factor, start, stop)

    @property
    def _source(self) -> BlockSource | None:
        if self._adopted is not None:
            return self._adopted
        return None if self._distrusted else self.in_file()

    def _level(self, number: int, factor: int, channels: Sequence[int] | None) -> Level:
        source = self._source
        if source is None:
            return Level(factor, 0, _nothing_to_read)

        def read(start: int, stop: int) -> Extremes:
            return chosen(source.read(number, start, stop), channels)

        return Level(factor, source.n_blocks(number), read)


def chosen(rows: Extremes, channels: Sequence[int] | None) -> Extremes:
    """The columns of some channels; no copy where all are wanted in their order."""
    n = rows[0].shape[1]
    if channels is None or list(channels) == list(range(n)):
        return rows
    columns = list(channels)
    low = rows[0][:, columns]
    return low, low if rows[0] is rows[1] else rows[1][:, columns]


def _nothing_to_read(start: int, stop: int) -> Extremes:
    raise ValueError(f"blocks {start} to {stop} of an overview that is not there")


class _BlocksOfFile:
    """The blocks that stand in the recording file itself."""

    def __init__(
        self, file: Any, end: EndWatch, info: RecordingInfo, dtype: np.dtype[Any], closed: bool
    ) -> None:
        self._file = file
        self._end = end
        self._file_name = end.file_name
        self._n_samples = info.n_samples
        self._n_channels = len(info.channels)
        self._dtype = dtype
        self._closed = closed
        self._usable: list[tuple[Any, int]] | None = None

    @cached_property
    def fits(self) -> bool:
        """Whether all levels are there in the right shape, of a finished file to the end."""
        counts = [count for _dataset, count in self._levels()]
        if not self._closed:
            return bool(counts)
        return counts == [n_blocks_of(self._n_samples, n) for n in range(len(OVERVIEW_FACTORS))]

    def n_blocks(self, level: int) -> int:
        """Blocks of a level that can be used."""
        return self._levels()[level][1]

    def read(self, level: int, start: int, stop: int) -> Extremes:
        """Minimum and maximum of these blocks."""
        with reading(self._file_name, f"/{OVERVIEW}/{OVERVIEW_FACTORS[level]}"):
            rows: NDArray[Any] = np.asarray(self._levels()[level][0][start:stop], self._dtype)
            self._end.must_be_whole()
        return rows[:, :, 0], rows[:, :, 1]

    def dataset(self, level: int) -> Any:
        """Where the blocks of a level lie."""
        return self._levels()[level][0]

    def close(self) -> None:
        """The file belongs to the reader."""

    def _levels(self) -> list[tuple[Any, int]]:
        """Datasets with the number of usable blocks; empty if one is missing or unfit."""
        if self._usable is None:
            with reading(self._file_name, f"/{OVERVIEW}"):
                found = [self._dataset(factor) for factor in OVERVIEW_FACTORS]
            fitting = [level for level in found if level is not None]
            self._usable = fitting if len(fitting) == len(found) else []
        return self._usable

    def _dataset(self, factor: int) -> tuple[Any, int] | None:
        name = f"{OVERVIEW}/{factor}"
        dataset = self._file.get(name)
        if not isinstance(dataset, h5py.Dataset) or dataset.ndim != 3:
            return None
        if self._closed:
            # A megabyte and more for each level that was looked at, which the system has as well.
            del dataset
            dataset = open_uncached(self._file, name)
        if dataset.shape[1:] != (self._n_channels, 2):
            return None
        if dataset.dtype.newbyteorder("=") != self._dtype:
            return None
        if not self._closed:
            dataset.refresh()
        count = int(dataset.shape[0])
        return dataset, count if self._closed else min(count, self._n_samples // factor)
