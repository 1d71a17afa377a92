"""What went wrong once, each with its cause."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import replace
from typing import TYPE_CHECKING

import numpy as np
import pytest

from emgview.detection import Detector
from emgview.detection.end_plate import is_of_hiss
from emgview.detection.parameters import default_parameters
from emgview.detection.patterns.found import Pattern
from emgview.model import DetectionRun, SampleInterval
from emgview.simulation import Component, Scenario, scenario, simulate
from tests.second_simulator.judging import judge
from tests.second_simulator.scenarios import SCENARIOS

if TYPE_CHECKING:
    from tests.unit.detection.conftest import Bench, Lab

Make = Callable[..., "Bench"]

SPASM = ("multiplet", "myokymic", "fac_myokymia")


def judged(of: Scenario | str, seed: int, seconds: float) -> DetectionRun:
    made = simulate(of, seed=seed, seconds=seconds)
    detector = Detector(made.info)
    for chunk in made.chunks(20_000):
        detector.push(chunk)
    return detector.finish()


@pytest.mark.parametrize("seed", [1, 2, 3])
def test_a_train_that_keeps_its_beat_half_the_time_is_no_fibrillation(
    bench: Make, lab: Lab, seed: int
) -> None:
    """The median of the interval variation passed 85 end-plate spikes of which half had a beat."""
    b = bench(seconds=20, seed=seed)
    steps = np.where(
        np.arange(85) % 10 < 6,
        0.15 * (1 + 0.03 * b.rng.standard_normal(85)),
        b.rng.uniform(0.02, 0.3, 85),
    )
    b.lobes(lab.EPS, 150.0, 0.3 + np.cumsum(steps))
    assert not lab.of_class(b.run(), "fib", "psw", "fp")


@pytest.mark.parametrize("seed", [5, 6])
def test_end_plate_noise_is_named_as_a_stretch_and_its_potentials_are_no_spikes(seed: int) -> None:
    """The hiss was called end-plate spikes, two for every true one."""
    made = simulate("pair_fib_eps_eps", seed=seed, seconds=20)
    run = judged("pair_fib_eps_eps", seed, 20)
    hiss = [p for p in run.proposals if p.activity == "epn"]
    assert sum(len(p.interval) for p in hiss) >= 0.7 * made.info.n_samples
    assert all(not p.potentials and "negative" in p.evidence.reasons[0] for p in hiss)
    said = sum(len(p.potentials) for p in run.proposals if p.activity == "eps")
    assert said <= 1.2 * sum(t.activity == "eps" for t in made.truth)


@pytest.mark.parametrize("seed", [2, 3, 4])
def test_the_satellite_of_an_unstable_unit_is_found(seed: int) -> None:
    """Its unit came in many shapes, none of which was a run; the satellite was fibrillation."""
    made = simulate("pair_fib_satellite_satellite", seed=seed, seconds=25)
    run = judged("pair_fib_satellite_satellite", seed, 25)
    truth = [t.peak_sample for t in made.truth if t.linked]
    found = [s for p in run.proposals if p.activity == "satellite" for s in p.peak_samples]
    near = [min(abs(s - t) for s in found) <= 60 for t in truth] if found else [False]
    assert np.mean(near) >= 0.8
    assert not any(p.activity in ("fib", "psw") for p in run.proposals)


@pytest.mark.parametrize("rate_hz", [1.0, 1.6])
def test_the_same_sharp_wave_in_all_channels_at_the_pulse_is_the_heart(
    bench: Make, lab: Lab, rate_hz: float
) -> None:
    """Each channel was judged alone: a sharp wave, or nothing, at the rate of the pulse."""
    first, second = bench(seconds=20), bench(seconds=20, seed=2)
    beats = first.regular(rate_hz, 0.03)
    for b, uv in ((first, 150.0), (second, 90.0)):
        b.put(lab.sharp_wave(b.fs, uv), beats + 0.001)
    run = lab.detect(np.stack((first.uv, second.uv), axis=1), first.fs)
    assert {(p.channel, p.activity) for p in run.proposals} == {(0, "art_ecg"), (1, "art_ecg")}
    assert all("same moments" in p.evidence.reasons[0] for p in run.proposals)
    alone = lab.detect(np.stack((first.uv, bench(seconds=20, seed=3).uv), axis=1), first.fs)
    assert {p.activity for p in alone.proposals} == {"psw"}


@pytest.mark.parametrize("chunk", [777, 20_000])
def test_a_pacemaker_that_runs_past_the_heart_is_masked_at_each_beat(
    bench: Make, lab: Lab, chunk: int
) -> None:
    """Its beats that followed a heart wave within the dead time were fasciculation potentials."""
    first, second = bench(seconds=30, noise_uv=3.0), bench(seconds=30, seed=2, noise_uv=3.0)
    paced = 0.2 + np.arange(29) / 1.03
    heart = np.array([8.99, 18.2, 23.3])  # now and then clear of the noise
    for b, uv in ((first, 90.0), (second, 60.0)):
        b.lobes(lab.EPS, 4 * uv, paced)
        b.lobes(lab.FIB, uv, heart - 0.3)
        b.lobes(lab.FIB, uv, paced[[8, 14, 22]] - 0.2)
    run = lab.detect(np.stack((first.uv, second.uv), axis=1), first.fs, chunk)
    beats = {c: [s for p in run.proposals for s in p.peak_samples
                 if p.activity == "art_ecg" and p.channel == c] for c in (0, 1)}  # fmt: skip
    truth = [round(t * first.fs) for t in paced]
    for channel in (0, 1):
        assert lab.found_part(truth, beats[channel], round(0.002 * first.fs)) == 1.0


@pytest.mark.parametrize("chunk", [777, 31_000])
def test_the_heart_does_not_depend_on_chunks(chunk: int) -> None:
    made = simulate("pair_psw_ecg_ecg", seed=7, seconds=15)
    runs = []
    for size in (chunk, 20_000):
        detector = Detector(made.info)
        for part in made.chunks(size):
            detector.push(part)
        runs.append(detector.finish())
    assert runs[0] == runs[1]


def test_a_unit_that_keeps_a_beat_for_a_few_seconds_is_no_continuous_discharge(
    bench: Make, lab: Lab
) -> None:
    b = bench(seconds=20)
    for start in (1.0, 7.0, 13.0):
        b.lobes(lab.MUP, 400.0, b.regular(7.0, 0.05, start, start + 3.5))
    assert not lab.of_class(b.run(), "scmusd")


@pytest.mark.parametrize("gap_s", [0.004, 0.012])
def test_pulses_in_groups_at_the_rate_of_a_pacemaker_are_no_multiplets(
    bench: Make, lab: Lab, gap_s: float
) -> None:
    b = bench(seconds=30)
    beats = b.regular(1.1, 0.008)
    jitter = 0.1 * gap_s * b.rng.standard_normal(len(beats))
    for k in range(3):
        b.lobes(lab.EPS, 300.0, beats + k * (gap_s + jitter))
    assert not lab.of_class(b.run(), *SPASM)


@pytest.mark.parametrize("rate_hz", [1.5, 4.0])
def test_a_slow_rhythmic_unit_of_a_face_muscle_is_myokymia_of_singles(
    bench: Make, lab: Lab, rate_hz: float
) -> None:
    """It was called a voluntary unit; units of a face fire faster by will."""
    from emgview.model import Chunk

    b = bench(seconds=25)
    b.lobes(lab.MUP, 400.0, b.regular(rate_hz, 0.12))
    said = {}
    for muscle in ("orb_oculi", "biceps"):
        detector = Detector(replace(lab.info(b.fs, len(b.uv)), muscle=muscle))
        detector.push(Chunk(b.uv[:, np.newaxis].astype(np.float32), 0))
        said[muscle] = {p.activity for p in detector.finish().proposals}
    assert said["orb_oculi"] == {"fac_myokymia"}
    assert "fac_myokymia" not in said["biceps"]


def test_an_effort_that_grows_slowly_and_ends_at_once_is_no_cramp() -> None:
    """Its slow beginning was enough."""
    of = scenario("pair_cramp_effort_effort")
    slow = dict(of.components[0].parameters) | {"ramp_s": 3.0}
    parts = (replace(of.components[0], parameters=tuple(slow.items()), start_s=1.0, stop_s=14.0),)
    assert isinstance(parts[0], Component)
    run = judged(replace(of, phases=(), components=parts), 3, 20)
    assert "cramp" not in {p.activity for p in run.proposals}


@pytest.mark.parametrize("seed", [1, 2])
def test_faint_fibrillations_are_found_by_their_beat(seed: int) -> None:
    """Noise made many shapes of them, and no shape gathered enough for a train."""
    made = simulate("hard_fibrillation_faint", seed=seed, seconds=30)
    run = judged("hard_fibrillation_faint", seed, 30)
    found = sum(len(p.potentials) for p in run.proposals if p.activity == "fib")
    assert found >= 0.55 * len(made.truth)


@pytest.mark.parametrize(
    ("scenario_id", "seed"), [("normal_after_contraction", 304), ("normal_slight", 1)]
)
def test_two_units_that_fire_one_after_the_other_are_no_fasciculation(
    scenario_id: str, seed: int
) -> None:
    """The peak of the second lay behind the end of the shape that was explained."""
    run = judged(scenario_id, seed, 20)
    assert not any(p.activity.startswith("fp") for p in run.proposals)


@pytest.mark.parametrize("seed", [1, 2])
def test_potentials_that_recur_as_in_a_tremor_are_no_fasciculations(
    bench: Make, lab: Lab, seed: int
) -> None:
    b = bench(seconds=20, seed=seed)
    beats = b.regular(3.4, 0.1)
    for shape, uv, part in ((lab.MUP, 500.0, 0), (lab.COMPLEX, 700.0, 1), (lab.MUP_2, 300.0, 2)):
        times = beats[part::3]
        b.lobes(shape, uv, times + 0.004 * b.rng.standard_normal(len(times)))
    assert not lab.of_class(b.run(), "fp")


def quick(activity: str, start: int, stop: int, amplitude_uv: float | None) -> Pattern:
    """A discharge at that place."""
    place = SampleInterval(start, stop)
    peaks = np.array([start, stop - 1])
    return Pattern(activity, 0.7, place, (place,), peaks, 5, 5, amplitude_uv=amplitude_uv)


@pytest.mark.parametrize(
    ("activity", "amplitude_uv", "hiss", "part"),
    [
        ("myotonic", 42.0, [(0, 50_000)], True),  # within
        ("neuromyotonic", 30.0, [(0, 29_500), (41_000, 60_000)], True),  # parts it
        ("myotonic", 42.0, [(0, 29_500)], False),  # beside: the discharge may be what is left
        ("myotonic", 42.0, [(30_000, 40_000)], False),  # the same stretch is no noise around it
        ("myotonic", 42.0, [(0, 5_000), (70_000, 90_000)], False),  # far away
        ("myotonic", 150.0, [(0, 50_000)], False),  # larger than end-plate noise
        ("crd", 42.0, [(0, 50_000)], False),  # too even for noise
        ("myotonic", None, [(0, 50_000)], False),
    ],
)
def test_a_small_quick_discharge_in_end_plate_noise_is_a_part_of_it(
    activity: str, amplitude_uv: float | None, hiss: list[tuple[int, int]], part: bool
) -> None:
    p = default_parameters()
    around = [SampleInterval(a, b) for a, b in hiss]
    assert is_of_hiss(quick(activity, 30_000, 40_000, amplitude_uv), around, 10_000.0, p) is part


@pytest.mark.parametrize("name", ["endplate_noise", "endplate_noise_dense"])
def test_end_plate_noise_of_the_second_simulator_holds_no_quick_discharge(name: str) -> None:
    """Seed 4, where 8 and 33 potentials were named so."""
    row = judge(next(s for s in SCENARIOS if s.name == name), 4)
    assert row.silent
    assert row.false_potentials == 0
    assert row.counts.hit["epn"] == 1
