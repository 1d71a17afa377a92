"""What is known of a recording: plain values, from any simulator or reader."""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Iterable
from dataclasses import dataclass

from emgview.detection.evaluation.matching import coarse
from emgview.model import SampleInterval


@dataclass(frozen=True, slots=True)
class KnownPotential:
    """One discharge of one unit.

    Parameters
    ----------
    activity : str
        Class id of the vocabulary; ``satellite`` for a linked one.
    channel, peak_sample : int
    interval : SampleInterval
        Onset to offset.
    amplitude_uv : float or None
        Peak to peak; None where it is not known.
    snr : float or None
        Largest deflection through the RMS of the baseline noise; None where it is not known.
    unit : int
        Unique in the recording.
    train : int or None
        Train or contraction it belongs to.
    """

    activity: str
    channel: int
    peak_sample: int
    interval: SampleInterval
    amplitude_uv: float | None
    snr: float | None
    unit: int
    train: int | None


@dataclass(frozen=True, slots=True)
class KnownStretch:
    """A stretch that is not told apart potential by potential."""

    activity: str
    channel: int
    interval: SampleInterval


@dataclass(frozen=True, slots=True)
class Truth:
    """All that is known of one recording.

    Parameters
    ----------
    sampling_rate_hz : float
    n_channels : int
    watched_s : float
        Seconds of signal of each channel, gaps taken off.
    surface : bool
        Surface electrodes: peaks are matched more loosely.
    potentials : tuple of KnownPotential
    stretches : tuple of KnownStretch
    """

    sampling_rate_hz: float
    n_channels: int
    watched_s: float
    surface: bool
    potentials: tuple[KnownPotential, ...]
    stretches: tuple[KnownStretch, ...]

    def classes(self) -> set[str]:
        """Coarse classes that are there."""
        named = {one.activity for one in self.potentials}
        return {coarse(name) for name in named | {one.activity for one in self.stretches}}


def trains_of(potentials: Iterable[KnownPotential]) -> list[tuple[KnownPotential, ...]]:
    """Potentials grouped by channel, unit and train; one without a train stands alone."""
    groups: dict[tuple[int, int, int, int], list[KnownPotential]] = defaultdict(list)
    for number, one in enumerate(potentials):
        alone = number if one.train is None else -1
        train = -1 if one.train is None else one.train
        groups[one.channel, one.unit, train, alone].append(one)
    return [tuple(sorted(row, key=lambda p: p.peak_sample)) for row in groups.values()]


def hull(train: Iterable[KnownPotential]) -> SampleInterval:
    """First onset to last offset."""
    intervals = [one.interval for one in train]
    return SampleInterval(min(i.start for i in intervals), max(i.stop for i in intervals))
