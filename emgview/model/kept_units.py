"""Discharges of motor units as a study keeps them.

Kept are discharges, not waveforms: averages, markers and measures are worked out from the signal
each time, so that every number can be traced back to it. Places are whole parts of a sample, hence
the same to the bit after a restart.
"""

from __future__ import annotations

import msgspec

PARTS = 32
"""Places are kept in this part of a sample."""

_TWICE_MS = 2.0  # discharges of two joined trains that are closer are one


class KeptTrain(msgspec.Struct, frozen=True):
    """Discharges of one unit.

    Parameters
    ----------
    id : int
        Stays with the unit; never given twice in a stretch.
    places : tuple of int
        In ``1 / PARTS`` of a sample from the start of the stretch, in order.
    rejected : tuple of str
        Why the machine does not accept it.
    """

    id: int
    places: tuple[int, ...]
    rejected: tuple[str, ...] = ()


class KeptUnits(msgspec.Struct, frozen=True):
    """What an analysis found, and by which numbers."""

    parameters_sha256: str
    marking_rule: str
    analysed_s: float
    trains: tuple[KeptTrain, ...]

    def train(self, unit: int) -> KeptTrain:
        """One train; KeyError for an unknown id."""
        for one in self.trains:
            if one.id == unit:
                return one
        raise KeyError(unit)

    def joined(self, keep: int, go: int, shift: int, fs: float) -> KeptUnits:
        """With two units as one; ``shift`` brings the places of ``go`` to those of ``keep``.

        A discharge that both found is one.
        """
        first, second = self.train(keep), self.train(go)
        least, places = _TWICE_MS * fs / 1000 * PARTS, list[int]()
        for place in sorted((*first.places, *(place + shift for place in second.places))):
            if not places or place - places[-1] >= least:
                places.append(place)
        return self._with({keep, go}, [KeptTrain(self._next(), tuple(places))])

    def split(self, unit: int, part: tuple[int, ...]) -> KeptUnits:
        """With the discharges of these numbers as a unit of their own."""
        old, chosen = self.train(unit), frozenset(part)
        own = tuple(p for k, p in enumerate(old.places) if k in chosen)
        rest = tuple(p for k, p in enumerate(old.places) if k not in chosen)
        first = self._next()
        return self._with({unit}, [KeptTrain(first, rest), KeptTrain(first + 1, own)])

    def _next(self) -> int:
        return 1 + max((one.id for one in self.trains), default=0)

    def _with(self, gone: set[int], new: list[KeptTrain]) -> KeptUnits:
        kept = [one for one in self.trains if one.id not in gone]
        return msgspec.structs.replace(self, trains=(*kept, *new))
