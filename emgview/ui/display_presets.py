"""Shows the presets with their keys; renames and deletes the user's own."""

from __future__ import annotations

from collections.abc import Callable

from PySide6.QtCore import Qt
from PySide6.QtWidgets import (
    QDialog,
    QDialogButtonBox,
    QHBoxLayout,
    QLabel,
    QLineEdit,
    QListWidget,
    QListWidgetItem,
    QPushButton,
    QVBoxLayout,
    QWidget,
)

from emgview.errors import EmgviewError
from emgview.session.presets import (
    LONGEST_NAME,
    Preset,
    find,
    renamed,
    saved,
    shipped_presets,
    without,
)

Own = tuple[Preset, ...]


class PresetDialog(QDialog):
    """List of presets. What is changed is kept at once.

    Parameters
    ----------
    own : tuple of Preset
    key_of : callable (name) -> str
        Shortcut of a preset, or empty.
    keep : callable (tuple of Preset)
        Stores the user's presets.
    apply : callable (Preset)
    """

    def __init__(
        self,
        own: Own,
        key_of: Callable[[str], str],
        keep: Callable[[Own], None],
        apply: Callable[[Preset], None],
        parent: QWidget | None = None,
    ) -> None:
        super().__init__(parent)
        self.setWindowTitle("Presets")
        self._own, self._key_of, self._keep, self._apply = own, key_of, keep, apply
        self._list = QListWidget()
        self._list.setAccessibleName("Presets")
        self._list.setWordWrap(True)
        self._list.currentItemChanged.connect(self._show_current)
        self._list.itemActivated.connect(lambda _: self._apply_current())
        self._source = QLabel()
        self._source.setWordWrap(True)
        self._source.setMinimumHeight(54)
        self._source.setAlignment(Qt.AlignmentFlag.AlignTop)
        self._name = QLineEdit()
        self._name.setMaxLength(LONGEST_NAME)
        self._name.setPlaceholderText("New name")
        self._name.setAccessibleName("New name")
        self._problem = QLabel()
        self._problem.setObjectName("warning")
        self._use = QPushButton("&Use")
        self._rename = QPushButton("&Rename")
        self._delete = QPushButton("&Delete")
        self._place()
        self._fill("")

    def _place(self) -> None:
        self._use.clicked.connect(self._apply_current)
        self._rename.clicked.connect(self._rename_current)
        self._delete.clicked.connect(self._delete_current)
        self._name.textChanged.connect(lambda _: self._enable())
        for button in (self._use, self._rename, self._delete):
            button.setAutoDefault(False)
        row = QHBoxLayout()
        row.addWidget(self._name, 1)
        row.addWidget(self._rename)
        row.addWidget(self._delete)
        buttons = QDialogButtonBox(QDialogButtonBox.StandardButton.Close)
        buttons.addButton(self._use, QDialogButtonBox.ButtonRole.ActionRole)
        buttons.rejected.connect(self.reject)
        box = QVBoxLayout(self)
        box.addWidget(self._list, 1)
        box.addWidget(self._source)
        box.addLayout(row)
        box.addWidget(self._problem)
        box.addWidget(buttons)
        self.resize(520, 460)

    def _fill(self, current: str) -> None:
        self._list.clear()
        for preset in (*shipped_presets(), *self._own):
            key = self._key_of(preset.name)
            text = f"{preset.name}   {key}\n{preset.describe()}"
            item = QListWidgetItem(text)
            item.setData(Qt.ItemDataRole.UserRole, preset.name)
            self._list.addItem(item)
            if preset.name == current:
                self._list.setCurrentItem(item)
        if self._list.currentItem() is None:
            self._list.setCurrentRow(0)

    def _current(self) -> Preset | None:
        item = self._list.currentItem()
        return find(self._own, item.data(Qt.ItemDataRole.UserRole)) if item else None

    def _is_own(self) -> bool:
        return self._current() in self._own

    def _show_current(self) -> None:
        preset = self._current()
        own = "Your own preset" if self._is_own() else ""
        self._source.setText((preset.source if preset else "") or own)
        self._name.setText(preset.name if preset and self._is_own() else "")
        self._problem.clear()
        self._enable()

    def _enable(self) -> None:
        own = self._is_own()
        self._delete.setEnabled(own)
        self._name.setEnabled(own)
        self._rename.setEnabled(own and bool(self._name.text().strip()))

    def _apply_current(self) -> None:
        preset = self._current()
        if preset is not None:
            self._apply(preset)

    def _rename_current(self) -> None:
        preset = self._current()
        if preset is None:
            return
        try:
            self._own = renamed(self._own, preset.name, self._name.text())
        except EmgviewError as error:
            self._problem.setText(f"! {error}")
            return
        self._keep(self._own)
        self._fill(" ".join(self._name.text().split()))

    def _delete_current(self) -> None:
        preset = self._current()
        if preset is not None:
            self._own = without(self._own, preset.name)
            self._keep(self._own)
            self._fill("")


class SaveDialog(QDialog):
    """Asks for a name; says before it replaces one."""

    def __init__(self, own: Own, preset: Preset, parent: QWidget | None = None) -> None:
        super().__init__(parent)
        self.setWindowTitle("Save as preset")
        self._own, self._preset = own, preset
        self._name = QLineEdit()
        self._name.setMaxLength(LONGEST_NAME)
        self._name.setAccessibleName("Name")
        self._said = QLabel()
        self._said.setObjectName("warning")
        self._buttons = QDialogButtonBox(
            QDialogButtonBox.StandardButton.Save | QDialogButtonBox.StandardButton.Cancel
        )
        self._buttons.accepted.connect(self.accept)
        self._buttons.rejected.connect(self.reject)
        self._name.textChanged.connect(self._check)
        box = QVBoxLayout(self)
        box.addWidget(QLabel(f"{preset.describe()}\n\nName"))
        box.addWidget(self._name)
        box.addWidget(self._said)
        box.addWidget(self._buttons)
        self.setMinimumWidth(420)
        self._check()

    def presets(self) -> Own:
        """The user's presets with this one.

        Raises
        ------
        EmgviewError
            If the name cannot be used.
        """
        return saved(self._own, self._named())

    def _named(self) -> Preset:
        p = self._preset
        return Preset(self._name.text(), p.uv_per_div, p.ms_per_div, p.filter)

    def _check(self) -> None:
        ok = self._buttons.button(QDialogButtonBox.StandardButton.Save)
        text = ""
        try:
            more = self.presets()
        except EmgviewError as error:
            ok.setEnabled(False)
            text = f"! {error}" if self._name.text().strip() else ""
        else:
            ok.setEnabled(True)
            text = "! Replaces the preset of this name" if len(more) == len(self._own) else ""
        self._said.setText(text)
