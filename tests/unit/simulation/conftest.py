"""Recordings that several tests look at, made once."""

from __future__ import annotations

from collections.abc import Callable
from functools import cache

import pytest

from emgview.simulation import Simulation, simulate

Recordings = Callable[[str], tuple[Simulation, ...]]


@cache
def _recordings(scenario_id: str) -> tuple[Simulation, ...]:
    return tuple(simulate(scenario_id, seconds=60, seed=seed) for seed in range(5))


@pytest.fixture(scope="session")
def recordings() -> Recordings:
    """Five recordings of a scenario, one minute each."""
    return _recordings
