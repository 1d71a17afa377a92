"""For any scenario, seed, length and rate: an ordered truth inside the recording; chunks add up."""

from __future__ import annotations

import numpy as np
from hypothesis import given, settings
from hypothesis import strategies as st

from emgview.simulation import Scenario, scenarios, simulate


@settings(max_examples=40, deadline=None)
@given(
    made=st.sampled_from(scenarios()),
    seed=st.integers(0, 2**32 - 1),
    seconds=st.floats(0.05, 20.0),
    fs=st.sampled_from([2000.0, 4000.0, 4800.0, 10_000.0, 20_000.0, 44_100.0, 48_000.0]),
)
def test_truth_is_ordered_and_inside(made: Scenario, seed: int, seconds: float, fs: float) -> None:
    simulation = simulate(made, seconds=seconds, seed=seed, fs=fs)
    order = [(one.channel, one.peak_sample) for one in simulation.truth]
    assert order == sorted(order)
    for one in simulation.truth:
        assert 0 <= one.interval.start <= one.peak_sample < one.interval.stop
        assert one.interval.stop <= simulation.info.n_samples
        assert 0 <= one.channel < len(simulation.info.channels)
        assert one.amplitude_uv > 0
        assert one.snr > 0
    for stretch in simulation.stretches:
        assert 0 <= stretch.interval.start <= stretch.interval.stop <= simulation.info.n_samples


@settings(max_examples=25, deadline=None)
@given(
    made=st.sampled_from(scenarios()),
    seed=st.integers(0, 1000),
    size=st.integers(1, 60_000),
)
def test_chunks_are_the_recording_in_order(made: Scenario, seed: int, size: int) -> None:
    simulation = simulate(made, seconds=12.0, seed=seed, fs=4000.0)
    size = max(size, 500)
    rebuilt = np.zeros_like(simulation.samples)
    reached = 0
    for chunk in simulation.chunks(size):
        assert chunk.start_sample == reached + chunk.lost_before
        assert len(chunk.samples) <= size
        rebuilt[chunk.start_sample : chunk.stop_sample] = chunk.samples
        reached = chunk.stop_sample
    assert reached == simulation.info.n_samples
    assert np.array_equal(rebuilt, simulation.samples)


@settings(max_examples=10, deadline=None)
@given(made=st.sampled_from(scenarios()), seed=st.integers(0, 1000))
def test_equal_arguments_give_equal_bytes(made: Scenario, seed: int) -> None:
    first = simulate(made, seconds=5.0, seed=seed)
    again = simulate(made, seconds=5.0, seed=seed)
    assert first.samples.tobytes() == again.samples.tobytes()
    assert (first.info, first.truth) == (again.info, again.truth)
