"""Groups of discharges of one unit with silence between: what intervals part them, how they recur.

Myokymic discharges and multiplets are read off the same :class:`Grouping`.
"""

from __future__ import annotations

from dataclasses import dataclass
from itertools import pairwise

import numpy as np
from numpy.typing import NDArray

from emgview.detection.parameters import Parameters
from emgview.detection.patterns.discharges import Discharges
from emgview.detection.patterns.found import Shape
from emgview.detection.scores import at_least, at_most
from emgview.model.interval import SampleInterval, union
from emgview.signal.rhythm import rhythm, split_at_pauses

Float = NDArray[np.float64]
Int = NDArray[np.int64]


@dataclass(frozen=True, slots=True, eq=False)
class Grouping:
    """A unit's discharges in groups.

    Parameters
    ----------
    groups : list of ndarray of int
        Indices of the discharges of each group, singles included.
    rate_hz : float
        Median rate within the groups.
    within_cv : float
        Variation of the first interval of the groups: spikes of one potential keep theirs.
    spread : float
        Variation of all intervals within the groups.
    widening : float
        Part of the intervals within the groups that are longer than the one before: a half by
        chance. 1 where no group has two intervals: nothing is known.
    count : float
        Mean discharges of the groups of two and more.
    length_s : float
        Length of the longer groups (upper quartile).
    grouped : float
        Part of the discharges that lie in groups of two and more.
    recur_hz, recur_cv : float
        Rate of the groups and its variation.
    contrast : float
        Shortest silence between groups over the longest interval within (10 % left out).
    foreign : float
        Discharges of other units within the groups beyond those expected by chance, as part of
        the unit's own.
    crowd : float
        All clear discharges of other units meanwhile, as part of the unit's own.
    """

    groups: list[Int]
    rate_hz: float
    within_cv: float
    spread: float
    widening: float
    count: float
    length_s: float
    grouped: float
    recur_hz: float
    recur_cv: float
    contrast: float
    foreign: float
    crowd: float


def groupings_of(found: Discharges, rate_hz: float, p: Parameters) -> list[Grouping]:
    """Groupings of each unit that fires in groups, parted at long pauses."""
    out = []
    for unit in range(int(found.unit.max(initial=-1)) + 1):
        mine = np.flatnonzero(found.unit == unit)
        if len(mine) < p.groups.least_n:
            continue
        t = found.times[mine] / rate_hz
        cut = _cut(np.diff(t), p)
        if cut is None:
            continue
        groups = np.split(mine, np.flatnonzero(np.diff(t) > cut) + 1)
        onsets = found.times[[g[0] for g in groups]] / rate_hz
        for part in split_at_pauses(onsets, p.groups.pause_factor, p.groups.pause_least_s):
            grouping = _measured([groups[i] for i in part], found, rate_hz, p)
            if grouping is not None:
                out.append(grouping)
    return out


def end_plate_bursts(grouping: Grouping, shape: Shape, p: Parameters) -> float:
    """How much groups that recur irregularly are like bursts of end-plate spikes, from 0 to 1.

    Negative first, and the gaps do not widen within a burst as those of a motor unit do
    (Newsom-Davis and Mills 1993) but come as they please.
    """
    g = p.groups
    if not shape.first_negative:
        return 0.0
    return at_most(grouping.widening, g.plate_widening, 0.3) * at_least(
        grouping.spread, g.plate_spread
    )


def _cut(intervals: Float, p: Parameters) -> float | None:
    """Interval that parts those within from those between groups; None where nothing does."""
    g = p.groups
    ordered = np.sort(intervals)
    n = len(ordered)
    best, place = 0.0, None
    for k in range(max(2, round(g.least_within * n)), n - 1):
        below, above = ordered[k - 1], ordered[k]
        if above <= below or not g.cut_s[0] <= (below * above) ** 0.5 <= g.cut_s[1]:
            continue
        spare = n // g.outliers  # intervals of no consequence on either side of the cut
        above_it = ordered[k + min(spare, (n - k) // 4)]
        contrast = above_it / ordered[k - 1 - min(spare, k // 4)]
        if contrast > best:
            best, place = contrast, k
    if place is None or best < g.contrast:
        return None
    return float(np.sqrt(ordered[place - 1] * ordered[place]))


def _measured(
    groups: list[Int], found: Discharges, rate_hz: float, p: Parameters
) -> Grouping | None:
    several = [g for g in groups if len(g) > 1]
    if len(several) < p.groups.least_groups:
        return None
    t = found.times / rate_hz
    gaps = [np.diff(t[g]) for g in several]
    within, later = np.concatenate(gaps), np.concatenate([np.diff(gap) for gap in gaps])
    first = np.array([t[g[1]] - t[g[0]] for g in several])
    between = np.array([t[b[0]] - t[a[-1]] for a, b in pairwise(groups)])
    recur = rhythm(np.array([t[g[0]] for g in groups]))
    if recur is None:
        return None
    n = sum(len(g) for g in groups)
    return Grouping(
        groups=groups,
        rate_hz=float(1 / np.median(within)),
        within_cv=float(np.std(first) / np.mean(first)),
        spread=float(np.std(within) / np.mean(within)),
        widening=float(np.mean(later > 0)) if later.size else 1.0,
        count=float(np.mean([len(g) for g in several])),
        length_s=float(np.quantile([t[g[-1]] - t[g[0]] for g in several], 0.75)),
        grouped=sum(len(g) for g in several) / n,
        recur_hz=recur.rate_hz,
        recur_cv=recur.local_cv,
        contrast=float(np.quantile(between, 0.1) / np.quantile(within, 0.9)),
        foreign=_foreign(several, found, rate_hz, p) / n,
        crowd=len(others_of(groups, found, p)) / n,
    )


def _foreign(groups: list[Int], found: Discharges, rate_hz: float, p: Parameters) -> float:
    """Clear discharges of other units about the groups beyond those that chance puts there.

    Within the groups and, as the units of a tremor come one after the other, close beside them.
    """
    other = others_of(groups, found, p)
    spans = [(int(found.times[g[0]]), int(found.times[g[-1]])) for g in groups]
    beside = round(p.groups.beside_ms / 1000 * rate_hz)
    wide = [(s.start, s.stop) for s in union(
        SampleInterval(max(a - beside, 0), b + beside) for a, b in spans)]  # fmt: skip
    length = max(spans[-1][1] - spans[0][0], 1)
    return max(_beyond_chance(other, part, length) for part in (spans, wide))


def _beyond_chance(times: Int, spans: list[tuple[int, int]], length: int) -> float:
    """How many more moments lie in some spans than their share of the whole length."""
    inside = sum(int(np.searchsorted(times, b) - np.searchsorted(times, a)) for a, b in spans)
    share = min(sum(b - a for a, b in spans) / length, 1.0)
    return float(max(0.0, inside - share * len(times)))


def others_of(groups: list[Int], found: Discharges, p: Parameters) -> Int:
    """Times of the clear discharges of other units from the first group to the last.

    A second lobe of the unit's own potential is found as a unit that is locked to it: not counted.
    """
    first, last = groups[0][0], groups[-1][-1]
    own = found.heights[np.concatenate(groups)]
    clear = found.heights[first : last + 1] >= p.groups.foreign_part * float(np.median(own))
    unit = found.unit[groups[0][0]]
    times = found.times[first : last + 1]
    mine = times[found.unit[first : last + 1] == unit]
    other = clear & (found.unit[first : last + 1] != unit)
    for number in np.unique(found.unit[first : last + 1][other]):
        its = found.unit[first : last + 1] == number
        if near(times[its], mine, found.lobe).mean() >= p.groups.locked:
            other &= ~its
    return np.asarray(times[other])


def near(times: Int, others: Int, distance: int) -> NDArray[np.bool_]:
    """Which of some moments lie within a distance of one of others (sorted)."""
    place = np.searchsorted(others, times)
    before = np.abs(times - others[np.maximum(place - 1, 0)])
    after = np.abs(times - others[np.minimum(place, len(others) - 1)])
    return np.asarray(np.minimum(before, after) <= distance)
