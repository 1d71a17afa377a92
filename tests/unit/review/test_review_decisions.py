"""Decisions, own labels, fields and their history."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import replace
from pathlib import Path

import pytest

from emgview.errors import PolicyError
from emgview.model import Label, LabelState, Origin, SampleInterval
from emgview.review import Actor, Add, Decide, Note, Remove, ReviewStore, SetField
from emgview.review.effects import Decision

CONFIRMED, REJECTED, EDITED = LabelState.CONFIRMED, LabelState.REJECTED, LabelState.EDITED
PROPOSED, CANNOT_TELL = LabelState.PROPOSED, LabelState.CANNOT_TELL
MakeLabel = Callable[..., Label]


def states(store: ReviewStore) -> dict[str, tuple[LabelState, str]]:
    return {label.id: (label.state, label.activity) for label in store.items()}


def test_items_begin_as_proposed_and_in_order_of_time(store: ReviewStore) -> None:
    assert [label.id for label in store.items("001")] == ["a", "b", "c"]
    first = store.items()[0]
    assert (first.state, first.origin, first.proposal_id) == (PROPOSED, Origin.DETECTOR, "a")
    assert first.peak_samples == (97004, 97104, 97204)
    assert (first.decided_by, first.decided_at) == ("", "")
    assert store.items("002") == ()


@pytest.mark.parametrize("state", [CONFIRMED, REJECTED, CANNOT_TELL])
def test_decision_names_reader_and_time(
    store: ReviewStore, actor: Actor, state: LabelState
) -> None:
    applied = store.apply(Decide(("a",), state), actor)
    label = store.item("a")
    assert label is not None
    assert (label.state, label.activity, label.decided_by) == (state, "fib", "R. Reader")
    assert label.decided_at.endswith("Z")
    assert applied.items == {"a"}
    row = list(store.log())[-1]
    assert (row.seq, row.t_utc, row.actor) == (applied.seq, label.decided_at, "R. Reader")


def test_relabel_gives_edited_and_confirm_returns_to_the_proposed_class(
    store: ReviewStore, actor: Actor
) -> None:
    store.apply(Decide(("a",), EDITED, "psw"), actor)
    assert states(store)["a"] == (EDITED, "psw")
    store.apply(Decide(("a",), CONFIRMED), actor)
    assert states(store)["a"] == (CONFIRMED, "fib")


def test_relabel_to_the_proposed_class_is_a_confirmation(store: ReviewStore, actor: Actor) -> None:
    store.apply(Decide(("a",), EDITED, "fib"), actor)
    assert states(store)["a"] == (CONFIRMED, "fib")


def test_taking_a_decision_back_leaves_no_reader(store: ReviewStore, actor: Actor) -> None:
    before = store.items()
    store.apply(Decide(("a", "b"), REJECTED), actor)
    store.apply(Decide(("a", "b"), PROPOSED), actor)
    assert store.items() == before


def test_bulk_decision_is_one_row_with_both_sides_and_one_undo(
    store: ReviewStore, actor: Actor
) -> None:
    store.apply(Decide(("b",), REJECTED), actor)
    before = store.items()
    n_rows = store.head().seq
    applied = store.apply(Decide(("a", "b", "c"), CONFIRMED, reason="alike"), actor)
    assert applied.message == "Confirm 3 items"
    assert store.head().seq == n_rows + 1
    row = list(store.log())[-1]
    assert row.action == "label.confirmed"
    assert row.reason == "alike"
    assert [(g["items"], g["state"]) for g in row.payload["before"]["labels"]] == [
        (["a", "c"], "proposed"),
        (["b"], "rejected"),
    ]
    assert [g["items"] for g in row.payload["after"]["labels"]] == [["a", "b", "c"]]
    undone = store.undo(actor)
    assert undone is not None
    assert undone.items == {"a", "b", "c"}
    assert store.items() == before


def test_nothing_to_change_writes_no_row(store: ReviewStore, actor: Actor) -> None:
    store.apply(Decide(("a",), CONFIRMED), actor)
    head = store.head()
    other = Actor("Somebody else")
    for command in (Decide(("a",), CONFIRMED), Decide((), REJECTED), SetField("conclusion", "")):
        applied = store.apply(command, other)
        assert (applied.changed, applied.seq, applied.items) == (False, head.seq, frozenset())
    assert store.head() == head


def test_only_the_items_that_change_stand_in_the_row(store: ReviewStore, actor: Actor) -> None:
    store.apply(Decide(("a",), CONFIRMED), actor)
    applied = store.apply(Decide(("a", "b", "b"), CONFIRMED), actor)
    assert applied.items == {"b"}


@pytest.mark.parametrize(
    "command",
    [
        Decide(("a", "nobody"), CONFIRMED),
        Decide(("a",), EDITED),
        Decide(("a",), EDITED, "no_such_class"),
        Decide(("a",), CONFIRMED, "psw"),
        Decide(("a",), PROPOSED, "fib"),
        Remove("a"),
        Remove("nobody"),
        SetField("patient/x/name", "N"),
        SetField("Conclusion!", "x"),
        SetField("conclusion", "broken \ud800 text"),
        Note("label.confirmed", {}),
        Note("model.run", {}),
        Note("no dots", {}),
        Note("study.open", {"patient_name": "N"}),
        Note("study.open", {"rate": float("nan")}),
    ],
)
def test_refused_commands_change_nothing(
    store: ReviewStore, actor: Actor, command: Decide | Remove | SetField | Note
) -> None:
    head, items = store.head(), store.items()
    with pytest.raises(PolicyError) as refusal:
        store.apply(command, actor)
    assert "\n" not in str(refusal.value)
    assert (store.head(), store.items(), store.fields()) == (head, items, {})
    assert store.verify_chain().ok


def test_own_label_from_adding_to_removal(
    store: ReviewStore, actor: Actor, make_label: MakeLabel
) -> None:
    store.apply(Add(make_label()), actor)
    assert [label.id for label in store.items("001")] == ["own-1", "a", "b", "c"]
    label = store.item("own-1")
    assert label is not None
    assert label.decided_by == "R. Reader"
    store.apply(Decide(("own-1",), EDITED, "fib"), actor)
    assert states(store)["own-1"] == (EDITED, "fib")
    edited = store.item("own-1")
    store.apply(Remove("own-1", "wrong place"), actor)
    assert store.item("own-1") is None
    store.undo(actor)
    assert store.item("own-1") == edited
    store.undo(actor)
    assert store.item("own-1") == label
    store.undo(actor)
    assert store.item("own-1") is None
    assert "own-1" in str([row.payload for row in store.log()])


def test_removed_id_is_never_used_again(
    store: ReviewStore, actor: Actor, make_label: MakeLabel
) -> None:
    store.apply(Add(make_label()), actor)
    store.apply(Remove("own-1"), actor)
    with pytest.raises(PolicyError, match="added before"):
        store.apply(Add(make_label()), actor)


def test_reader_label_cannot_go_back_to_proposed_but_an_imported_one_can(
    store: ReviewStore, actor: Actor, make_label: MakeLabel
) -> None:
    imported = make_label("imported", origin=Origin.IMPORT, state=PROPOSED)
    store.apply(Add(imported), actor)
    store.apply(Decide(("imported",), CONFIRMED), actor)
    store.apply(Decide(("imported",), PROPOSED), actor)
    assert store.item("imported") == imported
    store.apply(Add(make_label()), actor)
    with pytest.raises(PolicyError, match="never proposed"):
        store.apply(Decide(("own-1",), PROPOSED), actor)


@pytest.mark.parametrize(
    "changes",
    [
        {"state": PROPOSED},
        {"state": EDITED},
        {"origin": Origin.DETECTOR},
        {"proposal_id": "a"},
        {"activity": "no_such_class"},
        {"interval": SampleInterval(50, 50), "peak_samples": ()},
        {"peak_samples": (10,)},
        {"peak_samples": (80, 60)},
        {"recording_id": ""},
        {"channel": -1},
        {"label_id": "a"},
    ],
)
def test_own_labels_that_contradict_themselves_are_refused(
    store: ReviewStore, actor: Actor, make_label: MakeLabel, changes: dict[str, object]
) -> None:
    with pytest.raises(PolicyError):
        store.apply(Add(make_label(**changes)), actor)


def test_fields_are_stated_undone_and_redone(store: ReviewStore, actor: Actor) -> None:
    store.apply(SetField("conclusion", "Fibrillation potentials in one muscle."), actor)
    applied = store.apply(SetField("recording/001/muscle", "biceps"), actor)
    assert applied.fields == {"recording/001/muscle"}
    assert store.undo_text() == "State muscle"
    store.undo(actor)
    assert store.fields() == {"conclusion": "Fibrillation potentials in one muscle."}
    assert store.field("recording/001/muscle") == ""
    store.redo(actor)
    assert store.field("recording/001/muscle") == "biceps"


def test_history_is_unlimited_named_and_survives_restart(
    path: Path, store: ReviewStore, actor: Actor
) -> None:
    start = store.items()
    for _ in range(30):
        store.apply(Decide(("a", "b"), CONFIRMED), actor)
        store.apply(Decide(("a", "b"), EDITED, "psw"), actor)
    end = store.items()
    store.undo(actor)
    store.close()
    with ReviewStore.open(path) as again:
        assert again.redo_text() == "Relabel 2 items: Positive sharp wave"
        again.redo(actor)
        assert again.items() == end
        while again.undo(actor):
            pass
        assert again.items() == start
        assert again.undo_text() is None
        while again.redo(actor):
            pass
        assert again.items() == end
        assert again.verify_chain().ok


def test_new_decision_clears_redo_but_a_note_does_not(store: ReviewStore, actor: Actor) -> None:
    store.apply(Decide(("a",), CONFIRMED), actor)
    store.undo(actor)
    store.apply(Note("study.view", {"recording": "001"}), actor)
    assert store.redo_text() == "Confirm 1 item"
    store.apply(Decide(("b",), REJECTED), actor)
    assert store.redo_text() is None
    assert store.redo(actor) is None


def test_frozen_store_refuses_changes_until_reopened(
    path: Path, store: ReviewStore, actor: Actor
) -> None:
    store.apply(Decide(("a",), CONFIRMED), actor)
    store.freeze("report v1 was signed", actor)
    store.close()
    with ReviewStore.open(path) as again:
        assert again.locked_reason == "report v1 was signed"
        with pytest.raises(PolicyError, match="report v1 was signed"):
            again.apply(Decide(("b",), CONFIRMED), actor)
        with pytest.raises(PolicyError):
            again.undo(actor)
        again.apply(Note("export.pdf", {}), actor)
        again.reopen("new version: muscle was wrong", actor)
        assert again.undo(actor) is not None


def test_signed_head_and_last_change_tell_whether_a_report_is_current(
    store: ReviewStore, actor: Actor
) -> None:
    store.apply(Decide(("a",), CONFIRMED), actor)
    head = store.head()
    store.apply(Note("report.signed", {"log_seq": head.seq, "log_hash": head.hash}), actor)
    assert store.signed_head == head
    assert store.last_change_seq == head.seq
    store.apply(Decide(("b",), CONFIRMED), actor)
    assert store.last_change_seq > head.seq


def test_freeze_needs_a_reason(store: ReviewStore, actor: Actor) -> None:
    with pytest.raises(PolicyError, match="reason"):
        store.freeze("  ", actor)


def test_closed_store_refuses_in_one_line(store: ReviewStore, actor: Actor) -> None:
    store.close()
    store.close()
    with pytest.raises(PolicyError, match="closed"):
        store.apply(Decide(("a",), CONFIRMED), actor)


def test_row_holds_station_software_role_and_reason(store: ReviewStore) -> None:
    technologist = Actor("T.", "technologist", "cart 2", "emgview 9")
    store.apply(Decide(("a",), REJECTED, reason="mains"), technologist)
    row = list(store.log())[-1]
    found = (row.role, row.station, row.software, row.reason)
    assert found == ("technologist", "cart 2", "emgview 9", "mains")
    assert row.t_mono > 0


def test_item_equals_the_label_in_the_list(store: ReviewStore, actor: Actor) -> None:
    store.apply(Decide(("b",), EDITED, "psw"), actor)
    assert [store.item(label.id) for label in store.items()] == list(store.items())
    assert store.item("b") == replace(store.items()[1])


def test_a_decision_changes_nothing_else_of_a_label() -> None:
    label = Label(
        "i", "r", 3, SampleInterval(5, 90), (7, 50), "fib", Origin.DETECTOR, LabelState.PROPOSED,
        proposal_id="p", merged=("j", "k"),
    )  # fmt: skip
    decided = Decision(LabelState.EDITED, "psw", "A. Reader", "2026-11-27T10:00:00Z").on(label)
    assert decided == replace(
        label,
        state=LabelState.EDITED,
        activity="psw",
        decided_by="A. Reader",
        decided_at="2026-11-27T10:00:00Z",
    )
