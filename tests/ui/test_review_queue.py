"""The queue by keys alone: three hundred items, orders, filters, what a threshold hides."""

from __future__ import annotations

import time
from collections.abc import Callable
from pathlib import Path

import msgspec
import pytest
from PySide6.QtCore import Qt
from PySide6.QtTest import QTest
from PySide6.QtWidgets import QApplication
from pytestqt.qtbot import QtBot

from emgview.model import (
    DetectionRun,
    Evidence,
    ImportHints,
    Label,
    LabelState,
    Potential,
    Proposal,
    SampleInterval,
)
from emgview.session.importing import study_for
from emgview.session.queue import helps
from emgview.session.review_settings import QueueSettings, load_review_settings
from emgview.session.study_folder import StudyFolder
from emgview.session.study_session import StudySession
from emgview.ui.items_model import QUEUE
from emgview.ui.main_window import MainWindow
from emgview.ui.report_flow import hidden_words

N_ITEMS = 300
LIMIT_MS = 60_000
CLASSES = ("fib", "psw", "fp_simple", "artefact")
KEYS = (
    (Qt.Key.Key_C, LabelState.CONFIRMED),
    (Qt.Key.Key_X, LabelState.REJECTED),
    (Qt.Key.Key_V, LabelState.CANNOT_TELL),
    (Qt.Key.Key_6, LabelState.EDITED),
)


def _proposal(recording_id: str, n: int) -> Proposal:
    start = 200 + 150 * n
    stop = SampleInterval(start, start + 100)
    return Proposal(
        f"p{n:03d}", recording_id, 0, stop, (Potential(stop, start + 40, 0.5),),
        CLASSES[n % len(CLASSES)], (n * 37 % 100) / 100, Evidence(), "test", "1", "ab",
    )  # fmt: skip


@pytest.fixture
def root(rest_recording: Path, tmp_path: Path) -> Path:
    """A study with three hundred proposals."""
    copied = tmp_path / "many.h5"
    copied.write_bytes(rest_recording.read_bytes())
    folder = study_for(copied, ImportHints())
    with StudySession(folder, "Detector") as session:
        (recording,) = session.recordings
        proposals = tuple(_proposal(recording.entry.id, n) for n in range(N_ITEMS))
        run = DetectionRun(
            "run", recording.entry.id, "test", "1", "{}", "ab", (recording.info.whole,), (0,), (),
            proposals,
        )  # fmt: skip
        session.add_run(run)
    return folder.root


@pytest.fixture
def window(open_window: Callable[[Path], MainWindow], root: Path) -> MainWindow:
    return open_window(root)


def _labels(window: MainWindow) -> tuple[Label, ...]:
    assert window.view is not None
    return window.view.items[window.recording_id]


def test_three_hundred_items_are_decided_by_keys_without_a_dialog(
    qtbot: QtBot, window: MainWindow, root: Path
) -> None:
    """Save and next: one key an item, what was meant is on disk; ten minutes are far away."""
    wanted: dict[str, LabelState] = {}
    QTest.keyClick(window, Qt.Key.Key_D)
    started = time.monotonic()
    for n in range(N_ITEMS):
        item = window.items.selection()[0]
        assert item not in wanted, "an item came twice"
        key, state = KEYS[n % len(KEYS)]
        QTest.keyClick(window, key)
        wanted[item] = state
        assert QApplication.activeModalWidget() is None
    qtbot.waitUntil(
        lambda: all(label.state is not LabelState.PROPOSED for label in _labels(window)),
        timeout=LIMIT_MS,
    )
    assert time.monotonic() - started < 600
    window.close()
    with StudySession(StudyFolder(root), "Check") as session:
        assert {item.id: item.state for item in session.items()} == wanted
        assert session.store.verify_chain().ok


def test_what_helps_most_comes_first_and_stays_in_place(qtbot: QtBot, window: MainWindow) -> None:
    order = window.items.filters.order
    order.setCurrentIndex(order.findText("What helps most first"))
    model = window.items.model
    assert model.shown.column == QUEUE
    queue = [model.label(n) for n in range(model.rowCount())]
    worth = [
        helps(label.activity, model.rows.score(label), len(label.peak_samples)) for label in queue
    ]
    assert worth == sorted(worth, reverse=True)
    assert queue[0].activity != "artefact"
    for place in range(3):
        window.select_item(queue[place].id)
        with qtbot.waitSignal(window.controller.changed, timeout=LIMIT_MS):
            QTest.keyClick(window, Qt.Key.Key_C)
        assert window.items.selection() == (queue[place + 1].id,)
    assert [model.label(n).id for n in range(model.rowCount())] == [label.id for label in queue]


def test_filters_show_less_and_the_queue_follows_them(qtbot: QtBot, window: MainWindow) -> None:
    filters, model = window.items.filters, window.items.model
    filters.state.setCurrentIndex(filters.state.findText("Open"))
    filters.group.setCurrentIndex(filters.group.findData("psw"))
    assert model.rowCount() == N_ITEMS // 4
    table = window.items.table
    row = 40
    window.select_item(model.label(row).id)
    place, after = table.verticalScrollBar().value(), model.label(row + 1).id
    with qtbot.waitSignal(window.controller.changed, timeout=LIMIT_MS):
        QTest.keyClick(window, Qt.Key.Key_X)
    assert model.rowCount() == N_ITEMS // 4 - 1
    assert window.items.selection() == (after,)
    assert abs(table.verticalScrollBar().value() - place) <= 1


def test_a_threshold_hides_but_decides_nothing_and_is_named(
    qtbot: QtBot, window: MainWindow
) -> None:
    before = _labels(window)
    scores = [window.items.model.rows.score(label) or 0.0 for label in before]
    window.items.filters.score.setValue(40)
    n_low = sum(score < 0.40 for score in scores)
    assert window.items.model.rowCount() == N_ITEMS - n_low
    assert window.items.hidden_open() == n_low
    assert f"{N_ITEMS} open of {N_ITEMS}, {n_low} of them hidden" in window.items._count.text()
    assert _labels(window) == before
    (words,) = hidden_words(window)
    assert f"{n_low} open, hidden by the score under 0.40" in words
    low = next(label for label, score in zip(before, scores, strict=True) if score < 0.40)
    window.select_item(low.id)
    assert window.items.selection() == (low.id,), "what is asked for is shown"
    assert window.items.hidden_open() == 0


def test_a_decided_item_is_not_hidden_by_its_score(window: MainWindow, qtbot: QtBot) -> None:
    low = next(x for x in _labels(window) if (window.items.model.rows.score(x) or 0) < 0.2)
    window.select_item(low.id)
    with qtbot.waitSignal(window.controller.changed, timeout=LIMIT_MS):
        QTest.keyClick(window, Qt.Key.Key_C)
    window.items.filters.score.setValue(40)
    assert window.items.model.row_of(low.id) is not None


def test_weights_lead_the_order() -> None:
    p = load_review_settings().queue
    assert helps("fib", 0.3, 1) > helps("fib", 0.9, 1)
    assert helps("fib", 0.5, 1) > helps("artefact", 0.5, 1)
    assert helps("fib", 0.5, 400) > helps("fib", 0.5, 1)
    only_size = replace_weights(p)
    assert helps("artefact", 0.9, 400, only_size) > helps("fib", 0.1, 1, only_size)


def replace_weights(p: QueueSettings) -> QueueSettings:
    return msgspec.structs.replace(p, uncertainty=0.0, consequence=0.0, size=1.0)
