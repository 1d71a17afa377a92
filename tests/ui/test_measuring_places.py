"""Measuring and places in the window, by real keys and mouse."""

from __future__ import annotations

from typing import Any

import pytest
from PySide6.QtCore import QPoint, Qt

from emgview.ui.main_window import MainWindow

LIMIT_MS = 60_000
LEFT = Qt.MouseButton.LeftButton
CTRL, SHIFT, ALT = (
    Qt.KeyboardModifier.ControlModifier,
    Qt.KeyboardModifier.ShiftModifier,
    Qt.KeyboardModifier.AltModifier,
)


@pytest.fixture
def window(rest_window: MainWindow) -> MainWindow:
    return rest_window


def drag(qtbot: Any, window: MainWindow, first: QPoint, last: QPoint) -> None:
    view = window.traces.viewport()
    qtbot.mousePress(view, LEFT, pos=first)
    qtbot.mouseMove(view, (first + last) / 2)
    qtbot.mouseMove(view, last)
    qtbot.mouseRelease(view, LEFT, pos=last)


def test_a_dragged_stretch_is_measured_and_stays(window: MainWindow, qtbot: Any) -> None:
    drag(qtbot, window, QPoint(250, 200), QPoint(450, 200))
    qtbot.waitUntil(lambda: "RMS" in window.measures.text(), timeout=LIMIT_MS)
    text = window.measures.text()
    assert "Peak to peak" in text
    assert "as recorded" in text
    assert window.groups.measure.stretch is not None
    qtbot.keyClick(window, Qt.Key.Key_Escape, SHIFT)
    assert window.groups.measure.stretch is None
    assert window.measures.text() == ""


def test_two_cursors_tell_time_and_voltage(window: MainWindow, qtbot: Any) -> None:
    qtbot.keyClick(window, Qt.Key.Key_K)
    qtbot.waitUntil(lambda: "ΔV" in window.measures.text(), timeout=LIMIT_MS)
    before = window.measures.text()
    qtbot.keyClick(window, Qt.Key.Key_Right, ALT | SHIFT)
    qtbot.waitUntil(lambda: window.measures.text() != before, timeout=LIMIT_MS)
    qtbot.keyClick(window, Qt.Key.Key_K)


def test_the_potential_under_the_pointer_is_measured(window: MainWindow, qtbot: Any) -> None:
    """Its duration is not stated: the acquisition's high-pass is too high for it."""
    qtbot.mouseMove(window.traces.viewport(), QPoint(400, 200))
    qtbot.keyClick(window, Qt.Key.Key_W)
    qtbot.waitUntil(lambda: "Phases" in window.measures.text(), timeout=LIMIT_MS)
    high_pass = window.recording.info.channels[0].high_pass_hz if window.recording else None
    assert ("not stated" in window.measures.text()) == ((high_pass or 0) > 5)


def test_a_bookmark_is_set_found_undone_and_survives(window: MainWindow, qtbot: Any) -> None:
    qtbot.keyClick(window, Qt.Key.Key_End)
    with qtbot.waitSignal(window.controller.changed, timeout=LIMIT_MS):
        qtbot.keyClick(window, Qt.Key.Key_B)
    assert window.view is not None
    (mark,) = window.view.bookmarks[window.recording_id].marks
    qtbot.keyClick(window, Qt.Key.Key_Home)
    qtbot.keyClick(window, Qt.Key.Key_PageDown, ALT)
    viewport = window.traces.viewport_now
    assert viewport is not None
    assert viewport.interval.contains(mark.sample)
    path = window.view.path
    with qtbot.waitSignal(window.controller.opened, timeout=LIMIT_MS):
        window.files.open_path(path)
    assert window.view.bookmarks[window.recording_id].marks == (mark,)
    with qtbot.waitSignal(window.controller.changed, timeout=LIMIT_MS):
        qtbot.keyClick(window, Qt.Key.Key_Z, CTRL)
    assert window.view.bookmarks[window.recording_id].marks == ()


def test_the_zoom_box_looks_closely_and_alt_left_goes_back(window: MainWindow, qtbot: Any) -> None:
    before = window.traces.viewport_now
    qtbot.keyClick(window, Qt.Key.Key_Z)
    drag(qtbot, window, QPoint(250, 150), QPoint(350, 300))
    after = window.traces.viewport_now
    assert before is not None
    assert after is not None
    assert after.span < before.span / 2
    qtbot.keyClick(window, Qt.Key.Key_Z)
    qtbot.keyClick(window, Qt.Key.Key_Left, ALT)
    assert window.traces.viewport_now == before


def test_a_time_that_is_not_there_is_said(window: MainWindow, qtbot: Any) -> None:
    window.groups.places.go_to("4:00")
    assert "no time of this recording" in window.statusBar().currentMessage()
    window.groups.places.go_to("#20000")
    viewport = window.traces.viewport_now
    assert viewport is not None
    assert viewport.interval.contains(20_000)
