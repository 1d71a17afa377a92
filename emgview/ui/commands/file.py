"""Commands of files: open, import, report, pictures."""

from __future__ import annotations

from emgview.ui.commands.command import Command


def commands() -> tuple[Command, ...]:
    """In the order of the menu."""
    f = "&File"
    return (
        Command("file.open", "&Open recording …", f, ("Ctrl+O",), "Open a recording of any kind"),
        Command(
            "file.open_study", "Open &study …", f, ("Ctrl+Shift+O",), "Open a study folder (.emg)"
        ),
        Command(
            "live.open",
            "Live e&xamination …",
            f,
            ("Ctrl+Shift+L",),
            "Record, hear and see a device or stream as it comes",
        ),
        Command("file.demo", "&Demo study", f, ("Ctrl+Alt+D",), "A simulated study to try"),
        Command(
            "file.examples",
            "&Examples …",
            f,
            ("Ctrl+Alt+E",),
            "Simulated recordings of each discharge and artefact, labelled, to look at and hear",
        ),
        Command(
            "file.add",
            "&Add recordings …",
            f,
            ("Ctrl+Shift+A",),
            "Import more recordings into this study",
            "writable",
        ),
        Command(
            "file.patient",
            "&Patient and referral …",
            f,
            ("Ctrl+P",),
            "Identification and referral question",
            "writable",
            separator=True,
        ),
        Command(
            "file.report",
            "&Report …",
            f,
            ("Ctrl+R",),
            "Preview, write and sign the report",
            "study",
        ),
        Command(
            "file.verify",
            "&Verify a report …",
            f,
            ("Ctrl+Shift+V",),
            "Check integrity, identity, time and currency of a signed report",
        ),
        *_record(f),
        *_pictures(f),
        *_end(f),
    )


def _end(f: str) -> tuple[Command, ...]:
    return (
        Command(
            "file.take_over",
            "&Take over writing",
            f,
            ("Ctrl+Shift+T",),
            "Write the study that another window wrote, once that is closed",
            "readable",
            separator=True,
        ),
        Command("file.close", "&Close study", f, ("Ctrl+W",), "Close the study", "study"),
        Command("file.quit", "&Quit", f, ("Ctrl+Q",), "Close the program", separator=True),
    )


def _record(f: str) -> tuple[Command, ...]:
    return (
        Command(
            "record.audit",
            "Check the &log …",
            f,
            ("Ctrl+Alt+V",),
            "Tell whether the log of decisions was changed, cut off, or is of another study",
            "study",
        ),
        Command(
            "record.export",
            "Export &labels …",
            f,
            ("Ctrl+Alt+X",),
            "Write labels as CSV, EDF+ annotations or BIDS events; nobody's name is in them",
            "study",
            separator=True,
        ),
        Command(
            "record.import",
            "Import la&bels …",
            f,
            ("Ctrl+Alt+I",),
            "Take labels of a CSV, EDF+ or events.tsv in, open to decision",
            "writable",
        ),
    )


def _pictures(f: str) -> tuple[Command, ...]:
    return (
        Command(
            "picture.save",
            "Save p&icture …",
            f,
            ("Ctrl+Shift+S",),
            "Save what is on the screen as PNG or SVG, with scale bars, filters and time",
            "recording",
            separator=True,
        ),
        Command(
            "picture.copy",
            "&Copy picture",
            f,
            ("Ctrl+C",),
            "Put the same picture on the clipboard",
            "recording",
        ),
        Command(
            "picture.name",
            "Patient's &name in pictures",
            f,
            ("Ctrl+Alt+N",),
            "Pictures tell whose they are; off at each start of the program",
            "recording",
            checkable=True,
        ),
    )
