"""Recording files of an open study: one reader each, and what to do when a file goes bad.

A file may shrink, vanish, be replaced or turn unreadable while it is open. Then the recording is
in trouble: what was read stays where it is, and the file is opened again as soon as it is back
and is the same recording.
"""

from __future__ import annotations

from dataclasses import dataclass
from pathlib import Path

from emgview.errors import FileError
from emgview.model import RecordingInfo, SampleInterval
from emgview.recording import (
    FileStamp,
    FileState,
    RecordingIdentity,
    RecordingReader,
    identity_of,
    state_of,
)


@dataclass(frozen=True, slots=True)
class Trouble:
    """What is wrong with the file of a recording, and what to do."""

    state: FileState
    found: str
    remedy: str


_WORDS = {
    FileState.MISSING: (
        "The file is no longer there",
        "Put it back, or connect its disk again.",
    ),
    FileState.SHORTER: (
        "The file has become shorter: its end is missing",
        "Put back a whole copy of it.",
    ),
    FileState.UNREADABLE: (
        "The file can no longer be read",
        "Check its disk, its cable and the right to read it.",
    ),
    FileState.CHANGED: (
        "Another file is in the place of the recording",
        "Put the file back that the study was opened with.",
    ),
}


class OpenFile:
    """One recording file that stays open, or is opened again. On the study's I/O thread.

    Parameters
    ----------
    path : Path
    recording_id : str
        Another recording in this place is refused.

    Raises
    ------
    FileError
        If it cannot be opened.
    """

    def __init__(self, path: Path, recording_id: str) -> None:
        if not path.exists():
            raise FileError(
                path.name, "", "is not where the study says", "Put the recording back to its place."
            )
        self._path = path
        self._reader: RecordingReader | None = RecordingReader.open(path)
        self.info: RecordingInfo = self._reader.info
        if self.info.id != recording_id:
            self.close()
            raise FileError(path.name, "", "is another recording", "Put the right file back.")
        self._grows = not self._reader.closed
        self._stamp = FileStamp.of(path)
        self._identity: RecordingIdentity | None = None
        self._trouble: Trouble | None = None
        self._failed: SampleInterval | None = None

    @property
    def reader(self) -> RecordingReader:
        """The open reader.

        Raises
        ------
        FileError
            While the file cannot be opened.
        """
        if self._reader is None:
            found, remedy = _WORDS[self._trouble.state if self._trouble else FileState.UNREADABLE]
            raise FileError(self._path.name, "", found[0].lower() + found[1:], remedy)
        return self._reader

    @property
    def path(self) -> Path:
        """Where the file lies."""
        return self._path

    def is_open_as(self, reader: RecordingReader) -> bool:
        """Whether this reader is still the one in use."""
        return self._reader is reader

    def is_same(self) -> bool:
        """Whether the file system tells of no change; asks it."""
        return state_of(self._path, self._stamp, grows=self._grows) is FileState.SAME

    @property
    def trouble(self) -> Trouble | None:
        """What is wrong now; None if all is well."""
        return self._trouble

    @property
    def identity(self) -> RecordingIdentity:
        """What tells the recording from others; reads a little once.

        Raises
        ------
        FileError
            If it was not known yet and the file cannot be read.
        """
        if self._identity is None:
            self._identity = identity_of(self.reader)
        return self._identity

    def failed(self, error: FileError, wanted: SampleInterval) -> Trouble:
        """Take note that a window could not be read."""
        state = state_of(self._path, self._stamp, grows=self._grows)
        if state in (FileState.SAME, FileState.CHANGED):
            state = FileState.UNREADABLE
        self._failed = wanted.intersection(self.info.whole)
        self._trouble = _trouble(state, error)
        return self._trouble

    def check(self) -> Trouble | None:
        """Look whether the file is still there and the same; opens it again if need be.

        Asks the file system only, as long as nothing has changed.
        """
        state = state_of(self._path, self._stamp, grows=self._grows)
        if state is FileState.SAME and self._trouble is None:
            self._know_identity()
        elif state in (FileState.MISSING, FileState.SHORTER, FileState.UNREADABLE):
            self._trouble = _trouble(state)
        else:
            self._trouble = self._open_again()
        return self._trouble

    def close(self) -> None:
        """Let go of the file."""
        if self._reader is not None:
            self._reader.close()
            self._reader = None

    def _know_identity(self) -> None:
        """While all is well: afterwards it may be too late to learn it."""
        try:
            _ = self.identity
        except FileError as error:
            self._trouble = _trouble(FileState.UNREADABLE, error)

    def _open_again(self) -> Trouble | None:
        try:
            stamp = FileStamp.of(self._path)
            if stamp.place == self._stamp.place:
                # HDF5 shares what it knows of a file that is open twice: the old handle goes
                # first. A file in another place of the disk leaves the old one readable.
                self.close()
            reader = RecordingReader.open(self._path)
        except (FileError, OSError) as error:
            return _trouble(FileState.UNREADABLE, error if isinstance(error, FileError) else None)
        try:
            same = self._is_same(reader)
            if self._failed is not None and same:
                reader.read(self._failed.intersection(reader.info.whole) or SampleInterval(0, 0))
        except FileError as error:
            reader.close()
            return _trouble(FileState.UNREADABLE, error)
        if not same:
            reader.close()
            return _trouble(FileState.CHANGED)
        self.close()
        self._reader, self.info, self._stamp = reader, reader.info, stamp
        self._grows, self._failed = not reader.closed, None
        return None

    def _is_same(self, reader: RecordingReader) -> bool:
        """Whether this is the recording that was opened; a growing one may have become longer."""
        if self._grows:
            return reader.info.id == self.info.id and reader.info.n_samples >= self.info.n_samples
        if self._identity is not None:
            return identity_of(reader) == self._identity
        return reader.info == self.info


def _trouble(state: FileState, error: FileError | None = None) -> Trouble:
    found, remedy = _WORDS[state]
    if error is not None and state is FileState.UNREADABLE:
        found = f"{found} ({error.found.split(': ', 1)[-1]})"
    return Trouble(state, found, remedy)
