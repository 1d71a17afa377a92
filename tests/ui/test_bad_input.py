"""Files that are cut off, deleted, replaced or damaged under an open window."""

from __future__ import annotations

import os
import shutil
from collections.abc import Callable, Iterator
from pathlib import Path

import h5py
import numpy as np
import pytest
from PySide6.QtCore import Qt
from PySide6.QtTest import QTest
from PySide6.QtWidgets import QApplication, QMessageBox
from pytestqt.qtbot import QtBot

from emgview.model import Channel, Chunk, RecordingInfo
from emgview.recording import RecordingWriter
from emgview.recording import overview as columns_module
from emgview.session import overviews
from emgview.session.importing import refer_to
from emgview.session.settings import Settings
from emgview.session.study_folder import StudyFolder
from emgview.ui.banner import BannerKind
from emgview.ui.main_window import MainWindow

LIMIT_MS = 15_000
_N = 600_000
Open = Callable[[Path], MainWindow]

pytestmark = pytest.mark.skipif(os.name == "nt", reason="open files cannot be removed there")


def _write(path: Path, recording_id: str = "r1", seed: int = 3) -> Path:
    """A minute of four channels."""
    rows = np.random.default_rng(seed).integers(-900, 900, (_N, 4)).astype(np.int16)
    channels = tuple(Channel(f"EMG {c + 1}", 0.1) for c in range(4))
    with RecordingWriter.create(path, RecordingInfo(recording_id, 1e4, 0, channels), np.int16) as w:
        w.append(Chunk(rows, 0))
    return path


@pytest.fixture
def path(tmp_path: Path) -> Path:
    """In a folder of its own, which can be taken away like a disk."""
    (tmp_path / "disk").mkdir()
    return _write(tmp_path / "disk" / "001.h5")


@pytest.fixture
def copy(path: Path, tmp_path: Path) -> Path:
    shutil.copyfile(path, tmp_path / "copy.bin")
    return tmp_path / "copy.bin"


@pytest.fixture
def open_window(qtbot: QtBot, monkeypatch: pytest.MonkeyPatch, tmp_path: Path) -> Iterator[Open]:
    """Windows that are closed at the end; a window of some seconds counts as wide."""
    monkeypatch.setattr(columns_module, "MOST_VALUES_WITHOUT_BLOCKS", 20_000)
    monkeypatch.setattr(overviews, "cache_folder", lambda: tmp_path / "cache" / "overviews")
    windows: list[MainWindow] = []

    def make(recording: Path) -> MainWindow:
        folder = StudyFolder(tmp_path / "study" / f"{len(windows)}.emg")
        if not windows:
            refer_to(recording, folder)
        window = MainWindow(Settings(reader_name="Dr. W"), remember=False)
        windows.append(window)
        with qtbot.waitActive(window, timeout=LIMIT_MS):
            window.show()
            window.activateWindow()
        with qtbot.waitSignal(window.controller.opened, timeout=LIMIT_MS):
            window.files.open_path(tmp_path / "study" / "0.emg")
        qtbot.waitUntil(lambda: window.traces.is_painted, timeout=LIMIT_MS)
        return window

    yield make
    for window in windows:
        window.close()
        window.deleteLater()


@pytest.fixture
def window(qtbot: QtBot, open_window: Open, path: Path) -> MainWindow:
    """Looked at once, as after the first seconds."""
    window = open_window(path)
    _look(qtbot, window)
    return window


def _look(qtbot: QtBot, window: MainWindow) -> None:
    """What the timer does every two seconds, and the end of it."""
    window.watch.look()
    _io_idle(qtbot, window)


def _io_idle(qtbot: QtBot, window: MainWindow) -> None:
    done: list[int] = []
    window.controller.with_session(lambda _session: 1, done.append)
    qtbot.waitUntil(lambda: bool(done), timeout=LIMIT_MS)
    QApplication.processEvents()


def _boxes() -> list[QMessageBox]:
    return [w for w in QApplication.topLevelWidgets() if isinstance(w, QMessageBox)]


def _is_problem(window: MainWindow, words: str) -> bool:
    return window.banner.text.startswith(str(BannerKind.PROBLEM)) and words in window.banner.text


def _well(qtbot: QtBot, window: MainWindow) -> None:
    qtbot.waitUntil(lambda: window.banner.text == "", timeout=LIMIT_MS)
    qtbot.waitUntil(lambda: window.traces.is_painted, timeout=LIMIT_MS)


def test_a_file_cut_off_while_open(
    qtbot: QtBot, window: MainWindow, path: Path, copy: Path
) -> None:
    """Scrolling on brings one banner and no box; the picture stays until there is a new one."""
    before = window.traces.grab_picture()
    os.truncate(path, path.stat().st_size // 3)
    for _ in range(8):
        QTest.keyClick(window, Qt.Key.Key_End)
        QTest.keyClick(window, Qt.Key.Key_PageUp)
    qtbot.waitUntil(lambda: _is_problem(window, "shorter"), timeout=LIMIT_MS)
    assert "Put back a whole copy" in window.banner.text
    assert not _boxes()
    assert not before.isNull()
    path.write_bytes(copy.read_bytes())
    QTest.mouseClick(window.banner.button, Qt.MouseButton.LeftButton)
    _well(qtbot, window)


def _inked(window: MainWindow) -> int:
    """Pixels of the traces that are drawn with ink."""
    image = window.traces.grab_picture()
    ink = window.theme.trace["trace"]
    left = window.traces._geometry().plot_left
    return sum(
        image.pixelColor(x, y).name() == ink
        for x in range(left, image.width(), 3)
        for y in range(40, image.height() - 40, 3)
    )


def test_what_was_on_the_screen_stays(qtbot: QtBot, window: MainWindow, path: Path) -> None:
    """Nothing of the picture goes when the file goes; the banner takes some height of it."""
    before = _inked(window)
    os.truncate(path, 5000)
    _look(qtbot, window)
    assert _is_problem(window, "shorter")
    QTest.keyClick(window, Qt.Key.Key_PageDown)
    QTest.keyClick(window, Qt.Key.Key_PageUp)
    _io_idle(qtbot, window)
    assert before > 1000
    assert _inked(window) > before / 2


def test_a_deleted_file_and_its_return(
    qtbot: QtBot, window: MainWindow, path: Path, copy: Path
) -> None:
    """It comes back by itself: the timer looks again."""
    path.unlink()
    qtbot.waitUntil(lambda: _is_problem(window, "no longer there"), timeout=LIMIT_MS)
    QTest.keyClick(window, Qt.Key.Key_PageDown)
    qtbot.waitUntil(lambda: window.traces.is_painted, timeout=LIMIT_MS)  # still readable here
    assert not _boxes()
    shutil.copyfile(copy, path)
    _well(qtbot, window)


def test_a_disk_that_is_unplugged_and_connected_again(
    qtbot: QtBot, window: MainWindow, path: Path, tmp_path: Path
) -> None:
    path.parent.rename(tmp_path / "away")
    _look(qtbot, window)
    assert _is_problem(window, "no longer there")
    (tmp_path / "away").rename(path.parent)
    _look(qtbot, window)
    _well(qtbot, window)


def test_another_recording_in_its_place_is_not_shown(
    qtbot: QtBot, window: MainWindow, path: Path, tmp_path: Path, copy: Path
) -> None:
    _write(tmp_path / "other.h5", "r1", seed=9).replace(path)
    _look(qtbot, window)
    assert _is_problem(window, "Another file")
    _look(qtbot, window)
    assert _is_problem(window, "Another file")
    copy.replace(path)
    _look(qtbot, window)
    _well(qtbot, window)


def test_trying_again_in_vain_changes_nothing(qtbot: QtBot, window: MainWindow, path: Path) -> None:
    path.unlink()
    _look(qtbot, window)
    for _ in range(5):
        QTest.mouseClick(window.banner.button, Qt.MouseButton.LeftButton)
        _io_idle(qtbot, window)
        assert _is_problem(window, "no longer there")
    assert not _boxes()


def test_decisions_can_be_made_while_the_file_is_gone(
    qtbot: QtBot, window: MainWindow, path: Path
) -> None:
    from emgview.model import Side
    from emgview.session.intents import StateMuscle

    path.unlink()
    _look(qtbot, window)
    with qtbot.waitSignal(window.controller.changed, timeout=LIMIT_MS):
        window.controller.apply(StateMuscle("r1", "semitend", Side.LEFT))
    assert _is_problem(window, "no longer there")
    assert not _boxes()


def test_closing_the_study_clears_the_banner(qtbot: QtBot, window: MainWindow, path: Path) -> None:
    path.unlink()
    _look(qtbot, window)
    assert window.banner.text
    with qtbot.waitSignal(window.controller.closed, timeout=LIMIT_MS):
        window.controller.close_study()
    assert window.banner.text == ""


def test_the_banner_tells_by_word_and_icon(
    qtbot: QtBot, window: MainWindow, path: Path, both_themes: str
) -> None:
    """Not by colour alone."""
    window.set_theme(both_themes)
    path.unlink()
    _look(qtbot, window)
    assert window.banner.text.startswith("Problem: ")
    assert window.banner.accessibleName() == window.banner.text
    assert not window.banner._icon.pixmap().isNull()
    assert window.banner.button.toolTip()


# Overviews


@pytest.fixture
def bare(path: Path) -> Path:
    """The recording as another program writes it: without overview."""
    with h5py.File(path, "r+") as file:
        del file["overview"]
    return path


def test_a_lacking_overview_is_made_while_the_view_works(
    qtbot: QtBot, open_window: Open, bare: Path
) -> None:
    window = open_window(bare)
    QTest.keyClick(window, Qt.Key.Key_0, Qt.KeyboardModifier.ControlModifier)
    sidecar = bare.with_name("001.h5.overview")
    qtbot.waitUntil(sidecar.exists, timeout=LIMIT_MS)
    qtbot.waitUntil(lambda: window.traces.is_painted, timeout=LIMIT_MS)
    qtbot.waitUntil(lambda: _known(window), timeout=LIMIT_MS)
    assert window.banner.text == ""
    assert not _boxes()


def _known(window: MainWindow) -> bool:
    answer = window.traces._answer
    return answer is not None and answer.known_until is None


def _stop_early(window: MainWindow, monkeypatch: pytest.MonkeyPatch) -> None:
    """Cancel as soon as the first notice comes."""

    def cancel(notice: overviews.OverviewNotice) -> None:
        if notice.state is overviews.OverviewState.MAKING:
            window.controller.cancel()

    monkeypatch.setattr(overviews, "_NOTICE_S", 0.0)
    window.controller.overview.connect(cancel)


def test_making_can_be_stopped_and_continued(
    qtbot: QtBot, monkeypatch: pytest.MonkeyPatch, open_window: Open, bare: Path
) -> None:
    import emgview.recording.overview_build as build

    monkeypatch.setattr(build, "_PORTION_BYTES", 4096)  # a small file in many portions
    window = open_window(bare)
    _stop_early(window, monkeypatch)
    window.controller.cancel()
    QTest.keyClick(window, Qt.Key.Key_0, Qt.KeyboardModifier.ControlModifier)
    qtbot.waitUntil(lambda: "stopped" in window.banner.text, timeout=LIMIT_MS)
    assert window.banner.text.startswith(str(BannerKind.NOTE))
    assert not bare.with_name("001.h5.overview").exists()
    window.controller.overview.disconnect()
    window.controller.overview.connect(window.watch._keep_notice)
    QTest.mouseClick(window.banner.button, Qt.MouseButton.LeftButton)
    qtbot.waitUntil(bare.with_name("001.h5.overview").exists, timeout=LIMIT_MS)
    qtbot.waitUntil(lambda: window.banner.text == "", timeout=LIMIT_MS)


def test_two_windows_on_one_study_share_what_is_made(
    qtbot: QtBot, open_window: Open, bare: Path
) -> None:
    first, second = open_window(bare), open_window(bare)
    for window in (first, second):
        qtbot.waitUntil(lambda window=window: window.traces.is_painted, timeout=LIMIT_MS)  # type: ignore[misc]
    qtbot.waitUntil(bare.with_name("001.h5.overview").exists, timeout=LIMIT_MS)
    bare.unlink()
    for window in (first, second):
        _look(qtbot, window)
        assert _is_problem(window, "no longer there")


def test_a_file_that_vanishes_while_its_overview_is_made(
    qtbot: QtBot, monkeypatch: pytest.MonkeyPatch, open_window: Open, bare: Path, copy: Path
) -> None:
    import emgview.recording.overview_build as build

    monkeypatch.setattr(build, "_PORTION_BYTES", 4096)
    shutil.copyfile(bare, copy)
    window = open_window(bare)
    os.truncate(bare, 200_000)
    qtbot.waitUntil(lambda: bool(window.banner.text), timeout=LIMIT_MS)
    _look(qtbot, window)
    assert _is_problem(window, "shorter")
    assert not _boxes()
    shutil.copyfile(copy, bare)
    _look(qtbot, window)
    qtbot.waitUntil(lambda: _known(window), timeout=LIMIT_MS)
    QTest.keyClick(window, Qt.Key.Key_0, Qt.KeyboardModifier.ControlModifier)
    qtbot.waitUntil(bare.with_name("001.h5.overview").exists, timeout=LIMIT_MS)


def test_a_file_cut_off_under_the_sweeps_brings_the_banner_and_no_box(
    qtbot: QtBot, open_window: Open, path: Path
) -> None:
    """The sweeps that were read stay on the screen."""
    window = open_window(path)
    window.menus.actions["mode.triggered"].trigger()
    qtbot.waitUntil(lambda: window.groups.modes.is_drawn, timeout=LIMIT_MS)
    before = window.sweeps.sweeps_now
    assert before is not None
    assert before.n_sweeps > 0
    path.write_bytes(path.read_bytes()[: path.stat().st_size // 3])
    window.menus.actions["go.end"].trigger()
    qtbot.waitUntil(lambda: window.banner.text != "", timeout=LIMIT_MS)
    qtbot.waitUntil(lambda: window.groups.modes.is_drawn, timeout=LIMIT_MS)
    assert window.sweeps.sweeps_now is not None
    assert window.sweeps.sweeps_now.n_sweeps > 0
    assert not _boxes()
