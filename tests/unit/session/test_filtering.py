"""The display filter on blocks: one value for a sample, bounded memory, reasons for a refusal."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import replace

import numpy as np
import pytest
from numpy.typing import NDArray

from emgview.model import Channel, Gap, RecordingInfo, SampleInterval
from emgview.session.filtering import BLOCK_SAMPLES, FilteredBlocks, refusal, sections_of
from emgview.session.traces import DisplayFilter
from emgview.signal.filters import ChannelFilter

FS = 10_000.0
Samples = NDArray[np.float32]


class Memory:
    """A source in memory that counts what is read of it."""

    def __init__(self, samples: Samples, gaps: tuple[Gap, ...] = (), fs: float = FS) -> None:
        channels = tuple(Channel(f"{c}") for c in range(samples.shape[1]))
        self._samples = samples
        self.info = RecordingInfo("memory", fs, len(samples), channels, gaps=gaps)
        self.read = 0

    def grow(self, n_samples: int) -> None:
        self.info = replace(self.info, n_samples=n_samples)

    def read_uv(
        self,
        interval: SampleInterval,
        channels: Sequence[int] | None = None,
        *,
        gaps_as_nan: bool = True,
    ) -> Samples:
        chosen = list(channels if channels is not None else range(len(self.info.channels)))
        self.read += len(interval)
        out = np.full((len(interval), len(chosen)), np.nan, np.float32)
        inside = interval.intersection(self.info.whole)
        if inside is not None:
            rows = slice(inside.start - interval.start, inside.stop - interval.start)
            out[rows] = self._samples[inside.start : inside.stop, chosen]
        for gap in self.info.gaps:
            if gaps_as_nan and (hole := gap.interval.intersection(interval)):
                out[hole.start - interval.start : hole.stop - interval.start] = np.nan
        return out


def recorded(n: int, n_channels: int = 2) -> Samples:
    rng = np.random.default_rng(11)
    slow = 3000 * np.sin(2 * np.pi * 0.3 * np.arange(n) / FS)
    rows = rng.normal(0, 20, (n, n_channels)) + slow[:, np.newaxis] + 4000
    return np.asarray(rows, np.float32)


def test_it_is_the_same_as_filtering_all_at_once() -> None:
    source, chosen = Memory(recorded(30_000)), DisplayFilter(20.0, 3000.0, 50.0)
    whole = ChannelFilter(sections_of(chosen, FS), 2)(source.read_uv(source.info.whole))
    blocks = FilteredBlocks()
    for start in (0, 900, 20_000, 5_000, 28_000):
        got = blocks.filtered(source, SampleInterval(start, start + 2000), (0, 1), chosen)
        np.testing.assert_allclose(got, whole[start : start + 2000], atol=0.01)


def test_going_on_reads_only_what_is_new() -> None:
    """The run-in of a comb is 3 s: read for each step it would cost more than the step."""
    source, chosen = Memory(recorded(200_000)), DisplayFilter(20.0, None, 50.0)
    blocks = FilteredBlocks()
    blocks.filtered(source, SampleInterval(100_000, 110_000), (0, 1), chosen)
    source.read = 0
    blocks.filtered(source, SampleInterval(101_000, 111_000), (0, 1), chosen)
    assert source.read <= 2 * BLOCK_SAMPLES
    source.read = 0
    blocks.filtered(source, SampleInterval(100_000, 110_000), (0, 1), chosen)
    assert source.read == 0


@pytest.mark.parametrize("zero_phase", [False, True])
def test_the_bound_holds_for_a_long_walk(zero_phase: bool) -> None:
    source = Memory(recorded(300_000))
    chosen = DisplayFilter(5.0, zero_phase=zero_phase)
    bound = 20 * BLOCK_SAMPLES * 2 * 4
    blocks = FilteredBlocks(bound)
    for start in range(0, 290_000, 5_000):
        blocks.filtered(source, SampleInterval(start, start + 10_000), (0, 1), chosen)
        assert blocks.kept_bytes <= bound


def test_hiding_a_channel_or_another_order_needs_no_new_filtering() -> None:
    source, chosen = Memory(recorded(30_000, 4)), DisplayFilter(20.0)
    blocks, window = FilteredBlocks(), SampleInterval(3000, 9000)
    every = blocks.filtered(source, window, (0, 1, 2, 3), chosen)
    source.read = 0
    some = blocks.filtered(source, window, (3, 1), chosen)
    np.testing.assert_array_equal(some, every[:, [3, 1]])
    assert source.read == 0


def test_another_filter_does_not_get_the_old_blocks() -> None:
    source, window = Memory(recorded(9000)), SampleInterval(4000, 5000)
    blocks = FilteredBlocks()
    blocks.filtered(source, window, (0,), DisplayFilter(20.0))
    got = blocks.filtered(source, window, (0,), DisplayFilter(500.0))
    fresh = FilteredBlocks().filtered(source, window, (0,), DisplayFilter(500.0))
    np.testing.assert_array_equal(got, fresh)


@pytest.mark.parametrize("zero_phase", [False, True])
def test_what_came_since_is_shown_of_a_recording_that_grows(zero_phase: bool) -> None:
    source = Memory(recorded(40_000))
    chosen, blocks = DisplayFilter(100.0, zero_phase=zero_phase), FilteredBlocks()
    source.grow(15_000)
    before = blocks.filtered(source, SampleInterval(10_000, 20_000), (0, 1), chosen)
    assert np.isnan(before[5000:]).all()
    source.grow(40_000)
    after = blocks.filtered(source, SampleInterval(10_000, 20_000), (0, 1), chosen)
    fresh = FilteredBlocks().filtered(source, SampleInterval(10_000, 20_000), (0, 1), chosen)
    np.testing.assert_allclose(after, fresh, atol=0.01)


def test_an_empty_or_refused_filter_changes_nothing() -> None:
    source, window = Memory(recorded(5000)), SampleInterval(-10, 500)
    for chosen in (DisplayFilter(None), DisplayFilter(20.0, 5000.0)):
        got = FilteredBlocks().filtered(source, window, (0, 1), chosen)
        np.testing.assert_array_equal(got, source.read_uv(window))


def test_outside_and_without_channels_there_is_nothing() -> None:
    source, blocks = Memory(recorded(5000)), FilteredBlocks()
    beyond = blocks.filtered(source, SampleInterval(6000, 6100), (0,), DisplayFilter(20.0))
    assert np.isnan(beyond).all()
    assert blocks.filtered(source, SampleInterval(0, 9), (), DisplayFilter(20.0)).shape == (9, 0)


def test_the_comb_takes_mains_with_harmonics_and_leaves_the_offset() -> None:
    t = np.arange(60_000)[:, np.newaxis] / FS
    hum = sum(30 / k * np.sin(2 * np.pi * 50 * k * t) for k in (1, 3, 5))
    source = Memory(np.asarray(hum + 700, np.float32))
    chosen = DisplayFilter(None, None, 50.0, harmonics=5)
    got = FilteredBlocks().filtered(source, SampleInterval(40_000, 50_000), (0,), chosen)
    np.testing.assert_allclose(got, 700, atol=0.1)


@pytest.mark.parametrize(
    ("chosen", "fs", "words"),
    [
        (DisplayFilter(20.0, 5000.0), 10_000.0, "low-pass 5000 Hz needs more than 11111"),
        (DisplayFilter(500.0), 1000.0, "high-pass 500 Hz needs more than 1111.1"),
        (DisplayFilter(None, None, 60.0), 100.0, "mains filter 60 Hz"),
        (DisplayFilter(500.0, 500.0), 10_000.0, "not below"),
        (DisplayFilter(-1.0), 10_000.0, "high-pass -1 Hz"),
    ],
)
def test_a_refusal_gives_its_reason(chosen: DisplayFilter, fs: float, words: str) -> None:
    assert words in refusal(chosen, fs)
    assert len(sections_of(chosen, fs)) == 0


def test_what_the_rate_holds_is_not_refused() -> None:
    assert refusal(DisplayFilter(0.5, 10_000.0, 60.0, 20), 24_000.0) == ""
    assert refusal(DisplayFilter(None), 10.0) == ""
