"""Extremes become pixels: nothing is lost, nothing is invented. Without Qt."""

from __future__ import annotations

import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st
from numpy.typing import NDArray

from emgview.ui.traces.raster import Cut, Lane, columns_of_samples, draw_columns

pytestmark = pytest.mark.usefixtures("loops")

INK = 0xFFFFFFFF
HEIGHT, WIDTH = 100, 60
LANE = Lane(0, HEIGHT, 1.0)


def drawn(
    minimum: NDArray[np.float32],
    maximum: NDArray[np.float32],
    lane: Lane = LANE,
    line_width: int = 1,
) -> tuple[NDArray[np.bool_], Cut]:
    pixels = np.zeros((HEIGHT, WIDTH), dtype=np.uint32)
    cut = draw_columns(pixels, lane, minimum, maximum, INK, line_width)
    return pixels == INK, cut


def flat(uv: float = 0.0) -> NDArray[np.float32]:
    return np.full(WIDTH, uv, dtype=np.float32)


def test_negative_is_up() -> None:
    """The convention of the field: a negative deflection lies above the baseline."""
    low = flat()
    low[30] = -20
    picture, _ = drawn(low, flat())
    assert picture[30, 30]
    assert not picture[70, 30]


def test_a_turned_channel_is_drawn_upside_down() -> None:
    low = flat()
    low[30] = -20
    picture, _ = drawn(low, flat(), Lane(0, HEIGHT, -1.0))
    assert picture[70, 30]


def test_every_row_from_least_to_greatest_is_inked() -> None:
    low, high = flat(), flat()
    low[10], high[10] = -15, 25
    picture, _ = drawn(low, high)
    assert np.flatnonzero(picture[:, 10]).tolist() == list(range(35, 76))


def test_a_spike_of_one_column_is_seen() -> None:
    """A one-sample spike must not vanish between pixels."""
    high = flat()
    high[17] = 30
    assert drawn(flat(), high)[0][80, 17]


def test_a_steep_flank_has_no_hole() -> None:
    """Neighbouring columns are joined although their extremes do not meet."""
    low = np.where(np.arange(WIDTH) < 30, -40, 40).astype(np.float32)
    picture, _ = drawn(low, low)
    flank = picture[11:90, 29:31]
    assert np.all(np.any(flank, axis=1))


def test_missing_data_stays_empty_and_is_not_bridged() -> None:
    low = flat()
    low[20:30] = np.nan
    picture, _ = drawn(low, low)
    assert not picture[:, 20:30].any()
    assert picture[50, 19]
    assert picture[50, 30]


def test_what_leaves_the_lane_is_told_and_leaves_no_false_line() -> None:
    """A trace that is far away was drawn as a flat line along the edge of its lane."""
    lane = Lane(40, 20, 1.0)
    low = flat()
    low[20:30] = -500
    picture, cut = drawn(low, low, lane)
    assert not picture[:40].any()
    assert not picture[60:].any()
    assert not picture[:, 22:28].any()
    assert np.flatnonzero(cut.above).tolist() == list(range(20, 30))
    assert not cut.below.any()


def test_a_wide_line_is_as_wide_as_asked() -> None:
    assert drawn(flat(), flat(), line_width=2)[0][:, 5].sum() == 2


def test_more_columns_than_pixels_are_left_out() -> None:
    wide = np.zeros(WIDTH + 9, dtype=np.float32)
    assert drawn(wide, wide)[0].any(axis=0).all()


def test_nothing_to_draw_draws_nothing() -> None:
    picture, _ = drawn(flat(np.nan), flat(np.nan))
    assert not picture.any()


samples = st.lists(st.floats(-1e4, 1e4, width=32) | st.just(float("nan")), min_size=1, max_size=200)


@given(samples, st.integers(1, 150))
def test_columns_of_a_line_hold_every_sample(values: list[float], n_columns: int) -> None:
    """True extremes: each sample lies between least and greatest of its column."""
    line = np.array(values, dtype=np.float32)
    low, high = columns_of_samples(line, n_columns)
    column = np.minimum(np.arange(len(line)) * n_columns // len(line), n_columns - 1)
    present = ~np.isnan(line)
    assert (low[column[present]] <= line[present]).all()
    assert (high[column[present]] >= line[present]).all()


@given(samples, st.integers(1, 150))
def test_columns_of_a_line_invent_nothing(values: list[float], n_columns: int) -> None:
    """No column reaches beyond the samples, up to rounding of the interpolation."""
    line = np.array(values, dtype=np.float32)
    low, high = columns_of_samples(line, n_columns)
    if np.isnan(line).all():
        assert np.isnan(low).all()
        return
    room = 1e-2
    assert np.nanmin(low) >= np.nanmin(line) - room
    assert np.nanmax(high) <= np.nanmax(line) + room


def test_a_line_of_few_samples_is_closed() -> None:
    """Between two samples that are twenty pixels apart the line goes on."""
    low, high = columns_of_samples(np.array([0, 10, 0, 10], dtype=np.float32), 80)
    assert not np.isnan(low[:60]).any()
    assert (high[:59] >= low[1:60]).all() or (low[:59] <= high[1:60]).all()


@pytest.mark.parametrize(("n_samples", "n_columns"), [(0, 5), (1, 5), (5, 1), (3, 0)])
def test_odd_sizes_do_no_harm(n_samples: int, n_columns: int) -> None:
    low, high = columns_of_samples(np.zeros(n_samples, dtype=np.float32), n_columns)
    assert low.shape == high.shape == (n_columns,)
