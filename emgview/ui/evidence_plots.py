"""Small pictures beside the numbers of an item: waveform, rhythm, spectrum."""

from __future__ import annotations

import numpy as np
import pyqtgraph as pg
from PySide6.QtCore import Qt
from PySide6.QtWidgets import QLabel, QVBoxLayout, QWidget

from emgview.session.evidence_view import EvidenceView
from emgview.ui.theme import Theme, load_theme

_PLOT_PX = 150
_MOST_HZ = 5000.0


class EvidencePlots(QWidget):
    """Three plots; hidden while there is nothing to draw. GUI thread."""

    def __init__(self, parent: QWidget | None = None) -> None:
        super().__init__(parent)
        self._theme = load_theme("scope")
        self._view: EvidenceView | None = None
        self._words = QLabel()
        self._words.setWordWrap(True)
        self._area = pg.GraphicsLayoutWidget()
        self._area.setFixedHeight(2 * _PLOT_PX)
        self.waveform = self._area.addPlot(0, 0, colspan=2)
        self.rhythm, self.spectrum = self._area.addPlot(1, 0), self._area.addPlot(1, 1)
        for plot, below, beside in (
            (self.waveform, "ms", "µV"),
            (self.rhythm, "s", "interval, s"),
            (self.spectrum, "Hz", "part"),
        ):
            plot.setMenuEnabled(False)
            plot.setMouseEnabled(False, False)
            plot.hideButtons()
            plot.setLabel("bottom", below)
            plot.setLabel("left", beside)
            for side in ("bottom", "left"):
                plot.getAxis(side).enableAutoSIPrefix(False)
        self.waveform.getViewBox().invertY(True)
        box = QVBoxLayout(self)
        box.setContentsMargins(4, 0, 4, 4)
        box.addWidget(self._area)
        box.addWidget(self._words)
        self.hide()

    @property
    def item(self) -> str:
        """Item that is drawn; empty for none."""
        return self._view.train.item if self._view is not None else ""

    def set_theme(self, theme: Theme) -> None:
        """Other colours."""
        self._theme = theme
        self._area.setBackground(theme.trace["background"])
        for plot in (self.waveform, self.rhythm, self.spectrum):
            for side in ("bottom", "left"):
                plot.getAxis(side).setPen(theme.window["muted"])
                plot.getAxis(side).setTextPen(theme.window["text"])
        self.show_view(self._view)

    def show_view(self, view: EvidenceView | None) -> None:
        """Draw an item; None: nothing."""
        self._view = view
        self.setVisible(view is not None)
        for plot in (self.waveform, self.rhythm, self.spectrum):
            plot.clear()
        if view is None:
            return
        self._draw_waveform(view)
        self._draw_rhythm(view)
        ink = self._theme.trace["trace"]
        inside = view.spectrum_hz <= _MOST_HZ
        self.spectrum.plot(view.spectrum_hz[inside], view.spectrum[inside], pen=pg.mkPen(ink))
        self.spectrum.setXRange(0, min(_MOST_HZ, float(view.spectrum_hz[-1])), padding=0.02)

    def _draw_waveform(self, view: EvidenceView) -> None:
        theme, train = self._theme, view.train
        x = (np.arange(len(train.mean)) - train.before) / train.fs * 1000
        middle = len(train.waveforms) // 2
        self.waveform.plot(x, train.waveforms[middle], pen=pg.mkPen(theme.trace["trace"], width=1))
        for example in view.examples:
            pen = pg.mkPen(theme.trace["selection"], width=1, style=Qt.PenStyle.DashLine)
            self.waveform.plot(x, example, pen=pen)
        self.waveform.plot(x, train.mean, pen=pg.mkPen(theme.trace["cut"], width=2))
        self.waveform.setXRange(float(x[0]), float(x[-1]), padding=0)
        k = len(view.examples)
        confirmed = (
            f"dashed: {k} you confirmed of this class" if k else "none confirmed of this class yet"
        )
        self._words.setText(
            f"Thin: potential {int(train.shown[middle]) + 1}; thick: template, the mean of "
            f"{len(train.shown)}; {confirmed}. Negative is up."
        )

    def _draw_rhythm(self, view: EvidenceView) -> None:
        times = view.train.times_s
        self.rhythm.setVisible(len(times) > 1)
        if len(times) < 2:
            return
        ink = self._theme.trace["trace"]
        self.rhythm.plot(
            times[1:], np.diff(times), pen=None, symbol="o", symbolSize=4, symbolBrush=ink,
            symbolPen=None,
        )  # fmt: skip
        self.rhythm.setYRange(0, 3 * float(np.median(np.diff(times))), padding=0)
