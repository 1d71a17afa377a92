"""The proposal table with its filters and the decision buttons."""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import replace

from PySide6.QtCore import QItemSelection, QItemSelectionModel, Qt, Signal
from PySide6.QtWidgets import (
    QAbstractItemView,
    QHeaderView,
    QLabel,
    QStackedLayout,
    QTableView,
    QVBoxLayout,
    QWidget,
)

from emgview.model import LabelState
from emgview.ui.items_filters import ItemFilters
from emgview.ui.items_model import QUEUE, ItemRows, ItemsModel
from emgview.ui.items_table import ItemsTable
from emgview.ui.quiet_label import QuietLabel


class ItemsPanel(QWidget):
    """Table of proposals and labels of the recording on the screen.

    Signals
    -------
    selected(tuple of str)
        Ids of the selected items, the current one first.
    refiltered()
        Other items are shown, or in another order.
    """

    selected = Signal(object)
    refiltered = Signal()

    def __init__(self, parent: QWidget | None = None) -> None:
        super().__init__(parent)
        self.model = ItemsModel(self)
        self._table = self._make_table()
        self.filters = ItemFilters()
        self._state, self._group = self.filters.state, self.filters.group
        self._count = QuietLabel()
        self._empty = QLabel()
        self._quiet = False
        self._kept: tuple[str, ...] = ()
        self.model.modelAboutToBeReset.connect(self._keep_selection)
        self.model.modelReset.connect(self._restore_selection)
        self._build()
        self.set_rows(ItemRows(), detected=False)

    @property
    def table(self) -> QTableView:
        """The table itself, for the focus and for measurements."""
        return self._table

    # -- what is shown -----------------------------------------------------------------------

    def set_rows(
        self,
        rows: ItemRows,
        *,
        detected: bool,
        refused: tuple[str, ...] = (),
        why_empty: str = "",
    ) -> None:
        """Show the items of a recording; the selection stays where the item still exists.

        ``refused`` are the reasons for channels that the detector did not judge; ``why_empty`` is
        said where there are no rows on purpose.
        """
        place = self._table.verticalScrollBar().value()
        self._quiet = True
        if self.model.set_rows(rows):
            self._table.verticalScrollBar().setValue(place)
        self.filters.fill(rows.labels, rows.channels)
        self._quiet = False
        self._tell_count()
        self._stack.setCurrentIndex(0 if rows else 1)
        self._empty.setText(why_empty or _empty_text(detected=detected, refused=refused))

    def selection(self) -> tuple[str, ...]:
        """Ids of the selected items, the current one first."""
        # By ranges: an index for each of thousands of rows takes longer than a frame.
        chosen = self._table.selectionModel().selection()
        parts = map(chosen.at, range(chosen.count()))
        rows = {row for part in parts for row in range(part.top(), part.bottom() + 1)}
        current = self._table.currentIndex().row()
        ordered = sorted(rows, key=lambda row: (row != current, row))
        return tuple(self.model.label(row).id for row in ordered)

    def select(self, item: str, *, tell: bool = True) -> None:
        """Select one item and bring it into view; filters that hide it are lifted."""
        if self.model.row_of(item) is None:
            self.show_only(None)
            self.filters.lift()
        row = self.model.row_of(item)
        if row is None:
            return
        index = self.model.index(row, 0)
        was, self._quiet = self._quiet, not tell
        flags = (
            QItemSelectionModel.SelectionFlag.ClearAndSelect
            | QItemSelectionModel.SelectionFlag.Rows
        )
        self._table.selectionModel().setCurrentIndex(index, flags)
        self._table.scrollTo(index, QAbstractItemView.ScrollHint.EnsureVisible)
        self._quiet = was

    def select_also(self, items: Iterable[str]) -> None:
        """Select these too; the current one stays."""
        selection, model = QItemSelection(), self.model
        for item in items:
            row = model.row_of(item)
            if row is not None:
                selection.select(model.index(row, 0), model.index(row, model.columnCount() - 1))
        was, self._quiet = self._quiet, True
        self._table.selectionModel().select(selection, QItemSelectionModel.SelectionFlag.Select)
        self._quiet = was

    def neighbour(self, step: int, without: frozenset[str] = frozenset()) -> str | None:
        """Next (+1) or previous (-1) open item in the order of the table, wrapping around.

        Items of ``without`` are being decided just now and do not count as open.
        """
        n = self.model.rowCount()
        start = self._table.currentIndex().row()
        for offset in range(1, n + 1):
            row = (start + step * offset) % n
            label = self.model.label(row)
            if label.state is LabelState.PROPOSED and label.id not in without:
                return label.id
        return None

    # -- parts -------------------------------------------------------------------------------

    def _make_table(self) -> QTableView:
        table = ItemsTable(self.model)
        table.setModel(self.model)
        table.setSelectionBehavior(QAbstractItemView.SelectionBehavior.SelectRows)
        table.setSelectionMode(QAbstractItemView.SelectionMode.ExtendedSelection)
        table.setEditTriggers(QAbstractItemView.EditTrigger.NoEditTriggers)
        table.setSortingEnabled(True)
        table.setShowGrid(False)
        table.setAlternatingRowColors(True)
        table.setTabKeyNavigation(False)
        table.setWordWrap(False)
        table.verticalHeader().hide()
        table.verticalHeader().setDefaultSectionSize(24)
        header = table.horizontalHeader()
        header.setHighlightSections(False)
        widths = (30, 70, 160, 34, 46, 42, 92)
        for column, width in enumerate(widths):
            table.setColumnWidth(column, width)
        header.setSectionResizeMode(2, QHeaderView.ResizeMode.Stretch)
        table.sortByColumn(1, Qt.SortOrder.AscendingOrder)
        table.selectionModel().selectionChanged.connect(self._tell)
        table.setAccessibleName("Proposals and labels")
        return table

    def _build(self) -> None:
        self.filters.changed.connect(self._refilter)
        self._empty.setAlignment(Qt.AlignmentFlag.AlignCenter)
        self._empty.setWordWrap(True)
        holder = QWidget()
        self._stack = QStackedLayout(holder)
        self._stack.addWidget(self._table)
        self._stack.addWidget(self._empty)
        box = QVBoxLayout(self)
        box.setContentsMargins(6, 6, 6, 6)
        box.addWidget(self.filters)
        box.addWidget(holder, 1)
        box.addWidget(self._count)

    def hidden_open(self) -> int:
        """Open items that the least score hides; they stay open."""
        rows, shown = self.model.rows, self.model.shown
        if shown.least_score <= 0:
            return 0
        return sum(shown.is_below(rows, label) for label in rows.labels)

    def show_only(self, items: frozenset[str] | None) -> None:
        """Show these items only, as far as the choosers let; None: all."""
        if items == self.model.shown.only:
            return
        self.model.show(replace(self.model.shown, only=items))
        self._tell_count()
        self.refiltered.emit()

    def _tell_count(self) -> None:
        labels, hidden = self.model.rows.labels, self.hidden_open()
        still = sum(label.state is LabelState.PROPOSED for label in labels)
        words = f"{still} open of {len(labels)}" if labels else ""
        words += f", {hidden} of them hidden by the score" if hidden else ""
        only = self.model.shown.only
        words += f" · {len(only)} alike shown" if only is not None else ""
        if words != self._count.text():
            self._count.setText(words)

    def _refilter(self) -> None:
        if self._quiet:
            return
        shown = self.filters.shown(self.model.shown)
        header = self._table.horizontalHeader()
        descending = (
            Qt.SortOrder.DescendingOrder if shown.descending else Qt.SortOrder.AscendingOrder
        )
        was, self._quiet = self._quiet, True
        header.blockSignals(True)
        header.setSortIndicator(shown.column, descending)
        header.blockSignals(False)
        header.setSortIndicatorShown(shown.column != QUEUE)
        self._quiet = was
        self.model.show(shown)
        self._tell_count()
        self.refiltered.emit()

    def _restore_selection(self) -> None:
        """After the table was sorted, filtered or filled anew: the same item, where it is shown."""
        self.filters.show_order(self.model.shown)
        if self._kept and self.model.row_of(self._kept[0]) is not None:
            self.select(self._kept[0], tell=False)

    def _keep_selection(self) -> None:
        self._kept = self.selection()

    def _tell(self) -> None:
        if not self._quiet:
            self.selected.emit(self.selection())


def _empty_text(*, detected: bool, refused: tuple[str, ...]) -> str:
    """What an empty table says: nothing found is not the same as not looked at."""
    if refused:
        return "⚠ Not judged by the detector:\n" + "\n".join(refused)
    if detected:
        return "The detector proposed nothing here.\nDrag on a trace with L to add a label."
    return "Not examined yet.\nCtrl+D lets the detector propose."
