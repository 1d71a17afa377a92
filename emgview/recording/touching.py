"""Brings rows of a file into the system's memory past HDF5, and without Python's lock."""

from __future__ import annotations

from collections.abc import Iterator
from io import FileIO
from pathlib import Path
from typing import Any

import h5py

_ROOM_BYTES = 256 * 1024
_MOST_CHUNKS = 2000
"""HDF5 goes through all chunks to find one: with more, that takes longer than the read."""

Stretch = tuple[int, int]
"""Place in the file, and bytes."""


class Touching:
    """Reads what another read will need, and keeps nothing. Belongs to one thread.

    A read by HDF5 holds Python's lock for as long as the disk takes, and the window that is being
    painted meanwhile waits for it; a plain read does not.

    Parameters
    ----------
    path : Path
        A file that no longer grows.
    """

    def __init__(self, path: Path) -> None:
        self._path = path
        self._file: FileIO | None = None
        self._room = memoryview(b"")

    def rows(self, dataset: Any, start: int, stop: int) -> bool:
        """Read these rows; False where that must be left to HDF5, which also tells of troubles."""
        try:
            if self._file is None:
                self._file, self._room = FileIO(self._path), memoryview(bytearray(_ROOM_BYTES))
            for place, n_bytes in stretches(dataset, start, stop):
                self._read(self._file, place, n_bytes)
        except (OSError, RuntimeError, ValueError):  # h5py's own are among them
            return False
        return True

    def close(self) -> None:
        """Let go of the file; may be called twice."""
        if self._file is not None:
            self._file.close()
            self._file, self._room = None, memoryview(b"")

    def _read(self, file: FileIO, place: int, n_bytes: int) -> None:
        file.seek(place)
        while n_bytes > 0:
            found = file.readinto(self._room[: min(n_bytes, _ROOM_BYTES)])
            if not found:
                raise OSError(f"{self._path.name} ends early")
            n_bytes -= found


def stretches(dataset: h5py.Dataset, start: int, stop: int) -> Iterator[Stretch]:
    """Where in the file rows of a dataset lie.

    Raises
    ------
    ValueError
        If they are packed, lie in another file, chunks divide the rows, or are too many.
    """
    row_bytes = dataset.dtype.itemsize
    for n in dataset.shape[1:]:
        row_bytes *= n
    if dataset.chunks is None:
        first = dataset.id.get_offset()
        if first is None:
            raise ValueError("the rows lie elsewhere")
        yield first + start * row_bytes, (stop - start) * row_bytes
        return
    if dataset.chunks[1:] != dataset.shape[1:] or dataset.id.get_create_plist().get_nfilters():
        raise ValueError("the rows are packed or divided")
    n_rows = dataset.chunks[0]
    if len(dataset) > n_rows * _MOST_CHUNKS:
        raise ValueError("the rows are not found at once")
    for chunk in range(start // n_rows, -(-stop // n_rows)):
        corner = (chunk * n_rows, *(0,) * (dataset.ndim - 1))
        place = dataset.id.get_chunk_info_by_coord(corner).byte_offset
        if place is None:
            continue  # a chunk that was never written
        begin, end = max(start - corner[0], 0), min(stop - corner[0], n_rows)
        yield place + begin * row_bytes, (end - begin) * row_bytes
