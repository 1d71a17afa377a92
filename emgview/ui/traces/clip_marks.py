"""Where a channel was at its limit: red marks at the edge of its lane, and the word."""

from __future__ import annotations

import numpy as np
from PySide6.QtCore import QRectF
from PySide6.QtGui import QPainter

from emgview.session.traces import TraceAnswer
from emgview.ui.traces.painting import paint_pill
from emgview.ui.traces.scene import Scene

_MARK_PX = 5.0
_LEAST_PX = 3.0
_LEAST_LANE_PX = 44.0


class ClipMarks:
    """An overlay; what it shows comes with the answer."""

    def paint(self, painter: QPainter, scene: Scene, answer: TraceAnswer | None) -> None:
        """Marks at the lower edge of each lane; the word beside the first one."""
        if answer is None or answer.clipped is None or not answer.clipped.any():
            return
        g, v = scene.geometry, scene.viewport
        if answer.request.interval != v.interval:
            return
        asked = {channel: column for column, channel in enumerate(answer.request.channels)}
        for index, channel in enumerate(scene.channels):
            if channel not in asked:
                continue
            flags = answer.clipped[:, asked[channel]]
            edges = np.flatnonzero(np.diff(np.concatenate(([0], flags.astype(np.int8), [0]))))
            bottom = g.lane_top(index) + g.lane_height - _MARK_PX - 1
            scale = g.plot_width / len(flags)
            for start, stop in zip(edges[::2], edges[1::2], strict=True):
                width = max((stop - start) * scale, _LEAST_PX)
                box = QRectF(g.plot_left + start * scale, bottom, width, _MARK_PX)
                painter.fillRect(box, scene.colour("clip"))
            if len(edges) and g.lane_height >= _LEAST_LANE_PX:
                self._word(painter, scene, g.plot_left + edges[0] * scale, bottom)

    def _word(self, painter: QPainter, scene: Scene, x: float, bottom: float) -> None:
        text = "clipped"
        width = painter.fontMetrics().horizontalAdvance(text) + 10.0
        left = min(x, scene.geometry.width - width - 2)
        paint_pill(painter, scene, QRectF(left, bottom - 19, width, 18), text)
