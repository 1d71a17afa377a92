"""What is known of a segment frame by frame; one channel each, for what is decided at its end."""

from __future__ import annotations

from dataclasses import dataclass, field

from emgview.model.interval import SampleInterval


@dataclass(frozen=True, slots=True)
class MainsLevel:
    """Mains found in one window: RMS in µV, part of the power between the spikes, frequency."""

    interval: SampleInterval
    rms_uv: float
    fraction: float
    line_hz: float


@dataclass(slots=True)
class SegmentLevels:
    """Frame by frame levels of a segment, for what is decided at its end."""

    frame: int
    sigma: list[float] = field(default_factory=list)
    noise: list[float] = field(default_factory=list)
    slow_peak: list[float] = field(default_factory=list)
    mains: list[MainsLevel] = field(default_factory=list)
