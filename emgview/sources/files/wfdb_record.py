"""Opens WFDB records by the `wfdb` package: digital numbers, not its physical values.

Signals with several samples in a frame become a recording of their own; the library would
average them. A sample that is marked as missing in all signals is a gap; one that is missing in
some only is NaN, and all numbers of that recording become float32.
"""

from __future__ import annotations

import warnings
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass
from datetime import UTC, datetime
from pathlib import Path
from typing import Any
from uuid import uuid4

import numpy as np
from numpy.typing import NDArray

from emgview.errors import FileError, ImportNeedsHintError, MissingExtraError
from emgview.model import Channel, Gap, ImportHints, RecordingInfo
from emgview.recording import file_sha256
from emgview.sources.files.finishing import (
    RATE_NOTE,
    ZONE_NOTE,
    described,
    title_of,
    with_origin,
)
from emgview.sources.files.rechunking import Block, chunks_from
from emgview.sources.files.units import check_stated_rate, microvolt_of
from emgview.sources.files.wfdb_header import (
    BITS_OF_FORMAT,
    MISSING_OF_FORMAT,
    WIDE_FORMATS,
    HeaderText,
    header_of,
    read_header_text,
)
from emgview.sources.importable import FileDescription, ImportableRecording

_SAMPLES_AT_ONCE = 2**20
# Filters after the converter bend a cut-off top a little: near the limit counts as at the limit.
_NEAR_LIMIT = 0.01
_DAMAGED = "Use another copy of the record."
_LIBRARY_ERRORS = (
    ValueError, ArithmeticError, LookupError, TypeError, AttributeError, OSError, RuntimeError,
)  # fmt: skip


@dataclass(frozen=True, slots=True, eq=False)
class _Signals:
    """Signals of one record that share a rate.

    Parameters
    ----------
    header : Any
        Header object of the library.
    numbers : tuple of int
        Which signals.
    per_frame : int
        Samples of each in one frame.
    n_frames : int
        Frames that the signal files really hold.
    """

    text: HeaderText
    header: Any
    numbers: tuple[int, ...]
    per_frame: int
    n_frames: int

    @property
    def integer(self) -> np.dtype[Any]:
        wide = any(self.header.fmt[i] in WIDE_FORMATS for i in self.numbers)
        return np.dtype(np.int32 if wide else np.int16)

    @property
    def missing(self) -> NDArray[np.int64]:
        """The missing mark of each signal; a number that cannot occur where there is none."""
        marks = [MISSING_OF_FORMAT.get(self.header.fmt[i], -(2**40)) for i in self.numbers]
        return np.array(marks, np.int64)


@dataclass(frozen=True, slots=True)
class _Missing:
    """Missing samples of a pass over the record: gaps, single ones by signal, and the end."""

    gaps: tuple[Gap, ...]
    single: tuple[int, ...]
    n_samples: int
    at_end: int


class WfdbImporter:
    """Records of PhysioNet's format."""

    name = "WFDB record"
    suffixes = (".hea", ".dat")

    def recognises(self, path: Path) -> bool:
        """Whether it is a header, or a header names it."""
        return header_of(path) is not None

    def describe(self, path: Path, hints: ImportHints) -> FileDescription:
        """One recording for each sampling rate."""
        return described(self.name, lambda: _found(path, hints))

    def open(self, path: Path, hints: ImportHints) -> tuple[ImportableRecording, ...]:
        """One recording for each sampling rate, the fastest first."""
        found = _found(path, hints)
        header = header_of(path) or path
        return with_origin(found, header.with_name(read_header_text(header).signal_files[0]))


def is_record_name(path: Path) -> bool:
    """Whether there is no such file, but a WFDB header of that name."""
    return not path.exists() and path.with_name(f"{path.name}.hea").is_file()


def _found(path: Path, hints: ImportHints) -> list[ImportableRecording]:
    header_path = header_of(path)
    if header_path is None:
        raise FileError(path.name, "", "has no WFDB header beside it", "Copy the .hea file too.")
    text = read_header_text(header_path)
    _refuse_what_is_not_read(text)
    with _library_errors(header_path.name):
        header = _wfdb().rdheader(_record_name(header_path))
    check_stated_rate(header_path.name, hints.fs)
    if not text.states_rate and hints.fs is None:
        raise ImportNeedsHintError(
            f"{header_path.name} does not tell the sampling rate in Hz",
            "State it on the command line or in the import dialog.",
            ("fs",),
        )
    if not header.fs or not header.fs > 0:
        raise FileError(header_path.name, "sampling rate", f"is {header.fs} Hz", _DAMAGED)
    n_frames = min(_frames_in(text, header, name) for name in text.signal_files)
    counts = sorted(set(header.samps_per_frame), reverse=True)
    groups = [
        _Signals(
            text,
            header,
            tuple(i for i, n in enumerate(header.samps_per_frame) if n == count),
            count,
            n_frames,
        )
        for count in counts
    ]
    return [_recording(path, hints, signals, len(groups)) for signals in groups]


def _refuse_what_is_not_read(text: HeaderText) -> None:
    name = text.path.name
    if "/" in text.record_fields[0]:
        raise FileError(
            name, "", "is a record of several segments", "Open its segments one by one."
        )
    if text.record_fields[1] == "0" or not text.signal_fields:
        raise FileError(name, "", "has no signals", "Choose another record.")
    if len(text.signal_fields) != int(text.record_fields[1]):
        found = f"announces {text.record_fields[1]} signals and has {len(text.signal_fields)} lines"
        raise FileError(name, "", found, _DAMAGED)
    for file_name in text.signal_files:
        if Path(file_name).name != file_name or not text.path.with_name(file_name).is_file():
            raise FileError(
                name, "", "names a signal file that is not beside it", "Copy the .dat file too."
            )


def _frames_in(text: HeaderText, header: Any, file_name: str) -> int:
    """Frames that a signal file holds: of the header, or fewer where the file is cut off."""
    inside = [i for i, name in enumerate(header.file_name) if name == file_name]
    fmt, stated = header.fmt[inside[0]], header.sig_len
    bits = BITS_OF_FORMAT.get(fmt)
    if bits is None:
        if fmt not in MISSING_OF_FORMAT or not stated:
            raise FileError(text.path.name, "", f"tells no length, or format {fmt}", _DAMAGED)
        return int(stated)
    size = text.path.with_name(file_name).stat().st_size - (header.byte_offset[inside[0]] or 0)
    per_frame = sum(header.samps_per_frame[i] for i in inside)
    present = int(size * 8 // (bits * max(per_frame, 1)))
    if present < 1:
        raise FileError(file_name, "", "holds no samples", _DAMAGED)
    return min(present, stated) if stated else present


def _recording(
    path: Path, hints: ImportHints, signals: _Signals, n_groups: int
) -> ImportableRecording:
    missing = _look_for_missing(signals)
    per_second = float(signals.header.fs if signals.text.states_rate else hints.fs or 0)
    rate = per_second * signals.per_frame
    channels, notes = _channels(signals, hints)
    notes += _missing_notes(channels, missing)
    start = _started_at(signals.header)
    info = RecordingInfo(
        id=str(uuid4()),
        sampling_rate_hz=rate,
        n_samples=missing.n_samples,
        channels=channels,
        started_at=start,
        muscle=hints.muscle,
        side=hints.side,
        gaps=missing.gaps,
        notes=(
            *_record_notes(signals),
            *(RATE_NOTE,) * (not signals.text.states_rate),
            *(ZONE_NOTE,) * (start is not None),
            *notes,
        ),
    )
    title = title_of(path, hints)
    return ImportableRecording(
        info,
        np.dtype(np.float32) if any(missing.single) else signals.integer,
        title if n_groups == 1 else f"{title}, {rate:g} Hz",
        chunks_from(lambda: _blocks(signals, any(missing.single), missing.n_samples)),
        limits=tuple(_limits(signals.header, i) for i in signals.numbers),
    )


def _channels(signals: _Signals, hints: ImportHints) -> tuple[tuple[Channel, ...], list[str]]:
    header, text = signals.header, signals.text
    channels, notes = [], []
    for i in signals.numbers:
        label = (header.sig_name[i] or f"signal {i + 1}").strip()
        factor = microvolt_of(header.units[i] or "mV")
        if not text.states_gain(i):
            notes.append(f"Channel {label}: the record is not calibrated; plain numbers are shown.")
            channels.append(Channel(label, unit="plain numbers"))
            continue
        if not text.states_unit(i):
            notes.append(f"Channel {label}: no unit is stated; by the format it is mV.")
        gain = (factor or 1.0) / header.adc_gain[i]
        channels.append(
            Channel(
                label,
                gain_uv=gain,
                offset_uv=-header.baseline[i] * gain,
                unit="uV" if factor else header.units[i],
                electrode=hints.electrode if factor else "",
            )
        )
    return tuple(channels), notes


def _limits(header: Any, signal: int) -> tuple[float, float] | None:
    """Numbers from which on a sample counts as cut off, by the converter's resolution in bits."""
    bits = header.adc_res[signal]
    if not bits or not 8 <= bits <= 32:
        return None
    zero, half = header.adc_zero[signal] or 0, (1.0 - _NEAR_LIMIT) * 2.0 ** (bits - 1)
    return (zero - half, zero + half)


def _record_notes(signals: _Signals) -> Iterator[str]:
    stated, present = signals.header.sig_len, signals.n_frames
    if stated and present < stated:
        yield f"The signal file ends early: {present} of {stated} samples are there."
    text = signals.text
    yield f"Scale and rate come of {text.path.name}, SHA-256 {file_sha256(text.path)}."
    for name in text.signal_files[1:]:
        digest = file_sha256(text.path.with_name(name))
        yield f"A part of the signals comes of {name}, SHA-256 {digest}."


def _missing_notes(channels: tuple[Channel, ...], missing: _Missing) -> Iterator[str]:
    lost = sum(gap.lost for gap in missing.gaps)
    if lost:
        yield f"{lost} samples are marked as missing in all channels; they are gaps."
    if missing.at_end:
        yield f"The last {missing.at_end} samples are marked as missing and were left out."
    for channel, count in zip(channels, missing.single, strict=True):
        if count:
            yield f"Channel {channel.label}: {count} samples are marked as missing."


def _started_at(header: Any) -> datetime | None:
    if header.base_date is None or header.base_time is None:
        return None
    return datetime.combine(header.base_date, header.base_time, tzinfo=UTC)


def _look_for_missing(signals: _Signals) -> _Missing:
    gaps: list[Gap] = []
    single = np.zeros(len(signals.numbers), np.int64)
    stop = n_rows = 0
    for rows in _raw(signals):
        absent = rows == signals.missing
        everywhere = absent.all(axis=1)
        single += absent[~everywhere].sum(axis=0)
        for run in _present_runs(everywhere):
            first = n_rows + run.start
            if first > stop:
                gaps.append(Gap(stop, first - stop))
            stop = n_rows + run.stop
        n_rows += len(rows)
    if stop == 0:
        raise FileError(signals.text.path.name, "", "has missing samples only", _DAMAGED)
    return _Missing(tuple(gaps), tuple(int(n) for n in single), stop, n_rows - stop)


def _present_runs(absent: NDArray[np.bool_]) -> list[slice]:
    edges = np.flatnonzero(np.diff(np.concatenate(([True], absent, [True])).astype(np.int8)))
    return [slice(int(a), int(b)) for a, b in zip(edges[::2], edges[1::2], strict=True)]


def _blocks(signals: _Signals, with_nan: bool, n_samples: int) -> Iterator[Block]:
    start = 0
    for rows in _raw(signals):
        absent = rows == signals.missing
        for run in _present_runs(absent.all(axis=1)):
            kept = rows[run]
            if with_nan:
                kept = kept.astype(np.float32)
                kept[absent[run]] = np.nan
            yield Block(start + run.start, kept)
        start += len(rows)
        if start >= n_samples:
            return


def _raw(signals: _Signals) -> Iterator[NDArray[Any]]:
    """Rows as the files hold them, in order."""
    step = max(_SAMPLES_AT_ONCE // (signals.per_frame * len(signals.numbers)), 1)
    # Where the header tells no length, the library reads either all or nothing.
    told = signals.header.sig_len is not None
    step = step if told else signals.n_frames
    wfdb = _wfdb()
    for first in range(0, signals.n_frames, step):
        with _library_errors(signals.text.path.name):
            record = wfdb.rdrecord(
                _record_name(signals.text.path),
                sampfrom=first,
                sampto=min(first + step, signals.n_frames) if told else None,
                channels=list(signals.numbers),
                physical=False,
                smooth_frames=False,
                # 64: for fewer bits the library refuses what it unpacks into wider numbers.
                return_res=64,
            )
            yield np.stack(record.e_d_signal, axis=1).astype(signals.integer, copy=False)


def _record_name(header: Path) -> str:
    return str(header.with_suffix(""))


@contextmanager
def _library_errors(file_name: str) -> Iterator[None]:
    """Within it, what the library raises for damaged files becomes a `FileError`."""
    try:
        yield
    except _LIBRARY_ERRORS as error:
        raise FileError(file_name, "", "cannot be read as a WFDB record", _DAMAGED) from error


def _wfdb() -> Any:
    try:
        with warnings.catch_warnings():
            # wfdb 4.3 uses pandas in ways that pandas 3.1 announces to drop: at import only, and
            # nothing that a user could act on.
            warnings.simplefilter("ignore", DeprecationWarning)
            import wfdb
    except ImportError as error:
        raise MissingExtraError(
            "WFDB records need the package wfdb, which is not installed",
            "Install emgview[formats].",
        ) from error
    return wfdb
