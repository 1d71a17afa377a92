"""What the next window needs is read before it is asked for, in portions, and only once."""

from __future__ import annotations

from pathlib import Path

import h5py
import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st

from emgview.model import Channel, Chunk, RecordingInfo, SampleInterval
from emgview.recording import RecordingReader, RecordingWriter
from emgview.recording.read_ahead import PORTION_BYTES, ReadAhead

ROW_BYTES = 16_384
PORTION = PORTION_BYTES // ROW_BYTES


class Reads:
    """Keeps what was read."""

    def __init__(self) -> None:
        self.spans: list[tuple[int, int, int]] = []

    def __call__(self, factor: int, start: int, stop: int) -> None:
        self.spans.append((factor, start, stop))

    def blocks(self) -> list[int]:
        return [n for _factor, start, stop in self.spans for n in range(start, stop)]


@given(
    st.integers(0, 3000), st.integers(1, 2000), st.sampled_from([1, 16, 64]), st.integers(0, 300)
)
def test_each_block_of_a_stretch_is_read_once(
    start: int, length: int, factor: int, n_blocks: int
) -> None:
    reads = Reads()
    ahead = ReadAhead(reads, ROW_BYTES)
    interval = SampleInterval(start, start + length)
    while ahead.step(interval, factor, n_blocks):
        pass
    wanted = range(start // factor, min(-(-(start + length) // factor), n_blocks))
    assert reads.blocks() == list(wanted)
    assert all(stop - first <= PORTION for _factor, first, stop in reads.spans)
    assert not ahead.step(interval, factor, n_blocks)
    assert reads.blocks() == list(wanted)


def test_a_step_to_the_side_reads_what_is_new() -> None:
    reads = Reads()
    ahead = ReadAhead(reads, ROW_BYTES)
    for start in (0, 10, 20):
        while ahead.step(SampleInterval(start, start + 100), 1, 1000):
            pass
    assert reads.blocks() == list(range(120))


def test_another_size_of_blocks_begins_anew() -> None:
    reads = Reads()
    ahead = ReadAhead(reads, ROW_BYTES)
    ahead.step(SampleInterval(0, 160), 16, 100)
    ahead.step(SampleInterval(0, 160), 64, 100)
    assert reads.spans == [(16, 0, 10), (64, 0, 3)]


@pytest.mark.parametrize(("growing", "rows"), [(True, 1024), (False, 8192)])
def test_only_a_file_that_is_flushed_all_the_time_has_short_chunks(
    tmp_path: Path, growing: bool, rows: int
) -> None:
    path = _recording(tmp_path / "a.h5", growing=growing)
    with h5py.File(path, "r") as file:
        assert file["overview/16"].chunks[0] == rows


@pytest.mark.parametrize("n_columns", [100_000, 4000, 400, 20])
def test_a_window_is_the_same_with_and_without_it(tmp_path: Path, n_columns: int) -> None:
    path = _recording(tmp_path / "a.h5", growing=False)
    window = SampleInterval(-500, 190_000)
    with RecordingReader.open(path) as reader:
        plain = reader.columns(window, n_columns)
    with RecordingReader.open(path) as reader:
        portions = 1
        while reader.prepare(window, n_columns):
            portions += 1
        prepared = reader.columns(window, n_columns)
    assert portions < 200
    for one, other in zip(plain, prepared, strict=True):
        np.testing.assert_array_equal(one, other)


def _recording(path: Path, *, growing: bool) -> Path:
    channels = tuple(Channel(f"EMG {n}", gain_uv=0.5) for n in range(4))
    info = RecordingInfo("r", 2000.0, 0, channels, None)
    samples = np.random.default_rng(3).normal(0, 200, (200_000, 4)).astype(np.int16)
    with RecordingWriter.create(path, info, np.int16, growing=growing) as writer:
        writer.append(Chunk(samples, 0, 0))
        writer.close()
    return path
