"""Time of one picture as a ratio to a reference drawn in the same run. Kept, not judged."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import replace
from statistics import median
from time import perf_counter
from typing import Any

import numpy as np
import pyqtgraph as pg
import pytest
from PySide6.QtGui import QColor, QImage, QPainter, QPen
from pytestqt.qtbot import QtBot

from emgview.ui.sweeps.spans import counts, spans
from emgview.ui.traces import TraceView

ROUNDS = 5


def milliseconds(work: Callable[[], object]) -> float:
    work()
    times = []
    for _ in range(ROUNDS):
        begin = perf_counter()
        work()
        times.append(1000 * (perf_counter() - begin))
    return median(times)


LANES = [31 * n + 15 + 8 * np.random.default_rng(n).standard_normal(3840) for n in range(32)]


def reference() -> None:
    """32 polylines of 3 840 points, pen 1, no antialiasing, into 1920 × 1000 pixels."""
    image = QImage(1920, 1000, QImage.Format.Format_ARGB32_Premultiplied)
    image.fill(0)
    painter = QPainter(image)
    painter.setPen(QPen(QColor("white"), 1))
    x = np.linspace(0, 1919, 3840)
    for y in LANES:
        painter.drawPolyline(pg.functions.arrayToQPolygonF(x, y))
    painter.end()


def keep_ratio(benchmark: Any) -> None:
    """Beside the time, what does not depend on the machine."""
    if benchmark.stats is not None:  # None where benchmarks are switched off
        page = 1000 * benchmark.stats.stats.median
        benchmark.extra_info["ratio_to_reference"] = page / milliseconds(reference)


@pytest.mark.parametrize("gain", [1, 20], ids=["thin", "tall"])
@pytest.mark.parametrize("ms_per_div", [10.0, 100.0, 1000.0])
def test_a_page_of_32_channels(
    qtbot: QtBot,
    make_recording: Any,
    benchmark: Any,
    ms_per_div: float,
    gain: int,
) -> None:
    """From the answer to the finished picture; the answer itself is the session's."""
    view = TraceView()
    qtbot.addWidget(view)
    view.resize(1920, 1080)
    with qtbot.waitExposed(view, timeout=5000):
        view.show()
    data = make_recording(seconds=10, n_channels=32)
    data.samples *= gain
    data.serve(view)
    view.set_recording(data.info)
    viewport = view.viewport_now
    assert viewport is not None
    view.set_viewport(replace(viewport, start=0, ms_per_div=ms_per_div))
    answer = data.answer(data.asked[-1])

    def step() -> None:
        """One page; fails where nothing was painted (an unexposed window repaints nothing)."""
        view.show_answer(answer)
        assert not view._layers.has_traces
        view.viewport().repaint()
        assert view._layers.has_traces

    benchmark.pedantic(step, rounds=ROUNDS, warmup_rounds=1)
    keep_ratio(benchmark)
    assert view.is_drawn


@pytest.mark.parametrize("n_sweeps", [20, 1000])
def test_sweeps_over_each_other(benchmark: Any, n_sweeps: int) -> None:
    """The cost follows the columns of all sweeps, however steep they are."""
    values = np.random.default_rng(4).normal(0, 40, (n_sweeps, 1800)).astype(np.float32)
    zero = np.full(n_sweeps, 450.0)

    def draw() -> int:
        return int(counts(spans(values, values + 5, zero, 1.0), 900).max())

    assert benchmark.pedantic(draw, rounds=ROUNDS, warmup_rounds=1) >= 1
    keep_ratio(benchmark)
