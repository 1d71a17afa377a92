"""Discharges by matching templates and taking them off, one layer of superpositions after another.

The signal is a sum of shifted templates and noise. The discharge that lowers the energy of what is
left most is taken first, all those at once that do not touch each other; then the correlations
near them are corrected and the next ones are taken. (Lost: matching segment by segment, which
must cut superpositions somewhere.)
"""

from __future__ import annotations

import numpy as np
from numpy.lib.stride_tricks import sliding_window_view
from numpy.typing import NDArray

from emgview.quantify.band import Band
from emgview.quantify.clusters import shifted
from emgview.quantify.parameters import Decomposition
from emgview.quantify.peaks import running_max

Float = NDArray[np.float64]

_MOST_LAYERS = 40
_NEVER = 64.0  # energies that no match gives: a power of two, so that it comes off again exactly


class Bank:
    """Templates at several phases between two samples.

    Parameters
    ----------
    templates : ndarray, (n_units, length)
        The anchor lies at sample ``before``.
    before, phases : int
    """

    def __init__(self, templates: Float, before: int, phases: int) -> None:
        self.templates, self.before, self.n_phases = templates, before, phases
        self.n_units, self.length = templates.shape
        self.energy = np.einsum("ul,ul->u", templates, templates)
        later = -np.arange(phases) / phases
        repeated = np.repeat(templates, phases, axis=0)
        self.shifted = shifted(repeated, np.tile(later, self.n_units)).reshape(
            self.n_units, phases, self.length
        )
        self._shared: dict[int, Float] = {}

    def shared(self, unit: int, phase: int) -> Float:
        """What a discharge takes off the correlations, (n_units, 2 * length - 1)."""
        key = unit * self.n_phases + phase
        if key not in self._shared:
            wave = np.pad(self.shifted[unit, phase], self.length - 1)
            windows = sliding_window_view(wave, self.length)
            self._shared[key] = self.templates @ windows.T
        return self._shared[key]

    def split(self, place: float) -> tuple[int, int]:
        """First sample of a template at a place, and its phase."""
        steps = round(place * self.n_phases)
        return steps // self.n_phases - self.before, steps % self.n_phases


class Matcher:
    """What is left of a signal, its correlations with all templates, and the discharges so far.

    Parameters
    ----------
    band : Band
    bank : Bank
    p : Decomposition
    """

    def __init__(self, band: Band, bank: Bank, p: Decomposition) -> None:
        self._band, self.bank, self._p = band, bank, p
        self._edge = bank.length
        self._left = np.pad(band.samples, self._edge)
        self._corr = self._correlations()
        self._placed: list[dict[float, float]] = [{} for _ in range(bank.n_units)]
        floor = p.match.noise_gain * band.sigma**2
        self._least = np.maximum(p.match.certain * bank.energy, floor)
        self.floor = floor
        self._dead = band.n_samples(p.match.dead_ms)
        self._refractory = band.n_samples(p.match.refractory_ms)
        self._bar = np.repeat(bank.energy[:, np.newaxis], len(band.samples), axis=1)

    @property
    def due_bonus(self) -> float:
        """Part of its energy that a discharge is worth more where the rhythm asks for it."""
        return self._p.match.certain - self._p.match.expected

    @property
    def trains(self) -> list[list[tuple[float, float]]]:
        """Place and gain of the discharges of each unit, in the order in which they were put."""
        return [list(placed.items()) for placed in self._placed]

    @property
    def left(self) -> Float:
        """What no discharge explains, (n,) µV."""
        return self._left[self._edge : -self._edge]

    def pursue(self) -> None:
        """Take discharges off until none is certain."""
        n, reach = len(self._band.samples), self.bank.length // 2
        best, top = np.zeros(n, dtype=np.intp), np.zeros(n)
        self._scan(best, top, 0, n)
        for _ in range(_MOST_LAYERS):
            peaks = (top > 0) & (top >= running_max(top, reach))
            places = np.flatnonzero(peaks).tolist()
            if not places:
                return
            for at in places:
                unit = int(best[at])
                self.put(unit, *self._vertex(unit, at))
            for a, b in self._touched(places, n):
                self._scan(best, top, a, b)

    def _scan(self, best: NDArray[np.intp], top: Float, a: int, b: int) -> None:
        """Best unit and its gain from place ``a`` to ``b``; 0 where none is certain."""
        gains = 2 * self._corr[:, a:b]
        gains -= self._bar[:, a:b]
        units = gains.argmax(axis=0)
        most = gains[units, np.arange(b - a)]
        best[a:b] = units
        top[a:b] = np.where(most >= self._least[units], most, 0.0)

    def _touched(self, places: list[int], n: int) -> list[tuple[int, int]]:
        """Where gains have changed, overlapping stretches joined."""
        reach = max(self.bank.length, self._refractory) + 2
        joined: list[list[int]] = []
        for at in places:
            a, b = max(at - reach, 0), min(at + reach, n)
            if joined and a <= joined[-1][1]:
                joined[-1][1] = b
            else:
                joined.append([a, b])
        return [(a, b) for a, b in joined]

    def refine(self) -> None:
        """Ask each discharge again, all others taken off; those that fail go, others move."""
        for unit in np.argsort(-self.bank.energy).tolist():
            for place in sorted(self._placed[unit]):
                found, better = self._alone(unit, place)
                least = max(self._p.match.certain, self.floor / self.bank.energy[unit])
                if better < least:
                    self.drop(unit, place)
                elif self.bank.split(found) == self.bank.split(place):
                    self._placed[unit][place] = better
                else:
                    self.drop(unit, place)
                    self.put(unit, found, better)

    def _alone(self, unit: int, place: float) -> tuple[float, float]:
        """Best place near a discharge, and its gain, were it not taken off yet."""
        start, phase = self.bank.split(place)
        reach, middle = self._band.n_samples(0.6), self.bank.length - 1
        at = start + self.bank.before
        a, b = max(at - reach, 0), min(at + reach + 1, self._corr.shape[1])
        if b - a < 3:
            return place, -1.0
        own = self.bank.shared(unit, phase)[unit, middle + a - at : middle + b - at]
        row = self._corr[unit, a:b] + own
        k = int(row.argmax())
        energy = float(self.bank.energy[unit])
        if not 0 < k < len(row) - 1:
            return float(a + k), float(2 * row[k] / energy - 1)
        offset, top = _parabola(*row[k - 1 : k + 2].tolist())
        return a + k + offset, 2 * top / energy - 1

    def put(self, unit: int, place: float, gain: float) -> None:
        """Take one discharge off; nothing where the unit has one at this very place."""
        if place in self._placed[unit]:
            return
        self._apply(unit, place, 1)
        self._raise_bar(unit, place, 1)
        self._placed[unit][place] = gain

    def drop(self, unit: int, place: float) -> None:
        """Give one discharge back."""
        del self._placed[unit][place]
        self._apply(unit, place, -1)
        self._raise_bar(unit, place, -1)

    def best_in(self, unit: int, start: float, stop: float) -> tuple[float, float]:
        """Place and relative gain of a unit's best match between two places."""
        a = max(int(np.ceil(start)), 0)
        b = min(int(stop) + 1, len(self._band.samples))
        if b <= a:
            return start, -1.0
        at = a + int(np.argmax(self._row(unit, a, b)))
        return self._vertex(unit, at)

    def within(self, start: float, stop: float) -> list[tuple[int, float, float]]:
        """Discharges between two places with what each explains, were all others there.

        The gains add up to what they explain together as they are counted one after the other.
        """
        found = [
            (unit, place)
            for unit, placed in enumerate(self._placed)
            for place in placed
            if start <= place <= stop
        ]
        for unit, place in found:
            self.drop(unit, place)
        counted = []
        for unit, place in sorted(found, key=lambda one: -self.bank.energy[one[0]]):
            gain = self._vertex(unit, min(max(round(place), 0), self._corr.shape[1] - 1))[1]
            self.put(unit, place, gain)
            counted.append((unit, place, gain))
        return counted

    def candidates(self, start: float, stop: float) -> list[tuple[int, float, float]]:
        """Best place of each unit between two places where it explains enough, best first."""
        a, b = max(round(start), 0), min(round(stop) + 1, self._corr.shape[1])
        if b - a < 3:
            return []
        gains = 2 * self._corr[:, a:b] - self._bar[:, a:b]
        best = gains.argmax(axis=1)
        most = gains[np.arange(len(gains)), best]
        enough = np.flatnonzero(most >= self._least)
        order = enough[np.argsort(-most[enough])]
        return [(int(u), *self._vertex(int(u), a + int(best[u]))) for u in order]

    def _correlations(self) -> Float:
        """Of all templates with what is left, (n_units, n) for anchors in the signal."""
        from scipy.fft import irfft, next_fast_len, rfft

        n, bank = len(self._band.samples), self.bank
        size = next_fast_len(len(self._left) + bank.length, real=True)
        spectrum = rfft(self._left, size)
        first = self._edge - bank.before
        rows = np.empty((bank.n_units, n))
        for unit, template in enumerate(bank.templates):
            shared = irfft(spectrum * np.conj(rfft(template, size)), size)
            rows[unit] = shared[first : first + n]
        return rows

    def _row(self, unit: int, start: int, stop: int) -> Float:
        return np.asarray(2 * self._corr[unit, start:stop] - self.bank.energy[unit])

    def _raise_bar(self, unit: int, place: float, sign: int) -> None:
        """Ask for more where a unit has only just fired (1), or no longer (-1)."""
        energy = float(self.bank.energy[unit])
        extra = sign * (self._p.match.early - self._p.match.certain) * energy
        at, row = round(place), self._bar[unit]
        row[max(0, at - self._refractory) : at + self._refractory] += extra
        row[max(0, at - self._dead) : at + self._dead] += sign * _NEVER * energy

    def _vertex(self, unit: int, at: int) -> tuple[float, float]:
        """Top of the parabola through three correlations: place, relative gain."""
        row, energy = self._corr[unit], float(self.bank.energy[unit])
        if not 0 < at < len(row) - 1:
            return float(at), float(2 * row[at] / energy - 1)
        offset, top = _parabola(*row[at - 1 : at + 2].tolist())
        return at + offset, 2 * top / energy - 1

    def _apply(self, unit: int, place: float, sign: int) -> None:
        """Take a template off (1) or give it back (-1), in signal and correlations."""
        bank = self.bank
        start, phase = bank.split(place)
        first = start + self._edge
        self._left[first : first + bank.length] -= sign * bank.shifted[unit, phase]
        # anchors whose templates touch the wave
        a = start + bank.before - bank.length + 1
        b = a + 2 * bank.length - 1
        n = self._corr.shape[1]
        lo, hi = max(a, 0), min(b, n)
        if lo < hi:
            self._corr[:, lo:hi] -= sign * bank.shared(unit, phase)[:, lo - a : hi - a]


def _parabola(left: float, mid: float, right: float) -> tuple[float, float]:
    """Top of the parabola through three values: place from the middle, height."""
    bend = left - 2 * mid + right
    offset = min(max(0.5 * (left - right) / bend, -0.5), 0.5) if bend < 0 else 0.0
    return offset, mid - 0.25 * (left - right) * offset
