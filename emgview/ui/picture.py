"""What is on the screen as a picture of its own: with scale bars, filters, time, and a caption.

As a drawing (SVG) lines stay lines and texts stay texts; as pixels (PNG) it is twice as fine as
the screen.
"""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from pathlib import Path
from typing import Protocol

from PySide6.QtCore import QBuffer, QIODevice, QLineF, QRect, QRectF, QSize, Qt
from PySide6.QtGui import QColor, QFont, QImage, QPainter, QPen

from emgview.errors import FileError
from emgview.ui.traces.geometry import Geometry
from emgview.ui.traces.painting import paint_pill
from emgview.ui.traces.scene import Scene
from emgview.ui.traces.viewport import DIVISIONS
from emgview.ui.traces.wording import sensitivity_text, sweep_text

_LINE_PX = 20
_PAD = 10
_SCALE = 2.0
_BAR_PX = 2.0
_LEAST_LANE_PX = 40.0
_SVG_DPI = 96


class Drawable(Protocol):
    """A view that can be painted upon any device."""

    def paint_on(self, painter: QPainter, width: int, height: int) -> Scene | None:
        """Paint; None where there is nothing to see."""


@dataclass(frozen=True, slots=True)
class Picture:
    """What a picture shows.

    Parameters
    ----------
    view : Drawable
    width, height : int
        Of the view, in logical pixels; the caption comes below.
    caption : tuple of str
        Lines below the view.
    """

    view: Drawable
    width: int
    height: int
    caption: tuple[str, ...]

    @property
    def size(self) -> QSize:
        """With the caption."""
        return QSize(self.width, self.height + len(self.caption) * _LINE_PX + _PAD)

    def paint(self, painter: QPainter) -> None:
        """The view, its scale bars, the caption."""
        scene = self.view.paint_on(painter, self.width, self.height)
        if scene is None:
            return
        painter.setClipping(False)
        paint_scale_bars(painter, scene)
        _paint_caption(painter, scene, self.caption, self.height)

    def image(self) -> QImage:
        """As pixels."""
        size = self.size
        image = QImage(size * _SCALE, QImage.Format.Format_RGB32)
        image.setDevicePixelRatio(_SCALE)
        image.fill(Qt.GlobalColor.white)
        painter = QPainter(image)
        self.paint(painter)
        painter.end()
        return image

    def svg(self) -> bytes:
        """As a drawing."""
        from PySide6.QtSvg import QSvgGenerator  # only when wanted: start of the program

        buffer = QBuffer()
        buffer.open(QIODevice.OpenModeFlag.WriteOnly)
        generator = QSvgGenerator(QSvgGenerator.SvgVersion.Svg11)
        generator.setOutputDevice(buffer)
        generator.setResolution(_SVG_DPI)
        generator.setSize(self.size)
        generator.setViewBox(QRect(0, 0, self.size.width(), self.size.height()))
        generator.setTitle("emgview")
        painter = QPainter(generator)
        self.paint(painter)
        painter.end()
        return bytes(buffer.data().data())

    def save(self, path: Path) -> None:
        """As the ending of the name says: ``.svg``, else PNG.

        Raises
        ------
        FileError
            If it cannot be written; what was there before is then still there.
        """
        content = self.svg() if path.suffix.lower() == ".svg" else _png(self.image())
        fresh = path.with_name(path.name + ".new")
        try:
            fresh.write_bytes(content)
            fresh.replace(path)
        except OSError as error:
            fresh.unlink(missing_ok=True)
            raise FileError(path.name, "", "cannot be written", "Choose another place.") from error


def _png(image: QImage) -> bytes:
    buffer = QBuffer()
    buffer.open(QIODevice.OpenModeFlag.WriteOnly)
    image.save(buffer, "PNG")  # type: ignore[call-overload]
    return bytes(buffer.data().data())


# -- parts -----------------------------------------------------------------------------------


def paint_scale_bars(painter: QPainter, scene: Scene) -> None:
    """One division of time, and one of voltage for each sensitivity, at the lower right."""
    g = scene.geometry
    scales = {scene.viewport.uv_per_div[c] for c in scene.channels}
    tall = g.lane_height >= _LEAST_LANE_PX
    lanes = range(g.n_lanes) if len(scales) > 1 and tall else [g.n_lanes - 1]
    painter.setPen(QPen(scene.colour("text"), _BAR_PX))
    for lane in lanes:
        _voltage_bar(painter, scene, lane)
    _time_bar(painter, scene)


def _time_bar(painter: QPainter, scene: Scene) -> None:
    g = scene.geometry
    length = g.plot_width / DIVISIONS
    right, y = _corner(g)
    painter.setPen(QPen(scene.colour("text"), _BAR_PX))
    painter.drawLine(QLineF(right - length, y, right, y))
    text = sweep_text(scene.viewport.sweep_ms).removesuffix("/div")
    width = painter.fontMetrics().horizontalAdvance(text) + 8.0
    paint_pill(painter, scene, QRectF(right - length / 2 - width / 2, y - 21, width, 18), text)


def _voltage_bar(painter: QPainter, scene: Scene, lane: int) -> None:
    g = scene.geometry
    channel = scene.channels[lane]
    right, lowest = _corner(g)
    bottom = lowest if lane == g.n_lanes - 1 else g.lane_top(lane) + g.lane_height - 6
    top = bottom - g.division_height
    painter.setPen(QPen(scene.colour("text"), _BAR_PX))
    painter.drawLine(QLineF(right, top, right, bottom))
    text = sensitivity_text(scene.viewport.uv_per_div[channel]).removesuffix("/div")
    width = painter.fontMetrics().horizontalAdvance(text) + 8.0
    middle = (top + bottom) / 2 - 9
    paint_pill(painter, scene, QRectF(right - width - 4, middle, width, 18), text)


def _corner(g: Geometry) -> tuple[float, float]:
    """Where both bars meet."""
    return g.width - 14.0, g.plot_bottom - 8.0


def _paint_caption(painter: QPainter, scene: Scene, lines: Sequence[str], top: int) -> None:
    width = scene.geometry.width
    height = len(lines) * _LINE_PX + _PAD
    painter.fillRect(QRectF(0, top, width, height), QColor(scene.theme.window["window"]))
    painter.setPen(QColor(scene.theme.window["text"]))
    plain = painter.font()
    for n, line in enumerate(lines):
        font = QFont(plain)
        font.setBold(n == 0)
        painter.setFont(font)
        box = QRectF(_PAD, top + _PAD / 2 + n * _LINE_PX, width - 2 * _PAD, _LINE_PX)
        flags = Qt.AlignmentFlag.AlignLeft | Qt.AlignmentFlag.AlignVCenter
        painter.drawText(box, flags, line)
    painter.setFont(plain)
