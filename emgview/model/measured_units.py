"""What was measured of motor units and stated of patterns, as the findings take it in."""

from __future__ import annotations

from dataclasses import dataclass


@dataclass(frozen=True, slots=True)
class MeasuredUnit:
    """One motor unit of a recording that the reader accepted.

    Parameters
    ----------
    name : str
        Stretch and unit, ``2.1``, as the window of the units has it.
    amplitude_uv : float
    duration_ms : float or None
        None where the recording does not allow to state it.
    phases : int
    jiggle_percent : float or None
    """

    name: str
    amplitude_uv: float
    duration_ms: float | None
    phases: int
    jiggle_percent: float | None


@dataclass(frozen=True, slots=True)
class StatedPattern:
    """A reader's words on the interference pattern of a stretch; empty where none were said."""

    fullness: str
    recruitment: str


@dataclass(frozen=True, slots=True)
class MeasuredEffort:
    """All that was measured and stated of the effort in a recording.

    ``n_open`` units the machine would accept, and the reader has not decided.
    """

    units: tuple[MeasuredUnit, ...] = ()
    patterns: tuple[StatedPattern, ...] = ()
    n_open: int = 0


NO_EFFORT = MeasuredEffort()
