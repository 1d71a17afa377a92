"""The picture of a running sweep: a few columns are drawn anew in each frame."""

from __future__ import annotations

import numpy as np
from numpy.typing import NDArray
from PySide6.QtCore import QRect
from PySide6.QtGui import QImage, QPainter

from emgview.kernels import Kernels, compiled
from emgview.ui.live.beam import BeamColumns, Fresh
from emgview.ui.traces.geometry import HEADER_PX
from emgview.ui.traces.lettering import paint_frame
from emgview.ui.traces.painting import paint_graticule
from emgview.ui.traces.raster import Lane, Strokes, draw_at_once, draw_cuts, draw_lanes
from emgview.ui.traces.scene import Scene

_GAP_PART = 100
_STRIPE_PX = 8

Pixels = NDArray[np.uint32]
Values = NDArray[np.float32]


class LivePicture:
    """Pixels of the whole view; the traces are written over its ground. GUI thread.

    Parameters
    ----------
    scene : Scene
        Where lanes lie and what they look like.
    ratio : float
        Device pixels for a logical one.
    """

    def __init__(self, scene: Scene, ratio: float) -> None:
        self._scene, self._ratio = scene, ratio
        self.ground = _ground_image(scene, ratio)
        self.image = self.ground.copy()
        self._under, self._pixels = _pixels_of(self.ground), _pixels_of(self.image)
        n = len(scene.channels)
        self._lanes: tuple[Lane, ...] = tuple(scene.lane(i, ratio) for i in range(n))
        self._inks = [scene.ink(i).rgba() for i in range(n)]
        pen = max(round(ratio), 1)
        self._strokes = Strokes(pen, scene.colour("cut").rgba(), 8 * pen, 2 * pen)
        self._beam_ink = scene.colour("selection").rgba()
        self._same = np.arange(len(self._under), dtype=np.int64)
        self._left = round(scene.geometry.plot_left * ratio)
        self._rows = slice(round(HEADER_PX * ratio), round(scene.geometry.plot_bottom * ratio))

    @property
    def n_columns(self) -> int:
        """Device pixels across the traces."""
        return int(self._pixels.shape[1]) - self._left

    def draw_all(self, columns: BeamColumns, beam: int | None) -> None:
        """Every column anew."""
        self._draw(columns, 0, self.n_columns)
        if beam is not None:
            self._draw_beam(beam)

    def draw(self, columns: BeamColumns, fresh: Fresh) -> list[QRect]:
        """The columns that changed, and the beam; gives what is to be painted again."""
        changed = []
        for start, stop in fresh.columns:
            self._draw(columns, max(start - 1, 0), stop)
            changed.append(self._rect(max(start - 1, 0), stop))
        changed += self._draw_beam(fresh.beam)
        return changed

    def _draw(self, columns: BeamColumns, start: int, stop: int) -> None:
        """Columns over the ground; one more at the left takes part, so that lines join."""
        stop = min(stop, self.n_columns, columns.n_columns)
        if stop <= start or not self._lanes:
            return
        first = max(start - 1, 0)
        low, high = columns.low[first:stop], columns.high[first:stop]
        inked = slice(self._left + first, self._left + stop)
        kernels, skipped = compiled(), start - first
        if kernels is not None:
            ink = self._compiled(kernels, inked, low, high)
        else:
            ink = self._plain(inked, low, high)
        target = self._pixels[:, self._left + start : self._left + stop]
        np.copyto(target, ink[:, skipped:])
        self._stripe(columns.missing[start:stop], target, start)

    def _compiled(self, kernels: Kernels, place: slice, low: Values, high: Values) -> Pixels:
        """Traces on their ground in these columns of pixels; Python's lock is let go."""
        under = np.ascontiguousarray(self._under[:, place])
        out = under.copy()
        draw_at_once(
            kernels,
            out,
            (under, self._same),
            0,
            self._lanes,
            (low, high),
            self._inks,
            self._strokes,
        )
        return out

    def _plain(self, place: slice, low: Values, high: Values) -> Pixels:
        """The same by numpy."""
        out = self._under[:, place].copy()
        ink = np.zeros(out.shape, np.uint32)
        s = self._strokes
        cut = draw_lanes(ink, self._lanes, low.copy(), high.copy(), self._inks, s.width)
        draw_cuts(ink, self._lanes, cut, s.cut_ink, s.dash_length, s.dash_thickness)
        np.copyto(out, ink, where=ink != 0)
        return out

    def _stripe(self, missing: NDArray[np.bool_], target: Pixels, start: int) -> None:
        """Lost samples: stripes over all lanes, as in a stored recording."""
        lost = np.flatnonzero(missing)
        if not len(lost):
            return
        y = np.arange(self._rows.start, self._rows.stop)[:, np.newaxis]
        striped = (y + lost + start) % _STRIPE_PX < 2
        part = target[self._rows]
        part[:, lost] = np.where(striped, self._scene.colour("gap").rgba(), part[:, lost])

    def _draw_beam(self, beam: int) -> list[QRect]:
        """A line at the newest sample, and a dark gap before the sweep that is drawn over."""
        n = self.n_columns
        gap = max(n // _GAP_PART, 4)
        for part in self._parts(beam, gap):
            self._pixels[self._rows, part] = self._under[self._rows, part]
        for part in self._parts(beam, max(round(self._ratio), 1)):
            self._pixels[self._rows, part] = self._beam_ink
        end = min(beam + gap, n)
        rects = [self._rect(beam, end)]
        if beam + gap > n:
            rects.append(self._rect(0, beam + gap - n))
        return rects

    def _parts(self, start: int, n: int) -> list[slice]:
        """Pixel columns from one of the traces' on; behind the last comes the first."""
        begin, end = self._left + start % self.n_columns, self._left + self.n_columns
        parts = [slice(begin, min(begin + n, end))]
        if begin + n > end:
            parts.append(slice(self._left, self._left + begin + n - end))
        return parts

    def _rect(self, start: int, stop: int) -> QRect:
        """In logical pixels, a little wider than the columns."""
        left = int((self._left + start) / self._ratio) - 1
        right = int((self._left + stop) / self._ratio) + 2
        return QRect(left, 0, max(right - left, 1), self._scene.geometry.height)


def _ground_image(scene: Scene, ratio: float) -> QImage:
    g = scene.geometry
    image = QImage(round(g.width * ratio), round(g.height * ratio), QImage.Format.Format_RGB32)
    image.setDevicePixelRatio(ratio)
    painter = QPainter(image)
    paint_graticule(painter, scene)
    paint_frame(painter, scene)
    painter.end()
    return image


def _pixels_of(image: QImage) -> Pixels:
    """The pixels of an image (height, width), to be written in place."""
    rows = np.frombuffer(image.bits(), np.uint32).reshape(image.height(), -1)
    return rows[:, : image.width()]
