"""The trace view: viewport in, requests out, answers in, pixels out."""

from __future__ import annotations

from collections.abc import Callable, Sequence
from dataclasses import replace

import numpy as np
import pyqtgraph as pg
from PySide6.QtCore import QPointF, QRectF, Qt, Signal
from PySide6.QtGui import QImage, QMouseEvent, QPainter, QPen, QResizeEvent, QWheelEvent
from PySide6.QtWidgets import QWidget

from emgview.model import RecordingInfo, SampleInterval
from emgview.session.traces import DisplayFilter, TraceAnswer, TraceRequest
from emgview.ui.theme import Theme, load_theme
from emgview.ui.traces.canvas import Canvas
from emgview.ui.traces.display_items import DisplayItem, ItemIndex
from emgview.ui.traces.geometry import HEADER_PX, Geometry
from emgview.ui.traces.marks import Hit, MarkPainter
from emgview.ui.traces.painting import (
    Scene,
    paint_graticule,
    paint_message,
    paint_outside,
    paint_texts,
    trace_image,
)
from emgview.ui.traces.viewport import Viewport, sensitivity_for
from emgview.ui.traces.wording import filter_text

_EMPTY = ("Open or drop a recording or a study", "Ctrl+O  ·  demo study: Ctrl+Alt+D")
_CLICK_PX = 4
_WHEEL_NOTCH = 120.0


class TraceView(pg.GraphicsView):  # type: ignore[misc]
    """Traces of one recording with marks. Reads nothing by itself.

    Signals
    -------
    requested(TraceRequest)
        A window is wanted; answer with :meth:`show_answer`.
    viewportChanged(Viewport)
    itemClicked(str)
    stretchSelected(SampleInterval, int channel)
        A stretch was dragged in label mode or with Shift.
    """

    requested = Signal(object)
    viewportChanged = Signal(object)  # noqa: N815 - Qt's way to name signals
    itemClicked = Signal(str)  # noqa: N815
    stretchSelected = Signal(object, int)  # noqa: N815

    _ready = False  # pyqtgraph resizes while it is being made

    def __init__(self, parent: QWidget | None = None) -> None:
        super().__init__(parent)
        self.setMinimumSize(320, 200)
        self.setAccessibleName("Traces")
        self.setAcceptDrops(False)
        self._canvas = Canvas(self._paint)
        self.addItem(self._canvas)
        self._theme = load_theme("scope")
        self._info: RecordingInfo | None = None
        self._title = ""
        self._filter: DisplayFilter | None = None
        self._clock = False
        self._label_mode = False
        self._viewport: Viewport | None = None
        self._generation = 0
        self._answer: TraceAnswer | None = None
        self._image: QImage | None = None
        self._items = ItemIndex()
        self._hits: list[Hit] = []
        self._selected = ""
        self._scaled = False
        self._drag: tuple[QPointF, QPointF] | None = None
        self._ready = True

    # -- what is shown -----------------------------------------------------------------------

    @property
    def viewport_now(self) -> Viewport | None:
        """The present window; None without a recording."""
        return self._viewport

    @property
    def is_drawn(self) -> bool:
        """Whether the newest request has been answered."""
        answer = self._answer
        return answer is not None and answer.request.generation == self._generation

    def set_recording(self, info: RecordingInfo, *, title: str = "") -> None:
        """Show another recording from its start."""
        self._info, self._title, self._scaled = info, title, False
        self._answer, self._image = None, None
        self._items, self._selected = ItemIndex(), ""
        self._viewport = None
        self._set(Viewport.over(info))

    def clear(self) -> None:
        """Show nothing."""
        self._info, self._viewport, self._answer, self._image = None, None, None, None
        self._items, self._hits, self._selected = ItemIndex(), [], ""
        self._canvas.update()

    def set_title(self, title: str) -> None:
        """Muscle and side."""
        self._title = title
        self._canvas.update()

    def set_items(self, items: Sequence[DisplayItem]) -> None:
        """Proposals and labels of the recording."""
        self._items = ItemIndex(items)
        self._canvas.update()

    def select_item(self, item: str) -> None:
        """Highlight an item and bring it into view."""
        self._selected = item
        found = self._items.get(item)
        if found is not None and self._viewport is not None:
            self._set(self._viewport.showing(found.interval))
        self._canvas.update()

    def set_theme(self, theme: Theme) -> None:
        """Other colours."""
        self._theme = theme
        self.setBackground(theme.trace["background"])
        self._image = None
        self._canvas.update()

    def set_filter(self, chosen: DisplayFilter | None) -> None:
        """Filter for display; None shows the signal as recorded."""
        self._filter = chosen
        self._request()

    def set_clock_time(self, *, on: bool) -> None:
        """Clock time instead of elapsed time, where the recording tells it."""
        self._clock = on
        self._canvas.update()

    def set_label_mode(self, on: bool) -> None:
        """Let dragging make labels."""
        self._label_mode = on
        shape = Qt.CursorShape.CrossCursor if on else Qt.CursorShape.ArrowCursor
        self.setCursor(shape)

    def show_answer(self, answer: TraceAnswer) -> None:
        """Draw an answer; one to an older request is dropped."""
        if answer.request.generation != self._generation:
            return
        self._answer, self._image = answer, None
        self._canvas.update()

    def suggest_sensitivity(self, overview: TraceAnswer) -> None:
        """Fit the sensitivity of a recording that was just opened to its typical deflections."""
        if self._viewport is None or self._scaled or overview.maximum is None:
            return
        if overview.minimum is None:
            return
        size = np.fmax(np.abs(overview.minimum), np.abs(overview.maximum))
        if size.size == 0 or np.isnan(size).all():
            return
        self._scaled = True
        typical = np.nan_to_num(np.nanpercentile(size, 90, axis=0), nan=50.0)
        scales = tuple(sensitivity_for(float(uv)) for uv in typical)
        self._image = None
        self._set(replace(self._viewport, uv_per_div=scales))

    def grab_picture(self) -> QImage:
        """The view as a picture."""
        return QImage(self.grab().toImage())

    # -- navigation --------------------------------------------------------------------------

    def set_viewport(self, viewport: Viewport) -> None:
        """Show another window of the same recording."""
        self._set(viewport)

    def step(self, divisions: int) -> None:
        """Scroll by divisions."""
        self._move(lambda v: v.stepped(divisions))

    def page(self, pages: int) -> None:
        """Scroll by windows."""
        self._move(lambda v: v.paged(pages))

    def zoom(self, steps: int) -> None:
        """Faster (+) or slower (−) sweep about the middle."""
        self._move(lambda v: v.zoomed(steps))

    def change_sensitivity(self, steps: int, channel: int | None = None) -> None:
        """Fewer (+) or more (−) µV a division."""
        self._image = None
        self._move(lambda v: v.more_sensitive(steps, channel))

    def show_whole(self) -> None:
        """All of the recording."""
        self._move(Viewport.whole)

    def go_start(self) -> None:
        """Start of the recording."""
        self._move(lambda v: v.at(0))

    def go_end(self) -> None:
        """End of the recording."""
        self._move(lambda v: v.at(v.n_samples))

    def center_on(self, sample: int) -> None:
        """Bring a sample into the middle."""
        self._move(lambda v: v.centred(sample))

    def _move(self, change: Callable[[Viewport], Viewport]) -> None:
        if self._viewport is not None:
            self._set(change(self._viewport))

    def _set(self, viewport: Viewport) -> None:
        if viewport == self._viewport and self._answer is not None:
            return
        self._viewport = viewport
        self.viewportChanged.emit(viewport)
        self._request()

    def _request(self) -> None:
        if self._info is None or self._viewport is None:
            return
        self._generation += 1
        columns = max(round(self.width() * self.devicePixelRatioF()), 1)
        self.requested.emit(
            TraceRequest(
                self._generation,
                self._info.id,
                self._viewport.interval,
                columns,
                tuple(range(len(self._info.channels))),
                self._filter,
            )
        )

    # -- painting ----------------------------------------------------------------------------

    def _geometry(self) -> Geometry:
        n = len(self._info.channels) if self._info else 0
        return Geometry(self.width(), self.height(), n)

    def _scene(self, info: RecordingInfo, viewport: Viewport) -> Scene:
        first = info.channels[0] if info.channels else None
        words = filter_text(first.high_pass_hz, first.low_pass_hz) if first else ""
        warning = ""
        if self._filter is not None:
            applied = self._answer is None or self._answer.filtered
            words = f"view filtered: {self._filter.describe()}" if applied else words
            warning = "" if applied else "window too long to filter: shown as recorded"
        return Scene(
            self._geometry(),
            viewport,
            self._theme,
            info,
            tuple(range(len(info.channels))),
            self._title,
            words,
            warning,
            self._clock,
        )

    def _paint(self, painter: QPainter, box: QRectF) -> None:
        painter.setFont(self.font())
        if self._info is None or self._viewport is None:
            paint_message(painter, box, self._theme, _EMPTY)
            return
        scene = self._scene(self._info, self._viewport)
        paint_graticule(painter, scene)
        paint_outside(painter, scene)
        if self._answer is not None:
            self._paint_traces(painter, scene, self._answer)
        marks = MarkPainter(painter, scene, self._selected)
        marks.paint(self._items)
        self._hits = marks.hits
        paint_texts(painter, scene)
        self._paint_drag(painter, scene)

    def _paint_traces(self, painter: QPainter, scene: Scene, answer: TraceAnswer) -> None:
        ratio = self.devicePixelRatioF()
        if self._image is None:
            shown = replace(scene, viewport=self._viewport_of(answer, scene.viewport))
            self._image = trace_image(shown, answer, ratio)
        offset = scene.geometry.x_of(answer.request.interval.start, scene.viewport)
        same_scale = len(answer.request.interval) == scene.viewport.span
        painter.drawImage(QPointF(offset if same_scale else 0.0, 0.0), self._image)

    @staticmethod
    def _viewport_of(answer: TraceAnswer, viewport: Viewport) -> Viewport:
        """The window that the answer was asked for."""
        span = len(answer.request.interval)
        ms = span / viewport.fs * 1000 / 10
        return replace(viewport, start=answer.request.interval.start, ms_per_div=ms)

    def _paint_drag(self, painter: QPainter, scene: Scene) -> None:
        if self._drag is None:
            return
        a, b = sorted((self._drag[0].x(), self._drag[1].x()))
        lane = scene.geometry.lane_at(self._drag[0].y()) or 0
        height = scene.geometry.lane_height
        box = QRectF(a, HEADER_PX + lane * height, b - a, height)
        colour = scene.colour("selection")
        painter.setPen(QPen(colour, 1))
        colour.setAlpha(45)
        painter.fillRect(box, colour)
        painter.drawRect(box)
        seconds = (b - a) / scene.geometry.width * scene.viewport.span / scene.viewport.fs
        text = f"{seconds * 1000:.1f} ms"
        if seconds > 0:
            text += f"   {1 / seconds:.1f} Hz"
        painter.setPen(scene.colour("text"))
        painter.drawText(QPointF(a + 4, box.bottom() - 6), text)

    # -- Qt ----------------------------------------------------------------------------------

    def resizeEvent(self, event: QResizeEvent) -> None:
        """Ask for as many columns as there are pixels now."""
        super().resizeEvent(event)
        if not self._ready:
            return
        self._canvas.set_box(QRectF(0, 0, self.width(), self.height()))
        self._image = None
        self._request()

    def wheelEvent(self, event: QWheelEvent) -> None:
        """Wheel scrolls; Ctrl sweeps; Shift changes the sensitivity, Alt of one channel."""
        delta = event.angleDelta()
        notches = (delta.y() or delta.x()) / _WHEEL_NOTCH
        if self._viewport is None or notches == 0:
            return
        keys, steps = event.modifiers(), 1 if notches > 0 else -1
        if keys & Qt.KeyboardModifier.ControlModifier:
            anchor = event.position().x() / max(self.width(), 1)
            self._set(self._viewport.zoomed(steps, anchor))
        elif keys & Qt.KeyboardModifier.ShiftModifier:
            self.change_sensitivity(steps)
        elif keys & Qt.KeyboardModifier.AltModifier:
            self.change_sensitivity(steps, self._geometry().lane_at(event.position().y()))
        else:
            self._set(self._viewport.stepped(-notches))
        event.accept()

    def mousePressEvent(self, event: QMouseEvent) -> None:
        """Start a drag."""
        if event.button() == Qt.MouseButton.LeftButton and self._viewport is not None:
            self._drag = (event.position(), event.position())
        event.accept()

    def mouseMoveEvent(self, event: QMouseEvent) -> None:
        """Show the dragged stretch and its length."""
        if self._drag is not None:
            self._drag = (self._drag[0], event.position())
            self._canvas.update()
        event.accept()

    def mouseReleaseEvent(self, event: QMouseEvent) -> None:
        """A click selects; a drag in label mode or with Shift makes a label."""
        if self._drag is None or self._viewport is None:
            return
        first, last = self._drag
        self._drag = None
        self._canvas.update()
        if abs(last.x() - first.x()) <= _CLICK_PX:
            self._click(last)
        elif self._label_mode or event.modifiers() & Qt.KeyboardModifier.ShiftModifier:
            self._select_stretch(first, last)
        event.accept()

    def _click(self, place: QPointF) -> None:
        hit = next((h for h in reversed(self._hits) if h.box.contains(place)), None)
        if hit is not None:
            self.itemClicked.emit(hit.item)

    def _select_stretch(self, first: QPointF, last: QPointF) -> None:
        g, v = self._geometry(), self._viewport
        lane = g.lane_at(first.y())
        if v is None or lane is None:
            return
        a, b = sorted((g.sample_at(first.x(), v), g.sample_at(last.x(), v)))
        inside = SampleInterval(a, b).intersection(SampleInterval(0, v.n_samples))
        if inside is not None:
            self.stretchSelected.emit(inside, lane)
