"""The user's settings: typed, versioned JSON in the platform's folder. No patient data.

Recent files are kept as paths; they stay on this machine and can be cleared.
"""

from __future__ import annotations

import os
from pathlib import Path

import msgspec
import platformdirs

from emgview.session.modes import Modes
from emgview.session.presets import Preset
from emgview.session.report_look import LaboratorySettings
from emgview.session.traces import DisplayFilter
from emgview.typed_data import typed_json

_MOST_RECENT = 10


class Settings(msgspec.Struct, frozen=True, omit_defaults=True):
    """What the program remembers of the user's choices."""

    version: int = 1
    reader_name: str = ""
    reader_credential: str = ""
    reader_role: str = "interpreter"
    theme: str = "scope"
    recent: tuple[str, ...] = ()
    identity_file: str = ""
    display_filter: DisplayFilter = DisplayFilter()
    show_filtered: bool = False
    presets: tuple[Preset, ...] = ()
    true_scale: bool = False
    mm_per_div: float = 0.0
    screens: dict[str, float] = {}
    amplitude_limit_uv: float = 0.0
    clock_time: bool = False
    modes: Modes = Modes()
    keys: dict[str, tuple[str, ...]] = {}
    live_keys: dict[str, tuple[str, ...]] = {}
    sound_volume: float = 0.7
    sound_follows_gain: bool = True
    sound_device: str = ""
    live_source: str = ""
    laboratory: LaboratorySettings = LaboratorySettings()

    def with_recent(self, path: Path) -> Settings:
        """The same with ``path`` as the most recent one."""
        text = str(path)
        kept = [text, *(other for other in self.recent if other != text)]
        return msgspec.structs.replace(self, recent=tuple(kept[:_MOST_RECENT]))


def settings_path() -> Path:
    """Where the settings lie; ``EMGVIEW_SETTINGS`` overrides it for tests."""
    override = os.environ.get("EMGVIEW_SETTINGS")
    if override:
        return Path(override)
    return Path(platformdirs.user_config_dir("emgview", appauthor=False)) / "settings.json"


def load_settings(path: Path | None = None) -> Settings:
    """Settings, or the defaults where there are none or they cannot be understood.

    A damaged file is set aside with the ending ``.damaged``, so that nothing is lost silently.
    """
    path = path or settings_path()
    try:
        return typed_json(path.read_bytes(), Settings)
    except FileNotFoundError:
        return Settings()
    except msgspec.DecodeError:
        path.replace(path.with_suffix(".damaged"))
        return Settings()


def save_settings(settings: Settings, path: Path | None = None) -> None:
    """Replace the settings file."""
    path = path or settings_path()
    path.parent.mkdir(parents=True, exist_ok=True)
    fresh = path.with_suffix(".new")
    fresh.write_bytes(msgspec.json.format(msgspec.json.encode(settings), indent=2))
    fresh.replace(path)
