"""Units of the numbers in a file, in whatever spelling."""

from __future__ import annotations

from emgview.errors import FileError
from emgview.recording.foreign_facts import ALLOWED_UNITS, MICROVOLT_OF_UNIT


def microvolt_of(unit: str) -> float | None:
    """Microvolt of one unit (``mV``, ``MV`` and ``mv`` are millivolt); None: not electrical."""
    # A µ written as UTF-8 and read as Latin-1 has a stray letter before it.
    return MICROVOLT_OF_UNIT.get(unit.strip().lower().replace("â", ""))


def stated_gain_uv(file_name: str, unit: str) -> float | None:
    """Microvolt of the unit that a person stated; None for an empty text.

    Raises
    ------
    FileError
        If it is not a unit of voltage.
    """
    if not unit.strip():
        return None
    gain = microvolt_of(unit)
    if gain is None:
        raise FileError(file_name, "unit", f"is {unit!r}", f"Allowed: {ALLOWED_UNITS}.")
    return gain


def check_stated_rate(file_name: str, fs: float | None) -> None:
    """Refuse a stated sampling rate that is none.

    Raises
    ------
    FileError
        If it is not a positive finite number.
    """
    if fs is not None and not 0 < fs < float("inf"):
        raise FileError(file_name, "fs", f"is {fs:g} Hz", "Allowed: a rate above 0 Hz.")
