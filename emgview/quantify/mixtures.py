"""Trains that are not one whole unit: two units of nearly one shape, or a part of a larger unit.

A train with many short intervals is cut in two along the main components of its shapes; the cut
stands only if both halves fire without them (as the detector parts its units by their rhythm).
A train that follows a larger one at one delay is its late or loose part.
"""

from __future__ import annotations

import numpy as np
from numpy.typing import NDArray

from emgview.detection.products import scatter
from emgview.quantify.parameters import TrainLimits
from emgview.quantify.trains import beat

Float = NDArray[np.float64]

_COMPONENTS = 4
_SAME_BEAT = 0.3  # part by which the usual interval may change
_STEADY_CV = 0.35
_SHORT_PART = 0.2  # of the discharges added may come too early
_CORE = 0.15  # part of the peak under which a template is left out of the comparison


def two_units(
    rows: Float, template: Float, times_s: Float, p: TrainLimits
) -> NDArray[np.bool_] | None:
    """Which discharges are one of two units; None where they are one.

    Parameters
    ----------
    rows : ndarray, (n, length)
        Single discharges in the order of ``times_s``, all other units taken off.
    """
    whole = beat(times_s)
    if whole is None or whole.early < p.split_early or len(rows) < 2 * p.least_discharges:
        return None
    inside = np.flatnonzero(np.abs(template) > _CORE * np.abs(template).max())
    centred = np.ascontiguousarray(rows[:, inside[0] : inside[-1] + 1])
    centred = centred - np.median(centred, axis=0)
    _, axes = np.linalg.eigh(scatter(centred))
    best, least = None, 0.5 * whole.early
    for axis in axes.T[::-1][:_COMPONENTS]:
        mask = _parted(centred @ axis)
        if min(mask.sum(), (~mask).sum()) < p.least_discharges:
            continue
        halves = [beat(times_s[mask]), beat(times_s[~mask])]
        early = max(1.0 if half is None else half.early for half in halves)
        if early < least:
            best, least = mask, early
    return best


def _parted(values: Float) -> NDArray[np.bool_]:
    """Two groups along a line: two means, begun at the quartiles."""
    low, high = np.quantile(values, (0.2, 0.8)).tolist()
    for _ in range(12):
        mask = values > (low + high) / 2
        if mask.all() or not mask.any():
            break
        low, high = float(values[~mask].mean()), float(values[mask].mean())
    return np.asarray(values > (low + high) / 2)


def delay_after(own_s: Float, other_s: Float, p: TrainLimits) -> float | None:
    """Delay at which most discharges of a train follow (or precede) another's; None for none."""
    delays = (own_s[:, np.newaxis] - other_s).ravel()
    near = np.sort(delays[np.abs(delays) < p.linked_ms / 1000])
    if not len(near):
        return None
    width = p.linked_jitter_ms / 1000
    counts = np.searchsorted(near, near + width) - np.arange(len(near))
    k = int(counts.argmax())
    if counts[k] < p.linked * len(own_s):
        return None
    return float(np.median(near[k : k + int(counts[k])]))


def fills_gaps(a_s: Float, b_s: Float) -> bool:
    """Whether the smaller of two trains fires nearly always where the larger one leaves it room.

    Discharges that fall anywhere make a short interval twice in three times.
    """
    small, large = sorted((a_s, b_s), key=len)
    alone, together = beat(large), beat(np.sort(np.concatenate((small, large))))
    if alone is None or together is None:
        return False
    same = abs(together.interval_s / alone.interval_s - 1) < _SAME_BEAT
    n = len(small) + len(large)
    more = together.early * n - alone.early * len(large)
    return same and together.cv < _STEADY_CV and more < _SHORT_PART * len(small)
