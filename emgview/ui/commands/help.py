"""Commands of help."""

from __future__ import annotations

from emgview.ui.commands.command import Command


def commands() -> tuple[Command, ...]:
    """In the order of the menu."""
    h = "&Help"
    return (
        Command("help.guide", "&Guide", h, ("F1",), "How to work with the program"),
        Command("help.keys", "&Keyboard", h, ("?", "Shift+F1"), "All keys on one page"),
        Command(
            "keys.palette",
            "&Commands …",
            h,
            ("Ctrl+Shift+P", "Ctrl+K"),
            "Find a command by a few letters and carry it out",
        ),
        Command("keys.edit", "Change &keys …", h, ("Ctrl+Alt+K",), "Keys of every command"),
        Command("help.about", "&About", h, ("Ctrl+F1",), "Version, licence, state of validation"),
    )
