"""The loops themselves, made into machine code by numba; imported by :mod:`.building` alone.

They are plain functions that also run, slowly, without numba. The innermost loops run over slices
and test nothing but values, so that the compiler does eight and more at once. Nothing is allocated
and nothing raised, so that the code needs nothing but itself: it is kept and used later without
numba. At the end stand the same loops with plain pointers and sizes, as C calls them.
"""

from __future__ import annotations

from collections.abc import Callable
from typing import Any, TypeVar, cast

import numba
import numpy as np
from numba import carray, types
from numpy.typing import NDArray

Rows = NDArray[Any]
Values = NDArray[np.float32]
Whole = NDArray[np.int64]
Pixels = NDArray[np.uint32]
F = TypeVar("F", bound=Callable[..., Any])

_HALF = np.float32(0.5)
_ONE = np.float32(1)
_ZERO = np.float32(0)


def inner(function: F) -> F:
    """A part of a loop, taken into each loop that calls it."""
    return cast(F, numba.njit(nogil=True, error_model="numpy")(function))


@inner
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


@inner
def reduce_pairs(pairs: Rows, step: int, cuts: Whole, least: Rows, most: Rows) -> None:
    """The same of rows in which each channel has its least and its greatest value side by side.

    Parameters
    ----------
    pairs : ndarray, (any,) int16, int32 or float32
    """
    n_channels = least.shape[1]
    for k in range(len(least)):
        bottom, top = least[k], most[k]
        for row in range(cuts[k], cuts[k + 1]):
            a = pairs[row * step : row * step + 2 * n_channels]
            for c in range(n_channels):
                low, high = a[2 * c], a[2 * c + 1]
                bottom[c] = low if low < bottom[c] else bottom[c]
                top[c] = high if high > top[c] else top[c]


@inner
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


@inner
def line_columns(samples: Values, low: Values, high: Values, room: Values) -> None:
    """Extremes of the line from sample to sample within each pixel column.

    Parameters
    ----------
    samples : ndarray, (n_samples, n_channels) float32
        At least one; NaN breaks the line.
    low, high : ndarray, (n_columns, n_channels) float32
        Written; NaN where there is no line.
    room : ndarray, (2, n_channels) float32
        Written.
    """
    n, n_columns = len(samples), len(low)
    before, after = room[0], room[1]
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


@inner
def lane_rows(
    low: Values, high: Values, scale: np.float32, height: np.float32, rows: Values
) -> None:
    """Rows of a lane, from its top, in which columns begin and end: ``rows[:, 1:-1]``."""
    top, bottom = rows[0, 1:-1], rows[1, 1:-1]
    for x in range(len(top)):
        a, b = low[x] * scale + height * _HALF, high[x] * scale + height * _HALF
        top[x] = a if (a < b) | (b != b) else b
        bottom[x] = a if (a > b) | (b != b) else b


@inner
def _lane_cuts(rows: Values, edge: np.float32, length: int, cut: NDArray[np.bool_]) -> None:
    """Which dashes at the upper and the lower edge hold a column that leaves the lane."""
    top, bottom = rows[0, 1:-1], rows[1, 1:-1]
    for dash in range(cut.shape[1]):
        start, stop = dash * length, min((dash + 1) * length, len(top))
        for x in range(start, stop):
            cut[0, dash] |= top[x] < _ZERO
            cut[1, dash] |= bottom[x] > edge


@inner
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


@inner
def _draw_dashes(
    target: Pixels, lane: Whole, cut: NDArray[np.bool_], strokes: tuple[int, int, int, int]
) -> None:
    """Dashes at the edges of a lane; ``target`` is as wide as there are columns."""
    _pen, ink, length, thickness = strokes
    bottom = min(lane[0] + lane[1], len(target))
    for edge in range(2):
        begin = max(bottom - thickness, lane[0]) if edge else lane[0]
        for row in range(begin, min(begin + thickness, bottom)):
            for dash in range(cut.shape[1]):
                if cut[edge, dash]:
                    target[row, dash * length : (dash + 1) * length] = np.uint32(ink)


@inner
def draw(
    pixels: Pixels,
    ground: Pixels,
    same: Whole,
    left: int,
    lanes: Whole,
    scales: Values,
    low: Values,
    high: Values,
    strokes: tuple[int, int, int, int],
    room: tuple[Values, NDArray[np.int32], NDArray[np.bool_]],
) -> None:
    """Traces on their ground, and dashes where they leave their lanes.

    Parameters
    ----------
    pixels, ground : ndarray, (height, width) uint32
        0xAARRGGBB; ``pixels`` is written within the lanes from column ``left`` on.
    same : ndarray, (height,) int64
        For each row of the ground one that looks the same from column ``left`` on: where few
        differ, those few stay in the cache of the processor.
    lanes : ndarray, (n_lanes, 3) int64
        Top row, number of rows, colour.
    scales : ndarray, (n_lanes,) float32
        Pixels per unit, downwards.
    low, high : ndarray, (n_lanes, n_columns) float32
        NaN columns stay empty.
    strokes : (line width, colour of dashes, their length, their thickness)
    room : rows (2, n_columns + 2) float32, runs (2, n_columns) int32, cuts (n_lanes, 2, n) bool
        Written; n_columns as far as there are pixels, n dashes over them. Rows are NaN at both
        ends and cuts False when they come.
    """
    rows, runs, cut = room
    n_columns = runs.shape[1]
    pen, _ink, length, _thickness = strokes
    first, stop = runs[0], runs[1]
    for n in range(len(lanes)):
        top, height = lanes[n, 0], lanes[n, 1]
        edge = np.float32(height - 1)
        lane_rows(low[n], high[n], scales[n], np.float32(height), rows)
        _lane_cuts(rows, edge, length, cut[n])
        _lane_runs(rows, np.float32(pen - 1), edge, first, stop)
        colour = np.uint32(lanes[n, 2])
        for row in range(min(height, len(pixels) - top)):
            target = pixels[top + row, left : left + n_columns]
            under = ground[same[top + row], left : left + n_columns]
            place = np.int32(row)
            for x in range(n_columns):
                inked = (first[x] <= place) & (place < stop[x])
                target[x] = colour if inked else under[x]
    for n in range(len(lanes)):
        _draw_dashes(pixels[:, left : left + n_columns], lanes[n], cut[n], strokes)


@inner
def bars(
    pixels: Pixels,
    left: int,
    bottoms: Whole,
    heights: Rows,
    inks: Pixels,
    bar: tuple[int, int],
    room: tuple[Rows, Pixels],
) -> None:
    """Rows of bars upon a picture.

    Parameters
    ----------
    pixels : ndarray, (height, width) uint32
        Written from column ``left`` on; what would lie outside is left out.
    bottoms : ndarray, (n_rows,) int64
        The first row of pixels below the bars.
    heights : ndarray, (n_rows, n_bins) int32
        Of each bar; 0: none.
    inks : ndarray, (n_rows, n_bins) uint32
    bar : (distance of two bars, width of a bar)
    room : heights (n,) int32, inks (n,) uint32
        Written; n pixels that the bars reach over, as far as there are pixels.
    """
    step, wide = bar
    tall, ink = room
    for n in range(len(heights)):
        highest = np.int32(0)
        for b in range(heights.shape[1]):
            begin = b * step
            for x in range(begin, min(begin + step, len(tall))):
                tall[x] = heights[n, b] if x < begin + wide else np.int32(0)
                ink[x] = inks[n, b]
        for x in range(len(tall)):
            highest = tall[x] if tall[x] > highest else highest
        bottom = bottoms[n]
        for row in range(max(bottom - highest, 0), min(bottom, len(pixels))):
            target = pixels[row, left : left + len(tall)]
            least = np.int32(bottom - row)
            for x in range(len(tall)):
                target[x] = ink[x] if tall[x] >= least else target[x]


# -- for C ---------------------------------------------------------------------------------------

_N = types.int64


def at(kind: Any) -> Any:
    """A plain pointer to values of a kind."""
    return types.CPointer(kind)


def _reduce_of(kind: Any) -> Any:
    def loop(  # type: ignore[no-untyped-def]
        low, high, n_low, n_high, step, cuts, least, most, n_columns, n_channels
    ):
        reduce(
            carray(low, (n_low,)),
            carray(high, (n_high,)),
            step,
            carray(cuts, (n_columns + 1,)),
            carray(least, (n_columns, n_channels)),
            carray(most, (n_columns, n_channels)),
        )

    values = at(kind)
    return for_c(values, values, _N, _N, _N, at(types.int64), values, values, _N, _N)(loop)


def _reduce_pairs_of(kind: Any) -> Any:
    def loop(  # type: ignore[no-untyped-def]
        pairs, n_pairs, step, cuts, least, most, n_columns, n_channels
    ):
        reduce_pairs(
            carray(pairs, (n_pairs,)),
            step,
            carray(cuts, (n_columns + 1,)),
            carray(least, (n_columns, n_channels)),
            carray(most, (n_columns, n_channels)),
        )

    values = at(kind)
    return for_c(values, _N, _N, at(types.int64), values, values, _N, _N)(loop)


def for_c(*arguments: Any) -> Callable[[Any], Any]:
    """Makes a C function of a loop with these arguments."""
    kind = numba.cfunc(types.void(*arguments), nopython=True, error_model="numpy")
    return cast(Callable[[Any], Any], kind)


FLOATS = at(types.float32)


def _line_columns(  # type: ignore[no-untyped-def]
    samples, low, high, room, n, n_columns, n_channels
):
    line_columns(
        carray(samples, (n, n_channels)),
        carray(low, (n_columns, n_channels)),
        carray(high, (n_columns, n_channels)),
        carray(room, (2, n_channels)),
    )


def _draw(  # type: ignore[no-untyped-def]
    pixels, ground, same, lanes, scales, low, high, rows, runs, cut, sizes
):
    height, width, left, n_lanes = sizes[0], sizes[1], sizes[2], sizes[3]
    n_values, n_columns, n_dashes = sizes[4], sizes[5], sizes[6]
    draw(
        carray(pixels, (height, width)),
        carray(ground, (height, width)),
        carray(same, (height,)),
        left,
        carray(lanes, (n_lanes, 3)),
        carray(scales, (n_lanes,)),
        carray(low, (n_lanes, n_values)),
        carray(high, (n_lanes, n_values)),
        (sizes[7], sizes[8], sizes[9], sizes[10]),
        (
            carray(rows, (2, n_columns + 2)),
            carray(runs, (2, n_columns)),
            carray(cut, (n_lanes, 2, n_dashes)),
        ),
    )


def _bars(pixels, bottoms, heights, inks, tall, ink, sizes):  # type: ignore[no-untyped-def]
    n_rows, n_bins = sizes[3], sizes[4]
    bars(
        carray(pixels, (sizes[0], sizes[1])),
        sizes[2],
        carray(bottoms, (n_rows,)),
        carray(heights, (n_rows, n_bins)),
        carray(inks, (n_rows, n_bins)),
        (sizes[5], sizes[6]),
        (carray(tall, (sizes[7],)), carray(ink, (sizes[7],))),
    )


def functions_for_c() -> dict[str, Any]:
    """Each loop as numba's C function, by the name that :mod:`.machine` calls it by."""
    colours, whole = at(types.uint32), at(types.int64)
    kinds = types.int16, types.int32, types.float32
    made = {f"reduce_{kind}": _reduce_of(kind) for kind in kinds}
    made |= {f"reduce_pairs_{kind}": _reduce_pairs_of(kind) for kind in kinds}
    floats = (FLOATS,) * 4
    made["line_columns"] = for_c(*floats, _N, _N, _N)(_line_columns)
    room = (FLOATS, at(types.int32), at(types.boolean))
    drawn = (colours, colours, whole, whole, FLOATS, FLOATS, FLOATS)
    made["draw"] = for_c(*drawn, *room, whole)(_draw)
    numbers = at(types.int32)
    made["bars"] = for_c(colours, whole, numbers, colours, numbers, colours, whole)(_bars)
    return made
