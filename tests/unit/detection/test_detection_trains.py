"""What the measured length of a train, its beat and its neighbours say: causes of false names."""

from __future__ import annotations

from collections.abc import Callable
from typing import TYPE_CHECKING

import numpy as np
import pytest
from numpy.typing import NDArray

from emgview.detection.chains import regular_chains
from emgview.detection.parameters import default_parameters
from emgview.signal.waveform import measure

if TYPE_CHECKING:
    from tests.unit.detection.conftest import Bench, Lab

    Make = Callable[..., Bench]

SEEDS = (1, 2, 3)
_FLOOR = default_parameters().measure.floor_fraction


def _with_tail(lab: Lab, fs: float, peak_uv: float, part: float) -> tuple[NDArray[np.float64], int]:
    """A fibre's spike and the low tail that an amplifier's high-pass filter leaves behind it."""
    middle = round(0.004 * fs)
    t_ms = (np.arange(round(0.06 * fs)) - middle) * 1000 / fs
    wave = sum(h * np.exp(-0.5 * ((t_ms - c) / w) ** 2) for c, w, h in lab.FIB)
    wave *= peak_uv / np.abs(wave).max()
    late = np.clip(t_ms - 1.0, 0, None)
    tail = part * np.ptp(wave) * (1 - np.exp(-late / 0.3)) * np.exp(-late / 8.0)
    return wave + tail, middle


@pytest.mark.parametrize("seed", SEEDS)
def test_noise_upon_the_tail_of_a_filter_does_not_lengthen_a_spike(lab: Lab, seed: int) -> None:
    fs, noise = 20_000.0, 0.5
    wave, middle = _with_tail(lab, fs, 30.0, 0.04)
    before = round(0.012 * fs)
    whole = np.random.default_rng(seed).normal(0, noise, before + len(wave))
    whole[before - middle : before - middle + len(wave)] += wave
    found = measure(whole, before, fs, noise, _FLOOR, quiet_ms=1.0)
    assert found.duration_ms < 5.0


@pytest.mark.parametrize("seed", SEEDS)
def test_fibrillation_with_a_low_tail_is_no_motor_unit(bench: Make, lab: Lab, seed: int) -> None:
    b = bench(seconds=30, noise_uv=2.5, seed=seed)
    truth = b.put(_with_tail(lab, b.fs, 50.0, 0.04), b.regular(4.0, 0.03))
    run = b.run()
    assert not lab.of_class(run, "scmusd", "mup")
    peaks = lab.peaks_of(lab.of_class(run, "fib"))
    assert lab.found_part(truth, peaks, round(0.005 * b.fs)) > 0.9


@pytest.mark.parametrize("seed", SEEDS)
def test_bursts_of_end_plate_spikes_are_no_multiplets(bench: Make, lab: Lab, seed: int) -> None:
    """Irregular gaps of 10-20 ms within the bursts: those of a motor unit would widen."""
    b = bench(seconds=30, noise_uv=4.0, seed=seed)
    rng = np.random.default_rng(seed)
    times, now = [], 0.5
    while now < 29.0:
        n = int(rng.integers(2, 8))
        gaps = rng.uniform(0.010, 0.020, n)
        times += (now + np.cumsum(gaps)).tolist()
        now = times[-1] + rng.exponential(0.3) + 0.1
    truth = b.lobes(lab.EPS, 200.0, times)
    run = b.run()
    assert not lab.of_class(run, "multiplet", "myokymic", "fp", "fib")
    peaks = lab.peaks_of(lab.of_class(run, "eps"))
    assert lab.found_part(truth, peaks, round(0.005 * b.fs)) > 0.5


@pytest.mark.parametrize("seed", SEEDS)
def test_two_sharp_wave_trains_of_one_shape_are_two(bench: Make, lab: Lab, seed: int) -> None:
    b = bench(seconds=30, noise_uv=4.0, seed=seed)
    wave = lab.sharp_wave(b.fs, 120.0)
    truth = b.put(wave, b.regular(4.4, 0.03)) + b.put(wave, b.regular(4.1, 0.03))
    trains = lab.of_class(b.run(), "psw")
    assert lab.found_part(truth, lab.peaks_of(trains), round(0.005 * b.fs)) > 0.85
    assert len([train for train in trains if len(train.potentials) > 50]) == 2


def test_trains_of_one_period_side_by_side_stay_two() -> None:
    first, second = np.arange(0, 20, 0.24), 0.09 + np.arange(0, 20, 0.25)
    times = np.sort(np.concatenate((first, second)))
    for chain in regular_chains(times, default_parameters()):
        assert np.diff(times[chain]).min() > 0.15


def test_pieces_of_one_train_after_each_other_are_one() -> None:
    times = np.concatenate((np.arange(0, 6, 0.24), np.arange(9, 15, 0.24)))
    (chain,) = regular_chains(times, default_parameters())
    assert len(chain) == len(times)


@pytest.mark.parametrize("step_uv", [60.0, -75.0, 150.0])
def test_a_small_step_is_no_fasciculation(bench: Make, lab: Lab, step_uv: float) -> None:
    b = bench(seconds=20, noise_uv=3.0)
    for moment in (3.2, 7.9, 12.4, 16.1):
        b.put(lab.pop(b.fs, step_uv, 12.0), [moment])
    run = b.run()
    assert not lab.of_class(run, "fp", "psw")
    assert lab.of_class(run, "art_pop")


def test_a_fasciculation_of_the_size_of_a_fibres_train_is_found(bench: Make, lab: Lab) -> None:
    b = bench(seconds=30, noise_uv=5.0)
    b.lobes(lab.FIB, 90.0, b.regular(3.0, 0.03))
    truth = b.lobes(lab.MUP, 110.0, [4.13, 9.77, 15.42, 21.31, 26.9])
    peaks = lab.peaks_of(lab.of_class(b.run(), "fp"))
    assert lab.found_part(truth, peaks, round(0.005 * b.fs)) >= 0.6


@pytest.mark.parametrize("seed", SEEDS)
def test_the_second_peak_of_a_long_wave_is_no_potential(bench: Make, lab: Lab, seed: int) -> None:
    """A heart beat whose second wave only now and then stands out of the noise."""
    b = bench(seconds=40, noise_uv=4.0, seed=seed)
    beat = ((0.0, 4.0, 1.0), (13.0, 2.2, -0.62))
    b.lobes(beat, 150.0, b.regular(1.5, 0.04))
    assert not lab.of_class(b.run(), "fp", "psw", "fib")
