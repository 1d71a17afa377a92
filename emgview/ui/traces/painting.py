"""Painters of what lies behind and before the traces. Each draws one thing."""

from __future__ import annotations

from collections.abc import Sequence
from itertools import pairwise

from PySide6.QtCore import QLineF, QRectF, Qt
from PySide6.QtGui import QBrush, QColor, QPainter, QPen

from emgview.model import SampleInterval
from emgview.ui.theme import Theme
from emgview.ui.traces.geometry import HEADER_PX, Geometry
from emgview.ui.traces.scene import Scene
from emgview.ui.traces.viewport import DIVISIONS
from emgview.ui.traces.wording import gap_text, phase_text

_LEAST_ROW_PX = 14.0


def paint_graticule(painter: QPainter, scene: Scene) -> None:
    """Background and divisions: ten across; in each lane as many as its height has."""
    g = scene.geometry
    painter.fillRect(QRectF(0, 0, g.width, g.height), scene.colour("background"))
    fine, axis = QPen(scene.colour("graticule"), 1), QPen(scene.colour("graticule_axis"), 1)
    painter.setPen(fine)
    xs = [round(g.plot_left + g.plot_width * n / DIVISIONS) + 0.5 for n in range(DIVISIONS)]
    painter.drawLines([QLineF(x, HEADER_PX, x, g.plot_bottom) for x in xs])
    for lane in range(g.n_lanes):
        rows, middle = _rows(g, lane)
        painter.setPen(fine)
        painter.drawLines([QLineF(g.plot_left, y, g.width, y) for y in rows])
        painter.setPen(axis)
        painter.drawLine(QLineF(g.plot_left, middle, g.width, middle))


def paint_beside(painter: QPainter, box: QRectF, scene: Scene) -> None:
    """What a picture at true scale leaves of the view at its right."""
    left = float(scene.geometry.width)
    if left < box.right():
        beside = QRectF(left, box.top(), box.right() - left, box.height())
        painter.fillRect(beside, QColor(scene.theme.window["window"]))


def _rows(g: Geometry, lane: int) -> tuple[list[float], float]:
    """Heights of a lane's divisions, counted from its baseline, and of the baseline."""
    top, step = g.lane_top(lane), g.division_height
    middle = top + g.lane_height / 2
    reach = g.lane_height / 2
    count = int((reach - 0.5) / step) if step >= _LEAST_ROW_PX else 0
    away = [n * step for n in range(-count, count + 1) if n]
    return [round(middle + y) + 0.5 for y in away], round(middle) + 0.5


def paint_outside(painter: QPainter, scene: Scene) -> None:
    """What lies beyond the recording, gaps and phases: shown as what they are."""
    g, v = scene.geometry, scene.viewport
    end = g.x_of(v.n_samples, v)
    if end < g.width:
        box = QRectF(end, HEADER_PX, g.width - end, g.plot_height)
        painter.fillRect(box, scene.colour("outside"))
        painter.setPen(QPen(scene.colour("graticule_axis"), 1))
        painter.drawLine(QLineF(end, HEADER_PX, end, g.plot_bottom))
    for gap in scene.info.gaps:
        if gap.interval.overlaps(v.interval):
            _paint_gap(painter, scene, gap.interval)


def _paint_gap(painter: QPainter, scene: Scene, interval: SampleInterval) -> None:
    g, v = scene.geometry, scene.viewport
    a = max(g.x_of(interval.start, v), float(g.plot_left))
    b = min(g.x_of(interval.stop, v), float(g.width))
    box = QRectF(a, HEADER_PX, max(b - a, 3.0), g.plot_height)
    painter.fillRect(box, QBrush(scene.colour("gap"), Qt.BrushStyle.BDiagPattern))
    painter.setPen(QPen(scene.colour("gap"), 1))
    painter.drawRect(box)


def paint_gap_texts(painter: QPainter, scene: Scene) -> None:
    """The word beside each gap, over the traces; where two would touch, the first one."""
    g, v = scene.geometry, scene.viewport
    metrics = painter.fontMetrics()
    free = float(g.plot_left)
    for gap in scene.info.gaps:
        if not gap.interval.overlaps(v.interval):
            continue
        text = gap_text(gap.lost, v.fs)
        width = metrics.horizontalAdvance(text) + 10.0
        left = min(max(g.x_of(gap.interval.start, v), g.plot_left) + 3, g.width - width - 2)
        if left < free:
            continue
        free = left + width
        box = QRectF(left, g.plot_bottom - 64, width, 18)
        paint_pill(painter, scene, box, text)


def paint_phases(painter: QPainter, scene: Scene) -> None:
    """Where a part of the examination begins, with its name at the foot of the line."""
    g, v = scene.geometry, scene.viewport
    shown = [m for m in scene.info.phases if m.interval.overlaps(v.interval)]
    starts = [max(g.x_of(m.interval.start, v), float(g.plot_left)) for m in shown]
    for mark, (left, right) in zip(shown, pairwise([*starts, float(g.width)]), strict=True):
        painter.setPen(QPen(scene.colour("graticule_axis"), 1, Qt.PenStyle.DashLine))
        if v.interval.contains(mark.interval.start):
            painter.drawLine(QLineF(left, HEADER_PX, left, g.plot_bottom))
        text = phase_text(mark)
        width = painter.fontMetrics().horizontalAdvance(text) + 10.0
        if width < right - left - 4:
            paint_pill(painter, scene, QRectF(left + 3, g.plot_bottom - 42, width, 18), text)


def paint_pill(painter: QPainter, scene: Scene, box: QRectF, text: str) -> None:
    """A text that stays readable over a trace."""
    ground = scene.colour("background")
    ground.setAlpha(215)
    painter.setPen(Qt.PenStyle.NoPen)
    painter.setBrush(QBrush(ground))
    painter.drawRoundedRect(box, 4, 4)
    painter.setBrush(Qt.BrushStyle.NoBrush)
    painter.setPen(scene.colour("text"))
    painter.drawText(box, Qt.AlignmentFlag.AlignCenter, text)


def paint_message(painter: QPainter, box: QRectF, theme: Theme, lines: Sequence[str]) -> None:
    """The empty state: what to do."""
    painter.fillRect(box, QColor(theme.trace["background"]))
    painter.setPen(QColor(theme.trace["text"]))
    painter.drawText(box, Qt.AlignmentFlag.AlignCenter, "\n".join(lines))
