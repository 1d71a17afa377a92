"""What goes on beside the reader's work, in portions between the windows that are asked for.

In this order: getting ready for the next page, making an overview that is lacking, and the hash
of a file that a study was just made around. All on the study's I/O thread; no portion takes more
than some milliseconds, so that a page never waits longer than that.
"""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import replace

from emgview.errors import FileError
from emgview.model import SampleInterval
from emgview.recording import FileHash, RecordingReader, needs_blocks
from emgview.session.open_files import OpenFile
from emgview.session.overviews import (
    OverviewMaking,
    OverviewNotice,
    OverviewState,
    Places,
    adopt_stored,
    places_for,
)
from emgview.session.traces import TraceAnswer, TraceRequest

_DIFFERS = "The samples are not those that the file states a hash of: it was changed or damaged."
_GIVEN_UP_AFTER = 3


class Upkeep:
    """Work of one open study that can wait.

    Parameters
    ----------
    files : dict
        Open files by recording id.
    hashes : dict
        Known hash of each file by recording id, empty where it is not known yet.
    keep_hash : callable (recording_id, sha256)
        Takes a hash that was worked out.
    places : callable
        Where overviews may lie.
    """

    def __init__(
        self,
        files: dict[str, OpenFile],
        hashes: dict[str, str],
        keep_hash: Callable[[str, str], None],
        places: Places = places_for,
    ) -> None:
        self._files = files
        self._places = places
        self._unhashed = [key for key, sha256 in hashes.items() if not sha256]
        self._keep_hash = keep_hash
        self._hashing: tuple[str, FileHash] | None = None
        self._makings: dict[str, OverviewMaking] = {}
        self._current = ""
        self._looked: dict[str, RecordingReader] = {}
        self._states: dict[str, OverviewState] = {}
        self._broken: dict[str, int] = {}
        self._last: TraceRequest | None = None
        self._ahead: tuple[str, SampleInterval, int] | None = None

    # -- overviews ---------------------------------------------------------------------------

    def look(self, request: TraceRequest) -> None:
        """Find an overview before the first window that needs one is read; cheap after that.

        Raises
        ------
        FileError
            If the recording cannot be read.
        """
        if not needs_blocks(request.interval, request.n_columns):
            return  # the first trace does not wait for it
        recording_id = request.recording_id
        file = self._files[recording_id]
        if self._looked.get(recording_id) is not file.reader:
            adopt_stored(file.reader, file.identity, self._places)
            self._looked[recording_id] = file.reader
            self._states.pop(recording_id, None)

    def answered(self, answer: TraceAnswer) -> OverviewNotice | None:
        """Take note of a window that was read: what it lacks, and what may be asked for next."""
        request = answer.request
        if request.interval != self._files[request.recording_id].info.whole:
            self._ahead = self._next_window(request)
            self._last = request
        state = self._states.get(request.recording_id)
        if answer.known_until is None or state in (OverviewState.STOPPED, OverviewState.FAILED):
            return None
        if state is OverviewState.MAKING and self._current == request.recording_id:
            return None
        return self.make(request.recording_id)

    def make(self, recording_id: str) -> OverviewNotice | None:
        """Begin or go on with the overview of a recording, before those of others."""
        file = self._files[recording_id]
        if file.reader.has_overview:
            return None
        making = self._makings.get(recording_id)
        if making is None or making.reader is not file.reader:
            making = OverviewMaking(file.reader, file.identity, self._places)
            self._makings[recording_id] = making
        self._current = recording_id
        self._states[recording_id] = OverviewState.MAKING
        return making.notice()

    def damaged(self, recording_id: str, error: FileError) -> bool:
        """Give up blocks that cannot be read; False if that is not what is wrong."""
        file = self._files[recording_id]
        in_blocks = error.field.startswith("/overview") or error.file != file.path.name
        if not in_blocks or not file.is_same():
            return False
        self._broken[recording_id] = self._broken.get(recording_id, 0) + 1
        file.reader.drop_overview()
        self._makings.pop(recording_id, None)
        return self._broken[recording_id] <= _GIVEN_UP_AFTER

    def stop(self) -> OverviewNotice | None:
        """Make no more of the overview for now; what is made of it stays in use."""
        making = self._next_making()
        if making is None:
            return None
        self._states[self._current] = OverviewState.STOPPED
        return replace(making.notice(), state=OverviewState.STOPPED)

    # -- portions ----------------------------------------------------------------------------

    def step(self, *, busy: bool = False) -> tuple[bool, OverviewNotice | None]:
        """Do one portion; tells whether there is more to do, and how far an overview is.

        ``busy``: the reader goes from window to window just now; what no window needs waits.
        """
        if self._ahead is not None:
            self._prepare(*self._ahead)
            return True, None
        making = self._next_making()
        if making is not None:
            return True, self._step_overview(making)
        return (False, None) if busy else (self._step_hash(), None)

    def close(self) -> None:
        """Leave everything as it is; overviews that are not finished are removed."""
        self._makings, self._ahead = {}, None
        if self._hashing is not None:
            self._hashing[1].close()
            self._hashing = None

    def _next_making(self) -> OverviewMaking | None:
        """The overview to go on with: the one wanted last, else one that was left."""
        for key in (self._current, *self._makings):
            making = self._makings.get(key)
            wanted = self._states.get(key) is OverviewState.MAKING
            if making is not None and wanted and self._files[key].is_open_as(making.reader):
                self._current = key
                return making
        return None

    def _step_overview(self, making: OverviewMaking) -> OverviewNotice | None:
        key = self._current
        try:
            notice = making.step()
        except FileError as error:
            self._states[key] = OverviewState.FAILED
            self._makings.pop(key)
            return replace(making.notice(), state=OverviewState.FAILED, remark=str(error))
        if notice is not None and notice.state is OverviewState.READY:
            self._states[key] = OverviewState.READY
            self._makings.pop(key)
            return replace(notice, remark=_DIFFERS if making.content_differs else "")
        return notice

    def _prepare(self, recording_id: str, interval: SampleInterval, n_columns: int) -> None:
        file = self._files[recording_id]
        try:
            more = file.trouble is None and file.reader.prepare(interval, n_columns)
        except FileError:
            more = False  # told when the window is asked for
        if not more:
            self._ahead = None

    def _next_window(self, request: TraceRequest) -> tuple[str, SampleInterval, int] | None:
        """The window that comes next if the reader goes on as in the last step.

        A step to the side is repeated; one nearer or farther goes on in its ratio, about the place
        that it left where it was.
        """
        last, now = self._last, request.interval
        if last is None or last.recording_id != request.recording_id or not len(last.interval):
            return None
        if request.n_columns != last.n_columns or now == last.interval:
            return None
        ratio = len(now) / len(last.interval)
        start = now.start + round((now.start - last.interval.start) * ratio)
        following = SampleInterval(start, max(start + round(len(now) * ratio), start))
        return request.recording_id, following, request.n_columns

    def _step_hash(self) -> bool:
        """A portion of the hash of a file that has none; False when all are known."""
        if self._hashing is None:
            if not self._unhashed:
                return False
            key = self._unhashed.pop()
            try:
                self._hashing = key, FileHash(self._files[key].path)
            except FileError:
                return True  # told when the file is read
        key, digest = self._hashing
        try:
            more = digest.step()
        except FileError:
            more = True
            self._close_hash()
        if not more:
            self._close_hash()
            self._keep_hash(key, digest.hexdigest())
        return True

    def _close_hash(self) -> None:
        if self._hashing is not None:
            self._hashing[1].close()
            self._hashing = None
