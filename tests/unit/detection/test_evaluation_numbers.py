"""Intervals, reliability of scores, shared time: small numbers worked out by hand."""

from __future__ import annotations

import math

import numpy as np
import pytest

from emgview.detection.evaluation.calibration import Scored, mapped, monotone_map, reliability
from emgview.detection.evaluation.counts import Tally, f1
from emgview.detection.evaluation.intervals import draws, f1_figure, interval, ratio
from emgview.detection.evaluation.rules import Bootstrap, default_rules
from emgview.detection.evaluation.spans import Spans
from emgview.model import SampleInterval

BOOTSTRAP = Bootstrap(draws=4_000, seed=3, level=0.95)


def scored(*rows: tuple[float, bool]) -> list[Scored]:
    return [Scored("fib", score, right) for score, right in rows]


# -- intervals -------------------------------------------------------------------------------------


def test_draws_are_the_same_for_the_same_seed_and_draw_as_many_as_there_are() -> None:
    weights = draws(7, BOOTSTRAP)
    np.testing.assert_array_equal(weights, draws(7, BOOTSTRAP))
    assert weights.shape == (4_000, 7)
    assert set(weights.sum(axis=1)) == {7}
    assert weights.mean() == pytest.approx(1.0)


def test_interval_of_a_mean_is_as_wide_as_its_standard_error() -> None:
    """Half of 100 recordings found: 0.5 ± 1.96 · 0.05."""
    rows = [[1, n % 2] for n in range(100)]
    found = interval(rows, ratio(1, 0), draws(100, BOOTSTRAP), 0.95)
    assert found is not None
    assert found == pytest.approx((0.402, 0.598), abs=0.015)


def test_many_potentials_in_one_recording_are_one_draw() -> None:
    few = interval([[1, 0], [1, 1]], ratio(1, 0), draws(2, BOOTSTRAP), 0.95)
    many = interval([[900, 0], [900, 900]], ratio(1, 0), draws(2, BOOTSTRAP), 0.95)
    assert few == many == (0.0, 1.0)


@pytest.mark.parametrize("rows", [[[5, 3]], [[5, 3], [0, 0]], [[0, 0], [0, 0]]])
def test_one_recording_gives_no_interval(rows: list[list[int]]) -> None:
    assert interval(rows, ratio(1, 0), draws(len(rows), BOOTSTRAP), 0.95) is None


def test_recordings_that_all_do_the_same_give_no_interval() -> None:
    """From 100 % to 100 % would say that it cannot be otherwise."""
    assert interval([[5, 5], [3, 3]], ratio(1, 0), draws(2, BOOTSTRAP), 0.95) is None


def test_f1_of_sums_is_that_of_the_tally() -> None:
    rows = np.array([[4, 3, 5, 3], [4, 0, 0, 0], [0, 0, 3, 0], [4, 0, 3, 0]], dtype=float)
    values = f1_figure(rows)
    assert values[0] == pytest.approx(Tally(4, 3, 5, 3).f1)
    assert (values[1], values[3]) == (0.0, 0.0)
    assert np.isnan(values[2])
    assert math.isnan(Tally(0, 0, 3, 0).f1)
    assert f1(0.75, 0.6) == pytest.approx(2 / 3)


# -- scores ----------------------------------------------------------------------------------------


def test_reliability_by_hand() -> None:
    """Bins of 0.5: mean 0.2 and half right; mean 0.8 and all right: (2·0.3 + 2·0.2) / 4."""
    found = reliability(scored((0.1, True), (0.3, False), (0.7, True), (0.9, True)), 2)
    assert [(b.start, b.stop, b.items) for b in found.bins] == [(0.0, 0.5, 2), (0.5, 1.0, 2)]
    assert [b.right for b in found.bins] == [0.5, 1.0]
    assert found.expected_error == pytest.approx(0.25)


def test_scores_that_mean_what_they_say_have_no_error() -> None:
    rows = scored(*[(0.75, k < 3) for k in range(4)], *[(0.25, k < 1) for k in range(4)])
    assert reliability(rows, 10).expected_error == pytest.approx(0.0)


def test_a_score_of_one_lies_in_the_last_bin_and_nothing_has_no_error() -> None:
    assert reliability(scored((1.0, True)), 10).bins[0].start == 0.9
    assert math.isnan(reliability([], 10).expected_error)


def test_the_map_never_falls_and_pools_what_does() -> None:
    rows = scored((0.2, False), (0.4, True), (0.6, False), (0.8, True), (0.9, True))
    points = monotone_map(rows)
    np.testing.assert_allclose(points, [(0.2, 0.0), (0.5, 0.5), (0.85, 1.0)])


def test_a_map_is_linear_between_its_points_and_constant_beyond() -> None:
    points = ((0.2, 0.0), (0.6, 0.5), (0.8, 1.0))
    assert [mapped(x, points) for x in (0.0, 0.2, 0.4, 0.7, 0.8, 1.0)] == pytest.approx(
        [0.0, 0.0, 0.25, 0.75, 1.0, 1.0]
    )
    assert mapped(0.3, ()) == 0.3


# -- shared time and rules -------------------------------------------------------------------------


def test_spans_join_count_and_share() -> None:
    spans = Spans([SampleInterval(30, 40), SampleInterval(0, 10), SampleInterval(5, 20)])
    assert [(i.start, i.stop) for i in spans.intervals] == [(0, 20), (30, 40)]
    assert len(spans) == 30
    assert spans.covered(SampleInterval(15, 35)) == 10
    assert spans.share(SampleInterval(15, 35)) == 0.5
    assert [spans.contains(k) for k in (0, 19, 20, 29, 30, 39, 40)] == [
        True, True, False, False, True, True, False,
    ]  # fmt: skip
    assert spans.shared(Spans([SampleInterval(18, 32)])) == 4


def test_spans_close_gaps_up_to_a_length() -> None:
    rows = [SampleInterval(0, 10), SampleInterval(15, 20)]
    assert len(Spans(rows, gap=5)) == 20
    assert len(Spans(rows, gap=4)) == 15
    assert len(Spans(())) == 0
    assert Spans(()).share(SampleInterval(0, 5)) == 0.0


def test_rules_of_the_task_are_the_shipped_ones() -> None:
    """5 ms for needle potentials, 20 ms for surface ones."""
    rules = default_rules()
    assert rules.matching.tolerance(20_000.0, surface=False) == 100
    assert rules.matching.tolerance(20_000.0, surface=True) == 400
    assert rules.is_discharge("crd")
    assert not rules.is_discharge("fib")
