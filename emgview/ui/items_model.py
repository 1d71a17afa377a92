"""The proposal table as a model: only what is visible is asked for."""

from __future__ import annotations

from collections.abc import Callable, Sequence
from dataclasses import dataclass, replace
from functools import cache
from typing import Any, overload

import numpy as np
from numpy.typing import NDArray
from PySide6.QtCore import (
    QAbstractTableModel,
    QModelIndex,
    QObject,
    QPersistentModelIndex,
    Qt,
)
from PySide6.QtGui import QColor

from emgview.model import IdTable, Label, LabelState, Origin, Proposal, load_vocabulary
from emgview.session.open_proposals import OpenProposals
from emgview.session.queue import helps
from emgview.ui.wording import STATE_SIGNS, STATE_WORDS, clock

Index = QModelIndex | QPersistentModelIndex
Order = NDArray[np.int32]

ALL, OPEN, DECIDED = "all", "open", "decided"
QUEUE = -1
"""Order: what helps most."""

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
    """One item as the table shows it; ``score`` is that of its proposal, None without one."""

    label: Label
    score: float | None
    start_s: float
    channel: str


_STATE_ORDER = {state: n for n, state in enumerate(LabelState)}


class ItemRows(Sequence[Row]):
    """The rows of a recording, each made when it is asked for.

    Parameters
    ----------
    labels : sequence of Label
        In order of time; kept as it is.
    proposals : OpenProposals
    fs : float
        Sampling rate, Hz.
    channels : sequence of str
        Names of the channels.
    """

    def __init__(
        self,
        labels: Sequence[Label] = (),
        proposals: OpenProposals | None = None,
        fs: float = 1.0,
        channels: Sequence[str] = (),
    ) -> None:
        self.labels = labels
        self._proposals = proposals if proposals is not None else OpenProposals()
        self._fs, self._channels = fs, channels

    def __len__(self) -> int:
        return len(self.labels)

    @overload
    def __getitem__(self, index: int) -> Row: ...

    @overload
    def __getitem__(self, index: slice) -> list[Row]: ...

    def __getitem__(self, index: int | slice) -> Row | list[Row]:
        if isinstance(index, slice):
            return [self._row(label) for label in self.labels[index]]
        return self._row(self.labels[index])

    def _row(self, label: Label) -> Row:
        score = self.score(label)
        return Row(label, score, label.interval.start / self._fs, self._channels[label.channel])

    def rank(self, index: int) -> float:
        """What a row is sorted by where the score is asked for: 1 without a proposal."""
        score = self.score(self.labels[index])
        return 1.0 if score is None else score

    @property
    def channels(self) -> Sequence[str]:
        """Names of the channels."""
        return self._channels

    def score(self, label: Label) -> float | None:
        """Score of the proposal behind a label; None without one."""
        return self._proposals.score(label.proposal_id or label.id)

    def helps(self, index: int) -> float:
        """How much a decision about this row helps."""
        label = self.labels[index]
        return helps(label.activity, self.score(label), len(label.peak_samples))

    def proposal(self, row: Row) -> Proposal | None:
        """The proposal behind a row, with its evidence."""
        return self._proposals.get(row.label.proposal_id or row.label.id)


_SCORE = 4
_SORT_KEYS: dict[int, Callable[[Label], Any]] = {
    0: lambda label: label.activity,
    1: lambda label: label.interval.start,
    2: lambda label: label.activity,
    3: lambda label: len(label.peak_samples),
    5: lambda label: label.channel,
    6: lambda label: _STATE_ORDER[label.state],
}


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
        Sorted by; ``QUEUE``: what helps most.
    descending : bool
    channel : int
        -1: all.
    least_score : float
        Open proposals of a lower score are hidden.
    only : frozenset of str or None
        Only these items, such as those alike; None: all.
    """

    state: str = ALL
    group: str = ALL
    column: int = 1
    descending: bool = False
    channel: int = -1
    least_score: float = 0.0
    only: frozenset[str] | None = None

    def order(self, rows: ItemRows) -> list[int]:
        """Numbers of the rows that are shown, sorted; equal ones stay in time."""
        chosen = self._chosen(rows)
        if self.column == QUEUE:
            return sorted(chosen, key=rows.helps, reverse=self.descending)
        if self.column == _SCORE:
            return sorted(chosen, key=rows.rank, reverse=self.descending)
        key, labels = _SORT_KEYS[self.column], rows.labels
        return sorted(chosen, key=lambda n: key(labels[n]), reverse=self.descending)

    def _chosen(self, rows: ItemRows) -> Sequence[int]:
        if replace(self, column=1, descending=False) == Shown():
            return range(len(rows.labels))
        return [
            n
            for n, label in enumerate(rows.labels)
            if self._accepts(label) and not self.is_below(rows, label)
        ]

    def is_below(self, rows: ItemRows, label: Label) -> bool:
        """Whether the least score hides it: only what is still open."""
        if self.least_score <= 0 or label.state is not LabelState.PROPOSED:
            return False
        score = rows.score(label)
        return score is not None and score < self.least_score

    def _accepts(self, label: Label) -> bool:
        is_open = label.state is LabelState.PROPOSED
        if self.state != ALL and is_open != (self.state == OPEN):
            return False
        if self.channel not in (-1, label.channel):
            return False
        if self.only is not None and label.id not in self.only:
            return False
        if self.group == ALL:
            return True
        known = load_vocabulary().get(label.activity)
        return known is not None and known.counted_as == self.group


_DISPLAY, _FOREGROUND = Qt.ItemDataRole.DisplayRole, Qt.ItemDataRole.ForegroundRole
_ALIGNMENT, _TOOL_TIP = Qt.ItemDataRole.TextAlignmentRole, Qt.ItemDataRole.ToolTipRole
_RIGHT = int(Qt.AlignmentFlag.AlignRight | Qt.AlignmentFlag.AlignVCenter)
_NUMBERS = frozenset((1, 3, 4, 5))
_TIME = frozenset((1,))
_NO_COLOUR = "#888888"


class ItemsModel(QAbstractTableModel):
    """Items of one recording, filtered and sorted here: 100 000 of them are sorted at once.

    (Lost: a sorting proxy, which asks Python for each comparison and needed a minute.)
    """

    def __init__(self, parent: QObject | None = None) -> None:
        super().__init__(parent)
        self._rows = ItemRows()
        self._order: Order = np.zeros(0, dtype=np.int32)
        self._places: Order | None = None
        self._table: IdTable | None = None
        self._shown = Shown()
        self._colours: dict[str, str] = {}

    def set_rows(self, rows: ItemRows) -> bool:
        """Show these; True where the table was made anew, False where only cells were repainted."""
        old, labels = self._rows.labels, rows.labels
        order = np.array(self._shown.order(rows), dtype=np.int32)
        same = len(labels) == len(old) and np.array_equal(order, self._order)
        if not same or any(a.id != b.id for a, b in zip(labels, old, strict=True)):
            self._reset(rows, order)
            return True
        self._rows = rows
        changed = np.fromiter((a is not b for a, b in zip(labels, old, strict=True)), bool)
        for first, last in _runs(np.flatnonzero(changed[order])):
            self.dataChanged.emit(self.index(first, 0), self.index(last, len(HEADERS) - 1))
        return False

    def show(self, shown: Shown) -> None:
        """Filter and sort anew."""
        self._shown = shown
        self._reset(self._rows, np.array(shown.order(self._rows), dtype=np.int32))

    @property
    def shown(self) -> Shown:
        """What is shown now."""
        return self._shown

    def sort(self, column: int, order: Qt.SortOrder = Qt.SortOrder.AscendingOrder) -> None:
        """Sort by a column (Qt calls this)."""
        descending = order is Qt.SortOrder.DescendingOrder
        self.show(replace(self._shown, column=max(column, QUEUE), descending=descending))

    def _reset(self, rows: ItemRows, order: Order) -> None:
        self.beginResetModel()
        if rows is not self._rows:
            self._table = None
        self._rows, self._order, self._places = rows, order, None
        self.endResetModel()

    def set_colours(self, colours: dict[str, str]) -> None:
        """Colours of the classes in the present theme."""
        self._colours = colours
        if len(self._order):
            self.dataChanged.emit(self.index(0, 0), self.index(len(self._order) - 1, 0))

    def row_of(self, item: str) -> int | None:
        """Row in which an item is shown, or None."""
        number = self.place_of(item)
        if number is None:
            return None
        if self._places is None:
            self._places = np.full(len(self._rows), -1, dtype=np.int32)
            self._places[self._order] = np.arange(len(self._order), dtype=np.int32)
        row = int(self._places[number])
        return row if row >= 0 else None

    def place_of(self, item: str) -> int | None:
        """Where among all items in time an item stands, or None."""
        if self._table is None:
            self._table = IdTable([label.id for label in self._rows.labels])
        return self._table.position(item)

    def row(self, index: int) -> Row:
        """The item that is shown in that row."""
        return self._rows[int(self._order[index])]

    def label(self, index: int) -> Label:
        """Its label alone."""
        return self._rows.labels[int(self._order[index])]

    @property
    def rows(self) -> ItemRows:
        """All items in time, hidden ones too."""
        return self._rows

    @property
    def right_columns(self) -> frozenset[int]:
        """Columns of numbers: their texts end at the right edge."""
        return _NUMBERS

    @property
    def rare_columns(self) -> frozenset[int]:
        """Columns whose texts hardly ever come again: the time."""
        return _TIME

    def texts(self, index: int) -> tuple[str, ...]:
        """Text of each cell of a row."""
        return _texts(self.row(index))

    def letter_colour(self, index: int) -> str:
        """Colour of the letter of a row, as ``#rrggbb``."""
        return self._colours.get(self.label(index).activity, _NO_COLOUR)

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
            return _texts(row)[column]
        if role == _FOREGROUND and column == 0:
            return QColor(self.letter_colour(index.row()))
        if role == _ALIGNMENT and column in _NUMBERS:
            return _RIGHT
        if role == _TOOL_TIP:
            return _tip(row.label, self._rows.proposal(row))
        return None


def _runs(places: NDArray[np.intp]) -> list[tuple[int, int]]:
    """First and last of each run of sorted places that follow one another."""
    if not len(places):
        return []
    breaks = np.flatnonzero(np.diff(places) != 1)
    firsts = places[np.concatenate(([0], breaks + 1))]
    lasts = places[np.concatenate((breaks, [len(places) - 1]))]
    return list(zip(firsts.tolist(), lasts.tolist(), strict=True))


@cache
def _words(activity: str) -> tuple[str, str]:
    """Letter and term of a class."""
    known = load_vocabulary().get(activity)
    return (known.letter, known.term) if known else ("?", activity)


def _texts(row: Row) -> tuple[str, ...]:
    """Text of each column."""
    label, score = row.label, row.score
    letter, term = _words(label.activity)
    return (
        letter,
        clock(row.start_s),
        term,
        str(len(label.peak_samples) or "–"),
        "own" if score is None else f"{score:.2f}",
        row.channel,
        _STATE_TEXTS[label.state],
    )


_STATE_TEXTS = {state: f"{sign} {STATE_WORDS[state]}" for state, sign in STATE_SIGNS.items()}


def _tip(label: Label, proposal: Proposal | None) -> str:
    if label.origin is Origin.READER:
        return "Label of the reader"
    return "" if proposal is None else "\n".join(proposal.evidence.reasons)
