"""Notices that the needle moved: a large slow deflection, by the detector's own measure."""

from __future__ import annotations

import numpy as np

from emgview.detection.parameters import Parameters, default_parameters
from emgview.model import RecordingInfo, SampleInterval
from emgview.recording import RingBuffer
from emgview.signal.filters import ChannelFilter, design_band

_MOST_S = 2.0


class MovementWatch:
    """Follows a ring buffer; belongs to one thread.

    Parameters
    ----------
    info : RecordingInfo
    parameters : Parameters, optional
        Of the detector: corner of the slow band and the deflection that counts.
    """

    def __init__(self, info: RecordingInfo, parameters: Parameters | None = None) -> None:
        p = (parameters or default_parameters()).stream
        self._fs, self._limit_uv = info.sampling_rate_hz, p.movement_uv
        self._channels = tuple(n for n, c in enumerate(info.channels) if c.unit == "uV")
        self._sections = design_band(self._fs, None, p.slow_high_hz)
        self._frame = max(round(p.frame_s * self._fs), 1)
        self._filter = self._fresh()
        self._next = 0

    def look(self, ring: RingBuffer) -> int | None:
        """Newest sample at which the needle moved since the last look; None where it did not."""
        head = ring.head
        if not self._channels:
            return None
        if not 0 <= head - self._next <= _MOST_S * self._fs:
            self._next = max(head - round(_MOST_S * self._fs), 0)
            self._filter = self._fresh()
        n = (head - self._next) // self._frame * self._frame
        if n == 0:
            return None
        first = self._next
        rows = ring.read_uv(SampleInterval(first, first + n), self._channels)
        slow = self._filter(rows)
        self._next = first + n
        frames = slow.reshape(n // self._frame, self._frame, -1)
        with np.errstate(invalid="ignore"):
            moved = (frames.max(axis=1) - frames.min(axis=1) > self._limit_uv).any(axis=1)
        found = np.flatnonzero(moved)
        return first + (int(found[-1]) + 1) * self._frame if len(found) else None

    def _fresh(self) -> ChannelFilter:
        sections = np.empty((0, 6)) if self._sections is None else self._sections
        return ChannelFilter(sections, len(self._channels))
