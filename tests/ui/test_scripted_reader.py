"""A scripted reader with keys and mouse, and the agreement of all views at every moment."""

from __future__ import annotations

import shutil
from collections.abc import Callable, Iterator
from pathlib import Path

import pytest
from PySide6.QtCore import Qt
from PySide6.QtTest import QTest
from PySide6.QtWidgets import QApplication
from pytestqt.qtbot import QtBot

from emgview.findings import NotAssessable
from emgview.model import Label, LabelState
from emgview.session.demo import make_demo_study
from emgview.session.study_folder import StudyFolder
from emgview.session.study_session import StudySession
from emgview.ui.main_window import MainWindow

LIMIT_MS = 60_000
SHIFT, CONTROL = Qt.KeyboardModifier.ShiftModifier, Qt.KeyboardModifier.ControlModifier
OPEN = Callable[[Path], MainWindow]


@pytest.fixture(scope="module")
def demo(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """The demo study as the program makes it; not to be written to."""
    return make_demo_study(tmp_path_factory.mktemp("demo") / "Demo.emg")


@pytest.fixture
def root(demo: Path, tmp_path: Path) -> Path:
    shutil.copytree(demo, tmp_path / "Demo.emg")
    return tmp_path / "Demo.emg"


@pytest.fixture
def window(open_window: OPEN, root: Path) -> Iterator[MainWindow]:
    opened = open_window(root)
    yield opened
    opened.close()


def _labels(window: MainWindow) -> tuple[Label, ...]:
    assert window.view is not None
    return window.view.items[window.recording_id]


def _click_row(window: MainWindow, item: str) -> None:
    """Select an item by the mouse."""
    row, table = window.items.model.row_of(item), window.items.table
    assert row is not None
    index = window.items.model.index(row, 2)
    table.scrollTo(index)
    QTest.mouseClick(
        table.viewport(), Qt.MouseButton.LeftButton, pos=table.visualRect(index).center()
    )
    assert window.items.selection() == (item,)


DECISIONS: dict[str, tuple[Qt.Key, LabelState, str | None]] = {
    "fib": (Qt.Key.Key_C, LabelState.CONFIRMED, None),
    "psw": (Qt.Key.Key_2, LabelState.CONFIRMED, None),  # the same class again is agreement
    "fp_simple": (Qt.Key.Key_4, LabelState.EDITED, "fp_complex"),
    "cannot_tell": (Qt.Key.Key_V, LabelState.CANNOT_TELL, None),
}
OTHERS = (Qt.Key.Key_X, LabelState.REJECTED, None)


def test_the_demo_is_reviewed_from_the_first_to_the_last_item(
    qtbot: QtBot, window: MainWindow, root: Path
) -> None:
    assert window.view is not None
    n_all = sum(map(len, window.view.items.values()))
    wanted: dict[str, tuple[LabelState, str]] = {}
    _click_row(window, _labels(window)[0].id)
    for _ in range(n_all):
        (item,) = window.items.selection()
        assert item not in wanted, "an item came twice"
        label = window.label(item)
        assert label is not None
        key, state, activity = DECISIONS.get(label.activity, OTHERS)
        wanted[item] = (state, activity or label.activity)
        QTest.keyClick(window, key)
        assert QApplication.activeModalWidget() is None
        if window.items.selection() == (item,):  # the last one of its recording
            QTest.keyClick(window, Qt.Key.Key_D)
    qtbot.waitUntil(lambda: not _open(window), timeout=LIMIT_MS)
    last = window.items.selection()
    QTest.keyClick(window, Qt.Key.Key_D)
    assert window.items.selection() == last, "there is nowhere to go"
    window.close()
    with StudySession(StudyFolder(root), "Check") as session:
        assert {i.id: (i.state, i.activity) for i in session.items()} == wanted
        assert session.store.verify_chain().ok
        cells = [cell for row in session.findings()[0].rows for _, cell in row.cells]
        assert not any(isinstance(cell, NotAssessable) and cell.unreviewed for cell in cells)


def _open(window: MainWindow) -> int:
    assert window.view is not None
    labels = [label for part in window.view.items.values() for label in part]
    return sum(label.state is LabelState.PROPOSED for label in labels)


def _agree(qtbot: QtBot, window: MainWindow) -> None:
    """Every view tells of the selected item, or of none while its pictures are on the way."""
    chosen = window.items.selection()
    item = chosen[0] if chosen else ""
    label = window.label(item) if item else None
    assert window.traces._selected == item
    text = window.evidence.text()
    if label is None:
        assert "Select a proposal" in text
        assert window.train.view is None
        assert window.evidence.plots.item == ""
        return
    assert window.train.view is None or window.train.view.item == item
    assert window.evidence.plots.item in ("", item)
    assert ("confirmed" in text) == (label.state is LabelState.CONFIRMED)
    assert label in window.view.items[window.recording_id]  # type: ignore[union-attr]
    if label.peak_samples:
        qtbot.waitUntil(lambda: _drawn(window, label), timeout=LIMIT_MS)


def _drawn(window: MainWindow, label: Label) -> bool:
    view = window.train.view
    return (
        view is not None
        and view.item == label.id == window.evidence.plots.item
        and tuple(view.peaks.tolist()) == label.peak_samples
    )


def test_every_view_of_one_selection_agrees_at_every_moment(
    qtbot: QtBot, window: MainWindow
) -> None:
    def change(*keys: tuple[Qt.Key, Qt.KeyboardModifier]) -> None:
        with qtbot.waitSignal(window.controller.changed, timeout=LIMIT_MS):
            for key, modifier in keys:
                QTest.keyClick(window, key, modifier)
        _agree(qtbot, window)

    none = Qt.KeyboardModifier.NoModifier
    assert window.view is not None
    _agree(qtbot, window)
    train = max(_labels(window), key=lambda label: len(label.peak_samples))
    _click_row(window, train.id)
    _agree(qtbot, window)
    QTest.keyClick(window, Qt.Key.Key_D)
    _agree(qtbot, window)
    window.traces.itemClicked.emit(train.id)
    _agree(qtbot, window)
    change((Qt.Key.Key_C, none))
    window.select_item(train.id)
    _agree(qtbot, window)
    QTest.keyClick(window, Qt.Key.Key_D, SHIFT)
    change((Qt.Key.Key_X, SHIFT))
    change((Qt.Key.Key_Z, CONTROL))
    change((Qt.Key.Key_Z, CONTROL))
    QTest.keyClick(window, Qt.Key.Key_D, SHIFT)
    QTest.keyClick(window, Qt.Key.Key_D, SHIFT)
    change((Qt.Key.Key_W, SHIFT))
    filters = window.items.filters
    filters.group.setCurrentIndex(filters.group.findData("fp"))
    _agree(qtbot, window)
    assert window.items.selection() == ()
    QTest.keyClick(window, Qt.Key.Key_D)
    _agree(qtbot, window)
    filters.lift()
    filters.order.setCurrentIndex(1)
    _agree(qtbot, window)
    filters.score.setValue(90)
    _agree(qtbot, window)
    filters.score.setValue(0)
    window.show_recording(window.view.recordings[1].entry.id)
    _agree(qtbot, window)
    QTest.keyClick(window, Qt.Key.Key_D)
    _agree(qtbot, window)
    window.findings.itemWanted.emit(train.id)
    assert window.items.selection() == (train.id,)
    _agree(qtbot, window)
    window.groups.run("similar.show", checked=False)
    qtbot.waitUntil(lambda: window.similar.found is not None, timeout=LIMIT_MS)
    _agree(qtbot, window)
    QTest.keyClick(window, Qt.Key.Key_Z, SHIFT)
    _agree(qtbot, window)
    change((Qt.Key.Key_Z, CONTROL))
