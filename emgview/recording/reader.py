"""Reads windows of a recording without loading the rest."""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from pathlib import Path
from types import TracebackType
from typing import Any

import numpy as np
from numpy.typing import NDArray

from emgview.errors import FileError
from emgview.model import Channel, Chunk, Progress, RecordingInfo, SampleInterval
from emgview.model.interval import subtract
from emgview.recording import layout
from emgview.recording.block_source import BlockSource
from emgview.recording.columns import Columns
from emgview.recording.content_hash import ContentHash
from emgview.recording.hdf5_access import (
    EndWatch,
    has_signature,
    open_for_reading,
    open_uncached,
    reading,
)
from emgview.recording.metadata import read_info, read_number, read_text
from emgview.recording.microvolt import to_microvolt
from emgview.recording.overview_build import build_in_memory
from emgview.recording.overview_store import OverviewStore, chosen
from emgview.recording.structure import raise_first_error, structure_problems
from emgview.recording.touching import Touching

_BYTES_AT_ONCE = 8 * 2**20


def is_native(path: Path) -> bool:
    """Whether the file says that it is a recording of this program, of whatever version."""
    if not has_signature(path):
        return False
    try:
        with open_for_reading(path) as file:
            mark = layout.as_text(file.attrs.get("format", ""))
    except (FileError, OSError, RuntimeError, KeyError, ValueError):
        return False
    return mark == layout.FORMAT_MARK


class RecordingReader:
    """One open recording; made by :meth:`open`. Belongs to one thread.

    HDF5 lets one thread at a time into the whole library, so a reader in a second thread gains
    nothing and waits for the first.
    """

    def __init__(self, path: Path, file: Any) -> None:
        self._path = path
        self._file = file
        self._closed = bool(read_number(file, "closed"))
        self._end = EndWatch(file, path.name, grows=not self._closed)
        self._samples = (
            open_uncached(file, layout.SAMPLES) if self._closed else file[layout.SAMPLES]
        )
        self._touching = Touching(path)
        self._dtype: np.dtype[Any] = self._samples.dtype.newbyteorder("=")
        self._info = read_info(file)
        self._end.must_be_whole()
        self._look_anew()

    @classmethod
    def open(cls, path: Path) -> RecordingReader:
        """A reader of the file.

        Raises
        ------
        FileError
            If the file is not a sound recording; names the file and the field.
        NewerSchemaError
            If it was written by a newer version of the program.
        """
        file = open_for_reading(path)
        try:
            with reading(path.name, ""):
                raise_first_error(path.name, structure_problems(file))
                return cls(path, file)
        except BaseException:
            file.close()
            raise

    @property
    def path(self) -> Path:
        """The file."""
        return self._path

    @property
    def info(self) -> RecordingInfo:
        """What is known beside the samples; of a growing file, as of opening or `refresh`."""
        return self._info

    @property
    def dtype(self) -> np.dtype[Any]:
        """Type of the native numbers: int16, int32 or float32."""
        return self._dtype

    @property
    def closed(self) -> bool:
        """Whether the recording was finished; if not, it grows or its writer was killed."""
        return self._closed

    def close(self) -> None:
        """Let go of the file; a second call does nothing."""
        self._columns.store.close()
        self._touching.close()
        self._file.close()

    def __enter__(self) -> RecordingReader:
        """Itself."""
        return self

    def __exit__(
        self,
        kind: type[BaseException] | None,
        error: BaseException | None,
        trace: TracebackType | None,
    ) -> None:
        """Let go of the file."""
        self.close()

    def refresh(self) -> RecordingInfo:
        """Look again at a file that grows; gives the new information."""
        if not self._closed:
            with reading(self._path.name, ""):
                # Never through a second handle of the same dataset: the first one would keep
                # half of the old index and fail on chunks that came since.
                self._samples.refresh()
                for name in (layout.GAPS, layout.PHASES):
                    if name in self._file:
                        self._file[name].refresh()
                self._info = read_info(self._file)
            self._columns.store.close()
            self._look_anew()
        return self._info

    def read(self, interval: SampleInterval, channels: Sequence[int] | None = None) -> NDArray[Any]:
        """Native numbers (n, n_channels) of a window inside the recording; all channels if None.

        Rows in a gap hold the filler: the lowest integer, or NaN.

        Raises
        ------
        ValueError
            If the window reaches outside.
        FileError
            If the file cannot be read there.
        """
        if interval.start < 0 or interval.stop > self._info.n_samples:
            raise ValueError(f"{interval} lies outside the {self._info.n_samples} samples")
        with reading(self._path.name, "/samples"):
            rows = self._samples[interval.start : interval.stop]
            self._end.must_be_whole()
        return np.ascontiguousarray(chosen((rows, rows), channels)[0], self._dtype)

    def read_uv(
        self,
        interval: SampleInterval,
        channels: Sequence[int] | None = None,
        *,
        gaps_as_nan: bool = True,
    ) -> NDArray[np.float32]:
        """Microvolt (n, n_channels), float32, of a window; NaN outside the recording.

        Parameters
        ----------
        interval : SampleInterval
        channels : sequence of int, optional
            All of them if None.
        gaps_as_nan : bool
            False leaves the filler in, scaled.
        """
        chosen = self._chosen(channels)
        inside = interval.intersection(self._info.whole)
        if inside is None:
            return np.full((len(interval), len(chosen)), np.nan, np.float32)
        scaled = to_microvolt(self.read(inside, channels), chosen)
        if gaps_as_nan:
            scaled[self.gap_rows(inside)] = np.nan
        if inside == interval:
            return scaled
        padded = np.full((len(interval), len(chosen)), np.nan, np.float32)
        padded[inside.start - interval.start : inside.stop - interval.start] = scaled
        return padded

    def chunks(self, chunk_samples: int, interval: SampleInterval | None = None) -> Iterator[Chunk]:
        """Native samples in order, never across a gap.

        ``lost_before`` of a chunk tells the gap before it. Where the window ends in a gap, a last
        chunk without samples carries its length, so that a copy comes out the same.

        Raises
        ------
        ValueError
            If ``chunk_samples`` is below 1, or the window reaches outside.
        """
        if chunk_samples < 1:
            raise ValueError(f"chunks of {chunk_samples} samples: at least 1 is needed")
        whole = self._info.whole if interval is None else interval
        end = whole.start
        for run in self._runs(whole):
            for start in range(run.start, run.stop, chunk_samples):
                part = SampleInterval(start, min(start + chunk_samples, run.stop))
                yield Chunk(self.read(part), start, start - end)
                end = part.stop
        if end < whole.stop:
            nothing_left = np.empty((0, len(self._info.channels)), self._dtype)
            yield Chunk(nothing_left, whole.stop, whole.stop - end)

    def overview(
        self, interval: SampleInterval, n_columns: int, channels: Sequence[int] | None = None
    ) -> tuple[NDArray[np.float32], NDArray[np.float32]]:
        """True minimum and maximum of every pixel column, float32 µV (n_columns, n_channels).

        The edges of the columns are those of :func:`.overview.column_edges`. A column without
        samples (outside, in a gap, narrower than a sample) is NaN. The cost of a column does not
        grow with the window. A file without a fitting overview gets one first, in memory
        (see :attr:`has_overview`).

        Raises
        ------
        ValueError
            If ``n_columns`` is below 1.
        FileError
            If the file cannot be read there.
        """
        if n_columns < 1:
            raise ValueError(f"{n_columns} columns: at least 1 is needed")
        if not self.has_overview:
            build_overview(self)
        low, high, _known_until = self.columns(interval, n_columns, channels)
        return low, high

    def columns(
        self, interval: SampleInterval, n_columns: int, channels: Sequence[int] | None = None
    ) -> tuple[NDArray[np.float32], NDArray[np.float32], int | None]:
        """The same as :meth:`overview`, of what is there now: it never takes long.

        Returns
        -------
        (minimum, maximum) : ndarray, float32 µV (n_columns, n_channels)
        known_until : int or None
            Sample from which on the columns are NaN because the overview is not made so far.

        Raises
        ------
        FileError
            If the file, or a damaged overview, cannot be read (see :meth:`drop_overview`).
        """
        return self._columns.of(interval, n_columns, channels)

    def prepare(self, interval: SampleInterval, n_columns: int) -> bool:
        """Get ready for a window that may be asked for next, in portions of a few milliseconds.

        Returns
        -------
        bool
            Whether there is more to do.

        Raises
        ------
        FileError
            If the file cannot be read there.
        """
        return self._columns.prepare(interval, n_columns)

    @property
    def has_overview(self) -> bool:
        """Whether :meth:`columns` knows every column."""
        return self._columns.store.is_ready

    def stored_overview(self) -> BlockSource | None:
        """Blocks as the file has them; None where they are missing or do not fit."""
        return self._columns.store.in_file()

    def adopt_overview(self, blocks: BlockSource) -> None:
        """Use these blocks instead of those of the file, also while they become more.

        The reader closes them.
        """
        self._columns.store.adopt(blocks)

    def drop_overview(self) -> None:
        """Use neither adopted blocks nor those of the file any more: they are damaged."""
        self._columns.store.drop()

    def content_sha256(self, progress: Progress | None = None) -> str:
        """Hash of the content, computed again from metadata and all samples.

        Raises
        ------
        FileError
            If a part cannot be read.
        CancelledError
            If the work is no longer wanted.
        """
        progress = progress or Progress()
        digest = self.new_hash()
        for part in self.parts():
            digest.add(self.read(part))
            progress.report(part.stop / self._info.n_samples, "Computing the hash")
        return digest.finish(self._info)

    def new_hash(self) -> ContentHash:
        """Hash of the content with the metadata taken in; samples are to follow."""
        return ContentHash(self._info, read_text(self._file, "started_at"))

    def parts(self) -> Iterator[SampleInterval]:
        """Stretches that cover the recording, each of some megabytes."""
        row_bytes = self._dtype.itemsize * len(self._info.channels)
        step = max(_BYTES_AT_ONCE // row_bytes, 1)
        for start in range(0, self._info.n_samples, step):
            yield SampleInterval(start, min(start + step, self._info.n_samples))

    def _chosen(self, channels: Sequence[int] | None) -> list[Channel]:
        every = self._info.channels
        return list(every) if channels is None else [every[i] for i in channels]

    def _runs(self, whole: SampleInterval) -> list[SampleInterval]:
        """Stretches with samples between the gaps."""
        return subtract([whole], [gap.interval for gap in self._info.gaps])

    def touch(self, interval: SampleInterval) -> None:
        """Bring a window into the system's memory; FileError if it cannot be read there."""
        rows = interval.start, interval.stop
        if not (self._closed and self._touching.rows(self._samples, *rows)):
            self.read(interval)

    def gap_rows(self, interval: SampleInterval) -> NDArray[np.bool_]:
        """Which rows of a window lie in a gap."""
        rows = np.zeros(len(interval), np.bool_)
        for gap in self._info.gaps:
            if hole := gap.interval.intersection(interval):
                rows[hole.start - interval.start : hole.stop - interval.start] = True
        return rows

    def _look_anew(self) -> None:
        """Places of blocks for the samples as they are now."""
        touching = self._touching if self._closed else None
        store = OverviewStore(self._file, self._end, self._info, self._dtype, touching)
        self._columns = Columns(self, self._info, store)


def build_overview(reader: RecordingReader, progress: Progress | None = None) -> list[NDArray[Any]]:
    """Blocks of all levels, computed from the samples and kept in the reader.

    Returns
    -------
    list of ndarray, (n_blocks, n_channels, 2)
        One of each factor; a thirtieth of the samples' size in all.

    Raises
    ------
    FileError, CancelledError
    """
    blocks = build_in_memory(reader, progress)
    reader.adopt_overview(blocks)
    return blocks.levels()
