"""Blinded audit, second reader, and questions about the rhythm."""

from __future__ import annotations

import re
from collections import Counter
from dataclasses import replace

import numpy as np
import pypdfium2
import pytest

from emgview.errors import PolicyError
from emgview.model import Label, LabelState, Origin, SampleInterval
from emgview.report import Reader
from emgview.report.render import compile_pdf
from emgview.report.schema import schema_problems
from emgview.review import ReviewStore
from emgview.session.blinded_audit import (
    CANNOT_TELL,
    NOTHING,
    SOMETHING,
    AnswerAudit,
    Audit,
    StartAudit,
    audit_estimate,
    audit_of,
    plan_start,
    wilson,
)
from emgview.session.intents import AddLabel, Confirm, Reject, Relabel, Undo
from emgview.session.reporting import assemble
from emgview.session.rhythm_answers import recording_rhythm, train_rhythm
from emgview.session.second_reader import (
    Adjudicate,
    SecondReading,
    agreement_of,
    cohen_kappa,
    note_comparison,
    open_second,
)
from emgview.session.study_folder import StudyFolder
from emgview.session.study_session import StudySession
from emgview.session.train_intents import SplitOff
from emgview.typed_data import typed_json

# -- audit ---------------------------------------------------------------------------------------


def test_the_interval_is_wilsons() -> None:
    """Against Newcombe 1998 (Stat Med 17:857), example 81 of 263: 0.2553 to 0.3662."""
    share = wilson(81, 263, 0.95)
    assert (share.low, share.high) == pytest.approx((0.2553, 0.3662), abs=1e-4)
    none = wilson(0, 20, 0.95)
    assert none.low == 0.0
    assert none.high == pytest.approx(0.1611, abs=1e-4)
    assert (wilson(0, 0, 0.95).value, wilson(0, 0, 0.95).high) == (None, 1.0)


def test_a_reader_who_knows_the_truth_finds_the_true_shares(
    session: StudySession, train: Label
) -> None:
    key = train.recording_id
    session.apply(StartAudit(key, seed=3))
    audit = audit_of(session, key)
    assert audit is not None
    assert {window.proposed for window in audit.windows} == {True, False} or audit.n_without == 0
    assert audit_estimate(session, key) is None, "not before all are answered"
    wrong = 0
    for n, window in enumerate(audit.windows):
        answer = SOMETHING if window.proposed else NOTHING
        if n < 3:
            answer, wrong = NOTHING, wrong + window.proposed
        session.apply(AnswerAudit(key, n, answer))
    found = audit_estimate(session, key)
    assert found is not None
    assert found.false_alarms.k == wrong
    assert found.false_alarms.n == sum(window.proposed for window in audit.windows)
    assert found.missed.k == 0
    assert found.false_alarms.low <= wrong / found.false_alarms.n <= found.false_alarms.high
    assert "95 % confidence" in found.text
    session.apply(Undo())
    assert audit_estimate(session, key) is None


def _audited(session: StudySession, key: str) -> None:
    """One window without proposals where the reader sees activity, one with where none is."""
    session.apply(StartAudit(key, seed=3))
    audit = audit_of(session, key)
    assert audit is not None
    turned: set[bool] = set()
    for n, window in enumerate(audit.windows):
        right = window.proposed if window.proposed in turned else not window.proposed
        turned.add(window.proposed)
        session.apply(AnswerAudit(key, n, SOMETHING if right else NOTHING))


def test_the_report_states_misses_and_false_alarms_with_their_intervals(
    session: StudySession,
) -> None:
    """The figures were shown on the screen alone; no report had them."""
    key = session.recordings[1].entry.id
    assert assemble(session, Reader("R")).body["machine_contribution"]["audits"] == []
    _audited(session, key)
    found = audit_estimate(session, key)
    assert found is not None
    assert (found.missed.k, found.false_alarms.k) == (1, 1)
    report = assemble(session, Reader("R"))
    assert schema_problems(report.body) == ()
    (said,) = report.body["machine_contribution"]["audits"]
    assert (said["recording"], said["latest_run"], said["confidence"]) == (2, True, 0.95)
    for name, share, total in (
        ("missed", found.missed, found.n_without),
        ("false_alarms", found.false_alarms, found.n_with),
    ):
        assert said[name] == {
            "windows": 1,
            "of": share.n,
            "share": round(1 / share.n, 3),
            "low": round(share.low, 3),
            "high": round(share.high, 3),
            "in_recording": total,
        }
    with pypdfium2.PdfDocument(compile_pdf(report, ())) as document:
        pages = [page.get_textpage().get_text_range() for page in document]
    text = re.sub(r"[\s\u200b\ufffe\u00ad]+", "", "".join(pages))
    low, high = round(100 * said["missed"]["low"]), round(100 * said["missed"]["high"])
    share = round(100 * said["missed"]["share"])
    words = f"(missed): 1 of {found.missed.n}, {share} % (95 % confidence interval {low}–{high} %)"
    assert re.sub(r"\s", "", words) in text
    assert "earlierrun" not in text
    assert "drawing" not in text
    session.apply(Undo())
    assert assemble(session, Reader("R")).body["machine_contribution"]["audits"] == []
    _audited(session, key)
    again = assemble(session, Reader("R"))
    assert schema_problems(again.body) == ()
    assert again.body["machine_contribution"]["audits"][0]["drawing"] == 2
    with pypdfium2.PdfDocument(compile_pdf(again, ())) as document:
        pages = [page.get_textpage().get_text_range() for page in document]
    assert "drawing2ofthisrecording" in re.sub(r"[\s\u200b\ufffe\u00ad]+", "", "".join(pages))


def test_windows_are_drawn_at_random_on_both_sides(session: StudySession) -> None:
    """Each window of a side must come up about as often as the others, and in any order."""
    key = session.recordings[1].entry.id
    drawn: dict[bool, Counter[int]] = {True: Counter(), False: Counter()}
    firsts = []
    for seed in range(200):
        audit = typed_json(plan_start(session, StartAudit(key, seed)).value, Audit)
        firsts.append(audit.windows[0].proposed)
        for window in audit.windows:
            drawn[window.proposed][window.start] += 1
    side = drawn[False] if audit.n_without > 20 else drawn[True]
    total = audit.n_without if audit.n_without > 20 else audit.n_with
    assert len(side) == total, "every window of the recording can be drawn"
    expected = 200 * 20 / total
    spread = (200 * (20 / total) * (1 - 20 / total)) ** 0.5
    assert max(abs(n - expected) for n in side.values()) < 5 * spread + 1
    both = audit.n_with and audit.n_without
    assert not both or 40 < sum(firsts) < 160, "the order says nothing of what was proposed"


def test_the_same_seed_draws_the_same_and_another_does_not(
    session: StudySession, train: Label
) -> None:
    key, drawn = train.recording_id, []
    for seed in (1, 1, 2):
        session.apply(StartAudit(key, seed))
        audit = audit_of(session, key)
        assert audit is not None
        drawn.append(audit.windows)
    assert drawn[0] == drawn[1] != drawn[2]


def test_what_cannot_be_told_counts_in_neither(session: StudySession, train: Label) -> None:
    key = train.recording_id
    session.apply(StartAudit(key, 1))
    audit = audit_of(session, key)
    assert audit is not None
    for n in range(len(audit.windows)):
        session.apply(AnswerAudit(key, n, CANNOT_TELL))
    found = audit_estimate(session, key)
    assert found is not None
    assert (found.missed.n, found.false_alarms.n) == (0, 0)
    assert found.undecided == len(audit.windows)


def test_unknown_windows_and_answers_are_refused(session: StudySession, train: Label) -> None:
    with pytest.raises(PolicyError, match="no such window"):
        session.apply(AnswerAudit(train.recording_id, 0, NOTHING))
    session.apply(StartAudit(train.recording_id, 1))
    with pytest.raises(PolicyError, match="no answer"):
        session.apply(AnswerAudit(train.recording_id, 0, "perhaps"))


# -- second reader -------------------------------------------------------------------------------


def test_kappa_is_cohens() -> None:
    """45 both yes, 15 yes-no, 25 no-yes, 15 both no: agreement 0.60, chance 0.54, kappa 0.1304."""
    votes = [("y", "y")] * 45 + [("y", "n")] * 15 + [("n", "y")] * 25 + [("n", "n")] * 15
    assert cohen_kappa(votes) == pytest.approx(0.1304, abs=1e-4)
    assert cohen_kappa([("y", "y")] * 5) is None
    assert cohen_kappa([]) is None


def test_neither_reader_sees_the_other_and_differences_are_adjudicated(
    study: object, session: StudySession, train: Label
) -> None:
    items = [item.id for item in session.items()]
    session.apply(Confirm(tuple(items)))
    assert agreement_of(session) is None
    with open_second(StudyFolder(session.folder.root), "Dr. S", "trainee") as second:
        assert {item.state for item in second.items()} == {LabelState.PROPOSED}
        assert [item.id for item in second.items()] == items
        second.apply(Confirm(tuple(items)))
        second.apply(Reject((train.id,)))
        second.apply(Relabel((items[-1],), "eps"))
        with pytest.raises(PolicyError, match="second reading"):
            agreement_of(second)
        with pytest.raises(PolicyError, match="Only an interpreter"):
            second.apply(Adjudicate(train.id, "fib", "fib", "none"))
    assert {i.state for i in session.items()} == {LabelState.CONFIRMED}
    found = agreement_of(session)
    assert found is not None
    assert found.n_both == len(items)
    assert {d.item for d in found.disagreements} == {train.id, items[-1]}
    assert found.kappa is not None
    assert -1 <= found.kappa < 1
    assert dict((name, n) for name, _, n in found.by_class)["none"] == 1
    session.apply(Adjudicate(train.id, "none", "fib", "none", "both looked again"))
    label = session.store.item(train.id)
    assert label is not None
    assert label.state is LabelState.REJECTED
    after = agreement_of(session)
    assert after is not None
    assert {d.item for d in after.disagreements} == {items[-1]}
    for path in (session.folder.review_db, SecondReading(session.folder.root).review_db):
        with ReviewStore.open(path, read_only=True) as store:
            assert store.verify_chain().ok


def test_the_log_tells_when_both_readings_were_seen(session: StudySession, train: Label) -> None:
    """What the first reader decides after that is not independent any more."""
    note_comparison(session)
    assert "readings.compared" not in {row.action for row in session.store.log()}
    session.apply(Confirm((train.id,)))
    with open_second(StudyFolder(session.folder.root), "Dr. S") as second:
        second.apply(Reject((train.id,)))
        row = second.store.head().seq
        note_comparison(second)
        assert second.store.head().seq == row
    note_comparison(session)
    last = list(session.store.log())[-1]
    assert (last.action, last.payload) == ("readings.compared", {"second_reading_row": row})
    assert session.undo_text() == "Confirm 1 item", "it is no change"
    found = agreement_of(session)
    assert found is not None
    n = len(session.items())
    assert found.n_open == (n - 1, n - 1)


def test_an_adjudication_is_one_row_and_one_undo(session: StudySession, train: Label) -> None:
    """It was two rows once: one undo left the item decided, and the pair open again."""
    session.apply(Confirm((train.id,)))
    before, seq = session.items(), session.store.head().seq
    session.apply(Adjudicate(train.id, "none", "fib", "none"))
    assert session.store.head().seq == seq + 1
    assert session.text(f"adjudication/{train.id}/said")
    session.apply(Undo())
    assert session.items() == before
    assert session.text(f"adjudication/{train.id}/said") == ""


def _own(session: StudySession, start: int) -> str:
    key = session.recordings[0].entry.id
    intent = AddLabel(key, 0, SampleInterval(start, start + 400), "fp", (start + 100,))
    (item,) = session.apply(intent).items
    return item


def test_a_label_of_one_reader_alone_is_adjudicated_either_way(
    session: StudySession, train: Label
) -> None:
    """What only the second reader had labelled could not be settled by key."""
    items = tuple(item.id for item in session.items())
    session.apply(Confirm(items))
    mine = _own(session, 1_000)
    with open_second(StudyFolder(session.folder.root), "Dr. S") as second:
        second.apply(Confirm(items))
        theirs, others = _own(second, 50_000), _own(second, 90_000)
    found = agreement_of(session)
    assert found is not None
    by_key = {d.key: d for d in found.disagreements}
    assert {(d.item, d.second_item) for d in found.disagreements} == {
        (mine, ""), ("", theirs), ("", others)
    }  # fmt: skip
    assert by_key[theirs].interval == SampleInterval(50_000, 50_400)
    seq = session.store.head().seq
    session.apply(Adjudicate("", "fp", "none", "fp", second_item=theirs))
    session.apply(Adjudicate("", "none", "none", "fp", second_item=others))
    session.apply(Adjudicate(mine, "none", "fp", "none"))
    assert session.store.head().seq == seq + 3
    counted = {i.interval.start: i for i in session.items(train.recording_id) if i.counts}
    assert 1_000 not in counted
    assert 90_000 not in counted
    assert counted[50_000].activity == "fp"
    assert counted[50_000].decided_by == "Dr. R"
    after = agreement_of(session)
    assert after is not None
    assert after.disagreements == ()
    for _ in range(3):
        session.apply(Undo())
    again = agreement_of(session)
    assert again is not None
    assert {d.key for d in again.disagreements} == {mine, theirs, others}
    session.apply(Adjudicate("", "cannot_tell", "none", "fp", second_item=theirs))
    (unsure,) = [i for i in session.items(train.recording_id) if i.interval.start == 50_000]
    assert unsure.state is LabelState.CANNOT_TELL
    assert session.store.verify_chain().ok


def test_potentials_that_the_second_reader_split_off_do_not_count_twice(
    session: StudySession, train: Label
) -> None:
    session.apply(Confirm((train.id,)))
    with open_second(StudyFolder(session.folder.root), "Dr. S") as second:
        second.apply(Confirm((train.id,)))
        second.apply(SplitOff(train.id, train.peak_samples[::2]))
    found = agreement_of(session)
    assert found is not None
    (alone,) = [d for d in found.disagreements if not d.item]
    intent = Adjudicate("", alone.second, alone.first, alone.second, second_item=alone.key)
    with pytest.raises(PolicyError, match="belong to an item"):
        session.apply(intent)
    with pytest.raises(PolicyError, match="not there"):
        session.apply(Adjudicate("", "fp", "none", "fp"))
    session.apply(replace(intent, activity="none"))
    after = agreement_of(session)
    assert after is not None
    assert not [d for d in after.disagreements if not d.item]


@pytest.mark.parametrize(("name", "role"), [("Dr. R", "trainee"), ("", "trainee"), ("X", "boss")])
def test_the_second_reader_is_another_person_with_a_role(
    session: StudySession, name: str, role: str
) -> None:
    session.apply(Confirm((session.items()[0].id,)))
    with pytest.raises(PolicyError):
        open_second(StudyFolder(session.folder.root), name, role)


# -- rhythm --------------------------------------------------------------------------------------

FS = 10_000.0


def _label(times_s: list[float], item: str = "a") -> Label:
    peaks = tuple(round(t * FS) for t in times_s)
    return Label(
        item, "r", 0, SampleInterval(peaks[0], peaks[-1] + 1), peaks, "fib", Origin.DETECTOR,
        LabelState.PROPOSED,
    )  # fmt: skip


def test_slow_drift_is_no_variation() -> None:
    """Intervals that grow from 100 to 200 ms over 60 discharges: CV is large, local CV is not."""
    intervals = np.linspace(0.1, 0.2, 60)
    label = _label(np.cumsum(intervals).tolist())
    found = train_rhythm(label, FS)
    assert found.local_cv is not None
    assert np.std(intervals) / intervals.mean() > 0.15
    assert found.local_cv < 0.02
    assert found.bursts == 0


def test_bursts_their_rate_and_doubles_are_counted() -> None:
    bursts = [start + k / 40 for start in (1.0, 3.0, 5.0, 7.0) for k in range(8)]
    found = train_rhythm(_label(bursts), FS)
    assert found.bursts == 4
    assert found.burst_hz == pytest.approx(40, rel=0.02)
    assert found.doubles == 0
    doubled = sorted([k / 5 for k in range(20)] + [1.008, 2.008])
    assert train_rhythm(_label(doubled), FS).doubles == 2


def test_units_are_counted_in_each_window() -> None:
    one = _label([k / 2 for k in range(50)], "one")  # 0 to 24.5 s
    two = _label([12.0, 12.5, 13.0], "two")
    gone = replace(_label([1.0, 2.0], "gone"), state=LabelState.REJECTED)
    found = recording_rhythm("r", [one, two, gone], FS, round(32 * FS))
    assert found.units == (1, 2, 1, 0)
    assert [t.item for t in found.trains] == ["one", "two"]
