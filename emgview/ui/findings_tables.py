"""Two tables beside the grid: findings by region and root, and the statements of the rules."""

from __future__ import annotations

from collections.abc import Sequence

from PySide6.QtCore import Qt
from PySide6.QtWidgets import (
    QAbstractItemView,
    QHeaderView,
    QTableWidget,
    QTableWidgetItem,
    QWidget,
)

from emgview.findings import Grid, Outcome, Statement
from emgview.findings.body import by_region_and_root, load_body

_SIGNS = {Outcome.SUPPORTED: "●", Outcome.NOT_SUPPORTED: "○", Outcome.INSUFFICIENT: "?"}
_LEFT = Qt.AlignmentFlag.AlignLeft | Qt.AlignmentFlag.AlignVCenter


class _Table(QTableWidget):
    def __init__(self, name: str, parent: QWidget | None = None) -> None:
        super().__init__(parent)
        self.setEditTriggers(QAbstractItemView.EditTrigger.NoEditTriggers)
        self.setSelectionBehavior(QAbstractItemView.SelectionBehavior.SelectRows)
        self.setAlternatingRowColors(True)
        self.setWordWrap(True)
        self.verticalHeader().hide()
        self.setAccessibleName(name)

    def fill(self, headers: Sequence[str], rows: Sequence[Sequence[str]], stretch: int) -> None:
        """Texts into cells; one column takes the room that is left. Cells that are equal stay."""
        shape = (self.rowCount(), self.columnCount())
        is_new = shape != (len(rows), len(headers))
        if is_new:
            self.setColumnCount(len(headers))
            self.setHorizontalHeaderLabels(list(headers))
            self.setRowCount(len(rows))
        changed = [self._put(r, c, t) for r, row in enumerate(rows) for c, t in enumerate(row)]
        if is_new:
            header = self.horizontalHeader()
            header.setDefaultAlignment(_LEFT)
            header.setSectionResizeMode(QHeaderView.ResizeMode.ResizeToContents)
            header.setSectionResizeMode(stretch, QHeaderView.ResizeMode.Stretch)
        if is_new or any(changed):
            self.resizeRowsToContents()

    def _put(self, r: int, c: int, text: str) -> bool:
        """The text into a cell; False where it is there already."""
        item = self.item(r, c)
        if item is None:
            item = QTableWidgetItem()
            item.setTextAlignment(_LEFT)
            self.setItem(r, c, item)
        elif item.text() == text:
            return False
        item.setText(text)
        return True


class RegionTable(_Table):
    """In how many muscles of each region and root what was found, of those where it can be said."""

    def __init__(self, parent: QWidget | None = None) -> None:
        super().__init__("Findings by region and root", parent)

    def show_grid(self, grid: Grid | None) -> None:
        """Show a grid; None for none."""
        kinds = load_body().kind
        headers = [
            "Region",
            "Root",
            "Muscles",
            *(f"{k.letter}  {k.title.split(',')[0]}" for k in kinds),
        ]
        rows = []
        for line in by_region_and_root(grid) if grid else ():
            name = line.region.capitalize() if not line.root else ""
            muscles = str(line.muscles) if line.muscles else "none"
            bars = [_bar(n, of) for _, n, of in line.found]
            rows.append([name, line.root, muscles, *bars])
        self.fill(headers, rows, len(headers) - 1)


def _bar(n: int, of: int) -> str:
    """``n`` of so many, as squares and as a number; a dash where nothing was examined."""
    if not of:
        return "–"
    return f"{'■' * n}{'□' * (of - n)}  {n} of {of}" if of <= 12 else f"{n} of {of}"


class RuleList(_Table):
    """All rules with something to say, each with what led there and what is missing."""

    def __init__(self, parent: QWidget | None = None) -> None:
        super().__init__("Rules", parent)
        self._found: tuple[Statement, ...] = ()

    def show_statements(self, found: Sequence[Statement]) -> None:
        """Show statements: those of the study first, muscle by muscle after them."""
        ordered = sorted(found, key=lambda s: (bool(s.subject), not s.told))
        self._found = tuple(ordered)
        rows = [
            [s.rule_id, f"{_SIGNS[s.outcome]}  {s.outcome.value.replace('_', ' ')}", s.text]
            for s in ordered
        ]
        self.fill(["Rule", "Outcome", "Statement"], rows, 2)
        for r, said in enumerate(ordered):
            tip = _why(said)
            for c in range(3):
                item = self.item(r, c)
                if item is not None:
                    item.setToolTip(tip)


def _why(said: Statement) -> str:
    parts = [said.title]
    if said.inputs:
        parts.append(f"From: {'; '.join(said.inputs)}")
    if said.missing:
        parts.append(f"Missing: {'; '.join(said.missing)}")
    return "\n".join(parts)
