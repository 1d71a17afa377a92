"""Items as the trace view draws them, and the quick answer to *what is visible*. No Qt."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass

import numpy as np
from numpy.typing import NDArray

from emgview.model import Label, LabelState, SampleInterval, load_vocabulary

Positions = NDArray[np.int64]


@dataclass(frozen=True, slots=True)
class DisplayItem:
    """One proposal or label."""

    id: str
    channel: int
    interval: SampleInterval
    peak_samples: tuple[int, ...]
    letter: str
    activity: str
    group: str
    state: LabelState

    @classmethod
    def of(cls, label: Label) -> DisplayItem:
        """The item of a label."""
        known = load_vocabulary().get(label.activity)
        return cls(
            label.id,
            label.channel,
            label.interval,
            label.peak_samples,
            known.letter if known else "?",
            label.activity,
            known.group if known else "undecided",
            label.state,
        )

    @property
    def is_stretch(self) -> bool:
        """Whether it is drawn as a bracket over a stretch rather than a mark at one peak."""
        return len(self.peak_samples) != 1


@dataclass(frozen=True, slots=True)
class ClassKey:
    """Channel and class: what is drawn as one row where there is no room for single marks."""

    channel: int
    activity: str
    letter: str


class ItemIndex:
    """Items sorted by start; finds those that meet a window without looking at all.

    All potentials of all items also lie in one sorted array, so that counting those of a window
    takes the same time for 100 items as for 100 000.
    """

    def __init__(self, items: Sequence[DisplayItem] = ()) -> None:
        self._items = sorted(items, key=lambda item: item.interval.start)
        self._starts = np.array([i.interval.start for i in self._items], dtype=np.int64)
        self._stops = np.array([i.interval.stop for i in self._items], dtype=np.int64)
        self._lengths = self._stops - self._starts
        # Where the search may begin: no item before it reaches as far as the window.
        self._furthest = np.maximum.accumulate(self._stops) if len(self._items) else self._stops
        self._position = {item.id: n for n, item in enumerate(self._items)}
        self._peaks: dict[int, Positions] = {}  # made when first drawn
        self._keys: list[ClassKey] = []
        self._places, self._key_of_place = self._flat()

    def _flat(self) -> tuple[Positions, Positions]:
        """Every potential that is not rejected, in order, with the number of its key."""
        known: dict[ClassKey, int] = {}
        places: list[int] = []
        keys: list[int] = []
        for item in self._items:
            if item.state is LabelState.REJECTED:
                continue
            number = known.setdefault(
                ClassKey(item.channel, item.activity, item.letter), len(known)
            )
            own = item.peak_samples or (item.interval.start,)
            places.extend(own)
            keys.extend([number] * len(own))
        self._keys = list(known)
        order = np.argsort(np.array(places, dtype=np.int64), kind="stable")
        return np.array(places, dtype=np.int64)[order], np.array(keys, dtype=np.int64)[order]

    def __len__(self) -> int:
        return len(self._items)

    def get(self, item: str) -> DisplayItem | None:
        """The item of that id."""
        position = self._position.get(item)
        return None if position is None else self._items[position]

    def numbers_in(self, window: SampleInterval) -> Positions:
        """Places in the sorted list of the items that meet the window."""
        first = int(np.searchsorted(self._furthest, window.start, "right"))
        last = int(np.searchsorted(self._starts, window.stop, "left"))
        return first + np.flatnonzero(self._stops[first:last] > window.start)

    def _peaks_of(self, number: int) -> Positions:
        peaks = self._peaks.get(number)
        if peaks is None:
            peaks = np.array(self._items[number].peak_samples, dtype=np.int64)
            self._peaks[number] = peaks
        return peaks

    def count_in(self, window: SampleInterval) -> int:
        """How many items meet the window."""
        return len(self.numbers_in(window))

    def visible(
        self, window: SampleInterval, shortest: int = 0
    ) -> list[tuple[DisplayItem, Positions]]:
        """Items that meet the window and last ``shortest`` samples, with their peaks inside it."""
        return self.with_peaks(window, self.numbers_in(window), shortest)

    def with_peaks(
        self, window: SampleInterval, numbers: Positions, shortest: int = 0
    ) -> list[tuple[DisplayItem, Positions]]:
        """The same of the items at these places, see :meth:`numbers_in`."""
        if shortest:
            numbers = numbers[self._lengths[numbers] >= shortest]
        found = []
        for n in numbers:
            item, peaks = self._items[int(n)], self._peaks_of(int(n))
            a, b = np.searchsorted(peaks, (window.start, window.stop))
            found.append((item, peaks[a:b]))
        return found

    def density_in(
        self, window: SampleInterval, n_bins: int
    ) -> list[tuple[ClassKey, NDArray[np.int64]]]:
        """Potentials per bin of a window, for each channel and class that has any."""
        a, b = np.searchsorted(self._places, (window.start, window.stop))
        bins = (self._places[a:b] - window.start) * n_bins // max(len(window), 1)
        keys = self._key_of_place[a:b]
        total = np.bincount(keys * n_bins + bins, minlength=len(self._keys) * n_bins)
        rows = total.reshape(len(self._keys), n_bins)
        return [(key, row) for key, row in zip(self._keys, rows, strict=True) if row.any()]

    def density(self, n_samples: int, n_bins: int) -> dict[str, NDArray[np.float64]]:
        """Potentials per bin over the whole recording, for each class."""
        counts: dict[str, NDArray[np.float64]] = {}
        for key, row in self.density_in(SampleInterval(0, max(n_samples, 1)), n_bins):
            counts.setdefault(key.activity, np.zeros(n_bins))
            counts[key.activity] += row
        return counts
