"""Times the review in the real window: opening, every kind of decision, bulk ones, undo, redo.

A decision counts from the key event until it is on the disk, the window holds the new state, and
all that shows it is repainted: table, traces, overview, evidence, counts. Findings follow it,
greyed until they are there; their cases count until then. The study lies in the temporary folder
of the platform.
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
from emgview.model import Progress
from emgview.session.bench_review import bench_study
from emgview.session.process_memory import peak_rss_mb
from emgview.session.warm_up import warm_up
from emgview.ui.bench import case_of, empty_window
from emgview.ui.main_window import MainWindow

_LIMIT_MS = 60_000
_PANELS = ("Recordings", "Proposals and labels", "Evidence", "Findings")
_PASSES = 4
_CONFIRM, _REJECT, _OTHER_CLASS = Qt.Key.Key_C, Qt.Key.Key_X, Qt.Key.Key_7
_NONE, _SHIFT = Qt.KeyboardModifier.NoModifier, Qt.KeyboardModifier.ShiftModifier
_CTRL = Qt.KeyboardModifier.ControlModifier
_UNDO, _REDO = (Qt.Key.Key_Z, _CTRL), (Qt.Key.Key_Z, _CTRL | _SHIFT)


def bench_review(
    trains: int, potentials: int, rounds: int = 20, progress: Progress | None = None
) -> dict[str, Any]:
    """Cases over so many trains.

    ``open``; ``decide``, ``relabel``, ``undo`` and ``redo`` of one train; ``take_out`` of one
    potential; ``bulk`` and ``bulk_undo`` of a quarter of the trains by one decision; ``findings``
    and ``bulk_findings``, until the findings follow such a decision.
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
            measured = _Decisions(window, rounds).measure()
            cases = [case_of("open", opened), *(case_of(*case) for case in measured.items())]
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


class _Decisions:
    """Decides in an open window; times in milliseconds by the name of the case."""

    def __init__(self, window: MainWindow, rounds: int) -> None:
        self._window, self._rounds = window, rounds
        self._n = len(window.items.model.rows)
        self._times: dict[str, list[float]] = {}

    def measure(self) -> dict[str, list[float]]:
        """All cases."""
        step = max(self._n // (2 * self._rounds), 1)
        places = [k * step % self._n for k in range(self._rounds)]
        for place in places:
            self._select(place)
            self._press("decide", _CONFIRM, settled="findings")
        for name, keys, n in (("undo", _UNDO, 2), ("redo", _REDO, 1)):
            for _ in range(n * self._rounds // 2):
                self._press(name, *keys)
        for place in places:
            self._select(place)
            self._press("relabel", _OTHER_CLASS)
        for place in places:
            self._take_out(place)
        for k in range(max(self._rounds // 4, 1)):
            self._select_many(self._n // 4)
            self._press("bulk", (_CONFIRM, _REJECT)[k % 2], settled="bulk_findings")
            self._press("bulk_undo", *_UNDO)
        return self._times

    def _press(
        self, name: str, key: Qt.Key, modifier: Qt.KeyboardModifier = _NONE, *, settled: str = ""
    ) -> None:
        """One key, until what it did is shown; ``settled`` names the time of the findings."""
        window = self._window
        view = window.view
        begin = perf_counter()
        QTest.keyClick(window, key, modifier)
        _until(lambda: window.view is not view)
        _repaint(window)
        self._times.setdefault(name, []).append(1000 * (perf_counter() - begin))
        _until(lambda: not window.findings.is_waiting)
        if settled:
            self._times.setdefault(settled, []).append(1000 * (perf_counter() - begin))

    def _select(self, row: int) -> None:
        window = self._window
        window.select_item(window.items.model.label(row).id)
        _repaint(window)

    def _take_out(self, row: int) -> None:
        """The second potential of a train, when its members are shown."""
        window = self._window
        self._select(row)
        _until(lambda: window.train.view is not None)
        for _ in range(2):
            QTest.keyClick(window, Qt.Key.Key_D, _SHIFT)
        _repaint(window)
        self._press("take_out", Qt.Key.Key_X, _SHIFT)

    def _select_many(self, n: int) -> None:
        window = self._window
        model, chosen = window.items.model, window.items.table.selectionModel()
        rows = QItemSelection(model.index(0, 0), model.index(max(n, 1) - 1, 0))
        flags = QItemSelectionModel.SelectionFlag
        chosen.select(rows, flags.ClearAndSelect | flags.Rows)
        _repaint(window)


def _repaint(window: MainWindow) -> None:
    """All that is to be painted, painted: an update may wait behind two others."""
    for _ in range(_PASSES):
        QApplication.processEvents()
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
