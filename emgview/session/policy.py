"""What is allowed in which state: one table, asked by the session itself.

Buttons only mirror it.
"""

from __future__ import annotations

from enum import StrEnum

from emgview.errors import PolicyError
from emgview.session.intents import (
    MORE_INTENTS,
    AddLabel,
    CannotTell,
    ClearOverride,
    Confirm,
    ImportLabels,
    Intent,
    OverrideCell,
    Redo,
    Reject,
    Relabel,
    RemoveBookmark,
    RemoveLabel,
    SetBookmark,
    StateEntry,
    StateMuscle,
    StatePatient,
    StateText,
    Undo,
)
from emgview.session.unit_intents import UNIT_INTENTS


class StudyState(StrEnum):
    """State of a study as far as changes are concerned."""

    OPEN = "open"
    READ_ONLY = "read_only"


_ALL: tuple[type, ...] = (
    Confirm,
    Reject,
    CannotTell,
    Relabel,
    AddLabel,
    ImportLabels,
    RemoveLabel,
    SetBookmark,
    RemoveBookmark,
    StateMuscle,
    StateText,
    StateEntry,
    OverrideCell,
    ClearOverride,
    StatePatient,
    *UNIT_INTENTS,
    Undo,
    Redo,
    *MORE_INTENTS,
)

ALLOWED: dict[StudyState, tuple[type, ...]] = {
    StudyState.OPEN: _ALL,
    StudyState.READ_ONLY: (),
}


def check(intent: Intent, state: StudyState) -> None:
    """Let an intent pass or say why not.

    Raises
    ------
    PolicyError
        If the state does not allow it.
    """
    if type(intent) not in ALLOWED[state]:
        raise PolicyError(
            "This study is open for reading only",
            "Close the other window that has it open, or make the folder writable.",
        )
