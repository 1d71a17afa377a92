"""Potentials change hands between items; each change is one row and one undo."""

from __future__ import annotations

from pathlib import Path
from typing import Any

import pytest

from emgview.errors import PolicyError
from emgview.model import LabelState, SampleInterval
from emgview.review import Actor, Carry, Decide, Decision, Remove, Reshape, ReviewStore, Shape


@pytest.fixture
def filled(store: ReviewStore, make_run: Any, actor: Actor) -> ReviewStore:
    store.add_run(make_run(), actor)
    return store


def _all_peaks(store: ReviewStore) -> list[int]:
    return sorted(peak for item in store.items() for peak in item.peak_samples)


def _merge(store: ReviewStore, first: str, second: str) -> Reshape:
    one, two = store.item(first), store.item(second)
    assert one is not None
    assert two is not None
    whole = SampleInterval(one.interval.start, two.interval.stop)
    shapes = {
        first: Shape(whole, one.peak_samples + two.peak_samples),
        second: Shape(two.interval, (), first),
    }
    return Reshape("train.merge", shapes)


def test_a_merge_is_one_row_and_one_undo_and_survives_a_restart(
    filled: ReviewStore, actor: Actor, path: Path
) -> None:
    before, peaks = filled.items(), _all_peaks(filled)
    n_rows = filled.head().seq
    filled.apply(_merge(filled, "a", "b"), actor)
    assert filled.head().seq == n_rows + 1
    assert [item.id for item in filled.items()] == ["a", "c"]
    assert filled.items()[0].merged == ("b",)
    assert _all_peaks(filled) == peaks
    after = filled.items()
    filled.close()
    with ReviewStore.open(path) as again:
        assert again.items() == after
        assert again.undo_text() == "Merge 2 trains"
        again.undo(actor)
        assert again.items() == before
        again.redo(actor)
        assert again.items() == after
        assert again.verify_chain().ok


@pytest.mark.parametrize(("start", "order"), [(98_000, "abc"), (98_050, "abc"), (96_000, "bac")])
def test_an_item_that_moves_in_time_moves_in_the_list(
    filled: ReviewStore, actor: Actor, path: Path, start: int, order: str
) -> None:
    """The order is worked out anew only where the place of an item has changed."""
    before = filled.items()
    shape = Shape(SampleInterval(start, 98_300), before[1].peak_samples[1:])
    filled.apply(Reshape("train.take_out", {"b": shape}), actor)
    filled.apply(Decide(("b",), LabelState.CONFIRMED), actor)
    after = filled.items()
    assert "".join(item.id for item in after) == order
    filled.close()
    with ReviewStore.open(path) as again:
        assert again.items() == after
        again.undo(actor)
        again.undo(actor)
        assert again.items() == before
        again.redo(actor)
        again.redo(actor)
        assert again.items() == after


def test_a_chain_of_merges_knows_all_that_went_in(filled: ReviewStore, actor: Actor) -> None:
    filled.apply(_merge(filled, "b", "c"), actor)
    filled.apply(_merge(filled, "a", "b"), actor)
    (only,) = filled.items()
    assert only.merged == ("b", "c")
    filled.apply(Decide(("a",), LabelState.CONFIRMED), actor)
    for _ in range(3):
        filled.undo(actor)
    assert [item.merged for item in filled.items()] == [(), (), ()]


@pytest.mark.parametrize(
    "peaks", [(97004, 97104, 5), (97004, 97004, 97104), (), (97104, 97004, 97204)]
)
def test_potentials_from_nowhere_or_twice_are_refused(
    filled: ReviewStore, actor: Actor, peaks: tuple[int, ...]
) -> None:
    before, head = filled.items(), filled.head()
    shape = Shape(SampleInterval(0, 98_000), peaks)
    with pytest.raises(PolicyError):
        filled.apply(Reshape("train.take_out", {"a": shape}), actor)
    assert (filled.items(), filled.head()) == (before, head)


def test_only_taking_out_lets_potentials_go(filled: ReviewStore, actor: Actor) -> None:
    shape = Shape(SampleInterval(97_000, 97_110), (97_004, 97_104))
    with pytest.raises(PolicyError, match="not those of the trains"):
        filled.apply(Reshape("train.move", {"a": shape}), actor)
    filled.apply(Reshape("train.take_out", {"a": shape}), actor)
    label = filled.item("a")
    assert label is not None
    assert label.peak_samples == (97_004, 97_104)


def test_a_train_that_was_worked_on_stays_with_a_newer_run(
    filled: ReviewStore, make_run: Any, actor: Actor
) -> None:
    shape = Shape(SampleInterval(97_000, 97_110), (97_004, 97_104))
    filled.apply(Reshape("train.take_out", {"a": shape}), actor)
    filled.add_run(make_run("run-2", "bc"), actor)
    label = filled.item("a")
    assert label is not None
    assert label.peak_samples == shape.peaks


def test_decisions_go_over_with_their_reader_and_time(
    filled: ReviewStore, make_run: Any, actor: Actor
) -> None:
    filled.apply(Decide(("a",), LabelState.CONFIRMED), actor)
    old = filled.item("a")
    assert old is not None
    filled.add_run(make_run("run-2", "defg"), actor)
    assert filled.item("a") == old
    decision = Decision.of(old)
    filled.apply(Carry({"a": "d"}, {"d": decision}), Actor("Somebody else"))
    new = filled.item("d")
    assert new is not None
    assert (new.state, new.decided_by, new.decided_at) == (
        LabelState.CONFIRMED,
        old.decided_by,
        old.decided_at,
    )
    assert filled.item("a") is None
    assert new.merged == ("a",)
    filled.undo(actor)
    assert filled.item("a") == old


def test_what_was_split_off_is_not_removed_as_an_own_label(
    filled: ReviewStore, actor: Actor
) -> None:
    from dataclasses import replace

    label = filled.item("a")
    assert label is not None
    part = SampleInterval(97_200, 97_300)
    new = replace(
        label, id="new", proposal_id="a", interval=part, peak_samples=label.peak_samples[2:]
    )
    kept = Shape(SampleInterval(97_000, 97_200), label.peak_samples[:2])
    filled.apply(Reshape("train.split", {"a": kept}, (new,)), actor)
    assert filled.item("new") == new
    with pytest.raises(PolicyError):
        filled.apply(Remove("new"), actor)
    filled.apply(Decide(("new",), LabelState.REJECTED), actor)
    filled.undo(actor)
    filled.undo(actor)
    assert filled.item("new") is None
    assert filled.item("a") == label
