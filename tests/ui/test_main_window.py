"""The window with real keys and a real mouse, on a real study."""

from __future__ import annotations

import shutil
from collections.abc import Callable, Iterator
from pathlib import Path
from typing import Any

import pytest
from PySide6.QtCore import QMimeData, QPoint, QPointF, Qt, QUrl
from PySide6.QtGui import QDropEvent
from PySide6.QtTest import QTest
from PySide6.QtWidgets import QApplication, QDialog, QMenu
from pytestqt.qtbot import QtBot

from emgview.model import LabelState, RecordingEntry, Side
from emgview.recording import RecordingWriter, file_sha256
from emgview.session.detecting import detect_in_file
from emgview.session.settings import Settings
from emgview.session.study_folder import StudyFolder, with_recording
from emgview.session.study_session import StudySession
from emgview.simulation import simulate
from emgview.ui.commands import command_table
from emgview.ui.import_dialog import ImportDialog
from emgview.ui.main_window import MainWindow
from emgview.ui.small_dialogs import keys_html

LIMIT_MS = 15_000
Open = Callable[[Path], MainWindow]


@pytest.fixture(scope="module")
def made(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """A study of two short recordings, judged by the detector."""
    folder = StudyFolder(tmp_path_factory.mktemp("window") / "Two.emg")
    study = folder.create(simulated=True)
    for n, (scenario, seconds) in enumerate((("fasciculation_simple", 40), ("fibrillation", 12))):
        simulation = simulate(scenario, seconds=seconds, seed=1)
        path = folder.next_recording(n)
        with RecordingWriter.create(path, simulation.info, simulation.samples.dtype) as writer:
            for chunk in simulation.chunks(8192):
                writer.append(chunk)
            info = writer.close()
        entry = RecordingEntry(info.id, folder.relative(path), file_sha256(path), title=scenario)
        study = with_recording(study, entry)
    folder.write(study)
    with StudySession(folder, "Detector") as session:
        for recording in session.recordings:
            session.add_run(detect_in_file(folder.path_of(recording.entry)))
    return folder.root


@pytest.fixture
def study(made: Path, tmp_path: Path) -> Path:
    """A copy that the test may change."""
    shutil.copytree(made, tmp_path / "Two.emg")
    return tmp_path / "Two.emg"


@pytest.fixture
def open_window(qtbot: QtBot) -> Iterator[Open]:
    """Open windows that are closed, threads joined, at the end."""
    windows: list[MainWindow] = []

    def make(path: Path) -> MainWindow:
        window = MainWindow(Settings(reader_name="Dr. W"), remember=False)
        windows.append(window)
        with qtbot.waitActive(window, timeout=LIMIT_MS):
            window.show()
            window.activateWindow()
        with qtbot.waitSignal(window.controller.opened, timeout=LIMIT_MS):
            window.files.open_path(path)
        qtbot.waitUntil(lambda: window.traces.is_drawn, timeout=LIMIT_MS)
        return window

    yield make
    for window in windows:
        window.close()
        window.deleteLater()


@pytest.fixture
def window(open_window: Open, study: Path) -> MainWindow:
    return open_window(study)


def _press(qtbot: QtBot, window: MainWindow, key: Qt.Key, text: str = "") -> None:
    """One key, and the change it leads to."""
    del text
    with qtbot.waitSignal(window.controller.changed, timeout=LIMIT_MS):
        QTest.keyClick(window, key)


def _current(window: MainWindow) -> str:
    return window.items.selection()[0]


def _states(study: Path) -> dict[str, LabelState]:
    with StudySession(StudyFolder(study), "Check") as session:
        return {item.id: item.state for item in session.items()}


def test_the_queue_is_worked_through_by_keys_alone(
    qtbot: QtBot, window: MainWindow, study: Path
) -> None:
    """D goes to an open proposal; C, X, V decide it and go on; all of it is on disk."""
    QTest.keyClick(window, Qt.Key.Key_D)
    wanted: dict[str, LabelState] = {}
    for key, state in (
        (Qt.Key.Key_C, LabelState.CONFIRMED),
        (Qt.Key.Key_X, LabelState.REJECTED),
        (Qt.Key.Key_V, LabelState.CANNOT_TELL),
    ):
        item = _current(window)
        _press(qtbot, window, key)
        wanted[item] = state
        assert _current(window) != item
    window.close()
    stored = _states(study)
    assert {item: stored[item] for item in wanted} == wanted


def test_impatient_keys_come_back_to_nothing_that_is_decided(
    qtbot: QtBot, window: MainWindow
) -> None:
    """From the last item on around the end, faster than any decision comes back."""
    items = [row.label.id for row in window.items.model.rows]
    n_open = sum(row.label.state is LabelState.PROPOSED for row in window.items.model.rows)
    window.select_item(items[-1])
    decided: list[str] = []
    apply = window.controller.apply

    def noted(intent: Any) -> None:
        decided.extend(intent.items)
        apply(intent)

    window.controller.apply = noted  # type: ignore[method-assign]
    for _ in range(n_open + 2):
        QTest.keyClick(window, Qt.Key.Key_C)
    assert len(set(decided[:n_open])) == n_open
    assert set(decided[n_open:]) == {decided[n_open - 1]}, "only what is still on the screen"


def test_a_digit_gives_another_class(qtbot: QtBot, window: MainWindow) -> None:
    QTest.keyClick(window, Qt.Key.Key_D)
    item = _current(window)
    _press(qtbot, window, Qt.Key.Key_6)
    label = window.label(item)
    assert label is not None
    assert (label.activity, label.state) == ("eps", LabelState.EDITED)


def test_undo_and_redo_by_keys(qtbot: QtBot, window: MainWindow) -> None:
    QTest.keyClick(window, Qt.Key.Key_D)
    item = _current(window)
    _press(qtbot, window, Qt.Key.Key_C)
    control = Qt.KeyboardModifier.ControlModifier
    for keys, state in (
        (control, LabelState.PROPOSED),
        (control | Qt.KeyboardModifier.ShiftModifier, LabelState.CONFIRMED),
    ):
        with qtbot.waitSignal(window.controller.changed, timeout=LIMIT_MS):
            QTest.keyClick(window, Qt.Key.Key_Z, keys)
        label = window.label(item)
        assert label is not None
        assert label.state is state


def test_every_view_shows_the_selected_item(qtbot: QtBot, window: MainWindow) -> None:
    """Table, trace and evidence agree at each step through the queue."""
    for _ in range(3):
        QTest.keyClick(window, Qt.Key.Key_D)
        item = _current(window)
        label = window.label(item)
        viewport = window.traces.viewport_now
        assert label is not None
        assert viewport is not None
        assert label.interval.overlaps(viewport.interval)
        qtbot.waitUntil(lambda: window.traces.is_drawn, timeout=LIMIT_MS)


def test_a_stretch_is_labelled_by_mouse_and_key(
    qtbot: QtBot, window: MainWindow, study: Path
) -> None:
    """L, drag on the trace, digit: a label of the reader's own."""
    before = len(window.items.model.rows)
    QTest.keyClick(window, Qt.Key.Key_L)
    viewport = window.traces.viewport()
    middle = window.traces.height() // 2
    QTest.mousePress(viewport, Qt.MouseButton.LeftButton, pos=QPoint(300, middle))
    QTest.mouseMove(viewport, QPoint(350, middle))
    QTest.mouseMove(viewport, QPoint(420, middle))
    QTest.mouseRelease(viewport, Qt.MouseButton.LeftButton, pos=QPoint(420, middle))
    menu = QApplication.activePopupWidget()
    assert isinstance(menu, QMenu)
    with qtbot.waitSignal(window.controller.changed, timeout=LIMIT_MS):
        QTest.keyClick(menu, Qt.Key.Key_8)
    assert len(window.items.model.rows) == before + 1
    window.close()
    with StudySession(StudyFolder(study), "Check") as session:
        own = [i for i in session.items() if i.proposal_id is None]
        assert [i.activity for i in own] == ["artefact"]


def test_navigation_keys_move_the_viewport(qtbot: QtBot, window: MainWindow) -> None:
    def start() -> int:
        viewport = window.traces.viewport_now
        assert viewport is not None
        return viewport.start

    def sweep() -> float:
        viewport = window.traces.viewport_now
        assert viewport is not None
        return viewport.ms_per_div

    QTest.keyClick(window, Qt.Key.Key_Home)
    assert start() == 0
    QTest.keyClick(window, Qt.Key.Key_PageDown)
    page = start()
    QTest.keyClick(window, Qt.Key.Key_Left)
    assert 0 < start() < page
    QTest.keyClick(window, Qt.Key.Key_End)
    assert start() > page
    first = sweep()
    QTest.keyClick(window, Qt.Key.Key_Plus, Qt.KeyboardModifier.ControlModifier)
    assert sweep() < first
    QTest.keyClick(window, Qt.Key.Key_0, Qt.KeyboardModifier.ControlModifier)
    assert start() == 0
    qtbot.waitUntil(lambda: window.traces.is_drawn, timeout=LIMIT_MS)


def test_the_overview_takes_the_view_there(qtbot: QtBot, window: MainWindow) -> None:
    QTest.mouseClick(
        window.overview,
        Qt.MouseButton.LeftButton,
        pos=QPoint(window.overview.width() * 3 // 4, 10),
    )
    viewport = window.traces.viewport_now
    assert viewport is not None
    assert viewport.start > viewport.n_samples // 2
    qtbot.waitUntil(lambda: window.traces.is_drawn, timeout=LIMIT_MS)


def test_the_filter_is_for_the_view_only(qtbot: QtBot, window: MainWindow, study: Path) -> None:
    hashes = [file_sha256(path) for path in sorted((study / "recordings").iterdir())]
    QTest.keyClick(window, Qt.Key.Key_F)
    qtbot.waitUntil(lambda: window.traces.is_drawn, timeout=LIMIT_MS)
    assert window.menus.actions["view.filter"].isChecked()
    assert [file_sha256(path) for path in sorted((study / "recordings").iterdir())] == hashes


def test_muscle_and_side_are_stated_by_the_choosers(qtbot: QtBot, window: MainWindow) -> None:
    panel = window.recordings
    with qtbot.waitSignal(window.controller.changed, timeout=LIMIT_MS):
        panel.stated.emit(window.recording_id, "tib_ant", Side.RIGHT)
    recording = window.recording
    assert recording is not None
    assert recording.title == "Tibialis anterior, right"
    assert window.findings is not None


def test_typing_into_the_muscle_chooser_decides_nothing(
    qtbot: QtBot, window: MainWindow, study: Path
) -> None:
    """Letters typed into a field are text, not commands."""
    QTest.keyClick(window, Qt.Key.Key_D)
    field = window.recordings.muscle_edit()
    field.setFocus()
    QTest.keyClicks(field, "cxv1")
    qtbot.wait(100)
    window.close()
    assert set(_states(study).values()) == {LabelState.PROPOSED}


def test_a_dropped_study_is_opened(qtbot: QtBot, window: MainWindow, made: Path) -> None:
    copy = window.view
    assert copy is not None
    data = QMimeData()
    data.setUrls([QUrl.fromLocalFile(str(copy.path))])
    with qtbot.waitSignal(window.controller.opened, timeout=LIMIT_MS):
        event = QDropEvent(
            QPointF(50, 50),
            Qt.DropAction.CopyAction,
            data,
            Qt.MouseButton.LeftButton,
            Qt.KeyboardModifier.NoModifier,
        )
        window.dropEvent(event)
    qtbot.waitUntil(lambda: window.traces.is_drawn, timeout=LIMIT_MS)


def test_a_second_window_reads_only_and_says_so(
    qtbot: QtBot, window: MainWindow, open_window: Open, study: Path
) -> None:
    second = open_window(study)
    assert not second.menus.actions["review.confirm"].isEnabled()
    assert "reading only" in second.statusBar().currentMessage()
    assert not window.menus.actions["detect.cancel"].isEnabled()


def test_a_file_that_does_not_tell_its_rate_is_asked_about(
    qtbot: QtBot, open_window: Open, study: Path, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    """The dialog shows the file; with rate and unit it becomes a study."""
    window = open_window(study)
    file = tmp_path / "plain numbers.csv"
    file.write_text("\n".join(f"{n % 7},{n % 5}" for n in range(4000)), encoding="utf-8")

    def answer(dialog: ImportDialog) -> int:
        assert not dialog.can_import()
        dialog.state(fs=10_000.0, unit="uV")
        assert dialog.can_import()
        return int(QDialog.DialogCode.Accepted)

    monkeypatch.setattr(ImportDialog, "exec", answer)
    with qtbot.waitSignal(window.controller.opened, timeout=LIMIT_MS):
        window.files.open_path(file)
    assert window.recording is not None
    assert window.recording.info.sampling_rate_hz == 10_000.0
    assert len(window.recording.info.channels) == 2


def test_detection_by_key_fills_the_table(qtbot: QtBot, window: MainWindow) -> None:
    with qtbot.waitSignal(window.controller.changed, timeout=LIMIT_MS * 4):
        QTest.keyClick(window, Qt.Key.Key_D, Qt.KeyboardModifier.ControlModifier)
    assert window.items.model.rowCount() > 0


def test_closing_during_detection_joins_the_threads(
    qtbot: QtBot, open_window: Open, study: Path
) -> None:
    window = open_window(study)
    QTest.keyClick(window, Qt.Key.Key_D, Qt.KeyboardModifier.ControlModifier)
    assert window.controller.shut_down(10.0)


def test_a_vanished_recording_is_told_and_the_window_lives(
    qtbot: QtBot, window: MainWindow, made: Path, tmp_path: Path
) -> None:
    broken = tmp_path / "Broken.emg"
    shutil.copytree(made, broken)
    (broken / "recordings" / "001.h5").unlink()
    with qtbot.waitSignal(window.controller.failed, timeout=LIMIT_MS) as told:
        window.files.open_path(broken)
    assert "001.h5" in str(told.args[0])
    assert window.view is not None
    assert window.view.name == "Two"
    for box in window.findChildren(QDialog):
        box.close()


def test_each_command_has_menu_key_and_tooltip(window: MainWindow) -> None:
    """Nothing is hidden behind a key, and no key stands for two things."""
    keys: dict[str, str] = {}
    for command in command_table():
        action = window.menus.actions[command.id]
        assert action.toolTip()
        assert action.menu() is None
        assert action.associatedObjects()
        assert command.keys
        for key in command.keys:
            assert key not in keys, f"{command.id} and {keys.get(key)} share {key}"
            keys[key] = command.id
        assert command.keys[0] in keys_html(
            lambda name: {c.id: c.keys for c in command_table()}[name]
        )


def test_each_harmless_command_is_wired(qtbot: QtBot, window: MainWindow) -> None:
    """A command of the table that nobody carries out would raise here."""
    asks = {
        "file.open",
        "file.open_study",
        "live.open",
        "file.demo",
        "file.add",
        "file.patient",
        "file.report",
        "file.verify",
        "picture.save",
        "record.audit",
        "record.history",
        "record.export",
        "record.import",
        "file.close",
        "file.quit",
        "edit.reader",
        "place.time",
        "display.filters",
        "display.save_preset",
        "display.presets",
        "display.channels",
        "display.calibrate",
        "display.limit",
        "place.name",
        "place.list",
        "sound.device",
        "sound.export",
        "checks.parameters",
        "checks.second",
        "findings.enter",
        "findings.change",
    }
    for command in command_table():
        if command.id not in asks:
            window.run(command.id, False)
    for dialog in window.findChildren(QDialog):
        dialog.close()
    window.showNormal()
    qtbot.waitUntil(lambda: window.traces.is_drawn, timeout=LIMIT_MS)


def test_both_themes_draw_what_is_there(qtbot: QtBot, window: MainWindow, both_themes: str) -> None:
    """The picture has trace pixels on the theme's ground."""
    window.set_theme(both_themes)
    qtbot.waitUntil(lambda: window.traces.is_drawn, timeout=LIMIT_MS)
    image = window.traces.grab_picture()
    ground = window.theme.trace["background"]
    names = {
        image.pixelColor(x, y).name()
        for x in range(image.width() // 4, image.width(), 3)
        for y in range(60, image.height() - 40, 3)
    }
    assert ground in names
    assert len(names) > 3
