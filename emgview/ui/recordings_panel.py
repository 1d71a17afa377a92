"""The recordings of the study, and which muscle each one is of."""

from __future__ import annotations

import re

from PySide6.QtCore import QSignalBlocker, Qt, Signal
from PySide6.QtWidgets import (
    QComboBox,
    QCompleter,
    QFormLayout,
    QLabel,
    QLineEdit,
    QListWidget,
    QListWidgetItem,
    QVBoxLayout,
    QWidget,
)

from emgview.model import LabelState, Side, load_muscles
from emgview.ui.controller import StudyView

_ID = Qt.ItemDataRole.UserRole
_MUSCLE_LETTERS = 14
_SIDES = ((Side.NOT_STATED, "side not stated"), (Side.LEFT, "left"), (Side.RIGHT, "right"))


class RecordingsPanel(QWidget):
    """List of recordings with muscle and side choosers.

    Signals
    -------
    chosen(str)
        Id of the recording to show.
    stated(str recording id, str muscle id, Side)
    """

    chosen = Signal(str)
    stated = Signal(str, str, object)

    def __init__(self, parent: QWidget | None = None) -> None:
        super().__init__(parent)
        self._list = QListWidget()
        self._list.setAccessibleName("Recordings")
        self._list.setWordWrap(True)
        self._list.currentItemChanged.connect(self._tell_chosen)
        self._muscle = muscle_chooser()
        self._muscle.activated.connect(self._tell_stated)
        self.muscle_edit().returnPressed.connect(self._take_typed)
        self._side = QComboBox()
        for side, text in _SIDES:
            self._side.addItem(text, side)
        self._side.setToolTip("Side of the recording on the screen")
        self._side.activated.connect(self._tell_stated)
        self._remarks = QLabel()
        self._remarks.setWordWrap(True)
        self._remarks.setObjectName("warning")
        self._remarks.setTextInteractionFlags(Qt.TextInteractionFlag.TextSelectableByMouse)
        self._remarks.setMinimumWidth(1)
        form = QFormLayout()
        form.addRow("&Muscle", self._muscle)
        form.addRow("&Side", self._side)
        box = QVBoxLayout(self)
        box.setContentsMargins(6, 6, 6, 6)
        box.addWidget(self._list, 1)
        box.addLayout(form)
        box.addWidget(self._remarks)
        self.show_study(None, "")

    def show_study(self, view: StudyView | None, current: str, *, blind: bool = False) -> None:
        """Show the recordings of a study; ``current`` is on the screen.

        ``blind``: without the number of items, for an audit.
        """
        ids = [recording.entry.id for recording in view.recordings] if view else []
        with QSignalBlocker(self._list):
            if ids != [item.data(_ID) for item in self._items()]:
                self._fill(ids)
            for item in self._items():
                text = _text(view, item.data(_ID), blind=blind)
                is_current = item.data(_ID) == current
                if item.text() != text:
                    item.setText(text)
                if is_current and self._list.currentItem() is not item:
                    self._list.setCurrentItem(item)
        self._show_details(view, current)

    def _items(self) -> list[QListWidgetItem]:
        return [self._list.item(row) for row in range(self._list.count())]

    def _fill(self, ids: list[str]) -> None:
        self._list.clear()
        for recording_id in ids:
            item = QListWidgetItem()
            item.setData(_ID, recording_id)
            self._list.addItem(item)

    def _show_details(self, view: StudyView | None, current: str) -> None:
        shown = next((r for r in view.recordings if r.entry.id == current), None) if view else None
        writable = view is not None and view.state.value == "open"
        for chooser in (self._muscle, self._side):
            chooser.setEnabled(shown is not None and writable)
        with QSignalBlocker(self._muscle), QSignalBlocker(self._side):
            self._muscle.setCurrentIndex(
                max(self._muscle.findData(shown.muscle), 0) if shown else 0
            )
            self._side.setCurrentIndex(max(self._side.findData(shown.side), 0) if shown else 0)
        remarks: list[str] = []
        if view and shown:
            remarks += view.remarks.get(current, ())
            remarks += shown.info.notes
        shown_text = "\n".join(f"⚠ {_breakable(remark)}" for remark in dict.fromkeys(remarks))
        self._remarks.setText(shown_text)
        self._remarks.setVisible(bool(remarks))

    def muscle_edit(self) -> QLineEdit:
        """The field into which the muscle is typed."""
        edit = self._muscle.lineEdit()
        if edit is None:
            raise RuntimeError("the muscle chooser cannot be edited")
        return edit

    def step(self, by: int) -> None:
        """Go to the next or previous recording."""
        row = self._list.currentRow() + by
        if 0 <= row < self._list.count():
            self._list.setCurrentRow(row)

    def _tell_chosen(self, item: QListWidgetItem | None) -> None:
        if item is not None:
            self.chosen.emit(item.data(_ID))

    def _take_typed(self) -> None:
        """Return: the first muscle whose name holds what was typed; else what was stated."""
        typed = self.muscle_edit().text().strip()
        if typed and self._muscle.findText(typed) != self._muscle.currentIndex():
            found = self._muscle.findText(typed, Qt.MatchFlag.MatchContains)
            if found >= 0:
                self._muscle.setCurrentIndex(found)
                self._tell_stated()
                return
        self.muscle_edit().setText(self._muscle.itemText(self._muscle.currentIndex()))

    def _tell_stated(self) -> None:
        item = self._list.currentItem()
        if item is None:
            return
        recording = item.data(_ID)
        side = Side(self._side.currentData())
        self.stated.emit(recording, self._muscle.currentData() or "", side)


def _breakable(text: str) -> str:
    """Long hashes shortened: the report has them whole."""
    return re.sub(r"\b([0-9a-f]{12})[0-9a-f]{52}\b", r"\1…", text)


def _text(view: StudyView | None, recording_id: str, *, blind: bool) -> str:
    if view is None:
        return ""
    recording = next(r for r in view.recordings if r.entry.id == recording_id)
    if blind:
        return f"{recording.title}\n{recording.info.duration_s:.1f} s · hidden during the audit"
    items = view.items[recording_id]
    still = sum(item.state is LabelState.PROPOSED for item in items)
    state = f"{still} open of {len(items)}" if recording_id in view.detected else "not examined"
    if not items and view.refused.get(recording_id):
        state = "⚠ refused by the detector"
    return f"{recording.title}\n{recording.info.duration_s:.1f} s · {state}"


def muscle_chooser() -> QComboBox:
    """A box with all muscles of the table; its data is the muscle's id."""
    box = QComboBox()
    box.setSizeAdjustPolicy(QComboBox.SizeAdjustPolicy.AdjustToMinimumContentsLengthWithIcon)
    box.setMinimumContentsLength(_MUSCLE_LETTERS)
    box.setEditable(True)
    box.setInsertPolicy(QComboBox.InsertPolicy.NoInsert)
    box.addItem("muscle not stated", "")
    for muscle in load_muscles().muscles:
        box.addItem(f"{muscle.name} ({muscle.abbreviation})", muscle.id)
    completer = box.completer()
    if completer is not None:
        completer.setFilterMode(Qt.MatchFlag.MatchContains)
        completer.setCompletionMode(QCompleter.CompletionMode.PopupCompletion)
    box.setToolTip("Type a part of the name or the abbreviation")
    box.setAccessibleName("Muscle")
    return box
