"""A needle examination with a live source: the door through which the window and the commands go.

Starts and stops source, recorder, detector and sound, and notes what the examiner does. Finished
recordings are given away: the study takes them in (:mod:`.taking_in`).
"""

from __future__ import annotations

import threading
import uuid
from dataclasses import dataclass, replace
from datetime import UTC, datetime
from pathlib import Path
from typing import Protocol

from emgview.errors import EmgviewError, PolicyError
from emgview.model import DetectionRun, Phase, RecordingInfo, SampleInterval, Side
from emgview.recording import RecordingWriter, RingBuffer
from emgview.session.bookmarks import Bookmark
from emgview.session.jobs import Worker
from emgview.session.live.acquisition import CLOSE_S, Acquisition, Happening
from emgview.session.live.health import Figure
from emgview.session.live.marks import ExamMarks
from emgview.session.live.recorder import Recorded, Recorder
from emgview.session.live.states import LiveState
from emgview.session.live.suggesting import Suggested, Suggester
from emgview.session.study_folder import StudyFolder
from emgview.sound import Listening, LiveSound
from emgview.sources.live import make_source, parse_spec

_SAVE_CHUNK = 16_384


@dataclass(frozen=True, slots=True)
class Finished:
    """A recording that is closed, with what belongs to it.

    Parameters
    ----------
    path : Path
    info : RecordingInfo
    run : DetectionRun or None
        The detector's; the same as of the file.
    bookmarks : tuple of Bookmark
        In samples of the recording.
    happenings : tuple of str
        What went wrong and what was noted while it grew.
    failed : bool
        It could not be closed: what is on the disk is to be repaired.
    """

    path: Path
    info: RecordingInfo
    run: DetectionRun | None = None
    bookmarks: tuple[Bookmark, ...] = ()
    happenings: tuple[str, ...] = ()
    failed: bool = False


class ExamEvents(Protocol):
    """Who wants to know; called on any thread."""

    def changed(self, state: LiveState) -> None:
        """Another state."""

    def happened(self, happening: Happening) -> None:
        """Something to be told."""

    def suggested(self, suggested: Suggested) -> None:
        """The detector has something new."""

    def finished(self, finished: Finished) -> None:
        """A recording is closed, and is to be taken into the study."""


@dataclass(frozen=True, slots=True)
class Needle:
    """Where the needle is."""

    muscle: str = ""
    side: Side = Side.NOT_STATED


class LiveExam:
    """One source, from opening to closing. Its methods belong to one thread.

    Parameters
    ----------
    source : str
        See :func:`.sources.live.parse_spec`.
    folder : StudyFolder or None
        Where recordings go; None: nothing can be recorded.
    events : ExamEvents
    detect, sound : bool
    silent : bool
        Sound goes to the null device.
    ring_s : float
        Length of the ring buffer.

    Raises
    ------
    EmgviewError
        If the text names no source.
    """

    def __init__(
        self,
        source: str,
        folder: StudyFolder | None,
        events: ExamEvents,
        *,
        detect: bool = True,
        sound: bool = True,
        silent: bool = False,
        ring_s: float = 600.0,
    ) -> None:
        self.source = source
        self._folder, self._events = folder, events
        self._detect, self._wants_sound, self._silent = detect, sound, silent
        self._acquisition = Acquisition(
            make_source(parse_spec(source)),
            changed=events.changed,
            happened=self._happened,
            ring_s=ring_s,
        )
        self._finishing = Worker("emgview-finish")
        self._lock = threading.Lock()
        self.recorder: Recorder | None = None
        self.suggester: Suggester | None = None
        self.sound: LiveSound | None = None
        self.needle = Needle()
        self.marks = ExamMarks()  # in absolute samples
        self._bookmarks: list[Bookmark] = []  # in absolute samples
        self._notes: list[str] = []
        self._taken = 0
        self.slow_writer_s = 0.0
        """Added to each write: for fault tests only."""

    # -- figures -----------------------------------------------------------------------------

    @property
    def acquisition(self) -> Acquisition:
        """The source at work."""
        return self._acquisition

    @property
    def state(self) -> LiveState:
        """Where it stands."""
        return self._acquisition.state

    @property
    def ring(self) -> RingBuffer:
        """The last minutes.

        Raises
        ------
        PolicyError
            Before the source is open.
        """
        if self._acquisition.ring is None:
            raise PolicyError("The source is not open yet", "Wait until it is connected.")
        return self._acquisition.ring

    @property
    def rate_hz(self) -> float:
        """Nominal rate; 0 before the source is open."""
        live = self._acquisition.format
        return live.sampling_rate_hz if live is not None else 0.0

    @property
    def folder(self) -> StudyFolder | None:
        """Where recordings go."""
        return self._folder

    def into(self, folder: StudyFolder) -> None:
        """Recordings go there from now on."""
        self._folder = folder

    def more_figures(self) -> tuple[Figure, ...]:
        """Figures of sound and memory, for the health line."""
        found = []
        sound = self.sound
        if sound is not None:
            text = "no card" if not sound.has_card else f"{1000 * sound.latency_s():.0f} ms"
            text += f", {sound.glitches} breaks" if sound.glitches else ""
            text = "muted: clipping" if sound.muted else text
            tip = "Sound that waits between a sample and the loudspeaker; breaks since the start."
            found.append(Figure("Sound", text, sound.muted, tip))
        ring = self._acquisition.ring
        if ring is not None and self.rate_hz:
            kept = len(ring.kept) / self.rate_hz
            text = f"{kept:.0f} s, {ring.n_bytes / 2**20:.0f} MB at most"
            found.append(Figure("Buffer", text, False, "What can be scrolled back to and saved."))
        return tuple(found)

    def sound_alarm(self) -> None:
        """A tone for ears that are on the loudspeaker."""
        if self.sound is not None:
            self.sound.alarm()

    def rest_s(self) -> float:
        """Seconds of rest watched at this site since the needle moved last."""
        if not self.rate_hz:
            return 0.0
        return self.marks.rest_samples(self.ring.head) / self.rate_hz

    # -- source ------------------------------------------------------------------------------

    def start(self) -> None:
        """Begin to connect; :meth:`opened` tells when samples come."""
        self._acquisition.start()

    def opened(self, timeout_s: float) -> bool:
        """Whether the source is open; sound and detector begin then.

        Raises
        ------
        EmgviewError
            If it could not be opened.
        """
        if not self._acquisition.wait_until_open(timeout_s):
            return False
        if self._acquisition.error is not None:
            raise self._acquisition.error
        if self.sound is None and self._wants_sound:
            self._begin_sound()
        if self.suggester is None and self._detect:
            self._exchange_suggester(self._live_info())
        return True

    def close(self) -> bool:
        """Finish everything; tells whether all threads ended in time."""
        self._end_recording()
        stopped = self._acquisition.stop(CLOSE_S)
        if self.sound is not None:
            self.sound.stop()
        if self.suggester is not None:
            stopped = self.suggester.cancel() and stopped
            self.suggester = None
        self._finishing.close()
        return stopped

    # -- recording ---------------------------------------------------------------------------

    def record(self) -> Path:
        """Begin to record the present muscle.

        Raises
        ------
        PolicyError
            If nothing can be recorded now.
        FileError
            If the file cannot be made.
        """
        if self._folder is None:
            raise PolicyError("There is no study to record into", "Make or open a study first.")
        if self.recorder is not None:
            raise PolicyError("It is recording already", "Stop the recording first.")
        return self._begin_recording(self._folder)

    def stop_recording(self) -> None:
        """Close the recording; the source goes on.

        Raises
        ------
        PolicyError
            If nothing is recorded.
        """
        if self.recorder is None:
            raise PolicyError("Nothing is recorded", "Start a recording first.")
        self._end_recording()
        if self._detect and self._acquisition.running:
            self._exchange_suggester(self._live_info())

    def place_needle(self, needle: Needle) -> None:
        """Another muscle: a recording goes on in a new file, without a sample between them."""
        if needle == self.needle:
            return
        self.needle = needle
        self.marks = ExamMarks(site=1)
        if self.recorder is not None and self._folder is not None:
            self._begin_recording(self._folder)
        elif self.suggester is not None:
            self._exchange_suggester(self._live_info())

    def keep_last(self, seconds: float) -> None:
        """Save what has passed already, as a recording of its own.

        Raises
        ------
        PolicyError
            If there is no study, or nothing has come yet.
        """
        folder, ring = self._folder, self.ring
        if folder is None:
            raise PolicyError("There is no study to save into", "Make or open a study first.")
        kept = ring.kept
        start = max(kept.start, kept.stop - round(seconds * self.rate_hz))
        if start >= kept.stop:
            raise PolicyError("Nothing has come yet", "Wait until samples come.")
        interval = SampleInterval(start, kept.stop)
        info = replace(self._new_info(), started_at=_ago((kept.stop - start) / self.rate_hz))
        path = self._next_path(folder)
        path.touch()  # the name is taken
        self._finishing.submit(lambda: self._save(path, info, ring, interval))

    # -- examiner ----------------------------------------------------------------------------

    def set_phase(self, phase: Phase | None) -> None:
        """What the examiner does from now on."""
        self._mark(self.marks.with_phase(phase, self.ring.head))

    def next_site(self) -> None:
        """The needle goes to another site of the same muscle."""
        self._mark(self.marks.with_site(self.marks.site + 1, self.ring.head))

    def moved(self) -> None:
        """The needle moved: watching at rest begins anew."""
        self._mark(self.marks.moved(self.ring.head))

    def bookmark(self, sample: int, text: str = "") -> None:
        """Remember a place, absolute sample; kept with the recording that holds it."""
        self._bookmarks.append(Bookmark(sample, text))

    def listen(self, wish: Listening) -> None:
        """Hear another channel, louder or softer."""
        if self.sound is not None:
            self.sound.listen(wish)

    # -- within ------------------------------------------------------------------------------

    def _happened(self, happening: Happening) -> None:
        if happening.text:
            self._notes.append(happening.text)
        self._events.happened(happening)

    def _begin_sound(self) -> None:
        live = self._acquisition.format
        if live is None:
            return
        dtype = self.ring.dtype
        self.sound = LiveSound(live.channels, live.sampling_rate_hz, dtype, silent=self._silent)
        self.sound.start()
        self._acquisition.attach(self.sound)

    def _live_info(self) -> RecordingInfo:
        return replace(self._new_info(), id="live")

    def _new_info(self) -> RecordingInfo:
        known = self._acquisition.info
        if known is None:
            raise PolicyError("The source is not open yet", "Wait until it is connected.")
        return replace(
            known,
            id=str(uuid.uuid4()),
            started_at=datetime.now(UTC),
            muscle=self.needle.muscle,
            side=self.needle.side,
            phases=(),
        )

    def _next_path(self, folder: StudyFolder) -> Path:
        self._taken += 1
        return folder.next_recording(0)

    def _begin_recording(self, folder: StudyFolder) -> Path:
        info, live = self._new_info(), self._acquisition.format
        if live is None:
            raise PolicyError("The source is not open yet", "Wait until it is connected.")
        new = Recorder(
            self._next_path(folder),
            info,
            live.dtype,
            0,
            alarm=self._alarm,
            finished=lambda _recorded: None,
            slow_s=self.slow_writer_s,
        )
        old = self.recorder
        self._acquisition.exchange(old, new, new.begin_at)
        new.set_marks(self.marks.rows_from(new.base))
        self.recorder = new
        old_suggester = self._exchange_suggester(info) if self._detect else None
        self._acquisition.set_recording(True)
        if old is not None:
            self._finish(old, old_suggester)
        elif old_suggester is not None:
            self._finishing.submit(old_suggester.cancel)
        return new.path

    def _end_recording(self) -> None:
        recorder, suggester = self.recorder, self.suggester
        if recorder is None:
            return
        self._acquisition.detach(recorder)
        if suggester is not None:
            self._acquisition.detach(suggester)
        self.recorder = self.suggester = None
        self._acquisition.set_recording(False)
        self._finish(recorder, suggester)

    def _finish(self, recorder: Recorder, suggester: Suggester | None) -> None:
        first, last = recorder.base, recorder.base + recorder.received
        marks = tuple(
            Bookmark(b.sample - first, b.text) for b in self._bookmarks if first <= b.sample < last
        )
        self._bookmarks = [b for b in self._bookmarks if not first <= b.sample < last]
        notes, self._notes = tuple(self._notes), []

        def work() -> None:
            recorder.finish()
            run = suggester.finish() if suggester is not None else None
            failed = bool(recorder.failed)
            self._events.finished(Finished(recorder.path, recorder.info, run, marks, notes, failed))

        self._finishing.submit(work)

    def _exchange_suggester(self, info: RecordingInfo) -> Suggester | None:
        old, new = self.suggester, Suggester(info, self._events.suggested)
        self._acquisition.exchange(old, new, new.begin_at)
        new.start()
        self.suggester = new
        if old is not None and self.recorder is None:
            self._finishing.submit(old.cancel)
            return None
        return old

    def _mark(self, marks: ExamMarks) -> None:
        self.marks = marks
        if self.recorder is not None:
            self.recorder.set_marks(marks.rows_from(self.recorder.base))

    def _alarm(self, text: str) -> None:
        level = "red" if text else "clear"
        self._happened(Happening(level, text or "Everything is recorded again."))

    def _save(
        self, path: Path, info: RecordingInfo, ring: RingBuffer, interval: SampleInterval
    ) -> None:
        path.unlink(missing_ok=True)
        try:
            with RecordingWriter.create(path, info, ring.dtype) as writer:
                for chunk in ring.chunks(_SAVE_CHUNK, interval):
                    writer.append(chunk)
                done = writer.close()
        except EmgviewError as error:
            self._happened(Happening("red", str(error)))
            return
        seconds = done.duration_s
        self._happened(Happening("note", f"The last {seconds:.0f} s were saved."))
        self._events.finished(Finished(path, done))


def _ago(seconds: float) -> datetime:
    return datetime.fromtimestamp(datetime.now(UTC).timestamp() - seconds, UTC)


__all__ = ["ExamEvents", "Finished", "LiveExam", "Needle", "Recorded"]
