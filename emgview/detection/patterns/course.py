"""How rate and size run during a train: steady, rising, falling."""

from __future__ import annotations

from dataclasses import dataclass

import numpy as np
from numpy.typing import NDArray

from emgview.detection.patterns.periodic import Chain, smooth

Float = NDArray[np.float64]


@dataclass(frozen=True, slots=True)
class Course:
    """Ratios, 1 where nothing changes.

    Parameters
    ----------
    rate_span, size_span : float
        Greatest over least (95th and 5th percentile) of the smoothed course.
    rate_wax, rate_wane, size_wax, size_wane : float
        Greatest over the beginning, greatest over the end.
    decrement : float
        Part of the size lost from the first quarter to the last; negative where it grows.
    roughness : float
        Median step of the size from cycle to cycle over the size.
    """

    rate_span: float
    size_span: float
    rate_wax: float
    rate_wane: float
    size_wax: float
    size_wane: float
    decrement: float
    roughness: float


def course_of(chain: Chain) -> Course:
    """Course of a chain, smoothed over a tenth of its cycles."""
    reach = max(2, len(chain.times) // 20)
    rates = 1 / smooth(np.diff(chain.times) / chain.rate_hz, reach)
    sizes = smooth(chain.sizes, reach)
    quarter = max(1, len(sizes) // 4)
    steps = np.abs(np.diff(chain.sizes)) / np.maximum(chain.sizes[1:], 1e-9)
    return Course(
        rate_span=_span(rates),
        size_span=_span(sizes),
        rate_wax=_over(rates, rates[0]),
        rate_wane=_over(rates, rates[-1]),
        size_wax=_over(sizes, sizes[0]),
        size_wane=_over(sizes, sizes[-1]),
        decrement=1 - float(np.mean(sizes[-quarter:])) / max(float(np.mean(sizes[:quarter])), 1e-9),
        roughness=float(np.median(steps)),
    )


def _span(values: Float) -> float:
    low, high = (float(np.quantile(values, q)) for q in (0.05, 0.95))
    return high / max(low, 1e-9)


def _over(values: Float, edge: float) -> float:
    return float(np.quantile(values, 0.95) / max(edge, 1e-9))
