"""What a person can want of motor units and interference patterns."""

from __future__ import annotations

from dataclasses import dataclass

from emgview.model.kept_units import KeptUnits
from emgview.session.unit_keys import StretchKey


@dataclass(frozen=True, slots=True)
class KeepUnits:
    """Keep what an analysis of a stretch found; replaces an earlier one."""

    stretch: StretchKey
    found: KeptUnits


@dataclass(frozen=True, slots=True)
class DecideUnit:
    """Accept or reject a unit; None takes the decision back to the machine's."""

    stretch: StretchKey
    unit: int
    accepted: bool | None


@dataclass(frozen=True, slots=True)
class MoveMarkers:
    """Place begin and end of a potential, in µs from its discharge; None: as the machine did."""

    stretch: StretchKey
    unit: int
    onset_us: int | None
    offset_us: int | None


@dataclass(frozen=True, slots=True)
class JoinUnits:
    """Two units are one; ``shift`` in parts of a sample brings the second to the first."""

    stretch: StretchKey
    first: int
    second: int
    shift: int


@dataclass(frozen=True, slots=True)
class SplitUnit:
    """The discharges of these numbers are a unit of their own."""

    stretch: StretchKey
    unit: int
    part: tuple[int, ...]


@dataclass(frozen=True, slots=True)
class KeepPattern:
    """The interference pattern of a stretch was analysed."""

    stretch: StretchKey


@dataclass(frozen=True, slots=True)
class StatePattern:
    """The reader's own words on a pattern; empty: the machine's stand."""

    stretch: StretchKey
    fullness: str
    recruitment: str


UnitIntent = (
    KeepUnits | DecideUnit | MoveMarkers | JoinUnits | SplitUnit | KeepPattern | StatePattern
)
UNIT_INTENTS = (
    KeepUnits,
    DecideUnit,
    MoveMarkers,
    JoinUnits,
    SplitUnit,
    KeepPattern,
    StatePattern,
)
