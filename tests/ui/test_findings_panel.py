"""The findings table says beside its numbers what must be known of them."""

from __future__ import annotations

from pathlib import Path
from typing import Any

import numpy as np
import pytest
from PySide6.QtCore import Qt

from emgview.errors import EmgviewError
from emgview.findings import Entries
from emgview.findings.body import WIDTH
from emgview.model import Channel, Chunk, RecordingInfo, SampleInterval, Side
from emgview.recording import RecordingWriter
from emgview.session.intents import AddLabel, StateEntry
from emgview.ui.entries_dialog import EntriesDialog
from emgview.ui.main_window import MainWindow
from emgview.ui.override_dialog import OverrideDialog

LIMIT_MS = 60_000


@pytest.fixture
def window(open_window: Any, tmp_path: Path, qtbot: Any) -> MainWindow:
    """A recording without muscle and side: a caution."""
    samples = np.random.default_rng(2).normal(0, 5, (20_000, 1)).astype(np.float32)
    info = RecordingInfo("plain", 10_000.0, len(samples), (Channel("C"),))
    path = tmp_path / "plain.h5"
    with RecordingWriter.create(path, info, samples.dtype) as writer:
        writer.append(Chunk(samples, 0))
        writer.close()
    made = open_window(path)
    assert isinstance(made, MainWindow)
    qtbot.waitUntil(lambda: not made.findings.is_waiting, timeout=LIMIT_MS)
    return made


@pytest.fixture
def fibrillating(open_window: Any, tmp_path: Path, qtbot: Any) -> MainWindow:
    """Two labels of fibrillation potentials in the right tibialis anterior, and a run."""
    samples = np.random.default_rng(2).normal(0, 5, (60_000, 1)).astype(np.float32)
    info = RecordingInfo(
        "ta", 10_000.0, len(samples), (Channel("C"),), muscle="tib_ant", side=Side.RIGHT
    )
    path = tmp_path / "ta.h5"
    with RecordingWriter.create(path, info, samples.dtype) as writer:
        writer.append(Chunk(samples, 0))
        writer.close()
    made = open_window(path)
    assert isinstance(made, MainWindow)
    made.run("detect.this", False)
    for start in (10_000, 30_000):
        where = SampleInterval(start, start + 1000)
        made.controller.apply(AddLabel(made.recording_id, 0, where, "fib", (start + 500,)))

    def is_there() -> bool:
        rows = made.findings.grid.rows
        return bool(rows) and rows[0].rest_s > 0 and len(rows[0].cell("fib").item_ids) == 2

    qtbot.waitUntil(is_there, timeout=LIMIT_MS)
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


def test_cell_is_changed_by_dialog_and_taken_back(fibrillating: MainWindow, qtbot: Any) -> None:
    window = fibrillating
    panel = window.findings
    grid: Any = panel.grid
    column = next(
        c for c in range(grid.columnCount()) if grid.horizontalHeaderItem(c).text() == "Ampl"
    )
    grid.setCurrentCell(0, column)
    row, wanted = grid.current()
    assert row is not None
    assert wanted is not None
    dialog = OverrideDialog(row, wanted, window)
    qtbot.addWidget(dialog)
    dialog.choose("increased", "seen live")
    window.controller.apply(dialog.intent())
    qtbot.waitUntil(lambda: grid.item(0, column).text() == "✎ increased", timeout=LIMIT_MS)
    assert "found: not examined" in panel._cell.text(), "the original stays in sight"
    window.run("edit.undo", False)
    qtbot.waitUntil(lambda: grid.item(0, column).text() == "–", timeout=LIMIT_MS)


def test_clicks_go_through_the_potentials_behind_a_number(
    fibrillating: MainWindow, qtbot: Any
) -> None:
    window = fibrillating
    grid: Any = window.findings.grid
    column = next(
        c for c in range(grid.columnCount()) if grid.horizontalHeaderItem(c).text() == "Fib"
    )
    assert "/min" in grid.item(0, column).text()
    where = grid.visualItemRect(grid.item(0, column)).center()
    chosen = []
    for _ in range(3):
        qtbot.mouseClick(grid.viewport(), Qt.MouseButton.LeftButton, pos=where)
        qtbot.waitUntil(lambda: bool(window.items.selection()), timeout=LIMIT_MS)
        chosen.append(window.items.selection()[0])
        label = next(x for x in _labels(window) if x.id == chosen[-1])
        qtbot.waitUntil(lambda label=label: _is_seen(window, label), timeout=LIMIT_MS)
    assert chosen[0] != chosen[1], "the next one"
    assert chosen[0] == chosen[2], "and round again"


def _labels(window: MainWindow) -> Any:
    assert window.view is not None
    return window.view.items[window.recording_id]


def _is_seen(window: MainWindow, label: Any) -> bool:
    """Whether all potentials of a label lie in what the trace shows."""
    shown = window.traces._viewport
    if shown is None:
        return False
    return all(shown.interval.contains(peak) for peak in label.peak_samples)


def test_entries_come_out_of_the_dialog_as_intents(qtbot: Any) -> None:
    dialog = EntriesDialog(Entries({"weakness": "yes", "thyroid": "normal"}))
    qtbot.addWidget(dialog)
    dialog.put("weakness", "")
    dialog.put("exposure", "lithium penicillin")
    dialog.put("onset_weeks", "4")
    assert set(dialog.changed()) == {
        StateEntry("weakness", ""),
        StateEntry("exposure", "penicillin lithium"),
        StateEntry("onset_weeks", "4"),
    }
    dialog.put("onset_weeks", "long")
    with pytest.raises(EmgviewError):
        dialog.changed()


def test_four_views_show_the_same_examination(fibrillating: MainWindow, qtbot: Any) -> None:
    window = fibrillating
    window.run("findings.tab_3", False)
    qtbot.waitUntil(lambda: window.findings.rules.isVisible(), timeout=LIMIT_MS)
    rules: Any = window.findings.rules
    said = {rules.item(r, 0).text() for r in range(rules.rowCount())}
    assert {"M0", "M1", "X1", "C-GC"} <= said
    assert "Missing:" in rules.item(0, 0).toolTip()
    window.run("findings.tab_1", False)
    qtbot.waitUntil(lambda: window.findings.body.isVisible(), timeout=LIMIT_MS)
    body = window.findings.body
    qtbot.waitUntil(lambda: body._renderer is not None, timeout=LIMIT_MS)
    spot = body._spots[0]
    drawn = body._drawn()
    scale = drawn.width() / WIDTH
    found = body.spot_at(drawn.left() + spot.x * scale, drawn.top() + spot.y * scale)
    assert found == spot
    assert "Tibialis anterior, right" in spot.title
    assert window.findings.regions.rowCount() > 4
