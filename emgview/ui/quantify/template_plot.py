"""The averaged potential over its single discharges, with markers that mouse and keys move."""

from __future__ import annotations

import numpy as np
import pyqtgraph as pg
from numpy.typing import NDArray
from PySide6.QtCore import Qt, Signal

from emgview.quantify.markers import Markers
from emgview.session.motor_units import ShownUnit
from emgview.ui.quantify.plots import Inks, Plot

_MOST_SINGLES = 60
_MARGIN_MS = 8.0
_ONSET, _OFFSET = "Begin", "End"


class TemplatePlot(Plot):
    """One unit.

    Signals
    -------
    markersMoved(int onset_us, int offset_us)
        The reader let a marker go.
    """

    markersMoved = Signal(int, int)  # noqa: N815 - a signal of Qt

    def __init__(self) -> None:
        super().__init__("ms", "µV, negative up", "Potential of the unit")
        self.getViewBox().invertY(True)
        self._singles = pg.PlotDataItem(connect="finite")
        self._mean = pg.PlotDataItem()
        self._bands = [pg.LinearRegionItem(movable=False) for _ in range(2)]
        self._satellites: list[pg.LinearRegionItem] = []
        self._lines = [
            pg.InfiniteLine(movable=True, label=text, labelOpts={"position": 0.06 + 0.07 * k})
            for k, text in enumerate((_ONSET, _OFFSET))
        ]
        self._base = pg.InfiniteLine(angle=0)
        for item in (*self._bands, self._base, self._singles, self._mean, *self._lines):
            self.addItem(item)
        for line in self._lines:
            line.sigDragged.connect(self._dragged)
            line.sigPositionChangeFinished.connect(self._let_go)
        self._chosen = 1
        self._shown: ShownUnit | None = None
        self._silent = False
        self.clear_unit()

    @property
    def marker_lines(self) -> tuple[pg.InfiniteLine, pg.InfiniteLine]:
        """Begin and end."""
        return self._lines[0], self._lines[1]

    def set_inks(self, inks: Inks) -> None:
        """Other colours."""
        super().set_inks(inks)
        self._singles.setPen(pg.mkPen(inks.faint, width=1))
        self._mean.setPen(pg.mkPen(inks.trace, width=2.2))
        self._base.setPen(pg.mkPen(inks.axis, style=Qt.PenStyle.DotLine))
        for band in self._bands:
            band.setBrush(inks.veil(inks.marker, 60))
            for edge in band.lines:
                edge.setPen(pg.mkPen(None))
        self._paint_markers()

    def choose(self, marker: int) -> None:
        """Which marker the keys move: 0 begin, 1 end."""
        self._chosen = marker
        self._paint_markers()

    def clear_unit(self) -> None:
        """No unit."""
        self._shown = None
        for item in (self._singles, self._mean):
            item.setData([], [])
        for item in (*self._lines, *self._bands, self._base):
            item.hide()
        self._drop_satellites()

    def show_unit(self, shown: ShownUnit) -> None:
        """Draw a unit."""
        again = self._shown is not None and self._shown.identity == shown.identity
        self._shown = shown
        average = shown.unit.waves.average
        ms = (np.arange(len(average.samples)) - average.anchor) * 1000 / average.fs
        singles = _some(shown.unit.waves.singles)
        gap = np.full((len(singles), 1), np.nan)
        self._singles.setData(
            np.tile(np.append(ms, ms[-1]), len(singles)), np.hstack((singles, gap)).ravel()
        )
        self._mean.setData(ms, average.samples)
        self._show_markers(shown)
        if not again:
            self._fit(shown, singles)

    def _fit(self, shown: ShownUnit, singles: np.ndarray) -> None:
        """The potential and its surroundings fill the plot; a stray discharge may leave it."""
        markers, average = shown.unit.markers, shown.unit.waves.average
        last = max((stop for _, stop in markers.satellites_ms), default=markers.offset_ms)
        self.setXRange(markers.onset_ms - _MARGIN_MS, last + _MARGIN_MS, padding=0)
        low, high = np.quantile(singles, (0.001, 0.999))
        low = min(float(low), float(average.samples.min()))
        high = max(float(high), float(average.samples.max()))
        self.setYRange(low, high, padding=0.12)

    def _show_markers(self, shown: ShownUnit) -> None:
        markers = shown.unit.markers
        for item in (*self._lines, self._base):
            item.show()  # before its value: a hidden label does not take one
        self._base.setValue(markers.baseline_uv)
        self._silent = True
        for line, at in zip(self._lines, (markers.onset_ms, markers.offset_ms), strict=True):
            line.setValue(at)
        self._silent = False
        self._paint_markers()
        self._show_bands(markers)
        self._drop_satellites()
        for start, stop in markers.satellites_ms:
            region = pg.LinearRegionItem((start, stop), movable=False)
            if self.inks is not None:
                region.setBrush(self.inks.veil(self.inks.warn, 45))
            self._satellites.append(region)
            self.addItem(region)

    def _show_bands(self, markers: Markers) -> None:
        """How far each marker may be wrong; none where a person placed them."""
        error = markers.uncertainty_ms
        for band, at in zip(self._bands, (markers.onset_ms, markers.offset_ms), strict=True):
            band.setVisible(error is not None)
            if error is not None:
                band.setRegion((at - error, at + error))

    def _drop_satellites(self) -> None:
        for region in self._satellites:
            self.removeItem(region)
        self._satellites.clear()

    def _paint_markers(self) -> None:
        inks = self.inks
        if inks is None:
            return
        for k, line in enumerate(self._lines):
            width = 3 if k == self._chosen else 1.4
            line.setPen(pg.mkPen(inks.marker, width=width))
            line.setHoverPen(pg.mkPen(inks.marker, width=4))
            line.label.setColor(inks.text)
            line.label.fill = pg.mkBrush(inks.ground)
            name = (_ONSET, _OFFSET)[k]
            line.label.setFormat(f"▸ {name} {{value:.1f}}" if k == self._chosen else
                                 f"{name} {{value:.1f}}")  # fmt: skip

    def _dragged(self, line: pg.InfiniteLine) -> None:
        """While it is dragged the marker is the chosen one, and has no error that is known."""
        self.choose(self._lines.index(line))
        for band in self._bands:
            band.hide()

    def _let_go(self, _line: pg.InfiniteLine) -> None:
        if self._shown is not None and not self._silent:
            onset, offset = sorted(float(line.value()) for line in self._lines)
            self.markersMoved.emit(round(1000 * onset), round(1000 * offset))


def _some(singles: NDArray[np.float64]) -> NDArray[np.float64]:
    """Discharges evenly over the train, not more than can be told apart."""
    if len(singles) <= _MOST_SINGLES:
        return singles
    rows = np.linspace(0, len(singles) - 1, _MOST_SINGLES).round().astype(np.intp)
    return np.asarray(singles[rows])
