"""Marks of proposals and labels: hollow proposed, filled confirmed, struck rejected.

Colour *and* letter tell the class. A single potential gets a triangle over its peak; a train or
stretch gets a bracket with a tick at every potential. At low zoom the ticks become one bar.
"""

from __future__ import annotations

from dataclasses import dataclass

import numpy as np
from numpy.typing import NDArray
from PySide6.QtCore import QLineF, QPointF, QRectF, Qt
from PySide6.QtGui import QBrush, QColor, QPainter, QPen, QPolygonF

from emgview.model import LabelState
from emgview.ui.traces.display_items import DisplayItem, ItemIndex
from emgview.ui.traces.geometry import HEADER_PX
from emgview.ui.traces.painting import Scene

ROW_PX = 20
FIRST_ROW_PX = 28
MOST_ROWS = 4
_BADGE_PX = 18
_TRIANGLE_PX = 5.0
_LEAST_TICK_PX = 4.0
_FILLED = (LabelState.CONFIRMED, LabelState.EDITED)


@dataclass(frozen=True, slots=True)
class Hit:
    """A place that selects an item when clicked."""

    box: QRectF
    item: str


class MarkPainter:
    """Draws the marks of one paint and remembers where they lie."""

    def __init__(self, painter: QPainter, scene: Scene, selected: str) -> None:
        self._painter, self._scene, self._selected = painter, scene, selected
        self.hits: list[Hit] = []
        self._ends: dict[int, list[float]] = {}

    def paint(self, items: ItemIndex) -> None:
        """Draw all visible items, the selected one last."""
        visible = items.visible(self._scene.viewport.interval)
        visible.sort(key=lambda found: found[0].id == self._selected)
        for item, peaks in visible:
            if item.channel in self._scene.channels:
                self._item(item, peaks)

    def _item(self, item: DisplayItem, peaks: NDArray[np.int64]) -> None:
        g, v = self._scene.geometry, self._scene.viewport
        lane = self._scene.channels.index(item.channel)
        a = max(g.x_of(item.interval.start, v), 0.0)
        b = min(g.x_of(item.interval.stop, v), float(g.width))
        if item.id == self._selected:
            self._highlight(lane, a, b)
        colour = QColor(self._scene.theme.class_colour(item.activity))
        if item.state is LabelState.REJECTED:
            colour.setAlpha(130)
        xs = np.asarray([g.x_of(int(peak), v) for peak in peaks])
        if item.is_stretch:
            self._stretch(item, lane, (a, b), xs, colour)
        else:
            x = float(xs[0]) if len(xs) else (a + b) / 2
            self._single(item, lane, x, colour)

    def _highlight(self, lane: int, a: float, b: float) -> None:
        g = self._scene.geometry
        colour = self._scene.colour("selection")
        colour.setAlpha(30 if b - a < g.width / 3 else 14)
        top = HEADER_PX + lane * g.lane_height
        self._painter.fillRect(QRectF(a - 2, top, max(b - a, 1) + 4, g.lane_height), colour)

    def _row(self, lane: int, a: float, b: float) -> float:
        """Height of a free row over a stretch; crowded rows are shared."""
        ends = self._ends.setdefault(lane, [-1.0] * MOST_ROWS)
        row = next((n for n, end in enumerate(ends) if end < a - 3), int(np.argmin(ends)))
        ends[row] = max(ends[row], b)
        top = HEADER_PX + lane * self._scene.geometry.lane_height
        return top + FIRST_ROW_PX + row * ROW_PX

    def _stretch(
        self,
        item: DisplayItem,
        lane: int,
        extent: tuple[float, float],
        xs: NDArray[np.float64],
        colour: QColor,
    ) -> None:
        a, b = extent
        y = self._row(lane, a, max(b, a + _BADGE_PX + 6))
        painter = self._painter
        style = self._line_style(item.state)
        painter.setPen(QPen(colour, 2 if item.id == self._selected else 1.4, style))
        middle = y + ROW_PX / 2 - 2
        start = a + self._badge_width(item)
        painter.drawLine(QLineF(start, middle, max(b, start), middle))
        painter.drawLine(QLineF(b, middle - 4, b, middle + 4))
        self._ticks(item, xs[xs > start], middle, colour)
        self._badge(item, QPointF(a, y), colour)
        self.hits.append(Hit(QRectF(a, y - 2, max(b - a, _BADGE_PX), ROW_PX), item.id))

    def _ticks(self, item: DisplayItem, xs: NDArray[np.float64], y: float, colour: QColor) -> None:
        if len(xs) == 0:
            return
        painter = self._painter
        dense = len(xs) > 1 and float(np.median(np.diff(xs))) < _LEAST_TICK_PX
        if dense:
            bar = QColor(colour)
            bar.setAlpha(110)
            painter.fillRect(QRectF(float(xs[0]), y - 2, float(xs[-1] - xs[0]), 4), bar)
            return
        painter.setPen(QPen(colour, 1))
        filled = item.state in _FILLED
        painter.setBrush(QBrush(colour) if filled else Qt.BrushStyle.NoBrush)
        for x in xs:
            painter.drawPolygon(_triangle(float(x), y + 3))
        painter.setBrush(Qt.BrushStyle.NoBrush)

    def _single(self, item: DisplayItem, lane: int, x: float, colour: QColor) -> None:
        width = self._badge_width(item)
        y = self._row(lane, x - width / 2, x + width / 2)
        self._badge(item, QPointF(x - width / 2, y), colour)
        painter = self._painter
        painter.setPen(QPen(colour, 1))
        filled = item.state in _FILLED
        painter.setBrush(QBrush(colour) if filled else Qt.BrushStyle.NoBrush)
        painter.drawPolygon(_triangle(x, y + ROW_PX))
        painter.setBrush(Qt.BrushStyle.NoBrush)
        self.hits.append(Hit(QRectF(x - width / 2, y - 2, width, ROW_PX + 10), item.id))

    def _badge_width(self, item: DisplayItem) -> float:
        letters = self._painter.fontMetrics().horizontalAdvance(self._letters(item))
        return max(_BADGE_PX, letters + 8.0)

    @staticmethod
    def _letters(item: DisplayItem) -> str:
        doubt = item.state is LabelState.CANNOT_TELL and item.letter != "?"
        return f"{item.letter}?" if doubt else item.letter

    def _badge(self, item: DisplayItem, corner: QPointF, colour: QColor) -> None:
        """The letter in a box: hollow, filled or struck."""
        painter = self._painter
        box = QRectF(corner.x(), corner.y(), self._badge_width(item), ROW_PX - 4)
        filled = item.state in _FILLED
        ground = colour if filled else self._scene.colour("background")
        painter.setPen(QPen(colour, 1.4, self._line_style(item.state)))
        painter.setBrush(QBrush(ground))
        painter.drawRoundedRect(box, 3, 3)
        painter.setBrush(Qt.BrushStyle.NoBrush)
        painter.setPen(self._scene.colour("background") if filled else colour)
        painter.drawText(box, Qt.AlignmentFlag.AlignCenter, self._letters(item))
        if item.state is LabelState.REJECTED:
            painter.setPen(QPen(colour, 1.6))
            painter.drawLine(box.bottomLeft(), box.topRight())

    @staticmethod
    def _line_style(state: LabelState) -> Qt.PenStyle:
        dashed = state is LabelState.CANNOT_TELL
        return Qt.PenStyle.DashLine if dashed else Qt.PenStyle.SolidLine


def _triangle(x: float, y: float) -> QPolygonF:
    """A triangle that points down at ``x``."""
    s = _TRIANGLE_PX
    return QPolygonF([QPointF(x - s, y), QPointF(x + s, y), QPointF(x, y + s * 1.4)])
