"""Where sweeps lie and which pixels they pass. Without Qt."""

from __future__ import annotations

import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st

from emgview.model import SampleInterval
from emgview.session.traces import TraceAnswer, TraceRequest
from emgview.ui.sweeps.layout import Fold, baselines, fold, folding, sweep_at
from emgview.ui.sweeps.spans import counts, shades, spans


def answer(folded: Fold, n_columns: int, *, few: bool = False) -> TraceAnswer:
    """Each sample has its own number as its voltage."""
    request = TraceRequest(1, "r", folded.interval, n_columns * folded.n_sweeps, (0, 1))
    numbers = np.arange(folded.interval.start, folded.interval.stop, dtype=np.float32)
    samples = np.stack([numbers, -numbers], axis=1)
    if few:
        return TraceAnswer(request, samples, None, None, filtered=False)
    per = len(samples) // request.n_columns
    cut = samples.reshape(request.n_columns, per, 2)
    return TraceAnswer(request, None, cut.min(axis=1), cut.max(axis=1), filtered=False)


def test_successive_sweeps_follow_each_other() -> None:
    folded = folding(1_000, 500, 4, drawn_over=False)
    assert folded == Fold(SampleInterval(1_000, 3_000), 4)
    sweeps = fold(answer(folded, 50), folded)
    assert sweeps.starts == (1_000, 1_500, 2_000, 2_500)
    assert sweeps.low.shape == (4, 50, 2)
    assert sweeps.low[2, 0, 0] == 2_000
    assert sweeps.high[2, -1, 0] == 2_499
    assert sweeps.low[3, -1, 1] == -2_999


def test_each_channel_keeps_its_lane_when_the_order_changes() -> None:
    folded = folding(1_000, 500, 2, drawn_over=False)
    sweeps = fold(answer(folded, 50), folded)
    assert sweeps.lanes((1, 0)) == [(0, 1), (1, 0)]
    assert sweeps.lanes((7, 1)) == [(1, 1)]


def test_few_samples_become_lines() -> None:
    folded = folding(1_000, 50, 3, drawn_over=False)
    sweeps = fold(answer(folded, 100, few=True), folded)
    assert sweeps.low.shape == (3, 100, 2)
    assert sweeps.low[1, 0, 0] == 1_050


@pytest.mark.parametrize("few", [True, False])
def test_drawn_over_a_potential_stays_in_its_place(few: bool) -> None:
    span, n_columns = 500, 500 if few else 50
    seen = {}
    for start in (1_730, 1_800):
        folded = folding(start, span, 1, drawn_over=True)
        sweeps = fold(answer(folded, n_columns, few=few), folded)
        beam = (start + span) % span
        column = beam * n_columns // span
        newest, before = sweeps.low[1, :, 0], sweeps.low[0, :, 0]
        assert not np.isnan(newest[: column - 1]).any()
        assert np.isnan(newest[column + 1 :]).all()
        assert np.isnan(before[:column]).all()
        assert not np.isnan(before[column + n_columns // 10 :]).any()
        seen[start] = newest[: 200 * n_columns // span]
    np.testing.assert_array_equal(seen[1_730], seen[1_800])


def test_the_first_sweep_has_none_before() -> None:
    folded = folding(0, 500, 1, drawn_over=True)
    assert folded == Fold(SampleInterval(0, 500), 1, 500)
    assert fold(answer(folded, 50), folded).n_sweeps == 1


def test_stacked_sweeps_share_a_lane() -> None:
    assert baselines(10, 100, 4, stacked=True).tolist() == [22.5, 47.5, 72.5, 97.5]
    assert baselines(10, 100, 2, stacked=False).tolist() == [60, 60]
    assert [sweep_at(y, 10, 100, 4) for y in (9, 10, 36, 109, 110)] == [None, 0, 1, 3, None]
    assert sweep_at(20, 10, 100, 0) is None


@given(
    values=st.lists(
        st.lists(st.sampled_from([np.nan, -70.0, -30.5, -3.0, 0.0, 12.25, 55.0]), min_size=5,
                 max_size=5),
        min_size=1, max_size=4,
    )
)  # fmt: skip
def test_counts_are_what_a_loop_would_count(values: list[list[float]]) -> None:
    low = np.array(values, np.float32)
    high = low + 4
    rows = spans(low, high, np.full(len(low), 30.0), 0.5)
    passed = counts(rows, 60)
    slow = np.zeros((60, 5), int)
    for column in range(5):
        for sweep in range(len(low)):
            first, last = rows[0, column, sweep], rows[1, column, sweep]
            if np.isnan(first) or last < 0 or first > 59:
                continue
            slow[int(max(first, 0)) : int(min(last, 59)) + 1, column] += 1
    np.testing.assert_array_equal(passed, slow)


def test_a_flank_has_no_hole() -> None:
    low = np.array([[0.0, 40.0]], np.float32)
    passed = counts(spans(low, low, np.array([10.0]), 1.0), 100)
    assert (passed[10:51].sum(axis=1) >= 1).all()


def test_more_sweeps_are_less_transparent() -> None:
    colours = shades(np.array([[0, 1, 50, 400]], np.int32), (200, 100, 0))
    alpha = colours[0] >> 24
    assert alpha[0] == 0
    assert 0 < alpha[1] < alpha[2] < alpha[3] == 255
    assert (shades(np.array([[0, 1]], np.int32), (1, 2, 3), 1.0)[0] >> 24).tolist() == [0, 255]
