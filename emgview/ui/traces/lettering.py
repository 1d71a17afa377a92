"""Painters of the texts around the traces: header, gutter, time axis. None lies on a trace."""

from __future__ import annotations

from collections.abc import Hashable

from PySide6.QtCore import QLineF, QPointF, QRectF, Qt
from PySide6.QtGui import QColor, QFont, QPainter, QPen

from emgview.ui.traces.geometry import AXIS_PX, HEADER_PX
from emgview.ui.traces.scene import Scene
from emgview.ui.traces.viewport import DIVISIONS
from emgview.ui.traces.wording import (
    clock_text,
    elapsed_text,
    paper_gain_text,
    paper_speed_text,
    sensitivity_text,
    sweep_text,
    zone_text,
)

_PAD = 10.0
_LEAST_TITLE = 0.35
_LINE_PX = 17.0
_SIGN_PX = 16.0
_LEFT = Qt.AlignmentFlag.AlignLeft | Qt.AlignmentFlag.AlignVCenter
_RIGHT = Qt.AlignmentFlag.AlignRight | Qt.AlignmentFlag.AlignVCenter
_ELIDE = Qt.TextElideMode.ElideRight


def paint_frame(painter: QPainter, scene: Scene) -> None:
    """What stands around the traces whatever their place and sweep: gutter, strips, lane lines."""
    _paint_ground(painter, scene)
    for index, channel in enumerate(scene.channels):
        _paint_channel(painter, scene, index, channel)


def _paint_ground(painter: QPainter, scene: Scene) -> None:
    g, w = scene.geometry, scene.theme.window
    ground = QColor(w["window"])
    painter.fillRect(QRectF(0, 0, g.width, HEADER_PX), ground)
    painter.fillRect(QRectF(0, g.plot_bottom, g.width, AXIS_PX), ground)
    painter.fillRect(QRectF(0, HEADER_PX, g.plot_left, g.plot_height), ground)
    painter.setPen(QPen(QColor(w["border"]), 1))
    painter.drawLine(QLineF(0, HEADER_PX - 0.5, g.width, HEADER_PX - 0.5))
    for lane in range(1, g.n_lanes):
        y = round(g.lane_top(lane)) + 0.5
        painter.drawLine(QLineF(0, y, g.width, y))


def header_words(scene: Scene) -> Hashable:
    """All that :func:`paint_header` tells."""
    return scene.title, _sweep(scene), scene.filter_words, scene.warning


def axis_words(scene: Scene) -> Hashable:
    """All that the labels of :func:`paint_axis` are made of."""
    return scene.viewport.start, scene.viewport.ms_per_div, scene.clock, scene.info.started_at


def paint_header(painter: QPainter, scene: Scene) -> None:
    """Muscle at the left, scales and filters at the right, a warning between them."""
    g, w, plain = scene.geometry, scene.theme.window, painter.font()
    right = f"{_sweep(scene)}   ·   {scene.filter_words}"
    end = g.width - _PAD - painter.fontMetrics().horizontalAdvance(right)
    painter.setPen(QColor(w["text"]))
    _write(painter, end, 0, HEADER_PX, right)
    bold = QFont(plain)
    bold.setBold(True)
    painter.setFont(bold)
    room = max(end - 3 * _PAD, 0.0)
    warned = painter.fontMetrics().horizontalAdvance(scene.warning) if scene.warning else 0
    least = min(room, max(room - warned - 4 * _PAD, _LEAST_TITLE * room))  # the warning goes first
    title = painter.fontMetrics().elidedText(scene.title, _ELIDE, int(least if warned else room))
    _write(painter, _PAD, 0, HEADER_PX, title)
    used = painter.fontMetrics().horizontalAdvance(title) + 3 * _PAD
    painter.setFont(plain)
    if scene.warning:
        text = painter.fontMetrics().elidedText(f"! {scene.warning}", _ELIDE, int(room - used))
        painter.setPen(QColor(w["warning"]))
        _write(painter, used, 0, HEADER_PX, text)


def _sweep(scene: Scene) -> str:
    """``10 ms/div``, at true scale also ``25 mm/div, 2500 mm/s``."""
    ms, mm = scene.viewport.sweep_ms, scene.geometry.mm_per_div
    paper = f" ({mm:g} mm/div, {paper_speed_text(ms, mm)})" if mm else ""
    return sweep_text(ms) + paper


def _channel_lines(scene: Scene, channel: int) -> tuple[str, str, str]:
    known = scene.info.channels[channel]
    scale = _in_unit(sensitivity_text(scene.viewport.uv_per_div[channel]), scene, channel)
    return known.label, scale, _polarity(known.inverted, channel in scene.viewport.inverted)


def _in_unit(text: str, scene: Scene, channel: int) -> str:
    """The same with the unit of a channel that is not in microvolt."""
    unit = scene.info.channels[channel].unit
    return (
        text if unit == "uV" else text.replace("µV", unit or "?").replace("mV", f"k{unit or '?'}")
    )


def _polarity(exchanged: bool, by_reader: bool) -> str:
    """Which way negative is: exchanged inputs are corrected, the reader's turn is told."""
    if by_reader:
        return "inverted"
    return "corrected" if exchanged else ""


def _paint_channel(painter: QPainter, scene: Scene, index: int, channel: int) -> None:
    """Name, sensitivity and polarity; in one line where the lane is narrow."""
    g = scene.geometry
    _paint_marks(painter, scene, index, channel)
    name, scale, polarity = _channel_lines(scene, channel)
    top, width = g.lane_top(index), g.plot_left - 12.0
    plain = painter.font()
    if g.lane_height < 2.3 * _LINE_PX:
        small = QFont(plain)
        small.setPixelSize(max(min(11, int(g.lane_height) - 3), 7))
        painter.setFont(small)
        box = QRectF(6, top, width, g.lane_height)
        short = scale.removesuffix("/div")
        box = box.adjusted(0, 0, -_SIGN_PX - 4, 0)
        right = painter.fontMetrics().horizontalAdvance(short)
        _line(painter, box.adjusted(0, 0, -right - 6, 0), name, scene.theme.window["text"])
        painter.setPen(QColor(scene.theme.window["muted"]))
        painter.drawText(box, _RIGHT, short)
        _sign(painter, box.right() + 4, box.center().y(), down=polarity == "inverted")
        painter.setFont(plain)
        return
    bold = QFont(plain)
    bold.setBold(True)
    painter.setFont(bold)
    _line(painter, QRectF(10, top + 6, width, _LINE_PX), name, scene.theme.window["text"])
    painter.setFont(plain)
    second = QRectF(10, top + 6 + _LINE_PX, width, _LINE_PX)
    if g.lane_height < 3.5 * _LINE_PX:
        _line(painter, second, scale, scene.theme.window["muted"])
        place = second.right() - _SIGN_PX
        _sign(painter, place, second.center().y(), down=polarity == "inverted")
        return
    _line(painter, second, scale, scene.theme.window["text"])
    mm = g.mm_per_div
    if mm and g.lane_height > 4.5 * _LINE_PX:
        second = second.translated(0, _LINE_PX)
        paper = paper_gain_text(scene.viewport.uv_per_div[channel], mm)
        _line(painter, second, _in_unit(paper, scene, channel), scene.theme.window["text"])
    _polarity_badge(painter, scene, second.translated(0, _LINE_PX + 3), polarity)


def _paint_marks(painter: QPainter, scene: Scene, index: int, channel: int) -> None:
    """A bar at the left of the chosen channel; beside the trace, its colour if it has its own."""
    g, v = scene.geometry, scene.viewport
    top, height = g.lane_top(index) + 1, g.lane_height - 1
    if channel == v.chosen:
        painter.fillRect(
            QRectF(0, top, g.plot_left - 1, height), QColor(scene.theme.window["button"])
        )
        painter.fillRect(QRectF(0, top, 4, height), QColor(scene.theme.window["highlight"]))
    if v.colour_of(channel):
        painter.fillRect(QRectF(g.plot_left - 4, top, 3, height), scene.ink(index))


def _line(painter: QPainter, box: QRectF, text: str, colour: str) -> None:
    painter.setPen(QColor(colour))
    shown = painter.fontMetrics().elidedText(text, _ELIDE, int(box.width()))
    painter.drawText(box, _LEFT, shown)


def _polarity_badge(painter: QPainter, scene: Scene, line: QRectF, text: str) -> None:
    """Box with a minus and an arrow that points where negative is, and a word if it was turned."""
    down = text == "inverted"
    colour = QColor(scene.theme.window["warning" if down else "muted"])
    words = painter.fontMetrics().horizontalAdvance(text) + 6.0 if text else 0.0
    width = min(_SIGN_PX + 10.0 + words, line.width())
    box = QRectF(line.left() + 0.5, line.top() + 0.5, width, _LINE_PX)
    painter.setPen(QPen(colour, 1))
    painter.drawRoundedRect(box, 3, 3)
    _sign(painter, box.left() + 5, box.center().y(), down=down)
    painter.drawText(box.adjusted(_SIGN_PX + 10, 0, 0, 0), _LEFT, text)


def _sign(painter: QPainter, x: float, y: float, *, down: bool) -> None:
    """A minus and an arrow as lines: the shipped font has neither."""
    tip, step = (y + 5, -3.0) if down else (y - 5, 3.0)
    painter.drawLine(QLineF(x, y, x + 6, y))
    stem = x + 12.0
    painter.drawLine(QLineF(stem, y - 5, stem, y + 5))
    painter.drawLine(QLineF(stem, tip, stem - 3, tip + step))
    painter.drawLine(QLineF(stem, tip, stem + 3, tip + step))


def paint_axis(painter: QPainter, scene: Scene) -> None:
    """Clock or elapsed time at the divisions; which of them, and the zone, in the corner."""
    g, v = scene.geometry, scene.viewport
    started = scene.info.started_at if scene.clock else None
    corner = "elapsed" if started is None else zone_text(started)
    painter.setPen(QColor(scene.theme.window["muted"]))
    step_s = v.span / DIVISIONS / v.fs
    metrics, texts, widths = painter.fontMetrics(), [], []
    for n in range(DIVISIONS + 1):
        seconds = v.start / v.fs + n * step_s
        text = clock_text(started, seconds, step_s) if started else elapsed_text(seconds, step_s)
        texts.append(text)
        widths.append(metrics.horizontalAdvance(text))
    widest = max(widths) + 12.0 + (started is not None)
    _write(painter, 10, g.plot_bottom, AXIS_PX, corner)
    # The first and the last label stand inside, half their width nearer to their neighbours.
    every = next((k for k in (1, 2, 5, 10) if g.plot_width * k / DIVISIONS > 1.5 * widest), 10)
    baseline = g.plot_bottom + _baseline(painter, AXIS_PX)
    for n in range(0, DIVISIONS + 1, every):
        x = g.plot_left + g.plot_width * n / DIVISIONS
        left = min(x - widths[n] / 2, g.width - widths[n] - 4.0) if n else x + 3.0
        painter.drawText(QPointF(left, baseline), texts[n])
        painter.drawLine(QLineF(round(x) + 0.5, g.plot_bottom, round(x) + 0.5, g.plot_bottom + 4))


def _write(painter: QPainter, left: float, top: float, height: float, text: str) -> None:
    """A line of text in the middle of a strip: a third of the time of text in a box."""
    painter.drawText(QPointF(left, top + _baseline(painter, height)), text)


def _baseline(painter: QPainter, height: float) -> float:
    """Of a line of text, from the top of a strip in the middle of which it stands."""
    metrics = painter.fontMetrics()
    return (height + metrics.ascent() - metrics.descent()) / 2
