"""The window of a live examination: traces, needle, health, suggestions. It only places things."""

from __future__ import annotations

import queue
from collections.abc import Callable
from datetime import datetime
from pathlib import Path

import platformdirs
from PySide6.QtCore import Qt, QTimer, Signal
from PySide6.QtGui import QCloseEvent
from PySide6.QtWidgets import QDialog, QMainWindow, QSplitter, QVBoxLayout, QWidget

from emgview.errors import EmgviewError
from emgview.recording import RingBuffer
from emgview.session.live.acquisition import Happening
from emgview.session.live.exam import LiveExam, Needle
from emgview.session.live.finished import Finished
from emgview.session.live.states import LiveState
from emgview.session.live.suggesting import Suggested
from emgview.session.settings import Settings
from emgview.session.study_folder import SUFFIX, StudyFolder
from emgview.ui.banner import Banner, BannerKind
from emgview.ui.live.bridge import ExamBridge
from emgview.ui.live.exam_watch import ExamWatch
from emgview.ui.live.health_bar import HealthBar
from emgview.ui.live.live_actions import LiveActions
from emgview.ui.live.live_commands import MENUS, live_command_table
from emgview.ui.live.live_ear import LiveEar
from emgview.ui.live.live_keys import LiveKeys
from emgview.ui.live.live_modes import LiveModes
from emgview.ui.live.live_view import LiveView
from emgview.ui.live.needle_bar import NeedleBar
from emgview.ui.live.source_dialog import SourceDialog
from emgview.ui.live.suggestion_panel import SuggestionPanel
from emgview.ui.menus import Menus
from emgview.ui.mode_bar import ModeBar
from emgview.ui.small_dialogs import PageDialog
from emgview.ui.theme import Theme

_LOOK_FOR_SOURCE_MS = 30
_TOLD_MS = 8_000


class LiveWindow(QMainWindow):
    """One source at a time.

    Parameters
    ----------
    settings : Settings
    theme : Theme
    study : callable
        Folder of the study that is open for changes, or None.
    remember : callable
        Keeps changed settings.
    switch_theme : callable
        Gives the other theme, which the whole program has then.
    silent : bool
        Sound goes to the null device.

    Signals
    -------
    recorded(Path study, Finished)
        A recording is closed and is to be taken into the study.
    """

    recorded = Signal(object, object)

    def __init__(
        self,
        settings: Settings,
        theme: Theme,
        study: Callable[[], Path | None],
        remember: Callable[..., Settings],
        switch_theme: Callable[[], Theme],
        *,
        silent: bool = False,
        parent: QWidget | None = None,
    ) -> None:
        super().__init__(parent)
        self.settings, self._theme = settings, theme
        self._study_of, self._remember, self._switch_theme = study, remember, switch_theme
        self._silent = silent
        self.exam: LiveExam | None = None
        self.needle = Needle()
        self._bridge: ExamBridge | None = None
        self._folder: StudyFolder | None = None
        self.finished: queue.Queue[tuple[Path, Finished]] = queue.Queue()
        self.traces, self.mode_bar = LiveView(theme), ModeBar()
        self.bar, self.health, self.suggestions = NeedleBar(), HealthBar(), SuggestionPanel(theme)
        self.banner = Banner()
        self.menus = Menus(self, self._run, live_command_table(), MENUS)
        self.keys = LiveKeys(self)
        self.modes = LiveModes(self)
        self.actions_ = LiveActions(self)
        self.watch, self.ear = ExamWatch(self), LiveEar(self)
        self._opening = QTimer(self, interval=_LOOK_FOR_SOURCE_MS)
        self._opening.timeout.connect(self._look_for_source)
        self._place()
        self._connect()
        self.set_theme(theme)
        self.refresh()

    # -- source ------------------------------------------------------------------------------

    @property
    def ring_now(self) -> RingBuffer | None:
        """The buffer of the open source."""
        exam = self.exam
        return None if exam is None else exam.acquisition.ring

    def choose_source(self) -> None:
        """Ask for a source and open it."""
        dialog = SourceDialog(self.settings.live_source, self)
        if dialog.exec() == QDialog.DialogCode.Accepted:
            self.open_source(dialog.source)

    def open_source(self, text: str) -> None:
        """Close the present source and open another one."""
        self.stop_source()
        path = self._study_of()
        self._folder = StudyFolder(path) if path is not None else None
        bridge = ExamBridge(self)
        try:
            exam = LiveExam(text, self._folder, bridge, silent=self._silent)
        except EmgviewError as error:
            self.complain(str(error))
            return
        self._bridge, self.exam = bridge, exam
        bridge.stateChanged.connect(self._state_changed)
        bridge.told.connect(self._happened)
        bridge.suggestedNow.connect(self._suggest)
        bridge.recorded.connect(self._take)
        self.settings = self._remember(live_source=text)
        exam.place_needle(self.needle)
        exam.start()
        self.traces.show_nothing((f"Connecting to {text} …",))
        self._opening.start()
        self.refresh()

    def stop_source(self) -> None:
        """Finish the recording and close the source."""
        self._opening.stop()
        self.watch.stop()
        exam, self.exam = self.exam, None
        self.traces.show_nothing(("Choose a source to begin (Ctrl+O).",))
        if exam is None:
            return
        ended = exam.close()
        self._drain()
        self.banner.clear()
        self.suggestions.show_suggestions(Suggested())
        self.tell("Source closed." if ended else "The source did not close in time.")
        self.refresh()

    def make_study(self) -> None:
        """A place for recordings: the open study, else a new one in the user's data folder."""
        if self.exam is None or self._folder is not None:
            return
        path = self._study_of()
        if path is None:
            path = _new_study()
            StudyFolder(path).create(simulated=self.exam.source.startswith("simulator:"))
            self.tell(f"Recorded into a new study: {path}")
        self._folder = StudyFolder(path)
        self.exam.into(self._folder)

    # -- what is shown -----------------------------------------------------------------------

    def refresh(self) -> None:
        """Bring bar, menus and title in line with what is."""
        exam = self.exam
        state = exam.state if exam is not None else LiveState.IDLE
        open_ = exam is not None and exam.acquisition.ring is not None
        self.menus.enable(frozenset({"nothing", "study"} if open_ else {"nothing"}))
        recorder = exam.recorder if exam is not None else None
        seconds = recorder.received / exam.rate_hz if exam and recorder and exam.rate_hz else 0.0
        failed = recorder is not None and bool(recorder.failed)
        self.bar.show_state(state, seconds, failed=failed)
        self.bar.show_needle(self.needle)
        marks = exam.marks if exam is not None else None
        phase = marks.phase if marks is not None else None
        self.bar.show_marks(phase, marks.site if marks is not None else 1)
        for one in self.bar.phases:
            self.menus.check(f"needle.{one}", on=one is phase)
        self.menus.check("record.toggle", on=recorder is not None)
        self.menus.check("live.freeze", on=self.traces.is_frozen)
        self.menus.check("sound.mute", on=self.ear.muted)
        viewport = self.traces.viewport_now
        self.menus.check("live.solo", on=viewport is not None and bool(viewport.hidden))
        self.menus.check("live.theme", on=not self._theme.dark)
        self.watch.name_place()

    def tell(self, text: str) -> None:
        """One line below."""
        self.statusBar().showMessage(text, _TOLD_MS)

    def complain(self, text: str) -> None:
        """What is wrong stays until it is over or the doctor has seen it."""
        tip = "Hide this; the health line goes on telling what is wrong"
        self.banner.tell(BannerKind.PROBLEM, text, "Seen", tip, self.banner.clear)

    def set_theme(self, theme: Theme) -> None:
        """Other colours."""
        self._theme = theme
        self.traces.set_theme(theme)
        self.health.set_theme(theme)
        self.banner.set_theme(theme)
        self.suggestions.set_theme(theme)
        self.modes.view.redraw()

    def switch_theme(self) -> None:
        """Dark scope or light paper, in the whole program."""
        self.set_theme(self._switch_theme())

    def show_help(self) -> None:
        """The page of the guide."""
        page = PageDialog("Live examination", self)
        page.setAttribute(Qt.WidgetAttribute.WA_DeleteOnClose)
        page.show_guide("live.md")
        page.show()

    def remember(self, **changes: object) -> None:
        """Change the stored settings."""
        self.settings = self._remember(**changes)

    # -- Qt ----------------------------------------------------------------------------------

    def closeEvent(self, event: QCloseEvent) -> None:
        """Finish the recording and join all threads."""
        self.stop_source()
        self.traces.stop()
        self.modes.stop()
        self.watch.stop()
        super().closeEvent(event)

    # -- within ------------------------------------------------------------------------------

    def _run(self, command: str, checked: bool) -> None:
        self.actions_.run(command, checked)

    def _look_for_source(self) -> None:
        exam = self.exam
        if exam is None:
            self._opening.stop()
            return
        try:
            if not exam.opened(0.0):
                return
        except EmgviewError as error:
            self.stop_source()
            self.complain(str(error))
            return
        self._opening.stop()
        acquisition = exam.acquisition
        self.traces.show_ring(exam.ring, acquisition.age_of)
        self.watch.begin()
        self.ear.listen()
        self.refresh()

    def _state_changed(self, state: LiveState) -> None:
        """A source that has ended by itself ends the recording too."""
        exam = self.exam
        if state is LiveState.IDLE and exam is not None and exam.recorder is not None:
            exam.stop_recording()
        self.refresh()

    def _happened(self, happening: Happening) -> None:
        if happening.level == "red":
            self.complain(happening.text)
            if self.exam is not None:
                self.exam.sound_alarm()
        elif happening.level == "clear":
            self.banner.clear()
        self.tell(happening.text)
        self.refresh()

    def _suggest(self, suggested: Suggested) -> None:
        if self.exam is not None:
            self.traces.show_suggestions(suggested)
            self.suggestions.show_suggestions(suggested)

    def _take(self, finished: Finished) -> None:
        if self._folder is not None:
            self.recorded.emit(self._folder.root, finished)
            self.tell(f"Recorded: {finished.path.stem}, {finished.info.duration_s:.1f} s")

    def _drain(self) -> None:
        """Events that the closed threads have sent are carried out before the window forgets."""
        from PySide6.QtCore import QCoreApplication, QEvent

        if self._bridge is not None:
            QCoreApplication.sendPostedEvents(self, QEvent.Type.MetaCall.value)
            QCoreApplication.sendPostedEvents(self._bridge, QEvent.Type.MetaCall.value)
            self._bridge.deleteLater()
            self._bridge = None

    def _place(self) -> None:
        self.setWindowTitle("emgview live")
        self.setObjectName("live")
        self.resize(1280, 800)
        shown, box = QWidget(), QVBoxLayout()
        box.addWidget(self.mode_bar)
        box.addWidget(self.traces, 1)
        box.addWidget(self.modes.view, 1)
        shown.setLayout(_tight(box))
        self.split = QSplitter(Qt.Orientation.Horizontal)
        self.split.addWidget(shown)
        self.split.addWidget(self.suggestions)
        self.split.setStretchFactor(0, 1)
        self.split.setSizes([900, 400])
        centre, column = QWidget(), QVBoxLayout()
        column.addWidget(self.banner)
        column.addWidget(self.bar)
        column.addWidget(self.split, 1)
        column.addWidget(self.health)
        centre.setLayout(_tight(column))
        self.setCentralWidget(centre)
        self.statusBar()

    def _connect(self) -> None:
        self.bar.needleChosen.connect(self.actions_.place)
        self.bar.phaseChosen.connect(lambda phase: self._run(f"needle.{phase}", False))
        self.bar.siteWanted.connect(lambda: self._run("needle.site", False))
        self.bar.recordWanted.connect(lambda: self._run("record.toggle", False))
        self.bar.nextWanted.connect(lambda: self._run("needle.next", False))
        self.traces.frozenChanged.connect(self.refresh)
        self.traces.scaleChanged.connect(self.ear.listen)
        self.traces.scaleChanged.connect(self.refresh)


def _tight(box: QVBoxLayout) -> QVBoxLayout:
    box.setContentsMargins(0, 0, 0, 0)
    box.setSpacing(0)
    return box


def _new_study() -> Path:
    """A name that tells the time and nothing of the patient."""
    place = Path(platformdirs.user_data_dir("emgview", appauthor=False)) / "studies"
    stamp = datetime.now().strftime("%Y-%m-%d-%H%M%S")
    return place / f"Live-{stamp}{SUFFIX}"
