"""The grid of findings as a table: one row a muscle, one column a finding."""

from __future__ import annotations

from PySide6.QtCore import QPoint, Qt, Signal
from PySide6.QtWidgets import (
    QAbstractItemView,
    QHeaderView,
    QMenu,
    QTableWidget,
    QTableWidgetItem,
    QWidget,
)

from emgview.findings import CellState, Grid, GridCell, GridColumn, GridRow
from emgview.findings.table import seconds_text, sites_text

_FIXED = ("Muscle", "Region", "Rest watched")
_ORIGINAL = "✎"
_CLICK = "Click: to the potentials behind it, one by one"
_SHORT = {"not examined": "–", "not assessable": "n. a."}


class FindingsGrid(QTableWidget):
    """Short marks with the number that counts; the words are in the tooltip and below the table.

    Signals
    -------
    itemWanted(str)
        Id of a label behind the clicked number.
    chosen()
        Another cell is the current one.
    changeWanted()
    """

    itemWanted = Signal(str)  # noqa: N815 - Qt's way to name signals
    chosen = Signal()
    changeWanted = Signal()  # noqa: N815

    def __init__(self, parent: QWidget | None = None) -> None:
        super().__init__(parent)
        self.setEditTriggers(QAbstractItemView.EditTrigger.NoEditTriggers)
        self.setSelectionMode(QAbstractItemView.SelectionMode.SingleSelection)
        self.setAlternatingRowColors(True)
        self.verticalHeader().hide()
        self.setAccessibleName("Findings")
        self.rows: tuple[GridRow, ...] = ()
        self._columns: tuple[GridColumn, ...] = ()
        self._last: tuple[int, int, int] = (-1, -1, 0)
        self.cellClicked.connect(self._go)
        self.currentCellChanged.connect(lambda *_: self.chosen.emit())
        self.setContextMenuPolicy(Qt.ContextMenuPolicy.CustomContextMenu)
        self.customContextMenuRequested.connect(self._menu)

    def show_grid(self, grid: Grid | None) -> None:
        """Show a grid; None for none. The current cell stays, and so do rows that are the same."""
        place = (self.currentRow(), self.currentColumn())
        before, self.rows = self.rows, grid.rows if grid else ()
        columns = grid.columns if grid else ()
        if grid is None or columns != self._columns or len(before) != len(self.rows):
            before = ()
            self._columns = columns
            self._shape(grid)
        changed = [r for r, row in enumerate(self.rows) if not before or row is not before[r]]
        for r in changed:
            self._fill(r, self.rows[r])
        if self.rows and not before:
            self._fit()
        if 0 <= place[0] < len(self.rows) and place != (self.currentRow(), self.currentColumn()):
            self.setCurrentCell(*place)

    def _shape(self, grid: Grid | None) -> None:
        """Rows and columns for a grid, with their headers."""
        self.setColumnCount(len(_FIXED) + len(self._columns) if grid else 0)
        self.setRowCount(len(self.rows))
        if grid is None:
            return
        self.setHorizontalHeaderLabels([*_FIXED, *(column.short for column in self._columns)])
        for c, column in enumerate(self._columns, start=len(_FIXED)):
            header = self.horizontalHeaderItem(c)
            if header is not None:
                header.setToolTip(f"{column.title}\n{column.source}")

    def _fit(self) -> None:
        header = self.horizontalHeader()
        header.setSectionResizeMode(QHeaderView.ResizeMode.ResizeToContents)
        header.setSectionResizeMode(0, QHeaderView.ResizeMode.Interactive)
        header.setDefaultAlignment(Qt.AlignmentFlag.AlignLeft | Qt.AlignmentFlag.AlignVCenter)
        self.resizeColumnToContents(0)
        self.resizeRowsToContents()

    def current(self) -> tuple[GridRow | None, GridColumn | None]:
        """Row and column of the chosen cell; None where none of the findings is chosen."""
        r, c = self.currentRow(), self.currentColumn() - len(_FIXED)
        row = self.rows[r] if 0 <= r < len(self.rows) else None
        column = self._columns[c] if 0 <= c < len(self._columns) else None
        return row, column

    def _fill(self, r: int, row: GridRow) -> None:
        name = f"{row.title}  ⚠" if row.cautions else row.title
        texts = (
            name,
            row.region or "not known",
            f"{seconds_text(row.rest_s)} s, {sites_text(row.sites)}",
        )
        roots = " ".join(row.roots)
        tips = (f"{row.nerve}; {roots}", "", "\n".join(row.cautions))
        for c, (text, tip) in enumerate(zip(texts, tips, strict=True)):
            self._put(r, c, text, tip, bold=False)
        for c, column in enumerate(self._columns, start=len(_FIXED)):
            cell = row.cell(column.id)
            tip = f"{cell.words}\n{_CLICK}" if cell.item_ids else cell.words
            self._put(r, c, short(cell), tip, bold=row.is_abnormal(column.id))

    def _put(self, r: int, c: int, text: str, tip: str, *, bold: bool) -> None:
        """Text, tip and weight into a cell, as far as they are others."""
        item = self.item(r, c)
        if item is None:
            item = QTableWidgetItem()
            item.setTextAlignment(Qt.AlignmentFlag.AlignLeft | Qt.AlignmentFlag.AlignVCenter)
            self.setItem(r, c, item)
        if item.text() != text:
            item.setText(text)
        if item.toolTip() != tip:
            item.setToolTip(tip)
        font = item.font()
        if font.bold() != bold:
            font.setBold(bold)
            item.setFont(font)

    def _go(self, r: int, c: int) -> None:
        """The next label behind a number each time it is clicked."""
        _, column = self.current()
        if column is None:
            return
        ids = self.rows[r].cell(column.id).item_ids
        if not ids:
            return
        n = self._last[2] + 1 if self._last[:2] == (r, c) else 0
        self._last = (r, c, n)
        self.itemWanted.emit(ids[n % len(ids)])

    def _menu(self, where: QPoint) -> None:
        if self.itemAt(where) is None or self.current()[1] is None:
            return
        menu = QMenu(self)
        menu.addAction("&Change cell …").triggered.connect(self.changeWanted)
        menu.aboutToHide.connect(menu.deleteLater)
        menu.popup(self.viewport().mapToGlobal(where))


def short(cell: GridCell) -> str:
    """A cell in a few characters: the value, the number that counts, and whether it was changed."""
    text = _SHORT.get(cell.mark, cell.mark)
    rate, count = cell.numbers.get("rate_per_min"), cell.numbers.get("count")
    if cell.state is CellState.OBSERVED and rate is not None:
        text += f"  {rate:g}/min" if isinstance(rate, float | int) else ""
    elif cell.state is CellState.OBSERVED and count is not None:
        text += f"  {count}"
    elif cell.state is CellState.ABSENT and "watched_s" in cell.numbers:
        text += f"  {cell.numbers['watched_s']:g} s"
    return f"{_ORIGINAL} {text}" if cell.override is not None else text
