"""Which function makes which kind of component."""

from __future__ import annotations

from collections.abc import Callable

from emgview.simulation import artefacts, machines, muscle_activity, room
from emgview.simulation.discharges import (
    complex_repetitive,
    cramp,
    facial,
    grouped,
    myotonic,
    neuromyotonic,
    paired,
    single_unit,
    tremor,
)
from emgview.simulation.part import Part, Setting

Generator = Callable[[Setting], Part]

_MUSCLE: dict[str, Generator] = {
    "fibrillation": muscle_activity.fibrillation,
    "positive_sharp_waves": muscle_activity.positive_sharp_waves,
    "fasciculation_simple": muscle_activity.fasciculation,
    "fasciculation_complex": muscle_activity.fasciculation,
    "fasciculation_double": paired.doubles,
    "myokymic": grouped.grouped,
    "facial_myokymic": grouped.grouped,
    "multiplet": grouped.grouped,
    "neuromyotonic": neuromyotonic.neuromyotonic,
    "myotonic": myotonic.myotonic,
    "complex_repetitive": complex_repetitive.complex_repetitive,
    "cramp": cramp.cramp,
    "hemifacial_spasm": facial.hemifacial_spasm,
    "synkinesis": facial.synkinesis,
    "single_unit": single_unit.continuous_single_unit,
    "tremor": tremor.tremor,
    "voluntary": muscle_activity.voluntary,
    "neurogenic": muscle_activity.voluntary,
    "reinnervating": muscle_activity.voluntary,
    "myopathic": muscle_activity.voluntary,
    "surface_units": muscle_activity.voluntary,
    "interference": muscle_activity.voluntary,
    "end_plate_spikes": muscle_activity.end_plate_spikes,
    "end_plate_noise": muscle_activity.end_plate_noise,
    "insertional": muscle_activity.insertional,
}

_ARTEFACTS: dict[str, Generator] = {
    "mains": artefacts.mains,
    "mains_spikes": room.mains_spikes,
    "movement": artefacts.movement,
    "cable": room.cable,
    "pops": artefacts.pops,
    "static": room.static,
    "drift": room.drift,
    "heart": artefacts.heart,
    "pacemaker": machines.pacemaker,
    "machine": artefacts.machine,
    "phone": machines.phone,
    "infusion_pump": machines.infusion_pump,
    "gap": artefacts.gap,
}


def generator(kind: str) -> Generator:
    """The generator of a kind; KeyError for an unknown one."""
    return _MUSCLE.get(kind) or _ARTEFACTS[kind]
