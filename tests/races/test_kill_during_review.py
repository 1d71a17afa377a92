"""kill -9 during review loses no decision that was shown as taken.

A second process opens the window, decides items by keys and tells each one once the window shows
it as decided. It is killed at random moments; what it told must be in the store.
"""

from __future__ import annotations

import os
import random
import shutil
import subprocess
import sys
import threading
from pathlib import Path

import pytest

from emgview.model import LabelState, RecordingEntry
from emgview.recording import RecordingWriter, file_sha256
from emgview.session.detecting import detect_in_file
from emgview.session.study_folder import StudyFolder, with_recording
from emgview.session.study_session import StudySession
from emgview.simulation import simulate

KILLS = 6
LIMIT_S = 60

READER = """
import sys
from pathlib import Path
from PySide6.QtCore import Qt, QTimer
from PySide6.QtTest import QTest
from emgview.app import make_application
from emgview.session.settings import Settings
from emgview.ui.main_window import MainWindow
from emgview.ui.screenshot import settle

application = make_application()
window = MainWindow(Settings(reader_name="Dr. K"), remember=False)
window.show()
window.files.open_path(Path(sys.argv[1]))
settle(window, 30000)
told = set()

def tell(view, change):
    for labels in view.items.values():
        for label in labels:
            if label.state.value != "proposed" and label.id not in told:
                told.add(label.id)
                print(label.id, label.state.value, flush=True)

window.controller.changed.connect(tell)
keys = [Qt.Key.Key_C, Qt.Key.Key_X, Qt.Key.Key_V]

def press():
    if not window.items.selection() or window.view.items is None:
        QTest.keyClick(window, Qt.Key.Key_D)
    QTest.keyClick(window, keys[len(told) % 3])

print("ready", flush=True)
timer = QTimer()
timer.timeout.connect(press)
timer.start(3)
application.exec()
"""


@pytest.fixture(scope="module")
def made(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """A study with many short items."""
    folder = StudyFolder(tmp_path_factory.mktemp("kill") / "K.emg")
    study = folder.create(simulated=True)
    simulation = simulate("fasciculation_simple", seconds=60, seed=1)
    path = folder.next_recording(0)
    with RecordingWriter.create(path, simulation.info, simulation.samples.dtype) as writer:
        for chunk in simulation.chunks(65536):
            writer.append(chunk)
        info = writer.close()
    entry = RecordingEntry(info.id, folder.relative(path), file_sha256(path), title="001")
    folder.write(with_recording(study, entry))
    with StudySession(folder, "Detector") as session:
        session.add_run(detect_in_file(path))
    return folder.root


def _decide_until_killed(study: Path, after: int) -> dict[str, str]:
    """What the window told before it was killed, at least ``after`` decisions later."""
    environment = os.environ | {"QT_QPA_PLATFORM": "offscreen"}
    told: dict[str, str] = {}
    with subprocess.Popen(
        [sys.executable, "-c", READER, str(study)],
        stdout=subprocess.PIPE,
        stderr=subprocess.DEVNULL,
        text=True,
        env=environment,
    ) as process:
        watchdog = threading.Timer(LIMIT_S, process.kill)
        watchdog.start()
        stdout = process.stdout
        if stdout is None:
            raise RuntimeError("no pipe to the window")
        for line in stdout:
            if line.startswith("ready"):
                continue
            item, state = line.split()
            told[item] = state
            if len(told) == after:
                process.kill()
        watchdog.cancel()
    return told


def test_no_decision_that_was_shown_is_lost(made: Path, tmp_path: Path) -> None:
    chance = random.Random(4)
    left_open = 0
    for n in range(KILLS):
        study = tmp_path / f"{n}.emg"
        shutil.copytree(made, study)
        told = _decide_until_killed(study, chance.randint(2, 20))
        assert told
        with StudySession(StudyFolder(study), "Check") as session:
            stored = {item.id: item.state for item in session.items()}
            assert session.store.verify_chain().ok
            decided = _decisions(session)
        assert {item: decided[item][0] for item in told} == told
        # Where it is not killed at once it comes to the end and decides the last item again.
        assert {item: decided[item][-1] for item in told} == {
            item: stored[item].value for item in told
        }
        left_open += LabelState.PROPOSED in stored.values()
    assert left_open, "it was never killed on the way"


def _decisions(session: StudySession) -> dict[str, list[str]]:
    """States that the log gives to each item, oldest first."""
    found: dict[str, list[str]] = {}
    for row in session.store.log():
        for labels in row.payload.get("after", {}).get("labels", ()):
            for item in labels["items"]:
                found.setdefault(item, []).append(labels["state"])
    return found
