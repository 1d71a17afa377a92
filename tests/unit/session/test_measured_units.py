"""Motor units that were analysed and accepted fill the grid of findings, and follow every edit."""

from __future__ import annotations

from collections.abc import Iterator
from pathlib import Path

import numpy as np
import pytest

from emgview.findings import CellState, GridCell
from emgview.model import ImportHints, Progress, Side
from emgview.session.intents import StateMuscle, Undo
from emgview.session.motor_units import analyse, signal_of
from emgview.session.quantifying import Wanted, mup_path
from emgview.session.simulating import simulate_into
from emgview.session.study_folder import StudyFolder
from emgview.session.study_session import StudySession
from emgview.session.unit_edits import stretches
from emgview.session.unit_intents import DecideUnit, KeepUnits, MoveMarkers, StatePattern
from emgview.session.unit_keys import StretchKey
from emgview.simulation import scenario


@pytest.fixture(scope="module")
def root(tmp_path_factory: pytest.TempPathFactory) -> Path:
    made = tmp_path_factory.mktemp("units") / "a.emg"
    simulate_into(made, scenario("normal_slight"), seconds=6, seed=3)
    return made


@pytest.fixture
def session(root: Path) -> Iterator[StudySession]:
    with StudySession(StudyFolder(root), "A. Reader") as opened:
        key = opened.recordings[0].entry.id
        opened.apply(StateMuscle(key, "biceps", Side.RIGHT))
        yield opened
        while opened.undo_text():
            opened.apply(Undo())


def key_of(session: StudySession) -> StretchKey:
    info = session.recordings[0].info
    return StretchKey(session.recordings[0].entry.id, 0, 0, info.n_samples)


def analysed(session: StudySession) -> StretchKey:
    """All of the recording, as the window analyses it."""
    found = analyse(signal_of(session, key_of(session), None), Progress())
    assert found.found is not None, found.refused
    change = session.apply(KeepUnits(found.key, found.found))
    assert "findings" in change.views
    return found.key


def accepted(session: StudySession) -> StretchKey:
    """The same, and the reader accepts what the machine would."""
    key = analysed(session)
    (one,) = stretches(session)
    assert one.found is not None
    for train in one.found.trains:
        if not train.rejected:
            session.apply(DecideUnit(key, train.id, True))
    return key


def cell(session: StudySession, column: str) -> GridCell:
    row = session.examination().grid.row("biceps", Side.RIGHT)
    assert row is not None
    return row.cell(column)


def test_nothing_is_measured_before_an_analysis(session: StudySession) -> None:
    assert cell(session, "amplitude").state is not CellState.OBSERVED
    assert "units" not in cell(session, "amplitude").numbers


def test_units_that_nobody_decided_are_no_finding(session: StudySession) -> None:
    key = analysed(session)
    waiting = cell(session, "amplitude")
    assert waiting.state is CellState.NOT_ASSESSABLE
    n = int(str(waiting.numbers["undecided"]))
    assert n >= 2
    assert waiting.reason == f"{n} motor units wait for the reader's decision"
    session.apply(DecideUnit(key, 1, True))
    one = cell(session, "amplitude")
    assert one.numbers["n"] == 1
    assert f"{n - 1} motor units wait" in one.note
    session.apply(DecideUnit(key, 1, None))
    assert cell(session, "amplitude") == waiting


def test_numbers_are_those_of_the_command_on_the_file(session: StudySession) -> None:
    """Another way from the samples to the mean: no study, no kept trains."""
    key = accepted(session)
    path = session.folder.path_of(session.recording(key.recording_id).entry)
    alone = [u for u in mup_path(path, ImportHints(), Wanted())["units"] if u["accepted"]]
    numbers = cell(session, "amplitude").numbers
    assert numbers["n"] == len(alone) >= 2
    mean = float(np.mean([unit["amplitude_uv"] for unit in alone]))
    assert numbers["mean"] == pytest.approx(mean, rel=0.01)
    assert str(numbers["units"]).split(", ") == [
        f"1.{str(unit['id']).rpartition('-')[2]}"
        for unit in sorted(alone, key=lambda unit: -unit["amplitude_uv"])
    ]
    durations = [unit["duration_ms"] for unit in alone if unit["duration_ms"] is not None]
    found = cell(session, "duration").numbers
    assert found["n"] == len(durations)
    if durations:
        assert found["mean"] == pytest.approx(float(np.mean(durations)), abs=0.3)
    share = 100 * sum(unit["phases"] > 4 for unit in alone) / len(alone)
    assert cell(session, "polyphasia").numbers["percent"] == pytest.approx(share, abs=0.1)


def test_every_edit_is_followed_and_undone(session: StudySession) -> None:
    key = accepted(session)
    before = cell(session, "amplitude").numbers
    first = str(before["units"]).split(", ")[0].partition(".")[2]
    session.apply(DecideUnit(key, int(first), False))
    after = cell(session, "amplitude").numbers
    assert after["n"] == int(str(before["n"])) - 1
    assert f"1.{first}" not in str(after["units"]).split(", ")
    session.apply(Undo())
    assert cell(session, "amplitude").numbers == before
    session.apply(MoveMarkers(key, int(first), -20_000, 20_000))
    longer = cell(session, "duration").numbers
    session.apply(Undo())
    if longer.get("mean") is not None:
        assert float(str(longer["mean"])) > float(str(cell(session, "duration").numbers["mean"]))


def test_the_readers_words_on_a_pattern_reach_the_grid(session: StudySession) -> None:
    session.apply(StatePattern(key_of(session), "discrete", "early"))
    assert cell(session, "interference").value == "discrete"
    assert cell(session, "recruitment").value == "early"
    session.apply(Undo())
    assert cell(session, "interference").state is not CellState.OBSERVED
