"""Facts of the second simulator's recordings, and its matcher on answers whose score is known."""

from __future__ import annotations

from collections.abc import Sequence
from functools import cache

import numpy as np
import pytest
from numpy.typing import NDArray

from tests.second_simulator.canvas import Canvas, Conditions
from tests.second_simulator.discharges import Part, fasciculations, fibs, repetitive, sharp_waves
from tests.second_simulator.matching import Found, match
from tests.second_simulator.rhythms import Sized, bursts, endplate, multiplets, myotonic
from tests.second_simulator.rhythms import neuromyotonic as neuromyotonic_run
from tests.second_simulator.scenarios import SCENARIOS, Scenario, make
from tests.second_simulator.scoring import alarms, figures, judged, macro_f1, summed
from tests.second_simulator.shapes import endplate_spike, motor_unit
from tests.second_simulator.truth import BURST_KINDS, PATHOLOGICAL, POTENTIAL_KINDS, Floats, Made

SPAN = (0.5, 29.5)
SEEDS = range(6)


@cache
def scenario(name: str, seed: int = 5) -> Made:
    return make(next(s for s in SCENARIOS if s.name == name), seed)


def drawn(part: Part, seed: int, noise_uv: float = 1e-3, fs: float = 24_000.0) -> Canvas:
    conditions = Conditions(fs, 30.0, 1, 10.0, 8_000.0, noise_uv, "white", 0.1)
    canvas = Canvas(np.random.default_rng(seed), conditions)
    part(canvas)
    return canvas


def local_cv(peaks: NDArray[np.int64]) -> float:
    """CV of the intervals without their slow trend."""
    intervals = np.diff(peaks).astype(float)
    ordinal = np.arange(intervals.size)
    trend = np.polyval(np.polyfit(ordinal, intervals, 3), ordinal)
    return float((intervals - trend).std() / intervals.mean())


def as_found(made: Made) -> list[Found]:
    """The perfect answer."""
    return [
        Found(e.kind, e.channel, e.start, e.stop, tuple(int(p) for p in e.peaks))
        for e in made.events
    ]


def test_same_seed_gives_same_samples_and_another_seed_others() -> None:
    first, again = scenario("fib_one"), make(scenario_of("fib_one"), 5)
    assert np.array_equal(first.samples, again.samples)
    assert np.array_equal(first.events[0].peaks, again.events[0].peaks)
    other = make(scenario_of("fib_one"), 6)
    assert other.samples.shape != first.samples.shape or (other.samples != first.samples).any()


def scenario_of(name: str) -> Scenario:
    return next(s for s in SCENARIOS if s.name == name)


def test_names_are_unique_and_all_levels_are_there() -> None:
    assert len({s.name for s in SCENARIOS}) == len(SCENARIOS)
    assert {s.level for s in SCENARIOS} == {"silent", "easy", "medium", "hard"}
    assert sum(s.silent for s in SCENARIOS) >= 20


@pytest.mark.parametrize("seed", SEEDS)
def test_fibrillations_as_published(seed: int) -> None:
    """0.5-15 Hz, local CV <= 0.1, 1-5 ms, 20 uV - 1 mV, positive first (S1, S2, I)."""
    event = drawn(fibs((0.7, 14.0), "easy"), seed, 4.0).events[0]
    assert 0.5 <= 24_000.0 / np.median(np.diff(event.peaks)) <= 15.0
    assert local_cv(event.peaks) <= 0.1
    assert 1.0 <= event.duration_ms <= 5.0
    assert 20.0 <= event.amplitude_uv <= 1000.0


@pytest.mark.parametrize("seed", SEEDS)
def test_fibrillations_and_sharp_waves_begin_positive(seed: int) -> None:
    for part in (fibs((2.0, 5.0), "easy"), sharp_waves((2.0, 5.0), "easy")):
        canvas = drawn(part, seed, 4.0)
        event, layer = canvas.events[0], canvas.muscle[0]
        trace = layer[event.start - 2 : event.peaks[0] + 1]
        first = trace[np.abs(trace) > 0.1 * event.amplitude_uv][0]
        assert first > 0


@pytest.mark.parametrize("seed", SEEDS)
def test_sharp_waves_as_published(seed: int) -> None:
    """Positive peak, long low tail, 10-100 ms, regular (S1, S3)."""
    event = drawn(sharp_waves((1.0, 9.0), "easy"), seed, 6.0).events[0]
    assert 10.0 <= event.duration_ms <= 100.0
    assert local_cv(event.peaks) <= 0.1
    assert 50.0 <= event.amplitude_uv <= 1000.0


def test_fasciculations_are_random_and_of_unit_size() -> None:
    """Interval CV about 1, well below 1 Hz on average, 2.8-37 ms (S27, S28)."""
    intervals, lengths = [], []
    for seed in range(12):
        event = drawn(fasciculations(30.0, "large"), seed, 4.0).events[0]
        intervals += list(np.diff(event.peaks) / 24_000.0)
        lengths.append(event.duration_ms)
    found = np.array(intervals)
    assert 0.7 <= found.std() / found.mean() <= 1.3
    assert found.min() > 0.25
    assert 2.8 <= min(lengths) <= max(lengths) <= 37.4


@pytest.mark.parametrize(("phases", "low", "high"), [((2, 4), 2, 4), ((5, 10), 5, 10)])
def test_units_have_the_asked_phases(phases: tuple[int, int], low: int, high: int) -> None:
    rng = np.random.default_rng(3)
    for _ in range(5):
        unit = motor_unit(rng, 300.0, (8.0, 20.0), phases)
        assert low <= unit.phases <= high
        assert 8.0 <= unit.duration_ms <= 20.0


@pytest.mark.parametrize("seed", SEEDS)
def test_repetitive_discharges_hardly_vary(seed: int) -> None:
    """CV <= 0.05 with abrupt ends, 5-150 Hz (S10, S11)."""
    event = drawn(repetitive(((2.0, 20.0),), "easy"), seed, 6.0).events[0]
    assert local_cv(event.peaks) <= 0.05
    assert 5.0 <= 24_000.0 / np.diff(event.peaks).mean() <= 150.0
    assert 100.0 <= event.amplitude_uv <= 1100.0


def test_bursts_of_one_unit_as_published() -> None:
    """0.1-10 bursts a second, CV <= 0.3; inside 5-150 Hz; a silent gap (S15, S16, K)."""
    found = bursts(np.random.default_rng(1), (0.0, 300.0), 1.5, 0.2, (3, 8), (20.0, 60.0))
    starts = np.array([burst[0] for burst in found])
    inside = np.concatenate([np.diff(burst) for burst in found])
    gaps = starts[1:] - np.array([burst[-1] for burst in found])[:-1]
    assert np.diff(starts).std() / np.diff(starts).mean() <= 0.3
    assert 1 / inside.max() >= 5.0
    assert 1 / inside.min() <= 150.0
    assert gaps.min() >= 0.149


def test_multiplets_widen_and_are_close() -> None:
    """2-20 ms apart, gaps widen (S13, S14, K)."""
    steps = [np.diff(m) for m in multiplets(np.random.default_rng(1), (0.0, 200.0), 0.6, 5)]
    assert all((np.diff(step) >= -1e-9).all() for step in steps)
    together = np.concatenate(steps)
    assert 0.002 <= together.min() <= together.max() <= 0.0201


def rate_of(run: Sized) -> Floats:
    rates = 1 / np.diff(run.times)
    smooth: Floats = np.convolve(rates, np.ones(9) / 9, "valid")
    return smooth


@pytest.mark.parametrize("seed", SEEDS)
def test_neuromyotonic_runs_fall_and_slow(seed: int) -> None:
    run = neuromyotonic_run(np.random.default_rng(seed), 1.0, 1.5)
    rates = rate_of(run)
    assert 140.0 <= rates.min() <= rates.max() <= 310.0
    assert rates[0] > rates[-1]
    assert run.sizes[-1] < 0.65


@pytest.mark.parametrize("seed", SEEDS)
def test_myotonic_runs_wax_and_wane_in_rate_and_size(seed: int) -> None:
    run = myotonic(np.random.default_rng(seed), 0.0, 4.0)
    rates = rate_of(run)
    assert 17.0 <= rates.min() <= rates.max() <= 85.0
    for values in (rates, run.sizes):
        top = int(np.argmax(values))
        assert values[0] < 0.8 * values[top] > values[-1]


def test_endplate_spikes_are_irregular_and_negative_first() -> None:
    """CV > 0.5, 2-4 ms, first deflection negative (S2, S5)."""
    rng = np.random.default_rng(2)
    intervals = np.diff(endplate(rng, SPAN, 12.0, bursts=False))
    assert intervals.std() / intervals.mean() > 0.5
    spike = endplate_spike(rng, 200.0, positive=False)
    assert spike.first_sign == -1
    assert 1.9 <= spike.duration_ms <= 4.1


@pytest.mark.parametrize("part", [fibs((2.0, 4.0), "easy"), sharp_waves((2.0, 4.0), "easy")])
def test_truth_times_lie_at_the_extremum(part: Part) -> None:
    canvas = drawn(part, 4, 5.0)
    layer = np.abs(canvas.muscle[0])
    for peak in canvas.events[0].peaks:
        around = layer[max(0, peak - 240) : peak + 241]
        assert layer[peak] == pytest.approx(around.max())


def test_near_noise_potentials_are_ignorable() -> None:
    canvas = drawn(fibs((3.0, 5.0), "hard"), 1, 5.0)
    canvas.at = Conditions(24_000.0, 30.0, 1, 10.0, 8_000.0, 60.0, "white", 0.1)
    assert canvas.finish("x", "hard", False).events[0].ignorable.all()


MIXED = ("fib_psw", "fp_double", "myokymia", "neuromyotonia_more", "crd_fib", "myotonia_wave")


@pytest.mark.parametrize("name", MIXED)
def test_perfect_answer_scores_one(name: str) -> None:
    made = scenario(name)
    row = judged(made, as_found(made))
    assert row.f1 == 1.0
    assert macro_f1(row.counts) == 1.0
    assert not row.counts.confused


@pytest.mark.parametrize("name", MIXED)
def test_empty_answer_scores_nothing(name: str) -> None:
    made = scenario(name)
    row = judged(made, [])
    assert row.f1 == 0.0
    assert sum(row.counts.missed.values()) > 0
    assert not row.counts.false


def test_bursts_joined_into_one_proposal_are_cut_again() -> None:
    made = scenario("myokymia")
    peaks = sorted(int(p) for e in made.events if e.kind in BURST_KINDS for p in e.peaks)
    counts = match(made, [Found("myokymic", 0, peaks[0], peaks[-1], tuple(peaks))])
    assert figures(counts, "myokymic").f1 == 1.0


def test_one_proposal_hits_once_and_six_milliseconds_are_too_far() -> None:
    made = scenario("fib_one")
    event = made.events[0]
    peaks = tuple(int(p) for p in event.peaks)
    twice = Found("fib", 0, event.start, event.stop, tuple(sorted(peaks + peaks)))
    counts = match(made, [twice])
    assert (counts.hit["fib"], counts.false["fib"]) == (len(peaks), len(peaks))
    late = tuple(p + round(0.006 * made.fs) for p in peaks)
    assert match(made, [Found("fib", 0, event.start, event.stop, late)]).hit["fib"] == 0


def test_alarms_count_trains_and_potentials_and_confusions_name_the_class() -> None:
    silent = scenario("rest_loud")
    fs = silent.fs
    train: Sequence[int] = range(1000, 1000 + round(4 * fs), round(0.5 * fs))
    row = judged(silent, [Found("fib", 0, train[0], train[-1], tuple(train))])
    found = alarms([row])
    assert found.proposals == pytest.approx(1 / row.minutes)
    assert found.potentials == pytest.approx(len(train) / row.minutes)
    made = scenario("fib_one")
    wrong = [Found("psw", f.channel, f.start, f.stop, f.peaks) for f in as_found(made)]
    counts = summed([judged(made, wrong)])
    assert counts.confused["fib", "psw"] == made.events[0].peaks.size


def test_unclear_recordings_are_neither_hit_nor_miss() -> None:
    made = scenario("cannot_tell_a")
    counts = match(made, [Found("fib", 0, 100, 900, (200, 500))])
    assert not counts.false
    assert not counts.missed


def test_every_pathological_class_is_in_the_list() -> None:
    names = ("cramp", "myotonia_wave", *MIXED)
    made = {event.kind for name in names for event in scenario(name).events}
    assert set(PATHOLOGICAL) <= made
    assert {"fib", "psw", "fp"} <= set(POTENTIAL_KINDS)
