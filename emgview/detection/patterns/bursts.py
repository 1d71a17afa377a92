"""Short bursts of discharges, whatever their units: what two channels are compared by."""

from __future__ import annotations

from dataclasses import dataclass

import numpy as np
from numpy.typing import NDArray

from emgview.detection.parameters import Parameters
from emgview.detection.patterns.discharges import Discharges

Int = NDArray[np.int64]


@dataclass(frozen=True, slots=True, eq=False)
class Burst:
    """A burst with silence before and after; ``peaks`` count from the segment's start.

    ``rate_hz`` is that of its discharges.
    """

    peaks: Int
    rate_hz: float

    @property
    def start(self) -> int:
        """First peak."""
        return int(self.peaks[0])

    @property
    def stop(self) -> int:
        """One past the last peak."""
        return int(self.peaks[-1]) + 1


def bursts_of(found: Discharges, rate_hz: float, stride: int, p: Parameters) -> list[Burst]:
    """Bursts of a block, on the recording's samples."""
    b = p.bursts
    gap = round(b.gap_ms / 1000 * rate_hz)
    parts = np.split(found.times, np.flatnonzero(np.diff(found.times) > gap) + 1)
    out = []
    for times in parts:
        seconds = (times[-1] - times[0]) / rate_hz
        if len(times) >= b.least_n and b.length_s[0] <= seconds <= b.length_s[1]:
            out.append(Burst(times * stride, float(rate_hz / np.median(np.diff(times)))))
    return out
