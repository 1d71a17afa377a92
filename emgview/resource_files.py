"""Finds the data files that ship with the program.

Takes a relative name, gives a path; may import ``errors`` only. The files lie in ``resources/``
beside the package in a checkout and in ``emgview/resources`` when installed from a wheel.
"""

from __future__ import annotations

from pathlib import Path

from emgview.errors import FileError

_PACKAGE = Path(__file__).resolve().parent
_PLACES = (_PACKAGE / "resources", _PACKAGE.parent / "resources")


def resource(name: str) -> Path:
    """Path of a shipped data file.

    Parameters
    ----------
    name : str
        Relative name with forward slashes, for instance ``clinical/muscles.csv``.

    Raises
    ------
    FileError
        If the file is not part of this installation.
    """
    for place in _PLACES:
        path = place / name
        if path.exists():
            return path
    raise FileError(name, "", "is missing from this installation", "Install emgview again.")
