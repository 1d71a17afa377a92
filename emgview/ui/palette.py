"""All commands behind one field: type a few letters, Return carries out."""

from __future__ import annotations

from collections.abc import Callable, Mapping

from PySide6.QtCore import QEvent, QObject, Qt
from PySide6.QtGui import QAction, QKeyEvent
from PySide6.QtWidgets import QDialog, QLineEdit, QListWidget, QListWidgetItem, QVBoxLayout, QWidget

from emgview.ui.commands import Command
from emgview.ui.palette_match import matches, plain_title

_NEEDS_WORDS = {
    "study": "open a study first",
    "recording": "open a recording first",
    "item": "select an item first",
    "writable": "the study cannot be changed",
    "undo": "nothing to undo",
    "redo": "nothing to do again",
    "work": "nothing is running",
}
_MOST_RECENT = 10
_SIZE = (620, 420)


class Palette(QDialog):
    """Searches the command table; what cannot be done now is shown with the reason.

    Parameters
    ----------
    commands : tuple of Command
    actions : dict
        Action of each command: whether it can be done, and its keys.
    recent : list of str
        Ids used lately, the newest first; kept up here.
    reasons : mapping, optional
        What to say where a command cannot be carried out, by what it needs.
    """

    def __init__(
        self,
        commands: tuple[Command, ...],
        actions: dict[str, QAction],
        recent: list[str],
        run: Callable[[str], None],
        parent: QWidget,
        reasons: Mapping[str, str] | None = None,
    ) -> None:
        super().__init__(parent)
        self.setWindowTitle("Commands")
        self._commands, self._actions, self._recent, self._run = commands, actions, recent, run
        self._reasons = _NEEDS_WORDS if reasons is None else reasons
        self._field = QLineEdit()
        self._field.setPlaceholderText("Type a command")
        self._field.setAccessibleName("Command")
        self._field.setClearButtonEnabled(True)
        self._list = QListWidget()
        self._list.setAccessibleName("Commands that fit")
        self._list.setFocusPolicy(Qt.FocusPolicy.NoFocus)
        box = QVBoxLayout(self)
        box.addWidget(self._field)
        box.addWidget(self._list)
        self._field.textChanged.connect(self._fill)
        self._field.installEventFilter(self)
        self._list.itemActivated.connect(lambda _: self._carry_out())
        self._list.itemClicked.connect(lambda _: self._carry_out())
        self.resize(*_SIZE)
        self._fill("")

    def eventFilter(self, watched: QObject, event: QEvent) -> bool:
        """Arrows move in the list while the field keeps the focus; Return carries out."""
        if event.type() == QEvent.Type.KeyPress and isinstance(event, QKeyEvent):
            steps = {Qt.Key.Key_Down: 1, Qt.Key.Key_Up: -1}
            far = {Qt.Key.Key_PageDown: 10, Qt.Key.Key_PageUp: -10}
            by = (steps | far).get(Qt.Key(event.key()))
            if by is not None and self._list.count():
                row = min(max(self._list.currentRow() + by, 0), self._list.count() - 1)
                self._list.setCurrentRow(row)
                return True
            if event.key() in (Qt.Key.Key_Return, Qt.Key.Key_Enter):
                self._carry_out()
                return True
        return super().eventFilter(watched, event)

    def _fill(self, text: str) -> None:
        self._list.clear()
        for command in matches(text, self._commands, self._recent):
            action = self._actions[command.id]
            keys = action.shortcut().toString()
            words = f"{command.menu.replace('&', '')} › {plain_title(command)}"
            item = QListWidgetItem(f"{words}    {keys}" if keys else words)
            item.setData(Qt.ItemDataRole.UserRole, command.id)
            item.setToolTip(command.tip)
            if not action.isEnabled():
                item.setText(f"{item.text()}    — {self._reasons.get(command.needs, 'not now')}")
                item.setFlags(item.flags() & ~Qt.ItemFlag.ItemIsEnabled)
            self._list.addItem(item)
        self._list.setCurrentRow(0)

    def _carry_out(self) -> None:
        item = self._list.currentItem()
        if item is None or not item.flags() & Qt.ItemFlag.ItemIsEnabled:
            return
        command = str(item.data(Qt.ItemDataRole.UserRole))
        self._recent[:] = [command, *(c for c in self._recent if c != command)][:_MOST_RECENT]
        self.accept()
        self._run(command)
