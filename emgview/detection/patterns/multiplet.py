"""Doublets, triplets, multiplets: a few discharges of one unit in quick succession, irregular.

Sources: AANEM-IFCN glossary 2020; 2-20 ms spacing [K]; irregular groups: Newsom-Davis and Mills
1993.
"""

from __future__ import annotations

import numpy as np

from emgview.detection.parameters import Parameters
from emgview.detection.patterns.discharges import Discharges
from emgview.detection.patterns.found import Pattern, Shape
from emgview.detection.patterns.grouped import of_grouping
from emgview.detection.patterns.groups import Grouping, end_plate_bursts
from emgview.detection.scores import at_least, at_most, inside


def multiplet(
    grouping: Grouping, found: Discharges, shape: Shape, facial: bool, p: Parameters
) -> Pattern | None:
    """The grouping as doublets and multiplets, or None.

    ``facial``: whether the muscle is known as one of the face.
    """
    m, g = p.multiplet, grouping
    longest = float(np.quantile([len(group) for group in g.groups], 0.75))
    score = (
        inside(g.rate_hz, m.rate_hz, 0.2)
        * at_most(longest, m.most, 0.5)
        * at_least(g.grouped, m.grouped)
        * at_least(g.count, m.count, 0.2)
        * at_least(len(g.groups), m.least_groups)
        * at_least(g.contrast, m.contrast, 0.3)
        * at_least(g.within_cv, p.groups.within_cv, 0.5)
        * at_least(g.recur_cv, p.myokymic.exact_cv, 0.5)
        * at_most(g.foreign, m.foreign, 1.0)
        * at_most(g.crowd, m.crowd, 0.5)
        * (m.facial if facial else 1.0)
        * (1 - end_plate_bursts(g, shape, p))
        * (m.regular + (1 - m.regular) * at_least(g.recur_cv, m.recur_cv, 0.2))
    )
    if score <= 0:
        return None
    reasons = (
        f"{g.count:.1f} discharges of one unit {1000 / g.rate_hz:.0f} ms apart",
        f"{len(g.groups)} such groups, irregular: variation {100 * g.recur_cv:.0f} %",
    )
    return of_grouping(grouping, found, shape, "multiplet", score, reasons)
