"""Bookmarks on the trace: a flag at the foot of a dotted line."""

from __future__ import annotations

from PySide6.QtCore import QLineF, QPointF, QRectF, Qt
from PySide6.QtGui import QBrush, QPainter, QPen, QPolygonF

from emgview.session.bookmarks import Bookmarks
from emgview.session.traces import TraceAnswer
from emgview.ui.traces.geometry import HEADER_PX
from emgview.ui.traces.painting import paint_pill
from emgview.ui.traces.scene import Scene

_FLAG_PX = 10.0
_MOST_TEXTS = 20


class BookmarkFlags:
    """An overlay."""

    def __init__(self) -> None:
        self.marks = Bookmarks()

    def paint(self, painter: QPainter, scene: Scene, answer: TraceAnswer | None) -> None:
        """All that lie in the window; words where there are few."""
        del answer
        g, v = scene.geometry, scene.viewport
        shown = [mark for mark in self.marks.marks if v.interval.contains(mark.sample)]
        for mark in shown:
            x = g.x_of(mark.sample, v)
            painter.setPen(QPen(scene.colour("text"), 1, Qt.PenStyle.DotLine))
            painter.drawLine(QLineF(x, HEADER_PX, x, g.plot_bottom))
            painter.setPen(Qt.PenStyle.NoPen)
            painter.setBrush(QBrush(scene.colour("text")))
            top = float(HEADER_PX)
            ends = [QPointF(x, top), QPointF(x + _FLAG_PX, top + 5), QPointF(x, top + 10)]
            painter.drawPolygon(QPolygonF(ends))
            if mark.text and len(shown) <= _MOST_TEXTS:
                width = painter.fontMetrics().horizontalAdvance(mark.text) + 10.0
                left = min(x + _FLAG_PX + 2, g.width - width)
                paint_pill(painter, scene, QRectF(left, top - 3, width, 17), mark.text)
