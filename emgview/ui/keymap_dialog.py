"""Keys of every command, to be changed; a key that another command has is refused."""

from __future__ import annotations

from collections.abc import Callable
from pathlib import Path

from PySide6.QtCore import Qt
from PySide6.QtGui import QKeySequence
from PySide6.QtWidgets import (
    QDialog,
    QFileDialog,
    QHBoxLayout,
    QHeaderView,
    QKeySequenceEdit,
    QLabel,
    QLineEdit,
    QPushButton,
    QTreeWidget,
    QTreeWidgetItem,
    QVBoxLayout,
    QWidget,
)

from emgview.errors import EmgviewError
from emgview.session.keymap import Keys, changed_with, effective, read_keymap, write_keymap
from emgview.ui.commands import Command
from emgview.ui.palette_match import matches, plain_title

_SIZE = (760, 620)
_KINDS = "Keymap (*.json)"


class KeymapDialog(QDialog):
    """Shows and changes keys; each change takes effect at once.

    Parameters
    ----------
    changed : dict
        What differs from the program's own keys.
    apply : callable (dict)
        Takes the changes.
    """

    def __init__(
        self,
        commands: tuple[Command, ...],
        changed: dict[str, Keys],
        apply: Callable[[dict[str, Keys]], None],
        parent: QWidget,
    ) -> None:
        super().__init__(parent)
        self.setWindowTitle("Keys")
        self._commands = {command.id: command for command in commands}
        self._table = {command.id: command.keys for command in commands}
        self._changed, self._apply = dict(changed), apply
        self._search = QLineEdit()
        self._search.setPlaceholderText("Search")
        self._search.setAccessibleName("Search commands")
        self._tree = QTreeWidget()
        self._tree.setHeaderLabels(["Command", "Keys", "What it does"])
        self._tree.setRootIsDecorated(False)
        self._tree.header().setSectionResizeMode(0, QHeaderView.ResizeMode.ResizeToContents)
        self._tree.setAccessibleName("Commands and keys")
        self._edit = QKeySequenceEdit()
        self._edit.setMaximumSequenceLength(1)
        self._edit.setToolTip("Click here and press the key")
        self._told = QLabel()
        self._told.setWordWrap(True)
        self._told.setObjectName("warning")
        self._build()
        self._fill()
        self.resize(*_SIZE)

    def set_keys(self, command: str, keys: Keys) -> bool:
        """Give a command other keys; False, and said why, if another command has one."""
        try:
            self._changed = changed_with(self._table, self._changed, command, keys)
        except EmgviewError as error:
            self._told.setText(self._named(str(error)))
            return False
        self._told.setText("")
        self._take()
        return True

    # -- parts -------------------------------------------------------------------------------

    def _build(self) -> None:
        row = QHBoxLayout()
        row.addWidget(QLabel("New key"))
        row.addWidget(self._edit, 1)
        for title, tip, slot in (
            ("&Set", "This key instead of the present ones", lambda: self._put(more=False)),
            ("&Add", "This key beside the present ones", lambda: self._put(more=True)),
            ("&Take away", "No key", lambda: self._with_chosen(())),
            ("&Own key", "The program's own key again", self._restore_one),
        ):
            button = QPushButton(title)
            button.setToolTip(tip)
            button.setAutoDefault(False)
            button.clicked.connect(slot)
            row.addWidget(button)
        foot = QHBoxLayout()
        for title, tip, slot in (
            ("All own &keys", "Every command has the program's own keys again", self._restore_all),
            ("&Import …", "Take keys from a file", self._import),
            ("&Export …", "Save the changed keys as a file", self._export),
        ):
            button = QPushButton(title)
            button.setToolTip(tip)
            button.setAutoDefault(False)
            button.clicked.connect(slot)
            foot.addWidget(button)
        foot.addStretch(1)
        close = QPushButton("&Close")
        close.clicked.connect(self.accept)
        foot.addWidget(close)
        box = QVBoxLayout(self)
        box.addWidget(self._search)
        box.addWidget(self._tree, 1)
        box.addLayout(row)
        box.addWidget(self._told)
        box.addLayout(foot)
        self._search.textChanged.connect(lambda _: self._fill())

    def _fill(self) -> None:
        chosen = self._chosen()
        keys = effective(self._table, self._changed)
        self._tree.clear()
        for command in matches(self._search.text(), self._commands.values()):
            mark = " *" if command.id in self._changed else ""
            texts = [plain_title(command) + mark, "  ".join(keys[command.id]), command.tip]
            item = QTreeWidgetItem(texts)
            item.setData(0, Qt.ItemDataRole.UserRole, command.id)
            self._tree.addTopLevelItem(item)
            if command.id == chosen:
                self._tree.setCurrentItem(item)

    def _chosen(self) -> str:
        item = self._tree.currentItem()
        return str(item.data(0, Qt.ItemDataRole.UserRole)) if item is not None else ""

    def _put(self, *, more: bool) -> None:
        key = self._edit.keySequence().toString(QKeySequence.SequenceFormat.PortableText)
        chosen = self._chosen()
        if not key or not chosen:
            self._told.setText("Choose a command and press a key in the field first.")
            return
        present = effective(self._table, self._changed)[chosen] if more else ()
        if self.set_keys(chosen, tuple(dict.fromkeys((*present, key)))):
            self._edit.clear()

    def _with_chosen(self, keys: Keys) -> None:
        if self._chosen():
            self.set_keys(self._chosen(), keys)

    def _restore_one(self) -> None:
        chosen = self._chosen()
        if chosen:
            self.set_keys(chosen, self._table[chosen])

    def _restore_all(self) -> None:
        self._changed = {}
        self._told.setText("")
        self._take()

    def _take(self) -> None:
        self._apply(dict(self._changed))
        self._fill()

    def _import(self) -> None:
        name, _ = QFileDialog.getOpenFileName(self, "Import keys", "", _KINDS)
        if not name:
            return
        try:
            self._changed = read_keymap(Path(name), self._table)
        except EmgviewError as error:
            self._told.setText(self._named(str(error)))
            return
        self._take()

    def _export(self) -> None:
        name, _ = QFileDialog.getSaveFileName(self, "Export keys", "emgview-keys.json", _KINDS)
        if not name:
            return
        try:
            write_keymap(Path(name), self._changed)
        except EmgviewError as error:
            self._told.setText(str(error))

    def _named(self, text: str) -> str:
        """Ids in a message as titles."""
        for command in self._commands.values():
            text = text.replace(command.id, f"“{plain_title(command)}”")
        return text
