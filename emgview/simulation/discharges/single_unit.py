"""A single motor unit that fires at rest like a metronome."""

from __future__ import annotations

from emgview.simulation import rhythm
from emgview.simulation.part import Part, Setting, volley
from emgview.simulation.rhythm import between, between_log
from emgview.simulation.shapes import motor_unit_waves


def continuous_single_unit(setting: Setting) -> Part:
    """Spontaneous continuous single motor unit discharge (Posa et al. 2020, Muscle Nerve 61:387).

    Its rate and regularity are those of fibrillation potentials, its shape is a motor unit's.
    """
    part, volleys = setting.component, []
    for rng in setting.rng.spawn(int(part.number("units"))):
        wave = motor_unit_waves(setting, rng).sum(axis=0)
        pace = rhythm.Pacemaker(
            rate_hz=between_log(rng, part.range("rate_hz")),
            cv=between(rng, part.range("cv")),
            drift=part.number("drift"),
            slowing=1.0,
            train_s=part.range("train_s"),
            pause_s=part.range("pause_s"),
        )
        trains = rhythm.regular_trains(rng, setting.span, pace)
        volleys.append(volley("scmusd", wave, trains, rng, spread=0.03))
    return Part(tuple(volleys))
