"""Regularity of trains: parts fibrillation potentials from motor units and end-plate spikes."""

from __future__ import annotations

import numpy as np
import pytest
from numpy.typing import NDArray

from emgview.signal.rhythm import Rhythm, rhythm, split_at_pauses

Float = NDArray[np.float64]


def train(rate_hz: float, cv: float, n: int = 400, seed: int = 5) -> Float:
    rng = np.random.default_rng(seed)
    intervals: Float = np.maximum(1 + cv * rng.standard_normal(n), 0.05) / rate_hz
    return np.cumsum(intervals)


def of(times: Float) -> Rhythm:
    found = rhythm(times)
    assert found is not None
    return found


@pytest.mark.parametrize("cv", [0.02, 0.05, 0.1, 0.2])
def test_local_cv_equals_the_cv_of_independent_intervals(cv: float) -> None:
    r = of(train(8.0, cv))
    assert r.local_cv == pytest.approx(cv, rel=0.15)
    assert r.cv == pytest.approx(cv, rel=0.15)
    assert r.rate_hz == pytest.approx(8.0, rel=0.03)


def test_a_metronome_has_no_variation() -> None:
    times: Float = np.linspace(0.0, 49 * 0.125, 50)
    r = of(times)
    assert r.local_cv == pytest.approx(0.0, abs=1e-9)
    assert r.n == 50
    assert r.shortest_s == pytest.approx(0.125)
    assert r.median_s == pytest.approx(0.125)


def test_slow_drift_does_not_count_as_irregularity() -> None:
    """A fibrillation potential may slow down to a third before it stops."""
    intervals: Float = np.linspace(0.08, 0.24, 100)
    times = np.cumsum(intervals)
    r = of(times)
    assert r.local_cv < 0.02
    assert r.cv > 0.25


def test_a_poisson_train_is_far_from_regular() -> None:
    rng = np.random.default_rng(2)
    assert of(np.cumsum(rng.exponential(0.1, 500))).local_cv > 0.7


def test_missing_discharges_leave_rate_and_local_cv() -> None:
    """One discharge of twelve lost in noise: still below the limit of a regular train, 0.1."""
    times = train(8.0, 0.05, 200)
    kept = np.delete(times, np.arange(9, 190, 12))
    assert of(kept).local_cv < min(0.1, 1.6 * of(times).local_cv)
    assert of(kept).rate_hz == pytest.approx(8.0, rel=0.05)
    assert of(kept).cv > 0.2 > 3 * of(times).cv


def test_fewer_than_three_discharges_have_no_rhythm() -> None:
    assert rhythm(np.array([])) is None
    assert rhythm(np.array([1.0, 2.0])) is None
    assert rhythm(np.array([1.0, 1.0, 1.0])) is None
    assert rhythm(np.array([1.0, 2.0, 3.0])) is not None


# -- pauses ----------------------------------------------------------------------------------


def test_a_train_is_split_at_its_pause() -> None:
    first, second = train(8.0, 0.05, 30), train(8.0, 0.05, 20)
    times = np.concatenate((first, first[-1] + 3.0 + second))
    parts = split_at_pauses(times, 4.0, 0.4)
    assert [len(part) for part in parts] == [30, 20]
    np.testing.assert_array_equal(np.concatenate(parts), np.arange(50))


def test_a_missing_discharge_is_no_pause() -> None:
    times = np.delete(train(8.0, 0.05, 40), 20)
    assert len(split_at_pauses(times, 4.0, 0.4)) == 1


def test_a_slow_train_is_judged_by_its_own_rate() -> None:
    assert len(split_at_pauses(train(0.7, 0.1, 30), 4.0, 0.4)) == 1


def test_a_short_gap_in_a_fast_burst_is_no_pause() -> None:
    """0.3 s in a 50 Hz burst is fifteen intervals, but shorter than the least pause."""
    times = np.concatenate((np.arange(20) * 0.02, 0.68 + np.arange(20) * 0.02))
    assert len(split_at_pauses(times, 4.0, 0.4)) == 1
    assert len(split_at_pauses(times, 4.0, 0.2)) == 2


@pytest.mark.parametrize("n", [0, 1, 2])
def test_few_discharges_stay_one_part(n: int) -> None:
    times: Float = np.linspace(0.0, 9.0, n)
    parts = split_at_pauses(times, 4.0, 0.4)
    assert len(parts) == 1
    assert len(parts[0]) == n
