"""SHA-256 of the content of a recording, and of a whole file."""

from __future__ import annotations

import hashlib
import struct
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path
from typing import Any

import numpy as np
from numpy.typing import NDArray

from emgview.errors import FileError
from emgview.model import Progress, RecordingInfo
from emgview.recording.layout import FORMAT_MARK, SCHEMA_VERSION

_FILE_BLOCK_BYTES = 4 * 2**20


class ContentHash:
    """Hash of metadata and samples, by the recipe in the docstring of the package.

    It does not depend on how HDF5 lays the content out, so a copy made by another program keeps
    it. Samples come in between, hence it can be kept up while a recording grows.

    Parameters
    ----------
    info : RecordingInfo
    started_at : str
        The text that the file holds, since one instant can be written in several ways.
    """

    def __init__(self, info: RecordingInfo, started_at: str) -> None:
        self._hash = hashlib.sha256()
        device = info.device
        self._text(FORMAT_MARK)
        self._whole(SCHEMA_VERSION)
        self._text(info.id)
        self._real(info.sampling_rate_hz)
        self._text(started_at)
        for text in (device.manufacturer, device.model, device.serial, device.software):
            self._text(text)
        for text in (info.muscle, str(info.side), info.origin_name, info.origin_sha256):
            self._text(text)
        self._text("\n".join(info.notes))
        self._channels(info)

    def add(self, samples: NDArray[Any]) -> None:
        """Take the next rows, gaps included."""
        little = samples.dtype.newbyteorder("<")
        self._hash.update(np.ascontiguousarray(samples, dtype=little).data)

    def finish(self, info: RecordingInfo) -> str:
        """Hash as 64 lower-case hexadecimal digits; ``info`` gives length, gaps and phases."""
        self._whole(info.n_samples)
        self._whole(len(info.gaps))
        for gap in info.gaps:
            self._whole(gap.start)
            self._whole(gap.lost)
        self._whole(len(info.phases))
        for mark in info.phases:
            self._whole(mark.interval.start)
            self._whole(mark.interval.stop)
            self._text(str(mark.phase))
            self._whole(mark.site)
        return self._hash.hexdigest()

    def _channels(self, info: RecordingInfo) -> None:
        self._whole(len(info.channels))
        for channel in info.channels:
            self._text(channel.label)
            self._real(channel.gain_uv)
            self._real(channel.offset_uv)
            self._text(channel.unit)
            self._real(channel.high_pass_hz)
            self._real(channel.low_pass_hz)
            self._text(channel.electrode)
            self._whole(int(channel.inverted))

    def _text(self, text: str) -> None:
        self._hash.update(text.encode("utf-8") + b"\0")

    def _whole(self, number: int) -> None:
        self._hash.update(struct.pack("<q", number))

    def _real(self, number: float | None) -> None:
        # Not known is one fixed pattern: a NaN has many, and -1 can be no corner frequency.
        self._hash.update(struct.pack("<d", -1.0 if number is None else number))


class FileHash:
    """SHA-256 of a whole file in portions, so that other work of the thread goes on."""

    def __init__(self, path: Path) -> None:
        self._path = path
        self._hash = hashlib.sha256()
        self._done = 0
        with self._reading():
            self._size = path.stat().st_size
            self._file = path.open("rb", buffering=0)

    @property
    def fraction(self) -> float:
        """Part of the file that was read, 0…1."""
        return min(self._done / self._size, 1.0) if self._size else 1.0

    def step(self) -> bool:
        """Take the next portion, of a few milliseconds; False at the end.

        Raises
        ------
        FileError
            If the file cannot be read.
        """
        with self._reading():
            block = self._file.read(_FILE_BLOCK_BYTES)
        self._hash.update(block)
        self._done += len(block)
        return bool(block)

    def hexdigest(self) -> str:
        """Hash of what was read so far."""
        return self._hash.hexdigest()

    def close(self) -> None:
        """Let go of the file; a second call does nothing."""
        self._file.close()

    @contextmanager
    def _reading(self) -> Iterator[None]:
        try:
            yield
        except OSError as error:
            raise FileError(
                self._path.name,
                "",
                f"cannot be read ({error.strerror})",
                "Check name, folder and rights.",
            ) from error


def file_sha256(path: Path, progress: Progress | None = None) -> str:
    """SHA-256 of a whole file, read in pieces.

    Raises
    ------
    FileError
        If the file cannot be read.
    CancelledError
        If the work is no longer wanted.
    """
    progress = progress or Progress()
    digest = FileHash(path)
    try:
        while digest.step():
            progress.report(digest.fraction, "Computing the hash of the file")
    finally:
        digest.close()
    return digest.hexdigest()
