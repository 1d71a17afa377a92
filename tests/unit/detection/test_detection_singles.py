"""Single potentials: doubles, beside units that fire, and what only looks alone."""

from __future__ import annotations

from collections.abc import Callable
from typing import TYPE_CHECKING

import numpy as np
import pytest

from emgview.detection import Detector
from emgview.detection.evaluation import Mark, evaluate, marks_of
from emgview.simulation import simulate

if TYPE_CHECKING:
    from tests.unit.detection.conftest import Bench, Lab

Make = Callable[..., "Bench"]


def tolerance(b: Bench) -> int:
    """3 ms in samples."""
    return round(0.003 * b.fs)


@pytest.mark.parametrize("gap_s", [0.015, 0.035, 0.1])
def test_two_discharges_close_together_are_one_double_fasciculation(
    bench: Make, lab: Lab, gap_s: float
) -> None:
    """Each of the two was called doubtful because of the other."""
    b = bench(seconds=20)
    first = np.array([2.1, 7.3, 13.4])
    truth = b.lobes(lab.MUP, 500.0, np.sort(np.concatenate((first, first + gap_s))))
    pairs = lab.of_class(b.run(), "fp_double")
    assert len(pairs) == 3
    assert lab.found_part(truth, lab.peaks_of(pairs), tolerance(b)) == 1.0
    text = f"{1000 * gap_s:.0f} ms apart"
    assert all(any(text in reason for reason in p.evidence.reasons) for p in pairs)


def test_three_discharges_in_a_row_are_no_double(bench: Make, lab: Lab) -> None:
    b = bench(seconds=10)
    b.lobes(lab.MUP, 500.0, [3.0, 3.05, 3.10, 7.0, 7.05, 7.10])
    assert not lab.of_class(b.run(), "fp_double")


def test_fasciculations_are_found_beside_a_unit_that_fires(bench: Make, lab: Lab) -> None:
    """They were counted among the crowd of voluntary potentials."""
    b = bench(seconds=30)
    b.lobes(lab.MUP, 500.0, b.regular(8.0, 0.15))
    truth = b.lobes(lab.COMPLEX, 800.0, [3.13, 8.4, 11.2, 15.77, 19.9, 24.6])
    fp = lab.of_class(b.run(), "fp")
    assert lab.found_part(truth, lab.peaks_of(fp), tolerance(b)) >= 0.6
    assert len(fp) <= len(truth)
    assert any("not their sum" in reason for p in fp for reason in p.evidence.reasons)


@pytest.mark.parametrize("seed", [1, 2, 3])
def test_superpositions_of_units_that_fire_are_no_fasciculations(
    bench: Make, lab: Lab, seed: int
) -> None:
    b = bench(seconds=40, seed=seed)
    b.lobes(lab.MUP, 500.0, b.regular(9.0, 0.15))
    b.lobes(lab.MUP_2, 600.0, b.regular(7.0, 0.15))
    assert len(lab.of_class(b.run(), "fib", "psw", "fp")) <= 1


def test_a_discharge_of_a_unit_that_fires_elsewhere_is_no_fasciculation(
    bench: Make, lab: Lab
) -> None:
    """Leak of will: single discharges of a unit before and after it fires in series."""
    b = bench(seconds=30)
    b.lobes(lab.MUP, 500.0, b.regular(7.0, 0.15, 5.0, 12.0))
    b.lobes(lab.MUP, 500.0, [2.0, 16.1, 20.4, 26.3])
    assert not lab.of_class(b.run(), "fp")


def test_a_satellite_is_named_with_its_distance(bench: Make, lab: Lab) -> None:
    b = bench(seconds=15)
    times = b.regular(8.0, 0.15)
    b.lobes(lab.MUP, 600.0, times)
    truth = b.lobes(lab.EPS, 150.0, times + 0.02)
    (found,) = lab.of_class(b.run(), "satellite")
    assert lab.found_part(truth, list(found.peak_samples), tolerance(b)) > 0.9
    assert any("20.0 ms after" in reason for reason in found.evidence.reasons)


def test_a_low_long_tail_in_noise_makes_a_sharp_wave(bench: Make, lab: Lab) -> None:
    """The tail lay under the noise of single samples and the wave was called fibrillation."""
    b = bench(seconds=15, noise_uv=7.0)
    truth = b.put(lab.sharp_wave(b.fs, 70.0), b.regular(4.0, 0.04))
    run = b.run()
    assert lab.found_part(truth, lab.peaks_of(lab.of_class(run, "psw")), tolerance(b)) >= 0.8
    assert not lab.of_class(run, "fib", "mup")


@pytest.mark.parametrize(
    ("scenario_id", "floor"),
    [
        ("example_fasciculation_double", 0.7),
        ("example_fasciculation_complex", 0.75),
        ("pair_fp_voluntary_fp", 0.7),
    ],
)
def test_fasciculations_of_the_simulation_are_found(scenario_id: str, floor: float) -> None:
    made = simulate(scenario_id, seed=1, seconds=30)
    detector = Detector(made.info)
    for chunk in made.chunks(20_000):
        detector.push(chunk)
    truth = [Mark(t.channel, t.peak_sample, t.activity) for t in made.truth]
    tolerance = round(0.003 * made.info.sampling_rate_hz)
    result = evaluate(truth, marks_of(detector.finish()), tolerance)["fp"]
    assert result.sensitivity >= floor
    assert result.precision >= 0.8
