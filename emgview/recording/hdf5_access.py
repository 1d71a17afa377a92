"""Opens HDF5 files, and turns what goes wrong into errors that a user can act on."""

from __future__ import annotations

import os
import re
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path
from typing import Any

import h5py

from emgview.errors import FileError
from emgview.recording.layout import CHUNK_CACHE_BYTES, CHUNK_CACHE_SLOTS

_HDF5_ERRORS = (OSError, RuntimeError, KeyError)
_CACHE = {"rdcc_nbytes": CHUNK_CACHE_BYTES, "rdcc_nslots": CHUNK_CACHE_SLOTS}
GIVEN_BACK_BYTES = 64 * 1024
_SIGNATURE = b"\x89HDF\r\n\x1a\n"
_ANOTHER_COPY = "Use another copy of the file, or import it from the source again."


def open_for_reading(path: Path) -> Any:
    """The open `h5py.File`, read only.

    A file that grows, or whose writer was killed, opens in SWMR mode only. A cut-off file must
    not be opened that way: SWMR takes a wrong checksum for a write under way and waits without
    end for it to come right.

    Raises
    ------
    FileError
        If it is missing, a folder, not HDF5, damaged, or not permitted.
    """
    _check_is_hdf5(path)
    try:
        return h5py.File(path, "r", **_CACHE)
    except _HDF5_ERRORS as error:
        if not _in_use(error):
            raise unreadable(path.name, error) from error
    try:
        return h5py.File(path, "r", libver="latest", swmr=True, **_CACHE)
    except _HDF5_ERRORS as error:
        raise unreadable(path.name, error) from error


def open_uncached(file: Any, name: str) -> Any:
    """A dataset, without a chunk cache where that only costs a copy.

    Uncompressed chunks are read in a third of the time straight from the system's cache. No other
    handle of the dataset may be open: all share the cache of the first.
    """
    plan = file[name].id.get_create_plist()
    if plan.get_layout() != h5py.h5d.CHUNKED or plan.get_nfilters():
        return file[name]
    access = h5py.h5p.create(h5py.h5p.DATASET_ACCESS)
    access.set_chunk_cache(1, 0, 1.0)
    return h5py.Dataset(h5py.h5d.open(file.id, name.encode(), access))


def has_signature(path: Path) -> bool:
    """Whether the file begins as HDF5 does (cheap; False for anything that cannot be read)."""
    try:
        with path.open("rb") as file:
            return file.read(len(_SIGNATURE)) == _SIGNATURE
    except OSError:
        return False


class EndWatch:
    """Notices that an open file became shorter.

    HDF5 gives zeros for what lies behind the end of a file that was cut off while it is open: a
    flat line that never was recorded. Therefore each read is followed by a look at the size.

    Parameters
    ----------
    file : h5py.File
    file_name : str
        For errors.
    grows : bool
        Its writer may give back a little unused room at its end.
    """

    def __init__(self, file: Any, file_name: str, *, grows: bool = False) -> None:
        self._descriptor = file.id.get_vfd_handle()
        self.file_name = file_name
        self._n_bytes = os.fstat(self._descriptor).st_size - (GIVEN_BACK_BYTES if grows else 0)

    def must_be_whole(self) -> None:
        """Call after reading, before what was read is used.

        Raises
        ------
        FileError
            If the file is shorter than it was at opening.
        """
        now = os.fstat(self._descriptor).st_size
        if now < self._n_bytes:
            found = f"the file is cut off: {now} of {self._n_bytes} bytes are there"
            raise FileError(self.file_name, "", found, _ANOTHER_COPY)


@contextmanager
def reading(file_name: str, field: str) -> Iterator[None]:
    """Within it, errors of the HDF5 library become a `FileError` that names the field."""
    try:
        yield
    except _HDF5_ERRORS as error:
        raise unreadable(file_name, error, field) from error


@contextmanager
def writing(file_name: str) -> Iterator[None]:
    """Within it, errors of the HDF5 library become a `FileError` about writing."""
    try:
        yield
    except _HDF5_ERRORS as error:
        raise FileError(
            file_name,
            "",
            f"cannot be written ({_reason(error)})",
            "Check that the disk is there and free some space.",
        ) from error


def unreadable(file_name: str, error: BaseException, field: str = "") -> FileError:
    """The error for a part of a file that the library cannot read."""
    text = str(error).lower()
    if "filter" in text:
        return FileError(
            file_name,
            field,
            "is packed with a filter that is not installed",
            "Write it again with gzip or without compression.",
        )
    if "truncated" in text or "eof" in text:
        return FileError(file_name, field, "the file is cut off: its end is missing", _ANOTHER_COPY)
    if isinstance(error, PermissionError) or "permission denied" in text:
        return FileError(file_name, field, "may not be read", "Ask for the right to read it.")
    return FileError(file_name, field, f"cannot be read ({_reason(error)})", _ANOTHER_COPY)


def _check_is_hdf5(path: Path) -> None:
    if path.is_dir():
        raise FileError(
            path.resolve().name, "", "is a folder, not a recording", "Choose a file inside."
        )
    try:
        if not path.exists():
            raise FileError(path.name, "", "does not exist", "Check the name and the folder.")
        size = path.stat().st_size
        is_hdf5 = size > 0 and bool(h5py.is_hdf5(path))
        with path.open("rb"):
            pass
    except OSError as error:
        raise unreadable(path.name, error) from error
    if size == 0:
        raise FileError(path.name, "", "is empty (0 bytes)", _ANOTHER_COPY)
    if not is_hdf5:
        raise FileError(path.name, "", "is not an HDF5 file", "Choose the importer of its format.")


def _in_use(error: BaseException) -> bool:
    text = str(error).lower()
    return "h5clear" in text or "already open for" in text or "unable to lock" in text


def _reason(error: BaseException) -> str:
    """The library's own words, without addresses, numbers of descriptors and paths."""
    text = " ".join(str(error).split())
    system = re.search(r"error message = '([^']*)'", text)
    if system:
        return system[1]
    inside = re.search(r"\(([^()]*)\)", text)
    words = re.split(r"[,:=]", inside[1] if inside else text)[0].strip(" '\"")
    return words[:80] or type(error).__name__
