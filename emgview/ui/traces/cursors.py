"""Two cursors over the traces and a marked stretch: what is measured between them."""

from __future__ import annotations

from collections.abc import Callable

from PySide6.QtCore import QLineF, QRectF, Qt
from PySide6.QtGui import QPainter, QPen

from emgview.model import SampleInterval
from emgview.session.traces import TraceAnswer
from emgview.ui.traces.geometry import HEADER_PX
from emgview.ui.traces.painting import paint_pill
from emgview.ui.traces.scene import Scene
from emgview.ui.traces.tools import Place

_GRAB_PX = 8.0
_VEIL_ALPHA = 28


class Cursors:
    """A tool: two time cursors, A and B, that are dragged; what they measure stands in the panel.

    Parameters
    ----------
    moved : callable
        Told after each movement.
    pixels_per_sample : callable
        Of the present window.
    """

    def __init__(self, moved: Callable[[], None], pixels_per_sample: Callable[[], float]) -> None:
        self._moved, self._scale = moved, pixels_per_sample
        self._samples = [0, 0]
        self._held: int | None = None
        self.active = 1
        self.channel = 0

    @property
    def samples(self) -> tuple[int, int]:
        """A and B, in whichever order they lie."""
        return self._samples[0], self._samples[1]

    @property
    def interval(self) -> SampleInterval:
        """From the earlier to the later one."""
        return SampleInterval(min(self._samples), max(self._samples))

    def put(self, first: int, second: int) -> None:
        """Place both."""
        self._samples = [first, second]
        self._moved()

    def nudge(self, samples: int, limit: SampleInterval) -> None:
        """Move the one that was moved last."""
        moved = self._samples[self.active] + samples
        self._samples[self.active] = min(max(moved, limit.start), limit.stop - 1)
        self._moved()

    def press(self, place: Place) -> bool:
        """Take the cursor under the pointer; elsewhere the view does what it always does."""
        near = [abs(place.sample - s) * self._scale() for s in self._samples]
        if min(near) > _GRAB_PX:
            return False
        self._held = self.active = int(near[1] <= near[0])
        return True

    def move(self, place: Place) -> bool:
        """Drag the one that is held."""
        if self._held is None:
            return False
        self._samples[self._held] = place.sample
        if place.channel is not None:
            self.channel = place.channel
        self._moved()
        return True

    def release(self, place: Place) -> bool:
        """Let it go."""
        held, self._held = self._held, None
        del place
        return held is not None

    def paint(self, painter: QPainter, scene: Scene, answer: TraceAnswer | None) -> None:
        """Both lines with their letters, and the read-out where no trace is."""
        del answer
        g, v = scene.geometry, scene.viewport
        for number, sample in enumerate(self._samples):
            if not v.start <= sample <= v.start + v.span:
                continue
            x = g.x_of(sample, v)
            width = 2 if number == self.active else 1
            painter.setPen(QPen(scene.colour("selection"), width, Qt.PenStyle.DashLine))
            painter.drawLine(QLineF(x, HEADER_PX, x, g.plot_bottom))
            paint_pill(painter, scene, QRectF(x - 9, g.plot_bottom - 20, 18, 18), "AB"[number])


class MarkedStretch:
    """An overlay: the stretch that the measurements are of, until it is cleared."""

    def __init__(self) -> None:
        self.interval: SampleInterval | None = None
        self.channel = 0

    def paint(self, painter: QPainter, scene: Scene, answer: TraceAnswer | None) -> None:
        """A veil with edges over the lane."""
        del answer
        g, v = scene.geometry, scene.viewport
        shown = self.interval
        if shown is None or self.channel not in scene.channels or not shown.overlaps(v.interval):
            return
        lane = scene.channels.index(self.channel)
        a = max(g.x_of(shown.start, v), float(g.plot_left))
        b = min(g.x_of(shown.stop, v), float(g.width))
        box = QRectF(a, g.lane_top(lane), max(b - a, 1.0), g.lane_height)
        colour = scene.colour("selection")
        painter.setPen(QPen(colour, 1))
        painter.drawLine(box.topLeft(), box.bottomLeft())
        painter.drawLine(box.topRight(), box.bottomRight())
        colour.setAlpha(_VEIL_ALPHA)
        painter.fillRect(box, colour)


class WaveformMarks:
    """An overlay: onset, peak and offset of the potential that was measured."""

    def __init__(self) -> None:
        self.channel = 0
        self.interval: SampleInterval | None = None
        self.peak = 0

    def paint(self, painter: QPainter, scene: Scene, answer: TraceAnswer | None) -> None:
        """Short lines at the edges of the lane, so that the potential stays free."""
        del answer
        g, v = scene.geometry, scene.viewport
        if self.interval is None or self.channel not in scene.channels:
            return
        lane = scene.channels.index(self.channel)
        top, height = g.lane_top(lane), g.lane_height
        painter.setPen(QPen(scene.colour("selection"), 1.5))
        for sample, part in (
            (self.interval.start, 0.3),
            (self.peak, 0.12),
            (self.interval.stop, 0.3),
        ):
            if v.start <= sample <= v.start + v.span:
                x = g.x_of(sample, v)
                painter.drawLine(QLineF(x, top, x, top + part * height))
                painter.drawLine(QLineF(x, top + height - part * height, x, top + height))
