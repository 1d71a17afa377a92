"""Confidence intervals by recording: potentials of one recording are not independent."""

from __future__ import annotations

from collections.abc import Callable, Sequence

import numpy as np
from numpy.typing import NDArray

from emgview.detection.evaluation.rules import Bootstrap

Array = NDArray[np.float64]
Interval = tuple[float, float]
Figure = Callable[[Array], Array]


def draws(n_recordings: int, rules: Bootstrap) -> NDArray[np.int64]:
    """How often each recording is drawn, (draws, n_recordings); the same for the same seed."""
    rng = np.random.default_rng(rules.seed)
    chosen = rng.integers(0, n_recordings, (rules.draws, n_recordings))
    weights = np.zeros((rules.draws, n_recordings), dtype=np.int64)
    np.add.at(weights, (np.arange(rules.draws)[:, None], chosen), 1)
    return weights


def interval(
    counts: Sequence[Sequence[int]], figure: Figure, weights: NDArray[np.int64], level: float
) -> Interval | None:
    """Percentile interval of a figure of summed counts.

    Parameters
    ----------
    counts : (n_recordings, n_counts)
    figure : callable
        Sums, (draws, n_counts), to values, (draws,); NaN where it is not defined.
    weights : ndarray, (draws, n_recordings)
    level : float
        0.95: from the 2.5th to the 97.5th percentile.

    Returns
    -------
    tuple of float, or None
        None where the figure is defined in fewer than two recordings, and where all draws give the
        same: nothing varied, which does not mean that nothing will.
    """
    table = np.asarray(counts, dtype=np.float64)
    if int(np.isfinite(figure(table)).sum()) < 2:
        return None
    values = figure(weights @ table)
    values = values[np.isfinite(values)]
    if float(np.ptp(values)) == 0.0:
        return None
    low, high = np.quantile(values, [(1.0 - level) / 2.0, (1.0 + level) / 2.0])
    return float(low), float(high)


def ratio(numerator: int, denominator: int) -> Figure:
    """Figure: one count through another."""

    def figure(sums: Array) -> Array:
        below = sums[:, denominator]
        return np.where(below > 0, sums[:, numerator] / np.where(below > 0, below, 1.0), np.nan)

    return figure


def f1_figure(sums: Array) -> Array:
    """Figure: F1 of (true, found, said, right)."""
    sensitivity = ratio(1, 0)(sums)
    ppv = np.nan_to_num(ratio(3, 2)(sums))
    both = sensitivity + ppv
    f1 = np.where(both > 0, 2.0 * sensitivity * ppv / np.where(both > 0, both, 1.0), 0.0)
    return np.where(np.isnan(sensitivity), np.nan, f1)
