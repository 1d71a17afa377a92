"""Makes the overview of a recording in portions, so that other work of the thread goes on."""

from __future__ import annotations

from typing import Any, Protocol

import numpy as np
from numpy.typing import NDArray

from emgview.model import Progress, RecordingInfo, SampleInterval
from emgview.recording.block_source import BlockSink, BlocksInMemory
from emgview.recording.folding import nothing
from emgview.recording.layout import OVERVIEW_FACTORS
from emgview.recording.overview_levels import OverviewBuilder

# Some milliseconds of reading and folding: so long a page waits for a portion at most.
_PORTION_BYTES = 2 * 2**20


class Hash(Protocol):
    """Takes samples; see :class:`.content_hash.ContentHash`."""

    def add(self, samples: NDArray[Any]) -> None:
        """Take the next rows."""

    def finish(self, info: RecordingInfo) -> str:
        """The hash in hexadecimal digits."""


class Source(Protocol):
    """What is needed of a reader."""

    @property
    def info(self) -> RecordingInfo:
        """What is known beside the samples."""

    @property
    def dtype(self) -> np.dtype[Any]:
        """Type of the native numbers."""

    def read(self, interval: SampleInterval) -> NDArray[Any]:
        """Native numbers (n, n_channels) of a window."""

    def gap_rows(self, interval: SampleInterval) -> NDArray[np.bool_]:
        """Which rows of a window lie in a gap."""

    def new_hash(self) -> Hash:
        """Hash of the content, with the metadata taken in."""


class OverviewBuild:
    """One run through a recording: blocks of all levels, and the hash where one is stated.

    Parameters
    ----------
    source : RecordingReader
        Belongs to the thread that makes the steps.
    sink : BlockSink
    """

    def __init__(self, source: Source, sink: BlockSink) -> None:
        self._source = source
        self._sink = sink
        info = source.info
        n_channels = len(info.channels)
        self._info = info
        self._builder = OverviewBuilder(n_channels, source.dtype)
        # Where the file states no hash, there is nothing to hold one against: it would take as long
        # as all the rest.
        self._hash = source.new_hash() if info.sha256 else None
        self._done = 0
        self._content_sha256 = ""
        self._finished = False
        smallest = OVERVIEW_FACTORS[0]
        rows = _PORTION_BYTES // (source.dtype.itemsize * n_channels) // smallest * smallest
        self._portion = max(rows, smallest)

    @property
    def fraction(self) -> float:
        """Part of the recording that is done, 0…1."""
        return self._done / self._info.n_samples if self._info.n_samples else 1.0

    @property
    def finished(self) -> bool:
        """Whether all is done."""
        return self._finished

    @property
    def content_sha256(self) -> str:
        """Hash of the content by the recipe of the package.

        Empty before the end, and where the file states none.
        """
        return self._content_sha256

    def step(self) -> bool:
        """Do the next portion, of a few milliseconds; False when all is done.

        Raises
        ------
        FileError
            If the samples cannot be read.
        OSError
            If the sink cannot take the blocks.
        """
        if self.finished:
            return False
        start = self._done
        stop = min(start + self._portion, self._info.n_samples)
        if start < stop:
            rows = self._source.read(SampleInterval(start, stop))
            if self._hash is not None:
                self._hash.add(rows)
            self._put(self._builder.add_pair(*self._without_gaps(rows, start)))
            self._done = stop
        if stop == self._info.n_samples:
            self._put(self._builder.finish())
            self._content_sha256 = self._hash.finish(self._info) if self._hash else ""
            self._finished = True
        return not self.finished

    def _without_gaps(self, rows: NDArray[Any], start: int) -> tuple[NDArray[Any], NDArray[Any]]:
        gaps = self._source.gap_rows(SampleInterval(start, start + len(rows)))
        if not gaps.any():
            return rows, rows
        low, high = rows.copy(), rows.copy()
        low[gaps], high[gaps] = nothing(rows.dtype)
        return low, high

    def _put(self, blocks: list[NDArray[Any]]) -> None:
        for level, new in enumerate(blocks):
            self._sink.put(level, new)


def build_in_memory(source: Source, progress: Progress | None = None) -> BlocksInMemory:
    """All blocks of a recording, a sixth of the samples' size. Takes a while.

    Raises
    ------
    FileError, CancelledError
    """
    progress = progress or Progress()
    info = source.info
    blocks = BlocksInMemory(info.n_samples, len(info.channels), source.dtype)
    build = OverviewBuild(source, blocks)
    while build.step():
        progress.report(build.fraction, "Making the overview")
    return blocks
