"""The detector asked on the way: the same run at the end, bounded work before it."""

from __future__ import annotations

from time import perf_counter

import numpy as np
import pytest

from emgview.detection import Detector
from emgview.detection.live import LiveDetector, counts_of
from emgview.simulation import Simulation, simulate


@pytest.fixture(scope="module")
def fibrillations() -> Simulation:
    return simulate("fib_psw_mixed", seconds=30, seed=3, fs=20_000, channels=1)


def _run(simulation: Simulation, every_s: float = 0.5, most_events: int = 60) -> LiveDetector:
    live = LiveDetector(simulation.info, most_events=most_events)
    for chunk in simulation.chunks(round(every_s * simulation.info.sampling_rate_hz)):
        live.push(chunk)
        live.look()
        live.look_at_all()
    return live


def test_looking_on_the_way_does_not_change_the_run(fibrillations: Simulation) -> None:
    detector = Detector(fibrillations.info)
    for chunk in fibrillations.chunks(20_000):
        detector.push(chunk)
    assert _run(fibrillations).finish() == detector.finish()


def test_what_is_shown_at_the_end_is_nearly_the_final_run(fibrillations: Simulation) -> None:
    live = _run(fibrillations)
    while not live.look_at_all(at_rest=True):
        pass
    shown = live.proposals()
    final = live.finish().proposals
    undecided = {"cannot_tell"}  # what waits for more of a train
    trains_shown = {p.activity for p in shown if p.train_id} - undecided
    assert trains_shown == {p.activity for p in final if p.train_id} - undecided
    certain = fibrillations.info.n_samples - 4 * 20_000  # later ones wait for what surrounds them
    n_shown = sum(q.peak_sample < certain for p in shown for q in p.potentials)
    n_final = sum(q.peak_sample < certain for p in final for q in p.potentials)
    assert abs(n_shown - n_final) <= 0.1 * n_final


def test_few_events_are_judged_anew_and_trains_stay_whole(fibrillations: Simulation) -> None:
    """With a small bound, counts stay near those of the unbounded look."""
    free, bound = _run(fibrillations, most_events=10_000), _run(fibrillations, most_events=80)
    n_free = sum(c.potentials for c in free.counts())
    n_bound = sum(c.potentials for c in bound.counts())
    assert abs(n_bound - n_free) <= 0.15 * n_free
    trains = [p for p in bound.proposals() if p.train_id and p.activity in ("fib", "psw")]
    assert len(trains) < 20


def test_work_of_a_look_is_bounded() -> None:
    simulation = simulate("fib_psw_mixed", seconds=80, seed=5, fs=10_000, channels=1)
    live, times = LiveDetector(simulation.info), []
    for chunk in simulation.chunks(5_000):
        live.push(chunk)
        before = perf_counter()
        live.look()
        live.look_at_all()
        times.append(perf_counter() - before)
    early, late = np.median(times[60:100]), np.median(times[-40:])
    assert late < 3 * early + 0.02


def test_a_look_judges_what_is_new_before_all_is_judged_again() -> None:
    simulation = simulate("fib_psw_mixed", seconds=20, seed=5, fs=10_000, channels=1)
    live = LiveDetector(simulation.info, most_events=60)
    for chunk in simulation.chunks(5_000):
        live.push(chunk)
        live.look()
    assert live.proposals()
    assert not live.look_at_all()  # the patterns, then all events with them
    assert live.look_at_all()
    assert not live.look_at_all()
    assert not live.look()


def test_a_gap_settles_what_was_found() -> None:
    simulation = simulate("gaps", seconds=30, seed=1, fs=10_000)
    live = _run(simulation)
    ids = [p.id for p in live.proposals()]
    assert len(ids) == len(set(ids))
    assert counts_of(live.proposals()) == live.counts()
