"""What lies under the traces and does not move with them, painted once and kept as a pixmap."""

from __future__ import annotations

from collections.abc import Hashable
from dataclasses import replace

from PySide6.QtGui import QFont, QPainter, QPixmap

from emgview.ui.traces.lettering import paint_frame
from emgview.ui.traces.painting import paint_graticule
from emgview.ui.traces.scene import Scene


class Ground:
    """Graticule, header and gutter of the last scene; made anew when one of them changes."""

    def __init__(self) -> None:
        self._key: Hashable = None
        self._pixmap = QPixmap()

    def paint(self, painter: QPainter, scene: Scene, ratio: float) -> None:
        """Draw the ground over the whole view."""
        key = (_still(scene), painter.font().toString(), ratio)
        if key != self._key:
            self._pixmap = _painted(scene, painter.font(), ratio)
            self._key = key
        painter.drawPixmap(0, 0, self._pixmap)


def _still(scene: Scene) -> tuple[Hashable, ...]:
    """All of a scene but the place in the recording.

    The theme is told by its name, the recording by its id, its inputs and its name: what the
    painters of the ground read of them.
    """
    viewport = replace(scene.viewport, start=0)
    info = scene.info
    words = (scene.title, scene.filter_words, scene.warning, scene.clock)
    return (scene.geometry, viewport, scene.theme.name, info.id, info.channels, words)


def _painted(scene: Scene, font: QFont, ratio: float) -> QPixmap:
    g = scene.geometry
    pixmap = QPixmap(round(g.width * ratio), round(g.height * ratio))
    pixmap.setDevicePixelRatio(ratio)
    painter = QPainter(pixmap)
    painter.setFont(font)
    paint_graticule(painter, scene)
    painter.setFont(font)
    paint_frame(painter, scene)
    painter.end()
    return pixmap
