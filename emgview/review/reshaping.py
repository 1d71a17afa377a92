"""Plans changes of potentials between items; refuses what is not allowed."""

from __future__ import annotations

from collections.abc import Iterable
from itertools import chain

from emgview.errors import PolicyError
from emgview.model import Label, load_vocabulary
from emgview.review.commands import Carry, Reshape
from emgview.review.effects import Decision, Effect, Shape
from emgview.review.items import Items
from emgview.review.planning import Plan
from emgview.review.state import ReviewState

ACTIONS = ("train.split", "train.merge", "train.move", "train.take_out")
_AGAIN = "Refresh the list and try again."


def plan_reshape(command: Reshape, state: ReviewState, items: Items) -> Plan | None:
    """Plan a change of potentials; None where nothing would change.

    Raises
    ------
    PolicyError
        For an unknown item, potentials that come from nowhere or would be in two items, items of
        different channels, or an item left without potentials that went nowhere.
    """
    if command.action not in ACTIONS:
        raise PolicyError(f"{command.action!r} is no change of trains", "Use one of the menu.")
    before = [_known(items, item) for item in command.shapes]
    _check_place([*before, *command.new])
    _check_new(command.new, state, items)
    _check_conserved(before, command)
    changed = {label.id: command.shapes[label.id] for label in before if _differs(label, command)}
    if not changed and not command.new:
        return None
    return Plan(
        command.action,
        Effect(
            own={label.id: None for label in command.new},
            shapes={item: state.shapes.get(item) for item in changed},
        ),
        Effect(own={label.id: label for label in command.new}, shapes=changed),
    )


def plan_carry(command: Carry, state: ReviewState, items: Items) -> Plan | None:
    """Plan the carrying over of decisions; None where there is nothing to carry.

    Raises
    ------
    PolicyError
        If an item is not shown, or a decision has no newer item to go to.
    """
    if not command.into:
        return None
    older = {old: _known(items, old) for old in command.into}
    newer = {new: _known(items, new) for new in command.into.values()}
    if set(command.decisions) - set(newer) or set(older) & set(newer):
        raise PolicyError("A decision has no item to go to", _AGAIN)
    shapes = {
        old: Shape(label.interval, label.peak_samples, command.into[old])
        for old, label in older.items()
    }
    before = {item: Decision.of(newer[item]) for item in command.decisions}
    return Plan(
        "label.carried",
        Effect(before, shapes={item: state.shapes.get(item) for item in shapes}),
        Effect(dict(command.decisions), shapes=shapes),
    )


def _known(items: Items, item: str) -> Label:
    label = items.get(item)
    if label is None:
        raise PolicyError("An item is not among those shown", _AGAIN)
    return label


def _differs(label: Label, command: Reshape) -> bool:
    shape = command.shapes[label.id]
    return (label.interval, label.peak_samples, "") != (shape.interval, shape.peaks, shape.into)


def _check_place(labels: Iterable[Label]) -> None:
    if len({(label.recording_id, label.channel) for label in labels}) != 1:
        raise PolicyError("The trains lie in different channels", "Choose trains of one channel.")


def _check_new(new: tuple[Label, ...], state: ReviewState, items: Items) -> None:
    for label in new:
        if label.id in state.own_ids or items.get(label.id) or label.id in state.decisions:
            raise PolicyError("This label was added before", "Give the new one an id of its own.")
        if load_vocabulary().get(label.activity) is None:
            raise PolicyError(
                f"Class {label.activity!r} is unknown", "Choose a class of the vocabulary."
            )


def _check_conserved(before: list[Label], command: Reshape) -> None:
    """No potential comes from nowhere, is in two items, or lies outside of its item."""
    had = set(chain.from_iterable(label.peak_samples for label in before))
    kept = [(s.interval, s.peaks) for s in command.shapes.values() if not s.into]
    kept += [(label.interval, label.peak_samples) for label in command.new]
    peaks = list(chain.from_iterable(peaks for _, peaks in kept))
    lost = command.action != "train.take_out" and set(peaks) != had
    if lost or len(peaks) != len(set(peaks)) or not set(peaks) <= had:
        raise PolicyError("The potentials are not those of the trains", _AGAIN)
    for interval, own in kept:
        if not own or list(own) != sorted(own) or not all(map(interval.contains, own)):
            raise PolicyError(
                "A train would be left without potentials", "Reject the train instead."
            )
    shown = {item for item, s in command.shapes.items() if not s.into}
    shown |= {label.id for label in command.new}
    if any(s.into not in shown or s.peaks for s in command.shapes.values() if s.into):
        raise PolicyError("A train would go into one that is not there", _AGAIN)
