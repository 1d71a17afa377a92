"""Commands of the view: scale, filter, theme, layout."""

from __future__ import annotations

from emgview.ui.commands.command import Command

PANELS = (
    "Recordings",
    "Proposals and labels",
    "Evidence",
    "Findings",
    "Measurements",
    "Train",
    "Similar",
    "Checks",
)
"""Titles of the panels, in the order of their commands."""


def commands() -> tuple[Command, ...]:
    """In the order of the menu."""
    v = "&View"
    return (
        Command(
            "view.zoom_in",
            "Faster sweep",
            v,
            ("Ctrl++", "Ctrl+="),
            "Fewer ms per division",
            "recording",
        ),
        Command(
            "view.zoom_out", "Slower sweep", v, ("Ctrl+-",), "More ms per division", "recording"
        ),
        Command("view.whole", "&Whole recording", v, ("Ctrl+0",), "Show all of it", "recording"),
        Command(
            "view.gain_up",
            "More sensitive",
            v,
            ("+", "="),
            "Fewer µV per division",
            "recording",
            separator=True,
        ),
        Command("view.gain_down", "Less sensitive", v, ("-",), "More µV per division", "recording"),
        Command(
            "view.filter",
            "&Filtered view",
            v,
            ("F",),
            "High-pass for display only; data and detection stay as recorded",
            "recording",
            checkable=True,
            separator=True,
        ),
        Command(
            "view.theme",
            "&Paper theme",
            v,
            ("Ctrl+T",),
            "Dark scope or light paper",
            checkable=True,
        ),
        Command(
            "view.clock",
            "&Clock time",
            v,
            ("Ctrl+L",),
            "Clock or elapsed time",
            "recording",
            checkable=True,
        ),
        Command(
            "view.full_screen", "F&ull screen", v, ("F11",), "Use the whole screen", checkable=True
        ),
        Command("view.reset", "Reset &layout", v, ("Ctrl+Shift+0",), "Put all panels back"),
        *_panels(v),
    )


def _panels(v: str) -> tuple[Command, ...]:
    return tuple(
        Command(
            f"view.panel_{n + 1}",
            title,
            v,
            (f"Ctrl+Shift+{n + 1}",),
            "Show or hide this panel",
            checkable=True,
            separator=n == 0,
        )
        for n, title in enumerate(PANELS)
    )
