"""Members of trains: taken out, moved, split off, merged; each one row and one undo."""

from __future__ import annotations

from collections import Counter

import numpy as np
import pytest

from emgview.errors import PolicyError
from emgview.model import Label, LabelState
from emgview.session.intents import Confirm, Redo, Relabel, Undo
from emgview.session.review_settings import load_review_settings
from emgview.session.study_session import StudySession
from emgview.session.train_intents import MergeTrains, MoveMembers, SplitAt, SplitOff, TakeOut
from emgview.session.train_view import cut_out, train_view


def _peaks(session: StudySession) -> Counter[tuple[int, int]]:
    return Counter((i.channel, p) for i in session.items() for p in i.peak_samples)


def _now(session: StudySession, item: str) -> Label:
    label = session.store.item(item)
    assert label is not None
    return label


def test_taking_out_is_one_row_counts_less_and_is_undone(
    session: StudySession, train: Label
) -> None:
    session.apply(Confirm((train.id,)))
    gone, seq = train.peak_samples[3:5], session.store.head().seq
    counted = _n_counted(session)
    change = session.apply(TakeOut(train.id, gone))
    assert change.seq == seq + 1
    assert change.items == {train.id}
    left = _now(session, train.id)
    assert set(left.peak_samples) == set(train.peak_samples) - set(gone)
    assert left.state is LabelState.CONFIRMED
    assert _n_counted(session) == counted - 2
    assert session.undo_text() == "Take out potentials"
    session.apply(Undo())
    assert _now(session, train.id).peak_samples == train.peak_samples
    session.apply(Redo())
    assert _now(session, train.id) == left


def _n_counted(session: StudySession) -> int:
    table, _ = session.findings()
    return sum(getattr(cell, "count", 0) for row in table.rows for _, cell in row.cells)


def test_ends_move_with_the_members(session: StudySession, train: Label) -> None:
    session.apply(TakeOut(train.id, train.peak_samples[:2]))
    left = _now(session, train.id)
    assert train.interval.start < left.interval.start <= left.peak_samples[0]
    assert left.interval.stop == train.interval.stop


def test_split_at_a_moment_keeps_class_and_decision_and_every_potential(
    session: StudySession, train: Label
) -> None:
    session.apply(Relabel((train.id,), "psw"))
    before, peaks = session.items(), _peaks(session)
    middle = train.peak_samples[len(train.peak_samples) // 2]
    change = session.apply(SplitAt(train.id, middle))
    (new,) = change.items - {train.id}
    part, rest = _now(session, new), _now(session, train.id)
    assert part.peak_samples[0] == middle
    assert rest.peak_samples + part.peak_samples == train.peak_samples
    assert (part.activity, part.state, part.decided_by) == ("psw", LabelState.EDITED, "Dr. R")
    assert part.proposal_id == train.id
    assert _peaks(session) == peaks
    session.apply(Undo())
    assert session.items() == before


def test_a_part_that_was_split_off_is_decided_for_itself_and_merged_back(
    session: StudySession, train: Label
) -> None:
    new = _split(session, train, train.peak_samples[1::2])
    session.apply(Relabel((new,), "eps"))
    assert _now(session, train.id).state is LabelState.PROPOSED
    session.apply(MergeTrains((train.id, new)))
    whole = _now(session, train.id)
    assert whole.peak_samples == train.peak_samples
    assert whole.interval == train.interval
    assert whole.merged == (new,)
    assert session.store.item(new) is None


def _split(session: StudySession, train: Label, peaks: tuple[int, ...]) -> str:
    (new,) = session.apply(SplitOff(train.id, peaks)).items - {train.id}
    return new


def test_members_move_to_another_train_and_the_last_ones_take_it_along(
    session: StudySession, train: Label
) -> None:
    peaks = _peaks(session)
    new = _split(session, train, train.peak_samples[-4:])
    session.apply(MoveMembers(new, train.peak_samples[-4:-2], train.id))
    assert len(_now(session, new).peak_samples) == 2
    session.apply(MoveMembers(new, train.peak_samples[-2:], train.id))
    assert session.store.item(new) is None
    assert _now(session, train.id).peak_samples == train.peak_samples
    assert _peaks(session) == peaks


def test_merged_trains_are_counted_once(session: StudySession, train: Label) -> None:
    """The proposal that went into another does not come back as one that nobody looked at."""
    others = [i for i in session.items(train.recording_id) if i.peak_samples and i.id != train.id]
    assert others, "the recording must hold another item"
    session.apply(MergeTrains((train.id, others[0].id)))
    session.apply(Confirm(tuple(i.id for i in session.items())))
    table, _ = session.findings()
    cells = [cell for row in table.rows for _, cell in row.cells]
    assert not any(getattr(cell, "unreviewed", 0) for cell in cells)


@pytest.mark.parametrize("peaks", [(), (1, 2)])
def test_nothing_chosen_is_told(
    session: StudySession, train: Label, peaks: tuple[int, ...]
) -> None:
    with pytest.raises(PolicyError, match="No potential"):
        session.apply(SplitOff(train.id, peaks))


def test_a_train_is_not_emptied(session: StudySession, train: Label) -> None:
    with pytest.raises(PolicyError, match="Nothing would be left"):
        session.apply(TakeOut(train.id, train.peak_samples))
    with pytest.raises(PolicyError, match="Nothing would be left"):
        session.apply(SplitAt(train.id, 0))


def test_the_view_of_a_train_shows_its_members(session: StudySession, train: Label) -> None:
    view = train_view(session, train.id)
    assert view is not None
    assert view.peaks.tolist() == list(train.peak_samples)
    at_peak = view.waveforms[:, view.before - 3 : view.before + 4]
    assert np.abs(at_peak).max(axis=1).min() > 20, "each waveform has its peak at its place"
    proposal = session.proposal(train.id)
    assert proposal is not None
    assert proposal.evidence.amplitude_uv is not None
    height = float(np.ptp(view.mean))
    assert height == pytest.approx(proposal.evidence.amplitude_uv, rel=0.35)
    assert view.rhythm is not None
    assert proposal.evidence.rate_hz is not None
    assert view.rhythm.rate_hz == pytest.approx(proposal.evidence.rate_hz, rel=0.1)
    assert view.histogram[0].sum() == len(view.peaks) - 1
    lags, edges = view.correlogram
    strongest = 0.5 * (edges[lags.argmax()] + edges[lags.argmax() + 1])
    assert strongest * view.rhythm.rate_hz == pytest.approx(
        round(strongest * view.rhythm.rate_hz), abs=0.25
    )


def test_waveforms_are_those_of_the_recording_at_both_ends_too(
    session: StudySession, train: Label
) -> None:
    reader = session.reader(train.recording_id)
    settings = load_review_settings().train
    n = reader.info.n_samples
    peaks = np.array([3, 5_000, train.peak_samples[0], 150_000, n - 2], dtype=np.int64)
    peaks.sort()
    waveforms, before = cut_out(reader, train.channel, peaks, settings)
    whole = reader.read_uv(reader.info.whole, (train.channel,))[:, 0]
    for row, peak in zip(waveforms, peaks.tolist(), strict=True):
        places = np.arange(len(row)) + peak - before
        inside = (places >= 0) & (places < n)
        assert np.array_equal(np.isnan(row), ~inside)
        raw = whole[places[inside]]
        assert np.allclose(row[inside], raw - np.median(raw), atol=1e-4)
