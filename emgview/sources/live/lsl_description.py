"""What the description of an LSL stream says of its channels and its device."""

from __future__ import annotations

from dataclasses import dataclass
from typing import Any

from emgview.errors import EmgviewError
from emgview.model import Channel, Device
from emgview.recording.foreign_facts import ALLOWED_UNITS, MICROVOLT_OF_UNIT

NO_UNIT = "not stated"


@dataclass(frozen=True, slots=True)
class NumberType:
    """A type of LSL and the type of the blocks: never one that holds less, but for double64."""

    sent: str
    given: str
    note: str = ""


# By the number of the format in the LSL interface (lsl_channel_format_t).
NUMBER_TYPES = {
    1: NumberType("float32", "float32"),
    2: NumberType("float64", "float32", "Sent as 64-bit numbers, kept as 32-bit numbers"),
    4: NumberType("int32", "int32"),
    5: NumberType("int16", "int16"),
    6: NumberType("int8", "int16"),
}
_TYPE_NAMES = {3: "text", 7: "64-bit integers"}


def number_type(format_number: int, name: str) -> NumberType:
    """How the numbers of a stream are taken.

    Raises
    ------
    EmgviewError
        For text, or integers that no block can hold.
    """
    if format_number not in NUMBER_TYPES:
        kind = _TYPE_NAMES.get(format_number, "an unknown type")
        raise EmgviewError(
            f"The stream {name} sends {kind}",
            "Choose a stream of numbers: float32, double64, int32, int16 or int8.",
        )
    return NUMBER_TYPES[format_number]


def check_regular(rate_hz: float, name: str) -> None:
    """Refuse a stream without a rate.

    Raises
    ------
    EmgviewError
        If its samples come at no fixed rate.
    """
    if not 0.0 < rate_hz < float("inf"):
        raise EmgviewError(
            f"The stream {name} has no fixed rate ({rate_hz:g} Hz)",
            "Choose a stream that is sampled regularly; markers cannot be recorded as a signal.",
        )


def factor_of(unit: str) -> float | None:
    """Microvolt per unit; None for a unit that is no known voltage."""
    return MICROVOLT_OF_UNIT.get(unit.strip().lower().replace("Â", ""))


def channels_of(info: Any, unit: str) -> tuple[tuple[Channel, ...], tuple[str, ...]]:
    """Channels of a full stream description, and what is worth knowing of their units.

    A unit that is no known voltage is kept as told: such a channel is shown, never judged.

    Parameters
    ----------
    info : pylsl.StreamInfo
    unit : str
        What the user says; counts for channels whose stated unit is a voltage or missing.

    Raises
    ------
    EmgviewError
        If the user's unit is none.
    """
    if unit and factor_of(unit) is None:
        raise EmgviewError(f"lsl: unit is {unit}", f"Give {ALLOWED_UNITS}.")
    count = info.channel_count()
    labels = _texts(info.get_channel_labels(), count)
    units = _texts(info.get_channel_units(), count)
    channels = tuple(
        _channel(label or f"Channel {number}", stated, unit)
        for number, (label, stated) in enumerate(zip(labels, units, strict=True), 1)
    )
    return channels, _unit_notes(channels, units, unit)


def device_of(info: Any) -> Device:
    """Maker, model and serial number as far as the stream tells them."""
    acquisition = info.desc().child("acquisition")

    def told(*names: str) -> str:
        places = (acquisition, info.desc())
        found = (place.child_value(name) for place in places for name in names)
        return next((text for text in found if text), "")

    return Device(
        manufacturer=told("manufacturer"),
        model=told("model") or info.name(),
        serial=told("serial_number", "serial") or info.source_id(),
        software="LSL",
    )


def _channel(label: str, stated: str, unit: str) -> Channel:
    known = factor_of(stated)
    if unit and (known is not None or not stated):
        known = factor_of(unit)
    if known is None:
        return Channel(label, unit=stated or NO_UNIT)
    return Channel(label, gain_uv=known)


def _unit_notes(channels: tuple[Channel, ...], units: list[str], unit: str) -> tuple[str, ...]:
    notes = []
    if unit:
        notes.append(f"Unit {unit} as given by the user")
    missing = sum(channel.unit == NO_UNIT for channel in channels)
    if missing:
        notes.append(f"The stream states no unit for {missing} channels: amplitudes mean nothing")
    odd = sorted({u for c, u in zip(channels, units, strict=True) if u and c.unit == u})
    if odd and "uV" not in odd:
        notes.append(f"Units that are no voltage, kept as told: {', '.join(odd)}")
    return tuple(notes)


def _texts(found: list[str | None] | None, count: int) -> list[str]:
    """One text for each channel; empty where the stream says nothing."""
    texts = [(text or "").strip() for text in found or []]
    return (texts + [""] * count)[:count]
