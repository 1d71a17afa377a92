"""Columns of extremes become pixels. numpy only."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass

import numpy as np
from numpy.typing import NDArray

from emgview.kernels import Kernels, compiled

Pixels = NDArray[np.uint32] | NDArray[np.uint8]
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
    kernels = compiled()
    if kernels is not None and samples.ndim == 2:
        shape = n_columns, samples.shape[1]
        low, high = np.empty(shape, np.float32), np.empty(shape, np.float32)
        kernels.line_columns(np.ascontiguousarray(samples, np.float32), low, high)
        return low, high
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
    ground: NDArray[np.uint8] | None = None,
) -> Cut:
    """Draw channels: a vertical line per pixel column from its least to its greatest value.

    Neighbouring columns are joined, so that a steep flank has no hole. What leaves the lane is
    not drawn (no false line along the edge) but told by the result. NaN columns stay empty.

    Row by row all lanes are compared with the ends of their columns at once: the cost follows the
    pixels, whatever the signal.

    Parameters
    ----------
    pixels : ndarray, (height, width) uint32 or uint8
        Colours, or numbers of colours. Written in place; the rectangle of each lane is overwritten.
    lanes : sequence of Lane
        Must not overlap.
    minimum, maximum : ndarray, (n_columns, n_lanes) float32
        µV.
    colours : sequence of int
        Of each lane: 0xAARRGGBB, or its number.
    ground : ndarray, (height, width) uint8, optional
        Numbers of what is seen beside the traces, all below those of the lanes; 0 if left out.

    Returns
    -------
    Cut
        Arrays (width, n_lanes).
    """
    width = min(len(minimum), pixels.shape[1])
    rows = _rows(lanes, minimum[:width], maximum[:width])
    cut = _cuts(rows)
    if not lanes or width == 0:
        return cut
    inked = _inked(rows, line_width)
    for lane, inside, colour in zip(lanes, inked, colours, strict=True):
        place = slice(lane.top, min(lane.top + lane.height, len(pixels)))
        target = pixels[place, :width]
        np.multiply(inside[: len(target)], target.dtype.type(colour), out=target)
        if ground is not None:
            np.maximum(target, ground[place, :width], out=target)
    return cut


@dataclass(frozen=True, slots=True)
class Strokes:
    """Line width of the traces, and the dashes where they leave their lanes, in pixels.

    ``cut_ink`` is 0xAARRGGBB.
    """

    width: int
    cut_ink: int
    dash_length: int
    dash_thickness: int


def draw_at_once(
    kernels: Kernels,
    pixels: NDArray[np.uint32],
    ground: tuple[NDArray[np.uint32], NDArray[np.int64]],
    left: int,
    lanes: Sequence[Lane],
    extremes: tuple[Values, Values],
    colours: Sequence[int],
    strokes: Strokes,
) -> None:
    """What :func:`draw_lanes` and then :func:`draw_cuts` draw, in one pass of compiled loops.

    Parameters
    ----------
    pixels : ndarray, (height, width) uint32
        The whole view, traces from column ``left`` on: 0xAARRGGBB.
    ground : (pixels, same)
        The same without traces, and for each row one that looks the same from ``left`` on.
    extremes : (minimum, maximum) of ndarray, (n_columns, n_lanes) float32
    colours : sequence of int
        Of each lane: 0xAARRGGBB.
    """
    places = [(lane.top, lane.height, ink) for lane, ink in zip(lanes, colours, strict=True)]
    low, high = (np.ascontiguousarray(values.T, np.float32) for values in extremes)
    kernels.draw(
        pixels,
        *ground,
        left,
        np.array(places, np.int64),
        np.array([lane.pixels_per_uv for lane in lanes], np.float32),
        low,
        high,
        (strokes.width, strokes.cut_ink, strokes.dash_length, strokes.dash_thickness),
    )


def draw_soft(
    pixels: NDArray[np.uint32],
    left: int,
    lanes: Sequence[Lane],
    extremes: tuple[Values, Values],
    colours: Sequence[int],
    width: float,
) -> None:
    """Lines with soft edges upon a picture: each pixel as far as the line covers its column.

    Compiled where the loops are there, else the same by numpy.

    Parameters
    ----------
    pixels : ndarray, (height, any) uint32
        0xAARRGGBB; written within the lanes from column ``left`` on.
    extremes : (minimum, maximum) of ndarray, (n_columns, n_lanes) float32
        µV, of :func:`columns_of_samples`: the columns of a line touch each other.
    colours : sequence of int
        Of each lane: 0xAARRGGBB.
    width : float
        Of the line, pixels.
    """
    kernels = compiled()
    low, high = (np.ascontiguousarray(values.T, np.float32) for values in extremes)
    beside = round(256 * min(max((width - 1) / 2, 0.0), 1.0))
    if kernels is not None:
        places = [(lane.top, lane.height, ink) for lane, ink in zip(lanes, colours, strict=True)]
        scales = np.array([lane.pixels_per_uv for lane in lanes], np.float32)
        held = np.array(places, np.int64).reshape(-1, 3)
        kernels.soft(pixels, left, held, scales, low, high, width, beside)
        return
    n_columns = max(min(low.shape[1], pixels.shape[1] - left), 0)
    rows = _rows(lanes, extremes[0][:n_columns], extremes[1][:n_columns])
    half = np.float32(width / 2)
    for n, (lane, ink) in enumerate(zip(lanes, colours, strict=True)):
        target = pixels[lane.top : lane.top + lane.height, left : left + n_columns]
        spans = _soft_spans(rows.first[:, n] - half, rows.last[:, n] + half, lane.height)
        _draw_soft_lane(target, spans, ink, beside)


def _soft_spans(begin: Values, end: Values, height: int) -> NDArray[np.int64]:
    """From where to where columns are covered, (2, n_columns + 2) in 256ths; 0, 0: nothing."""
    spans = np.zeros((2, len(begin) + 2), np.int64)
    x = np.flatnonzero(begin <= end)
    for side, values in enumerate((begin, end)):
        spans[side, x + 1] = np.clip(values[x], 0, height) * np.float32(256)
    spans[:, spans[1] <= spans[0]] = 0
    return spans


def _draw_soft_lane(
    target: NDArray[np.uint32], spans: NDArray[np.int64], ink: int, beside: int
) -> None:
    """Columns as far as they, or to a part their neighbours, cover each row."""
    x = np.flatnonzero(spans[1] > spans[0])
    around = [x, x - 1, x + 1] if beside else [x]
    there = [spans[1, k] > spans[0, k] for k in around]
    first = np.min([np.where(t, spans[0, k], 2**40) for k, t in zip(around, there, strict=True)], 0)
    last = np.max([spans[1, k] for k in around], axis=0)
    row, final = first >> 8, np.minimum((last - 1) >> 8, len(target) - 1)
    while len(x := x[keep := row <= final]):
        row, final = row[keep], final[keep]
        cover = _covered(spans[:, x], row)
        for k in (x - 1, x + 1):
            cover = np.maximum(cover, (_covered(spans[:, k], row) * beside) >> 8)
        inked = cover > 0
        places = row[inked], x[inked] - 1
        target[places] = _blended(target[places].astype(np.int64), ink, cover[inked])
        row = row + 1


def _covered(spans: NDArray[np.int64], row: NDArray[np.int64]) -> NDArray[np.int64]:
    """256ths of a row within each span (2, n); negative outside of it."""
    covered: NDArray[np.int64] = np.minimum(spans[1], (row + 1) << 8)
    covered -= np.maximum(spans[0], row << 8)
    return covered


def _blended(under: NDArray[np.int64], ink: int, cover: NDArray[np.int64]) -> NDArray[np.uint32]:
    """A colour over others, ``cover`` 256ths of it."""
    low, rest = 0x00FF00FF, 256 - cover
    even = ((under & low) * rest + (ink & low) * cover) >> 8
    odd = ((under >> 8) & low) * rest + ((ink >> 8) & low) * cover
    return ((even & low) | (odd & 0xFF00FF00)).astype(np.uint32)


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


def cuts_of(lanes: Sequence[Lane], minimum: Values, maximum: Values) -> Cut:
    """Where traces (n_columns, n_lanes) in µV leave their lanes, without drawing them."""
    return _cuts(_rows(lanes, minimum, maximum))


def _cuts(rows: _Rows) -> Cut:
    return Cut(rows.first < 0, rows.last > rows.height - 1)


def _inked(rows: _Rows, line_width: int) -> NDArray[np.uint8]:
    """1 for each pixel of a lane that is drawn: (n_lanes, greatest height, width)."""
    top, bottom = rows.first, rows.last + np.float32(line_width - 1)
    join_columns(top, bottom)
    edge = rows.height - 1
    drawn = (bottom >= 0) & (top <= edge)  # false for NaN
    top[~drawn], bottom[~drawn] = 0, -1
    tallest = int(rows.height.max())
    # Unsigned, and one beyond the tallest: row - first wraps around to a large number above it.
    number = np.uint8 if tallest < np.iinfo(np.uint8).max else np.uint16
    np.clip(top, 0, edge, out=top)
    np.fmin(bottom, edge, out=bottom)
    first: NDArray[np.uint8 | np.uint16] = top.T.astype(number, order="C")
    count = np.subtract((bottom + 1).T.astype(number, order="C"), first)
    inked = np.empty((len(first), tallest, first.shape[1]), np.uint8)
    below = np.empty_like(first)
    for row in range(tallest):
        np.subtract(number(row), first, out=below)
        np.less(below, count, out=inked.view(np.bool_)[:, row])
    return inked


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
    if not len(starts) or not (cut.above.any() or cut.below.any()):
        return
    for edge, dashes in enumerate((cut.above, cut.below)):
        some = np.logical_or.reduceat(dashes, starts, axis=0)
        told = np.flatnonzero(some.any(axis=0))
        columns = np.repeat(some[:, told].T, step, axis=1)[:, : len(dashes)]
        ends = [_edge_rows(lanes[int(n)], edge, len(pixels), thickness) for n in told]
        tops, stops = np.array(ends, np.intp).reshape(-1, 2).T
        for row in range(thickness if len(told) else 0):
            inside = tops + row < stops
            places = tops[inside] + row
            line = pixels[places, : columns.shape[1]]
            line[columns[inside]] = colour
            pixels[places, : columns.shape[1]] = line


def _edge_rows(lane: Lane, edge: int, height: int, thickness: int) -> tuple[int, int]:
    """Rows from which a dash reaches, and to: at the upper (0) or lower (1) edge of a lane."""
    bottom = min(lane.top + lane.height, height)
    top = max(bottom - thickness, lane.top) if edge else lane.top
    return top, min(top + thickness, bottom)


def join_columns(top: Values, bottom: Values) -> None:
    """Let each column (axis 0) reach the one before it, half way from both sides, up to a pixel.

    Where neighbours overlap, the middle lies between them and changes nothing; where one of them
    is NaN, so is the middle, which fmin and fmax leave out.
    """
    down = (top[1:] + bottom[:-1]) / 2
    up = (bottom[1:] + top[:-1]) / 2
    half = np.float32(0.5)
    np.fmin(top[1:], down + half, out=top[1:])
    np.fmax(bottom[:-1], down - half, out=bottom[:-1])
    np.fmax(bottom[1:], up - half, out=bottom[1:])
    np.fmin(top[:-1], up + half, out=top[:-1])
