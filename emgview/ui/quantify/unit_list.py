"""All units of a muscle, one a row: state in sign and word, and its main numbers."""

from __future__ import annotations

from collections.abc import Sequence

from PySide6.QtCore import Qt, Signal
from PySide6.QtGui import QFont
from PySide6.QtWidgets import QAbstractItemView, QHeaderView, QTableWidget, QTableWidgetItem

from emgview.session.motor_units import ShownUnit
from emgview.session.unit_sample import QUANTITIES

_SHOWN = ("n", "rate_hz", "amplitude_uv", "duration_ms", "phases")
_HEADS = ("Unit", "State", "n", "Hz", "µV", "ms", "Ph.")
_SIGNS = {True: "✓", False: "✕"}


class UnitList(QTableWidget):
    """Rows in the order of stretches; the machine's proposals are told from decisions.

    Signals
    -------
    chosen(object)
        The :class:`ShownUnit` of another row, or None.
    """

    chosen = Signal(object)

    def __init__(self) -> None:
        super().__init__(0, len(_HEADS))
        self.setHorizontalHeaderLabels(_HEADS)
        self.verticalHeader().hide()
        self.setSelectionBehavior(QAbstractItemView.SelectionBehavior.SelectRows)
        self.setSelectionMode(QAbstractItemView.SelectionMode.SingleSelection)
        self.setEditTriggers(QAbstractItemView.EditTrigger.NoEditTriggers)
        self.setAccessibleName("Motor units")
        head = self.horizontalHeader()
        head.setSectionResizeMode(QHeaderView.ResizeMode.ResizeToContents)
        head.setSectionResizeMode(len(_HEADS) - 1, QHeaderView.ResizeMode.Stretch)
        self._units: tuple[ShownUnit, ...] = ()
        self.currentCellChanged.connect(self._changed)

    @property
    def units(self) -> tuple[ShownUnit, ...]:
        """All rows."""
        return self._units

    @property
    def current(self) -> ShownUnit | None:
        """The chosen unit."""
        row = self.currentRow()
        return self._units[row] if 0 <= row < len(self._units) else None

    def show_units(self, units: Sequence[ShownUnit], marked: object = None) -> None:
        """Other rows; the chosen unit stays chosen, else its place."""
        before, row = self.current, self.currentRow()
        self.blockSignals(True)
        self._units = tuple(units)
        self.setRowCount(len(units))
        for k, one in enumerate(units):
            self._fill(k, one, marked=one.identity == marked)
        same = [k for k, one in enumerate(units) if before and one.identity == before.identity]
        at = same[0] if same else min(max(row, 0), len(units) - 1)
        self.setCurrentCell(at, 0)
        self.blockSignals(False)
        self.chosen.emit(self.current)

    def step(self, rows: int) -> None:
        """Go up or down."""
        if self._units:
            self.setCurrentCell(min(max(self.currentRow() + rows, 0), len(self._units) - 1), 0)

    def _fill(self, row: int, one: ShownUnit, *, marked: bool) -> None:
        known = {q.id: q for q in QUANTITIES}
        sign = (
            _SIGNS[one.accepted] if one.said.accepted is not None else f"({_SIGNS[one.accepted]})"
        )
        name = f"{one.name} ●" if marked else one.name
        texts = [name, f"{sign} {'yes' if one.accepted else 'no'}"]
        texts += [known[q].text(known[q].of(one)) for q in _SHOWN]
        why = "; ".join(one.machine.rejected)
        tip = one.state_words() + (f": {why}" if why and one.said.accepted is None else "")
        for column, text in enumerate(texts):
            item = QTableWidgetItem(text)
            item.setToolTip(tip)
            if column > 1:
                item.setTextAlignment(Qt.AlignmentFlag.AlignRight | Qt.AlignmentFlag.AlignVCenter)
            if one.said.accepted is not None:
                font = QFont(self.font())
                font.setBold(True)
                item.setFont(font)
            self.setItem(row, column, item)

    def _changed(self, row: int, _column: int, before: int, _before_column: int) -> None:
        if row != before:
            self.chosen.emit(self.current)
