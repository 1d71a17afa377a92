"""Single discharges of a block and the units they belong to, for what comes in groups.

Unlike the events of the channel these are peaks of one sign: two discharges of a unit a few
milliseconds apart are two, where the events merge.
"""

from __future__ import annotations

from dataclasses import dataclass

import numpy as np
from numpy.lib.stride_tricks import sliding_window_view
from numpy.typing import NDArray

from emgview.detection.parameters import Parameters
from emgview.detection.patterns.trace import Block
from emgview.model.interval import SampleInterval

Float = NDArray[np.float64]
Int = NDArray[np.int64]


@dataclass(frozen=True, slots=True, eq=False)
class Discharges:
    """Peaks of a block in order of time.

    Parameters
    ----------
    times : ndarray of int
        Thinned samples from the segment's start.
    heights : ndarray
        In the sign in which the channel is largest, µV.
    cuts : ndarray, (n, width)
        Detection band around each peak.
    unit : ndarray of int
        Number of the unit, -1 for none.
    lobe : int
        Distance within which a smaller peak may be a side lobe, thinned samples.
    """

    times: Int
    heights: Float
    cuts: Float
    unit: Int
    lobe: int


def discharges_of(block: Block, p: Parameters) -> Discharges | None:
    """Discharges of a block and their units; None where there are too many or too few."""
    rate, g = block.rate_hz, p.groups
    near, far = (max(1, round(ms / 1000 * rate)) for ms in (g.nearest_ms, g.lobe_ms))
    half = round(g.half_ms / 1000 * rate)
    sign = _sign(block)
    times, heights, cuts = [], [], []
    for spell in block.spells:
        y = sign * spell.x
        threshold = max(p.stream.threshold_sigma * spell.sigma, p.stream.threshold_uv)
        peaks = _peaks(y, threshold, near, far, g.lobe_part)
        padded = np.concatenate((np.zeros(half), spell.x, np.zeros(half)))
        times.append(peaks + spell.start)
        heights.append(y[peaks])
        cuts.append(sliding_window_view(padded, 2 * half + 1)[peaks])
    t = np.concatenate(times).astype(np.int64)
    if _unfit(len(t), block, p):
        return None
    cut = np.concatenate(cuts)
    unit = _units(cut, round(g.lag_ms / 1000 * rate), p)
    return Discharges(t, np.concatenate(heights), cut, unit, far)


def outside(
    found: Discharges, taken: list[SampleInterval], block: Block, p: Parameters
) -> Discharges | None:
    """Those outside of what is taken already; None where too few are left."""
    free = np.ones(len(found.times), dtype=bool)
    for interval in taken:
        free &= (found.times < interval.start) | (found.times >= interval.stop)
    if _unfit(int(free.sum()), block, p):
        return None
    return Discharges(
        found.times[free], found.heights[free], found.cuts[free], found.unit[free], found.lobe
    )


def _unfit(n: int, block: Block, p: Parameters) -> bool:
    seconds = sum(len(spell.x) for spell in block.spells) / block.rate_hz
    return n < p.groups.least_n or n > p.groups.most_per_s * seconds


def _sign(block: Block) -> int:
    """Sign of the larger deflections: those beyond twice the threshold of noise."""
    up = down = 0.0
    for spell in block.spells:
        up += float(np.sum(np.maximum(spell.x, 0) ** 4))
        down += float(np.sum(np.minimum(spell.x, 0) ** 4))
    return 1 if up > down else -1


def _peaks(y: Float, threshold: float, near: int, far: int, part: float) -> NDArray[np.intp]:
    """Peaks that are largest nearby and no side lobe of a larger one."""
    if len(y) < 3:
        return np.empty(0, dtype=np.intp)
    greatest = _greatest(y, near)
    around = _greatest(y, far)
    return np.flatnonzero((y > threshold) & (y >= greatest) & (y > part * around))


def _greatest(y: Float, reach: int) -> Float:
    padded = np.pad(y, reach, constant_values=-np.inf)
    return np.asarray(sliding_window_view(padded, 2 * reach + 1).max(axis=1))


def _units(cuts: Float, reach: int, p: Parameters) -> Int:
    """Number of the unit of each discharge: the first whose running mean it is like."""
    width = cuts.shape[1] - 2 * reach
    windows = sliding_window_view(cuts, width, axis=1)
    norms = np.sqrt(np.einsum("nkl,nkl->nk", windows, windows)) + 1e-9
    unit = np.full(len(cuts), -1, dtype=np.int64)
    means, sizes = np.empty((p.groups.most_units, width)), np.empty(p.groups.most_units)
    counts: list[int] = []
    for i, overlapping in enumerate(windows):
        rows = np.ascontiguousarray(overlapping)
        n = len(counts)
        best, place = _likest(rows, norms[i], means[:n], sizes[:n], p)
        if best < 0:
            if n == len(means):
                continue
            best = n
            means[best] = rows[reach]
            counts.append(1)
        else:
            counts[best] += 1
            means[best] += 1 / min(counts[best], 20) * (rows[place] - means[best])
        sizes[best] = np.sqrt(means[best] @ means[best]) + 1e-9
        unit[i] = best
    return unit


def _likest(
    rows: Float, norms: Float, means: Float, sizes: Float, p: Parameters
) -> tuple[int, int]:
    """The mean that one of the rows is most like, and that row; -1 where it is like none."""
    if not len(means):
        return -1, 0
    likeness = means @ rows.T / norms / sizes[:, np.newaxis]
    if likeness.max() < p.groups.likeness:
        return -1, 0
    ratio = norms / sizes[:, np.newaxis]
    likeness[(ratio <= p.groups.size_part) | (ratio >= 1 / p.groups.size_part)] = -1.0
    k = int(likeness.argmax())
    if likeness.flat[k] < p.groups.likeness:
        return -1, 0
    return divmod(k, len(rows))
