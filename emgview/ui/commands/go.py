"""Commands that move through the recording."""

from __future__ import annotations

from emgview.ui.commands.command import Command


def commands() -> tuple[Command, ...]:
    """In the order of the menu."""
    g = "&Go"
    return (
        Command("go.forward", "One division &on", g, ("Right",), "Scroll on", "recording"),
        Command("go.back", "One division &back", g, ("Left",), "Scroll back", "recording"),
        Command(
            "go.page_forward", "&Page on", g, ("PgDown", "Shift+Right"), "Next screen", "recording"
        ),
        Command(
            "go.page_back", "Page bac&k", g, ("PgUp", "Shift+Left"), "Previous screen", "recording"
        ),
        Command("go.start", "&Start", g, ("Home",), "Start of the recording", "recording"),
        Command("go.end", "&End", g, ("End",), "End of the recording", "recording"),
        Command("go.time", "&Go to time …", g, ("Ctrl+G",), "Type a time", "recording"),
        Command(
            "go.next_recording",
            "Next &recording",
            g,
            ("Ctrl+Down",),
            "Next muscle",
            "recording",
            separator=True,
        ),
        Command(
            "go.previous_recording",
            "Previous re&cording",
            g,
            ("Ctrl+Up",),
            "Previous muscle",
            "recording",
        ),
    )
