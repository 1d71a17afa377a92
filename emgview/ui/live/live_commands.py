"""Every action of the live window in one table, as those of the main window."""

from __future__ import annotations

from emgview.ui.commands.command import Command
from emgview.ui.live.needle_bar import PHASES

MENUS = ("&Source", "&Recording", "&Needle", "&View", "S&ound", "&Help")


def live_command_table() -> tuple[Command, ...]:
    """In the order of the menus."""
    return (*_source(), *_recording(), *_needle(), *_view(), *_sound(), *_help())


def _source() -> tuple[Command, ...]:
    m = "&Source"
    return (
        Command("source.choose", "&Choose source …", m, ("Ctrl+O",), "Choose a device or stream"),
        Command("source.stop", "&Stop source", m, ("Ctrl+W",), "Disconnect", "study"),
        Command("source.close", "C&lose window", m, ("Ctrl+Q",), "Back to review", separator=True),
    )


def _recording() -> tuple[Command, ...]:
    m = "&Recording"
    return (
        Command("record.toggle", "&Record", m, ("R",), "Start or stop the recording", "study",
                checkable=True),
        Command("record.keep", "&Keep the last 30 s", m, ("K",),
                "Save what has passed already, as a recording", "study"),
        Command("record.bookmark", "&Bookmark", m, ("B",), "Remember this place", "study"),
    )  # fmt: skip


def _needle() -> tuple[Command, ...]:
    m = "&Needle"
    phases = tuple(
        Command(f"needle.{phase}", f"&{text}", m, (key,), f"From now on: {text.lower()}", "study",
                checkable=True)
        for phase, text, key in PHASES
    )  # fmt: skip
    return (
        Command("needle.next", "&Next muscle", m, ("N",), "The next muscle of the list"),
        Command("needle.previous", "&Previous muscle", m, ("Shift+N",), "The muscle before it"),
        Command("needle.side", "Other si&de", m, ("D",), "The same muscle of the other side"),
        Command("needle.site", "Next &site", m, ("S",), "Another site of this muscle", "study"),
        Command("needle.moved", "Needle &moved", m, ("M",),
                "Rest is counted from now on again", "study"),
        phases[0],
        *phases[1:],
        Command("needle.nothing", "No p&hase", m, ("0",), "Nothing is stated from now on", "study"),
    )  # fmt: skip


def _view() -> tuple[Command, ...]:
    m = "&View"
    return (
        Command("live.freeze", "&Freeze", m, ("Space", "F9", "Pause"),
                "Stop the view, never the recording; F9 for a footswitch", "study", checkable=True),
        Command("live.back", "Back", m, ("Left",), "Frozen: one division back", "study"),
        Command("live.on", "On", m, ("Right",), "Frozen: one division on", "study"),
        Command("live.page_back", "Page back", m, ("PgUp",), "Frozen: one sweep back", "study"),
        Command("live.page_on", "Page on", m, ("PgDown",), "Frozen: one sweep on", "study"),
        Command("live.faster", "F&aster sweep", m, ("Ctrl++", "Ctrl+="), "Fewer ms per division",
                "study", separator=True),
        Command("live.slower", "S&lower sweep", m, ("Ctrl+-",), "More ms per division", "study"),
        Command("live.more", "&More sensitive", m, ("+", "="), "Fewer µV per division", "study"),
        Command("live.less", "&Less sensitive", m, ("-",), "More µV per division", "study"),
        Command("live.down", "Channel below", m, ("Down",), "Choose the channel below", "study"),
        Command("live.up", "Channel above", m, ("Up",), "Choose the channel above", "study"),
        Command("live.solo", "S&olo", m, ("O",), "Only the chosen channel, or all", "study",
                checkable=True),
        Command("live.high_pass", "&High-pass on", m, ("H",), "Higher corner of the view", "study"),
        Command("live.high_pass_down", "High-pass back", m, ("Shift+H",), "Lower corner", "study"),
        Command("live.low_pass", "&Low-pass on", m, ("J",), "Higher corner; at the end: off",
                "study"),
        Command("live.low_pass_down", "Low-pass back", m, ("Shift+J",), "Lower corner", "study"),
        Command("live.mains", "Mai&ns filter", m, ("E",), "Off, 50 Hz, 60 Hz", "study"),
        Command("mode.free_run", "&Sweep", m, ("Ctrl+1",), "A beam that draws over", "study",
                checkable=True, separator=True),
        Command("mode.raster", "&Raster", m, ("Ctrl+3",), "Successive sweeps below each other",
                "study", checkable=True),
        Command("mode.triggered", "&Triggered", m, ("Ctrl+4",),
                "Sweeps that begin where a level is crossed", "study", checkable=True),
        Command("mode.level_up", "Level up", m, ("Shift+Up",), "Trigger level up", "study"),
        Command("mode.level_down", "Level down", m, ("Shift+Down",), "Trigger level down", "study"),
        Command("mode.slope", "Slope", m, ("L",), "Trigger on the rise or on the fall", "study"),
        Command("mode.window", "Amplitude window", m, ("Shift+L",),
                "Only peaks between the level and a limit trigger", "study", checkable=True),
        Command("mode.before", "Time before the trigger", m, ("T",),
                "The delay line: how much is seen before the trigger", "study"),
        Command("mode.more", "More sweeps", m, ("Ctrl+Shift+Up",), "More sweeps at once", "study"),
        Command("mode.fewer", "Fewer sweeps", m, ("Ctrl+Shift+Down",), "Fewer sweeps at once",
                "study"),
        Command("mode.stacked", "Stacked", m, ("Shift+T",), "Below each other, or superimposed",
                "study", checkable=True),
        Command("mode.average", "A&verage", m, ("G",), "Running average of the sweeps shown",
                "study", checkable=True),
        Command("live.theme", "Light theme", m, ("Ctrl+T",), "Paper instead of scope",
                checkable=True, separator=True),
    )  # fmt: skip


def _sound() -> tuple[Command, ...]:
    m = "S&ound"
    return (
        Command("sound.mute", "&Mute", m, ("Q",), "Silence, or sound again", checkable=True),
        Command("sound.louder", "&Louder", m, ("Ctrl+Up",), "More volume"),
        Command("sound.softer", "&Softer", m, ("Ctrl+Down",), "Less volume"),
    )


def _help() -> tuple[Command, ...]:
    m = "&Help"
    return (
        Command("help.live", "&Live examination", m, ("F1",), "The page of the guide"),
        Command("keys.palette", "&Find a command …", m, ("Ctrl+K", "Ctrl+Shift+P"),
                "Search and carry out", separator=True),
        Command("keys.edit", "Change &keys …", m, ("Ctrl+Alt+K",), "Keys of every command"),
    )  # fmt: skip
