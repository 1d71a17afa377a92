"""*Show all like this* with real keys: preview, slider, one decision, one undo."""

from __future__ import annotations

from PySide6.QtCore import Qt
from PySide6.QtTest import QTest
from pytestqt.qtbot import QtBot

from emgview.model import LabelState
from emgview.ui.main_window import MainWindow

LIMIT_MS = 30_000
SHIFT, ALT = Qt.KeyboardModifier.ShiftModifier, Qt.KeyboardModifier.AltModifier


def test_items_alike_are_shown_selected_and_decided_together(
    qtbot: QtBot, judged_window: MainWindow
) -> None:
    window = judged_window
    assert window.view is not None
    labels = window.view.items[window.recording_id]
    first = max(labels, key=lambda label: len(label.peak_samples))
    window.select_item(first.id)
    QTest.keyClick(window, Qt.Key.Key_Q, SHIFT)  # nothing chosen: changes nothing
    for key in (Qt.Key.Key_D, Qt.Key.Key_V, Qt.Key.Key_D, Qt.Key.Key_V):
        qtbot.waitUntil(lambda: window.train.view is not None, timeout=LIMIT_MS)
        QTest.keyClick(window, key, SHIFT)
    with qtbot.waitSignal(window.controller.changed, timeout=LIMIT_MS):
        QTest.keyClick(window, Qt.Key.Key_Q, SHIFT)
    QTest.keyClick(window, Qt.Key.Key_L, SHIFT)
    qtbot.waitUntil(lambda: window.similar.found is not None, timeout=LIMIT_MS)
    near = window.similar.items
    assert near[0] == first.id
    assert len(near) >= 2
    assert set(window.items.selection()) == set(near)
    assert window.items.selection()[0] == first.id
    assert window.items.model.rowCount() == len(near)
    QTest.keyClick(window, Qt.Key.Key_Comma, ALT)
    assert len(window.similar.items) < len(near)
    QTest.keyClick(window, Qt.Key.Key_Period, ALT)
    near = window.similar.items
    with qtbot.waitSignal(window.controller.changed, timeout=LIMIT_MS):
        QTest.keyClick(window, Qt.Key.Key_C)
    decided = {
        label.id
        for label in window.view.items[window.recording_id]
        if label.state is LabelState.CONFIRMED
    }
    assert decided == set(near)
    assert window.items.model.rowCount() == len(window.view.items[window.recording_id])
    with qtbot.waitSignal(window.controller.changed, timeout=LIMIT_MS):
        QTest.keyClick(window, Qt.Key.Key_Z, Qt.KeyboardModifier.ControlModifier)
    states = {label.state for label in window.view.items[window.recording_id]}
    assert states == {LabelState.PROPOSED}
