"""The ring buffer against a plain array that keeps everything."""

from __future__ import annotations

import threading

import numpy as np
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from emgview.model import Channel, RecordingInfo, SampleInterval
from emgview.recording import RingBuffer
from emgview.recording.overview import column_edges

INFO = RecordingInfo("r", 1000.0, 0, (Channel("a", 0.5), Channel("b", -2.0)))


def ring(capacity: int, dtype: str = "int16") -> RingBuffer:
    return RingBuffer(INFO, np.dtype(dtype), capacity)


Steps = st.lists(
    st.tuples(st.integers(0, 300), st.one_of(st.just(0), st.integers(1, 900))), max_size=12
)


@settings(max_examples=60, deadline=None)
@given(steps=Steps, capacity=st.integers(1, 700), seed=st.integers(0, 99))
def test_what_is_kept_is_what_came(steps: list[tuple[int, int]], capacity: int, seed: int) -> None:
    rng = np.random.default_rng(seed)
    buffer, all_rows = ring(capacity), [np.empty((0, 2))]
    for n, lost in steps:
        rows = rng.integers(-999, 999, (n, 2)).astype(np.int16)
        buffer.append(rows, lost)
        all_rows += [np.full((lost, 2), np.nan), rows * np.array([0.5, -2.0])]
    truth = np.concatenate(all_rows)
    head = len(truth)
    assert buffer.head == head
    assert len(buffer.kept) >= min(capacity, head)
    whole = SampleInterval(0, head + 50)
    got = buffer.read_uv(whole)
    oldest = buffer.kept.start
    assert np.isnan(got[:oldest]).all()
    assert np.isnan(got[head:]).all()
    np.testing.assert_array_equal(got[oldest:head], truth[oldest:].astype(np.float32))
    if head > oldest:
        _columns_hold_true_extremes(buffer, truth, SampleInterval(oldest, head))


def _columns_hold_true_extremes(
    buffer: RingBuffer, truth: np.ndarray, window: SampleInterval
) -> None:
    for n_columns in (1, 3, 40):
        low, high, _known = buffer.columns(window, n_columns)
        edges = column_edges(window, n_columns)
        for k in range(n_columns):
            part = truth[edges[k] : edges[k + 1]]
            part = part[~np.isnan(part[:, 0])] if len(part) else part
            if len(part) == 0:
                assert np.isnan(low[k]).all()
                continue
            np.testing.assert_allclose(low[k], part.min(axis=0))
            np.testing.assert_allclose(high[k], part.max(axis=0))


def test_chunks_of_a_window_tell_its_gaps_and_what_is_gone() -> None:
    buffer = ring(256)
    buffer.append(np.ones((100, 2), np.int16))
    buffer.append(np.full((900, 2), 2, np.int16), lost_before=30)
    window = SampleInterval(50, buffer.head)
    chunks = list(buffer.chunks(64, window))
    covered = sum(len(c.samples) + c.lost_before for c in chunks)
    assert covered == len(window)
    assert all((c.samples == 2).all() for c in chunks)
    assert chunks[0].start_sample == chunks[0].lost_before == buffer.kept.start - 50


def test_a_reader_never_takes_new_samples_for_old_ones() -> None:
    """Rows hold their own number: a torn read would show."""
    info = RecordingInfo("r", 1000.0, 0, (Channel("n"),))
    buffer = RingBuffer(info, np.dtype(np.int32), 5_000)
    stop = threading.Event()

    def write() -> None:
        start = 0
        while not stop.is_set():
            buffer.append(np.arange(start, start + 777, dtype=np.int32)[:, np.newaxis])
            start += 777

    writer = threading.Thread(target=write)
    writer.start()
    checked = 0
    try:
        while checked < 400:
            kept = buffer.kept
            window = SampleInterval(kept.start, kept.start + min(len(kept), 3_000))
            rows = buffer.read_uv(window)[:, 0]
            good = np.flatnonzero(~np.isnan(rows))
            np.testing.assert_array_equal(rows[good], (window.start + good).astype(np.float32))
            checked += len(good) > 0
    finally:
        stop.set()
        writer.join(5)


def test_memory_is_bounded_and_told() -> None:
    buffer = ring(1_000)
    before = buffer.n_bytes
    for _ in range(50):
        buffer.append(np.zeros((333, 2), np.int16), lost_before=1)
    assert buffer.n_bytes == before < 10_000
    assert len(buffer.info.gaps) < 10


def test_no_capacity_is_refused() -> None:
    with pytest.raises(ValueError, match="capacity"):
        ring(0)
