"""The widget that shows sweeps. It reads nothing; its place in time is the trace view's."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import replace

from PySide6.QtCore import QPointF, QRectF, Qt, Signal
from PySide6.QtGui import QImage, QMouseEvent, QPainter, QPaintEvent, QResizeEvent, QWheelEvent
from PySide6.QtWidgets import QWidget

from emgview.session.traces import TraceAnswer
from emgview.ui.sweeps.layout import SweepSet, sweep_at
from emgview.ui.sweeps.painting import (
    SweepPlan,
    level_y,
    paint_average,
    paint_beam,
    paint_nothing,
    paint_sweep_axis,
    paint_sweep_lines,
    paint_times,
    paint_trigger,
    sweep_image,
)
from emgview.ui.traces.geometry import HEADER_PX
from emgview.ui.traces.lettering import paint_frame, paint_header
from emgview.ui.traces.painting import paint_beside, paint_graticule
from emgview.ui.traces.scene import Scene

_GRAB_PX = 6.0
_MOST_LINE_POINTS = 400_000
_WHEEL_NOTCH = 120.0

SceneMaker = Callable[[int, int, TraceAnswer | None], Scene | None]


class SweepView(QWidget):
    """Sweeps of the window that the trace view keeps.

    Parameters
    ----------
    scene : callable (width, height, answer or None) -> Scene or None
        Scales, channels and colours of now; None where there is nothing to show.

    Signals
    -------
    resized()
        Another number of columns is wanted.
    levelDragged(float)
        Trigger level in µV.
    placeWanted(int sample)
        A stacked sweep was double-clicked.
    wheelTurned(int steps, Qt.KeyboardModifiers, channel or None)
    """

    resized = Signal()
    levelDragged = Signal(float)  # noqa: N815 - Qt's way to name signals
    placeWanted = Signal(object)  # noqa: N815 - samples may exceed 32 bits
    wheelTurned = Signal(int, object, object)  # noqa: N815

    def __init__(self, scene: SceneMaker, parent: QWidget | None = None) -> None:
        super().__init__(parent)
        self.setMinimumSize(320, 200)
        self.setAccessibleName("Sweeps")
        self.setAttribute(Qt.WidgetAttribute.WA_OpaquePaintEvent)
        self.setMouseTracking(True)
        self.setFocusPolicy(Qt.FocusPolicy.StrongFocus)
        self._scene = scene
        self._plan = SweepPlan("")
        self._sweeps: SweepSet | None = None
        self._answer: TraceAnswer | None = None
        self._image: QImage | None = None
        self._image_of: object = None
        self._dragging = False

    @property
    def sweeps_now(self) -> SweepSet | None:
        """What is drawn."""
        return self._sweeps

    @property
    def plan_now(self) -> SweepPlan:
        """How it is laid out."""
        return self._plan

    @property
    def n_columns(self) -> int:
        """Pixels across a sweep."""
        scene = self._here()
        width = scene.geometry.plot_width if scene is not None else self.width()
        return max(round(width * self.devicePixelRatioF()), 1)

    def show_sweeps(
        self, plan: SweepPlan, sweeps: SweepSet | None, answer: TraceAnswer | None = None
    ) -> None:
        """Draw these; None: nothing came yet. ``answer`` tells whether the filter was applied."""
        self._plan, self._sweeps, self._image, self._answer = plan, sweeps, None, answer
        self.update()

    def redraw(self) -> None:
        """Colours or scales have changed."""
        self._image = None
        self.update()

    # -- painting ----------------------------------------------------------------------------

    def paintEvent(self, event: QPaintEvent) -> None:
        """Paint all; the picture of the sweeps is kept while nothing has changed."""
        del event
        painter = QPainter(self)
        self._paint(painter, self.width(), self.height(), lines=False)
        painter.end()

    def paint_on(self, painter: QPainter, width: int, height: int) -> Scene | None:
        """Paint with lines and texts upon any device, for a picture; None: there is nothing."""
        return self._paint(painter, width, height, lines=True)

    def _paint(self, painter: QPainter, width: int, height: int, *, lines: bool) -> Scene | None:
        ratio = self.devicePixelRatioF()
        box = QRectF(0, 0, width, height)
        painter.setFont(self.font())
        scene = self._scene(width, height, self._answer)
        if scene is None:
            painter.fillRect(box, self.palette().window())
            return None
        paint_beside(painter, box, scene)
        paint_graticule(painter, scene)
        paint_frame(painter, scene)
        sweeps = self._sweeps
        if sweeps is not None and sweeps.n_sweeps:
            if lines and sweeps.low.size <= _MOST_LINE_POINTS:
                paint_sweep_lines(painter, scene, self._plan, sweeps)
            else:
                left = QPointF(scene.geometry.plot_left, HEADER_PX)
                painter.drawImage(left, self._picture(scene, sweeps, ratio))
            painter.save()
            paint_average(painter, scene, sweeps)
            painter.restore()
            paint_times(painter, scene, self._plan, sweeps.starts)
        elif self._plan.message:
            paint_nothing(painter, scene, self._plan)
        paint_trigger(painter, scene, self._plan)
        paint_beam(painter, scene, self._plan)
        paint_header(painter, scene)
        paint_sweep_axis(painter, scene, self._plan)
        return scene

    def _picture(self, scene: Scene, sweeps: SweepSet, ratio: float) -> QImage:
        key = (scene.geometry, replace(scene.viewport, start=0), scene.theme.name, ratio)
        if self._image is None or key != self._image_of:
            self._image, self._image_of = sweep_image(scene, self._plan, sweeps, ratio), key
        return self._image

    # -- Qt ----------------------------------------------------------------------------------

    def resizeEvent(self, event: QResizeEvent) -> None:
        """Ask for as many columns as there are pixels now."""
        super().resizeEvent(event)
        self._image = None
        self.resized.emit()

    def wheelEvent(self, event: QWheelEvent) -> None:
        """Wheel as in the trace view."""
        delta = event.angleDelta()
        notches = (delta.y() or delta.x()) / _WHEEL_NOTCH
        event.accept()
        scene = self._here()
        if scene is None or notches == 0:
            return
        lane = scene.geometry.lane_at(event.position().y())
        channel = None if lane is None else scene.channels[lane]
        self.wheelTurned.emit(1 if notches > 0 else -1, event.modifiers(), channel)

    def mousePressEvent(self, event: QMouseEvent) -> None:
        """Take hold of the trigger level."""
        self._dragging = event.button() == Qt.MouseButton.LeftButton and self._near_level(
            event.position()
        )

    def mouseMoveEvent(self, event: QMouseEvent) -> None:
        """Drag the trigger level."""
        if self._dragging:
            level = self._level_at(event.position().y())
            if level is not None:
                self.levelDragged.emit(level)
        near = self._dragging or self._near_level(event.position())
        self.setCursor(Qt.CursorShape.SplitVCursor if near else Qt.CursorShape.ArrowCursor)

    def mouseReleaseEvent(self, event: QMouseEvent) -> None:
        """Let go."""
        event.accept()
        self._dragging = False

    def mouseDoubleClickEvent(self, event: QMouseEvent) -> None:
        """A stacked sweep is shown in the free run."""
        scene, sweeps = self._here(), self._sweeps
        if scene is None or sweeps is None or not self._plan.stacked:
            return
        g, y = scene.geometry, event.position().y()
        lane = g.lane_at(y)
        if lane is None:
            return
        row = sweep_at(y, g.lane_top(lane), g.lane_height, self._plan.rows)
        if row is not None and row < sweeps.n_sweeps:
            self.placeWanted.emit(sweeps.starts[row] + (self._plan.before or 0))

    def _here(self) -> Scene | None:
        return self._scene(self.width(), self.height(), self._answer)

    def _near_level(self, place: QPointF) -> bool:
        scene, level = self._here(), self._plan.level
        if scene is None or level is None or self._plan.stacked:
            return False
        if level[0] not in scene.channels or place.x() < scene.geometry.plot_left:
            return False
        return abs(place.y() - level_y(scene, level[0], level[1])) <= _GRAB_PX

    def _level_at(self, y: float) -> float | None:
        scene, level = self._here(), self._plan.level
        if scene is None or level is None or level[0] not in scene.channels:
            return None
        lane = scene.lane(scene.channels.index(level[0]))
        return (y - lane.top - lane.height / 2) / lane.pixels_per_uv
