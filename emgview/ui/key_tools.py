"""Palette and key editor of a window, whatever its commands are."""

from __future__ import annotations

from collections.abc import Callable, Mapping
from typing import Protocol

from PySide6.QtWidgets import QWidget

from emgview.session.keymap import Keys, effective
from emgview.ui.commands import Command
from emgview.ui.keymap_dialog import KeymapDialog
from emgview.ui.menus import Menus
from emgview.ui.palette import Palette


class KeyStore(Protocol):
    """Where the changed keys of a window are kept."""

    def changed(self) -> dict[str, Keys]:
        """What differs from the program's own keys."""

    def keep(self, changed: dict[str, Keys]) -> None:
        """Remember these instead."""


class KeyTools:
    """Searches commands, changes their keys.

    Parameters
    ----------
    commands : callable
        Gives the command table.
    menus : callable
        Gives the actions of the window; asked when needed.
    reasons : mapping, optional
        See :class:`.palette.Palette`.
    """

    def __init__(
        self,
        parent: QWidget,
        commands: Callable[[], tuple[Command, ...]],
        menus: Callable[[], Menus],
        store: KeyStore,
        reasons: Mapping[str, str] | None = None,
    ) -> None:
        self._parent, self._commands = parent, commands
        self._menus, self._store, self._reasons = menus, store, reasons
        self._recent: list[str] = []

    def restore(self) -> None:
        """Keys as they are kept; once, when the menus are there."""
        self._take(self._store.changed())

    def open_palette(self) -> Palette:
        """Search and carry out."""
        actions = self._menus().actions
        run, parent = self._trigger, self._parent
        palette = Palette(self._commands(), actions, self._recent, run, parent, self._reasons)
        palette.open()
        return palette

    def open_editor(self) -> KeymapDialog:
        """Change keys."""
        changed = dict(self._store.changed())
        dialog = KeymapDialog(self._commands(), changed, self._apply, self._parent)
        dialog.open()
        return dialog

    def _trigger(self, command: str) -> None:
        self._menus().actions[command].trigger()

    def _apply(self, changed: dict[str, Keys]) -> None:
        self._store.keep(changed)
        self._take(changed)

    def _take(self, changed: dict[str, Keys]) -> None:
        table = {command.id: command.keys for command in self._commands()}
        self._menus().set_keys(effective(table, changed))
