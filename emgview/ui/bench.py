"""Drives the real window and times what a reader waits for: steps, zooms, the first trace.

A step counts from the key event to the finished repaint of its own data. Each figure stands
beside a reference that is drawn in the same run, so that runs on different machines compare:
32 polylines of 3 840 points into a picture of 1920 × 1000 pixels, by Qt alone.

Steps are measured as they are some seconds after the start, with all loaded that the program loads
ahead; opening is measured without.
"""

from __future__ import annotations

import os
import subprocess
import sys
import tempfile
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from dataclasses import replace
from pathlib import Path
from time import perf_counter
from typing import Any

import numpy as np
from PySide6.QtCore import QEventLoop, QPointF, Qt, QTimer
from PySide6.QtGui import QColor, QImage, QPainter, QPen, QPolygonF
from PySide6.QtTest import QTest
from PySide6.QtWidgets import QAbstractItemView, QAbstractSlider, QApplication

from emgview import kernels
from emgview.errors import EmgviewError
from emgview.session.bench_data import add_bench_labels
from emgview.session.importing import refer_to
from emgview.session.process_memory import peak_rss_mb
from emgview.session.settings import Settings
from emgview.session.study_folder import StudyFolder
from emgview.session.warm_up import warm_up
from emgview.ui.commands.view import PANELS
from emgview.ui.main_window import MainWindow
from emgview.ui.traces.viewport import DIVISIONS, Viewport

VIEW_SIZE = (1920, 1000)
WINDOWS_S = (0.1, 1.0, 10.0, 60.0, 600.0)

_WARM_UP = 3
_LIMIT_MS = 60_000
_REFERENCE_LANES, _REFERENCE_POINTS = 32, 3840

Case = dict[str, Any]
Keys = tuple[Qt.Key, Qt.KeyboardModifier]

_NONE, _CTRL = Qt.KeyboardModifier.NoModifier, Qt.KeyboardModifier.ControlModifier
_PAGE_ON: Keys = (Qt.Key.Key_PageDown, _NONE)
_STEP_ON: Keys = (Qt.Key.Key_Right, _NONE)
_PAGE_DOWN = QAbstractSlider.SliderAction.SliderPageStepAdd
_WHOLE: Keys = (Qt.Key.Key_0, _CTRL)
_FASTER: Keys = (Qt.Key.Key_Plus, _CTRL)
_SLOWER: Keys = (Qt.Key.Key_Minus, _CTRL)


def bench_scroll(recording: Path, labels: int = 0, steps: int = 40) -> dict[str, Any]:
    """Pages at every window, single divisions and the zoom ladder.

    Parameters
    ----------
    recording : Path
        A native recording.
    labels : int
        Proposals over it; with any, the table is measured too.
    steps : int
        Counted steps of each case.

    Returns
    -------
    dict
        ``cases`` (median, 95th percentile and maximum in ms, each with the reference of the same
        run and the ratio to it), ``compiled`` (whether the compiled loops were there) and
        ``peak_rss_mb``.
    """
    warm_up()  # what a window has loaded some seconds after its start
    is_compiled = kernels.compiled() is not None
    with _open_window(recording, labels) as window:
        duration = _viewport(window).n_samples / _viewport(window).fs
        cases = [_page_case(window, s, steps) for s in WINDOWS_S if s < duration]
        cases.append(_whole_case(window, steps))
        cases.append(_zoom_case(window, steps))
        cases.append(case_of("scroll_1s", _pages(window, 1.0, steps, _STEP_ON)))
        if labels:
            cases.append(case_of("table_page", _table_pages(window, steps)))
            cases.append(case_of("table_scroll", _table_scrolls(window, steps)))
        return {"cases": cases, "compiled": is_compiled, "peak_rss_mb": peak_rss_mb()}


def bench_open(recording: Path, rounds: int = 5) -> dict[str, Any]:
    """From the wish to open a recording, as a new study, to its first painted trace.

    The memory is that of the first round, as a user has one window: Qt's connections keep what
    belongs to a closed one until the process ends.
    """
    times, peaks = [], []
    for _ in range(rounds):
        with empty_window() as window, tempfile.TemporaryDirectory() as place:
            linked = _beside(recording, Path(place))
            begin = perf_counter()
            window.files.open_path(linked)
            _until(lambda window=window: window.traces.is_painted)  # type: ignore[misc]
            times.append(1000 * (perf_counter() - begin))
            peaks.append(peak_rss_mb())
    case, start = case_of("open", times), case_of("start", _starts(rounds))
    return {
        "cases": [case, start],
        "first_trace_ms": case["median_ms"],
        "start_ms": start["median_ms"],
        "peak_rss_mb": peaks[0],
    }


def _starts(rounds: int) -> list[float]:
    """From the start of a new process to the painted window; the first one warms the disk."""
    command = [sys.executable, "-c", "from emgview.app import bench_start; bench_start()"]
    # As a user has it: the second start finds the compiled modules of the first.
    environment = {k: v for k, v in os.environ.items() if k != "PYTHONDONTWRITEBYTECODE"}
    times = []
    for _ in range(rounds + 1):
        begin = perf_counter()
        with subprocess.Popen(
            command, stdout=subprocess.PIPE, stderr=subprocess.DEVNULL, env=environment
        ) as child:
            line = child.stdout.readline() if child.stdout else b""
            times.append(1000 * (perf_counter() - begin))
        if line.strip() != b"painted":
            raise EmgviewError("The program did not start", "Run 'emgview open' to see why.")
    return times[1:]


# -- cases ---------------------------------------------------------------------------------------


def _page_case(window: MainWindow, seconds: float, steps: int) -> Case:
    return case_of(f"page_{seconds:g}s", _pages(window, seconds, steps, _PAGE_ON))


def _pages(window: MainWindow, seconds: float, steps: int, keys: Keys) -> list[float]:
    """Steps through the recording; at its end the view starts again, which is not counted."""
    _show(window, seconds)
    times: list[float] = []
    for n in range(steps + _WARM_UP):
        before = _viewport(window)
        if before.start + 2 * before.span > before.n_samples:
            _set(window, before.at(0))
        taken = _step(window, keys)
        if n >= _WARM_UP:
            times.append(taken)
    return times


def _whole_case(window: MainWindow, steps: int) -> Case:
    """The whole recording, come from a part of it."""
    times = []
    for _ in range(steps):
        whole = _viewport(window).whole()
        _set(window, replace(whole, ms_per_div=whole.ms_per_div / 2))
        times.append(_step(window, _WHOLE))
    return case_of("page_all", times)


def _zoom_case(window: MainWindow, steps: int) -> Case:
    """Along the ladder from the whole recording to the fastest sweep and back."""
    _set(window, _viewport(window).whole())
    times: list[float] = []
    keys = _FASTER
    while len(times) < steps:
        before = _viewport(window).ms_per_div
        times.append(_step(window, keys))
        if _viewport(window).ms_per_div in (before, 1.0) or _is_whole(window):
            keys = _SLOWER if keys == _FASTER else _FASTER
            if _viewport(window).ms_per_div == before:
                times.pop()
    return case_of("zoom", times)


def _table_pages(window: MainWindow, steps: int) -> list[float]:
    """Pages through the table; each selects an item, which the traces bring into view.

    The key itself pages the traces wherever the focus is, so the cursor of the table is moved.
    """
    window.panels.show("Proposals and labels", on=True)
    _show(window, 1.0)
    table = window.items.table
    table.setFocus()
    table.selectRow(0)
    _until(lambda: window.traces.is_painted)
    times = []
    for _ in range(steps):
        begin = perf_counter()
        page = QAbstractItemView.CursorAction.MovePageDown
        table.setCurrentIndex(table.moveCursor(page, _NONE))
        table.viewport().repaint()
        _until(lambda: window.traces.is_painted)
        times.append(1000 * (perf_counter() - begin))
    return times


def _table_scrolls(window: MainWindow, steps: int) -> list[float]:
    """Pages through the table alone, by its scroll bar; nothing is selected."""
    table = window.items.table
    bar, times = table.verticalScrollBar(), []
    for n in range(steps):
        bar.setValue(bar.maximum() * (n % 2))
        QApplication.processEvents()
        step = QAbstractSlider.SliderAction.SliderPageStepSub if n % 2 else _PAGE_DOWN
        begin = perf_counter()
        bar.triggerAction(step)
        table.viewport().repaint()
        times.append(1000 * (perf_counter() - begin))
    return times


def _is_whole(window: MainWindow) -> bool:
    viewport = _viewport(window)
    return viewport.ms_per_div == viewport.whole().ms_per_div


def case_of(name: str, times: list[float]) -> Case:
    """Figures of one case, with the reference drawn right after it."""
    middle, late, most = (float(x) for x in np.percentile(times, (50, 95, 100)))
    reference = reference_ms()
    return {
        "name": name,
        "n": len(times),
        "median_ms": round(middle, 2),
        "p95_ms": round(late, 2),
        "max_ms": round(most, 2),
        "reference_ms": round(reference, 2),
        "ratio": round(middle / reference, 3),
    }


def reference_ms(rounds: int = 5) -> float:
    """Median time of the reference picture."""
    x = np.linspace(0, VIEW_SIZE[0] - 1, _REFERENCE_POINTS)
    random = np.random.default_rng(3)
    lines = []
    for lane in range(_REFERENCE_LANES):
        y = 31 * lane + 15 + 8 * random.standard_normal(_REFERENCE_POINTS)
        lines.append(QPolygonF([QPointF(*point) for point in zip(x, y, strict=True)]))
    times = []
    for _ in range(rounds):
        begin = perf_counter()
        image = QImage(*VIEW_SIZE, QImage.Format.Format_ARGB32_Premultiplied)
        image.fill(0)
        painter = QPainter(image)
        painter.setPen(QPen(QColor("white"), 1))
        for line in lines:
            painter.drawPolyline(line)
        painter.end()
        times.append(1000 * (perf_counter() - begin))
    return float(np.median(times))


# -- the window ----------------------------------------------------------------------------------


@contextmanager
def empty_window() -> Iterator[MainWindow]:
    """A window whose traces have the measured size; nothing of it is remembered."""
    window = MainWindow(Settings(reader_name="bench"), remember=False)
    for title in PANELS:
        window.panels.show(title, on=False)
    window.show()
    window.resize(*VIEW_SIZE)
    QApplication.processEvents()
    width, height = VIEW_SIZE[0] - window.traces.width(), VIEW_SIZE[1] - window.traces.height()
    window.resize(window.width() + width, window.height() + height)
    window.activateWindow()
    QApplication.processEvents()
    try:
        yield window
    finally:
        window.close()
        window.deleteLater()
        QApplication.processEvents()


@contextmanager
def _open_window(recording: Path, labels: int = 0) -> Iterator[MainWindow]:
    with tempfile.TemporaryDirectory() as place, empty_window() as window:
        folder = StudyFolder(Path(place) / "bench.emg")
        refer_to(recording, folder)
        if labels:
            add_bench_labels(folder, labels)
        window.files.open_path(folder.root)
        _until(lambda: window.traces.is_painted)
        yield window


def _beside(recording: Path, place: Path) -> Path:
    """A second name for the recording in a fresh folder, so that a new study is made around it."""
    linked = place / recording.name
    try:
        linked.hardlink_to(recording)
    except OSError:
        linked.symlink_to(recording)
    return linked


def _viewport(window: MainWindow) -> Viewport:
    viewport = window.traces.viewport_now
    if viewport is None:
        raise EmgviewError("Nothing is shown to be measured", "Report this.")
    return viewport


def _show(window: MainWindow, seconds: float) -> None:
    _set(window, replace(_viewport(window), ms_per_div=1000 * seconds / DIVISIONS, start=0))


def _set(window: MainWindow, viewport: Viewport) -> None:
    window.traces.set_viewport(viewport)
    _until(lambda: window.traces.is_painted)


def _step(window: MainWindow, keys: Keys) -> float:
    """Milliseconds from the key event until its own data are painted."""
    begin = perf_counter()
    QTest.keyClick(window, *keys)
    _until(lambda: window.traces.is_painted)
    return 1000 * (perf_counter() - begin)


def _until(done: Callable[[], bool]) -> None:
    """Run the event loop; it sleeps between events, so that other threads get the processor."""
    expired: list[bool] = []
    limit = QTimer(singleShot=True, interval=_LIMIT_MS)
    limit.timeout.connect(lambda: expired.append(True))
    limit.start()
    while not done():
        QApplication.processEvents(QEventLoop.ProcessEventsFlag.WaitForMoreEvents)
        if expired:
            raise EmgviewError("The window did not draw in time", "Try a smaller recording.")
    limit.stop()
