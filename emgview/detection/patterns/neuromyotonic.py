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
    course_fits = max(
        at_least(course.decrement, n.decrement, 0.5), at_least(course.rate_wane, n.slowing, 0.02)
    )
    # a burst of one rate and size may be a machine's, unless its intervals vary like a nerve's
    flat = n.steady * at_least(cv, n.free_cv, 0.3)
    score = (
        inside(rate, n.rate_hz, 0.15)
        * at_most(cv, n.local_cv)
        * at_least(cv, n.machine_cv)
        * at_least(len(chain.times), n.least_n)
        * max(course_fits, flat)
    )
    if score <= 0:
        return None
    reasons = (
        f"burst of one unit at {rate:.0f} a second, interval variation {100 * cv:.1f} %",
        f"{len(chain.times)} discharges in {1000 * chain.seconds:.0f} ms",
        f"size falls by {100 * course.decrement:.0f} % from the first to the last quarter",
    )
    return of_chain(chain, "neuromyotonic", score, shape, reasons)
