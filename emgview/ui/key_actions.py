"""Palette, keymap and the page of keys of the main window."""

from __future__ import annotations

from collections.abc import Callable
from typing import TYPE_CHECKING

from emgview.session.keymap import Keys
from emgview.ui.commands import command_table
from emgview.ui.key_tools import KeyTools

if TYPE_CHECKING:
    from emgview.ui.main_window import MainWindow


class KeyActions(KeyTools):
    """Commands of the group ``keys``."""

    def __init__(self, window: MainWindow) -> None:
        super().__init__(window, command_table, lambda: window.menus, _Kept(window))

    def run(self, name: str, checked: bool) -> None:
        """Carry out one command."""
        del checked
        actions: dict[str, Callable[[], object]] = {
            "palette": self.open_palette,
            "edit": self.open_editor,
        }
        actions[name]()


class _Kept:
    def __init__(self, window: MainWindow) -> None:
        self._window = window

    def changed(self) -> dict[str, Keys]:
        return self._window.settings.keys

    def keep(self, changed: dict[str, Keys]) -> None:
        self._window.remember(keys=changed)
