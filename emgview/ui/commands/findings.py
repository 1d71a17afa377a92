"""Commands of findings: entries, changed cells, the four views."""

from __future__ import annotations

from emgview.ui.commands.command import Command

_VIEWS = (
    ("&Grid of findings", "Muscles and twelve findings"),
    ("&Body map", "Findings on the body, front and back"),
    ("Regions and r&oots", "How many muscles of each region and root show what"),
    ("R&ules", "What all rules say, what led there and what is missing"),
)


def commands() -> tuple[Command, ...]:
    """In the order of the menu."""
    r = "&Review"
    return (
        Command(
            "findings.enter",
            "Clinical &entries …",
            r,
            ("Ctrl+E",),
            "Signs, nerve conduction, history: what the rules need to know",
            "writable",
            separator=True,
        ),
        Command(
            "findings.change",
            "Change a cell of the &findings …",
            r,
            ("Ctrl+I",),
            "Put your own word in the place of the chosen cell, with a reason",
            "writable",
        ),
        *(
            Command(f"findings.tab_{n}", title, r, (f"Alt+{n + 1}",), tip, "study")
            for n, (title, tip) in enumerate(_VIEWS)
        ),
    )
