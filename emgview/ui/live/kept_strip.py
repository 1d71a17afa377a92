"""A strip of texts that is painted once and kept: a frame only copies it."""

from __future__ import annotations

from collections.abc import Callable, Hashable

from PySide6.QtCore import QRect
from PySide6.QtGui import QFont, QPainter, QPixmap


class KeptStrip:
    """The last picture of one part of a view. GUI thread.

    A live view is painted sixty times a second, and its texts hardly ever change: laying them out
    each time took a third of a frame, and Python's lock from the detector meanwhile.
    """

    def __init__(self) -> None:
        self._key: Hashable = None
        self._pixmap = QPixmap()

    def draw(
        self,
        painter: QPainter,
        box: QRect,
        ratio: float,
        key: Hashable,
        paint: Callable[[QPainter], None],
    ) -> None:
        """Draw the strip as it was painted for this key, or paint it anew.

        Parameters
        ----------
        box : QRect
            Its place in the view, logical pixels.
        ratio : float
            Device pixels for a logical one; where a strip would not lie on whole ones, it is
            painted each time.
        key : hashable
            All that its look depends on but place, ratio and font.
        paint : callable
            Paints it at its place in the view.
        """
        if ratio != round(ratio):
            paint(painter)
            return
        whole = key, box.getRect(), ratio, painter.font().toString()
        if whole != self._key:
            self._pixmap = _painted(box, ratio, painter.font(), paint)
            self._key = whole
        painter.drawPixmap(box.topLeft(), self._pixmap)


def _painted(box: QRect, ratio: float, font: QFont, paint: Callable[[QPainter], None]) -> QPixmap:
    pixmap = QPixmap(round(box.width() * ratio), round(box.height() * ratio))
    pixmap.setDevicePixelRatio(ratio)
    painter = QPainter(pixmap)
    painter.setFont(font)
    painter.translate(-box.topLeft())
    paint(painter)
    painter.end()
    return pixmap
