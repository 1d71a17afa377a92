"""What the commands of findings do: entries, changed cells, the four views."""

from __future__ import annotations

from collections.abc import Callable
from typing import TYPE_CHECKING

from PySide6.QtCore import QObject, QSize
from PySide6.QtWidgets import QDockWidget

from emgview.ui.entries_dialog import EntriesDialog
from emgview.ui.override_dialog import OverrideDialog

if TYPE_CHECKING:
    from emgview.ui.main_window import MainWindow

_ROOM_PX, _LARGE_PX = 400, QSize(1100, 760)


class FindingsActions(QObject):
    """Commands of the group ``findings``."""

    def __init__(self, window: MainWindow) -> None:
        super().__init__(window)
        self._window = window
        window.findings.changeWanted.connect(self.change)
        window.findings.enterWanted.connect(self.enter)

    def run(self, name: str, checked: bool) -> None:
        """Carry out one command."""
        del checked
        actions: dict[str, Callable[[], object]] = {"enter": self.enter, "change": self.change}
        if name in actions:
            actions[name]()
        else:
            self._show(int(name.removeprefix("tab_")))

    def _show(self, tab: int) -> None:
        """Bring a view to the front; what needs room becomes a window of its own."""
        self._window.panels.show("Findings", on=True)
        self._window.findings.show_tab(tab)
        dock = self._window.findings.parentWidget()
        if tab and isinstance(dock, QDockWidget) and dock.height() < _ROOM_PX:
            dock.setFloating(True)
            dock.resize(_LARGE_PX.boundedTo(self._window.size()))

    def enter(self) -> None:
        """Ask for the clinician's entries; each one that changed is one row of the log."""
        view = self._window.view
        if view is None:
            return
        dialog = EntriesDialog(view.inputs.entries, self._window)
        if dialog.exec():
            for intent in dialog.changed():
                self._window.controller.apply(intent)

    def change(self) -> None:
        """Ask for the reader's word about the chosen cell."""
        row, column = self._window.findings.grid.current()
        if self._window.findings.is_waiting:
            self._window.tell("The findings follow the last decision in a moment: then once more")
            return
        if self._window.view is None or row is None or column is None:
            self._window.tell("Choose a cell of the findings first")
            return
        if not row.muscle:
            self._window.tell("State muscle and side of the recording first")
            return
        dialog = OverrideDialog(row, column, self._window)
        if dialog.exec():
            self._window.controller.apply(dialog.intent())
