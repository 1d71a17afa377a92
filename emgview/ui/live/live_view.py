"""Live traces: a beam that draws over, or, frozen, any window of the ring buffer."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import replace

import numpy as np
from PySide6.QtCore import QRect, QRectF, Qt, QTimer, Signal
from PySide6.QtGui import (
    QColor,
    QImage,
    QPainter,
    QPaintEvent,
    QRegion,
    QResizeEvent,
    QWheelEvent,
)
from PySide6.QtWidgets import QWidget

from emgview.model import RecordingInfo, SampleInterval
from emgview.recording import RingBuffer, RingTail
from emgview.session.filtering import sections_of
from emgview.session.live.suggesting import Suggested
from emgview.session.traces import DisplayFilter
from emgview.ui.live.beam import BeamColumns
from emgview.ui.live.live_picture import LivePicture
from emgview.ui.live.live_strips import LiveStrips
from emgview.ui.live.suggestion_band import BAND_PX
from emgview.ui.theme import Theme
from emgview.ui.traces.geometry import AXIS_PX, HEADER_PX, Geometry
from emgview.ui.traces.lettering import paint_header
from emgview.ui.traces.painting import paint_message
from emgview.ui.traces.scene import Scene, filter_words
from emgview.ui.traces.viewport import DIVISIONS, Viewport

FRAME_MS = 16
SWEEP_S = 5.0
_LEAST_MS_PER_DIV, _MOST_MS_PER_DIV = 1.0, 1000.0
_WHEEL_NOTCH = 120.0


class LiveView(QWidget):
    """Shows a ring buffer. It reads the newest samples by itself; the latest wins.

    Signals
    -------
    frozenChanged(bool)
    scaleChanged()
        Sweep, sensitivity or channels.
    """

    frozenChanged = Signal(bool)  # noqa: N815 - Qt's way to name signals
    scaleChanged = Signal()  # noqa: N815

    def __init__(self, theme: Theme, parent: QWidget | None = None) -> None:
        super().__init__(parent)
        self.setAttribute(Qt.WidgetAttribute.WA_OpaquePaintEvent)
        self.setMinimumSize(480, 240)
        self.setFocusPolicy(Qt.FocusPolicy.StrongFocus)
        self.setAccessibleName("Live traces")
        self._theme = theme
        self._ring: RingBuffer | None = None
        self._info: RecordingInfo | None = None
        self._viewport: Viewport | None = None
        self._filter = DisplayFilter(high_pass_hz=None)
        self._columns: BeamColumns | None = None
        self._picture: LivePicture | None = None
        self._frozen_at: int | None = None  # one past the last sample of the frozen window
        self._title = ""
        self._message: tuple[str, ...] = ("Choose a source to begin.",)
        self._suggested = Suggested()
        self._strips = LiveStrips()
        self._age_of: Callable[[int], float] = lambda _sample: 0.0
        self.frames = 0
        self.ages: list[float] = []
        self._fresh_frame = False
        self._timer = QTimer(self, interval=FRAME_MS, timerType=Qt.TimerType.PreciseTimer)
        self._timer.timeout.connect(self._tick)

    # -- what is shown -----------------------------------------------------------------------

    def show_ring(self, ring: RingBuffer, age_of: Callable[[int], float]) -> None:
        """Show a source from now on; ``age_of`` tells how old a sample is, in seconds."""
        info = ring.info
        self._ring, self._info, self._age_of = ring, info, age_of
        ms = SWEEP_S * 1000 / DIVISIONS
        self._viewport = replace(Viewport.over(replace(info, n_samples=2**62)), ms_per_div=ms)
        low = [c.high_pass_hz for c in info.channels if c.high_pass_hz is not None]
        drifts = len(low) < len(info.channels) or min(low) < 1.0
        high_pass = 10.0 if drifts and info.sampling_rate_hz > 50.0 else None
        self._filter = DisplayFilter(high_pass_hz=high_pass)
        self._frozen_at = None
        self._renew()
        self._timer.start()

    def show_nothing(self, lines: tuple[str, ...]) -> None:
        """No source: say what to do."""
        self._timer.stop()
        self._ring = self._info = self._viewport = None
        self._columns = self._picture = None
        self._message = lines
        self.update()

    def set_title(self, title: str) -> None:
        """Muscle and side, for the header."""
        if title != self._title:
            self._title = title
            self._update_header()

    def set_theme(self, theme: Theme) -> None:
        """Other colours."""
        self._theme = theme
        self._renew()

    def show_suggestions(self, suggested: Suggested) -> None:
        """What the detector proposes; drawn beside the traces, never on them."""
        self._suggested = suggested
        self._update_band()

    @property
    def viewport_now(self) -> Viewport | None:
        """Scales and channels; None without a source."""
        return self._viewport

    @property
    def info_now(self) -> RecordingInfo | None:
        """Channels of the source."""
        return self._info

    @property
    def filter_now(self) -> DisplayFilter:
        """Filter of the view."""
        return self._filter

    @property
    def is_frozen(self) -> bool:
        """Whether the view stands."""
        return self._frozen_at is not None

    @property
    def frozen_at(self) -> int | None:
        """One past the last sample of the frozen window; None while the traces run."""
        return self._frozen_at

    @property
    def window_now(self) -> SampleInterval | None:
        """Absolute samples of the frozen window."""
        if self._frozen_at is None or self._viewport is None:
            return None
        span = self._viewport.span
        return SampleInterval(max(self._frozen_at - span, 0), max(self._frozen_at, span))

    # -- wishes ------------------------------------------------------------------------------

    def freeze(self, *, frozen: bool) -> None:
        """Stop the view, never the buffer; or go on with the newest samples."""
        if self._ring is None or frozen == self.is_frozen:
            return
        self._frozen_at = self._ring.head if frozen else None
        self._renew()
        self.frozenChanged.emit(frozen)

    def travel(self, divisions: float) -> None:
        """Frozen: back (−) and on (+) through the buffer."""
        if self._frozen_at is None or self._ring is None or self._viewport is None:
            return
        span = self._viewport.span
        kept = self._ring.kept
        wanted = self._frozen_at + round(divisions * span / DIVISIONS)
        self._frozen_at = max(min(wanted, kept.stop), min(kept.start + span, kept.stop))
        self._renew()

    def zoom(self, steps: int) -> None:
        """Faster (+) or slower (−) sweep."""
        if self._viewport is None:
            return
        fresh = self._viewport.zoomed(steps)
        if _LEAST_MS_PER_DIV <= fresh.ms_per_div <= _MOST_MS_PER_DIV:
            self.set_viewport(replace(fresh, start=0))

    def more_sensitive(self, steps: int) -> None:
        """Fewer (+) or more (−) µV a division: of the chosen channel, or all."""
        if self._viewport is not None:
            chosen = self._viewport.chosen
            self.set_viewport(self._viewport.more_sensitive(steps, chosen))

    def set_viewport(self, viewport: Viewport) -> None:
        """Other scales or channels."""
        self._viewport = viewport
        self._renew()
        self.scaleChanged.emit()

    def set_filter(self, chosen: DisplayFilter) -> None:
        """Another display filter; what is recorded and judged never sees it."""
        self._filter = chosen
        self._renew()
        self.scaleChanged.emit()

    def scene(self, width: int, height: int) -> Scene | None:
        """What the painters need, for a view of that size."""
        viewport, info = self._viewport, self._info
        if viewport is None or info is None:
            return None
        words, warning = filter_words(info, viewport, self._applied(), None)
        geometry = Geometry(width, height, len(viewport.channels))
        return Scene(geometry, viewport, self._theme, info, self._words(), words, warning, False)

    # -- frames ------------------------------------------------------------------------------

    def _tick(self) -> None:
        """A frame: what came since the last one."""
        if self._ring is None or self._frozen_at is not None or not self.isVisible():
            return
        columns, picture = self._columns, self._picture
        if columns is None or picture is None:
            return
        fresh = columns.advance(self._ring, self._ring.head)
        if fresh is None:
            return
        self._fresh_frame = True
        for rect in picture.draw(columns, fresh):
            self.update(rect)

    def _renew(self) -> None:
        """Another size, scale or place: everything anew."""
        self._columns = self._picture = None
        if self._ring is not None and self.width() > 0:
            self._draw_whole(self._ring)
        self.update()

    def _draw_whole(self, ring: RingBuffer) -> None:
        scene = self.scene(self.width(), max(self.height() - BAND_PX, 1))
        viewport = self._viewport
        if scene is None or viewport is None:
            return
        picture = LivePicture(scene, self.devicePixelRatioF())
        sections = self._sections()
        columns = BeamColumns(
            viewport.fs, viewport.span, picture.n_columns, viewport.channels, sections
        )
        window = self.window_now
        if window is None:
            fresh = columns.advance(ring, ring.head)
            picture.draw_all(columns, fresh.beam if fresh is not None else 0)
        else:
            shifted = RingTail(ring, window.start)
            columns.advance(shifted, len(window))
            picture.draw_all(columns, None)
        self._columns, self._picture = columns, picture

    def _applied(self) -> DisplayFilter | None:
        return None if self._filter.is_empty else self._filter

    def _sections(self) -> np.ndarray[tuple[int, int], np.dtype[np.float64]]:
        if self._info is None or self._filter.is_empty:
            return np.empty((0, 6))
        return sections_of(self._filter, self._info.sampling_rate_hz)

    def _words(self) -> str:
        window = self.window_now
        if window is None or self._ring is None or self._viewport is None:
            return self._title
        back = (self._ring.head - window.stop) / self._viewport.fs
        return f"FROZEN, {back:.1f} s back   ·   {self._title}"

    # -- painting ----------------------------------------------------------------------------

    def paintEvent(self, event: QPaintEvent) -> None:
        """Copy the parts of the picture that changed; texts where they are touched."""
        painter = QPainter(self)
        picture, viewport = self._picture, self._viewport
        if picture is None or viewport is None:
            paint_message(painter, QRectF(self.rect()), self._theme, self._message)
            painter.end()
            return
        for rect in _rects(event.region()):
            painter.drawImage(rect, picture.image, _scaled(rect, picture.image))
        touched = event.rect()
        scene = self.scene(self.width(), max(self.height() - BAND_PX, 1))
        if scene is not None:
            self._paint_texts(painter, scene, touched)
        painter.end()
        if self._fresh_frame:
            self._fresh_frame = False
            self.frames += 1
            if len(self.ages) < 100_000:
                self.ages.append(self._age_of(self._columns.reached if self._columns else 0))

    def _paint_texts(self, painter: QPainter, scene: Scene, touched: QRect) -> None:
        g = scene.geometry
        wide = touched.width() > self.width() // 2
        if wide or touched.height() <= HEADER_PX:
            painter.setFont(self.font())
            if touched.top() < HEADER_PX:
                ground = QColor(self._theme.window["window"])
                painter.fillRect(QRectF(0, 0, g.width, HEADER_PX - 1), ground)
                paint_header(painter, scene)
        if touched.bottom() >= g.plot_bottom:
            painter.setFont(self.font())
            shown, frozen = self._shown_span(), self.is_frozen
            ratio, suggested = self.devicePixelRatioF(), self._suggested
            self._strips.draw(painter, scene, ratio, suggested, shown, frozen=frozen)

    def _shown_span(self) -> SampleInterval:
        window = self.window_now
        if window is not None:
            return window
        head = self._columns.reached if self._columns is not None else 0
        span = self._viewport.span if self._viewport is not None else 1
        return SampleInterval(max(head - span, 0), head)

    def _update_header(self) -> None:
        self.update(QRect(0, 0, self.width(), HEADER_PX))

    def _update_band(self) -> None:
        top = self.height() - BAND_PX - AXIS_PX
        self.update(QRect(0, top, self.width(), BAND_PX + AXIS_PX))

    # -- Qt ----------------------------------------------------------------------------------

    def resizeEvent(self, event: QResizeEvent) -> None:
        """As many columns as there are pixels now."""
        super().resizeEvent(event)
        self._renew()

    def wheelEvent(self, event: QWheelEvent) -> None:
        """Wheel: sensitivity; with Ctrl the sweep; frozen and plain, through time."""
        steps = 1 if event.angleDelta().y() > 0 else -1
        if event.modifiers() & Qt.KeyboardModifier.ControlModifier:
            self.zoom(steps)
        elif self.is_frozen and not event.modifiers():
            self.travel(-steps)
        else:
            self.more_sensitive(steps)
        event.accept()

    def stop(self) -> None:
        """No more frames."""
        self._timer.stop()


def _rects(region: QRegion) -> list[QRect]:
    """The parts of a region; the binding iterates, its stubs do not tell."""
    rects: list[QRect] = list(region)  # type: ignore[call-overload]
    return rects


def _scaled(rect: QRect, image: QImage) -> QRect:
    ratio = image.devicePixelRatio()
    return QRect(
        round(rect.x() * ratio),
        round(rect.y() * ratio),
        round(rect.width() * ratio),
        round(rect.height() * ratio),
    )
