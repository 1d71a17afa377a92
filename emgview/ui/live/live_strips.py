"""Below the live traces: the time axis, and the band of what the detector suggests."""

from __future__ import annotations

from PySide6.QtCore import QRect, QRectF, Qt
from PySide6.QtGui import QColor, QPainter

from emgview.model import SampleInterval
from emgview.session.live.suggesting import Suggested
from emgview.ui.live.kept_strip import KeptStrip
from emgview.ui.live.suggestion_band import BAND_PX, paint_band
from emgview.ui.traces.geometry import AXIS_PX
from emgview.ui.traces.scene import Scene
from emgview.ui.traces.viewport import DIVISIONS

_BAND_S = 0.1


class LiveStrips:
    """Both strips, painted anew when they change. GUI thread."""

    def __init__(self) -> None:
        self._axis, self._band = KeptStrip(), KeptStrip()
        self._suggested, self._n_suggested = Suggested(), 0

    def draw(
        self,
        painter: QPainter,
        scene: Scene,
        ratio: float,
        suggested: Suggested,
        shown: SampleInterval,
        *,
        frozen: bool,
    ) -> None:
        """Draw both; of the band what leaves the sweep goes a tenth of a second later.

        Parameters
        ----------
        ratio : float
            Device pixels for a logical one.
        shown : SampleInterval
            Absolute samples on the screen.
        """
        if suggested is not self._suggested:
            self._suggested, self._n_suggested = suggested, self._n_suggested + 1
        g, v = scene.geometry, scene.viewport
        look = scene.theme.name, v.span, v.fs, frozen
        axis = QRect(0, g.plot_bottom, g.width, AXIS_PX)
        self._axis.draw(painter, axis, ratio, look, lambda p: _paint_axis(p, scene, frozen))
        band = QRect(0, g.height, g.width, BAND_PX)
        when = shown.start if frozen else shown.start // max(round(v.fs * _BAND_S), 1)
        self._band.draw(
            painter,
            band,
            ratio,
            (look, self._n_suggested, when),
            lambda p: paint_band(p, scene, QRectF(band), suggested, shown, running=not frozen),
        )


def _paint_axis(painter: QPainter, scene: Scene, frozen: bool) -> None:
    """Time from the start of the sweep at each division."""
    g, v = scene.geometry, scene.viewport
    painter.fillRect(
        QRectF(0, g.plot_bottom, g.width, AXIS_PX), QColor(scene.theme.window["window"])
    )
    painter.setPen(QColor(scene.theme.window["muted"]))
    word = "frozen window" if frozen else "sweep"
    left = Qt.AlignmentFlag.AlignLeft | Qt.AlignmentFlag.AlignVCenter
    painter.drawText(QRectF(10, g.plot_bottom, g.plot_left - 14, AXIS_PX), left, word)
    step = v.span / v.fs / DIVISIONS
    for n in range(DIVISIONS + 1):
        x = g.plot_left + g.plot_width * n / DIVISIONS
        text = f"{n * step:.4g} s" if step >= 0.1 else f"{1000 * n * step:.4g} ms"
        width = painter.fontMetrics().horizontalAdvance(text)
        place = min(max(x - width / 2, g.plot_left + 3.0), g.width - width - 4.0)
        painter.drawText(QRectF(place, g.plot_bottom, width + 2, AXIS_PX), left, text)
