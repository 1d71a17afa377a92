"""From an answer to a picture of the traces alone."""

from __future__ import annotations

from dataclasses import dataclass

import numpy as np
import pyqtgraph as pg
from PySide6.QtCore import QRectF
from PySide6.QtGui import QColor, QImage, QPainter, QPen

from emgview.session.traces import TraceAnswer
from emgview.ui.traces.raster import (
    Pixels,
    Values,
    columns_of_samples,
    draw_cuts,
    draw_lanes,
)
from emgview.ui.traces.scene import Scene

_SMOOTH_POINTS = 6_000
_SMOOTH_PEN_PX = 1.2
_FAR_PX = 4000.0


@dataclass(frozen=True, slots=True, eq=False)
class TracePicture:
    """Picture of the plot area, transparent beside the traces; its pixel ratio is set.

    ``pixels`` is the memory behind ``image`` and must live as long.
    """

    image: QImage
    pixels: Pixels


def trace_picture(
    scene: Scene, answer: TraceAnswer, ratio: float, old: TracePicture | None = None
) -> TracePicture:
    """Draw the traces of an answer.

    A line with antialiasing where there are few samples; else a column of pixels from least to
    greatest value: the cost follows the pixels, not the samples. The picture is as wide as the
    answer has columns; while a window is being resized it is stretched until the next answer.

    Parameters
    ----------
    old : TracePicture, optional
        A picture that is no longer shown: its memory is used again if it has the right size.
    """
    shape = (max(round(scene.geometry.height * ratio), 1), max(answer.request.n_columns, 1))
    if old is not None and old.pixels.shape == shape:
        pixels = old.pixels
        pixels.fill(0)
    else:
        pixels = np.zeros(shape, dtype=np.uint32)
    smooth = answer.samples is not None and answer.samples.size <= _SMOOTH_POINTS
    _draw_channels(pixels, scene, answer, ratio, drawn=not smooth)
    height, width = shape
    form = QImage.Format.Format_ARGB32_Premultiplied  # the same as plain where alpha is 0 or 255
    image = QImage(pixels.data, width, height, width * 4, form)
    image.setDevicePixelRatio(ratio)
    if smooth:
        _draw_lines(image, scene, answer)
    return TracePicture(image, pixels)


def _draw_channels(
    pixels: Pixels, scene: Scene, answer: TraceAnswer, ratio: float, *, drawn: bool
) -> None:
    """Columns of each channel (unless a line is drawn later) and where they leave the lane."""
    extremes = _extremes(answer, pixels.shape[1])
    shown = _drawn_lanes(scene, answer)
    if extremes is None or not shown:
        return
    columns = [column for column, _lane in shown]
    low, high = extremes[0][:, columns], extremes[1][:, columns]
    lanes = [scene.lane(index, ratio) for _column, index in shown]
    inks = [_ink(scene, index).rgba() for _column, index in shown]
    pen = max(1, round(ratio))
    cut = draw_lanes(pixels, lanes, low, high, inks if drawn else [0] * len(inks), pen)
    draw_cuts(pixels, lanes, cut, scene.colour("cut").rgba(), 8 * pen, 2 * pen)


def _extremes(answer: TraceAnswer, n_columns: int) -> tuple[Values, Values] | None:
    """Least and greatest value of each column (n_columns, n_channels)."""
    if answer.samples is not None:
        return columns_of_samples(answer.samples, n_columns)
    if answer.minimum is None or answer.maximum is None:
        return None
    return answer.minimum, answer.maximum


def _ink(scene: Scene, index: int) -> QColor:
    """Colour of the n-th lane."""
    del index
    return scene.colour("trace")


def _drawn_lanes(scene: Scene, answer: TraceAnswer) -> list[tuple[int, int]]:
    """Pairs of column in the answer and lane on the screen, of the channels that are in both."""
    asked = {channel: column for column, channel in enumerate(answer.request.channels)}
    return [(asked[c], lane) for lane, c in enumerate(scene.channels) if c in asked]


def _draw_lines(image: QImage, scene: Scene, answer: TraceAnswer) -> None:
    """Few samples: a line from sample to sample, broken at gaps."""
    samples = answer.samples
    if samples is None or len(samples) == 0:
        return
    width = image.width() / image.devicePixelRatio()
    x = np.arange(len(samples)) * (width / len(samples))
    painter = QPainter(image)
    painter.setRenderHint(QPainter.RenderHint.Antialiasing)
    for column, index in _drawn_lanes(scene, answer):
        painter.setPen(QPen(_ink(scene, index), _SMOOTH_PEN_PX))
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
