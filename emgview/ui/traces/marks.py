"""Marks of proposals and labels: hollow proposed, filled confirmed, struck rejected.

Colour *and* letter tell the class. A single potential gets a badge and a triangle over its peak;
a train gets a bracket with a triangle at every potential; a stretch without potentials gets a
band along the lower edge of its lane. Where marks would lie on each other, each class gets one
row that shows how many there are.
"""

from __future__ import annotations

from collections.abc import Hashable
from dataclasses import dataclass
from itertools import pairwise

import numpy as np
from numpy.typing import NDArray
from PySide6.QtCore import QLineF, QPointF, QRectF, Qt
from PySide6.QtGui import QBrush, QColor, QFont, QPainter, QPen, QPixmap

from emgview.ui.traces.badges import FILLED, BadgePainter, line_style, triangle
from emgview.ui.traces.density import Bars
from emgview.ui.traces.display_items import DisplayItem, ItemIndex
from emgview.ui.traces.mark_plan import MarkPlan, Placed
from emgview.ui.traces.scene import Scene

_LEAST_TICK_PX = 9.0
_BAND_PX = 5.0
_BAND_ALPHA = 110
_FEW = 100


@dataclass(frozen=True, slots=True)
class Hit:
    """A place that selects an item when clicked."""

    box: QRectF
    item: str


class MarkPainter:
    """The marks of a scene: planned once, drawn at each paint.

    Parameters
    ----------
    scene : Scene
    items : ItemIndex
    selected : str
        Id of the item that is highlighted.
    font : QFont
    ratio : float
        Pixels of the device for each logical one.
    badges : dict, optional
        See :class:`.badges.BadgePainter`.
    """

    def __init__(
        self,
        scene: Scene,
        items: ItemIndex,
        selected: str,
        font: QFont,
        ratio: float,
        badges: dict[Hashable, QPixmap] | None = None,
    ) -> None:
        self._scene, self._selected = scene, selected
        self._badges = BadgePainter(scene, font, ratio, badges)
        self._plan = MarkPlan(scene, items, selected, self._badges)
        g = scene.geometry
        self._left, self._right = float(g.plot_left), float(g.width)
        self._n_rows, self._row_px = g.mark_rows, g.mark_row_px
        self._triangle_px = min(5.0, self._row_px / 3)
        self._painter: QPainter  # that of the paint, see :meth:`draw`
        self._hits: list[Hit] = []

    @property
    def bars(self) -> Bars | None:
        """Bars that are to lie below the marks."""
        return self._plan.bars

    def draw(self, painter: QPainter, *, with_bars: bool = True) -> list[Hit]:
        """Draw all; without bars where they are part of the picture below.

        Gives the places that select an item when clicked.
        """
        self._painter, self._hits = painter, []
        painter.setRenderHint(QPainter.RenderHint.Antialiasing)
        if self._plan.bars is not None:
            self._draw_bars(self._plan.bars, with_bars=with_bars)
        for mark in self._plan.placed:
            self._draw_placed(mark)
        painter.setRenderHint(QPainter.RenderHint.Antialiasing, on=False)
        return self._hits

    def _draw_placed(self, mark: Placed) -> None:
        item, colour = mark.item, mark.colour
        if item.id == self._selected:
            self._highlight(mark.lane, *mark.extent)
        if not item.peak_samples:
            self._band(item, mark.lane, mark.extent, colour)
        elif item.is_stretch:
            self._train(item, mark.extent, mark.xs, mark.y, colour)
        else:
            self._single(item, mark.xs, mark.y, colour)

    def _highlight(self, lane: int, a: float, b: float) -> None:
        """A veil over what is short; over what is long only its edges, so the trace stays."""
        g = self._scene.geometry
        top, height, width = g.lane_top(lane), g.lane_height, max(b - a, 1.0)
        colour = self._scene.colour("selection")
        self._painter.setPen(QPen(colour, 1, Qt.PenStyle.DashLine))
        self._painter.drawLine(QLineF(a - 2, top, a - 2, top + height))
        self._painter.drawLine(QLineF(b + 2, top, b + 2, top + height))
        colour.setAlpha(40 if width < g.plot_width / 3 else 16)
        self._painter.fillRect(QRectF(a - 2, top, width + 4, height), colour)

    def _train(
        self,
        item: DisplayItem,
        extent: tuple[float, float],
        xs: NDArray[np.float64],
        y: float,
        colour: QColor,
    ) -> None:
        a, b = extent
        size = self._badges.size(item)
        painter, middle = self._painter, y + self._badges.height / 2
        start = min(a + size, b)
        pen = QPen(colour, 2 if item.id == self._selected else 1.3, line_style(item.state))
        painter.setPen(pen)
        painter.drawLine(QLineF(start, middle, b, middle))
        painter.drawLine(QLineF(b, middle - 4, b, middle + 4))
        self._ticks(item, xs[xs > start + self._triangle_px], middle, colour)
        self._badges.draw(self._painter, item, QPointF(a, y), colour)
        self._hit(item, QRectF(a, y, max(b - a, size), self._row_px))

    def _ticks(self, item: DisplayItem, xs: NDArray[np.float64], y: float, colour: QColor) -> None:
        """A triangle at each potential; where they would touch, a bar from first to last."""
        if len(xs) == 0:
            return
        painter = self._painter
        if len(xs) > 1 and _middle_gap(xs) < _LEAST_TICK_PX:
            bar = QColor(colour)
            bar.setAlpha(_BAND_ALPHA)
            painter.fillRect(QRectF(float(xs[0]), y - 2.5, float(xs[-1] - xs[0]), 5), bar)
            return
        painter.setPen(QPen(colour, 1))
        filled, size = item.state in FILLED, self._triangle_px
        painter.setBrush(QBrush(colour if filled else self._scene.colour("background")))
        for x in xs.tolist():
            painter.drawPolygon(triangle(x, y - size / 2, size))
        painter.setBrush(Qt.BrushStyle.NoBrush)

    def _single(self, item: DisplayItem, x: float, y: float, colour: QColor) -> None:
        size = self._badges.size(item)
        left = min(max(x - size / 2, self._left), self._right - size)
        corner = QPointF(left, y)
        if self._n_rows > 1:
            pointer = self._triangle_px
            self._badges.draw_pointing(self._painter, item, corner, x, pointer, colour)
        else:
            self._badges.draw(self._painter, item, corner, colour)
        self._hits.append(Hit(QRectF(left - 2, y - 2, size + 4, self._row_px + 4), item.id))

    def _band(
        self, item: DisplayItem, lane: int, extent: tuple[float, float], colour: QColor
    ) -> None:
        """A stretch as a whole: along the lower edge of the lane, with its letter."""
        g, (a, b) = self._scene.geometry, extent
        edge = g.lane_top(lane) + g.lane_height - 1
        ground = QColor(colour)
        ground.setAlpha(_BAND_ALPHA if item.state in FILLED else _BAND_ALPHA // 2)
        box = QRectF(a, edge - _BAND_PX, max(b - a, 2.0), _BAND_PX)
        self._painter.fillRect(box, ground)
        self._painter.setPen(QPen(colour, 1, line_style(item.state)))
        self._painter.drawRect(box)
        corner = QPointF(a, edge - max(_BAND_PX, self._badges.height))
        self._badges.draw(self._painter, item, corner, colour)
        self._hit(item, QRectF(corner, QPointF(max(b, a + self._badges.size(item)), edge + 1)))

    def _draw_bars(self, bars: Bars, *, with_bars: bool) -> None:
        """Rows of bars at their heights, each with its letter."""
        left, image = self._scene.geometry.plot_left, bars.image() if with_bars else None
        for n, (row, top) in enumerate(zip(bars.rows, bars.tops, strict=True)):
            if image is not None:
                part = QRectF(0, n * bars.height, image.width(), bars.height)
                self._painter.drawImage(QPointF(left, top), image, part)
            self._badges.draw_letter(self._painter, row.letter, QPointF(left + 2, top), row.colour)

    def _hit(self, item: DisplayItem, box: QRectF) -> None:
        self._hits.append(Hit(box.adjusted(-2, -2, 2, 2), item.id))


def _middle_gap(xs: NDArray[np.float64]) -> float:
    """Median distance of two neighbours; numpy takes twenty times as long for a few."""
    if len(xs) > _FEW:
        return float(np.median(np.diff(xs)))
    places = xs.tolist()
    gaps = sorted(b - a for a, b in pairwise(places))
    return float(gaps[len(gaps) // 2] + gaps[(len(gaps) - 1) // 2]) / 2
