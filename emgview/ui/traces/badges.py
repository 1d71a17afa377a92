"""The letter of a class in a box that tells the state."""

from __future__ import annotations

from PySide6.QtCore import QPointF, QRectF, Qt
from PySide6.QtGui import QBrush, QColor, QFont, QFontMetricsF, QPainter, QPen

from emgview.model import LabelState
from emgview.ui.traces.display_items import DisplayItem
from emgview.ui.traces.scene import Scene

FILLED = (LabelState.CONFIRMED, LabelState.EDITED)
"""States of which the mark is filled: a person agreed, or gave another class."""

_LARGEST_FONT_PX = 12
_LEAST_WIDTH_PX = 15.0


def line_style(state: LabelState) -> Qt.PenStyle:
    """Dashed where the reader could not tell."""
    doubt = state is LabelState.CANNOT_TELL
    return Qt.PenStyle.DashLine if doubt else Qt.PenStyle.SolidLine


class BadgePainter:
    """Draws badges at the size that the lanes allow."""

    def __init__(self, painter: QPainter, scene: Scene) -> None:
        self._painter, self._scene = painter, scene
        self.height = scene.geometry.mark_row_px - 3.0
        self._font = QFont(painter.font())
        self._font.setPixelSize(max(min(_LARGEST_FONT_PX, round(self.height - 2)), 7))
        self._font.setBold(True)
        self._metrics = QFontMetricsF(self._font)

    @staticmethod
    def letters(item: DisplayItem) -> str:
        """Letter of the class; with a question mark where the reader could not tell."""
        doubt = item.state is LabelState.CANNOT_TELL and item.letter != "?"
        return f"{item.letter}?" if doubt else item.letter

    def size(self, item: DisplayItem) -> float:
        """Width of an item's badge."""
        return self._width(self.letters(item))

    def _width(self, text: str) -> float:
        return max(_LEAST_WIDTH_PX, self._metrics.horizontalAdvance(text) + 7.0)

    def draw(self, item: DisplayItem, corner: QPointF, colour: QColor) -> None:
        """Hollow, filled or struck, with the upper left corner there."""
        text = self.letters(item)
        box = QRectF(corner.x(), corner.y(), self._width(text), self.height)
        self._box(box, text, colour, item.state)
        if item.state is LabelState.REJECTED:
            self._painter.setPen(QPen(colour, 1.6))
            self._painter.drawLine(box.bottomLeft(), box.topRight())

    def draw_letter(self, letter: str, corner: QPointF, colour: QColor) -> None:
        """The letter of a whole row."""
        box = QRectF(corner.x(), corner.y(), self._width(letter), self.height)
        self._box(box, letter, colour, LabelState.PROPOSED)

    def _box(self, box: QRectF, text: str, colour: QColor, state: LabelState) -> None:
        painter, background = self._painter, self._scene.colour("background")
        filled = state in FILLED
        painter.setPen(QPen(colour, 1.2, line_style(state)))
        painter.setBrush(QBrush(colour if filled else background))
        painter.drawRoundedRect(box, 3, 3)
        painter.setBrush(Qt.BrushStyle.NoBrush)
        painter.setPen(background if filled else colour)
        painter.setFont(self._font)
        painter.drawText(box, Qt.AlignmentFlag.AlignCenter, text)
