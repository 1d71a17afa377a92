"""Many sweeps become one picture: how many of them pass each pixel. numpy only."""

from __future__ import annotations

import numpy as np
from numpy.typing import NDArray

from emgview.ui.traces.raster import join_columns

Values = NDArray[np.float32]
Counts = NDArray[np.int32]

FAINT = 0.4


def spans(low: Values, high: Values, baseline: NDArray[np.float64], scale: float) -> Values:
    """First and last row of each column, (2, n_columns, n_sweeps); NaN where there is nothing.

    Neighbouring columns are joined, so that a steep flank has no hole.

    Parameters
    ----------
    low, high : ndarray, (n_sweeps, n_columns) float32
        µV.
    baseline : ndarray, (n_sweeps,)
        Row of zero.
    scale : float
        Rows per µV; positive values are drawn downwards, or upwards for a negative scale.
    """
    zero = baseline.astype(np.float32)
    a, b = low.T * np.float32(scale) + zero, high.T * np.float32(scale) + zero
    rows = np.stack([np.fmin(a, b), np.fmax(a, b)])
    join_columns(rows[0], rows[1])
    return rows


def counts(rows: Values, height: int) -> Counts:
    """Number of sweeps that pass each pixel, (height, n_columns); what lies outside is left out.

    The cost follows the number of columns of all sweeps, not how steep they are.
    """
    n_columns = rows.shape[1]
    first, last = rows[0], rows[1]
    seen = (last >= 0) & (first <= height - 1)  # a NaN is not
    place = np.broadcast_to(np.arange(n_columns)[:, np.newaxis], first.shape)[seen]
    top = np.clip(first[seen], 0, height - 1).astype(np.int64)
    below = np.clip(last[seen], 0, height - 1).astype(np.int64) + 1
    size = (height + 1) * n_columns
    turns = np.bincount(top * n_columns + place, minlength=size)
    turns = turns - np.bincount(below * n_columns + place, minlength=size)
    summed = np.cumsum(turns.reshape(height + 1, n_columns), axis=0)
    return summed[:height].astype(np.int32)


def shades(passed: Counts, ink: tuple[int, int, int], faint: float = FAINT) -> NDArray[np.uint32]:
    """0xAARRGGBB, premultiplied: the more sweeps, the less transparent; by the logarithm.

    ``faint`` is the opacity of a single sweep.
    """
    most = int(passed.max(initial=0))
    steps = np.arange(most + 1)
    part = faint + (1 - faint) * np.log1p(steps) / np.log1p(max(most, 1))
    part[0] = 0.0
    alpha = np.round(part * 255).astype(np.uint32)
    red, green, blue = (np.round(part * c).astype(np.uint32) for c in ink)
    table = (alpha << 24) | (red << 16) | (green << 8) | blue
    return np.asarray(table[passed], np.uint32)
