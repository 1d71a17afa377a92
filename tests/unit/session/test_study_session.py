"""The one door: what a session changes, refuses, remembers."""

from __future__ import annotations

import json
from collections.abc import Iterator
from pathlib import Path

import pytest

from emgview.errors import FileError, NewerSchemaError, PolicyError
from emgview.model import LabelState, Patient, RecordingEntry, SampleInterval, Side
from emgview.recording import RecordingWriter, file_sha256
from emgview.report import Reader
from emgview.session.detecting import detect_in_file
from emgview.session.intents import (
    AddLabel,
    CannotTell,
    Confirm,
    Redo,
    Reject,
    Relabel,
    RemoveLabel,
    StateMuscle,
    StatePatient,
    StateText,
    Undo,
)
from emgview.session.policy import StudyState
from emgview.session.reporting import write_report
from emgview.session.study_folder import StudyFolder, with_recording
from emgview.session.study_session import StudySession
from emgview.simulation import simulate


@pytest.fixture(scope="module")
def made(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """A study of one short recording that the detector has judged."""
    folder = StudyFolder(tmp_path_factory.mktemp("studies") / "One.emg")
    study = folder.create(simulated=True)
    simulation = simulate("fibrillation", seconds=10, seed=5)
    path = folder.next_recording(0)
    with RecordingWriter.create(path, simulation.info, simulation.samples.dtype) as writer:
        for chunk in simulation.chunks(8192):
            writer.append(chunk)
        info = writer.close()
    entry = RecordingEntry(info.id, folder.relative(path), file_sha256(path), title="001")
    folder.write(with_recording(study, entry))
    with StudySession(folder, "Detector") as session:
        session.add_run(detect_in_file(path))
    return folder.root


@pytest.fixture
def folder(made: Path, tmp_path: Path) -> StudyFolder:
    """A copy of the study, free to be changed."""
    import shutil

    shutil.copytree(made, tmp_path / "One.emg")
    return StudyFolder(tmp_path / "One.emg")


@pytest.fixture
def session(folder: StudyFolder) -> Iterator[StudySession]:
    with StudySession(folder, "Dr. C") as opened:
        yield opened


def _first(session: StudySession) -> str:
    return session.items()[0].id


@pytest.mark.parametrize(
    ("kind", "state"),
    [
        (Confirm, LabelState.CONFIRMED),
        (Reject, LabelState.REJECTED),
        (CannotTell, LabelState.CANNOT_TELL),
    ],
)
def test_a_decision_is_there_after_a_restart(
    folder: StudyFolder, kind: type[Confirm], state: LabelState
) -> None:
    with StudySession(folder, "Dr. C") as session:
        item = _first(session)
        change = session.apply(kind((item,)))
        assert change.items == {item}
        assert {"items", "findings"} <= change.views
    with StudySession(folder, "Dr. D") as session:
        found = next(i for i in session.items() if i.id == item)
        assert (found.state, found.decided_by) == (state, "Dr. C")


def test_the_proposal_stays_what_it_was(session: StudySession) -> None:
    """A label says what the reader thinks; the machine's word is never changed."""
    item = _first(session)
    before = session.proposal(item)
    session.apply(Relabel((item,), "eps"))
    label = next(i for i in session.items() if i.id == item)
    assert (label.activity, label.state) == ("eps", LabelState.EDITED)
    assert session.proposal(item) == before


def test_undo_and_redo_survive_a_restart(folder: StudyFolder) -> None:
    with StudySession(folder, "Dr. C") as session:
        item = _first(session)
        session.apply(Confirm((item,)))
    with StudySession(folder, "Dr. C") as session:
        assert session.undo_text()
        session.apply(Undo())
        assert session.items()[0].state is LabelState.PROPOSED
        session.apply(Redo())
        assert session.items()[0].state is LabelState.CONFIRMED
        assert session.store.verify_chain().ok


def test_own_labels_come_and_go_but_stay_in_the_log(session: StudySession) -> None:
    (recording,) = session.recordings
    label = AddLabel(recording.entry.id, 0, SampleInterval(100, 900), "fp_simple", (500,))
    (item,) = session.apply(label).items
    assert any(i.id == item and i.counts for i in session.items())
    session.apply(RemoveLabel(item))
    assert all(i.id != item for i in session.items())
    actions = [row.action for row in session.store.log()]
    assert any("add" in action for action in actions)


def test_a_label_is_cut_to_the_recording(session: StudySession) -> None:
    (recording,) = session.recordings
    n = recording.info.n_samples
    label = AddLabel(recording.entry.id, 0, SampleInterval(n - 50, n + 500), "artefact", (n + 9,))
    (item,) = session.apply(label).items
    found = next(i for i in session.items() if i.id == item)
    assert found.interval == SampleInterval(n - 50, n)
    assert found.peak_samples == ()


@pytest.mark.parametrize(
    "make",
    [
        lambda r: AddLabel(r, 0, SampleInterval(10**9, 10**9 + 5), "fib"),
        lambda r: AddLabel(r, 7, SampleInterval(0, 5), "fib"),
        lambda r: StateMuscle(r, "no_such_muscle", Side.LEFT),
        lambda r: StateText("diagnosis", "x"),
        lambda _: Confirm(("no such item",)),
        lambda _: Relabel(("no such item",), "no_such_class"),
    ],
    ids=["outside", "no channel", "muscle", "text", "item", "class"],
)
def test_what_makes_no_sense_is_refused_and_changes_nothing(
    session: StudySession, make: object
) -> None:
    (recording,) = session.recordings
    head = session.store.head()
    with pytest.raises(PolicyError):
        session.apply(make(recording.entry.id))  # type: ignore[operator]
    assert session.store.head() == head


def test_muscle_and_side_are_what_was_stated_last(session: StudySession) -> None:
    (recording,) = session.recordings
    session.apply(StateMuscle(recording.entry.id, "tib_ant", Side.RIGHT))
    (recording,) = session.recordings
    assert (recording.muscle, recording.side) == ("tib_ant", Side.RIGHT)
    assert recording.title == "Tibialis anterior, right"
    table, _ = session.findings()
    assert table.rows[0].name == "Tibialis anterior"


def test_patient_data_never_enter_the_log(folder: StudyFolder) -> None:
    """The log keeps that identification changed, not to what."""
    with StudySession(folder, "Dr. C") as session:
        session.apply(StatePatient(Patient(name="Canary Name", identifier="CANARY-77")))
        assert session.study.patient.name == "Canary Name"
    data = folder.review_db.read_bytes()
    assert b"Canary" not in data
    assert b"CANARY" not in data


def test_a_second_window_reads_only(folder: StudyFolder) -> None:
    with StudySession(folder, "Dr. C") as first, StudySession(folder, "Dr. D") as second:
        assert (first.state, second.state) == (StudyState.OPEN, StudyState.READ_ONLY)
        with pytest.raises(PolicyError, match="reading only"):
            second.apply(Confirm((_first(second),)))


def test_the_same_run_twice_is_said_and_not_stored_twice(session: StudySession) -> None:
    (recording,) = session.recordings
    run = session.run(recording.entry.id)
    assert run is not None
    head = session.store.head()
    assert session.add_run(run).message.startswith("Same result as before")
    assert session.store.head() == head


def test_no_report_is_made_of_an_altered_log(folder: StudyFolder, tmp_path: Path) -> None:
    import sqlite3

    with StudySession(folder, "Dr. C") as session:
        session.apply(Confirm((_first(session),)))
    database = sqlite3.connect(folder.review_db)
    tables = [row[0] for row in database.execute("SELECT name FROM sqlite_master")]
    for (name,) in list(database.execute("SELECT name FROM sqlite_master WHERE type = 'trigger'")):
        database.execute(f"DROP TRIGGER {name}")
    table = next(name for name in tables if "log" in name)
    database.execute(f"UPDATE {table} SET actor = 'Somebody else'")
    database.commit()
    database.close()
    with pytest.raises(FileError), StudySession(folder, "Dr. C") as session:
        write_report(session, tmp_path / "r", Reader("Dr. C"))


def test_a_missing_recording_is_named(folder: StudyFolder) -> None:
    (folder.recordings / "001.h5").unlink()
    with pytest.raises(FileError, match=r"001\.h5"):
        StudySession(folder, "Dr. C")


def test_another_recording_in_its_place_is_refused(folder: StudyFolder) -> None:
    simulation = simulate("rest_normal", seconds=1, seed=1)
    path = folder.recordings / "001.h5"
    path.unlink()
    with RecordingWriter.create(path, simulation.info, simulation.samples.dtype) as writer:
        for chunk in simulation.chunks(8192):
            writer.append(chunk)
        writer.close()
    with pytest.raises(FileError, match="another recording"):
        StudySession(folder, "Dr. C")


def test_a_study_of_a_newer_program_is_not_touched(folder: StudyFolder) -> None:
    path = folder.root / "study.json"
    data = json.loads(path.read_text(encoding="utf-8"))
    path.write_text(json.dumps({**data, "schema_version": 99}), encoding="utf-8")
    before = path.read_bytes()
    with pytest.raises(NewerSchemaError, match="99"):
        StudySession(folder, "Dr. C")
    assert path.read_bytes() == before


@pytest.mark.parametrize("content", [b"", b"{", b"[]", b"\xff\xfe", b'{"schema_version": 1}'])
def test_a_damaged_study_file_gives_one_line(folder: StudyFolder, content: bytes) -> None:
    (folder.root / "study.json").write_bytes(content)
    with pytest.raises(FileError) as caught:
        StudySession(folder, "Dr. C")
    assert "\n" not in str(caught.value)
