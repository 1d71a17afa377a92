"""Times the review in the real window: opening, decisions, bulk decisions, undo.

A decision counts from the key event until it is on the disk, the window holds the new state, and
table and traces are repainted. The study lies in the temporary folder of the platform.
"""

from __future__ import annotations

import tempfile
from collections.abc import Callable
from pathlib import Path
from time import perf_counter
from typing import Any

from PySide6.QtCore import QEventLoop, QItemSelection, QItemSelectionModel, Qt, QTimer
from PySide6.QtTest import QTest
from PySide6.QtWidgets import QApplication

from emgview.errors import EmgviewError
from emgview.model import LabelState, Progress
from emgview.session.bench_review import bench_study
from emgview.session.process_memory import peak_rss_mb
from emgview.session.warm_up import warm_up
from emgview.ui.bench import Case, case_of, empty_window
from emgview.ui.main_window import MainWindow

_LIMIT_MS = 60_000
_PANELS = ("Recordings", "Proposals and labels", "Evidence", "Findings")
_CONFIRM, _REJECT = Qt.Key.Key_C, Qt.Key.Key_X
_CTRL = Qt.KeyboardModifier.ControlModifier


def bench_review(
    trains: int, potentials: int, rounds: int = 20, progress: Progress | None = None
) -> dict[str, Any]:
    """Cases ``open``, ``decide``, ``bulk`` and ``undo`` over so many trains.

    ``bulk`` confirms a quarter of the trains by one decision; ``undo`` takes one decision back.
    """
    with tempfile.TemporaryDirectory() as place:
        folder = bench_study(Path(place), trains, potentials, progress)
        warm_up()
        opened: list[float] = []
        for _ in range(max(rounds // 4, 1)):
            with empty_window() as window:
                opened.append(_open(window, folder.root))
        with empty_window() as window:
            _open(window, folder.root)
            cases = [case_of("open", opened), *_decisions(window, rounds)]
    return {
        "cases": cases,
        "trains": trains,
        "potentials": potentials,
        "peak_rss_mb": peak_rss_mb(),
    }


def _open(window: MainWindow, path: Path) -> float:
    for title in _PANELS:
        window.panels.show(title, on=True)
    QApplication.processEvents()
    begin = perf_counter()
    window.files.open_path(path)
    _until(lambda: window.traces.is_painted and window.view is not None)
    _repaint(window)
    return 1000 * (perf_counter() - begin)


def _decisions(window: MainWindow, rounds: int) -> list[Case]:
    n = len(window.items.model.rows)
    step = max(n // (2 * rounds), 1)
    decide = [_decide(window, _one(window, k * step % n), _CONFIRM) for k in range(rounds)]
    undo = [_undo(window) for _ in range(rounds)]
    bulk = []
    for k in range(max(rounds // 4, 1)):
        chosen = _many(window, n // 4)
        bulk.append(_decide(window, chosen, (_CONFIRM, _REJECT)[k % 2]))
        bulk_undo = _undo(window)
        undo.append(bulk_undo)
    return [case_of("decide", decide), case_of("bulk", bulk), case_of("undo", undo)]


def _one(window: MainWindow, row: int) -> tuple[str, ...]:
    item = window.items.model.label(row).id
    window.select_item(item)
    _until(lambda: window.traces.is_painted)
    return (item,)


def _many(window: MainWindow, n: int) -> tuple[str, ...]:
    model, chosen = window.items.model, window.items.table.selectionModel()
    rows = QItemSelection(model.index(0, 0), model.index(max(n, 1) - 1, 0))
    flags = QItemSelectionModel.SelectionFlag
    chosen.select(rows, flags.ClearAndSelect | flags.Rows)
    _until(lambda: window.traces.is_painted)
    return window.items.selection()


def _decide(window: MainWindow, items: tuple[str, ...], key: Qt.Key) -> float:
    """Milliseconds from the key until all of them are shown as decided."""
    wanted = LabelState.CONFIRMED if key == _CONFIRM else LabelState.REJECTED
    begin = perf_counter()
    QTest.keyClick(window, key)
    _until(lambda: _state(window, items[-1]) is wanted)
    _repaint(window)
    return 1000 * (perf_counter() - begin)


def _undo(window: MainWindow) -> float:
    view = window.view
    begin = perf_counter()
    QTest.keyClick(window, Qt.Key.Key_Z, _CTRL)
    _until(lambda: window.view is not view)
    _repaint(window)
    return 1000 * (perf_counter() - begin)


def _state(window: MainWindow, item: str) -> LabelState | None:
    label = window.label(item)
    return label.state if label is not None else None


def _repaint(window: MainWindow) -> None:
    window.items.table.viewport().repaint()
    _until(lambda: window.traces.is_painted)


def _until(done: Callable[[], bool]) -> None:
    """Run the event loop until it is so; EmgviewError after a minute."""
    expired: list[bool] = []
    limit = QTimer(singleShot=True, interval=_LIMIT_MS)
    limit.timeout.connect(lambda: expired.append(True))
    limit.start()
    while not done():
        QApplication.processEvents(QEventLoop.ProcessEventsFlag.WaitForMoreEvents)
        if expired:
            raise EmgviewError("The window did not follow in time", "Try with fewer trains.")
    limit.stop()
