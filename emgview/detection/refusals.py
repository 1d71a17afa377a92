"""What cannot be judged is refused with its reason, never guessed.

Before the first sample: unit, sampling rate, electrode and filters. At the end: amplifiers that
were at their limit for long, channels that stood still, recordings that are mostly gaps.
"""

from __future__ import annotations

from collections.abc import Sequence

import numpy as np
from numpy.typing import NDArray

from emgview.detection.parameters import Parameters
from emgview.model import Channel, ChannelRefusal, RecordingInfo, SampleInterval

_STILL = 100  # runs of the least length that a signal must last to be called still
_FIBRE = ("fib", "psw")


def channel_remark(channel: int, info: RecordingInfo, p: Parameters) -> ChannelRefusal | None:
    """Why a channel is not judged, or judged with a warning; None where all is well."""
    c, fs = info.channels[channel], info.sampling_rate_hz
    if c.unit != "uV":
        return ChannelRefusal(channel, f"{c.label}: unit {c.unit or 'not known'} is not electrical")
    if fs < p.gate.refuse_below_hz:
        return ChannelRefusal(
            channel,
            f"{c.label}: sampled at {fs:g} Hz; needle classes need at least "
            f"{p.gate.refuse_below_hz:g} Hz",
        )
    reasons = [*dict.fromkeys(withheld_classes(c, p).values())]
    if fs < p.gate.warn_below_hz:
        reasons.insert(
            0,
            f"sampled at {fs:g} Hz, under {p.gate.warn_below_hz:g} Hz: short "
            "potentials are distorted and fibrillation potentials cannot be judged",
        )
    if not reasons:
        return None
    return ChannelRefusal(channel, f"{c.label}: {'; '.join(reasons)}", refused=False)


def withheld_classes(channel: Channel, p: Parameters) -> dict[str, str]:
    """Classes that electrode or filters of a channel do not let judge, each with the reason."""
    g, low, high = p.gate, channel.high_pass_hz, channel.low_pass_hz
    if channel.electrode == "surface":
        text = "surface electrodes do not show potentials of single muscle fibres"
        return dict.fromkeys(_FIBRE, text)
    if high is not None and high < g.fibre_low_pass_hz:
        text = (
            f"recorded up to {high:g} Hz only: potentials of single muscle fibres need "
            f"{g.fibre_low_pass_hz:g} Hz"
        )
        return dict.fromkeys(_FIBRE, text)
    if low is not None and low > g.tail_high_pass_hz:
        text = (
            f"recorded from {low:g} Hz on: the tail of a positive sharp wave needs less than "
            f"{g.tail_high_pass_hz:g} Hz"
        )
        return {"psw": text}
    return {}


class RailWatch:
    """Counts how long a channel stays at its largest or smallest number; chunks do not matter.

    Parameters
    ----------
    least : int
        Samples in a row that are no chance.
    """

    def __init__(self, least: int) -> None:
        self._least = max(least, 2)
        self._n = 0
        self._sides = [_Side(), _Side()]

    def push(self, samples: NDArray[np.float64]) -> None:
        """Take the next samples."""
        if not len(samples):
            return
        self._n += len(samples)
        for sign, side in zip((1.0, -1.0), self._sides, strict=True):
            side.push(sign * samples, self._least)

    def share(self) -> float:
        """Part of all samples in long runs at either end of the range; 0 where there is none."""
        if self._n == 0:
            return 0.0
        if self._sides[0].extreme == -self._sides[1].extreme:
            return 0.0
        return sum(side.total(self._least) for side in self._sides) / self._n

    @property
    def stands_still(self) -> bool:
        """Whether all samples were the same number."""
        long_enough = self._n > _STILL * self._least
        return long_enough and self._sides[0].extreme == -self._sides[1].extreme


class _Side:
    """Samples in runs at the highest value so far; a run may go on in the next chunk."""

    def __init__(self) -> None:
        self.extreme = -np.inf
        self._counted = 0
        self._open = 0

    def push(self, samples: NDArray[np.float64], least: int) -> None:
        highest = float(samples.max())
        if highest < self.extreme:
            self._counted, self._open = self.total(least), 0
            return
        if highest > self.extreme:
            self.extreme, self._counted, self._open = highest, 0, 0
        at_end = samples == self.extreme
        edges = np.flatnonzero(np.diff(np.concatenate(([0], at_end.astype(np.int8), [0]))))
        lengths = edges[1::2] - edges[::2]
        if lengths.size and edges[0] == 0:
            lengths[0] += self._open
        elif self._open >= least:
            self._counted += self._open
        self._open = 0
        if lengths.size and edges[-1] == len(samples):
            self._open = int(lengths[-1])
            lengths = lengths[:-1]
        self._counted += int(lengths[lengths >= least].sum())

    def total(self, least: int) -> int:
        return self._counted + (self._open if self._open >= least else 0)


def rail_refusal(
    channel: int, label: str, watch: RailWatch, p: Parameters
) -> ChannelRefusal | None:
    """Refusal of a channel whose amplifier was at its limit for long, or that stood still."""
    if watch.stands_still:
        return ChannelRefusal(channel, f"{label}: the signal stands still; nothing was recorded")
    share = watch.share()
    if share <= p.gate.rail_share:
        return None
    return ChannelRefusal(
        channel, f"{label}: the amplifier was at its limit for {100 * share:.0f} % of the time"
    )


def gap_reason(examined: Sequence[SampleInterval], p: Parameters) -> str:
    """Why a recording with so many gaps is not judged; empty where enough is left."""
    if not examined:
        return ""
    span = examined[-1].stop - examined[0].start
    lost = 1 - sum(len(part) for part in examined) / max(span, 1)
    if lost <= p.gate.gap_share:
        return ""
    return f"{100 * lost:.0f} % of the samples are lost"
