"""Palette and keys of the live window."""

from __future__ import annotations

from typing import TYPE_CHECKING

from emgview.session.keymap import Keys
from emgview.ui.key_tools import KeyTools
from emgview.ui.live.live_commands import live_command_table

if TYPE_CHECKING:
    from emgview.ui.live.live_window import LiveWindow


class LiveKeys(KeyTools):
    """Its keys are kept apart from those of the main window."""

    def __init__(self, window: LiveWindow) -> None:
        kept, why = _Kept(window), {"study": "choose a source first"}
        super().__init__(window, live_command_table, lambda: window.menus, kept, why)
        self.restore()


class _Kept:
    def __init__(self, window: LiveWindow) -> None:
        self._window = window

    def changed(self) -> dict[str, Keys]:
        return self._window.settings.live_keys

    def keep(self, changed: dict[str, Keys]) -> None:
        self._window.remember(live_keys=changed)
