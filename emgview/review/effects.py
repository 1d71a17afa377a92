"""Before and after of a change, as the log stores them."""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from dataclasses import dataclass, field, replace
from typing import Any

from emgview.model import Label, LabelState, Origin, SampleInterval


@dataclass(frozen=True, slots=True)
class Decision:
    """What was decided, by whom and when; empty ``by`` and ``at`` while proposed."""

    state: LabelState
    activity: str
    by: str = ""
    at: str = ""

    @classmethod
    def of(cls, label: Label) -> Decision:
        """The decision that a label carries."""
        return cls(label.state, label.activity, label.decided_by, label.decided_at)

    def on(self, label: Label) -> Label:
        """The label with this decision."""
        # Written out: ``replace`` takes five times as long, and a decision may be for thousands.
        return Label(
            id=label.id,
            recording_id=label.recording_id,
            channel=label.channel,
            interval=label.interval,
            peak_samples=label.peak_samples,
            activity=self.activity,
            origin=label.origin,
            state=self.state,
            proposal_id=label.proposal_id,
            decided_by=self.by,
            decided_at=self.at,
            merged=label.merged,
        )


@dataclass(frozen=True, slots=True)
class Shape:
    """Which potentials an item holds, where a reader changed that.

    Parameters
    ----------
    peaks : tuple of int
        Sorted; empty only with ``into``.
    into : str
        Item that the last of its potentials went to: it is not shown any more. Empty else.
    """

    interval: SampleInterval
    peaks: tuple[int, ...]
    into: str = ""

    def on(self, label: Label) -> Label:
        """The label with these potentials."""
        return replace(label, interval=self.interval, peak_samples=self.peaks)


@dataclass(frozen=True, slots=True)
class Effect:
    """One side of a change: how things are before it, or after it.

    Parameters
    ----------
    decisions : mapping of item id to Decision
    own : mapping of item id to Label or None
        Own labels; None: not there.
    fields : mapping of field name to str or None
        None: never stated.
    shapes : mapping of item id to Shape or None
        None: the potentials that it came with.
    """

    decisions: Mapping[str, Decision] = field(default_factory=dict)
    own: Mapping[str, Label | None] = field(default_factory=dict)
    fields: Mapping[str, str | None] = field(default_factory=dict)
    shapes: Mapping[str, Shape | None] = field(default_factory=dict)

    @property
    def items(self) -> frozenset[str]:
        """Ids of all items concerned."""
        return frozenset(self.decisions) | frozenset(self.own) | frozenset(self.shapes)

    def to_json(self) -> dict[str, Any]:
        """JSON value; items with one and the same decision share a group, to keep rows short."""
        groups: dict[Decision, list[str]] = {}
        for item, decision in self.decisions.items():
            groups.setdefault(decision, []).append(item)
        value: dict[str, Any] = {}
        if groups:
            value["labels"] = [_group(decision, items) for decision, items in groups.items()]
        if self.own:
            value["own"] = {
                item: label and label_to_json(label) for item, label in _sorted(self.own)
            }
        if self.fields:
            value["fields"] = dict(self.fields)
        if self.shapes:
            value["shapes"] = {
                item: shape and _shape_to_json(shape) for item, shape in sorted(self.shapes.items())
            }
        return value

    @classmethod
    def from_json(cls, value: Mapping[str, Any]) -> Effect:
        """The effect that :meth:`to_json` wrote.

        Raises
        ------
        KeyError, TypeError, ValueError
            If the value does not have that form.
        """
        decisions = {}
        for group in value.get("labels", ()):
            decision = Decision(
                LabelState(group["state"]), group["activity"], group["by"], group["at"]
            )
            decisions.update(dict.fromkeys(group["items"], decision))
        own = {
            item: None if label is None else label_from_json(label)
            for item, label in value.get("own", {}).items()
        }
        shapes = {
            item: None if shape is None else _shape_from_json(shape)
            for item, shape in value.get("shapes", {}).items()
        }
        return cls(decisions, own, dict(value.get("fields", {})), shapes)


def label_to_json(label: Label) -> dict[str, Any]:
    """An own label as JSON value."""
    value = {
        "id": label.id,
        "recording": label.recording_id,
        "channel": int(label.channel),
        "interval": [int(label.interval.start), int(label.interval.stop)],
        "peaks": [int(peak) for peak in label.peak_samples],
        "activity": label.activity,
        "origin": str(label.origin),
        "state": str(label.state),
        "by": label.decided_by,
        "at": label.decided_at,
    }
    if label.proposal_id is not None:
        value["proposal"] = label.proposal_id
    return value


def label_from_json(value: Mapping[str, Any]) -> Label:
    """The label that :func:`label_to_json` wrote."""
    return Label(
        id=value["id"],
        recording_id=value["recording"],
        channel=value["channel"],
        interval=SampleInterval(*value["interval"]),
        peak_samples=tuple(value["peaks"]),
        activity=value["activity"],
        origin=Origin(value["origin"]),
        state=LabelState(value["state"]),
        proposal_id=value.get("proposal"),
        decided_by=value["by"],
        decided_at=value["at"],
    )


def _shape_to_json(shape: Shape) -> dict[str, Any]:
    value: dict[str, Any] = {
        "interval": [int(shape.interval.start), int(shape.interval.stop)],
        "peaks": [int(peak) for peak in shape.peaks],
    }
    return value | {"into": shape.into} if shape.into else value


def _shape_from_json(value: Mapping[str, Any]) -> Shape:
    interval, peaks = SampleInterval(*value["interval"]), tuple(value["peaks"])
    return Shape(interval, peaks, value.get("into", ""))


def _group(decision: Decision, items: list[str]) -> dict[str, Any]:
    return {
        "items": items,
        "state": str(decision.state),
        "activity": decision.activity,
        "by": decision.by,
        "at": decision.at,
    }


def _sorted(own: Mapping[str, Label | None]) -> Iterable[tuple[str, Label | None]]:
    return sorted(own.items())
