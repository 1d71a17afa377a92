"""Firing statistics of a unit: intervals, autocorrelogram, cross-correlogram with another one."""

from __future__ import annotations

from collections.abc import Sequence

import numpy as np
import pyqtgraph as pg
from PySide6.QtCore import Qt
from PySide6.QtWidgets import QComboBox, QGridLayout, QHBoxLayout, QLabel, QVBoxLayout, QWidget

from emgview.quantify.correlograms import Correlogram, autocorrelogram, cross_correlogram
from emgview.session.motor_units import ShownUnit
from emgview.session.unit_sample import QUANTITIES
from emgview.ui.quantify.plots import Inks, Plot

_BIN_MS = 5.0
_TOLD = ("rate_hz", "cv", "cv_detrended", "lv", "n")


class FiringPlots(QWidget):
    """Three plots and a line of numbers."""

    def __init__(self) -> None:
        super().__init__()
        self._intervals = Plot("Interval, ms", "Count", "Histogram of intervals")
        self._auto = Plot("Delay, ms", "Count", "Autocorrelogram")
        self._cross = Plot("Delay, ms", "Count", "Cross-correlogram")
        self._numbers = QLabel()
        self._numbers.setWordWrap(True)
        self._hint = QLabel("Line: expected by chance. Band: 99 % for each delay; dashes: for all.")
        self._other = QComboBox()
        self._other.setToolTip("Unit that the cross-correlogram is made with")
        self._other.setAccessibleName("Unit of the cross-correlogram")
        self._other.currentIndexChanged.connect(self._draw_cross)
        self._chosen: ShownUnit | None = None
        self._others: list[ShownUnit] = []
        self._place()

    def _place(self) -> None:
        line = QHBoxLayout()
        line.addWidget(QLabel("Followed by"))
        line.addWidget(self._other)
        line.addStretch(1)
        grid = QGridLayout()
        grid.setSpacing(2)
        for column, text in enumerate(("Intervals", "Autocorrelogram")):
            grid.addWidget(QLabel(text), 0, column)
        holder = QWidget()
        holder.setLayout(line)
        line.setContentsMargins(0, 0, 0, 0)
        grid.addWidget(holder, 0, 2)
        for column, plot in enumerate((self._intervals, self._auto, self._cross)):
            grid.addWidget(plot, 1, column)
            grid.setColumnStretch(column, 1)
        box = QVBoxLayout(self)
        box.setContentsMargins(4, 4, 4, 4)
        box.addWidget(self._numbers)
        box.addLayout(grid, 1)
        box.addWidget(self._hint)

    def set_inks(self, inks: Inks) -> None:
        """Other colours."""
        for plot in (self._intervals, self._auto, self._cross):
            plot.set_inks(inks)

    def show_unit(self, chosen: ShownUnit | None, units: Sequence[ShownUnit]) -> None:
        """Statistics of a unit; others are those that were watched at the same time."""
        self._chosen = chosen
        for plot in (self._intervals, self._auto, self._cross):
            plot.clear()
        self._others = [one for one in units if chosen is not None and _with(one, chosen)]
        self._fill_others()
        if chosen is None:
            self._numbers.setText("")
            return
        told = [q for q in QUANTITIES if q.id in _TOLD]
        self._numbers.setText(
            "   ".join(f"{q.name} {q.text(q.of(chosen))} {q.unit}".rstrip() for q in told)
        )
        times = np.array(chosen.times_s)
        self._draw_intervals(np.diff(times) * 1000)
        seconds = _seconds(chosen)
        _draw(self._auto, autocorrelogram(times, seconds, 0.005, 0.3))
        self._draw_cross()

    def _fill_others(self) -> None:
        before = self._other.currentText()
        self._other.blockSignals(True)
        self._other.clear()
        self._other.addItems([f"unit {one.name}" for one in self._others])
        self._other.setCurrentIndex(max(self._other.findText(before), 0) if self._others else -1)
        self._other.blockSignals(False)

    def _draw_intervals(self, intervals: np.ndarray) -> None:
        inks = self._intervals.inks
        if not len(intervals) or inks is None:
            return
        last = float(np.quantile(intervals, 0.97)) * 1.3
        edges = np.arange(0, last + _BIN_MS, _BIN_MS)
        counts, _ = np.histogram(intervals, edges)
        self._intervals.addItem(_bars(edges[:-1] + _BIN_MS / 2, counts, _BIN_MS, inks))
        beyond = int((intervals >= edges[-1]).sum())
        text = f"{beyond} longer" if beyond else ""
        self._intervals.setTitle(text or None, color=inks.text.name(), size="8pt")
        self._intervals.setYRange(0, max(int(counts.max()), 1), padding=0.08)

    def _draw_cross(self) -> None:
        self._cross.clear()
        place, chosen = self._other.currentIndex(), self._chosen
        if chosen is None or not 0 <= place < len(self._others):
            return
        first, second = np.array(chosen.times_s), np.array(self._others[place].times_s)
        _draw(self._cross, cross_correlogram(first, second, _seconds(chosen), 0.005, 0.15))


def _with(one: ShownUnit, chosen: ShownUnit) -> bool:
    """Whether both were watched at one time, on any channel."""
    a, b = one.stretch.key, chosen.stretch.key
    return one.identity != chosen.identity and (a.recording_id, a.start, a.stop) == (
        b.recording_id,
        b.start,
        b.stop,
    )


def _seconds(one: ShownUnit) -> float:
    return len(one.stretch.key.interval) / one.stretch.fs


def _bars(x: np.ndarray, height: np.ndarray, width: float, inks: Inks) -> pg.BarGraphItem:
    return pg.BarGraphItem(x=x, height=height, width=0.9 * width, brush=inks.trace, pen=None)


def _draw(plot: Plot, found: Correlogram) -> None:
    inks = plot.inks
    if inks is None:
        return
    ms = found.centres_s * 1000
    width = float(ms[1] - ms[0])
    low, high = pg.PlotDataItem(ms, found.low), pg.PlotDataItem(ms, found.high)
    band = pg.FillBetweenItem(low, high, brush=inks.veil(inks.marker, 90))
    band.setZValue(-10)
    plot.addItem(_bars(ms, found.counts, width, inks))
    plot.addItem(band)
    plot.addItem(pg.PlotDataItem(ms, found.expected, pen=pg.mkPen(inks.marker, width=1.5)))
    dashed = pg.mkPen(inks.warn, width=1.5, style=Qt.PenStyle.DashLine)
    plot.addItem(pg.PlotDataItem(ms, found.high_all, pen=dashed))
    top = max(float(found.counts.max()), float(found.high_all.max()))
    plot.setYRange(0, top, padding=0.05)
