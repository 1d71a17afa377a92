"""Takes sound from a card: a device's thread puts it down, the reader picks it up."""

from __future__ import annotations

import threading
from collections import deque
from collections.abc import Generator
from dataclasses import dataclass
from typing import Any

import numpy as np
from numpy.typing import NDArray

from emgview.errors import EmgviewError

NULL_DEVICE = "null"
"""Name of a device that needs no card and gives silence in real time."""

KEPT_S = 10.0
"""So much is kept for a reader that is late; what comes on top is counted and dropped."""

_PERIOD_MS = 10

Frames = NDArray[np.int16]


@dataclass(frozen=True, slots=True)
class InputDevice:
    """A sound input that can be chosen.

    Parameters
    ----------
    rates_hz : tuple of int
        What the device does itself; at another rate the system resamples. Empty: any, or unknown.
    """

    name: str
    id: Any
    rates_hz: tuple[int, ...] = ()


@dataclass(frozen=True, slots=True, eq=False)
class Captured:
    """Frames (n, n_channels) as the card gave them, and how many were dropped before them."""

    frames: Frames
    lost_before: int


def input_devices() -> tuple[InputDevice, ...]:
    """Sound inputs of this machine; none where there is no sound card."""
    import miniaudio

    try:
        devices = miniaudio.Devices()
        if devices.backend.lower() == NULL_DEVICE:
            return ()
        found = devices.get_captures()
    except miniaudio.MiniaudioError:
        return ()
    return tuple(InputDevice(str(d["name"]), d["id"], _rates(d["formats"])) for d in found)


def _rates(formats: list[dict[str, Any]]) -> tuple[int, ...]:
    return tuple(sorted({int(f["samplerate"]) for f in formats if f["samplerate"]}))


class Capture:
    """One input that runs.

    The card asks on a thread of its own, which copies and nothing else; all else belongs to the
    thread of the reader.

    Parameters
    ----------
    device : InputDevice or None
        None: the system's choice.
    silent : bool
        Use the null device.
    """

    def __init__(
        self, device: InputDevice | None, rate_hz: int, n_channels: int, *, silent: bool = False
    ) -> None:
        self._chosen, self._silent = device, silent
        self._rate_hz, self._n_channels = rate_hz, n_channels
        self._device: Any = None
        self._there = threading.Condition(threading.Lock())
        self._parts: deque[tuple[int, bytes]] = deque()  # lost before, samples
        self._kept = 0  # frames
        self._lost = 0
        self._stopped = False
        self.backend = ""

    def start(self) -> None:
        """Open the input and begin.

        Raises
        ------
        EmgviewError
            If the system refuses it.
        """
        import miniaudio

        try:
            device = miniaudio.CaptureDevice(
                input_format=miniaudio.SampleFormat.SIGNED16,
                nchannels=self._n_channels,
                sample_rate=self._rate_hz,
                buffersize_msec=_PERIOD_MS,
                device_id=self._chosen.id if self._chosen else None,
                backends=[miniaudio.Backend.NULL] if self._silent else None,
                app_name="emgview",
            )
            self.backend = str(device.backend)
            if self.backend.lower() == NULL_DEVICE and not self._silent:
                device.close()
                raise EmgviewError("There is no sound input", "Connect one.")
            device.stop_callback = self._ended
            sink = self._sink()
            next(sink)
            device.start(sink)
        except miniaudio.MiniaudioError as error:
            raise EmgviewError(
                f"The sound input does not open ({error.args[0]})",
                "Choose another one, or allow the program to use the microphone.",
            ) from error
        self._device = device

    def take(self, timeout_s: float) -> Captured | None:
        """All frames since the last call up to a loss; None where none came within the time."""
        with self._there:
            if not self._parts:
                self._there.wait(timeout_s)
            if not self._parts:
                return None
            lost, first = self._parts.popleft()
            parts = [first]
            while self._parts and self._parts[0][0] == 0:
                parts.append(self._parts.popleft()[1])
            frames = np.frombuffer(b"".join(parts), np.int16).reshape(-1, self._n_channels)
            self._kept -= len(frames)
        return Captured(frames, lost)

    @property
    def stopped(self) -> bool:
        """Whether the system has taken the input away."""
        return self._stopped

    def stop(self) -> None:
        """Let go of the input; joins its thread. A second call does nothing."""
        device, self._device = self._device, None
        if device is not None:
            device.stop_callback = None
            device.close()

    def put(self, data: bytes) -> None:
        """Frames from the card, on its thread; dropped and counted where no room is left."""
        n = len(data) // (2 * self._n_channels)
        with self._there:
            if self._kept + n > KEPT_S * self._rate_hz:
                self._lost += n
                return
            self._parts.append((self._lost, data))
            self._lost = 0
            self._kept += n
            self._there.notify()

    def _sink(self) -> Generator[None, bytes, None]:
        while True:
            data = yield
            self.put(bytes(data))

    def _ended(self) -> None:
        self._stopped = True
