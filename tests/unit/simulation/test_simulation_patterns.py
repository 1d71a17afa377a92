"""What a reader tells the classes by, beyond numbers: course, synchrony, stability, chain."""

from __future__ import annotations

import dataclasses
from collections import defaultdict
from collections.abc import Callable

import numpy as np
import pytest
from numpy.typing import NDArray

from emgview.errors import EmgviewError
from emgview.simulation import Simulation, TruePotential, scenario, simulate
from emgview.simulation.electrode import CONCENTRIC, MONOPOLAR, SURFACE, electrode
from emgview.simulation.fibre import Fibre, fibre_potential, strength, velocity_m_s
from emgview.simulation.wave import time_axis_ms

Once = Callable[..., Simulation]
FS = 20_000.0
SEEDS = (1, 2, 3)


def trains(made: Simulation, least: int = 10) -> list[list[TruePotential]]:
    """Potentials of each train in order of time."""
    rows: dict[tuple[int, int | None], list[TruePotential]] = defaultdict(list)
    for one in made.truth:
        if one.train is not None and not one.linked:
            rows[one.unit, one.train].append(one)
    found = [sorted(row, key=lambda p: p.peak_sample) for row in rows.values()]
    return [row for row in found if len(row) >= least]


def inside(made: Simulation, row: list[TruePotential]) -> bool:
    return row[-1].interval.stop < made.info.n_samples - FS


def rates(row: list[TruePotential]) -> NDArray[np.float64]:
    return FS / np.diff([one.interval.start for one in row])


def sizes(row: list[TruePotential]) -> NDArray[np.float64]:
    return np.array([one.amplitude_uv for one in row])


@pytest.mark.parametrize("seed", SEEDS)
def test_myotonic_runs_wax_and_wane_in_rate_and_size(once: Once, seed: int) -> None:
    made = once("example_myotonic", seed)
    whole = [row for row in trains(made) if inside(made, row)]
    assert whole
    for row in whole:
        for course in (rates(row), sizes(row)):
            third = len(course) // 10
            top = np.sort(course)[-third:].mean()
            assert course[:third].mean() < 0.8 * top
            assert course[-third:].mean() < 0.8 * top
        assert (row[-1].peak_sample - row[0].peak_sample) / FS > 0.5


@pytest.mark.parametrize("seed", SEEDS)
def test_neuromyotonic_runs_fall_in_size_and_slow_a_little(once: Once, seed: int) -> None:
    made = once("example_neuromyotonic", seed)
    for row in [row for row in trains(made, 40) if inside(made, row)]:
        size, rate = sizes(row), rates(row)
        assert size[-5:].mean() < 0.8 * size[:5].mean()
        assert rate[-20:].mean() < rate[:20].mean()
        assert abs(rate[0] - rate[1]) < 0.2 * rate[0]  # begins at once, at its full rate


@pytest.mark.parametrize("seed", SEEDS)
def test_complex_repetitive_runs_begin_and_end_at_once(once: Once, seed: int) -> None:
    made = once("pair_crd_myotonia_crd", seed)
    for row in trains(made):
        size, rate = sizes(row), rates(row)
        assert size.std() / size.mean() < 0.2  # the complex may change, it does not wax or wane
        assert np.abs(rate[:3] / np.median(rate) - 1.0).max() < 0.1
        assert np.abs(rate[-3:] / np.median(rate) - 1.0).max() < 0.1


def test_complex_repetitive_discharge_can_change_within_a_run() -> None:
    made = simulate("hard_complex_repetitive_unsteady", seed=2)
    row = max(trains(made), key=len)
    first, second = row[: len(row) // 5], row[-len(row) // 5 :]
    assert np.median([p.phases for p in first]) > np.median([p.phases for p in second])


@pytest.mark.parametrize("seed", SEEDS)
def test_a_myokymic_burst_is_one_unit_a_tremor_burst_several(once: Once, seed: int) -> None:
    myokymia, tremor = (
        once(f"pair_myokymia_tremor_{side}", seed) for side in ("myokymia", "tremor")
    )
    assert len({one.unit for one in myokymia.truth}) == 1
    starts = sorted(row[0].peak_sample / FS for row in trains(tremor, 1))
    bursts = np.split(starts, np.flatnonzero(np.diff(starts) > 0.08) + 1)
    assert np.median([len(burst) for burst in bursts]) >= 4


@pytest.mark.parametrize("seed", SEEDS)
def test_facial_bursts_are_synchronous_and_of_units_of_their_own(once: Once, seed: int) -> None:
    made = once("example_hemifacial_spasm", seed)
    upper, lower = (
        np.sort([row[0].peak_sample for row in trains(made, 1) if row[0].channel == c]) / FS
        for c in (0, 1)
    )
    late = [float(np.abs(lower - start).min()) for start in upper]
    assert max(late) < 0.012
    units = [{p.unit for p in made.truth if p.channel == c} for c in (0, 1)]
    assert not units[0] & units[1]


def test_synkinesis_follows_at_a_fixed_latency(once: Once) -> None:
    made = once("example_synkinesis", 2)
    first = {
        c: np.sort([row[0].interval.start for row in trains(made, 1) if row[0].channel == c]) / FS
        for c in (0, 1)
    }
    late = np.array([start - first[0][first[0] < start + 0.02][-1] for start in first[1]])
    assert np.abs(late - np.median(late)).max() < 0.02
    assert {p.activity for p in made.truth if p.channel == 1} == {"synkinesis"}


@pytest.mark.parametrize("seed", SEEDS)
def test_double_fasciculation_potentials_keep_their_distance(once: Once, seed: int) -> None:
    rows = trains(once("example_fasciculation_double", seed), 2)
    for unit in {row[0].unit for row in rows}:
        late = np.array([
            (row[1].peak_sample - row[0].peak_sample) / FS * 1000.0
            for row in rows
            if row[0].unit == unit
        ])  # fmt: skip
        assert late.min() >= 10.0
        assert late.max() <= 110.0
        assert late.std() / late.mean() < 0.1


def test_cramp_grows_in_steps_and_ends(once: Once) -> None:
    made = once("example_cramp")
    stretch = made.stretches[0].interval
    begun = sorted(
        min(p.peak_sample for p in made.truth if p.unit == unit and stretch.contains(p.peak_sample))
        for unit in {p.unit for p in made.truth}
    )
    assert (begun[-1] - begun[0]) / FS > 2.0
    after = [p for p in made.truth if stretch.stop < p.peak_sample < stretch.stop + 2 * FS]
    assert not after


def test_neurogenic_units_jiggle_and_normal_ones_do_not(once: Once) -> None:
    def spread(name: str) -> float:
        rows = [row for row in trains(once(name), 40) if inside(once(name), row)]
        return float(np.median([np.std([len(p.interval) for p in row]) for row in rows]))

    assert spread("example_reinnervating") > 3.0 * spread("normal_slight")
    assert spread("example_neurogenic") > 2.0 * spread("normal_slight")


def test_first_neurogenic_unit_is_fast_before_the_second_comes(once: Once) -> None:
    """Reduced recruitment: over ten a second (published), where a normal one is about eight."""
    made = once("example_neurogenic_effort", 1)
    rows = sorted(trains(made, 20), key=lambda row: row[0].peak_sample)
    second = next(row for row in rows if row[0].unit != rows[0][0].unit)
    before = [p for p in rows[0] if p.peak_sample < second[0].peak_sample]
    assert rates(before[-4:]).mean() > 9.0


def test_heart_reaches_all_channels_at_once_with_a_size_for_each(once: Once) -> None:
    made = once("artefact_ecg")
    one, two = ([p for p in made.truth if p.channel == c] for c in (0, 1))
    assert [p.peak_sample for p in one] == [p.peak_sample for p in two]
    ratio = sizes(two) / sizes(one)
    assert ratio.std() < 1e-3
    assert ratio[0] != pytest.approx(1.0, abs=0.01)


@pytest.mark.parametrize("name", ["artefact_ecg", "artefact_phone", "artefact_mains_50"])
def test_more_channels_leave_the_others_as_they_were(name: str) -> None:
    few, many = (simulate(name, seconds=5, seed=3, channels=n) for n in (2, 4))
    assert (few.samples == many.samples[:, :2]).all()


def test_mains_is_the_same_in_all_channels(once: Once) -> None:
    made = scenario("artefact_mains_50")
    x = simulate(dataclasses.replace(made, noise_uv=1e-6), seconds=5, seed=1).samples
    assert (x[:, 0] == x[:, 1]).all()
    assert np.ptp(x[:, 0]) > 300


def test_pacemaker_spike_is_followed_by_its_beat(once: Once) -> None:
    made = once("artefact_pacemaker")
    first = [p for p in made.truth if p.channel == 0]
    spikes, broad = (
        [p for p in first if p.unit == unit] for unit in sorted({p.unit for p in first})
    )
    assert max(len(p.interval) for p in spikes) / FS < 0.002
    late = np.array(
        [b.interval.start - s.interval.start for s, b in zip(spikes, broad, strict=False)]
    )
    assert np.ptp(late) <= 2
    assert 0.0 < late.mean() / FS < 0.08


def test_amplifier_clips_and_converter_steps_as_the_scenario_says(once: Once) -> None:
    clipped = once("artefact_clipping")
    assert clipped.samples.max() == 3_000
    assert clipped.samples.min() == -3_000
    assert clipped.info.channels[0].gain_uv == 0.1
    coarse = once("artefact_quantisation")
    assert coarse.info.channels[0].gain_uv == 8.0
    assert len(np.unique(coarse.samples)) < 40


# -- fibres and electrodes -----------------------------------------------------------------------


def test_thick_fibres_are_fast_and_strong() -> None:
    assert velocity_m_s(55.0) == pytest.approx(3.7)
    assert velocity_m_s(75.0) == pytest.approx(4.7)
    assert velocity_m_s(1.0) > 1.0
    assert strength(110.0) == pytest.approx(4.0)


def test_electrodes_differ_as_they_should() -> None:
    """A monopolar needle sees more of what is far; skin and fat leave little and round it off."""
    times = time_axis_ms(40.0)
    near, far = (Fibre(20.0, depth, 60.0, 4.0) for depth in (0.3, 3.0))

    def size(one: Fibre, seen_by: object) -> float:
        return float(np.ptp(fibre_potential(one, times, seen_by)))  # type: ignore[arg-type]

    assert size(far, MONOPOLAR) / size(near, MONOPOLAR) > size(far, CONCENTRIC) / size(
        near, CONCENTRIC
    )
    assert size(near, SURFACE) < 0.1 * size(near, MONOPOLAR)
    steep = [
        float(np.abs(np.diff(wave)).max() / np.ptp(wave))
        for wave in (fibre_potential(near, times, e) for e in (CONCENTRIC, SURFACE))
    ]
    assert steep[1] < 0.85 * steep[0]


def test_unknown_electrode_is_refused_with_the_known_ones() -> None:
    assert electrode("surface") is SURFACE
    made = dataclasses.replace(scenario("rest_normal"), electrode="antenna")
    with pytest.raises(EmgviewError, match="concentric"):
        simulate(made, seconds=1, seed=1)
