"""Robust level of the baseline noise."""

from __future__ import annotations

from collections.abc import Sequence
from typing import Any

import numpy as np
from numpy.lib.stride_tricks import sliding_window_view
from numpy.typing import NDArray

# Median of |x| of a Gaussian with unit standard deviation.
GAUSSIAN_MEDIAN_ABS = 0.6744897501960817

_FEW = 64

_LONG = 256  # values from which it is faster not to sort them all


def block_sigma(samples: NDArray[np.float64], block: int) -> NDArray[np.float64]:
    """Robust standard deviation of each full block: median of ``|x|`` over 0.6745.

    Parameters
    ----------
    samples : ndarray, (..., n_samples)
        Zero-mean (high-passed) signal; a rest shorter than a block is left out.
    block : int
        Samples in a block.

    Returns
    -------
    ndarray, (..., n_samples // block)
    """
    *lead, n_samples = samples.shape
    n_blocks = n_samples // block
    blocks = np.abs(samples[..., : n_blocks * block]).reshape(-1, block)
    return medians_of(blocks).reshape(*lead, n_blocks) / GAUSSIAN_MEDIAN_ABS


def tracked_sigma(
    sigmas: Sequence[float], index: int, before: int, after: int, quantile: float
) -> float:
    """Noise at one block: a low quantile of the block levels around it.

    A low quantile stays at the baseline while discharges fill less than ``1 - quantile`` of the
    neighbourhood.
    """
    return quantile_of(sigmas[max(0, index - before) : index + after + 1], quantile)


def quantile_of(values: Sequence[float], quantile: float) -> float:
    """The same number as ``numpy.quantile`` of a few values, in a tenth of its time.

    Linear between the two neighbours in order (Hyndman and Fan 1996, type 7).

    Raises
    ------
    ValueError
        If there is no value.
    """
    ordered = sorted(values)
    if not ordered:
        raise ValueError("no values")
    place = quantile * (len(ordered) - 1)
    below = int(place)
    part = place - below
    a, b = ordered[below], ordered[min(below + 1, len(ordered) - 1)]
    # As numpy does it: from the nearer end, so that both ends come out exact.
    return float(a + (b - a) * part if part < 0.5 else b - (b - a) * (1 - part))


def median_of(values: Sequence[float] | NDArray[np.generic]) -> float:
    """The same number as ``numpy.median`` of some values, none of them NaN, in a part of its time.

    Sorting is the fastest way up to some ten thousand values; a few of a list by Python itself,
    which also keeps its lock meanwhile: to get it back costs more, where other threads want it.

    Raises
    ------
    ValueError
        If there is no value.
    """
    if isinstance(values, list) and len(values) < _FEW:
        ordered: Any = sorted(values)
    else:
        ordered = np.sort(np.asarray(values))
    n = len(ordered)
    if not n:
        raise ValueError("no values")
    return float(ordered[n // 2]) if n % 2 else float((ordered[n // 2 - 1] + ordered[n // 2]) / 2)


def medians_of(rows: NDArray[np.float64]) -> NDArray[np.float64]:
    """Median of each row, (n_rows, n_values) without NaN; see :func:`median_of`."""
    n = rows.shape[1]
    if n > _LONG:
        ordered = np.partition(rows, n // 2, axis=1)
        upper = ordered[:, n // 2].copy()
        return upper if n % 2 else (ordered[:, : n // 2].max(axis=1) + upper) / 2
    ordered = np.array(rows, order="C")
    ordered.sort(axis=1)
    if n % 2:
        return ordered[:, n // 2].copy()
    return (ordered[:, n // 2 - 1] + ordered[:, n // 2]) / 2


def quantiles_of(rows: NDArray[np.float64], quantile: float) -> NDArray[np.float64]:
    """:func:`quantile_of` of each row, (n_rows, n_values), to the bit."""
    n = rows.shape[1]
    place = quantile * (n - 1)
    below = int(place)
    part = place - below
    ordered = np.sort(rows, axis=1)
    a, b = ordered[:, below], ordered[:, min(below + 1, n - 1)]
    return np.asarray(a + (b - a) * part if part < 0.5 else b - (b - a) * (1 - part))


def tracked_rows(
    sigmas: NDArray[np.float64], indices: range, before: int, after: int, quantile: float
) -> NDArray[np.float64]:
    """:func:`tracked_sigma` at some blocks of several rows at once, to the bit.

    Parameters
    ----------
    sigmas : ndarray, (n_rows, n_blocks)
    indices : range
        Of blocks.

    Returns
    -------
    ndarray, (n_rows, len(indices))
    """
    n_rows, n_blocks = sigmas.shape
    out = np.empty((n_rows, len(indices)))
    whole = [i for i in indices if i >= before and i + after < n_blocks]
    if whole:
        width = before + after + 1
        windows = sliding_window_view(sigmas, width, axis=1)
        chosen = windows[:, whole[0] - before : whole[-1] - before + 1].reshape(-1, width)
        at = whole[0] - indices.start
        out[:, at : at + len(whole)] = quantiles_of(chosen, quantile).reshape(n_rows, -1)
    for k, i in enumerate(indices):
        if not (i >= before and i + after < n_blocks):
            out[:, k] = quantiles_of(sigmas[:, max(0, i - before) : i + after + 1], quantile)
    return out


def running_median(values: NDArray[np.float64], reach: int) -> NDArray[np.float64]:
    """Median of ``2 * reach + 1`` values around each, of fewer at the ends."""
    n, width = len(values), 2 * reach + 1
    out = np.empty(n)
    ends = range(n)
    if n >= width:
        out[reach : n - reach] = medians_of(sliding_window_view(values, width))
        ends = range(reach)
        for i in range(n - reach, n):
            out[i] = median_of(values[i - reach :])
    for i in ends:
        out[i] = median_of(values[max(0, i - reach) : i + reach + 1])
    return out
