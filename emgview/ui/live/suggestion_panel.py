"""Running counts of what the detector suggests, with what they are counted over."""

from __future__ import annotations

from PySide6.QtCore import Qt
from PySide6.QtGui import QColor
from PySide6.QtWidgets import (
    QHeaderView,
    QLabel,
    QTableWidget,
    QTableWidgetItem,
    QVBoxLayout,
    QWidget,
)

from emgview.model import load_vocabulary
from emgview.session.live.suggesting import Suggested
from emgview.ui.theme import Theme

_MOST_REMARKS = 2
_MOST_REVISED = 10
_COLUMNS = ("Class", "Items", "Potentials", "per min")


class SuggestionPanel(QWidget):
    """A table by class. Nothing in it is decided; that is said above it."""

    def __init__(self, theme: Theme, parent: QWidget | None = None) -> None:
        super().__init__(parent)
        self._theme = theme
        self._names: tuple[str, ...] = ()
        self._head = QLabel()
        self._head.setWordWrap(True)
        self._remarks = QLabel()
        self._remarks.setObjectName("warning")
        self._remarks.setWordWrap(True)
        self.table = QTableWidget(0, len(_COLUMNS))
        self.table.setHorizontalHeaderLabels(_COLUMNS)
        self.table.setAccessibleName("Suggestions of the detector")
        self.table.verticalHeader().hide()
        self.table.setEditTriggers(QTableWidget.EditTrigger.NoEditTriggers)
        self.table.setFocusPolicy(Qt.FocusPolicy.NoFocus)
        self.table.setWordWrap(True)
        self.table.setSelectionMode(QTableWidget.SelectionMode.NoSelection)
        header = self.table.horizontalHeader()
        header.setSectionResizeMode(0, QHeaderView.ResizeMode.Stretch)
        for column in range(1, len(_COLUMNS)):
            header.setSectionResizeMode(column, QHeaderView.ResizeMode.ResizeToContents)
        header.sectionResized.connect(self.table.resizeRowsToContents)
        box = QVBoxLayout(self)
        box.setContentsMargins(6, 6, 6, 6)
        box.addWidget(self._head)
        box.addWidget(self._remarks)
        box.addWidget(self.table, 1)
        self.show_suggestions(Suggested())

    def set_theme(self, theme: Theme) -> None:
        """Other colours."""
        self._theme = theme

    def show_suggestions(self, suggested: Suggested) -> None:
        """Counts of now."""
        self._head.setText(_head(suggested))
        self._head.setToolTip(_history(suggested))
        self._remarks.setText(_remarks(suggested))
        self._remarks.setVisible(bool(suggested.remarks))
        self._remarks.setToolTip("\n".join(suggested.remarks))
        self.table.setRowCount(len(suggested.counts))
        minutes = suggested.judged_s / 60
        for row, count in enumerate(suggested.counts):
            name = _term(count.activity)
            rate = f"{count.potentials / minutes:.1f}" if minutes and count.potentials else "–"
            texts = (name, str(count.proposals), str(count.potentials or "–"), rate)
            for column, text in enumerate(texts):
                self._write(row, column, text)
            first = self.table.item(row, 0)
            if first is not None:
                first.setForeground(QColor(self._theme.class_colour(count.activity)))
        names = tuple(count.activity for count in suggested.counts)
        if names != self._names:  # only these wrap
            self._names = names
            self.table.resizeRowsToContents()

    def _write(self, row: int, column: int, text: str) -> None:
        """A cell; what says the same already is left alone."""
        item = self.table.item(row, column)
        if item is None:
            item = QTableWidgetItem()
            if column:
                item.setTextAlignment(Qt.AlignmentFlag.AlignRight | Qt.AlignmentFlag.AlignVCenter)
            self.table.setItem(row, column, item)
        if item.text() != text:
            item.setText(text)

    def texts(self) -> dict[str, str]:
        """Potentials of each class by its name, as shown."""
        found = {}
        for row in range(self.table.rowCount()):
            name, number = self.table.item(row, 0), self.table.item(row, 2)
            if name is not None and number is not None:
                found[name.text()] = number.text()
        return found


def _head(suggested: Suggested) -> str:
    """What is counted over what; never that nothing is there where nothing is judged."""
    if not suggested.judges:
        return "Not judged: the detector cannot judge any channel of this source."
    revised = f" {suggested.n_revised} revised since." if suggested.n_revised else ""
    return (
        "Suggested by the detector, not decided. "
        f"Counted over {suggested.judged_s:.0f} s since the recording or the source began.{revised}"
    )


def _history(suggested: Suggested) -> str:
    """The newest suggestions that got another name when more was known."""
    shown = suggested.revised[-_MOST_REVISED:]
    return "\n".join(f"{_term(one.before)} → {_term(one.after)}" for one in reversed(shown))


def _term(activity: str) -> str:
    known = load_vocabulary().get(activity)
    return known.term if known is not None else activity


def _remarks(suggested: Suggested) -> str:
    shown = [f"! {text}" for text in suggested.remarks[:_MOST_REMARKS]]
    more = len(suggested.remarks) - len(shown)
    return "\n".join([*shown, *([f"… and {more} more channels"] if more > 0 else [])])
