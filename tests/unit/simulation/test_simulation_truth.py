"""The truth is exact: where it says a potential lies, there it lies."""

from __future__ import annotations

import dataclasses
from collections.abc import Callable

import numpy as np
import pytest
from numpy.typing import NDArray

from emgview.model import load_vocabulary
from emgview.simulation import Scenario, Simulation, scenario, scenarios, simulate

ACTIVE = [
    "fibrillation", "positive_sharp_waves", "fasciculation_simple", "fasciculation_complex",
    "end_plate", "ecg_paraspinal", "pops", "stimulator",
]  # fmt: skip


def quiet(scenario_id: str, units: float = 1.0) -> Scenario:
    """The scenario without noise, each of its components with one unit."""
    made = scenario(scenario_id)
    parts = tuple(
        dataclasses.replace(
            part,
            parameters=tuple(
                (name, units if name == "units" else value) for name, value in part.parameters
            ),
        )
        for part in made.components
        if part.kind != "end_plate_noise"
    )
    return dataclasses.replace(made, noise_uv=1e-6, components=parts)


def microvolt(simulation: Simulation) -> NDArray[np.float64]:
    return np.asarray(simulation.samples[:, 0] * simulation.info.channels[0].gain_uv)


@pytest.mark.parametrize("scenario_id", ACTIVE)
@pytest.mark.parametrize("fs", [2_000.0, 20_000.0, 44_100.0])
def test_peak_is_the_extreme_of_the_noise_free_signal(scenario_id: str, fs: float) -> None:
    made = simulate(quiet(scenario_id), seconds=20, seed=3, fs=fs)
    x = microvolt(made)
    alone = [p for p in made.truth if is_alone(made, p.interval.start, p.interval.stop)]
    assert alone
    for p in alone:
        inside = np.abs(x[p.interval.start : p.interval.stop])
        full_scale = 3276.7
        assert abs(x[p.peak_sample]) >= min(inside.max(), full_scale) - 0.11
        assert p.interval.contains(p.peak_sample)


def is_alone(made: Simulation, start: int, stop: int) -> bool:
    near = [p for p in made.truth if p.interval.start < stop + 40 and p.interval.stop > start - 40]
    return len(near) == 1 and start > 0 and stop < made.info.n_samples


@pytest.mark.parametrize("scenario_id", ["fibrillation", "fasciculation_simple"])
def test_interval_and_amplitude_are_those_of_the_signal(scenario_id: str) -> None:
    made = simulate(quiet(scenario_id), seconds=20, seed=4)
    x = microvolt(made)
    alone = [p for p in made.truth if is_alone(made, p.interval.start, p.interval.stop)]
    assert alone
    for p in alone:
        inside = x[p.interval.start : p.interval.stop]
        assert np.ptp(inside) == pytest.approx(p.amplitude_uv, abs=0.25)
        edge = 0.03 * p.amplitude_uv
        assert abs(x[p.interval.start - 1]) <= edge + 0.1
        assert abs(x[p.interval.start]) >= edge - 0.1
        assert abs(x[p.interval.stop]) <= edge + 0.1


def test_positive_sharp_waves_are_positive_numbers() -> None:
    """Positive at the electrode is a positive number; only the screen turns the trace over."""
    made = simulate(quiet("positive_sharp_waves"), seconds=20, seed=5)
    x = microvolt(made)
    assert made.truth
    for p in made.truth:
        assert x[p.peak_sample] > 0.0
        after = p.peak_sample + int(0.006 * made.info.sampling_rate_hz)
        assert x[after : after + 40].mean() < 0.0


def test_end_plate_spikes_start_negative() -> None:
    made = simulate(quiet("end_plate"), seconds=20, seed=6)
    x = microvolt(made)
    alone = [p for p in made.truth if is_alone(made, p.interval.start, p.interval.stop)]
    assert len(alone) > 20
    assert all(x[p.interval.start + 3] < 0.0 for p in alone)


def test_fibrillation_potentials_away_from_the_end_plate_start_positive() -> None:
    made = quiet("fibrillation")
    parameters = dict(made.components[0].parameters) | {"origin_share": 0.0}
    part = dataclasses.replace(made.components[0], parameters=tuple(parameters.items()))
    simulation = simulate(dataclasses.replace(made, components=(part,)), seconds=20, seed=7)
    x = microvolt(simulation)
    assert simulation.truth
    assert all(x[p.interval.start + 2] > 0.0 for p in simulation.truth)


def test_signal_to_noise_ratio_is_that_of_the_recording() -> None:
    """SNR is the largest deflection through the RMS of what is recorded without any activity."""
    made = scenario("fibrillation")
    noise = simulate(dataclasses.replace(made, components=()), seconds=20, seed=8)
    rms = float(microvolt(noise).std())
    for p in simulate(made, seconds=20, seed=8).truth:
        largest = p.snr * rms
        assert 0.45 * p.amplitude_uv <= largest <= 1.02 * p.amplitude_uv


@pytest.mark.parametrize("made", scenarios(), ids=lambda made: made.id)
def test_truth_is_sorted_known_and_inside(made: Scenario, once: Callable[..., Simulation]) -> None:
    simulation = once(made.id)
    vocabulary = load_vocabulary()
    order = [(p.channel, p.peak_sample) for p in simulation.truth]
    assert order == sorted(order)
    for p in simulation.truth:
        assert vocabulary.get(p.activity) is not None
        assert simulation.info.whole.contains(p.interval.start)
        assert p.interval.stop <= simulation.info.n_samples
    for stretch in simulation.stretches:
        assert vocabulary.get(stretch.activity) is not None
        assert 0 < len(stretch.interval) <= simulation.info.n_samples


@pytest.mark.parametrize(
    ("scenario_id", "activity"),
    [
        ("mains", "art_mains"),
        ("end_plate", "epn"),
        ("demo", "insertional"),
        ("voluntary_moderate", "mup_normal"),
        ("artefacts", "art_move"),
    ],
)
def test_what_cannot_be_told_apart_is_a_stretch(scenario_id: str, activity: str) -> None:
    made = simulate(scenario_id, seed=2)
    found = [s.interval for s in made.stretches if s.activity == activity]
    x = microvolt(made)
    assert found
    quiet_rms = float(simulate("rest_normal", seconds=5, seed=2).samples.std()) * 0.1
    assert all(x[i.start : i.stop].std() > 1.25 * quiet_rms for i in found)


def test_trains_and_units_are_unique_in_a_recording() -> None:
    made = simulate("mixed_spontaneous", seconds=120, seed=3)
    unit_class: dict[int, str] = {}
    train_unit: dict[int, int] = {}
    for p in made.truth:
        assert unit_class.setdefault(p.unit, p.activity) == p.activity
        if p.train is not None:
            assert train_unit.setdefault(p.train, p.unit) == p.unit
    assert len(unit_class) >= 9
