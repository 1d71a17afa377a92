"""Columns of extremes become pixels. numpy only."""

from __future__ import annotations

from dataclasses import dataclass

import numpy as np
from numpy.typing import NDArray

Pixels = NDArray[np.uint32]
Values = NDArray[np.float32]


@dataclass(frozen=True, slots=True, eq=False)
class Cut:
    """Columns in which a trace leaves its lane: bool (width,) for the upper and the lower edge."""

    above: NDArray[np.bool_]
    below: NDArray[np.bool_]


@dataclass(frozen=True, slots=True)
class Lane:
    """Where a channel is drawn, in pixels.

    ``top`` and ``height`` bound the lane; ``pixels_per_uv`` is negative for an inverted channel.
    """

    top: int
    height: int
    pixels_per_uv: float

    def y_of(self, uv: Values) -> Values:
        """Row of a value: negative is up."""
        middle = self.top + self.height / 2
        return np.asarray(middle + uv * self.pixels_per_uv, dtype=np.float32)

    def rows_of(self, minimum: Values, maximum: Values) -> tuple[Values, Values]:
        """Upper and lower row of each column, whichever way the channel is turned."""
        a, b = self.y_of(minimum), self.y_of(maximum)
        return np.fmin(a, b), np.fmax(a, b)

    def cut(self, minimum: Values, maximum: Values) -> Cut:
        """Columns in which the trace leaves the lane."""
        top, bottom = self.rows_of(minimum, maximum)
        return Cut(top < self.top, bottom > self.top + self.height - 1)


def columns_of_samples(samples: Values, n_columns: int) -> tuple[Values, Values]:
    """Extremes of the line from sample to sample within each pixel column.

    For windows with about as many samples as pixels: the columns of the *polyline*, so that the
    line is closed where a column holds no sample. Sample ``i`` lies at ``i / n_samples``.

    Parameters
    ----------
    samples : ndarray, (n_samples,) float32
        NaN breaks the line.

    Returns
    -------
    minimum, maximum : ndarray, (n_columns,) float32
        NaN where there is no line.
    """
    n = len(samples)
    if n == 0 or n_columns == 0:
        nothing = np.full(n_columns, np.nan, dtype=np.float32)
        return nothing, nothing.copy()
    x = np.arange(n) * (n_columns / n)
    edges = np.arange(n_columns + 1, dtype=np.float64)
    y = np.interp(edges, x, samples, left=np.nan, right=np.nan).astype(np.float32)
    low, high = np.fmin(y[:-1], y[1:]), np.fmax(y[:-1], y[1:])
    column = np.minimum(x.astype(np.int64), n_columns - 1)
    np.fmin.at(low, column, samples)
    np.fmax.at(high, column, samples)
    return low, high


def draw_columns(
    pixels: Pixels,
    lane: Lane,
    minimum: Values,
    maximum: Values,
    colour: int,
    line_width: int = 1,
) -> Cut:
    """Draw one channel: a vertical line per pixel column from its least to its greatest value.

    Neighbouring columns are joined, so that a steep flank has no hole. What leaves the lane is
    not drawn (no false line along the edge) but told by the result. NaN columns stay empty.

    Parameters
    ----------
    pixels : ndarray, (height, width) uint32
        Written in place.
    minimum, maximum : ndarray, (width,) float32
        µV.
    """
    width = min(len(minimum), pixels.shape[1])
    cut = lane.cut(minimum[:width], maximum[:width])
    top, bottom = lane.rows_of(minimum[:width], maximum[:width])
    bottom += line_width - 1
    present = ~np.isnan(top)
    _join(top, bottom, present)
    low, high = lane.top, min(lane.top + lane.height, pixels.shape[0]) - 1
    drawn = present & (bottom >= low) & (top <= high)
    if not drawn.any():
        return cut
    first = np.clip(np.where(drawn, top, high), low, high).astype(np.int32)
    last = np.where(drawn, np.clip(bottom, low, high), -1).astype(np.int32)
    start, stop = int(first[drawn].min()), int(last.max()) + 1
    rows = np.arange(start, stop, dtype=np.int32)[:, None]
    inside = (rows >= first) & (rows <= last)
    pixels[start:stop, :width][inside] = colour
    return cut


def draw_cut(
    pixels: Pixels, lane: Lane, cut: Cut, colour: int, step: int = 8, thickness: int = 2
) -> None:
    """Draw dashes at the edge of a lane where its trace leaves it.

    Parameters
    ----------
    step : int
        Length of a dash: one is drawn for each ``step`` columns of which any is cut.
    """
    top, bottom = lane.top, min(lane.top + lane.height, len(pixels))
    above, below = _dashes(cut.above, step), _dashes(cut.below, step)
    pixels[top : top + thickness, : len(above)][:, above] = colour
    pixels[max(bottom - thickness, top) : bottom, : len(below)][:, below] = colour


def _dashes(columns: NDArray[np.bool_], step: int) -> NDArray[np.bool_]:
    starts = np.arange(0, len(columns), step)
    if len(starts) == 0:
        return columns
    return np.repeat(np.logical_or.reduceat(columns, starts), step)[: len(columns)]


def _join(top: Values, bottom: Values, present: NDArray[np.bool_]) -> None:
    """Let each column reach the one before it, half way from both sides."""
    both = present[1:] & present[:-1]
    gap_down = both & (top[1:] > bottom[:-1] + 1)
    gap_up = both & (bottom[1:] < top[:-1] - 1)
    middle_down = (top[1:] + bottom[:-1]) / 2
    middle_up = (bottom[1:] + top[:-1]) / 2
    top[1:][gap_down] = middle_down[gap_down]
    bottom[:-1][gap_down] = middle_down[gap_down]
    bottom[1:][gap_up] = middle_up[gap_up]
    top[:-1][gap_up] = middle_up[gap_up]
