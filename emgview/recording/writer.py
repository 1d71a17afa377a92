"""Writes a recording while it is acquired or imported."""

from __future__ import annotations

import dataclasses
import shutil
from collections.abc import Iterator, Sequence
from contextlib import contextmanager, suppress
from enum import StrEnum
from pathlib import Path
from types import TracebackType
from typing import Any

import h5py
import numpy as np
from numpy.typing import DTypeLike, NDArray

from emgview.errors import FileError
from emgview.model import Chunk, Gap, Phase, PhaseMark, RecordingInfo, SampleInterval
from emgview.recording import layout
from emgview.recording.content_hash import ContentHash
from emgview.recording.hdf5_access import writing
from emgview.recording.metadata import (
    channel_rows,
    cut_phases,
    gap_rows,
    phase_rows,
    started_at_text,
    storable,
    write_attributes,
    write_text,
)
from emgview.recording.overview_levels import OverviewBuilder

_HASHED_GAP_ROWS = 65_536
# Room for the last chunk of each dataset, the overview and the index, with some to spare.
_RESERVE_BYTES = 32 * 2**20


class WriterState(StrEnum):
    """``growing → closed``, or ``growing → abandoned`` after an error."""

    GROWING = "growing"
    CLOSED = "closed"
    ABANDONED = "abandoned"


class RecordingWriter:
    """Grows one recording file; made by :meth:`create`. Belongs to one thread.

    Another process can read the file while it grows. What was flushed survives a power cut.
    As a context manager it closes the recording; after an exception it leaves the file marked as
    not closed, with everything that was appended.
    """

    def __init__(self, path: Path, file: Any, info: RecordingInfo, dtype: np.dtype[Any]) -> None:
        self._path = path
        self._file = file
        self._info = info
        self._dtype = dtype
        self._n_samples = 0
        self._gaps: list[Gap] = []
        self._phases: list[PhaseMark] = list(info.phases)
        self._hash = ContentHash(info, started_at_text(info))
        self._builder = OverviewBuilder(len(info.channels), dtype)
        self._blocks: list[list[NDArray[Any]]] = [[] for _ in layout.OVERVIEW_FACTORS]
        self._state = WriterState.GROWING

    @classmethod
    def create(
        cls, path: Path, info: RecordingInfo, dtype: DTypeLike, *, growing: bool = False
    ) -> RecordingWriter:
        """A writer for a new file.

        Parameters
        ----------
        path : Path
            Must not exist; its folder must.
        info : RecordingInfo
            Length, gaps and hash are ignored: they come of what is appended. Phases are kept.
        dtype : int16, int32 or float32
        growing : bool
            It will be flushed many times a second, and be read meanwhile.

        Raises
        ------
        FileError
            If the file exists or cannot be made.
        ValueError
            For another dtype, no channel, or a voltage channel that is not in µV.
        """
        native = np.dtype(dtype)
        if native not in layout.SAMPLE_DTYPES:
            raise ValueError(f"samples are {native}, not int16, int32 or float32")
        info = storable(dataclasses.replace(info, n_samples=0, gaps=(), sha256=""))
        if path.exists():
            raise FileError(path.name, "", "exists already", "Recordings are never overwritten.")
        with writing(path.name):
            file = h5py.File(
                path,
                "x",
                libver=layout.LIBRARY_VERSIONS,
                rdcc_nbytes=layout.CHUNK_CACHE_BYTES,
                rdcc_nslots=layout.CHUNK_CACHE_SLOTS,
            )
            try:
                _lay_out(file, info, native, growing=growing)
                file.swmr_mode = True
            except BaseException:
                file.close()
                raise
        return cls(path, file, info, native)

    @property
    def path(self) -> Path:
        """The file."""
        return self._path

    @property
    def n_samples(self) -> int:
        """Rows so far, gaps included."""
        return self._n_samples

    @property
    def state(self) -> WriterState:
        """Where the writer stands."""
        return self._state

    def append(self, chunk: Chunk) -> None:
        """Add samples; what is missing before them becomes a gap.

        Raises
        ------
        ValueError
            For another dtype or channel count, for samples that overlap those already there, or
            where ``lost_before`` says more than ``start_sample``.
        FileError
            If the disk does not take them; the writer is abandoned then.
        """
        self._must_grow()
        lost = self._lost_before(chunk)
        self._must_have_room(chunk.samples.nbytes)
        with self._writing():
            if lost:
                self._append_gap(lost)
            if len(chunk.samples):
                self._append_rows(np.ascontiguousarray(chunk.samples))

    def mark(self, mark: PhaseMark) -> None:
        """Note what the examiner did; the part beyond the end is cut off at closing."""
        self._must_grow()
        self._phases.append(mark)
        with self._writing():
            _append(self._file[layout.PHASES], phase_rows([mark]))

    def set_marks(self, marks: Sequence[PhaseMark]) -> None:
        """Replace what was noted, as while an examination goes on.

        A mark that is still open reaches far beyond the end and is cut off at closing.
        """
        self._must_grow()
        empty = PhaseMark(SampleInterval(0, 0), Phase.REST)  # rows are never taken back
        rows = [*marks, *[empty] * (len(self._phases) - len(marks))]
        self._phases = rows
        with self._writing():
            phases = self._file[layout.PHASES]
            phases.resize(len(rows), axis=0)
            phases[...] = phase_rows(rows)

    def flush(self) -> None:
        """Bring everything to the disk: it can be read from another process afterwards."""
        self._must_grow()
        with self._writing():
            # Gaps go first: a reader must never take a filler for a sample.
            self._file[layout.GAPS].flush()
            self._file[layout.SAMPLES].flush()
            self._write_blocks()
            self._file.flush()

    def close(self) -> RecordingInfo:
        """Finish the recording: overview, hash, mark as closed. A second call does nothing.

        Returns
        -------
        RecordingInfo
            With the final length, gaps, phases and hash of the content.

        Raises
        ------
        FileError
            If the disk does not take it, or the writer was abandoned.
        """
        if self._state is WriterState.CLOSED:
            return self._info
        self._must_grow()
        phases = cut_phases(self._phases, self._n_samples)
        info = dataclasses.replace(
            self._info, n_samples=self._n_samples, gaps=tuple(self._gaps), phases=phases
        )
        info = dataclasses.replace(info, sha256=self._hash.finish(info))
        with self._writing():
            self._keep(self._builder.finish())
            self._write_blocks()
            self._file.close()
            self._mark_closed(info)
        self._info = info
        self._state = WriterState.CLOSED
        return info

    def abandon(self) -> None:
        """Close the file as it stands: readable, marked as not closed."""
        if self._state is WriterState.GROWING:
            self._state = WriterState.ABANDONED
            with writing(self._path.name):
                self._write_blocks()
                self._file.close()

    def __enter__(self) -> RecordingWriter:
        """Itself."""
        return self

    def __exit__(
        self,
        kind: type[BaseException] | None,
        error: BaseException | None,
        trace: TracebackType | None,
    ) -> None:
        """Close the recording, or only the file after an exception."""
        if kind is None and self._state is not WriterState.ABANDONED:
            self.close()
        else:
            self.abandon()

    def _must_grow(self) -> None:
        if self._state is not WriterState.GROWING:
            raise FileError(
                self._path.name, "", f"the recording is {self._state}", "Start a new recording."
            )

    def _must_have_room(self, n_bytes: int) -> None:
        """Stop while the file can still be finished cleanly.

        A file that hits the end of the disk is cut off for HDF5 and lost as a whole.
        """
        free = shutil.disk_usage(self._path.parent).free
        if free < n_bytes + _RESERVE_BYTES:
            self.abandon()
            raise FileError(
                self._path.name,
                "",
                f"cannot be written further (the disk has {free // 2**20} MB left)",
                "Free some space and start a new recording; what was recorded is kept.",
            )

    def _lost_before(self, chunk: Chunk) -> int:
        samples = chunk.samples
        if samples.dtype != self._dtype or samples.shape[1] != len(self._info.channels):
            raise ValueError(
                f"chunk of {samples.shape[1]} channels {samples.dtype} for a recording of "
                f"{len(self._info.channels)} channels {self._dtype}"
            )
        lost = chunk.start_sample - self._n_samples
        if lost < chunk.lost_before:
            raise ValueError(
                f"chunk starts at {chunk.start_sample} with {chunk.lost_before} lost before it, "
                f"but {self._n_samples} samples are there already"
            )
        return lost

    def _append_gap(self, lost: int) -> None:
        gap = Gap(self._n_samples, lost)
        gaps = self._file[layout.GAPS]
        if self._gaps and self._gaps[-1].interval.stop == gap.start:
            gap = Gap(self._gaps[-1].start, self._gaps[-1].lost + lost)
            self._gaps[-1] = gap
            gaps[-1:] = gap_rows([gap])
        else:
            self._gaps.append(gap)
            _append(gaps, gap_rows([gap]))
        # Chunks that are never written read as the fill value and take no room.
        self._n_samples += lost
        self._file[layout.SAMPLES].resize(self._n_samples, axis=0)
        for blocks in self._builder.add_gap(lost):
            self._keep(blocks)
        shape = (min(lost, _HASHED_GAP_ROWS), len(self._info.channels))
        filler = np.full(shape, layout.fill_value(self._dtype), self._dtype)
        for start in range(0, lost, _HASHED_GAP_ROWS):
            self._hash.add(filler[: lost - start])

    def _append_rows(self, rows: NDArray[Any]) -> None:
        _append(self._file[layout.SAMPLES], rows)
        self._n_samples += len(rows)
        self._hash.add(rows)
        self._keep(self._builder.add(rows))

    def _keep(self, blocks: list[NDArray[Any]]) -> None:
        for kept, new in zip(self._blocks, blocks, strict=True):
            if len(new):
                kept.append(new)
        if sum(len(block) for block in self._blocks[0]) >= layout.OVERVIEW_CHUNK_ROWS:
            self._write_blocks()

    def _write_blocks(self) -> None:
        for factor, kept in zip(layout.OVERVIEW_FACTORS, self._blocks, strict=True):
            if kept:
                _append(self._file[f"{layout.OVERVIEW}/{factor}"], np.concatenate(kept))
                kept.clear()

    def _mark_closed(self, info: RecordingInfo) -> None:
        with h5py.File(self._path, "r+", libver=layout.LIBRARY_VERSIONS) as file:
            phases = file[layout.PHASES]
            phases.resize(len(info.phases), axis=0)
            if info.phases:
                phases[...] = phase_rows(info.phases)
            write_text(file, "content_sha256", info.sha256)
            file.flush()
            file.attrs.create("closed", 1, dtype="u1")

    @contextmanager
    def _writing(self) -> Iterator[None]:
        """Errors become a `FileError`; the writer takes nothing more after one."""
        try:
            with writing(self._path.name):
                yield
        except FileError:
            self._give_up()
            raise

    def _give_up(self) -> None:
        """Let go of the file after a failed write; a second failure tells nothing new."""
        self._state = WriterState.ABANDONED
        with suppress(OSError, RuntimeError, ValueError):
            self._file.close()


def _append(dataset: Any, rows: NDArray[Any]) -> None:
    start = dataset.shape[0]
    dataset.resize(start + len(rows), axis=0)
    dataset[start:] = rows


def _lay_out(file: Any, info: RecordingInfo, dtype: np.dtype[Any], *, growing: bool) -> None:
    """All attributes and datasets, since none can be added once readers are let in."""
    n_channels = len(info.channels)
    little = dtype.newbyteorder("<")
    write_attributes(file, info)
    file.create_dataset(
        layout.SAMPLES,
        (0, n_channels),
        little,
        chunks=(layout.chunk_rows(n_channels), n_channels),
        maxshape=(None, n_channels),
        fillvalue=layout.fill_value(dtype),
    )
    file.create_dataset(layout.CHANNELS, data=channel_rows(info.channels))
    file.create_dataset(layout.GAPS, (0,), layout.GAP_DTYPE, chunks=(256,), maxshape=(None,))
    phases = file.create_dataset(
        layout.PHASES, (0,), layout.phase_dtype(), chunks=(256,), maxshape=(None,)
    )
    if info.phases:
        _append(phases, phase_rows(info.phases))
    for factor in layout.OVERVIEW_FACTORS:
        file.create_dataset(
            f"{layout.OVERVIEW}/{factor}",
            (0, n_channels, 2),
            little,
            chunks=(layout.overview_chunk_rows(factor, growing=growing), n_channels, 2),
            maxshape=(None, n_channels, 2),
        )
