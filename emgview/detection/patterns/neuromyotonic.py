"""Neuromyotonic discharge: a burst of one unit at a rate that nothing else reaches.

Sources: AANEM-IFCN glossary 2020 (150-300 a second, abrupt start and end, falling size); Newsom-
Davis and Mills 1993 (from 30 a second: those are not claimed here, see myokymic and multiplet).
"""

from __future__ import annotations

import numpy as np

from emgview.detection.parameters import Parameters
from emgview.detection.patterns.course import Course
from emgview.detection.patterns.found import Pattern, Shape, of_chain
from emgview.detection.patterns.periodic import Chain
from emgview.detection.scores import at_least, at_most, inside


def neuromyotonic(chain: Chain, shape: Shape, course: Course, p: Parameters) -> Pattern | None:
    """The chain as neuromyotonic discharge, or None."""
    n = p.neuromyotonic
    rate, cv = float(np.median(chain.rates_hz)), chain.local_cv
    # a train of one rate and size may be a machine, unless its rhythm is as loose as a nerve's
    loose = at_least(cv, n.loose_cv)
    falls = at_least(course.decrement, n.decrement, 1.0)
    slows = at_least(course.rate_wane, n.slowing, 0.04)
    score = (
        inside(rate, n.rate_hz, 0.15)
        * at_most(cv, n.local_cv)
        * at_least(cv, n.machine_cv)
        * at_least(len(chain.times), n.least_n)
        * (n.steady + (1 - n.steady) * max(falls, slows, loose))
    )
    if score <= 0:
        return None
    reasons = (
        f"burst of one unit at {rate:.0f} a second, interval variation {100 * cv:.1f} %",
        f"{len(chain.times)} discharges in {1000 * chain.seconds:.0f} ms",
        f"size falls by {100 * course.decrement:.0f} % from the first to the last quarter",
    )
    return of_chain(chain, "neuromyotonic", score, shape, reasons)
