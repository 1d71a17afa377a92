"""Recordings that several tests look at, made once."""

from __future__ import annotations

from collections.abc import Callable
from functools import cache

import pytest

from emgview.simulation import Simulation, simulate

Recordings = Callable[[str], tuple[Simulation, ...]]
Once = Callable[..., Simulation]


@cache
def _recordings(scenario_id: str) -> tuple[Simulation, ...]:
    return tuple(simulate(scenario_id, seconds=60, seed=seed) for seed in range(5))


@cache
def _once(scenario_id: str, seed: int = 1) -> Simulation:
    return simulate(scenario_id, seed=seed)


@pytest.fixture(scope="session")
def recordings() -> Recordings:
    """Five recordings of a scenario, one minute each."""
    return _recordings


@pytest.fixture(scope="session")
def once() -> Once:
    """A scenario at its own length, by id and seed; each is made once."""
    return _once
