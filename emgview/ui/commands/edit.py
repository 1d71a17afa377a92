"""Commands of editing: undo, own labels, who reads."""

from __future__ import annotations

from emgview.ui.commands.command import Command


def commands() -> tuple[Command, ...]:
    """In the order of the menu."""
    e = "&Edit"
    return (
        Command("edit.undo", "&Undo", e, ("Ctrl+Z",), "Take back the last decision", "undo"),
        Command("edit.redo", "&Redo", e, ("Ctrl+Shift+Z", "Ctrl+Y"), "Do it again", "redo"),
        Command(
            "record.history",
            "&History …",
            e,
            ("Ctrl+H",),
            "All changes by name, to take back several at once",
            "study",
        ),
        Command(
            "edit.label",
            "&Label a stretch",
            e,
            ("L",),
            "Drag on a trace, or click on a potential, to add a label of your own",
            "writable",
            checkable=True,
            separator=True,
        ),
        Command(
            "edit.remove",
            "Re&move own label",
            e,
            ("Del",),
            "Take back a label of your own; it stays in the log",
            "item",
        ),
        Command(
            "edit.reader",
            "Reader's &name …",
            e,
            ("Ctrl+Shift+N",),
            "Who decides and signs",
            separator=True,
        ),
    )
