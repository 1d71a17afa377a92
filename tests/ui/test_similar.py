"""*Show all like this* with real keys: preview, slider, one decision, one undo."""

from __future__ import annotations

from dataclasses import replace
from pathlib import Path
from typing import Any

import numpy as np
from PySide6.QtCore import Qt
from PySide6.QtTest import QTest
from pytestqt.qtbot import QtBot

from emgview.model import Chunk, LabelState
from emgview.recording import RecordingWriter
from emgview.simulation import simulate
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


def test_items_of_all_channels_are_compared_and_decided_by_one_undo(
    qtbot: QtBot, open_window: Any, tmp_path: Path
) -> None:
    """Only the items of the same channel were offered."""
    path = tmp_path / "two.h5"
    simulation = simulate("fibrillation", seconds=8, seed=5)
    one = np.concatenate([chunk.samples for chunk in simulation.chunks(8192)])
    both = np.column_stack([one[:, 0], np.roll(one[:, 0], 7_777)])
    channel = simulation.info.channels[0]
    info = replace(simulation.info, channels=(channel, replace(channel, label="EMG 2")))
    with RecordingWriter.create(path, info, both.dtype) as writer:
        writer.append(Chunk(both, 0))
        writer.close()
    window = open_window(path)
    with qtbot.waitSignal(window.controller.changed, timeout=LIMIT_MS):
        window.run("detect.this", False)
    labels = window.view.items[window.recording_id]
    assert {label.channel for label in labels} == {0, 1}
    first = max(labels, key=lambda label: len(label.peak_samples))
    window.select_item(first.id)
    QTest.keyClick(window, Qt.Key.Key_L, SHIFT)
    qtbot.waitUntil(lambda: window.similar.found is not None, timeout=LIMIT_MS)
    channels = {label.id: label.channel for label in labels}
    assert {channels[item] for item in window.similar.found.items} == {first.channel}
    QTest.keyClick(window, Qt.Key.Key_K, SHIFT)
    qtbot.waitUntil(lambda: len(set(window.similar.found.channels)) == 2, timeout=LIMIT_MS)
    found = window.similar.found
    assert found.items[0] == first.id
    assert tuple(channels[item] for item in found.items) == found.channels
    window.similar.slider.setValue(window.similar.slider.maximum())
    assert set(window.items.selection()) == set(channels)
    assert "in 2 of 2 channels" in window.similar.words
    with qtbot.waitSignal(window.controller.changed, timeout=LIMIT_MS):
        QTest.keyClick(window, Qt.Key.Key_C)
    states = {label.state for label in window.view.items[window.recording_id]}
    assert states == {LabelState.CONFIRMED}
    with qtbot.waitSignal(window.controller.changed, timeout=LIMIT_MS):
        QTest.keyClick(window, Qt.Key.Key_Z, Qt.KeyboardModifier.ControlModifier)
    states = {label.state for label in window.view.items[window.recording_id]}
    assert states == {LabelState.PROPOSED}


def test_the_preview_tells_what_is_hidden_and_what_was_decided(
    qtbot: QtBot, judged_window: MainWindow
) -> None:
    """The panel counted items that the choosers hid, which a decision then left out."""
    window = judged_window
    assert window.view is not None
    labels = window.view.items[window.recording_id]
    other, first = labels[0], labels[1]
    window.select_item(other.id)
    with qtbot.waitSignal(window.controller.changed, timeout=LIMIT_MS):
        QTest.keyClick(window, Qt.Key.Key_X)
    window.select_item(first.id)
    QTest.keyClick(window, Qt.Key.Key_L, SHIFT)
    qtbot.waitUntil(lambda: window.similar.found is not None, timeout=LIMIT_MS)
    window.similar.slider.setValue(window.similar.slider.maximum())
    assert "1 of those selected are decided already" in window.similar.words
    QTest.keyClick(window, Qt.Key.Key_Z, SHIFT)
    state = window.items.filters.state
    state.setCurrentIndex(state.findData("open"))
    window.select_item(first.id)
    QTest.keyClick(window, Qt.Key.Key_L, SHIFT)
    qtbot.waitUntil(lambda: window.similar.found is not None, timeout=LIMIT_MS)
    window.similar.slider.setValue(window.similar.slider.maximum())
    assert "1 are hidden by the choosers" in window.similar.words
    assert other.id not in window.items.selection()
