"""The letter of a class in a box that tells the state."""

from __future__ import annotations

import math
from collections.abc import Hashable
from functools import lru_cache

from PySide6.QtCore import QPointF, QRectF, QSizeF, Qt
from PySide6.QtGui import QBrush, QColor, QFont, QFontMetricsF, QPainter, QPen, QPixmap, QPolygonF

from emgview.model import LabelState
from emgview.ui.traces.display_items import DisplayItem
from emgview.ui.traces.scene import Scene

FILLED = (LabelState.CONFIRMED, LabelState.EDITED)
"""States of which the mark is filled: a person agreed, or gave another class."""

_LARGEST_FONT_PX = 12
_LEAST_WIDTH_PX = 15.0
_MARGIN_PX = 1.0
_MARGIN = QPointF(_MARGIN_PX, _MARGIN_PX)
_MOST_KEPT = 500
_GAP_PX = 1.0
_TALL = 1.4


def line_style(state: LabelState) -> Qt.PenStyle:
    """Dashed where the reader could not tell."""
    doubt = state is LabelState.CANNOT_TELL
    return Qt.PenStyle.DashLine if doubt else Qt.PenStyle.SolidLine


def triangle(x: float, y: float, size: float) -> QPolygonF:
    """A triangle that points down at ``x``, with its upper edge there."""
    return _triangle(size).translated(x, y)


@lru_cache(maxsize=16)
def _triangle(size: float) -> QPolygonF:
    return QPolygonF([QPointF(-size, 0), QPointF(size, 0), QPointF(0, size * _TALL)])


def _point(
    painter: QPainter, x: float, y: float, size: float, colour: QColor, state: LabelState
) -> None:
    painter.setPen(QPen(colour, 1))
    painter.setBrush(QBrush(colour) if state in FILLED else Qt.BrushStyle.NoBrush)
    painter.drawPolygon(triangle(x, y, size))
    painter.setBrush(Qt.BrushStyle.NoBrush)


class BadgePainter:
    """Draws badges at the size that the lanes allow.

    Parameters
    ----------
    cache : dict, optional
        Badges that were drawn before, kept from paint to paint: one picture is a tenth of the
        time of a rounded box with a letter. None: drawn each time, with text that stays text.
    """

    def __init__(
        self,
        scene: Scene,
        font: QFont,
        ratio: float,
        cache: dict[Hashable, QPixmap] | None = None,
    ) -> None:
        self._scene, self._ratio = scene, ratio
        self._cache = cache
        if self._cache is not None and len(self._cache) > _MOST_KEPT:
            self._cache.clear()
        self.height = scene.geometry.mark_row_px - 3.0
        self._font = QFont(font)
        self._font.setPixelSize(max(min(_LARGEST_FONT_PX, round(self.height - 2)), 7))
        self._font.setBold(True)
        self._metrics = QFontMetricsF(self._font)
        self._widths: dict[str, float] = {}
        self._sizes: dict[tuple[str, bool], float] = {}
        self._at_hand: dict[tuple[str, LabelState, int, float], QPixmap] = {}

    @staticmethod
    def letters(item: DisplayItem) -> str:
        """Letter of the class; with a question mark where the reader could not tell."""
        doubt = item.state is LabelState.CANNOT_TELL and item.letter != "?"
        return f"{item.letter}?" if doubt else item.letter

    def size(self, item: DisplayItem) -> float:
        """Width of an item's badge."""
        # Asked for each of hundreds of marks: the doubt alone changes the letters.
        key = (item.letter, item.state is LabelState.CANNOT_TELL)
        size = self._sizes.get(key)
        if size is None:
            size = self._sizes[key] = self._width(self.letters(item))
        return size

    def _width(self, text: str) -> float:
        width = self._widths.get(text)
        if width is None:
            width = max(_LEAST_WIDTH_PX, self._metrics.horizontalAdvance(text) + 7.0)
            self._widths[text] = width
        return width

    def draw(self, painter: QPainter, item: DisplayItem, corner: QPointF, colour: QColor) -> None:
        """Hollow, filled or struck, with the upper left corner there."""
        self._draw(painter, self.letters(item), item.state, corner, colour)

    def draw_pointing(
        self,
        painter: QPainter,
        item: DisplayItem,
        corner: QPointF,
        x: float,
        triangle_px: float,
        colour: QColor,
    ) -> None:
        """The same with a triangle below it, whose point is at ``x``.

        Nearly all stand in the middle of their badge: these are one picture.
        """
        is_middle = abs(x - corner.x() - self.size(item) / 2) < 0.01
        if self._cache is not None and is_middle:
            pixmap = self._kept(self.letters(item), item.state, colour, self._cache, triangle_px)
            painter.drawPixmap(corner - _MARGIN, pixmap)
            return
        self.draw(painter, item, corner, colour)
        y = corner.y() + self.height + _GAP_PX
        _point(painter, x, y, triangle_px, colour, item.state)

    def draw_letter(self, painter: QPainter, letter: str, corner: QPointF, colour: QColor) -> None:
        """The letter of a whole row."""
        self._draw(painter, letter, LabelState.PROPOSED, corner, colour)

    def _draw(
        self, painter: QPainter, text: str, state: LabelState, corner: QPointF, colour: QColor
    ) -> None:
        if self._cache is None:
            painter.save()
            self._shape(painter, QRectF(corner, self._size(text)), text, colour, state)
            painter.restore()
            return
        pixmap = self._kept(text, state, colour, self._cache)
        painter.drawPixmap(corner - _MARGIN, pixmap)

    def _kept(
        self,
        text: str,
        state: LabelState,
        colour: QColor,
        cache: dict[Hashable, QPixmap],
        triangle_px: float = 0.0,
    ) -> QPixmap:
        short = (text, state, colour.rgba(), triangle_px)
        pixmap = self._at_hand.get(short)
        if pixmap is None:
            key = (*short, self._scene.theme.name, self.height, self._ratio)
            pixmap = cache.get(key)
            if pixmap is None:
                pixmap = cache[key] = self._painted(text, state, colour, triangle_px)
            self._at_hand[short] = pixmap
        return pixmap

    def _painted(self, text: str, state: LabelState, colour: QColor, triangle_px: float) -> QPixmap:
        ratio = self._ratio
        box = QRectF(_MARGIN_PX, _MARGIN_PX, self._width(text), self.height)
        width, height = box.right() + _MARGIN_PX, box.bottom() + _MARGIN_PX
        height += _GAP_PX + _TALL * triangle_px if triangle_px else 0.0
        pixmap = QPixmap(math.ceil(width * ratio), math.ceil(height * ratio))
        pixmap.setDevicePixelRatio(ratio)
        pixmap.fill(Qt.GlobalColor.transparent)
        painter = QPainter(pixmap)
        painter.setRenderHint(QPainter.RenderHint.Antialiasing)
        self._shape(painter, box, text, colour, state)
        if triangle_px:
            _point(painter, box.center().x(), box.bottom() + _GAP_PX, triangle_px, colour, state)
        painter.end()
        return pixmap

    def _size(self, text: str) -> QSizeF:
        return QSizeF(self._width(text), self.height)

    def _shape(
        self, painter: QPainter, box: QRectF, text: str, colour: QColor, state: LabelState
    ) -> None:
        """The badge, struck through if it was rejected."""
        self._box(painter, box, text, colour, state)
        if state is LabelState.REJECTED:
            painter.setPen(QPen(colour, 1.6))
            painter.drawLine(box.bottomLeft(), box.topRight())

    def _box(
        self, painter: QPainter, box: QRectF, text: str, colour: QColor, state: LabelState
    ) -> None:
        background = self._scene.colour("background")
        filled = state in FILLED
        painter.setPen(QPen(colour, 1.2, line_style(state)))
        painter.setBrush(QBrush(colour if filled else background))
        painter.drawRoundedRect(box, 3, 3)
        painter.setBrush(Qt.BrushStyle.NoBrush)
        painter.setPen(background if filled else colour)
        painter.setFont(self._font)
        painter.drawText(box, Qt.AlignmentFlag.AlignCenter, text)
