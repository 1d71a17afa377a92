"""While somebody types, no decision is taken."""

from __future__ import annotations

from collections.abc import Iterator
from pathlib import Path
from typing import Any

import pytest
from PySide6.QtCore import Qt

from emgview.session.demo import make_demo_study
from emgview.session.settings import Settings
from emgview.ui.main_window import MainWindow

LIMIT_MS = 60_000


@pytest.fixture(scope="module")
def demo(tmp_path_factory: pytest.TempPathFactory) -> Path:
    return make_demo_study(tmp_path_factory.mktemp("demo"), None)


@pytest.fixture
def window(qtbot: Any, demo: Path) -> Iterator[MainWindow]:
    made = MainWindow(Settings(reader_name="R"), remember=False)
    qtbot.addWidget(made)
    with qtbot.waitActive(made, timeout=LIMIT_MS):
        made.show()
        made.activateWindow()
    made.files.open_path(demo)
    qtbot.waitUntil(lambda: made.traces.is_painted, timeout=LIMIT_MS)
    yield made
    made.close()


def decided(window: MainWindow) -> int:
    assert window.view is not None
    items = window.view.items[window.recording_id]
    return sum(item.state.value != "proposed" for item in items)


def test_return_in_the_muscle_field_states_the_muscle_and_decides_nothing(
    window: MainWindow, qtbot: Any
) -> None:
    """It confirmed the selected proposal: a train of 98 potentials, once."""
    qtbot.keyClick(window, Qt.Key.Key_D)
    assert window.items.selection()
    before = decided(window)
    edit = window.recordings.muscle_edit()
    edit.setFocus()
    edit.selectAll()
    qtbot.keyClicks(edit, "vastus med")
    qtbot.keyClick(edit, Qt.Key.Key_Return)
    qtbot.waitUntil(
        lambda: "Vastus medialis" in (window.recording.title if window.recording else ""),
        timeout=LIMIT_MS,
    )
    assert decided(window) == before
    assert not edit.hasFocus()


def test_an_unknown_muscle_goes_back_to_what_was_stated(window: MainWindow, qtbot: Any) -> None:
    before = decided(window)
    edit = window.recordings.muscle_edit()
    stated = edit.text()
    edit.setFocus()
    edit.selectAll()
    qtbot.keyClicks(edit, "xxcx")
    qtbot.keyClick(edit, Qt.Key.Key_Return)
    assert edit.text() == stated
    assert decided(window) == before


def test_opening_the_open_study_again_keeps_it_writable(window: MainWindow, qtbot: Any) -> None:
    """Its own lock made it a study for reading only."""
    assert window.view is not None
    with qtbot.waitSignal(window.controller.opened, timeout=LIMIT_MS):
        window.files.open_path(window.view.path)
    assert window.view.state.value == "open"
