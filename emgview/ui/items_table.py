"""Paints the proposal table: grounds and texts, row by row, and nothing else.

Qt asks a delegate for each cell; from Python that alone takes longer than two frames for a tall
table. Here a page is one paint: a text is laid out once and kept, and most texts of a table
repeat.
"""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from typing import Protocol

from PySide6.QtCore import QItemSelectionModel, QRect, Qt
from PySide6.QtGui import (
    QColor,
    QFont,
    QFontMetrics,
    QPainter,
    QPaintEvent,
    QPalette,
    QStaticText,
    QTransform,
)
from PySide6.QtWidgets import QTableView, QWidget

_PAD_PX = 4
_MOST_KEPT = 5000
_ELIDE = Qt.TextElideMode.ElideRight
_ROLE = QPalette.ColorRole
_DIGITS = "0123456789"
_ZEROS = str.maketrans(_DIGITS, "0" * len(_DIGITS))

Laid = tuple[QStaticText, int, int]
"""A text laid out, with its width and height."""


class RowTexts(Protocol):
    """What the table asks of its model to paint it."""

    @property
    def right_columns(self) -> frozenset[int]:
        """Columns whose texts end at the right edge."""
        ...

    def rowCount(self) -> int:
        """Number of rows."""
        ...

    @property
    def rare_columns(self) -> frozenset[int]:
        """Columns whose texts hardly ever come again: laying them out ahead would be in vain."""
        ...

    def texts(self, row: int) -> tuple[str, ...]:
        """Text of each cell of a row."""
        ...

    def letter_colour(self, row: int) -> str:
        """Colour of the first cell."""
        ...


class ItemsTable(QTableView):
    """A table of one line of text a cell, selected rows in the theme's colours. GUI thread.

    Parameters
    ----------
    texts : RowTexts
        The model that the table shows.
    """

    def __init__(self, texts: RowTexts, parent: QWidget | None = None) -> None:
        super().__init__(parent)
        self._texts = texts
        self._right, self._rare = texts.right_columns, texts.rare_columns
        self._font = QFont()
        self._metrics = QFontMetrics(self._font)
        self._kept: dict[tuple[str, int], Laid] = {}
        self._shapes: dict[str, int] = {}
        self._same_digits = _digits_are_one_width(self._metrics)
        self._inks: dict[str, QColor] = {}
        # All of it is painted here: Qt need not paint what lies under the table first.
        self.viewport().setAutoFillBackground(False)
        self.viewport().setAttribute(Qt.WidgetAttribute.WA_OpaquePaintEvent)

    def setSelectionModel(self, selection: QItemSelectionModel) -> None:
        """The header keeps a selection of its own: it shows none, and is not painted for one."""
        super().setSelectionModel(selection)
        self.horizontalHeader().setSelectionModel(QItemSelectionModel(self.model(), self))

    def paintEvent(self, event: QPaintEvent) -> None:
        """The rows that are to be painted."""
        painter = QPainter(self.viewport())
        self._forget_old(painter)
        painter.fillRect(event.rect(), self.palette().base())
        rows = self._rows(event.rect())
        tops = {row: self.rowViewportPosition(row) for row in rows}
        chosen = self._chosen(rows)
        self._paint_grounds(painter, tops, chosen)
        columns = list(self._columns())
        palette = self.palette()
        for is_chosen, role in ((False, _ROLE.Text), (True, _ROLE.HighlightedText)):
            pen = palette.color(role)
            painter.setPen(pen)
            for row, top in tops.items():
                if (row in chosen) is is_chosen:
                    self._paint_texts(painter, row, top, columns, None if is_chosen else pen)
        painter.end()

    def _rows(self, box: QRect) -> range:
        """Rows that meet a part of the viewport."""
        first, last = self.rowAt(box.top()), self.rowAt(box.bottom())
        if first < 0:
            return range(0)
        return range(first, (last if last >= 0 else self._texts.rowCount() - 1) + 1)

    def _chosen(self, rows: range) -> frozenset[int]:
        """The selected ones of these rows."""
        parts = self.selectionModel().selection()
        spans = [(parts.at(n).top(), parts.at(n).bottom()) for n in range(parts.count())]
        return frozenset(row for first, last in spans for row in rows if first <= row <= last)

    def _columns(self) -> Iterator[tuple[int, int, int]]:
        """Number, left edge and width of each column that is in view."""
        for column in range(self.horizontalHeader().count()):
            left, width = self.columnViewportPosition(column), self.columnWidth(column)
            if left < self.viewport().width() and left + width > 0:
                yield column, left, width

    def _paint_grounds(
        self, painter: QPainter, tops: Mapping[int, int], chosen: frozenset[int]
    ) -> None:
        palette, width = self.palette(), self.horizontalHeader().length()
        plain, marked = palette.alternateBase(), palette.highlight()
        left = self.columnViewportPosition(0)
        for row, top in tops.items():
            if row in chosen or row % 2:
                ground = marked if row in chosen else plain
                painter.fillRect(left, top, width, self.rowHeight(row), ground)

    def _paint_texts(
        self,
        painter: QPainter,
        row: int,
        top: int,
        columns: list[tuple[int, int, int]],
        pen: QColor | None,
    ) -> None:
        """The cells of a row; the first in its own colour, unless the row is selected."""
        texts, height, right = self._texts.texts(row), self.rowHeight(row), self._right
        for column, left, width in columns:
            text, room = texts[column], width - 2 * _PAD_PX
            if not text:
                continue
            if column in self._rare:
                self._write(painter, text, (left, top, width, height), to_right=column in right)
                continue
            laid, wide, high = self._kept.get((text, room)) or self._lay(text, room)
            x = left + _PAD_PX
            if column in right:
                x = left + width - _PAD_PX - wide
            if column == 0 and pen is not None:
                painter.setPen(self._ink(self._texts.letter_colour(row)))
            painter.drawStaticText(x, top + (height - high) // 2, laid)
            if column == 0 and pen is not None:
                painter.setPen(pen)

    def _write(
        self, painter: QPainter, text: str, box: tuple[int, int, int, int], *, to_right: bool
    ) -> None:
        """A text that will hardly come again."""
        left, top, width, height = box
        room, wide = width - 2 * _PAD_PX, self._width(text)
        if wide > room:
            text = self._metrics.elidedText(text, _ELIDE, room)
            wide = self._metrics.horizontalAdvance(text)
        x = left + width - _PAD_PX - wide if to_right else left + _PAD_PX
        upper = top + (height - self._metrics.height()) // 2
        painter.drawText(x, upper + self._metrics.ascent(), text)

    def _width(self, text: str) -> int:
        """Pixels of a text; where all digits are as wide, texts of one shape are."""
        if not self._same_digits:
            return self._metrics.horizontalAdvance(text)
        shape = text.translate(_ZEROS)
        wide = self._shapes.get(shape)
        if wide is None:
            wide = self._shapes[shape] = self._metrics.horizontalAdvance(shape)
        return wide

    def _ink(self, name: str) -> QColor:
        ink = self._inks.get(name)
        if ink is None:
            ink = self._inks[name] = QColor(name)
        return ink

    def _lay(self, text: str, room: int) -> Laid:
        """The text laid out, shortened to the room that there is."""
        laid = QStaticText(self._metrics.elidedText(text, _ELIDE, room))
        laid.setTextFormat(Qt.TextFormat.PlainText)
        laid.prepare(QTransform(), self._font)
        size = laid.size()
        kept = self._kept[text, room] = (laid, round(size.width()), round(size.height()))
        return kept

    def _forget_old(self, painter: QPainter) -> None:
        """What was laid out in another font, or long ago."""
        if painter.font() != self._font or len(self._kept) > _MOST_KEPT:
            self._font = QFont(painter.font())
            self._metrics = painter.fontMetrics()
            self._kept.clear()
            self._shapes.clear()
            self._same_digits = _digits_are_one_width(self._metrics)


def _digits_are_one_width(metrics: QFontMetrics) -> bool:
    return len({metrics.horizontalAdvance(digit) for digit in _DIGITS}) == 1
