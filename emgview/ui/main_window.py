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

from emgview.errors import CancelledError, EmgviewError
from emgview.model import Label
from emgview.session.intents import ChangeSet
from emgview.session.settings import Settings, load_settings, save_settings
from emgview.session.study_session import OpenRecording
from emgview.session.traces import DisplayFilter, TraceAnswer, TraceRequest
from emgview.ui.controller import StudyController, StudyView
from emgview.ui.evidence_panel import EvidencePanel
from emgview.ui.file_actions import FileActions
from emgview.ui.findings_panel import FindingsPanel
from emgview.ui.items_model import Row
from emgview.ui.items_panel import ItemsPanel
from emgview.ui.menus import Menus
from emgview.ui.panels import Panels
from emgview.ui.recordings_panel import RecordingsPanel
from emgview.ui.review_actions import ReviewActions
from emgview.ui.status_line import StatusLine
from emgview.ui.theme import Theme, apply_theme, load_theme
from emgview.ui.traces import DisplayItem, OverviewStrip, TraceView
from emgview.ui.view_actions import ViewActions

VIEW_SLOT, OVERVIEW_SLOT = "view", "overview"


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
        self._remembers = remember
        self.setObjectName("main")
        self.settings = settings or load_settings()
        self.controller = StudyController(self)
        self.traces, self.overview = TraceView(), OverviewStrip()
        self.items, self.evidence = ItemsPanel(), EvidencePanel()
        self.recordings, self.findings = RecordingsPanel(), FindingsPanel()
        self.recording_id = ""
        self.view: StudyView | None = None
        self._overview_generation = 0
        self._working = False
        self._place()
        self.files, self.review = FileActions(self), ReviewActions(self)
        self.navigation = ViewActions(self)
        self.menus = Menus(self, self.run)
        self.menus.panels(self.panels.switches)
        self._connect()
        self.set_theme(self.settings.theme)
        self.files.show_recent()
        if self._remembers:
            self.panels.restore()
        self.refresh_states()

    # -- commands ----------------------------------------------------------------------------

    def run(self, command: str, checked: bool) -> None:
        """Carry out a command of the table."""
        group, _, name = command.partition(".")
        handlers: dict[str, FileActions | ReviewActions | ViewActions] = {
            "file": self.files,
            "edit": self.review,
            "review": self.review,
            "detect": self.review,
            "view": self.navigation,
            "go": self.navigation,
            "help": self.files,
        }
        handlers[group].run(name, checked)

    def refresh_states(self) -> None:
        """Enable what can be done now."""
        view = self.view
        states = {"nothing"}
        if view is not None:
            states.add("study")
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
        return next((i for i in self.view.items[self.recording_id] if i.id == item), None)

    def show_recording(self, recording_id: str) -> None:
        """Put another recording on the screen."""
        self.recording_id = recording_id
        recording = self.recording
        if recording is None or self.view is None:
            return
        self.overview.set_recording(recording.info)
        self.traces.set_recording(recording.info, title=recording.title)
        self.recordings.show_study(self.view, recording_id)
        self._show_items()
        self.evidence.show_item(None, None, 1.0)
        self._ask_overview()
        self.refresh_states()

    def select_item(self, item: str) -> None:
        """Make one item the selected one, in every view."""
        label = self.label(item)
        if label is None or self.view is None or self.recording is None:
            return
        self.items.select(item, tell=False)
        self.traces.select_item(item)
        fs = self.recording.info.sampling_rate_hz
        self.evidence.show_item(label, self.view.proposals.get(item), fs)
        self.refresh_states()

    def set_theme(self, name: str) -> None:
        """Dark scope or light paper."""
        self.theme: Theme = load_theme(name)
        application = QApplication.instance()
        if isinstance(application, QApplication):
            apply_theme(application, self.theme)
        self.traces.set_theme(self.theme)
        self.overview.set_theme(self.theme)
        self.items.model.set_colours(dict(self.theme.class_colours))
        self.menus.check("view.theme", on=name == "paper")
        self.remember(theme=name)

    def remember(self, **changes: object) -> None:
        """Change the stored settings."""
        import msgspec

        changed = msgspec.structs.replace(self.settings, **changes)
        if changed != self.settings:
            self.settings = changed
            if self._remembers:
                save_settings(changed)

    def tell(self, text: str) -> None:
        """One line in the status bar."""
        self.status.tell(text)

    def complain(self, error: EmgviewError) -> None:
        """Say what went wrong and what to do; no box for what is not serious."""
        self.status.warn(str(error))
        if self.isVisible() and not isinstance(error, CancelledError):
            _warning_box(self, error).show()

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
        if self._remembers:
            self.panels.save()
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
        box.addWidget(self.traces, 1)
        box.addWidget(self.overview)
        self.setCentralWidget(centre)
        self.resize(1600, 950)
        self.panels = Panels(
            self,
            left=("Recordings", self.recordings),
            right=("Proposals and labels", self.items),
            below=("Evidence", self.evidence),
            bottom=("Findings", self.findings),
        )
        self.status = StatusLine(self.statusBar(), self.controller.cancel)

    def _connect(self) -> None:
        c = self.controller
        c.opened.connect(self._opened)
        c.changed.connect(self._changed)
        c.closed.connect(self._closed)
        c.traced.connect(self._traced)
        c.failed.connect(self.complain)
        c.working.connect(self._show_work)
        c.rested.connect(self._end_work)
        self.traces.requested.connect(partial(c.request_trace, VIEW_SLOT))
        self.traces.viewportChanged.connect(self.overview.set_viewport)
        self.traces.itemClicked.connect(self.select_item)
        self.traces.stretchSelected.connect(self.review.label_stretch)
        self.overview.gotoRequested.connect(self.traces.center_on)
        self.items.selected.connect(self._selected)
        self.recordings.chosen.connect(self.show_recording)
        self.recordings.stated.connect(self.review.state_muscle)
        self.findings.itemWanted.connect(self.review.go_to)

    def _ask_overview(self) -> None:
        recording = self.recording
        if recording is None:
            return
        self._overview_generation += 1
        channels = tuple(range(len(recording.info.channels)))
        columns = max(self.overview.width(), 400)
        request = TraceRequest(
            self._overview_generation, self.recording_id, recording.info.whole, columns, channels
        )
        self.controller.request_trace(OVERVIEW_SLOT, request)

    def _traced(self, slot: str, answer: TraceAnswer) -> None:
        if answer.request.recording_id != self.recording_id:
            return
        if slot == VIEW_SLOT:
            self.traces.show_answer(answer)
        else:
            self.overview.set_answer(answer)
            self.traces.suggest_sensitivity(answer)

    def _opened(self, view: StudyView) -> None:
        self.view = view
        self.remember(recent=self.settings.with_recent(view.path).recent)
        self.files.show_recent()
        self.setWindowTitle(f"{view.name} – emgview")
        self.recording_id = ""
        if view.recordings:
            self.show_recording(view.recordings[0].entry.id)
        self.findings.show_findings(view.findings, view.statements)
        self.status.set_reader(self.controller.reader.name)
        if view.state.value != "open":
            self.tell("Open for reading only: another window holds this study")
        self.refresh_states()

    def _changed(self, view: StudyView, change: ChangeSet) -> None:
        self.view = view
        if "items" in change.views:
            self._show_items()
        if change.views & {"study", "items"}:
            self.recordings.show_study(view, self.recording_id)
        if "study" in change.views and self.recording is not None:
            self.traces.set_title(self.recording.title)
        if "findings" in change.views:
            self.findings.show_findings(view.findings, view.statements)
        current = self.items.selection()
        label = self.label(current[0]) if current else None
        if label is not None and label.id in change.items and self.recording is not None:
            fs = self.recording.info.sampling_rate_hz
            self.evidence.show_item(label, view.proposals.get(label.id), fs)
        self.tell(change.message)
        self.refresh_states()

    def _closed(self) -> None:
        self.view, self.recording_id = None, ""
        self.setWindowTitle("emgview")
        self.traces.clear()
        self.overview.clear()
        self.items.set_rows([], detected=False)
        self.recordings.show_study(None, "")
        self.findings.show_findings(None, ())
        self.evidence.show_item(None, None, 1.0)
        self.refresh_states()

    def _show_items(self) -> None:
        recording = self.recording
        if self.view is None or recording is None:
            return
        labels = self.view.items[self.recording_id]
        rows = _rows(self.view, recording)
        self.items.set_rows(rows, detected=self.recording_id in self.view.detected)
        shown = [DisplayItem.of(label) for label in labels]
        self.traces.set_items(shown)
        self.overview.set_items(shown)

    def _selected(self, items: tuple[str, ...]) -> None:
        if items:
            self.select_item(items[0])

    def _show_work(self, text: str, part: float) -> None:
        self._working = True
        self.status.work(text, part)
        self.menus.actions["detect.cancel"].setEnabled(True)

    def _end_work(self) -> None:
        self._working = False
        self.status.rest()
        self.refresh_states()

    def set_filter(self, *, on: bool) -> None:
        """Show the traces filtered for display, or as recorded."""
        chosen = DisplayFilter(high_pass_hz=self.settings.high_pass_hz) if on else None
        self.traces.set_filter(chosen)
        self.remember(show_filtered=on)


def _rows(view: StudyView, recording: OpenRecording) -> list[Row]:
    """Rows of the proposal table for one recording."""
    info = recording.info
    return [
        Row(
            label,
            view.proposals.get(label.id),
            label.interval.start / info.sampling_rate_hz,
            info.channels[label.channel].label,
        )
        for label in view.items[recording.entry.id]
    ]


def _warning_box(parent: QWidget, error: EmgviewError) -> QMessageBox:
    """What was found and what to do; it does not hold up the program."""
    box = QMessageBox(QMessageBox.Icon.Warning, "emgview", error.found, parent=parent)
    box.setInformativeText(error.remedy)
    box.setWindowModality(Qt.WindowModality.WindowModal)
    box.setAttribute(Qt.WidgetAttribute.WA_DeleteOnClose)
    return box
