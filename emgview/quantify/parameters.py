"""Parameters of the decomposition: read from a data file, hashed, stored with every result."""

from __future__ import annotations

import hashlib
import tomllib
from functools import lru_cache
from pathlib import Path
from typing import TypeVar

import msgspec
import rfc8785

from emgview.errors import FileError
from emgview.resource_files import resource
from emgview.typed_data import typed

T = TypeVar("T")


class BandLimits(msgspec.Struct, frozen=True):
    """What units are told apart in."""

    high_pass_hz: float
    low_pass_hz: float
    working_rate_hz: float
    block_ms: float
    noise_quantile: float


class Spikes(msgspec.Struct, frozen=True):
    """Spikes that stand out."""

    threshold_sigma: float
    apart_ms: float
    change_ms: float
    change_fraction: float
    greatest_number: int


class Cluster(msgspec.Struct, frozen=True):
    """Alike spikes."""

    before_ms: float
    after_ms: float
    noise_factor: float
    shape_fraction: float
    least: int
    most_units: int


class TemplateSize(msgspec.Struct, frozen=True):
    """Extent of the templates."""

    before_ms: float
    after_ms: float
    phases: int


class Match(msgspec.Struct, frozen=True):
    """When a template explains the signal."""

    certain: float
    expected: float
    early: float
    refractory_ms: float
    dead_ms: float
    noise_gain: float
    superposed_ms: float
    most_resolved: int
    rounds: int
    well_explained: float


class TrainLimits(msgspec.Struct, frozen=True):
    """What a train of one unit looks like."""

    same_unit: float
    same_unit_in_gaps: float
    composite: float
    split_early: float
    no_rhythm: float
    most_hz: float
    linked: float
    change_part: float
    linked_ms: float
    linked_jitter_ms: float
    least_discharges: int
    irregular_cv: float
    most_early: float


class Decomposition(msgspec.Struct, frozen=True):
    """All of ``resources/quantify/decomposition.toml``; see there for meaning and source."""

    version: str
    band: BandLimits
    spikes: Spikes
    cluster: Cluster
    template: TemplateSize
    match: Match
    train: TrainLimits

    def sha256(self) -> str:
        """Hash of the RFC 8785 text of all values."""
        return hashlib.sha256(rfc8785.dumps(msgspec.to_builtins(self))).hexdigest()


def load(path: Path, kind: type[T]) -> T:
    """Values of a TOML file.

    Raises
    ------
    FileError
        If a value is missing or of the wrong type; the text names it.
    """
    try:
        data = tomllib.loads(path.read_text(encoding="utf-8"))
        return typed(data, kind, strict=False)
    except (OSError, UnicodeDecodeError, tomllib.TOMLDecodeError, msgspec.ValidationError) as error:
        raise FileError(path.name, "", str(error), "Correct the data file.") from error


@lru_cache(maxsize=1)
def decomposition_parameters() -> Decomposition:
    """The shipped parameters."""
    return load(resource("quantify/decomposition.toml"), Decomposition)
