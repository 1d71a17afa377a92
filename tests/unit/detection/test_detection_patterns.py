"""Discharge patterns of simulated recordings: each is named, and each is told from its like."""

from __future__ import annotations

from functools import lru_cache

import pytest

from emgview.detection import Detector
from emgview.model import DetectionRun, Proposal
from emgview.simulation import Simulation, simulate

PATTERNS = {
    "crd", "myotonic", "neuromyotonic", "myokymic", "fac_myokymia", "multiplet", "cramp", "hfs",
    "scmusd",
}  # fmt: skip


@lru_cache(maxsize=4)
def judged(scenario_id: str, seed: int) -> tuple[Simulation, DetectionRun]:
    """Fifteen seconds of a scenario, or all of it for what needs a beginning and an end."""
    seconds = None if "cramp" in scenario_id else 15
    made = simulate(scenario_id, seed=seed, seconds=seconds)
    detector = Detector(made.info)
    for chunk in made.chunks(20_000):
        detector.push(chunk)
    return made, detector.finish()


def patterns(run: DetectionRun) -> list[Proposal]:
    return [p for p in run.proposals if p.activity in PATTERNS]


def covered(made: Simulation, run: DetectionRun, activity: str) -> float:
    """Part of the true potentials that lie in proposals of that class."""
    truth = [t for t in made.truth if t.activity == activity]
    found = [p for p in run.proposals if p.activity == activity]
    inside = sum(
        any(p.channel == t.channel and p.interval.contains(t.peak_sample) for p in found)
        for t in truth
    )
    return inside / len(truth)


@pytest.mark.parametrize(
    ("scenario_id", "activity"),
    [
        ("pair_crd_myotonia_crd", "crd"),
        ("pair_crd_neuromyotonia_crd", "crd"),
        ("pair_crd_myotonia_myotonia", "myotonic"),
        ("pair_crd_neuromyotonia_neuromyotonia", "neuromyotonic"),
        ("pair_myokymia_neuromyotonia_neuromyotonia", "neuromyotonic"),
        ("pair_myokymia_neuromyotonia_myokymia", "myokymic"),
        ("pair_facial_myokymia", "fac_myokymia"),
        ("pair_facial_spasm", "hfs"),
        ("example_multiplet", "multiplet"),
        ("example_single_unit", "scmusd"),
    ],
)
def test_a_pattern_is_named_and_not_taken_for_its_like(scenario_id: str, activity: str) -> None:
    made, run = judged(scenario_id, 21)
    assert covered(made, run, activity) >= 0.6
    assert {p.activity for p in patterns(run)} <= {activity, "neuromyotonic"}


def test_a_cramp_is_told_by_its_beginning_and_its_end() -> None:
    made, run = judged("example_cramp", 11)
    assert covered(made, run, "cramp") >= 0.7


@pytest.mark.parametrize(
    "scenario_id",
    ["pair_cramp_effort_effort", "pair_myokymia_tremor_tremor", "normal_interference",
     "normal_slight", "artefact_tens", "artefact_phone"],
)  # fmt: skip
def test_effort_tremor_and_machines_are_no_pattern(scenario_id: str) -> None:
    _, run = judged(scenario_id, 21)
    assert not patterns(run)


def test_every_pattern_says_why_in_words_and_numbers() -> None:
    _, run = judged("pair_crd_myotonia_crd", 21)
    for proposal in patterns(run):
        assert len(proposal.evidence.reasons) >= 2
        assert any(c.isdigit() for text in proposal.evidence.reasons for c in text)
        assert proposal.evidence.n_potentials == len(proposal.potentials)
        assert proposal.train_id is not None


@pytest.mark.parametrize("chunk", [777, 5_003])
def test_patterns_do_not_depend_on_chunks(chunk: int) -> None:
    made, run = judged("pair_crd_myotonia_crd", 21)
    detector = Detector(made.info)
    for part in made.chunks(chunk):
        detector.push(part)
    assert detector.finish() == run
