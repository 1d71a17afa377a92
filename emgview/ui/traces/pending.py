"""Marks what of a window has no extremes yet, because the overview is being made."""

from __future__ import annotations

from PySide6.QtCore import QRectF, Qt
from PySide6.QtGui import QBrush, QPainter

from emgview.session.overviews import OverviewNotice, OverviewState
from emgview.session.traces import TraceAnswer
from emgview.ui.traces.geometry import HEADER_PX
from emgview.ui.traces.painting import paint_pill
from emgview.ui.traces.scene import Scene

_PILL_PX = 22.0


class PendingOverlay:
    """Hatches the unknown part of the window and says in words what it is."""

    def __init__(self) -> None:
        self.notice: OverviewNotice | None = None

    def paint(self, painter: QPainter, scene: Scene, answer: TraceAnswer | None) -> None:
        """Draw it where the answer has no data yet."""
        if answer is None or answer.known_until is None:
            return
        g, v = scene.geometry, scene.viewport
        stop = min(answer.request.interval.stop, v.n_samples)
        left = max(g.x_of(answer.known_until, v), float(g.plot_left))
        right = min(g.x_of(stop, v), float(g.width))
        if right <= left:
            return
        box = QRectF(left, HEADER_PX, right - left, g.plot_height)
        painter.fillRect(box, QBrush(scene.colour("graticule_axis"), Qt.BrushStyle.FDiagPattern))
        text = pending_text(self.notice)
        width = painter.fontMetrics().horizontalAdvance(text) + 20.0
        middle = min(max(box.center().x(), g.plot_left + width / 2), g.width - width / 2)
        pill = QRectF(middle - width / 2, box.center().y() - _PILL_PX / 2, width, _PILL_PX)
        paint_pill(painter, scene, pill, text)


def pending_text(notice: OverviewNotice | None) -> str:
    """What stands in the part of a window that is not known yet."""
    if notice is None:
        return "overview is being made"
    percent = f"{int(100 * notice.part)} %"
    if notice.state is OverviewState.STOPPED:
        return f"not drawn: overview was stopped at {percent}"
    if notice.state is OverviewState.FAILED:
        return f"not drawn: overview could not be made beyond {percent}"
    return f"overview is being made: {percent}"
