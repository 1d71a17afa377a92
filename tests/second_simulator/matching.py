"""What was found against what is true, for one recording.

Rules
-----
- Potentials of ``fib``, ``psw``, ``fp``, ``mup`` and ``eps`` are matched one to one, each truth
  with at most one found potential of the same class and channel within 5 ms, nearest pairs first.
- Bursts (``myokymic``, ``multiplet``) and trains (all others) are matched one to one by overlap
  with a found stretch of the same class; the shared part must be at least half of the shorter and
  a third of the true one. Further pieces of a train that is hit are counted as fragments, not as
  false alarms. A found proposal of several bursts is first cut where its potentials lie more than
  90 ms apart; a burst in the truth is at most 70 ms from potential to potential.
- Ignorable truths (near the noise, or buried) are neither hit nor miss, and what is found there,
  of whatever class, is neither hit nor false alarm.
- Satellites may be called voluntary or be left out; any other name for them is a false alarm.
- What stays unmatched is compared once more without the class, for the table of confusions.
"""

from __future__ import annotations

from collections import Counter
from collections.abc import Iterable, Sequence
from dataclasses import dataclass, field

import numpy as np

from tests.second_simulator.truth import BURST_KINDS, POTENTIAL_KINDS, Event, Made

TOLERANCE_S = 0.005
_CUT_S = 0.09
_OF_SHORTER, _OF_TRUE = 0.5, 0.33


@dataclass(frozen=True, slots=True)
class Found:
    """One proposal: coarse class, stretch, and peaks (empty where it is not resolved)."""

    kind: str
    channel: int
    start: int
    stop: int
    peaks: tuple[int, ...] = ()


@dataclass(frozen=True, slots=True)
class Item:
    """What is matched: a potential (``start == stop``: its peak) or a stretch.

    ``optional``: may be found as what it is, but need not (satellites).
    """

    kind: str
    channel: int
    start: int
    stop: int
    ignorable: bool = False
    optional: bool = False

    @property
    def is_potential(self) -> bool:
        """Whether it is a single potential."""
        return self.start == self.stop


@dataclass
class Counts:
    """Hits, misses and false alarms per class, fragments, and confusions (true, found)."""

    hit: Counter[str] = field(default_factory=Counter)
    missed: Counter[str] = field(default_factory=Counter)
    false: Counter[str] = field(default_factory=Counter)
    fragments: Counter[str] = field(default_factory=Counter)
    confused: Counter[tuple[str, str]] = field(default_factory=Counter)

    def add(self, other: Counts) -> None:
        """Take in the counts of another recording."""
        for name in ("hit", "missed", "false", "fragments", "confused"):
            getattr(self, name).update(getattr(other, name))


def true_items(events: Iterable[Event]) -> list[Item]:
    """Potentials or stretches of the truth."""
    items = []
    for event in events:
        if event.kind in POTENTIAL_KINDS:
            items += [
                Item(
                    event.kind, event.channel, int(peak), int(peak), bool(ignorable),
                    event.detail == "satellite",
                )
                for peak, ignorable in zip(event.peaks, event.ignorable, strict=True)
            ]  # fmt: skip
        else:
            items.append(Item(event.kind, event.channel, event.start, event.stop, event.ignored))
    return items


def found_items(proposals: Iterable[Found], fs: float) -> list[Item]:
    """Proposals as potentials, bursts or stretches."""
    items = []
    for found in proposals:
        if found.kind in POTENTIAL_KINDS and found.peaks:
            items += [Item(found.kind, found.channel, peak, peak) for peak in found.peaks]
        elif found.kind in BURST_KINDS and found.peaks:
            items += _bursts(found, fs)
        else:
            items.append(Item(found.kind, found.channel, found.start, found.stop))
    return items


def _bursts(found: Found, fs: float) -> list[Item]:
    peaks = np.array(found.peaks)
    cuts = np.flatnonzero(np.diff(peaks) > _CUT_S * fs) + 1
    edge = round(0.004 * fs)
    return [
        Item(found.kind, found.channel, int(part[0]) - edge, int(part[-1]) + edge)
        for part in np.split(peaks, cuts)
    ]


def match(made: Made, proposals: Sequence[Found]) -> Counts:
    """Counts of one recording."""
    true = true_items(made.events)
    found = found_items(proposals, made.fs)
    pairs = _potential_pairs(true, found, made.fs) + _stretch_pairs(true, found)
    counts = Counts()
    true_left, found_left = set(range(len(true))), set(range(len(found)))
    for t, f in pairs:
        true_left.discard(t)
        found_left.discard(f)
        if _counts(true[t]):
            counts.hit[true[t].kind] += 1
    missed = [true[t] for t in sorted(true_left) if _counts(true[t])]
    _drop_unresolved(missed, proposals)
    spare = [found[f] for f in sorted(found_left)]
    spare = _without_fragments(spare, true, counts)
    spare = _without_ignorable(_without_endplate(spare, true), true, made.fs)
    counts.missed.update(item.kind for item in missed)
    counts.false.update(item.kind for item in spare)
    _confuse(missed, spare, made.fs, counts)
    return counts


def _counts(item: Item) -> bool:
    return not (item.ignorable or item.optional)


def _potential_pairs(
    true: Sequence[Item], found: Sequence[Item], fs: float
) -> list[tuple[int, int]]:
    """Nearest first; a true potential that counts goes before an ignorable one."""
    reach = TOLERANCE_S * fs
    candidates = []
    for key in {(item.kind, item.channel) for item in true if item.is_potential}:
        here = [n for n, item in enumerate(true) if _is(item, key)]
        there = [n for n, item in enumerate(found) if _is(item, key)]
        there.sort(key=lambda n: found[n].start)
        at = np.array([found[n].start for n in there])
        for t in here:
            low, high = np.searchsorted(at, (true[t].start - reach, true[t].start + reach + 1e-6))
            candidates += [
                (not _counts(true[t]), abs(found[there[k]].start - true[t].start), t, there[k])
                for k in range(low, high)
            ]
    return _one_to_one((t, f) for *_, t, f in sorted(candidates))


def _is(item: Item, key: tuple[str, int]) -> bool:
    return item.is_potential and (item.kind, item.channel) == key


def _one_to_one(candidates: Iterable[tuple[int, int]]) -> list[tuple[int, int]]:
    used_true, used_found, pairs = set(), set(), []
    for t, f in candidates:
        if t not in used_true and f not in used_found:
            used_true.add(t)
            used_found.add(f)
            pairs.append((t, f))
    return pairs


def _shared(a: Item, b: Item) -> int:
    return max(0, min(a.stop, b.stop) - max(a.start, b.start))


def _stretch_pairs(true: Sequence[Item], found: Sequence[Item]) -> list[tuple[int, int]]:
    candidates = []
    for t, item in enumerate(true):
        for f, other in enumerate(found):
            if item.is_potential or other.is_potential or item.channel != other.channel:
                continue
            shared = _shared(item, other)
            if item.kind != other.kind or shared < _OF_TRUE * (item.stop - item.start):
                continue
            if shared >= _OF_SHORTER * min(item.stop - item.start, other.stop - other.start):
                candidates.append((-shared, t, f))
    return _one_to_one((t, f) for _, t, f in sorted(candidates))


def _drop_unresolved(missed: list[Item], proposals: Sequence[Found]) -> None:
    """True voluntary potentials inside an unresolved voluntary proposal are not misses."""
    dense = [p for p in proposals if p.kind == "mup" and not p.peaks]
    missed[:] = [
        item
        for item in missed
        if item.kind != "mup"
        or not any(p.channel == item.channel and p.start <= item.start < p.stop for p in dense)
    ]


def _without_fragments(spare: list[Item], true: Sequence[Item], counts: Counts) -> list[Item]:
    """Drop pieces that lie for at least half inside a true stretch of their own class."""
    left = []
    for item in spare:
        of_class = [t for t in true if t.kind == item.kind and t.channel == item.channel]
        inside = sum(_shared(item, t) for t in of_class if not t.is_potential)
        if not item.is_potential and inside >= 0.5 * max(1, item.stop - item.start):
            counts.fragments[item.kind] += 1
        elif item.is_potential or item.kind != "mup":
            left.append(item)
    return left


def _without_endplate(spare: list[Item], true: Sequence[Item]) -> list[Item]:
    """Drop end-plate spikes found inside true end-plate noise: the same thing, near the tip."""
    noise = [t for t in true if t.kind == "epn"]
    return [
        item
        for item in spare
        if item.kind != "eps"
        or not any(t.channel == item.channel and _touches(item, t) for t in noise)
    ]


def _without_ignorable(spare: list[Item], true: Sequence[Item], fs: float) -> list[Item]:
    hidden = [t for t in true if t.ignorable]
    points: dict[int, np.ndarray] = {
        channel: np.sort([t.start for t in hidden if t.is_potential and t.channel == channel])
        for channel in {t.channel for t in hidden}
    }
    stretches = [t for t in hidden if not t.is_potential]
    return [item for item in spare if not _hidden(item, points, stretches, fs)]


def _hidden(
    item: Item, points: dict[int, np.ndarray], stretches: Sequence[Item], fs: float
) -> bool:
    if any(s.channel == item.channel and _touches(item, s) for s in stretches):
        return True
    at = points.get(item.channel)
    if at is None or at.size == 0 or not item.is_potential:
        return False
    return bool(np.abs(at - item.start).min() <= TOLERANCE_S * fs)


def _touches(item: Item, stretch: Item) -> bool:
    if item.is_potential:
        return stretch.start <= item.start < stretch.stop
    return _shared(item, stretch) >= 0.5 * (item.stop - item.start)


def _confuse(missed: Sequence[Item], spare: Sequence[Item], fs: float, counts: Counts) -> None:
    """Pair misses with false alarms at the same place; the rest with nothing (``-``)."""
    reach = TOLERANCE_S * fs
    taken: set[int] = set()
    for item in missed:
        where = next((n for n, s in enumerate(spare) if _same_place(item, s, reach)), None)
        counts.confused[item.kind, "-" if where is None else spare[where].kind] += 1
        if where is not None:
            taken.add(where)
    for n, item in enumerate(spare):
        if n not in taken:
            counts.confused["-", item.kind] += 1


def _same_place(item: Item, other: Item, reach: float) -> bool:
    if item.channel != other.channel:
        return False
    if item.is_potential and other.is_potential:
        return abs(item.start - other.start) <= reach
    return item.start <= other.stop + reach and other.start <= item.stop + reach
