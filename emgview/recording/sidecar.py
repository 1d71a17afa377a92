"""The overview of a recording in a file of its own; its format is told in the package docstring.

Plain binary, read and written without HDF5: no part of it waits for the library's global lock.
"""

from __future__ import annotations

import json
import os
import struct
import uuid
import zlib
from contextlib import suppress
from dataclasses import asdict, dataclass
from pathlib import Path
from typing import Any, BinaryIO

import numpy as np
from numpy.typing import NDArray

from emgview.errors import FileError
from emgview.recording.block_source import Extremes, n_blocks_of
from emgview.recording.identity import RecordingIdentity
from emgview.recording.layout import OVERVIEW_FACTORS

SUFFIX = ".overview"
PART_SUFFIX = ".part"
VERSION = 1

_MAGIC = b"emgview-overview"
_HEADER_BYTES = 4096
_LENGTHS = struct.Struct("<III")  # version, bytes of the JSON, its CRC-32
_PAGE_BLOCKS = 1024
_MADE_ANEW = "It is made anew."


@dataclass(frozen=True, slots=True)
class _Places:
    """Where each level and the checksums stand."""

    n_samples: int
    n_channels: int
    dtype: np.dtype[Any]

    @property
    def row_bytes(self) -> int:
        """Bytes of one block of all channels."""
        return 2 * self.n_channels * self.dtype.itemsize

    def n_blocks(self, level: int) -> int:
        """Blocks of a level; ``len(OVERVIEW_FACTORS)`` and beyond is past the end."""
        return n_blocks_of(self.n_samples, level)

    def level(self, level: int) -> int:
        """First byte of a level; of the number of levels: of the checksums."""
        before = sum(self.n_blocks(n) for n in range(level))
        return _HEADER_BYTES + before * self.row_bytes

    def n_pages(self, level: int) -> int:
        """Pages of a level."""
        return -(-self.n_blocks(level) // _PAGE_BLOCKS)

    @property
    def checksums(self) -> int:
        """First byte of the checksums."""
        return self.level(len(OVERVIEW_FACTORS))

    @property
    def n_bytes(self) -> int:
        """Size of the whole file."""
        return self.checksums + 4 * sum(self.n_pages(n) for n in range(len(OVERVIEW_FACTORS)))


def sidecar_bytes(identity: RecordingIdentity) -> int:
    """Room that the overview of this recording takes on disk."""
    return _places_of(identity).n_bytes


def _places_of(identity: RecordingIdentity) -> _Places:
    return _Places(identity.n_samples, identity.n_channels, np.dtype(identity.dtype))


class SidecarWriter:
    """An overview that is being made; what is there can be read already. Belongs to one thread.

    It grows under another name and takes its own at :meth:`finish`, so that a crash leaves no
    half overview under a name that is read.

    Parameters
    ----------
    path : Path
        Where it is to stand in the end.
    identity : RecordingIdentity

    Raises
    ------
    OSError
        If it cannot be made there.
    """

    def __init__(self, path: Path, identity: RecordingIdentity) -> None:
        self.path = path
        self._identity = identity
        self._places = _places_of(identity)
        self._part = path.with_name(f"{path.name}.{uuid.uuid4().hex[:8]}{PART_SUFFIX}")
        self._file: BinaryIO = self._part.open("x+b", buffering=0)
        self._counts = [0] * len(OVERVIEW_FACTORS)
        self._sums = [_PageSums(self._places.row_bytes) for _ in OVERVIEW_FACTORS]
        self._finished = False

    def put(self, level: int, blocks: NDArray[Any]) -> None:
        """The next blocks (k, n_channels, 2) of a level.

        Raises
        ------
        OSError
            If the disk is full or gone.
        """
        if not len(blocks):
            return
        little = self._places.dtype.newbyteorder("<")
        data = np.ascontiguousarray(blocks.transpose(0, 2, 1), little).tobytes()
        place = self._places.level(level) + self._counts[level] * self._places.row_bytes
        _write_at(self._file, place, data)
        self._sums[level].add(data)
        self._counts[level] += len(blocks)

    def n_blocks(self, level: int) -> int:
        """Blocks of a level that are there."""
        return self._counts[level]

    def read(self, level: int, start: int, stop: int) -> Extremes:
        """Minimum and maximum of blocks that are there."""
        try:
            return _rows(self._file, self._places, level, start, stop)
        except OSError as error:
            raise _unreadable(self._part, error) from error

    def finish(self, content_sha256: str) -> None:
        """Write header and checksums, and take the final name.

        Raises
        ------
        OSError
            If the disk is full or gone; :meth:`close` removes what there is.
        """
        table = b"".join(sums.finish() for sums in self._sums)
        _write_at(self._file, self._places.checksums, table)
        _write_at(self._file, 0, _header(self._identity, content_sha256, zlib.crc32(table)))
        # No fsync, which takes long for a large one: what a power cut spoils, the checksums find.
        self._file.close()
        try:
            self._part.replace(self.path)
            self._finished = True
        except PermissionError:
            # Another window has the old one open on a system that then forbids to replace it:
            # this one serves under its first name until it is closed.
            self._finished = False
        self._file = (self.path if self._finished else self._part).open("rb", buffering=0)

    def close(self) -> None:
        """Let go of the file; without :meth:`finish` nothing is left."""
        self._file.close()
        if not self._finished:
            with suppress(OSError):
                self._part.unlink(missing_ok=True)


class _PageSums:
    """CRC-32 of each page of blocks, as they come."""

    def __init__(self, row_bytes: int) -> None:
        self._page_bytes = _PAGE_BLOCKS * row_bytes
        self._done: list[int] = []
        self._running, self._filled = 0, 0

    def add(self, data: bytes) -> None:
        view = memoryview(data)
        while len(view):
            part = view[: self._page_bytes - self._filled]
            self._running = zlib.crc32(part, self._running)
            self._filled += len(part)
            view = view[len(part) :]
            if self._filled == self._page_bytes:
                self._close_page()

    def _close_page(self) -> None:
        self._done.append(self._running)
        self._running, self._filled = 0, 0

    def finish(self) -> bytes:
        if self._filled:
            self._close_page()
        return np.array(self._done, "<u4").tobytes()


class Sidecar:
    """A finished overview file, checked: page by page when it is first read. Made by `open`."""

    def __init__(self, path: Path, file: BinaryIO, places: _Places, content_sha256: str) -> None:
        self.path = path
        self.content_sha256 = content_sha256
        self._file = file
        self._places = places
        self._sums: list[NDArray[Any]] = []
        self._seen = [
            np.zeros(places.n_pages(level), np.bool_) for level in range(len(OVERVIEW_FACTORS))
        ]

    @classmethod
    def open(cls, path: Path, identity: RecordingIdentity) -> Sidecar:
        """The overview that belongs to this recording.

        Raises
        ------
        FileError
            If it is damaged, of another version, or of another recording.
        OSError
            If it is not there or cannot be read.
        """
        file = path.open("rb", buffering=0)
        try:
            header = _read_header(path, file)
            _must_belong(path, header, identity)
            places = _places_of(identity)
            sidecar = cls(path, file, places, str(header["content_sha256"]))
            sidecar._read_sums(int(header["table_crc32"]))
        except BaseException:
            file.close()
            raise
        return sidecar

    def n_blocks(self, level: int) -> int:
        """Blocks of a level."""
        return self._places.n_blocks(level)

    def read(self, level: int, start: int, stop: int) -> Extremes:
        """Minimum and maximum of these blocks."""
        try:
            self._check(level, start, stop)
            return _rows(self._file, self._places, level, start, stop)
        except OSError as error:
            raise _unreadable(self.path, error) from error

    def close(self) -> None:
        """Let go of the file."""
        self._file.close()

    def _check(self, level: int, start: int, stop: int) -> None:
        """Compare pages that were not looked at before with their checksums."""
        for page in range(start // _PAGE_BLOCKS, -(-stop // _PAGE_BLOCKS)):
            if self._seen[level][page]:
                continue
            first = page * _PAGE_BLOCKS
            last = min(first + _PAGE_BLOCKS, self._places.n_blocks(level))
            place = self._places.level(level) + first * self._places.row_bytes
            data = _read_at(self._file, place, (last - first) * self._places.row_bytes)
            if zlib.crc32(data) != self._sums[level][page]:
                part = f"blocks from {first} on of level {OVERVIEW_FACTORS[level]}"
                raise FileError(self.path.name, part, "are damaged", _MADE_ANEW)
            self._seen[level][page] = True

    def _read_sums(self, wanted: int) -> None:
        size = self._file.seek(0, os.SEEK_END)
        if size != self._places.n_bytes:
            found = f"has {size} bytes instead of {self._places.n_bytes}"
            raise FileError(self.path.name, "", found, _MADE_ANEW)
        table = _read_at(self._file, self._places.checksums, size - self._places.checksums)
        if zlib.crc32(table) != wanted:
            raise FileError(self.path.name, "checksums", "are damaged", _MADE_ANEW)
        sums = np.frombuffer(table, "<u4")
        for seen in self._seen:
            self._sums.append(sums[: len(seen)])
            sums = sums[len(seen) :]


def _header(identity: RecordingIdentity, content_sha256: str, table_crc32: int) -> bytes:
    facts = {
        **asdict(identity),
        "content_sha256": content_sha256,
        "factors": OVERVIEW_FACTORS,
        "page_blocks": _PAGE_BLOCKS,
        "table_crc32": table_crc32,
    }
    text = json.dumps(facts, sort_keys=True).encode()
    lengths = _LENGTHS.pack(VERSION, len(text), zlib.crc32(text))
    return (_MAGIC + lengths + text).ljust(_HEADER_BYTES, b"\0")


def _read_header(path: Path, file: BinaryIO) -> dict[str, Any]:
    data = file.read(_HEADER_BYTES)
    if len(data) < _HEADER_BYTES or not data.startswith(_MAGIC):
        raise FileError(path.name, "", "is no overview", _MADE_ANEW)
    version, length, crc = _LENGTHS.unpack_from(data, len(_MAGIC))
    if version != VERSION:
        raise FileError(path.name, "version", f"is {version}, not {VERSION}", _MADE_ANEW)
    begin = len(_MAGIC) + _LENGTHS.size
    text = data[begin : begin + length]
    if zlib.crc32(text) != crc:
        raise FileError(path.name, "header", "is damaged", _MADE_ANEW)
    header: dict[str, Any] = json.loads(text)
    return header


def _must_belong(path: Path, header: dict[str, Any], identity: RecordingIdentity) -> None:
    wanted = {
        **asdict(identity),
        "factors": list(OVERVIEW_FACTORS),
        "page_blocks": _PAGE_BLOCKS,
    }
    for name, value in wanted.items():
        if header.get(name) != value:
            found = "is not that of the recording beside it"
            raise FileError(path.name, name, found, _MADE_ANEW)


def _rows(file: BinaryIO, places: _Places, level: int, start: int, stop: int) -> Extremes:
    place = places.level(level) + start * places.row_bytes
    data = _read_at(file, place, (stop - start) * places.row_bytes)
    shape = (stop - start, 2, places.n_channels)
    rows = np.frombuffer(data, places.dtype.newbyteorder("<")).reshape(shape)
    rows = rows.astype(places.dtype, copy=False)
    return rows[:, 0], rows[:, 1]


def _read_at(file: BinaryIO, place: int, n_bytes: int) -> bytearray:
    data = bytearray(n_bytes)
    view = memoryview(data)
    file.seek(place)
    while len(view):
        got = file.readinto(view)  # type: ignore[attr-defined]
        if not got:
            raise OSError(f"ends {len(view)} bytes early")
        view = view[got:]
    return data


def _write_at(file: BinaryIO, place: int, data: bytes) -> None:
    view = memoryview(data)
    file.seek(place)
    while len(view):
        view = view[file.write(view) :]


def _unreadable(path: Path, error: OSError) -> FileError:
    reason = error.strerror or str(error)
    return FileError(path.name, "", f"cannot be read ({reason})", _MADE_ANEW)
