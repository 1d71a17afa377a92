"""Where the sound is on the trace: a beam while it plays, a mark where it will begin."""

from __future__ import annotations

from PySide6.QtCore import QLineF, QPointF, Qt
from PySide6.QtGui import QBrush, QPainter, QPen, QPolygonF

from emgview.session.traces import TraceAnswer
from emgview.ui.traces.geometry import HEADER_PX
from emgview.ui.traces.scene import Scene

_FLAG_PX = 7.0


class SoundBeam:
    """An overlay; ``sample`` None hides it, ``playing`` makes the mark a beam."""

    def __init__(self) -> None:
        self.sample: float | None = None
        self.playing = False

    def paint(self, painter: QPainter, scene: Scene, answer: TraceAnswer | None) -> None:
        """A line over all lanes; with a flag on top where it only marks the start."""
        del answer
        g, v = scene.geometry, scene.viewport
        if self.sample is None or not v.start <= self.sample < v.start + v.span:
            return
        x = g.x_of(self.sample, v)
        style = Qt.PenStyle.SolidLine if self.playing else Qt.PenStyle.DotLine
        painter.setPen(QPen(scene.colour("selection"), 2 if self.playing else 1, style))
        painter.drawLine(QLineF(x, HEADER_PX, x, g.plot_bottom))
        painter.setRenderHint(QPainter.RenderHint.Antialiasing)
        painter.setBrush(QBrush(scene.colour("selection")))
        painter.setPen(Qt.PenStyle.NoPen)
        bottom = float(g.plot_bottom)
        corner = QPointF(x + _FLAG_PX, bottom - _FLAG_PX)
        ends = [QPointF(x, bottom - 2 * _FLAG_PX), corner, QPointF(x, bottom)]
        painter.drawPolygon(QPolygonF(ends))
