"""Which sweeps there are and where each lies. numpy, no Qt."""

from __future__ import annotations

from dataclasses import dataclass, replace

import numpy as np
from numpy.typing import NDArray

from emgview.model import SampleInterval
from emgview.session.sweeps import SweepAnswer
from emgview.session.traces import TraceAnswer
from emgview.ui.traces.raster import columns_of_samples

Values = NDArray[np.float32]


@dataclass(frozen=True, slots=True, eq=False)
class SweepSet:
    """Sweeps as pixel columns, oldest first.

    Parameters
    ----------
    low, high : ndarray, (n_sweeps, n_columns, n_channels) float32
        Extremes of each column in µV; NaN where there is nothing.
    starts : tuple of int
        First sample of each sweep in the recording.
    channels : tuple of int
        Channels of the recording, in the order of the arrays.
    newest : int
        Number of the one that is drawn above all; -1: none.
    average : ndarray, (n_points, n_channels), or None
        Mean in µV at evenly spaced points.
    """

    low: Values
    high: Values
    starts: tuple[int, ...]
    channels: tuple[int, ...]
    newest: int = -1
    average: NDArray[np.float64] | None = None

    @property
    def n_sweeps(self) -> int:
        """How many there are."""
        return len(self.starts)

    def lanes(self, shown: tuple[int, ...]) -> list[tuple[int, int]]:
        """Pairs of lane and place in the arrays, of the shown channels that are in both."""
        place = {channel: n for n, channel in enumerate(self.channels)}
        return [(lane, place[c]) for lane, c in enumerate(shown) if c in place]


@dataclass(frozen=True, slots=True)
class Fold:
    """Successive sweeps as one window of the recording.

    Parameters
    ----------
    interval : SampleInterval
        All of them; begins below zero where the first sweep does.
    n_sweeps : int
    beam : int or None
        Sample up to which the newest sweep is drawn; the rest shows the sweep before.
    """

    interval: SampleInterval
    n_sweeps: int
    beam: int | None = None

    @property
    def span(self) -> int:
        """Samples of a sweep."""
        return len(self.interval) // self.n_sweeps


def folding(start: int, span: int, n_sweeps: int, *, drawn_over: bool) -> Fold:
    """What to read: sweeps from a window's start on, or, drawn over, the two up to its end.

    Sweeps that are drawn over lie on a grid from the start of the recording, so that a potential
    stays where it is while the beam goes on.
    """
    if not drawn_over:
        return Fold(SampleInterval(start, start + n_sweeps * span), n_sweeps)
    beam = start + span
    first = (beam - 1) // span * span
    if first == 0:
        return Fold(SampleInterval(0, span), 1, beam)
    return Fold(SampleInterval(first - span, first + span), 2, beam)


def fold(answer: TraceAnswer, folded: Fold) -> SweepSet:
    """Cut one long answer into sweeps."""
    n, span = folded.n_sweeps, folded.span
    n_channels = len(answer.request.channels)
    n_columns = answer.request.n_columns // n
    if answer.samples is not None:
        samples = answer.samples.reshape(n, span, n_channels).transpose(1, 0, 2)
        low, high = columns_of_samples(samples, n_columns)
        low, high = low.transpose(1, 0, 2), high.transpose(1, 0, 2)
    elif answer.minimum is None or answer.maximum is None:
        raise TypeError("an answer without samples has extremes")
    else:
        low = answer.minimum.reshape(n, n_columns, n_channels)
        high = answer.maximum.reshape(n, n_columns, n_channels)
    starts = tuple(folded.interval.start + k * span for k in range(n))
    if folded.beam is None:
        return SweepSet(low, high, starts, answer.request.channels)
    done = (folded.beam - starts[-1]) / span
    return _drawn_over(SweepSet(low.copy(), high.copy(), starts, answer.request.channels), done)


def _drawn_over(sweeps: SweepSet, done: float) -> SweepSet:
    """The newest sweep ends at the beam; the one before is seen behind a small gap."""
    n_columns = sweeps.low.shape[1]
    at, gap = round(done * n_columns), max(n_columns // 100, 2)
    for values in (sweeps.low, sweeps.high):
        values[-1, at:] = np.nan
        if sweeps.n_sweeps > 1:
            values[0, : at + gap] = np.nan
    return replace(sweeps, newest=sweeps.n_sweeps - 1)


def sweeps_of(answer: SweepAnswer, n_columns: int, *, average: bool) -> SweepSet:
    """Sweeps around triggers."""
    samples = answer.samples.transpose(1, 0, 2)
    low, high = columns_of_samples(samples, n_columns)
    if len(answer.onsets) == 0:
        low = low.reshape(n_columns, 0, len(answer.request.channels))
        high = low
    starts = tuple(int(onset) - answer.request.before for onset in answer.onsets)
    newest = -1
    if answer.newest >= 0 and len(answer.onsets):
        shown = np.flatnonzero(answer.onsets == answer.found[answer.newest])
        newest = int(shown[0]) if len(shown) else -1
    mean = answer.average if average and len(starts) else None
    low, high = low.transpose(1, 0, 2), high.transpose(1, 0, 2)
    return SweepSet(low, high, starts, answer.request.channels, newest, mean)


def baselines(top: float, height: float, n_sweeps: int, *, stacked: bool) -> NDArray[np.float64]:
    """Heights of the baselines of the sweeps in a lane, (n_sweeps,)."""
    if not stacked or n_sweeps == 0:
        return np.full(n_sweeps, top + height / 2)
    return np.asarray(top + (np.arange(n_sweeps) + 0.5) * (height / n_sweeps))


def sweep_at(y: float, top: float, height: float, n_sweeps: int) -> int | None:
    """Number of the stacked sweep at a height of a lane; None outside."""
    if n_sweeps == 0 or not top <= y < top + height:
        return None
    return min(int((y - top) / height * n_sweeps), n_sweeps - 1)
