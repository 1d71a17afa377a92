"""Local maxima, without a library that takes a second to load."""

from __future__ import annotations

import numpy as np
from numpy.typing import NDArray

Float = NDArray[np.float64]


def running_max(values: Float, reach: int) -> Float:
    """Greatest of ``2 * reach + 1`` values around each, of fewer at the ends."""
    width, have = 2 * reach + 1, 1
    out = np.pad(values, reach, constant_values=-np.inf)
    while 2 * have <= width:
        out = np.maximum(out[:-have], out[have:])
        have *= 2
    if have < width:
        out = np.maximum(out[: len(out) - (width - have)], out[width - have :])
    return out


def peak_places(values: Float, least: Float | float, apart: int) -> NDArray[np.intp]:
    """Samples that exceed ``least`` and all values within ``apart``; the ends are none."""
    top = (values > least) & (values >= running_max(values, apart))
    top[:1] = top[-1:] = False
    found = np.flatnonzero(top)
    if len(found) < 2:
        return found
    return found[np.concatenate(([True], np.diff(found) > apart))]
