"""Palette and keymap by real keys."""

from __future__ import annotations

from collections.abc import Iterator
from typing import Any

import pytest
from PySide6.QtCore import Qt
from PySide6.QtGui import QKeySequence

from emgview.session.settings import Settings
from emgview.ui.commands import command_table
from emgview.ui.main_window import MainWindow
from emgview.ui.palette_match import matches

LIMIT_MS = 30_000
CTRL = Qt.KeyboardModifier.ControlModifier


@pytest.fixture
def window(qtbot: Any) -> Iterator[MainWindow]:
    made = MainWindow(Settings(reader_name="R"), remember=False)
    qtbot.addWidget(made)
    with qtbot.waitActive(made, timeout=LIMIT_MS):
        made.show()
        made.activateWindow()
    yield made
    made.close()


@pytest.mark.parametrize(
    ("typed", "first"),
    [
        ("confirm", "review.confirm"),
        ("go to time", "place.time"),
        ("paper", "view.theme"),
        ("zoom box", "place.zoom_box"),
        ("WAV", "sound.export"),
        ("nxtchn", "sound.channel"),
    ],
)
def test_a_few_letters_find_the_command(typed: str, first: str) -> None:
    assert matches(typed, command_table())[0].id == first


def test_nothing_fits_nonsense_and_recent_ones_come_first() -> None:
    assert matches("qqqq", command_table()) == []
    assert matches("", command_table(), ("help.about",))[0].id == "help.about"


def test_the_palette_carries_a_command_out(window: MainWindow, qtbot: Any) -> None:
    palette = window.groups.keys.open_palette()
    assert window.theme.name == "scope"
    qtbot.keyClicks(palette._field, "paper theme")
    qtbot.keyClick(palette._field, Qt.Key.Key_Return)
    qtbot.waitUntil(lambda: window.theme.name == "paper", timeout=LIMIT_MS)
    assert not palette.isVisible()
    palette.deleteLater()


def test_what_cannot_be_done_is_shown_with_the_reason(window: MainWindow, qtbot: Any) -> None:
    palette = window.groups.keys.open_palette()
    qtbot.keyClicks(palette._field, "page on")
    item = palette._list.item(0)
    assert item is not None
    assert "open a recording first" in item.text()
    qtbot.keyClick(palette._field, Qt.Key.Key_Return)
    assert palette.isVisible()
    palette.reject()
    palette.deleteLater()


def test_a_changed_key_holds_at_once_and_is_remembered(window: MainWindow, qtbot: Any) -> None:
    dialog = window.groups.keys.open_editor()
    assert dialog.set_keys("view.theme", ("Ctrl+Alt+T",))
    action = window.menus.actions["view.theme"]
    assert action.shortcut() == QKeySequence("Ctrl+Alt+T")
    assert "Ctrl+Alt+T" in action.toolTip()
    assert window.settings.keys == {"view.theme": ("Ctrl+Alt+T",)}
    dialog.accept()
    dialog.deleteLater()
    qtbot.keyClick(window, Qt.Key.Key_T, CTRL | Qt.KeyboardModifier.AltModifier)
    assert window.theme.name == "paper"


def test_a_conflict_is_refused_and_names_the_other_command(window: MainWindow) -> None:
    dialog = window.groups.keys.open_editor()
    assert not dialog.set_keys("view.theme", ("C",))
    assert "Confirm" in dialog._told.text()
    assert window.settings.keys == {}
    dialog.reject()
    dialog.deleteLater()


def test_keys_of_the_settings_hold_from_the_start(qtbot: Any) -> None:
    made = MainWindow(Settings(keys={"view.theme": ("Ctrl+Alt+T",)}), remember=False)
    qtbot.addWidget(made)
    assert made.menus.keys_of("view.theme") == ("Ctrl+Alt+T",)
    made.close()
