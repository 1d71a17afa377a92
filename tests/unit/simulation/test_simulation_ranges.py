"""Each class keeps its published ranges of shape and rhythm, whatever the seed."""

from __future__ import annotations

from collections import defaultdict

import numpy as np
import pytest
from numpy.typing import NDArray

from emgview.simulation import Simulation, TruePotential, simulate

SEEDS = (1, 2, 3, 4)
FS = 20_000.0


def simulated(scenario_id: str, seconds: float = 60.0) -> list[Simulation]:
    return [simulate(scenario_id, seconds=seconds, seed=seed) for seed in SEEDS]


def of_class(simulation: Simulation, activity: str) -> list[TruePotential]:
    return [one for one in simulation.truth if one.activity == activity]


def durations_ms(found: list[TruePotential]) -> NDArray[np.float64]:
    return np.array([1000.0 * len(one.interval) / FS for one in found])


def intervals_s(found: list[TruePotential]) -> list[NDArray[np.float64]]:
    """Intervals between discharges of one unit in one train."""
    peaks: dict[tuple[int, int | None], list[int]] = defaultdict(list)
    for one in found:
        peaks[one.unit, one.train].append(one.peak_sample)
    return [np.diff(row) / FS for row in peaks.values() if len(row) > 8]


def local_cv(intervals: NDArray[np.float64]) -> float:
    """Irregularity from one interval to the next: a slow drift does not count."""
    return float(np.diff(np.log(intervals)).std() / np.sqrt(2.0))


@pytest.mark.parametrize(
    ("scenario_id", "activity", "duration_ms", "amplitude_uv", "phases"),
    [
        ("fibrillation", "fib", (1, 5.3), (15, 260), (2, 3)),
        ("positive_sharp_waves", "psw", (10, 100), (80, 500), (2, 2)),
        ("fasciculation_simple", "fp_simple", (4.5, 16), (90, 1700), (2, 4)),
        ("fasciculation_complex", "fp_complex", (4, 37.4), (90, 1900), (3, 15)),
        ("voluntary_slight", "mup_normal", (4.5, 16), (200, 1900), (2, 4)),
        ("end_plate", "eps", (1.8, 4.4), (75, 380), (2, 2)),
        ("ecg_paraspinal", "art_ecg", (20, 110), (10, 500), (1, 3)),
        ("stimulator", "art_stim", (0, 1.0), (50, 800), (1, 2)),
    ],
)
def test_shapes_keep_their_published_ranges(
    scenario_id: str,
    activity: str,
    duration_ms: tuple[float, float],
    amplitude_uv: tuple[float, float],
    phases: tuple[int, int],
) -> None:
    """Amplitudes vary by a few per cent from one discharge to the next, hence the wider limits."""
    for simulation in simulated(scenario_id):
        found = of_class(simulation, activity)
        assert found
        assert durations_ms(found).min() >= duration_ms[0]
        assert durations_ms(found).max() <= duration_ms[1]
        sizes = [one.amplitude_uv for one in found]
        assert amplitude_uv[0] <= min(sizes) <= max(sizes) <= amplitude_uv[1]
        assert phases[0] <= min(one.phases for one in found)
        assert max(one.phases for one in found) <= phases[1]


def test_complex_units_mostly_show_more_than_four_phases() -> None:
    """Blocking can take a phase from one discharge; the unit as such stays complex."""
    phases = [
        one.phases
        for simulation in simulated("fasciculation_complex", 90.0)
        for one in of_class(simulation, "fp_complex")
    ]
    assert np.mean(np.array(phases) > 4) > 0.6


def test_complex_units_change_shape_and_simple_ones_do_not() -> None:
    def spread(scenario_id: str, activity: str) -> float:
        rows: dict[tuple[int, int], list[int]] = defaultdict(list)
        for n, simulation in enumerate(simulated(scenario_id, 90.0)):
            for one in of_class(simulation, activity):
                rows[n, one.unit].append(len(one.interval))
        return float(np.mean([np.std(row) for row in rows.values() if len(row) > 4]))

    stable = spread("fasciculation_simple", "fp_simple")
    assert spread("fasciculation_complex", "fp_complex") > 3.0 * stable


@pytest.mark.parametrize(
    ("scenario_id", "activity"), [("fibrillation", "fib"), ("positive_sharp_waves", "psw")]
)
def test_fibres_without_nerve_fire_regularly(scenario_id: str, activity: str) -> None:
    for simulation in simulated(scenario_id):
        trains = intervals_s(of_class(simulation, activity))
        assert trains
        for intervals in trains:
            assert local_cv(intervals) <= 0.1
            assert 0.5 <= 1.0 / float(np.median(intervals)) <= 15.0


@pytest.mark.parametrize(
    ("scenario_id", "activity"), [("fibrillation", "fib"), ("positive_sharp_waves", "psw")]
)
def test_regular_trains_last_longer_than_three_seconds(scenario_id: str, activity: str) -> None:
    """Save those that the end of the recording cuts."""
    for simulation in simulated(scenario_id):
        ends: dict[int, list[int]] = defaultdict(list)
        for one in of_class(simulation, activity):
            assert one.train is not None
            ends[one.train].append(one.peak_sample)
        lasting = [(max(row) - min(row)) / FS for row in ends.values() if max(row) < 55 * FS]
        assert lasting
        assert min(lasting) > 3.0


@pytest.mark.parametrize("scenario_id", ["fasciculation_simple", "fasciculation_complex"])
def test_fasciculating_units_fire_alone_and_at_random(scenario_id: str) -> None:
    pooled = []
    for simulation in simulated(scenario_id, 300.0):
        for intervals in intervals_s(list(simulation.truth)):
            assert intervals.min() >= 0.25
            assert 1.0 / intervals.mean() < 1.0
            pooled.append(intervals.std() / intervals.mean())
    assert np.mean(pooled) > 0.7


def test_voluntary_units_fire_at_seven_to_fifteen_per_second() -> None:
    for simulation in simulated("voluntary_slight"):
        for intervals in intervals_s(of_class(simulation, "mup_normal")):
            assert 5.5 <= 1.0 / float(np.median(intervals)) <= 15.0
            assert 0.06 <= local_cv(intervals) <= 0.25


def test_voluntary_units_are_recruited_in_order_and_fall_silent_in_reverse() -> None:
    for simulation in simulated("voluntary_then_rest"):
        spans = defaultdict(list)
        for one in of_class(simulation, "mup_normal"):
            spans[one.unit].append(one.peak_sample)
        starts = [min(row) for _, row in sorted(spans.items())]
        stops = [max(row) for _, row in sorted(spans.items())]
        assert starts == sorted(starts)
        assert stops == sorted(stops, reverse=True)


def test_end_plate_spikes_are_irregular() -> None:
    for simulation in simulated("end_plate"):
        irregular = [
            intervals.std() / intervals.mean()
            for intervals in intervals_s(of_class(simulation, "eps"))
            if len(intervals) > 20
        ]
        assert irregular
        assert np.median(irregular) > 0.5


def test_machine_pulses_keep_their_period_to_the_sample() -> None:
    for simulation in simulated("stimulator", 10.0):
        gaps = np.diff([one.interval.start for one in of_class(simulation, "art_stim")])
        assert int(gaps.max() - gaps.min()) <= 2


def test_heart_beats_at_the_pace_of_a_pulse() -> None:
    for simulation in simulated("ecg_paraspinal"):
        beats = np.diff([one.peak_sample for one in of_class(simulation, "art_ecg")]) / FS
        assert 1.0 <= 1.0 / float(beats.mean()) <= 1.7
        assert 0.005 <= float(beats.std() / beats.mean()) <= 0.1


def test_positive_sharp_waves_are_sharp_and_positive_first() -> None:
    """The spike stands within 5 ms of the onset and is the positive one."""
    for simulation in simulated("positive_sharp_waves"):
        gain = simulation.info.channels[0].gain_uv
        for one in of_class(simulation, "psw"):
            assert (one.peak_sample - one.interval.start) / FS < 0.005
            assert simulation.samples[one.peak_sample, one.channel] * gain > 0


def test_end_plate_spikes_are_negative_first() -> None:
    for simulation in simulated("end_plate"):
        signs = [
            simulation.samples[one.peak_sample, 0] < 0
            and one.peak_sample - one.interval.start < len(one.interval) / 2
            for one in of_class(simulation, "eps")
        ]
        assert np.mean(signs) > 0.9  # overlaps disturb a few
