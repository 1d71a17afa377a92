"""Laws that the potential of a fibre must obey, whatever its place."""

from __future__ import annotations

import dataclasses
import itertools

import numpy as np
import pytest

from emgview.simulation.fibre import Fibre, fibre_potential
from emgview.simulation.scenario import load_scenarios
from emgview.simulation.wave import MASTER_HZ, measure, sampled, through_chain, time_axis_ms

FIBRE = Fibre(distance_mm=20.0, depth_mm=0.3, tendon_mm=60.0, velocity_m_s=4.0)
TIMES = time_axis_ms(40.0)


def test_running_wave_is_positive_negative_positive() -> None:
    wave = fibre_potential(FIBRE, TIMES)
    near = wave[: int(0.010 * MASTER_HZ)]
    negative = int(near.argmin())
    assert near[:negative].max() > 0.1 * -near[negative]
    assert near[negative:].max() > 0.02 * -near[negative]


def test_wave_at_its_origin_is_negative_first() -> None:
    wave = fibre_potential(dataclasses.replace(FIBRE, distance_mm=0.0), TIMES)
    shape = measure(wave, load_scenarios().chain)
    assert not shape.first_positive


def test_wave_arrives_with_its_velocity() -> None:
    far = dataclasses.replace(FIBRE, distance_mm=30.0)
    delay = (fibre_potential(far, TIMES).argmin() - fibre_potential(FIBRE, TIMES).argmin()) / 96.0
    assert delay == pytest.approx(10.0 / 4.0, abs=0.05)


def test_faster_fibre_has_a_shorter_potential() -> None:
    chain = load_scenarios().chain

    def width(velocity: float) -> int:
        fibre = dataclasses.replace(FIBRE, velocity_m_s=velocity)
        shape = measure(fibre_potential(fibre, TIMES), chain)
        return shape.offset - shape.onset

    assert width(5.0) < width(3.0) < width(2.0)


def test_potential_falls_with_depth() -> None:
    sizes = [
        np.ptp(fibre_potential(dataclasses.replace(FIBRE, depth_mm=depth), TIMES))
        for depth in (0.2, 0.4, 0.8, 1.6)
    ]
    assert all(near > 1.7 * far for near, far in itertools.pairwise(sizes))


def test_current_that_leaves_comes_back() -> None:
    """A fibre gives no net current: far from it, long after, nothing is left."""
    wave = fibre_potential(FIBRE, time_axis_ms(60.0))
    assert np.abs(wave[-1000:]).max() < 1e-6 * np.abs(wave).max()


def test_chain_takes_steady_offsets_away_and_leaves_spikes_in_place() -> None:
    chain = load_scenarios().chain
    wave = fibre_potential(FIBRE, TIMES)
    chained = through_chain(wave, chain, MASTER_HZ)
    room = (len(chained) - len(wave)) // 2
    assert abs(int(chained.argmin()) - room - int(wave.argmin())) <= 1
    step = through_chain(np.ones(round(0.2 * MASTER_HZ)), chain, MASTER_HZ)
    assert abs(step[room + round(0.15 * MASTER_HZ)]) < 0.01


def test_sampling_between_samples_moves_the_wave() -> None:
    ramp = np.arange(1000.0)
    whole, half = sampled(ramp, 24_000.0, 0.0), sampled(ramp, 24_000.0, 0.5)
    np.testing.assert_allclose(whole[:200], np.arange(200) * 4.0)
    np.testing.assert_allclose(half[:200], np.arange(200) * 4.0 + 2.0)
