"""Myokymic discharge: groups of one unit that recur half regularly, silence between.

Sources: AANEM-IFCN glossary 2020; Gutmann et al. 2001 (2-10 groups a second); facial: Radu et al.
1977 (up to 30 a second). Limb and face are parted by the muscle alone.
"""

from __future__ import annotations

import numpy as np

from emgview.detection.parameters import Parameters
from emgview.detection.patterns.discharges import Discharges
from emgview.detection.patterns.found import Pattern, Shape
from emgview.detection.patterns.grouped import of_grouping
from emgview.detection.patterns.groups import Grouping, end_plate_bursts
from emgview.detection.scores import at_least, at_most, inside


def myokymic(
    grouping: Grouping, found: Discharges, shape: Shape, facial: bool, p: Parameters
) -> Pattern | None:
    """The grouping as myokymic discharge of limb or face, or None.

    ``facial``: whether the muscle is known as one of the face.
    """
    m, g = p.myokymic, grouping
    longest = float(np.quantile([len(group) for group in g.groups], 0.75))
    score = (
        inside(g.rate_hz, m.rate_hz, 0.2)
        * at_most(longest, m.most, 0.5)
        * at_most(g.length_s, m.length_s, 0.5)
        * at_least(g.grouped, m.grouped)
        * inside(g.recur_hz, m.recur_hz)
        * at_least(len(g.groups), m.least_groups)
        * at_least(g.contrast, m.slow_contrast if g.rate_hz < m.slow_hz else m.contrast, 0.3)
        * at_least(g.within_cv, p.groups.within_cv, 0.5)
        * at_most(g.within_cv, p.groups.most_within_cv, 0.5)
        * at_least(g.recur_cv, m.exact_cv, 0.5)
        * at_most(g.foreign, m.foreign, 1.0)
        * at_most(g.crowd, m.crowd, 0.5)
        * max(
            _regular(g, p),
            m.irregular
            * (1 - end_plate_bursts(g, shape, p))
            * at_least(g.count, m.irregular_count, 0.2)
            * at_most(g.rate_hz, m.usual_hz, 0.2),
        )
    )
    if score <= 0:
        return None
    reasons = (
        f"groups of {g.count:.1f} discharges of one unit, {g.rate_hz:.0f} a second within",
        f"{len(g.groups)} groups, {g.recur_hz:.1f} a second, variation {100 * g.recur_cv:.0f} %",
        "silence between the groups",
    )
    name = "fac_myokymia" if facial else "myokymic"
    return of_grouping(grouping, found, shape, name, score, reasons)


def _regular(g: Grouping, p: Parameters) -> float:
    """How regularly the groups recur; more is asked where they are twos."""
    m = p.myokymic
    regular = at_most(g.recur_cv, m.recur_cv, 0.5)
    pairs = at_most(g.recur_cv, m.pair_cv, 0.5) * at_least(len(g.groups), m.pair_groups)
    return regular * max(at_least(g.count, m.pair_count, 0.2), pairs)
