"""Every action of the window of motor units in one table, as those of the main window."""

from __future__ import annotations

from emgview.ui.commands.command import Command

MENUS = ("&Unit", "&Markers", "&Edit", "&View")


def unit_command_table() -> tuple[Command, ...]:
    """In the order of the menus."""
    return (*_unit(), *_markers(), *_edit(), *_view())


def _unit() -> tuple[Command, ...]:
    m = "&Unit"
    return (
        Command("unit.previous", "&Previous", m, ("A", "Up"), "The unit above in the list", "item"),
        Command("unit.next", "&Next", m, ("D", "Down"), "The unit below in the list", "item"),
        Command("unit.accept", "A&ccept", m, ("C",), "The unit counts; go to the next", "writable",
                separator=True),
        Command("unit.reject", "&Reject", m, ("X",), "It does not count; go to the next",
                "writable"),
        Command("unit.undecide", "&Take decision back", m, ("V",), "As the machine proposes",
                "writable"),
        Command("unit.mark", "&Mark for joining", m, ("M",), "First of two units that are one",
                "item", separator=True),
        Command("unit.join", "&Join with the marked one", m, ("J",),
                "Both are one unit: their discharges in one train", "writable"),
        Command("unit.split", "&Split", m, ("S",), "Two groups by shape become two units",
                "writable"),
        Command("unit.go", "Show on the trace", m, ("Return",),
                "Its next discharge in the main window", "item", separator=True),
        Command("unit.stop", "Stop analysis", m, ("Esc",), "Stop what is running", "work"),
    )  # fmt: skip


def _markers() -> tuple[Command, ...]:
    m = "&Markers"
    return (
        Command("marker.onset", "Choose &begin", m, ("1",), "The arrow keys move the begin",
                "item", checkable=True),
        Command("marker.offset", "Choose &end", m, ("2",), "The arrow keys move the end",
                "item", checkable=True),
        Command("marker.back", "Earlier", m, ("Left",), "Move the chosen marker by 0.1 ms",
                "writable", separator=True),
        Command("marker.on", "Later", m, ("Right",), "Move the chosen marker by 0.1 ms",
                "writable"),
        Command("marker.far_back", "Much earlier", m, ("Shift+Left",),
                "Move the chosen marker by 1 ms", "writable"),
        Command("marker.far_on", "Much later", m, ("Shift+Right",),
                "Move the chosen marker by 1 ms", "writable"),
        Command("marker.reset", "As &found", m, ("R",), "Both markers where the rule puts them",
                "writable", separator=True),
    )  # fmt: skip


def _edit() -> tuple[Command, ...]:
    m = "&Edit"
    return (
        Command("edit.undo", "&Undo", m, ("Ctrl+Z",), "Take the last change back", "undo"),
        Command("edit.redo", "&Redo", m, ("Ctrl+Shift+Z", "Ctrl+Y"), "Do it again", "redo"),
    )


def _view() -> tuple[Command, ...]:
    m = "&View"
    return (
        Command("view.units", "&Motor units", m, ("Ctrl+1",), "List, potential, table"),
        Command("view.pattern", "&Interference pattern", m, ("Ctrl+2",), "Turns and amplitude"),
        Command("view.discharges", "&Discharges", m, ("Ctrl+3",), "Raster and rate over time"),
        Command("view.firing", "&Firing statistics", m, ("Ctrl+4",),
                "Intervals and correlograms"),
        Command("view.close", "&Close window", m, ("Ctrl+W",), "Back to review", separator=True),
    )  # fmt: skip
