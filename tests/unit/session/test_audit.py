"""``emgview audit verify`` against a file that was really tampered with through sqlite3."""

from __future__ import annotations

import json
import shutil
import sqlite3
from collections.abc import Callable
from contextlib import closing
from pathlib import Path

import pytest

from emgview.cli import main
from emgview.model import Chunk, LabelState, RecordingEntry, SampleInterval
from emgview.recording import RecordingWriter, file_sha256
from emgview.review import LogRow, ReviewStore
from emgview.review.chain import GENESIS, row_hash
from emgview.session.auditing import FAILED, OK, UNKNOWN, Audit, audit_study, read_checkpoint
from emgview.session.checkpointing import EVERY_ROWS
from emgview.session.intents import AddLabel, CannotTell, Confirm, StateText, Undo
from emgview.session.screen import Screen
from emgview.session.station import Register
from emgview.session.study_folder import StudyFolder, with_recording
from emgview.session.study_session import StudySession
from emgview.simulation import simulate


@pytest.fixture(autouse=True)
def station(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Path:
    monkeypatch.setenv("EMGVIEW_STATION", str(tmp_path / "station"))
    monkeypatch.setenv("EMGVIEW_SETTINGS", str(tmp_path / "settings.json"))
    return tmp_path / "station"


@pytest.fixture(scope="module")
def recording(tmp_path_factory: pytest.TempPathFactory) -> Path:
    simulation = simulate("fibrillation", seconds=2, seed=3)
    path = tmp_path_factory.mktemp("audit") / "001.h5"
    with RecordingWriter.create(path, simulation.info, simulation.samples.dtype) as writer:
        for chunk in simulation.chunks(8192):
            assert isinstance(chunk, Chunk)
            writer.append(chunk)
        writer.close()
    return path


MakeStudy = Callable[[str], StudyFolder]


@pytest.fixture
def make_study(tmp_path: Path, recording: Path) -> MakeStudy:
    """A closed study with a handful of decisions in two openings, so two checkpoints."""

    def make(name: str) -> StudyFolder:
        folder = StudyFolder(tmp_path / f"{name}.emg")
        study = folder.create(simulated=True)
        path = folder.next_recording(0)
        shutil.copy(recording, path)
        from emgview.recording import RecordingReader

        with RecordingReader.open(path) as reader:
            info = reader.info
        entry = RecordingEntry(info.id, folder.relative(path), file_sha256(path), title="001")
        folder.write(with_recording(study, entry))
        for part in range(2):
            with StudySession(folder, "R. Reader") as session:
                for n in range(3):
                    start = 1000 * (3 * part + n)
                    session.apply(
                        AddLabel(info.id, 0, SampleInterval(start, start + 100), "fib"),
                        Screen(recording=info.id, window=(0, 5000), score=True),
                    )
                session.apply(StateText("conclusion", f"part {part}"))
        return folder

    return make


@pytest.fixture
def study(make_study: MakeStudy) -> StudyFolder:
    folder = make_study("Case")
    assert audit_study(folder).ok
    return folder


def attack(folder: StudyFolder, *statements: str) -> None:
    """Change the file by other means, with the guards out of the way and put back."""
    with closing(sqlite3.connect(folder.review_db, isolation_level=None)) as connection:
        query = "SELECT name, sql FROM sqlite_master WHERE type = 'trigger'"
        guards = connection.execute(query).fetchall()
        for name, _ in guards:
            connection.execute(f"DROP TRIGGER {name}")
        for statement in statements:
            connection.execute(statement)
        for _, sql in guards:
            connection.execute(sql)


def answers(found: Audit) -> dict[str, str]:
    return {answer.name: answer.status for answer in found.answers}


def test_a_sound_study_verifies_and_each_answer_stands_for_itself(study: StudyFolder) -> None:
    found = audit_study(study)
    assert answers(found) == {
        "chain": OK,
        "case": OK,
        "checkpoints": OK,
        "workstation": OK,
        "reports": UNKNOWN,
    }
    assert found.n_rows == 11  # start, then twice: opened, three labels, a text
    with ReviewStore.open(study.review_db, read_only=True) as store:
        assert len(store.checkpoints.all()) == 2


@pytest.mark.parametrize(
    ("statements", "row"),
    [
        (["UPDATE log SET actor = 'Somebody' WHERE seq = 4"], 4),
        (["UPDATE log SET payload = replace(payload, 'fib', 'psw') WHERE seq = 4"], 4),
        (["UPDATE log SET payload = replace(payload, 'true', 'false') WHERE seq = 4"], 4),
        (["DELETE FROM log WHERE seq = 5"], 6),
        (["UPDATE log SET seq = 99 WHERE seq = 4", "UPDATE log SET seq = 4 WHERE seq = 5",
          "UPDATE log SET seq = 5 WHERE seq = 99"], 4),
        (["UPDATE log SET seq = -seq WHERE seq > 5", "UPDATE log SET seq = 1 - seq WHERE seq < 0",
          "INSERT INTO log SELECT 6, t_utc, t_mono, actor, role, station, software, action,"
          " payload, reason, hash, hash FROM log WHERE seq = 5"], 6),
        (["DELETE FROM log WHERE seq > 7"], 8),  # before the second checkpoint
        (["DELETE FROM log WHERE seq > 4"], 5),  # before the first
    ],
    ids=["edit", "edit of the class", "edit of the screen", "deletion", "swap", "insertion",
         "truncation", "truncation before all checkpoints"],
)  # fmt: skip
def test_tampering_is_found_and_the_row_is_named(
    study: StudyFolder, statements: list[str], row: int, capsys: pytest.CaptureFixture[str]
) -> None:
    attack(study, *statements)
    assert main(["audit", "verify", str(study.root), "--json"]) == 1
    told = json.loads(capsys.readouterr().out)
    assert (told["ok"], told["first_bad_row"]) == (False, row)
    assert told["answers"][0] == {
        "name": "chain",
        "status": FAILED,
        "text": told["answers"][0]["text"],
    }


def test_the_guards_stop_even_or_replace_without_the_pragma(study: StudyFolder) -> None:
    """What stops accidents, on a plain connection."""
    with closing(sqlite3.connect(study.review_db, isolation_level=None)) as connection:
        for statement in (
            "UPDATE log SET actor = 'X'",
            "DELETE FROM log",
            "INSERT OR REPLACE INTO log SELECT * FROM log WHERE seq = 11",
            "REPLACE INTO log SELECT * FROM log WHERE seq = 3",
            "UPDATE OR REPLACE log SET seq = 3 WHERE seq = 4",
        ):
            with pytest.raises(sqlite3.IntegrityError):
                connection.execute(statement)
    assert audit_study(study).ok


def test_truncation_with_its_checkpoints_is_found_by_the_workstation(study: StudyFolder) -> None:
    """Rows and checkpoints taken away together: the file alone looks sound."""
    attack(study, "DELETE FROM log WHERE seq > 4", "DELETE FROM checkpoint WHERE seq > 4")
    found = answers(audit_study(study))
    assert found["chain"] == OK
    assert found["checkpoints"] == UNKNOWN
    assert found["workstation"] == FAILED


def test_the_same_is_found_elsewhere_by_a_copy_of_a_checkpoint_and_by_nothing_else(
    study: StudyFolder, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    kept = tmp_path / "kept.json"
    assert main(["audit", "checkpoint", str(study.root), "--out", str(kept)]) == 0
    assert audit_study(study, read_checkpoint(kept)).ok
    attack(study, "DELETE FROM log WHERE seq > 4", "DELETE FROM checkpoint WHERE seq > 4")
    monkeypatch.setenv("EMGVIEW_STATION", str(tmp_path / "elsewhere"))
    assert audit_study(study).ok  # the limit, stated
    assert main(["audit", "verify", str(study.root), "--checkpoint", str(kept)]) == 1


def rewritten(folder: StudyFolder, change: Callable[[list[LogRow]], list[LogRow]]) -> None:
    """A whole log with hashes that fit, in place of the old one."""
    from dataclasses import replace

    with ReviewStore.open(folder.review_db, read_only=True) as store:
        rows = change(list(store.log()))
    done: list[LogRow] = []
    for row in rows:
        row = replace(row, prev_hash=done[-1].hash if done else GENESIS)
        done.append(replace(row, hash=row_hash(row)))
    statements = ["DELETE FROM log"]
    for row in done:
        who = (row.actor, row.role, row.station, row.software, row.action)
        what = (json.dumps(row.payload), row.reason, row.prev_hash, row.hash)
        statements.append(f"INSERT INTO log VALUES {(row.seq, row.t_utc, row.t_mono, *who, *what)}")
    attack(folder, *statements)


def test_a_log_written_anew_with_fitting_hashes_breaks_its_checkpoints(study: StudyFolder) -> None:
    from dataclasses import replace

    rewritten(study, lambda rows: [replace(row, actor="Somebody") for row in rows])
    found = audit_study(study)
    assert not found.ok
    assert answers(found)["checkpoints"] == FAILED


def test_a_checkpoint_of_another_signature_is_found(study: StudyFolder) -> None:
    attack(study, "UPDATE checkpoint SET signature = replace(signature, '0', '1') WHERE seq = 11")
    found = audit_study(study)
    assert answers(found)["checkpoints"] == FAILED
    assert "not genuine" in found.answers[0].text


def test_the_chain_of_another_study_is_found(study: StudyFolder, make_study: MakeStudy) -> None:
    other = make_study("Other")
    shutil.copy(other.review_db, study.review_db)
    found = audit_study(study)
    assert answers(found)["chain"] == OK
    assert answers(found)["case"] == FAILED
    assert not found.ok


def test_the_chain_of_another_study_is_found_after_it_was_used_here(
    study: StudyFolder, make_study: MakeStudy
) -> None:
    shutil.copy(make_study("Other").review_db, study.review_db)
    with pytest.raises(Exception, match="another study"):
        StudySession(study, "R")
    assert answers(audit_study(study))["case"] == FAILED


def test_a_missing_guard_and_an_unreadable_log_are_told(study: StudyFolder) -> None:
    with closing(sqlite3.connect(study.review_db, isolation_level=None)) as connection:
        connection.execute("DROP TRIGGER log_no_delete")
    assert "log_no_delete" in audit_study(study).answers[0].text
    study.review_db.write_bytes(b"no database, but long enough to look like one" * 50)
    assert "cannot be read" in audit_study(study).answers[0].text


def test_checkpoints_come_while_the_reader_works(study: StudyFolder) -> None:
    with StudySession(study, "R") as session:
        for n in range(EVERY_ROWS + 1):
            session.apply(StateText("conclusion", f"version {n}"))
        assert session.store.head().seq - session.store.checkpoints.all()[-1].seq < EVERY_ROWS
        last = Register().last(session.store.case)
        assert last == session.store.checkpoints.all()[-1]


def test_a_workstation_without_a_key_decides_all_the_same(
    study: StudyFolder, station: Path
) -> None:
    shutil.rmtree(station)
    station.write_text("a file where the folder should be")
    with StudySession(study, "R") as session:
        session.apply(StateText("conclusion", "still"))
        session.checkpointing.make()
        assert session.checkpointing.trouble
    with StudySession(study, "R") as session:
        assert session.text("conclusion") == "still"


def test_rows_hold_who_when_where_and_what_was_on_the_screen(study: StudyFolder) -> None:
    screen = Screen(
        recording="001",
        window=(10, 2010),
        channels=(0,),
        filter="HP 20 Hz",
        uv_per_div=(50.0,),
        ms_per_div=100.0,
        sound=True,
        score=False,
    )
    with StudySession(study, "R. Reader") as session:
        items = tuple(item.id for item in session.items())
        session.apply(CannotTell(items, "too noisy"), screen)
        row = list(session.store.log())[-1]
        session.apply(Undo(), screen)
        undone = list(session.store.log())[-1]
    assert (row.actor, row.role, row.reason) == ("R. Reader", "interpreter", "too noisy")
    assert row.station
    assert row.software.startswith("emgview ")
    assert row.t_utc.endswith("Z")
    assert row.t_mono > 0
    assert row.payload["screen"] == screen.to_json() == undone.payload["screen"]
    assert row.payload["screen"]["window"] == [10, 2010]
    assert audit_study(study).ok


def test_history_is_named_unlimited_and_survives_a_restart(study: StudyFolder) -> None:
    with StudySession(study, "R") as session:
        items = tuple(item.id for item in session.items())
        for _ in range(150):
            session.apply(CannotTell(items))
            session.apply(Confirm(items))
        session.apply(Undo())
        before = session.store.history()
    with StudySession(study, "R") as session:
        assert session.store.history() == before
        done, undone = before
        assert len(done) == 299 + 8
        assert [step.text for step in undone] == ["Confirm 6 items"]
        assert done[0].text == "Cannot tell 6 items"
        for _ in done:
            session.apply(Undo())
        assert session.items() == ()
        assert session.undo_text() is None
        assert {item.state for item in session.items()} <= {LabelState.PROPOSED}


def test_show_tells_rows_for_people_and_programs(
    study: StudyFolder, capsys: pytest.CaptureFixture[str]
) -> None:
    assert main(["audit", "show", str(study.root)]) == 0
    text = capsys.readouterr().out
    assert "label.add" in text
    assert "score seen" in text
    assert main(["audit", "show", str(study.root), "--after", "9", "--json"]) == 0
    rows = [json.loads(line) for line in capsys.readouterr().out.splitlines()]
    assert [row["seq"] for row in rows] == [10, 11]
