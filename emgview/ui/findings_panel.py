"""Findings: the grid, the body, regions and roots, and what the rules say of them."""

from __future__ import annotations

from PySide6.QtCore import Qt, Signal
from PySide6.QtWidgets import QHBoxLayout, QLabel, QPushButton, QTabWidget, QVBoxLayout, QWidget

from emgview.findings import GridRow
from emgview.session.examining import Examination
from emgview.ui.body_view import BodyView
from emgview.ui.findings_grid import FindingsGrid
from emgview.ui.findings_tables import RegionTable, RuleList
from emgview.ui.veil import Veil

TABS = ("Grid", "Body", "Regions and roots", "Rules")


class FindingsPanel(QWidget):
    """Four views of one examination; a click on a number goes to the potentials behind it.

    Signals
    -------
    itemWanted(str)
        Id of a label behind a number; further clicks give the next ones.
    changeWanted(), enterWanted()
        The reader wants to change the chosen cell; to enter what the clinician knows.
    """

    itemWanted = Signal(str)  # noqa: N815 - Qt's way to name signals
    changeWanted = Signal()  # noqa: N815
    enterWanted = Signal()  # noqa: N815

    def __init__(self, parent: QWidget | None = None) -> None:
        super().__init__(parent)
        self.grid, self.body = FindingsGrid(), BodyView()
        self.regions, self.rules = RegionTable(), RuleList()
        self._tabs = QTabWidget()
        self._tabs.setDocumentMode(True)
        pages: tuple[QWidget, ...] = (self.grid, self.body, self.regions, self.rules)
        for title, page in zip(TABS, pages, strict=True):
            self._tabs.addTab(page, title)
        self._cautions, self._cell = _line("warning"), _line("")
        pages_holder = self.grid.parentWidget() or self._tabs  # other tabs can still be chosen
        self._veils = (
            Veil(pages_holder),
            *(Veil(line, is_told=False) for line in (self._cautions, self._cell)),
        )
        self._change = QPushButton("Change cell …")
        self._change.setToolTip("Put your own word in the place of the chosen cell, with a reason")
        self._enter = QPushButton("Clinical entries …")
        self._enter.setToolTip("Signs, nerve conduction, history: what the rules need to know")
        self._place()
        self.grid.itemWanted.connect(self.itemWanted)
        self.grid.chosen.connect(self._show_cell)
        self.grid.changeWanted.connect(self.changeWanted)
        self._change.clicked.connect(self.changeWanted)
        self._enter.clicked.connect(self.enterWanted)
        self._tabs.currentChanged.connect(self._show_cell)
        self.show_examination(None)

    def _place(self) -> None:
        side = QVBoxLayout()
        side.addWidget(self._enter)
        side.addWidget(self._change)
        side.addStretch(1)
        top = QHBoxLayout()
        top.addWidget(self._tabs, 1)
        top.addLayout(side)
        box = QVBoxLayout(self)
        box.setContentsMargins(6, 2, 6, 4)
        box.addLayout(top, 1)
        box.addWidget(self._cell)
        box.addWidget(self._cautions)

    @property
    def is_waiting(self) -> bool:
        """Whether what is shown is older than the last decision."""
        return self._veils[0].is_on

    def show_waiting(self) -> None:
        """A change came: grey what is shown until its findings are here."""
        self._cover(on=True)

    def show_examination(self, seen: Examination | None, *, writable: bool = True) -> None:
        """Show an examination; None for none."""
        self.grid.show_grid(seen.grid if seen else None)
        self.body.show_grid(seen.grid if seen else None)
        self.regions.show_grid(seen.grid if seen else None)
        self.rules.show_statements(seen.statements if seen else ())
        self._cover(on=False)
        self._enter.setEnabled(seen is not None and writable)
        self._change.setEnabled(seen is not None and writable)
        self._show_cell()

    def _cover(self, *, on: bool) -> None:
        for veil in self._veils:
            veil.put(on=on)

    def show_tab(self, number: int) -> None:
        """Bring one of the views to the front."""
        self._tabs.setCurrentIndex(number)

    def _show_cell(self) -> None:
        """The chosen cell in full, and what must be known of its muscle; else of the first."""
        row, column = self.grid.current()
        is_grid, words = self._tabs.currentIndex() == 0, ""
        if row is not None and column is not None:
            words = f"{row.title}, {column.title}: {row.cell(column.id).words}"
        _fill(self._cell, words if is_grid else "")
        first = row or (self.grid.rows[0] if self.grid.rows else None)
        _fill(self._cautions, _cautions(first) if is_grid else "")


def _cautions(row: GridRow | None) -> str:
    return f"⚠ {row.title}: {'; '.join(row.cautions)}" if row and row.cautions else ""


def _line(name: str) -> QLabel:
    label = QLabel()
    label.setObjectName(name)
    label.setWordWrap(True)
    label.setTextInteractionFlags(Qt.TextInteractionFlag.TextSelectableByMouse)
    return label


def _fill(label: QLabel, words: str) -> None:
    label.setText(words)
    label.setVisible(bool(words))
