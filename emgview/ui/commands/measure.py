"""Commands of measuring: cursors, marked stretches, the waveform under the pointer."""

from __future__ import annotations

from emgview.ui.commands.command import Command


def commands() -> tuple[Command, ...]:
    """In the order of the menu."""
    return (*_cursors(), *_stretch(), *_units())


def _cursors() -> tuple[Command, ...]:
    m = "Mea&sure"
    return (
        Command(
            "measure.cursors",
            "&Cursors",
            m,
            ("K",),
            "Two cursors: time, rate and voltage between them",
            "recording",
            checkable=True,
        ),
        Command(
            "measure.nudge_back",
            "Cursor one sample &back",
            m,
            ("Alt+Shift+Left",),
            "Move the cursor that was moved last",
            "recording",
        ),
        Command(
            "measure.nudge_on",
            "Cursor one sample &on",
            m,
            ("Alt+Shift+Right",),
            "Move the cursor that was moved last",
            "recording",
        ),
        Command(
            "measure.nudge_far_back",
            "Cursor ten samples back",
            m,
            ("Ctrl+Alt+Left",),
            "Move the cursor that was moved last",
            "recording",
        ),
        Command(
            "measure.nudge_far_on",
            "Cursor ten samples on",
            m,
            ("Ctrl+Alt+Right",),
            "Move the cursor that was moved last",
            "recording",
        ),
    )


def _stretch() -> tuple[Command, ...]:
    m = "Mea&sure"
    return (
        Command(
            "measure.waveform",
            "&Potential at the pointer",
            m,
            ("W",),
            "Amplitude, rise time, duration, phases and turns",
            "recording",
            separator=True,
        ),
        Command(
            "measure.from", "Stretch &from here", m, ("[",), "Left edge at the mark", "recording"
        ),
        Command("measure.to", "Stretch &to here", m, ("]",), "Right edge at the mark", "recording"),
        Command(
            "measure.copy",
            "Cop&y measurements",
            m,
            ("Ctrl+Alt+C",),
            "As text, one value a line",
            "recording",
            separator=True,
        ),
        Command(
            "measure.clear",
            "C&lear",
            m,
            ("Shift+Esc",),
            "Take stretch and markers away; so does a click on a trace",
            "recording",
        ),
    )


def _units() -> tuple[Command, ...]:
    m = "Mea&sure"
    return (
        Command(
            "units.analyse",
            "&Motor units",
            m,
            ("Ctrl+U",),
            "Take the marked stretch, or what is on the screen, apart into motor units",
            "recording",
            separator=True,
        ),
        Command(
            "units.pattern",
            "&Interference pattern",
            m,
            ("Ctrl+Shift+U",),
            "Turns and amplitude of the marked stretch, or of what is on the screen",
            "recording",
        ),
        Command(
            "units.show",
            "&Units so far",
            m,
            ("Ctrl+Alt+U",),
            "The window of motor units, as it was left",
            "recording",
        ),
    )
