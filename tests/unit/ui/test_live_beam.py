"""Columns of the running sweep against a plain computation, whatever the pieces they came in."""

from __future__ import annotations

import numpy as np
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from emgview.model import Channel, RecordingInfo
from emgview.recording import RingBuffer
from emgview.ui.live.beam import BeamColumns

NOTHING = np.empty((0, 6))
INFO = RecordingInfo("r", 1000.0, 0, (Channel("a"), Channel("b")))


def expected(samples: np.ndarray, head: int, span: int, n_columns: int) -> np.ndarray:
    """Least and greatest value of each column, of its newest pass, (2, n_columns, channels)."""
    out = np.full((2, n_columns, samples.shape[1]), np.nan, np.float32)
    first = max(head - span, 0)
    turn = head // span * span
    for column in range(n_columns):
        for begin in (turn, turn - span):
            places = np.arange(begin, begin + span)
            places = places[(places % span) * n_columns // span == column]
            places = places[(places >= 0) & (places < head)]
            if len(places):
                rows = samples[places]
                if not np.isnan(rows).all():
                    out[0, column] = np.nanmin(rows, axis=0)
                    out[1, column] = np.nanmax(rows, axis=0)
                break
    del first
    return out


@settings(max_examples=60, deadline=None)
@given(
    pieces=st.lists(st.integers(1, 180), min_size=1, max_size=14),
    n_columns=st.integers(1, 60),
    factor=st.integers(2, 6),
    extra=st.integers(0, 5),
    seed=st.integers(0, 50),
)
@pytest.mark.filterwarnings("ignore:All-NaN")
def test_columns_hold_the_true_extremes_of_their_newest_pass(
    pieces: list[int], n_columns: int, factor: int, extra: int, seed: int
) -> None:
    rng = np.random.default_rng(seed)
    span = n_columns * factor + extra
    ring = RingBuffer(INFO, np.dtype(np.int16), 10 * span + 4000)
    columns = BeamColumns(1000.0, span, n_columns, (0, 1), NOTHING)
    seen = np.empty((0, 2), np.float32)
    for n in pieces:
        rows = rng.integers(-500, 500, (n, 2)).astype(np.int16)
        ring.append(rows)
        seen = np.concatenate((seen, rows.astype(np.float32)))
        fresh = columns.advance(ring, ring.head)
        assert fresh is not None
        assert fresh.beam == ring.head % span * n_columns // span
    low, high = expected(seen, ring.head, span, n_columns)
    shown = np.arange(n_columns) if ring.head >= span else np.flatnonzero(~np.isnan(low[:, 0]))
    np.testing.assert_array_equal(columns.low[shown], low[shown])
    np.testing.assert_array_equal(columns.high[shown], high[shown])


def test_few_samples_leave_no_column_empty() -> None:
    ring = RingBuffer(INFO, np.dtype(np.int16), 5000)
    columns = BeamColumns(1000.0, 100, 400, (0,), NOTHING)
    for _ in range(10):
        ring.append(np.random.default_rng(1).integers(-99, 99, (10, 2)).astype(np.int16))
        columns.advance(ring, ring.head)
    assert np.isnan(columns.low).sum() <= 4  # before the very first sample
    assert (columns.low <= columns.high)[~np.isnan(columns.low)].all()


def test_lost_samples_are_marked_and_later_overwritten() -> None:
    ring = RingBuffer(INFO, np.dtype(np.int16), 5000)
    columns = BeamColumns(1000.0, 200, 50, (0,), NOTHING)
    ring.append(np.ones((60, 2), np.int16))
    columns.advance(ring, ring.head)
    ring.append(np.ones((60, 2), np.int16), lost_before=40)
    columns.advance(ring, ring.head)
    assert np.flatnonzero(columns.missing).tolist() == list(range(15, 25))
    assert np.isnan(columns.low[15:25]).all()
    ring.append(np.ones((200, 2), np.int16))
    columns.advance(ring, ring.head)
    assert not columns.missing.any()


def test_a_view_that_was_hidden_shows_the_newest_sweep_only() -> None:
    ring = RingBuffer(INFO, np.dtype(np.int16), 50_000)
    columns = BeamColumns(1000.0, 100, 20, (0,), NOTHING)
    ring.append(np.zeros((50, 2), np.int16))
    columns.advance(ring, ring.head)
    ring.append(np.full((1000, 2), 7, np.int16))
    columns.advance(ring, ring.head)
    assert set(np.unique(columns.low)) == {7.0}


def test_nothing_new_draws_nothing() -> None:
    ring = RingBuffer(INFO, np.dtype(np.int16), 500)
    columns = BeamColumns(1000.0, 100, 20, (0,), NOTHING)
    assert columns.advance(ring, ring.head) is None
    ring.append(np.zeros((5, 2), np.int16))
    assert columns.advance(ring, ring.head) is not None
    assert columns.advance(ring, ring.head) is None
