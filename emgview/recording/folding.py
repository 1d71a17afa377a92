"""Minimum and maximum of blocks of rows: the one kernel of every overview level."""

from __future__ import annotations

from typing import Any

import numpy as np
from numpy.typing import NDArray

# A portion and its first halving stay in the second-level cache of common processors.
_PORTION_BYTES = 1024 * 1024

Rows = NDArray[Any]


def nothing(dtype: np.dtype[Any]) -> tuple[Any, Any]:
    """(minimum, maximum) of no samples: minimum > maximum, neutral when extremes are joined."""
    if dtype.kind == "f":
        return np.inf, -np.inf
    limits = np.iinfo(dtype)
    return limits.max, limits.min


def fold(low: Rows, high: Rows, width: int) -> tuple[Rows, Rows]:
    """Extremes of each ``width`` rows; rows beyond the last whole block are left out.

    Halves of blocks are held against each other: long contiguous runs, several times as fast as
    a reduction along an axis. NaN is left out; a block of NaN only gives :func:`nothing`.

    Parameters
    ----------
    low, high : ndarray, (n, n_channels)
        May be the same array.
    width : int
        A power of two.

    Returns
    -------
    (minimum, maximum) : ndarray, (n // width, n_channels)
    """
    n, n_channels = len(low) // width, low.shape[1]
    out = np.empty((n, n_channels), low.dtype), np.empty((n, n_channels), low.dtype)
    step = max(_PORTION_BYTES // max(width * n_channels * low.itemsize, 1), 1)
    room = np.empty((2, min(step, n), max(width // 2, 1), n_channels), low.dtype)
    for start in range(0, n, step):
        stop = min(start + step, n)
        shape = (stop - start, width, n_channels)
        part = low[start * width : stop * width].reshape(shape)
        other = high[start * width : stop * width].reshape(shape)
        _halve((part, other), (out[0][start:stop], out[1][start:stop]), room[:, : stop - start])
    if low.dtype.kind == "f":
        empty = np.isnan(out[0])
        out[0][empty], out[1][empty] = nothing(low.dtype)
    return out


def _halve(pair: tuple[Rows, Rows], out: tuple[Rows, Rows], room: Rows) -> None:
    """Extremes along axis 1, in place in ``room`` (2, n, width / 2, n_channels)."""
    # fmin and fmax leave NaN out.
    least, most = (np.fmin, np.fmax) if out[0].dtype.kind == "f" else (np.minimum, np.maximum)
    low, high = pair
    half = low.shape[1] // 2
    while half > 1:
        least(low[:, :half], low[:, half : 2 * half], out=room[0, :, :half])
        most(high[:, :half], high[:, half : 2 * half], out=room[1, :, :half])
        low, high = room[0], room[1]
        half //= 2
    if low.shape[1] == 1:
        out[0][...], out[1][...] = low[:, 0], high[:, 0]
    else:
        least(low[:, 0], low[:, 1], out=out[0])
        most(high[:, 0], high[:, 1], out=out[1])


def fold_all(low: Rows, high: Rows, width: int) -> tuple[Rows, Rows]:
    """The same, with a last block of the rows that are left over."""
    whole = len(low) // width * width
    out = fold(low[:whole], high[:whole], width)
    if whole == len(low):
        return out
    last = np.fmin.reduce(low[whole:], axis=0), np.fmax.reduce(high[whole:], axis=0)
    if low.dtype.kind == "f":
        empty = np.isnan(last[0])
        last[0][empty], last[1][empty] = nothing(low.dtype)
    return np.concatenate((out[0], last[0][None])), np.concatenate((out[1], last[1][None]))
