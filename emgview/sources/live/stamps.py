"""Lost samples and clock jumps, found from the time stamps of the samples."""

from __future__ import annotations

from dataclasses import dataclass
from itertools import pairwise

import numpy as np
from numpy.typing import NDArray

from emgview.sources.live.protocol import Block

Stamps = NDArray[np.float64]
Samples = NDArray[np.generic]
Counts = NDArray[np.int64]

HOLD_S = 0.25
"""So long after a jump the stamps are looked at before it is believed."""

_MOST_HELD_S = 5.0  # of signal: stamps that stand still are believed then

_SETTLE_S = 2.0  # the first stamps tell little of the jitter
_FIRST_JITTER_S = 0.005
_FOLLOW_S = 2.0
_JITTER_S = 5.0
_MOST_DRIFT = 0.03


@dataclass(frozen=True, slots=True)
class _Stretch:
    stamps: Stamps
    samples: Samples
    missing: Counts  # samples known to be lost before each

    def __len__(self) -> int:
        return len(self.stamps)

    def part(self, start: int, stop: int | None = None) -> _Stretch:
        rows = slice(start, stop)
        return _Stretch(self.stamps[rows], self.samples[rows], self.missing[rows])

    def after(self, before: _Stretch) -> _Stretch:
        return _Stretch(
            np.concatenate([before.stamps, self.stamps]),
            np.concatenate([before.samples, self.samples]),
            np.concatenate([before.missing, self.missing]),
        )

    def blocks(self, lost: int = 0, note: str = "") -> list[Block]:
        """Blocks without a gap inside; ``lost`` and ``note`` belong to the first."""
        cuts = [0, *(int(row) for row in np.flatnonzero(self.missing) if row), len(self)]
        given = []
        for start, stop in pairwise(cuts):
            there = np.array(self.samples[start:stop])
            there.flags.writeable = False
            given.append(Block(there, lost + int(self.missing[start]), note))
            lost, note = 0, ""
        return given


class LossFinder:
    """Follows the stamps of a stream and tells what was lost between two samples.

    A late stamp is no loss: a sender that was held up catches up. So where the stamps jump, the
    samples after the jump are kept back until their stamps have gone on for :data:`HOLD_S`; what
    all of these have in common was lost, the rest was late. (Lost: the dejitter filter of liblsl.
    It takes a gap of 300 samples for a change of rate and spreads it over the seconds that follow,
    where nobody can find it again.)

    Parameters
    ----------
    rate_hz : float
        Nominal rate; the true one is followed, within 3 %.
    smooth : bool
        False: stamps are believed as they are; a jump of one sample is a loss, at once.
    quantum : int
        A loss is a multiple of that many samples (of the range of a package counter).
    """

    def __init__(self, rate_hz: float, *, smooth: bool = True, quantum: int = 1) -> None:
        self._nominal = self._period = 1.0 / rate_hz
        self._smooth, self._quantum = smooth, quantum
        self._most_held = max(round(_MOST_HELD_S * rate_hz), 1)
        self._expected: float | None = None  # stamp of the next sample
        self._jitter = _FIRST_JITTER_S if smooth else 0.0
        self._seen_s = 0.0
        self._held: _Stretch | None = None

    @property
    def holding(self) -> bool:
        """Whether samples are kept back."""
        return self._held is not None

    @property
    def resolution_s(self) -> float:
        """The shortest loss that would be seen now, in seconds."""
        if not self._smooth:
            return 0.75 * self._period
        least = (1.5 if self._quantum == 1 else 0.6 * self._quantum) * self._period
        early = _FIRST_JITTER_S * max(1.0 - self._seen_s / _SETTLE_S, 0.0)
        return max(least, 6.0 * max(self._jitter, early))

    def feed(self, stamps: Stamps, samples: Samples, missing: Counts | None = None) -> list[Block]:
        """Blocks that are certain now.

        Parameters
        ----------
        stamps : ndarray, (n,)
            Seconds, of the clock of the device.
        samples : ndarray, (n, n_channels)
        missing : ndarray, (n,), optional
            Samples that the device itself tells to be lost before each.
        """
        none = np.zeros(len(stamps), np.int64)
        fresh = _Stretch(stamps, samples, none if missing is None else missing)
        jumped = self._held is not None
        if self._held is not None:
            fresh, self._held = fresh.after(self._held), None
        return self._through(fresh, jumped=jumped)

    def settle(self) -> list[Block]:
        """What is kept back, decided by what there is: nothing more comes."""
        held, self._held = self._held, None
        return [] if held is None else self._decided(held, len(held))[0]

    def restart(self) -> list[Block]:
        """What is kept back; the next stamp is taken as it comes, whatever it is."""
        blocks = self.settle()
        self._expected = None
        return blocks

    def _through(self, rest: _Stretch, *, jumped: bool) -> list[Block]:
        """From jump to jump, until nothing is left or the rest must be held."""
        blocks: list[Block] = []
        while len(rest):
            if not jumped:
                given, rest = self._in_time(rest)
                blocks += given
            if len(rest):
                window = self._window(rest)
                if len(rest) < window:
                    self._held = rest
                    break
                given, rest = self._decided(rest, window)
                blocks += given
            jumped = False
        return blocks

    def _in_time(self, fresh: _Stretch) -> tuple[list[Block], _Stretch]:
        """Samples up to the first odd stamp, and the rest."""
        off = self._off(fresh)
        odd = np.flatnonzero(np.abs(off) > self.resolution_s)
        first = int(odd[0]) if len(odd) else len(fresh)
        if first == 0:
            return [], fresh
        self._follow(off[:first], fresh.missing[:first])
        return fresh.part(0, first).blocks(), fresh.part(first)

    def _window(self, held: _Stretch) -> int:
        """So many samples decide about a jump before the first of them."""
        if not self._smooth:
            return 1
        passed = np.flatnonzero(held.stamps - held.stamps[0] >= HOLD_S)
        return int(passed[0]) + 1 if len(passed) else self._most_held

    def _decided(self, held: _Stretch, window: int) -> tuple[list[Block], _Stretch]:
        """Samples after a jump with what was lost, and the rest, which may hold the next jump."""
        off = self._off(held)
        seen, limit = off[:window], self.resolution_s
        lost, note, shift = 0, "", 0.0
        if seen.min() > limit:
            unit = self._quantum * self._period
            lost = round(float(seen.min()) / unit) * self._quantum
            shift = lost * self._period
        elif seen.max() < -limit:
            shift = float(seen.max())
            note = f"Time stamps went back by {-shift:.4g} s"
        self._expected = (self._expected or 0.0) + shift
        odd = np.flatnonzero(np.abs(off - shift) > limit)
        run = int(odd[0]) if len(odd) else len(held)
        run = len(held) if window >= len(held) else run or window
        self._follow(off[:run] - shift, held.missing[:run])
        return held.part(0, run).blocks(lost, note), held.part(run)

    def _off(self, fresh: _Stretch) -> Stamps:
        """How late each stamp is, in seconds."""
        if self._expected is None:
            self._expected = float(fresh.stamps[0]) - float(fresh.missing[0]) * self._period
        due = self._expected + (np.arange(len(fresh)) + np.cumsum(fresh.missing)) * self._period
        return np.asarray(fresh.stamps - due, dtype=np.float64)

    def _follow(self, off: Stamps, missing: Counts) -> None:
        """Move on by so many samples; follow offset and rate (an alpha-beta filter)."""
        n = len(off) + int(missing.sum())
        span = n * self._period
        late = float(np.clip(off.mean(), -self.resolution_s, self.resolution_s))
        weight = 1.0 if not self._smooth else span / (span + _FOLLOW_S)
        self._expected = (self._expected or 0.0) + span + weight * late
        if self._smooth:
            rate = self._period + 0.5 * weight**2 * late / n
            low, high = (1 - _MOST_DRIFT) * self._nominal, (1 + _MOST_DRIFT) * self._nominal
            self._period = min(max(rate, low), high)
            share = span / (span + _JITTER_S)
            self._jitter += share * (float(np.abs(off).mean()) - self._jitter)
        self._seen_s += span
