"""Complex repetitive discharge: one complex of many spikes, again and again, like a machine.

Regular, steady in size and shape, abrupt. AANEM-IFCN glossary 2020; several spikes per complex
after Trontelj and Stalberg 1983. A machine is more exact still, and has no muscle's shape.
"""

from __future__ import annotations

import numpy as np

from emgview.detection.parameters import Parameters
from emgview.detection.patterns.course import Course
from emgview.detection.patterns.found import Pattern, Shape, of_chain
from emgview.detection.patterns.periodic import Chain
from emgview.detection.scores import at_least, at_most, inside


def complex_repetitive(chain: Chain, shape: Shape, course: Course, p: Parameters) -> Pattern | None:
    """The chain as complex repetitive discharge, or None."""
    c = p.crd
    rate, cv = float(np.median(chain.rates_hz)), chain.local_cv
    score = (
        inside(rate, c.rate_hz)
        * at_most(cv, c.local_cv)
        * at_least(len(chain.times), c.least_n)
        * at_least(chain.seconds, c.least_s)
        * _complexity(rate, cv, shape, p)
        * _not_a_machine(rate, cv, shape, p)
        * at_most(course.rate_span, c.rate_span, 0.2)
        * at_most(course.size_span, c.size_span)
        * at_least(float(np.median(chain.likeness)), c.likeness)
    )
    if score <= 0:
        return None
    reasons = (
        f"the same complex of {shape.components} spikes {rate:.1f} times a second",
        f"interval variation {100 * cv:.1f} %, size varies {course.size_span:.2f}-fold",
        f"{len(chain.times)} cycles in {chain.seconds:.1f} s",
    )
    return of_chain(chain, "crd", score, shape, reasons)


def _many_spikes(shape: Shape, components: int) -> float:
    return at_least(shape.components, components, 0.3)


def _complexity(rate_hz: float, cv: float, shape: Shape, p: Parameters) -> float:
    """More than one fibre: many spikes, a long complex, or a rate that no fibre keeps alone."""
    c = p.crd
    steady = at_most(cv, c.simple_cv)
    if rate_hz < c.slow_hz:  # single motor units and fibres can be that regular too
        many = at_most(cv, c.slow_cv) * _many_spikes(shape, c.slow_components)
        return max(many, steady * _many_spikes(shape, c.slow_simple))
    several = 1.0 if rate_hz >= c.alone_hz else _many_spikes(shape, c.least_components)
    return max(
        _many_spikes(shape, c.components),
        steady * several * at_least(shape.ms, c.complex_ms, 0.2),
        at_least(rate_hz, c.fast_hz, 0.1),
    )


def _not_a_machine(rate_hz: float, cv: float, shape: Shape, p: Parameters) -> float:
    """0 for an exact period of a short simple shape, or of the mains."""
    c = p.crd
    muscle = min(at_least(shape.components, c.components), at_least(shape.ms, c.machine_ms))
    if any(abs(rate_hz / mains - 1) < c.mains_part for mains in c.mains_hz):
        muscle = 0.0
    return at_least(cv, c.exact_cv, 0.3) * max(at_least(cv, c.machine_cv, 0.2), muscle)
