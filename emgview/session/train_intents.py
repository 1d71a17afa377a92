"""What a person can want of trains and their members; see :mod:`.train_editing`."""

from __future__ import annotations

from dataclasses import dataclass


@dataclass(frozen=True, slots=True)
class TakeOut:
    """These potentials do not belong to the train, and to no other: they count nowhere."""

    item: str
    peaks: tuple[int, ...]
    reason: str = ""


@dataclass(frozen=True, slots=True)
class MoveMembers:
    """These potentials belong to another train of the channel."""

    item: str
    peaks: tuple[int, ...]
    to: str
    reason: str = ""


@dataclass(frozen=True, slots=True)
class SplitOff:
    """These potentials become an item of their own, with class and decision of the train."""

    item: str
    peaks: tuple[int, ...]
    reason: str = ""


@dataclass(frozen=True, slots=True)
class SplitAt:
    """What lies at this sample or later becomes an item of its own."""

    item: str
    sample: int
    reason: str = ""


@dataclass(frozen=True, slots=True)
class MergeTrains:
    """All potentials go into the first of these items, which keeps its class and decision."""

    items: tuple[str, ...]
    reason: str = ""


TrainIntent = TakeOut | MoveMembers | SplitOff | SplitAt | MergeTrains
TRAIN_INTENTS = (TakeOut, MoveMembers, SplitOff, SplitAt, MergeTrains)
