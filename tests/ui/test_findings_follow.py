"""Findings follow a decision: greyed until they are there, then true, and never an older answer."""

from __future__ import annotations

from typing import Any

from PySide6.QtCore import Qt
from PySide6.QtTest import QTest

from emgview.findings import Grid
from emgview.session.examining import Examination
from emgview.ui.main_window import MainWindow
from emgview.ui.veil import WORDS

LIMIT_MS = 60_000


def _shown(window: MainWindow) -> list[list[str]]:
    grid: Any = window.findings.grid
    return [
        [grid.item(r, c).text() + grid.item(r, c).toolTip() for c in range(grid.columnCount())]
        for r in range(grid.rowCount())
    ]


def _settled(window: MainWindow, qtbot: Any) -> None:
    qtbot.waitUntil(lambda: not window.findings.is_waiting, timeout=LIMIT_MS)


def _true_grid(window: MainWindow) -> Grid:
    """The grid worked out anew, without any memory of the one before."""
    assert window.view is not None
    return window.view.inputs.examine().grid


def test_a_decision_greys_the_findings_until_they_follow(
    judged_window: MainWindow, qtbot: Any
) -> None:
    window, seen = judged_window, []
    window.controller.changed.connect(lambda *_: seen.append(window.findings.is_waiting))
    _settled(window, qtbot)
    before = _shown(window)
    window.select_item(window.items.model.label(0).id)
    QTest.keyClick(window, Qt.Key.Key_C)
    qtbot.waitUntil(lambda: bool(seen), timeout=LIMIT_MS)
    assert seen == [True], "what is older than the decision is never shown as true"
    assert _shown(window) == before
    veils = [veil for veil in window.findings._veils if veil.isVisible()]
    assert veils[0].accessibleName() == WORDS
    _settled(window, qtbot)
    assert not any(veil.isVisible() for veil in window.findings._veils)
    assert window.findings.grid.rows == _true_grid(window).rows
    assert _shown(window) != before, "an open item less"


def test_of_many_decisions_the_last_one_counts(judged_window: MainWindow, qtbot: Any) -> None:
    window, answers = judged_window, list[Examination]()
    _settled(window, qtbot)
    window.controller.findings.examined.connect(answers.append)
    window.select_item(window.items.model.label(0).id)
    n = window.items.model.rowCount()
    for key in [(Qt.Key.Key_C, Qt.Key.Key_X, Qt.Key.Key_4)[k % 3] for k in range(n)]:
        QTest.keyClick(window, key)
    qtbot.waitUntil(
        lambda: window.items._count.text().startswith("0 open") and bool(answers),
        timeout=LIMIT_MS,
    )
    _settled(window, qtbot)
    assert answers[-1].grid == _true_grid(window)
    fresh = _shown(window)
    window.findings.grid.show_grid(None)
    window.findings.grid.show_grid(_true_grid(window))
    assert _shown(window) == fresh, "cell by cell gives what a new table gives"


def test_the_rules_follow_too(judged_window: MainWindow, qtbot: Any) -> None:
    window, panel = judged_window, judged_window.findings
    _settled(window, qtbot)
    panel.show_tab(3)
    before = [panel.rules.item(r, 2).text() for r in range(panel.rules.rowCount())]  # type: ignore[union-attr]
    assert before
    panel.show_tab(0)
    window.select_item(window.items.model.label(0).id)
    with qtbot.waitSignal(window.controller.findings.examined, timeout=LIMIT_MS):
        QTest.keyClick(window, Qt.Key.Key_C)
    panel.show_tab(3)
    assert window.view is not None
    said = {statement.text for statement in window.view.inputs.examine().statements}
    shown = {panel.rules.item(r, 2).text() for r in range(panel.rules.rowCount())}  # type: ignore[union-attr]
    assert shown == said


def test_old_findings_cannot_be_clicked_or_changed(judged_window: MainWindow, qtbot: Any) -> None:
    window, clicked = judged_window, list[int]()
    _settled(window, qtbot)
    grid: Any = window.findings.grid
    grid.cellClicked.connect(lambda _, column: clicked.append(column))
    where = grid.viewport().mapTo(window, grid.visualItemRect(grid.item(0, 4)).center())

    def click() -> None:
        target = window.childAt(where)
        assert target is not None
        QTest.mouseClick(target, Qt.MouseButton.LeftButton, pos=target.mapFrom(window, where))

    click()
    assert clicked == [4]
    window.findings.show_waiting()
    click()
    assert clicked == [4], "the click ends at the veil"
    window.run("findings.change", False)
    assert "in a moment" in window.statusBar().currentMessage()


def test_a_closed_study_leaves_no_findings(judged_window: MainWindow, qtbot: Any) -> None:
    window = judged_window
    window.select_item(window.items.model.label(0).id)
    QTest.keyClick(window, Qt.Key.Key_C)
    window.controller.close_study()
    qtbot.waitUntil(lambda: window.view is None, timeout=LIMIT_MS)
    qtbot.wait(200)
    assert not window.findings.is_waiting
    assert window.findings.grid.rowCount() == 0
