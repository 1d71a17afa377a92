"""Complex repetitive discharges: a ring of fibres that excite each other, again and again."""

from __future__ import annotations

import dataclasses
from functools import partial

import numpy as np
from numpy.typing import NDArray

from emgview.simulation import firing, units
from emgview.simulation.part import Part, Setting, volley
from emgview.simulation.rhythm import between, between_log
from emgview.simulation.shapes import AWAY_MM, unstable_stock
from emgview.simulation.wave import MASTER_HZ

Array = NDArray[np.float64]

_STOCK = 16
_MUCH_JITTER = 2.5  # of a discharge with raised jitter, against the usual one


def complex_repetitive(setting: Setting) -> Part:
    """The same complex at a nearly exact rate, begun and ended at once; each run is a train.

    Fibres in an ephaptic circuit, hence low jitter (Trontelj & Stalberg 1983, JNNP 46:310); some
    components block and some discharges jitter more (Posa et al. 2020, Brain Sci 10:349). Now and
    then the complex changes all at once within a run.
    """
    part, volleys = setting.component, []
    for rng in setting.rng.spawn(int(part.number("units"))):
        rate, cv = between_log(rng, part.range("rate_hz")), between(rng, part.range("cv"))
        stock, steady = _stock(setting, rng, rate), partial(_steady, rate)
        trains, which = [], []
        for start, stop in firing.runs(
            rng, setting.span, part.range("run_s"), part.range("pause_s")
        ):
            times = start + firing.swept(rng, stop - start, steady, cv)
            trains.append(times)
            which.append(_shapes(rng, len(times), part.number("change_share")))
        own = volley("crd", stock[0], trains, rng, spread=0.01)
        chosen = np.concatenate(which) if which else np.empty(0, np.int64)
        volleys.append(dataclasses.replace(own, waves=stock, which=chosen))
    return Part(tuple(volleys))


def _steady(rate_hz: float, share: float) -> float:
    """The same rate at every share of a run."""
    del share
    return rate_hz


def _stock(setting: Setting, rng: np.random.Generator, rate_hz: float) -> Array:
    """Shapes of the complex, then as many of it with some components less."""
    waves, part = _components(setting, rng, rate_hz), setting.component
    jitter = between(rng, part.range("jitter_ms"))
    if rng.random() < part.number("jitter_share"):
        jitter *= _MUCH_JITTER
    blocking = between(rng, part.range("blocking"))
    blocking *= float(rng.random() < part.number("blocking_share"))
    first = unstable_stock(rng, waves, _STOCK, jitter, blocking)
    fewer = waves * (rng.random((len(waves), 1)) < 0.6)
    fewer[int(np.ptp(waves, axis=1).argmax())] = waves[int(np.ptp(waves, axis=1).argmax())]
    second = unstable_stock(rng, fewer, _STOCK, jitter, blocking)
    width = max(first.shape[1], second.shape[1])
    return np.concatenate([_widened(first, width), _widened(second, width)])


def _widened(stock: Array, width: int) -> Array:
    room = width - stock.shape[1]
    return np.pad(stock, ((0, 0), (room // 2, room - room // 2)))


def _shapes(rng: np.random.Generator, count: int, change_share: float) -> NDArray[np.int64]:
    """Row of the stock for each complex of a run; the second half of it after a change."""
    which = rng.integers(0, _STOCK, count)
    if rng.random() < change_share:
        which[int(count * between(rng, (0.3, 0.7))) :] += _STOCK
    return which


def _components(setting: Setting, rng: np.random.Generator, rate_hz: float) -> Array:
    """Spike components one after the other, (n_components, n)."""
    part = setting.component
    low, high = part.range("duration_ms")
    longest = min(high, 750.0 / rate_hz)
    wanted = units.Wanted((low, max(longest, low)), part.range("phases"))

    def make() -> Array:
        count = round(between(rng, part.range("components")))
        spread = between(rng, (low, max(longest, low))) - 3.0
        delays = np.sort(rng.random(count)) * max(spread, 1.0)
        spikes = [_spike(setting, rng) for _ in range(count)]
        starts = [round(delay / 1000.0 * MASTER_HZ) for delay in delays]
        waves = np.zeros((count, max(s + len(w) for s, w in zip(starts, spikes, strict=True))))
        for row, start, spike in zip(waves, starts, spikes, strict=True):
            row[start : start + len(spike)] = spike
        return waves

    amplitude = between_log(rng, part.range("amplitude_uv"))
    return units.drawn(make, wanted, setting.chain, amplitude)


def _spike(setting: Setting, rng: np.random.Generator) -> Array:
    part = setting.component
    spike = units.single_fibre(
        rng, part.range("velocity_m_s"), AWAY_MM, part.range("extent"), setting.electrode
    )
    size = float(np.exp(0.5 * np.clip(rng.standard_normal(), -2.0, 2.0)))
    return spike * (size / float(np.ptp(spike)))
