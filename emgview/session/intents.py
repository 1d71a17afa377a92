"""What a person can want. A view sends one of these; nothing changes in any other way."""

from __future__ import annotations

from dataclasses import dataclass

from emgview.model import Label, Patient, SampleInterval, Side
from emgview.session.blinded_audit import AnswerAudit, StartAudit
from emgview.session.own_labels import SnapLabel
from emgview.session.rerun import CarryDecisions
from emgview.session.second_reader import Adjudicate
from emgview.session.train_intents import TRAIN_INTENTS, TrainIntent
from emgview.session.unit_intents import UnitIntent


@dataclass(frozen=True, slots=True)
class Confirm:
    """Agree with the proposed class of these items."""

    items: tuple[str, ...]
    reason: str = ""


@dataclass(frozen=True, slots=True)
class Reject:
    """Say that nothing of the kind is there."""

    items: tuple[str, ...]
    reason: str = ""


@dataclass(frozen=True, slots=True)
class CannotTell:
    """Looked at, not decided."""

    items: tuple[str, ...]
    reason: str = ""


@dataclass(frozen=True, slots=True)
class Relabel:
    """Give another class (the item becomes ``edited``)."""

    items: tuple[str, ...]
    activity: str
    reason: str = ""


@dataclass(frozen=True, slots=True)
class AddLabel:
    """A label of the reader's own."""

    recording_id: str
    channel: int
    interval: SampleInterval
    activity: str
    peak_samples: tuple[int, ...] = ()
    reason: str = ""


@dataclass(frozen=True, slots=True)
class ImportLabels:
    """Labels from a file, of origin ``import``: open to decision, one undo."""

    labels: tuple[Label, ...]
    reason: str = ""


@dataclass(frozen=True, slots=True)
class RemoveLabel:
    """Take back a label of the reader's own (it stays in the log)."""

    item: str
    reason: str = ""


@dataclass(frozen=True, slots=True)
class StateMuscle:
    """Say which muscle and side a recording is of."""

    recording_id: str
    muscle: str
    side: Side


@dataclass(frozen=True, slots=True)
class SetBookmark:
    """Mark a place, or give the mark there another text."""

    recording_id: str
    sample: int
    text: str = ""


@dataclass(frozen=True, slots=True)
class RemoveBookmark:
    """Take the mark of a place away; it stays in the log."""

    recording_id: str
    sample: int


@dataclass(frozen=True, slots=True)
class StateText:
    """A text of the reader: ``conclusion``, ``referral_question`` or ``limitations``."""

    field: str
    text: str


@dataclass(frozen=True, slots=True)
class StateEntry:
    """What the clinician enters (see ``clinical/entries.toml``); an empty value takes it back."""

    entry: str
    value: str


@dataclass(frozen=True, slots=True)
class OverrideCell:
    """The reader's word in the place of a cell of the grid; the cell as found stays visible.

    ``state`` is one of ``observed``, ``absent``, ``not_examined``, ``not_assessable``; ``value``
    is one of the column's where it is ``observed``. The reason is always needed.
    """

    muscle: str
    side: Side
    column: str
    state: str
    value: str = ""
    reason: str = ""


@dataclass(frozen=True, slots=True)
class ClearOverride:
    """Let the cell say again what was found."""

    muscle: str
    side: Side
    column: str
    reason: str = ""


@dataclass(frozen=True, slots=True)
class StatePatient:
    """Identification of the patient. The log keeps that it changed, not to what."""

    patient: Patient


@dataclass(frozen=True, slots=True)
class Undo:
    """Take back the last decision (appends its inverse)."""


@dataclass(frozen=True, slots=True)
class Redo:
    """Do again what was undone last."""


MoreIntent = TrainIntent | SnapLabel | CarryDecisions | StartAudit | AnswerAudit | Adjudicate
MORE_INTENTS: tuple[type, ...] = (
    *TRAIN_INTENTS,
    SnapLabel,
    CarryDecisions,
    StartAudit,
    AnswerAudit,
    Adjudicate,
)
"""Carried out by :mod:`.more_intents`."""

Intent = (
    MoreIntent
    | Confirm
    | Reject
    | CannotTell
    | Relabel
    | AddLabel
    | ImportLabels
    | RemoveLabel
    | StateMuscle
    | SetBookmark
    | RemoveBookmark
    | StateText
    | StateEntry
    | OverrideCell
    | ClearOverride
    | StatePatient
    | UnitIntent
    | Undo
    | Redo
)


EVERY_VIEW = frozenset({"items", "findings", "study", "texts", "units", "history", "bookmarks"})


@dataclass(frozen=True, slots=True)
class ChangeSet:
    """What a change touched; the views named refresh, no others.

    Parameters
    ----------
    items : frozenset of str
        Ids of labels whose state, class or presence changed.
    views : frozenset of str
        Of ``items``, ``findings``, ``study``, ``texts``, ``units``, ``history``, ``bookmarks``.
    message : str
        One short line for the status bar.
    seq : int
        Row of the command log that holds the change.
    """

    items: frozenset[str]
    views: frozenset[str]
    message: str
    seq: int
