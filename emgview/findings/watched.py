"""Items under review and the time that counts as watched rest, for one recording."""

from __future__ import annotations

from collections.abc import Callable, Iterable, Mapping, Sequence
from dataclasses import dataclass, replace

from emgview.findings.rules import FindingsRules
from emgview.findings.table import ExaminedRecording
from emgview.model import (
    ActivityClass,
    DetectionRun,
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
    ``activity`` is the class itself.
    """

    id: str
    channel: int
    interval: SampleInterval
    peak_samples: tuple[int, ...]
    group: str
    counted_as: str
    state: LabelState
    activity: str = ""

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


@dataclass(frozen=True, slots=True)
class WatchedRecording:
    """One recording with its items and its time.

    ``by_class`` holds all items by coarse class, ``said`` those that a reader stands behind;
    ``in_rest`` tells of items how many of their potentials lie in watched rest, where an item
    without potentials counts as one. ``blanks`` are stretches that a reader took out of every count
    about rest.
    """

    recording: ExaminedRecording
    items: tuple[Item, ...]
    time: WatchedTime
    by_class: Mapping[str, Sequence[Item]]
    said: Mapping[str, tuple[Item, ...]]
    in_rest: Callable[[Sequence[Item]], list[int]]
    blanks: tuple[SampleInterval, ...] = ()

    def of_classes(self, classes: Iterable[str]) -> list[Item]:
        """Items that are counted as one of these classes, class by class."""
        return [item for activity in classes for item in self.by_class.get(activity, ())]

    def seconds(self, samples: int) -> float:
        """Samples of this recording as seconds."""
        return samples / self.recording.info.sampling_rate_hz

    @property
    def rest_s(self) -> float:
        """Watched rest."""
        return self.seconds(total_length(self.time.rest))

    @property
    def examined_s(self) -> float:
        """Examined time."""
        return self.seconds(total_length(self.time.examined))

    @property
    def n_sites(self) -> int:
        """Needle positions: as marked, at least one for a recording that was looked at."""
        looked_at = bool(self.time.examined) or any(item.counts for item in self.items)
        return max(1, len({mark.site for mark in self.recording.info.phases})) if looked_at else 0

    def site_of(self, item: Item) -> tuple[str, int]:
        """The needle position that an item lies at: recording and site."""
        marks = self.recording.info.phases
        site = next((m.site for m in marks if m.interval.overlaps(item.interval)), 1)
        return self.recording.info.id, site


def items_of(
    recording: ExaminedRecording, labels: Iterable[Label], vocabulary: Vocabulary
) -> tuple[Item, ...]:
    """Labels of the recording, then proposals of its run that no label speaks of.

    Rejected labels are left out: nothing of the kind is there.
    """
    own = [label for label in labels if label.recording_id == recording.info.id]
    known = {each.id: each for each in vocabulary.classes}
    found = [item_of_label(label, known) for label in own]
    return (
        *[item for item in found if item is not None],
        *unspoken_items(recording.run, own, known),
    )


def item_of_label(label: Label, known: Mapping[str, ActivityClass]) -> Item | None:
    """The item that a label is; None for a rejected one."""
    if label.state is LabelState.REJECTED:
        return None
    return _item(label, label.state, known.get(label.activity))


def unspoken_items(
    run: DetectionRun | None, labels: Iterable[Label], known: Mapping[str, ActivityClass]
) -> list[Item]:
    """Proposals of the run that none of the labels of its recording speaks of."""
    spoken_of: set[str | None] = set()
    for label in labels:
        spoken_of.add(label.id)
        spoken_of.add(label.proposal_id)
        spoken_of.update(label.merged)
    return [
        _item(proposal, LabelState.PROPOSED, known.get(proposal.activity))
        for proposal in proposals_without(run.proposals if run else (), spoken_of)
    ]


def _item(source: Label | Proposal, state: LabelState, activity: ActivityClass | None) -> Item:
    return Item(
        source.id,
        source.channel,
        source.interval,
        source.peak_samples,
        activity.group if activity else "undecided",
        activity.counted_as if activity else source.activity,
        state,
        source.activity,
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


def matters_for_rest(item: Item, rules: FindingsRules) -> bool:
    """Whether an item can take time away from rest, on whichever channel."""
    return item.group == "artefact" or _not_rest(item, {item.channel}, rules)


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
