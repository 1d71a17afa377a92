"""Samples to proposals.

Takes chunks of a recording, gives a :class:`~emgview.model.DetectionRun`; may import ``recording``,
``signal`` and ``model``. The stages lie in the order of the data: :mod:`.events`
(filter, noise, segmentation), :mod:`.templates` (alike events), :mod:`.runs` (waveform and
rhythm), :mod:`.scores` and :mod:`.classify` (names), :mod:`.pipeline` (all of it over chunks).
Discharge patterns (:mod:`.patterns`) are sought first, in the detection band itself; what they
claim is not judged again as single events.

Decisions that rule this package
--------------------------------
Everything is computed on grids that count from the start of a gap-free segment, so the result
cannot depend on chunks. (Lost: judging chunk by chunk with overlap, where trains break at seams.)

Rhythm before shape: fibrillation potentials and positive sharp waves are named as trains only,
fasciculation potentials only alone or double, in quiet surroundings or unlike the units that fire.
What fits nothing, or two classes alike, is *cannot tell*.

A pattern is claimed only on clear evidence: complex repetitive, myotonic and neuromyotonic
discharges by the cycles of the signal, myokymic discharges and multiplets by groups of one unit,
cramps by beginning and end, bursts of hemifacial spasm by two channels at once. (Lost: patterns
from the events of the templates; events merge at 200 a second and fall apart in complexes.)

Numbers live in ``resources/detection/parameters.toml``; their hash goes with every proposal.
Accuracy has been measured on simulation only.
"""

from emgview.detection.parameters import Parameters, default_parameters, load_parameters
from emgview.detection.pipeline import NAME, VERSION, Detector
from emgview.detection.refusals import channel_remark

__all__ = [
    "NAME",
    "VERSION",
    "Detector",
    "Parameters",
    "channel_remark",
    "default_parameters",
    "load_parameters",
]
