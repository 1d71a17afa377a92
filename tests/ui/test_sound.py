"""Listening in the window: real keys, the real null device, the trace follows."""

from __future__ import annotations

import time
import wave
from pathlib import Path
from typing import Any

import pytest
from PySide6.QtCore import Qt

from emgview.sound import player as player_module
from emgview.ui.main_window import MainWindow

LIMIT_MS = 30_000


@pytest.fixture
def window(monkeypatch: pytest.MonkeyPatch, request: pytest.FixtureRequest) -> MainWindow:
    """A window on a recording; silent, for ALSA complains at length where there is no card."""
    opened = player_module.open_device
    monkeypatch.setattr(
        player_module, "open_device", lambda name, silent, **more: opened(name, silent=True, **more)
    )
    made = request.getfixturevalue("rest_window")
    assert isinstance(made, MainWindow)
    return made


def test_p_plays_and_the_trace_follows(window: MainWindow, qtbot: Any) -> None:
    sound = window.groups.sound
    qtbot.keyClick(window, Qt.Key.Key_P)
    assert sound.playing
    qtbot.waitUntil(lambda: (sound._beam.sample or 0) > 3000, timeout=LIMIT_MS)
    assert sound.player is not None
    assert sound.player.underruns == 0
    qtbot.keyClick(window, Qt.Key.Key_P)
    assert not sound.playing
    assert sound.player is None


def test_the_window_pages_along(window: MainWindow, qtbot: Any) -> None:
    for _ in range(3):
        qtbot.keyClick(window, Qt.Key.Key_Plus, Qt.KeyboardModifier.ControlModifier)
    before = window.traces.viewport_now
    assert before is not None
    qtbot.keyClick(window, Qt.Key.Key_Space)
    qtbot.waitUntil(lambda: window.traces.viewport_now != before, timeout=LIMIT_MS)
    after = window.traces.viewport_now
    assert after is not None
    assert after.start >= before.start + before.span
    qtbot.keyClick(window, Qt.Key.Key_Space)


def test_a_click_marks_where_it_begins(window: MainWindow, qtbot: Any) -> None:
    view = window.traces.viewport()
    place = view.rect().center()
    qtbot.mouseClick(view, Qt.MouseButton.LeftButton, pos=place)
    marked = window.groups.sound._beam.sample
    assert marked is not None
    assert marked > 0
    qtbot.keyClick(window, Qt.Key.Key_P)
    qtbot.waitUntil(lambda: window.groups.sound.player is not None, timeout=LIMIT_MS)
    qtbot.waitUntil(lambda: (window.groups.sound._beam.sample or 0) > marked, timeout=LIMIT_MS)
    qtbot.keyClick(window, Qt.Key.Key_P)


def test_closing_while_it_plays_leaves_nothing(window: MainWindow, qtbot: Any) -> None:
    qtbot.keyClick(window, Qt.Key.Key_P)
    qtbot.waitUntil(lambda: window.groups.sound.player is not None, timeout=LIMIT_MS)
    begin = time.perf_counter()
    window.close()
    assert time.perf_counter() - begin < 2
    assert not window.groups.sound.playing


def test_impatient_keys_do_no_harm(window: MainWindow, qtbot: Any) -> None:
    for _ in range(6):
        for key in (Qt.Key.Key_P, Qt.Key.Key_Comma, Qt.Key.Key_Period, Qt.Key.Key_M):
            qtbot.keyClick(window, key)
    qtbot.wait(200)
    window.groups.sound.stop()
    assert window.groups.sound.player is None


def test_what_is_on_the_screen_is_saved_as_wav(
    window: MainWindow, qtbot: Any, tmp_path: Path
) -> None:
    out = tmp_path / "heard.wav"
    window.groups.sound.export(out)
    qtbot.waitUntil(out.exists, timeout=LIMIT_MS)
    with wave.open(str(out)) as file:
        assert file.getnframes() == pytest.approx(48_000, abs=4)
