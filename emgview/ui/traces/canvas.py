"""The drawing surface: one pyqtgraph graphics object in pixel coordinates."""

from __future__ import annotations

from collections.abc import Callable

import pyqtgraph as pg
from PySide6.QtCore import QRectF
from PySide6.QtGui import QPainter
from PySide6.QtWidgets import QStyleOptionGraphicsItem, QWidget


class Canvas(pg.GraphicsObject):  # type: ignore[misc]
    """Fills its view and lets a function paint it.

    Parameters
    ----------
    paint : callable (QPainter, QRectF)
        Draws everything inside the rectangle.
    """

    def __init__(self, paint: Callable[[QPainter, QRectF], None]) -> None:
        super().__init__()
        self._paint = paint
        self._box = QRectF(0, 0, 1, 1)

    def set_box(self, box: QRectF) -> None:
        """Take a new size."""
        self.prepareGeometryChange()
        self._box = box

    def boundingRect(self) -> QRectF:
        """The whole view."""
        return self._box

    def paint(
        self, painter: QPainter, option: QStyleOptionGraphicsItem, widget: QWidget | None = None
    ) -> None:
        """Draw (Qt calls this)."""
        del option, widget
        self._paint(painter, self._box)
