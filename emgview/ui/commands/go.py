"""Commands that move through the recording."""

from __future__ import annotations

from emgview.ui.commands.command import Command


def commands() -> tuple[Command, ...]:
    """In the order of the menu."""
    return (*_moves(), *_views(), *_bookmarks())


def _moves() -> tuple[Command, ...]:
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
        Command(
            "place.time",
            "&Go to time …",
            g,
            ("Ctrl+G",),
            "Type a time, a clock time, or # and a sample",
            "recording",
        ),
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


def _views() -> tuple[Command, ...]:
    g = "&Go"
    return (
        Command(
            "place.next_same",
            "Next of this &class",
            g,
            ("Ctrl+Right",),
            "Next item of the class of the selected one",
            "item",
            separator=True,
        ),
        Command(
            "place.previous_same",
            "Previous of this c&lass",
            g,
            ("Ctrl+Left",),
            "Previous item of the class of the selected one",
            "item",
        ),
        Command(
            "place.zoom_box",
            "&Zoom box",
            g,
            ("Z",),
            "Drag a box to look closely",
            "recording",
            checkable=True,
            separator=True,
        ),
        Command(
            "place.before", "View &before", g, ("Alt+Left",), "Back to the last view", "recording"
        ),
        Command("place.after", "View &after", g, ("Alt+Right",), "Forward again", "recording"),
    )


def _bookmarks() -> tuple[Command, ...]:
    g = "&Go"
    return (
        Command(
            "place.bookmark",
            "Book&mark here",
            g,
            ("B",),
            "Mark the place; it stays with the study",
            "writable",
            separator=True,
        ),
        Command(
            "place.name", "Bookmark with a &name …", g, ("Ctrl+B",), "Mark and name it", "writable"
        ),
        Command(
            "place.remove",
            "Remove bookmark",
            g,
            ("Shift+B",),
            "The nearest one on the screen; it stays in the log",
            "writable",
        ),
        Command(
            "place.next", "Next bookmark", g, ("Alt+PgDown",), "Go to the next one", "recording"
        ),
        Command(
            "place.previous",
            "Previous bookmark",
            g,
            ("Alt+PgUp",),
            "Go to the one before",
            "recording",
        ),
        Command(
            "place.list", "All bookmarks …", g, ("Ctrl+Shift+B",), "Choose from a list", "recording"
        ),
    )
