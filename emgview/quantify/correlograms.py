"""Auto- and cross-correlograms of trains, with confidence limits.

For synchronous facial bursts, double discharges, F-linked pairs: at which delays do discharges
follow each other more often than chance? Expected counts are those of independent trains over the
time that both were watched (Perkel, Gerstein & Moore 1967, Biophys J 7:419); limits are quantiles
of the Poisson law, for each delay alone and for all together (Bonferroni). Two rhythmic trains of
nearly one rate are not independent in this sense: a single delay outside of the limits is a hint.
"""

from __future__ import annotations

from dataclasses import dataclass

import numpy as np
from numpy.typing import NDArray

from emgview.errors import EmgviewError

Float = NDArray[np.float64]


@dataclass(frozen=True, slots=True, eq=False)
class Correlogram:
    """Counts of delays.

    Parameters
    ----------
    centres_s : ndarray, (n,)
        Middle of each bin; positive: the second train follows.
    counts, expected : ndarray, (n,)
    low, high : ndarray, (n,)
        Limits for each delay alone.
    high_all : ndarray, (n,)
        Upper limit for all delays together.
    """

    centres_s: Float
    counts: Float
    expected: Float
    low: Float
    high: Float
    high_all: Float

    @property
    def peaks_s(self) -> tuple[float, ...]:
        """Delays more frequent than chance would have it anywhere."""
        return tuple(self.centres_s[self.counts > self.high_all].tolist())


def cross_correlogram(
    first_s: Float,
    second_s: Float,
    seconds: float,
    bin_s: float = 0.001,
    reach_s: float = 0.1,
    confidence: float = 0.99,
) -> Correlogram:
    """Delays of the second train after the first.

    Parameters
    ----------
    first_s, second_s : ndarray
        Times in order, on one clock.
    seconds : float
        How long both were watched.

    Raises
    ------
    EmgviewError
        If no time was watched.
    """
    if seconds <= 0:
        raise EmgviewError("No time was watched", "Choose a stretch.")
    half = max(1, round(reach_s / bin_s))
    edges = np.asarray((np.arange(2 * half + 2) - half - 0.5) * bin_s, dtype=np.float64)
    counts = np.histogram(_delays(first_s, second_s, float(edges[-1])), edges)[0]
    return _limited(counts, edges, len(first_s), len(second_s), seconds, confidence)


def autocorrelogram(
    times_s: Float,
    seconds: float,
    bin_s: float = 0.001,
    reach_s: float = 0.1,
    confidence: float = 0.99,
) -> Correlogram:
    """Delays within one train; a discharge is not compared with itself.

    Raises
    ------
    EmgviewError
        If no time was watched.
    """
    found = cross_correlogram(times_s, times_s, seconds, bin_s, reach_s, confidence)
    found.counts[len(found.counts) // 2] -= len(times_s)
    return found


def _delays(first: Float, second: Float, reach: float) -> Float:
    start = np.searchsorted(second, first - reach)
    stop = np.searchsorted(second, first + reach)
    parts = [second[a:b] - t for t, a, b in zip(first, start, stop, strict=True)]
    return np.concatenate(parts) if parts else np.empty(0)


def _limited(
    counts: NDArray[np.intp], edges: Float, n: int, m: int, seconds: float, confidence: float
) -> Correlogram:
    from scipy.stats import poisson

    centres = (edges[:-1] + edges[1:]) / 2
    overlap = np.maximum(seconds - np.abs(centres), 0.0)
    expected = n * m * (edges[1] - edges[0]) * overlap / seconds**2
    tail = (1 - confidence) / 2
    return Correlogram(
        centres,
        counts.astype(np.float64),
        expected,
        poisson.ppf(tail, expected),
        poisson.ppf(1 - tail, expected),
        poisson.ppf(1 - tail / len(counts), expected),
    )
