"""How good proposals are against a known truth.

Takes plain values (a :class:`Truth`, the proposals of a run), so that any truth will do:
simulation, another simulator, a reader. Gives counts of one recording (:func:`judge`) and figures
of many (:func:`figures`). May import what detection may; knows nothing of files or simulation.

``matching`` and ``potentials`` compare potential by potential, ``bursts`` and ``spans`` by shared
time, ``presence`` channel by channel; ``measures`` holds rates and amplitudes against the truth,
``calibration`` scores against what is right; ``intervals`` tells how sure all that is.

Decisions that rule this package
--------------------------------
A class is right when both belong to the same coarse class (``counted_as`` of the vocabulary).

Two views need not agree: how many true events were found (sensitivity), and how much of what was
said is right (positive predictive value). One proposal over dense activity finds many potentials,
one over a series of bursts many discharges. (Lost: one count of pairs, which calls every potential
of a rightly named interference pattern missed.)

*Cannot tell* is no claim: it is neither right nor wrong, and finds nothing.

Intervals are drawn over recordings, since potentials of one recording share unit, noise and shape.
(Lost: binomial intervals over potentials, which are ten times too narrow.)
"""

from emgview.detection.evaluation.counts import ClassResult, Tally, evaluate
from emgview.detection.evaluation.figures import (
    alarms,
    counted,
    figures,
    mapped_scores,
    tally_table,
)
from emgview.detection.evaluation.judging import Judged, judge
from emgview.detection.evaluation.matching import Mark, coarse, marks_of
from emgview.detection.evaluation.rules import Rules, default_rules, load_rules
from emgview.detection.evaluation.truth import KnownPotential, KnownStretch, Truth

__all__ = [
    "ClassResult",
    "Judged",
    "KnownPotential",
    "KnownStretch",
    "Mark",
    "Rules",
    "Tally",
    "Truth",
    "alarms",
    "coarse",
    "counted",
    "default_rules",
    "evaluate",
    "figures",
    "judge",
    "load_rules",
    "mapped_scores",
    "marks_of",
    "tally_table",
]
