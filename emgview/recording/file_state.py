"""What the file system tells of an open recording file: is it there, and is it the same."""

from __future__ import annotations

import os
from dataclasses import dataclass
from enum import StrEnum
from pathlib import Path

from emgview.recording.hdf5_access import GIVEN_BACK_BYTES


class FileState(StrEnum):
    """How a file stands to what was opened."""

    SAME = "same"
    CHANGED = "changed"
    SHORTER = "shorter"
    MISSING = "missing"
    UNREADABLE = "unreadable"


@dataclass(frozen=True, slots=True)
class FileStamp:
    """Size, time of change and place on the disk: cheap to ask, no proof of the content."""

    n_bytes: int
    modified_ns: int
    place: tuple[int, int]

    @classmethod
    def of(cls, path: Path) -> FileStamp:
        """Stamp of a file as it is now.

        Raises
        ------
        OSError
            If it is not there or its folder cannot be read.
        """
        found = path.stat()
        return cls(found.st_size, found.st_mtime_ns, (found.st_dev, found.st_ino))


def state_of(path: Path, opened: FileStamp, *, grows: bool) -> FileState:
    """How the file at this path stands to what was opened; asks the file system only.

    Parameters
    ----------
    grows : bool
        The recording is not finished: a longer file is the same one.
    """
    try:
        now = FileStamp.of(path)
    except FileNotFoundError:
        return FileState.MISSING
    except OSError:
        return FileState.UNREADABLE
    if not path.is_file() or not os.access(path, os.R_OK):
        return FileState.UNREADABLE
    if now.n_bytes < opened.n_bytes - (GIVEN_BACK_BYTES if grows else 0):
        return FileState.SHORTER
    if now == opened or (grows and now.place == opened.place):
        return FileState.SAME
    return FileState.CHANGED
