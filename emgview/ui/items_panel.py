"""The proposal table with its filters and the decision buttons."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import replace

from PySide6.QtCore import QItemSelectionModel, QModelIndex, Qt, Signal
from PySide6.QtWidgets import (
    QAbstractItemView,
    QComboBox,
    QHBoxLayout,
    QHeaderView,
    QLabel,
    QStackedLayout,
    QTableView,
    QVBoxLayout,
    QWidget,
)

from emgview.model import Label, LabelState, load_vocabulary
from emgview.ui.items_model import ALL, DECIDED, OPEN, ItemRows, ItemsModel
from emgview.ui.items_table import ItemsTable


class ItemsPanel(QWidget):
    """Table of proposals and labels of the recording on the screen.

    Signals
    -------
    selected(tuple of str)
        Ids of the selected items, the current one first.
    """

    selected = Signal(object)

    def __init__(self, parent: QWidget | None = None) -> None:
        super().__init__(parent)
        self.model = ItemsModel(self)
        self._table = self._make_table()
        self._state = QComboBox()
        self._group = QComboBox()
        self._count = QLabel()
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

    def set_rows(self, rows: ItemRows, *, detected: bool, refused: tuple[str, ...] = ()) -> None:
        """Show the items of a recording; the selection stays where the item still exists.

        ``refused`` are the reasons for channels that the detector did not judge.
        """
        place = self._table.verticalScrollBar().value()
        self._quiet = True
        if self.model.set_rows(rows):
            self._table.verticalScrollBar().setValue(place)
        self._fill_groups(rows.labels)
        self._quiet = False
        self._tell_count(rows.labels)
        self._stack.setCurrentIndex(0 if rows else 1)
        self._empty.setText(_empty_text(detected=detected, refused=refused))

    def selection(self) -> tuple[str, ...]:
        """Ids of the selected items, the current one first."""
        chosen = self._table.selectionModel().selectedRows()
        current = self._table.currentIndex().row()
        ordered = sorted(chosen, key=lambda index: (index.row() != current, index.row()))
        return tuple(self._id_at(index) for index in ordered)

    def select(self, item: str, *, tell: bool = True) -> None:
        """Select one item and bring it into view; filters that hide it are lifted."""
        if self.model.row_of(item) is None:
            self._state.setCurrentIndex(0)
            self._group.setCurrentIndex(0)
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
        for text, key in (("All states", ALL), ("Open", OPEN), ("Decided", DECIDED)):
            self._state.addItem(text, key)
        self._state.setToolTip("Show items of one state; nothing is decided by this")
        self._group.setToolTip("Show one class; nothing is decided by this")
        self._state.currentIndexChanged.connect(self._refilter)
        self._group.currentIndexChanged.connect(self._refilter)
        top = QHBoxLayout()
        top.addWidget(self._state)
        top.addWidget(self._group, 1)
        self._empty.setAlignment(Qt.AlignmentFlag.AlignCenter)
        self._empty.setWordWrap(True)
        holder = QWidget()
        self._stack = QStackedLayout(holder)
        self._stack.addWidget(self._table)
        self._stack.addWidget(self._empty)
        box = QVBoxLayout(self)
        box.setContentsMargins(6, 6, 6, 6)
        box.addLayout(top)
        box.addWidget(holder, 1)
        box.addWidget(self._count)

    def _fill_groups(self, labels: Sequence[Label]) -> None:
        vocabulary = load_vocabulary()
        known = map(vocabulary.get, {label.activity for label in labels})
        groups = sorted({c.counted_as for c in known if c is not None})
        present = [self._group.itemData(i) for i in range(1, self._group.count())]
        if present == groups and self._group.count():
            return
        chosen = self._group.currentData()
        self._group.clear()
        self._group.addItem("All classes", ALL)
        for group in groups:
            self._group.addItem(vocabulary[group].term, group)
        self._group.setCurrentIndex(max(self._group.findData(chosen), 0))

    def _tell_count(self, labels: Sequence[Label]) -> None:
        still = sum(label.state is LabelState.PROPOSED for label in labels)
        self._count.setText(f"{still} open of {len(labels)}" if labels else "")

    def _refilter(self) -> None:
        if self._quiet:
            return
        state, group = self._state.currentData() or ALL, self._group.currentData() or ALL
        self.model.show(replace(self.model.shown, state=state, group=group))

    def _restore_selection(self) -> None:
        """After the table was sorted, filtered or filled anew: the same item, where it is shown."""
        if self._kept and self.model.row_of(self._kept[0]) is not None:
            self.select(self._kept[0], tell=False)

    def _keep_selection(self) -> None:
        self._kept = self.selection()

    def _tell(self) -> None:
        if not self._quiet:
            self.selected.emit(self.selection())

    def _id_at(self, index: QModelIndex) -> str:
        return self.model.label(index.row()).id


def _empty_text(*, detected: bool, refused: tuple[str, ...]) -> str:
    """What an empty table says: nothing found is not the same as not looked at."""
    if refused:
        return "⚠ Not judged by the detector:\n" + "\n".join(refused)
    if detected:
        return "The detector proposed nothing here.\nDrag on a trace with L to add a label."
    return "Not examined yet.\nCtrl+D lets the detector propose."
