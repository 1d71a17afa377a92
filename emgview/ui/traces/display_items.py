"""Items as the trace view draws them, and the quick answer to *what is visible*. No Qt."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass

import numpy as np
from numpy.typing import NDArray

from emgview.model import Label, LabelState, SampleInterval, load_vocabulary


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


class ItemIndex:
    """Items sorted by start; finds those that meet a window without looking at all."""

    def __init__(self, items: Sequence[DisplayItem] = ()) -> None:
        self._items = sorted(items, key=lambda item: item.interval.start)
        self._starts = np.array([i.interval.start for i in self._items], dtype=np.int64)
        stops = np.array([i.interval.stop for i in self._items], dtype=np.int64)
        self._furthest = np.maximum.accumulate(stops) if len(stops) else stops
        self._peaks = [np.array(i.peak_samples, dtype=np.int64) for i in self._items]
        self._position = {item.id: n for n, item in enumerate(self._items)}

    def __len__(self) -> int:
        return len(self._items)

    def get(self, item: str) -> DisplayItem | None:
        """The item of that id."""
        position = self._position.get(item)
        return None if position is None else self._items[position]

    def visible(self, window: SampleInterval) -> list[tuple[DisplayItem, NDArray[np.int64]]]:
        """Items that meet the window, with their peaks inside it."""
        first = int(np.searchsorted(self._furthest, window.start, "right"))
        last = int(np.searchsorted(self._starts, window.stop, "left"))
        found = []
        for n in range(first, last):
            item, peaks = self._items[n], self._peaks[n]
            if item.interval.stop > window.start or item.interval.contains(window.start):
                a, b = np.searchsorted(peaks, (window.start, window.stop))
                found.append((item, peaks[a:b]))
        return found

    def density(self, n_samples: int, n_bins: int) -> dict[str, NDArray[np.float64]]:
        """Potentials per bin over the whole recording, for each group of classes."""
        counts: dict[str, NDArray[np.float64]] = {}
        for item, peaks in zip(self._items, self._peaks, strict=True):
            if item.state is LabelState.REJECTED:
                continue
            where = peaks if len(peaks) else np.array([item.interval.start])
            bins = np.clip(where * n_bins // max(n_samples, 1), 0, n_bins - 1)
            total = counts.setdefault(item.activity, np.zeros(n_bins))
            np.add.at(total, bins, 1.0)
        return counts
