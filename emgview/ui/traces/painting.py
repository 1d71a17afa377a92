"""Painters of the canvas: graticule, traces, texts. Each draws one thing."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass

import numpy as np
from PySide6.QtCore import QLineF, QPointF, QRectF, Qt
from PySide6.QtGui import QBrush, QColor, QFont, QImage, QPainter, QPen, QPolygonF

from emgview.model import RecordingInfo, SampleInterval
from emgview.session.traces import TraceAnswer
from emgview.ui.theme import Theme
from emgview.ui.traces.geometry import AXIS_PX, HEADER_PX, Geometry
from emgview.ui.traces.raster import Lane, draw_columns
from emgview.ui.traces.viewport import DIVISIONS, Viewport
from emgview.ui.traces.wording import (
    clock_text,
    elapsed_text,
    sensitivity_text,
    sweep_text,
)

_SMOOTH_POINTS = 30_000


@dataclass(frozen=True, slots=True)
class Scene:
    """All that the painters need; made anew for each paint."""

    geometry: Geometry
    viewport: Viewport
    theme: Theme
    info: RecordingInfo
    channels: tuple[int, ...]
    title: str
    filter_words: str
    warning: str
    clock: bool

    def colour(self, name: str) -> QColor:
        """A colour of the trace view."""
        return QColor(self.theme.trace[name])


def trace_image(scene: Scene, answer: TraceAnswer, ratio: float) -> QImage:
    """Picture of the traces alone, transparent elsewhere."""
    g = scene.geometry
    width, height = max(round(g.width * ratio), 1), max(round(g.height * ratio), 1)
    pixels = np.zeros((height, width), dtype=np.uint32)
    colour = QColor(scene.theme.trace["trace"]).rgba()
    if answer.minimum is not None and answer.maximum is not None:
        for index, channel in enumerate(answer.request.channels):
            lane = _lane(scene, index, channel, ratio)
            low, high = answer.minimum[:, index], answer.maximum[:, index]
            draw_columns(pixels, lane, low, high, colour, max(1, round(ratio)))
    image = QImage(pixels.data, width, height, width * 4, QImage.Format.Format_ARGB32)
    image = image.copy()
    image.setDevicePixelRatio(ratio)
    if answer.samples is not None:
        _draw_samples(image, scene, answer, colour)
    return image


def _lane(scene: Scene, index: int, channel: int, ratio: float) -> Lane:
    return scene.geometry.lane(
        index,
        scene.viewport.uv_per_div[channel],
        inverted=scene.info.channels[channel].inverted,
        ratio=ratio,
    )


def _draw_samples(image: QImage, scene: Scene, answer: TraceAnswer, colour: int) -> None:
    """Few samples: a line from sample to sample, broken at gaps."""
    samples, request = answer.samples, answer.request
    if samples is None or len(samples) == 0:
        return
    painter = QPainter(image)
    smooth = samples.size < _SMOOTH_POINTS
    painter.setRenderHint(QPainter.RenderHint.Antialiasing, smooth)
    painter.setPen(QPen(QColor.fromRgba(colour), 1.2 if smooth else 1))
    numbers = request.interval.start + np.arange(len(samples))
    x = (numbers - scene.viewport.start) / scene.viewport.span * scene.geometry.width
    for index, channel in enumerate(request.channels):
        lane = scene.geometry.lane(
            index,
            scene.viewport.uv_per_div[channel],
            inverted=scene.info.channels[channel].inverted,
        )
        painter.setClipRect(QRectF(0, lane.top, scene.geometry.width, lane.height))
        y = np.clip(lane.y_of(samples[:, index]), -4000, 12000)
        for part in _runs(~np.isnan(y)):
            points = [QPointF(a, b) for a, b in zip(x[part], y[part].astype(float), strict=True)]
            painter.drawPolyline(QPolygonF(points))
    painter.end()


def _runs(present: np.ndarray[tuple[int], np.dtype[np.bool_]]) -> list[slice]:
    edges = np.flatnonzero(np.diff(np.concatenate(([0], present.astype(np.int8), [0]))))
    return [slice(int(a), int(b)) for a, b in zip(edges[::2], edges[1::2], strict=True)]


def paint_graticule(painter: QPainter, scene: Scene) -> None:
    """Background and divisions."""
    g = scene.geometry
    painter.fillRect(QRectF(0, 0, g.width, g.height), scene.colour("background"))
    bottom = HEADER_PX + g.plot_height
    fine = QPen(scene.colour("graticule"), 1)
    axis = QPen(scene.colour("graticule_axis"), 1)
    painter.setPen(fine)
    xs = [round(g.width * n / DIVISIONS) + 0.5 for n in range(DIVISIONS + 1)]
    painter.drawLines([QLineF(x, HEADER_PX, x, bottom) for x in xs])
    for lane in range(g.n_lanes):
        top = HEADER_PX + lane * g.lane_height
        step = g.lane_height / g.lane_divisions
        painter.setPen(fine)
        rows = [round(top + n * step) + 0.5 for n in range(g.lane_divisions + 1)]
        painter.drawLines([QLineF(0, y, g.width, y) for y in rows])
        painter.setPen(axis)
        middle = round(top + g.lane_height / 2) + 0.5
        painter.drawLine(QLineF(0, middle, g.width, middle))
        painter.drawLine(QLineF(0, round(top) + 0.5, g.width, round(top) + 0.5))


def paint_outside(painter: QPainter, scene: Scene) -> None:
    """What lies beyond the recording, and gaps: shown as what they are."""
    g, v = scene.geometry, scene.viewport
    bottom = g.plot_height
    end = g.x_of(v.n_samples, v)
    if end < g.width:
        painter.fillRect(QRectF(end, HEADER_PX, g.width - end, bottom), scene.colour("outside"))
    for gap in scene.info.gaps:
        _paint_gap(painter, scene, gap.interval)


def _paint_gap(painter: QPainter, scene: Scene, interval: SampleInterval) -> None:
    g, v = scene.geometry, scene.viewport
    if not interval.overlaps(v.interval):
        return
    a, b = g.x_of(interval.start, v), g.x_of(interval.stop, v)
    box = QRectF(a, HEADER_PX, max(b - a, 3.0), g.plot_height)
    painter.fillRect(box, QBrush(scene.colour("gap"), Qt.BrushStyle.BDiagPattern))
    painter.setPen(QPen(scene.colour("gap"), 1))
    painter.drawRect(box)
    lost_ms = len(interval) / v.fs * 1000
    painter.setPen(scene.colour("text"))
    painter.drawText(QPointF(max(a, 0) + 4, HEADER_PX + 54), f"gap {lost_ms:.1f} ms")


def paint_texts(painter: QPainter, scene: Scene) -> None:
    """Header, channel labels with sensitivity and polarity, time axis."""
    g = scene.geometry
    painter.fillRect(QRectF(0, 0, g.width, HEADER_PX), QColor(scene.theme.window["window"]))
    top = g.plot_height + HEADER_PX
    painter.fillRect(QRectF(0, top, g.width, AXIS_PX), QColor(scene.theme.window["window"]))
    _paint_header(painter, scene)
    for index, channel in enumerate(scene.channels):
        _paint_channel(painter, scene, index, channel)
    _paint_axis(painter, scene)


def _paint_header(painter: QPainter, scene: Scene) -> None:
    g = scene.geometry
    bold = QFont(painter.font())
    bold.setBold(True)
    plain = painter.font()
    right = f"{sweep_text(scene.viewport.ms_per_div)}   ·   {scene.filter_words}"
    metrics = painter.fontMetrics()
    room = g.width - metrics.horizontalAdvance(right) - 40
    painter.setPen(QColor(scene.theme.window["text"]))
    painter.setFont(bold)
    title = painter.fontMetrics().elidedText(scene.title, Qt.TextElideMode.ElideRight, int(room))
    painter.drawText(QRectF(10, 0, max(room, 0), HEADER_PX), Qt.AlignmentFlag.AlignVCenter, title)
    used = painter.fontMetrics().horizontalAdvance(title) + 30
    painter.setFont(plain)
    painter.drawText(
        QRectF(0, 0, g.width - 10, HEADER_PX),
        Qt.AlignmentFlag.AlignVCenter | Qt.AlignmentFlag.AlignRight,
        right,
    )
    if scene.warning and room - used > 80:
        painter.setPen(QColor(scene.theme.window["warning"]))
        text = metrics.elidedText(
            f"⚠ {scene.warning}", Qt.TextElideMode.ElideRight, int(room - used)
        )
        painter.drawText(
            QRectF(used, 0, room - used, HEADER_PX), Qt.AlignmentFlag.AlignVCenter, text
        )


def _paint_channel(painter: QPainter, scene: Scene, index: int, channel: int) -> None:
    g = scene.geometry
    known = scene.info.channels[channel]
    top = HEADER_PX + index * g.lane_height
    height = min(20.0, g.lane_height)
    scale = sensitivity_text(scene.viewport.uv_per_div[channel])
    if known.unit != "uV":
        scale += f" (unit {known.unit or 'not known'}, not judged)"
    polarity = "− ↓ inverted" if known.inverted else "− ↑"
    text = f"{known.label}   {scale}   {polarity}"
    box = QRectF(4, top + 3, painter.fontMetrics().horizontalAdvance(text) + 12, height)
    ground = scene.colour("background")
    ground.setAlpha(190)
    painter.fillRect(box, ground)
    painter.setPen(scene.colour("text"))
    painter.drawText(box.adjusted(6, 0, 0, 0), Qt.AlignmentFlag.AlignVCenter, text)


def _paint_axis(painter: QPainter, scene: Scene) -> None:
    g, v = scene.geometry, scene.viewport
    painter.setPen(QColor(scene.theme.window["muted"]))
    step_s = v.span / DIVISIONS / v.fs
    every = 1 if g.width / DIVISIONS > 90 else 2
    for n in range(0, DIVISIONS + 1, every):
        seconds = v.start / v.fs + n * step_s
        if scene.clock and scene.info.started_at is not None:
            text = clock_text(scene.info.started_at, seconds, step_s)
        else:
            text = elapsed_text(seconds, step_s)
        _tick(painter, g, n, text)


def _tick(painter: QPainter, g: Geometry, n: int, text: str) -> None:
    x = g.width * n / DIVISIONS
    width = painter.fontMetrics().horizontalAdvance(text)
    left = min(max(x - width / 2, 4), g.width - width - 4)
    box = QRectF(left, HEADER_PX + g.plot_height, width + 2, AXIS_PX)
    painter.drawText(box, Qt.AlignmentFlag.AlignVCenter, text)


def paint_message(painter: QPainter, box: QRectF, theme: Theme, lines: Sequence[str]) -> None:
    """The empty state: what to do."""
    painter.fillRect(box, QColor(theme.trace["background"]))
    painter.setPen(QColor(theme.trace["text"]))
    painter.drawText(box, Qt.AlignmentFlag.AlignCenter, "\n".join(lines))
