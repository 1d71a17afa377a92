"""Commands of listening."""

from __future__ import annotations

from emgview.ui.commands.command import Command


def commands() -> tuple[Command, ...]:
    """In the order of the menu."""
    return (*_playing(), *_what(), *_how())


def _playing() -> tuple[Command, ...]:
    s = "S&ound"
    return (
        Command(
            "sound.play",
            "&Play or stop",
            s,
            ("P", "Space"),
            "Play from the mark, or from the left edge; the trace follows the sound",
            "recording",
        ),
        Command(
            "sound.loop",
            "&Loop",
            s,
            ("Shift+P",),
            "Repeat the marked stretch or the item, else what is on the screen",
            "recording",
            checkable=True,
        ),
        Command(
            "sound.scrub",
            "&Scrub",
            s,
            ("Shift+S",),
            "Hear what lies under the pointer while dragging",
            "recording",
            checkable=True,
        ),
        Command(
            "sound.slower", "Slo&wer", s, (",",), "Half, then quarter speed; the pitch goes down"
        ),
        Command("sound.faster", "&Faster", s, (".",), "Back towards real time"),
    )


def _what() -> tuple[Command, ...]:
    s = "S&ound"
    return (
        Command(
            "sound.channel",
            "Next &channel",
            s,
            ("Y",),
            "Listen to the next channel; a click on a trace chooses it too",
            "recording",
            separator=True,
        ),
        Command(
            "sound.stereo",
            "Two channels: left and &right",
            s,
            ("Shift+Y",),
            "The channel in the left ear, the next visible one in the right",
            "recording",
            checkable=True,
        ),
    )


def _how() -> tuple[Command, ...]:
    s = "S&ound"
    return (
        Command("sound.louder", "Lo&uder", s, ("Ctrl+Alt+Up",), "Volume up", separator=True),
        Command("sound.softer", "Sof&ter", s, ("Ctrl+Alt+Down",), "Volume down"),
        Command("sound.mute", "&Mute", s, ("M",), "No sound; the trace goes on", checkable=True),
        Command(
            "sound.gain",
            "Loudness follows the &sensitivity",
            s,
            ("Shift+M",),
            "As on the screen, or the same loudness for the same voltage",
            checkable=True,
        ),
        Command("sound.device", "Output &device …", s, ("Ctrl+Alt+O",), "Choose a loudspeaker"),
        Command(
            "sound.export",
            "Save as &WAV …",
            s,
            ("Ctrl+Alt+W",),
            "Save the marked stretch or what is on the screen as a sound file",
            "recording",
            separator=True,
        ),
    )
