"""Each class is named from its definition, and the pairs that get mixed up are told apart."""

from __future__ import annotations

from collections.abc import Callable
from typing import TYPE_CHECKING

import numpy as np
import pytest

if TYPE_CHECKING:
    from tests.unit.detection.conftest import Bench, Lab

Make = Callable[..., "Bench"]
PATHOLOGICAL = ("fib", "psw", "fp")


def tolerance(b: Bench) -> int:
    """2 ms in samples."""
    return round(0.002 * b.fs)


# -- what is there is found ------------------------------------------------------------------


@pytest.mark.parametrize(
    ("uv", "rate_hz", "cv"), [(40.0, 8.0, 0.03), (120.0, 2.0, 0.06), (400.0, 13.0, 0.07)]
)
def test_a_regular_train_of_short_positive_spikes_is_fibrillation(
    bench: Make, lab: Lab, uv: float, rate_hz: float, cv: float
) -> None:
    b = bench(seconds=12)
    truth = b.lobes(lab.FIB, uv, b.regular(rate_hz, cv))
    (train,) = b.run().proposals
    assert train.activity == "fib"
    found = list(train.peak_samples)
    assert lab.found_part(truth, found, tolerance(b)) >= 0.95
    assert len(found) <= len(truth) + 1
    e = train.evidence
    assert e.first_deflection == "positive"
    assert e.rate_hz == pytest.approx(rate_hz, rel=0.05)
    assert e.interval_cv is not None
    assert e.interval_cv <= 0.1
    assert e.duration_ms is not None
    assert 1.0 <= e.duration_ms <= 5.0
    assert e.n_potentials == len(found)


def test_a_train_that_slows_down_is_still_regular(bench: Make, lab: Lab) -> None:
    """Fibrillation potentials may slow to half their rate before they stop."""
    b = bench(seconds=12)
    intervals = np.linspace(0.09, 0.2, 75)
    truth = b.lobes(lab.FIB, 120.0, 0.3 + np.cumsum(intervals))
    assert lab.found_part(truth, lab.peaks_of(lab.of_class(b.run(), "fib")), tolerance(b)) > 0.95


@pytest.mark.parametrize("uv", [80.0, 300.0])
def test_regular_sharp_waves_with_a_long_tail_are_positive_sharp_waves(
    bench: Make, lab: Lab, uv: float
) -> None:
    b = bench(seconds=12)
    truth = b.put(lab.sharp_wave(b.fs, uv), b.regular(5.0, 0.04))
    run = b.run()
    assert lab.found_part(truth, lab.peaks_of(lab.of_class(run, "psw")), tolerance(b)) >= 0.95
    assert not lab.of_class(run, "fib", "fp", "mup")


@pytest.mark.parametrize("name", ["fp_simple", "fp_complex"])
def test_single_potentials_at_rest_are_fasciculations_simple_or_complex_by_phases(
    bench: Make, lab: Lab, name: str
) -> None:
    b = bench(seconds=20)
    shape = lab.MUP if name == "fp_simple" else lab.COMPLEX
    truth = b.lobes(shape, 500.0, [2.1, 5.7, 6.9, 11.4, 16.2])
    run = b.run()
    assert [p.activity for p in run.proposals] == [name] * 5
    assert lab.found_part(truth, lab.peaks_of(list(run.proposals)), tolerance(b)) == 1.0
    phases = [p.evidence.phases for p in run.proposals]
    assert all(n is not None and (n >= 5) == (name == "fp_complex") for n in phases)


def test_a_voluntary_unit_is_a_motor_unit_potential(bench: Make, lab: Lab) -> None:
    b = bench(seconds=12)
    truth = b.lobes(lab.MUP, 500.0, b.regular(9.0, 0.15))
    (train,) = b.run().proposals
    assert train.activity.startswith("mup")
    assert lab.found_part(truth, list(train.peak_samples), tolerance(b)) >= 0.95


def test_fasciculations_are_found_beside_a_fibrillation_train(bench: Make, lab: Lab) -> None:
    b = bench(seconds=20)
    b.lobes(lab.FIB, 100.0, b.regular(4.0, 0.04))
    truth = b.lobes(lab.MUP, 700.0, [3.13, 8.4, 15.77])
    run = b.run()
    assert lab.of_class(run, "fib")
    assert lab.found_part(truth, lab.peaks_of(lab.of_class(run, "fp")), tolerance(b)) == 1.0


def test_a_fibrillation_train_in_mains_is_found_and_the_mains_named(bench: Make, lab: Lab) -> None:
    b = bench(seconds=12)
    truth = b.lobes(lab.FIB, 120.0, b.regular(6.0, 0.04))
    b.mains(50.0, 50.0, harmonics=3)
    run = b.run()
    assert lab.found_part(truth, lab.peaks_of(lab.of_class(run, "fib")), tolerance(b)) >= 0.95
    assert lab.of_class(run, "art_mains")
    assert not lab.of_class(run, "fp", "psw")


# -- what is normal or made by machines is not called disease --------------------------------


@pytest.mark.parametrize(("seed", "noise_uv"), [(1, 2.0), (2, 4.0), (3, 12.0)])
def test_baseline_noise_alone_gives_nothing(bench: Make, seed: int, noise_uv: float) -> None:
    assert bench(seconds=60, seed=seed, noise_uv=noise_uv).run().proposals == ()


@pytest.mark.parametrize("cv", [0.0, 0.02, 0.04, 0.06, 0.1])
def test_a_motor_unit_shape_however_regular_is_never_fibrillation(
    bench: Make, lab: Lab, cv: float
) -> None:
    """Rate and variation overlap: duration and shape must part them."""
    b = bench(seconds=15)
    b.lobes(lab.MUP, 500.0, b.regular(6.0, cv))
    assert not lab.of_class(b.run(), *PATHOLOGICAL)


@pytest.mark.parametrize("rate_hz", [5.0, 20.0, 40.0])
@pytest.mark.parametrize("seed", [1, 2])
def test_irregular_negative_first_spikes_are_neither_fibrillation_nor_fasciculation(
    bench: Make, lab: Lab, rate_hz: float, seed: int
) -> None:
    """End-plate spikes that coincide or follow a pause were called fasciculation potentials."""
    b = bench(seconds=20, seed=seed)
    b.lobes(lab.EPS, 150.0, b.poisson(rate_hz, 0.005))
    run = b.run()
    assert not lab.of_class(run, *PATHOLOGICAL)
    assert lab.of_class(run, "eps", "cannot_tell")


def test_irregular_positive_first_spikes_are_not_fibrillation(bench: Make, lab: Lab) -> None:
    b = bench(seconds=20)
    b.lobes(lab.FIB, 150.0, b.poisson(8.0))
    assert not lab.of_class(b.run(), "fib", "psw")


def gamma_times(b: Bench, rate_hz: float, cv: float, least_s: float) -> np.ndarray:
    """Irregular times without intervals under ``least_s``."""
    mean = 1 / rate_hz - least_s
    shape = (mean * rate_hz / cv) ** 2
    steps = least_s + b.rng.gamma(shape, mean / shape, int(2 * rate_hz * b.seconds))
    times = 0.2 + np.cumsum(steps)
    return times[times < b.seconds - 0.2]


@pytest.mark.parametrize("cv", [0.35, 0.42])
@pytest.mark.parametrize("seed", [1, 2])
def test_the_irregular_kind_of_fibrillation_is_named(
    bench: Make, lab: Lab, cv: float, seed: int
) -> None:
    """It was never found: without a beat all of it was *cannot tell*."""
    b = bench(seconds=25, seed=seed)
    truth = b.lobes(lab.FIB, 120.0, gamma_times(b, 5.0, cv, 0.05))
    trains = lab.of_class(b.run(), "fib")
    # a pause by chance parts a train: what is left may be too short to be judged
    assert lab.found_part(truth, lab.peaks_of(trains), tolerance(b)) >= 0.7
    assert max(train.score for train in trains) <= 0.6
    assert any("irregular kind" in reason for t in trains for reason in t.evidence.reasons)


@pytest.mark.parametrize("cv", [0.2, 0.24])
@pytest.mark.parametrize("seed", [1, 2, 3])
def test_short_spikes_that_vary_as_will_does_are_no_irregular_fibrillation(
    bench: Make, lab: Lab, cv: float, seed: int
) -> None:
    b = bench(seconds=25, seed=seed)
    b.lobes(lab.FIB, 120.0, b.regular(8.0, cv))
    assert not lab.of_class(b.run(), "fib", "psw")


@pytest.mark.parametrize("seed", [1, 2, 3])
def test_end_plate_spikes_that_have_turned_positive_are_no_irregular_fibrillation(
    bench: Make, lab: Lab, seed: int
) -> None:
    b = bench(seconds=25, seed=seed)
    b.lobes(lab.FIB, 120.0, 0.2 + np.cumsum(0.006 + b.rng.gamma(1.3, 0.1, 180)))
    assert not lab.of_class(b.run(), *PATHOLOGICAL)


@pytest.mark.parametrize("rate_hz", [4.0, 20.0])
def test_an_exact_period_is_a_machine(bench: Make, lab: Lab, rate_hz: float) -> None:
    b = bench(seconds=12)
    b.lobes(lab.FIB, 200.0, b.regular(rate_hz, 0.0))
    assert {p.activity for p in b.run().proposals} == {"art_stim"}


ECG_SHAPES = {
    "wide": ((-16.0, 6.0, -0.25), (0.0, 9.0, 1.0), (20.0, 9.0, -0.3)),
    "middle": ((-30.0, 8.0, -0.15), (0.0, 5.0, 1.0), (18.0, 8.0, -0.4)),
    "narrow": ((-12.0, 4.0, -0.2), (0.0, 3.0, 1.0), (9.0, 4.0, -0.5)),
}


ECG_CASES = [(shape, uv) for shape in sorted(ECG_SHAPES) for uv in (100.0, 300.0, 800.0)]


@pytest.mark.parametrize(("shape", "uv"), ECG_CASES)
def test_slow_waves_at_the_heart_rate_are_not_called_disease(
    bench: Make, lab: Lab, shape: str, uv: float
) -> None:
    """Beats near the threshold were called fasciculation potentials, every second one."""
    b = bench(seconds=20)
    b.lobes(ECG_SHAPES[shape], uv, b.regular(1.2, 0.04))
    assert not lab.of_class(b.run(), *PATHOLOGICAL)


@pytest.mark.parametrize("fs", [10_000.0, 20_000.0])
@pytest.mark.parametrize("decay_ms", [5.0, 20.0, 80.0])
@pytest.mark.parametrize("step_uv", [150.0, -600.0, 4000.0])
def test_electrode_pops_are_artefacts(
    bench: Make, lab: Lab, fs: float, decay_ms: float, step_uv: float
) -> None:
    """Steps that went through the anti-alias filter: two samples of flank."""
    b = bench(fs=fs, seconds=12)
    wave, start = lab.pop(fs, step_uv, decay_ms)
    b.put((np.convolve(wave, [0.25, 0.5, 0.25]), start), [2.1, 5.3, 6.8, 10.4])
    run = b.run()
    assert {p.activity for p in run.proposals} <= {"art_pop", "art_move"}
    for time in (2.1, 5.3, 6.8, 10.4):
        middle = round(time * fs)
        assert any(p.interval.start - 50 <= middle < p.interval.stop for p in run.proposals)


@pytest.mark.parametrize(("hz", "harmonics"), [(50.0, 1), (60.0, 6)])
def test_mains_is_a_stretch_of_artefact_and_nothing_else(
    bench: Make, lab: Lab, hz: float, harmonics: int
) -> None:
    b = bench(seconds=12)
    b.mains(50.0, hz, harmonics)
    run = b.run()
    (stretch,) = run.proposals
    assert stretch.activity == "art_mains"
    assert stretch.potentials == ()
    assert f"{hz:g} Hz" in " ".join(stretch.evidence.reasons)
    assert len(stretch.interval) > 0.9 * len(b.uv)


@pytest.mark.parametrize("seed", [1, 2, 3])
def test_two_fibrillation_trains_that_coincide_make_no_fasciculations(
    bench: Make, lab: Lab, seed: int
) -> None:
    """The sum of two spikes looks like neither and stands alone."""
    other = ((-0.4, 0.15, 0.7), (0.0, 0.15, -1.0), (0.4, 0.2, 0.5), (0.9, 0.3, -0.2))
    b = bench(seconds=25, seed=seed)
    first = b.lobes(lab.FIB, 120.0, b.regular(7.0, 0.04))
    second = b.lobes(other, 260.0, b.regular(9.3, 0.05))
    run = b.run()
    assert not lab.of_class(run, "fp", "mup", "psw")
    found = lab.peaks_of(lab.of_class(run, "fib"))
    assert lab.found_part(first + second, found, tolerance(b)) > 0.85


@pytest.mark.parametrize("seed", [1, 2, 3])
def test_voluntary_activity_yields_at_most_two_false_alarms_a_minute(
    bench: Make, lab: Lab, seed: int
) -> None:
    b = bench(seconds=60, seed=seed)
    b.voluntary(20.0, 50.0)
    run = b.run()
    assert lab.of_class(run, "mup")
    assert len(lab.of_class(run, *PATHOLOGICAL)) <= 2


@pytest.mark.parametrize("seed", [1, 2])
def test_repeated_short_contractions_yield_at_most_two_false_alarms_a_minute(
    bench: Make, lab: Lab, seed: int
) -> None:
    b = bench(seconds=60, seed=seed)
    for start in range(2, 56, 6):
        b.voluntary(start, start + 2.5)
    assert len(lab.of_class(b.run(), *PATHOLOGICAL)) <= 2


def test_a_satellite_locked_to_a_motor_unit_is_not_a_fibrillation_train(
    bench: Make, lab: Lab
) -> None:
    b = bench(seconds=20)
    times = b.regular(8.0, 0.15)
    b.lobes(lab.MUP, 600.0, times)
    b.lobes(lab.EPS, 90.0, times + 0.014)
    assert not lab.of_class(b.run(), *PATHOLOGICAL)


def test_every_proposal_names_a_class_of_the_vocabulary_and_its_reasons(
    bench: Make, lab: Lab
) -> None:
    from emgview.model import load_vocabulary

    b = bench(seconds=20)
    b.lobes(lab.FIB, 120.0, b.regular(6.0, 0.04, 0.3, 8.0))
    b.lobes(lab.MUP, 500.0, b.regular(9.0, 0.15, 12.0, 16.0))
    b.lobes(lab.MUP_2, 900.0, [9.5, 18.5])
    proposals = b.run().proposals
    assert len(proposals) >= 4
    for p in proposals:
        assert load_vocabulary().get(p.activity) is not None
        assert 0 <= p.score <= 1
        assert p.evidence.reasons
        assert not any("denervation" in reason for reason in p.evidence.reasons)
