"""Reads HDF5 files of other programs: a dataset, its rate, its unit, its orientation."""

from __future__ import annotations

from dataclasses import dataclass

_MICROVOLT_OF_UNIT = {"v": 1e6, "mv": 1e3, "uv": 1.0, "nv": 1e-3}
_RATE_NAMES = (
    "fs",
    "sampling_rate",
    "samplingrate",
    "sampling_rate_hz",
    "sample_rate",
    "samplerate",
    "sampling_frequency",
    "samplingfrequency",
    "sfreq",
    "rate",
    "sampling rate",
)
_UNIT_NAMES = ("unit", "units")
# More rows than this in both directions: either could be time.
_MOST_CHANNELS = 64
_PREVIEW_CHANNELS = 64


@dataclass(frozen=True, slots=True)
class DatasetSummary:
    """One dataset of a file; attributes as short texts."""

    path: str
    shape: tuple[int, ...]
    dtype: str
    attributes: dict[str, str]
