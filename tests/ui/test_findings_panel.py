"""The findings table says beside its numbers what must be known of them."""

from __future__ import annotations

from pathlib import Path
from typing import Any

import numpy as np
import pytest

from emgview.model import Channel, Chunk, RecordingInfo
from emgview.recording import RecordingWriter
from emgview.ui.main_window import MainWindow

LIMIT_MS = 60_000


@pytest.fixture
def window(open_window: Any, tmp_path: Path) -> MainWindow:
    """A recording without muscle and side: a caution."""
    samples = np.random.default_rng(2).normal(0, 5, (20_000, 1)).astype(np.float32)
    info = RecordingInfo("plain", 10_000.0, len(samples), (Channel("C"),))
    path = tmp_path / "plain.h5"
    with RecordingWriter.create(path, info, samples.dtype) as writer:
        writer.append(Chunk(samples, 0))
        writer.close()
    made = open_window(path)
    assert isinstance(made, MainWindow)
    return made


def test_cautions_are_read_without_a_mouse(window: MainWindow) -> None:
    panel = window.findings
    assert panel._cautions.isVisible()
    assert panel._cautions.text().startswith("⚠")
    item = panel.grid.item(0, 0)
    assert item is not None
    assert "⚠" in item.text(), "told in the row itself, not by colour"


def test_cautions_go_with_the_study(window: MainWindow, qtbot: Any) -> None:
    window.controller.close_study()
    qtbot.waitUntil(lambda: window.view is None, timeout=LIMIT_MS)
    assert not window.findings._cautions.isVisible()


def test_where_decisions_are_kept_is_told(window: MainWindow) -> None:
    assert "plain.emg" in window.statusBar().currentMessage() or any(
        "plain.emg" in text for text in _texts(window)
    )


def _texts(window: MainWindow) -> list[str]:
    from PySide6.QtWidgets import QLabel

    return [label.text() for label in window.statusBar().findChildren(QLabel)]
