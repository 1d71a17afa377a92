"""What the window shows of the study: one place that hands values to the views."""

from __future__ import annotations

from time import monotonic
from typing import TYPE_CHECKING

from PySide6.QtCore import QObject

from emgview.model import Label, Origin
from emgview.session.examining import Examination
from emgview.session.intents import ChangeSet
from emgview.session.study_session import OpenRecording
from emgview.session.traces import TraceAnswer, TraceRequest
from emgview.ui.controller import StudyView
from emgview.ui.items_model import ItemRows
from emgview.ui.traces import ItemIndex

if TYPE_CHECKING:
    from emgview.ui.main_window import MainWindow

VIEW_SLOT, OVERVIEW_SLOT = "view", "overview"
_ENOUGH_PART = 0.02
_BLIND = "Hidden during the audit.\nAlt+Shift+Z ends it."


class StudyScreen(QObject):
    """Passes a study, its changes and its traces to the views of one window.

    A QObject, so that signals of other threads reach it in the GUI thread.

    Parameters
    ----------
    window : MainWindow
    """

    def __init__(self, window: MainWindow) -> None:
        super().__init__(window)
        self._window = window
        self._overview_generation = 0
        self.selected_at = 0.0
        self._index = ItemIndex()
        self._blind = False
        self._shown_item = ""

    @property
    def blind(self) -> bool:
        """Whether all that the detector or a reader said is hidden, for an audit."""
        return self._blind

    def set_blind(self, *, on: bool) -> None:
        """Hide all that the detector or a reader said, for an audit, or show it again."""
        if on == self._blind:
            return
        self._blind = on
        view = self._window.view
        if view is not None and self._window.recording is not None:
            self._show_selected(None)
            self._show_items()
            self._show_recordings(view)
            self._show_findings(view)

    def _show_recordings(self, view: StudyView) -> None:
        window = self._window
        window.recordings.show_study(view, window.recording_id, blind=self._blind)

    def show_recording(self, recording_id: str) -> None:
        """Put another recording on the screen."""
        self._window.recording_id = recording_id
        recording = self._window.recording
        if recording is None or self._window.view is None:
            return
        self._window.overview.set_recording(recording.info)
        seen = self._window.groups.display.view_of(recording_id, recording.info.n_samples)
        self._window.traces.set_recording(recording.info, title=recording.title, viewport=seen)
        self._show_recordings(self._window.view)
        self._window.items.show_only(None)
        self._show_items()
        self._show_selected(None)
        self._ask_overview()
        self._window.watch.shown()
        self._window.groups.places.new_recording()
        self._window.refresh_states()

    def select_item(self, item: str, *, deciding: bool = False) -> None:
        """Make one item the selected one, in every view.

        ``deciding``: a decision is on its way to the disk, and the traces show both at once.
        """
        label = None if self._blind else self._window.label(item)
        if label is None or self._window.view is None or self._window.recording is None:
            return
        self._window.items.select(item, tell=False)
        self.selected_at = monotonic()
        self._show_item(label, deciding=deciding)

    def _show_item(self, label: Label, *, deciding: bool = False) -> None:
        """The item that the table has selected, in every other view."""
        self._window.traces.select_item(label.id, more_soon=deciding)
        self._show_selected(label)
        self._window.groups.modes.refresh()
        self._window.refresh_states()

    def _show_selected(self, label: Label | None) -> None:
        """All that tells of the selected item, at once; None: nothing is selected."""
        window = self._window
        proposal, fs = None, 1.0
        if label is not None and window.view is not None and window.recording is not None:
            proposal = window.view.proposals.get(label.proposal_id or label.id)
            fs = window.recording.info.sampling_rate_hz
        else:
            window.traces.select_item("")
        self._shown_item = label.id if label is not None else ""
        window.evidence.show_item(label, proposal, fs)
        window.groups.train.follow(label)

    def refiltered(self) -> None:
        """The table shows other items: marks follow, and so do the views of the selected one."""
        self.show_marks()
        self._follow_table()

    def _follow_table(self) -> None:
        current = self._window.items.selection()
        label = self._window.label(current[0]) if current else None
        if (label.id if label is not None else "") != self._shown_item:
            self._show_selected(label)
            self._window.refresh_states()

    def _ask_overview(self) -> None:
        recording = self._window.recording
        if recording is None:
            return
        self._overview_generation += 1
        channels = tuple(range(len(recording.info.channels)))
        columns = max(self._window.overview.width(), 400)
        request = TraceRequest(
            self._overview_generation,
            self._window.recording_id,
            recording.info.whole,
            columns,
            channels,
        )
        self._window.controller.request_trace(OVERVIEW_SLOT, request)

    def traced(self, slot: str, answer: TraceAnswer) -> None:
        """Hand an answer to the view that asked."""
        if answer.request.recording_id != self._window.recording_id:
            return
        if slot == VIEW_SLOT:
            self._window.traces.show_answer(answer)
        elif slot == OVERVIEW_SLOT:
            self._window.overview.set_answer(answer)
            if _tells_sensitivity(answer):
                self._window.traces.suggest_sensitivity(answer)
            if answer.known_until is None:
                self._window.groups.display.find_clipping()

    def opened(self, view: StudyView) -> None:
        """Show a study that was just opened."""
        self._window.view = view
        self._window.controller.findings.forget()
        self._window.findings.show_examination(None)  # never those of another study
        self._window.remember(recent=self._window.settings.with_recent(view.path).recent)
        self._window.files.show_recent()
        self._window.setWindowTitle(f"{view.name} – emgview")
        self._window.recording_id = ""
        if view.recordings:
            self.show_recording(view.recordings[0].entry.id)
        self._show_findings(view)
        self._window.status.set_reader(self._window.controller.reader.name)
        if view.state.value != "open":
            self._window.tell("Open for reading only: another window holds this study")
        self._window.refresh_states()

    def changed(self, view: StudyView, change: ChangeSet) -> None:
        """Refresh the views that a change names."""
        fresh = self._new_own_label(view, change)
        self._window.view = view
        if "items" in change.views:
            self._show_items()
        if change.views & {"study", "items"}:
            self._show_recordings(view)
        if "study" in change.views and self._window.recording is not None:
            self._window.traces.set_title(self._window.recording.title)
        if "findings" in change.views:
            self._show_findings(view)
        if "bookmarks" in change.views:
            self._window.groups.places.show_bookmarks()
        if fresh:
            self.select_item(fresh)
        current = self._window.items.selection()
        label = self._window.label(current[0]) if current else None
        if label is None or label.id in change.items:
            self._show_selected(label)
        self._window.tell(change.message)
        self._window.refresh_states()

    def _new_own_label(self, view: StudyView, change: ChangeSet) -> str:
        """Id of a label that the reader has just added to the recording on the screen."""
        before, recording = self._window.view, self._window.recording_id
        if before is None or recording not in before.items or recording not in view.items:
            return ""
        known = {label.id for label in before.items[recording]} if change.items else set()
        added = [
            label.id
            for label in view.items[recording]
            if label.id in change.items and label.id not in known and label.origin is Origin.READER
        ]
        return added[0] if len(added) == 1 else ""

    def _show_findings(self, view: StudyView) -> None:
        """Findings follow the picture of a decision; until then the old ones are greyed."""
        desk = self._window.controller.findings
        if self._blind:
            desk.forget()
            self._window.findings.show_examination(None)
        else:
            self._window.findings.show_waiting()
            desk.want(view.inputs)

    def examined(self, found: Examination) -> None:
        """The findings of the study as it stands are here."""
        view = self._window.view
        if view is not None and not self._blind:
            self._window.findings.show_examination(found, writable=view.state.value == "open")

    def closed(self) -> None:
        """Show nothing."""
        self._window.view, self._window.recording_id = None, ""
        self._window.controller.findings.forget()
        self._window.setWindowTitle("emgview")
        self._window.traces.clear()
        self._window.overview.clear()
        self._window.items.set_rows(ItemRows(), detected=False)
        self._window.recordings.show_study(None, "")
        self._window.findings.show_examination(None)
        self._show_selected(None)
        self._window.groups.modes.refresh()
        self._window.refresh_states()

    def _show_items(self) -> None:
        recording = self._window.recording
        if self._window.view is None or recording is None:
            return
        rows = ItemRows() if self._blind else _rows(self._window.view, recording)
        self._window.items.set_rows(
            rows,
            detected=self._window.recording_id in self._window.view.detected,
            refused=self._window.view.refused.get(self._window.recording_id, ()),
            why_empty=_BLIND if self._blind else "",
        )
        self._window.items.filters.show_muscles(
            [(r.entry.id, r.title) for r in self._window.view.recordings], recording.entry.id
        )
        self.show_marks()

    def show_marks(self) -> None:
        """Marks on the traces: all items but those that the least score hides."""
        model = self._window.items.model
        labels, shown = model.rows.labels, model.shown
        if shown.least_score > 0:
            labels = [label for label in labels if not shown.is_below(model.rows, label)]
        index = self._index = self._index.renewed(labels)
        self._window.traces.set_items(index)
        self._window.overview.set_items(index)
        self._window.groups.modes.refresh()

    def selected(self, items: tuple[str, ...]) -> None:
        """Follow the selection of the table."""
        label = self._window.label(items[0]) if items else None
        if label is not None:
            self._show_item(label)  # other selected rows of the table stay selected


def _tells_sensitivity(answer: TraceAnswer) -> bool:
    """Whether enough of the recording is known to scale the lanes by it."""
    known = answer.known_until
    return known is None or known >= _ENOUGH_PART * len(answer.request.interval)


def _rows(view: StudyView, recording: OpenRecording) -> ItemRows:
    """Rows of the proposal table for one recording."""
    info = recording.info
    names = tuple(channel.label for channel in info.channels)
    labels = view.items[recording.entry.id]
    return ItemRows(labels, view.proposals, info.sampling_rate_hz, names)
