"""The whole recording in one strip: envelope, event density, window, gaps."""

from __future__ import annotations

import math
from collections.abc import Sequence
from typing import Any

import numpy as np
from numpy.typing import NDArray
from PySide6.QtCore import QRectF, Qt, Signal
from PySide6.QtGui import QBrush, QColor, QImage, QMouseEvent, QPainter, QPaintEvent, QPen, QPixmap
from PySide6.QtWidgets import QWidget

from emgview.model import Gap, PhaseMark, RecordingInfo, SampleInterval
from emgview.session.traces import TraceAnswer
from emgview.ui.theme import Theme, load_theme
from emgview.ui.traces.display_items import ItemIndex, Shown
from emgview.ui.traces.raster import Lane, draw_columns
from emgview.ui.traces.viewport import Viewport

_HEIGHT_PX = 74
_DENSITY_PX = 22
_BIN_PX = 4
_FULL_PERCENTILE = 99


class OverviewStrip(QWidget):
    """Click or drag to go there.

    Signals
    -------
    gotoRequested(int)
        Sample to bring into the middle.
    """

    gotoRequested = Signal(int)  # noqa: N815 - Qt's way to name signals

    def __init__(self, parent: QWidget | None = None) -> None:
        super().__init__(parent)
        self.setFixedHeight(_HEIGHT_PX)
        self.setAttribute(Qt.WidgetAttribute.WA_OpaquePaintEvent)
        self.setAccessibleName("Overview")
        self.setToolTip("Whole recording with the density of events; click to go there")
        self._theme = load_theme("scope")
        self._answer: TraceAnswer | None = None
        self._items = ItemIndex()
        self._viewport: Viewport | None = None
        self._marks: tuple[int, ...] = ()
        self._still: QPixmap | None = None
        self._gaps: tuple[Gap, ...] = ()
        self._phases: tuple[PhaseMark, ...] = ()

    def set_recording(self, info: RecordingInfo) -> None:
        """Gaps and phases of another recording; its envelope comes by :meth:`set_answer`."""
        self.clear()
        self._gaps, self._phases = info.gaps, info.phases

    def clear(self) -> None:
        """Show nothing."""
        self._answer, self._viewport, self._items = None, None, ItemIndex()
        self._gaps, self._phases = (), ()
        self._refresh()

    def set_answer(self, answer: TraceAnswer) -> None:
        """Envelope of the whole recording."""
        self._answer = answer
        self._refresh()

    def set_items(self, items: ItemIndex | Sequence[Shown]) -> None:
        """Events to be counted."""
        before, self._items = self._items, ItemIndex.of(items)
        if not self._items.counts_like(before):  # else a state changed, which is not shown here
            self._refresh()

    def set_marks(self, samples: Sequence[int]) -> None:
        """Bookmarks."""
        self._marks = tuple(samples)
        self._refresh()

    def set_viewport(self, viewport: Viewport) -> None:
        """The window of the trace view."""
        first = self._viewport is None or self._viewport.n_samples != viewport.n_samples
        self._viewport = viewport
        self._refresh() if first else self.update()

    def set_theme(self, theme: Theme) -> None:
        """Other colours."""
        self._theme = theme
        self._refresh()

    def paintEvent(self, event: QPaintEvent) -> None:
        """Draw all parts."""
        del event
        painter = QPainter(self)
        ratio = self.devicePixelRatioF()
        if self._still is None or self._still.size() != self.size() * ratio:
            self._still = self._painted(ratio)
        if ratio != round(ratio):  # the picture may end a part of a pixel before the strip does
            painter.fillRect(self.rect(), QColor(self._theme.trace["background"]))
        painter.drawPixmap(0, 0, self._still)
        if self._viewport is not None:
            self._paint_window(painter, self._viewport)
        painter.end()

    def _painted(self, ratio: float) -> QPixmap:
        """All but the window of the trace view, which alone moves with each step."""
        pixmap = QPixmap(self.size() * ratio)
        pixmap.setDevicePixelRatio(ratio)
        painter = QPainter(pixmap)
        painter.setFont(self.font())
        painter.fillRect(self.rect(), QColor(self._theme.trace["background"]))
        if self._viewport is not None:
            self._paint_envelope(painter)
            self._paint_unknown(painter, self._viewport)
            self._paint_phases(painter, self._viewport)
            self._paint_gaps(painter, self._viewport)
            self._paint_density(painter, ratio)
            self._paint_marks(painter, self._viewport)
        painter.setPen(QColor(self._theme.window["border"]))
        painter.drawLine(0, 0, self.width(), 0)
        painter.end()
        return pixmap

    def _refresh(self) -> None:
        """Paint everything anew."""
        self._still = None
        self.update()

    def _box(self, interval: SampleInterval, viewport: Viewport) -> QRectF:
        """A stretch of the recording over the height of the envelope."""
        scale = self.width() / max(viewport.n_samples, 1)
        width = max(len(interval) * scale, 2.0)
        return QRectF(interval.start * scale, 1, width, _HEIGHT_PX - _DENSITY_PX - 1)

    def _paint_phases(self, painter: QPainter, viewport: Viewport) -> None:
        """Where each part of the examination begins, with its name where there is room."""
        for mark in self._phases:
            box = self._box(mark.interval, viewport)
            painter.setPen(QPen(QColor(self._theme.trace["graticule_axis"]), 1))
            painter.drawLine(box.topLeft(), box.bottomLeft())
            painter.setPen(QColor(self._theme.window["muted"]))
            room = int(box.width()) - 8
            text = mark.phase.value
            width = painter.fontMetrics().horizontalAdvance(text)
            if width <= room:
                ground = QColor(self._theme.trace["background"])
                ground.setAlpha(215)
                word = QRectF(box.left() + 2, 1, width + 6.0, painter.fontMetrics().height())
                painter.fillRect(word, ground)
                painter.drawText(word, Qt.AlignmentFlag.AlignCenter, text)

    def _paint_marks(self, painter: QPainter, viewport: Viewport) -> None:
        """A flag for each bookmark."""
        colour = QColor(self._theme.window["text"])
        for sample in self._marks:
            box = self._box(SampleInterval(sample, sample + 1), viewport)
            painter.setPen(QPen(colour, 1, Qt.PenStyle.DotLine))
            painter.drawLine(box.topLeft(), box.bottomLeft())
            painter.fillRect(QRectF(box.left(), 1, 6, 5), colour)

    def _paint_gaps(self, painter: QPainter, viewport: Viewport) -> None:
        colour = QColor(self._theme.trace["gap"])
        for gap in self._gaps:
            box = self._box(gap.interval, viewport)
            painter.fillRect(box, QBrush(colour, Qt.BrushStyle.Dense4Pattern))

    def _paint_unknown(self, painter: QPainter, viewport: Viewport) -> None:
        """Hatch what the overview, which is being made, does not cover yet."""
        known = self._answer.known_until if self._answer is not None else None
        if known is None:
            return
        box = self._box(SampleInterval(known, max(viewport.n_samples, known)), viewport)
        colour = QColor(self._theme.trace["graticule_axis"])
        painter.fillRect(box, QBrush(colour, Qt.BrushStyle.FDiagPattern))

    def _paint_envelope(self, painter: QPainter) -> None:
        low, high = self._extremes()
        if low is None or high is None:
            return
        width, height = self.width(), _HEIGHT_PX - _DENSITY_PX
        columns = np.linspace(0, len(low) - 1, width).round().astype(int)
        size = np.fmax(np.abs(low), np.abs(high))
        size = size[~np.isnan(size)]
        # One artefact must not press everything else flat: the largest columns are cut.
        largest = float(np.percentile(size, _FULL_PERCENTILE)) if size.size else 1.0
        lane = Lane(2, height - 4, (height - 6) / 2 / max(largest, 1e-6))
        pixels = np.zeros((height, width), dtype=np.uint32)
        colour = QColor(self._theme.trace["text"])
        draw_columns(pixels, lane, low[columns], high[columns], colour.rgba())
        image = QImage(pixels.data, width, height, width * 4, QImage.Format.Format_ARGB32)
        painter.drawImage(0, 0, image)

    def _extremes(
        self,
    ) -> tuple[np.ndarray[tuple[int], np.dtype[np.float32]] | None, ...]:
        """Least and greatest value over all channels, per column."""
        answer = self._answer
        if answer is None:
            return None, None
        if answer.samples is not None:
            if answer.samples.size == 0:
                return None, None
            return np.fmin.reduce(answer.samples, axis=1), np.fmax.reduce(answer.samples, axis=1)
        if answer.minimum is None or answer.maximum is None or answer.minimum.shape[1] == 0:
            return None, None
        return np.fmin.reduce(answer.minimum, axis=1), np.fmax.reduce(answer.maximum, axis=1)

    def _paint_density(self, painter: QPainter, ratio: float) -> None:
        if self._viewport is None:
            return
        n_bins = max(self.width() // _BIN_PX, 1)
        counts = self._items.density(self._viewport.n_samples, n_bins)
        if not counts:
            return
        total = np.sum(list(counts.values()), axis=0)
        scale = (_DENSITY_PX - 4) / np.sqrt(max(float(total.max()), 1.0))
        top, base = _HEIGHT_PX - _DENSITY_PX, np.full(n_bins, float(_HEIGHT_PX - 1))
        bars = _Bars(n_bins, ratio)
        for activity, count in counts.items():
            share = np.divide(count, total, out=np.zeros(n_bins), where=total > 0)
            heights = share * np.sqrt(total) * scale
            bars.draw(base - heights - top, base - top, QColor(self._theme.class_colour(activity)))
            base -= heights
        painter.drawImage(0, top, bars.image())

    def _paint_window(self, painter: QPainter, viewport: Viewport) -> None:
        n = max(viewport.n_samples, 1)
        a = viewport.start / n * self.width()
        b = min((viewport.start + viewport.span) / n, 1.0) * self.width()
        colour = QColor(self._theme.trace["selection"])
        painter.setPen(QPen(colour, 1.5))
        colour.setAlpha(40)
        box = QRectF(a, 1, max(b - a, 3.0), _HEIGHT_PX - 2)
        painter.fillRect(box, colour)
        painter.drawRect(box)

    def mousePressEvent(self, event: QMouseEvent) -> None:
        """Go there."""
        self._go(event)

    def mouseMoveEvent(self, event: QMouseEvent) -> None:
        """Follow the drag."""
        if event.buttons() & Qt.MouseButton.LeftButton:
            self._go(event)

    def _go(self, event: QMouseEvent) -> None:
        if self._viewport is not None:
            part = event.position().x() / max(self.width(), 1)
            self.gotoRequested.emit(round(part * self._viewport.n_samples))


class _Bars:
    """Bars beside each other; thousands of rectangles painted one by one take a frame."""

    def __init__(self, n_bins: int, ratio: float) -> None:
        self._ratio = ratio
        left = _rounded(np.arange(n_bins) * _BIN_PX * ratio)
        right = _rounded((np.arange(n_bins) * _BIN_PX + _BIN_PX - 1) * ratio)
        width, height = math.ceil(n_bins * _BIN_PX * ratio), math.ceil(_DENSITY_PX * ratio)
        columns = np.arange(width)
        self._bin = np.searchsorted(left, columns, "right") - 1
        self._inside = columns < right[self._bin]
        self._rows = np.arange(height)[:, None]
        self._pixels = np.zeros((height, width), dtype=np.uint32)

    def draw(self, top: NDArray[np.float64], bottom: NDArray[np.float64], colour: QColor) -> None:
        """One bar a bin, from top to bottom."""
        a, b = _rounded(top * self._ratio)[self._bin], _rounded(bottom * self._ratio)[self._bin]
        self._pixels[(self._rows >= a) & (self._rows < b) & self._inside] = colour.rgba()

    def image(self) -> QImage:
        """All bars on nothing."""
        height, width = self._pixels.shape
        wrapped = QImage(self._pixels.data, width, height, 4 * width, QImage.Format.Format_ARGB32)
        image = wrapped.copy()  # it outlives the pixels
        image.setDevicePixelRatio(self._ratio)
        return image


def _rounded(places: NDArray[np.floating[Any]]) -> NDArray[np.int64]:
    """Whole pixels, as Qt rounds the edges of what it fills."""
    whole: NDArray[np.int64] = np.floor(places + 0.5).astype(np.int64)
    return whole
