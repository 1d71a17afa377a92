"""Opening, locking, following, and what happens when the disk does not play along."""

from __future__ import annotations

import os
import shutil
import sqlite3
import stat
import subprocess
import sys
import time
from collections.abc import Callable
from concurrent.futures import ThreadPoolExecutor
from contextlib import closing
from pathlib import Path

import pytest

from emgview.errors import FileError, NewerSchemaError, PolicyError
from emgview.model import DetectionRun, Evidence, LabelState, Potential, Proposal, SampleInterval
from emgview.review import Actor, Decide, Note, ReviewStore, SetField
from emgview.review.connections import copy_in_memory

MakeRun = Callable[..., DetectionRun]
CONFIRM_A = Decide(("a",), LabelState.CONFIRMED)


def run_sql(path: Path, statement: str) -> None:
    with closing(sqlite3.connect(path)) as connection:
        connection.execute(statement)
        connection.commit()


def test_new_file_begins_with_a_row_and_leaves_one_database_after_closing(path: Path) -> None:
    with ReviewStore.open(path) as store:
        assert store.head().seq == 1
        assert [row.action for row in store.log()] == ["log.start"]
        assert store.items() == ()
    assert sorted(p.name for p in path.parent.iterdir()) == ["review.db", "review.lock"]


def test_file_that_is_no_database(path: Path) -> None:
    path.write_text("no database " * 200, encoding="utf-8")
    for read_only in (False, True):
        with pytest.raises(FileError, match=r"review.db.*not a review file") as error:
            ReviewStore.open(path, read_only=read_only)
        assert str(path.parent) not in str(error.value)


def test_database_of_another_program_is_left_alone(path: Path) -> None:
    run_sql(path, "CREATE TABLE patients (name TEXT)")
    before = path.read_bytes()
    for read_only in (False, True):
        with pytest.raises(FileError, match="not a review file"):
            ReviewStore.open(path, read_only=read_only)
    assert path.read_bytes() == before


def test_newer_schema_is_named(path: Path) -> None:
    ReviewStore.open(path).close()
    run_sql(path, "PRAGMA user_version = 7")
    for read_only in (False, True):
        with pytest.raises(NewerSchemaError, match="7, this program reads up to 2"):
            ReviewStore.open(path, read_only=read_only)


def test_missing_table_is_named(path: Path) -> None:
    ReviewStore.open(path).close()
    run_sql(path, "DROP TABLE proposal")
    with pytest.raises(FileError, match=r"proposal.*missing"):
        ReviewStore.open(path)


def test_damaged_page_is_a_file_error(store: ReviewStore, path: Path, actor: Actor) -> None:
    for _ in range(200):
        store.apply(Note("study.view", {"text": "x" * 200}), actor)
    store.close()
    content = bytearray(path.read_bytes())
    content[8192 : len(content) // 2] = b"\xff" * (len(content) // 2 - 8192)
    path.write_bytes(content)
    with pytest.raises(FileError) as error:
        ReviewStore.open(path)
    assert "\n" not in str(error.value)


def test_truncated_file_is_a_file_error(store: ReviewStore, path: Path, actor: Actor) -> None:
    store.apply(Note("study.view", {"text": "x" * 100_000}), actor)
    store.close()
    path.write_bytes(path.read_bytes()[:20_000])
    with pytest.raises(FileError):
        ReviewStore.open(path)


def test_creation_that_was_cut_short_is_taken_up_again(path: Path) -> None:
    path.write_bytes(b"")
    ReviewStore.open(path).close()
    with ReviewStore.open(path) as store:
        assert store.head().seq == 1


def test_missing_file_and_folder(path: Path) -> None:
    with pytest.raises(FileError, match="not found"):
        ReviewStore.open(path, read_only=True)
    with pytest.raises(FileError, match="cannot be opened"):
        ReviewStore.open(path / "nowhere" / "review.db")
    assert not path.exists()


def test_names_with_spaces_and_signs(tmp_path: Path, actor: Actor) -> None:
    folder = tmp_path / "Büro 100% ?#&"
    folder.mkdir()
    with ReviewStore.open(folder / "review.db") as store:
        store.apply(SetField("conclusion", "µV – 筋電図"), actor)
        with ReviewStore.open(folder / "review.db", read_only=True) as reader:
            assert reader.field("conclusion") == "µV – 筋電図"


def test_second_writer_is_refused_and_the_next_one_is_not(path: Path, store: ReviewStore) -> None:
    with pytest.raises(PolicyError, match="another window or program"):
        ReviewStore.open(path)
    store.close()
    ReviewStore.open(path).close()


def test_second_process_is_refused_until_the_first_is_killed(path: Path) -> None:
    code = (
        "import sys, pathlib, emgview.review as r\n"
        "s = r.ReviewStore.open(pathlib.Path(sys.argv[1]))\n"
        "print('open', flush=True); sys.stdin.read()"
    )
    with subprocess.Popen(
        [sys.executable, "-c", code, str(path)],
        stdin=subprocess.PIPE,
        stdout=subprocess.PIPE,
        env=os.environ | {"PYTHONPATH": os.pathsep.join(p for p in sys.path if p)},
    ) as holder:
        assert holder.stdout is not None
        assert holder.stdout.readline().strip() == b"open"
        with pytest.raises(PolicyError, match="another window or program"):
            ReviewStore.open(path)
        ReviewStore.open(path, read_only=True).close()
        holder.kill()
        holder.wait(timeout=20)
    ReviewStore.open(path).close()


def test_reader_follows_the_writer(
    path: Path, store: ReviewStore, actor: Actor, make_run: MakeRun
) -> None:
    with ReviewStore.open(path, read_only=True) as reader:
        assert reader.read_only
        assert reader.refresh() is None
        store.apply(CONFIRM_A, actor)
        store.apply(SetField("conclusion", "text"), actor)
        seen = reader.refresh()
        assert seen is not None
        assert seen.items == {"a"}
        assert seen.fields == {"conclusion"}
        assert (reader.items(), reader.head()) == (store.items(), store.head())
        store.add_run(make_run("run-2", "bd"), actor)
        store.undo(actor)
        store.undo(actor)
        seen = reader.refresh()
        assert seen is not None
        assert seen.items == {"a", "c", "d"}
        assert (reader.items(), reader.fields()) == (store.items(), {})
        assert reader.latest_run("001") == make_run("run-2", "bd")
        assert reader.redo_text() == store.redo_text()


def test_reader_changes_nothing(path: Path, store: ReviewStore, actor: Actor) -> None:
    with ReviewStore.open(path, read_only=True) as reader:
        with pytest.raises(PolicyError, match="read-only"):
            reader.apply(CONFIRM_A, actor)
        with pytest.raises(PolicyError, match="read-only"):
            reader.undo(actor)
        with pytest.raises(PolicyError, match="read-only"):
            reader.freeze("signed", actor)
    assert store.head().seq == 2


def test_closed_study_is_not_touched_by_a_reader(path: Path, store: ReviewStore) -> None:
    store.close()
    before = path.read_bytes()
    with ReviewStore.open(path, read_only=True) as reader:
        assert len(reader.items()) == 3
    assert path.read_bytes() == before
    assert sorted(p.name for p in path.parent.iterdir()) == ["review.db", "review.lock"]


def test_reader_follows_a_writer_that_comes_and_goes(path: Path, actor: Actor) -> None:
    ReviewStore.open(path).close()
    with ReviewStore.open(path, read_only=True) as reader:
        for text in ("one", "two"):
            with ReviewStore.open(path) as writer:
                writer.apply(SetField("conclusion", text), actor)
                assert reader.refresh() is not None
                assert reader.field("conclusion") == text
        assert reader.refresh() is None
        assert reader.verify_chain().ok


def test_copy_in_memory_holds_what_is_only_in_the_write_ahead_log(
    path: Path, store: ReviewStore, actor: Actor
) -> None:
    applied = store.apply(CONFIRM_A, actor)
    assert path.with_name("review.db-wal").stat().st_size > 0
    with closing(copy_in_memory(path)) as connection:
        (last,) = connection.execute("SELECT max(seq) FROM log").fetchone()
    assert last == applied.seq


def make_read_only(folder: Path) -> None:
    """Forbid writing; the test is skipped where that does not bind (administrators, Windows)."""
    folder.chmod(stat.S_IRUSR | stat.S_IXUSR)
    try:
        (folder / "probe").touch()
    except PermissionError:
        return
    (folder / "probe").unlink()
    folder.chmod(stat.S_IRWXU)
    pytest.skip("permissions of folders do not bind this user")


@pytest.mark.parametrize("closed_well", [True, False])
def test_read_only_folder_opens_for_reading_and_refuses_a_writer(
    path: Path, store: ReviewStore, actor: Actor, closed_well: bool
) -> None:
    """Also after a crash, when the last decisions are in the write-ahead log alone."""
    store.apply(CONFIRM_A, actor)
    items = store.items()
    if closed_well:
        store.close()
    archive = path.parent / "archive"
    archive.mkdir()
    for file in path.parent.glob("review.db*"):
        if not file.name.endswith("-shm"):
            shutil.copyfile(file, archive / file.name)
    make_read_only(archive)
    try:
        with ReviewStore.open(archive / "review.db", read_only=True) as reader:
            assert reader.items() == items
            assert reader.refresh() is None
            assert reader.verify_chain().ok
        with pytest.raises(FileError):
            ReviewStore.open(archive / "review.db")
    finally:
        archive.chmod(stat.S_IRWXU)


def test_full_disk_is_an_error_without_effect(
    store: ReviewStore, actor: Actor, make_run: MakeRun
) -> None:
    store.apply(CONFIRM_A, actor)
    head, items, undo_text = store.head(), store.items(), store.undo_text()
    (pages,) = store._connection.execute("PRAGMA page_count").fetchone()
    store._connection.execute(f"PRAGMA max_page_count = {pages}")
    with pytest.raises(FileError, match="disk is full"):
        store.apply(SetField("conclusion", "x" * 50_000), actor)
    with pytest.raises(FileError, match="disk is full"):
        store.add_run(make_run("run-2", "".join(chr(c) for c in range(0x4E00, 0x4F00))), actor)
    assert (store.head(), store.items(), store.undo_text()) == (head, items, undo_text)
    assert store.fields() == {}
    assert [run.id for run in store.runs("001")] == ["run-1"]
    store._connection.execute("PRAGMA max_page_count = 1000000")
    store.apply(SetField("conclusion", "x" * 50_000), actor)
    assert store.verify_chain().ok


def test_every_commit_waits_for_the_disk(store: ReviewStore) -> None:
    values = {
        name: store._connection.execute(f"PRAGMA {name}").fetchone()[0]
        for name in ("journal_mode", "synchronous", "recursive_triggers", "fullfsync")
    }
    assert values == {
        "journal_mode": "wal",
        "synchronous": 2,
        "recursive_triggers": 1,
        "fullfsync": 1,
    }


def test_store_belongs_to_the_thread_that_opened_it(store: ReviewStore, actor: Actor) -> None:
    with ThreadPoolExecutor(1) as pool:
        wrong = pool.submit(store.apply, CONFIRM_A, actor)
        with pytest.raises(sqlite3.ProgrammingError, match="thread"):
            wrong.result(timeout=20)
    assert store.head().seq == 2
    assert store.apply(CONFIRM_A, actor).changed


def test_lock_file_of_something_else_is_a_file_error(path: Path) -> None:
    path.with_name("review.lock").write_text("not ours " * 100, encoding="utf-8")
    with pytest.raises(FileError) as error:
        ReviewStore.open(path)
    assert "\n" not in str(error.value)


def test_long_log_opens_fast(store: ReviewStore, path: Path, actor: Actor) -> None:
    """A long afternoon: 3 000 decisions; the log is the only truth and is read whole."""
    store._connection.execute("PRAGMA synchronous = OFF")  # the disk is not what is measured
    for index in range(3000):
        store.apply(Decide(("abc"[index % 3],), list(LabelState)[1 + index % 4 // 2]), actor)
    items, n_rows = store.items(), store.head().seq
    assert n_rows > 1500
    store.close()
    begin = time.perf_counter()
    with ReviewStore.open(path) as again:
        assert time.perf_counter() - begin < 1.0
        assert again.items() == items
        assert again.verify_chain().n_rows == n_rows


def large_run(n_trains: int, n_potentials: int) -> DetectionRun:
    proposals = []
    for train in range(n_trains):
        first = train * 10_000
        starts = range(first, first + n_potentials * 100, 100)
        potentials = tuple(Potential(SampleInterval(s, s + 20), s + 5, 0.5) for s in starts)
        interval = SampleInterval(first, first + n_potentials * 100)
        proposals.append(
            Proposal(f"p{train}", "001", 0, interval, potentials, "fib", 0.5, Evidence(),
                     "test", "1", "ab", f"t{train}")
        )  # fmt: skip
    whole = (SampleInterval(0, n_trains * 10_000),)
    return DetectionRun("large", "001", "test", "1", "{}", "ab", whole, (0,), (), tuple(proposals))


def test_hundred_thousand_potentials_open_and_decide_fast(path: Path, actor: Actor) -> None:
    """Aim: opening 1 s, a decision 50 ms; medians, as the machine may be busy with others."""
    with ReviewStore.open(path) as store:
        store.add_run(large_run(2000, 50), actor)
        everything = tuple(label.id for label in store.items())
    begin = time.perf_counter()
    with ReviewStore.open(path) as store:
        assert len(store.items("001")) == 2000
        assert time.perf_counter() - begin < 1.0
        taken = []
        for item in everything[:15]:
            begin = time.perf_counter()
            store.apply(Decide((item,), LabelState.CONFIRMED), actor)
            store.items("001")
            taken.append(time.perf_counter() - begin)
        assert sorted(taken)[7] < 0.05
        store.apply(Decide(everything, LabelState.REJECTED), actor)
        assert all(label.state is LabelState.REJECTED for label in store.items())
