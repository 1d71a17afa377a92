"""Triggers as on an EMG machine: level and slope, or an amplitude window. No Qt.

The same places are found however the signal is cut into chunks, so stored and live data are
treated alike.
"""

from __future__ import annotations

from dataclasses import dataclass

import numpy as np
from numpy.typing import NDArray

Values = NDArray[np.float32]
Places = NDArray[np.int64]


@dataclass(frozen=True, slots=True)
class Trigger:
    """When a sweep begins.

    Parameters
    ----------
    level_uv : float
        Voltage that must be crossed.
    rising : bool
        Crossed upwards, or downwards.
    limit_uv : float or None
        Window trigger: potentials that go beyond it do not count. It lies beyond the level in
        the direction of the slope; None: any size.
    hold_off : int
        Samples after a trigger in which there is no other.
    """

    level_uv: float
    rising: bool = True
    limit_uv: float | None = None
    hold_off: int = 0

    def __post_init__(self) -> None:
        if self.hold_off < 0:
            raise ValueError(f"hold-off of {self.hold_off} samples")
        if self.limit_uv is not None and self.sign * (self.limit_uv - self.level_uv) <= 0:
            raise ValueError(f"window from {self.level_uv} to {self.limit_uv} µV is empty")

    @property
    def sign(self) -> int:
        """+1 for a rising slope, -1 for a falling one."""
        return 1 if self.rising else -1


@dataclass(frozen=True, slots=True)
class _Excursion:
    """A stretch beyond the level that has not ended yet."""

    start: int
    peak: float
    crossed: bool


class TriggerFinder:
    """Finds triggers in a signal that comes piece by piece. For one thread.

    A crossing counts where the sample before it was seen and lay on the other side: not at the
    start of a signal, nor after a gap (NaN). With a window, the whole excursion beyond the level
    is awaited: one that ends in a gap, or has not ended, does not count.

    Parameters
    ----------
    trigger : Trigger
    start : int
        Number of the first sample that will be fed.
    """

    def __init__(self, trigger: Trigger, start: int = 0) -> None:
        self._trigger = trigger
        self._next = start
        self._before = float("nan")
        self._free_from = start
        self._open: _Excursion | None = None

    @property
    def next_sample(self) -> int:
        """Number of the sample that is awaited."""
        return self._next

    def feed(self, samples: Values) -> Places:
        """Triggers (n,) that became known with these samples (n_samples,), in µV.

        A trigger is the number of the first sample at or beyond the level. That of a window is
        known only when the signal is back, so it may lie before the fed samples.
        """
        if len(samples) == 0:
            return np.empty(0, np.int64)
        signal = samples * np.float32(self._trigger.sign)
        beyond = signal >= self._trigger.sign * self._trigger.level_uv  # a NaN is not
        before = np.concatenate([[self._open is not None], beyond[:-1]])
        starts = np.flatnonzero(beyond & ~before)
        crossed = ~np.isnan(np.concatenate([[self._before], signal[:-1]])[starts])
        ends = np.flatnonzero(before & ~beyond)
        found = self._judged(signal, starts, ends, crossed)
        self._before = float(signal[-1])
        self._next += len(samples)
        return self._after_hold_off(found)

    def _judged(
        self, signal: Values, starts: Places, ends: Places, crossed: NDArray[np.bool_]
    ) -> Places:
        """Numbers of the excursions that count; the last one is kept while it goes on."""
        numbers, peaks = starts + self._next, np.empty(0)
        if self._open is not None:
            starts = np.concatenate([[0], starts])
            numbers = np.concatenate([[self._open.start], numbers])
            crossed = np.concatenate([[self._open.crossed], crossed])
        if len(starts):
            edges = np.concatenate([ends, [len(signal)]])[: len(starts)]
            turns = np.stack([starts, edges], axis=1).ravel()
            peaks = np.maximum.reduceat(np.concatenate([signal, [np.float32(np.nan)]]), turns)[
                ::2
            ].astype(np.float64)
        if self._open is not None:
            peaks[0] = max(peaks[0], self._open.peak)
        fresh = crossed.copy()
        if self._open is not None:
            fresh[0] = False  # told when it began
        self._open = None
        if len(starts) > len(ends):
            self._open = _Excursion(int(numbers[-1]), float(peaks[-1]), bool(crossed[-1]))
        limit = self._trigger.limit_uv
        if limit is None:
            return numbers[fresh]
        n = len(ends)
        whole = ~np.isnan(signal[ends]) & (peaks[:n] <= self._trigger.sign * limit)
        return numbers[:n][crossed[:n] & whole]

    def _after_hold_off(self, found: Places) -> Places:
        kept: list[int] = []
        hold_off = self._trigger.hold_off
        while True:
            place = int(np.searchsorted(found, self._free_from))
            if place == len(found):
                return np.array(kept, np.int64)
            kept.append(int(found[place]))
            self._free_from = kept[-1] + 1 + hold_off
