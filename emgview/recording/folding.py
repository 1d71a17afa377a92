"""Minimum and maximum of blocks of rows: the one kernel of every overview level."""

from __future__ import annotations

from typing import Any

import numpy as np
from numpy.lib.stride_tricks import as_strided
from numpy.typing import NDArray

from emgview.kernels import Kernels, compiled
from emgview.recording.layout import SAMPLE_DTYPES

# A portion and its first halving stay in the second-level cache of common processors.
_PORTION_BYTES = 1024 * 1024

Rows = NDArray[Any]


def nothing(dtype: np.dtype[Any]) -> tuple[Any, Any]:
    """(minimum, maximum) of no samples: minimum > maximum, neutral when extremes are joined."""
    if dtype.kind == "f":
        return np.inf, -np.inf
    limits = np.iinfo(dtype)
    return limits.max, limits.min


def loops_for(dtype: np.dtype[Any]) -> Kernels | None:
    """The compiled loops, if they are ready and made for this type."""
    return compiled() if dtype in SAMPLE_DTYPES else None


def join_rows(
    kernels: Kernels, columns: tuple[Rows, Rows], rows: tuple[Rows, Rows], cuts: NDArray[np.int64]
) -> None:
    """Join rows into columns by the compiled loop: rows ``cuts[k]`` to ``cuts[k + 1]`` into k.

    Parameters
    ----------
    columns : (minimum, maximum) of ndarray, (len(cuts) - 1, n_channels)
        Written in place.
    rows : (minimum, maximum) of ndarray, (n, n_channels)
    """
    if not len(rows[0]):
        return
    pairs = _as_pairs(rows)
    if pairs is not None:
        kernels.reduce_pairs(*pairs, cuts, *columns)
        return
    (low, step), (high, other) = _in_a_line(rows[0]), _in_a_line(rows[1])
    if step != other:
        low, high, step = rows[0].ravel(), rows[1].ravel(), rows[0].shape[1]
    kernels.reduce(low, high, step, cuts, *columns)


def _as_pairs(rows: tuple[Rows, Rows]) -> tuple[Rows, int] | None:
    """Both as one line of pairs, and the distance of two rows, if they lie so in memory."""
    low, high = rows
    size = low.itemsize
    step, rest = divmod(low.strides[0], size)
    if low.strides != high.strides or low.strides[1] != 2 * size or rest or step < 0:
        return None
    if high.ctypes.data != low.ctypes.data + size or not low.shape[1]:
        return None
    length = (len(low) - 1) * step + 2 * low.shape[1]
    return as_strided(low, (length,), (size,), writeable=False), step


def _in_a_line(rows: Rows) -> tuple[Rows, int]:
    """Rows as one line of values, and the distance of two rows; a copy only if there must be."""
    step, rest = divmod(rows.strides[0], rows.itemsize)
    if rows.flags.c_contiguous or rest or step < 0 or rows.strides[1] != rows.itemsize:
        return np.ascontiguousarray(rows).reshape(-1), rows.shape[1]
    length = (len(rows) - 1) * step + rows.shape[1]
    return as_strided(rows, (length,), (rows.itemsize,), writeable=False), step


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
    kernels = loops_for(low.dtype)
    if kernels is not None:
        columns = _empty(n, low)
        join_rows(kernels, columns, (low, high), np.arange(n + 1, dtype=np.int64) * width)
        return columns
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


def _empty(n: int, like: Rows) -> tuple[Rows, Rows]:
    """Extremes (n, n_channels) of nothing."""
    low, high = nothing(like.dtype)
    shape = (n, like.shape[1])
    return np.full(shape, low, like.dtype), np.full(shape, high, like.dtype)


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
