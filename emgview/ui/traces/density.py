"""How many potentials lie in each few pixels, where single marks have no room."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass

import numpy as np
from numpy.typing import NDArray
from PySide6.QtGui import QColor, QImage

SEVERAL = "+"
"""Letter of a row that several classes share."""

BIN_PX = 4
"""From one bar to the next; the last pixel stays free."""

_LEAST_PX = 2


@dataclass(frozen=True, slots=True, eq=False)
class DensityRow:
    """Bars of one class, or of several: each in the colour of the class that has most there.

    Parameters
    ----------
    colour : QColor
        Of the letter.
    counts : ndarray, (n_bins,) int64
    inks : ndarray, (n_bins,) uint32, or int
        0xAARRGGBB of each bar, or of all.
    """

    letter: str
    colour: QColor
    counts: NDArray[np.int64]
    inks: NDArray[np.uint32] | int

    @classmethod
    def of(cls, letter: str, colour: QColor, counts: NDArray[np.int64]) -> DensityRow:
        """The row of one class."""
        return cls(letter, colour, counts, colour.rgba())

    def ink_of_bars(self) -> NDArray[np.uint32]:
        """0xAARRGGBB of each bar."""
        return np.broadcast_to(np.asarray(self.inks, np.uint32), self.counts.shape)


@dataclass(frozen=True, slots=True, eq=False)
class Bars:
    """Rows of bars at their places, in logical pixels.

    Bars stand on the lower edge of their row, a pixel apart; their height goes with the root of
    the count.

    Parameters
    ----------
    rows : sequence of DensityRow
        For their letters.
    tops : ndarray, (n_rows,) int64
    height : int
        Of each row.
    tall : ndarray, (n_rows, n_bins) int32
        Height of each bar; 0: none.
    inks : ndarray, (n_rows, n_bins) uint32
    """

    rows: Sequence[DensityRow]
    tops: NDArray[np.int64]
    height: int
    tall: NDArray[np.int32]
    inks: NDArray[np.uint32]

    @classmethod
    def of(cls, placed: Sequence[tuple[DensityRow, float]], height: int) -> Bars:
        """Rows, one at least, with their tops."""
        rows = [row for row, _top in placed]
        counts = np.array([row.counts for row in rows])
        most = np.maximum(counts.max(axis=1, keepdims=True), 1)
        tall = np.sqrt(counts / most)
        tall *= height - _LEAST_PX
        tall += _LEAST_PX
        np.round(tall, out=tall)
        tall *= counts > 0
        inks = np.empty(counts.shape, np.uint32)
        inks.T[:] = [row.inks if isinstance(row.inks, int) else 0 for row in rows]
        for n, row in enumerate(rows):
            if not isinstance(row.inks, int):
                inks[n] = row.inks
        tops = np.array([round(top) for _row, top in placed], np.int64)
        return cls(rows, tops, height, tall.astype(np.int32), inks)

    def looks_like(self, other: Bars | None) -> bool:
        """Whether the same pixels are drawn."""
        return (
            other is not None
            and self.height == other.height
            and np.array_equal(self.tops, other.tops)
            and np.array_equal(self.tall, other.tall)
            and np.array_equal(self.inks, other.inks)
        )

    def image(self) -> QImage:
        """All rows, one below the other: for a painter.

        One picture for all: for small arrays the time lies in the number of calls.
        """
        first = (self.height - self.tall).astype(np.uint8).repeat(BIN_PX, axis=1)
        inks = self.inks.repeat(BIN_PX, axis=1)
        inks[:, BIN_PX - 1 :: BIN_PX] = 0
        steps = np.arange(self.height, dtype=np.uint8)[:, np.newaxis]
        inked = np.less_equal(first[:, np.newaxis], steps)
        pixels = np.multiply(inked.view(np.uint8), inks[:, np.newaxis])
        # The colours are opaque or nothing at all: premultiplied, they are the same.
        form = QImage.Format.Format_ARGB32_Premultiplied
        n_rows, _height, width = pixels.shape
        image = QImage(pixels.data, width, n_rows * self.height, width * 4, form)
        return image.copy()  # owns its pixels


def fitted(rows: Sequence[DensityRow], n: int) -> list[DensityRow]:
    """At most ``n`` rows; those that have no room share the last one."""
    if len(rows) <= n:
        return list(rows)
    shared = rows[n - 1 :]
    counts = np.stack([row.counts for row in shared])
    inks = np.stack([row.ink_of_bars() for row in shared])
    most = counts.argmax(axis=0)
    ink = np.take_along_axis(inks, most[np.newaxis], axis=0)[0]
    return [*rows[: n - 1], DensityRow(SEVERAL, shared[0].colour, counts.sum(axis=0), ink)]
