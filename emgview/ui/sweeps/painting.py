"""Painters of sweeps: the picture of all of them, what stands out of them, and the texts."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass

import numpy as np
from PySide6.QtCore import QLineF, QRectF, Qt
from PySide6.QtGui import QColor, QImage, QPainter, QPen

from emgview.ui.sweeps.layout import SweepSet, baselines
from emgview.ui.sweeps.spans import FAINT, counts, shades, spans
from emgview.ui.traces.drawing import draw_unbroken, zigzag
from emgview.ui.traces.geometry import AXIS_PX, HEADER_PX
from emgview.ui.traces.painting import paint_pill
from emgview.ui.traces.scene import Scene
from emgview.ui.traces.viewport import DIVISIONS
from emgview.ui.wording import clock

_RIGHT = Qt.AlignmentFlag.AlignRight | Qt.AlignmentFlag.AlignVCenter
_LEFT = Qt.AlignmentFlag.AlignLeft | Qt.AlignmentFlag.AlignVCenter
_LEAST_ROW_PX = 13.0
_MEAN_PX = 2.2


@dataclass(frozen=True, slots=True)
class SweepPlan:
    """How sweeps are laid out and what is said of them.

    Parameters
    ----------
    words : str
        Mode and what is shown, for the header.
    rows : int
        Places for stacked sweeps.
    stacked : bool
    before : int or None
        Samples before the trigger; None: there is none, the axis tells the time of the sweep.
    level : tuple (channel, µV, µV or None), or None
        Trigger level and far end of its window.
    beam : float or None
        Part of the sweep at which the newest one ends.
    equal : bool
        All sweeps are drawn alike; else old ones are fainter than the newest.
    message : str
        What stands where there are no sweeps.
    """

    words: str
    rows: int = 1
    stacked: bool = False
    before: int | None = None
    level: tuple[int, float, float | None] | None = None
    beam: float | None = None
    equal: bool = True
    message: str = ""


def sweep_image(scene: Scene, plan: SweepPlan, sweeps: SweepSet, ratio: float) -> QImage:
    """All sweeps as pixels, as large as the plot."""
    g = scene.geometry
    width, height = sweeps.low.shape[1], max(round(g.plot_height * ratio), 1)
    pixels = np.zeros((height, width), np.uint32)
    for index, column in sweeps.lanes(scene.channels):
        lane = scene.lane(index, ratio)
        top = lane.top - round(HEADER_PX * ratio)
        target = pixels[max(top, 0) : top + lane.height]
        zero = baselines(0.0, lane.height, plan.rows, stacked=plan.stacked)[: sweeps.n_sweeps]
        if not plan.stacked:
            zero = baselines(0.0, lane.height, sweeps.n_sweeps, stacked=False)
        low, high = sweeps.low[: len(zero), :, column], sweeps.high[: len(zero), :, column]
        rows = spans(low, high, zero, lane.pixels_per_uv)
        if ratio > 1:
            rows[1] += round(ratio) - 1
        ink = scene.ink(index)
        faint = 1.0 if plan.equal or sweeps.n_sweeps == 1 else FAINT
        drawn = shades(counts(rows, len(target)), (ink.red(), ink.green(), ink.blue()), faint)
        target[:] = drawn
        if not plan.equal and 0 <= sweeps.newest < len(zero):
            one = counts(rows[:, :, sweeps.newest : sweeps.newest + 1], len(target))
            target[one > 0] = scene.colour("selection").rgba()
    image = QImage(pixels.data, width, height, width * 4, QImage.Format.Format_ARGB32_Premultiplied)
    image = image.copy()  # owns its pixels
    image.setDevicePixelRatio(ratio)
    return image


def paint_sweep_lines(painter: QPainter, scene: Scene, plan: SweepPlan, sweeps: SweepSet) -> None:
    """All sweeps as lines, the newest above the others; for pictures that are drawings."""
    g = scene.geometry
    painter.save()
    painter.setRenderHint(QPainter.RenderHint.Antialiasing)
    order = [n for n in range(sweeps.n_sweeps) if n != sweeps.newest or plan.equal]
    if not plan.equal and sweeps.newest >= 0:
        order.append(sweeps.newest)
    for index, column in sweeps.lanes(scene.channels):
        lane = scene.lane(index)
        painter.setClipRect(QRectF(g.plot_left, lane.top, g.plot_width, lane.height))
        rows = plan.rows if plan.stacked else sweeps.n_sweeps
        zero = baselines(lane.top, lane.height, rows, stacked=plan.stacked)
        for n in [n for n in order if n < len(zero)]:
            newest = n == sweeps.newest and not plan.equal
            ink = scene.colour("selection") if newest else scene.ink(index)
            if not newest and not plan.equal:
                ink.setAlphaF(FAINT)
            painter.setPen(QPen(ink, 1.0))
            x, uv = zigzag(sweeps.low[n, :, column], sweeps.high[n, :, column])
            y = zero[n] + uv.astype(np.float64) * lane.pixels_per_uv
            draw_unbroken(painter, g.plot_left + x * g.plot_width, y)
    painter.restore()


def paint_average(painter: QPainter, scene: Scene, sweeps: SweepSet) -> None:
    """The mean, thick, over all lanes."""
    if sweeps.average is None:
        return
    painter.setRenderHint(QPainter.RenderHint.Antialiasing)
    painter.setPen(QPen(scene.colour("cut"), _MEAN_PX))
    g = scene.geometry
    for index, column in sweeps.lanes(scene.channels):
        lane = scene.lane(index)
        painter.save()
        painter.setClipRect(QRectF(g.plot_left, lane.top, g.plot_width, lane.height))
        values = sweeps.average[:, column]
        x = g.plot_left + np.arange(len(values)) / len(values) * g.plot_width
        draw_unbroken(painter, x, lane.y_of(values.astype(np.float32)).astype(np.float64))
        painter.restore()


def paint_trigger(painter: QPainter, scene: Scene, plan: SweepPlan) -> None:
    """A line at the trigger, and its level in the lane of its channel."""
    g = scene.geometry
    if plan.before is not None:
        x = round(g.plot_left + plan.before / scene.viewport.span * g.plot_width) + 0.5
        painter.setPen(QPen(scene.colour("selection"), 1, Qt.PenStyle.DashLine))
        painter.drawLine(QLineF(x, HEADER_PX, x, g.plot_bottom))
    if plan.level is None or plan.stacked or plan.level[0] not in scene.channels:
        return
    index = scene.channels.index(plan.level[0])
    lane = scene.lane(index)
    for name, level in (("level", plan.level[1]), ("window", plan.level[2])):
        if level is None:
            continue
        y = level_y(scene, plan.level[0], level)
        if not lane.top <= y <= lane.top + lane.height:
            continue
        painter.setPen(QPen(scene.colour("cut"), 1, Qt.PenStyle.DashLine))
        painter.drawLine(QLineF(g.plot_left, y, g.width, y))
        text = f"{name} {level:g} µV"
        width = painter.fontMetrics().horizontalAdvance(text) + 10.0
        paint_pill(painter, scene, QRectF(g.width - width - 4, y - 20, width, 18), text)


def level_y(scene: Scene, channel: int, level_uv: float) -> float:
    """Height of a voltage in the lane of a channel."""
    lane = scene.lane(scene.channels.index(channel))
    return float(lane.top + lane.height / 2 + level_uv * lane.pixels_per_uv)


def paint_beam(painter: QPainter, scene: Scene, plan: SweepPlan) -> None:
    """Where the newest sweep ends."""
    if plan.beam is None:
        return
    g = scene.geometry
    x = g.plot_left + plan.beam * g.plot_width
    painter.setPen(QPen(scene.colour("selection"), 2))
    painter.drawLine(QLineF(x, HEADER_PX, x, g.plot_bottom))


def paint_times(painter: QPainter, scene: Scene, plan: SweepPlan, starts: Sequence[int]) -> None:
    """Beside each stacked sweep, when it was; left out where they would touch."""
    if not plan.stacked or not starts:
        return
    g, v = scene.geometry, scene.viewport
    rows = max(plan.rows, 1)
    every = next((k for k in (1, 2, 5, 10, 20, 50) if k * g.lane_height / rows > 16), 0)
    if not every or g.lane_height < _LEAST_ROW_PX:
        return
    painter.setPen(QColor(scene.theme.window["muted"]))
    for lane in range(g.n_lanes):
        top = 3.2 * 17 if rows and g.lane_height > 90 else 0.0
        zero = baselines(g.lane_top(lane), g.lane_height, rows, stacked=True)
        for n in range(0, min(len(starts), rows), every):
            y = float(zero[n])
            if y - g.lane_top(lane) < top:
                continue
            box = QRectF(6, y - 8, g.plot_left - 14, 16)
            onset = starts[n] + (plan.before or 0)
            text = clock(onset / v.fs)
            painter.drawText(box, _RIGHT, text)


def paint_sweep_axis(painter: QPainter, scene: Scene, plan: SweepPlan) -> None:
    """Milliseconds from the trigger, or from the start of the sweep."""
    g, v = scene.geometry, scene.viewport
    painter.setPen(QColor(scene.theme.window["muted"]))
    word = "from sweep start" if plan.before is None else "from trigger"
    painter.drawText(QRectF(10, g.plot_bottom, g.plot_left - 14, AXIS_PX), _LEFT, word)
    first = -(plan.before or 0) / v.fs * 1000
    step = v.span / v.fs * 1000 / DIVISIONS
    texts = [f"{first + n * step:.4g} ms" for n in range(DIVISIONS + 1)]
    widest = max(painter.fontMetrics().horizontalAdvance(text) for text in texts) + 8.0
    # The first and the last one stand inside, half their width nearer to their neighbours.
    every = next((k for k in (1, 2, 5) if g.plot_width * k / DIVISIONS > 1.5 * widest), 10)
    for n in range(0, DIVISIONS + 1, every):
        x, text = g.plot_left + g.plot_width * n / DIVISIONS, texts[n]
        width = painter.fontMetrics().horizontalAdvance(text)
        left = min(max(x - width / 2, g.plot_left + 3.0), g.width - width - 4.0)
        painter.drawText(QRectF(left, g.plot_bottom, width + 2, AXIS_PX), _LEFT, text)
        tick = round(x) + 0.5
        painter.drawLine(QLineF(tick, g.plot_bottom, tick, g.plot_bottom + 4))


def paint_nothing(painter: QPainter, scene: Scene, plan: SweepPlan) -> None:
    """Why there is no sweep, and what to do."""
    g = scene.geometry
    lines = plan.message.split("\n")
    width = max(painter.fontMetrics().horizontalAdvance(line) for line in lines) + 24.0
    height = 20.0 * len(lines) + 8
    middle = g.plot_left + g.plot_width / 2
    top = HEADER_PX + (g.plot_height - height) / 2
    paint_pill(painter, scene, QRectF(middle - width / 2, top, width, height), plan.message)
