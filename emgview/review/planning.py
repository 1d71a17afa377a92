"""From a command to what it would change; refuses what is not allowed. Writes nothing."""

from __future__ import annotations

import re
from collections.abc import Mapping
from dataclasses import dataclass, replace

from emgview.errors import PolicyError
from emgview.model import Label, LabelState, Origin, load_vocabulary
from emgview.review.commands import Add, Decide, Import, Note, Remove, SetField, Settle
from emgview.review.effects import Decision, Effect
from emgview.review.items import Items
from emgview.review.state import ReviewState

_FIELD = re.compile(r"[a-z][a-z0-9_]*(/[^/\s]+/[a-z][a-z0-9_]*)?")
_ACTION = re.compile(r"[a-z][a-z0-9_]*(\.[a-z][a-z0-9_]*)+")
_OWN_ACTIONS = ("label.", "train.", "field.", "log.", "review.", "model.run")
_PATIENT = re.compile(r"patient|birth")
_AS_ADDED = {
    Origin.READER: (LabelState.CONFIRMED, LabelState.CANNOT_TELL),
    Origin.IMPORT: (LabelState.CONFIRMED, LabelState.CANNOT_TELL, LabelState.PROPOSED),
}


@dataclass(frozen=True, slots=True)
class Plan:
    """A change that is allowed: the action's name, and both sides."""

    action: str
    before: Effect
    after: Effect


def plan_decide(command: Decide, items: Items, by: str, at: str) -> Plan | None:
    """Plan a decision; None where every item already has it.

    Raises
    ------
    PolicyError
        For an unknown item or class, a class where none belongs, or an own label set back.
    """
    _check_decision(command)
    before: dict[str, Decision] = {}
    after: dict[str, Decision] = {}
    for item in dict.fromkeys(command.items):
        label = items.get(item)
        if label is None:
            raise PolicyError("An item is not among those shown", "Refresh the list and try again.")
        new = _decision(command, label, items.first_activity(item), by, at)
        if (new.state, new.activity) != (label.state, label.activity):
            before[item], after[item] = Decision.of(label), new
    if not after:
        return None
    return Plan(f"label.{command.state}", Effect(before), Effect(after))


def _check_decision(command: Decide) -> None:
    if command.state is LabelState.EDITED:
        if command.activity is None:
            raise PolicyError("No class was given", "Choose a class of the vocabulary.")
        _check_activity(command.activity)
    elif command.activity is not None:
        raise PolicyError(f"A class does not go with {command.state}", "Relabel the item instead.")


def _decision(command: Decide, label: Label, first_activity: str, by: str, at: str) -> Decision:
    state = command.state
    if state is LabelState.PROPOSED:
        if label.origin is Origin.READER:
            raise PolicyError("An own label was never proposed", "Remove it instead.")
        return Decision(state, first_activity)
    activity = command.activity or first_activity
    if state is LabelState.EDITED and activity == first_activity:
        state = LabelState.CONFIRMED
    return Decision(state, activity, by, at)


def plan_add(command: Add, state: ReviewState, items: Items, by: str, at: str) -> Plan:
    """Plan an own label.

    Raises
    ------
    PolicyError
        If the id was used before, the class is unknown, or the label contradicts itself.
    """
    added = _checked_new(command.label, state, items, by, at)
    return Plan("label.add", Effect(own={added.id: None}), Effect(own={added.id: added}))


def plan_import(command: Import, state: ReviewState, items: Items, by: str, at: str) -> Plan | None:
    """Plan labels from a file; None where there are none.

    Raises
    ------
    PolicyError
        If one of them is not of origin ``import``, or cannot be added.
    """
    if any(label.origin is not Origin.IMPORT for label in command.labels):
        raise PolicyError("A label to be imported has another origin", "Report this.")
    after = {label.id: _checked_new(label, state, items, by, at) for label in command.labels}
    if len(after) != len(command.labels):
        raise PolicyError("Two labels have one id", "Give each an id of its own.")
    if not after:
        return None
    return Plan("label.import", Effect(own=dict.fromkeys(after)), Effect(own=after))


def _checked_new(label: Label, state: ReviewState, items: Items, by: str, at: str) -> Label:
    if label.id in state.own_ids or items.get(label.id) or label.id in state.decisions:
        raise PolicyError("This label was added before", "Give the new one an id of its own.")
    if label.proposal_id is not None or label.state not in _AS_ADDED.get(label.origin, ()):
        raise PolicyError(
            f"A label of origin {label.origin} cannot be added as {label.state}",
            "Decide on the proposal, or add a confirmed label.",
        )
    _check_activity(label.activity)
    _check_place(label)
    if label.state is LabelState.PROPOSED:
        by, at = "", ""
    return replace(label, decided_by=by, decided_at=at)


def plan_remove(command: Remove, state: ReviewState, items: Items) -> Plan:
    """Plan the removal of an own label; PolicyError for anything else."""
    label = items.get(command.item)
    whole = label is not None and not (label.proposal_id or label.merged)
    if label is None or command.item not in state.own or not whole:
        raise PolicyError("Only own labels can be removed", "Reject the proposal instead.")
    return Plan(
        "label.remove",
        # Both: the class as first given, and what was decided about it since.
        Effect({command.item: Decision.of(label)}, {command.item: state.own[command.item]}),
        Effect(own={command.item: None}),
    )


def plan_field(command: SetField, fields: Mapping[str, str]) -> Plan | None:
    """Plan a text; None where it already reads so. PolicyError for an impossible name."""
    name = command.field
    if not _FIELD.fullmatch(name) or _PATIENT.search(name):
        raise PolicyError(
            f"A field cannot be called {name!r}", "Use a name as conclusion or recording/1/muscle."
        )
    if fields.get(name, "") == command.value:
        return None
    before, after = {name: fields.get(name)}, {name: command.value}
    return Plan("field.set", Effect(fields=before), Effect(fields=after))


def plan_settle(command: Settle, state: ReviewState, items: Items, by: str, at: str) -> Plan | None:
    """Plan a decision with its text; None where neither would change anything.

    Raises
    ------
    PolicyError
        As its two parts.
    """
    said = plan_field(command.said, state.fields)
    decided: Plan | None = None
    match command.decision:
        case Decide() as decide:
            decided = plan_decide(decide, items, by, at)
        case Add() as add:
            decided = plan_add(add, state, items, by, at)
    if said is None and decided is None:
        return None
    parts = [plan for plan in (decided, said) if plan is not None]
    return Plan(
        "label.adjudicated",
        _together([plan.before for plan in parts]),
        _together([plan.after for plan in parts]),
    )


def _together(effects: list[Effect]) -> Effect:
    """One side of a change that has parts about different things."""
    whole = Effect()
    for effect in effects:
        whole = Effect(
            {**whole.decisions, **effect.decisions},
            {**whole.own, **effect.own},
            {**whole.fields, **effect.fields},
            {**whole.shapes, **effect.shapes},
        )
    return whole


def check_note(note: Note) -> None:
    """PolicyError for a name that the store uses itself, or details about the patient."""
    if not _ACTION.fullmatch(note.action) or note.action.startswith(_OWN_ACTIONS):
        raise PolicyError(
            f"An event cannot be called {note.action!r}", "Use a name as study.open or export.pdf."
        )
    if any(_PATIENT.search(str(key)) for key in note.details):
        raise PolicyError("Patient data do not go into the log", "Leave them out.")


def _check_activity(activity: str) -> None:
    if load_vocabulary().get(activity) is None:
        raise PolicyError(f"Class {activity!r} is unknown", "Choose a class of the vocabulary.")


def _check_place(label: Label) -> None:
    inside = all(label.interval.contains(peak) for peak in label.peak_samples)
    if not (label.id and label.recording_id) or label.channel < 0 or label.interval.start < 0:
        raise PolicyError("The label has no place in a recording", "Draw it again on the trace.")
    if not label.interval or not inside or list(label.peak_samples) != sorted(label.peak_samples):
        raise PolicyError("The label's peaks lie outside of it", "Draw it again on the trace.")
