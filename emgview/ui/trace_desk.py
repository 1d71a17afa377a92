"""Answers the windows that views ask for, and lets upkeep go on between them."""

from __future__ import annotations

from collections.abc import Callable
from time import perf_counter

from PySide6.QtCore import QObject, QTimer, Signal

from emgview.errors import FileError
from emgview.session.jobs import Worker
from emgview.session.open_files import Trouble
from emgview.session.study_session import StudySession
from emgview.session.traces import TraceAnswer, TraceRequest

_PORTIONS = "upkeep"
_REST_MS = 250
"""So long after the last window nothing is asked for that could wait."""


class TraceDesk(QObject):
    """Lives in the GUI thread; what begins with ``_`` runs on the study's I/O thread.

    Signals
    -------
    traced(str slot, TraceAnswer)
    overview(OverviewNotice)
        An overview is being made.
    troubled(str recording_id, Trouble or None)
        The file of a recording went bad, or is well again.

    Parameters
    ----------
    io : Worker
        The study's I/O thread.
    session : callable
        The open session, or None; asked on that thread.
    guarded : callable
        Runs work so that its errors reach the user.
    """

    traced = Signal(str, object)
    overview = Signal(object)
    troubled = Signal(str, object)

    def __init__(
        self,
        io: Worker,
        session: Callable[[], StudySession | None],
        guarded: Callable[[Callable[[], None]], None],
        parent: QObject | None = None,
    ) -> None:
        super().__init__(parent)
        self._io = io
        self._session = session
        self._guarded = guarded
        self._rest = QTimer(self, singleShot=True, interval=_REST_MS)
        self._rest.timeout.connect(self._keep_up)
        self._asked_at = 0.0
        # on the I/O thread only
        self._last: dict[str, TraceRequest] = {}
        self._lacking: set[str] = set()
        self._told: dict[str, Trouble] = {}

    # -- wishes (GUI thread) -----------------------------------------------------------------

    def request(self, slot: str, request: TraceRequest) -> None:
        """Ask for a window of samples; a newer request of the same slot replaces it."""
        self._asked_at = perf_counter()
        self._rest.start()
        self._io.submit_latest(slot, lambda: self._guarded(lambda: self._trace(slot, request)))

    def check(self, recording_id: str) -> None:
        """Look whether the file is still there and well; opens it again if it was not."""
        self._io.submit_latest("check", lambda: self._guarded(lambda: self._check(recording_id)))

    def make_overview(self, recording_id: str) -> None:
        """Go on with an overview that was stopped."""
        self._io.submit(lambda: self._guarded(lambda: self._make(recording_id)))

    def stop_overview(self) -> None:
        """Stop making the overview; what is made of it stays in use."""
        self._io.submit(lambda: self._guarded(self._stop))

    def close(self) -> None:
        """Ask for nothing more."""
        self._rest.stop()

    # -- work (I/O thread) -------------------------------------------------------------------

    def _trace(self, slot: str, request: TraceRequest) -> None:
        session, key = self._session(), request.recording_id
        if session is None or key not in session.files:
            return  # asked of a study that is closed by now
        self._last[slot] = request
        try:
            answer = session.trace(request)
        except FileError as error:
            self._tell(key, session.files[key].failed(error, request.interval))
            return
        self._emit(session, slot, answer)
        self._keep_up()

    def _emit(self, session: StudySession, slot: str, answer: TraceAnswer) -> None:
        self.traced.emit(slot, answer)
        if answer.known_until is None:
            self._lacking.discard(slot)
        else:
            self._lacking.add(slot)
        notice = session.upkeep.answered(answer)
        if notice is not None:
            self.overview.emit(notice)

    def _keep_up(self) -> None:
        self._io.submit_portions(_PORTIONS, self._portion)

    def _portion(self) -> bool:
        more = [False]
        self._guarded(lambda: more.append(self._step()))
        return more[-1]

    def _step(self) -> bool:
        session = self._session()
        if session is None:
            return False
        busy = perf_counter() - self._asked_at < _REST_MS / 1000 - 0.01
        more, notice = session.upkeep.step(busy=busy)
        if notice is not None:
            self.overview.emit(notice)
            self._answer_again(notice.recording_id, self._lacking)
        return more

    def _answer_again(self, recording_id: str, slots: set[str]) -> None:
        """Windows that are on the screen, from what is known by now."""
        for slot in sorted(slots):
            request = self._last.get(slot)
            if request is not None and request.recording_id == recording_id:
                self._trace(slot, request)

    def _check(self, recording_id: str) -> None:
        session = self._session()
        if session is None or recording_id not in session.files:
            return
        trouble = session.files[recording_id].check()
        was_bad = recording_id in self._told
        self._tell(recording_id, trouble)
        if was_bad and trouble is None:
            self._answer_again(recording_id, set(self._last))

    def _tell(self, recording_id: str, trouble: Trouble | None) -> None:
        """Tell each change once, however many windows fail."""
        if trouble != self._told.get(recording_id):
            self.troubled.emit(recording_id, trouble)
        if trouble is None:
            self._told.pop(recording_id, None)
        else:
            self._told[recording_id] = trouble

    def _make(self, recording_id: str) -> None:
        session = self._session()
        if session is not None and recording_id in session.files:
            notice = session.upkeep.make(recording_id)
            if notice is not None:
                self.overview.emit(notice)
                self._keep_up()

    def _stop(self) -> None:
        session = self._session()
        notice = session.upkeep.stop() if session is not None else None
        if notice is not None:
            self.overview.emit(notice)

    def forget(self) -> None:
        """The study was closed or opened anew. On the I/O thread."""
        self._last, self._lacking, self._told = {}, set(), {}
