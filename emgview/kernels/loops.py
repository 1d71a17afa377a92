"""The loops themselves, made into machine code by numba when this module is imported.

They are plain functions that also run, slowly, without numba. The innermost loops run over slices
and test nothing but values, so that the compiler does eight and more at once. Signatures are
stated: all code is made at import, or taken from the cache, and none while a page waits. No loop
holds Python's lock.
"""

from __future__ import annotations

from collections.abc import Callable
from typing import Any, TypeVar, cast

import numba
import numpy as np
from numba import types
from numpy.typing import NDArray

Rows = NDArray[Any]
Values = NDArray[np.float32]
Whole = NDArray[np.int64]
Pixels = NDArray[np.uint32]
F = TypeVar("F", bound=Callable[..., None])

_HALF = np.float32(0.5)
_ONE = np.float32(1)
_ZERO = np.float32(0)


def _given(kind: Any, n_dimensions: int) -> Any:
    """An argument that is only read; an array that may be written fits too."""
    return types.Array(kind, n_dimensions, "C", readonly=True)


def _taken(kind: Any, n_dimensions: int) -> Any:
    """An argument that is written."""
    return types.Array(kind, n_dimensions, "C")


_COUNT = types.int64
_COUNTS = _given(types.int64, 1)
_LINES = _given(types.float32, 2)
_REDUCE = [
    types.void(_given(t, 1), _given(t, 1), _COUNT, _COUNTS, _taken(t, 2), _taken(t, 2))
    for t in (types.int16, types.int32, types.float32)
]
_LINE_COLUMNS = [types.void(_LINES, _taken(types.float32, 2), _taken(types.float32, 2))]
_DRAW = [
    types.void(
        _taken(types.uint32, 2),
        _given(types.uint32, 2),
        _COUNT,
        _given(types.int64, 2),
        _given(types.float32, 1),
        _LINES,
        _LINES,
        types.UniTuple(types.int64, 4),
    )
]


def _inner(function: F) -> F:
    """A part of a loop, taken into each loop that calls it."""
    return cast(F, numba.njit(nogil=True, error_model="numpy")(function))


def _loop(signatures: list[Any]) -> Callable[[F], F]:
    """A loop that is called from Python, made for these arguments."""

    def made(function: F) -> F:
        kind = numba.njit(signatures, nogil=True, cache=True, error_model="numpy")
        return cast(F, kind(function))

    return made


@_loop(_REDUCE)
def reduce(low: Rows, high: Rows, step: int, cuts: Whole, least: Rows, most: Rows) -> None:
    """Join rows into columns: rows ``cuts[k]`` to ``cuts[k + 1]`` belong to column k.

    NaN compares false and is left out.

    Parameters
    ----------
    low, high : ndarray, (any,) int16, int32 or float32
        The rows, one after another; may be the same array.
    step : int
        Distance of two rows.
    cuts : ndarray, (n_columns + 1,) int64
        Not falling.
    least, most : ndarray, (n_columns, n_channels)
        Taken in and written.
    """
    n_channels = least.shape[1]
    for k in range(len(least)):
        bottom, top = least[k], most[k]
        for row in range(cuts[k], cuts[k + 1]):
            a = low[row * step : row * step + n_channels]
            b = high[row * step : row * step + n_channels]
            for c in range(n_channels):
                bottom[c] = a[c] if a[c] < bottom[c] else bottom[c]
            for c in range(n_channels):
                top[c] = b[c] if b[c] > top[c] else top[c]


@_inner
def _line_at(samples: Values, where: float, out: Values) -> None:
    """The line at a place between samples; NaN behind the last one."""
    n = len(samples)
    if where > n - 1:
        out[:] = np.nan
        return
    first = min(int(where), n - 1)
    part = np.float32(where - first)
    a, b = samples[first], samples[min(first + 1, n - 1)]
    for c in range(len(out)):
        out[c] = a[c] + (b[c] - a[c]) * part


@_loop(_LINE_COLUMNS)
def line_columns(samples: Values, low: Values, high: Values) -> None:
    """Extremes of the line from sample to sample within each pixel column.

    Parameters
    ----------
    samples : ndarray, (n_samples, n_channels) float32
        At least one; NaN breaks the line.
    low, high : ndarray, (n_columns, n_channels) float32
        Written; NaN where there is no line.
    """
    n, n_columns = len(samples), len(low)
    before, after = np.empty_like(low[0]), np.empty_like(low[0])
    _line_at(samples, 0.0, before)
    row = 0
    for k in range(n_columns):
        _line_at(samples, (k + 1) * (n / n_columns), after)
        bottom, top = low[k], high[k]
        for c in range(len(before)):
            a, b = before[c], after[c]
            bottom[c] = a if (a < b) | (b != b) else b
            top[c] = a if (a > b) | (b != b) else b
            before[c] = b
        while row * n_columns < (k + 1) * n:
            values = samples[row]
            for c in range(len(values)):
                v = values[c]
                bottom[c] = v if (v < bottom[c]) | (bottom[c] != bottom[c]) else bottom[c]
                top[c] = v if (v > top[c]) | (top[c] != top[c]) else top[c]
            row += 1


@_inner
def _lane_rows(
    low: Values, high: Values, scale: np.float32, height: np.float32, rows: Values
) -> None:
    """Rows of a lane, from its top, in which columns begin and end: ``rows[:, 1:-1]``."""
    top, bottom = rows[0, 1:-1], rows[1, 1:-1]
    for x in range(len(top)):
        a, b = low[x] * scale + height * _HALF, high[x] * scale + height * _HALF
        top[x] = a if (a < b) | (b != b) else b
        bottom[x] = a if (a > b) | (b != b) else b


@_inner
def _lane_cuts(rows: Values, edge: np.float32, length: int, cut: NDArray[np.bool_]) -> None:
    """Which dashes at the upper and the lower edge hold a column that leaves the lane."""
    top, bottom = rows[0, 1:-1], rows[1, 1:-1]
    for dash in range(cut.shape[1]):
        start, stop = dash * length, min((dash + 1) * length, len(top))
        for x in range(start, stop):
            cut[0, dash] |= top[x] < _ZERO
            cut[1, dash] |= bottom[x] > edge


@_inner
def _lane_runs(
    rows: Values,
    pen: np.float32,
    edge: np.float32,
    first: NDArray[np.int32],
    stop: NDArray[np.int32],
) -> None:
    """First row of each column and the one behind the last, joined with the neighbours.

    Each reaches the middle between itself and its neighbours, up to a pixel; where one of them
    is NaN, so is the middle, which compares false.
    """
    top, bottom = rows[0, 1:-1], rows[1, 1:-1]
    top_before, top_after = rows[0, :-2], rows[0, 2:]
    bottom_before, bottom_after = rows[1, :-2], rows[1, 2:]
    for x in range(len(first)):
        t, b = top[x], bottom[x] + pen
        up, down = (top[x] + (bottom_before[x] + pen)) * _HALF + _HALF, _ZERO
        t = up if up < t else t
        up = ((bottom_after[x] + pen) + top[x]) * _HALF + _HALF
        t = up if up < t else t
        down = (top_after[x] + (bottom[x] + pen)) * _HALF - _HALF
        b = down if down > b else b
        down = ((bottom[x] + pen) + top_before[x]) * _HALF - _HALF
        b = down if down > b else b
        drawn = (b >= _ZERO) & (t <= edge)
        t = _ZERO if t < _ZERO else t
        b = edge if b > edge else b
        first[x] = np.int32(t) if drawn else np.int32(0)
        stop[x] = np.int32(b + _ONE) if drawn else np.int32(0)


@_inner
def _draw_dashes(
    target: Pixels, lane: Whole, cut: NDArray[np.bool_], strokes: tuple[int, int, int, int]
) -> None:
    """Dashes at the edges of a lane; ``target`` is as wide as there are columns."""
    _pen, ink, length, thickness = strokes
    bottom = min(lane[0] + lane[1], len(target))
    for edge in range(2):
        begin = max(bottom - thickness, lane[0]) if edge else lane[0]
        for row in range(begin, min(begin + thickness, len(target))):
            for dash in range(cut.shape[1]):
                if cut[edge, dash]:
                    target[row, dash * length : (dash + 1) * length] = np.uint32(ink)


@_loop(_DRAW)
def draw(
    pixels: Pixels,
    ground: Pixels,
    left: int,
    lanes: Whole,
    scales: Values,
    low: Values,
    high: Values,
    strokes: tuple[int, int, int, int],
) -> None:
    """Traces on their ground, and dashes where they leave their lanes.

    Parameters
    ----------
    pixels, ground : ndarray, (height, width) uint32
        0xAARRGGBB; ``pixels`` is written within the lanes from column ``left`` on.
    lanes : ndarray, (n_lanes, 3) int64
        Top row, number of rows, colour.
    scales : ndarray, (n_lanes,) float32
        Pixels per unit, downwards.
    low, high : ndarray, (n_lanes, n_columns) float32
        NaN columns stay empty.
    strokes : (line width, colour of dashes, their length, their thickness)
    """
    n_columns = min(low.shape[1], pixels.shape[1] - left)
    pen, _ink, length, _thickness = strokes
    rows = np.full((2, n_columns + 2), np.nan, np.float32)
    first, stop = np.empty(n_columns, np.int32), np.empty(n_columns, np.int32)
    cut = np.zeros((len(lanes), 2, -(-n_columns // length)), np.bool_)
    for n in range(len(lanes)):
        top, height = lanes[n, 0], lanes[n, 1]
        edge = np.float32(height - 1)
        _lane_rows(low[n], high[n], scales[n], np.float32(height), rows)
        _lane_cuts(rows, edge, length, cut[n])
        _lane_runs(rows, np.float32(pen - 1), edge, first, stop)
        colour = np.uint32(lanes[n, 2])
        for row in range(min(height, len(pixels) - top)):
            target = pixels[top + row, left : left + n_columns]
            under = ground[top + row, left : left + n_columns]
            place = np.int32(row)
            for x in range(n_columns):
                inked = (first[x] <= place) & (place < stop[x])
                target[x] = colour if inked else under[x]
    for n in range(len(lanes)):
        _draw_dashes(pixels[:, left : left + n_columns], lanes[n], cut[n], strokes)
