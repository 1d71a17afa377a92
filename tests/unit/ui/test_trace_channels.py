"""Channels of a viewport: order, colour, hidden, chosen. Without Qt."""

from __future__ import annotations

from itertools import pairwise

import pytest
from hypothesis import given
from hypothesis import strategies as st

from emgview.model import Channel, RecordingInfo
from emgview.ui.traces import Viewport
from emgview.ui.traces.geometry import HEADER_PX, Geometry


def view_of(n_channels: int) -> Viewport:
    channels = tuple(Channel(f"{c}") for c in range(n_channels))
    return Viewport.over(RecordingInfo("r", 10_000.0, 600_000, channels))


# -- order -----------------------------------------------------------------------------------


def test_channels_stand_as_recorded_until_they_are_moved() -> None:
    assert view_of(3).channels == (0, 1, 2)
    assert view_of(3).moved(0, +1).channels == (1, 0, 2)
    assert view_of(3).moved(2, -2).channels == (2, 0, 1)


def test_no_channel_leaves_the_screen_by_moving() -> None:
    assert view_of(3).moved(2, +1) == view_of(3)
    assert view_of(3).moved(0, -4) == view_of(3)
    assert view_of(3).moved(0, +9).channels == (1, 2, 0)


def test_a_channel_is_moved_past_the_hidden_ones() -> None:
    """Moved by one place in the whole order, it seemed not to move at all."""
    shown = view_of(4).showing_channels([0, 3])
    assert shown.moved(3, -1).channels == (3, 0)
    assert shown.moved(0, +1).channels == (3, 0)
    assert shown.moved(1, -1) == shown


def test_moved_back_it_is_the_first_order_again() -> None:
    """Equal values, so that the picture is not made anew and the history holds no step."""
    assert view_of(4).moved(1, +2).moved(1, -2) == view_of(4)


@given(st.permutations(range(5)), st.sets(st.integers(0, 4)), st.integers(0, 4), st.integers(-5, 5))
def test_no_channel_is_lost_or_doubled(
    order: list[int], hidden: set[int], channel: int, lanes: int
) -> None:
    moved = view_of(5).in_order(order).showing_channels(set(range(5)) - hidden)
    moved = moved.moved(channel, lanes)
    assert sorted(moved.ordered) == list(range(5))
    assert set(moved.channels) == set(range(5)) - hidden
    others = [c for c in moved.channels if c != channel]
    assert others == [c for c in order if c not in hidden and c != channel]


def test_what_an_order_leaves_out_follows() -> None:
    assert view_of(4).in_order([3, 3, 1, 99]).channels == (3, 1, 0, 2)


# -- hidden and chosen -----------------------------------------------------------------------


def test_the_keys_walk_over_visible_channels_only() -> None:
    shown = view_of(4).showing_channels([0, 2, 3])
    walked = [shown.choosing_next(+1)]
    for _ in range(4):
        walked.append(walked[-1].choosing_next(+1))
    assert [v.chosen for v in walked] == [0, 2, 3, 3, 3]
    assert shown.choosing_next(-1).chosen == 3
    assert view_of(2).showing_channels([]).choosing_next(+1).chosen is None


def test_with_the_chosen_channel_hidden_its_neighbour_is_chosen() -> None:
    shown = view_of(3).choosing(1)
    assert shown.hiding(1).chosen == 2
    assert shown.choosing(2).hiding(2).chosen == 1
    assert shown.hiding(0).chosen == 1
    assert view_of(1).choosing(0).hiding(0).chosen is None


# -- colour and scale ------------------------------------------------------------------------


def test_a_colour_belongs_to_its_channel_whatever_the_order() -> None:
    shown = view_of(3).coloured(2, "amber").moved(2, -2)
    assert [shown.colour_of(c) for c in shown.channels] == ["amber", "", ""]
    assert shown.coloured(2, "").colours == ()


def test_sensitivity_of_one_channel_or_all() -> None:
    assert view_of(3).scaled(200.0, 1).uv_per_div == (50.0, 200.0, 50.0)
    assert view_of(3).scaled(20.0).uv_per_div == (20.0, 20.0, 20.0)


def test_another_sweep_keeps_the_middle_and_is_at_most_the_whole() -> None:
    shown = view_of(1).at(300_000)
    middle = shown.start + shown.span // 2
    close = shown.swept(2.0)
    assert close.ms_per_div == 2.0
    assert abs(close.start + close.span // 2 - middle) <= 1
    assert shown.swept(1e9) == shown.whole()


# -- divisions -------------------------------------------------------------------------------


@pytest.mark.parametrize(
    ("n_lanes", "divisions"), [(1, 10.0), (2, 5.0), (4, 2.5), (8, 2.0), (32, 2.0)]
)
def test_the_screen_has_ten_divisions_and_each_lane_at_least_two(
    n_lanes: int, divisions: float
) -> None:
    g = Geometry(1200, HEADER_PX + 24 + 960, n_lanes)
    assert g.lane_divisions == pytest.approx(divisions)
    assert g.division_height * divisions == pytest.approx(g.lane_height)
    lane = g.lane(0, 50.0, inverted=False)
    assert lane.pixels_per_uv * 50.0 == pytest.approx(g.division_height)


@pytest.mark.parametrize("n_lanes", [1, 2, 4, 8, 32])
def test_at_true_scale_a_division_is_as_high_as_it_is_said(n_lanes: int) -> None:
    g = Geometry(1200, 1000, n_lanes, division_px=75.0)
    assert g.division_height == 75.0
    assert g.lane(0, 50.0, inverted=True).pixels_per_uv * 50.0 == pytest.approx(-75.0)
    tops = [g.lane_top(n) for n in range(n_lanes)]
    assert all(b > a for a, b in pairwise(tops))
