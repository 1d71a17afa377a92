"""Figures from counts: sensitivity, PPV, F1, macro-F1, false alarms a minute, presence."""

from __future__ import annotations

from collections import Counter
from collections.abc import Iterable, Sequence
from dataclasses import dataclass, field

from tests.second_simulator.matching import Counts, Found, match
from tests.second_simulator.truth import PATHOLOGICAL, SPONTANEOUS, Made

NORMAL = ("mup", "eps", "scmusd")


@dataclass
class Row:
    """One recording, judged."""

    name: str
    level: str
    silent: bool
    fs: float
    noise_uv: float
    minutes: float
    counts: Counts
    false_proposals: int
    false_potentials: int
    presence: list[tuple[bool, bool]] = field(default_factory=list)
    proposals: Counter[str] = field(default_factory=Counter)
    remarks: tuple[str, ...] = ()
    seconds: float = 0.0

    @property
    def f1(self) -> float | None:
        """Micro-F1 over the pathological classes; None without any of them."""
        hit, missed, false = (
            sum(c[k] for k in PATHOLOGICAL)
            for c in (self.counts.hit, self.counts.missed, self.counts.false)
        )
        return 2 * hit / (2 * hit + missed + false) if hit + missed + false else None


@dataclass(frozen=True, slots=True)
class Figures:
    """Of one class: numbers of true events, hits, misses, false alarms, and the rates."""

    true: int
    hit: int
    missed: int
    false: int

    @property
    def sensitivity(self) -> float:
        """Hits of true ones; NaN without any."""
        return self.hit / self.true if self.true else float("nan")

    @property
    def ppv(self) -> float:
        """Hits of found ones; NaN without any."""
        return self.hit / (self.hit + self.false) if self.hit + self.false else float("nan")

    @property
    def f1(self) -> float:
        """Harmonic mean; NaN where nothing is true and nothing was found."""
        total = 2 * self.hit + self.missed + self.false
        return 2 * self.hit / total if total else float("nan")


def judged(
    made: Made, proposals: Sequence[Found], remarks: Iterable[str] = (), seconds: float = 0.0
) -> Row:
    """The row of one recording."""
    loud = [p for p in proposals if p.kind in SPONTANEOUS]
    return Row(
        made.name, made.level, made.silent, made.fs, made.noise_uv[0],
        made.samples.shape[0] / made.fs / 60.0, match(made, proposals),
        len(loud), sum(max(1, len(p.peaks)) for p in loud), _presence(made, proposals),
        Counter(p.kind for p in proposals), tuple(remarks), seconds,
    )  # fmt: skip


def _presence(made: Made, proposals: Sequence[Found]) -> list[tuple[bool, bool]]:
    """Per channel whether fibrillations or sharp waves are there, and were proposed."""
    unclear = {e.channel for e in made.events if e.kind == "cannot_tell"}
    pairs = []
    for channel in range(made.samples.shape[1]):
        if channel in unclear:
            continue
        real = any(
            e.kind in ("fib", "psw") and e.channel == channel and not e.ignored for e in made.events
        )
        seen = any(p.kind in ("fib", "psw") and p.channel == channel for p in proposals)
        pairs.append((real, seen))
    return pairs


def summed(rows: Iterable[Row]) -> Counts:
    """Counts over recordings."""
    total = Counts()
    for row in rows:
        total.add(row.counts)
    return total


def figures(counts: Counts, kind: str) -> Figures:
    """Figures of one class."""
    hit, missed = counts.hit[kind], counts.missed[kind]
    return Figures(hit + missed, hit, missed, counts.false[kind])


def macro_f1(counts: Counts) -> float:
    """Mean F1 over the pathological classes that are true somewhere in these recordings."""
    values = [figures(counts, k).f1 for k in PATHOLOGICAL if figures(counts, k).true]
    return sum(values) / len(values) if values else float("nan")


@dataclass(frozen=True, slots=True)
class Alarms:
    """False alarms a minute on silent recordings: proposals, and single potentials."""

    minutes: float
    proposals: float
    potentials: float


def alarms(rows: Iterable[Row]) -> Alarms:
    """Over the silent recordings."""
    silent = [row for row in rows if row.silent]
    minutes = sum(row.minutes for row in silent)
    if not minutes:
        return Alarms(0.0, float("nan"), float("nan"))
    return Alarms(
        minutes,
        sum(row.false_proposals for row in silent) / minutes,
        sum(row.false_potentials for row in silent) / minutes,
    )


def presence(rows: Iterable[Row]) -> dict[str, int]:
    """Channels with and without fibrillations or sharp waves, and which were called so."""
    pairs = Counter(pair for row in rows for pair in row.presence)
    return {
        "present": pairs[True, True] + pairs[True, False],
        "present_found": pairs[True, True],
        "absent": pairs[False, True] + pairs[False, False],
        "absent_quiet": pairs[False, False],
    }
