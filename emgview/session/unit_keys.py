"""Names and values of what the log keeps of motor units and interference patterns.

Per stretch three fields: the trains (``…/units``: what the machine found, with the hash of its
parameters, or what joining and splitting made of it), what the reader said of units (``…/said``),
and of the pattern (``…/pattern``). Trains are kept rather than found anew at each opening: a
decision must stay with the discharges it was about, also when a later program finds others.
"""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass

import msgspec

from emgview.model import SampleInterval
from emgview.model.kept_units import KeptUnits
from emgview.typed_data import typed_json

_FOLDER = "stretch"


@dataclass(frozen=True, slots=True, order=True)
class StretchKey:
    """A stretch of one channel of a recording, in samples."""

    recording_id: str
    channel: int
    start: int
    stop: int

    @property
    def interval(self) -> SampleInterval:
        """The stretch."""
        return SampleInterval(self.start, self.stop)

    def field(self, name: str) -> str:
        """Name of a field of the log: ``units``, ``said`` or ``pattern``."""
        place = f"{self.recording_id}:{self.channel}:{self.start}-{self.stop}"
        return f"{_FOLDER}/{place}/{name}"

    @classmethod
    def of_field(cls, field: str) -> tuple[StretchKey, str] | None:
        """Stretch and name of a field; None for a field of something else."""
        folder, _, rest = field.partition("/")
        place, _, name = rest.rpartition("/")
        parts = place.rsplit(":", 2)
        if folder != _FOLDER or len(parts) != 3:
            return None
        start, _, stop = parts[2].partition("-")
        return cls(parts[0], int(parts[1]), int(start), int(stop)), name


class UnitSaid(msgspec.Struct, frozen=True, omit_defaults=True):
    """What a reader said of a unit; None: nothing. Markers in µs from the place of a discharge."""

    accepted: bool | None = None
    onset_us: int | None = None
    offset_us: int | None = None


class Said(msgspec.Struct, frozen=True):
    """Field ``said``. ``did`` names the last change, for undo and log."""

    did: str = ""
    units: dict[int, UnitSaid] = {}

    def of(self, unit: int) -> UnitSaid:
        """What was said of one unit."""
        return self.units.get(unit, UnitSaid())


class Found(msgspec.Struct, frozen=True):
    """Field ``units``."""

    did: str
    units: KeptUnits


class PatternSaid(msgspec.Struct, frozen=True, omit_defaults=True):
    """Field ``pattern``: that the stretch was analysed, and the reader's own words, if any."""

    did: str = ""
    fullness: str = ""
    recruitment: str = ""


@dataclass(frozen=True, slots=True, eq=False)
class KeptStretch:
    """All that the log keeps of a stretch."""

    key: StretchKey
    found: KeptUnits | None
    said: Said
    pattern: PatternSaid | None


def kept_stretches(fields: Mapping[str, str]) -> tuple[KeptStretch, ...]:
    """All stretches in the fields of a log, in order."""
    rows: dict[StretchKey, dict[str, str]] = {}
    for field, text in fields.items():
        known = StretchKey.of_field(field)
        if known is not None and text:
            rows.setdefault(known[0], {})[known[1]] = text
    return tuple(_kept(key, own) for key, own in sorted(rows.items()) if own.keys() - {"said"})


def of_muscle(
    kept: Sequence[KeptStretch], recordings: Sequence[str]
) -> tuple[tuple[int, KeptStretch], ...]:
    """Stretches with units of these recordings, each with its place among them."""
    rows = [one for one in kept if one.found is not None and one.key.recording_id in recordings]
    return tuple(enumerate(rows, start=1))


def _kept(key: StretchKey, own: Mapping[str, str]) -> KeptStretch:
    found = typed_json(own["units"], Found).units if "units" in own else None
    said = typed_json(own["said"], Said) if "said" in own else Said()
    pattern = typed_json(own["pattern"], PatternSaid) if "pattern" in own else None
    return KeptStretch(key, found, said, pattern)
