"""Findings muscle by muscle, and what the rules say of them."""

from __future__ import annotations

from PySide6.QtCore import Qt, Signal
from PySide6.QtWidgets import (
    QAbstractItemView,
    QHeaderView,
    QLabel,
    QTableWidget,
    QTableWidgetItem,
    QVBoxLayout,
    QWidget,
)

from emgview.findings import FindingsRow, FindingsTable, Observed, Statement, cell_text
from emgview.model import Side

_SIDE = {Side.LEFT: "left", Side.RIGHT: "right", Side.MIDLINE: "", Side.NOT_STATED: ""}
_FIXED = ("Muscle", "Rest watched")


class FindingsPanel(QWidget):
    """Table of findings; a double click on a number goes to the potentials behind it.

    Signals
    -------
    itemWanted(str)
        Id of the first label behind a number.
    """

    itemWanted = Signal(str)  # noqa: N815 - Qt's way to name signals

    def __init__(self, parent: QWidget | None = None) -> None:
        super().__init__(parent)
        self._table = QTableWidget()
        self._table.setEditTriggers(QAbstractItemView.EditTrigger.NoEditTriggers)
        self._table.setWordWrap(True)
        self._table.setAlternatingRowColors(True)
        self._table.verticalHeader().hide()
        self._table.setAccessibleName("Findings")
        self._table.cellDoubleClicked.connect(self._go)
        self._table.currentCellChanged.connect(lambda row, *_: self._show_cautions(row))
        self._rows: tuple[FindingsRow, ...] = ()
        self._cautions = QLabel()
        self._cautions.setObjectName("warning")
        self._cautions.setWordWrap(True)
        self._cautions.setTextInteractionFlags(Qt.TextInteractionFlag.TextSelectableByMouse)
        self._said = QLabel()
        self._said.setWordWrap(True)
        self._said.setTextInteractionFlags(Qt.TextInteractionFlag.TextSelectableByMouse)
        box = QVBoxLayout(self)
        box.setContentsMargins(6, 6, 6, 6)
        box.addWidget(self._table, 1)
        box.addWidget(self._cautions)
        box.addWidget(self._said)

    def show_findings(self, table: FindingsTable | None, statements: tuple[Statement, ...]) -> None:
        """Show a table; None for none."""
        self._said.setText("\n".join(s.text for s in statements if not s.subject))
        self._said.setVisible(bool(self._said.text()))
        self._rows = tuple(table.rows) if table is not None else ()
        if table is None:
            self._table.setRowCount(0)
            self._show_cautions(-1)
            return
        headers = [*_FIXED, *(column.title for column in table.columns)]
        self._table.setColumnCount(len(headers))
        self._table.setHorizontalHeaderLabels(headers)
        self._table.setRowCount(len(table.rows))
        for r, row in enumerate(table.rows):
            self._fill(r, row)
        header = self._table.horizontalHeader()
        header.setSectionResizeMode(QHeaderView.ResizeMode.Stretch)
        header.setDefaultAlignment(Qt.AlignmentFlag.AlignLeft | Qt.AlignmentFlag.AlignVCenter)
        self._table.resizeRowsToContents()
        self._show_cautions(max(self._table.currentRow(), 0))

    def _show_cautions(self, number: int) -> None:
        """What must be known of a muscle beside its numbers: of the chosen row, else the first."""
        row = self._rows[number] if 0 <= number < len(self._rows) else None
        words = "; ".join(row.cautions) if row is not None else ""
        self._cautions.setText(f"⚠ {_title(row)}: {words}" if row is not None and words else "")
        self._cautions.setVisible(bool(words))

    def _fill(self, r: int, row: FindingsRow) -> None:
        name = f"{_title(row)}  ⚠" if row.cautions else _title(row)
        texts = [
            name,
            f"{row.watched_rest_s:.1f} s, {row.sites} {'site' if row.sites == 1 else 'sites'}",
        ]
        for c, text in enumerate(texts):
            self._table.setItem(r, c, _cell(text, "\n".join(row.cautions)))
        for c, (_, cell) in enumerate(row.cells, start=len(texts)):
            item = _cell(cell_text(cell), "")
            if isinstance(cell, Observed):
                font = item.font()
                font.setBold(True)
                item.setFont(font)
                item.setData(Qt.ItemDataRole.UserRole, cell.item_ids)
                item.setToolTip("Double click: go to the potentials behind this number")
            self._table.setItem(r, c, item)

    def _go(self, row: int, column: int) -> None:
        item = self._table.item(row, column)
        ids = item.data(Qt.ItemDataRole.UserRole) if item is not None else None
        if ids:
            self.itemWanted.emit(ids[0])


def _title(row: FindingsRow) -> str:
    return f"{row.name} {_SIDE[row.side]}".strip()


def _cell(text: str, tip: str) -> QTableWidgetItem:
    item = QTableWidgetItem(text)
    item.setTextAlignment(Qt.AlignmentFlag.AlignLeft | Qt.AlignmentFlag.AlignVCenter)
    if tip:
        item.setToolTip(tip)
    return item
