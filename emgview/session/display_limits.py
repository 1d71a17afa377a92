"""Numbers of the trace view, from ``resources/display/limits.toml``."""

from __future__ import annotations

import tomllib
from functools import lru_cache

import msgspec

from emgview.resource_files import resource
from emgview.typed_data import typed


class DurationLimit(msgspec.Struct, frozen=True):
    """Up to which high-pass durations are valid."""

    high_pass_most_hz: float
    source: str


class FilterChoices(msgspec.Struct, frozen=True):
    """Corners of the display filter, ascending, in Hz."""

    high_pass_hz: tuple[float, ...]
    low_pass_hz: tuple[float, ...]
    mains_hz: tuple[float, ...]
    harmonics_most: int
    comb_bandwidth_hz: float
    source: str


class ClippingRule(msgspec.Struct, frozen=True):
    """What tells a clipped stretch from a true peak; see the data file."""

    least_run_samples: int
    least_jump_steps: float
    least_converter_bits: int
    source: str


class DisplayLimits(msgspec.Struct, frozen=True):
    """All numbers of the trace view that are not a matter of drawing."""

    version: str
    duration: DurationLimit
    filters: FilterChoices
    clipping: ClippingRule


@lru_cache(maxsize=1)
def load_display_limits() -> DisplayLimits:
    """The shipped numbers."""
    text = resource("display/limits.toml").read_text(encoding="utf-8")
    return typed(tomllib.loads(text), DisplayLimits)
