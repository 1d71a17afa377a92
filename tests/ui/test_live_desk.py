"""From the main window to the live one and back: recordings enter the study that is open."""

from __future__ import annotations

import struct
from collections.abc import Iterator
from pathlib import Path
from typing import Any

import pytest
from PySide6.QtCore import QTimer
from PySide6.QtWidgets import QApplication, QDialog

from emgview.session.policy import StudyState
from emgview.session.study_folder import StudyFolder
from emgview.session.study_session import StudySession
from emgview.ui.live import live_window
from emgview.ui.live.source_dialog import SourceDialog
from emgview.ui.main_window import MainWindow
from tests.races.test_killed_recorder import record_and_kill

SOURCE = "simulator:fib_psw_mixed?channels=2&rate=10000&seconds=30"


@pytest.fixture
def window(rest_window: MainWindow) -> Iterator[MainWindow]:
    rest_window.groups.live.silent = True
    yield rest_window
    rest_window.groups.live.close()


def record(qtbot: Any, window: MainWindow, seconds: float) -> None:
    live = window.groups.live.open()
    live.open_source(SOURCE)
    qtbot.waitUntil(lambda: live.traces.viewport_now is not None, timeout=20_000)
    live.actions_.run("needle.next", False)
    live.actions_.run("record.toggle", False)
    qtbot.wait(round(1000 * seconds))
    live.actions_.run("record.bookmark", False)
    live.actions_.run("record.toggle", False)


def test_what_was_recorded_enters_the_open_study(qtbot: Any, window: MainWindow) -> None:
    assert window.view is not None
    before = len(window.view.recordings)
    record(qtbot, window, 1.0)

    def entered() -> bool:
        view = window.view
        new = view.recordings[before:] if view is not None else ()
        return view is not None and len(new) == 1 and new[0].entry.id in view.detected

    qtbot.waitUntil(entered, timeout=20_000)
    assert window.view is not None
    new = window.view.recordings[-1]
    assert new.muscle == "genioglossus"
    assert new.entry.sha256
    log = window.view.path / "review.db"
    assert b"recording.acquired" in log.read_bytes() + log.with_name("review.db-wal").read_bytes()


def test_closing_the_main_window_keeps_what_is_being_recorded(
    qtbot: Any, window: MainWindow
) -> None:
    live = window.groups.live.open()
    live.open_source(SOURCE)
    qtbot.waitUntil(lambda: live.traces.viewport_now is not None, timeout=20_000)
    live.actions_.run("record.toggle", False)
    qtbot.wait(500)
    assert window.view is not None
    path, before = window.view.path, len(window.view.recordings)
    window.close()
    assert len(StudyFolder(path).read().recordings) == before + 1


def test_without_a_study_a_new_one_is_made(
    qtbot: Any, open_window: Any, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    place = tmp_path / "Live.emg"
    monkeypatch.setattr(live_window, "_new_study", lambda: place)
    window = MainWindow(remember=False)
    qtbot.addWidget(window)
    window.show()
    window.groups.live.silent = True
    record(qtbot, window, 0.6)
    qtbot.waitUntil(lambda: window.view is not None, timeout=20_000)
    assert window.view is not None
    assert window.view.path == place
    assert window.view.study.simulated
    window.close()


def _long_ago(journal: Path) -> None:
    """As if the program had been stopped yesterday: the time of the last change is at byte 40."""
    data = bytearray(journal.read_bytes())
    data[40:48] = struct.pack("<q", 1_000)
    journal.write_bytes(bytes(data))


def test_the_window_recovers_what_a_killed_program_left(qtbot: Any, tmp_path: Path) -> None:
    folder = StudyFolder(tmp_path / "Case.emg")
    folder.create()
    record_and_kill(folder.recordings / "001.h5", 5)
    _long_ago(folder.recordings / "001.h5.journal")
    window = MainWindow(remember=False)
    qtbot.addWidget(window)
    window.show()
    told: list[str] = []
    window.controller.told.connect(told.append)
    window.files.open_path(folder.root)
    qtbot.waitUntil(lambda: window.view is not None and bool(told), timeout=20_000)
    assert window.view is not None
    assert len(window.view.recordings) == 1
    assert "were recovered" in told[0]
    assert any("Repaired" in note for note in window.view.recordings[0].info.notes)
    window.close()


def test_a_follower_that_takes_over_recovers_what_was_just_cut_off(
    qtbot: Any, tmp_path: Path
) -> None:
    folder = StudyFolder(tmp_path / "Case.emg")
    folder.create()
    window = MainWindow(remember=False)
    qtbot.addWidget(window)
    window.show()
    with StudySession(folder, "Writer"):
        window.files.open_path(folder.root)
        qtbot.waitUntil(lambda: window.view is not None, timeout=20_000)
        assert window.groups.record.follows
        record_and_kill(folder.recordings / "001.h5", 5)
    with qtbot.waitSignal(window.controller.changed, timeout=20_000) as changed:
        window.run("file.take_over", False)
    view, change = changed.args
    assert view.state is StudyState.OPEN
    assert len(view.recordings) == 1
    assert "were recovered" in change.message
    assert any("Repaired" in note for note in view.recordings[0].info.notes)
    window.show_recording(view.recordings[0].entry.id)
    qtbot.waitUntil(lambda: window.traces.is_painted, timeout=20_000)
    window.close()


def test_sources_are_found_and_a_wrong_one_is_refused(qtbot: Any) -> None:
    dialog = SourceDialog("simulator:demo")
    qtbot.addWidget(dialog)
    dialog.show()
    qtbot.waitUntil(lambda: _child_count(dialog) > 5, timeout=20_000)
    assert "?rate=" in dialog.help.text()
    dialog.line.setText("nothing:1")
    dialog.accept()
    assert dialog.isVisible()
    assert "Choose one of" in dialog.problem.text()
    top = dialog.tree.topLevelItem(0)
    assert top is not None
    child = top.child(0)
    assert child is not None
    dialog.tree.setCurrentItem(child)
    assert dialog.source.startswith("simulator:")
    dialog.accept()
    assert dialog.result() == QDialog.DialogCode.Accepted


def _child_count(dialog: SourceDialog) -> int:
    top = dialog.tree.topLevelItem(0)
    return 0 if top is None else top.childCount()


def test_the_command_asks_for_a_source_and_can_be_left(qtbot: Any, window: MainWindow) -> None:
    def leave() -> None:
        dialog = QApplication.activeModalWidget()
        if isinstance(dialog, SourceDialog):
            dialog.reject()
        else:
            QTimer.singleShot(50, leave)

    QTimer.singleShot(50, leave)
    window.run("live.open", False)
    live = window.groups.live.live
    assert live is not None
    assert live.exam is None
    assert isinstance(live, live_window.LiveWindow)
