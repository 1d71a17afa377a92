"""Windows of a recording for the trace view: true extremes, no seams, NaN where nothing is."""

from __future__ import annotations

from collections.abc import Iterator
from pathlib import Path

import numpy as np
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st
from numpy.typing import NDArray

from emgview.model import Channel, Chunk, RecordingInfo, SampleInterval
from emgview.recording import RecordingReader, RecordingWriter, column_edges
from emgview.session import display
from emgview.session.display import answer, extremes
from emgview.session.traces import DisplayFilter, TraceRequest

FS = 10_000.0
N = 60_000
GAP = SampleInterval(30_000, 31_000)
Samples = NDArray[np.float32]


def recorded() -> NDArray[np.int16]:
    rng = np.random.default_rng(3)
    t = np.arange(N)[:, np.newaxis] / FS
    slow = 300 * np.sin(2 * np.pi * 2.0 * t) + 800
    fast = 40 * rng.standard_normal((N, 2))
    return np.asarray(np.round(slow + fast), dtype=np.int16)


@pytest.fixture(scope="module")
def reader(tmp_path_factory: pytest.TempPathFactory) -> Iterator[RecordingReader]:
    path: Path = tmp_path_factory.mktemp("display") / "001.h5"
    info = RecordingInfo("rec-d", FS, 0, (Channel("A", 0.5, 2.0), Channel("B", -1.0)))
    samples = recorded()
    with RecordingWriter.create(path, info, np.int16) as writer:
        writer.append(Chunk(samples[: GAP.start], 0))
        writer.append(Chunk(samples[GAP.stop :], GAP.stop, lost_before=len(GAP)))
    with RecordingReader.open(path) as opened:
        yield opened


def microvolt() -> Samples:
    gains = np.array([0.5, -1.0], dtype=np.float32)
    uv: Samples = recorded().astype(np.float32) * gains + np.array([2.0, 0.0], dtype=np.float32)
    uv[GAP.start : GAP.stop] = np.nan
    return uv


def request(
    start: int, stop: int, n_columns: int = 500, chosen: DisplayFilter | None = None
) -> TraceRequest:
    return TraceRequest(1, "rec-d", SampleInterval(start, stop), n_columns, (0, 1), chosen)


# -- extremes --------------------------------------------------------------------------------


def brute_force(samples: Samples, n_columns: int) -> tuple[Samples, Samples]:
    edges = column_edges(SampleInterval(0, len(samples)), n_columns)
    low = np.full((n_columns, samples.shape[1]), np.nan, dtype=np.float32)
    high = low.copy()
    for k in range(n_columns):
        for c in range(samples.shape[1]):
            column = samples[edges[k] : edges[k + 1], c]
            column = column[~np.isnan(column)]
            if column.size:
                low[k, c], high[k, c] = column.min(), column.max()
    return low, high


@settings(max_examples=60, deadline=None)
@given(data=st.data())
def test_extremes_are_those_of_every_pixel_column(data: st.DataObject) -> None:
    n = data.draw(st.integers(20, 400))
    n_columns = data.draw(st.integers(1, n // 2))
    samples = np.random.default_rng(n).standard_normal((n, 2)).astype(np.float32)
    for a, b in data.draw(st.lists(st.tuples(st.integers(0, n), st.integers(0, n)), max_size=3)):
        samples[min(a, b) : max(a, b), data.draw(st.integers(0, 1))] = np.nan
    low, high = extremes(samples, n_columns)
    expected_low, expected_high = brute_force(samples, n_columns)
    np.testing.assert_array_equal(low, expected_low)
    np.testing.assert_array_equal(high, expected_high)


def test_one_spike_is_never_lost_between_pixels() -> None:
    samples = np.zeros((100_003, 1), dtype=np.float32)
    samples[77_777] = 500.0
    _, high = extremes(samples, 640)
    assert float(high.max()) == 500.0


# -- windows ---------------------------------------------------------------------------------


def test_a_short_window_gives_the_recorded_samples_in_microvolt(reader: RecordingReader) -> None:
    got = answer(reader, request(29_800, 30_600))
    assert (got.minimum, got.maximum, got.filtered) == (None, None, False)
    assert got.samples is not None
    np.testing.assert_allclose(got.samples, microvolt()[29_800:30_600], rtol=1e-6)
    assert np.isnan(got.samples[200:]).all()


def test_a_long_window_gives_the_true_extremes(reader: RecordingReader) -> None:
    got = answer(reader, request(0, N, 300))
    assert got.samples is None
    assert got.minimum is not None
    assert got.maximum is not None
    low, high = brute_force(microvolt(), 300)
    np.testing.assert_allclose(got.minimum, low, rtol=1e-6)
    np.testing.assert_allclose(got.maximum, high, rtol=1e-6)


@pytest.mark.parametrize("chosen", [None, DisplayFilter(20.0)])
@pytest.mark.parametrize(("start", "stop"), [(-400, 300), (N - 300, N + 400), (N + 10, N + 500)])
def test_outside_of_the_recording_there_is_nothing(
    reader: RecordingReader, chosen: DisplayFilter | None, start: int, stop: int
) -> None:
    """Nothing recorded is not a flat line."""
    got = answer(reader, request(start, stop, 600, chosen))
    assert got.samples is not None
    where = np.arange(start, stop)
    outside = (where < 0) | (where >= N)
    assert np.isnan(got.samples[outside]).all()
    assert np.isfinite(got.samples[~outside]).all()


@pytest.mark.parametrize(("start", "stop"), [(-5000, 5000), (N - 5000, N + 5000)])
@pytest.mark.parametrize("chosen", [None, DisplayFilter(20.0)])
def test_columns_outside_of_the_recording_hold_nothing(
    reader: RecordingReader, chosen: DisplayFilter | None, start: int, stop: int
) -> None:
    got = answer(reader, request(start, stop, 100, chosen))
    assert got.minimum is not None
    assert got.maximum is not None
    outside = slice(0, 49) if start < 0 else slice(51, 100)
    assert np.isnan(got.minimum[outside]).all()
    assert np.isnan(got.maximum[outside]).all()
    inside = slice(51, 100) if start < 0 else slice(0, 49)
    assert np.isfinite(got.minimum[inside]).all()


# -- filter ----------------------------------------------------------------------------------


@pytest.mark.parametrize("high_pass_hz", [0.5, 20.0, 100.0, 500.0])
def test_scrolling_by_half_a_page_shows_the_same_samples(
    reader: RecordingReader, high_pass_hz: float
) -> None:
    """Each window by itself, nothing kept from the one before: the run-in is long enough."""
    chosen = DisplayFilter(high_pass_hz, 3000.0)
    for start in (6_000, 12_345, 40_001):
        here = answer(reader, request(start, start + 1000, 600, chosen)).samples
        there = answer(reader, request(start + 500, start + 1500, 600, chosen)).samples
        assert here is not None
        assert there is not None
        np.testing.assert_allclose(here[500:], there[:500], atol=0.01)


def test_the_high_pass_takes_the_offset_from_the_first_sample(reader: RecordingReader) -> None:
    """The view opens at the start of the recording: no swing of 800 µV in its first page."""
    got = answer(reader, request(0, 1000, 600, DisplayFilter(20.0)))
    assert got.filtered
    assert got.samples is not None
    assert np.abs(got.samples).max() < 400


def test_filtering_leaves_gaps_empty_and_what_is_beside_them_finite(
    reader: RecordingReader,
) -> None:
    got = answer(reader, request(29_700, 31_300, 900, DisplayFilter(20.0)))
    assert got.samples is not None
    missing = np.isnan(got.samples[:, 0])
    np.testing.assert_array_equal(np.flatnonzero(missing), np.arange(300, 1300))


def test_a_gap_makes_no_swing_in_the_filtered_trace(reader: RecordingReader) -> None:
    """Filled with zero, the edges of a gap were steps of the electrode's offset."""
    got = answer(reader, request(28_000, 33_000, 3000, DisplayFilter(20.0)))
    assert got.samples is not None
    far = got.samples[:1500, 1]
    beside = got.samples[3000:3400, 1]
    assert np.abs(beside).max() < 2 * np.abs(far).max()


def test_a_window_too_long_to_filter_says_that_it_is_not_filtered(
    reader: RecordingReader, monkeypatch: pytest.MonkeyPatch
) -> None:
    chosen = DisplayFilter(20.0)
    assert answer(reader, request(0, 20_000, 100, chosen)).filtered
    monkeypatch.setattr(display, "MOST_FILTERED_SAMPLES", 30_000)
    got = answer(reader, request(0, 20_000, 100, chosen))
    assert not got.filtered
    assert got.minimum is not None
    np.testing.assert_allclose(got.minimum, brute_force(microvolt()[:20_000], 100)[0], rtol=1e-6)


def test_a_filter_that_the_rate_does_not_hold_is_not_applied(reader: RecordingReader) -> None:
    got = answer(reader, request(0, 1000, 600, DisplayFilter(20.0, 5000.0)))
    assert not got.filtered
    assert got.samples is not None
    np.testing.assert_allclose(got.samples, microvolt()[:1000], rtol=1e-6)
