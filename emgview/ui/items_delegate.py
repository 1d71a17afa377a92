"""Paints the cells of the proposal table: text on a ground, and nothing else.

The style's own way takes 0.15 ms a cell, a tall table of them three frames. Here a text is laid
out once and kept; most texts of a table repeat.
"""

from __future__ import annotations

from PySide6.QtCore import QModelIndex, QObject, QPersistentModelIndex, QPointF, QRect, Qt
from PySide6.QtGui import QColor, QFont, QPainter, QPalette, QStaticText, QTransform
from PySide6.QtWidgets import QStyle, QStyledItemDelegate, QStyleOptionViewItem

_PAD_PX = 4
_SELECTED = QStyle.StateFlag.State_Selected
_RIGHT = int(Qt.AlignmentFlag.AlignRight.value)
_DISPLAY, _FOREGROUND = Qt.ItemDataRole.DisplayRole, Qt.ItemDataRole.ForegroundRole
_ALIGNMENT = Qt.ItemDataRole.TextAlignmentRole
_MOST_KEPT = 5000
_ELIDE = Qt.TextElideMode.ElideRight


class PlainCells(QStyledItemDelegate):
    """Text, its colour and alignment; selected rows in the theme's colours. GUI thread."""

    def __init__(self, parent: QObject | None = None) -> None:
        super().__init__(parent)
        self._font = QFont()
        self._kept: dict[tuple[str, int], QStaticText] = {}

    def paint(
        self,
        painter: QPainter,
        option: QStyleOptionViewItem,
        index: QModelIndex | QPersistentModelIndex,
    ) -> None:
        """One cell."""
        box: QRect = option.rect
        palette: QPalette = option.palette
        chosen = bool(option.state & _SELECTED)
        if chosen:
            painter.fillRect(box, palette.highlight())
        elif index.row() % 2:
            painter.fillRect(box, palette.alternateBase())
        model = index.model()
        text = model.data(index, _DISPLAY)
        if not text:
            return
        colour = None if chosen else model.data(index, _FOREGROUND)
        role = QPalette.ColorRole.HighlightedText if chosen else QPalette.ColorRole.Text
        painter.setPen(colour if isinstance(colour, QColor) else palette.color(role))
        laid = self._laid(painter, str(text), box.width() - 2 * _PAD_PX)
        size = laid.size()
        right = model.data(index, _ALIGNMENT)
        left = box.left() + _PAD_PX
        if right and right & _RIGHT:
            left = int(box.right() + 1 - _PAD_PX - size.width())
        top = box.top() + (box.height() - size.height()) / 2
        painter.drawStaticText(QPointF(left, top), laid)

    def _laid(self, painter: QPainter, text: str, room: int) -> QStaticText:
        """The text laid out, shortened to the room that there is."""
        if painter.font() != self._font or len(self._kept) > _MOST_KEPT:
            self._font = QFont(painter.font())
            self._kept.clear()
        laid = self._kept.get((text, room))
        if laid is None:
            shown = painter.fontMetrics().elidedText(text, _ELIDE, room)
            laid = QStaticText(shown)
            laid.setTextFormat(Qt.TextFormat.PlainText)
            laid.prepare(QTransform(), self._font)
            self._kept[text, room] = laid
        return laid
