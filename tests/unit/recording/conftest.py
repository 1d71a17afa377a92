"""Recordings to test with."""

from __future__ import annotations

from collections.abc import Callable
from datetime import UTC, datetime
from pathlib import Path
from typing import Any

import numpy as np
import pytest
from numpy.typing import NDArray

from emgview.model import (
    Channel,
    Chunk,
    Device,
    Phase,
    PhaseMark,
    RecordingInfo,
    SampleInterval,
    Side,
)
from emgview.recording import RecordingWriter

Samples = NDArray[Any]


def _info(n_channels: int = 2, **changes: Any) -> RecordingInfo:
    fields: dict[str, Any] = {
        "id": "8c0ff5d2-6a30-4c4e-a8cb-9d6d2f9a2a01",
        "sampling_rate_hz": 10_000.0,
        "n_samples": 0,
        "channels": tuple(
            Channel(f"EMG µ{i}", 0.25 * (i + 1), -1.5, "uV", 10.0, None, "concentric", i == 1)
            for i in range(n_channels)
        ),
        "started_at": datetime(2026, 3, 1, 9, 30, tzinfo=UTC),
        "device": Device("Maker", "Model", "SN-1", "3.2"),
        "muscle": "tibialis_anterior",
        "side": Side.LEFT,
        "phases": (PhaseMark(SampleInterval(0, 10), Phase.INSERTION, 1),),
        "origin_name": "source.edf",
        "origin_sha256": "ab" * 32,
        "notes": ("Rate taken from the header.", "Filter nicht bekannt: ü."),
    }
    return RecordingInfo(**(fields | changes))


def _noise(n_samples: int, n_channels: int = 2, dtype: Any = np.int16) -> Samples:
    numbers = np.random.default_rng(7).integers(-3000, 3000, (n_samples, n_channels))
    return numbers.astype(dtype)


@pytest.fixture(scope="session")
def make_info() -> Callable[..., RecordingInfo]:
    """Information about a recording, with all parts filled."""
    return _info


@pytest.fixture(scope="session")
def make_noise() -> Callable[..., Samples]:
    """Seeded samples (n_samples, n_channels)."""
    return _noise


@pytest.fixture
def closed_recording(tmp_path: Path) -> tuple[Path, Samples]:
    """A finished recording of 10 000 samples with a gap of 500 at 3 000, and its samples."""
    samples = _noise(10_000)
    path = tmp_path / "001.h5"
    with RecordingWriter.create(path, _info(), np.int16) as writer:
        writer.append(Chunk(samples[:3000], 0))
        writer.append(Chunk(samples[3500:], 3500, lost_before=500))
    samples[3000:3500] = np.iinfo(np.int16).min
    return path, samples
