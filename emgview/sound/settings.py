"""Numbers of the sound, from ``sound/sound.toml``."""

from __future__ import annotations

import tomllib
from dataclasses import dataclass
from functools import lru_cache

from emgview.resource_files import resource


@dataclass(frozen=True, slots=True)
class SoundSettings:
    """Band in Hz, full scale, limiter and speeds; see the data file for sources."""

    high_pass_hz: float
    low_pass_hz: float
    full_scale_div: float
    fixed_full_scale_uv: float
    limit_from: float
    speeds: tuple[float, ...]


@lru_cache(maxsize=1)
def load_sound_settings() -> SoundSettings:
    """The shipped settings.

    Raises
    ------
    FileError
        If the data file is missing.
    """
    data = tomllib.loads(resource("sound/sound.toml").read_text(encoding="utf-8"))
    return SoundSettings(
        high_pass_hz=data["band"]["high_pass_hz"],
        low_pass_hz=data["band"]["low_pass_hz"],
        full_scale_div=data["gain"]["full_scale_div"],
        fixed_full_scale_uv=data["gain"]["fixed_full_scale_uv"],
        limit_from=data["gain"]["limit_from"],
        speeds=tuple(data["speeds"]["ladder"]),
    )
