"""Bursts of many units: tremor, breathing, a muscle that does not let go."""

from __future__ import annotations

from emgview.simulation import firing
from emgview.simulation.part import Part, Setting, volley
from emgview.simulation.rhythm import between
from emgview.simulation.shapes import motor_unit_waves


def tremor(setting: Setting) -> Part:
    """Rhythmic bursts, several units in each: that tells it from myokymic discharges.

    Each unit fires a few times in most bursts, once begun at its own place; each of its bursts is
    a train.
    """
    part, rng = setting.component, setting.rng
    rate, cv = between(rng, part.range("rate_hz")), between(rng, part.range("cv"))
    starts = firing.beats(rng, setting.span, rate, cv)
    length = min(between(rng, part.range("burst_s")), 0.7 / rate)
    volleys, stop = [], setting.span[1]
    for child in rng.spawn(int(part.number("units"))):
        wave = motor_unit_waves(setting, child).sum(axis=0)
        inside, place = between(child, part.range("inside_hz")), between(child, (0.0, 0.4))
        trains = []
        for start in starts:
            if child.random() < part.number("missing_share"):
                continue
            count = max(round((1.0 - place) * length * inside), 1)
            first = start + length * place + 0.006 * float(child.standard_normal())
            times = first + firing.burst(child, count, inside, 0.15, 1.0)
            trains.append(times[(times < stop) & (times >= setting.span[0])])
        found = [train for train in trains if len(train)]
        volleys.append(volley("tremor", wave, found, child, spread=0.03))
    return Part(tuple(volleys), stretches=(("tremor", setting.span),))
