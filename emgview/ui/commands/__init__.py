"""Every action of the window in one table: menu, title, shortcut, tooltip, when it is enabled.

The menus, the toolbar, the palette, the context menu of the table and the shortcut page of the
help are made from it; what a command does is wired in :mod:`emgview.ui.groups` by its id. One
module holds the commands of one menu. Left-hand keys decide, so that one hand stays on the
keyboard: A/D move, C confirm, X reject, V cannot tell, digits relabel.
"""

from emgview.ui.commands import (
    checks,
    detect,
    display,
    edit,
    file,
    findings,
    go,
    help,
    measure,
    mode,
    review,
    sound,
    train,
    view,
)
from emgview.ui.commands.command import Command, Needs

MENUS = (
    "&File",
    "&Edit",
    "&Review",
    "Trai&n",
    "&View",
    "&Traces",
    "&Mode",
    "&Go",
    "Mea&sure",
    "S&ound",
    "&Detect",
    "Chec&ks",
    "&Help",
)


def command_table() -> tuple[Command, ...]:
    """All commands in menu order."""
    modules = (
        file,
        edit,
        review,
        train,
        findings,
        view,
        display,
        mode,
        go,
        measure,
        sound,
        detect,
        checks,
        help,
    )
    return tuple(command for module in modules for command in module.commands())


__all__ = ["MENUS", "Command", "Needs", "command_table"]
