"""The body map on the screen: the same drawing as in the report."""

from __future__ import annotations

from typing import TYPE_CHECKING

from PySide6.QtCore import QByteArray, QEvent, QRectF, QSize
from PySide6.QtGui import QColor, QHelpEvent, QPainter, QPaintEvent
from PySide6.QtWidgets import QSizePolicy, QToolTip, QWidget

from emgview.findings import Grid
from emgview.findings.body import HEIGHT, WIDTH, body_map_svg, load_body, spots

if TYPE_CHECKING:
    from PySide6.QtSvg import QSvgRenderer

    from emgview.findings.body import Spot


class BodyView(QWidget):
    """Front, back and head; tooltips tell muscle and findings. On paper white in each theme."""

    def __init__(self, parent: QWidget | None = None) -> None:
        super().__init__(parent)
        self._renderer: QSvgRenderer | None = None
        self._grid: Grid | None = None
        self._spots: tuple[Spot, ...] = ()
        self.setSizePolicy(QSizePolicy.Policy.Expanding, QSizePolicy.Policy.Expanding)
        self.setAccessibleName("Findings on the body")

    def sizeHint(self) -> QSize:
        """The drawing at its own size."""
        return QSize(round(WIDTH), round(HEIGHT))

    def show_grid(self, grid: Grid | None) -> None:
        """Show a grid; None for none. It is drawn when it is seen first."""
        self._grid, self._renderer = grid, None
        self._spots = spots(grid) if grid else ()
        self.setAccessibleDescription("; ".join(spot.title for spot in self._spots))
        self.update()

    def paintEvent(self, event: QPaintEvent) -> None:
        """Draw it as large as there is room."""
        del event
        if self._grid is None:
            return
        if self._renderer is None:
            from PySide6.QtSvg import QSvgRenderer  # only when wanted: start of the program

            self._renderer = QSvgRenderer(QByteArray(body_map_svg(self._grid).encode()))
        painter = QPainter(self)
        painter.fillRect(self.rect(), QColor("white"))
        self._renderer.render(painter, self._drawn())
        painter.end()

    def _drawn(self) -> QRectF:
        scale = min(self.width() / WIDTH, self.height() / HEIGHT)
        width, height = WIDTH * scale, HEIGHT * scale
        return QRectF((self.width() - width) / 2, (self.height() - height) / 2, width, height)

    def spot_at(self, x: float, y: float) -> Spot | None:
        """The muscle at a place of the widget, or None."""
        drawn = self._drawn()
        scale = drawn.width() / WIDTH or 1.0
        here = (x - drawn.left()) / scale, (y - drawn.top()) / scale
        reach = load_body().radius + 2
        near = [s for s in self._spots if abs(s.x - here[0]) + abs(s.y - here[1]) < 2 * reach]
        return min(near, key=lambda s: (s.x - here[0]) ** 2 + (s.y - here[1]) ** 2, default=None)

    def event(self, event: QEvent) -> bool:
        """Tell the muscle under the pointer."""
        if isinstance(event, QHelpEvent) and event.type() == QEvent.Type.ToolTip:
            spot = self.spot_at(event.pos().x(), event.pos().y())
            QToolTip.showText(event.globalPos(), spot.title if spot else "", self)
            return True
        return super().event(event)
