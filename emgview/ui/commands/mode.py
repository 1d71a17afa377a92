"""Commands of the display modes: free run, sweep, raster, triggered, superimposed."""

from __future__ import annotations

from emgview.ui.commands.command import Command


def commands() -> tuple[Command, ...]:
    """In the order of the menu."""
    return ()
