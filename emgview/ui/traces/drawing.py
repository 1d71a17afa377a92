"""The traces as lines and texts instead of pixels: for pictures that are printed or enlarged."""

from __future__ import annotations

import numpy as np
import pyqtgraph as pg
from numpy.typing import NDArray
from PySide6.QtCore import QRectF
from PySide6.QtGui import QPainter, QPen

from emgview.session.traces import TraceAnswer
from emgview.ui.traces.display_items import ItemIndex
from emgview.ui.traces.lettering import paint_axis, paint_frame, paint_header
from emgview.ui.traces.marks import MarkPainter
from emgview.ui.traces.painting import (
    paint_gap_texts,
    paint_graticule,
    paint_outside,
    paint_phases,
)
from emgview.ui.traces.scene import Scene

_PEN_PX = 1.0
_FAR_PX = 4000.0

Values = NDArray[np.float64]


def paint_drawing(
    painter: QPainter, scene: Scene, answer: TraceAnswer | None, items: ItemIndex, selected: str
) -> None:
    """Paint a scene as :class:`~emgview.ui.traces.layers.Layers` does, but without pixels."""
    g, font = scene.geometry, painter.font()
    painter.save()
    paint_graticule(painter, scene)
    paint_frame(painter, scene)
    if answer is not None and answer.request.interval == scene.viewport.interval:
        _paint_lines(painter, scene, answer)
    painter.setClipRect(QRectF(g.plot_left, 0, g.plot_width, g.plot_bottom))
    paint_outside(painter, scene)
    paint_phases(painter, scene)
    paint_gap_texts(painter, scene)
    MarkPainter(scene, items, selected, painter.font(), 1.0).draw(painter)
    painter.restore()
    painter.setFont(font)
    paint_header(painter, scene)
    painter.setFont(font)
    paint_axis(painter, scene)


def _paint_lines(painter: QPainter, scene: Scene, answer: TraceAnswer) -> None:
    g = scene.geometry
    painter.save()
    painter.setRenderHint(QPainter.RenderHint.Antialiasing)
    asked = {channel: column for column, channel in enumerate(answer.request.channels)}
    for index, channel in enumerate(scene.channels):
        if channel not in asked:
            continue
        lane = scene.lane(index)
        painter.setClipRect(QRectF(g.plot_left, lane.top, g.plot_width, lane.height))
        painter.setPen(QPen(scene.ink(index), _PEN_PX))
        x, uv = line_of(answer, asked[channel])
        draw_unbroken(painter, g.plot_left + x * g.plot_width, lane.y_of(uv).astype(np.float64))
    painter.restore()


def line_of(answer: TraceAnswer, column: int) -> tuple[Values, NDArray[np.float32]]:
    """Points of one channel: places as parts (0…1) of the window, and µV.

    Of extremes, each pixel column gives its least and its greatest value, in this order and then
    the other way round, so that the line is the shortest one that passes all of them.
    """
    if answer.samples is not None:
        n = len(answer.samples)
        return np.arange(n) / max(n, 1), answer.samples[:, column]
    if answer.minimum is None or answer.maximum is None:
        return np.empty(0), np.empty(0, np.float32)
    return zigzag(answer.minimum[:, column], answer.maximum[:, column])


def zigzag(
    minimum: NDArray[np.float32], maximum: NDArray[np.float32]
) -> tuple[Values, NDArray[np.float32]]:
    """A line through the extremes of pixel columns (n_columns,): places (0…1), and µV."""
    n = len(minimum)
    pairs = np.stack([minimum, maximum], axis=1)
    pairs[1::2] = pairs[1::2, ::-1]
    return np.repeat((np.arange(n) + 0.5) / max(n, 1), 2), pairs.ravel()


def draw_unbroken(painter: QPainter, x: Values, y: Values) -> None:
    """Lines through points in pixels; a NaN breaks them."""
    near = np.clip(y, -_FAR_PX, 3 * _FAR_PX)
    for part in _unbroken(near):
        painter.drawPolyline(pg.functions.arrayToQPolygonF(x[part], near[part]))


def _unbroken(values: Values) -> list[NDArray[np.intp]]:
    """Places of each run without NaN, of two points at least."""
    present = np.flatnonzero(~np.isnan(values))
    runs = np.split(present, np.flatnonzero(np.diff(present) > 1) + 1)
    return [run for run in runs if len(run) > 1]
