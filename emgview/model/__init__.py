"""Frozen values of the domain: what all other packages talk in.

Takes nothing, gives values; may import ``errors`` and ``resource_files`` only. No Qt, no I/O but
the reading of two tables (:mod:`.activity`, :mod:`.muscle`).

Decisions that rule this package
--------------------------------
Time is an integer number of samples of one recording's clock, counted from its first sample;
seconds exist only at the edges (display, export). A recording has one clock; a file with several
sampling rates becomes several recordings. (Lost: seconds as float everywhere — labels drift by a
sample when a file is cut or joined.)

Intervals are half-open ``[start, stop)``. Arrays are ``(n_samples, n_channels)``, samples first.
Amplitudes are microvolt; negative is up on the screen only, never in the data.
"""

from emgview.model.activity import ActivityClass, Vocabulary, load_vocabulary
from emgview.model.chunk import Chunk
from emgview.model.id_table import IdTable
from emgview.model.import_hints import ImportHints
from emgview.model.interval import SampleInterval
from emgview.model.label import Label, LabelState, Origin
from emgview.model.making_many import making_many
from emgview.model.measured_units import NO_EFFORT, MeasuredEffort, MeasuredUnit, StatedPattern
from emgview.model.muscle import Muscle, MuscleTable, Side, load_muscles
from emgview.model.packed import PackedProposals, proposals_without
from emgview.model.progress import Progress
from emgview.model.proposal import (
    ChannelRefusal,
    DetectionRun,
    Evidence,
    Potential,
    Proposal,
)
from emgview.model.recording_info import Channel, Device, Gap, Phase, PhaseMark, RecordingInfo
from emgview.model.sample_source import ColumnSource, SampleSource
from emgview.model.study import Patient, RecordingEntry, Study

__all__ = [
    "NO_EFFORT",
    "ActivityClass",
    "Channel",
    "ChannelRefusal",
    "Chunk",
    "ColumnSource",
    "DetectionRun",
    "Device",
    "Evidence",
    "Gap",
    "IdTable",
    "ImportHints",
    "Label",
    "LabelState",
    "MeasuredEffort",
    "MeasuredUnit",
    "Muscle",
    "MuscleTable",
    "Origin",
    "PackedProposals",
    "Patient",
    "Phase",
    "PhaseMark",
    "Potential",
    "Progress",
    "Proposal",
    "RecordingEntry",
    "RecordingInfo",
    "SampleInterval",
    "SampleSource",
    "Side",
    "StatedPattern",
    "Study",
    "Vocabulary",
    "load_muscles",
    "load_vocabulary",
    "making_many",
    "proposals_without",
]
