"""Simulated scenarios: modest floors of sensitivity, and few false alarms where all is normal."""

from __future__ import annotations

import pytest

from emgview.detection import Detector
from emgview.detection.evaluation import Mark, evaluate, marks_of
from emgview.simulation import Simulation, simulate

FP_FIB_PSW = ("fp", "fib", "psw")


def judged(scenario_id: str, seed: int) -> tuple[Simulation, dict[str, tuple[float, int]]]:
    """Sensitivity and number of false alarms of each coarse class, peaks within 2 ms."""
    made = simulate(scenario_id, seed=seed, seconds=30)
    detector = Detector(made.info)
    for chunk in made.chunks(20_000):
        detector.push(chunk)
    truth = [Mark(t.channel, t.peak_sample, t.activity) for t in made.truth]
    results = evaluate(truth, marks_of(detector.finish()), 40)
    return made, {name: (r.sensitivity, r.false_positive) for name, r in results.items()}


@pytest.mark.parametrize("seed", [1, 2])
@pytest.mark.parametrize(
    ("scenario_id", "activity", "floor"),
    [
        ("positive_sharp_waves", "psw", 0.8),
        ("fasciculation_simple", "fp", 0.5),
        ("fasciculation_complex", "fp", 0.7),
        ("voluntary_slight", "mup", 0.5),
        ("stimulator", "artefact", 0.9),
    ],
)
def test_what_is_there_is_found(scenario_id: str, activity: str, floor: float, seed: int) -> None:
    _, results = judged(scenario_id, seed)
    assert results[activity][0] >= floor


@pytest.mark.parametrize("seed", [1, 2])
@pytest.mark.parametrize(
    "scenario_id",
    ["rest_normal", "end_plate", "voluntary_slight", "ecg_paraspinal", "pops", "artefacts"],
)
def test_normal_muscle_and_artefacts_give_at_most_two_false_alarms_a_minute(
    scenario_id: str, seed: int
) -> None:
    made, results = judged(scenario_id, seed)
    alarms = sum(results[name][1] for name in FP_FIB_PSW if name in results)
    assert alarms <= 2 * made.info.duration_s / 60
