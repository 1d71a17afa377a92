"""Panels and windows: shown by key, remembered, brought back from a monitor that is gone."""

from __future__ import annotations

from collections.abc import Iterator
from pathlib import Path
from typing import Any

import pytest
from PySide6.QtCore import QByteArray, QRect, QSettings, QSize, Qt
from PySide6.QtGui import QGuiApplication

from emgview.session.settings import Settings
from emgview.ui.commands.view import PANELS
from emgview.ui.main_window import MainWindow
from emgview.ui.panels import brought_back, first_size

LEFT_SCREEN, RIGHT_SCREEN = QRect(0, 0, 1920, 1040), QRect(1920, 0, 1280, 720)
SCREENS = [LEFT_SCREEN, RIGHT_SCREEN]
CTRL, SHIFT = Qt.KeyboardModifier.ControlModifier, Qt.KeyboardModifier.ShiftModifier


@pytest.mark.parametrize(
    ("window", "screens"),
    [
        (QRect(100, 100, 800, 600), SCREENS),
        (QRect(1800, 100, 800, 600), SCREENS),  # over two screens
        (QRect(-700, 100, 800, 600), SCREENS),  # most of it beside, but its title can be held
        (QRect(2000, 50, 800, 600), SCREENS),
        (QRect(0, 0, 800, 600), []),  # no screen at all
    ],
)
def test_what_can_be_seen_stays(window: QRect, screens: list[QRect]) -> None:
    assert brought_back(window, screens) == window


@pytest.mark.parametrize(
    "window",
    [
        QRect(4000, 100, 800, 600),
        QRect(100, -900, 800, 600),
        QRect(100, -300, 800, 600),  # only its lower part is seen
        QRect(-5000, 3000, 6000, 4000),
        QRect(2500, 1000, 3000, 2000),
    ],
)
def test_what_is_lost_comes_back_whole(window: QRect) -> None:
    seen = brought_back(window, SCREENS)
    assert any(screen.contains(seen) for screen in SCREENS)
    assert seen.width() == min(window.width(), max(s.width() for s in SCREENS))


def test_a_small_screen_bounds_a_new_window() -> None:
    assert first_size(QSize(1280, 680)) == QSize(1280, 680)
    assert first_size(QSize(3840, 2000)) == QSize(1600, 950)


@pytest.fixture
def window(qtbot: Any) -> Iterator[MainWindow]:
    made = MainWindow(Settings(reader_name="R"), remember=False)
    qtbot.addWidget(made)
    with qtbot.waitActive(made):
        made.show()
        made.activateWindow()
    yield made
    made.close()


def test_each_panel_has_a_key(window: MainWindow, qtbot: Any) -> None:
    for n, title in enumerate(PANELS):
        action = window.menus.actions[f"view.panel_{n + 1}"]
        shown = action.isChecked()
        assert shown
        for expected in (False, True):
            qtbot.keyClick(window, Qt.Key(Qt.Key.Key_1.value + n), CTRL | SHIFT)
            assert action.isChecked() is expected
            assert window.panels.switch(title).isChecked() is expected


def test_closing_a_panel_by_its_button_is_seen_in_the_menu(window: MainWindow) -> None:
    window.panels._dock_of("Findings").close()
    assert not window.menus.actions["view.panel_4"].isChecked()
    window.menus.actions["view.reset"].trigger()
    assert window.menus.actions["view.panel_4"].isChecked()


def test_a_floating_panel_of_a_lost_monitor_comes_back(window: MainWindow) -> None:
    dock = window.panels._dock_of("Evidence")
    dock.setFloating(True)
    dock.setGeometry(QRect(9000, 9000, 300, 200))
    window.panels.bring_back()
    screens = [screen.availableGeometry() for screen in QGuiApplication.screens()]
    assert any(screen.intersects(dock.geometry()) for screen in screens)


def test_a_damaged_layout_leaves_a_usable_window(
    qtbot: Any, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(
        "emgview.ui.panels.QSettings", lambda *_: QSettings(str(tmp_path / "x.ini"),
                                                            QSettings.Format.IniFormat)
    )  # fmt: skip
    stored = QSettings(str(tmp_path / "x.ini"), QSettings.Format.IniFormat)
    stored.setValue("geometry", QByteArray(b"\x01\xd9nonsense"))
    stored.setValue("layout", QByteArray(b"\x00\x00\x00\xff garbage" * 20))
    stored.sync()
    made = MainWindow(Settings(reader_name="R"), remember=False)
    qtbot.addWidget(made)
    made.panels.restore()
    made.show()
    assert all(window.isVisible() or window.isHidden() is False for window in made.panels._docks)
    assert made.traces.isVisible()
    made.close()


def test_it_fits_a_small_screen(window: MainWindow) -> None:
    """1024 × 700 is what a cart's screen leaves."""
    window.resize(1024, 700)
    assert window.minimumSizeHint().width() <= 1024
    assert window.minimumSizeHint().height() <= 700
