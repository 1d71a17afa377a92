"""Clipping: told where a channel stays at its end, never of a true peak."""

from __future__ import annotations

from collections.abc import Sequence

import numpy as np
import pytest
from numpy.typing import NDArray

from emgview.model import Channel, RecordingInfo, SampleInterval
from emgview.session.clipping import Clipping
from emgview.session.display import answer, extremes
from emgview.session.traces import DisplayFilter, TraceRequest

FS, N = 10_000.0, 20_000


class Numbers:
    """Native numbers with a gain, as a recording keeps them."""

    def __init__(self, numbers: NDArray[np.int64], gain: float = 0.5, unit: str = "uV") -> None:
        self._uv = (numbers[:, np.newaxis] * gain).astype(np.float32)
        self.info = RecordingInfo("r", FS, len(numbers), (Channel("a", gain_uv=gain, unit=unit),))

    def read_uv(
        self,
        interval: SampleInterval,
        channels: Sequence[int] | None = None,
        *,
        gaps_as_nan: bool = True,
    ) -> NDArray[np.float32]:
        return self._uv[interval.start : interval.stop]

    def columns(
        self, interval: SampleInterval, n_columns: int, channels: Sequence[int] | None = None
    ) -> tuple[NDArray[np.float32], NDArray[np.float32], int | None]:
        low, high = extremes(self.read_uv(interval), n_columns)
        return low, high, None


def noise() -> NDArray[np.int64]:
    return np.random.default_rng(3).normal(0, 10, N).round().astype(np.int64)


def clipped_at(source: Numbers, stated: float = 0.0, **request: object) -> list[int]:
    clipping = Clipping()
    clipping.find(source, stated)
    wanted = TraceRequest(1, "r", source.info.whole, N, (0,), **request)  # type: ignore[arg-type]
    found = answer(source, wanted, None, clipping.of("r")).clipped
    return [] if found is None else np.flatnonzero(found[:, 0]).tolist()


def test_a_true_peak_is_not_clipped() -> None:
    numbers = noise()
    numbers[7_000:7_005] = [300, 700, 900, 600, 200]
    assert clipped_at(Numbers(numbers)) == []


def test_a_flat_top_with_a_jump_is() -> None:
    numbers = noise()
    numbers[7_000:7_005] = 700
    numbers[9_000:9_003] = 700
    expected = [*range(7_000, 7_005), *range(9_000, 9_003)]
    assert clipped_at(Numbers(numbers)) == expected


def test_both_ends_have_their_own_limit() -> None:
    numbers = noise()
    numbers[100:104] = -500
    numbers[5_000:5_004] = 800
    assert clipped_at(Numbers(numbers)) == [*range(100, 104), *range(5_000, 5_004)]


def test_a_slow_wave_has_a_flat_top_too() -> None:
    numbers = (100 * np.sin(2 * np.pi * np.arange(N) / N)).round().astype(np.int64)
    assert clipped_at(Numbers(numbers)) == []


def test_the_end_of_a_converter_needs_no_jump() -> None:
    numbers = (2_047 * np.sin(2 * np.pi * np.arange(N) / N)).round().astype(np.int64)
    assert clipped_at(Numbers(numbers))


@pytest.mark.parametrize("filtered", [False, True])
def test_a_stated_limit_holds_in_a_filtered_view_too(filtered: bool) -> None:
    numbers = noise()
    numbers[7_000] = 1_000
    chosen = DisplayFilter(high_pass_hz=200.0) if filtered else None
    assert clipped_at(Numbers(numbers), 450.0, display_filter=chosen) == [7_000]


def test_other_units_have_none() -> None:
    numbers = noise()
    numbers[7_000:7_005] = 700
    assert clipped_at(Numbers(numbers, unit="mmHg"), 100.0) == []


def test_taking_a_limit_back_is_told_once() -> None:
    source, clipping = Numbers(noise()), Clipping()
    assert clipping.find(source, 1.0)
    assert clipping.find(source), "the marks must be taken away"
    assert not clipping.find(source)
