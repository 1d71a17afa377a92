"""The proposal table as a model: only what is visible is asked for."""

from __future__ import annotations

from dataclasses import dataclass
from typing import Any

from PySide6.QtCore import (
    QAbstractTableModel,
    QModelIndex,
    QObject,
    QPersistentModelIndex,
    Qt,
)
from PySide6.QtGui import QColor

from emgview.model import Label, LabelState, Origin, Proposal, load_vocabulary
from emgview.ui.wording import STATE_SIGNS, STATE_WORDS, clock

Index = QModelIndex | QPersistentModelIndex

HEADERS = ("", "Time", "Class", "n", "Score", "Ch", "State")
TIPS = (
    "Letter of the class, as on the trace",
    "Start, elapsed",
    "Class proposed or given",
    "Potentials",
    "How well the evidence fits the class; not a decision",
    "Channel",
    "What the reader decided",
)


@dataclass(frozen=True, slots=True)
class Row:
    """One item with its proposal."""

    label: Label
    proposal: Proposal | None
    start_s: float
    channel: str


class ItemsModel(QAbstractTableModel):
    """Items of one recording."""

    def __init__(self, parent: QObject | None = None) -> None:
        super().__init__(parent)
        self._rows: list[Row] = []
        self._index_of: dict[str, int] = {}
        self._colours: dict[str, str] = {}

    def set_rows(self, rows: list[Row]) -> None:
        """Show these; where the ids are the same, only the changed cells are repainted."""
        if [r.label.id for r in rows] == [r.label.id for r in self._rows]:
            changed = [i for i, row in enumerate(rows) if row != self._rows[i]]
            self._rows = rows
            for i in changed:
                self.dataChanged.emit(self.index(i, 0), self.index(i, len(HEADERS) - 1))
            return
        self.beginResetModel()
        self._rows = rows
        self._index_of = {row.label.id: i for i, row in enumerate(rows)}
        self.endResetModel()

    def set_colours(self, colours: dict[str, str]) -> None:
        """Colours of the classes in the present theme."""
        self._colours = colours
        if self._rows:
            self.dataChanged.emit(self.index(0, 0), self.index(len(self._rows) - 1, 0))

    def row_of(self, item: str) -> int | None:
        """Row of an item, or None."""
        return self._index_of.get(item)

    def row(self, index: int) -> Row:
        """The row of that number."""
        return self._rows[index]

    @property
    def rows(self) -> list[Row]:
        """All rows, in time."""
        return self._rows

    def rowCount(self, parent: Index | None = None) -> int:
        """Number of items."""
        return 0 if parent is not None and parent.isValid() else len(self._rows)

    def columnCount(self, parent: Index | None = None) -> int:
        """Number of columns."""
        return 0 if parent is not None and parent.isValid() else len(HEADERS)

    def headerData(
        self, section: int, orientation: Qt.Orientation, role: int = Qt.ItemDataRole.DisplayRole
    ) -> Any:
        """Column titles and their tooltips."""
        if orientation is not Qt.Orientation.Horizontal:
            return None
        if role == Qt.ItemDataRole.DisplayRole:
            return HEADERS[section]
        return TIPS[section] if role == Qt.ItemDataRole.ToolTipRole else None

    def data(self, index: Index, role: int = Qt.ItemDataRole.DisplayRole) -> Any:
        """Text, colour, alignment, sort key (UserRole)."""
        row = self._rows[index.row()]
        column = index.column()
        if role == Qt.ItemDataRole.DisplayRole:
            return _text(row, column)
        if role == Qt.ItemDataRole.UserRole:
            return _sort_key(row, column)
        if role == Qt.ItemDataRole.ForegroundRole and column == 0:
            return QColor(self._colours.get(row.label.activity, "#888888"))
        if role == Qt.ItemDataRole.TextAlignmentRole and column in (1, 3, 4, 5):
            return int(Qt.AlignmentFlag.AlignRight | Qt.AlignmentFlag.AlignVCenter)
        if role == Qt.ItemDataRole.ToolTipRole:
            return _tip(row)
        return None


def _text(row: Row, column: int) -> str:
    label, known = row.label, load_vocabulary().get(row.label.activity)
    n = len(label.peak_samples)
    score = f"{row.proposal.score:.2f}" if row.proposal else "own"
    return (
        known.letter if known else "?",
        clock(row.start_s),
        known.term if known else label.activity,
        str(n) if n else "–",
        score,
        row.channel,
        f"{STATE_SIGNS[label.state]} {STATE_WORDS[label.state]}",
    )[column]


def _sort_key(row: Row, column: int) -> Any:
    label = row.label
    score = row.proposal.score if row.proposal else 1.0
    return (
        label.activity,
        row.start_s,
        label.activity,
        len(label.peak_samples),
        score,
        row.channel,
        list(LabelState).index(label.state),
    )[column]


def _tip(row: Row) -> str:
    if row.label.origin is Origin.READER:
        return "Label of the reader"
    if row.proposal is None:
        return ""
    return "\n".join(row.proposal.evidence.reasons)
