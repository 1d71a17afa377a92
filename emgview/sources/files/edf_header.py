"""Meaning of the fields of an EDF header: channels, start, device, person."""

from __future__ import annotations

import re
from datetime import UTC, date, datetime, timedelta
from typing import Any

from emgview.model import Channel, Device, Patient
from emgview.sources.files.units import microvolt_of

_FILTER = re.compile(r"\b(HP|LP)\s*:\s*(\d+(?:[.,]\d+)?)\s*([mk]?)Hz", re.IGNORECASE)
_KNOWN_FILTER_WORDS = re.compile(
    r"\b(HP|LP)\s*:\s*(DC|none|\d+(?:[.,]\d+)?\s*[mk]?Hz)", re.IGNORECASE
)
_FACTOR = {"": 1.0, "m": 1e-3, "k": 1e3}
_MONTHS = ("JAN", "FEB", "MAR", "APR", "MAY", "JUN", "JUL", "AUG", "SEP", "OCT", "NOV", "DEC")
_DATE = re.compile(r"(\d{1,2})-([A-Za-z]{3})-(\d{4})")
_NO_UNIT = "not stated"


def channel_of(signal: Any, electrode: str) -> tuple[Channel, list[str]]:
    """Channel of an edfio signal, and remarks on it."""
    label = signal.label.strip() or "without label"
    notes = []
    high_pass, low_pass = filters_of(signal.prefiltering)
    if _KNOWN_FILTER_WORDS.sub("", signal.prefiltering).strip(" ;,.-"):
        notes.append(f"Channel {label}: filters of the acquisition: {signal.prefiltering.strip()}")
    unit = signal.physical_dimension.strip()
    factor = microvolt_of(unit)
    scale = _scale(signal)
    if scale is None:
        notes.append(f"Channel {label}: the file states no usable scale; plain numbers are shown.")
        scale, factor, unit = (1.0, 0.0), None, "plain numbers"
    channel = Channel(
        label=label,
        gain_uv=scale[0] * (factor or 1.0),
        offset_uv=scale[1] * (factor or 1.0),
        unit="uV" if factor else unit or _NO_UNIT,
        high_pass_hz=high_pass,
        low_pass_hz=low_pass,
        electrode=electrode if factor else "",
    )
    return channel, notes


def limits_of(signal: Any) -> tuple[float, float] | None:
    """Ends of the digital range; None where the header is damaged."""
    try:
        low, high = signal.digital_range
    except (ValueError, OverflowError):
        return None
    return float(low), float(high)


def _scale(signal: Any) -> tuple[float, float] | None:
    """Gain and offset in the unit of the file; None where the ranges are damaged or empty."""
    try:
        low, high = signal.physical_range
        digital_low, digital_high = signal.digital_range
    except (ValueError, OverflowError):
        return None
    if low == high or digital_low >= digital_high or not abs(low) + abs(high) < float("inf"):
        return None
    gain = (high - low) / (digital_high - digital_low)
    return gain, low - digital_low * gain


def filters_of(prefiltering: str) -> tuple[float | None, float | None]:
    """High-pass and low-pass corner in Hz of a text like ``HP:20Hz LP:10kHz``; None: not told."""
    corners: dict[str, float] = {}
    for kind, number, prefix in _FILTER.findall(prefiltering):
        hertz = float(number.replace(",", ".")) * _FACTOR[prefix.lower()]
        if hertz > 0:
            corners[kind.upper()] = hertz
    return corners.get("HP"), corners.get("LP")


def started_at(edf: Any, header: bytes, offset_s: float) -> datetime | None:
    """Start of the first sample, marked UTC though the format knows no zone; None: anonymised.

    The date of EDF+ has four digits for the year and goes before the two of EDF.
    """
    fields = edf.local_recording_identification.split()
    clock = re.fullmatch(
        r"\s*(\d{1,2})\D(\d{1,2})\D(\d{1,2})\s*", header[176:184].decode("latin-1")
    )
    if fields[:2] == ["Startdate", "X"] or clock is None:
        return None
    day = _edf_plus_date(fields[1]) if fields[:1] == ["Startdate"] and len(fields) > 1 else None
    day = day or _two_digit_date(header[168:176].decode("latin-1"))
    if day is None:
        return None
    hour, minute, second = (int(part) for part in clock.groups())
    try:
        moment = datetime(day.year, day.month, day.day, hour, minute, second, tzinfo=UTC)
        return moment + timedelta(seconds=offset_s)
    except (ValueError, OverflowError):
        return None


def device_of(edf: Any) -> Device:
    """The equipment code of EDF+, if there is one."""
    fields = edf.local_recording_identification.split()
    if fields[:1] != ["Startdate"] or len(fields) < 5 or fields[4] == "X":
        return Device()
    return Device(model=fields[4].replace("_", " "))


def patient_of(edf: Any) -> Patient | None:
    """What the header says of the person; None if nothing.

    A field that does not follow EDF+ (code, sex, date of birth, name) is taken as the name.
    """
    text = edf.local_patient_identification.strip()
    fields = text.split()
    if len(fields) < 4 or fields[1] not in ("M", "F", "X") or not _is_birth(fields[2]):
        patient = Patient(name="" if set(fields) <= {"X"} else text)
    else:
        born = _edf_plus_date(fields[2])
        patient = Patient(
            name=_stated(fields[3]).replace("_", " "),
            identifier=_stated(fields[0]).replace("_", " "),
            birth_date=born.isoformat() if born else "",
            sex=_stated(fields[1]),
        )
    return None if patient == Patient() else patient


def _stated(field: str) -> str:
    return "" if field == "X" else field


def _is_birth(field: str) -> bool:
    return field == "X" or _edf_plus_date(field) is not None


def _edf_plus_date(text: str) -> date | None:
    match = _DATE.fullmatch(text)
    if match is None or match[2].upper() not in _MONTHS:
        return None
    try:
        return date(int(match[3]), _MONTHS.index(match[2].upper()) + 1, int(match[1]))
    except ValueError:
        return None


def _two_digit_date(text: str) -> date | None:
    """Date as ``dd.mm.yy``; the years 85 to 99 lie in the 20th century (EDF+, clause 2.1.3.2)."""
    match = re.fullmatch(r"\s*(\d{1,2})\D(\d{1,2})\D(\d{1,2})\s*", text)
    if match is None:
        return None
    day, month, year = (int(part) for part in match.groups())
    try:
        return date(year + (1900 if year >= 85 else 2000), month, day)
    except ValueError:
        return None
