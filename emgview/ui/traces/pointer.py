"""What the mouse says: a drag over one lane."""

from __future__ import annotations

from dataclasses import dataclass

from PySide6.QtCore import QPointF, QRectF
from PySide6.QtGui import QPainter, QPen

from emgview.model import SampleInterval
from emgview.session.traces import TraceAnswer
from emgview.ui.traces.geometry import Geometry
from emgview.ui.traces.measuring import measure
from emgview.ui.traces.painting import paint_pill
from emgview.ui.traces.scene import Scene
from emgview.ui.traces.viewport import Viewport

CLICK_PX = 4
_VEIL_ALPHA = 45


@dataclass(frozen=True, slots=True)
class Drag:
    """From where the button went down to where the pointer is."""

    first: QPointF
    last: QPointF

    @property
    def is_click(self) -> bool:
        """Whether the pointer hardly moved along the time axis."""
        return abs(self.last.x() - self.first.x()) <= CLICK_PX

    def stretch(self, geometry: Geometry, viewport: Viewport) -> SampleInterval | None:
        """Samples of the recording under the drag; None outside of it."""
        places = (self.first.x(), self.last.x())
        a, b = sorted(geometry.sample_at(x, viewport) for x in places)
        return SampleInterval(a, b).intersection(SampleInterval(0, viewport.n_samples))

    def channel(self, geometry: Geometry, viewport: Viewport) -> int | None:
        """Channel of the lane in which the drag began."""
        return channel_at(self.first.y(), geometry, viewport)


def channel_at(y: float, geometry: Geometry, viewport: Viewport) -> int | None:
    """Channel of the lane at a height, or None."""
    lane = geometry.lane_at(y)
    return None if lane is None else viewport.channels[lane]


def paint_drag(painter: QPainter, scene: Scene, drag: Drag, answer: TraceAnswer | None) -> None:
    """The stretch with its length, rate and peak-to-peak amplitude."""
    g, v = scene.geometry, scene.viewport
    lane, stretch = g.lane_at(drag.first.y()), drag.stretch(g, v)
    if drag.is_click or lane is None or stretch is None:
        return
    a, b = g.x_of(stretch.start, v), g.x_of(stretch.stop, v)
    box = QRectF(a, g.lane_top(lane), b - a, g.lane_height)
    colour = scene.colour("selection")
    painter.setPen(QPen(colour, 1))
    painter.drawRect(box)
    colour.setAlpha(_VEIL_ALPHA)
    painter.fillRect(box, colour)
    if answer is None or scene.channels[lane] not in answer.request.channels:
        return
    index = answer.request.channels.index(scene.channels[lane])
    text = measure(answer, index, stretch, v.fs).text()
    width = painter.fontMetrics().horizontalAdvance(text) + 14.0
    left = min(max((a + b - width) / 2, g.plot_left + 2.0), g.width - width - 2.0)
    top = min(max(drag.last.y() + 18, g.lane_top(lane) + 2), g.plot_bottom - 22.0)
    paint_pill(painter, scene, QRectF(left, top, width, 20), text)
