"""The sound card as an amplifier: what a needle amplifier gives at its loudspeaker socket."""

from __future__ import annotations

from time import monotonic

from emgview.errors import EmgviewError
from emgview.model import Channel, Device
from emgview.sound import NULL_DEVICE, Capture, InputDevice, input_devices
from emgview.sources.live.protocol import (
    Block,
    FoundSource,
    LiveFormat,
    LiveSource,
    Option,
    SourceEndedError,
    SourceKind,
    SourceLostError,
    SourceSpec,
)

LOST_AFTER_S = 2.0
_FULL_SCALE = 32_768
_MOST_CHANNELS = 32


class AudioSource:
    """One sound input.

    Parameters
    ----------
    what : str
        Number or name of the input, ``null``, or empty for the system's choice.
    rate_hz, n_channels : int
    uv_full_scale : float
        Microvolt at the digital full scale.
    """

    def __init__(self, what: str, rate_hz: int, n_channels: int, uv_full_scale: float) -> None:
        self._what, self._rate_hz = what, rate_hz
        self._n_channels, self._uv_full_scale = n_channels, uv_full_scale
        self._capture: Capture | None = None
        self._heard = 0.0

    def open(self) -> LiveFormat:
        """Open the input; the card's thread begins to collect."""
        self.close()
        silent = self._what == NULL_DEVICE
        chosen = None if silent else _choose(self._what, input_devices())
        capture = Capture(chosen, self._rate_hz, self._n_channels, silent=silent)
        capture.start()
        self._capture, self._heard = capture, monotonic()
        gain = self._uv_full_scale / _FULL_SCALE
        name = chosen.name if chosen else self._what or "default input"
        return LiveFormat(
            tuple(Channel(f"Audio {n + 1}", gain_uv=gain) for n in range(self._n_channels)),
            float(self._rate_hz),
            "int16",
            Device(model=name, software=f"miniaudio, {capture.backend}"),
            self._notes(chosen),
        )

    def read(self, timeout_s: float) -> Block | None:
        """What the card gave since the last call."""
        if self._capture is None:
            raise SourceEndedError("The sound input is not open", "Open it first.")
        taken = self._capture.take(max(timeout_s, 0.0))
        if taken is not None:
            self._heard = monotonic()
            return Block(taken.frames, taken.lost_before)
        if self._capture.stopped or monotonic() - self._heard > LOST_AFTER_S:
            raise SourceLostError(
                "The sound input gives nothing any more", "Check its cable and connect again."
            )
        return None

    def close(self) -> None:
        """Let go of the card."""
        capture, self._capture = self._capture, None
        if capture is not None:
            capture.stop()

    def _notes(self, chosen: InputDevice | None) -> tuple[str, ...]:
        notes = (
            f"Sound input, calibrated by the user: {self._uv_full_scale:g} uV at full scale",
            "A sound card has a high-pass of its own, and its clock may be 0.01 % off",
        )
        rates = chosen.rates_hz if chosen else ()
        if rates and self._rate_hz not in rates:
            own = ", ".join(str(rate) for rate in rates)
            return (*notes, f"The system resamples: the input itself runs at {own} Hz")
        return notes


def _choose(what: str, devices: tuple[InputDevice, ...]) -> InputDevice | None:
    """The input of that number or name; None for the system's choice.

    Raises
    ------
    EmgviewError
        If it is not there.
    """
    if not devices:
        raise EmgviewError(
            "There is no sound input",
            f"Connect one, or try the program without one: audio:{NULL_DEVICE}.",
        )
    if not what:
        return None
    if what.isdecimal() and int(what) < len(devices):
        return devices[int(what)]
    named = [device for device in devices if device.name == what]
    if not named:
        there = ", ".join(f"{n} {device.name}" for n, device in enumerate(devices))
        raise EmgviewError(f"There is no sound input {what}", f"Choose one of: {there}.")
    return named[0]


def _discover() -> tuple[FoundSource, ...]:
    found = (
        FoundSource(f"audio:{n}", device.name, "add ?uv_full_scale=…")
        for n, device in enumerate(input_devices())
    )
    null = FoundSource(f"audio:{NULL_DEVICE}", "Silence in real time", "needs no card")
    return (*found, null)


def _make(spec: SourceSpec) -> LiveSource:
    if not spec.get("uv_full_scale"):
        raise EmgviewError(
            "audio: uv_full_scale is not given, so amplitudes would mean nothing",
            "Add ?uv_full_scale=… (uV at digital full scale; the guide tells how to measure it).",
        )
    rate = round(spec.number("rate", 48_000.0))
    channels = round(spec.number("channels", 1.0))
    if not 1 <= channels <= _MOST_CHANNELS or not 8_000 <= rate <= 384_000:
        raise EmgviewError(
            f"audio: {channels} channels at {rate} Hz",
            f"Give 1 to {_MOST_CHANNELS} channels and 8000 to 384000 Hz.",
        )
    return AudioSource(spec.what, rate, channels, spec.number("uv_full_scale", 1.0))


KIND = SourceKind(
    name="audio",
    title="Sound card",
    what="number or name of the input",
    options=(
        Option("uv_full_scale", "Microvolt at digital full scale; must be given"),
        Option("rate", "Sampling rate in Hz", "48000"),
        Option("channels", "Number of channels", "1"),
    ),
    discover=_discover,
    make=_make,
)
