"""Rules of marking and measuring, as data."""

from __future__ import annotations

from functools import lru_cache

import msgspec

from emgview.quantify.parameters import load
from emgview.resource_files import resource


class MarkingRule(msgspec.Struct, frozen=True):
    """Where a potential begins and ends."""

    title: str
    source: str
    level_uv: float
    level_fraction: float
    level_noise: float
    slope_uv_per_ms: float
    slope_noise: float
    smooth_ms: float
    flat_ms: float
    before_ms: float
    after_ms: float


class Window(msgspec.Struct, frozen=True):
    """What is averaged."""

    before_ms: float
    after_ms: float
    ends_ms: float
    trim: float
    rounds: int


class MeasureLimits(msgspec.Struct, frozen=True):
    """What makes a phase, a turn, a satellite."""

    rate_hz: float
    phase_uv: float
    phase_fraction: float
    phase_noise: float
    turn_uv: float
    turn_noise: float
    satellite_uv: float
    satellite_noise: float
    satellite_ms: float
    satellite_last_ms: float


class Validity(msgspec.Struct, frozen=True):
    """What may be stated at all."""

    high_pass_most_hz: float
    least_rate_hz: float
    least_amplitude_uv: float
    longest_rise_ms: float
    largest_noise: float


class Marking(msgspec.Struct, frozen=True):
    """All of ``resources/quantify/marking.toml``; see there for meaning and source."""

    version: str
    default: str
    rule: dict[str, MarkingRule]
    window: Window
    measure: MeasureLimits
    validity: Validity

    @property
    def used(self) -> MarkingRule:
        """The default rule."""
        return self.rule[self.default]


@lru_cache(maxsize=1)
def default_marking() -> Marking:
    """The shipped rules."""
    return load(resource("quantify/marking.toml"), Marking)
