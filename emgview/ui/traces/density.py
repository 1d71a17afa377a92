"""How many potentials lie in each few pixels, where single marks have no room."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass

import numpy as np
from numpy.typing import NDArray
from PySide6.QtGui import QColor, QImage

SEVERAL = "+"
"""Letter of a row that several classes share."""

_LEAST_PX = 2


@dataclass(frozen=True, slots=True, eq=False)
class DensityRow:
    """Bars of one class, or of several: each in the colour of the class that has most there.

    Parameters
    ----------
    colour : QColor
        Of the letter.
    counts : ndarray, (n_bins,) int64
    inks : ndarray, (n_bins,) uint32
        0xAARRGGBB of each bar.
    """

    letter: str
    colour: QColor
    counts: NDArray[np.int64]
    inks: NDArray[np.uint32]

    @classmethod
    def of(cls, letter: str, colour: QColor, counts: NDArray[np.int64]) -> DensityRow:
        """The row of one class."""
        return cls(letter, colour, counts, np.full(len(counts), colour.rgba(), np.uint32))


def density_image(rows: Sequence[DensityRow], height: int, bin_px: int) -> QImage:
    """Bars of all rows, one row below the other, each ``height`` pixels high.

    Bars stand on the lower edge of their row, a pixel apart; their height goes with the root. One
    picture for all: for small arrays the time lies in the number of calls.
    """
    counts = np.stack([row.counts for row in rows])
    most = np.maximum(counts.max(axis=1, keepdims=True), 1)
    tall = np.round(np.sqrt(counts / most) * (height - _LEAST_PX) + _LEAST_PX)
    first = np.where(counts > 0, height - tall, height).astype(np.uint8).repeat(bin_px, axis=1)
    inks = np.stack([row.inks for row in rows]).repeat(bin_px, axis=1)
    inks[:, bin_px - 1 :: bin_px] = 0
    steps = np.arange(height, dtype=np.uint8)[:, np.newaxis]
    inked = np.less_equal(first[:, np.newaxis], steps)
    pixels = np.multiply(inked.view(np.uint8), inks[:, np.newaxis])
    # The colours are opaque or nothing at all: premultiplied, they are the same.
    form = QImage.Format.Format_ARGB32_Premultiplied
    width = pixels.shape[2]
    return QImage(pixels.data, width, len(rows) * height, width * 4, form).copy()  # owns its pixels


def fitted(rows: Sequence[DensityRow], n: int) -> list[DensityRow]:
    """At most ``n`` rows; those that have no room share the last one."""
    if len(rows) <= n:
        return list(rows)
    shared = rows[n - 1 :]
    counts = np.stack([row.counts for row in shared])
    inks = np.stack([row.inks for row in shared])
    most = counts.argmax(axis=0)
    ink = np.take_along_axis(inks, most[np.newaxis], axis=0)[0]
    return [*rows[: n - 1], DensityRow(SEVERAL, shared[0].colour, counts.sum(axis=0), ink)]
