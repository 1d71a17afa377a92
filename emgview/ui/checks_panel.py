"""Answers in tables: runs compared, rhythm, blinded audit, second reader, sites."""

from __future__ import annotations

from collections.abc import Sequence

from PySide6.QtCore import Qt, Signal
from PySide6.QtWidgets import (
    QAbstractItemView,
    QHeaderView,
    QLabel,
    QTableWidget,
    QTableWidgetItem,
    QTabWidget,
    QVBoxLayout,
    QWidget,
)

RUNS, RHYTHM, AUDIT, READERS, SITES = range(5)
_TABS = (
    ("Detector runs", "Ctrl+Alt+J compares the latest run of the detector with the one before it."),
    ("Rhythm", "Shift+I asks the rhythm of every train and the number of units in each window."),
    ("Blinded audit", "Ctrl+Alt+A draws windows at random; what the detector said is hidden."),
    ("Second reader", "Ctrl+Alt+2 reads as second reader; Ctrl+Alt+G compares both readings."),
    ("Sites", "Ctrl+Alt+B tells what comes back at each site of a muscle."),
)


class ChecksPanel(QTabWidget):
    """A dock below the traces. GUI thread.

    Signals
    -------
    itemWanted(str)
        A row was double-clicked or Return was pressed on it.
    """

    itemWanted = Signal(str)  # noqa: N815 - Qt's way to name signals

    def __init__(self, parent: QWidget | None = None) -> None:
        super().__init__(parent)
        self._words: list[QLabel] = []
        self.tables: list[QTableWidget] = []
        self._ids: list[tuple[str, ...]] = [() for _ in _TABS]
        for place, (title, words) in enumerate(_TABS):
            self._add(place, title, words)
        self.setAccessibleName("Checks")

    def _add(self, place: int, title: str, words: str) -> None:
        label, table = QLabel(words), QTableWidget()
        label.setWordWrap(True)
        label.setTextInteractionFlags(Qt.TextInteractionFlag.TextSelectableByMouse)
        table.setEditTriggers(QAbstractItemView.EditTrigger.NoEditTriggers)
        table.setSelectionBehavior(QAbstractItemView.SelectionBehavior.SelectRows)
        table.setAlternatingRowColors(True)
        table.setShowGrid(False)
        table.verticalHeader().hide()
        table.setAccessibleName(title)
        table.cellActivated.connect(lambda row, _: self._want(place, row))
        table.hide()
        page = QWidget()
        box = QVBoxLayout(page)
        box.setContentsMargins(6, 6, 6, 6)
        box.addWidget(label)
        box.addWidget(table, 1)
        box.addStretch(0)
        self.addTab(page, title)
        self._words.append(label)
        self.tables.append(table)

    def show_answer(
        self,
        place: int,
        words: str,
        headers: Sequence[str] = (),
        rows: Sequence[Sequence[str]] = (),
        ids: Sequence[str] = (),
    ) -> None:
        """Show an answer in one of the tabs and bring it to the front.

        Parameters
        ----------
        ids : sequence of str
            Item behind each row; empty text for none.
        """
        self._words[place].setText(words)
        self._ids[place] = tuple(ids)
        table = self.tables[place]
        table.setVisible(bool(rows))
        table.setColumnCount(len(headers))
        table.setHorizontalHeaderLabels(list(headers))
        table.setRowCount(len(rows))
        for r, row in enumerate(rows):
            for c, text in enumerate(row):
                table.setItem(r, c, QTableWidgetItem(text))
        table.horizontalHeader().setSectionResizeMode(QHeaderView.ResizeMode.Stretch)
        self.setCurrentIndex(place)

    def words(self, place: int) -> str:
        """What is said above a table."""
        return self._words[place].text()

    def clear_answers(self) -> None:
        """No answer is shown."""
        for place, (_, words) in enumerate(_TABS):
            self.show_answer(place, words)
        self.setCurrentIndex(0)

    def row_item(self, place: int) -> str:
        """Item behind the current row of a table; empty for none."""
        row, ids = self.tables[place].currentRow(), self._ids[place]
        return ids[row] if 0 <= row < len(ids) else ""

    def _want(self, place: int, row: int) -> None:
        if row < len(self._ids[place]) and self._ids[place][row]:
            self.itemWanted.emit(self._ids[place][row])
