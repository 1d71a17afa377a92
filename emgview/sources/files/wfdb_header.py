"""What a WFDB header says, and where the files of its record lie.

Source: WFDB header file format (header(5)) and signal file formats (signal(5)) of PhysioNet.
Comment lines are never looked at: they hold age, sex and diagnoses.
"""

from __future__ import annotations

import re
from dataclasses import dataclass
from pathlib import Path

from emgview.errors import FileError

_RECORD_LINE = re.compile(r"\s*[-\w]+(?:/\d+)?\s+\d+(?:\s|$)")
_MOST_HEADER_BYTES = 1_000_000

# Bits of a sample by format; formats that are not listed are packed, and tell no length.
BITS_OF_FORMAT = {
    "8": 8.0, "16": 16.0, "24": 24.0, "32": 32.0, "61": 16.0, "80": 8.0, "160": 16.0, "212": 12.0,
    "310": 32 / 3, "311": 32 / 3,
}  # fmt: skip
# The number that stands for a missing sample; format 8 holds differences and has none.
MISSING_OF_FORMAT = {
    "80": -(2**7), "508": -(2**7), "310": -(2**9), "311": -(2**9), "212": -(2**11),
    "16": -(2**15), "61": -(2**15), "160": -(2**15), "516": -(2**15),
    "24": -(2**23), "524": -(2**23), "32": -(2**31),
}  # fmt: skip
WIDE_FORMATS = frozenset({"24", "32", "524"})


@dataclass(frozen=True, slots=True)
class HeaderText:
    """The part of a header that the library does not tell: what is stated and what is assumed.

    ``signal_fields`` are the words of each signal line.
    """

    path: Path
    record_fields: tuple[str, ...]
    signal_fields: tuple[tuple[str, ...], ...]

    @property
    def states_rate(self) -> bool:
        """Whether the header tells the sampling rate (the format assumes 250 Hz if not)."""
        return len(self.record_fields) > 2

    def states_gain(self, signal: int) -> bool:
        """Whether the header tells a scale; 0 means: not calibrated (the format assumes 200)."""
        fields = self.signal_fields[signal]
        match = re.match(r"-?[\d.]+(?:[eE][+-]?\d+)?", fields[2]) if len(fields) > 2 else None
        return match is not None and float(match[0]) != 0

    def states_unit(self, signal: int) -> bool:
        """Whether the header tells a unit (the format assumes mV if not)."""
        return "/" in (self.signal_fields[signal] + ("", "", ""))[2]

    @property
    def signal_files(self) -> tuple[str, ...]:
        """Names of the files with samples, each once."""
        return tuple(dict.fromkeys(fields[0] for fields in self.signal_fields))


def header_of(path: Path) -> Path | None:
    """The header that belongs to a header, a signal file or the name of a record; None: none."""
    if path.suffix.lower() == ".hea":
        return path if _lines(path) else None
    for place in (path.with_name(f"{path.name}.hea"), path.with_suffix(".hea")):
        lines = _lines(place) if path.name else []
        names = [line.split()[0] for line in lines[1:]]
        if lines and (path.name in names or not path.exists()):
            return place
    return None


def read_header_text(path: Path) -> HeaderText:
    """The words of a header.

    Raises
    ------
    FileError
        If it is no header.
    """
    lines = _lines(path)
    if not lines:
        raise FileError(path.name, "", "is not a WFDB header", "Use another copy of the file.")
    words = tuple(tuple(line.split()) for line in lines)
    return HeaderText(path, words[0], words[1:])


def _lines(path: Path) -> list[str]:
    """Lines without comments and blank ones; empty if the first is no record line."""
    try:
        with path.open("rb") as file:
            raw = file.read(_MOST_HEADER_BYTES)
    except OSError:
        return []
    if b"\0" in raw:
        return []
    lines = raw.decode("latin-1").splitlines()
    kept = [line for line in lines if line.strip() and not line.lstrip().startswith("#")]
    return kept if kept and _RECORD_LINE.match(kept[0]) else []
