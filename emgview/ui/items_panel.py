"""The proposal table with its filters and the decision buttons."""

from __future__ import annotations

from PySide6.QtCore import QItemSelectionModel, QModelIndex, QSortFilterProxyModel, Qt, Signal
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

from emgview.model import LabelState, load_vocabulary
from emgview.ui.items_model import Index, ItemsModel, Row

_ALL = "all"


class _Filter(QSortFilterProxyModel):
    """Shows items of one state and one class; never changes anything."""

    def __init__(self) -> None:
        super().__init__()
        self.state = _ALL
        self.group = _ALL
        self.setSortRole(Qt.ItemDataRole.UserRole)

    def filterAcceptsRow(self, source_row: int, source_parent: Index) -> bool:
        """Whether the item passes both filters."""
        del source_parent
        model = self.sourceModel()
        if not isinstance(model, ItemsModel):
            return True
        label = model.row(source_row).label
        known = load_vocabulary().get(label.activity)
        open_only = self.state == "open" and label.state is not LabelState.PROPOSED
        decided_only = self.state == "decided" and label.state is LabelState.PROPOSED
        other_class = self.group != _ALL and (known is None or known.counted_as != self.group)
        return not (open_only or decided_only or other_class)


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
        self._filter = _Filter()
        self._filter.setSourceModel(self.model)
        self._table = self._make_table()
        self._state = QComboBox()
        self._group = QComboBox()
        self._count = QLabel()
        self._empty = QLabel()
        self._quiet = False
        self._build()
        self.set_rows([], detected=False)

    @property
    def table(self) -> QTableView:
        """The table itself, for the focus and for measurements."""
        return self._table

    # -- what is shown -----------------------------------------------------------------------

    def set_rows(self, rows: list[Row], *, detected: bool) -> None:
        """Show the items of a recording; the selection stays where the item still exists."""
        keep = self.selection()
        self._quiet = True
        self.model.set_rows(rows)
        self._fill_groups(rows)
        self._quiet = False
        if keep:
            self.select(keep[0], tell=False)
        self._tell_count(rows)
        self._stack.setCurrentIndex(0 if rows else 1)
        self._empty.setText(
            "The detector proposed nothing here.\nDrag on a trace with L to add a label."
            if detected
            else "Not examined yet.\nCtrl+D lets the detector propose."
        )

    def selection(self) -> tuple[str, ...]:
        """Ids of the selected items, the current one first."""
        chosen = self._table.selectionModel().selectedRows()
        current = self._table.currentIndex().row()
        ordered = sorted(chosen, key=lambda index: (index.row() != current, index.row()))
        return tuple(self._id_at(index) for index in ordered)

    def select(self, item: str, *, tell: bool = True) -> None:
        """Select one item and bring it into view; filters that hide it are lifted."""
        row = self.model.row_of(item)
        if row is None:
            return
        index = self._filter.mapFromSource(self.model.index(row, 0))
        if not index.isValid():
            self._state.setCurrentIndex(0)
            self._group.setCurrentIndex(0)
            index = self._filter.mapFromSource(self.model.index(row, 0))
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
        n = self._filter.rowCount()
        start = self._table.currentIndex().row()
        for offset in range(1, n + 1):
            row = (start + step * offset) % n
            index = self._filter.index(row, 0)
            label = self._row_at(index).label
            if label.state is LabelState.PROPOSED and label.id not in without:
                return label.id
        return None

    # -- parts -------------------------------------------------------------------------------

    def _make_table(self) -> QTableView:
        table = QTableView()
        table.setModel(self._filter)
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
        widths = (34, 74, 160, 38, 50, 46, 98)
        for column, width in enumerate(widths):
            table.setColumnWidth(column, width)
        header.setSectionResizeMode(2, QHeaderView.ResizeMode.Stretch)
        table.sortByColumn(1, Qt.SortOrder.AscendingOrder)
        table.selectionModel().selectionChanged.connect(self._tell)
        table.setAccessibleName("Proposals and labels")
        return table

    def _build(self) -> None:
        for text, key in (("All states", _ALL), ("Open", "open"), ("Decided", "decided")):
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

    def _fill_groups(self, rows: list[Row]) -> None:
        vocabulary = load_vocabulary()
        known = (vocabulary.get(row.label.activity) for row in rows)
        groups = sorted({c.counted_as for c in known if c is not None})
        present = [self._group.itemData(i) for i in range(1, self._group.count())]
        if present == groups and self._group.count():
            return
        chosen = self._group.currentData()
        self._group.clear()
        self._group.addItem("All classes", _ALL)
        for group in groups:
            self._group.addItem(vocabulary[group].term, group)
        self._group.setCurrentIndex(max(self._group.findData(chosen), 0))

    def _tell_count(self, rows: list[Row]) -> None:
        still = sum(row.label.state is LabelState.PROPOSED for row in rows)
        self._count.setText(f"{still} open of {len(rows)}" if rows else "")

    def _refilter(self) -> None:
        self._filter.state = self._state.currentData() or _ALL
        self._filter.group = self._group.currentData() or _ALL
        self._filter.invalidate()

    def _tell(self) -> None:
        if not self._quiet:
            self.selected.emit(self.selection())

    def _row_at(self, index: QModelIndex) -> Row:
        return self.model.row(self._filter.mapToSource(index).row())

    def _id_at(self, index: QModelIndex) -> str:
        return self._row_at(index).label.id
