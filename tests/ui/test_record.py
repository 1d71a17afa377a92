"""The record in the real window: check of the log, history, labels, and what was on the screen."""

from __future__ import annotations

from pathlib import Path
from typing import Any

import pytest
from PySide6.QtCore import Qt
from PySide6.QtTest import QTest
from PySide6.QtWidgets import QApplication, QMessageBox

from emgview.model import LabelState, Origin, SampleInterval
from emgview.session.intents import AddLabel
from emgview.session.policy import StudyState
from emgview.ui.history_dialog import AuditDialog, HistoryDialog
from emgview.ui.main_window import MainWindow

LIMIT_MS = 60_000
CTRL = Qt.KeyboardModifier.ControlModifier
ALT = Qt.KeyboardModifier.AltModifier


def dialog_of(window: MainWindow, kind: type[Any]) -> Any:
    return next((d for d in window.findChildren(kind) if d.isVisible()), None)


@pytest.fixture
def labelled(rest_window: MainWindow, qtbot: Any) -> MainWindow:
    """A window on a recording with three labels of the reader's own."""
    window = rest_window
    for n in range(3):
        interval = SampleInterval(1000 * n, 1000 * n + 400)
        window.controller.apply(AddLabel(window.recording_id, 0, interval, "fib"))
    qtbot.waitUntil(lambda: len(window.items.model.rows) == 3, timeout=LIMIT_MS)
    return window


def rows(window: MainWindow, qtbot: Any) -> list[Any]:
    found: list[Any] = []
    window.controller.with_session(lambda s: list(s.store.log()), found.append)
    qtbot.waitUntil(lambda: bool(found), timeout=LIMIT_MS)
    return list(found[0])


def test_a_decision_tells_what_was_on_the_screen(labelled: MainWindow, qtbot: Any) -> None:
    window = labelled
    window.select_item(window.items.model.label(1).id)
    qtbot.waitUntil(lambda: window.traces.is_painted, timeout=LIMIT_MS)
    viewport = window.traces.viewport_now
    assert viewport is not None
    qtbot.keyClick(window, Qt.Key.Key_V)
    states = [LabelState.CONFIRMED, LabelState.CANNOT_TELL, LabelState.CONFIRMED]
    qtbot.waitUntil(
        lambda: [i.state for i in window.items.model.rows.labels] == states, timeout=LIMIT_MS
    )
    screen = rows(window, qtbot)[-1].payload["screen"]
    assert screen["recording"] == window.recording_id
    assert screen["window"] == [viewport.interval.start, viewport.interval.stop]
    assert screen["uv_per_div"] == list(viewport.uv_per_div)
    assert screen["filter"] == "none"
    assert (screen["sound"], screen["score"], screen["mode"]) == (False, True, "free_run")
    assert 0 <= screen["looked_ms"] < LIMIT_MS

    window.panels.show("Proposals and labels", on=False)
    window.panels.show("Evidence", on=False)
    window.groups.display.switch_filter(on=True)
    QApplication.processEvents()
    window.run("edit.undo", False)
    qtbot.waitUntil(
        lambda: window.view is not None and window.view.redo is not None, timeout=LIMIT_MS
    )
    screen = rows(window, qtbot)[-1].payload["screen"]
    assert screen["score"] is False
    assert "HP" in screen["filter"]


def test_the_check_of_the_log_answers_in_the_window(labelled: MainWindow, qtbot: Any) -> None:
    qtbot.keyClick(labelled, Qt.Key.Key_V, CTRL | ALT)
    qtbot.waitUntil(lambda: dialog_of(labelled, AuditDialog) is not None, timeout=LIMIT_MS)
    dialog = dialog_of(labelled, AuditDialog)
    text = dialog.text.text()
    assert "nothing speaks against" in text
    assert "tamper-evident" in text
    assert "tamper-proof" not in text
    dialog.close()


def test_history_takes_back_several_changes_by_name(labelled: MainWindow, qtbot: Any) -> None:
    window = labelled
    qtbot.keyClick(window, Qt.Key.Key_H, CTRL)
    qtbot.waitUntil(lambda: dialog_of(window, HistoryDialog) is not None, timeout=LIMIT_MS)
    dialog = dialog_of(window, HistoryDialog)
    assert dialog.list.count() == 4  # three labels, and the state in which the study was opened
    dialog.list.setCurrentRow(2)
    dialog.choose()
    qtbot.waitUntil(lambda: len(window.items.model.rows) == 1, timeout=LIMIT_MS)

    window.run("record.history", False)
    qtbot.waitUntil(lambda: dialog_of(window, HistoryDialog) is not None, timeout=LIMIT_MS)
    dialog = dialog_of(window, HistoryDialog)
    dialog.list.setCurrentRow(0)
    dialog.choose()
    qtbot.waitUntil(lambda: len(window.items.model.rows) == 3, timeout=LIMIT_MS)


def test_labels_go_out_and_into_another_study(
    labelled: MainWindow, open_window: Any, rest_recording: Path, tmp_path: Path, qtbot: Any
) -> None:
    out = tmp_path / "labels.csv"
    told: list[str] = []
    labelled.groups.record.told.connect(told.append)
    labelled.groups.record.export(out, "csv")
    qtbot.waitUntil(lambda: bool(told), timeout=LIMIT_MS)
    assert "3 labels" in told[0]
    (tmp_path / "other").mkdir()
    copied = tmp_path / "other" / "rest.h5"
    copied.write_bytes(rest_recording.read_bytes())
    window = open_window(copied)
    window.groups.record.take_in(out)
    qtbot.waitUntil(lambda: len(window.items.model.rows) == 3, timeout=LIMIT_MS)
    for label in window.items.model.rows.labels:
        assert (label.origin, label.state) == (Origin.IMPORT, LabelState.PROPOSED)
    assert window.view is not None
    assert window.view.undo == "Import 3 labels"


def test_a_second_window_follows_and_its_keys_do_nothing(
    labelled: MainWindow, open_window: Any, qtbot: Any
) -> None:
    assert labelled.view is not None
    second = open_window(labelled.view.path)
    assert second.groups.record.follows
    assert not second.menus.actions["review.confirm"].isEnabled()
    labelled.select_item(labelled.items.model.label(0).id)
    labelled.activateWindow()
    labelled.run("review.reject", False)
    qtbot.waitUntil(
        lambda: second.items.model.label(0).state is LabelState.REJECTED, timeout=LIMIT_MS
    )
    assert second.view is not None
    assert second.view.undo == "Reject 1 item"
    assert not second.banner.text
    second.controller.close_study()
    qtbot.waitUntil(lambda: not second.groups.record.follows, timeout=LIMIT_MS)


def test_a_follower_is_told_when_the_writer_closes_and_takes_over_where_it_stood(
    labelled: MainWindow, open_window: Any, qtbot: Any
) -> None:
    """It was left following nobody, without a word, until the study was opened again."""
    assert labelled.view is not None
    path = labelled.view.path
    second = open_window(path)
    item = second.items.model.label(1).id
    second.select_item(item)
    with qtbot.waitSignal(second.controller.failed, timeout=LIMIT_MS) as refused:
        second.run("file.take_over", False)
    assert "Another window writes" in str(refused.args[0])
    assert second.groups.record.follows, "it goes on to follow"
    for box in second.findChildren(QMessageBox):
        box.close()
    labelled.close()
    qtbot.waitUntil(lambda: "has closed it" in second.banner.text, timeout=LIMIT_MS)
    assert not second.menus.actions["review.confirm"].isEnabled()
    with qtbot.waitSignal(second.controller.changed, timeout=LIMIT_MS):
        QTest.mouseClick(second.banner.button, Qt.MouseButton.LeftButton)
    assert second.view is not None
    assert second.view.state is StudyState.OPEN
    assert not second.banner.text
    assert not second.groups.record.follows
    assert not second.menus.actions["file.take_over"].isEnabled()
    assert second.items.selection() == (item,), "the place is kept"
    second.activateWindow()
    with qtbot.waitSignal(second.controller.changed, timeout=LIMIT_MS):
        second.run("review.reject", False)
    label = second.label(item)
    assert label is not None
    assert label.state is LabelState.REJECTED
    third = open_window(path)
    assert third.groups.record.follows, "the next one follows the new writer"


def test_one_of_two_followers_takes_over_and_the_other_is_told(
    labelled: MainWindow, open_window: Any, qtbot: Any
) -> None:
    assert labelled.view is not None
    one, two = open_window(labelled.view.path), open_window(labelled.view.path)
    labelled.close()
    for window in (one, two):
        qtbot.waitUntil(lambda w=window: "has closed it" in w.banner.text, timeout=LIMIT_MS)
    with qtbot.waitSignal(one.controller.changed, timeout=LIMIT_MS):
        one.run("file.take_over", False)
    qtbot.waitUntil(lambda: not two.banner.text, timeout=LIMIT_MS)
    assert two.groups.record.follows
