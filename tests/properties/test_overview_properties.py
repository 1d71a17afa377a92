"""Whatever is known of an overview so far: known columns hold the true extremes, no other does."""

from __future__ import annotations

import tempfile
from pathlib import Path
from typing import Any

import h5py
import numpy as np
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from emgview.model import Channel, Chunk, RecordingInfo, SampleInterval
from emgview.recording import (
    BlocksInMemory,
    OverviewBuild,
    RecordingReader,
    RecordingWriter,
    Sidecar,
    SidecarWriter,
    column_edges,
    identity_of,
    overview,
)

pytestmark = pytest.mark.usefixtures("loops")

_DTYPES = st.sampled_from([np.int16, np.int32, np.float32])
_GAINS = (0.5, -2.0, 1.0)


def _write(path: Path, dtype: Any, seed: int, n: int, gap: tuple[int, int]) -> Any:
    """A recording without overview; gives the samples in µV, NaN in the gap and where lost."""
    rng = np.random.default_rng(seed)
    channels = tuple(Channel(f"c{i}", gain) for i, gain in enumerate(_GAINS))
    rows = rng.integers(-1000, 1000, (n, len(channels))).astype(dtype)
    truth = rows.astype(float)
    if rows.dtype.kind == "f" and n > 10:
        lost = rng.integers(0, n, n // 10)
        rows[lost, 1], truth[lost, 1] = np.nan, np.nan
    start, stop = gap
    with RecordingWriter.create(path, RecordingInfo("x", 1e4, 0, channels), dtype) as writer:
        if start:
            writer.append(Chunk(rows[:start], 0))
        if stop < n:
            writer.append(Chunk(rows[stop:], stop, stop - start))
            truth[start:stop] = np.nan
        else:
            truth = truth[:start]
    with h5py.File(path, "r+") as file:
        del file["overview"]
    return truth * _GAINS


def _extremes(truth: Any, edges: Any, k: int, channel: int) -> tuple[float, float]:
    column = truth[max(edges[k], 0) : max(edges[k + 1], 0), channel]
    column = column[~np.isnan(column)]
    return (column.min(), column.max()) if len(column) else (np.nan, np.nan)


def _check(
    reader: RecordingReader, truth: Any, window: SampleInterval, n_columns: int, channels: Any
) -> int | None:
    """Compare every column with the samples; gives from where on nothing is known."""
    low, high, known_until = reader.columns(window, n_columns, channels)
    edges = column_edges(window, n_columns)
    for k in range(n_columns):
        if known_until is not None and edges[k + 1] > known_until:
            continue
        for place, channel in enumerate(channels):
            np.testing.assert_array_equal(
                (low[k, place], high[k, place]), _extremes(truth, edges, k, channel)
            )
    if known_until is not None:
        after = edges[:-1] >= known_until
        assert np.isnan(low[after]).all()
        assert np.isnan(high[after]).all()
    return known_until


@settings(max_examples=40, deadline=None)
@given(
    dtype=_DTYPES,
    seed=st.integers(0, 2**32 - 1),
    n=st.integers(1, 12_000),
    gap=st.tuples(st.floats(0, 1), st.floats(0, 1)),
    steps=st.integers(0, 20),
    start=st.floats(-0.2, 1),
    length=st.floats(0, 1.3),
    n_columns=st.integers(1, 50),
    channels=st.sampled_from([(0, 1, 2), (2,), (1, 0)]),
    most=st.sampled_from([0, 500, 10**9]),
)
def test_a_window_over_an_overview_that_is_being_made_shows_the_truth(
    dtype: Any,
    seed: int,
    n: int,
    gap: tuple[float, float],
    steps: int,
    start: float,
    length: float,
    n_columns: int,
    channels: tuple[int, ...],
    most: int,
) -> None:
    first, last = sorted(round(part * n) for part in gap)
    window = SampleInterval(round(start * n), round(start * n) + round(length * n))
    before = overview.MOST_VALUES_WITHOUT_BLOCKS
    with tempfile.TemporaryDirectory() as folder:
        path = Path(folder) / "a.h5"
        truth = _write(path, dtype, seed, n, (first, last))
        overview.MOST_VALUES_WITHOUT_BLOCKS = most
        try:
            with RecordingReader.open(path) as reader:
                sink = SidecarWriter(path.with_suffix(".overview"), identity_of(reader))
                reader.adopt_overview(sink)
                build = OverviewBuild(reader, sink)
                build._portion = 640  # many small portions of a small file
                for _ in range(steps):
                    build.step()
                _check(reader, truth, window, n_columns, channels)
                while build.step():
                    pass
                sink.finish(build.content_sha256)
                assert _check(reader, truth, window, n_columns, channels) is None
                sidecar = Sidecar.open(sink.path, identity_of(reader))
                reader.adopt_overview(sidecar)
                assert _check(reader, truth, window, n_columns, channels) is None
        finally:
            overview.MOST_VALUES_WITHOUT_BLOCKS = before


@settings(max_examples=25, deadline=None)
@given(
    dtype=_DTYPES,
    place=st.floats(0, 0.999999),
    n_columns=st.integers(1, 1920),
    sign=st.sampled_from([-1, 1]),
)
def test_a_spike_of_one_sample_is_in_its_column_of_the_whole_file(
    dtype: Any, place: float, n_columns: int, sign: int
) -> None:
    n = 300_000
    spike = int(place * n)
    rows = np.zeros((n, 1), dtype)
    rows[spike] = 7000 * sign
    with tempfile.TemporaryDirectory() as folder:
        path = Path(folder) / "a.h5"
        info = RecordingInfo("x", 1e4, 0, (Channel("a", 0.5),))
        with RecordingWriter.create(path, info, dtype) as writer:
            writer.append(Chunk(rows, 0))
        with h5py.File(path, "r+") as file:
            del file["overview"]
        with RecordingReader.open(path) as reader:
            sink = SidecarWriter(path.with_suffix(".overview"), identity_of(reader))
            build = OverviewBuild(reader, sink)
            while build.step():
                pass
            sink.finish(build.content_sha256)
            reader.adopt_overview(Sidecar.open(sink.path, identity_of(reader)))
            sink.close()
            low, high, known_until = reader.columns(reader.info.whole, n_columns)
    edges = column_edges(SampleInterval(0, n), n_columns)
    column = int(np.searchsorted(edges, spike, side="right")) - 1
    seen = np.flatnonzero((high if sign > 0 else low)[:, 0])
    assert known_until is None
    assert list(seen) == [column]
    assert (high if sign > 0 else low)[column, 0] == sign * 3500.0


@settings(max_examples=20, deadline=None)
@given(
    dtype=_DTYPES,
    seed=st.integers(0, 2**32 - 1),
    most_bytes=st.sampled_from([0, 200, 3000, 30_000]),
    n_columns=st.integers(1, 200),
)
def test_an_overview_without_its_smallest_blocks_is_true_all_the_same(
    dtype: Any, seed: int, most_bytes: int, n_columns: int
) -> None:
    """Where it can be written nowhere, memory is bounded and samples are read instead."""
    with tempfile.TemporaryDirectory() as folder:
        path = Path(folder) / "a.h5"
        truth = _write(path, dtype, seed, 40_000, (20_000, 20_100))
        with RecordingReader.open(path) as reader:
            blocks = BlocksInMemory(40_000, 3, reader.dtype, most_bytes)
            reader.adopt_overview(blocks)
            build = OverviewBuild(reader, blocks)
            while build.step():
                pass
            assert sum(level.nbytes for level in blocks.levels()) <= most_bytes
            window = SampleInterval(0, 40_000)
            if most_bytes:
                assert _check(reader, truth, window, n_columns, (0, 1, 2)) is None
