"""The names of changes, as menus and the status bar show them."""

from __future__ import annotations

import json

from emgview.model import load_vocabulary
from emgview.review.effects import Effect

ADJUDICATE = "Adjudicate"
_VERBS = {
    "label.confirmed": "Confirm",
    "label.rejected": "Reject",
    "label.cannot_tell": "Cannot tell",
    "label.proposed": "Take back decision on",
}


def describe(action: str, after: Effect) -> str:
    """Short name of a change: ``Confirm 3 items``, ``Relabel 1 item: Positive sharp wave``."""
    if action == "field.set":
        did = [_did(value) for value in after.fields.values()]
        if all(did):
            return ", ".join(did)
        return "State " + ", ".join(_field(name) for name in after.fields)
    if action == "label.add":
        classes = {label.activity for label in after.own.values() if label}
        return "Add label: " + ", ".join(sorted(_term(activity) for activity in classes))
    if action == "label.import":
        return f"Import {len(after.own)} label{'s' * (len(after.own) != 1)}"
    if action == "label.remove":
        return "Remove label"
    if action.startswith("train."):
        return _reshaped(action, after)
    if action == "label.carried":
        count = len(after.decisions)
        return f"Carry over {count} decision" + ("" if count == 1 else "s")
    if action == "label.adjudicated":
        return ADJUDICATE
    count = len(after.decisions)
    items = f"{count} item" if count == 1 else f"{count} items"
    if action == "label.edited":
        (activity,) = {decision.activity for decision in after.decisions.values()}
        return f"Relabel {items}: {_term(activity)}"
    return f"{_VERBS[action]} {items}"


def _reshaped(action: str, after: Effect) -> str:
    """``Split off 12 potentials``, ``Merge 3 trains``."""
    if action == "train.split":
        count = sum(len(label.peak_samples) for label in after.own.values() if label)
        return f"Split off {_potentials(count)}"
    if action == "train.merge":
        return f"Merge {len(after.shapes)} trains"
    return "Move potentials" if action == "train.move" else "Take out potentials"


def _potentials(count: int) -> str:
    return "1 potential" if count == 1 else f"{count} potentials"


def _did(value: str | None) -> str:
    """What a structured value says was done; empty where it is a mere text."""
    if value is None or not value.startswith('{"did":'):
        return ""
    try:
        return str(json.loads(value)["did"])
    except (ValueError, TypeError):
        return ""  # a reader's text that only begins like one


def _field(name: str) -> str:
    words = name.rpartition("/")[2].replace("_", " ")
    return f"finding: {words}" if name.startswith("finding/") else words


def _term(activity: str) -> str:
    """Term of the vocabulary; the id where a replaced vocabulary no longer has it."""
    found = load_vocabulary().get(activity)
    return found.term if found else activity
