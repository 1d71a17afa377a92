"""Edits of motor units in the log: kept discharges, joined, split, undone, told."""

from __future__ import annotations

from pathlib import Path

import pytest

from emgview.errors import PolicyError
from emgview.model.kept_units import PARTS, KeptTrain, KeptUnits
from emgview.session.intents import Redo, Undo
from emgview.session.simulating import simulate_into
from emgview.session.study_folder import StudyFolder
from emgview.session.study_session import StudySession
from emgview.session.unit_edits import stretches
from emgview.session.unit_intents import (
    DecideUnit,
    JoinUnits,
    KeepUnits,
    MoveMarkers,
    SplitUnit,
    StatePattern,
)
from emgview.session.unit_keys import StretchKey, UnitSaid
from emgview.simulation import scenario

FS = 20_000.0


def kept() -> KeptUnits:
    first = KeptTrain(1, tuple(k * 2000 * PARTS for k in range(1, 6)))
    second = KeptTrain(2, (1000 * PARTS, 2010 * PARTS, 9000 * PARTS))
    return KeptUnits("0" * 64, "rule", 1.0, (first, second))


def test_joined_units_count_a_shared_discharge_once() -> None:
    joined = kept().joined(1, 2, 0, FS)
    (train,) = joined.trains
    assert train.id == 3
    assert [place // PARTS for place in train.places] == [1000, 2000, 4000, 6000, 8000, 9000, 10000]


def test_a_shift_moves_the_second_unit_only() -> None:
    (train,) = kept().joined(1, 2, 100 * PARTS, FS).trains
    assert {1100 * PARTS, 2000 * PARTS, 2110 * PARTS, 9100 * PARTS} <= set(train.places)


def test_split_units_share_the_discharges_and_get_new_ids() -> None:
    split = kept().split(1, (0, 4))
    assert [one.id for one in split.trains] == [2, 3, 4]
    assert split.train(4).places == (2000 * PARTS, 10_000 * PARTS)
    assert split.train(3).places == tuple(k * 2000 * PARTS for k in (2, 3, 4))


@pytest.fixture
def folder(tmp_path: Path) -> StudyFolder:
    root = tmp_path / "a.emg"
    simulate_into(root, scenario("normal_slight"), seconds=1, seed=3)
    return StudyFolder(root)


def test_each_edit_is_one_undo_with_a_name_and_survives(folder: StudyFolder) -> None:
    with StudySession(folder, "R") as session:
        key = StretchKey(session.recordings[0].entry.id, 0, 0, 10_000)
        for intent, did in (
            (KeepUnits(key, kept()), "Find motor units"),
            (DecideUnit(key, 1, False), "Reject unit 1"),
            (MoveMarkers(key, 1, -3000, 7000), "Move markers: unit 1"),
            (SplitUnit(key, 2, (0,)), "Split unit 2"),
            (JoinUnits(key, 3, 4, 0), "Join units 3 and 4"),
            (StatePattern(key, "discrete", ""), "State interference pattern"),
        ):
            session.apply(intent)
            assert session.undo_text() == did
        session.apply(Undo())
        session.apply(Undo())
        assert session.redo_text() == "Join units 3 and 4"
        session.apply(Redo())
    with StudySession(folder, "R") as session:
        (one,) = stretches(session)
        assert one.key == key
        assert one.found is not None
        assert [train.id for train in one.found.trains] == [1, 5]
        assert one.said.of(1) == UnitSaid(accepted=False, onset_us=-3000, offset_us=7000)
        assert one.pattern is None
        assert session.store.verify_chain().ok


def test_what_is_not_there_cannot_be_edited(folder: StudyFolder) -> None:
    with StudySession(folder, "R") as session:
        key = StretchKey(session.recordings[0].entry.id, 0, 0, 10_000)
        with pytest.raises(PolicyError, match="not there"):
            session.apply(DecideUnit(key, 1, True))
        session.apply(KeepUnits(key, kept()))
        with pytest.raises(PolicyError, match="not there"):
            session.apply(JoinUnits(key, 1, 7, 0))
        outside = StretchKey(key.recording_id, 0, 0, 10**9)
        with pytest.raises(PolicyError, match="outside"):
            session.apply(KeepUnits(outside, kept()))
        with pytest.raises(PolicyError, match="word"):
            session.apply(StatePattern(key, "plenty", ""))
