"""Which items a window holds, and how many potentials lie where. Without Qt."""

from __future__ import annotations

from typing import Any

import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st

from emgview.model import Label, LabelState, Origin, SampleInterval
from emgview.ui.traces.display_items import DisplayItem, ItemIndex


def label(
    name: str,
    start: int,
    stop: int,
    peaks: tuple[int, ...] = (),
    activity: str = "fib",
    state: LabelState = LabelState.PROPOSED,
    channel: int = 0,
) -> Label:
    interval = SampleInterval(start, stop)
    return Label(name, "r", channel, interval, peaks, activity, Origin.DETECTOR, state)


def item(*place: Any, **rest: Any) -> DisplayItem:
    return DisplayItem.of(label(*place, **rest))


def names(index: ItemIndex, start: int, stop: int) -> set[str]:
    return {found.id for found, _ in index.visible(SampleInterval(start, stop))}


def test_letter_and_group_come_from_the_vocabulary() -> None:
    shown = item("a", 0, 10, activity="fp_simple")
    assert (shown.letter, shown.group) == ("Fs", "spontaneous")


def test_an_unknown_class_is_shown_with_a_question_mark() -> None:
    """A study of a newer version must not break the view."""
    assert item("a", 0, 10, activity="from the future").letter == "?"


def test_one_peak_is_a_mark_and_a_train_is_a_stretch() -> None:
    assert not item("a", 0, 9, (4,)).is_stretch
    assert item("a", 0, 900, (4, 400)).is_stretch
    assert item("a", 0, 900).is_stretch


def test_a_long_item_that_began_long_ago_is_found() -> None:
    index = ItemIndex([item("long", 0, 10**6), *(item(f"{n}", n, n + 5) for n in range(0, 999, 9))])
    assert names(index, 500_000, 500_100) == {"long"}


def test_half_open_edges_do_not_touch() -> None:
    index = ItemIndex([item("before", 0, 100), item("in", 100, 200), item("after", 200, 300)])
    assert names(index, 100, 200) == {"in"}


def test_peaks_are_cut_to_the_window() -> None:
    index = ItemIndex([item("train", 0, 1000, (10, 400, 500, 990))])
    [(_, peaks)] = index.visible(SampleInterval(400, 600))
    assert peaks.tolist() == [400, 500]


def test_short_items_are_left_out_where_they_crowd() -> None:
    index = ItemIndex([item("short", 0, 10), item("long", 0, 500)])
    found = index.visible(SampleInterval(0, 1000), shortest=100)
    assert [shown.id for shown, _ in found] == ["long"]


spans = st.lists(st.tuples(st.integers(0, 300), st.integers(1, 200)), max_size=30)


@given(spans, st.integers(0, 400), st.integers(1, 200))
def test_the_index_finds_what_a_full_search_finds(
    given_spans: list[tuple[int, int]], start: int, length: int
) -> None:
    index = ItemIndex([item(f"{n}", a, a + d) for n, (a, d) in enumerate(given_spans)])
    window = SampleInterval(start, start + length)
    expected = {
        f"{n}" for n, (a, d) in enumerate(given_spans) if SampleInterval(a, a + d).overlaps(window)
    }
    assert names(index, window.start, window.stop) == expected
    assert index.count_in(window) == len(expected)


def test_density_counts_each_potential_once() -> None:
    items = [item("t", 0, 1000, (5, 15, 995)), item("p", 500, 510, (505,), "psw")]
    index = ItemIndex(items)
    counts = {k.letter: row for k, row in index.density_in(SampleInterval(0, 1000), 10)}
    assert counts["F"].tolist() == [2, 0, 0, 0, 0, 0, 0, 0, 0, 1]
    assert counts["P"].sum() == 1
    assert counts["P"][5] == 1


def test_density_leaves_out_what_was_rejected() -> None:
    """A rejected proposal is no event any more."""
    index = ItemIndex([item("a", 0, 10, (5,), state=LabelState.REJECTED)])
    assert index.density(100, 4) == {}


def test_density_of_the_whole_adds_up_over_channels() -> None:
    index = ItemIndex([item("a", 0, 10, (5,)), item("b", 0, 10, (6,), channel=1)])
    assert index.density(100, 4)["fib"].tolist() == [2, 0, 0, 0]


def test_of_a_hundred_thousand_items_only_what_is_seen_is_made(
    monkeypatch: pytest.MonkeyPatch,
) -> None:
    """Rule of cost, without a clock: a narrow window builds no more than what it shows."""
    many = [label(f"{n}", 100 * n, 100 * n + 10, (100 * n + 5,)) for n in range(20_000)]
    made: list[str] = []
    make = DisplayItem.of

    def counted(one: Label) -> DisplayItem:
        made.append(one.id)
        return make(one)

    index = ItemIndex(many)
    monkeypatch.setattr(DisplayItem, "of", counted)
    found = index.visible(SampleInterval(1_000_000, 1_000_500))
    assert len(found) == len(made) == 5
    assert index.get("777") == make(many[777])
    assert len(made) == 6


def test_labels_and_items_are_indexed_alike() -> None:
    labels = [
        label("b", 50, 90, (60, 70)),
        label("a", 0, 400),
        label("c", 10, 20, (15,), "psw", LabelState.REJECTED),
    ]
    window = SampleInterval(0, 100)
    one, other = ItemIndex(labels), ItemIndex([DisplayItem.of(each) for each in labels])
    assert [i for i, _ in one.visible(window)] == [i for i, _ in other.visible(window)]
    assert str(one.density_in(window, 10)) == str(other.density_in(window, 10))
    assert ItemIndex.of(one) is one


def test_no_items_is_no_special_case() -> None:
    index = ItemIndex()
    assert len(index) == 0
    assert index.visible(SampleInterval(0, 10)) == []
    assert index.density_in(SampleInterval(0, 10), 5) == []
    assert index.get("a") is None
    assert np.size(index.numbers_in(SampleInterval(0, 0))) == 0


trains = st.lists(st.lists(st.integers(0, 99), max_size=6, unique=True), min_size=1, max_size=6)


@given(trains, st.data())
def test_other_potentials_are_taken_in_as_if_made_anew(
    given_trains: list[list[int]], data: st.DataObject
) -> None:
    """One potential taken out sorted all hundred thousand anew."""

    def labels_of(all_peaks: list[list[int]]) -> list[Label]:
        return [
            label(f"{n}", 10 * n, 10 * n + 200, tuple(sorted(10 * n + p for p in peaks)))
            for n, peaks in enumerate(all_peaks)
        ]

    before = ItemIndex(labels_of(given_trains))
    window = SampleInterval(0, 300)
    told = str(before.density_in(window, 30)), str(before.visible(window))
    index, now = before, list(given_trains)
    for _ in range(2):
        n = data.draw(st.integers(0, len(now) - 1))
        now[n] = data.draw(st.lists(st.integers(0, 99), max_size=6, unique=True))
        old = index._items
        fresh = [a if a == b else b for a, b in zip(old, labels_of(now), strict=True)]
        index = index.renewed(fresh)
    anew = ItemIndex(labels_of(now))
    assert str(index.density_in(window, 30)) == str(anew.density_in(window, 30))
    assert str(index.visible(window)) == str(anew.visible(window))
    assert (str(before.density_in(window, 30)), str(before.visible(window))) == told
