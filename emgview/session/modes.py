"""Display modes as values: what each shows, and how it begins. Pure."""

from __future__ import annotations

import tomllib
from enum import StrEnum
from functools import lru_cache
from typing import Any

import msgspec

from emgview.resource_files import resource
from emgview.typed_data import typed


class DisplayMode(StrEnum):
    """How a window of samples is laid out, as on an EMG machine."""

    FREE_RUN = "free_run"
    SWEEP = "sweep"
    RASTER = "raster"
    TRIGGERED = "triggered"
    SUPERIMPOSED = "superimposed"


class Ladders(msgspec.Struct, frozen=True):
    """Steps of the keys, and bounds."""

    sweeps: tuple[int, ...]
    before: tuple[float, ...]
    level_step_div: float
    window_div: float
    most_values: int


class ModeSettings(msgspec.Struct, frozen=True, omit_defaults=True):
    """What one mode remembers.

    Parameters
    ----------
    ms_per_div : float
        Its own sweep; 0: that of the free run.
    n_sweeps : int
        Newest ones shown; 0: all.
    before : float
        Part of the sweep before the trigger.
    stacked : bool
        Below each other instead of over each other.
    average : bool
        With the mean of what is shown.
    """

    ms_per_div: float = 0.0
    n_sweeps: int = 1
    before: float = 0.0
    stacked: bool = False
    average: bool = False


class TriggerSettings(msgspec.Struct, frozen=True, omit_defaults=True):
    """Where a triggered sweep begins.

    Parameters
    ----------
    level_uv : float
        Crossed towards positive (``rising``) or towards negative.
    window_uv : float
        Potentials that go farther beyond the level do not count; 0: any size.
    hold_off_part : float
        Time without another trigger, as a part of the sweep behind the trigger.
    by_template : bool
        Superimposed: only the potentials of the selected item, or all of its class.
    """

    level_uv: float = 50.0
    window_uv: float = 0.0
    rising: bool = True
    hold_off_part: float = 1.0
    by_template: bool = False

    @property
    def limit_uv(self) -> float | None:
        """Far end of the window."""
        if not self.window_uv:
            return None
        return self.level_uv + (self.window_uv if self.rising else -self.window_uv)

    def describe(self) -> str:
        """``level 50 µV, positive-going``, ``window 50 … 150 µV, positive-going``."""
        slope = "positive-going" if self.rising else "negative-going"
        if self.limit_uv is None:
            return f"level {self.level_uv:g} µV, {slope}"
        return f"window {self.level_uv:g} … {self.limit_uv:g} µV, {slope}"


class Modes(msgspec.Struct, frozen=True, omit_defaults=True):
    """What is remembered of all modes; an empty one is as shipped."""

    mode: dict[DisplayMode, ModeSettings] = {}
    trigger: TriggerSettings | None = None

    def of(self, mode: DisplayMode) -> ModeSettings:
        """Settings of a mode, the shipped ones where nothing is remembered."""
        return self.mode.get(mode) or shipped_modes().mode.get(mode) or ModeSettings()

    @property
    def trigger_now(self) -> TriggerSettings:
        """The trigger, the shipped one where nothing is remembered."""
        return self.trigger or shipped_modes().trigger or TriggerSettings()

    def changed(self, mode: DisplayMode, **changes: object) -> Modes:
        """With other settings of one mode."""
        fresh = msgspec.structs.replace(self.of(mode), **changes)
        return msgspec.structs.replace(self, mode={**self.mode, mode: fresh})

    def retriggered(self, **changes: object) -> Modes:
        """With another trigger."""
        fresh = msgspec.structs.replace(self.trigger_now, **changes)
        return msgspec.structs.replace(self, trigger=fresh)


def _data() -> dict[str, Any]:
    return tomllib.loads(resource("display/modes.toml").read_text(encoding="utf-8"))


@lru_cache(maxsize=1)
def shipped_modes() -> Modes:
    """As the program comes."""
    return typed(_data(), Modes)


@lru_cache(maxsize=1)
def ladders() -> Ladders:
    """Steps of the keys."""
    return typed(_data(), Ladders)
