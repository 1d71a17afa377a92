"""Items under review and the time that counts as watched rest, for one recording."""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from dataclasses import dataclass, replace

from emgview.findings.rules import FindingsRules
from emgview.findings.table import ExaminedRecording
from emgview.model import (
    ActivityClass,
    Label,
    LabelState,
    Proposal,
    SampleInterval,
    Vocabulary,
    proposals_without,
)
from emgview.model.interval import subtract, total_length, union

_BLANKS = ("artefact", "voluntary")


@dataclass(frozen=True, slots=True)
class Item:
    """A label or an unreviewed proposal, on one recording.

    ``group`` and ``counted_as`` are the vocabulary's; an unknown class is ``undecided``.
    """

    id: str
    channel: int
    interval: SampleInterval
    peak_samples: tuple[int, ...]
    group: str
    counted_as: str
    state: LabelState

    @property
    def counts(self) -> bool:
        """Whether a reader stands behind it."""
        return self.state in (LabelState.CONFIRMED, LabelState.EDITED)


@dataclass(frozen=True, slots=True)
class WatchedTime:
    """What was examined of one recording, and which part of it was rest.

    Parameters
    ----------
    examined, rest : tuple of SampleInterval
        Disjoint and sorted; ``rest`` lies inside ``examined``.
    artefact_samples : int
        Samples of ``examined`` under artefacts.
    refusals : tuple of str
        Why channels were not examined.
    """

    examined: tuple[SampleInterval, ...]
    rest: tuple[SampleInterval, ...]
    artefact_samples: int
    refusals: tuple[tuple[int, str], ...]


def items_of(
    recording: ExaminedRecording, labels: Iterable[Label], vocabulary: Vocabulary
) -> tuple[Item, ...]:
    """Labels of the recording, then proposals of its run that no label speaks of.

    Rejected labels are left out: nothing of the kind is there.
    """
    own = [label for label in labels if label.recording_id == recording.info.id]
    spoken_of = {label.id for label in own} | {label.proposal_id for label in own}
    spoken_of |= {item for label in own for item in label.merged}
    proposals = recording.run.proposals if recording.run else ()
    known = {each.id: each for each in vocabulary.classes}
    found = [
        _item(label, label.state, known.get(label.activity))
        for label in own
        if label.state is not LabelState.REJECTED
    ]
    found += [
        _item(proposal, LabelState.PROPOSED, known.get(proposal.activity))
        for proposal in proposals_without(proposals, spoken_of)
    ]
    return tuple(found)


def _item(source: Label | Proposal, state: LabelState, activity: ActivityClass | None) -> Item:
    return Item(
        source.id,
        source.channel,
        source.interval,
        source.peak_samples,
        activity.group if activity else "undecided",
        activity.counted_as if activity else source.activity,
        state,
    )


def watched_time(
    recording: ExaminedRecording, items: Sequence[Item], rules: FindingsRules
) -> WatchedTime:
    """Examined time and watched rest of one recording.

    Only what the detector examined counts, and only on channels it did not refuse. Items on any
    examined channel take their time away: the channels lie in one muscle at one time.
    """
    run = recording.run
    refusals = tuple((r.channel, r.reason) for r in run.remarks if r.refused) if run else ()
    refused = {channel for channel, _ in refusals}
    channels = set(run.examined_channels) - refused if run else set()
    if run is None or not channels:
        return WatchedTime((), (), 0, refusals)
    gaps = [gap.interval for gap in recording.info.gaps]
    inside = [part for i in run.examined if (part := i.intersection(recording.info.whole))]
    examined = subtract(inside, gaps)
    holes = [item.interval for item in items if _not_rest(item, channels, rules)]
    holes += [m.interval for m in recording.info.phases if m.phase in rules.rest.excluded_phases]
    rest = subtract(examined, holes)
    artefacts = [i.interval for i in items if i.group == "artefact" and i.channel in channels]
    left = subtract(examined, artefacts)
    return WatchedTime(
        tuple(union(examined)), tuple(rest), total_length(examined) - total_length(left), refusals
    )


def _not_rest(item: Item, channels: set[int], rules: FindingsRules) -> bool:
    if item.channel not in channels:
        return False
    return (
        item.state is LabelState.CANNOT_TELL
        or item.group in rules.rest.excluded_groups
        or item.counted_as in rules.rest.excluded_classes
    )


def under_blanks(items: Sequence[Item]) -> tuple[SampleInterval, ...]:
    """Stretches that a reader took out of every count about rest: artefact, voluntary activity."""
    out = [i.interval for i in items if i.counts and i.group in _BLANKS and not i.peak_samples]
    return tuple(union(out))


def without_blanks(item: Item, blanks: Sequence[SampleInterval]) -> Item | None:
    """The item less what lies under those stretches; None where nothing is left."""
    if not blanks:
        return item
    peaks = item.peak_samples or ((item.interval.start + item.interval.stop) // 2,)
    kept = tuple(p for p in peaks if not any(blank.contains(p) for blank in blanks))
    if not kept:
        return None
    return replace(item, peak_samples=kept) if item.peak_samples else item


def potentials_in(item: Item, intervals: Sequence[SampleInterval]) -> int:
    """How many potentials of the item lie inside the intervals; one if it has no peaks."""
    peaks = item.peak_samples or ((item.interval.start + item.interval.stop) // 2,)
    return sum(any(i.contains(peak) for i in intervals) for peak in peaks)
