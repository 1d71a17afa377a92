"""Matrix products on one core.

The linear algebra library shares larger products out among threads that then spin for longer than
the whole product takes; the second core has the recording and the display to serve.
"""

from __future__ import annotations

from typing import TypeVar

import numpy as np
from numpy.typing import NDArray

Float = NDArray[np.float64]
_F = TypeVar("_F", np.float32, np.float64)

_ALONE = 200_000
"""Multiplications that OpenBLAS does in the calling thread (it shares out from 262 144 on)."""


def product(left: NDArray[_F], right: NDArray[_F]) -> NDArray[_F]:
    """``left @ right`` of two matrices, worked through in groups of rows."""
    rows = max(1, _ALONE // max(1, right.size))
    if rows >= len(left):
        return np.asarray(left @ right)
    out = np.empty((len(left), right.shape[1]), dtype=left.dtype)
    for start in range(0, len(left), rows):
        np.matmul(left[start : start + rows], right, out=out[start : start + rows])
    return out


def scatter(rows: Float) -> Float:
    """``rows.T @ rows``, added up over groups of rows."""
    width = rows.shape[1]
    step = max(1, _ALONE // max(1, width**2))
    out = np.zeros((width, width))
    for start in range(0, len(rows), step):
        part = rows[start : start + step]
        out += part.T @ part
    return out
