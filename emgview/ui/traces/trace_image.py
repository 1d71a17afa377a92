"""From an answer to a picture of the traces alone."""

from __future__ import annotations

import numpy as np
import pyqtgraph as pg
from PySide6.QtCore import QRectF
from PySide6.QtGui import QColor, QImage, QPainter, QPen

from emgview.session.traces import TraceAnswer
from emgview.ui.traces.raster import Pixels, columns_of_samples, draw_columns, draw_cut
from emgview.ui.traces.scene import Scene

_SMOOTH_POINTS = 12_000
_SMOOTH_PEN_PX = 1.2
_FAR_PX = 4000.0


def trace_image(scene: Scene, answer: TraceAnswer, ratio: float) -> QImage:
    """Picture of the plot area, transparent beside the traces; its pixel ratio is set.

    A line with antialiasing where there are few samples; else a column of pixels from least to
    greatest value: the cost follows the pixels, not the samples. The picture is as wide as the
    answer has columns; while a window is being resized it is stretched until the next answer.
    """
    width = max(answer.request.n_columns, 1)
    pixels = np.zeros((max(round(scene.geometry.height * ratio), 1), width), dtype=np.uint32)
    colour = scene.colour("trace")
    smooth = answer.samples is not None and answer.samples.size <= _SMOOTH_POINTS
    _draw_channels(pixels, scene, answer, ratio, drawn=not smooth)
    image = QImage(pixels.data, width, len(pixels), width * 4, QImage.Format.Format_ARGB32)
    image = image.copy()  # owns its pixels
    image.setDevicePixelRatio(ratio)
    if smooth:
        _draw_lines(image, scene, answer, colour)
    return image


def _draw_channels(
    pixels: Pixels, scene: Scene, answer: TraceAnswer, ratio: float, *, drawn: bool
) -> None:
    """Columns of each channel (unless a line is drawn later) and where they leave the lane."""
    ink, cut_ink = scene.colour("trace").rgba(), scene.colour("cut").rgba()
    pen = max(1, round(ratio))
    for column, index in _drawn_lanes(scene, answer):
        if answer.samples is not None:
            low, high = columns_of_samples(answer.samples[:, column], pixels.shape[1])
        elif answer.minimum is not None and answer.maximum is not None:
            low, high = answer.minimum[:, column], answer.maximum[:, column]
        else:
            continue
        lane = scene.lane(index, ratio)
        if drawn:
            draw_columns(pixels, lane, low, high, ink, pen)
        draw_cut(pixels, lane, lane.cut(low, high), cut_ink, 8 * pen, 2 * pen)


def _drawn_lanes(scene: Scene, answer: TraceAnswer) -> list[tuple[int, int]]:
    """Pairs of column in the answer and lane on the screen, of the channels that are in both."""
    asked = answer.request.channels
    return [(asked.index(c), lane) for lane, c in enumerate(scene.channels) if c in asked]


def _draw_lines(image: QImage, scene: Scene, answer: TraceAnswer, colour: QColor) -> None:
    """Few samples: a line from sample to sample, broken at gaps."""
    samples = answer.samples
    if samples is None or len(samples) == 0:
        return
    width = image.width() / image.devicePixelRatio()
    x = np.arange(len(samples)) * (width / len(samples))
    painter = QPainter(image)
    painter.setRenderHint(QPainter.RenderHint.Antialiasing)
    painter.setPen(QPen(colour, _SMOOTH_PEN_PX))
    for column, index in _drawn_lanes(scene, answer):
        lane = scene.lane(index)
        painter.setClipRect(QRectF(0, lane.top, width, lane.height))
        y = np.clip(lane.y_of(samples[:, column]), -_FAR_PX, 3 * _FAR_PX)
        for part in _runs(~np.isnan(y)):
            line = pg.functions.arrayToQPolygonF(x[part], y[part].astype(np.float64))
            painter.drawPolyline(line) if len(line) > 1 else painter.drawPoints(line)
    painter.end()


def _runs(present: np.ndarray[tuple[int], np.dtype[np.bool_]]) -> list[slice]:
    edges = np.flatnonzero(np.diff(np.concatenate(([0], present.astype(np.int8), [0]))))
    return [slice(int(a), int(b)) for a, b in zip(edges[::2], edges[1::2], strict=True)]
