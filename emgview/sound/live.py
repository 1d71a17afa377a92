"""The sound of a signal that arises now: as near to the needle as the device allows."""

from __future__ import annotations

import threading
from collections import deque
from collections.abc import Generator
from dataclasses import dataclass
from typing import Any

import numpy as np
from numpy.typing import NDArray

from emgview.model import Channel
from emgview.sound.frame_queue import FrameQueue
from emgview.sound.player import open_device
from emgview.sound.resampling import reach, values_at
from emgview.sound.settings import load_sound_settings
from emgview.sound.shaping import Band, limited
from emgview.sound.stream import FRAME_RATE_HZ, Frames

TARGET_S = 0.035
"""So much sound waits for the device: what sources and this program may be late."""

_MOST_S = 0.08
_MUTE_S = 0.2
_BUFFER_MS = 10
_STEEPEST = 0.01  # the pitch follows the clock of the source by at most so much: not heard
_LEVELS_KEPT = 512
_ALARM_S, _ALARM_HZ, _ALARM_SIZE = 0.4, 880.0, 0.4

Float = NDArray[np.float64]


@dataclass(frozen=True, slots=True)
class Listening:
    """What is to be heard; ``full_scale_uv`` drives the loudspeaker fully before ``volume``."""

    channel: int
    full_scale_uv: float
    volume: float = 1.0
    inverted: bool = False


class LiveSound:
    """One channel of a live source on a loudspeaker.

    :meth:`offer` belongs to the acquisition thread and never waits; the device asks on a thread of
    its own; all else may be called from any thread.

    Parameters
    ----------
    channels : tuple of Channel
    sampling_rate_hz : float
    dtype : dtype
        Of the native numbers; whole numbers at their limits are clipping, which is muted.
    device_name : str
        Empty: the system's choice.
    silent : bool
        Use the null device, which keeps time without a sound.
    """

    def __init__(
        self,
        channels: tuple[Channel, ...],
        sampling_rate_hz: float,
        dtype: np.dtype[Any],
        *,
        device_name: str = "",
        silent: bool = False,
    ) -> None:
        self._channels, self._fs = channels, sampling_rate_hz
        self._settings = load_sound_settings()
        self._step = sampling_rate_hz / FRAME_RATE_HZ
        self._limits = np.iinfo(dtype) if dtype.kind == "i" else None
        self._device_name, self._silent = device_name, silent
        self._device: Any = None
        self.has_card = False
        self._lock = threading.Lock()
        self._ready = FrameQueue()
        self._levels: deque[float] = deque(maxlen=_LEVELS_KEPT)
        self._began = False
        self._alarm_left = 0
        self._glitches = self._skipped = 0
        self._wish = Listening(0, self._settings.fixed_full_scale_uv)
        self._band = Band(self._fs, self._settings.high_pass_hz, self._settings.low_pass_hz, 1)
        self._shaped: Float = np.zeros((0, 1))
        self._first = self._next = self._mute_left = 0
        self._place = 0.0
        self._heard = -1
        self._restart(0)

    def start(self) -> None:
        """Open the device and begin."""
        self._device, self.has_card = open_device(
            self._device_name, silent=self._silent, buffer_ms=_BUFFER_MS
        )
        source = self._source()
        next(source)
        self._device.start(source)

    def stop(self) -> None:
        """Silence; joins the device's thread. A second call does nothing."""
        device, self._device = self._device, None
        if device is not None:
            device.close()

    def listen(self, wish: Listening) -> None:
        """Hear something else from the next block on."""
        self._wish = wish

    @property
    def glitches(self) -> int:
        """How often the device had to wait or the sound had to jump."""
        return self._glitches + self._skipped

    @property
    def muted(self) -> bool:
        """Whether the channel clips and is silent therefore."""
        return self._mute_left > 0

    def alarm(self) -> None:
        """A short tone over everything: samples are being lost."""
        self._alarm_left = round(_ALARM_S * FRAME_RATE_HZ)

    def latency_s(self) -> float:
        """Sound that waits between a sample's arrival and the device, 95 of 100 times less.

        The device's own latency comes on top; 0 before the first sound.
        """
        levels = list(self._levels.copy())
        return float(np.quantile(levels, 0.95)) if levels else 0.0

    # -- acquisition thread ------------------------------------------------------------------

    def offer(self, samples: NDArray[Any], start: int) -> None:
        """Samples (n, n_channels) from an absolute position on."""
        wish = self._wish
        if wish.channel != self._heard or not len(samples):
            self._restart(wish.channel)
        if start != self._next and self._next:
            self._restart(wish.channel)  # a gap: the filter begins anew
        self._next = start + len(samples)
        native = samples[:, wish.channel]
        channel = self._channels[wish.channel]
        self._look_for_clipping(native)
        microvolt = native.astype(np.float32) * channel.gain_uv + channel.offset_uv
        self._shaped = np.concatenate((self._shaped, self._band(microvolt[:, np.newaxis])))
        self._make(wish)

    def lost_until(self, stop: int) -> None:
        """Nothing is heard of what did not come."""

    def _restart(self, channel: int) -> None:
        s = self._settings
        half = reach(self._step)
        self._band = Band(self._fs, s.high_pass_hz, s.low_pass_hz, 1)
        self._shaped = np.zeros((half, 1))
        self._first = -half
        self._place = 0.0
        self._next = 0
        self._mute_left = 0
        self._heard = channel

    def _look_for_clipping(self, native: NDArray[Any]) -> None:
        if self._limits is None or not len(native):
            return
        low, high = self._limits.min, self._limits.max
        if int(native.max()) >= high or int(native.min()) <= low + 1:
            self._mute_left = round(_MUTE_S * self._fs)
        else:
            self._mute_left = max(self._mute_left - len(native), 0)

    def _make(self, wish: Listening) -> None:
        """Frames of everything that is there; a little faster or slower to keep the level."""
        half = reach(self._step)
        last = self._first + len(self._shaped) - half - 1
        step = self._step * self._pace()
        n = int((last - self._place) / step)
        if n < 1:
            return
        positions = self._place + step * np.arange(n, dtype=np.float64)
        self._place += step * n
        values = values_at(self._shaped, self._first, positions, self._step)[:, 0]
        gain = wish.volume / wish.full_scale_uv * (-1.0 if wish.inverted else 1.0)
        if self._mute_left:
            gain = 0.0
        mono = limited(values * gain, self._settings.limit_from)
        frames = np.repeat(mono[:, np.newaxis], 2, axis=1).astype(np.float32)
        self._put(np.ascontiguousarray(frames))
        drop = int(self._place) - half - 1 - self._first
        if drop > 0:
            self._shaped = self._shaped[drop:]
            self._first += drop

    def _pace(self) -> float:
        level = self._ready.n_frames / FRAME_RATE_HZ
        return 1.0 + float(np.clip((level - TARGET_S) * 0.2, -_STEEPEST, _STEEPEST))

    def _put(self, frames: Frames) -> None:
        most = round(_MOST_S * FRAME_RATE_HZ)
        with self._lock:
            self._ready.put(frames)
            self._levels.append(self._ready.n_frames / FRAME_RATE_HZ)
            if self._ready.n_frames > most and self._device is not None:
                self._skipped += self._began
                self._ready.shorten(TARGET_S * FRAME_RATE_HZ)

    # -- device thread -----------------------------------------------------------------------

    def _source(self) -> Generator[Frames, int, None]:
        wanted = yield np.zeros((0, 2), np.float32)
        while True:
            frames = self._take(wanted)
            wanted = yield self._with_alarm(frames)

    def _with_alarm(self, frames: Frames) -> Frames:
        left = self._alarm_left
        if left <= 0:
            return frames
        n = min(len(frames), left)
        t = (np.arange(n) + left) / FRAME_RATE_HZ
        tone = _ALARM_SIZE * np.sin(2 * np.pi * _ALARM_HZ * t)
        frames[:n] = np.clip(frames[:n] + tone[:, np.newaxis], -1.0, 1.0)
        self._alarm_left = left - n
        return frames

    def _take(self, n: int) -> Frames:
        with self._lock:
            if not self._began:
                if self._ready.n_frames < TARGET_S * FRAME_RATE_HZ:
                    return np.zeros((n, 2), np.float32)  # begins once there is enough to go on
                self._began = True
            out, done = self._ready.take(n)
            if done < n:
                self._glitches += 1
                self._began = False
        return out
