"""A stretch of a recording as blocks of sound, and the way back from a frame to a sample."""

from __future__ import annotations

from bisect import bisect_right
from collections import deque
from dataclasses import dataclass

import numpy as np
from numpy.typing import NDArray

from emgview.model import SampleInterval, SampleSource
from emgview.sound.resampling import reach, values_at
from emgview.sound.settings import SoundSettings, load_sound_settings
from emgview.sound.shaping import Band, limited

FRAME_RATE_HZ = 48_000

Frames = NDArray[np.float32]
Float = NDArray[np.float64]


@dataclass(frozen=True, slots=True)
class Wish:
    """What is to be heard.

    Parameters
    ----------
    start : int
        First sample.
    channels : tuple of int
        One (both ears) or two (left, right).
    full_scale_uv : tuple of float
        µV of each channel that drive the loudspeaker fully, before ``volume``.
    inverted : tuple of bool
        Channels that are drawn turned over sound turned over too.
    volume : float
        0…1.
    speed : float
        1 is real time; below it the pitch goes down with the speed.
    loop : SampleInterval or None
        Stretch to be heard again and again; else the sound ends with the recording.
    """

    start: int
    channels: tuple[int, ...]
    full_scale_uv: tuple[float, ...]
    inverted: tuple[bool, ...] = ()
    volume: float = 1.0
    speed: float = 1.0
    loop: SampleInterval | None = None


@dataclass(frozen=True, slots=True)
class _Segment:
    """From frame ``frame`` on, the sound runs from sample ``sample`` on."""

    frame: int
    sample: float


class SoundStream:
    """Sound of a source, block after block; belongs to one thread, the source's.

    :meth:`sample_at` may be asked from any thread.
    """

    def __init__(
        self, source: SampleSource, wish: Wish, settings: SoundSettings | None = None
    ) -> None:
        s = settings or load_sound_settings()
        self._source, self._wish, self._settings = source, wish, s
        fs = source.info.sampling_rate_hz
        self._step = fs * wish.speed / FRAME_RATE_HZ
        self._band = Band(fs, s.high_pass_hz, s.low_pass_hz, len(wish.channels))
        self._stretch = wish.loop or source.info.whole
        start = wish.start if self._stretch.contains(wish.start) else self._stretch.start
        signs = [-1.0 if turned else 1.0 for turned in wish.inverted] or [1.0] * len(wish.channels)
        self._gain = np.array(signs) * wish.volume / np.array(wish.full_scale_uv)
        half = reach(self._step)
        self._shaped: Float = np.zeros((half, len(wish.channels)))  # silence before the start
        self._parts: deque[tuple[int, int]] = deque()
        self._first = -half  # of ``_shaped``, counted along what is heard
        self._next = start  # sample to be read next
        self._read = 0  # samples read so far
        self._place = 0.0  # of the next frame, counted along what is heard
        self._frame = 0
        self._segments = [_Segment(0, float(start))]
        self._ended_at: int | None = None

    @property
    def ended(self) -> bool:
        """Whether the last frame has been given."""
        return self._ended_at is not None and self._place >= self._ended_at

    def block(self, n_frames: int) -> Frames:
        """The next frames (n, 2) float32 within −1…1; fewer at the end, none after it."""
        # Of the number of each frame, not summed up: the same place whatever the blocks.
        frames = np.arange(self._frame, self._frame + n_frames, dtype=np.float64)
        positions: Float = self._step * frames
        self._fill(int(positions[-1]) + reach(self._step) + 1)
        if self._ended_at is not None:
            positions = positions[positions < self._ended_at]
        if len(positions) == 0:
            return np.zeros((0, 2), np.float32)
        values = values_at(self._shaped, self._first, positions, self._step)
        self._frame += len(positions)
        self._place = self._frame * self._step
        self._forget(int(self._place) - reach(self._step) - 1)
        sound = limited(values * self._gain, self._settings.limit_from)
        return np.ascontiguousarray(np.broadcast_to(sound, (len(sound), 2)), dtype=np.float32)

    def sample_at(self, frame: float) -> float:
        """Sample of the recording that is heard with a frame."""
        segments = self._segments
        index = max(bisect_right([s.frame for s in segments], frame) - 1, 0)
        return segments[index].sample + (frame - segments[index].frame) * self._step

    def _fill(self, upto: int) -> None:
        """Read and shape samples until ``upto``, counted along what is heard, is there."""
        parts = [self._shaped]
        while self._read <= upto:
            if self._ended_at is not None:
                pad = upto + 1 - self._read
                parts.append(np.zeros((pad, self._shaped.shape[1])))
                self._read += pad
                break
            stop = min(self._next + max(upto + 1 - self._read, 1), self._stretch.stop)
            if stop > self._next:
                piece = SampleInterval(self._next, stop)
                parts.append(self._band(self._source.read_uv(piece, self._wish.channels)))
                self._read += len(piece)
                self._next = stop
            if self._next >= self._stretch.stop:
                self._turn()
        self._shaped = np.concatenate(parts)

    def _turn(self) -> None:
        """At the end of the stretch: from its start again, or the end."""
        if self._wish.loop is None:
            self._ended_at = self._read
            return
        self._next = self._stretch.start
        frame = int(np.ceil((self._read - self._place) / self._step)) + self._frame
        self._segments = [*self._segments[-64:], _Segment(frame, float(self._stretch.start))]

    def _forget(self, before: int) -> None:
        drop = before - self._first
        if drop > 0:
            self._shaped = self._shaped[drop:]
            self._first = before
