"""Pictures of what is on the screen: PNG, SVG, clipboard; with or without the patient's name."""

from __future__ import annotations

import re
from dataclasses import replace
from pathlib import Path
from typing import Any

import numpy as np
import pytest
from PySide6.QtCore import Qt
from PySide6.QtGui import QImage
from PySide6.QtSvg import QSvgRenderer
from PySide6.QtWidgets import QApplication

from emgview.model import Patient
from emgview.session.intents import StatePatient
from emgview.session.traces import TraceAnswer, TraceRequest
from emgview.ui.main_window import MainWindow
from emgview.ui.picture_actions import PictureActions
from emgview.ui.traces.drawing import line_of

LIMIT_MS = 60_000
CTRL, SHIFT = Qt.KeyboardModifier.ControlModifier, Qt.KeyboardModifier.ShiftModifier
NAME = "Rosa Muster"


@pytest.fixture
def window(rest_window: MainWindow, qtbot: Any) -> MainWindow:
    rest_window.controller.apply(StatePatient(Patient(name=NAME)))
    qtbot.waitUntil(
        lambda: rest_window.view is not None and rest_window.view.study.patient.name == NAME
    )
    return rest_window


def pictures(window: MainWindow) -> PictureActions:
    group = window.groups._by_name["picture"]
    assert isinstance(group, PictureActions)
    return group


def texts(path: Path) -> str:
    """All texts of a drawing, one after the other."""
    return " ".join(re.findall(r"<text[^>]*>([^<]*)</text>", path.read_text("utf-8")))


@pytest.mark.parametrize("mode", ["free_run", "sweep", "raster", "triggered"])
def test_a_drawing_has_lines_and_texts_in_every_mode(
    window: MainWindow, qtbot: Any, tmp_path: Path, mode: str
) -> None:
    window.menus.actions[f"mode.{mode}"].trigger()
    qtbot.waitUntil(lambda: window.groups.modes.is_drawn, timeout=LIMIT_MS)
    path = tmp_path / "traces.svg"
    pictures(window).save(path)
    told = texts(path)
    viewport = window.traces.viewport_now
    assert viewport is not None
    assert f"{viewport.ms_per_div:g} ms" in told, "the bar of time"
    assert "µV" in told
    assert "as recorded" in told
    assert "from the start" in told
    assert "not for clinical use" in told
    assert "<polyline" in path.read_text("utf-8")
    assert "<image" not in path.read_text("utf-8")
    assert QSvgRenderer(str(path)).isValid()


def test_the_name_is_there_only_if_wished(window: MainWindow, qtbot: Any, tmp_path: Path) -> None:
    path = tmp_path / "traces.svg"
    pictures(window).save(path)
    assert "Muster" not in path.read_text("utf-8")
    qtbot.keyClick(window, Qt.Key.Key_N, CTRL | Qt.KeyboardModifier.AltModifier)
    pictures(window).save(path)
    assert NAME in texts(path)


def test_pixels_are_twice_as_fine_as_the_screen(window: MainWindow, tmp_path: Path) -> None:
    path = tmp_path / "traces.png"
    pictures(window).save(path)
    image = QImage(str(path))
    assert image.width() == 2 * window.traces.width()
    assert image.height() > 2 * window.traces.height()


def test_the_clipboard_has_both(window: MainWindow, qtbot: Any) -> None:
    qtbot.keyClick(window, Qt.Key.Key_C, CTRL)
    data = QApplication.clipboard().mimeData()
    assert data.hasImage()
    assert bytes(data.data("image/svg+xml").data()).lstrip().startswith(b"<?xml")
    QApplication.clipboard().clear()


def test_a_place_that_cannot_be_written_is_told(
    window: MainWindow, qtbot: Any, tmp_path: Path
) -> None:
    told: list[str] = []
    window.complain = lambda error: told.append(str(error))  # type: ignore[method-assign]
    pictures(window).save(tmp_path / "absent" / "traces.png")
    assert told
    assert "cannot be written" in told[0]


def test_without_traces_there_is_nothing_to_copy(window: MainWindow, qtbot: Any) -> None:
    window.controller.close_study()
    qtbot.waitUntil(lambda: window.view is None, timeout=LIMIT_MS)
    assert pictures(window).picture() is None
    pictures(window).copy()


def test_the_line_passes_every_extreme() -> None:
    low = np.array([[1.0], [np.nan], [-3.0], [-4.0]], np.float32)
    high = low + 5
    request = TraceRequest(1, "r", None, 4, (0,))  # type: ignore[arg-type]
    x, uv = line_of(TraceAnswer(request, None, low, high, filtered=False), 0)
    assert x.tolist() == [0.125, 0.125, 0.375, 0.375, 0.625, 0.625, 0.875, 0.875]
    assert uv[[0, 1, 4, 5, 6, 7]].tolist() == [1, 6, -3, 2, 1, -4]
    assert np.isnan(uv[2:4]).all()


def test_scales_that_differ_have_a_bar_each(window: MainWindow, qtbot: Any, tmp_path: Path) -> None:
    """One channel here: the bar tells the sensitivity that was chosen."""
    viewport = window.traces.viewport_now
    assert viewport is not None
    window.traces.set_viewport(replace(viewport, uv_per_div=(20.0,)))
    qtbot.waitUntil(lambda: window.traces.is_painted, timeout=LIMIT_MS)
    path = tmp_path / "traces.svg"
    pictures(window).save(path)
    assert "20 µV" in texts(path)
