"""Small pictures of a train beside its raster: waveforms above each other, and the rhythm."""

from __future__ import annotations

import numpy as np
import pyqtgraph as pg
from numpy.typing import NDArray
from PySide6.QtCore import Qt, Signal
from PySide6.QtGui import QColor
from PySide6.QtWidgets import QVBoxLayout, QWidget

from emgview.session.train_view import TrainView
from emgview.ui.theme import Theme, load_theme

_MOST_LINES = 60
_TITLES = (
    "Superimposed, mean ± SD",
    "Template through time",
    "Interval over time",
    "Intervals",
    "Autocorrelogram",
)
_FAINT, _BAND = 70, 60

Samples = NDArray[np.float32]


class TrainPlots(QWidget):
    """Five plots in one row. GUI thread.

    Signals
    -------
    placeClicked(float seconds, bool more)
        A click into the plot of the intervals; ``more``: Ctrl was held.
    """

    placeClicked = Signal(float, bool)  # noqa: N815 - Qt's way to name signals

    def __init__(self, parent: QWidget | None = None) -> None:
        super().__init__(parent)
        self._theme = load_theme("scope")
        self._area = pg.GraphicsLayoutWidget()
        self.plots = [self._area.addPlot(0, n) for n in range(len(_TITLES))]
        for plot in self.plots:
            plot.setMenuEnabled(False)
            plot.setMouseEnabled(False, False)
            plot.hideButtons()
        for plot, below, beside in zip(
            self.plots, ("ms", "ms", "s", "s", "s"), ("µV", "µV", "s", "n", "n"), strict=True
        ):
            plot.setLabel("bottom", below)
            plot.setLabel("left", beside)
            for side in ("bottom", "left"):
                plot.getAxis(side).enableAutoSIPrefix(False)
        for plot in self.plots[:2]:
            plot.getViewBox().invertY(True)  # negative is up, as on the traces
        self._area.scene().sigMouseClicked.connect(self._clicked)
        box = QVBoxLayout(self)
        box.setContentsMargins(0, 0, 0, 0)
        box.addWidget(self._area)

    def set_theme(self, theme: Theme) -> None:
        """Other colours."""
        self._theme = theme
        self._area.setBackground(theme.trace["background"])
        for plot, title in zip(self.plots, _TITLES, strict=True):
            plot.setTitle(title, color=theme.window["text"], size="9pt")
            for side in ("bottom", "left"):
                axis = plot.getAxis(side)
                axis.setPen(theme.window["muted"])
                axis.setTextPen(theme.window["text"])

    def show_train(self, view: TrainView, chosen: set[int]) -> None:
        """Draw a train; the chosen members stand out."""
        for plot in self.plots:
            plot.clear()
        x = (np.arange(view.waveforms.shape[1]) - view.before) / view.fs * 1000
        self._superimpose(view, x, chosen)
        self._follow(view, x)
        self._intervals(view, chosen)
        for plot, (counts, edges) in zip(
            self.plots[3:], (view.histogram, view.correlogram), strict=True
        ):
            ink = QColor(self._theme.trace["trace"])
            plot.plot(edges, counts, stepMode="center", fillLevel=0, brush=ink, pen=ink)
            plot.setXRange(0.0, float(edges[-1]), padding=0.02)
            plot.setYRange(0.0, max(float(counts.max(initial=1)), 1.0), padding=0.05)

    def _superimpose(self, view: TrainView, x: NDArray[np.float64], chosen: set[int]) -> None:
        plot, theme = self.plots[0], self._theme
        faint = QColor(theme.trace["trace"])
        faint.setAlpha(_FAINT)
        evenly = np.unique(
            np.linspace(0, len(view.shown) - 1, min(len(view.shown), _MOST_LINES)).round()
        )
        for row in evenly.astype(int).tolist():
            plot.plot(x, view.waveforms[row], pen=pg.mkPen(faint, width=1))
        band = QColor(theme.trace["selection"])
        band.setAlpha(_BAND)
        low = pg.PlotDataItem(x, view.mean - view.spread, pen=pg.mkPen(None))
        high = pg.PlotDataItem(x, view.mean + view.spread, pen=pg.mkPen(None))
        plot.addItem(pg.FillBetweenItem(low, high, brush=band))
        for row in np.flatnonzero(np.isin(view.peaks[view.shown], list(chosen))).tolist():
            plot.plot(x, view.waveforms[row], pen=pg.mkPen(theme.trace["selection"], width=2))
        plot.plot(x, view.mean, pen=pg.mkPen(theme.trace["cut"], width=2))
        _fit(plot, x, view.waveforms)

    def _follow(self, view: TrainView, x: NDArray[np.float64]) -> None:
        """Means of successive parts, the first one palest."""
        plot, n = self.plots[1], len(view.blocks)
        for number, block in enumerate(view.blocks):
            ink = QColor(self._theme.trace["cut"])
            ink.setAlpha(70 + round(185 * (number + 1) / n))
            dashed = Qt.PenStyle.DashLine if number == 0 and n > 1 else Qt.PenStyle.SolidLine
            plot.plot(
                x, block, pen=pg.mkPen(ink, width=2 if number in (0, n - 1) else 1, style=dashed)
            )
        _fit(plot, x, view.blocks)

    def _intervals(self, view: TrainView, chosen: set[int]) -> None:
        plot, times = self.plots[2], view.times_s
        if len(times) < 2:
            return
        intervals = np.diff(times)
        is_chosen = np.isin(view.peaks[1:], list(chosen))
        for mask, ink, size in (
            (~is_chosen, self._theme.trace["trace"], 4),
            (is_chosen, self._theme.trace["selection"], 9),
        ):
            plot.plot(
                times[1:][mask],
                intervals[mask],
                pen=None,
                symbol="o" if size < 9 else "d",
                symbolSize=size,
                symbolBrush=ink,
                symbolPen=None,
            )
        plot.setXRange(float(times[0]), float(times[-1]), padding=0.03)
        plot.setYRange(
            0.0, min(float(intervals.max()), 5 * float(np.median(intervals))), padding=0.05
        )

    def _clicked(self, event: object) -> None:
        place, plot = event.scenePos(), self.plots[2]  # type: ignore[attr-defined]
        if plot.sceneBoundingRect().contains(place):
            more = event.modifiers() & Qt.KeyboardModifier.ControlModifier  # type: ignore[attr-defined]
            self.placeClicked.emit(plot.getViewBox().mapSceneToView(place).x(), bool(more))


def _fit(plot: pg.PlotItem, x: NDArray[np.float64], rows: Samples) -> None:
    known = np.where(np.isfinite(rows), rows, 0.0)
    low, high = float(known.min(initial=-1.0)), float(known.max(initial=1.0))
    plot.setXRange(float(x[0]), float(x[-1]), padding=0)
    plot.setYRange(low, high, padding=0.05)
