"""Palette, keymap and the page of keys."""

from __future__ import annotations

from collections.abc import Callable
from typing import TYPE_CHECKING

from emgview.session.keymap import Keys, effective
from emgview.ui.commands import command_table
from emgview.ui.keymap_dialog import KeymapDialog
from emgview.ui.palette import Palette

if TYPE_CHECKING:
    from emgview.ui.main_window import MainWindow


class KeyActions:
    """Commands of the group ``keys``."""

    def __init__(self, window: MainWindow) -> None:
        self._window = window
        self._recent: list[str] = []

    def run(self, name: str, checked: bool) -> None:
        """Carry out one command."""
        del checked
        actions: dict[str, Callable[[], object]] = {
            "palette": self.open_palette,
            "edit": self.open_editor,
        }
        actions[name]()

    def restore(self) -> None:
        """Keys as the settings have them; once, when the menus are there."""
        self._take(self._window.settings.keys)

    def open_palette(self) -> Palette:
        """Search and carry out."""
        menus = self._window.menus
        palette = Palette(command_table(), menus.actions, self._recent, self._trigger, self._window)
        palette.open()
        return palette

    def open_editor(self) -> KeymapDialog:
        """Change keys."""
        changed = dict(self._window.settings.keys)
        dialog = KeymapDialog(command_table(), changed, self._apply, self._window)
        dialog.open()
        return dialog

    def _trigger(self, command: str) -> None:
        self._window.menus.actions[command].trigger()

    def _apply(self, changed: dict[str, Keys]) -> None:
        self._window.remember(keys=changed)
        self._take(changed)

    def _take(self, changed: dict[str, Keys]) -> None:
        table = {command.id: command.keys for command in command_table()}
        self._window.menus.set_keys(effective(table, changed))
