"""Opens tables of numbers as text: CSV, TSV and the like, one column for each channel.

Read in pieces, twice: once at opening, to check every line and to count, once for the samples.
The numbers become float32 in the unit of the file. A rate comes of a time column or of the
person; a unit of the header or of the person.
"""

from __future__ import annotations

import dataclasses
from collections.abc import Iterator
from dataclasses import dataclass
from pathlib import Path
from uuid import uuid4

import numpy as np
from numpy.typing import NDArray

from emgview.errors import FileError, ImportNeedsHintError
from emgview.model import Channel, Gap, ImportHints, RecordingInfo
from emgview.recording import file_sha256
from emgview.recording.foreign_facts import ALLOWED_UNITS
from emgview.sources.files.finishing import RATE_NOTE, UNIT_NOTE, title_of
from emgview.sources.files.rechunking import Block, chunks_from
from emgview.sources.files.signal_remarks import SampleScan
from emgview.sources.files.text_columns import Clock, Column, Columns, columns_of
from emgview.sources.files.text_dialect import (
    TextDialect,
    find_dialect,
    first_lines,
    is_wide_text,
    need_dialect,
)
from emgview.sources.files.text_rows import RowBlock, read_rows
from emgview.sources.files.units import check_stated_rate, microvolt_of, stated_gain_uv
from emgview.sources.importable import FileDescription, FoundRecording, ImportableRecording

_PREVIEW_LINES = 12
_LONGEST_SHOWN = 200
_LONGEST_GAPS_S = 3600.0
_QUESTIONS = {
    "fs": "the sampling rate in Hz",
    "unit": f"the unit of the numbers ({ALLOWED_UNITS})",
}


class TextTableImporter:
    """Tables of numbers as text."""

    name = "table of numbers as text (CSV, TSV, TXT)"
    suffixes = (".csv", ".tsv", ".txt", ".asc")

    def recognises(self, path: Path) -> bool:
        """Whether it is text with rows of numbers (or 16-bit text, which `open` explains)."""
        return is_wide_text(path) or find_dialect(path) is not None

    def describe(self, path: Path, hints: ImportHints) -> FileDescription:
        """First lines and columns; the length is not known before all is read."""
        dialect = need_dialect(path)
        table = columns_of(dialect)
        missing = _missing(path, table, hints)
        rate = 1 / table.clock.period_s if table.clock else hints.fs
        labels = tuple(_label(c, i) for i, c in enumerate(table.signals))
        shown = tuple(line[:_LONGEST_SHOWN] for line in first_lines(path)[:_PREVIEW_LINES])
        found = FoundRecording(title_of(path, hints), labels, rate, None)
        question = _question(path, missing) if missing else ""
        return FileDescription(self.name, (found,), missing, question, shown)

    def open(self, path: Path, hints: ImportHints) -> tuple[ImportableRecording, ...]:
        """Its one recording."""
        dialect = need_dialect(path)
        table = columns_of(dialect)
        missing = _missing(path, table, hints)
        if missing:
            raise ImportNeedsHintError(
                _question(path, missing),
                "State it on the command line or in the import dialog.",
                missing,
            )
        source = _Table(path, dialect, table, None if hints.fs else table.clock)
        return (_recording(source, hints),)


@dataclass(frozen=True, slots=True)
class _Table:
    """A table whose columns are understood; ``clock`` is None where a person states the rate."""

    path: Path
    dialect: TextDialect
    columns: Columns
    clock: Clock | None

    def blocks(self) -> Iterator[Block]:
        """Samples of the signal columns, float32; infinite numbers become NaN."""
        picked = [column.index for column in self.columns.signals]
        start, last = 0, None
        for rows in read_rows(self.path, self.dialect):
            with np.errstate(over="ignore"):
                samples = rows.values[:, picked].astype(np.float32)
            samples[np.isinf(samples)] = np.nan
            first = 0
            for jump, lost in self._jumps(rows, last):
                if jump > first:
                    yield Block(start, samples[first:jump])
                start, first = start + jump - first + lost, jump
            yield Block(start, samples[first:])
            start += len(samples) - first
            last = float(rows.values[-1, 0])

    def _jumps(self, rows: RowBlock, last: float | None) -> list[tuple[int, int]]:
        """Rows before which samples are missing, and how many."""
        if self.clock is None:
            return []
        steps = self._steps_s(rows, last)
        if np.isnan(steps).any() or (steps < 0).any():
            wrong = int(np.flatnonzero(np.isnan(steps) | (steps < 0))[0])
            raise FileError(
                self.path.name,
                f"line {rows.line_numbers[wrong]}",
                "time does not go on from the line before",
                "Repair the line, or state the sampling rate: then the time column is not used.",
            )
        jumps = np.flatnonzero(steps > self.clock.longest_step_s)
        return [(int(i), max(round(steps[i] / self.clock.period_s) - 1, 1)) for i in jumps]

    def _steps_s(self, rows: RowBlock, last: float | None) -> NDArray[np.float64]:
        """Seconds since the row before, for each row; 0 for the first of the file."""
        time = rows.values[:, 0]
        before = time[0] if last is None else last
        return np.diff(time, prepend=before) * (self.clock.factor_s if self.clock else 1.0)


def _recording(table: _Table, hints: ImportHints) -> ImportableRecording:
    info = RecordingInfo(
        id=str(uuid4()),
        sampling_rate_hz=float(hints.fs or (1 / table.clock.period_s if table.clock else 0)),
        n_samples=0,
        channels=tuple(_channel(c, i, hints) for i, c in enumerate(table.columns.signals)),
        muscle=hints.muscle,
        side=hints.side,
        origin_name=table.path.name,
        notes=tuple(_notes(table, hints)),
    )
    found = ImportableRecording(
        _looked_through(table, info),
        np.dtype(np.float32),
        title_of(table.path, hints),
        chunks_from(table.blocks),
    )
    digest = file_sha256(table.path)
    return dataclasses.replace(found, info=dataclasses.replace(found.info, origin_sha256=digest))


def _looked_through(table: _Table, info: RecordingInfo) -> RecordingInfo:
    """The same with length, gaps, exact rate and remarks: reads every line."""
    scan = SampleScan(info)
    gaps: list[Gap] = []
    stop = not_finite = 0
    for block in table.blocks():
        if block.start_sample > stop:
            gaps.append(Gap(stop, block.start_sample - stop))
            _check_gaps(table.path, gaps, info.sampling_rate_hz)
        scan.add(block.samples, block.start_sample)
        not_finite += int(np.count_nonzero(np.isnan(block.samples)))
        stop = block.start_sample + len(block.samples)
    notes = [*info.notes, *scan.remarks()]
    if not_finite:
        notes.append(f"{not_finite} cells are empty, NaN or infinite; they are kept as NaN.")
    if gaps:
        lost = sum(gap.lost for gap in gaps)
        notes.append(f"The time column jumps {len(gaps)} times: {lost} samples are missing.")
    rate = info.sampling_rate_hz
    return dataclasses.replace(
        info,
        sampling_rate_hz=float(f"{rate:.6g}") if table.clock else rate,
        n_samples=stop,
        gaps=tuple(gaps),
        notes=tuple(notes),
    )


def _check_gaps(path: Path, gaps: list[Gap], rate: float) -> None:
    lost_s = sum(gap.lost for gap in gaps) / rate
    if lost_s > _LONGEST_GAPS_S:
        raise FileError(
            path.name,
            "time column",
            f"has jumps of {lost_s:.0f} s in all, allowed are {_LONGEST_GAPS_S:.0f} s",
            "Cut the file at the jumps.",
        )


def _channel(column: Column, position: int, hints: ImportHints) -> Channel:
    label = _label(column, position)
    gain = microvolt_of(column.unit or hints.unit)
    if gain is None:
        return Channel(label, unit=column.unit)
    return Channel(label, gain_uv=gain, electrode=hints.electrode)


def _label(column: Column, position: int) -> str:
    return column.name or f"channel {position + 1}"


def _notes(table: _Table, hints: ImportHints) -> Iterator[str]:
    if table.columns.dropped and not (hints.fs and table.columns.clock):
        yield table.columns.dropped
    if hints.fs:
        yield RATE_NOTE
        clock = table.columns.clock
        if clock and abs(clock.period_s * hints.fs - 1) > 0.01:
            yield f"The time column tells another rate ({1 / clock.period_s:.6g} Hz)."
    if any(not column.unit for column in table.columns.signals):
        yield UNIT_NOTE
    if table.dialect.separator == "," and all(
        value == int(value) for row in table.dialect.first_rows for value in row if abs(value) < 1e9
    ):
        yield "Commas were read as separators between whole numbers, not as decimal signs."


def _missing(path: Path, table: Columns, hints: ImportHints) -> tuple[str, ...]:
    check_stated_rate(path.name, hints.fs)
    stated = stated_gain_uv(path.name, hints.unit)
    rate_missing = table.clock is None and hints.fs is None
    unit_missing = stated is None and any(not column.unit for column in table.signals)
    return ("fs",) * rate_missing + ("unit",) * unit_missing


def _question(path: Path, missing: tuple[str, ...]) -> str:
    return f"{path.name} does not tell " + " and ".join(_QUESTIONS[name] for name in missing)
