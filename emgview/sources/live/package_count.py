"""Lost packages, found from the numbers that a device gives its packages."""

from __future__ import annotations

from dataclasses import dataclass, replace
from itertools import pairwise

import numpy as np
from numpy.typing import NDArray

from emgview.sources.live.protocol import Block
from emgview.sources.live.stamps import Counts, LossFinder, Samples, Stamps

LEARN_PACKAGES = 12
"""So many steps between packages show how a device counts."""

_SHARE = 0.6  # of them must be alike
_BYTE = 256


@dataclass(frozen=True, slots=True)
class Counting:
    """How a device numbers its packages.

    Parameters
    ----------
    step : int
        From a package to the next: 1, or 2 where two are joined.
    samples : int
        Rows that carry the same number.
    modulus : int
        The number after the last is 0: a power of 256.
    """

    step: int
    samples: int
    modulus: int

    @property
    def range_samples(self) -> int:
        """Samples after which the numbers repeat: a longer loss cannot be told by them alone."""
        return self.modulus // self.step * self.samples


def learn(numbers: NDArray[np.int64]) -> Counting | None:
    """How a device counts; None where its numbers follow no rule.

    Parameters
    ----------
    numbers : ndarray, (n,)
        Of the first rows; at least :data:`LEARN_PACKAGES` different ones after each other.
    """
    if len(numbers) == 0 or numbers.min() < 0:
        return None
    modulus = _BYTE
    while modulus <= numbers.max():
        modulus *= _BYTE
    changes = np.flatnonzero(np.diff(numbers))
    if len(changes) < LEARN_PACKAGES:
        return None
    steps = (numbers[changes + 1] - numbers[changes]) % modulus
    runs = np.diff(changes)
    step, samples = _usual(steps), _usual(runs)
    if step is None or samples is None or modulus % step:
        return None
    return Counting(step, samples, modulus)


def enough(numbers: NDArray[np.int64]) -> bool:
    """Whether :func:`learn` can judge these numbers."""
    return int(np.count_nonzero(np.diff(numbers))) >= LEARN_PACKAGES


def losses(
    before: int, numbers: NDArray[np.int64], counting: Counting
) -> list[tuple[int, int | None]]:
    """Where samples are missing among rows.

    Parameters
    ----------
    before : int
        Number of the row before the first.
    numbers : ndarray, (n,)

    Returns
    -------
    list of (int, int or None)
        Row before which samples are missing, and how many; None where the number does not fit the
        counting (a device that began anew).
    """
    jumps = np.diff(numbers, prepend=before)
    found: list[tuple[int, int | None]] = []
    for row in np.flatnonzero((jumps != 0) & (jumps % counting.modulus != counting.step)):
        jump = int(jumps[row]) % counting.modulus
        whole = jump % counting.step == 0
        found.append((int(row), (jump // counting.step - 1) * counting.samples if whole else None))
    return found


def widened(counting: Counting, numbers: NDArray[np.int64]) -> Counting:
    """The same counting with a modulus that holds these numbers."""
    modulus = counting.modulus
    while len(numbers) and modulus <= numbers.max():
        modulus *= _BYTE
    return Counting(counting.step, counting.samples, modulus)


class PackageLosses:
    """Numbers and stamps together.

    The number tells a loss to the sample, the stamps tell one that is longer than the range of the
    numbers. A device without useful numbers has its stamps alone. The first rows are kept back
    until it is clear how the device counts, at most a second.

    Parameters
    ----------
    rate_hz : float
    """

    def __init__(self, rate_hz: float) -> None:
        self._rate_hz = rate_hz
        self._first: list[tuple[Counts, Stamps, Samples]] | None = []
        self._counting: Counting | None = None
        self._finder = LossFinder(rate_hz)
        self._last = 0

    def feed(self, numbers: Counts, stamps: Stamps, samples: Samples) -> list[Block]:
        """Blocks that are certain now.

        Parameters
        ----------
        numbers : ndarray, (n,)
            Of the packages.
        stamps : ndarray, (n,)
            Seconds.
        samples : ndarray, (n, n_channels)
        """
        if self._first is None:
            return self._counted(numbers, stamps, samples)
        self._first.append((numbers, stamps, samples))
        so_far = np.concatenate([part[0] for part in self._first])
        if not enough(so_far) and len(so_far) < self._rate_hz:
            return []
        return self._begin()

    def settle(self) -> list[Block]:
        """What is kept back for a jump of the stamps: nothing more comes."""
        return self._finder.settle()

    def _begin(self) -> list[Block]:
        """Learn from the first rows and give them."""
        first, self._first = self._first or [], None
        numbers, stamps, samples = (np.concatenate(part) for part in zip(*first, strict=True))
        self._counting = learn(numbers)
        if self._counting is None:
            return self._finder.feed(stamps, samples)
        self._finder = LossFinder(self._rate_hz, quantum=self._counting.range_samples)
        self._last = int(numbers[0])
        return self._counted(numbers, stamps, samples)

    def _counted(self, numbers: Counts, stamps: Stamps, samples: Samples) -> list[Block]:
        if self._counting is None or len(numbers) == 0:
            return self._finder.feed(stamps, samples)
        self._counting = widened(self._counting, numbers)
        missing = np.zeros(len(numbers), np.int64)
        anew = []
        for row, lost in losses(self._last, numbers, self._counting):
            missing[row] = lost or 0
            anew += [row] if lost is None else []
        self._last = int(numbers[-1])
        return self._given(stamps, samples, missing, anew)

    def _given(
        self, stamps: Stamps, samples: Samples, missing: Counts, anew: list[int]
    ) -> list[Block]:
        """Blocks of these rows; the stamps start again at each row of ``anew``."""
        blocks: list[Block] = []
        for start, stop in pairwise([0, *anew, len(stamps)]):
            rows = slice(start, stop)
            if start in anew:
                blocks += self._finder.restart()
            given = self._finder.feed(stamps[rows], samples[rows], missing[rows])
            if start in anew and given:
                given[0] = replace(given[0], lost_before=None)
            blocks += given
        return blocks


def _usual(values: NDArray[np.int64]) -> int | None:
    """The value that most have in common."""
    if len(values) == 0:
        return None
    found, counts = np.unique(values, return_counts=True)
    best = int(np.argmax(counts))
    return int(found[best]) if counts[best] >= _SHARE * len(values) else None
