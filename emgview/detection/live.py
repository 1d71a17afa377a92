"""What the detector would say so far, at a cost that does not grow with the recording.

The final run comes of the same :class:`.Detector` and is the one that a file gives. What is shown
on the way is worked out anew from the latest events of a channel and joined to what was found
before; from time to time, and ever more rarely, all events are judged again.
"""

from __future__ import annotations

from dataclasses import dataclass, replace

from emgview.detection.parameters import Parameters
from emgview.detection.pipeline import Detector
from emgview.model import (
    ChannelRefusal,
    Chunk,
    DetectionRun,
    Potential,
    Proposal,
    RecordingInfo,
)

MOST_EVENTS = 60
"""Latest events of a channel that are judged anew at each look."""

_GROWTH = 1.25
"""All events are judged again when they have become more by that: trains are judged as a whole."""

_MANY, _GROWTH_OF_MANY = 200, 1.6
"""Of so many events all are judged again more rarely: what is new waits meanwhile."""


@dataclass(frozen=True, slots=True)
class ClassCount:
    """Running count of one class.

    Parameters
    ----------
    activity : str
    proposals : int
        Items: a train is one.
    potentials : int
        Single potentials in them; 0 for stretches that are not resolved.
    """

    activity: str
    proposals: int
    potentials: int


class LiveDetector:
    """A detector that can be asked on the way. Belongs to one thread.

    Parameters
    ----------
    info : RecordingInfo
    parameters : Parameters, optional
    most_events : int
        See :data:`MOST_EVENTS`.
    """

    def __init__(
        self,
        info: RecordingInfo,
        parameters: Parameters | None = None,
        most_events: int = MOST_EVENTS,
    ) -> None:
        self._detector = Detector(info, parameters)
        self._most = most_events
        self._known: dict[int, tuple[Proposal, ...]] = {}
        self._looked_at: dict[int, int] = {}  # events of each channel at the last look
        self._since: dict[int, int] = {}
        self._whole: dict[int, int] = {}  # events at the last look at all of them
        self._sought: int | None = None  # channel of which the patterns were sought, not the rest

    @property
    def judged_channels(self) -> tuple[int, ...]:
        """Channels that are judged."""
        return self._detector.judged_channels

    @property
    def remarks(self) -> tuple[ChannelRefusal, ...]:
        """Channels that are not judged, or with a warning."""
        return self._detector.remarks

    def push(self, chunk: Chunk) -> bool:
        """Take the next samples; tells whether a look may find something new."""
        return self._detector.push(chunk)

    def finish(self) -> DetectionRun:
        """The run, as a file would give it."""
        return self._detector.finish()

    def look(self) -> bool:
        """Judge the latest events of channels that have new ones; tells whether there were any."""
        changed = False
        for channel in self._detector.judged_channels:
            n = self._detector.n_events(channel)
            if n == self._looked_at.get(channel, 0):
                continue
            self._look_at(channel, whole=n <= self._most)
            self._looked_at[channel] = n
            changed = True
        return changed

    def look_at_all(self, *, at_rest: bool = False) -> bool:
        """Judge all events of one channel again where many are new; tells whether it did.

        Takes longer than a look, the more events there are, but is due ever more rarely. It comes
        in two steps, first the discharge patterns and with the next call the events, so that what
        is new waits for one of them only.
        ``at_rest``: nothing else is to do, so few new ones are enough.
        """
        if self._sought is not None:
            channel, self._sought = self._sought, None
            self._look_at(channel, whole=True)
            self._looked_at[channel] = self._detector.n_events(channel)
            return True
        for channel in self._detector.judged_channels:
            n = self._detector.n_events(channel)
            before = self._whole.get(channel, 0)
            growth = 1.0 if at_rest else _GROWTH if before < _MANY else _GROWTH_OF_MANY
            if n > max(self._most, growth * before):
                self._detector.seek_patterns(channel)
                self._sought = channel
                return False
        return False

    def proposals(self) -> tuple[Proposal, ...]:
        """Everything proposed so far, in order of time."""
        found = {p.id: p for p in self._detector.settled}
        for proposals in self._known.values():
            found.update((p.id, p) for p in proposals)
        return tuple(sorted(found.values(), key=lambda p: (p.interval, p.channel, p.id)))

    def counts(self) -> tuple[ClassCount, ...]:
        """Running counts of each class that was proposed, in order of the class's id."""
        return counts_of(self.proposals())

    def _look_at(self, channel: int, *, whole: bool) -> None:
        anchors = self._detector.events_so_far(channel)
        n = len(anchors)
        if n < self._looked_at.get(channel, 0):  # a gap: what was before it is settled
            self._known.pop(channel, None)
            self._since.pop(channel, None)
            self._whole.pop(channel, None)
        if n == 0:
            return
        since = 0 if whole else self._since.get(channel, 0)
        fresh = self._detector.so_far(channel, since)
        if whole:
            self._whole[channel] = n
        self._known[channel] = joined(self._known.get(channel, ()), fresh, since)
        if whole or sum(anchor >= since for anchor in anchors) > self._most:
            self._since[channel] = anchors[max(n - self._most // 2, 0)]


def counts_of(proposals: tuple[Proposal, ...]) -> tuple[ClassCount, ...]:
    """Counts of each class, in order of the class's id."""
    totals: dict[str, list[int]] = {}
    for proposal in proposals:
        total = totals.setdefault(proposal.activity, [0, 0])
        total[0] += 1
        total[1] += len(proposal.potentials)
    return tuple(ClassCount(name, n, m) for name, (n, m) in sorted(totals.items()))


def joined(
    known: tuple[Proposal, ...], fresh: tuple[Proposal, ...], since: int
) -> tuple[Proposal, ...]:
    """What was found before a sample, with what is found from it on.

    A train that reaches over the sample is one proposal again, under the id that it had.
    """
    if since <= 0:
        return fresh
    kept = [_until(p, since) for p in known if p.interval.start < since]
    out: list[Proposal] = []
    for proposal in fresh:
        if proposal.interval.stop <= since:
            continue
        before = next((p for p in kept if _goes_on(p, proposal)), None)
        if before is None:
            out.append(proposal)
        else:
            kept[kept.index(before)] = _grown(before, proposal, since)
    return tuple(kept + out)


def _until(proposal: Proposal, since: int) -> Proposal:
    """Without what is judged anew; the interval still tells that it reached over the sample."""
    early = tuple(p for p in proposal.potentials if p.peak_sample < since)
    if len(early) == len(proposal.potentials) or not early:
        return proposal
    return replace(proposal, potentials=early)


def _goes_on(before: Proposal, after: Proposal) -> bool:
    return (
        before.activity == after.activity
        and before.train_id is not None
        and after.train_id is not None
        and before.interval.stop > after.interval.start
    )


def _grown(before: Proposal, after: Proposal, since: int) -> Proposal:
    early = [p for p in before.potentials if p.peak_sample < since]
    late = [p for p in after.potentials if p.peak_sample >= since]
    potentials: tuple[Potential, ...] = (*early, *late)
    return replace(
        before, interval=before.interval.hull(after.interval), potentials=potentials,
        score=after.score,
    )  # fmt: skip
