"""When the units of a stretch fire: a raster of all, and the rate of the chosen one over time."""

from __future__ import annotations

from collections.abc import Sequence

import numpy as np
import pyqtgraph as pg
from PySide6.QtWidgets import QVBoxLayout, QWidget

from emgview.quantify.firing import PAUSE, instantaneous_rate
from emgview.session.motor_units import ShownUnit
from emgview.ui.quantify.plots import Inks, Plot


class DischargePlots(QWidget):
    """Raster above, rate below, on one time axis."""

    def __init__(self) -> None:
        super().__init__()
        self._raster = Plot("", "Unit", "Raster of discharges")
        self._rate = Plot("Seconds of the recording", "Rate, Hz", "Rate of the unit over time")
        self._rate.setXLink(self._raster)
        box = QVBoxLayout(self)
        box.setContentsMargins(0, 0, 0, 0)
        box.setSpacing(0)
        box.addWidget(self._raster, 3)
        box.addWidget(self._rate, 2)

    def set_inks(self, inks: Inks) -> None:
        """Other colours."""
        self._raster.set_inks(inks)
        self._rate.set_inks(inks)

    def show_units(self, units: Sequence[ShownUnit], chosen: ShownUnit | None) -> None:
        """Draw the units of the chosen one's stretch."""
        self._raster.clear()
        self._rate.clear()
        if chosen is None or self._raster.inks is None:
            return
        same = [one for one in units if one.stretch.key == chosen.stretch.key]
        ticks = []
        for row, one in enumerate(reversed(same)):
            ticks.append((row, one.name))
            self._draw_row(row, one, chosen=one.identity == chosen.identity)
        self._raster.getAxis("left").setTicks([ticks])
        key, fs = chosen.stretch.key, chosen.stretch.fs
        self._raster.setXRange(key.start / fs, key.stop / fs, padding=0.01)
        self._raster.setYRange(-0.6, len(same) - 0.4, padding=0)
        self._draw_rate(chosen)

    def _draw_row(self, row: int, one: ShownUnit, *, chosen: bool) -> None:
        inks = self._raster.inks
        if inks is None:
            return
        times = np.array(one.times_s)
        half = 0.42 if chosen else 0.28
        x = np.repeat(times, 2)
        y = np.tile([row - half, row + half], len(times))
        colour = inks.marker if chosen else inks.trace if one.accepted else inks.axis
        pen = pg.mkPen(colour, width=2 if chosen else 1)
        self._raster.addItem(pg.PlotDataItem(x, y, connect="pairs", pen=pen))

    def _draw_rate(self, chosen: ShownUnit) -> None:
        inks = self._rate.inks
        times = np.array(chosen.times_s)
        if len(times) < 2 or inks is None:
            return
        middle, rate = instantaneous_rate(times)
        usual = 1 / float(np.median(np.diff(times)))
        pause = rate < usual / PAUSE
        self._rate.addItem(_dots(middle[~pause], rate[~pause], inks, "o"))
        self._rate.addItem(_dots(middle[pause], rate[pause], inks, "t"))
        line = pg.InfiniteLine(usual, angle=0, label=f"{usual:.1f} Hz",
                               labelOpts={"position": 0.96, "color": inks.text})  # fmt: skip
        line.setPen(pg.mkPen(inks.axis))
        self._rate.addItem(line)
        self._rate.setYRange(0, float(np.quantile(rate, 0.98)) * 1.3, padding=0)


def _dots(x: np.ndarray, y: np.ndarray, inks: Inks, symbol: str) -> pg.ScatterPlotItem:
    colour = inks.trace if symbol == "o" else inks.warn
    return pg.ScatterPlotItem(x, y, size=6, symbol=symbol, pen=None, brush=pg.mkBrush(colour))
