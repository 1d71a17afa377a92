"""Commands of the detector."""

from __future__ import annotations

from emgview.ui.commands.command import Command


def commands() -> tuple[Command, ...]:
    """In the order of the menu."""
    d = "&Detect"
    return (
        Command(
            "detect.this",
            "&This recording",
            d,
            ("Ctrl+D",),
            "Let the detector propose",
            "writable",
        ),
        Command(
            "detect.all",
            "&All recordings",
            d,
            ("Ctrl+Shift+D",),
            "Every recording of the study",
            "writable",
        ),
        Command("detect.cancel", "&Cancel", d, ("Esc",), "Stop what is running", "work"),
    )
