"""A sample on the screen has one value, wherever the window starts and whatever was seen before."""

from __future__ import annotations

from collections.abc import Sequence

import numpy as np
from hypothesis import given, settings
from hypothesis import strategies as st
from numpy.typing import NDArray

from emgview.model import Channel, Gap, RecordingInfo, SampleInterval
from emgview.session.filtering import FilteredBlocks
from emgview.session.traces import DisplayFilter

FS = 4000.0
N = 60_000
SAME_UV = 0.01
Samples = NDArray[np.float32]


class Source:
    """A minute with slow swings of 20 mV, steps, spikes and gaps."""

    def __init__(self, gaps: tuple[Gap, ...]) -> None:
        rng = np.random.default_rng(5)
        t = np.arange(N)[:, np.newaxis] / FS
        swings = 20_000 * np.sin(2 * np.pi * np.array([0.11, 0.4]) * t)
        steps = np.repeat(rng.normal(0, 3000, (N // 6000, 2)), 6000, axis=0)
        spikes = np.where(rng.random((N, 2)) < 0.002, 2000.0, 0.0)
        self._samples = (swings + steps + spikes + rng.normal(0, 10, (N, 2))).astype(np.float32)
        self.info = RecordingInfo("p", FS, N, (Channel("A"), Channel("B")), gaps=gaps)

    def read_uv(
        self,
        interval: SampleInterval,
        channels: Sequence[int] | None = None,
        *,
        gaps_as_nan: bool = True,
    ) -> Samples:
        out = np.full((len(interval), 2), np.nan, np.float32)
        inside = interval.intersection(self.info.whole)
        if inside is not None:
            rows = slice(inside.start - interval.start, inside.stop - interval.start)
            out[rows] = self._samples[inside.start : inside.stop]
        for gap in self.info.gaps:
            if gaps_as_nan and (hole := gap.interval.intersection(interval)):
                out[hole.start - interval.start : hole.stop - interval.start] = np.nan
        return out[:, list(channels if channels is not None else (0, 1))]


gaps = st.lists(st.integers(0, 9), max_size=3, unique=True).map(
    lambda places: tuple(Gap(6000 * p + 700 * p, 40 + 333 * p) for p in sorted(places))
)
corners = st.sampled_from([None, 0.5, 1.0, 5.0, 20.0, 500.0])
filters = st.builds(
    DisplayFilter,
    high_pass_hz=corners,
    low_pass_hz=st.sampled_from([None, 600.0, 1500.0]),
    mains_hz=st.sampled_from([None, 50.0, 60.0]),
    harmonics=st.integers(1, 8),
    zero_phase=st.booleans(),
)
starts = st.one_of(st.integers(-500, 2000), st.integers(0, N), st.integers(N - 3000, N))


@settings(max_examples=60, deadline=None)
@given(gaps=gaps, chosen=filters, walk=st.lists(starts, min_size=1, max_size=5), data=st.data())
def test_two_overlapping_windows_agree(
    gaps: tuple[Gap, ...], chosen: DisplayFilter, walk: list[int], data: st.DataObject
) -> None:
    """A walk with blocks kept against one fresh look; gaps and both ends included."""
    source, kept = Source(gaps), FilteredBlocks(bound_bytes=400_000)
    for start in walk:
        kept.filtered(source, SampleInterval(start, start + 3000), (0, 1), chosen)
    last = walk[-1]
    shift = data.draw(st.integers(-2500, 2500))
    one, other = (
        SampleInterval(last, last + 3000),
        SampleInterval(last + shift, last + shift + 2600),
    )
    here = kept.filtered(source, one, (0, 1), chosen)
    there = FilteredBlocks().filtered(source, other, (0, 1), chosen)
    shared = one.intersection(other)
    assert shared is not None
    a = here[shared.start - one.start : shared.stop - one.start]
    b = there[shared.start - other.start : shared.stop - other.start]
    np.testing.assert_array_equal(np.isnan(a), np.isnan(b))
    np.testing.assert_allclose(a, b, rtol=2e-7, atol=SAME_UV)
