"""Waits until a window shows what it was asked to, for pictures without a user."""

from __future__ import annotations

from typing import TYPE_CHECKING

from PySide6.QtCore import QDeadlineTimer, QEventLoop, QTimer
from PySide6.QtWidgets import QApplication

from emgview.errors import EmgviewError

if TYPE_CHECKING:
    from emgview.ui.main_window import MainWindow


def settle(window: MainWindow, limit_ms: int) -> None:
    """Run the event loop until the study is open, its traces are drawn and its findings are there.

    Raises
    ------
    EmgviewError
        If that takes longer than ``limit_ms``, or the study cannot be opened.
    """
    errors: list[EmgviewError] = []
    window.controller.failed.connect(errors.append)
    deadline = QDeadlineTimer(limit_ms)
    chosen = False
    while not errors:
        _spin(30)
        if window.view is not None and window.traces.is_drawn and not chosen:
            chosen = True
            _choose_first(window)
            _spin(300)
        elif chosen and window.traces.is_drawn and not window.findings.is_waiting:
            _spin(100)
            return
        if deadline.hasExpired():
            raise EmgviewError("The window did not draw in time", "Try again.")
    raise errors[0]


def _choose_first(window: MainWindow) -> None:
    """Select the proposal with the highest score, so that the picture shows one."""
    rows = [row for row in window.items.model.rows if row.score is not None]
    known = [row for row in rows if row.label.activity in ("fib", "psw")] or rows
    if known:
        best = max(known, key=lambda row: row.score or 0.0)
        window.select_item(best.label.id)


def _spin(ms: int) -> None:
    loop = QEventLoop()
    QTimer.singleShot(ms, loop.quit)
    loop.exec()
    QApplication.processEvents()
