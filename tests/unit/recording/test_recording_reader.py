"""Any window comes without the rest, in native numbers or microvolt."""

from __future__ import annotations

import time
import tracemalloc
from collections.abc import Callable, Iterator
from pathlib import Path
from typing import Any

import numpy as np
import pytest

from emgview.errors import CancelledError
from emgview.model import Channel, Chunk, Progress, RecordingInfo, SampleInterval
from emgview.recording import (
    RecordingReader,
    RecordingWriter,
    build_overview,
    column_edges,
    file_sha256,
    is_native,
)

MakeInfo = Callable[..., RecordingInfo]
MakeNoise = Callable[..., Any]


@pytest.fixture
def reader(closed_recording: tuple[Path, Any]) -> Iterator[RecordingReader]:
    path, _samples = closed_recording
    with RecordingReader.open(path) as opened:
        yield opened


def test_microvolt_is_number_times_gain_plus_offset(
    reader: RecordingReader, closed_recording: tuple[Path, Any]
) -> None:
    _path, samples = closed_recording
    scaled = reader.read_uv(SampleInterval(100, 200), (1,))
    assert scaled.dtype == np.float32
    np.testing.assert_allclose(scaled[:, 0], samples[100:200, 1] * 0.5 - 1.5, rtol=1e-6)


def test_gaps_are_nan_unless_the_filler_is_wanted(reader: RecordingReader) -> None:
    window = SampleInterval(2999, 3501)
    scaled = reader.read_uv(window)
    assert np.isnan(scaled[1:-1]).all()
    assert np.isfinite(scaled[[0, -1]]).all()
    filler = reader.read_uv(window, gaps_as_nan=False)
    assert (filler[1:-1, 0] == -32768 * 0.25 - 1.5).all()


def test_a_window_may_reach_outside_in_microvolt_but_not_in_native_numbers(
    reader: RecordingReader,
) -> None:
    scaled = reader.read_uv(SampleInterval(-5, 5))
    assert scaled.shape == (10, 2)
    assert np.isnan(scaled[:5]).all()
    np.testing.assert_array_equal(scaled[5:], reader.read_uv(SampleInterval(0, 5)))
    assert np.isnan(reader.read_uv(SampleInterval(20_000, 20_010))).all()
    with pytest.raises(ValueError, match="outside"):
        reader.read(SampleInterval(9_999, 10_001))


def test_channels_come_in_the_order_asked_for(
    reader: RecordingReader, closed_recording: tuple[Path, Any]
) -> None:
    _path, samples = closed_recording
    rows = reader.read(SampleInterval(0, 50), (1, 0))
    np.testing.assert_array_equal(rows, samples[:50, ::-1])


def test_int32_is_scaled_without_losing_digits(tmp_path: Path, make_info: MakeInfo) -> None:
    """24 bits of float32 would turn 2**30 + 1 into 2**30 before the offset takes it away."""
    channel = Channel("a", gain_uv=1.0, offset_uv=-(2.0**30))
    with RecordingWriter.create(
        tmp_path / "a.h5", make_info(channels=(channel,), phases=()), np.int32
    ) as writer:
        writer.append(Chunk(np.array([[2**30 + 1]], np.int32), 0))
    with RecordingReader.open(tmp_path / "a.h5") as opened:
        assert opened.read_uv(opened.info.whole)[0, 0] == 1.0


def test_chunks_never_cross_a_gap(reader: RecordingReader) -> None:
    chunks = list(reader.chunks(1024))
    assert [(c.start_sample, c.lost_before) for c in chunks if c.lost_before] == [(3500, 500)]
    assert all(c.stop_sample <= 3000 or c.start_sample >= 3500 for c in chunks)
    assert sum(len(c.samples) for c in chunks) == 9500
    assert max(len(c.samples) for c in chunks) == 1024


def test_chunks_of_a_window_that_begins_and_ends_in_a_gap(reader: RecordingReader) -> None:
    inside = [
        (c.start_sample, c.lost_before) for c in reader.chunks(100, SampleInterval(3200, 3600))
    ]
    assert inside == [(3500, 300)]
    ending = list(reader.chunks(100, SampleInterval(2950, 3100)))
    assert [(c.start_sample, c.lost_before, len(c.samples)) for c in ending] == [
        (2950, 0, 50),
        (3100, 100, 0),
    ]


def test_the_hash_comes_out_again_and_can_be_cancelled(reader: RecordingReader) -> None:
    fractions: list[float] = []
    progress = Progress(lambda fraction, _text: fractions.append(fraction))
    assert reader.content_sha256(progress) == reader.info.sha256
    assert fractions[-1] == 1.0
    with pytest.raises(CancelledError):
        reader.content_sha256(Progress(cancelled=lambda: True))


def test_file_hash_is_that_of_the_bytes(tmp_path: Path) -> None:
    path = tmp_path / "abc"
    path.write_bytes(b"abc")
    expected = "ba7816bf8f01cfea414140de5dae2223b00361a396177a9cb410ff61f20015ad"
    assert file_sha256(path) == expected


def test_closing_twice_does_nothing(closed_recording: tuple[Path, Any]) -> None:
    opened = RecordingReader.open(closed_recording[0])
    opened.close()
    opened.close()


def test_is_native_tells_recordings_from_anything_else(
    closed_recording: tuple[Path, Any], tmp_path: Path
) -> None:
    text = tmp_path / "a.txt"
    text.write_text("0 1 2", encoding="utf-8")
    assert is_native(closed_recording[0])
    assert not is_native(text)
    assert not is_native(tmp_path)
    assert not is_native(tmp_path / "nothing.h5")


# Overview


def _expected(reader: RecordingReader, window: SampleInterval, n_columns: int) -> tuple[Any, Any]:
    """Extremes of each column by reading all samples."""
    edges = column_edges(window, n_columns) - window.start
    scaled = reader.read_uv(window)
    low = np.full((n_columns, scaled.shape[1]), np.nan, np.float32)
    high = low.copy()
    for k in range(n_columns):
        column = scaled[edges[k] : edges[k + 1]]
        column = column[~np.isnan(column[:, 0])]
        if len(column):
            low[k], high[k] = column.min(axis=0), column.max(axis=0)
    return low, high


@pytest.fixture(scope="module")
def long_recording(
    tmp_path_factory: pytest.TempPathFactory, make_info: MakeInfo, make_noise: MakeNoise
) -> Path:
    """600 013 samples of two channels, one with a negative gain, with three gaps."""
    path = tmp_path_factory.mktemp("long") / "a.h5"
    samples = make_noise(600_013)
    samples[123_456, 0] = 32_767
    samples[600_012, 1] = -32_767
    channels = (Channel("a", 0.5, 3.0), Channel("b", -0.1, 0.0))
    with RecordingWriter.create(path, make_info(channels=channels), np.int16) as writer:
        for start, stop in ((0, 100), (164, 70_000), (70_001, 200_000), (300_000, 600_013)):
            writer.append(Chunk(samples[start:stop], start))
    return path


@pytest.mark.parametrize(
    ("start", "stop", "n_columns"),
    [
        (0, 600_013, 1),
        (0, 600_013, 40),
        (0, 600_013, 1920),
        (1, 600_012, 333),
        (-5000, 605_000, 500),
        (69_990, 70_020, 30),
        (100, 164, 4),
        (599_000, 600_013, 7),
        (250_000, 290_000, 10),
        (17, 29, 100),
    ],
)
def test_every_column_holds_the_true_extremes(
    long_recording: Path, start: int, stop: int, n_columns: int
) -> None:
    window = SampleInterval(start, stop)
    with RecordingReader.open(long_recording) as opened:
        assert opened.has_overview
        low, high = opened.overview(window, n_columns)
        expected_low, expected_high = _expected(opened, window, n_columns)
    np.testing.assert_array_equal(low, expected_low)
    np.testing.assert_array_equal(high, expected_high)
    assert low.dtype == high.dtype == np.float32


def test_one_sample_is_seen_in_the_widest_window(long_recording: Path) -> None:
    with RecordingReader.open(long_recording) as opened:
        _low, high = opened.overview(SampleInterval(0, 600_013), 100, (0,))
    assert high.shape == (100, 1)
    assert np.nanmax(high) == 32_767 * 0.5 + 3.0
    assert np.nanargmax(high) in (20, 21)


def test_column_edges_cover_the_window_once() -> None:
    edges = column_edges(SampleInterval(7, 1_000_003), 777)
    ideal = 7 + np.arange(778) * (1_000_003 - 7) // 777
    assert (edges[0], edges[-1]) == (7, 1_000_003)
    assert (np.diff(edges) > 0).all()
    assert np.abs(edges - ideal).max() <= (1_000_003 - 7) / 777 / 2


def test_narrow_windows_have_exact_edges() -> None:
    edges = column_edges(SampleInterval(3, 3 + 7 * 10), 10)
    np.testing.assert_array_equal(edges, 3 + 7 * np.arange(11))


def test_overview_of_floats_leaves_nan_out(tmp_path: Path, make_info: MakeInfo) -> None:
    samples = np.zeros((1000, 1), np.float32)
    samples[::2] = np.nan
    samples[501] = -4.0
    samples[640:704] = np.nan
    channels = (Channel("a"),)
    with RecordingWriter.create(
        tmp_path / "a.h5", make_info(channels=channels), np.float32
    ) as writer:
        writer.append(Chunk(samples, 0))
    with RecordingReader.open(tmp_path / "a.h5") as opened:
        low, high = opened.overview(SampleInterval(0, 1000), 2)
        np.testing.assert_array_equal(low, [[0.0], [-4.0]])
        np.testing.assert_array_equal(high, [[0.0], [0.0]])
        assert np.isnan(opened.overview(SampleInterval(640, 704), 4)[0]).all()


def test_building_the_overview_can_be_cancelled(long_recording: Path) -> None:
    with RecordingReader.open(long_recording) as opened, pytest.raises(CancelledError):
        build_overview(opened, Progress(cancelled=lambda: True))


@pytest.fixture(scope="module")
def big_recording(tmp_path_factory: pytest.TempPathFactory, make_info: MakeInfo) -> Path:
    """32 channels × 10 kHz × 3 min of int16: 115 MB."""
    path = tmp_path_factory.mktemp("big") / "a.h5"
    second = np.random.default_rng(1).integers(-99, 99, (10_000, 32)).astype(np.int16)
    with RecordingWriter.create(path, make_info(32, phases=()), np.int16) as writer:
        for start in range(0, 1_800_000, 10_000):
            writer.append(Chunk(second, start))
    return path


def test_a_window_of_a_big_file_costs_only_itself(big_recording: Path) -> None:
    """115 MB lie in the file; opening, a second of it and its whole overview take a few."""
    tracemalloc.start()
    try:
        with RecordingReader.open(big_recording) as opened:
            rows = opened.read_uv(SampleInterval(900_000, 910_000))
            low, _high = opened.overview(opened.info.whole, 1920)
        _now, peak = tracemalloc.get_traced_memory()
    finally:
        tracemalloc.stop()
    assert rows.shape == (10_000, 32)
    assert np.isfinite(low).all()
    assert peak < 25_000_000


def test_a_big_file_read_through_keeps_memory_bounded(big_recording: Path) -> None:
    tracemalloc.start()
    try:
        with RecordingReader.open(big_recording) as opened:
            total = sum(len(chunk.samples) for chunk in opened.chunks(20_000))
            build_overview(opened)
        _now, peak = tracemalloc.get_traced_memory()
    finally:
        tracemalloc.stop()
    assert total == 1_800_000
    assert peak < 45_000_000


def test_the_whole_of_a_big_file_is_drawn_as_fast_as_a_part(big_recording: Path) -> None:
    """Generous limit for a loaded machine; reading all samples would take longer than it."""
    with RecordingReader.open(big_recording) as opened:
        opened.overview(opened.info.whole, 1920)
        started = time.perf_counter()
        opened.overview(opened.info.whole, 1920)
        wide_s = time.perf_counter() - started
        started = time.perf_counter()
        opened.read(opened.info.whole)
        everything_s = time.perf_counter() - started
    assert wide_s < max(everything_s, 0.2)
