"""What lies under the traces and does not move with them, painted once and kept."""

from __future__ import annotations

from collections.abc import Hashable
from dataclasses import dataclass, replace

import numpy as np
from numpy.typing import NDArray
from PySide6.QtGui import QFont, QImage, QPainter

from emgview.kernels import compiled
from emgview.ui.traces.lettering import paint_frame
from emgview.ui.traces.painting import paint_graticule
from emgview.ui.traces.scene import Scene

MOST_COLOURS = 64
"""Colours of the ground below the traces; the numbers above are free for the traces."""


@dataclass(frozen=True, slots=True, eq=False)
class GroundPicture:
    """The whole view without traces.

    Parameters
    ----------
    image : QImage
        Shows ``pixels``.
    pixels : ndarray, (height, width) uint32
        0xAARRGGBB; not to be written.
    same : ndarray, (height,) int64
        For each row one above it that looks the same within the plot, or itself.
    plot : ndarray, (height, width) uint8, or None
        The plot area, over the full height, as numbers of ``colours``; None where it has too many,
        or where compiled loops are there, which need no numbers.
    colours : tuple of int
        0xAARRGGBB.
    """

    image: QImage
    pixels: NDArray[np.uint32]
    same: NDArray[np.int64]
    plot: NDArray[np.uint8] | None
    colours: tuple[int, ...]


class Ground:
    """Graticule and gutter of the last scene; made anew when one of them changes."""

    def __init__(self) -> None:
        self._key: Hashable = None
        self._picture: GroundPicture | None = None

    def of(self, scene: Scene, font: QFont, ratio: float) -> GroundPicture:
        """The ground of a scene, the same object as long as it looks the same."""
        key = (_still(scene), font.toString(), ratio)
        if key != self._key or self._picture is None:
            self._picture = _painted(scene, font, ratio)
            self._key = key
        return self._picture


def _still(scene: Scene) -> tuple[Hashable, ...]:
    """All of a scene but its place in time.

    The theme is told by its name, the recording by its id and channels: what the painters of the
    ground read of them.
    """
    viewport = replace(scene.viewport, start=0, ms_per_div=1.0)
    return scene.geometry, viewport, scene.theme.name, scene.info.id, scene.info.channels


def _painted(scene: Scene, font: QFont, ratio: float) -> GroundPicture:
    g = scene.geometry
    height, width = max(round(g.height * ratio), 1), max(round(g.width * ratio), 1)
    pixels = np.zeros((height, width), np.uint32)
    image = QImage(pixels.data, width, height, width * 4, QImage.Format.Format_RGB32)
    image.setDevicePixelRatio(ratio)
    painter = QPainter(image)
    painter.setFont(font)
    paint_graticule(painter, scene)
    painter.setFont(font)
    paint_frame(painter, scene)
    painter.end()
    inside = pixels[:, round(g.plot_left * ratio) :]
    same = _first_alike(inside)
    if compiled() is not None:
        return GroundPicture(image, pixels, same, None, ())
    plot, colours = _numbered(inside)
    return GroundPicture(image, pixels, same, plot, colours)


def _first_alike(pixels: NDArray[np.uint32]) -> NDArray[np.int64]:
    """For each row the first of those before it that look the same without another between."""
    first = np.zeros(len(pixels), np.int64)
    before = b""
    for n, row in enumerate(pixels):
        look = row.tobytes()  # compared at once: a third of the time of comparing in numpy
        first[n] = first[n - 1] if look == before else n
        before = look
    return first


def _numbered(
    pixels: NDArray[np.uint32],
) -> tuple[NDArray[np.uint8] | None, tuple[int, ...]]:
    """Each pixel as the number of its colour; lines without antialiasing have but a few."""
    numbers = np.zeros(pixels.shape, np.uint8)
    colours = [int(pixels[0, 0])]
    rest = np.flatnonzero(pixels != pixels[0, 0])
    values, flat = pixels.reshape(-1)[rest], numbers.reshape(-1)
    while len(rest):
        if len(colours) == MOST_COLOURS:
            return None, ()
        same = values == values[0]
        flat[rest[same]] = len(colours)
        colours.append(int(values[0]))
        rest, values = rest[~same], values[~same]
    return numbers, tuple(colours)
