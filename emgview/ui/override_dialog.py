"""The reader's word in the place of a cell."""

from __future__ import annotations

from PySide6.QtWidgets import (
    QComboBox,
    QDialog,
    QDialogButtonBox,
    QFormLayout,
    QLabel,
    QLineEdit,
    QPushButton,
    QVBoxLayout,
    QWidget,
)

from emgview.findings import CellState, GridColumn, GridRow, Override, values_to_choose
from emgview.session.intents import ClearOverride, OverrideCell


class OverrideDialog(QDialog):
    """What the cell shall say, and why; what was found stays beside it.

    ``cleared`` is True when the reader asked for the cell as found.
    """

    def __init__(self, row: GridRow, column: GridColumn, parent: QWidget | None = None) -> None:
        super().__init__(parent)
        self._row, self._column = row, column
        self.cleared = False
        self.setWindowTitle(f"{row.title}: {column.title}")
        cell = row.cell(column.id)
        found = cell.original or cell
        self._choice = QComboBox()
        for value in values_to_choose(column):
            self._choice.addItem(value, (CellState.OBSERVED, value))
        if column.kind == "counted":
            self._choice.addItem("absent", (CellState.ABSENT, ""))
        self._choice.addItem("not examined", (CellState.NOT_EXAMINED, ""))
        self._choice.addItem("not assessable", (CellState.NOT_ASSESSABLE, ""))
        said = cell.override
        if said is not None:
            self._choice.setCurrentIndex(_place_of(self._choice, said))
        self._reason = QLineEdit(cell.override.reason if cell.override else "")
        self._reason.setPlaceholderText("Always needed; stands in the report beside the cell")
        shown = QLabel(found.text)
        shown.setWordWrap(True)
        form = QFormLayout()
        form.addRow("Found", shown)
        form.addRow("&Finding", self._choice)
        form.addRow("&Reason", self._reason)
        box = QVBoxLayout(self)
        box.addLayout(form)
        box.addWidget(self._buttons(changed=cell.override is not None))
        self.setMinimumWidth(460)

    def _buttons(self, *, changed: bool) -> QDialogButtonBox:
        kind = QDialogButtonBox.StandardButton
        buttons = QDialogButtonBox(kind.Ok | kind.Cancel)
        ok = buttons.button(kind.Ok)
        ok.setEnabled(bool(self._reason.text().strip()))
        self._reason.textChanged.connect(lambda text: ok.setEnabled(bool(text.strip())))
        clear = QPushButton("&As found")
        clear.setToolTip("Take your word back")
        clear.setEnabled(changed)
        clear.clicked.connect(self._clear)
        buttons.addButton(clear, QDialogButtonBox.ButtonRole.ResetRole)
        buttons.accepted.connect(self.accept)
        buttons.rejected.connect(self.reject)
        return buttons

    def _clear(self) -> None:
        self.cleared = True
        self.accept()

    def choose(self, words: str, reason: str) -> None:
        """Fill the dialog in."""
        self._choice.setCurrentText(words)
        self._reason.setText(reason)

    def intent(self) -> OverrideCell | ClearOverride:
        """What the reader wants."""
        row, column = self._row, self._column.id
        if self.cleared:
            return ClearOverride(row.muscle, row.side, column, self._reason.text().strip())
        state, value = self._choice.currentData()
        reason = self._reason.text().strip()
        return OverrideCell(row.muscle, row.side, column, str(state), value, reason)


def _place_of(choice: QComboBox, said: Override) -> int:
    """Where the reader's earlier word stands in the list."""
    words = said.value or said.state.value.replace("_", " ")
    return max(0, choice.findText(words))
