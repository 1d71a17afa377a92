"""The viewport: what part of the recording is wanted. Without Qt."""

from __future__ import annotations

from itertools import pairwise

import pytest
from hypothesis import given
from hypothesis import strategies as st

from emgview.model import Channel, RecordingInfo, SampleInterval
from emgview.ui.traces.viewport import (
    DIVISIONS,
    SENSITIVITY_LADDER_UV,
    SWEEP_LADDER_MS,
    Viewport,
)

FS = 20_000.0


def viewport(n: int = 1_200_000, start: int = 0, ms: float = 100.0, channels: int = 2) -> Viewport:
    return Viewport(FS, n, start, ms, (50.0,) * channels)


@pytest.mark.parametrize("ladder", [SWEEP_LADDER_MS, SENSITIVITY_LADDER_UV])
def test_ladders_are_one_two_five(ladder: tuple[float, ...]) -> None:
    """Each rung is 2 or 2.5 times the one before, and starts with 1, 2 or 5."""
    assert all(round(b / a, 6) in (2.0, 2.5) for a, b in pairwise(ladder))
    assert {f"{rung:.0e}"[0] for rung in ladder} == {"1", "2", "5"}


def test_ladders_reach_what_the_guideline_asks() -> None:
    """Clinical work needs 1 ms…1 s and 5 µV…10 mV a division."""
    assert min(SWEEP_LADDER_MS) <= 1
    assert max(SWEEP_LADDER_MS) >= 1000
    assert min(SENSITIVITY_LADDER_UV) <= 5
    assert max(SENSITIVITY_LADDER_UV) >= 10_000


def test_window_is_ten_divisions() -> None:
    """100 ms a division at 20 kHz: 1 s, 20 000 samples."""
    assert DIVISIONS == 10
    assert viewport().interval == SampleInterval(0, 20_000)


def test_page_moves_by_a_window_and_back() -> None:
    v = viewport(start=40_000)
    assert v.paged(+1).start == 60_000
    assert v.paged(+1).paged(-1) == v


def test_step_moves_by_one_division() -> None:
    assert viewport(start=40_000).stepped(-1).start == 38_000


def test_paging_stops_at_both_ends() -> None:
    """The last page ends with the recording; nothing lies before the first sample."""
    v = viewport(n=50_000)
    assert v.paged(-3).start == 0
    assert v.paged(+9).interval.stop == 50_000


def test_zoom_keeps_the_anchor_in_place() -> None:
    """What lies under the pointer stays there."""
    v = viewport(start=400_000)
    under = v.start + 0.25 * v.span
    near = v.zoomed(+1, 0.25)
    assert near.ms_per_div == 50.0
    assert near.start + 0.25 * near.span == pytest.approx(under, abs=1)


def test_zoom_in_and_out_is_the_identity_away_from_the_ends() -> None:
    v = viewport(start=600_000)
    assert v.zoomed(+2).zoomed(-2) == v


def test_zoom_out_ends_at_the_whole_recording() -> None:
    """However often, and back in along the ladder."""
    v = viewport(n=1_234_567)
    for _ in range(20):
        v = v.zoomed(-1)
    assert v.interval == SampleInterval(0, 1_234_567)
    assert v.zoomed(+1).ms_per_div in SWEEP_LADDER_MS


def test_zoom_in_ends_at_the_fastest_sweep() -> None:
    v = viewport().zoomed(+40)
    assert v.ms_per_div == min(SWEEP_LADDER_MS)
    assert v.zoomed(+1) == v


def test_sensitivity_of_one_channel_leaves_the_others() -> None:
    assert viewport().more_sensitive(+1, channel=1).uv_per_div == (50.0, 20.0)
    assert viewport().more_sensitive(-2).uv_per_div == (200.0, 200.0)


def test_sensitivity_stops_at_the_ends_of_the_ladder() -> None:
    assert viewport().more_sensitive(+30).uv_per_div[0] == SENSITIVITY_LADDER_UV[0]
    assert viewport().more_sensitive(-30).uv_per_div[0] == SENSITIVITY_LADDER_UV[-1]


def test_showing_leaves_a_visible_item_where_it_is() -> None:
    """A click on a mark must not make the trace jump."""
    v = viewport(start=100_000)
    assert v.showing(SampleInterval(110_000, 110_100)) == v


def test_showing_brings_a_hidden_item_into_the_middle() -> None:
    v = viewport(start=100_000).showing(SampleInterval(500_000, 500_200))
    middle = v.start + v.span / 2
    assert middle == pytest.approx(500_100, abs=2)


def test_showing_a_long_stretch_shows_its_start() -> None:
    v = viewport().showing(SampleInterval(500_000, 900_000))
    assert v.interval.contains(500_000)


@pytest.mark.parametrize("n", [1, 2, 7, 900])
def test_first_view_of_a_short_recording_holds_all_of_it(n: int) -> None:
    info = RecordingInfo("r", FS, n, (Channel("EMG"),))
    v = Viewport.over(info)
    assert v.start == 0
    assert v.interval.stop >= n


MOVES = st.sampled_from(
    ["in", "out", "page", "back", "step", "start", "end", "whole", "more", "less", "far"]
)


@given(st.integers(1, 10**9), st.lists(MOVES, max_size=25), st.floats(0, 1))
def test_no_move_leaves_the_recording(n: int, moves: list[str], anchor: float) -> None:
    """Whatever is pressed: the window starts inside, and passes the end only if it is longer."""
    v = Viewport.over(RecordingInfo("r", FS, n, (Channel("EMG"),)))
    for move in moves:
        v = {
            "in": lambda v: v.zoomed(+1, anchor),
            "out": lambda v: v.zoomed(-1, anchor),
            "page": lambda v: v.paged(+1),
            "back": lambda v: v.paged(-1),
            "step": lambda v: v.stepped(+1),
            "start": lambda v: v.at(0),
            "end": lambda v: v.at(n),
            "whole": lambda v: v.whole(),
            "more": lambda v: v.more_sensitive(+1),
            "less": lambda v: v.more_sensitive(-1),
            "far": lambda v: v.centred(10**12),
        }[move](v)
        assert v.start >= 0
        assert v.interval.stop <= max(n, v.span)
        assert v.span >= 2
