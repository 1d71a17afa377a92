"""Activity of muscle and nerve: each function gives the part that one component makes."""

from __future__ import annotations

import dataclasses

import numpy as np
from numpy.typing import NDArray

from emgview.simulation import rhythm, units
from emgview.simulation.part import Part, Setting, Volley, shown_from, volley
from emgview.simulation.rhythm import between, between_log
from emgview.simulation.shapes import AWAY_MM, ORIGIN_MM, motor_unit_waves, unit_stock
from emgview.simulation.wave import MASTER_HZ, time_axis_ms

Array = NDArray[np.float64]

_ORIGIN_VELOCITY = (2.6, 4.6)
_SINGLE_EXTENT = (0.5, 1.0)


def fibrillation(setting: Setting) -> Part:
    """Fibrillation potentials: single fibres, each a regular pacemaker."""
    part = setting.component
    volleys = []
    for rng in setting.rng.spawn(int(part.number("units"))):
        at_origin = rng.random() < part.number("origin_share")
        wanted = units.Wanted(part.range("duration_ms"), (2.0, 3.0), first_positive=not at_origin)
        distance = ORIGIN_MM if at_origin else AWAY_MM
        velocity = part.range("velocity_m_s")

        def make(
            rng: np.random.Generator = rng,
            velocity: rhythm.Range = velocity,
            distance: rhythm.Range = distance,
        ) -> Array:
            return units.single_fibre(
                rng, velocity, distance, part.range("extent"), setting.electrode
            )

        amplitude = between_log(rng, part.range("amplitude_uv"))
        wave = units.drawn(make, wanted, setting.chain, amplitude)
        trains = rhythm.regular_trains(rng, setting.span, _pace(setting, rng))
        volleys.append(volley("fib", wave, trains, rng, spread=0.02))
    return Part(tuple(volleys))


def positive_sharp_waves(setting: Setting) -> Part:
    """Positive sharp waves: damaged fibres, paced as fibrillation potentials."""
    part = setting.component
    wanted = units.Wanted(part.range("duration_ms"), (2.0, 2.0), first_positive=True)
    volleys = []
    for rng in setting.rng.spawn(int(part.number("units"))):
        amplitude = between_log(rng, part.range("amplitude_uv"))

        def make(rng: np.random.Generator = rng) -> Array:
            return units.sharp_wave(rng, part.range("tail_ms"), part.range("tail_share"))

        wave = units.drawn(make, wanted, setting.chain, amplitude)
        trains = rhythm.regular_trains(rng, setting.span, _pace(setting, rng))
        volleys.append(volley("psw", wave, trains, rng, spread=0.02))
    return Part(tuple(volleys))


def _pace(setting: Setting, rng: np.random.Generator) -> rhythm.Pacemaker:
    part = setting.component
    return rhythm.Pacemaker(
        rate_hz=between_log(rng, part.range("rate_hz")),
        cv=between(rng, part.range("cv")),
        drift=part.number("drift"),
        slowing=between(rng, part.range("slowing")),
        train_s=part.range("train_s"),
        pause_s=part.range("pause_s"),
    )


def fasciculation(setting: Setting) -> Part:
    """Fasciculation potentials: motor units that fire alone and at random.

    More than one group makes the unit unstable: its groups jitter and sometimes block.
    """
    part = setting.component
    activity = "fp_complex" if part.number("groups") > 1 else "fp_simple"
    volleys = []
    for rng in setting.rng.spawn(int(part.number("units"))):
        waves = motor_unit_waves(setting, rng)
        rate = between_log(rng, part.range("rate_hz"))
        times = rhythm.random_times(rng, setting.span, rate, part.number("dead_s"))
        stable = volley(activity, waves, [times], rng, spread=0.03)
        volleys.append(_unstable(setting, rng, stable))
    return Part(tuple(volleys))


def _unstable(setting: Setting, rng: np.random.Generator, stable: Volley) -> Volley:
    """The volley without train numbers, its groups jittering where it has several."""
    part = setting.component
    shape = (len(stable.times_s), len(stable.waves))
    alone = dataclasses.replace(stable, trains=np.full(shape[0], -1))
    if shape[1] == 1:
        return alone
    shifts = rng.standard_normal(shape) * (between(rng, part.range("jitter_ms")) / 1000.0)
    gates = (rng.random(shape) >= between(rng, part.range("blocking"))).astype(np.float64)
    gates[:, int(np.ptp(stable.waves, axis=1).argmax())] = 1.0  # its main part never fails
    return dataclasses.replace(alone, shifts_s=shifts, gates=gates)


def voluntary(setting: Setting) -> Part:
    """Voluntary motor units, each potential listed; satellites follow where they are wanted."""
    part = setting.component
    listed = part.text("listed") == "each"
    effort = _effort(setting)
    count = int(part.number("units"))
    volleys: list[Volley] = []
    for i, rng in enumerate(setting.rng.spawn(count)):
        stock = unit_stock(setting, rng)
        unit = rhythm.Recruited(
            threshold=part.number("last_threshold") * (i + 0.3) / count,
            least_hz=between(rng, part.range("least_hz")),
            greatest_hz=between(rng, part.range("greatest_hz")),
            cv=between(rng, part.range("cv")),
        )
        trains = rhythm.voluntary_trains(rng, setting.span, effort, unit)
        own = volley(part.text("activity"), stock[0], trains, rng, spread=0.03)
        own = dataclasses.replace(own, listed=listed)
        if len(stock) > 1:
            own = shown_from(stock, own, rng)
        volleys.append(own)
        if rng.random() < part.number("satellite_share"):
            volleys.append(_satellite(setting, rng, own))
    stretches = () if listed else ((part.text("activity"), setting.span),)
    return Part(tuple(volleys), stretches=stretches)


def _effort(setting: Setting) -> rhythm.Effort:
    part = setting.component
    longest = setting.component.stop_s - setting.component.start_s
    on_s = min(part.number("on_s"), longest)
    strength = part.number("strength") if part.has("strength") else 1.0
    return rhythm.Effort(on_s, part.number("off_s"), part.number("ramp_s"), strength)


def _satellite(setting: Setting, rng: np.random.Generator, parent: Volley) -> Volley:
    """A late fibre of the unit: locked to it, jittering, sometimes blocked."""
    part = setting.component
    wave = units.drawn(
        lambda: units.single_fibre(rng, (2.0, 3.5), AWAY_MM, _SINGLE_EXTENT, setting.electrode),
        units.Wanted(part.range("satellite_duration_ms"), (1.0, 3.0)),
        setting.chain,
        between_log(rng, part.range("satellite_uv")),
    )
    length_s = parent.waves.shape[1] / MASTER_HZ
    delay = length_s + between(rng, part.range("satellite_gap_ms")) / 1000.0
    count = len(parent.times_s)
    jitter = rng.standard_normal(count) * part.number("satellite_jitter_ms") / 1000.0
    there = rng.random(count) >= part.number("satellite_blocking")
    return Volley(
        activity=parent.activity,
        waves=np.atleast_2d(wave),
        times_s=(parent.times_s + delay + jitter)[there],
        scales=np.ones(int(there.sum())),
        trains=parent.trains[there],
        listed=parent.listed,
        linked=True,
    )


def end_plate_spikes(setting: Setting) -> Part:
    """End-plate spikes: fibres recorded at their origin, fired in irregular bursts.

    ``turned``: the tip has moved so that they are positive first (Dumitru & Martinez 2006, Muscle
    Nerve 34:457); drawn as the mirrored wave.
    """
    part = setting.component
    turned = part.number("turned") > 0.0
    wanted = units.Wanted(part.range("duration_ms"), (2.0, 2.0), first_positive=turned)
    volleys = []
    for rng in setting.rng.spawn(int(part.number("units"))):
        amplitude = between_log(rng, part.range("amplitude_uv"))

        def make(rng: np.random.Generator = rng) -> Array:
            wave = units.single_fibre(
                rng, _ORIGIN_VELOCITY, ORIGIN_MM, part.range("extent"), setting.electrode
            )
            return -wave if turned else wave

        wave = units.drawn(make, wanted, setting.chain, amplitude)
        rate = between_log(rng, part.range("rate_hz"))
        trains = rhythm.bursts(
            rng, setting.span, rate, part.range("burst_s"), part.range("pause_s")
        )
        volleys.append(volley("eps", wave, trains, rng, spread=0.05))
    return Part(tuple(volleys))


def end_plate_noise(setting: Setting) -> Part:
    """End-plate noise: a dense hiss of small monophasic negative potentials."""
    part, rng = setting.component, setting.rng
    t = time_axis_ms(6.0)
    rise = between(rng, part.range("rise_ms"))
    wave = -((t / rise) ** 2) * np.exp(2.0 - 2.0 * t / rise)
    times = setting.span[0] + np.cumsum(_waits(setting))
    times = times[times < setting.span[1]]
    hiss = volley("epn", wave, [times], rng, listed=False)
    low, high = part.range("amplitude_uv")
    sizes = low + (high - low) * np.minimum(rng.exponential(0.3, len(times)), 1.0)
    hiss = dataclasses.replace(hiss, scales=sizes)
    return Part((hiss,), stretches=(("epn", setting.span),))


def _waits(setting: Setting) -> Array:
    rate = setting.component.number("rate_hz")
    expected = rate * (setting.span[1] - setting.span[0])
    count = int(expected + 6.0 * np.sqrt(expected) + 10.0)
    return setting.rng.exponential(1.0 / rate, count)


def insertional(setting: Setting) -> Part:
    """Insertional activity: a dense, dying burst of spikes of both signs."""
    part, rng = setting.component, setting.rng
    start = setting.span[0]
    length = between(rng, part.range("burst_s"))
    stop = min(start + length, setting.span[1])
    volleys = []
    for child in rng.spawn(int(part.number("fibres"))):
        positive = child.random() < part.number("positive_share")
        wave = units.single_fibre(
            child, _ORIGIN_VELOCITY, AWAY_MM if positive else ORIGIN_MM, _SINGLE_EXTENT
        )
        wave = wave * (between_log(child, part.range("amplitude_uv")) / (wave.max() - wave.min()))
        late = np.sort(child.random(int(part.number("spikes")))) ** 1.7
        dying = volley("insertional", wave, [start + length * late], child, listed=False)
        volleys.append(dataclasses.replace(dying, scales=1.0 - 0.75 * late))
    return Part(tuple(volleys), stretches=(("insertional", (start, stop)),))
