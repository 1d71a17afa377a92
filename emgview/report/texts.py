"""Texts and picture settings of the report, as replaceable data."""

from __future__ import annotations

import tomllib
from collections.abc import Mapping
from dataclasses import dataclass
from functools import lru_cache

from emgview.errors import FileError
from emgview.resource_files import resource


@dataclass(frozen=True, slots=True)
class ReportTexts:
    """Content of ``report/report.toml``.

    Parameters
    ----------
    notice : str
        Printed on every page.
    limitation, limitation_of_recording : mapping
        Texts of limitations, with blanks.
    picture_ms : mapping
        Length of pictures by findings column, and for ``rest``.
    enlarged_ms : mapping
        Length of the enlarged potential beside the picture, by findings column.
    """

    version: str
    notice: str
    limitation: Mapping[str, str]
    limitation_of_recording: Mapping[str, str]
    picture_ms: Mapping[str, float]
    enlarged_ms: Mapping[str, float]


@lru_cache(maxsize=1)
def load_report_texts() -> ReportTexts:
    """The shipped texts.

    Raises
    ------
    FileError
        If the file lacks a part.
    """
    path = resource("report/report.toml")
    data = tomllib.loads(path.read_text(encoding="utf-8"))
    try:
        return ReportTexts(
            data["version"],
            data["notice"],
            data["limitation"],
            data["limitation_of_recording"],
            data["picture"],
            data["enlarged"],
        )
    except KeyError as error:
        raise FileError(path.name, str(error), "is missing", "Replace the table.") from error
