"""What must not depend on what: moments on the rate, noise on the length, one part on another."""

from __future__ import annotations

import dataclasses

import numpy as np
from hypothesis import given, settings
from hypothesis import strategies as st

from emgview.simulation import Simulation, scenario, simulate

SEEDS = st.integers(0, 2**32)


@settings(max_examples=12, deadline=None)
@given(
    scenario_id=st.sampled_from(
        [
            "fibrillation",
            "fasciculation_simple",
            "end_plate",
            "demo",
            "example_myotonic",
            "example_cramp",
            "example_facial_myokymia",
            "artefact_pump",
        ]
    ),
    seed=SEEDS,
    fs=st.floats(2_000.0, 48_000.0),
)
def test_potentials_stand_at_the_same_moments_at_every_rate(
    scenario_id: str, seed: int, fs: float
) -> None:
    """Same number, classes and units; middles within what a narrower band blurs."""
    here = _middles_s(simulate(scenario_id, seconds=12, seed=seed, fs=48_000.0))
    there = _middles_s(simulate(scenario_id, seconds=12, seed=seed, fs=fs))
    inner = [key for key in here if 0.2 < here[key] < 11.8]
    assert all(key in there for key in inner)
    late = np.array([there[key] - here[key] for key in inner])
    if len(late):
        assert np.abs(late).max() < 0.003
        assert abs(float(np.median(late))) < 0.0008 + 1.0 / fs


def _middles_s(made: Simulation) -> dict[tuple[str, int, int], float]:
    """Middle of each potential, by class, unit and its number within the unit."""
    count: dict[int, int] = {}
    found: dict[tuple[str, int, int], float] = {}
    for p in sorted(made.truth, key=lambda p: p.interval.start + p.interval.stop):
        count[p.unit] = count.get(p.unit, -1) + 1
        middle = (p.interval.start + p.interval.stop) / 2.0 / made.info.sampling_rate_hz
        found[p.activity, p.unit, count[p.unit]] = middle
    return found


@settings(max_examples=10, deadline=None)
@given(seed=SEEDS, seconds=st.floats(1.0, 5.0))
def test_the_beginning_of_the_noise_does_not_depend_on_the_length(
    seed: int, seconds: float
) -> None:
    short = simulate("rest_normal", seconds=seconds, seed=seed)
    long = simulate("rest_normal", seconds=8, seed=seed)
    assert (short.samples == long.samples[: len(short.samples)]).all()


@settings(max_examples=10, deadline=None)
@given(seed=SEEDS)
def test_one_component_more_leaves_the_others_as_they_were(seed: int) -> None:
    """Each component draws from a stream of its own."""
    mixed = scenario("fib_psw_mixed")
    alone = dataclasses.replace(mixed, components=mixed.components[:1])
    both = simulate(mixed, seconds=4, seed=seed, fs=10_000.0)
    one = simulate(alone, seconds=4, seed=seed, fs=10_000.0)
    assert tuple(p for p in both.truth if p.activity == "fib") == one.truth


@settings(max_examples=10, deadline=None)
@given(seed=SEEDS)
def test_another_seed_gives_another_recording(seed: int) -> None:
    one, two = (simulate("fibrillation", seconds=4, seed=s, fs=5_000.0) for s in (seed, seed + 1))
    assert one.info.id != two.info.id
    assert one.samples.tobytes() != two.samples.tobytes()
