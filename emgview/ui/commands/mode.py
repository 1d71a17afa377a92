"""Commands of the display modes: free run, sweep, raster, triggered, superimposed."""

from __future__ import annotations

from emgview.ui.commands.command import Command

_MENU = "&Mode"


def commands() -> tuple[Command, ...]:
    """In the order of the menu."""
    return (*_modes(), *_shown(), *_trigger())


def _mode(name: str, title: str, key: str, tip: str) -> Command:
    return Command(f"mode.{name}", title, _MENU, (key,), tip, "recording", checkable=True)


def _modes() -> tuple[Command, ...]:
    return (
        _mode("free_run", "&Free run", "Ctrl+1", "Pages, one after the other"),
        _mode("sweep", "&Sweep", "Ctrl+2", "Each screen the same time, drawn over by a beam"),
        _mode("raster", "&Raster", "Ctrl+3", "Successive sweeps below each other"),
        _mode("triggered", "&Triggered", "Ctrl+4", "Sweeps that begin where a level is crossed"),
        _mode(
            "superimposed",
            "S&uperimposed",
            "Ctrl+5",
            "Potentials of the selected item's class over each other",
        ),
    )


def _shown() -> tuple[Command, ...]:
    return (
        Command(
            "mode.more",
            "&More sweeps",
            _MENU,
            ("R",),
            "Up to all of the recording",
            "recording",
            separator=True,
        ),
        Command("mode.fewer", "Fe&wer sweeps", _MENU, ("Shift+R",), "Down to one", "recording"),
        Command(
            "mode.stacked",
            "Stac&ked",
            _MENU,
            ("S",),
            "Stack the sweeps, or lay them over each other",
            "recording",
            checkable=True,
        ),
        Command(
            "mode.average",
            "&Average",
            _MENU,
            ("G",),
            "Draw the mean of the sweeps that are shown",
            "recording",
            checkable=True,
        ),
        Command(
            "mode.template",
            "&Only this item",
            _MENU,
            ("T",),
            "Superimpose the potentials of the selected item, not of its class",
            "recording",
            checkable=True,
        ),
    )


def _trigger() -> tuple[Command, ...]:
    return (
        Command(
            "mode.level_up",
            "Level &up",
            _MENU,
            ("Shift+Up",),
            "Move the trigger level up on the screen",
            "recording",
            separator=True,
        ),
        Command(
            "mode.level_down",
            "Level &down",
            _MENU,
            ("Shift+Down",),
            "Move the trigger level down on the screen",
            "recording",
        ),
        Command(
            "mode.slope",
            "S&lope",
            _MENU,
            ("E",),
            "Trigger where the signal turns positive or negative",
            "recording",
        ),
        Command(
            "mode.window",
            "Amplitude wi&ndow",
            _MENU,
            ("Shift+E",),
            "Only potentials that do not go beyond the window trigger",
            "recording",
            checkable=True,
        ),
        Command(
            "mode.before",
            "Time before the tri&gger",
            _MENU,
            ("Q",),
            "Next step of the pre-trigger delay",
            "recording",
        ),
    )
