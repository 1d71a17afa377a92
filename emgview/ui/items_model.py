"""The proposal table as a model: only what is visible is asked for."""

from __future__ import annotations

from collections.abc import Callable, Sequence
from dataclasses import dataclass, replace
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

ALL, OPEN, DECIDED = "all", "open", "decided"

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


_STATE_ORDER = {state: n for n, state in enumerate(LabelState)}

_SORT_KEYS: tuple[Callable[[Row], Any], ...] = (
    lambda row: row.label.activity,
    lambda row: row.start_s,
    lambda row: row.label.activity,
    lambda row: len(row.label.peak_samples),
    lambda row: row.proposal.score if row.proposal else 1.0,
    lambda row: row.label.channel,
    lambda row: _STATE_ORDER[row.label.state],
)


@dataclass(frozen=True, slots=True)
class Shown:
    """What of the items the table shows, and in which order. Nothing is decided by it.

    Parameters
    ----------
    state : str
        ``all``, ``open`` or ``decided``.
    group : str
        ``all``, or the class that items are counted as.
    column : int
        Sorted by.
    descending : bool
    """

    state: str = ALL
    group: str = ALL
    column: int = 1
    descending: bool = False

    def order(self, rows: Sequence[Row]) -> list[int]:
        """Numbers of the rows that are shown, sorted; equal ones stay in time."""
        chosen = [n for n, row in enumerate(rows) if self._accepts(row.label)]
        key = _SORT_KEYS[self.column]
        return sorted(chosen, key=lambda n: key(rows[n]), reverse=self.descending)

    def _accepts(self, label: Label) -> bool:
        is_open = label.state is LabelState.PROPOSED
        if self.state != ALL and is_open != (self.state == OPEN):
            return False
        if self.group == ALL:
            return True
        known = load_vocabulary().get(label.activity)
        return known is not None and known.counted_as == self.group


_DISPLAY, _FOREGROUND = Qt.ItemDataRole.DisplayRole, Qt.ItemDataRole.ForegroundRole
_ALIGNMENT, _TOOL_TIP = Qt.ItemDataRole.TextAlignmentRole, Qt.ItemDataRole.ToolTipRole
_RIGHT = int(Qt.AlignmentFlag.AlignRight | Qt.AlignmentFlag.AlignVCenter)
_NUMBERS = frozenset((1, 3, 4, 5))
_NO_COLOUR = "#888888"


class ItemsModel(QAbstractTableModel):
    """Items of one recording, filtered and sorted here: 100 000 of them are sorted at once.

    (Lost: a sorting proxy, which asks Python for each comparison and needed a minute.)
    """

    def __init__(self, parent: QObject | None = None) -> None:
        super().__init__(parent)
        self._rows: list[Row] = []
        self._order: list[int] = []
        self._place: dict[str, int] = {}
        self._shown = Shown()
        self._colours: dict[str, str] = {}

    def set_rows(self, rows: list[Row]) -> bool:
        """Show these; True where the table was made anew, False where only cells were repainted."""
        old, order = self._rows, self._shown.order(rows)
        same = len(rows) == len(old) and order == self._order
        if not same or any(a.label.id != b.label.id for a, b in zip(rows, old, strict=True)):
            self._reset(rows, order)
            return True
        self._rows = rows
        for place, n in enumerate(order):
            if rows[n].label is not old[n].label or rows[n].proposal is not old[n].proposal:
                last = self.index(place, len(HEADERS) - 1)
                self.dataChanged.emit(self.index(place, 0), last)
        return False

    def show(self, shown: Shown) -> None:
        """Filter and sort anew."""
        self._shown = shown
        self._reset(self._rows, shown.order(self._rows))

    @property
    def shown(self) -> Shown:
        """What is shown now."""
        return self._shown

    def sort(self, column: int, order: Qt.SortOrder = Qt.SortOrder.AscendingOrder) -> None:
        """Sort by a column (Qt calls this)."""
        descending = order is Qt.SortOrder.DescendingOrder
        self.show(replace(self._shown, column=max(column, 0), descending=descending))

    def _reset(self, rows: list[Row], order: list[int]) -> None:
        self.beginResetModel()
        self._rows, self._order = rows, order
        self._place = {self._rows[n].label.id: place for place, n in enumerate(order)}
        self.endResetModel()

    def set_colours(self, colours: dict[str, str]) -> None:
        """Colours of the classes in the present theme."""
        self._colours = colours
        if self._order:
            self.dataChanged.emit(self.index(0, 0), self.index(len(self._order) - 1, 0))

    def row_of(self, item: str) -> int | None:
        """Row in which an item is shown, or None."""
        return self._place.get(item)

    def row(self, index: int) -> Row:
        """The item that is shown in that row."""
        return self._rows[self._order[index]]

    @property
    def rows(self) -> list[Row]:
        """All items in time, hidden ones too."""
        return self._rows

    @property
    def right_columns(self) -> frozenset[int]:
        """Columns of numbers: their texts end at the right edge."""
        return _NUMBERS

    def texts(self, index: int) -> tuple[str, ...]:
        """Text of each cell of a row."""
        row = self.row(index)
        return tuple(text(row) for text in _TEXTS)

    def letter_colour(self, index: int) -> str:
        """Colour of the letter of a row, as ``#rrggbb``."""
        return self._colours.get(self.row(index).label.activity, _NO_COLOUR)

    def rowCount(self, parent: Index | None = None) -> int:
        """Number of items."""
        return 0 if parent is not None and parent.isValid() else len(self._order)

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
        """Text, colour, alignment, tooltip."""
        row = self.row(index.row())
        column = index.column()
        if role == _DISPLAY:
            return _TEXTS[column](row)
        if role == _FOREGROUND and column == 0:
            return QColor(self.letter_colour(index.row()))
        if role == _ALIGNMENT and column in _NUMBERS:
            return _RIGHT
        if role == _TOOL_TIP:
            return _tip(row)
        return None


def _letter(row: Row) -> str:
    known = load_vocabulary().get(row.label.activity)
    return known.letter if known else "?"


def _term(row: Row) -> str:
    known = load_vocabulary().get(row.label.activity)
    return known.term if known else row.label.activity


_TEXTS: tuple[Callable[[Row], str], ...] = (
    _letter,
    lambda row: clock(row.start_s),
    _term,
    lambda row: str(len(row.label.peak_samples) or "–"),
    lambda row: f"{row.proposal.score:.2f}" if row.proposal else "own",
    lambda row: row.channel,
    lambda row: f"{STATE_SIGNS[row.label.state]} {STATE_WORDS[row.label.state]}",
)
"""Text of each column."""


def _tip(row: Row) -> str:
    if row.label.origin is Origin.READER:
        return "Label of the reader"
    if row.proposal is None:
        return ""
    return "\n".join(row.proposal.evidence.reasons)
