"""Channel by channel: whether a class is there, and whether it was said to be there."""

from __future__ import annotations

from collections import Counter
from collections.abc import Iterable
from dataclasses import dataclass

from emgview.detection.evaluation.counts import part
from emgview.detection.evaluation.rules import Rules


@dataclass(frozen=True, slots=True)
class ChannelPresence:
    """One channel of a recording: true events and proposals of each coarse class."""

    true: Counter[str]
    said: Counter[str]


@dataclass(frozen=True, slots=True)
class PresenceTally:
    """Channels where a class is there or not, and where it was said.

    Parameters
    ----------
    present, found : int
        Channels where it is there; those of them where it was said.
    absent, silent : int
        Channels where it is not; those of them where it was not said.
    """

    present: int = 0
    found: int = 0
    absent: int = 0
    silent: int = 0

    def __add__(self, other: PresenceTally) -> PresenceTally:
        """Counts of both."""
        return PresenceTally(
            self.present + other.present,
            self.found + other.found,
            self.absent + other.absent,
            self.silent + other.silent,
        )

    @property
    def sensitivity(self) -> float:
        """Part of the channels with the class where it was said; NaN without any."""
        return part(self.found, self.present)

    @property
    def specificity(self) -> float:
        """Part of the channels without the class where it was not said; NaN without any."""
        return part(self.silent, self.absent)


def presence(channels: Iterable[ChannelPresence], name: str, rules: Rules) -> PresenceTally:
    """Counts for one class; channels with a few true events only are left out."""
    total, needed = PresenceTally(), rules.presence.needed(name)
    for channel in channels:
        said = channel.said[name] > 0
        if channel.true[name] >= needed:
            total += PresenceTally(present=1, found=int(said))
        elif channel.true[name] == 0:
            total += PresenceTally(absent=1, silent=int(not said))
    return total
