"""The recording: noise, description, refusals, speed, and the same discharges at every rate."""

from __future__ import annotations

import time
from collections.abc import Callable
from dataclasses import replace
from datetime import timedelta

import numpy as np
import pytest

from emgview.errors import EmgviewError
from emgview.model import load_muscles
from emgview.simulation import Scenario, Simulation, scenario, scenarios, simulate

IDS = [made.id for made in scenarios()]


@pytest.mark.parametrize("scenario_id", IDS)
def test_every_scenario_runs_in_full(scenario_id: str, once: Callable[..., Simulation]) -> None:
    made = scenario(scenario_id)
    simulation = once(scenario_id)
    assert simulation.samples.dtype == np.int16
    assert simulation.samples.shape == (simulation.info.n_samples, made.channels)
    assert simulation.info.duration_s == made.seconds
    assert np.abs(simulation.samples).max() > 0


@pytest.mark.parametrize("made", scenarios(), ids=IDS)
def test_muscle_is_in_the_table_and_the_note_says_simulated(
    made: Scenario, once: Callable[..., Simulation]
) -> None:
    info = once(made.id).info
    assert load_muscles().get(info.muscle) is not None
    assert any("Simulated" in note for note in info.notes)
    assert info.channels[0].electrode == made.electrode
    assert made.electrode in ("concentric", "monopolar", "surface")


def test_baseline_noise_has_the_stated_size_and_falls_with_frequency() -> None:
    simulation = simulate(replace(scenario("rest_normal"), components=()), seconds=20, seed=3)
    signal = simulation.samples[:, 0] * simulation.info.channels[0].gain_uv
    assert signal.std() == pytest.approx(scenario("rest_normal").noise_uv, rel=0.1)
    power = np.abs(np.fft.rfft(signal)) ** 2
    hz = np.fft.rfftfreq(len(signal), 1.0 / 20_000)
    low = power[(hz > 20) & (hz < 60)].mean()
    middle = power[(hz > 1000) & (hz < 2000)].mean()
    assert low > 1.5 * middle
    assert power[(hz > 9500)].mean() < middle


def test_same_seed_gives_same_bytes_and_another_seed_does_not() -> None:
    first, again, other = (simulate("demo", seconds=30, seed=seed) for seed in (4, 4, 5))
    assert first.samples.tobytes() == again.samples.tobytes()
    assert (first.info, first.truth, first.stretches) == (
        again.info,
        again.truth,
        again.stretches,
    )
    assert first.samples.tobytes() != other.samples.tobytes()
    assert first.info.id != other.info.id


@pytest.mark.parametrize("scenario_id", ["fib_psw_mixed", "fasciculation_simple", "artefacts"])
@pytest.mark.parametrize("fs", [2000.0, 4000.0, 10_000.0, 48_000.0])
def test_another_sampling_rate_shows_the_same_discharges(scenario_id: str, fs: float) -> None:
    """A slow recorder smooths a potential and so may move its peak, not its discharge."""
    usual = simulate(scenario_id, seconds=80, seed=6).truth
    other = simulate(scenario_id, seconds=80, seed=6, fs=fs).truth
    assert abs(len(usual) - len(other)) <= 1  # the last one may end outside
    by_unit = {
        unit: [one.peak_sample / 20_000 for one in usual if one.unit == unit]
        for unit in {one.unit for one in usual}
    }
    for unit, times in by_unit.items():
        seen = [one.peak_sample / fs for one in other if one.unit == unit]
        pairs = np.array([(a, b) for a, b in zip(times, seen, strict=False)])
        assert np.abs(pairs[:, 0] - pairs[:, 1]).max() < 0.002


def test_phases_tell_rest_from_contraction() -> None:
    info = simulate("voluntary_then_rest", seconds=60, seed=1).info
    assert [mark.phase.value for mark in info.phases] == ["slight", "rest"]
    assert info.phases[-1].interval.stop == info.n_samples


def test_start_is_fixed_and_has_a_time_zone() -> None:
    first, second = (simulate("demo", seconds=1, seed=seed).info for seed in (1, 2))
    assert first.started_at is not None
    assert first.started_at == second.started_at
    assert first.started_at.utcoffset() == timedelta(0)


def test_an_unknown_scenario_is_refused_with_the_known_ones() -> None:
    with pytest.raises(EmgviewError, match="rest_normal") as caught:
        simulate("no_such", seconds=1, seed=0)
    assert "no_such" in str(caught.value)


@pytest.mark.parametrize(
    "wrong",
    [
        {"seconds": 0.0},
        {"seconds": -1.0},
        {"seconds": float("nan")},
        {"seconds": float("inf")},
        {"fs": 10.0},
        {"fs": float("nan")},
        {"seed": -1},
    ],
)
def test_impossible_arguments_are_refused(wrong: dict[str, float]) -> None:
    given = {"seconds": 1.0, "seed": 1, "fs": 20_000.0, **wrong}
    with pytest.raises(EmgviewError):
        simulate("rest_normal", seconds=given["seconds"], seed=int(given["seed"]), fs=given["fs"])


def test_ten_minutes_take_a_few_seconds() -> None:
    started = time.perf_counter()
    simulation = simulate("mixed_spontaneous", seconds=600, seed=1)
    assert time.perf_counter() - started < 15.0  # 2 s on an idle machine
    assert len(simulation.samples) == 12_000_000
