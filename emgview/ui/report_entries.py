"""What the reader states beside the conclusion: one line or a choice for each entry."""

from __future__ import annotations

from collections.abc import Mapping

from PySide6.QtCore import Signal
from PySide6.QtWidgets import (
    QComboBox,
    QFormLayout,
    QLabel,
    QLineEdit,
    QScrollArea,
    QVBoxLayout,
    QWidget,
)

from emgview.report.entries import Entry, load_entries
from emgview.report.words import load_words

_PARTS = {
    "impression": "Impression",
    "clinical": "Stated by the clinician",
    "technical": "At the examination",
}


class EntriesForm(QWidget):
    """Fields for all entries, in their parts.

    Signals
    -------
    changed(str field, str text)
        An entry was stated or taken back.
    """

    changed = Signal(str, str)

    def __init__(self, texts: Mapping[str, str], parent: QWidget | None = None) -> None:
        super().__init__(parent)
        self._lines: dict[str, QLineEdit] = {}
        self._stored: dict[str, str] = {}
        content = QWidget()
        form = QFormLayout(content)
        form.setRowWrapPolicy(QFormLayout.RowWrapPolicy.WrapLongRows)
        for part, title in _PARTS.items():
            heading = QLabel(title)
            font = heading.font()
            font.setBold(True)
            heading.setFont(font)
            form.addRow(heading)
            for entry in load_entries():
                if entry.part == part:
                    form.addRow(entry.title, self._field(entry, texts.get(entry.field, "")))
        scroll = QScrollArea()
        scroll.setWidget(content)
        scroll.setWidgetResizable(True)
        box = QVBoxLayout(self)
        box.setContentsMargins(0, 6, 0, 0)
        box.addWidget(scroll)

    def flush(self) -> None:
        """Tell of lines that were typed and not left yet."""
        for field in self._lines:
            self._tell(field)

    def _field(self, entry: Entry, stated: str) -> QWidget:
        if entry.choices:
            return self._choice(entry, stated)
        line = QLineEdit(stated)
        line.setPlaceholderText(entry.hint)
        line.setToolTip(entry.hint)
        line.editingFinished.connect(lambda: self._tell(entry.field))
        self._lines[entry.field] = line
        self._stored[entry.field] = stated
        return line

    def _choice(self, entry: Entry, stated: str) -> QWidget:
        box = QComboBox()
        words = load_words().choice
        for choice in entry.choices:
            box.addItem(words.get(choice, choice), choice)
        box.setCurrentIndex(max(0, box.findData(stated)))
        box.setToolTip(f"{entry.title}: printed under the conclusion")
        box.activated.connect(lambda _: self.changed.emit(entry.field, box.currentData()))
        return box

    def _tell(self, field: str) -> None:
        text = self._lines[field].text()
        if text != self._stored[field]:
            self._stored[field] = text
            self.changed.emit(field, text)
