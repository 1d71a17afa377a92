"""What a person must tell of a foreign file that does not tell itself."""

from __future__ import annotations

from dataclasses import dataclass
from typing import Literal

from emgview.model.muscle import Side

Orientation = Literal["samples-first", "channels-first"]


@dataclass(frozen=True, slots=True)
class ImportHints:
    """Given on the command line or in the import dialog; None or empty: not stated.

    Parameters
    ----------
    dataset : str
        Path of the dataset inside a foreign HDF5 file.
    fs : float or None
        Sampling rate in Hz.
    unit : str
        Unit of the numbers in the file: ``V``, ``mV``, ``uV``, ``nV`` in any case; ``µV`` too.
    orientation : {"samples-first", "channels-first"} or None
    muscle, side :
        For every recording that comes of the file.
    """

    dataset: str = ""
    fs: float | None = None
    unit: str = ""
    orientation: Orientation | None = None
    muscle: str = ""
    side: Side = Side.NOT_STATED
    electrode: str = ""
