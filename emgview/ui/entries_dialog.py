"""What the clinician enters; everything may stay open, and what is open stays *not entered*."""

from __future__ import annotations

from collections.abc import Callable

from PySide6.QtWidgets import (
    QCheckBox,
    QComboBox,
    QDialog,
    QDialogButtonBox,
    QFormLayout,
    QLabel,
    QLineEdit,
    QScrollArea,
    QTabWidget,
    QVBoxLayout,
    QWidget,
)

from emgview.errors import EmgviewError
from emgview.findings import Entries, EntryField, load_entry_table
from emgview.session.intents import StateEntry

_OPEN = "not entered"


class EntriesDialog(QDialog):
    """One page for each group of the table."""

    def __init__(self, entries: Entries, parent: QWidget | None = None) -> None:
        super().__init__(parent)
        self.setWindowTitle("Clinical entries")
        self._before = dict(entries.values)
        self._ask: dict[str, Callable[[], str]] = {}
        self._put: dict[str, Callable[[str], None]] = {}
        tabs = QTabWidget()
        pages: dict[str, QFormLayout] = {}
        for field in load_entry_table().entry:
            if field.group not in pages:
                pages[field.group] = _page(tabs, field.group)
            widget = self._widget(field, entries.values.get(field.id, ""))
            widget.setToolTip(field.help)
            pages[field.group].addRow(field.title, widget)
        self._problem = QLabel()
        self._problem.setObjectName("warning")
        self._problem.setWordWrap(True)
        self._problem.hide()
        kind = QDialogButtonBox.StandardButton
        buttons = QDialogButtonBox(kind.Ok | kind.Cancel)
        buttons.accepted.connect(self._check)
        buttons.rejected.connect(self.reject)
        box = QVBoxLayout(self)
        box.addWidget(tabs)
        box.addWidget(self._problem)
        box.addWidget(buttons)
        self.resize(720, 520)

    def _widget(self, field: EntryField, value: str) -> QWidget:
        if field.kind == "choice":
            return self._combo(field, value)
        if field.kind == "many":
            return self._boxes(field, value)
        edit = QLineEdit(value)
        edit.setPlaceholderText(field.help or _OPEN)
        self._ask[field.id], self._put[field.id] = edit.text, edit.setText
        return edit

    def _combo(self, field: EntryField, value: str) -> QComboBox:
        combo = QComboBox()
        default = f" ({field.words(field.default)})" if field.default else ""
        combo.addItem(f"{_OPEN}{default}", "")
        for known, words in field.choices:
            combo.addItem(words, known)
        combo.setCurrentIndex(max(0, combo.findData(value)))
        self._ask[field.id] = lambda: str(combo.currentData())
        self._put[field.id] = lambda text: combo.setCurrentIndex(max(0, combo.findData(text)))
        return combo

    def _boxes(self, field: EntryField, value: str) -> QWidget:
        holder = QWidget()
        box = QVBoxLayout(holder)
        box.setContentsMargins(0, 0, 0, 0)
        ticks = {}
        for known, words in field.choices:
            ticks[known] = QCheckBox(words)
            box.addWidget(ticks[known])

        def put(text: str) -> None:
            for known, tick in ticks.items():
                tick.setChecked(known in text.split())

        put(value)
        self._ask[field.id] = lambda: " ".join(k for k, tick in ticks.items() if tick.isChecked())
        self._put[field.id] = put
        return holder

    def put(self, entry: str, value: str) -> None:
        """Fill one entry in."""
        self._put[entry](value)

    def changed(self) -> tuple[StateEntry, ...]:
        """What differs from before.

        Raises
        ------
        EmgviewError
            If a value is not one that the entry can have.
        """
        table = load_entry_table()
        values = {entry: table.checked(entry, ask()) for entry, ask in self._ask.items()}
        return tuple(
            StateEntry(entry, value)
            for entry, value in values.items()
            if value != self._before.get(entry, "")
        )

    def _check(self) -> None:
        try:
            self.changed()
        except EmgviewError as error:
            self._problem.setText(str(error))
            self._problem.show()
            return
        self.accept()


def _page(tabs: QTabWidget, title: str) -> QFormLayout:
    page = QWidget()
    form = QFormLayout(page)
    area = QScrollArea()
    area.setWidget(page)
    area.setWidgetResizable(True)
    area.setFrameShape(QScrollArea.Shape.NoFrame)
    tabs.addTab(area, title)
    return form
