"""Every action of the window in one table: menu, title, shortcut, tooltip, when it is enabled.

The menus, the toolbar, the context menu of the table and the shortcut page of the help are made
from it; what a command does is wired in :mod:`.main_window` by its id. Left-hand keys decide, so
that one hand stays on the keyboard: A/D move, C confirm, X reject, V cannot tell, digits relabel.
"""

from __future__ import annotations

from dataclasses import dataclass
from typing import Literal

from emgview.model import load_vocabulary

Needs = Literal["nothing", "study", "recording", "item", "writable", "undo", "redo", "work"]


@dataclass(frozen=True, slots=True)
class Command:
    """One action.

    Parameters
    ----------
    id : str
        Name for wiring: ``group.action``.
    title : str
        Menu text with ``&`` before the access key.
    menu : str
        Menu that it stands in.
    keys : tuple of str
        Shortcuts; the first is shown.
    tip : str
        One short sentence.
    needs : str
        State in which it is enabled.
    checkable : bool
    separator : bool
        A line stands before it in the menu.
    """

    id: str
    title: str
    menu: str
    keys: tuple[str, ...]
    tip: str
    needs: Needs = "nothing"
    checkable: bool = False
    separator: bool = False


MENUS = ("&File", "&Edit", "&Review", "&View", "&Go", "&Detect", "&Help")


def _file() -> tuple[Command, ...]:
    f = "&File"
    return (
        Command("file.open", "&Open recording …", f, ("Ctrl+O",), "Open a recording of any kind"),
        Command(
            "file.open_study", "Open &study …", f, ("Ctrl+Shift+O",), "Open a study folder (.emg)"
        ),
        Command("file.demo", "&Demo study", f, ("Ctrl+Alt+D",), "A simulated study to try"),
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
        Command(
            "file.picture",
            "Save p&icture …",
            f,
            ("Ctrl+Shift+S",),
            "Save the traces as a picture",
            "recording",
            separator=True,
        ),
        Command("file.close", "&Close study", f, ("Ctrl+W",), "Close the study", "study"),
        Command("file.quit", "&Quit", f, ("Ctrl+Q",), "Close the program", separator=True),
    )


def _edit() -> tuple[Command, ...]:
    e = "&Edit"
    return (
        Command("edit.undo", "&Undo", e, ("Ctrl+Z",), "Take back the last decision", "undo"),
        Command("edit.redo", "&Redo", e, ("Ctrl+Shift+Z", "Ctrl+Y"), "Do it again", "redo"),
        Command(
            "edit.label",
            "&Label a stretch",
            e,
            ("L",),
            "Drag on a trace to add a label of your own",
            "writable",
            checkable=True,
            separator=True,
        ),
        Command(
            "edit.remove",
            "Re&move own label",
            e,
            ("Del",),
            "Take back a label of your own; it stays in the log",
            "item",
        ),
        Command(
            "edit.reader",
            "Reader's &name …",
            e,
            ("Ctrl+Shift+N",),
            "Who decides and signs",
            separator=True,
        ),
    )


def _review() -> tuple[Command, ...]:
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
    )


def _view() -> tuple[Command, ...]:
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
    )


def _go() -> tuple[Command, ...]:
    g = "&Go"
    return (
        Command("go.forward", "One division &on", g, ("Right",), "Scroll on", "recording"),
        Command("go.back", "One division &back", g, ("Left",), "Scroll back", "recording"),
        Command(
            "go.page_forward", "&Page on", g, ("PgDown", "Shift+Right"), "Next screen", "recording"
        ),
        Command(
            "go.page_back", "Page bac&k", g, ("PgUp", "Shift+Left"), "Previous screen", "recording"
        ),
        Command("go.start", "&Start", g, ("Home",), "Start of the recording", "recording"),
        Command("go.end", "&End", g, ("End",), "End of the recording", "recording"),
        Command("go.time", "&Go to time …", g, ("Ctrl+G",), "Type a time", "recording"),
        Command(
            "go.next_recording",
            "Next &recording",
            g,
            ("Ctrl+Down",),
            "Next muscle",
            "recording",
            separator=True,
        ),
        Command(
            "go.previous_recording",
            "Previous re&cording",
            g,
            ("Ctrl+Up",),
            "Previous muscle",
            "recording",
        ),
    )


def _detect() -> tuple[Command, ...]:
    d = "&Detect"
    return (
        Command(
            "detect.this",
            "&This recording",
            d,
            ("Ctrl+D",),
            "Let the detector propose",
            "writable",
        ),
        Command(
            "detect.all",
            "&All recordings",
            d,
            ("Ctrl+Shift+D",),
            "Every recording of the study",
            "writable",
        ),
        Command("detect.cancel", "&Cancel", d, ("Esc",), "Stop what is running", "work"),
    )


def _help() -> tuple[Command, ...]:
    h = "&Help"
    return (
        Command("help.guide", "&Guide", h, ("F1",), "How to work with the program"),
        Command("help.keys", "&Keyboard", h, ("?", "Shift+F1"), "All keys on one page"),
        Command("help.about", "&About", h, ("Ctrl+F1",), "Version, licence, state of validation"),
    )


def command_table() -> tuple[Command, ...]:
    """All commands in menu order."""
    return (*_file(), *_edit(), *_review(), *_view(), *_go(), *_detect(), *_help())
