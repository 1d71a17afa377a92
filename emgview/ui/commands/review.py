"""Commands of review: decisions by single keys."""

from __future__ import annotations

from emgview.model import load_vocabulary
from emgview.ui.commands.command import Command


def commands() -> tuple[Command, ...]:
    """In the order of the menu."""
    r = "&Review"
    digits = tuple(
        Command(
            f"review.class.{c.id}",
            f"&{c.key}  {c.term}",
            r,
            (c.key,),
            f"Give the class: {c.term.lower()}",
            "item",
            separator=n == 0,
        )
        for n, c in enumerate(c for c in load_vocabulary().classes if c.key)
        if c.id != "cannot_tell"
    )
    return (
        Command(
            "review.confirm", "&Confirm", r, ("C", "Return"), "Agree with the proposal", "item"
        ),
        Command("review.reject", "Re&ject", r, ("X", "Backspace"), "Nothing of the kind", "item"),
        Command(
            "review.cannot_tell", "Cannot &tell", r, ("V", "9"), "Looked at, not decided", "item"
        ),
        *digits,
        Command(
            "review.next",
            "&Next open proposal",
            r,
            ("D", "Tab"),
            "Go to the next proposal without a decision",
            "recording",
            separator=True,
        ),
        Command(
            "review.previous",
            "&Previous open proposal",
            r,
            ("A", "Shift+Tab"),
            "Go to the previous proposal without a decision",
            "recording",
        ),
        *_similar(r),
    )


def _similar(r: str) -> tuple[Command, ...]:
    return (
        Command(
            "similar.show",
            "Show &all like this",
            r,
            ("Shift+L",),
            "Show and select the items whose template is like this one; one key decides them all",
            "item",
            separator=True,
        ),
        Command(
            "similar.channels",
            "Alike in all &channels",
            r,
            ("Shift+K",),
            "Compare with the items of every channel of the recording",
            "recording",
            checkable=True,
        ),
        Command("similar.more", "&More alike", r, ("Alt+.",), "One item more", "item"),
        Command("similar.fewer", "&Fewer alike", r, ("Alt+,",), "One item fewer", "item"),
        Command(
            "similar.end", "Show &others again", r, ("Shift+Z",), "Show all items", "recording"
        ),
    )
