"""The detector again: differences are listed, decisions go over or stay, none is lost."""

from __future__ import annotations

from dataclasses import replace

from emgview.model import DetectionRun, Label, LabelState, Potential, Proposal, SampleInterval
from emgview.session.intents import CannotTell, Confirm, Reject, Relabel, Undo
from emgview.session.rerun import CarryDecisions, run_differences
from emgview.session.study_session import StudySession
from emgview.session.train_intents import SplitOff


def _moved(run: DetectionRun, by: int, **changes: str) -> DetectionRun:
    """The same proposals under other ids, each potential moved by some samples."""
    proposals = tuple(_proposal(p, by, changes.get(p.id, p.activity)) for p in run.proposals)
    return replace(run, id=run.id + f"-{by}", version="3.0", proposals=proposals)


def _proposal(p: Proposal, by: int, activity: str) -> Proposal:
    potentials = tuple(
        Potential(q.interval.shifted(by), q.peak_sample + by, q.score) for q in p.potentials
    )
    return replace(
        p,
        id="n" + p.id,
        interval=SampleInterval(max(p.interval.start + by, 0), p.interval.stop + by),
        potentials=potentials,
        activity=activity,
        version="3.0",
    )


def _run(session: StudySession, train: Label) -> DetectionRun:
    run = session.run(train.recording_id)
    assert run is not None
    return run


def _states(session: StudySession, train: Label) -> dict[str, tuple[LabelState, str]]:
    return {i.id: (i.state, i.activity) for i in session.items(train.recording_id)}


def test_decisions_go_over_where_the_potentials_match(session: StudySession, train: Label) -> None:
    session.apply(Confirm((train.id,)))
    old = session.store.item(train.id)
    assert old is not None
    session.add_run(_moved(_run(session, train), 2))
    assert session.store.item(train.id) == old, "nothing is moved before it is asked for"
    seq = session.store.head().seq
    change = session.apply(CarryDecisions(train.recording_id))
    assert session.store.head().seq == seq + 1
    assert change.message == "Carry over 1 decision"
    new = session.store.item("n" + train.id)
    assert new is not None
    assert (new.state, new.decided_by, new.decided_at) == (
        LabelState.CONFIRMED,
        old.decided_by,
        old.decided_at,
    )
    assert session.store.item(train.id) is None, "not counted twice"
    table, _ = session.findings()
    fib = dict(table.rows[0].cells)["fib"]
    assert fib.count == len(train.peak_samples)  # type: ignore[union-attr]
    session.apply(Undo())
    assert session.store.item(train.id) == old


def test_another_class_keeps_what_the_reader_said(session: StudySession, train: Label) -> None:
    session.apply(Relabel((train.id,), "psw"))
    session.add_run(_moved(_run(session, train), 1, **{train.id: "eps"}))
    session.apply(CarryDecisions(train.recording_id))
    assert _states(session, train)["n" + train.id] == (LabelState.EDITED, "psw")


def test_a_rejection_says_nothing_of_another_class(session: StudySession, train: Label) -> None:
    session.apply(Reject((train.id,)))
    session.add_run(_moved(_run(session, train), 1, **{train.id: "eps"}))
    session.apply(CarryDecisions(train.recording_id))
    states = _states(session, train)
    assert states["n" + train.id] == (LabelState.PROPOSED, "eps")
    assert states[train.id] == (LabelState.REJECTED, train.activity), "it stays in view"
    found = run_differences(session, train.recording_id)
    assert found is not None
    assert found.left_behind == (train.id,)


def test_what_does_not_match_stays(session: StudySession, train: Label) -> None:
    session.apply(CannotTell((train.id,)))
    fs = session.reader(train.recording_id).info.sampling_rate_hz
    session.add_run(_moved(_run(session, train), round(0.05 * fs)))
    before = _states(session, train)
    seq = session.store.head().seq
    session.apply(CarryDecisions(train.recording_id))
    assert session.store.head().seq == seq
    assert _states(session, train) == before
    assert before[train.id][0] is LabelState.CANNOT_TELL


def test_a_train_that_lost_members_goes_over_by_its_share(
    session: StudySession, train: Label
) -> None:
    """A tenth taken away is the same train still; a half is not."""
    session.apply(Confirm((train.id,)))
    n = len(train.peak_samples)
    session.apply(SplitOff(train.id, train.peak_samples[: n // 2]))
    session.add_run(_moved(_run(session, train), 0))
    session.apply(CarryDecisions(train.recording_id))
    assert session.store.item(train.id) is not None
    assert _states(session, train)["n" + train.id][0] is LabelState.PROPOSED


def test_differences_are_listed_by_kind(session: StudySession, train: Label) -> None:
    run = _run(session, train)
    assert run_differences(session, train.recording_id) is None
    moved = _moved(run, 1, **{train.id: "psw"})
    gone = next(p for p in run.proposals if p.id != train.id)
    kept = tuple(p for p in moved.proposals if p.id != "n" + gone.id)
    fresh = _proposal(gone, 40_000, gone.activity)
    session.add_run(replace(moved, proposals=(*kept, replace(fresh, id="fresh"))))
    found = run_differences(session, train.recording_id)
    assert found is not None
    kinds = {(d.kind, d.item) for d in found.differences}
    assert ("class", "n" + train.id) in kinds
    assert ("gone", gone.id) in kinds
    assert ("new", "fresh") in kinds
    assert found.n_same == len(run.proposals) - 2
