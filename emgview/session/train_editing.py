"""Use case: potentials taken out of a train, moved, split off, trains merged; one row each."""

from __future__ import annotations

import uuid
from collections.abc import Iterable, Mapping
from dataclasses import replace
from typing import TYPE_CHECKING

from emgview.errors import PolicyError
from emgview.model import Label, SampleInterval
from emgview.review import Reshape, Shape
from emgview.session.train_intents import (
    MergeTrains,
    MoveMembers,
    SplitAt,
    SplitOff,
    TakeOut,
    TrainIntent,
)

if TYPE_CHECKING:
    from emgview.session.study_session import StudySession

Extents = Mapping[int, SampleInterval]
"""Extent of each potential by its peak."""

_ALL = "Reject the train, or give it another class."


def plan_train(session: StudySession, intent: TrainIntent) -> Reshape:
    """The command for an intent.

    Raises
    ------
    PolicyError
        If an item is not there, or nothing would be left of a train.
    """
    match intent:
        case TakeOut(item, peaks, reason):
            label = _item(session, item)
            kept = _without(label, peaks)
            return Reshape("train.take_out", {item: _shape(session, [label], kept)}, (), reason)
        case MoveMembers():
            return _move(session, intent)
        case SplitOff(item, peaks, reason):
            return _split(session, _item(session, item), frozenset(peaks), reason)
        case SplitAt(item, sample, reason):
            label = _item(session, item)
            behind = frozenset(peak for peak in label.peak_samples if peak >= sample)
            return _split(session, label, behind, reason)
        case MergeTrains(items, reason):
            return _merge(session, items, reason)


def extents_of(session: StudySession, label: Label) -> dict[int, SampleInterval]:
    """Extent of each potential of an item, as detected; a few samples where nobody measured."""
    found = {peak: SampleInterval(peak, peak + 1) for peak in label.peak_samples}
    for item in (label.proposal_id or label.id, *_sources(session, label)):
        proposal = session.proposal(item)
        for potential in proposal.potentials if proposal else ():
            if potential.peak_sample in found:
                found[potential.peak_sample] = potential.interval
    return found


def _sources(session: StudySession, label: Label) -> Iterable[str]:
    """Other items that potentials of this one may have come from: all of its channel."""
    proposal = session.proposal(label.proposal_id or label.id)
    own = set(proposal.peak_samples) if proposal else set()
    if set(label.peak_samples) <= own:
        return ()
    others = (i for i in session.items(label.recording_id) if i.channel == label.channel)
    return dict.fromkeys((*label.merged, *(i.proposal_id or i.id for i in others)))


def _item(session: StudySession, item: str) -> Label:
    label = session.store.item(item)
    if label is None:
        raise PolicyError("The train is not there any more", "Choose it again.")
    return label


def _without(label: Label, peaks: Iterable[int]) -> tuple[int, ...]:
    gone = set(peaks)
    kept = tuple(peak for peak in label.peak_samples if peak not in gone)
    if not kept:
        raise PolicyError("Nothing would be left of the train", _ALL)
    return kept


def _shape(session: StudySession, labels: list[Label], peaks: Iterable[int]) -> Shape:
    """The shape of these potentials, all from those items."""
    extents: dict[int, SampleInterval] = {}
    for label in labels:
        extents |= extents_of(session, label)
    kept = tuple(sorted(peaks))
    chosen = [extents[peak] for peak in kept]
    start, stop = min(i.start for i in chosen), max(i.stop for i in chosen)
    whole = [label for label in labels if set(label.peak_samples) <= set(kept)]
    start = min([start, kept[0], *(label.interval.start for label in whole)])
    stop = max([stop, kept[-1] + 1, *(label.interval.stop for label in whole)])
    return Shape(SampleInterval(start, stop), kept)


def _move(session: StudySession, intent: MoveMembers) -> Reshape:
    label, target = _item(session, intent.item), _item(session, intent.to)
    moved = set(intent.peaks) & set(label.peak_samples)
    if not moved or label.id == target.id:
        raise PolicyError("No potential was chosen", "Choose potentials in the panel Train.")
    if moved == set(label.peak_samples):
        return replace(_merge(session, (target.id, label.id), intent.reason), action="train.move")
    all_peaks = (*target.peak_samples, *moved)
    shapes = {
        label.id: _shape(session, [label], _without(label, moved)),
        target.id: _shape(session, [target, label], all_peaks),
    }
    return Reshape("train.move", shapes, (), intent.reason)


def _split(session: StudySession, label: Label, peaks: frozenset[int], reason: str) -> Reshape:
    behind = peaks & set(label.peak_samples)
    if not behind:
        raise PolicyError("No potential was chosen", "Choose potentials in the panel Train.")
    kept = _shape(session, [label], _without(label, behind))
    shape = _shape(session, [label], behind)
    new = replace(
        label,
        id=str(uuid.uuid4()),
        interval=shape.interval,
        peak_samples=shape.peaks,
        proposal_id=label.proposal_id or (label.id if session.proposal(label.id) else None),
        merged=(),
    )
    return Reshape("train.split", {label.id: kept}, (new,), reason)


def _merge(session: StudySession, items: tuple[str, ...], reason: str) -> Reshape:
    labels = [_item(session, item) for item in dict.fromkeys(items)]
    if len(labels) < 2:
        raise PolicyError("One train alone cannot be merged", "Choose two or more in the table.")
    if not all(label.peak_samples for label in labels):
        raise PolicyError(
            "A stretch without single potentials cannot be merged", "Choose trains only."
        )
    first, *others = labels
    peaks = {peak for label in labels for peak in label.peak_samples}
    shapes = {first.id: _shape(session, labels, peaks)}
    shapes |= {label.id: Shape(label.interval, (), first.id) for label in others}
    return Reshape("train.merge", shapes, (), reason)
