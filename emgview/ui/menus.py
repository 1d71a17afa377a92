"""Menus and shortcuts, made from the command table."""

from __future__ import annotations

from collections.abc import Callable, Mapping, Sequence

from PySide6.QtGui import QAction, QKeySequence
from PySide6.QtWidgets import QMainWindow, QMenu

from emgview.ui.commands import MENUS, Command, command_table


class Menus:
    """All actions of a window by command id.

    Parameters
    ----------
    window : QMainWindow
        Gets the menu bar; shortcuts work while it is active.
    run : callable (command id, checked)
        Carries a command out.
    commands : sequence of Command, optional
        Of another window than the main one; ``titles`` are its menus.
    """

    def __init__(
        self,
        window: QMainWindow,
        run: Callable[[str, bool], None],
        commands: Sequence[Command] | None = None,
        titles: Sequence[str] = MENUS,
    ) -> None:
        self.actions: dict[str, QAction] = {}
        table = command_table() if commands is None else commands
        self._commands = {command.id: command for command in table}
        self._menus: dict[str, QMenu] = {}
        self._states: frozenset[str] | None = None
        for title in titles:
            self._menus[title] = window.menuBar().addMenu(title)
            self._menus[title].setToolTipsVisible(True)
        for command in self._commands.values():
            self._add(window, command, run)
        self.recent = QMenu("Open &recent", window)
        if "file.demo" in self.actions:
            self._menus["&File"].insertMenu(self.actions["file.demo"], self.recent)

    def _add(self, window: QMainWindow, command: Command, run: Callable[[str, bool], None]) -> None:
        action = QAction(command.title, window)
        action.setObjectName(command.id)
        action.setShortcuts([QKeySequence(key) for key in command.keys])
        action.setStatusTip(command.tip)
        action.setToolTip(f"{command.tip} ({', '.join(command.keys)})")
        action.setCheckable(command.checkable)
        action.triggered.connect(lambda checked, name=command.id: run(name, checked))
        menu = self._menus[command.menu]
        if command.separator:
            menu.addSeparator()
        menu.addAction(action)
        self.actions[command.id] = action

    def set_keys(self, keys: Mapping[str, tuple[str, ...]]) -> None:
        """Give the commands these keys; tooltips tell them."""
        for name, action in self.actions.items():
            tip, own = self._commands[name].tip, keys[name]
            action.setShortcuts([QKeySequence(key) for key in own])
            action.setToolTip(f"{tip} ({', '.join(own)})" if own else tip)

    def keys_of(self, name: str) -> tuple[str, ...]:
        """Keys that a command has now."""
        return tuple(key.toString() for key in self.actions[name].shortcuts())

    def enable(self, states: frozenset[str]) -> None:
        """Enable what the present states allow (see :class:`Command.needs`)."""
        if states == self._states:
            return
        self._states = states
        for name, action in self.actions.items():
            action.setEnabled(self._commands[name].needs in states)

    def check(self, name: str, *, on: bool) -> None:
        """Set a switch without carrying it out."""
        self.actions[name].setChecked(on)
