"""Items as the trace view draws them, and the quick answer to *what is visible*. No Qt."""

from __future__ import annotations

from collections.abc import Sequence
from copy import copy
from dataclasses import dataclass
from functools import cache
from itertools import chain

import numpy as np
from numpy.typing import NDArray

from emgview.model import IdTable, Label, LabelState, SampleInterval, load_vocabulary

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
        letter, group = _letter_and_group(label.activity)
        peaks, activity = label.peak_samples, label.activity
        return cls(
            label.id, label.channel, label.interval, peaks, letter, activity, group, label.state
        )

    @property
    def is_stretch(self) -> bool:
        """Whether it is drawn as a bracket over a stretch rather than a mark at one peak."""
        return len(self.peak_samples) != 1


@cache
def _letter_and_group(activity: str) -> tuple[str, str]:
    known = load_vocabulary().get(activity)
    return (known.letter, known.group) if known else ("?", "undecided")


@dataclass(frozen=True, slots=True)
class ClassKey:
    """Channel and class: what is drawn as one row where there is no room for single marks."""

    channel: int
    activity: str
    letter: str


Shown = Label | DisplayItem
_FEW = 8


def _same_place(new: Shown, old: Shown) -> bool:
    """Whether it is the same item where it was."""
    return (new.id, new.channel, new.interval) == (old.id, old.channel, old.interval)


def _key_of(item: Shown) -> str:
    """What its row of density depends on beside its channel; empty for a rejected one."""
    return "" if item.state is LabelState.REJECTED else item.activity


def _keyed(items: Sequence[Shown]) -> tuple[list[ClassKey], Positions]:
    """Channels and classes that there are, and the number of each item's; -1 for rejected ones."""
    known: dict[tuple[int, str], int] = {}
    keys: list[ClassKey] = []

    def number(item: Shown) -> int:
        if item.state is LabelState.REJECTED:
            return -1
        found = known.setdefault((item.channel, item.activity), len(keys))
        if found == len(keys):
            shown = item if isinstance(item, DisplayItem) else DisplayItem.of(item)
            keys.append(ClassKey(item.channel, item.activity, shown.letter))
        return found

    numbers = np.fromiter(map(number, items), np.int64, len(items))
    return keys, numbers


class ItemIndex:
    """Items sorted by start; finds those that meet a window without looking at all.

    What is drawn is made when it is drawn; of all items only numbers are kept beside the values
    that came in. All potentials of all items also lie in one sorted array, so that counting those
    of a window takes the same time for 100 items as for 100 000.

    Parameters
    ----------
    items : sequence of Label or DisplayItem
        Not to be changed; kept as it is where it is sorted already.
    """

    def __init__(self, items: Sequence[Shown] = ()) -> None:
        n = len(items)
        starts = np.fromiter((item.interval.start for item in items), np.int64, n)
        if np.any(starts[1:] < starts[:-1]):
            items = sorted(items, key=lambda item: item.interval.start)
            starts.sort()
        self._items, self._starts = items, starts
        self._stops = np.fromiter((item.interval.stop for item in items), np.int64, n)
        self._lengths = self._stops - self._starts
        # Where the search may begin: no item before it reaches as far as the window.
        self._furthest = np.maximum.accumulate(self._stops) if n else self._stops
        self._table: IdTable | None = None  # made when an item is first asked for by id
        counts = np.fromiter((len(item.peak_samples) for item in items), np.int64, n)
        self._peaks = np.fromiter(
            chain.from_iterable(item.peak_samples for item in items), np.int64, int(counts.sum())
        )
        self._ends = np.concatenate(([0], np.cumsum(counts)))
        self._slots, self._sorted_places = self._sorted(counts)
        self._take_keys()

    @classmethod
    def of(cls, items: ItemIndex | Sequence[Shown]) -> ItemIndex:
        """The index of those items; an index is used as it is, by several views."""
        return items if isinstance(items, ItemIndex) else cls(items)

    def renewed(self, items: Sequence[Shown]) -> ItemIndex:
        """The index of the same items after decisions; made anew where any came, went or moved."""
        if len(items) != len(self._items):
            return ItemIndex(items)
        pairs = enumerate(zip(items, self._items, strict=True))
        changed = [(n, new, old) for n, (new, old) in pairs if new is not old]
        reshaped = [n for n, new, old in changed if new.peak_samples != old.peak_samples]
        if len(reshaped) > _FEW or not all(_same_place(new, old) for _, new, old in changed):
            return ItemIndex(items)
        fresh = copy(self)
        fresh._items = items  # noqa: SLF001 - of its own kind
        for n in reshaped:
            fresh._reshape(n)  # noqa: SLF001
        if reshaped or any(_key_of(new) != _key_of(old) for _, new, old in changed):
            fresh._take_keys()  # noqa: SLF001
        return fresh

    def _reshape(self, n: int) -> None:
        """Take in that an item has other potentials; arrays that others may hold stay as they are.

        To sort a hundred thousand potentials anew takes longer than a frame.
        """
        mine = np.array(self._items[n].peak_samples, dtype=np.int64)
        a, b = self._ends[n], self._ends[n + 1]
        self._peaks = np.concatenate((self._peaks[:a], mine, self._peaks[b:]))
        later = np.arange(len(self._ends)) > n
        self._ends = self._ends + later * (len(mine) - (b - a))
        others = self._slots != n
        places, slots = self._sorted_places[others], self._slots[others]
        found = np.sort(mine) if len(mine) else self._starts[n : n + 1]
        at = np.searchsorted(places, found, "right")
        self._sorted_places, self._slots = np.insert(places, at, found), np.insert(slots, at, n)

    def counts_like(self, other: ItemIndex) -> bool:
        """Whether every row of density is the same; asked of an index and the one renewed of it."""
        return self._places is other._places and self._keys is other._keys

    def _sorted(self, counts: Positions) -> tuple[Positions, Positions]:
        """Number of the item of every potential, and its place, in order of place.

        An item without potentials counts as one, at its start.
        """
        lengths = np.maximum(counts, 1)
        first = np.cumsum(lengths) - lengths
        places = np.empty(int(lengths.sum()), dtype=np.int64)
        is_start = np.zeros(len(places), dtype=bool)
        is_start[first[counts == 0]] = True
        places[is_start] = self._starts[counts == 0]
        places[~is_start] = self._peaks
        order = np.argsort(places, kind="stable")
        numbers = np.repeat(np.arange(len(counts)), lengths)
        return numbers[order], places[order]

    def _take_keys(self) -> None:
        """Keep every potential that is not rejected, in order, with the number of its key."""
        self._keys, key_of = _keyed(self._items)
        keys = key_of[self._slots]
        kept = keys >= 0
        self._places, self._key_of_place = self._sorted_places[kept], keys[kept]

    def __len__(self) -> int:
        return len(self._items)

    def get(self, item: str) -> DisplayItem | None:
        """The item of that id."""
        if self._table is None:
            self._table = IdTable([one.id for one in self._items])
        position = self._table.position(item)
        return None if position is None else self._shown(position)

    def _shown(self, number: int) -> DisplayItem:
        item = self._items[number]
        return item if isinstance(item, DisplayItem) else DisplayItem.of(item)

    def numbers_in(self, window: SampleInterval) -> Positions:
        """Places in the sorted list of the items that meet the window."""
        first = int(np.searchsorted(self._furthest, window.start, "right"))
        last = int(np.searchsorted(self._starts, window.stop, "left"))
        return first + np.flatnonzero(self._stops[first:last] > window.start)

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
        for n in numbers.tolist():
            peaks = self._peaks[self._ends[n] : self._ends[n + 1]]
            if len(peaks) and not window.start <= peaks[0] <= peaks[-1] < window.stop:
                a, b = peaks.searchsorted((window.start, window.stop))
                peaks = peaks[a:b]
            found.append((self._shown(n), peaks))
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
        return [(self._keys[n], rows[n]) for n in np.flatnonzero(rows.any(axis=1)).tolist()]

    def density(self, n_samples: int, n_bins: int) -> dict[str, NDArray[np.float64]]:
        """Potentials per bin over the whole recording, for each class."""
        counts: dict[str, NDArray[np.float64]] = {}
        for key, row in self.density_in(SampleInterval(0, max(n_samples, 1)), n_bins):
            counts.setdefault(key.activity, np.zeros(n_bins))
            counts[key.activity] += row
        return counts
