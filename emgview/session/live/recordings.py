"""The files of an examination: begun, exchanged without a gap, finished in the background."""

from __future__ import annotations

from collections import deque
from collections.abc import Callable
from concurrent.futures import Future, ThreadPoolExecutor, wait
from pathlib import Path
from typing import Protocol

from emgview.errors import EmgviewError
from emgview.model import PhaseMark, RecordingInfo, SampleInterval
from emgview.recording import RecordingWriter, RingBuffer
from emgview.session.bookmarks import Bookmark
from emgview.session.live.acquisition import Acquisition, Happening
from emgview.session.live.crew import Crew
from emgview.session.live.finished import Finished
from emgview.session.live.recorder import Recorder
from emgview.session.live.suggesting import Suggested, Suggester

_SAVE_CHUNK = 16_384
_PATIENCE_S = 1.5
_LEAVE_S = 0.5
_MOST_ENDING = 64


class FileEvents(Protocol):
    """Who wants to know of files; called on any thread."""

    def suggested(self, suggested: Suggested) -> None:
        """The detector has something new."""

    def finished(self, finished: Finished) -> None:
        """A recording is closed."""


class Recordings:
    """Recorder and detector of the present file. Its methods belong to one thread.

    Parameters
    ----------
    acquisition : Acquisition
    events : FileEvents
    told : callable
        Takes a :class:`.Happening`.
    detect : bool
    """

    def __init__(
        self,
        acquisition: Acquisition,
        events: FileEvents,
        told: Callable[[Happening], None],
        *,
        detect: bool,
    ) -> None:
        self._acquisition, self._events, self._told = acquisition, events, told
        self.detects = detect
        self._writing, self._judging = Crew("emgview-recorder"), Crew("emgview-detector")
        self._finishing = ThreadPoolExecutor(1, thread_name_prefix="emgview-finish")
        self._works: list[Future[object]] = []
        self.recorder: Recorder | None = None
        self.suggester: Suggester | None = None
        self._bookmarks: list[Bookmark] = []  # in absolute samples
        self._notes: list[str] = []
        self._ending: deque[Suggester] = deque(maxlen=_MOST_ENDING)
        self.writer_slowness = 0.0

    def note(self, text: str) -> None:
        """What happened is kept with the recording that goes on."""
        if text:
            self._notes.append(text)

    def bookmark(self, mark: Bookmark) -> None:
        """A place, absolute sample; kept with the recording that holds it."""
        self._bookmarks.append(mark)

    def begin(self, path: Path, info: RecordingInfo, marks: Callable[[int], object]) -> Path:
        """Record into a new file from the next sample on; the present file ends there.

        Parameters
        ----------
        marks : callable (base) -> sequence of PhaseMark
            What the examiner does, in samples of a file that begins at ``base``.
        """
        live = self._acquisition.format
        dtype = live.dtype if live is not None else "int16"
        new = Recorder(
            path,
            info,
            dtype,
            0,
            crew=self._writing,
            alarm=self._alarm,
            slowness=self.writer_slowness,
        )
        old, old_suggester = self.recorder, None
        if old is None:
            self._notes = []  # what happened before belongs to no recording
        self._acquisition.exchange(old, new, new.begin_at)
        rows: tuple[PhaseMark, ...] = tuple(marks(new.base))  # type: ignore[arg-type]
        new.set_marks(rows)
        self.recorder = new
        if self.detects:
            old_suggester = self.watch(info, keep=old is not None)
        self._acquisition.set_recording(True)
        if old is not None:
            self._finish(old, old_suggester)
        return path

    def end(self) -> bool:
        """Close the present file; tells whether there was one."""
        recorder, suggester = self.recorder, self.suggester
        if recorder is None:
            return False
        self._acquisition.detach(recorder)
        if suggester is not None:
            self._acquisition.detach(suggester)
        self.recorder = self.suggester = None
        self._acquisition.set_recording(False)
        self._finish(recorder, suggester)
        return True

    def watch(self, info: RecordingInfo, *, keep: bool = False) -> Suggester | None:
        """Let a fresh detector judge from now on; gives the old one where it is to be kept."""
        old, new = self.suggester, Suggester(info, self._events.suggested)
        self._acquisition.exchange(old, new, new.begin_at)
        new.start(self._judging)
        self.suggester = new
        if old is not None and not keep:
            self._later(old.cancel)
            return None
        return old

    def save(
        self, path: Path, info: RecordingInfo, ring: RingBuffer, interval: SampleInterval
    ) -> None:
        """Write a window of the buffer to a file of its own, in the background."""
        path.touch()  # the name is taken
        self._later(lambda: self._save(path, info, ring, interval))

    def close(self) -> bool:
        """Wait until everything is written; tells whether all threads ended in time."""
        ended = self.suggester is None or self.suggester.cancel()
        self.suggester = None
        _done, late = wait(self._works, _PATIENCE_S)
        if late:
            for suggester in self._ending.copy():
                suggester.give_up()  # its file is whole and can be judged later
            _done, late = wait(self._works, _PATIENCE_S)
        self._finishing.shutdown(wait=not late)
        crews = [crew.close(_LEAVE_S) for crew in (self._writing, self._judging)]
        return not late and ended and all(crews)

    # -- within ------------------------------------------------------------------------------

    def _finish(self, recorder: Recorder, suggester: Suggester | None) -> None:
        first, last = recorder.base, recorder.base + recorder.received
        marks = tuple(
            Bookmark(b.sample - first, b.text) for b in self._bookmarks if first <= b.sample < last
        )
        self._bookmarks = [b for b in self._bookmarks if not first <= b.sample < last]
        notes, self._notes = tuple(self._notes), []
        recorder.end()  # at once: the file waits for no detector
        if suggester is not None:
            suggester.end()
            self._ending.append(suggester)

        def work() -> None:
            recorder.join()
            run, told = None, notes
            if suggester is not None:
                run = suggester.finish()
                told = (*notes, *suggester.history())
                self._ending.remove(suggester)
            failed = bool(recorder.failed)
            done = Finished(recorder.path, recorder.info, run, marks, told, failed)
            self._events.finished(done)

        self._later(work)

    def _later(self, work: Callable[[], object]) -> None:
        self._works = [one for one in self._works if not one.done()]
        self._works.append(self._finishing.submit(work))

    def _alarm(self, text: str) -> None:
        level = "red" if text else "clear"
        self._told(Happening(level, text or "Everything is recorded again."))

    def _save(
        self, path: Path, info: RecordingInfo, ring: RingBuffer, interval: SampleInterval
    ) -> None:
        growing = path.with_name(path.name + ".saving")
        growing.unlink(missing_ok=True)
        try:
            with RecordingWriter.create(growing, info, ring.dtype) as writer:
                for chunk in ring.chunks(_SAVE_CHUNK, interval):
                    writer.append(chunk)
                done = writer.close()
            growing.replace(path)
        except (EmgviewError, OSError) as error:
            self._told(Happening("red", str(error)))
            return
        self._told(Happening("note", f"The last {done.duration_s:.0f} s were saved."))
        self._events.finished(Finished(path, done))
