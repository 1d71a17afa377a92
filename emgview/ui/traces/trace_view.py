"""The trace view: navigation and mouse over the picture of a recording."""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import replace

from PySide6.QtCore import QPoint, QPointF, Qt, Signal
from PySide6.QtGui import QMouseEvent, QPainter, QWheelEvent
from PySide6.QtWidgets import QWidget

from emgview.session.traces import TraceAnswer
from emgview.ui.traces.drawing import paint_drawing
from emgview.ui.traces.measuring import typical_deflections, value_at
from emgview.ui.traces.picture_view import PictureView
from emgview.ui.traces.pointer import Drag, channel_at
from emgview.ui.traces.scene import Scene
from emgview.ui.traces.tools import Place, Tool
from emgview.ui.traces.viewport import Viewport, sensitivity_for

_WHEEL_NOTCH = 120.0


class TraceView(PictureView):
    """What the reader moves, clicks and drags; see :class:`PictureView` for what is shown.

    Signals
    -------
    itemClicked(str)
    stretchSelected(SampleInterval, int channel)
        A stretch was dragged in label mode or with Shift.
    stretchMeasured(SampleInterval, int channel)
        A stretch was dragged to be measured.
    placeClicked(int sample, int channel)
        A click on a trace where no item is.
    cursorMoved(int sample, int channel, float or None)
        The pointer is over a trace; µV where single samples are drawn.
    """

    itemClicked = Signal(str)  # noqa: N815 - Qt's way to name signals
    stretchSelected = Signal(object, int)  # noqa: N815
    stretchMeasured = Signal(object, int)  # noqa: N815
    placeClicked = Signal(object, int)  # noqa: N815 - samples may exceed 32 bits
    cursorMoved = Signal(object, int, object)  # noqa: N815 - samples may exceed 32 bits

    def __init__(self, parent: QWidget | None = None) -> None:
        super().__init__(parent)
        self._label_mode = False

    def set_label_mode(self, on: bool) -> None:
        """Let dragging make labels."""
        self._label_mode = on
        shape = Qt.CursorShape.CrossCursor if on else Qt.CursorShape.ArrowCursor
        self.setCursor(shape)

    def set_tool(self, tool: Tool | None) -> None:
        """Let a tool have the mouse first; None: the view alone."""
        self._tool = tool
        self._drag = None
        self.redraw()

    def suggest_sensitivity(self, overview: TraceAnswer) -> None:
        """Fit the sensitivity of a recording that was just opened to its typical deflections."""
        if self._viewport is None or self._scaled:
            return
        self._scaled = True
        scales = list(self._viewport.uv_per_div)
        found = typical_deflections(overview)
        for channel, typical in zip(overview.request.channels, found, strict=True):
            if typical is not None:
                scales[channel] = sensitivity_for(typical)
        self._set(replace(self._viewport, uv_per_div=tuple(scales)))

    def gutter_at(self, place: QPoint) -> int | None:
        """Channel of which the name stands at a place; None beside the names."""
        if self._viewport is None or place.x() >= self._geometry().plot_left:
            return None
        lane = self._geometry().lane_at(place.y())
        return None if lane is None else self._viewport.channels[lane]

    def paint_on(self, painter: QPainter, width: int, height: int) -> Scene | None:
        """Paint with lines and texts upon any device, for a picture; None: there is nothing."""
        scene = self.scene_of(width, height, self._answer)
        if scene is not None:
            painter.setFont(self.font())
            paint_drawing(painter, scene, self._answer, self._items, self._selected)
        return scene

    # -- navigation --------------------------------------------------------------------------

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
        """Fewer (+) or more (−) µV a division; of one channel or all."""
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

    def show_channels(self, channels: Iterable[int]) -> None:
        """Show these channels and hide all others."""
        self._move(lambda v: v.showing_channels(channels))

    def turn_channel(self, channel: int) -> None:
        """Turn a channel over on the screen, or back."""
        self._move(lambda v: v.turned(channel))

    def center_on(self, sample: int) -> None:
        """Bring a sample into the middle."""
        self._move(lambda v: v.centred(sample))

    # -- mouse ------------------------------------------------------------------------------

    def wheelEvent(self, event: QWheelEvent) -> None:
        """Wheel scrolls; Ctrl sweeps; Shift changes the sensitivity, Alt of one channel."""
        delta = event.angleDelta()
        notches = (delta.y() or delta.x()) / _WHEEL_NOTCH
        event.accept()
        if self._viewport is None or notches == 0:
            return
        keys, steps, place = event.modifiers(), 1 if notches > 0 else -1, event.position()
        if keys & Qt.KeyboardModifier.ControlModifier:
            self._set(self._viewport.zoomed(steps, self._geometry().part_at(place.x())))
        elif keys & Qt.KeyboardModifier.ShiftModifier:
            self.change_sensitivity(steps)
        elif keys & Qt.KeyboardModifier.AltModifier:
            channel = channel_at(place.y(), self._geometry(), self._viewport)
            if channel is not None:
                self.change_sensitivity(steps, channel)
        else:
            self._set(self._viewport.stepped(-notches))

    def mousePressEvent(self, event: QMouseEvent) -> None:
        """Start a drag."""
        event.accept()
        if event.button() != Qt.MouseButton.LeftButton or self._viewport is None:
            return
        if self._tool is None or not self._tool.press(self._place(event, self._viewport)):
            self._drag = Drag(event.position(), event.position())
        self.redraw()

    def mouseMoveEvent(self, event: QMouseEvent) -> None:
        """Show the dragged stretch; tell where the pointer is."""
        event.accept()
        if self._viewport is None:
            return
        place = self._place(event, self._viewport)
        if self._tool is not None and self._drag is None and self._tool.move(place):
            self.redraw()
        elif self._drag is not None:
            self._drag = Drag(self._drag.first, place.point)
            self.redraw()
        if place.channel is not None and place.point.x() >= self._geometry().plot_left:
            value = value_at(self._answer, place.channel, place.sample) if self._answer else None
            self.cursorMoved.emit(place.sample, place.channel, value)

    def mouseReleaseEvent(self, event: QMouseEvent) -> None:
        """A click selects; a drag in label mode or with Shift makes a label."""
        event.accept()
        drag, self._drag = self._drag, None
        if self._viewport is None:
            return
        if drag is None:
            if self._tool is not None and self._tool.release(self._place(event, self._viewport)):
                self.redraw()
            return
        self.redraw()
        drag = Drag(drag.first, event.position())
        if drag.is_click:
            self._click(drag.last, self._place(event, self._viewport))
            return
        g, v = self._geometry(), self._viewport
        channel, stretch = drag.channel(g, v), drag.stretch(g, v)
        if channel is None or stretch is None:
            return
        if self._label_mode or event.modifiers() & Qt.KeyboardModifier.ShiftModifier:
            self.stretchSelected.emit(stretch, channel)
        else:
            self.stretchMeasured.emit(stretch, channel)

    def _place(self, event: QMouseEvent, viewport: Viewport) -> Place:
        point, g = event.position(), self._geometry()
        channel = channel_at(point.y(), g, viewport)
        return Place(point, g.sample_at(point.x(), viewport), channel, event.modifiers())

    def _click(self, point: QPointF, place: Place) -> None:
        hit = next((h for h in reversed(self._hits) if h.box.contains(point)), None)
        if hit is not None:
            self.itemClicked.emit(hit.item)
        elif place.channel is not None and point.x() >= self._geometry().plot_left:
            self.placeClicked.emit(place.sample, place.channel)
