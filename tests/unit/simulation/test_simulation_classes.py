"""Each class keeps to the published ranges: duration, amplitude, phases, rate, regularity.

The numbers are those of the clinical table, written down here a second time on purpose: a scenario
file that leaves them fails.
"""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Callable, Iterable

import numpy as np
import pytest
from numpy.typing import NDArray

from emgview.simulation import Simulation, TruePotential

FS = 20_000.0

Recordings = Callable[[str], tuple[Simulation, ...]]

# scenario, class, duration (ms), amplitude (microvolt), phases
SHAPES = [
    ("fibrillation", "fib", (1.0, 5.2), (20.0, 220.0), (2, 3)),
    ("positive_sharp_waves", "psw", (10.0, 100.0), (90.0, 430.0), (2, 2)),
    ("positive_sharp_waves_open_filter", "psw", (10.0, 100.0), (90.0, 430.0), (2, 2)),
    ("fasciculation_simple", "fp_simple", (4.5, 16.0), (100.0, 1600.0), (2, 4)),
    ("fasciculation_complex", "fp_complex", (4.5, 37.4), (80.0, 2200.0), (3, 15)),
    ("voluntary_slight", "mup_normal", (2.0, 15.0), (200.0, 3000.0), (2, 4)),
    ("voluntary_satellites", "mup_neuro", (1.0, 22.0), (30.0, 3500.0), (1, 8)),
    ("end_plate", "eps", (1.9, 4.2), (80.0, 360.0), (2, 2)),
    ("ecg_paraspinal", "art_ecg", (20.0, 100.0), (10.0, 500.0), (1, 3)),
    ("pops", "art_pop", (5.0, 250.0), (50.0, 10_000.0), (1, 2)),
    ("stimulator", "art_stim", (0.05, 1.0), (50.0, 1000.0), (1, 3)),
]


def of(simulations: Iterable[Simulation], activity: str) -> list[TruePotential]:
    return [p for s in simulations for p in s.truth if p.activity == activity]


def duration_ms(one: TruePotential) -> float:
    return len(one.interval) * 1000.0 / FS


def trains(simulations: Iterable[Simulation], activity: str) -> list[NDArray[np.float64]]:
    """Peak times in seconds of each train of at least eight potentials."""
    found: dict[tuple[str, int, int | None], list[int]] = defaultdict(list)
    for s in simulations:
        for p in s.truth:
            if p.activity == activity and not p.linked:
                found[s.info.id, p.unit, p.train].append(p.peak_sample)
    return [np.array(peaks) / FS for peaks in found.values() if len(peaks) >= 8]


def cv(times: NDArray[np.float64]) -> float:
    intervals = np.diff(times)
    return float(intervals.std() / intervals.mean())


def local_cv(times: NDArray[np.float64]) -> float:
    """Of the intervals against the mean of their neighbours: blind to slow drift."""
    intervals = np.diff(times)
    step = np.diff(intervals) / ((intervals[1:] + intervals[:-1]) / 2.0)
    return float(step.std() / np.sqrt(2.0))


@pytest.mark.parametrize(
    ("scenario", "activity", "duration", "amplitude", "phases"), SHAPES, ids=lambda v: str(v)[:24]
)
def test_shapes_lie_in_the_published_ranges(
    recordings: Recordings,
    scenario: str,
    activity: str,
    duration: tuple[float, float],
    amplitude: tuple[float, float],
    phases: tuple[int, int],
) -> None:
    found = of(recordings(scenario), activity)
    whole = [p for p in found if p.interval.start > 0 and p.interval.stop < 60 * FS]
    assert len(whole) >= 30
    assert not [p for p in whole if not duration[0] <= duration_ms(p) <= duration[1]]
    assert not [p for p in whole if not amplitude[0] <= p.amplitude_uv <= amplitude[1]]
    assert not [p for p in whole if not phases[0] <= p.phases <= phases[1]]


@pytest.mark.parametrize("scenario", ["fibrillation", "positive_sharp_waves"])
def test_single_fibres_fire_regularly_about_a_slow_drift(
    recordings: Recordings, scenario: str
) -> None:
    """Random times, as some simulators draw them, would give a CV near 1 here."""
    activity = {"fibrillation": "fib", "positive_sharp_waves": "psw"}[scenario]
    found = trains(recordings(scenario), activity)
    assert len(found) >= 10
    assert max(local_cv(times) for times in found) <= 0.1
    rates = [1.0 / np.median(np.diff(times)) for times in found]
    assert min(rates) >= 0.5
    assert max(rates) <= 15.0


def test_fibrillation_trains_last_and_some_slow_down(recordings: Recordings) -> None:
    found = trains(recordings("fibrillation"), "fib")
    inside = [times for times in found if times[-1] < 59.0]
    assert all(times[-1] - times[0] > 3.0 for times in inside)
    last = [np.diff(times)[-3:].mean() / np.median(np.diff(times)) for times in inside]
    assert max(last) > 1.2


def test_fibrillation_potentials_start_positive_but_for_those_at_their_origin(
    recordings: Recordings,
) -> None:
    """The first lobe of a fibre's wave that runs towards the needle is positive."""
    shapes = {(s.info.id, p.unit): p.phases for s in recordings("fibrillation") for p in s.truth}
    triphasic = sum(phases == 3 for phases in shapes.values())
    assert triphasic >= 0.6 * len(shapes)


def test_fasciculation_potentials_come_at_random_and_alone(recordings: Recordings) -> None:
    """Rate below one in a second, interval CV of one or more, never two within 250 ms."""
    intervals = []
    for scenario in ("fasciculation_simple", "fasciculation_complex"):
        for s in recordings(scenario):
            for unit in {p.unit for p in s.truth}:
                times = np.array([p.peak_sample for p in s.truth if p.unit == unit]) / FS
                assert len(times) < 60
                assert all(p.train is None for p in s.truth)
                if len(times) > 5:
                    intervals.append(np.diff(times) / np.diff(times).mean())
    together = np.concatenate(intervals)
    assert together.std() >= 0.9
    gaps = [
        np.diff([p.peak_sample for p in s.truth if p.unit == unit]).min(initial=10**9) / FS
        for s in recordings("fasciculation_simple")
        for unit in {p.unit for p in s.truth}
    ]
    assert min(gaps) >= 0.25


def test_complex_fasciculation_potentials_change_their_shape(recordings: Recordings) -> None:
    found = of(recordings("fasciculation_complex"), "fp_complex")
    assert np.mean([p.phases > 4 for p in found]) >= 0.9
    simple = of(recordings("fasciculation_simple"), "fp_simple")
    assert _spread_of_duration(found) > 3.0 * _spread_of_duration(simple)


def _spread_of_duration(found: list[TruePotential]) -> float:
    by_unit: dict[tuple[int, int], list[float]] = defaultdict(list)
    for p in found:
        by_unit[p.unit, round(np.log2(p.amplitude_uv))].append(duration_ms(p))
    return float(np.median([np.std(v) for v in by_unit.values() if len(v) > 5]))


def test_voluntary_units_fire_steadily_and_stop_with_the_effort(recordings: Recordings) -> None:
    found = trains(recordings("voluntary_slight"), "mup_normal")
    steady = [times[(times - times[0] > 2.0) & (times[-1] - times > 2.0)] for times in found]
    steady = [times for times in steady if len(times) > 40]
    assert len(steady) >= 20
    assert min(cv(times) for times in steady) >= 0.07
    assert max(cv(times) for times in steady) <= 0.25
    rates = [1.0 / np.diff(times).mean() for times in steady]
    assert min(rates) >= 5.0
    assert max(rates) <= 20.0


def test_after_a_contraction_there_is_rest(recordings: Recordings) -> None:
    for s in recordings("voluntary_then_rest"):
        assert max(p.peak_sample for p in s.truth) < 20 * FS
        rest = s.samples[int(21 * FS) :, 0] * 0.1
        assert rest.std() < 8.0


def test_end_plate_spikes_are_irregular_and_often_close(recordings: Recordings) -> None:
    found = trains(recordings("end_plate"), "eps")
    assert np.median([cv(times) for times in found]) > 0.5
    shortest = [np.diff(times).min() for times in found]
    assert np.median(shortest) < 0.02
    assert min(shortest) >= 0.002
    rates = [len(times) / (times[-1] - times[0]) for times in found]
    assert 5.0 < np.median(rates) < 60.0


def test_satellites_are_locked_to_their_unit(recordings: Recordings) -> None:
    """A satellite follows its unit at a nearly fixed delay, parted from it, and may be missing."""
    for s in recordings("voluntary_satellites"):
        for unit in {p.unit for p in s.truth if p.linked}:
            parents = [p for p in s.truth if p.unit == unit and not p.linked]
            late = np.array([p.peak_sample for p in s.truth if p.unit == unit and p.linked])
            peaks = np.array([p.peak_sample for p in parents])
            delays = (late - peaks[np.searchsorted(peaks, late) - 1]) / FS * 1000.0
            assert delays.std() < 0.5
            assert 5.0 < delays.mean() < 40.0
            assert 0.8 * len(parents) < len(late) < len(parents)


def test_machine_pulses_have_an_exact_period(recordings: Recordings) -> None:
    for s in recordings("stimulator"):
        times = np.array([p.peak_sample for p in s.truth]) / FS
        number = np.arange(len(times))
        line = np.polynomial.Polynomial.fit(number, times, 1)
        assert np.abs(times - line(number)).max() < 0.0002


def test_heart_beats_as_a_heart(recordings: Recordings) -> None:
    for times in trains(recordings("ecg_paraspinal"), "art_ecg"):
        assert 0.01 < cv(times) < 0.12
        assert 1.0 <= 1.0 / np.diff(times).mean() <= 1.7


def test_pops_differ_in_size_and_have_no_rhythm(recordings: Recordings) -> None:
    found = of(recordings("pops"), "art_pop")
    sizes = np.array([p.amplitude_uv for p in found])
    assert sizes.std() / sizes.mean() > 0.4
    assert all(p.train is None for p in found)
