"""For any cut points, gaps and windows: rows keep their place, columns hold the true extremes."""

from __future__ import annotations

import tempfile
from pathlib import Path
from typing import Any

import numpy as np
from hypothesis import given, settings
from hypothesis import strategies as st

from emgview.model import Channel, Chunk, RecordingInfo, SampleInterval
from emgview.recording import RecordingReader, RecordingWriter, column_edges, validate

_DTYPES = st.sampled_from([np.int16, np.int32, np.float32])
# (lost before, length) of each chunk
_CHUNKS = st.lists(
    st.tuples(st.sampled_from([0, 0, 0, 1, 64, 700]), st.integers(0, 900)), max_size=8
)


def _write(path: Path, chunks: list[tuple[int, int]], dtype: Any, seed: int) -> Any:
    """Write the recording; gives the samples as float64 with NaN in the gaps."""
    rng = np.random.default_rng(seed)
    info = RecordingInfo("x", 1e4, 0, (Channel("a", 0.5, 10.0), Channel("b", -2.0, 0.0)))
    parts, position = [np.empty((0, 2))], 0
    with RecordingWriter.create(path, info, dtype) as writer:
        for lost, length in chunks:
            rows = rng.integers(-1000, 1000, (length, 2)).astype(dtype)
            position += lost
            writer.append(Chunk(rows, position, lost))
            position += length
            parts += [np.full((lost, 2), np.nan), rows.astype(float)]
    return np.concatenate(parts) * [0.5, -2.0] + [10.0, 0.0]


@settings(max_examples=40, deadline=None)
@given(
    chunks=_CHUNKS,
    dtype=_DTYPES,
    seed=st.integers(0, 2**32 - 1),
    start=st.integers(-300, 3000),
    length=st.integers(0, 9000),
    n_columns=st.integers(1, 60),
)
def test_window_and_overview_agree_with_what_was_appended(
    chunks: list[tuple[int, int]], dtype: Any, seed: int, start: int, length: int, n_columns: int
) -> None:
    window = SampleInterval(start, start + length)
    with tempfile.TemporaryDirectory() as folder:
        path = Path(folder) / "a.h5"
        truth = _write(path, chunks, dtype, seed)
        assert validate(path) == ()
        with RecordingReader.open(path) as reader:
            assert reader.info.n_samples == len(truth)
            np.testing.assert_array_equal(reader.read_uv(reader.info.whole), truth)
            low, high = reader.overview(window, n_columns)
    edges = column_edges(window, n_columns)
    for k in range(n_columns):
        column = truth[max(edges[k], 0) : max(edges[k + 1], 0)]
        column = column[~np.isnan(column[:, 0])]
        if len(column):
            np.testing.assert_array_equal(low[k], column.min(axis=0))
            np.testing.assert_array_equal(high[k], column.max(axis=0))
        else:
            assert np.isnan(low[k]).all()
            assert np.isnan(high[k]).all()


@settings(max_examples=20, deadline=None)
@given(chunks=_CHUNKS, dtype=_DTYPES, step=st.integers(1, 2000))
def test_a_copy_by_chunks_of_any_length_is_the_same_recording(
    chunks: list[tuple[int, int]], dtype: Any, step: int
) -> None:
    with tempfile.TemporaryDirectory() as folder:
        source, target = Path(folder) / "a.h5", Path(folder) / "b.h5"
        _write(source, chunks, dtype, 1)
        with RecordingReader.open(source) as reader:
            with RecordingWriter.create(target, reader.info, reader.dtype) as writer:
                for chunk in reader.chunks(step):
                    writer.append(chunk)
            assert writer.close() == reader.info


@given(
    start=st.integers(-(10**9), 10**9),
    length=st.integers(0, 10**10),
    n_columns=st.integers(1, 4000),
)
def test_columns_cover_a_window_without_overlap(start: int, length: int, n_columns: int) -> None:
    edges = column_edges(SampleInterval(start, start + length), n_columns)
    assert len(edges) == n_columns + 1
    assert (edges[0], edges[-1]) == (start, start + length)
    assert (np.diff(edges) >= 0).all()
    ideal = start + np.arange(n_columns + 1, dtype=np.int64) * length // n_columns
    assert np.abs(edges - ideal).max() <= length / n_columns / 2
