"""The checks with real keys: runs compared, rhythm, blinded audit, second reader."""

from __future__ import annotations

from pathlib import Path

import pytest
from PySide6.QtCore import Qt
from PySide6.QtTest import QTest
from PySide6.QtWidgets import QApplication
from pytestqt.qtbot import QtBot

from emgview.model import ImportHints, LabelState, Origin, SampleInterval, Side
from emgview.session.blinded_audit import audit_estimate
from emgview.session.intents import AddLabel
from emgview.session.second_reader import open_second
from emgview.session.study_folder import StudyFolder
from emgview.session.study_session import StudySession
from emgview.ui.checks_panel import AUDIT, READERS, RHYTHM, RUNS, SITES
from emgview.ui.main_window import MainWindow
from emgview.ui.screen_state import screen_of

LIMIT_MS = 60_000
SHIFT, ALT = Qt.KeyboardModifier.ShiftModifier, Qt.KeyboardModifier.AltModifier
CONTROL, PLAIN = Qt.KeyboardModifier.ControlModifier, Qt.KeyboardModifier.NoModifier


def test_the_rhythm_is_answered_and_leads_to_its_train(
    qtbot: QtBot, judged_window: MainWindow
) -> None:
    window = judged_window
    QTest.keyClick(window, Qt.Key.Key_I, SHIFT)
    assert window.checks.currentIndex() == RHYTHM
    table = window.checks.tables[RHYTHM]
    assert table.rowCount() >= 1
    assert "Units in each 10 s" in window.checks.words(RHYTHM)
    table.cellActivated.emit(0, 0)
    assert window.items.selection() == (window.checks._ids[RHYTHM][0],)


def test_sites_of_a_muscle_are_compared_in_a_table(
    qtbot: QtBot, judged_window: MainWindow, rest_recording: Path, tmp_path: Path
) -> None:
    window = judged_window
    other = tmp_path / "again.h5"
    other.write_bytes(rest_recording.read_bytes())
    QTest.keyClick(window, Qt.Key.Key_B, CONTROL | ALT)
    qtbot.waitUntil(
        lambda: "No muscle has two sites" in window.checks.words(SITES), timeout=LIMIT_MS
    )
    assert window.view is not None
    with qtbot.waitSignal(window.controller.opened, timeout=LIMIT_MS):
        window.controller.add_files([other], ImportHints())
    for recording in window.view.recordings:
        with qtbot.waitSignal(window.controller.changed, timeout=LIMIT_MS):
            window.review.state_muscle(recording.entry.id, "tib_ant", Side.LEFT)
    with qtbot.waitSignal(window.controller.changed, timeout=LIMIT_MS):
        window.controller.detect((window.view.recordings[1].entry.id,))
    QTest.keyClick(window, Qt.Key.Key_B, CONTROL | ALT)
    qtbot.waitUntil(lambda: "come back" in window.checks.words(SITES), timeout=LIMIT_MS)
    table = window.checks.tables[SITES]
    rows = [[table.item(r, c).text() for c in range(5)] for r in range(table.rowCount())]  # type: ignore[union-attr]
    assert rows[0][:3] == ["Tibialis anterior, left", "Fibrillation potential", "2 of 2"]
    assert any("shape 1" in row[1] for row in rows)
    table.cellActivated.emit(0, 0)
    assert window.items.selection() == (window.checks._ids[SITES][0],)


def test_an_audit_hides_what_was_said_until_its_end(
    qtbot: QtBot, judged_window: MainWindow
) -> None:
    window = judged_window
    assert window.view is not None
    n_items = len(window.view.items[window.recording_id])
    QTest.keyClick(window, Qt.Key.Key_I, SHIFT)
    assert window.checks.tables[RHYTHM].rowCount() > 0
    QTest.keyClick(window, Qt.Key.Key_A, CONTROL | ALT)
    actions = window.groups.checks
    qtbot.waitUntil(lambda: actions._audit is not None, timeout=LIMIT_MS)
    assert window.items.model.rowCount() == 0
    assert window.items.selection() == ()
    assert window.checks.tables[RHYTHM].rowCount() == 0, "what was asked before is hidden too"
    item = next(iter(window.view.items[window.recording_id])).id
    window.review.go_to(item)
    QTest.keyClick(window, Qt.Key.Key_I, SHIFT)
    assert window.checks.currentIndex() == AUDIT
    assert window.shown._shown_item == ""
    screen = screen_of(window)
    assert screen is not None
    assert not screen.score
    assert "open of" not in _recordings_told(window)
    for keys in ((Qt.Key.Key_R, CONTROL), (Qt.Key.Key_H, CONTROL), (Qt.Key.Key_D, PLAIN)):
        window.tell("")
        QTest.keyClick(window, *keys)
        assert "Hidden during the audit" in window.statusBar().currentMessage()
    assert QApplication.activeModalWidget() is None
    audit = actions._audit
    assert audit is not None
    n = len(audit.windows)
    for number in range(n):
        assert f"Window {number + 1} of {n}" in window.checks.words(AUDIT)
        viewport = window.traces.viewport_now
        assert viewport is not None
        middle = audit.windows[number].start + len(audit.windows[number].interval) // 2
        assert viewport.interval.contains(middle)
        before = actions._audit
        key = Qt.Key.Key_C if number % 2 else Qt.Key.Key_X
        QTest.keyClick(window, key, ALT | SHIFT)
        qtbot.waitUntil(lambda b=before: actions._audit is not b, timeout=LIMIT_MS)  # type: ignore[misc]
        if number == 2:
            with qtbot.waitSignal(window.controller.changed, timeout=LIMIT_MS):
                QTest.keyClick(window, Qt.Key.Key_Z, CONTROL)
            qtbot.waitUntil(
                lambda: f"Window 3 of {n}" in window.checks.words(AUDIT), timeout=LIMIT_MS
            )
            before = actions._audit
            QTest.keyClick(window, key, ALT | SHIFT)
            qtbot.waitUntil(lambda b=before: actions._audit is not b, timeout=LIMIT_MS)  # type: ignore[misc]
    assert "Blinded audit of this recording" in window.checks.words(AUDIT)
    assert window.items.model.rowCount() == n_items, "all is shown again"
    assert "open of" in _recordings_told(window)
    path, key_ = window.view.path, window.recording_id
    said = window.checks.words(AUDIT)
    window.close()
    with StudySession(StudyFolder(path), "Check") as session:
        found = audit_estimate(session, key_)
        assert found is not None
        assert found.text == said


def test_other_parameters_make_a_run_beside_the_old_and_decisions_go_over(
    qtbot: QtBot, judged_window: MainWindow, tmp_path: Path
) -> None:
    from emgview.resource_files import resource

    window = judged_window
    assert window.view is not None
    first = max(window.view.items[window.recording_id], key=lambda label: len(label.peak_samples))
    window.select_item(first.id)
    with qtbot.waitSignal(window.controller.changed, timeout=LIMIT_MS):
        QTest.keyClick(window, Qt.Key.Key_C)
    text = resource("detection/parameters.toml").read_text(encoding="utf-8")
    changed = tmp_path / "other.toml"
    assert "least_margin = " in text
    line = next(x for x in text.splitlines() if x.startswith("least_margin"))
    changed.write_text(text.replace(line, "least_margin = 0.11"), encoding="utf-8")
    with qtbot.waitSignal(window.controller.changed, timeout=LIMIT_MS):
        window.controller.detect((window.recording_id,), changed)
    counted = [i for i in window.view.items[window.recording_id] if i.counts]
    assert [label.peak_samples for label in counted] == [first.peak_samples]
    assert counted[0].id != first.id
    assert counted[0].merged == (first.id,)
    QTest.keyClick(window, Qt.Key.Key_J, CONTROL | ALT)
    qtbot.waitUntil(lambda: "items are the same" in window.checks.words(RUNS), timeout=LIMIT_MS)


def test_the_second_reader_sees_no_decision_and_both_are_compared(
    qtbot: QtBot, judged_window: MainWindow
) -> None:
    window = judged_window
    assert window.view is not None
    QTest.keyClick(window, Qt.Key.Key_D)
    item = window.items.selection()[0]
    with qtbot.waitSignal(window.controller.changed, timeout=LIMIT_MS):
        QTest.keyClick(window, Qt.Key.Key_C)
    path = window.view.path
    with qtbot.waitSignal(window.controller.opened, timeout=LIMIT_MS):
        window.controller.open_second(path, "Dr. S", "interpreter")
    assert window.view.name.endswith("second reading")
    states = {label.state for label in window.view.items[window.recording_id]}
    assert states == {LabelState.PROPOSED}
    window.select_item(item)
    with qtbot.waitSignal(window.controller.changed, timeout=LIMIT_MS):
        QTest.keyClick(window, Qt.Key.Key_X)
    with qtbot.waitSignal(window.controller.opened, timeout=LIMIT_MS):
        window.controller.open(path)
    QTest.keyClick(window, Qt.Key.Key_G, CONTROL | ALT)
    qtbot.waitUntil(lambda: "1 to adjudicate" in window.checks.words(READERS), timeout=LIMIT_MS)
    assert window.checks.row_item(READERS) == item
    with qtbot.waitSignal(window.controller.changed, timeout=LIMIT_MS):
        QTest.keyClick(window, Qt.Key.Key_6, ALT)
    qtbot.waitUntil(lambda: "0 to adjudicate" in window.checks.words(READERS), timeout=LIMIT_MS)
    label = window.label(item)
    assert label is not None
    assert label.state is LabelState.REJECTED


def test_a_label_of_the_second_reader_alone_is_gone_to_and_settled_by_key(
    qtbot: QtBot, judged_window: MainWindow
) -> None:
    """Such rows had no item: neither a double click nor Alt+5 and Alt+6 did anything."""
    window = judged_window
    assert window.view is not None
    path, key = window.view.path, window.recording_id
    with open_second(StudyFolder(path), "Dr. S") as second:
        for start in (20_000, 30_000):
            second.apply(AddLabel(key, 0, SampleInterval(start, start + 400), "fp"))
    n = len(window.view.items[key])
    QTest.keyClick(window, Qt.Key.Key_G, CONTROL | ALT)
    qtbot.waitUntil(lambda: "2 to adjudicate" in window.checks.words(READERS), timeout=LIMIT_MS)
    table = window.checks.tables[READERS]
    assert [table.item(0, c).text() for c in (2, 3)] == [  # type: ignore[union-attr]
        "no label here", "Fasciculation potential"
    ]  # fmt: skip
    table.cellActivated.emit(0, 0)
    viewport = window.traces.viewport_now
    assert viewport is not None
    assert viewport.interval.contains(20_200)
    with qtbot.waitSignal(window.controller.changed, timeout=LIMIT_MS):
        QTest.keyClick(window, Qt.Key.Key_6, ALT)
    qtbot.waitUntil(lambda: "1 to adjudicate" in window.checks.words(READERS), timeout=LIMIT_MS)
    with qtbot.waitSignal(window.controller.changed, timeout=LIMIT_MS):
        QTest.keyClick(window, Qt.Key.Key_5, ALT)
    qtbot.waitUntil(lambda: "0 to adjudicate" in window.checks.words(READERS), timeout=LIMIT_MS)
    added = [i for i in window.view.items[key] if i.origin is Origin.READER]
    assert [(i.interval.start, i.activity) for i in added] == [(20_000, "fp")]
    for _ in range(2):
        with qtbot.waitSignal(window.controller.changed, timeout=LIMIT_MS):
            QTest.keyClick(window, Qt.Key.Key_Z, CONTROL)
    assert len(window.view.items[key]) == n, "one undo for each"
    qtbot.waitUntil(lambda: "2 to adjudicate" in window.checks.words(READERS), timeout=LIMIT_MS)
    table.selectRow(1)
    with qtbot.waitSignal(window.controller.changed, timeout=LIMIT_MS):
        QTest.keyClick(window, Qt.Key.Key_5, ALT)
    qtbot.waitUntil(lambda: "1 to adjudicate" in window.checks.words(READERS), timeout=LIMIT_MS)
    assert table.currentRow() == 0, "the last row was settled: the one before it is next"


@pytest.mark.parametrize("tab", [RUNS, READERS])
def test_without_anything_to_compare_it_says_so(
    qtbot: QtBot, judged_window: MainWindow, tab: int
) -> None:
    key = Qt.Key.Key_J if tab == RUNS else Qt.Key.Key_G
    QTest.keyClick(judged_window, key, CONTROL | ALT)
    qtbot.waitUntil(
        lambda: judged_window.checks.words(tab).startswith("There is no"), timeout=LIMIT_MS
    )


def test_the_role_of_the_reader_stands_in_the_log(qtbot: QtBot, judged_window: MainWindow) -> None:
    window = judged_window
    assert window.view is not None
    window.files.set_reader("Dr. T", "", "boss")
    assert window.controller.role == "interpreter", "no such role: nothing changes"
    with qtbot.waitSignal(window.controller.opened, timeout=LIMIT_MS):
        window.files.set_reader("Dr. T", "", "trainee")
    QTest.keyClick(window, Qt.Key.Key_D)
    with qtbot.waitSignal(window.controller.changed, timeout=LIMIT_MS):
        QTest.keyClick(window, Qt.Key.Key_C)
    path = window.view.path
    window.close()
    with StudySession(StudyFolder(path), "Check") as session:
        last = [row for row in session.store.log() if row.action == "label.confirmed"][-1]
    assert (last.actor, last.role) == ("Dr. T", "trainee")


def _recordings_told(window: MainWindow) -> str:
    return "\n".join(item.text() for item in window.recordings._items())
