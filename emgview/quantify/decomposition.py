"""A stretch of slight contraction becomes the trains of its motor units.

Groups of alike spikes give templates; templates are matched and taken off; what is left gives
further groups; units of one shape that do not fire together are one; the rhythm of each train
fills in what superpositions hid.
"""

from __future__ import annotations

from dataclasses import dataclass

import numpy as np
from numpy.typing import NDArray

from emgview.model import Progress
from emgview.quantify.band import Band, working_band
from emgview.quantify.clusters import alike_groups, spike_places, windows_at
from emgview.quantify.matching import Bank, Matcher
from emgview.quantify.mixtures import delay_after, fills_gaps, two_units
from emgview.quantify.parameters import Decomposition, decomposition_parameters
from emgview.quantify.superpositions import Due, resolve
from emgview.quantify.trains import beat, missing, superfluous

Float = NDArray[np.float64]


@dataclass(frozen=True, slots=True, eq=False)
class Train:
    """Discharges of one unit.

    Parameters
    ----------
    places : ndarray, (n,)
        In samples of the recording from the start of the stretch, between the samples.
    gains : ndarray, (n,)
        Part of the template's energy that each discharge explains: about 1 where it stands alone.
    template : ndarray, (m,) µV
        In the working band.
    """

    places: Float
    gains: Float
    template: Float


@dataclass(frozen=True, slots=True, eq=False)
class Decomposed:
    """All trains of a stretch, the largest template first.

    ``left`` and ``band`` are the working signal without and with the discharges; ``anchor`` is the
    sample of the templates at which a discharge is placed.
    """

    trains: tuple[Train, ...]
    band: Band
    left: Float
    anchor: int

    @property
    def explained(self) -> float:
        """Part of the power over the noise that the trains account for, 0 to 1."""
        noise = self.band.sigma**2
        before = max(float(np.mean(self.band.samples**2)) - noise, 1e-9)
        after = max(float(np.mean(self.left**2)) - noise, 0.0)
        return 1 - min(after / before, 1.0)


def decompose(
    signal: Float, fs: float, p: Decomposition | None = None, progress: Progress | None = None
) -> Decomposed:
    """Trains of a gap-free stretch, (n,) µV. Any thread.

    Raises
    ------
    CancelledError
        If it is no longer wanted.
    """
    p, progress = p or decomposition_parameters(), progress or Progress()
    band = working_band(signal, fs, p.band)
    best = _searched(band, p, float("inf"), progress.part(0.0, 0.5))
    if best.explained < p.match.well_explained:
        other = _searched(band, p, p.train.most_hz, progress.part(0.5, 1.0))
        best = max(best, other, key=lambda one: one.explained)
    return best


def _searched(band: Band, p: Decomposition, most_hz: float, progress: Progress) -> Decomposed:
    """One search; where it goes wrong early, one with another limit of rates may find its way."""
    search = _Search(band, p, most_hz, progress)
    for k in range(p.match.rounds):
        before = search.n_units
        more, cleaner = search.look_for_more(), search.clean()
        if not (more or cleaner) or (k > 0 and search.n_units <= before):
            break  # what was found did not last: what is left holds no further unit
    search.settle()
    return search.result()


class _Search:
    """Templates and discharges as they grow."""

    def __init__(self, band: Band, p: Decomposition, most_hz: float, progress: Progress) -> None:
        self._band, self._p, self._progress = band, p, progress
        self._most = most_hz * len(band.samples) / band.fs
        self._matches = 0
        self._before = band.n_samples(p.template.before_ms)
        self._after = band.n_samples(p.template.after_ms)
        self._templates = np.empty((0, self._before + self._after + 1))
        self._trains: list[list[tuple[float, float]]] = []
        self._left = band.samples

    @property
    def n_units(self) -> int:
        """Units so far."""
        return len(self._templates)

    def look_for_more(self) -> bool:
        """Found units in what is left, and match all anew; False where there is nothing new."""
        places = spike_places(self._band, self._p, self._left)
        groups = alike_groups(self._band, places, self._p, self._left)
        if not groups:
            return False
        before = len(self._templates)
        for group in sorted(groups, key=len, reverse=True):
            shape = self._mean(self._left, places[group])
            if self._follows(places[group], float(np.abs(shape).max())):
                continue
            if not self._composite(shape, self._templates):
                self._templates = np.concatenate((self._templates, shape[np.newaxis]))
        if len(self._templates) == before:
            return False
        self._match()
        self._join()
        return len(self._templates) > before

    def _follows(self, places: Float, height: float) -> bool:
        """Whether spikes keep one delay to a larger unit: what it leaves where its shape changes.

        Told before they become a template: each such template costs a match, and is given back.
        """
        p, fs = self._p.train, self._band.fs
        own = np.sort(places) / fs
        for template, train in zip(self._templates, self._trains, strict=False):
            larger = height < p.change_part * float(np.abs(template).max())
            enough = larger and len(train) >= p.linked * len(own)
            times = np.array([place for place, _ in train]) / fs
            if enough and delay_after(own, times, p) is not None:
                return True
        return False

    def clean(self) -> bool:
        """Part mixtures, drop what is no unit, and match anew; False where nothing was to do."""
        before = len(self._templates)
        split = self._split_mixtures()
        self._forget(self._p.cluster.least)
        if not split and len(self._templates) == before:
            return False
        if len(self._templates):
            self._match()
        return True

    def settle(self) -> None:
        """Final matching with the rhythm's help, without shapes that were seen a few times only.

        Such a shape is most often two units that met; its discharges are theirs.
        """
        for _ in range(2):
            self._split_mixtures()
            self._forget(self._p.train.least_discharges)
            if len(self._templates):
                self._match(rhythm=True)
                self._join()

    def _composite(self, shape: Float, others: Float) -> bool:
        """Whether a shape is other templates that met."""
        if not len(others):
            return False
        alone = np.pad(shape, len(shape))
        band = Band(alone, self._band.fs, self._band.stride, self._band.sigma)
        matcher = Matcher(band, Bank(others, self._before, self._p.template.phases), self._p)
        matcher.pursue()
        rest = float(matcher.left @ matcher.left) / float(shape @ shape)
        met = sum(len(train) for train in matcher.trains)
        return met > 1 and rest < self._p.train.composite

    def _give_to_parent(self, unit: int) -> bool:
        """Whether a train is a part of a larger unit; its shape then goes into that unit's."""
        fs, p = self._band.fs, self._p.train
        own = np.array([place for place, _ in self._trains[unit]]) / fs
        height = float(np.abs(self._templates[unit]).max())
        for other, train in enumerate(self._trains):
            larger = float(np.abs(self._templates[other]).max()) > height
            if other == unit or not larger or len(train) < p.linked * len(own):
                continue
            delay = delay_after(own, np.array([place for place, _ in train]) / fs, p)
            if delay is not None:
                self._templates[other] += _moved(self._templates[unit], round(delay * fs))
                return True
        return False

    def _split_mixtures(self) -> bool:
        """Trains that hold two units of nearly one shape become two."""
        before = len(self._trains)
        for unit in range(before):
            rows = sorted(self._trains[unit])
            places = np.array([place for place, _ in rows])
            template = self._templates[unit]
            singles = windows_at(self._left, places, self._before, self._after) + template
            mask = two_units(singles, template, places / self._band.fs, self._p.train)
            if mask is None:
                continue
            new = np.median(singles[mask], axis=0)
            self._templates[unit] = np.median(singles[~mask], axis=0)
            self._templates = np.concatenate((self._templates, new[np.newaxis]))
            self._trains.append([row for row, yes in zip(rows, mask, strict=True) if yes])
            self._trains[unit] = [row for row, yes in zip(rows, mask, strict=True) if not yes]
        return len(self._trains) > before

    def _forget(self, least: int) -> None:
        """Drop trains of too few discharges, without rhythm, and parts or meetings of others."""
        counts = np.array([len(t) for t in self._trains])
        kept = []
        for unit, count in enumerate(counts.tolist()):
            others = np.flatnonzero(counts > 2 * count)
            if count < least or self._give_to_parent(unit):
                continue
            times = np.sort([place for place, _ in self._trains[unit]]) / self._band.fs
            usual = beat(times)
            if usual is not None and usual.early > self._p.train.no_rhythm:
                continue
            if count > self._most:
                continue  # no unit keeps up such a rate: lobes of several
            if not self._composite(self._templates[unit], self._templates[others]):
                kept.append(unit)
        self._templates = self._templates[kept]
        self._trains = [self._trains[u] for u in kept]

    def result(self) -> Decomposed:
        order = sorted(
            range(len(self._trains)), key=lambda u: -float(np.abs(self._templates[u]).max())
        )
        trains = []
        for unit in order:
            rows = sorted(self._trains[unit])
            places = np.array([place for place, _ in rows]) * self._band.stride
            gains = np.array([gain for _, gain in rows])
            trains.append(Train(places, gains, self._templates[unit]))
        return Decomposed(tuple(trains), self._band, self._left, self._before)

    def _mean(self, samples: Float, places: Float) -> Float:
        """Middle waveform at places, tapered at its ends."""
        rows = windows_at(samples, places, self._before, self._after)
        middle = np.median(rows, axis=0)
        taper = np.ones(len(middle))
        edge = max(2, len(middle) // 12)
        ramp = 0.5 - 0.5 * np.cos(np.pi * np.arange(edge) / edge)
        taper[:edge], taper[-edge:] = ramp, ramp[::-1]
        return np.asarray(middle * taper)

    def _match(self, *, rhythm: bool = False) -> None:
        text = "Following the rhythm of each unit" if rhythm else "Looking for motor units"
        self._progress.report(self._matches / (2 * self._p.match.rounds + 2), text)
        self._matches += 1
        bank = Bank(self._templates, self._before, self._p.template.phases)
        matcher = Matcher(self._band, bank, self._p)
        matcher.pursue()
        matcher.refine()
        if rhythm:
            self._take_apart(matcher)
            self._use_rhythm(matcher)
        matcher.pursue()
        self._take(matcher)

    def _take(self, matcher: Matcher) -> None:
        """Trains of a matcher; templates anew from their own discharges; rare units go."""
        self._left = matcher.left.copy()
        kept, trains = [], []
        for unit, train in enumerate(matcher.trains):
            if len(train) < self._p.cluster.least:
                self._give_back(matcher, unit)
                continue
            places = np.array([place for place, _ in train])
            own = self._own(matcher, unit, places)
            kept.append(own)
            trains.append(train)
        length = self._before + self._after + 1
        self._templates = np.array(kept).reshape(len(kept), length)
        self._trains = trains

    def _own(self, matcher: Matcher, unit: int, places: Float) -> Float:
        """New template: what is left at the discharges, plus the old one."""
        return np.asarray(self._mean(self._left, places) + matcher.bank.templates[unit])

    def _give_back(self, matcher: Matcher, unit: int) -> None:
        for place, _ in list(matcher.trains[unit]):
            matcher.drop(unit, place)
        self._left = matcher.left.copy()

    def _take_apart(self, matcher: Matcher) -> None:
        """Superpositions anew: where spikes are left beside discharges."""
        reach = self._band.n_samples(self._p.match.superposed_ms)
        places = spike_places(self._band, self._p, matcher.left)
        heights = np.abs(matcher.left[places.astype(np.intp)])
        largest = np.argsort(-heights)[: self._p.match.most_resolved]
        for place in places[np.sort(largest)].tolist():
            if matcher.within(place - reach, place + reach):
                resolve(matcher, place, reach)

    def _use_rhythm(self, matcher: Matcher) -> None:
        """Fill in expected discharges, take superfluous ones out."""
        budget = self._p.match.most_resolved
        for unit in np.argsort(-matcher.bank.energy).tolist():
            rows = sorted(matcher.trains[unit])
            times = np.array([place for place, _ in rows]) / self._band.fs
            usual = beat(times)
            if usual is None or usual.cv > self._p.train.irregular_cv:
                continue
            gains = np.array([gain for _, gain in rows])
            for k in superfluous(times, gains, usual):
                matcher.drop(unit, rows[k][0])
            for middle, half in missing(times, usual):
                a, b = (middle - half) * self._band.fs, (middle + half) * self._band.fs
                place, gain = matcher.best_in(unit, a, b)
                if gain >= self._p.match.expected:
                    matcher.put(unit, place, gain)
                elif budget > 0:
                    budget -= 1
                    reach = self._band.n_samples(self._p.match.superposed_ms)
                    resolve(matcher, (a + b) / 2, (b - a) / 2 + reach, Due(unit, a, b))

    def _join(self) -> None:
        """Join units of one shape that do not fire together."""
        while True:
            pair = self._same_unit()
            if pair is None:
                return
            keep, go, shift = pair
            moved = [(place + shift, gain) for place, gain in self._trains[go]]
            self._trains[keep] = sorted(self._trains[keep] + moved)
            self._templates = np.delete(self._templates, go, axis=0)
            del self._trains[go]

    def _same_unit(self) -> tuple[int, int, float] | None:
        best: tuple[float, tuple[int, int, float]] | None = None
        for i in range(len(self._templates)):
            for j in range(i + 1, len(self._templates)):
                distance, shift = self._distance(i, j)
                if self._alike(i, j, distance, shift) and not self._together(i, j, shift):
                    big, small = (i, j) if len(self._trains[i]) >= len(self._trains[j]) else (j, i)
                    moved = shift if big == i else -shift
                    if best is None or distance < best[0]:
                        best = (distance, (big, small, moved))
        return None if best is None else best[1]

    def _alike(self, i: int, j: int, distance: float, shift: float) -> bool:
        """Whether two templates may be one; they may differ more where the trains fill gaps."""
        p, fs = self._p.train, self._band.fs
        if distance >= p.same_unit_in_gaps:
            return False
        if distance < p.same_unit:
            return True
        a = np.sort([place for place, _ in self._trains[i]]) / fs
        b = np.sort([place + shift for place, _ in self._trains[j]]) / fs
        return fills_gaps(a, b)

    def _distance(self, i: int, j: int) -> tuple[float, float]:
        """Least squared difference of two templates over the larger energy; the shift of j to i."""
        a, b = self._templates[i], self._templates[j]
        shared = np.correlate(a, b, "full")
        at = int(np.argmax(shared))
        ea, eb = float(a @ a), float(b @ b)
        noise = self._band.sigma**2 * len(a) * (1 / len(self._trains[i]) + 1 / len(self._trains[j]))
        rest = max(ea + eb - 2 * float(shared[at]) - noise, 0.0)
        return rest / max(ea, eb), -(at - (len(b) - 1.0))

    def _together(self, i: int, j: int, shift: float) -> bool:
        """Whether the two fire within a third of the interval of either too often for one unit."""
        a = np.sort([place for place, _ in self._trains[i]]) / self._band.fs
        b = np.sort([place + shift for place, _ in self._trains[j]]) / self._band.fs
        usual = [one.interval_s for one in (beat(a), beat(b), beat(np.sort([*a, *b]))) if one]
        if not usual:
            return False
        reach = max(min(usual) / 3, 0.01)
        nearest = np.abs(b[:, np.newaxis] - a).min(axis=1)
        own = self._band.n_samples(self._p.match.dead_ms) / self._band.fs
        close = (nearest < reach) & (nearest > own)
        chance = 2 * reach * len(a) / (len(self._band.samples) / self._band.fs)
        return float(close.mean()) > 0.35 * min(chance, 1.0)


def _moved(row: Float, later: int) -> Float:
    """A row moved later by whole samples; zero where nothing is known."""
    out = np.zeros_like(row)
    if abs(later) >= len(row):
        return out
    if later >= 0:
        out[later:] = row[: len(row) - later]
    else:
        out[:later] = row[-later:]
    return out
