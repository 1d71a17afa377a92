"""The display modes in the window, by real keys and mouse."""

from __future__ import annotations

from typing import Any

import numpy as np
import pytest
from PySide6.QtCore import QPoint, QPointF, Qt
from PySide6.QtGui import QWheelEvent
from PySide6.QtWidgets import QApplication

from emgview.session.modes import DisplayMode
from emgview.ui.main_window import MainWindow

LIMIT_MS = 60_000
LEFT = Qt.MouseButton.LeftButton
CTRL, SHIFT = Qt.KeyboardModifier.ControlModifier, Qt.KeyboardModifier.ShiftModifier
KEYS = {
    DisplayMode.FREE_RUN: Qt.Key.Key_1,
    DisplayMode.SWEEP: Qt.Key.Key_2,
    DisplayMode.RASTER: Qt.Key.Key_3,
    DisplayMode.TRIGGERED: Qt.Key.Key_4,
    DisplayMode.SUPERIMPOSED: Qt.Key.Key_5,
}


@pytest.fixture
def window(rest_window: MainWindow) -> MainWindow:
    return rest_window


def go(qtbot: Any, window: MainWindow, mode: DisplayMode) -> None:
    qtbot.keyClick(window, KEYS[mode], CTRL)
    assert window.groups.modes.mode is mode
    rest(qtbot, window)


def rest(qtbot: Any, window: MainWindow) -> None:
    qtbot.waitUntil(lambda: window.groups.modes.is_drawn, timeout=LIMIT_MS)


def words(window: MainWindow) -> str:
    return window.sweeps.plan_now.words


@pytest.mark.parametrize("mode", list(DisplayMode))
def test_one_mode_is_in_front_and_checked(window: MainWindow, qtbot: Any, mode: Any) -> None:
    go(qtbot, window, mode)
    free = mode is DisplayMode.FREE_RUN
    assert (window.traces.isVisible(), window.sweeps.isVisible()) == (free, not free)
    checked = {other for other in DisplayMode if window.menus.actions[f"mode.{other}"].isChecked()}
    assert checked == {mode}
    go(qtbot, window, DisplayMode.FREE_RUN)
    qtbot.waitUntil(lambda: window.traces.is_painted, timeout=LIMIT_MS)


def test_a_mode_keeps_its_own_sweep_and_the_free_run_gets_its_own_back(
    window: MainWindow, qtbot: Any
) -> None:
    free = window.traces.viewport_now
    assert free is not None
    go(qtbot, window, DisplayMode.TRIGGERED)
    assert window.traces.viewport_now is not None
    assert window.traces.viewport_now.ms_per_div != free.ms_per_div
    qtbot.keyClick(window, Qt.Key.Key_Plus, CTRL)
    rest(qtbot, window)
    faster = window.traces.viewport_now.ms_per_div
    go(qtbot, window, DisplayMode.FREE_RUN)
    assert window.traces.viewport_now.ms_per_div == free.ms_per_div
    go(qtbot, window, DisplayMode.TRIGGERED)
    assert window.traces.viewport_now.ms_per_div == faster


def test_the_beam_goes_on_with_the_arrow_and_what_it_passed_stays(
    window: MainWindow, qtbot: Any
) -> None:
    go(qtbot, window, DisplayMode.SWEEP)
    for _ in range(25):
        qtbot.keyClick(window, Qt.Key.Key_Right)
    rest(qtbot, window)
    before, first = window.sweeps.sweeps_now, window.sweeps.plan_now.beam
    qtbot.keyClick(window, Qt.Key.Key_Right)
    rest(qtbot, window)
    after, second = window.sweeps.sweeps_now, window.sweeps.plan_now.beam
    assert before is not None
    assert after is not None
    assert first is not None
    assert second is not None
    assert (second - first) % 1.0 == pytest.approx(0.1, abs=0.01)
    if after.starts == before.starts:
        n = round(first * after.low.shape[1]) - 2
        np.testing.assert_array_equal(after.low[-1, :n], before.low[-1, :n])


def test_a_raster_page_goes_on_by_its_rows(window: MainWindow, qtbot: Any) -> None:
    go(qtbot, window, DisplayMode.RASTER)
    qtbot.keyClick(window, Qt.Key.Key_Home)
    rest(qtbot, window)
    first = window.sweeps.sweeps_now
    qtbot.keyClick(window, Qt.Key.Key_PageDown)
    rest(qtbot, window)
    second = window.sweeps.sweeps_now
    assert first is not None
    assert second is not None
    span = first.starts[1] - first.starts[0]
    assert second.starts[0] == first.starts[-1] + span
    qtbot.keyClick(window, Qt.Key.Key_R)
    rest(qtbot, window)
    assert window.sweeps.plan_now.rows == 20


def test_a_double_click_opens_a_stacked_sweep_in_the_free_run(
    window: MainWindow, qtbot: Any
) -> None:
    go(qtbot, window, DisplayMode.RASTER)
    sweeps, view = window.sweeps.sweeps_now, window.sweeps
    assert sweeps is not None
    qtbot.mouseDClick(view, LEFT, pos=QPoint(view.width() // 2, view.height() // 2))
    assert window.groups.modes.mode is DisplayMode.FREE_RUN
    viewport = window.traces.viewport_now
    assert viewport is not None
    assert viewport.interval.contains(sweeps.starts[5])


def test_triggers_are_found_stepped_and_moved_by_keys(window: MainWindow, qtbot: Any) -> None:
    go(qtbot, window, DisplayMode.TRIGGERED)
    assert "negative-going" in words(window)
    qtbot.keyClick(window, Qt.Key.Key_End)
    rest(qtbot, window)
    sweeps = window.sweeps.sweeps_now
    assert sweeps is not None
    assert sweeps.n_sweeps > 3
    last = sweeps.starts[-1]
    qtbot.keyClick(window, Qt.Key.Key_Left)
    rest(qtbot, window)
    moved = window.sweeps.sweeps_now
    assert moved is not None
    assert moved.starts[moved.newest] == sweeps.starts[-2] < last
    level = window.groups.modes.trigger.level_uv
    qtbot.keyClick(window, Qt.Key.Key_Up, SHIFT)
    rest(qtbot, window)
    assert window.groups.modes.trigger.level_uv < level, "negative is up"
    qtbot.keyClick(window, Qt.Key.Key_E)
    rest(qtbot, window)
    assert "positive-going" in words(window)
    qtbot.keyClick(window, Qt.Key.Key_E, SHIFT)
    rest(qtbot, window)
    assert "window" in words(window)


def test_a_level_that_is_never_crossed_says_what_to_do(window: MainWindow, qtbot: Any) -> None:
    go(qtbot, window, DisplayMode.TRIGGERED)
    window.mode_bar.level.setValue(-90_000)
    rest(qtbot, window)
    assert window.sweeps.sweeps_now is not None
    assert window.sweeps.sweeps_now.n_sweeps == 0
    assert "Shift+Up" in window.sweeps.plan_now.message


def test_after_a_choice_in_the_bar_the_keys_decide_again(window: MainWindow, qtbot: Any) -> None:
    go(qtbot, window, DisplayMode.TRIGGERED)
    level = window.mode_bar.level
    level.setFocus()
    level.selectAll()
    qtbot.keyClicks(level, "-75")
    qtbot.keyClick(level, Qt.Key.Key_Return)
    rest(qtbot, window)
    assert window.groups.modes.trigger.level_uv == -75
    assert window.sweeps.hasFocus()
    window.mode_bar.average.setFocus()
    qtbot.mouseClick(
        window.mode_bar.average, LEFT, pos=QPoint(8, window.mode_bar.average.height() // 2)
    )
    assert window.sweeps.hasFocus()
    assert window.groups.modes.shown.average


def test_the_level_is_dragged(window: MainWindow, qtbot: Any) -> None:
    go(qtbot, window, DisplayMode.TRIGGERED)
    view = window.sweeps
    level = window.groups.modes.trigger.level_uv
    line = next(
        y for y in range(40, view.height() - 40) if view._near_level(QPointF(view.width() / 2, y))
    )
    x = view.width() // 2
    qtbot.mousePress(view, LEFT, pos=QPoint(x, line + 6))
    qtbot.mouseMove(view, QPoint(x, line - 30))
    qtbot.mouseRelease(view, LEFT, pos=QPoint(x, line - 30))
    rest(qtbot, window)
    assert window.groups.modes.trigger.level_uv < level
    assert window.mode_bar.level.value() == window.groups.modes.trigger.level_uv


def test_stacked_and_average(window: MainWindow, qtbot: Any) -> None:
    go(qtbot, window, DisplayMode.TRIGGERED)
    qtbot.keyClick(window, Qt.Key.Key_End)
    qtbot.keyClick(window, Qt.Key.Key_G)
    rest(qtbot, window)
    sweeps = window.sweeps.sweeps_now
    assert sweeps is not None
    assert sweeps.average is not None
    qtbot.keyClick(window, Qt.Key.Key_S)
    rest(qtbot, window)
    assert window.sweeps.plan_now.stacked
    assert window.sweeps.sweeps_now is not None
    assert window.sweeps.sweeps_now.average is None


def test_potentials_of_a_class_lie_over_each_other(window: MainWindow, qtbot: Any) -> None:
    go(qtbot, window, DisplayMode.SUPERIMPOSED)
    assert window.sweeps.plan_now.message.startswith("Select an item")
    go(qtbot, window, DisplayMode.FREE_RUN)
    qtbot.keyClick(window, Qt.Key.Key_D, CTRL)
    qtbot.waitUntil(lambda: bool(window.items.model.rows), timeout=LIMIT_MS)
    best = max(window.items.model.rows, key=lambda row: len(row.label.peak_samples))
    window.select_item(best.label.id)
    go(qtbot, window, DisplayMode.SUPERIMPOSED)
    same = {
        peak
        for row in window.items.model.rows
        if row.label.activity == best.label.activity
        for peak in row.label.peak_samples
    }
    sweeps = window.sweeps.sweeps_now
    assert sweeps is not None
    before = window.sweeps.plan_now.before or 0
    assert {start + before for start in sweeps.starts} == same
    qtbot.keyClick(window, Qt.Key.Key_T)
    rest(qtbot, window)
    assert window.sweeps.sweeps_now is not None
    shown = {start + before for start in window.sweeps.sweeps_now.starts}
    assert shown == set(best.label.peak_samples)
    assert "this item" in words(window)


def test_the_filter_holds_in_every_mode(window: MainWindow, qtbot: Any) -> None:
    go(qtbot, window, DisplayMode.TRIGGERED)
    first = window.sweeps.sweeps_now
    qtbot.keyClick(window, Qt.Key.Key_F)
    rest(qtbot, window)
    second = window.sweeps.sweeps_now
    assert first is not None
    assert second is not None
    assert first.starts != second.starts or not np.array_equal(
        first.low, second.low, equal_nan=True
    )


def test_the_wheel_zooms_and_scales(window: MainWindow, qtbot: Any) -> None:
    go(qtbot, window, DisplayMode.RASTER)
    before = window.traces.viewport_now
    assert before is not None

    def turn(keys: Qt.KeyboardModifier) -> None:
        place = QPointF(300, 200)
        event = QWheelEvent(
            place, window.sweeps.mapToGlobal(place), QPoint(), QPoint(0, 120),
            Qt.MouseButton.NoButton, keys, Qt.ScrollPhase.NoScrollPhase, False,
        )  # fmt: skip
        QApplication.sendEvent(window.sweeps, event)
        rest(qtbot, window)

    turn(CTRL)
    turn(SHIFT)
    after = window.traces.viewport_now
    assert after is not None
    assert after.ms_per_div < before.ms_per_div
    assert after.uv_per_div[0] < before.uv_per_div[0]


def test_closing_the_study_leaves_an_empty_view(window: MainWindow, qtbot: Any) -> None:
    go(qtbot, window, DisplayMode.TRIGGERED)
    qtbot.keyClick(window, Qt.Key.Key_W, CTRL)
    qtbot.waitUntil(lambda: window.view is None, timeout=LIMIT_MS)
    rest(qtbot, window)
    assert window.sweeps.sweeps_now is None
    window.sweeps.grab()


def test_settings_of_modes_need_a_mode(window: MainWindow, qtbot: Any) -> None:
    before = window.settings.modes
    qtbot.keyClick(window, Qt.Key.Key_S)
    assert window.settings.modes == before
    assert not window.menus.actions["mode.stacked"].isChecked()


@pytest.mark.parametrize("mode", [DisplayMode.SWEEP, DisplayMode.TRIGGERED])
def test_something_is_seen_while_the_place_goes_on(
    window: MainWindow, qtbot: Any, mode: DisplayMode
) -> None:
    """A new wish comes before the last one is answered, again and again, as while sound plays."""
    go(qtbot, window, mode)
    shown: list[object] = []
    draw = window.sweeps.show_sweeps

    def drawn(plan: Any, sweeps: Any, answer: Any = None) -> None:
        shown.append(sweeps)
        draw(plan, sweeps, answer)

    window.sweeps.show_sweeps = drawn  # type: ignore[method-assign]
    start = window.traces.viewport_now
    assert start is not None
    for n in range(60):
        window.traces.set_viewport(start.at(start.start + 40 * n))
        qtbot.wait(5)
    assert len(shown) > 10
    rest(qtbot, window)
