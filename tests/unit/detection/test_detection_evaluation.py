"""Matching of proposals to a truth: one to one, within a tolerance, by coarse class."""

from __future__ import annotations

import math
from collections.abc import Callable
from typing import TYPE_CHECKING

import pytest

from emgview.detection.evaluation import ClassResult, Mark, coarse, evaluate, marks_of

if TYPE_CHECKING:
    from tests.unit.detection.conftest import Bench, Lab


def marks(*peaks: int, activity: str = "fib", channel: int = 0) -> list[Mark]:
    return [Mark(channel, peak, activity) for peak in peaks]


@pytest.mark.parametrize(("distance", "hits"), [(0, 1), (40, 1), (-40, 1), (41, 0), (-41, 0)])
def test_a_peak_counts_up_to_the_tolerance_and_not_beyond(distance: int, hits: int) -> None:
    result = evaluate(marks(1000), marks(1000 + distance), 40)["fib"]
    assert (result.true_positive, result.false_negative) == (hits, 1 - hits)
    assert result.false_positive == 1 - hits


def test_one_truth_is_matched_once() -> None:
    result = evaluate(marks(1000), marks(990, 1000, 1010), 40)["fib"]
    assert result == ClassResult(1, 0, 2)


def test_one_proposal_matches_one_truth() -> None:
    assert evaluate(marks(990, 1010), marks(1000), 40)["fib"] == ClassResult(1, 1, 0)


def test_neighbours_are_matched_by_the_smallest_distance() -> None:
    result = evaluate(marks(1000, 1060), marks(1030, 1065), 40)["fib"]
    assert result == ClassResult(2, 0, 0)


def test_the_same_class_is_preferred_to_the_nearer_peak() -> None:
    found = [Mark(0, 1001, "mup_normal"), Mark(0, 1020, "fib")]
    results = evaluate(marks(1000), found, 40)
    assert results["fib"] == ClassResult(1, 0, 0)
    assert results["mup"] == ClassResult(0, 0, 1)


def test_channels_are_not_mixed() -> None:
    assert evaluate(marks(1000), marks(1000, channel=1), 40)["fib"] == ClassResult(0, 1, 1)


def test_fine_classes_count_as_their_coarse_one() -> None:
    assert coarse("fp_simple") == coarse("fp_complex") == "fp"
    assert coarse("mup_normal") == "mup"
    assert coarse("no_such_class") == "no_such_class"
    found = marks(1000, activity="fp_complex")
    assert evaluate(marks(1000, activity="fp_simple"), found, 40)["fp"] == ClassResult(1, 0, 0)


def test_a_right_place_with_a_wrong_class_is_a_miss_and_a_false_alarm() -> None:
    results = evaluate(marks(1000), marks(1000, activity="fp_simple"), 40)
    assert results["fib"] == ClassResult(0, 1, 0)
    assert results["fp"] == ClassResult(0, 0, 1)


def test_sensitivity_and_precision_of_nothing_are_not_a_number() -> None:
    """No truth is not a perfect score."""
    assert math.isnan(ClassResult(0, 0, 3).sensitivity)
    assert math.isnan(ClassResult(0, 2, 0).precision)
    assert ClassResult(3, 1, 2).sensitivity == 0.75
    assert ClassResult(3, 1, 2).precision == 0.6
    assert evaluate([], [], 40) == {}


def test_the_order_of_the_marks_does_not_matter() -> None:
    truth, found = marks(300, 100, 200), marks(205, 310, 95)
    assert evaluate(truth, found, 20) == evaluate(truth[::-1], found[::-1], 20)
    assert evaluate(truth, found, 20)["fib"] == ClassResult(3, 0, 0)


def test_marks_of_a_run_are_its_potentials(bench: Callable[..., Bench], lab: Lab) -> None:
    b = bench(seconds=6)
    truth = b.lobes(lab.FIB, 120.0, b.regular(6.0, 0.04))
    run = b.run()
    found = marks_of(run)
    assert len(found) == sum(len(p.potentials) for p in run.proposals)
    result = evaluate(marks(*truth), found, 40)["fib"]
    assert result.sensitivity > 0.95
    assert result.precision > 0.95
