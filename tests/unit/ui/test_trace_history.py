"""Views before and after; typed places. Without Qt."""

from __future__ import annotations

from dataclasses import replace
from datetime import UTC, datetime

import pytest

from emgview.model import Channel, RecordingInfo
from emgview.session.bookmarks import Bookmark, Bookmarks
from emgview.ui.traces.history import ViewHistory
from emgview.ui.traces.viewport import Viewport
from emgview.ui.wording import sample_of

BEGAN = datetime(2026, 5, 1, 9, 30, tzinfo=UTC)
INFO = RecordingInfo("r", 1000.0, 100_000, (Channel("EMG"),), BEGAN)
VIEW = Viewport.over(INFO)


def test_a_zoom_can_be_taken_back_and_done_again() -> None:
    history = ViewHistory()
    history.saw(VIEW)
    closer = VIEW.zoomed(+2)
    history.saw(closer)
    assert history.back() == VIEW
    history.saw(VIEW)
    assert history.forward() == closer
    assert history.forward() is None


def test_scrolling_on_is_one_view() -> None:
    history = ViewHistory()
    view = VIEW
    history.saw(view)
    for _ in range(20):
        view = view.paged(1)
        history.saw(view)
    assert history.back() is None


def test_a_jump_can_be_taken_back() -> None:
    history = ViewHistory()
    history.saw(VIEW)
    history.saw(VIEW.at(50_000))
    assert history.back() == VIEW
    assert history.back() is None


def test_another_scale_is_no_other_view() -> None:
    history = ViewHistory()
    history.saw(VIEW)
    history.saw(VIEW.more_sensitive(1))
    assert history.back() is None


def test_a_new_view_forgets_those_after() -> None:
    history = ViewHistory()
    for view in (VIEW, VIEW.at(50_000)):
        history.saw(view)
    history.back()
    history.saw(replace(VIEW, start=80_000))
    assert history.forward() is None


@pytest.mark.parametrize(
    ("text", "clock_time", "sample"),
    [
        ("12.5", False, 12_500),
        ("1:02", False, 62_000),
        ("0:01:02", False, 62_000),
        ("09:30:10", True, 10_000),
        ("09:29:59", True, 86_399_000),
        ("12", True, 12_000),
        ("#4711", False, 4711),
        ("#x", False, None),
        ("soon", False, None),
    ],
)
def test_places_are_typed_in_many_ways(text: str, clock_time: bool, sample: int | None) -> None:
    assert sample_of(text, INFO, clock_time=clock_time) == sample


def test_bookmarks_keep_their_order_through_storage() -> None:
    marks = (
        Bookmarks()
        .with_mark(Bookmark(500, "b"))
        .with_mark(Bookmark(20))
        .with_mark(Bookmark(500, "c"))
    )
    again = Bookmarks.from_text(marks.to_text())
    assert again == marks
    assert [mark.sample for mark in again.marks] == [20, 500]
    assert again.next_after(20) == Bookmark(500, "c")
    assert again.last_before(20) is None
    assert again.without(20).marks == (Bookmark(500, "c"),)
    assert Bookmarks.from_text("") == Bookmarks()
