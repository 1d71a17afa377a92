"""What the detector called by another name when it had seen more, kept as history. Pure."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass

from emgview.model import Proposal, RecordingInfo, load_vocabulary

_LEAST_SHARED = 0.5
"""Of the shorter one: that two suggestions are of the same activity."""


@dataclass(frozen=True, slots=True)
class Revision:
    """A suggestion that another one superseded.

    Parameters
    ----------
    channel, start : int
        Sample of the recording at which the superseded one began.
    before, after : str
        Classes.
    """

    channel: int
    start: int
    before: str
    after: str

    def text(self, info: RecordingInfo) -> str:
        """In words, without anything of a person."""
        words = (_term(self.before), _term(self.after))
        place = f"{self.start / info.sampling_rate_hz:.1f} s, {info.channels[self.channel].label}"
        return f"{place}: suggested as {words[0]}, with more of it seen as {words[1]}"


def revisions(old: Sequence[Proposal], new: Sequence[Proposal]) -> tuple[Revision, ...]:
    """Which of the old suggestions stand under another class among the new ones.

    One that is gone without another in its place is none: it was not superseded.
    """
    kept = {(p.id, p.activity) for p in new}
    gone = [p for p in old if (p.id, p.activity) not in kept]
    if not gone:
        return ()
    were = {(p.id, p.activity) for p in old}
    came = [p for p in new if (p.id, p.activity) not in were]
    found = []
    for one in gone:
        best = max(came, key=lambda other: _shared(one, other), default=None)
        if best is not None and _shared(one, best) >= _LEAST_SHARED:
            found.append((one, best))
    return tuple(
        Revision(one.channel, one.interval.start, one.activity, best.activity)
        for one, best in found
        if one.activity != best.activity
    )


def _shared(one: Proposal, other: Proposal) -> float:
    """Part of the shorter one that both have; 0 in different channels."""
    both = one.interval.intersection(other.interval)
    if both is None or one.channel != other.channel:
        return 0.0
    return len(both) / max(min(len(one.interval), len(other.interval)), 1)


def _term(activity: str) -> str:
    known = load_vocabulary().get(activity)
    return known.term.lower() if known is not None else activity
