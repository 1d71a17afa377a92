"""Plays a stream on a device and tells which sample is heard just now."""

from __future__ import annotations

import threading
from collections.abc import Generator
from dataclasses import dataclass
from time import perf_counter
from typing import Any

import numpy as np

from emgview.sound.frame_queue import FrameQueue
from emgview.sound.stream import FRAME_RATE_HZ, Frames, SoundStream

AHEAD_S = 0.4
"""So much is kept ready: what the reader of the source may be late."""

_BLOCK_FRAMES = 1024
_BUFFER_MS = 20


@dataclass(frozen=True, slots=True)
class OutputDevice:
    """A loudspeaker that can be chosen."""

    name: str
    id: Any


def output_devices() -> tuple[OutputDevice, ...]:
    """Loudspeakers of this machine; none where there is no sound card."""
    import miniaudio

    try:
        found = miniaudio.Devices().get_playbacks()
    except miniaudio.MiniaudioError:
        return ()
    return tuple(OutputDevice(str(d["name"]), d["id"]) for d in found)


class Player:
    """One stream on one device.

    :meth:`fill` belongs to the thread of the stream; the device asks on a thread of its own; all
    else may be called from any thread.

    Parameters
    ----------
    device_name : str
        Empty: the system's choice. One that is not there is replaced by it.
    silent : bool
        Use the null device, which keeps time without a sound.
    """

    def __init__(self, stream: SoundStream, device_name: str = "", *, silent: bool = False) -> None:
        self._stream = stream
        self._lock = threading.Lock()
        self._ready = FrameQueue()
        self._given = 0  # frames that the device has taken
        self._asked_at = 0.0  # when it asked last
        self._asked_frames = 0
        self._filled = False  # nothing more will come
        self._underruns = 0
        self._device: Any = None
        self._device_name, self._silent = device_name, silent
        self.has_card = False

    def start(self) -> None:
        """Open the device and begin; :meth:`fill` once before."""
        self._device, self.has_card = open_device(self._device_name, silent=self._silent)
        source = self._source()
        next(source)
        self._device.start(source)

    def stop(self) -> None:
        """Silence; joins the device's thread. A second call does nothing."""
        device, self._device = self._device, None
        if device is not None:
            device.close()

    def switch(self, stream: SoundStream) -> None:
        """Go on with another stream at once, on the open device. On the thread of the streams."""
        with self._lock:
            self._stream, self._filled = stream, False
            self._ready.clear()
            self._given = self._asked_frames = 0
            self._asked_at = 0.0
        self.fill()

    def fill(self) -> None:
        """Make as much sound as is wanted ahead. On the thread of the stream."""
        while not self._stream.ended:
            with self._lock:
                if self._ready.n_frames >= AHEAD_S * FRAME_RATE_HZ:
                    return
            block = self._stream.block(_BLOCK_FRAMES)
            with self._lock:
                self._ready.put(block)
        with self._lock:
            self._filled = True

    @property
    def finished(self) -> bool:
        """Whether the last frame has been heard."""
        with self._lock:
            return self._filled and self._ready.n_frames == 0 and self._heard() >= self._given

    @property
    def underruns(self) -> int:
        """How often the device got silence because the sound was not ready."""
        with self._lock:
            return self._underruns

    def position(self) -> float:
        """Sample that is heard just now, by the clock of the device."""
        with self._lock:
            frame = self._heard()
        return self._stream.sample_at(frame)

    def _heard(self) -> float:
        """Frame that is heard: what was taken before the last time, plus the time since."""
        if self._asked_at == 0.0:
            return 0.0
        before = self._given - self._asked_frames
        since = (perf_counter() - self._asked_at) * FRAME_RATE_HZ
        return before + min(since, float(self._asked_frames))

    def _source(self) -> Generator[Frames, int, None]:
        """What the device asks on its own thread; it never waits for the reader of the source."""
        wanted = yield np.zeros((0, 2), np.float32)
        while True:
            wanted = yield self._take(wanted)

    def _take(self, n: int) -> Frames:
        with self._lock:
            out, done = self._ready.take(n)
            if done < n and not self._filled:
                self._underruns += 1
            self._given += done
            self._asked_frames = done
            self._asked_at = perf_counter()
        return out


def open_device(name: str, *, silent: bool, buffer_ms: int = _BUFFER_MS) -> tuple[Any, bool]:
    """An open device, and whether it can be heard."""
    import miniaudio

    form = {
        "output_format": miniaudio.SampleFormat.FLOAT32,
        "nchannels": 2,
        "sample_rate": FRAME_RATE_HZ,
        "buffersize_msec": buffer_ms,
        "app_name": "emgview",
    }
    if not silent:
        chosen = next((d.id for d in output_devices() if d.name == name), None)
        try:
            device = miniaudio.PlaybackDevice(device_id=chosen, **form)
        except miniaudio.MiniaudioError:
            device = None  # no card: the null device keeps the trace moving
        if device is not None:
            return device, device.backend.lower() != "null"
    return miniaudio.PlaybackDevice(backends=[miniaudio.Backend.NULL], **form), False
