"""Motor unit potentials, interference pattern and firing in numbers.

Takes a gap-free stretch of one channel in microvolt, gives units with their discharges, averages,
markers and measures, measures of the interference pattern, statistics of trains, and comparisons
with reference values. May import ``detection``, ``signal``, ``model``, ``resource_files``,
``typed_data`` and ``errors``.

The way of a stretch: :mod:`.stretch` (can it be analysed?), :mod:`.band` and :mod:`.clusters`
(spikes, alike groups), :mod:`.matching` and :mod:`.trains` (discharges, rhythm),
:mod:`.decomposition` (all of it), :mod:`.averaging`, :mod:`.markers`, :mod:`.measures`,
:mod:`.stability`, :mod:`.units` (the result). Apart from it: :mod:`.interference`,
:mod:`.recruitment`, :mod:`.firing`, :mod:`.correlograms`, :mod:`.references`.

Decisions that rule this package
--------------------------------
It stands above ``detection``, whose tools it uses, and detection knows nothing of it. The trains
are found anew rather than taken from the detector: the detector keeps up with an endless signal
and names classes; here a whole short stretch is known at once, superpositions are worth their
time, and a unit's discharges must be complete. (Lost: averages of the detector's trains, which
lack what coincides.)

Trains are found in a high-passed band, potentials measured in the signal as recorded. A measure
is a pure function of an average and its markers, so that a moved marker gives its numbers at once.
What may not be stated (durations under a high filter corner or slow sampling) is None, with the
reason. Levels, rules and reference values are data under ``resources/quantify``.
"""

from emgview.quantify.averaging import Average, UnitWaves
from emgview.quantify.correlograms import Correlogram, autocorrelogram, cross_correlogram
from emgview.quantify.decomposition import Decomposed, Train, decompose
from emgview.quantify.firing import Bursts, Firing, bursts, firing, instantaneous_rate
from emgview.quantify.interference import Pattern, against_cloud, fullness, pattern_of
from emgview.quantify.markers import Markers, place_markers
from emgview.quantify.marking import Marking, default_marking
from emgview.quantify.measures import Measures, measure
from emgview.quantify.parameters import Decomposition, decomposition_parameters
from emgview.quantify.parameters import load as load_data
from emgview.quantify.recruitment import Recruitment, recruitment
from emgview.quantify.references import Comparison, compare, reference_sets, sample_words
from emgview.quantify.stability import Stability, stability
from emgview.quantify.stretch import stretch_rules, why_no_duration
from emgview.quantify.units import MotorUnit, StretchUnits, units_of

__all__ = [
    "Average",
    "Bursts",
    "Comparison",
    "Correlogram",
    "Decomposed",
    "Decomposition",
    "Firing",
    "Markers",
    "Marking",
    "Measures",
    "MotorUnit",
    "Pattern",
    "Recruitment",
    "Stability",
    "StretchUnits",
    "Train",
    "UnitWaves",
    "against_cloud",
    "autocorrelogram",
    "bursts",
    "compare",
    "cross_correlogram",
    "decompose",
    "decomposition_parameters",
    "default_marking",
    "firing",
    "fullness",
    "instantaneous_rate",
    "load_data",
    "measure",
    "pattern_of",
    "place_markers",
    "recruitment",
    "reference_sets",
    "sample_words",
    "stability",
    "stretch_rules",
    "units_of",
    "why_no_duration",
]
