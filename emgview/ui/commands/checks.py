"""Commands of the checks: runs compared, rhythm, blinded audit, second reader."""

from __future__ import annotations

from emgview.ui.commands.command import Command, Needs

MENU = "Chec&ks"

_TABLE: tuple[tuple[str, str, str, str, Needs], ...] = (
    (
        "rhythm",
        "Ask the &rhythm",
        "Shift+I",
        "Rate, variation, bursts, doubles, units",
        "recording",
    ),
    (
        "sites",
        "What comes back at each &site",
        "Ctrl+Alt+B",
        "Classes and shapes at the sites of each muscle, with what they are of",
        "study",
    ),
    (
        "parameters",
        "Detect with other &parameters …",
        "Ctrl+Alt+R",
        "A new run beside the old one; decisions go over where the potentials match",
        "writable",
    ),
    (
        "runs",
        "&Compare detector runs",
        "Ctrl+Alt+J",
        "What the latest run says otherwise",
        "recording",
    ),
    (
        "audit",
        "&Blinded audit",
        "Ctrl+Alt+A",
        "Random windows without what the detector said: misses and false alarms here",
        "writable",
    ),
    ("something", "Audit: &activity", "Alt+Shift+C", "There is activity in the window", "writable"),
    ("nothing", "Audit: n&othing", "Alt+Shift+X", "There is none in the window", "writable"),
    ("unsure", "Audit: cannot &tell", "Alt+Shift+V", "Looked at, not decided", "writable"),
    (
        "audit_end",
        "&End the audit",
        "Alt+Shift+Z",
        "Show everything; answers are kept",
        "recording",
    ),
    (
        "second",
        "Read as &second reader …",
        "Ctrl+Alt+2",
        "The same proposals, without the first reader's decisions",
        "study",
    ),
    (
        "compare",
        "Compare both rea&dings",
        "Ctrl+Alt+G",
        "Agreement and what to adjudicate",
        "study",
    ),
    (
        "take_first",
        "Adjudicate: &first reader",
        "Alt+5",
        "The first reader's word stands",
        "writable",
    ),
    (
        "take_second",
        "Adjudicate: seco&nd reader",
        "Alt+6",
        "The second reader's word stands",
        "writable",
    ),
)
_LINES = ("parameters", "audit", "second")


def commands() -> tuple[Command, ...]:
    """In the order of the menu."""
    return tuple(
        Command(f"checks.{name}", title, MENU, (key,), tip, needs, separator=name in _LINES)
        for name, title, key, tip, needs in _TABLE
    )
