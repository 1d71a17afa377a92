"""Two processes on one study: the second reads and follows, and no decision of the first is lost.

The second process is a real one, with a real window in the last test.
"""

from __future__ import annotations

import os
import subprocess
import sys
import threading
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path
from queue import Empty, Queue
from typing import IO

import pytest

from emgview.errors import PolicyError
from emgview.model import ImportHints, LabelState
from emgview.recording import RecordingWriter
from emgview.review import has_writer
from emgview.session.auditing import audit_study
from emgview.session.detecting import detect_in_file
from emgview.session.following import follow, take_over, writer_left
from emgview.session.importing import import_files
from emgview.session.intents import CannotTell, Confirm, Reject, StateText, Undo
from emgview.session.policy import StudyState
from emgview.session.study_folder import StudyFolder
from emgview.session.study_session import StudySession
from emgview.simulation import simulate

LIMIT_S = 60

COMMON = """
import sys, time
from pathlib import Path
from emgview.session.following import follow
from emgview.session.intents import *
from emgview.session.study_folder import StudyFolder
from emgview.session.study_session import StudySession
folder = StudyFolder(Path(sys.argv[1]))
def told(*words):
    print(*words, flush=True)
"""

FOLLOWER = (
    COMMON
    + """
with StudySession(folder, "Second") as session:
    told("state", session.state.value)
    try:
        session.apply(Confirm(tuple(i.id for i in session.items())))
    except Exception as error:
        told("refused", type(error).__name__)
    for line in sys.stdin:
        wanted, end = int(line), time.monotonic() + 30
        while session.store.head().seq < wanted and time.monotonic() < end:
            change = follow(session)
            time.sleep(0.01)
        states = ",".join(sorted(f"{i.id}={i.state.value}" for i in session.items()))
        told("seen", session.store.head().seq, session.store.head().hash, states)
"""
)

WRITER = (
    COMMON
    + """
with StudySession(folder, "First") as session:
    told("state", session.state.value)
    items = [i.id for i in session.items()]
    for n in range(1000000):
        session.apply((Confirm, Reject, CannotTell)[n % 3]((items[n % len(items)],)))
        told("did", session.store.head().seq)
"""
)

WINDOW = """
import sys
from pathlib import Path
from PySide6.QtCore import QTimer
from emgview.app import make_application
from emgview.session.settings import Settings
from emgview.ui.main_window import MainWindow
from emgview.ui.screenshot import settle

application = make_application()
window = MainWindow(Settings(reader_name="Dr. W"), remember=False)
window.show()
window.files.open_path(Path(sys.argv[1]))
settle(window, 30000)

def tell(view, change):
    states = sorted(f"{i.id}={i.state.value}" for labels in view.items.values() for i in labels)
    shown = [window.items.model.label(n) for n in range(window.items.model.rowCount())]
    table = sorted(f"{i.id}={i.state.value}" for i in shown)
    print("shown", change.seq, table == states, ",".join(table), flush=True)

window.controller.changed.connect(tell)
print("state", window.view.state.value, flush=True)
application.exec()
"""


@pytest.fixture
def study(tmp_path: Path) -> StudyFolder:
    simulation = simulate("fasciculation_simple", seconds=20, seed=1)
    path = tmp_path / "001.h5"
    with RecordingWriter.create(path, simulation.info, simulation.samples.dtype) as writer:
        for chunk in simulation.chunks(65536):
            writer.append(chunk)
        writer.close()
    folder = StudyFolder(tmp_path / "Two.emg")
    import_files([path], folder, ImportHints())
    with StudySession(folder, "Detector") as session:
        path = folder.path_of(session.recordings[0].entry)
        session.add_run(detect_in_file(path))
        assert len(session.items()) > 3
    return folder


class Child:
    """A process whose lines are read with a time limit."""

    def __init__(self, process: subprocess.Popen[str]) -> None:
        self.process = process
        self._lines: Queue[str] = Queue()
        stdout = process.stdout
        assert stdout is not None
        threading.Thread(target=self._read, args=(stdout,), daemon=True).start()

    def _read(self, stream: IO[str]) -> None:
        for line in stream:
            self._lines.put(line.strip())

    def line(self, first: str) -> list[str]:
        """The next line that begins with a word."""
        while True:
            try:
                words = self._lines.get(timeout=LIMIT_S).split(" ")
            except Empty:
                pytest.fail(f"the other process never said {first!r}")
            if words[0] == first:
                return words[1:]

    def rest(self) -> list[str]:
        """What it said and nobody has read."""
        found = []
        while not self._lines.empty():
            found.append(self._lines.get())
        return found

    def ask(self, text: str) -> None:
        stdin = self.process.stdin
        assert stdin is not None
        stdin.write(text + "\n")
        stdin.flush()


@contextmanager
def child(code: str, folder: StudyFolder) -> Iterator[Child]:
    environment = os.environ | {
        "QT_QPA_PLATFORM": "offscreen",
        "PYTHONPATH": os.pathsep.join(p for p in sys.path if p),
    }
    with subprocess.Popen(
        [sys.executable, "-c", code, str(folder.root)],
        stdin=subprocess.PIPE,
        stdout=subprocess.PIPE,
        text=True,
        env=environment,
    ) as process:
        try:
            yield Child(process)
        finally:
            process.kill()


def states(session: StudySession) -> str:
    return ",".join(sorted(f"{i.id}={i.state.value}" for i in session.items()))


def test_the_second_process_reads_is_refused_and_follows(study: StudyFolder) -> None:
    with StudySession(study, "First") as session, child(FOLLOWER, study) as second:
        assert second.line("state") == ["read_only"]
        assert second.line("refused") == ["PolicyError"]
        items = tuple(item.id for item in session.items())
        for intent in (
            Confirm(items[:1]),
            Reject(items),
            Undo(),
            CannotTell(items[1:3]),
            StateText("conclusion", "x"),
        ):
            session.apply(intent)
            head = session.store.head()
            second.ask(str(head.seq))
            assert second.line("seen") == [str(head.seq), head.hash, states(session)]
    assert audit_study(study).ok


def test_a_reader_follows_a_writer_that_never_rests_and_misses_nothing(
    study: StudyFolder,
) -> None:
    """Whatever the moment, what the reader has is a prefix of the log, whole rows only."""
    with child(WRITER, study) as writer:
        assert writer.line("state") == ["open"]
        writer.line("did")
        with StudySession(study, "Second") as reader:
            assert reader.state is StudyState.READ_ONLY
            seen = [reader.store.head().seq]
            while seen[-1] < 120:
                acknowledged = int(writer.line("did")[0])
                change = follow(reader)
                if change is not None:
                    seen.append(reader.store.head().seq)
                assert reader.store.head().seq >= acknowledged  # what is told is there
            with pytest.raises(PolicyError):
                reader.apply(Confirm((reader.items()[0].id,)))
            assert not writer_left(reader)
            with pytest.raises(PolicyError, match="Another window"):
                take_over(reader)
            writer.process.kill()
            writer.process.wait()
            assert writer_left(reader), "the lock died with its process"
            last = [int(line.split()[1]) for line in writer.rest() if line.startswith("did ")]
            follow(reader)
            assert reader.store.head().seq >= max(last, default=0)
            found, head = states(reader), reader.store.head()
        with StudySession(study, "Third") as third:  # the lock died with its process
            assert third.state is StudyState.OPEN
            rows = list(third.store.log())
            assert rows[head.seq - 1].hash == head.hash
            # A commit that was under way at the kill was never told: the log may hold it or not.
            beyond = [row for row in rows[head.seq :] if row.action != "study.open"]
            assert len(beyond) <= 1
            assert beyond or states(third) == found
            assert third.store.verify_chain().ok
    assert seen == sorted(set(seen))


def test_followers_that_look_for_a_writer_are_in_no_writers_way(study: StudyFolder) -> None:
    """Each look takes the side file for a moment, in which a writer that opens would be refused."""
    ended = threading.Event()
    looks: list[bool] = []

    def look() -> None:
        while not ended.is_set():
            looks.append(has_writer(study.review_db))
            ended.wait(0.0005)

    threads = [threading.Thread(target=look) for _ in range(3)]
    for thread in threads:
        thread.start()
    try:
        for _ in range(25):
            with StudySession(study, "Writer") as session:
                assert session.state is StudyState.OPEN
                assert has_writer(study.review_db)
            assert not has_writer(study.review_db)
    finally:
        ended.set()
        for thread in threads:
            thread.join(LIMIT_S)
    assert set(looks) == {True, False}


def test_a_follower_takes_over_and_the_next_writer_is_refused(study: StudyFolder) -> None:
    with StudySession(study, "First"), StudySession(study, "Second", role="trainee") as reader:
        assert not writer_left(reader)
    first = StudySession(study, "First")
    reader = StudySession(study, "Second", role="trainee")
    first.close()
    assert writer_left(reader)
    with take_over(reader) as writer:
        reader.close()
        assert (writer.state, writer.actor.role) == (StudyState.OPEN, "trainee")
        assert not writer_left(writer), "it writes itself"
        writer.apply(Confirm((writer.items()[0].id,)))
        with StudySession(study, "Third") as third:
            assert third.state is StudyState.READ_ONLY
            assert states(third) == states(writer)
    assert audit_study(study).ok


def test_two_writers_at_once_are_one(study: StudyFolder) -> None:
    """Ten processes try to decide: one may, and every decision that it was told of is kept."""
    code = (
        COMMON
        + """
with StudySession(folder, sys.argv[1]) as session:
    if session.state.value == "open":
        time.sleep(1.0)
        for item in session.items():
            session.apply(Reject((item.id,)))
    told("end", session.state.value, session.store.head().seq)
"""
    )
    import contextlib

    with contextlib.ExitStack() as stack:
        children = [stack.enter_context(child(code, study)) for _ in range(4)]
        ends = [one.line("end") for one in children]
    written = [int(seq) for state, seq in ends if state == "open"]
    with StudySession(study, "Check") as session:
        rows = list(session.store.log())
        assert {item.state for item in session.items()} == {LabelState.REJECTED}
        assert session.store.verify_chain().ok
        opened = [row for row in rows if row.action == "study.open"]
    assert written
    assert len(opened) == 1 + len(written) + 1  # the detector's, those that wrote, this one


def test_a_log_that_was_put_back_while_followed_is_told(study: StudyFolder) -> None:
    import sqlite3
    from contextlib import closing

    from emgview.errors import FileError

    with StudySession(study, "First") as session:
        items = tuple(item.id for item in session.items())
        session.apply(Confirm(items))
        with StudySession(study, "Second") as reader:
            assert follow(reader) is None
            with closing(sqlite3.connect(study.review_db, isolation_level=None)) as connection:
                for name in ("log_no_delete", "log_no_update"):
                    connection.execute(f"DROP TRIGGER {name}")
                connection.execute("DELETE FROM log WHERE seq = (SELECT max(seq) FROM log)")
            with pytest.raises(FileError, match="no longer the one"):
                follow(reader)


def test_a_second_window_shows_what_the_first_process_decides(study: StudyFolder) -> None:
    with StudySession(study, "First") as session, child(WINDOW, study) as window:
        assert window.line("state") == ["read_only"]
        items = tuple(item.id for item in session.items())
        for intent in (Confirm(items[:2]), Reject(items[2:]), Undo()):
            session.apply(intent)
            wanted = str(session.store.head().seq)
            shown = window.line("shown")
            assert shown == [wanted, "True", states(session)]
