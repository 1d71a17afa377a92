"""Columns of extremes become pixels. numpy only."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass

import numpy as np
from numpy.typing import NDArray

Pixels = NDArray[np.uint32]
Values = NDArray[np.float32]


@dataclass(frozen=True, slots=True, eq=False)
class Cut:
    """Columns in which a trace leaves its lane, bool, for the upper and the lower edge."""

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


def columns_of_samples(samples: Values, n_columns: int) -> tuple[Values, Values]:
    """Extremes of the line from sample to sample within each pixel column.

    For windows with about as many samples as pixels: the columns of the *polyline*, so that the
    line is closed where a column holds no sample. Sample ``i`` lies at ``i / n_samples``.

    Parameters
    ----------
    samples : ndarray, (n_samples,) or (n_samples, n_channels) float32
        NaN breaks the line.

    Returns
    -------
    minimum, maximum : ndarray, (n_columns,) or (n_columns, n_channels) float32
        NaN where there is no line.
    """
    n = len(samples)
    if n == 0 or n_columns == 0:
        nothing = np.full((n_columns, *samples.shape[1:]), np.nan, dtype=np.float32)
        return nothing, nothing.copy()
    y = _at_edges(samples, n_columns)
    low, high = np.fmin(y[:-1], y[1:]), np.fmax(y[:-1], y[1:])
    # Sample i lies in column i * n_columns // n: the k-th samples of all columns at once.
    first = -(-np.arange(n_columns + 1) * n // n_columns)
    count = np.diff(first)
    for k in range(int(count.max())):
        columns = np.flatnonzero(count > k)
        values = samples[first[columns] + k]
        low[columns] = np.fmin(low[columns], values)
        high[columns] = np.fmax(high[columns], values)
    return low, high


def _at_edges(samples: Values, n_columns: int) -> Values:
    """The line at the edges of the columns; NaN behind the last sample."""
    n = len(samples)
    place = np.arange(n_columns + 1) * (n / n_columns)
    before = np.minimum(place.astype(np.intp), n - 1)
    part = (place - before).astype(np.float32).reshape(-1, *(1,) * (samples.ndim - 1))
    here = samples[before]
    y: Values = here + (samples[np.minimum(before + 1, n - 1)] - here) * part
    y[place > n - 1] = np.nan
    return y


def draw_columns(
    pixels: Pixels,
    lane: Lane,
    minimum: Values,
    maximum: Values,
    colour: int,
    line_width: int = 1,
) -> Cut:
    """Draw one channel; see :func:`draw_lanes`.

    Parameters
    ----------
    minimum, maximum : ndarray, (width,) float32
        µV.
    """
    low, high = minimum[:, np.newaxis], maximum[:, np.newaxis]
    cut = draw_lanes(pixels, (lane,), low, high, (colour,), line_width)
    return Cut(cut.above[:, 0], cut.below[:, 0])


def draw_lanes(
    pixels: Pixels,
    lanes: Sequence[Lane],
    minimum: Values,
    maximum: Values,
    colours: Sequence[int],
    line_width: int = 1,
) -> Cut:
    """Draw channels: a vertical line per pixel column from its least to its greatest value.

    Neighbouring columns are joined, so that a steep flank has no hole. What leaves the lane is
    not drawn (no false line along the edge) but told by the result. NaN columns stay empty.

    Each lane is made as a mask in which only the first row and the row after the last one of each
    column are marked; an exclusive or from row to row fills what lies between. The cost follows
    the pixels, whatever the signal.

    Parameters
    ----------
    pixels : ndarray, (height, width) uint32
        Written in place; the rectangle of each lane is overwritten.
    lanes : sequence of Lane
        Must not overlap.
    minimum, maximum : ndarray, (n_columns, n_lanes) float32
        µV.
    colours : sequence of int
        Of each lane, 0xAARRGGBB.

    Returns
    -------
    Cut
        Arrays (width, n_lanes).
    """
    width = min(len(minimum), pixels.shape[1])
    rows = _rows(lanes, minimum[:width], maximum[:width])
    cut = Cut(rows.first < 0, rows.last > rows.height - 1)
    if not lanes or width == 0:
        return cut
    mask = _filled(rows, line_width)
    for lane, inside, colour in zip(lanes, mask, colours, strict=True):
        target = pixels[lane.top : lane.top + lane.height, :width]
        np.multiply(inside[: len(target)], np.uint32(colour), out=target, dtype=np.uint32)
    return cut


@dataclass(frozen=True, slots=True, eq=False)
class _Rows:
    """Rows from the top of each lane: float32 (width, n_lanes), heights (n_lanes,)."""

    first: Values
    last: Values
    height: NDArray[np.float32]


def _rows(lanes: Sequence[Lane], minimum: Values, maximum: Values) -> _Rows:
    height = np.array([lane.height for lane in lanes], dtype=np.float32)
    scale = np.array([lane.pixels_per_uv for lane in lanes], dtype=np.float32)
    a, b = minimum * scale + height / 2, maximum * scale + height / 2
    return _Rows(np.fmin(a, b), np.fmax(a, b), height)


def _filled(rows: _Rows, line_width: int) -> NDArray[np.uint8]:
    """Masks (n_lanes, greatest height, width) of 0 and 1."""
    top, bottom = rows.first, rows.last + np.float32(line_width - 1)
    present = ~np.isnan(top)
    _join(top, bottom, present)
    edge = rows.height - 1
    drawn = present & (bottom >= 0) & (top <= edge)
    width, n_lanes = top.shape
    tallest = int(rows.height.max())
    mask = np.zeros((n_lanes, tallest + 1, width), np.uint8)
    start = np.clip(top, 0, edge)
    stop = np.clip(bottom, 0, edge) + 1
    start[~drawn] = stop[~drawn] = 0
    base = np.arange(n_lanes) * ((tallest + 1) * width) + np.arange(width)[:, np.newaxis]
    flat = mask.reshape(-1)
    flat[base + start.astype(np.intp) * width] = drawn
    flat[base + stop.astype(np.intp) * width] = drawn
    for row in range(1, tallest):
        np.bitwise_xor(mask[:, row], mask[:, row - 1], out=mask[:, row])
    return mask


def draw_cuts(
    pixels: Pixels,
    lanes: Sequence[Lane],
    cut: Cut,
    colour: int,
    step: int = 8,
    thickness: int = 2,
) -> None:
    """Draw dashes at the edges of the lanes where their traces leave them.

    Parameters
    ----------
    cut : Cut
        Arrays (width, n_lanes).
    step : int
        Length of a dash: one is drawn for each ``step`` columns of which any is cut.
    """
    starts = np.arange(0, len(cut.above), step)
    if not len(starts):
        return
    for edge, dashes in enumerate((cut.above, cut.below)):
        some = np.logical_or.reduceat(dashes, starts, axis=0)
        told = np.flatnonzero(some.any(axis=0))
        columns = np.repeat(some[:, told].T, step, axis=1)[:, : len(dashes)]
        tops = np.array([_edge_row(lanes[n], edge, len(pixels), thickness) for n in told], np.intp)
        for row in range(thickness if len(told) else 0):
            line = pixels[tops + row, : columns.shape[1]]
            line[columns] = colour
            pixels[tops + row, : columns.shape[1]] = line


def _edge_row(lane: Lane, edge: int, height: int, thickness: int) -> int:
    """Row in which a dash begins: at the upper (0) or the lower (1) edge of a lane."""
    bottom = min(lane.top + lane.height, height)
    return max(bottom - thickness, lane.top) if edge else lane.top


def _join(top: Values, bottom: Values, present: NDArray[np.bool_]) -> None:
    """Let each column reach the one before it, half way from both sides."""
    both = present[1:] & present[:-1]
    gap_down = both & (top[1:] > bottom[:-1] + 1)
    gap_up = both & (bottom[1:] < top[:-1] - 1)
    middle_down = (top[1:][gap_down] + bottom[:-1][gap_down]) / 2
    middle_up = (bottom[1:][gap_up] + top[:-1][gap_up]) / 2
    top[1:][gap_down] = middle_down
    bottom[:-1][gap_down] = middle_down
    bottom[1:][gap_up] = middle_up
    top[:-1][gap_up] = middle_up
