"""Use case: the detector again. What differs from the run before, and decisions carried over.

Two items are one where enough of their potentials lie at the same places. A decision goes over
with its reader and time, as one row of the log that lists all of them; the older item then stands
behind the newer one. What does not match stays as it was and stays in view.
"""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass, replace
from typing import TYPE_CHECKING

import numpy as np

from emgview.model import DetectionRun, Label, LabelState, Origin, Proposal, SampleInterval
from emgview.review import Carry, Decision
from emgview.session.review_settings import CarrySettings, load_review_settings

if TYPE_CHECKING:
    from emgview.session.intents import ChangeSet
    from emgview.session.study_session import StudySession


@dataclass(frozen=True, slots=True)
class CarryDecisions:
    """Decisions on items of earlier runs go over to matching ones of the latest run."""

    recording_id: str
    reason: str = ""


@dataclass(frozen=True, slots=True)
class Difference:
    """One difference between two runs.

    Parameters
    ----------
    kind : str
        ``new``, ``gone`` or ``class``.
    item : str
        Id to go to: of the newer run where it has one.
    before, after : str
        Class in the earlier and in the newer run; empty where there is none.
    """

    kind: str
    item: str
    channel: int
    interval: SampleInterval
    before: str
    after: str


@dataclass(frozen=True, slots=True)
class RunDifferences:
    """The latest run of a recording beside the one before it."""

    recording_id: str
    before: str
    after: str
    n_same: int
    differences: tuple[Difference, ...]
    left_behind: tuple[str, ...]


@dataclass(frozen=True, slots=True)
class Place:
    """What two items are matched by: class and decision do not count."""

    id: str
    channel: int
    interval: SampleInterval
    peaks: tuple[int, ...]
    activity: str


def add_and_carry(session: StudySession, run: DetectionRun) -> ChangeSet:
    """Take in a run, then let decisions go over; the message tells of both.

    Raises
    ------
    PolicyError
        While the study is open for reading only.
    """
    added = session.add_run(run)
    if not added.views:
        return added
    carried = session.apply(CarryDecisions(run.recording_id))
    found = run_differences(session, run.recording_id)
    words = [added.message]
    if carried.items:
        words.append(f"{len(carried.items) // 2} decisions carried over (Ctrl+Z takes that back)")
    if found is not None:
        words.append(f"{len(found.differences)} differences from the run before")
        if found.left_behind:
            words.append(f"{len(found.left_behind)} earlier decided items stay as they were")
    return replace(
        added, items=added.items | carried.items, message="; ".join(words), seq=carried.seq
    )


def plan_carry(session: StudySession, intent: CarryDecisions) -> Carry:
    """Which decisions go where; empty where none does."""
    run = session.run(intent.recording_id)
    if run is None:
        return Carry({}, {}, intent.reason)
    labels = session.items(intent.recording_id)
    latest = {p.id: p.activity for p in run.proposals}
    older = [label for label in labels if _is_older(label, latest)]
    newer = [i for i in labels if i.id in latest and i.state is LabelState.PROPOSED]
    pairs = matches(
        [place_of(i) for i in older], [place_of(i) for i in newer], _tolerance(session, intent)
    )
    into: dict[str, str] = {}
    decisions: dict[str, Decision] = {}
    for one, other in pairs:
        decision = _carried(session, older[one], newer[other])
        if decision is not None:
            into[older[one].id] = newer[other].id
            decisions[newer[other].id] = decision
    return Carry(into, decisions, intent.reason)


def run_differences(session: StudySession, recording_id: str) -> RunDifferences | None:
    """The two latest runs of a recording beside each other; None where there is one at most."""
    runs = session.store.runs(recording_id)
    latest = session.run(recording_id)
    others = [run for run in runs if latest is not None and run.id != latest.id]
    if latest is None or not others:
        return None
    before = [place_of(p) for p in others[-1].proposals]
    after = [place_of(p) for p in latest.proposals]
    pairs = matches(before, after, _tolerance(session, CarryDecisions(recording_id)))
    gone, new = _rest(len(before), [a for a, _ in pairs]), _rest(len(after), [b for _, b in pairs])
    found = [_difference("gone", before[n], None) for n in gone]
    found += [_difference("new", None, after[n]) for n in new]
    same = 0
    for one, other in pairs:
        if before[one].activity == after[other].activity:
            same += 1
        else:
            found.append(_difference("class", before[one], after[other]))
    found.sort(key=lambda d: d.interval)
    known = {p.id: p.activity for p in latest.proposals}
    left = tuple(i.id for i in session.items(recording_id) if _is_older(i, known))
    return RunDifferences(recording_id, _name(others[-1]), _name(latest), same, tuple(found), left)


def matches(
    before: Sequence[Place], after: Sequence[Place], tolerance: int
) -> list[tuple[int, int]]:
    """Numbers of items that are one and the same, each at most once; the surest first."""
    least = load_review_settings().carry.least_share
    found: list[tuple[float, int, int]] = []
    starts = np.array([place.interval.start for place in after], dtype=np.int64)
    stops = np.array([place.interval.stop for place in after], dtype=np.int64)
    for one, place in enumerate(before):
        near = np.flatnonzero(
            (starts <= place.interval.stop + tolerance)
            & (stops >= place.interval.start - tolerance)
        )
        for other in near.tolist():
            share = shared(place, after[other], tolerance)
            if share >= least:
                found.append((share, one, other))
    found.sort(key=lambda f: (-f[0], f[1], f[2]))
    pairs: list[tuple[int, int]] = []
    taken: tuple[set[int], set[int]] = (set(), set())
    for _, one, other in found:
        if one not in taken[0] and other not in taken[1]:
            pairs.append((one, other))
            taken[0].add(one)
            taken[1].add(other)
    return sorted(pairs)


def shared(one: Place, other: Place, tolerance: int) -> float:
    """The smaller of both parts of potentials that match; of the time, for stretches."""
    if one.channel != other.channel or bool(one.peaks) != bool(other.peaks):
        return 0.0
    if not one.peaks:
        both = one.interval.intersection(other.interval)
        longer = max(len(one.interval), len(other.interval))
        return len(both) / longer if both is not None and longer else 0.0
    a, b = np.array(one.peaks), np.array(other.peaks)
    n = place = 0
    for peak in a.tolist():
        while place < len(b) and b[place] < peak - tolerance:
            place += 1
        if place < len(b) and b[place] <= peak + tolerance:
            n, place = n + 1, place + 1
    return n / max(len(a), len(b))


def _carried(session: StudySession, old: Label, new: Label) -> Decision | None:
    """What the older decision says of the newer item; None where it says nothing of it."""
    proposal = session.proposal(old.proposal_id or old.id)
    proposed = proposal.activity if proposal is not None else old.activity
    state, activity = old.state, new.activity
    if old.counts:
        activity = old.activity
        state = LabelState.CONFIRMED if old.activity == new.activity else LabelState.EDITED
    elif state is LabelState.REJECTED and proposed != new.activity:
        return None  # that another class was rejected does not speak of this one
    elif state is LabelState.PROPOSED:
        return None
    return Decision(state, activity, old.decided_by, old.decided_at)


def _is_older(label: Label, latest: dict[str, str]) -> bool:
    return label.id not in latest and label.origin is Origin.DETECTOR


def place_of(item: Label | Proposal) -> Place:
    """Where an item lies."""
    return Place(item.id, item.channel, item.interval, tuple(item.peak_samples), item.activity)


def _tolerance(session: StudySession, intent: CarryDecisions) -> int:
    settings: CarrySettings = load_review_settings().carry
    fs = session.recording(intent.recording_id).info.sampling_rate_hz
    return round(settings.tolerance_ms * fs / 1000)


def _rest(n: int, taken: Sequence[int]) -> list[int]:
    known = set(taken)
    return [place for place in range(n) if place not in known]


def _difference(kind: str, before: Place | None, after: Place | None) -> Difference:
    place = after or before
    if place is None:
        raise ValueError("a difference has a place")
    was, now = before.activity if before else "", after.activity if after else ""
    return Difference(kind, place.id, place.channel, place.interval, was, now)


def _name(run: DetectionRun) -> str:
    return f"{run.detector} {run.version}, parameters {run.parameters_hash[:8]}"
