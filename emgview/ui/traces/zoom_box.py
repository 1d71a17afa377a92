"""A box that is dragged to be looked at closely."""

from __future__ import annotations

from collections.abc import Callable

from PySide6.QtCore import QPointF, QRectF, Qt
from PySide6.QtGui import QPainter, QPen

from emgview.model import SampleInterval
from emgview.session.traces import TraceAnswer
from emgview.ui.traces.scene import Scene
from emgview.ui.traces.tools import Place

_LEAST_PX = 6.0
_VEIL_ALPHA = 40


class ZoomBox:
    """A tool: the stretch under the box fills the window afterwards.

    Parameters
    ----------
    chosen : callable (SampleInterval)
    """

    def __init__(self, chosen: Callable[[SampleInterval], None]) -> None:
        self._chosen = chosen
        self._first: Place | None = None
        self._last = QPointF()

    def press(self, place: Place) -> bool:
        """A corner."""
        self._first, self._last = place, place.point
        return True

    def move(self, place: Place) -> bool:
        """The other corner."""
        if self._first is None:
            return False
        self._last = place.point
        return True

    def release(self, place: Place) -> bool:
        """Look closely; a click alone does nothing."""
        first, self._first = self._first, None
        if first is not None and abs(place.point.x() - first.point.x()) >= _LEAST_PX:
            a, b = sorted((first.sample, place.sample))
            self._chosen(SampleInterval(a, b))
        return True

    def paint(self, painter: QPainter, scene: Scene, answer: TraceAnswer | None) -> None:
        """The box."""
        del answer
        if self._first is None:
            return
        colour = scene.colour("selection")
        painter.setPen(QPen(colour, 1, Qt.PenStyle.DashLine))
        box = QRectF(self._first.point, self._last).normalized()
        painter.drawRect(box)
        colour.setAlpha(_VEIL_ALPHA)
        painter.fillRect(box, colour)
