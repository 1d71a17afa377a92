"""Carries a `RecordingInfo` into the attributes and tables of a file, and back."""

from __future__ import annotations

import dataclasses
import math
from collections.abc import Iterable
from datetime import datetime
from typing import Any

import numpy as np
from numpy.typing import NDArray

from emgview.model import (
    Channel,
    Device,
    Gap,
    Phase,
    PhaseMark,
    RecordingInfo,
    SampleInterval,
    Side,
)
from emgview.recording.layout import (
    FORMAT_MARK,
    GAP_DTYPE,
    LONGEST_TEXT_BYTES,
    SCHEMA_VERSION,
    TEXT_ATTRIBUTES,
    as_text,
    channel_dtype,
    phase_dtype,
    text_dtype,
)


def storable(info: RecordingInfo) -> RecordingInfo:
    """The same information in the form that a file can hold and give back unchanged.

    A note is one line, and no text holds a zero byte.

    Raises
    ------
    ValueError
        For a recording without id or channels, or a voltage that is not in µV.
    """
    if not info.id or not info.channels:
        raise ValueError("a recording needs an id and at least one channel")
    if not math.isfinite(info.sampling_rate_hz):
        raise ValueError(f"sampling rate {info.sampling_rate_hz} Hz is not finite")
    for channel in info.channels:
        if found := channel_problem(channel.gain_uv, channel.offset_uv, channel.unit):
            raise ValueError(f"channel {channel.label!r}: {found}")
    notes = "\n".join(" ".join(note.split()) for note in info.notes if note.strip())
    notes = _cut(notes.replace("\0", ""), LONGEST_TEXT_BYTES)
    return dataclasses.replace(
        info,
        **_without_zero_bytes(info),
        notes=tuple(notes.split("\n")) if notes else (),
        device=dataclasses.replace(info.device, **_without_zero_bytes(info.device)),
        channels=tuple(dataclasses.replace(c, **_without_zero_bytes(c)) for c in info.channels),
    )


def channel_problem(gain_uv: float, offset_uv: float, unit: str) -> str:
    """What is wrong with the scale of a channel, or an empty text."""
    if not math.isfinite(gain_uv) or gain_uv == 0:
        return f"gain_uv {gain_uv}, allowed: a finite number other than 0"
    if not math.isfinite(offset_uv):
        return f"offset_uv {offset_uv}, allowed: a finite number"
    if not unit or not unit.isprintable():
        return f"unit {unit!r}, allowed: uV, or the unit of a channel that is no voltage"
    if unit != "uV" and unit.strip().lower() in ("v", "mv", "uv", "µv", "μv", "nv"):
        return f"unit {unit!r}, allowed: uV (put the factor into gain_uv)"
    return ""


def started_at_text(info: RecordingInfo) -> str:
    """RFC 3339 with offset, or empty."""
    return info.started_at.isoformat() if info.started_at else ""


def write_attributes(file: Any, info: RecordingInfo) -> None:
    """Root attributes of a new file, all of them, since SWMR allows no new ones."""
    texts = {
        "recording_id": info.id,
        "started_at": started_at_text(info),
        "device_manufacturer": info.device.manufacturer,
        "device_model": info.device.model,
        "device_serial": info.device.serial,
        "device_software": info.device.software,
        "muscle": info.muscle,
        "side": str(info.side),
        "origin_name": info.origin_name,
        "origin_sha256": info.origin_sha256,
        "notes": "\n".join(info.notes),
    }
    write_text(file, "format", FORMAT_MARK)
    file.attrs.create("schema_version", SCHEMA_VERSION, dtype="<i8")
    file.attrs.create("sampling_rate_hz", info.sampling_rate_hz, dtype="<f8")
    file.attrs.create("closed", 0, dtype="u1")
    write_text(file, "content_sha256", "", 64)
    for name, text in texts.items():
        write_text(file, name, text)


def write_text(file: Any, name: str, text: str, n_bytes: int = 0) -> None:
    """One attribute of fixed-length UTF-8."""
    encoded = text.encode("utf-8")
    file.attrs.create(name, encoded, dtype=text_dtype(max(n_bytes, len(encoded))))


def channel_rows(channels: tuple[Channel, ...]) -> NDArray[Any]:
    """Rows of ``/channels``; a corner that is not known is NaN."""

    def longest(texts: Iterable[str]) -> int:
        return max(len(text.encode("utf-8")) for text in texts)

    dtype = channel_dtype(
        longest(c.label for c in channels),
        longest(c.unit for c in channels),
        longest(c.electrode for c in channels),
    )
    rows = [
        (
            c.label.encode("utf-8"),
            c.gain_uv,
            c.offset_uv,
            c.unit.encode("utf-8"),
            np.nan if c.high_pass_hz is None else c.high_pass_hz,
            np.nan if c.low_pass_hz is None else c.low_pass_hz,
            c.electrode.encode("utf-8"),
            c.inverted,
        )
        for c in channels
    ]
    return np.array(rows, dtype=dtype)


def gap_rows(gaps: Iterable[Gap]) -> NDArray[Any]:
    """Rows of ``/gaps``."""
    return np.array([(gap.start, gap.lost) for gap in gaps], dtype=GAP_DTYPE)


def phase_rows(marks: Iterable[PhaseMark]) -> NDArray[Any]:
    """Rows of ``/phases``."""
    rows = [
        (mark.interval.start, mark.interval.stop, str(mark.phase).encode("utf-8"), mark.site)
        for mark in marks
    ]
    return np.array(rows, dtype=phase_dtype())


def read_info(file: Any) -> RecordingInfo:
    """Information of a file whose structure has been checked.

    Gaps and phases are cut to the samples present: while a file grows, a gap is written before
    the rows behind it.
    """
    texts = {name: read_text(file, name) for name in (*TEXT_ATTRIBUTES, "content_sha256")}
    n_samples = int(file["samples"].shape[0])
    return RecordingInfo(
        id=texts["recording_id"],
        sampling_rate_hz=read_number(file, "sampling_rate_hz"),
        n_samples=n_samples,
        channels=read_channels(file["channels"][()]),
        started_at=_instant(texts["started_at"]),
        device=Device(
            texts["device_manufacturer"],
            texts["device_model"],
            texts["device_serial"],
            texts["device_software"],
        ),
        muscle=texts["muscle"],
        side=Side(texts["side"]),
        phases=cut_phases(read_phases(file), n_samples),
        gaps=_cut_gaps(read_gaps(file), n_samples),
        sha256=texts["content_sha256"],
        origin_name=texts["origin_name"],
        origin_sha256=texts["origin_sha256"],
        notes=tuple(line for line in texts["notes"].split("\n") if line),
    )


def read_text(file: Any, name: str) -> str:
    """A text attribute; one that is not there is empty."""
    return as_text(file.attrs[name]) if name in file.attrs else ""


def read_number(file: Any, name: str) -> float:
    """A number attribute, also where it is an array of one (as MATLAB writes it)."""
    return float(np.asarray(file.attrs[name]).reshape(-1)[0])


def read_channels(rows: NDArray[Any]) -> tuple[Channel, ...]:
    """Channels of the rows of ``/channels``."""
    names = rows.dtype.names or ()

    def corner(row: Any, name: str) -> float | None:
        value = float(row[name]) if name in names else np.nan
        return None if np.isnan(value) else value

    return tuple(
        Channel(
            label=as_text(row["label"]),
            gain_uv=float(row["gain_uv"]),
            offset_uv=float(row["offset_uv"]),
            unit=as_text(row["unit"]),
            high_pass_hz=corner(row, "high_pass_hz"),
            low_pass_hz=corner(row, "low_pass_hz"),
            electrode=as_text(row["electrode"]) if "electrode" in names else "",
            inverted=bool(row["inverted"]) if "inverted" in names else False,
        )
        for row in rows
    )


def read_gaps(file: Any) -> tuple[Gap, ...]:
    """All rows of ``/gaps``, none where there is no such table."""
    rows = file["gaps"][()] if "gaps" in file else ()
    return tuple(Gap(int(row["start"]), int(row["lost"])) for row in rows)


def read_phases(file: Any) -> tuple[PhaseMark, ...]:
    """All rows of ``/phases``, none where there is no such table."""
    rows = file["phases"][()] if "phases" in file else ()
    return tuple(
        PhaseMark(
            SampleInterval(int(row["start"]), int(row["stop"])),
            Phase(as_text(row["phase"])),
            int(row["site"]),
        )
        for row in rows
    )


def cut_phases(marks: Iterable[PhaseMark], n_samples: int) -> tuple[PhaseMark, ...]:
    """Marks inside the recording; what lies beyond its end is left out."""
    whole = SampleInterval(0, n_samples)
    cut = ((mark, mark.interval.intersection(whole)) for mark in marks)
    return tuple(dataclasses.replace(m, interval=inside) for m, inside in cut if inside)


def _cut_gaps(gaps: tuple[Gap, ...], n_samples: int) -> tuple[Gap, ...]:
    return tuple(
        Gap(gap.start, min(gap.lost, n_samples - gap.start))
        for gap in gaps
        if gap.start < n_samples
    )


def _instant(text: str) -> datetime | None:
    return datetime.fromisoformat(text) if text else None


def _without_zero_bytes(value: Any) -> dict[str, Any]:
    """Fields of a value whose texts hold zero bytes, which end a text in the file."""
    texts = ((field.name, getattr(value, field.name)) for field in dataclasses.fields(value))
    return {
        name: text.replace("\0", "") for name, text in texts if type(text) is str and "\0" in text
    }


def _cut(text: str, n_bytes: int) -> str:
    return text.encode("utf-8")[:n_bytes].decode("utf-8", errors="ignore")
