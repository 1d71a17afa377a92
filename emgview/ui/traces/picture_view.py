"""The picture of a recording: viewport in, requests out, answers in, pixels out."""

from __future__ import annotations

from collections.abc import Callable, Sequence
from dataclasses import replace

import pyqtgraph as pg
from PySide6.QtCore import QEvent, QRectF, Qt, QTimer, Signal
from PySide6.QtGui import QImage, QPainter, QResizeEvent
from PySide6.QtWidgets import QGraphicsView, QWidget

from emgview.model import RecordingInfo
from emgview.session.traces import DisplayFilter, TraceAnswer
from emgview.ui.theme import Theme, load_theme
from emgview.ui.traces.canvas import Canvas
from emgview.ui.traces.display_items import ItemIndex, Shown
from emgview.ui.traces.geometry import Geometry
from emgview.ui.traces.layers import Layers
from emgview.ui.traces.marks import Hit
from emgview.ui.traces.painting import paint_beside, paint_message
from emgview.ui.traces.pointer import Drag, paint_drag
from emgview.ui.traces.resolve import Wanted, resolve
from emgview.ui.traces.scene import Scene, filter_words
from emgview.ui.traces.tools import Overlay, Tool
from emgview.ui.traces.true_scale import TrueScale
from emgview.ui.traces.viewport import Viewport

_EMPTY = ("Open or drop a recording or a study", "Ctrl+O  ·  demo study: Ctrl+Alt+D")
_ALL_HIDDEN = ("All channels are hidden",)
_PATIENCE_MS = 30
"""So long the old picture stays as it is; then it is moved until the answer comes. Nearly always
the answer is there before, and one paint less doubles the speed of a step."""


class PictureView(pg.GraphicsView):  # type: ignore[misc]
    """Traces of one recording with marks. Reads nothing by itself.

    Signals
    -------
    requested(TraceRequest)
        A window is wanted; answer with :meth:`show_answer`.
    viewportChanged(Viewport)
    rested()
        Something was changed while the view rests, see :meth:`rest`.
    """

    requested = Signal(object)
    rested = Signal()
    viewportChanged = Signal(object)  # noqa: N815 - Qt's way to name signals

    _ready = False  # pyqtgraph resizes while it is being made

    def __init__(self, parent: QWidget | None = None) -> None:
        super().__init__(parent)
        self.setMinimumSize(320, 200)
        # The canvas covers everything: whatever Qt would paint before it is never seen.
        self.setBackgroundBrush(Qt.BrushStyle.NoBrush)
        self.setCacheMode(QGraphicsView.CacheModeFlag.CacheNone)
        self.viewport().setAutoFillBackground(False)
        self.viewport().setAttribute(Qt.WidgetAttribute.WA_OpaquePaintEvent)
        self.setAccessibleName("Traces")
        self.setAcceptDrops(False)
        self._canvas = Canvas(self._paint)
        self.addItem(self._canvas)
        self._theme = load_theme("scope")
        self._info: RecordingInfo | None = None
        self._title = ""
        self._filter: DisplayFilter | None = None
        self._clock = False
        self._viewport: Viewport | None = None
        self._generation = 0
        self._painted, self._was_painted = -1, False
        self._wanted: Wanted | None = None
        self._answer: TraceAnswer | None = None
        self._layers = Layers()
        self._items = ItemIndex()
        self._hits: list[Hit] = []
        self._selected = ""
        self._scaled = False
        self._true_scale: TrueScale | None = None
        self._late = QTimer(self, singleShot=True, interval=_PATIENCE_MS)
        self._late.timeout.connect(self._canvas.update)
        self._resting = False
        self._drag: Drag | None = None
        self._overlays: list[Overlay] = []
        self._tool: Tool | None = None
        self.viewport().setMouseTracking(True)
        self._ready = True

    # -- what is shown -----------------------------------------------------------------------

    @property
    def viewport_now(self) -> Viewport | None:
        """The present window; None without a recording."""
        return self._viewport

    @property
    def filter_now(self) -> DisplayFilter | None:
        """The display filter that is wanted; None shows the signal as recorded."""
        return self._filter

    @property
    def is_scaled(self) -> bool:
        """Whether the sensitivity was fitted to the recording, or chosen."""
        return self._scaled

    @property
    def answer_now(self) -> TraceAnswer | None:
        """What is drawn."""
        return self._answer

    @property
    def is_drawn(self) -> bool:
        """Whether the newest request has been answered."""
        answer = self._answer
        return answer is not None and answer.request.generation == self._generation

    @property
    def is_painted(self) -> bool:
        """Whether what the newest request brought is on the screen."""
        return self.is_drawn and self._painted == self._generation

    @property
    def was_painted(self) -> bool:
        """Whether anything, be it the empty state, has been painted."""
        return self._was_painted

    def set_recording(
        self, info: RecordingInfo, *, title: str = "", viewport: Viewport | None = None
    ) -> None:
        """Show another recording from its start, or as it was seen last."""
        self._info, self._title, self._scaled = info, title, viewport is not None
        self._answer, self._wanted, self._viewport = None, None, None
        self._layers.forget()
        self._items, self._hits, self._selected = ItemIndex(), [], ""
        self._drag = None
        self._set(viewport or Viewport.over(info))

    def clear(self) -> None:
        """Show nothing."""
        self._info = self._viewport = self._wanted = self._answer = self._drag = None
        self._layers.forget()
        self._items, self._hits, self._selected = ItemIndex(), [], ""
        self._generation += 1  # an answer that is still on its way is stale
        self._canvas.update()

    def set_title(self, title: str) -> None:
        """Muscle and side."""
        self._title = title
        self._canvas.update()

    def set_items(self, items: ItemIndex | Sequence[Shown]) -> None:
        """Proposals and labels of the recording."""
        self._items = ItemIndex.of(items)
        if self.is_drawn or not self._late.isActive():
            self._late.stop()
            self._canvas.update()  # else they are painted with the answer that is on its way

    def select_item(self, item: str, *, more_soon: bool = False) -> None:
        """Highlight an item, bring it into view; ``more_soon``: paint it with the items to come."""
        self._selected, asked = item, False
        found = self._items.get(item)
        if found is not None and self._viewport is not None:
            asked = self._set(self._viewport.showing(found.interval))
        if not asked:  # else it is painted once, with the answer
            self._late.start() if more_soon else self._canvas.update()

    def set_theme(self, theme: Theme) -> None:
        """Other colours."""
        self._theme = theme
        self._layers.forget()
        self._canvas.update()

    def set_filter(self, chosen: DisplayFilter | None) -> None:
        """Filter for display; None shows the signal as recorded."""
        self._filter = chosen
        self._request()

    def set_true_scale(self, scale: TrueScale | None) -> None:
        """Draw divisions in true size; None: they fill the view."""
        if scale != self._true_scale:
            self._true_scale = scale
            self._layers.forget()
            self._request()
            self.redraw()

    def set_clock_time(self, *, on: bool) -> None:
        """Clock time instead of elapsed time, where the recording tells it."""
        self._clock = on
        self._canvas.update()

    def show_answer(self, answer: TraceAnswer) -> None:
        """Draw an answer; one to an older request is dropped."""
        if answer.request.generation != self._generation:
            return
        self._answer = answer
        self._layers.forget()
        self._late.stop()
        self.viewport().update()  # not by way of the scene, which takes two turns of the event loop

    def ask_again(self) -> None:
        """The same window once more: what is known of it has changed."""
        self._wanted = None
        self._request()

    def rest(self, *, on: bool) -> None:
        """Ask for nothing while another view is in front; the viewport goes on being kept here."""
        if on != self._resting:
            self._resting = on
            self.ask_again()

    def scene_of(self, width: int, height: int, answer: TraceAnswer | None) -> Scene | None:
        """What another view of the same window needs to look the same; None where it is empty."""
        info, viewport = self._info, self._viewport
        if info is None or viewport is None or not viewport.channels:
            return None
        n, scale = len(viewport.channels), self._true_scale
        g = scale.geometry(width, height, n) if scale else Geometry(width, height, n)
        return replace(self._scene(info, viewport), geometry=g).with_words(self._filter, answer)

    def grab_picture(self) -> QImage:
        """The view as a picture."""
        return QImage(self.grab().toImage())

    def add_overlay(self, overlay: Overlay) -> None:
        """Draw it over the traces from now on; :meth:`redraw` where it changes."""
        self._overlays.append(overlay)
        self.redraw()

    def redraw(self) -> None:
        """Paint again; the traces themselves are not made anew."""
        self._canvas.update()

    def set_viewport(self, viewport: Viewport) -> None:
        """Show another window of the same recording."""
        self._scaled = True  # what was chosen is not scaled anew when the overview comes
        self._set(viewport)

    def _move(self, change: Callable[[Viewport], Viewport]) -> None:
        if self._viewport is not None:
            self._set(change(self._viewport))

    def _set(self, viewport: Viewport) -> bool:
        """Show another window; tells whether its data had to be asked for."""
        before = self._viewport
        if viewport == before:
            return False
        self._viewport = viewport
        if before is None or _lanes(viewport) != _lanes(before):
            self._layers.forget()
        asked = self._request()
        self.viewportChanged.emit(viewport)
        self._late.start() if asked else self._canvas.update()
        if asked:
            self._prepare()
        return asked

    def _request(self) -> bool:
        """Ask, if the screen needs other data than what was asked last; tells whether it did."""
        if self._info is None or self._viewport is None:
            return False
        if self._resting:
            self.rested.emit()
            return False
        ratio = self.devicePixelRatioF()
        wanted = resolve(self._info, self._viewport, self._geometry(), ratio, self._filter)
        if wanted != self._wanted:
            self._wanted = wanted
            self._generation += 1
            self.requested.emit(wanted.request(self._generation))
            return True
        return False

    def _prepare(self) -> None:
        """Use the time in which the traces are read."""
        if self._info is not None and self._viewport is not None and self._viewport.channels:
            scene, ratio = self._scene(self._info, self._viewport), self.devicePixelRatioF()
            self._layers.prepare(scene, self._items, self._selected, self.font(), ratio)

    # -- painting ----------------------------------------------------------------------------

    def _geometry(self) -> Geometry:
        n = len(self._viewport.channels) if self._viewport else 0
        if self._true_scale is not None:
            return self._true_scale.geometry(self.width(), self.height(), n)
        return Geometry(self.width(), self.height(), n)

    def _scene(self, info: RecordingInfo, viewport: Viewport) -> Scene:
        words, warning = filter_words(info, viewport, self._filter, self._answer)
        told = self._title, words, warning, self._clock
        return Scene(self._geometry(), viewport, self._theme, info, *told)

    def _paint(self, painter: QPainter, box: QRectF) -> None:
        self._was_painted = True
        painter.setFont(self.font())
        if self._info is None or self._viewport is None:
            paint_message(painter, box, self._theme, _EMPTY)
            return
        if not self._viewport.channels:
            paint_message(painter, box, self._theme, _ALL_HIDDEN)
            return
        scene = self._scene(self._info, self._viewport)
        paint_beside(painter, box, scene)
        self._hits = self._layers.paint(painter, scene, self._answer, self._items, self._selected)
        if self._drag is not None:
            paint_drag(painter, scene, self._drag, self._answer)
        for overlay in (*self._overlays, *([self._tool] if self._tool else [])):
            painter.save()
            overlay.paint(painter, scene, self._answer)
            painter.restore()
        if self._answer is not None:
            self._painted = self._answer.request.generation

    # -- Qt ----------------------------------------------------------------------------------

    def close(self) -> bool:
        """Close like any widget: pyqtgraph takes the viewport away, at which Qt crashes."""
        return QWidget.close(self)

    def resizeEvent(self, event: QResizeEvent) -> None:
        """Ask for as many columns as there are pixels now."""
        super().resizeEvent(event)
        if not self._ready:
            return
        self._canvas.set_box(QRectF(0, 0, self.width(), self.height()))
        self._layers.forget()
        self._request()

    def changeEvent(self, event: QEvent) -> None:
        """Ask again on a screen with another pixel ratio."""
        super().changeEvent(event)
        if self._ready and event.type() == QEvent.Type.DevicePixelRatioChange:
            self._layers.forget()
            self._request()


def _lanes(viewport: Viewport) -> Viewport:
    """What of a viewport changes the picture of an answer: all but the place in time."""
    return replace(viewport, start=0, ms_per_div=1.0)
