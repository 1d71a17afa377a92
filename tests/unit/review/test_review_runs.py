"""Runs are stored whole and never changed; decisions outlive them."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import replace
from pathlib import Path

import numpy as np
import pytest

from emgview.errors import PolicyError
from emgview.model import (
    DetectionRun,
    Evidence,
    Label,
    LabelState,
    Potential,
    SampleInterval,
)
from emgview.review import Actor, Add, Decide, ReviewStore
from emgview.review.runs import RunTable

MakeRun = Callable[..., DetectionRun]


def ids(store: ReviewStore) -> list[str]:
    return [label.id for label in store.items()]


def test_run_comes_back_with_every_value(path: Path, make_run: MakeRun, actor: Actor) -> None:
    run = make_run()
    odd = replace(
        run.proposals[1],
        potentials=(),
        evidence=Evidence(reasons=("duration 2 ms", "µV, “quoted”")),
        train_id=None,
        score=0.1 + 0.2,
    )
    run = replace(run, proposals=(run.proposals[0], odd), parameters='{"µ":1}')
    with ReviewStore.open(path) as store:
        store.add_run(run, actor)
        assert store.latest_run("001") == run
    with ReviewStore.open(path) as store:
        assert store.latest_run("001") == run
        assert store.runs("001") == (run,)
        assert store.proposal("b") == odd
        assert store.proposal("nobody") is None
        assert store.latest_run("002") is None


def test_numbers_of_numpy_are_stored_as_plain_ones(
    path: Path, make_run: MakeRun, actor: Actor
) -> None:
    run = make_run(items="a")
    potential = Potential(SampleInterval(np.int64(1), np.int64(5)), np.int64(2), np.float32(0.5))  # type: ignore[arg-type]
    evidence = Evidence(phases=np.int64(3), snr=np.float32(1.5))  # type: ignore[arg-type]
    changed = replace(run.proposals[0], potentials=(potential,), evidence=evidence)
    with ReviewStore.open(path) as store:
        store.add_run(replace(run, proposals=(changed,)), actor)
    with ReviewStore.open(path) as store:
        found = store.latest_run("001")
    assert found is not None
    assert found.proposals == (changed,)
    assert type(found.proposals[0].potentials[0].peak_sample) is int


def test_run_is_one_row_with_model_and_counts(store: ReviewStore) -> None:
    row = list(store.log())[-1]
    assert row.action == "model.run"
    assert row.payload["proposals"] == {"fib": 3}
    assert (row.payload["version"], row.payload["parameters_hash"]) == ("1", "ab")


def test_newer_run_keeps_decisions_of_the_same_ids_and_shows_decided_old_ones(
    store: ReviewStore, make_run: MakeRun, actor: Actor, path: Path
) -> None:
    store.apply(Decide(("a", "b"), LabelState.CONFIRMED), actor)
    decided = {label.id: label for label in store.items() if label.counts}
    applied = store.add_run(make_run("run-2", "bd"), actor)
    assert applied.items == {"a", "c", "d"}
    assert ids(store) == ["a", "b", "d"]  # c was never decided, a was
    assert {label.id: label for label in store.items() if label.counts} == decided
    store.close()
    with ReviewStore.open(path) as again:
        assert ids(again) == ["a", "b", "d"]
        again.undo(actor)
        assert ids(again) == ["b", "d"]
        again.redo(actor)
        assert ids(again) == ["a", "b", "d"]
        assert [run.id for run in again.runs("001")] == ["run-1", "run-2"]


def test_undecided_item_of_an_older_run_cannot_be_decided(
    store: ReviewStore, make_run: MakeRun, actor: Actor
) -> None:
    store.add_run(make_run("run-2", "b"), actor)
    with pytest.raises(PolicyError):
        store.apply(Decide(("a",), LabelState.CONFIRMED), actor)


def test_same_run_again_changes_nothing_and_an_older_one_can_return(
    store: ReviewStore, make_run: MakeRun, actor: Actor, path: Path
) -> None:
    assert not store.add_run(make_run(), actor).changed
    store.add_run(make_run("run-2", "b"), actor)
    store.add_run(make_run(), actor)
    assert ids(store) == ["a", "b", "c"]
    assert len(store.runs("001")) == 2
    assert store.verify_chain().ok
    store.close()
    with ReviewStore.open(path) as again:
        assert ids(again) == ["a", "b", "c"]


def test_stored_scores_win_when_a_run_comes_again_from_another_computer(
    store: ReviewStore, make_run: MakeRun, actor: Actor
) -> None:
    stored = store.latest_run("001")
    run = make_run()
    nudged = tuple(replace(p, score=p.score + 1e-15) for p in run.proposals)
    assert not store.add_run(replace(run, proposals=nudged), actor).changed
    assert store.latest_run("001") == stored


def test_runs_that_contradict_themselves_or_the_stored_ones_are_refused(
    store: ReviewStore, make_run: MakeRun, actor: Actor
) -> None:
    run = make_run("run-2")
    first = run.proposals[0]
    bad = [
        replace(run, proposals=(first, first)),
        replace(run, proposals=(replace(first, recording_id="002"),)),
        replace(run, proposals=(replace(first, score=float("nan")),)),
        replace(run, proposals=(replace(first, activity="psw"),)),
        replace(make_run(), proposals=run.proposals[:2]),
    ]
    head = store.head()
    for refused in bad:
        with pytest.raises(PolicyError):
            store.add_run(refused, actor)
    assert store.head() == head
    assert len(store.runs("001")) == 1


def test_recordings_are_kept_apart(
    store: ReviewStore, make_run: MakeRun, actor: Actor, make_label: Callable[..., Label]
) -> None:
    run = make_run("other", "xy", recording_id="000")
    proposals = tuple(replace(p, recording_id="000") for p in run.proposals)
    store.add_run(replace(run, proposals=proposals), actor)
    store.apply(Add(make_label(recording_id="000")), actor)
    assert [label.id for label in store.items("000")] == ["own-1", "x", "y"]
    assert [label.id for label in store.items("001")] == ["a", "b", "c"]
    assert ids(store) == ["own-1", "x", "y", "a", "b", "c"]


def test_run_without_proposals_is_a_run(path: Path, make_run: MakeRun, actor: Actor) -> None:
    run = make_run(items="")
    with ReviewStore.open(path) as store:
        store.add_run(run, actor)
        assert store.latest_run("001") == run
        assert store.items() == ()
        assert store.verify_chain().ok
        with pytest.raises(PolicyError, match="Another run"):
            store.add_run(make_run(items="a"), actor)


def test_the_list_of_items_is_made_once_between_changes(store: ReviewStore, actor: Actor) -> None:
    """Each look at a study of 100 000 proposals made two lists of all of them."""
    listed = store.items()
    assert store.items(listed[0].recording_id) is listed
    assert store.items() is listed
    store.apply(Decide((listed[0].id,), LabelState.CONFIRMED), actor)
    assert [label.id for label in store.items()] == [label.id for label in listed]
    assert store.items()[0].state is LabelState.CONFIRMED
    assert store.items()[1] is listed[1]


def test_a_run_is_read_once_at_opening(
    store: ReviewStore, path: Path, make_run: MakeRun, monkeypatch: pytest.MonkeyPatch
) -> None:
    """It was read for its items and again for its proposals."""
    run, read = make_run(), list[str]()
    make = RunTable.read

    def counted(table: RunTable, run_id: str) -> DetectionRun:
        read.append(run_id)
        return make(table, run_id)

    monkeypatch.setattr(RunTable, "read", counted)
    with ReviewStore.open(path, read_only=True) as opened:
        latest = opened.latest_run(run.recording_id)
        assert latest == run
        assert opened.latest_run(run.recording_id) is latest
        assert opened.items() == store.items()
    assert read == [run.id]
