"""The panel of one train with real keys: members are walked through, chosen and given away."""

from __future__ import annotations

import pytest
from PySide6.QtCore import Qt
from PySide6.QtTest import QTest
from PySide6.QtWidgets import QApplication, QMenu
from pytestqt.qtbot import QtBot

from emgview.model import Label
from emgview.ui.main_window import MainWindow

LIMIT_MS = 30_000
SHIFT = Qt.KeyboardModifier.ShiftModifier


@pytest.fixture
def window(judged_window: MainWindow, qtbot: QtBot) -> MainWindow:
    """A judged recording with its longest train selected and opened."""
    longest = max(_items(judged_window), key=lambda label: len(label.peak_samples))
    judged_window.select_item(longest.id)
    _shown(qtbot, judged_window, longest.id)
    QTest.keyClick(judged_window, Qt.Key.Key_T, SHIFT)
    return judged_window


def _items(window: MainWindow) -> tuple[Label, ...]:
    assert window.view is not None
    return window.view.items[window.recording_id]


def _shown(qtbot: QtBot, window: MainWindow, item: str) -> None:
    def there() -> bool:
        view, label = window.train.view, window.label(item)
        return (
            view is not None
            and label is not None
            and view.item == item
            and tuple(view.peaks.tolist()) == label.peak_samples
        )

    qtbot.waitUntil(there, timeout=LIMIT_MS)


def _key(qtbot: QtBot, window: MainWindow, key: Qt.Key, *, changes: bool = True) -> None:
    if not changes:
        QTest.keyClick(window, key, SHIFT)
        return
    with qtbot.waitSignal(window.controller.changed, timeout=LIMIT_MS):
        QTest.keyClick(window, key, SHIFT)


def _undo(qtbot: QtBot, window: MainWindow) -> None:
    with qtbot.waitSignal(window.controller.changed, timeout=LIMIT_MS):
        QTest.keyClick(window, Qt.Key.Key_Z, Qt.KeyboardModifier.ControlModifier)


def test_the_panel_shows_the_selected_train_and_walks_through_it(
    qtbot: QtBot, window: MainWindow
) -> None:
    assert window.train.isVisible()
    item = window.items.selection()[0]
    label = window.label(item)
    assert label is not None
    for peak in label.peak_samples[:3]:
        _key(qtbot, window, Qt.Key.Key_D, changes=False)
        assert window.train.current == peak
        viewport = window.traces.viewport_now
        assert viewport is not None
        assert viewport.interval.contains(peak)
    _key(qtbot, window, Qt.Key.Key_A, changes=False)
    assert window.train.current == label.peak_samples[1]


def test_chosen_members_are_split_off_taken_out_and_come_back(
    qtbot: QtBot, window: MainWindow
) -> None:
    before = _items(window)
    item = window.items.selection()[0]
    label = window.label(item)
    assert label is not None
    for _ in range(2):
        _key(qtbot, window, Qt.Key.Key_D, changes=False)
        _key(qtbot, window, Qt.Key.Key_V, changes=False)
    assert window.train.chosen == label.peak_samples[:2]
    _key(qtbot, window, Qt.Key.Key_Q)
    (new,) = {i.id for i in _items(window)} - {i.id for i in before}
    part = window.label(new)
    assert part is not None
    assert part.peak_samples == label.peak_samples[:2]
    _shown(qtbot, window, item)
    _key(qtbot, window, Qt.Key.Key_D, changes=False)
    _key(qtbot, window, Qt.Key.Key_X)
    left = window.label(item)
    assert left is not None
    assert left.peak_samples == label.peak_samples[3:]
    assert window.menus.actions["edit.undo"].text() == "&Undo Take out potentials"
    _undo(qtbot, window)
    _undo(qtbot, window)
    assert _items(window) == before


def test_split_here_then_move_back_by_the_menu_and_merge(qtbot: QtBot, window: MainWindow) -> None:
    before = _items(window)
    item = window.items.selection()[0]
    for _ in range(4):
        _key(qtbot, window, Qt.Key.Key_D, changes=False)
    label = window.label(item)
    assert label is not None
    _key(qtbot, window, Qt.Key.Key_W)
    kept = window.label(item)
    assert kept is not None
    assert kept.peak_samples == label.peak_samples[:3]
    (new,) = {i.id for i in _items(window)} - {i.id for i in before}
    _shown(qtbot, window, item)
    _key(qtbot, window, Qt.Key.Key_D, changes=False)
    _key(qtbot, window, Qt.Key.Key_G, changes=False)
    menu = QApplication.activePopupWidget()
    assert isinstance(menu, QMenu)
    place = [str(action.data()) for action in menu.actions()].index(new)
    with qtbot.waitSignal(window.controller.changed, timeout=LIMIT_MS):
        QTest.keyClick(menu, Qt.Key(Qt.Key.Key_1 + place))
    with qtbot.waitActive(window, timeout=LIMIT_MS):
        window.activateWindow()
    moved = window.label(new)
    assert moved is not None
    assert label.peak_samples[0] in moved.peak_samples
    one, other = window.items.model.row_of(item), window.items.model.row_of(new)
    assert one is not None
    assert other is not None
    window.select_item(item)
    model = window.items.table.selectionModel()
    flags = model.SelectionFlag.Select | model.SelectionFlag.Rows
    model.select(window.items.model.index(other, 0), flags)
    assert set(window.items.selection()) == {item, new}
    _key(qtbot, window, Qt.Key.Key_U)
    whole = window.label(item)
    assert whole is not None
    assert whole.peak_samples == label.peak_samples
    assert {i.id for i in _items(window)} == {i.id for i in before}


def test_a_click_on_the_raster_chooses_a_member(qtbot: QtBot, window: MainWindow) -> None:
    view, raster = window.train.view, window.train._raster
    assert view is not None
    qtbot.waitUntil(lambda: raster.height() > 60, timeout=LIMIT_MS)
    box = raster.getViewBox()
    step = window.train._step_uv(view)
    scene = box.mapViewToScene(box.mapToView(box.rect().center()))
    scene = box.mapViewToScene(type(scene)(0.0, step))
    point = raster.mapFromScene(scene)
    QTest.mouseClick(raster.viewport(), Qt.MouseButton.LeftButton, pos=point)
    assert window.train.current == view.peaks[view.shown[1]]
