"""From an answer to a picture of the traces alone."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass

import numpy as np
from numpy.typing import NDArray
from pyqtgraph.Qt.internals import PrimitiveArray
from PySide6.QtCore import QLineF, QPointF, QRectF
from PySide6.QtGui import QImage, QPainter, QPen

from emgview.kernels import compiled
from emgview.session.traces import TraceAnswer
from emgview.ui.traces.density import BIN_PX, Bars
from emgview.ui.traces.ground import MOST_COLOURS, GroundPicture
from emgview.ui.traces.raster import (
    Lane,
    Pixels,
    Strokes,
    Values,
    columns_of_samples,
    cuts_of,
    draw_at_once,
    draw_cuts,
    draw_lanes,
    draw_soft,
)
from emgview.ui.traces.scene import Scene

_SMOOTH_POINTS = 6_000
_SMOOTH_PEN_PX = 1.2
_FAR_PX = 4000.0


@dataclass(frozen=True, slots=True)
class Plan:
    """What is drawn where: columns of an answer to lanes, each with its colour (0xAARRGGBB)."""

    asked: tuple[int, ...]
    columns: tuple[int, ...]
    lanes: tuple[Lane, ...]
    inks: tuple[int, ...]
    cut_ink: int


@dataclass(frozen=True, slots=True, eq=False)
class TracePicture:
    """Traces as pixels, as high as the view, and from ``left`` on as wide as it or as the plot.

    ``ground`` is what was put under the traces; None where they stand alone on transparency.
    ``numbers`` (of colours) or ``pixels`` (the whole view, shown by ``image``) is kept to be drawn
    upon again.
    """

    image: QImage
    ground: GroundPicture | None
    plan: Plan | None = None
    numbers: NDArray[np.uint8] | None = None
    pixels: NDArray[np.uint32] | None = None


def is_smooth(answer: TraceAnswer) -> bool:
    """Whether there are so few samples that a line with antialiasing is drawn."""
    return answer.samples is not None and answer.samples.size <= _SMOOTH_POINTS


def opaque_picture(
    scene: Scene,
    answer: TraceAnswer,
    ratio: float,
    ground: GroundPicture,
    old: TracePicture | None = None,
) -> TracePicture | None:
    """Traces of an answer that fits the scene, on their ground; None with too many colours.

    Parameters
    ----------
    old : TracePicture, optional
        A picture that is no longer shown: its memory is used again if only the traces differ.
    """
    kernels = compiled()
    if old is not None and (
        old.ground is not ground or old.plan is None or old.plan.asked != answer.request.channels
    ):
        old = None
    if kernels is None and not is_smooth(answer):
        return _numbered_picture(scene, answer, ratio, ground, old)
    picture = _whole_view(scene, answer, ratio, ground, old)
    plan, pixels = picture.plan, picture.pixels
    left = round(scene.geometry.plot_left * ratio)
    if plan is None or pixels is None:
        return None
    extremes = _extremes(answer, pixels.shape[1] - left, plan.columns)
    if extremes is None:
        return None
    pen = max(1, round(ratio))
    strokes = Strokes(pen, plan.cut_ink, 8 * pen, 2 * pen)
    if is_smooth(answer):
        np.copyto(pixels, ground.pixels)
        cut = cuts_of(plan.lanes, *extremes)
        draw_cuts(pixels[:, left:], plan.lanes, cut, plan.cut_ink, 8 * pen, 2 * pen)
        draw_soft(pixels, left, plan.lanes, extremes, plan.inks, _SMOOTH_PEN_PX * ratio)
    elif kernels is not None:
        under = ground.pixels, ground.same
        draw_at_once(kernels, pixels, under, left, plan.lanes, extremes, plan.inks, strokes)
    return picture


def draw_bars(picture: TracePicture, bars: Bars, left: int, ratio: float) -> bool:
    """Draw bars upon a picture of the whole view; False: it must be done by a painter.

    Parameters
    ----------
    left : int
        Where the plot begins, in logical pixels.
    """
    kernels, scale = compiled(), round(ratio)
    if kernels is None or picture.pixels is None or scale != ratio:
        return False
    bottoms = (bars.tops + bars.height) * scale
    bar = BIN_PX * scale, (BIN_PX - 1) * scale
    kernels.bars(picture.pixels, left * scale, bottoms, bars.tall * scale, bars.inks, bar)
    return True


def _whole_view(
    scene: Scene,
    answer: TraceAnswer,
    ratio: float,
    ground: GroundPicture,
    old: TracePicture | None,
) -> TracePicture:
    """A picture of the whole view, to be drawn upon in the colours of the screen."""
    if old is not None and old.plan is not None and old.pixels is not None:
        return old
    pixels = ground.pixels.copy()
    height, width = pixels.shape
    image = QImage(pixels.data, width, height, width * 4, QImage.Format.Format_RGB32)
    image.setDevicePixelRatio(ratio)
    return TracePicture(image, ground, _plan(scene, answer, ratio), None, pixels)


def _numbered_picture(
    scene: Scene,
    answer: TraceAnswer,
    ratio: float,
    ground: GroundPicture,
    old: TracePicture | None,
) -> TracePicture | None:
    """The plot alone by numpy: one byte a pixel, and the colours by table at last.

    A third of the time that colours mixed pixel by pixel take.
    """
    if ground.plot is None:
        return None
    if old is None or old.plan is None or old.numbers is None:
        plan, numbers = _plan(scene, answer, ratio), ground.plot.copy()
    else:
        plan, numbers = old.plan, old.numbers  # the same ground has the same lanes
    if len(plan.inks) + 1 > 256 - MOST_COLOURS:
        return None
    table = [*dict.fromkeys(plan.inks), plan.cut_ink]
    number_of = {ink: MOST_COLOURS + n for n, ink in enumerate(table)}
    _draw_lanes(numbers, answer, plan, ratio, number_of, ground.plot)
    image = _coloured(numbers, [*ground.colours], table)
    image.setDevicePixelRatio(ratio)
    return TracePicture(image, ground, plan, numbers)


def _plan(scene: Scene, answer: TraceAnswer, ratio: float) -> Plan:
    """What is drawn where, of a scene and the channels that were asked for."""
    shown = _drawn_lanes(scene, answer)
    return Plan(
        answer.request.channels,
        tuple(column for column, _index in shown),
        tuple(scene.lane(index, ratio) for _column, index in shown),
        tuple(scene.ink(index).rgba() for _column, index in shown),
        scene.colour("cut").rgba(),
    )


def _coloured(numbers: NDArray[np.uint8], low: Sequence[int], high: Sequence[int]) -> QImage:
    """Numbers as colours: of the ground from 0 on, of the traces from ``MOST_COLOURS`` on."""
    height, width = numbers.shape
    image = QImage(numbers.data, width, height, width, QImage.Format.Format_Indexed8)
    image.setColorTable([*low, *[0] * (MOST_COLOURS - len(low)), *high])
    return image.convertToFormat(QImage.Format.Format_RGB32)


def trace_picture(scene: Scene, answer: TraceAnswer, ratio: float) -> TracePicture:
    """The traces of an answer alone, transparent beside them.

    A line with antialiasing where there are few samples; else a column of pixels from least to
    greatest value: the cost follows the pixels, not the samples. The picture is as wide as the
    answer has columns; while a window is being resized it is stretched until the next answer.
    """
    height, width = max(round(scene.geometry.height * ratio), 1), answer.request.n_columns
    pixels = np.zeros((height, max(width, 1)), dtype=np.uint32)
    _draw_lanes(pixels, answer, _plan(scene, answer, ratio), ratio, None, None)
    form = QImage.Format.Format_ARGB32_Premultiplied  # the same as plain where alpha is 0 or 255
    image = QImage(pixels.data, pixels.shape[1], height, pixels.shape[1] * 4, form).copy()
    image.setDevicePixelRatio(ratio)
    if is_smooth(answer):
        _draw_lines(image, scene, answer)
    return TracePicture(image, None)


def _draw_lanes(
    pixels: Pixels,
    answer: TraceAnswer,
    plan: Plan,
    ratio: float,
    number_of: Mapping[int, int] | None,
    ground: NDArray[np.uint8] | None,
) -> None:
    """Columns of each channel (unless a line is drawn later), dashes where they leave the lane."""
    extremes = _extremes(answer, pixels.shape[1], plan.columns)
    if extremes is None or not plan.lanes:
        return
    inks, cut_ink = list(plan.inks), plan.cut_ink
    if number_of is not None:
        inks, cut_ink = [number_of[ink] for ink in inks], number_of[cut_ink]
    elif is_smooth(answer):
        inks = [0] * len(inks)
    pen = max(1, round(ratio))
    cut = draw_lanes(pixels, plan.lanes, *extremes, inks, pen, ground)
    draw_cuts(pixels, plan.lanes, cut, cut_ink, 8 * pen, 2 * pen)


def _extremes(
    answer: TraceAnswer, n_columns: int, chosen: Sequence[int]
) -> tuple[Values, Values] | None:
    """Least and greatest value of each pixel column (n_columns, len(chosen))."""
    columns = slice(None) if list(chosen) == list(range(len(chosen))) else list(chosen)
    if answer.samples is not None:
        return columns_of_samples(answer.samples[:, columns], n_columns)
    if answer.minimum is None or answer.maximum is None:
        return None
    return answer.minimum[:, columns], answer.maximum[:, columns]


def _drawn_lanes(scene: Scene, answer: TraceAnswer) -> list[tuple[int, int]]:
    """Pairs of column in the answer and lane on the screen, of the channels that are in both."""
    asked = {channel: column for column, channel in enumerate(answer.request.channels)}
    return [(asked[c], lane) for lane, c in enumerate(scene.channels) if c in asked]


def _draw_lines(image: QImage, scene: Scene, answer: TraceAnswer, left: int = 0) -> None:
    """Few samples: a line from sample to sample, broken at gaps; from ``left`` on."""
    samples = answer.samples
    if samples is None or len(samples) == 0:
        return
    width = image.width() / image.devicePixelRatio() - left
    x = left + np.arange(len(samples), dtype=np.float64) * (width / len(samples))
    painter = QPainter(image)
    painter.setRenderHint(QPainter.RenderHint.Antialiasing)
    for column, index in _drawn_lanes(scene, answer):
        painter.setPen(QPen(scene.ink(index), _SMOOTH_PEN_PX))
        lane = scene.lane(index)
        painter.setClipRect(QRectF(left, lane.top, width, lane.height))
        y = np.clip(lane.y_of(samples[:, column]), -_FAR_PX, 3 * _FAR_PX)
        for part in _runs(~np.isnan(y)):
            _draw_line(painter, x[part], y[part].astype(np.float64))
    painter.end()


def _draw_line(painter: QPainter, x: NDArray[np.float64], y: NDArray[np.float64]) -> None:
    """A line through points, piece by piece.

    A tenth of the time of a polyline, whose joints Qt works out one by one, and not to be told
    from it in a pen as thin as this.
    """
    if len(x) == 1:
        painter.drawPoint(QPointF(x[0], y[0]))
        return
    pieces = PrimitiveArray(QLineF, 4)
    pieces.resize(len(x) - 1)
    ends = pieces.ndarray()
    ends[:, 0], ends[:, 1], ends[:, 2], ends[:, 3] = x[:-1], y[:-1], x[1:], y[1:]
    painter.drawLines(*pieces.drawargs())


def _runs(present: np.ndarray[tuple[int], np.dtype[np.bool_]]) -> list[slice]:
    edges = np.flatnonzero(np.diff(np.concatenate(([0], present.astype(np.int8), [0]))))
    return [slice(int(a), int(b)) for a, b in zip(edges[::2], edges[1::2], strict=True)]
