"""Numbers of review that a laboratory may want to replace: ``resources/review/review.toml``."""

from __future__ import annotations

import tomllib
from functools import lru_cache

import msgspec

from emgview.resource_files import resource
from emgview.typed_data import typed


class TrainSettings(msgspec.Struct, frozen=True):
    """The panel of one train."""

    before_ms: float
    after_ms: float
    most_waveforms: int
    n_blocks: int
    histogram_bins: int
    histogram_most: float
    correlogram_lags: float
    correlogram_bins: int


class QueueSettings(msgspec.Struct, frozen=True):
    """Weights of the order *what helps most*; ``groups``: consequence of each group of classes."""

    uncertainty: float
    consequence: float
    size: float
    groups: dict[str, float]


class SimilarSettings(msgspec.Struct, frozen=True):
    """Distance of templates."""

    start: float
    most: float
    most_potentials: int
    size_weight: float


class SnapSettings(msgspec.Struct, frozen=True):
    """Own labels on potentials."""

    reach_ms: float
    least_snr: float
    most_ms: float


class CarrySettings(msgspec.Struct, frozen=True):
    """When an item of one run is that of another."""

    tolerance_ms: float
    least_share: float


class AuditSettings(msgspec.Struct, frozen=True):
    """Windows of the blinded audit."""

    window_s: float
    n_with: int
    n_without: int
    level: float


class RhythmSettings(msgspec.Struct, frozen=True):
    """Bursts, double discharges and windows in which units are counted."""

    window_s: float
    burst_factor: float
    burst_least_s: float
    burst_least: int
    double_ms: float


class SitesSettings(msgspec.Struct, frozen=True):
    """What comes back at other sites of a muscle."""

    alike: float
    most_items: int


class ReviewSettings(msgspec.Struct, frozen=True):
    """All of it."""

    version: str
    train: TrainSettings
    queue: QueueSettings
    similar: SimilarSettings
    snap: SnapSettings
    carry: CarrySettings
    audit: AuditSettings
    rhythm: RhythmSettings
    sites: SitesSettings


@lru_cache(maxsize=1)
def load_review_settings() -> ReviewSettings:
    """The shipped numbers."""
    text = resource("review/review.toml").read_text(encoding="utf-8")
    return typed(tomllib.loads(text), ReviewSettings, strict=False)
