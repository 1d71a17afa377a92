"""What findings were worked out from last time: a decision costs its own items, not all of them.

A memo changes no result: whatever it holds is used only where the values that it was made from are
the same objects as before, or where what differs cannot matter.
"""

from __future__ import annotations

from collections.abc import Callable, Hashable, Mapping, Sequence
from itertools import chain
from typing import TypeVar, cast

import numpy as np

from emgview.findings.rules import FindingsRules
from emgview.findings.table import ExaminedRecording
from emgview.findings.watched import (
    Item,
    WatchedRecording,
    WatchedTime,
    item_of_label,
    matters_for_rest,
    under_blanks,
    unspoken_items,
    watched_time,
)
from emgview.model import ActivityClass, Label, SampleInterval, making_many

T = TypeVar("T")


class RecordingMemo:
    """One recording: its labels as items, its watched time, and what lies in rest.

    Attributes
    ----------
    items : tuple of Item
        All that count for findings, as :func:`~emgview.findings.watched.items_of` gives them.
    by_class : dict of str to list of Item
        The same by the class that they are counted as.
    time : WatchedTime
    """

    def __init__(self) -> None:
        self.items: tuple[Item, ...] = ()
        self.by_class: dict[str, list[Item]] = {}
        self.time = WatchedTime((), (), 0, ())
        self._labels: Sequence[Label] = ()
        self._of_labels: list[Item | None] = []
        self._unspoken: list[Item] = []
        self._examined: tuple[object, ...] = ()
        self._inside: dict[str, int] = {}
        self._said: dict[str, tuple[Item, ...]] = {}
        self._blanks: tuple[SampleInterval, ...] = ()

    def look(
        self,
        recording: ExaminedRecording,
        labels: Sequence[Label],
        known: Mapping[str, ActivityClass],
        rules: FindingsRules,
    ) -> None:
        """Take the present labels of this recording in."""
        examined = (recording.info, recording.run and recording.run.id, rules)
        changed = self._changed(labels) if examined == self._examined else None
        if changed is None:
            self._look_anew(recording, labels, known)
            self._retime(recording, rules)
        elif changed:
            old = [self._of_labels[n] for n in changed]
            for n in changed:
                self._of_labels[n] = item_of_label(labels[n], known)
            self._gather()
            new = [self._of_labels[n] for n in changed]
            for item in chain(old, new):
                if item is not None:
                    self._inside.pop(item.id, None)
            if any(item and matters_for_rest(item, rules) for item in chain(old, new)):
                self._retime(recording, rules)
        self._labels, self._examined = labels, examined

    def watched(self, recording: ExaminedRecording) -> WatchedRecording:
        """What was taken in, as the tables need it."""
        known = self.items, self.time, self.by_class, self._said
        return WatchedRecording(recording, *known, self.in_rest, self._blanks)

    def in_rest(self, items: Sequence[Item]) -> list[int]:
        """How many potentials of each item lie in watched rest; an item without counts as one."""
        fresh = [item for item in items if item.id not in self._inside]
        for item, count in zip(fresh, counts_inside(fresh, self.time.rest), strict=True):
            self._inside[item.id] = count
        return [self._inside[item.id] for item in items]

    def _changed(self, labels: Sequence[Label]) -> list[int] | None:
        """Numbers of the labels that are others now; None where labels came, went or moved."""
        old = self._labels
        if len(labels) != len(old):
            return None
        changed = [n for n, (a, b) in enumerate(zip(labels, old, strict=True)) if a is not b]
        same = all(labels[n].id == old[n].id and labels[n].merged == old[n].merged for n in changed)
        return changed if same else None

    def _look_anew(
        self,
        recording: ExaminedRecording,
        labels: Sequence[Label],
        known: Mapping[str, ActivityClass],
    ) -> None:
        with making_many():
            self._of_labels = [item_of_label(label, known) for label in labels]
            self._unspoken = unspoken_items(recording.run, labels, known)
        self._gather()

    def _gather(self) -> None:
        self.items = (*[item for item in self._of_labels if item is not None], *self._unspoken)
        by_class: dict[str, list[Item]] = {}
        for item in self.items:
            by_class.setdefault(item.counted_as, []).append(item)
        self.by_class = by_class
        counting = {name: tuple(i for i in own if i.counts) for name, own in by_class.items()}
        self._said = {name: own for name, own in counting.items() if own}
        self._blanks = under_blanks(self.items)

    def _retime(self, recording: ExaminedRecording, rules: FindingsRules) -> None:
        before = self.time.rest
        self.time = watched_time(recording, self.items, rules)
        if self.time.rest != before:
            self._inside.clear()


class FindingsMemo:
    """Memos of all recordings of a study, by id; and rows that were made of them."""

    def __init__(self) -> None:
        self._of: dict[str, RecordingMemo] = {}
        self._rows: dict[Hashable, tuple[tuple[object, ...], object]] = {}

    def row(self, key: Hashable, made_of: tuple[object, ...], make: Callable[[], T]) -> T:
        """The row of a key as made before, where it was made of the same objects; else anew.

        Texts among ``made_of`` need only be equal.
        """
        before, row = self._rows.get(key, ((), None))
        if len(before) != len(made_of) or not all(map(_same, before, made_of)):
            row = make()
            self._rows[key] = (made_of, row)
        return cast("T", row)

    def of(self, recording_id: str) -> RecordingMemo:
        """That of a recording; an empty one if it was never looked at."""
        return self._of.setdefault(recording_id, RecordingMemo())


def _same(one: object, other: object) -> bool:
    return one is other or (isinstance(one, str) and one == other)


def counts_inside(items: Sequence[Item], intervals: Sequence[SampleInterval]) -> list[int]:
    """How many potentials of each item lie inside; the middle stands for one that has none.

    Parameters
    ----------
    intervals : sequence of SampleInterval
        Disjoint and sorted.
    """
    if not items:
        return []
    peaks = [item.peak_samples or (_middle(item),) for item in items]
    lengths = np.fromiter(map(len, peaks), np.int64, len(peaks))
    places = np.fromiter(chain.from_iterable(peaks), np.int64, int(lengths.sum()))
    starts = np.array([i.start for i in intervals], dtype=np.int64)
    stops = np.array([i.stop for i in intervals], dtype=np.int64)
    before = np.searchsorted(starts, places, side="right") - 1
    inside = (before >= 0) & (places < (stops[before] if len(stops) else 0))
    first = np.cumsum(lengths) - lengths
    return [int(n) for n in np.add.reduceat(inside.astype(np.int64), first)]


def _middle(item: Item) -> int:
    return (item.interval.start + item.interval.stop) // 2
