"""Time stamps and remarks of EDF+ and BDF+, record by record.

Source: EDF+ specification, clause 2.2 (time-stamped annotations lists). edfio reads annotations of
whole files only, which for BDF means all samples in memory; and it does not tell where a
discontinuous file continues.
"""

from __future__ import annotations

import re
from dataclasses import dataclass
from pathlib import Path

from emgview.errors import FileError
from emgview.sources.files.edf_layout import EdfLayout

_LIST = re.compile(rb"([+-]\d+(?:\.\d*)?)(?:\x15(\d+(?:\.\d*)?))?\x14([^\x00]*)\x14\x00")


@dataclass(frozen=True, slots=True)
class TimedText:
    """A remark; ``onset_s`` counts from the start time that the header states."""

    onset_s: float
    duration_s: float
    text: str


@dataclass(frozen=True, slots=True)
class Timeline:
    """Start of each data record in seconds from the header's start time, and all remarks.

    ``record_onsets_s`` is empty where the file has no time stamps: then it is continuous.
    """

    record_onsets_s: tuple[float, ...]
    texts: tuple[TimedText, ...]


def read_timeline(path: Path, layout: EdfLayout) -> Timeline:
    """Time stamps and remarks of a file; reads the annotation signals only.

    Raises
    ------
    FileError
        If the file cannot be read, or a discontinuous file lacks a time stamp.
    """
    if not layout.annotation_bytes:
        return Timeline((), ())
    onsets: list[float] = []
    texts: list[TimedText] = []
    with path.open("rb") as file:
        for record in range(layout.n_records):
            start = len(layout.header) + record * layout.record_bytes
            for place in layout.annotation_bytes:
                file.seek(start + place.start)
                lists = _lists(file.read(place.stop - place.start))
                if place is layout.annotation_bytes[0] and lists:
                    onsets.append(lists[0].onset_s)
                texts += [text for text in lists if text.text]
    if len(onsets) != layout.n_records:
        if layout.subtype == "D":
            raise FileError(
                path.name,
                f"data record {len(onsets) + 1}",
                "has no time stamp, though the file says that it is discontinuous",
                "Export it as continuous EDF+.",
            )
        onsets = []
    return Timeline(tuple(onsets), tuple(sorted(texts, key=lambda text: text.onset_s)))


def _lists(raw: bytes) -> list[TimedText]:
    """All remarks of one record; the first, empty one is the time stamp of the record."""
    return [
        TimedText(float(onset), float(duration or 0), text.decode("utf-8", errors="replace"))
        for onset, duration, texts in _LIST.findall(raw)
        for text in texts.split(b"\x14")
    ]
