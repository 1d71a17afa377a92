"""The loops that draw lines with soft edges; made and called as those of :mod:`.loops`."""

from __future__ import annotations

from typing import Any

import numpy as np
from numba import carray, types

from emgview.kernels.loops import FLOATS, Pixels, Values, Whole, at, for_c, inner, lane_rows

_ZERO = np.float32(0)
_WHOLE = np.float32(256)


@inner
def _blended(under: np.uint32, ink: np.uint32, cover: int) -> np.uint32:
    """A colour over another, ``cover`` 256ths of it: two of the four bytes at once."""
    low, rest = 0x00FF00FF, 256 - cover
    even = ((under & low) * rest + (ink & low) * cover) >> 8
    odd = ((under >> 8) & low) * rest + ((ink >> 8) & low) * cover
    return np.uint32((even & low) | (odd & 0xFF00FF00))


@inner
def _soft_spans(rows: Values, half: np.float32, edge: np.float32, spans: Whole) -> None:
    """From where to where each column of a lane is covered, in 256ths of a row; 0, 0: nothing."""
    for x in range(spans.shape[1]):
        begin, end = rows[0, x] - half, rows[1, x] + half
        spans[0, x] = spans[1, x] = 0
        if begin <= end:  # else there is no line
            start = int(min(max(begin, _ZERO), edge) * _WHOLE)
            stop = int(min(max(end, _ZERO), edge) * _WHOLE)
            if stop > start:
                spans[0, x], spans[1, x] = start, stop


@inner
def _covered(start: int, stop: int, row: int) -> int:
    """256ths of a row within a span; negative outside of it."""
    return min(stop, (row + 1) << 8) - max(start, row << 8)


@inner
def _draw_soft_column(
    pixels: Pixels, lane: Whole, left: int, x: int, spans: Whole, beside: int
) -> None:
    """Rows of a column as far as they are covered by it, or by its neighbours beside it."""
    start, stop = spans[0, x], spans[1, x]
    if stop <= start:
        return
    first, last = start, stop
    for k in (x - 1, x + 1):
        if spans[1, k] > spans[0, k] and beside > 0:
            first, last = min(first, spans[0, k]), max(last, spans[1, k])
    height = min(lane[1], len(pixels) - lane[0])
    for row in range(first >> 8, min(((last - 1) >> 8) + 1, height)):
        cover = _covered(start, stop, row)
        for k in (x - 1, x + 1):
            cover = max(cover, (_covered(spans[0, k], spans[1, k], row) * beside) >> 8)
        if cover > 0:
            place, column = lane[0] + row, left + x - 1
            pixels[place, column] = _blended(pixels[place, column], np.uint32(lane[2]), cover)


@inner
def soft(
    pixels: Pixels,
    left: int,
    lanes: Whole,
    scales: Values,
    low: Values,
    high: Values,
    half: np.float32,
    beside: int,
    room: tuple[Values, Whole],
) -> None:
    """Lines with soft edges upon a picture, for few samples.

    Parameters
    ----------
    pixels : ndarray, (height, width) uint32
        0xAARRGGBB; written within the lanes from column ``left`` on.
    lanes, scales, low, high
        As in :func:`draw`; the columns of a line touch each other.
    half : float32
        Half the width of the line, pixels.
    beside : int
        256ths to which a column covers its neighbours: a steep line is as wide as a level one.
    room : rows (2, n_columns + 2) float32, spans (2, n_columns + 2) int64
        Written; rows are NaN at both ends when they come.
    """
    rows, spans = room
    for n in range(len(lanes)):
        edge = np.float32(lanes[n, 1])
        lane_rows(low[n], high[n], scales[n], edge, rows)
        _soft_spans(rows, half, edge, spans)
        for x in range(1, rows.shape[1] - 1):
            _draw_soft_column(pixels, lanes[n], left, x, spans, beside)


# -- for C ---------------------------------------------------------------------------------------


def _soft(  # type: ignore[no-untyped-def]
    pixels, lanes, scales, low, high, half, rows, spans, sizes
):
    n_lanes, n_values, n_columns = sizes[3], sizes[4], sizes[5]
    soft(
        carray(pixels, (sizes[0], sizes[1])),
        sizes[2],
        carray(lanes, (n_lanes, 3)),
        carray(scales, (n_lanes,)),
        carray(low, (n_lanes, n_values)),
        carray(high, (n_lanes, n_values)),
        carray(half, (1,))[0],
        sizes[6],
        (carray(rows, (2, n_columns + 2)), carray(spans, (2, n_columns + 2))),
    )


def functions_for_c() -> dict[str, Any]:
    """Each loop as numba's C function, by the name that :mod:`.machine` calls it by."""
    colours, whole = at(types.uint32), at(types.int64)
    return {"soft": for_c(colours, whole, *(FLOATS,) * 5, whole, whole)(_soft)}
