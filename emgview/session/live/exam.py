"""A needle examination with a live source: the door through which the window and the commands go.

Starts and stops source, recorder, detector and sound, and notes what the examiner does. Finished
recordings are given away: the study takes them in (:mod:`.taking_in`).
"""

from __future__ import annotations

import uuid
from dataclasses import dataclass, replace
from datetime import UTC, datetime
from pathlib import Path
from typing import Protocol

from emgview.errors import PolicyError
from emgview.model import Phase, RecordingInfo, SampleInterval, Side
from emgview.recording import RingBuffer
from emgview.session.bookmarks import Bookmark
from emgview.session.live.acquisition import CLOSE_S, Acquisition, Happening
from emgview.session.live.finished import Finished
from emgview.session.live.health import Figure
from emgview.session.live.marks import ExamMarks
from emgview.session.live.recorder import Recorder
from emgview.session.live.recordings import Recordings
from emgview.session.live.states import LiveState
from emgview.session.live.suggesting import Suggested, Suggester
from emgview.session.study_folder import StudyFolder
from emgview.sound import Listening, LiveSound
from emgview.sources.live import make_source, parse_spec


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
        self._wants_sound, self._silent = sound, silent
        self._acquisition = Acquisition(
            make_source(parse_spec(source)),
            changed=events.changed,
            happened=self._happened,
            ring_s=ring_s,
        )
        self._files = Recordings(self._acquisition, events, self._happened, detect=detect)
        self.sound: LiveSound | None = None
        self.needle = Needle()
        self.marks = ExamMarks()  # in absolute samples

    # -- figures -----------------------------------------------------------------------------

    @property
    def files(self) -> Recordings:
        """Recorder and detector."""
        return self._files

    @property
    def recorder(self) -> Recorder | None:
        """Writes the present file; None where nothing is recorded."""
        return self._files.recorder

    @property
    def suggester(self) -> Suggester | None:
        """The detector at work."""
        return self._files.suggester

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
        if self.suggester is None and self._files.detects:
            self._files.watch(self._live_info())
        return True

    def close(self) -> bool:
        """Finish everything; tells whether all threads ended in time."""
        self._files.end()
        stopped = self._acquisition.stop(CLOSE_S)
        if self.sound is not None:
            self.sound.stop()
        return self._files.close() and stopped

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
        self._files.end()
        if self._files.detects and self._acquisition.running:
            self._files.watch(self._live_info())

    def place_needle(self, needle: Needle) -> None:
        """Another muscle: a recording goes on in a new file, without a sample between them."""
        if needle == self.needle:
            return
        self.needle = needle
        self.marks = ExamMarks(site=1)
        if self.recorder is not None and self._folder is not None:
            self._begin_recording(self._folder)
        elif self.suggester is not None:
            self._files.watch(self._live_info())

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
        self._files.save(folder.next_recording(0), info, ring, interval)

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
        self._files.bookmark(Bookmark(sample, text))

    def listen(self, wish: Listening) -> None:
        """Hear another channel, louder or softer."""
        if self.sound is not None:
            self.sound.listen(wish)

    # -- within ------------------------------------------------------------------------------

    def _happened(self, happening: Happening) -> None:
        self._files.note(happening.text)
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

    def _begin_recording(self, folder: StudyFolder) -> Path:
        info = self._new_info()
        return self._files.begin(folder.next_recording(0), info, self.marks.rows_from)

    def _mark(self, marks: ExamMarks) -> None:
        self.marks = marks
        if self.recorder is not None:
            self.recorder.set_marks(marks.rows_from(self.recorder.base))


def _ago(seconds: float) -> datetime:
    return datetime.fromtimestamp(datetime.now(UTC).timestamp() - seconds, UTC)
