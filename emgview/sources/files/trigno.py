"""Opens text exports of Delsys Trigno: several clocks in one table.

A header line tells label, rate, length and unit of each channel; the table has a time column and
a value column for each. Channels of one rate become one recording. Slower channels end in empty
cells.
"""

from __future__ import annotations

import re
from collections.abc import Iterator
from dataclasses import dataclass
from pathlib import Path
from uuid import uuid4

import numpy as np

from emgview.errors import FileError
from emgview.model import Channel, Device, ImportHints, RecordingInfo
from emgview.sources.files.finishing import described, title_of, with_origin
from emgview.sources.files.rechunking import Block, chunks_from
from emgview.sources.files.text_dialect import TextDialect, first_lines, need_dialect
from emgview.sources.files.text_rows import read_rows
from emgview.sources.files.units import microvolt_of
from emgview.sources.importable import FileDescription, ImportableRecording

_CHANNEL_LINE = re.compile(
    r"Label: (?P<label>.*?) Sampling frequency: (?P<rate>\S+) Number of points: (?P<count>\d+) "
    r"start: (?P<start>\S+) Unit: (?P<unit>.*?) Domain Unit: s\s*$"
)
_PREVIEW_LINES = 12
_LONGEST_SHOWN = 200


@dataclass(frozen=True, slots=True)
class _TrignoChannel:
    """One header line; its time is column ``2 * number``, its value the next."""

    number: int
    label: str
    rate_hz: float
    n_stated: int
    unit: str

    @property
    def value_column(self) -> int:
        return 2 * self.number + 1


class TrignoImporter:
    """Text exports of Delsys Trigno."""

    name = "Delsys Trigno text export"
    suffixes = (".csv",)

    def recognises(self, path: Path) -> bool:
        """Whether it begins with header lines of that form."""
        return bool(_channels(first_lines(path)[:1]))

    def describe(self, path: Path, hints: ImportHints) -> FileDescription:
        """One recording for each rate; nothing is missing."""
        shown = tuple(line[:_LONGEST_SHOWN] for line in first_lines(path)[:_PREVIEW_LINES])
        return described(self.name, lambda: _found(path, hints), shown)

    def open(self, path: Path, hints: ImportHints) -> tuple[ImportableRecording, ...]:
        """One recording for each rate, the fastest first."""
        return with_origin(_found(path, hints), path)


def _found(path: Path, hints: ImportHints) -> list[ImportableRecording]:
    dialect = need_dialect(path)
    channels = _channels(list(dialect.header))
    if dialect.n_columns != 2 * len(channels):
        raise FileError(
            path.name,
            "",
            f"describes {len(channels)} channels and has {dialect.n_columns} columns, two for each "
            "channel are needed",
            "Export the file again.",
        )
    rates = sorted({channel.rate_hz for channel in channels}, reverse=True)
    groups = [tuple(c for c in channels if c.rate_hz == rate) for rate in rates]
    lengths = _lengths(path, dialect, groups)
    return [
        _recording(path, hints, dialect, group, n_samples)
        for group, n_samples in zip(groups, lengths, strict=True)
        if n_samples
    ]


def _recording(
    path: Path,
    hints: ImportHints,
    dialect: TextDialect,
    group: tuple[_TrignoChannel, ...],
    n_samples: int,
) -> ImportableRecording:
    notes = []
    if n_samples < group[0].n_stated:
        notes.append(f"The file ends early: {n_samples} of {group[0].n_stated} samples are there.")
    rate = group[0].rate_hz
    info = RecordingInfo(
        id=str(uuid4()),
        sampling_rate_hz=rate,
        n_samples=n_samples,
        channels=tuple(_channel(channel, hints) for channel in group),
        device=Device(manufacturer="Delsys", model="Trigno"),
        muscle=hints.muscle,
        side=hints.side,
        notes=tuple(notes),
    )
    return ImportableRecording(
        info,
        np.dtype(np.float32),
        f"{title_of(path, hints)}, {rate:g} Hz",
        chunks_from(lambda: _blocks(path, dialect, group, n_samples)),
    )


def _channel(channel: _TrignoChannel, hints: ImportHints) -> Channel:
    gain = microvolt_of(channel.unit)
    if gain is None:
        return Channel(channel.label, unit=channel.unit or "not stated")
    return Channel(channel.label, gain_uv=gain, electrode=hints.electrode)


def _channels(lines: list[str]) -> list[_TrignoChannel]:
    found: list[_TrignoChannel] = []
    for line in lines:
        match = _CHANNEL_LINE.match(line)
        if match is None:
            continue
        try:
            rate = float(match["rate"])
        except ValueError:
            continue
        if 0 < rate < float("inf"):
            count = int(match["count"])
            found.append(_TrignoChannel(len(found), match["label"], rate, count, match["unit"]))
    return found


def _lengths(
    path: Path, dialect: TextDialect, groups: list[tuple[_TrignoChannel, ...]]
) -> list[int]:
    """Samples of each group: rows up to the last one in which a channel of it has a time."""
    lengths = [0] * len(groups)
    n_rows = 0
    for rows in read_rows(path, dialect):
        for g, group in enumerate(groups):
            times = [channel.value_column - 1 for channel in group]
            there = np.flatnonzero(~np.isnan(rows.values[:, times]).all(axis=1))
            if len(there):
                lengths[g] = n_rows + int(there[-1]) + 1
        n_rows += len(rows.values)
    return lengths


def _blocks(
    path: Path, dialect: TextDialect, group: tuple[_TrignoChannel, ...], n_samples: int
) -> Iterator[Block]:
    columns = [channel.value_column for channel in group]
    start = 0
    for rows in read_rows(path, dialect):
        samples = rows.values[: n_samples - start, columns].astype(np.float32)
        if len(samples):
            yield Block(start, samples)
        start += len(samples)
        if start >= n_samples:
            return
