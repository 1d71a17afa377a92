"""Opens EDF, EDF+ and BDF by edfio, a few data records at a time.

edfio is given header and records of one stretch at a time. So BDF, of which edfio otherwise loads
all at several times its size, needs as little memory as EDF, and no file stays open.
"""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass
from pathlib import Path
from typing import Any
from uuid import uuid4

import numpy as np

from emgview.errors import FileError
from emgview.model import Gap, ImportHints, RecordingInfo
from emgview.sources.files.edf_annotations import Timeline, read_timeline
from emgview.sources.files.edf_header import (
    channel_of,
    device_of,
    limits_of,
    patient_of,
    started_at,
)
from emgview.sources.files.edf_layout import EdfLayout, edf_kind, read_layout
from emgview.sources.files.finishing import ZONE_NOTE, described, title_of, with_origin
from emgview.sources.files.rechunking import Block, chunks_from
from emgview.sources.importable import FileDescription, ImportableRecording, ImportedAnnotation

_BYTES_AT_ONCE = 4 * 2**20
_LONGEST_GAPS_S = 3600.0
# What edfio raises for fields that hold anything.
_EDFIO_ERRORS = (ValueError, ArithmeticError, LookupError, NameError, TypeError)


@dataclass(frozen=True, slots=True)
class _Group:
    """Signals of one rate: their numbers, samples per record, and where each record starts."""

    signals: tuple[int, ...]
    per_record: int
    starts: tuple[int, ...]
    rate_hz: float

    @property
    def n_samples(self) -> int:
        return self.starts[-1] + self.per_record

    @property
    def gaps(self) -> tuple[Gap, ...]:
        pairs = zip(self.starts[:-1], self.starts[1:], strict=True)
        stops = [(first + self.per_record, second) for first, second in pairs]
        return tuple(Gap(stop, start - stop) for stop, start in stops if start > stop)


class EdfImporter:
    """EDF, EDF+, BDF and BDF+."""

    name = "EDF, EDF+ or BDF"
    suffixes = (".edf", ".bdf", ".rec")

    def recognises(self, path: Path) -> bool:
        """Whether it begins with one of the two versions and a number of signals."""
        return bool(edf_kind(path))

    def describe(self, path: Path, hints: ImportHints) -> FileDescription:
        """One recording for each sampling rate; nothing is missing."""
        return described(self.name, lambda: _found(path, hints))

    def open(self, path: Path, hints: ImportHints) -> tuple[ImportableRecording, ...]:
        """One recording for each sampling rate, the fastest first."""
        return with_origin(_found(path, hints), path)


def _found(path: Path, hints: ImportHints) -> list[ImportableRecording]:
    layout = read_layout(path)
    try:
        edf = _edf_of(layout, _records(path, layout, 0, 1))
        timeline = read_timeline(path, layout)
        groups = _groups(path, edf, layout, timeline)
        return [_recording(path, hints, edf, layout, timeline, g, len(groups)) for g in groups]
    except OSError as error:
        raise FileError(path.name, "", "cannot be read", "Check name and rights.") from error
    except _EDFIO_ERRORS as error:
        raise FileError(
            path.name, "header", "is damaged", "Use another copy of the file, or export it again."
        ) from error


def _recording(
    path: Path,
    hints: ImportHints,
    edf: Any,
    layout: EdfLayout,
    timeline: Timeline,
    group: _Group,
    n_groups: int,
) -> ImportableRecording:
    offset_s = timeline.record_onsets_s[0] if timeline.record_onsets_s else 0.0
    start = started_at(edf, layout.header, offset_s)
    channels, notes = [], list(_file_notes(layout))
    if start is not None:
        notes.append(ZONE_NOTE)
    for i in group.signals:
        channel, remarks = channel_of(edf.signals[i], hints.electrode)
        channels.append(channel)
        notes += remarks
    info = RecordingInfo(
        id=str(uuid4()),
        sampling_rate_hz=group.rate_hz,
        n_samples=group.n_samples,
        channels=tuple(channels),
        started_at=start,
        device=device_of(edf),
        muscle=hints.muscle,
        side=hints.side,
        gaps=group.gaps,
        notes=tuple(notes),
    )
    title = title_of(path, hints)
    return ImportableRecording(
        info,
        np.dtype(np.int16 if layout.kind == "EDF" else np.int32),
        title if n_groups == 1 else f"{title}, {group.rate_hz:g} Hz",
        chunks_from(lambda: _blocks(path, layout, group)),
        _annotations(timeline, offset_s, group),
        patient_of(edf),
        tuple(limits_of(edf.signals[i]) for i in group.signals),
    )


def _annotations(
    timeline: Timeline, offset_s: float, group: _Group
) -> tuple[ImportedAnnotation, ...]:
    return tuple(
        ImportedAnnotation(
            min(max(round((text.onset_s - offset_s) * group.rate_hz), 0), group.n_samples),
            round(text.duration_s * group.rate_hz),
            text.text,
        )
        for text in timeline.texts
    )


def _file_notes(layout: EdfLayout) -> Iterator[str]:
    present, stated = layout.n_records, layout.stated_records
    if stated > present:
        yield (
            f"The file ends early: {present * layout.record_s:g} s of "
            f"{stated * layout.record_s:g} s are there."
        )
    elif 0 <= stated < present:
        yield "The file is longer than its header says; all of it was read."
    if layout.left_over_bytes:
        yield "The last data record is incomplete and was left out."


def _groups(path: Path, edf: Any, layout: EdfLayout, timeline: Timeline) -> list[_Group]:
    by_count: dict[int, list[int]] = {}
    for i, signal in enumerate(edf.signals):
        if signal.samples_per_data_record > 0:
            by_count.setdefault(signal.samples_per_data_record, []).append(i)
    if not by_count:
        raise FileError(path.name, "", "holds remarks only, no signal", "Choose another file.")
    return [
        _Group(
            tuple(by_count[count]),
            count,
            _record_starts(path, layout, timeline, count),
            count / layout.record_s,
        )
        for count in sorted(by_count, reverse=True)
    ]


def _record_starts(
    path: Path, layout: EdfLayout, timeline: Timeline, per_record: int
) -> tuple[int, ...]:
    """Sample at which each record starts, by its time stamp if the file is discontinuous."""
    onsets = timeline.record_onsets_s
    if layout.subtype != "D" or not onsets:
        return tuple(range(0, layout.n_records * per_record, per_record))
    missing_s = onsets[-1] - onsets[0] - (len(onsets) - 1) * layout.record_s
    if missing_s > _LONGEST_GAPS_S:
        raise FileError(
            path.name,
            "",
            f"has interruptions of {missing_s:.0f} s in all, allowed are {_LONGEST_GAPS_S:.0f} s",
            "Export each part to a file of its own.",
        )
    rate = per_record / layout.record_s
    starts: list[int] = []
    for number, onset in enumerate(onsets, start=1):
        earliest = starts[-1] + per_record if starts else 0
        start = round((onset - onsets[0]) * rate)
        if start < earliest - 1:
            raise FileError(
                path.name,
                f"data record {number}",
                "starts before the one ahead of it has ended",
                "Export the file again.",
            )
        starts.append(max(start, earliest))
    return tuple(starts)


def _blocks(path: Path, layout: EdfLayout, group: _Group) -> Iterator[Block]:
    step = max(_BYTES_AT_ONCE // layout.record_bytes, 1)
    for first in range(0, layout.n_records, step):
        n_records = min(step, layout.n_records - first)
        signals = _edf_of(layout, _records(path, layout, first, n_records)).signals
        rows = np.stack([signals[i].digital for i in group.signals], axis=1)
        for i in range(n_records):
            part = rows[i * group.per_record : (i + 1) * group.per_record]
            yield Block(group.starts[first + i], part)


def _records(path: Path, layout: EdfLayout, first: int, n_records: int) -> bytes:
    try:
        with path.open("rb") as file:
            file.seek(len(layout.header) + first * layout.record_bytes)
            raw = file.read(n_records * layout.record_bytes)
    except OSError as error:
        raise FileError(path.name, "", "cannot be read", "Check name and rights.") from error
    if len(raw) < n_records * layout.record_bytes:
        raise FileError(path.name, "", "became shorter while it was read", "Open it again.")
    return raw


def _edf_of(layout: EdfLayout, records: bytes) -> Any:
    """These records as a file of their own."""
    import edfio

    count = str(len(records) // layout.record_bytes).ljust(8).encode()
    size = str(len(layout.header)).ljust(8).encode()
    header = layout.header[:184] + size + layout.header[192:236] + count + layout.header[244:]
    read = edfio.read_edf if layout.kind == "EDF" else edfio.read_bdf
    return read(header + records, header_encoding="latin-1")
