"""Dialogs of the record: the history as a list of names, and the answers of an audit."""

from __future__ import annotations

from collections.abc import Sequence
from html import escape

from PySide6.QtCore import QSize, Qt, Signal
from PySide6.QtWidgets import (
    QDialog,
    QDialogButtonBox,
    QLabel,
    QListWidget,
    QListWidgetItem,
    QPushButton,
    QVBoxLayout,
    QWidget,
)

from emgview.review import Step
from emgview.session.auditing import Audit
from emgview.ui.small_dialogs import SIGNS

_STEPS = Qt.ItemDataRole.UserRole
_PAD_PX = 5


class HistoryDialog(QDialog):
    """All changes by name: what undo takes back, and above it what redo does again.

    Signals
    -------
    wanted(int)
        So many steps back; forward if negative.
    """

    wanted = Signal(int)

    def __init__(
        self, done: Sequence[Step], undone: Sequence[Step], parent: QWidget | None = None
    ) -> None:
        super().__init__(parent)
        self.setWindowTitle("History")
        self._list = QListWidget()
        self._list.setAccessibleName("Changes, newest first")
        for n in range(len(undone), 0, -1):
            self._add(f"↷ taken back: {_text(undone[n - 1])}", -n)
        for n, step in enumerate(done):
            self._add(_text(step), n)
        self._add("Nothing decided yet", len(done))
        self._list.currentItemChanged.connect(self._mirror)
        self._go = QPushButton()
        self._go.clicked.connect(self._tell)
        buttons = QDialogButtonBox(QDialogButtonBox.StandardButton.Close)
        buttons.addButton(self._go, QDialogButtonBox.ButtonRole.ActionRole)
        buttons.rejected.connect(self.reject)
        box = QVBoxLayout(self)
        box.addWidget(QLabel("Choose a change; the study goes back to the state right after it."))
        box.addWidget(self._list, 1)
        box.addWidget(buttons)
        self.resize(620, 460)
        self._writable = True
        self._list.setCurrentRow(len(undone) if done else 0)
        self._mirror()

    def set_writable(self, *, on: bool) -> None:
        """Whether anything may be taken back."""
        self._writable = on
        self._mirror()

    @property
    def list(self) -> QListWidget:
        """The list, newest change first."""
        return self._list

    def choose(self) -> None:
        """Go to the change that is chosen."""
        self._go.click()

    def _add(self, text: str, steps: int) -> None:
        item = QListWidgetItem(text)
        item.setData(_STEPS, steps)
        item.setSizeHint(QSize(0, self.fontMetrics().height() + 2 * _PAD_PX))
        self._list.addItem(item)

    def _steps(self) -> int:
        item = self._list.currentItem()
        return int(item.data(_STEPS)) if item is not None else 0

    def _mirror(self) -> None:
        steps = self._steps()
        words = f"&Take back {steps}" if steps > 0 else f"&Do {-steps} again"
        self._go.setText(words if steps else "&Take back")
        self._go.setEnabled(bool(steps) and self._writable)

    def _tell(self) -> None:
        self.wanted.emit(self._steps())
        self.accept()


def _text(step: Step) -> str:
    when = step.at[:19].replace("T", " ")
    return f"{when} UTC   {step.text}   ({step.by})" if when else step.text


class AuditDialog(QDialog):
    """The answers of an audit, each for itself."""

    def __init__(self, found: Audit, parent: QWidget | None = None) -> None:
        super().__init__(parent)
        self.setWindowTitle("Check of the log")
        head = (
            f"{found.n_rows} rows were read; nothing speaks against them."
            if found.ok
            else "The log does not verify: it was changed by other means than this program."
        )
        rows = "".join(
            f"<tr><td><b>{SIGNS[answer.status]}</b>&nbsp;</td>"
            f"<td><b>{escape(answer.name.capitalize())}</b>&nbsp;&nbsp;</td>"
            f"<td>{escape(answer.text)}</td></tr>"
            for answer in found.answers
        )
        note = "The log is tamper-evident: changes show. They cannot be prevented."
        label = QLabel(f"<p><b>{head}</b></p><table cellspacing='6'>{rows}</table><p>{note}</p>")
        label.setWordWrap(True)
        label.setTextInteractionFlags(Qt.TextInteractionFlag.TextSelectableByMouse)
        self.text = label
        buttons = QDialogButtonBox(QDialogButtonBox.StandardButton.Close)
        buttons.rejected.connect(self.reject)
        box = QVBoxLayout(self)
        box.addWidget(label, 1)
        box.addWidget(buttons)
        self.setMinimumWidth(640)
