"""Rules of the comparison, as replaceable data (``resources/evaluation/rules.toml``)."""

from __future__ import annotations

import tomllib
from functools import lru_cache
from pathlib import Path

import msgspec

from emgview.errors import FileError
from emgview.resource_files import resource
from emgview.typed_data import typed


class Matching(msgspec.Struct, frozen=True):
    """Greatest distance of two peaks that are one potential, in milliseconds."""

    needle_ms: float
    surface_ms: float

    def tolerance(self, fs: float, *, surface: bool) -> int:
        """The same in samples at ``fs`` Hz."""
        return round((self.surface_ms if surface else self.needle_ms) / 1000.0 * fs)


class Discharge(msgspec.Struct, frozen=True):
    """Classes that are matched by shared time, and how much of it; gaps in seconds."""

    classes: tuple[str, ...]
    least_covered: float
    least_right: float
    series_gap_s: float
    series_gap_s_of: dict[str, float]

    def gap_s(self, name: str) -> float:
        """Seconds that may lie between two discharges of one series."""
        return self.series_gap_s_of.get(name, self.series_gap_s)


class Presence(msgspec.Struct, frozen=True):
    """True events that make a channel one where a class is there."""

    least: int
    least_of: dict[str, int]

    def needed(self, name: str) -> int:
        """Events needed for a coarse class."""
        return self.least_of.get(name, self.least)


class Snr(msgspec.Struct, frozen=True):
    """Lower edges of the bands: largest deflection through the RMS of the noise."""

    edges: tuple[float, ...]


class Train(msgspec.Struct, frozen=True):
    """Matched potentials of one unit that an error of rate and amplitude needs."""

    least: int


class Bootstrap(msgspec.Struct, frozen=True):
    """Draws over recordings, seed, and level of the interval (0.95: 95 %)."""

    draws: int
    seed: int
    level: float


class Scores(msgspec.Struct, frozen=True):
    """Bins of the reliability of scores; proposals of a class that a map of its own needs."""

    bins: int
    least: int


class Rules(msgspec.Struct, frozen=True):
    """All rules."""

    version: str
    matching: Matching
    discharge: Discharge
    presence: Presence
    snr: Snr
    train: Train
    bootstrap: Bootstrap
    scores: Scores

    def is_discharge(self, name: str) -> bool:
        """Whether a coarse class is matched by shared time."""
        return name in self.discharge.classes


def load_rules(path: Path) -> Rules:
    """Rules of a TOML file.

    Raises
    ------
    FileError
        If a value is missing or of the wrong type; the text names it.
    """
    try:
        data = tomllib.loads(path.read_text(encoding="utf-8"))
        return typed(data, Rules, strict=False)
    except (OSError, tomllib.TOMLDecodeError, msgspec.ValidationError) as error:
        raise FileError(path.name, "", str(error), "Correct the rules.") from error


@lru_cache(maxsize=1)
def default_rules() -> Rules:
    """The shipped rules."""
    return load_rules(resource("evaluation/rules.toml"))
