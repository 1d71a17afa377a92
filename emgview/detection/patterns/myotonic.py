"""Myotonic discharge: a fibre's train whose rate and size both wax and wane.

Source: AANEM-IFCN glossary 2020; at least half a second (Streib). A train that only wanes is less
specific and scores lower.
"""

from __future__ import annotations

import numpy as np

from emgview.detection.parameters import Parameters
from emgview.detection.patterns.course import Course
from emgview.detection.patterns.found import Pattern, Shape, of_chain
from emgview.detection.patterns.periodic import Chain
from emgview.detection.scores import at_least, at_most, inside


def myotonic(chain: Chain, shape: Shape, course: Course, p: Parameters) -> Pattern | None:
    """The chain as myotonic discharge, or None."""
    m = p.myotonic
    rate, cv = float(np.median(chain.rates_hz)), chain.local_cv
    both = at_least(min(course.rate_wax, course.rate_wane), m.change, 0.2) * at_least(
        course.size_wane, m.change, 0.2
    )
    wanes = at_least(course.rate_wane, m.change, 0.2) * at_least(course.size_wane, m.change, 0.2)
    score = (
        inside(rate, m.rate_hz)
        * at_most(cv, m.local_cv)
        * at_least(chain.seconds, m.least_s)
        * at_least(len(chain.times), m.least_n)
        * at_least(course.rate_span, m.change, 0.2)
        * at_most(course.roughness, m.roughness)
        * at_least(float(np.median(chain.sizes)) / 2 / chain.sigma, m.least_snr, 0.2)
        * max(both, m.only_waning * wanes)
    )
    if score <= 0:
        return None
    low, high = np.quantile(chain.rates_hz, (0.05, 0.95))
    text = "rate and size wax and wane" if both >= wanes else "rate and size wane"
    reasons = (
        f"{text} smoothly over {chain.seconds:.1f} s",
        f"{low:.0f} to {high:.0f} a second, interval variation {100 * cv:.1f} %",
        f"size varies {course.size_span:.1f}-fold",
    )
    return of_chain(chain, "myotonic", score, shape, reasons)
