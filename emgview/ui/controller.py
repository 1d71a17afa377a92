"""Between the window and the session: wishes go down to threads, values come up as signals.

The controller lives in the GUI thread. The session lives in one I/O thread, detection and findings
in others; all are joined with a time limit at close. Nothing of Qt goes down, nothing mutable comes
up.
"""

from __future__ import annotations

import logging
import threading
from collections.abc import Callable
from dataclasses import dataclass
from pathlib import Path
from typing import TypeVar

from PySide6.QtCore import QObject, Signal

from emgview.errors import CancelledError, EmgviewError
from emgview.model import ImportHints, Label, Progress, Study
from emgview.report import Reader
from emgview.session.bookmarks import Bookmarks
from emgview.session.detecting import detect_in_file, parameters_of
from emgview.session.examining import ExaminationInputs
from emgview.session.importing import import_files, study_for
from emgview.session.intents import ChangeSet, Intent
from emgview.session.jobs import Worker
from emgview.session.live.finished import Finished
from emgview.session.live.recovery import must_recover, recover
from emgview.session.live.taking_in import complete, discard_empty, enter
from emgview.session.open_proposals import OpenProposals
from emgview.session.overviews import OverviewNotice, OverviewState
from emgview.session.policy import StudyState
from emgview.session.report_look import ReportLook
from emgview.session.reporting import Amendment, Signing, write_report
from emgview.session.rerun import add_and_carry
from emgview.session.screen import Screen
from emgview.session.second_reader import SecondReading, open_second
from emgview.session.study_folder import StudyFolder
from emgview.session.study_session import REPORT_TEXTS, OpenRecording, StudySession
from emgview.session.traces import TraceRequest
from emgview.session.warm_up import warm_up
from emgview.ui.findings_desk import FindingsDesk
from emgview.ui.follow_desk import FollowDesk
from emgview.ui.trace_desk import TraceDesk

T = TypeVar("T")
SECOND = " – second reading"
_LOG = logging.getLogger(__name__)


@dataclass(frozen=True, slots=True)
class StudyView:
    """Everything the window shows of a study, as it stands after one change.

    Findings take longer than a decision may: ``inputs`` is what they follow from, and
    :class:`.findings_desk.FindingsDesk` works them out.
    """

    name: str
    path: Path
    state: StudyState
    study: Study
    recordings: tuple[OpenRecording, ...]
    items: dict[str, tuple[Label, ...]]
    proposals: OpenProposals
    inputs: ExaminationInputs
    texts: dict[str, str]
    remarks: dict[str, tuple[str, ...]]
    refused: dict[str, tuple[str, ...]]
    detected: frozenset[str]
    bookmarks: dict[str, Bookmarks]
    undo: str | None
    redo: str | None


class StudyController(QObject):
    """One open study at a time.

    Signals
    -------
    opened(StudyView), changed(StudyView, ChangeSet), closed()
    traced(str slot, TraceAnswer)
        Answer to a request; the view drops stale ones.
    told(str)
        One line for the status bar.
    failed(EmgviewError)
        What the user must be told.
    working(str, float), rested()
        Long work and its end.
    overview(OverviewNotice), troubled(str recording_id, Trouble or None)
        See :class:`.trace_desk.TraceDesk`.
    reported(ReportFiles)
    """

    opened = Signal(object)
    changed = Signal(object, object)
    closed = Signal()
    traced = Signal(str, object)
    failed = Signal(object)
    told = Signal(str)
    working = Signal(str, float)
    rested = Signal()
    overview = Signal(object)
    troubled = Signal(str, object)
    reported = Signal(object)
    _ended = Signal()

    def __init__(self, parent: QObject | None = None) -> None:
        super().__init__(parent)
        self._io = Worker("study-io")
        self._detection = Worker("detection")
        self._session: StudySession | None = None  # touched on the I/O thread only
        self._cancel = threading.Event()
        self.reader, self.role = Reader("reader"), "interpreter"
        self.screen: Callable[[], Screen | None] = lambda: None  # what the window shows
        self.is_deciding = lambda: self._io.is_wanted  # a decision waits; any thread
        self._view: StudyView | None = None
        self._n_working = 0
        self._ended.connect(self._end_work)
        self.desk = TraceDesk(self._io, lambda: self._session, self._guarded, self)
        self.desk.traced.connect(self.traced)
        self.desk.troubled.connect(self.troubled)
        self.desk.overview.connect(self._tell_overview)
        self.findings = FindingsDesk(self._guarded, self)
        ways = self._guarded, self._swap, self._emit_changed, self._begin
        self.following = FollowDesk(self._io, lambda: self._session, *ways, self)
        self.opened.connect(self._keep)
        self.changed.connect(self._keep)

    @property
    def view(self) -> StudyView | None:
        """The newest state that came up; None without a study."""
        return self._view

    # -- wishes (GUI thread) -----------------------------------------------------------------

    def open(self, path: Path, hints: ImportHints | None = None) -> None:
        """Open a study, or make one around a file."""
        self._begin("Opening", lambda progress: self._open(path, hints or ImportHints(), progress))

    def open_second(self, path: Path, name: str, role: str) -> None:
        """Open the second reading of a study in that person's name."""
        self._begin("Opening", lambda _: self._open_second(path, name, role))

    def add_files(self, paths: list[Path], hints: ImportHints) -> None:
        """Import files into the open study."""
        self._begin("Importing", lambda progress: self._add_files(paths, hints, progress))

    def apply(self, intent: Intent) -> None:
        """Let the session carry out an intent; decisions queue and are never dropped."""
        screen = self.screen()
        self._io.submit(lambda: self._guarded(lambda: self._apply(intent, screen)))

    def change(self, work: Callable[[StudySession], ChangeSet]) -> None:
        """Change the study by a use case of its own; decisions queue and are never dropped."""
        self._io.submit(
            lambda: self._guarded(lambda: self._emit_changed(work(self._open_session())))
        )

    def request_trace(self, slot: str, request: TraceRequest) -> None:
        """Ask for a window of samples; a newer request of the same slot replaces it."""
        self.desk.request(slot, request)

    def detect(self, recording_ids: tuple[str, ...], parameters: Path | None = None) -> None:
        """Let the detector judge recordings, in its own thread; or with other parameters."""
        view = self._view
        if view is None:
            return
        paths = [
            (r.title, StudyFolder(view.path).path_of(r.entry))
            for r in view.recordings
            if r.entry.id in recording_ids
        ]
        self._begin_work("Detecting")
        self._detection.submit(
            lambda: self._guarded(lambda: self._detect(paths, parameters), ends=True)
        )

    def take_in(self, root: Path, finished: Finished) -> None:
        """Put a live recording into its study, and show it where no other study is open."""
        self._begin(
            "Keeping the recording", lambda progress: self._take_in(root, finished, progress)
        )

    def write_report(
        self,
        out: Path | None,
        signing: Signing | None,
        amendment: Amendment | None = None,
        look: ReportLook | None = None,
    ) -> None:
        """Write the report, signed if asked; ``amendment`` says why a signed one gets a new one."""

        def work(progress: Progress) -> None:
            session = self._open_session()
            files = write_report(session, out, self.reader, signing, progress, amendment, look)
            self.reported.emit(files)
            kind = f"Signed report ({files.state})" if signing else "Report"
            words = f"{kind} written: {files.pdf}"
            self._emit_changed(ChangeSet(frozenset(), frozenset({"history"}), words, 0))

        self._begin("Writing the report", work)

    def with_session(self, work: Callable[[StudySession], T], done: Callable[[T], None]) -> None:
        """Read something on the I/O thread; ``done`` is called there: hand over by a signal."""
        self._io.submit(lambda: self._guarded(lambda: done(work(self._open_session()))))

    def with_latest(
        self, slot: str, work: Callable[[StudySession], T], done: Callable[[T], None]
    ) -> None:
        """The same, where a newer wish of the same slot makes an older one needless."""
        self._io.submit_latest(
            slot, lambda: self._guarded(lambda: done(work(self._open_session())))
        )

    def in_background(
        self, text: str, work: Callable[[Progress], T], done: Callable[[T], None]
    ) -> None:
        """Long work that needs no study; ``done`` is called there: hand over by a signal."""
        self._begin(text, lambda progress: done(work(progress)))

    def warm_up(self) -> None:
        """Load heavy libraries on the detection thread; after the first paint."""
        self._detection.submit(lambda: self._guarded(lambda: (warm_up(), None)[1]))

    def cancel(self) -> None:
        """Ask the long work to stop; where there is none, the making of an overview."""
        self._cancel.set()
        if not self._n_working:
            self.desk.stop_overview()

    def close_study(self) -> None:
        """Close the study; the window becomes empty."""
        self._io.submit(lambda: self._guarded(self._close))

    def shut_down(self, timeout_s: float = 10.0) -> bool:
        """Close everything and join the threads; False if one did not end in time."""
        self._cancel.set()
        self.desk.close()
        ended = all([self.findings.close(timeout_s), self._detection.close(timeout_s)])
        self._io.submit(lambda: self._guarded(self._close_silently))
        return self._io.close(timeout_s) and ended

    # -- work (other threads) ----------------------------------------------------------------

    def _begin(self, text: str, work: Callable[[Progress], None]) -> None:
        self._begin_work(text)
        self._io.submit(lambda: self._guarded(lambda: work(self._progress()), ends=True))

    def _begin_work(self, text: str) -> None:
        self._cancel.clear()
        self._n_working += 1
        self.working.emit(text, 0.0)

    def _end_work(self) -> None:
        self._n_working -= 1
        self.rested.emit()

    def _tell_overview(self, notice: OverviewNotice) -> None:
        """The status line tells of an overview while there is nothing else to tell."""
        self.overview.emit(notice)
        if self._n_working:
            return
        if notice.state is OverviewState.MAKING:
            self.working.emit("Making the overview", notice.part)
        else:
            self.rested.emit()

    def _progress(self) -> Progress:
        return Progress(lambda part, text: self.working.emit(text, part), self._cancel.is_set)

    def _guarded(self, work: Callable[[], None], *, ends: bool = False) -> None:
        """Thread edge: every error becomes a message, none is lost."""
        try:
            work()
        except (CancelledError, EmgviewError) as error:
            self.failed.emit(error)
        except Exception as error:  # noqa: BLE001 - the thread's edge; reported to the user
            _LOG.exception("internal error")
            self.failed.emit(
                EmgviewError(
                    f"Internal error ({type(error).__name__})",
                    "Your decisions are saved. Please report what you did.",
                )
            )
        finally:
            if ends:
                self._ended.emit()

    def _open(self, path: Path, hints: ImportHints, progress: Progress) -> None:
        folder = study_for(path, hints, progress)
        if self._session is not None and _same(self._session.folder.root, folder.root):
            self._close_silently()  # its own lock would make the study one for reading only
        session, told = _recovered(StudySession(folder, self.reader.name, role=self.role), progress)
        self._swap(session)
        self.opened.emit(self._look())
        if told:
            self.told.emit(" ".join(told))
        elif not _same(path, folder.root):
            self.told.emit(f"Decisions are kept in {folder.root}; the original stays as it is")

    def _open_second(self, path: Path, name: str, role: str) -> None:
        session = open_second(StudyFolder(path), name, role)
        self._swap(session)
        self.opened.emit(self._look())
        self.told.emit(f"Second reading by {session.actor.name}: the first one is not shown")

    def _add_files(self, paths: list[Path], hints: ImportHints, progress: Progress) -> None:
        folder = self._open_session().folder
        import_files(paths, folder, hints, progress)
        self._open(folder.root, hints, progress)

    def _take_in(self, root: Path, finished: Finished, progress: Progress) -> None:
        if discard_empty(finished):
            return
        folder = StudyFolder(root)
        enter(folder, finished)
        session = self._session
        if session is None or _same(session.folder.root, root):
            self._open(root, ImportHints(), progress)
            complete(self._open_session(), finished)
            self._emit_changed(ChangeSet(frozenset(), frozenset({"items"}), "Recording kept", 0))
        else:
            with StudySession(folder, self.reader.name, role=self.role) as other:
                complete(other, finished)

    def _apply(self, intent: Intent, screen: Screen | None) -> None:
        self._emit_changed(self._open_session().apply(intent, screen))

    def _detect(self, paths: list[tuple[str, Path]], parameters: Path | None) -> None:
        chosen = parameters_of(parameters)
        for n, (title, path) in enumerate(paths):
            part = self._progress().part(n / len(paths), (n + 1) / len(paths))
            part.report(0.0, f"Detecting in {title}")
            run = detect_in_file(path, chosen, progress=part)
            self._io.submit(
                lambda run=run: self._guarded(  # type: ignore[misc]
                    lambda: self._emit_changed(add_and_carry(self._open_session(), run))
                )
            )

    def _close(self) -> None:
        self._close_silently()
        self._view = None
        self.closed.emit()

    def _close_silently(self) -> None:
        if self._session is not None:
            self._session.close()
            self._session = None

    def _swap(self, session: StudySession) -> None:
        self._close_silently()
        self._session = session
        self.desk.forget()

    def _open_session(self) -> StudySession:
        if self._session is None:
            raise EmgviewError("No study is open", "Open one first.")
        return self._session

    def _emit_changed(self, change: ChangeSet) -> None:
        self.changed.emit(self._look(), change)

    def _look(self) -> StudyView:
        return look(self._open_session())

    def _keep(self, view: StudyView, *_: object) -> None:
        self._view = view


def _same(one: Path, other: Path) -> bool:
    return one.resolve() == other.resolve()


def look(session: StudySession) -> StudyView:
    """Values of the session as it stands. On the I/O thread."""
    recordings = session.recordings
    items = {r.entry.id: session.items(r.entry.id) for r in recordings}
    runs = {r.entry.id: session.run(r.entry.id) for r in recordings}
    return StudyView(
        name=session.folder.root.stem + SECOND * isinstance(session.folder, SecondReading),
        path=session.folder.root,
        state=session.state,
        study=session.study,
        recordings=recordings,
        items=items,
        proposals=OpenProposals(runs.values()),
        inputs=session.examination_inputs(),
        texts={name: session.text(name) for name in REPORT_TEXTS},
        remarks={
            key: tuple(remark.reason for remark in run.remarks) if run else ()
            for key, run in runs.items()
        },
        refused={
            key: tuple(remark.reason for remark in run.remarks if remark.refused) if run else ()
            for key, run in runs.items()
        },
        detected=frozenset(key for key, run in runs.items() if run is not None),
        bookmarks={r.entry.id: session.bookmarks(r.entry.id) for r in recordings},
        undo=session.undo_text(),
        redo=session.redo_text(),
    )


def _recovered(session: StudySession, progress: Progress) -> tuple[StudySession, tuple[str, ...]]:
    """The session with what a killed program left in its study, and what was done."""
    folder, actor = session.folder, session.actor
    if session.state is not StudyState.OPEN or not must_recover(folder):
        return session, ()
    session.close()
    told = recover(folder, progress)
    return StudySession(folder, actor.name, role=actor.role), told
