"""The picture of a scene, layer over layer: ground, traces, gaps, marks, header and axis."""

from __future__ import annotations

from collections.abc import Hashable

from PySide6.QtCore import QPointF, QRectF
from PySide6.QtGui import QFont, QImage, QPainter, QPixmap

from emgview.model import SampleInterval
from emgview.session.traces import TraceAnswer
from emgview.ui.traces.density import Bars
from emgview.ui.traces.display_items import ItemIndex
from emgview.ui.traces.geometry import AXIS_PX, HEADER_PX
from emgview.ui.traces.ground import Ground, GroundPicture
from emgview.ui.traces.lettering import axis_words, header_words, paint_axis, paint_header
from emgview.ui.traces.marks import Hit, MarkPainter
from emgview.ui.traces.painting import paint_gap_texts, paint_outside, paint_phases
from emgview.ui.traces.scene import Scene
from emgview.ui.traces.trace_image import (
    TracePicture,
    draw_bars,
    opaque_picture,
    trace_picture,
)


class Layers:
    """Paints scenes and keeps of the last one what can be used again."""

    def __init__(self) -> None:
        self._picture: TracePicture | None = None
        self._spare: TracePicture | None = None
        self._bars: Bars | None = None  # what is drawn upon the picture
        self._ground = Ground()
        self._strips: dict[str, tuple[Hashable, QPixmap]] = {}
        self._marks: MarkPainter | None = None
        self._marks_key: Hashable = None
        self._badges: dict[Hashable, QPixmap] = {}

    def forget(self) -> None:
        """The traces must be drawn anew: another answer, scale or colour."""
        self._picture = None

    @property
    def has_traces(self) -> bool:
        """Whether traces are drawn and still hold."""
        return self._picture is not None

    def prepare(
        self, scene: Scene, items: ItemIndex, selected: str, font: QFont, ratio: float
    ) -> None:
        """Make ahead what needs no traces: done while they are being read."""
        self._marks_of(scene, items, selected, font, ratio)
        if ratio == round(ratio):
            self._strip_of("axis", scene, font, ratio)

    def paint(
        self,
        painter: QPainter,
        scene: Scene,
        answer: TraceAnswer | None,
        items: ItemIndex,
        selected: str,
    ) -> list[Hit]:
        """Paint a whole scene; gives the places that select an item when clicked."""
        g, font = scene.geometry, painter.font()
        device = painter.device()
        ratio = device.devicePixelRatioF() if device is not None else 1.0
        whole = QRectF(0, 0, g.width, g.height)
        painter.setClipRect(whole)
        marks = self._marks_of(scene, items, selected, font, ratio)
        has_bars = self._paint_traces(painter, scene, answer, ratio, marks.bars)
        painter.setClipRect(QRectF(g.plot_left, 0, g.plot_width, g.plot_bottom))
        paint_outside(painter, scene)
        paint_phases(painter, scene)
        paint_gap_texts(painter, scene)
        hits = marks.draw(painter, with_bars=not has_bars)
        painter.setClipRect(whole)
        if ratio == round(ratio):
            painter.drawPixmap(0, 0, self._strip_of("header", scene, font, ratio))
            painter.drawPixmap(0, g.plot_bottom, self._strip_of("axis", scene, font, ratio))
            return hits
        for paint in (paint_header, paint_axis):  # a strip would not lie on whole pixels
            painter.setFont(font)
            paint(painter, scene)
        return hits

    def _marks_of(
        self, scene: Scene, items: ItemIndex, selected: str, font: QFont, ratio: float
    ) -> MarkPainter:
        """Marks at their places; the last ones are kept."""
        look = scene.geometry, scene.viewport, scene.theme.name, font.toString(), ratio
        key = items, selected, *look
        if key != self._marks_key or self._marks is None:
            self._marks = MarkPainter(scene, items, selected, font, ratio, self._badges)
            self._marks_key = key
        return self._marks

    def _strip_of(self, name: str, scene: Scene, font: QFont, ratio: float) -> QPixmap:
        """Header or axis as a picture that is kept: many a paint leaves its words as they are."""
        ground = self._ground.of(scene, font, ratio)
        is_header = name == "header"
        words = header_words(scene) if is_header else axis_words(scene)
        kept = self._strips.get(name)
        if kept is not None and kept[0] == (ground, words):
            return kept[1]
        g, height = scene.geometry, HEADER_PX if is_header else AXIS_PX
        box = QRectF(0, 0 if is_header else g.plot_bottom, g.width, height)
        pixmap = QPixmap(round(g.width * ratio), round(height * ratio))
        pixmap.setDevicePixelRatio(ratio)
        painter = QPainter(pixmap)
        painter.setFont(font)
        painter.translate(0, -box.top())
        painter.drawImage(box, ground.image, _scaled(box, ratio))
        paint_header(painter, scene) if is_header else paint_axis(painter, scene)
        painter.end()
        self._strips[name] = (ground, words), pixmap
        return pixmap

    def _paint_traces(
        self,
        painter: QPainter,
        scene: Scene,
        answer: TraceAnswer | None,
        ratio: float,
        bars: Bars | None,
    ) -> bool:
        """Ground and traces; an answer to another window than this one is moved to its place.

        Tells whether the bars are part of what was painted.
        """
        g = scene.geometry
        ground = self._ground.of(scene, painter.font(), ratio)
        picture = self._fresh_picture(scene, answer, ground, ratio, bars)
        if picture is None:
            painter.drawImage(0, 0, ground.image)
            if answer is not None:
                self._paint_last(painter, scene, answer, ratio)
            return False
        if picture.pixels is not None:
            painter.drawImage(0, 0, picture.image)
            return self._bars is not None
        painter.drawImage(g.plot_left, 0, picture.image)
        for box in (
            QRectF(0, 0, g.width, HEADER_PX),
            QRectF(0, HEADER_PX, g.plot_left, g.plot_height),
            QRectF(0, g.plot_bottom, g.width, AXIS_PX),
        ):
            painter.drawImage(box, ground.image, _scaled(box, ratio))
        return False

    def _fresh_picture(
        self,
        scene: Scene,
        answer: TraceAnswer | None,
        ground: GroundPicture,
        ratio: float,
        bars: Bars | None,
    ) -> TracePicture | None:
        """Traces on their ground, if the answer is to the present window; bars upon them."""
        if answer is None or not _fits(answer, scene, ratio):
            return None
        stale = self._bars is not None and not self._bars.looks_like(bars)
        if self._picture is None or self._picture.ground is not ground or stale:
            self._spare = opaque_picture(scene, answer, ratio, ground, self._spare)
            self._picture, self._bars = self._spare, None
        if bars is not None and self._bars is None and self._picture is not None:
            left = scene.geometry.plot_left
            self._bars = bars if draw_bars(self._picture, bars, left, ratio) else None
        return self._picture

    def _paint_last(
        self, painter: QPainter, scene: Scene, answer: TraceAnswer, ratio: float
    ) -> None:
        """The last answer where it belongs: moved or stretched until the next one is here."""
        if self._picture is None or self._picture.ground is not None:
            self._bars = None
            self._picture = trace_picture(scene, answer, ratio)
        painter.setClipRect(
            QRectF(
                scene.geometry.plot_left, 0, scene.geometry.plot_width, scene.geometry.plot_bottom
            )
        )
        _paint_moved(painter, scene, self._picture.image, answer.request.interval, ratio)


def _paint_moved(
    painter: QPainter, scene: Scene, image: QImage, asked: SampleInterval, ratio: float
) -> None:
    """A picture of another window at its place in this one."""
    g, v = scene.geometry, scene.viewport
    left, right = g.x_of(asked.start, v), g.x_of(asked.stop, v)
    if image.width() == round((right - left) * ratio):
        painter.drawImage(QPointF(left, 0), image)
    else:
        painter.drawImage(QRectF(left, 0, right - left, g.height), image)


def _fits(answer: TraceAnswer, scene: Scene, ratio: float) -> bool:
    """Whether an answer has a column for each pixel of the present window."""
    columns = max(round(scene.geometry.plot_width * ratio), 1)
    request = answer.request
    return request.interval == scene.viewport.interval and request.n_columns == columns


def _scaled(box: QRectF, ratio: float) -> QRectF:
    """A box in logical pixels as pixels of a picture."""
    return QRectF(box.x() * ratio, box.y() * ratio, box.width() * ratio, box.height() * ratio)
