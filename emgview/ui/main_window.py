"""The window: places the parts and passes signals on; what commands do lies in ``*_actions``."""

from __future__ import annotations

from functools import partial
from pathlib import Path

from PySide6.QtCore import Qt
from PySide6.QtGui import QCloseEvent, QDragEnterEvent, QDropEvent
from PySide6.QtWidgets import (
    QApplication,
    QMainWindow,
    QMessageBox,
    QVBoxLayout,
    QWidget,
)

from emgview.errors import CancelledError, EmgviewError, ImportNeedsHintError
from emgview.model import Label
from emgview.session.settings import Settings, load_settings, save_settings
from emgview.session.study_session import OpenRecording
from emgview.ui.banner import Banner
from emgview.ui.checks_panel import ChecksPanel
from emgview.ui.controller import StudyController, StudyView
from emgview.ui.evidence_panel import EvidencePanel
from emgview.ui.findings_panel import FindingsPanel
from emgview.ui.groups import Groups
from emgview.ui.items_panel import ItemsPanel
from emgview.ui.measure_panel import MeasurePanel
from emgview.ui.menus import Menus
from emgview.ui.mode_bar import ModeBar
from emgview.ui.panels import Panels, first_size
from emgview.ui.recording_watch import RecordingWatch
from emgview.ui.recordings_panel import RecordingsPanel
from emgview.ui.similar_panel import SimilarPanel
from emgview.ui.status_line import StatusLine
from emgview.ui.study_screen import VIEW_SLOT, StudyScreen
from emgview.ui.sweeps import SweepView
from emgview.ui.theme import Theme, apply_theme, load_theme
from emgview.ui.traces import OverviewStrip, TraceView
from emgview.ui.train_panel import TrainPanel
from emgview.ui.typing_guard import TypingGuard


class MainWindow(QMainWindow):
    """One study at a time.

    Parameters
    ----------
    settings : Settings, optional
        The stored ones if left out.
    remember : bool
        Keep settings, geometry and layout for the next time; not for pictures and tests.
    """

    def __init__(self, settings: Settings | None = None, *, remember: bool = True) -> None:
        super().__init__()
        self.remembers = remember
        self.setObjectName("main")
        self.settings = settings or load_settings()
        self.controller = StudyController(self)
        self.traces, self.overview = TraceView(), OverviewStrip()
        self.sweeps, self.mode_bar = SweepView(self.traces.scene_of), ModeBar()
        self.items, self.evidence = ItemsPanel(), EvidencePanel()
        self.recordings, self.findings = RecordingsPanel(), FindingsPanel()
        self.measures, self.train = MeasurePanel(), TrainPanel()
        self.similar, self.checks = SimilarPanel(), ChecksPanel()
        self.recording_id = ""
        self.view: StudyView | None = None
        self._working = False
        self.shown = StudyScreen(self)
        self.banner = Banner()
        self.watch = RecordingWatch(self, self.banner)
        self._place()
        self.groups = Groups(self)
        self.files, self.review = self.groups.files, self.groups.review
        self.menus = Menus(self, self.run)
        self._connect()
        self.groups.display.restore()
        self.groups.keys.restore()
        self.groups.modes.restore()
        self.groups.navigation.restore()
        self.set_theme(self.settings.theme)
        self.menus.check("sound.gain", on=self.settings.sound_follows_gain)
        self.files.show_recent()
        if self.remembers:
            self.panels.restore()
        self._guard = TypingGuard(self)
        application = QApplication.instance()
        if application is not None:
            application.installEventFilter(self._guard)
        self.refresh_states()

    # -- commands ----------------------------------------------------------------------------

    def run(self, command: str, checked: bool) -> None:
        """Carry out a command of the table."""
        self.groups.run(command, checked)

    def refresh_states(self) -> None:
        """Enable what can be done now."""
        view = self.view
        states = {"nothing"}
        if view is not None:
            states |= {"study"} if view.state.value == "open" else {"study", "readable"}
        if self.recording_id:
            states.add("recording")
        if view is not None and view.state.value == "open":
            states |= {"writable"}
            states |= {"item"} if self.items.selection() else set()
            states |= {"undo"} if view.undo else set()
            states |= {"redo"} if view.redo else set()
        if self._working:
            states.add("work")
        self.menus.enable(frozenset(states))
        if view is not None:
            self.menus.actions["edit.undo"].setText(f"&Undo {view.undo or ''}".rstrip())
            self.menus.actions["edit.redo"].setText(f"&Redo {view.redo or ''}".rstrip())

    # -- what is on the screen ---------------------------------------------------------------

    @property
    def recording(self) -> OpenRecording | None:
        """The recording on the screen."""
        if self.view is None:
            return None
        return next((r for r in self.view.recordings if r.entry.id == self.recording_id), None)

    def label(self, item: str) -> Label | None:
        """An item of the recording on the screen."""
        if self.view is None or self.recording_id not in self.view.items:
            return None
        labels, place = self.view.items[self.recording_id], self.items.model.place_of(item)
        if place is not None and place < len(labels) and labels[place].id == item:
            return labels[place]
        return next((i for i in labels if i.id == item), None)  # the table is not up to date yet

    def show_recording(self, recording_id: str) -> None:
        """Put another recording on the screen."""
        self.shown.show_recording(recording_id)

    def select_item(self, item: str) -> None:
        """Make one item the selected one, in every view."""
        self.shown.select_item(item)

    def set_theme(self, name: str) -> None:
        """Dark scope or light paper."""
        self.theme: Theme = load_theme(name)
        application = QApplication.instance()
        if isinstance(application, QApplication):
            apply_theme(application, self.theme)
        self.traces.set_theme(self.theme)
        self.overview.set_theme(self.theme)
        self.sweeps.redraw()
        self.banner.set_theme(self.theme)
        self.measures.set_theme(self.theme)
        self.train.set_theme(self.theme)
        self.similar.set_theme(self.theme)
        self.evidence.plots.set_theme(self.theme)
        self.groups.units.set_theme(self.theme)
        self.items.model.set_colours(dict(self.theme.class_colours))
        self.menus.check("view.theme", on=name == "paper")
        self.remember(theme=name)

    def remember(self, **changes: object) -> None:
        """Change the stored settings."""
        import msgspec

        changed = msgspec.structs.replace(self.settings, **changes)
        if changed != self.settings:
            self.settings = changed
            if self.remembers:
                save_settings(changed)

    def tell(self, text: str) -> None:
        """One line in the status bar."""
        self.status.tell(text)

    def complain(self, error: EmgviewError) -> None:
        """Say what went wrong and what to do; no box for what is not serious."""
        self.status.warn(str(error))
        answered = isinstance(error, CancelledError | ImportNeedsHintError)  # a dialog asks
        if self.isVisible() and not answered:
            _warning_box(QApplication.activeModalWidget() or self, error).show()

    # -- Qt ----------------------------------------------------------------------------------

    def dragEnterEvent(self, event: QDragEnterEvent) -> None:
        """Take files."""
        if event.mimeData().hasUrls():
            event.acceptProposedAction()

    def dropEvent(self, event: QDropEvent) -> None:
        """Open what was dropped."""
        paths = [Path(url.toLocalFile()) for url in event.mimeData().urls() if url.isLocalFile()]
        if paths:
            self.files.open_paths(paths)

    def closeEvent(self, event: QCloseEvent) -> None:
        """Join the threads; decisions are on disk already."""
        if self.remembers:
            self.panels.save()
        self.groups.sound.stop()
        self.groups.live.close()
        self.groups.units.close()
        self.controller.shut_down()
        super().closeEvent(event)

    # -- parts -------------------------------------------------------------------------------

    def _place(self) -> None:
        self.setWindowTitle("emgview")
        self.setAcceptDrops(True)
        centre = QWidget()
        box = QVBoxLayout(centre)
        box.setContentsMargins(0, 0, 0, 0)
        box.setSpacing(0)
        box.addWidget(self.banner)
        box.addWidget(self.mode_bar)
        box.addWidget(self.traces, 1)
        box.addWidget(self.sweeps, 1)
        box.addWidget(self.overview)
        self.setCentralWidget(centre)
        self.resize(first_size(self.screen().availableGeometry().size()))
        self.panels = Panels(
            self,
            left=("Recordings", self.recordings),
            right=("Proposals and labels", self.items),
            below=("Evidence", self.evidence),
            bottom=("Findings", self.findings),
            behind=("Measurements", self.measures),
            more=(
                ("Train", self.train, "Findings"),
                ("Similar", self.similar, "Measurements"),
                ("Checks", self.checks, "Findings"),
            ),
        )
        self.status = StatusLine(self.statusBar(), self.controller.cancel)

    def _connect(self) -> None:
        c = self.controller
        c.opened.connect(self.shown.opened)
        c.changed.connect(self.shown.changed)
        c.closed.connect(self.shown.closed)
        c.traced.connect(self.shown.traced)
        c.findings.examined.connect(self.shown.examined)
        c.failed.connect(self.complain)
        c.told.connect(self.tell)
        c.working.connect(self._show_work)
        c.rested.connect(self._end_work)
        self.traces.requested.connect(partial(c.request_trace, VIEW_SLOT))
        self.traces.viewportChanged.connect(self.overview.set_viewport)
        self.traces.itemClicked.connect(self.select_item)
        self.traces.stretchSelected.connect(self.review.label_stretch)
        self.traces.placeClicked.connect(self.review.label_place)
        self.overview.gotoRequested.connect(self.traces.center_on)
        self.items.selected.connect(self.shown.selected)
        self.items.refiltered.connect(self.shown.refiltered)
        self.items.filters.muscleChosen.connect(self.show_recording)
        self.recordings.chosen.connect(self.show_recording)
        self.recordings.stated.connect(self.review.state_muscle)
        self.findings.itemWanted.connect(self.review.go_to)
        self.checks.itemWanted.connect(self.review.go_to)

    def _show_work(self, text: str, part: float) -> None:
        self._working = True
        self.status.work(text, part)
        self.menus.actions["detect.cancel"].setEnabled(True)

    def _end_work(self) -> None:
        self._working = False
        self.status.rest()
        self.refresh_states()


def _warning_box(parent: QWidget, error: EmgviewError) -> QMessageBox:
    """What was found and what to do; it does not hold up the program."""
    box = QMessageBox(QMessageBox.Icon.Warning, "emgview", error.found, parent=parent)
    box.setInformativeText(error.remedy)
    box.setWindowModality(Qt.WindowModality.WindowModal)
    box.setAttribute(Qt.WidgetAttribute.WA_DeleteOnClose)
    return box
