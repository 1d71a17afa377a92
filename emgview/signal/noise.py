"""Robust level of the baseline noise."""

from __future__ import annotations

from collections.abc import Sequence

import numpy as np
from numpy.typing import NDArray

# Median of |x| of a Gaussian with unit standard deviation.
GAUSSIAN_MEDIAN_ABS = 0.6744897501960817


def block_sigma(samples: NDArray[np.float64], block: int) -> NDArray[np.float64]:
    """Robust standard deviation of each full block: median of ``|x|`` over 0.6745.

    Parameters
    ----------
    samples : ndarray, (n_samples,)
        Zero-mean (high-passed) signal; a rest shorter than a block is left out.
    block : int
        Samples in a block.

    Returns
    -------
    ndarray, (n_samples // block,)
    """
    n_blocks = len(samples) // block
    blocks = np.abs(samples[: n_blocks * block]).reshape(n_blocks, block)
    return np.asarray(np.median(blocks, axis=1) / GAUSSIAN_MEDIAN_ABS)


def tracked_sigma(
    sigmas: Sequence[float], index: int, before: int, after: int, quantile: float
) -> float:
    """Noise at one block: a low quantile of the block levels around it.

    A low quantile stays at the baseline while discharges fill less than ``1 - quantile`` of the
    neighbourhood.
    """
    around = sigmas[max(0, index - before) : index + after + 1]
    return float(np.quantile(around, quantile))
