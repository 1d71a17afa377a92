"""Motor units of one stretch: trains, averages, markers, measures, and whether each is accepted."""

from __future__ import annotations

from dataclasses import dataclass, replace

import numpy as np
from numpy.typing import NDArray

from emgview.model import Channel, Progress
from emgview.quantify.averaging import UnitWaves, averages
from emgview.quantify.clusters import spike_places
from emgview.quantify.decomposition import Decomposed, Train, decompose
from emgview.quantify.firing import Firing, firing
from emgview.quantify.markers import Markers, place_markers
from emgview.quantify.marking import Marking, default_marking
from emgview.quantify.measures import Measures, measure
from emgview.quantify.parameters import Decomposition, decomposition_parameters
from emgview.quantify.stability import Stability, stability
from emgview.quantify.stretch import AcceptLimits, refusal, stretch_rules
from emgview.quantify.trains import beat

Float = NDArray[np.float64]

_LONGEST_BEATS = 12.0  # a longer silence is a pause of the unit
_MOST_UNITS = 12  # averaged and measured, the largest first


@dataclass(frozen=True, slots=True, eq=False)
class MotorUnit:
    """One unit of a stretch.

    Parameters
    ----------
    number : int
        From 1, the largest first.
    places : ndarray, (n,)
        Largest deflection of each discharge, in samples from the start of the stretch.
    gains : ndarray, (n,)
        Part of the template that each discharge shows.
    waves : UnitWaves
        Average and single discharges; their anchor lies at ``places``.
    markers, measures, firing, stability
    residual_uv : float
        Rms of what is left of the signal around its discharges.
    rejected : tuple of str
        Why the machine does not accept it; empty where it does.
    """

    number: int
    places: Float
    gains: Float
    waves: UnitWaves
    markers: Markers
    measures: Measures
    firing: Firing
    stability: Stability
    residual_uv: float
    rejected: tuple[str, ...]

    @property
    def accepted(self) -> bool:
        """Whether the machine proposes it for the table."""
        return not self.rejected

    @property
    def residual_part(self) -> float:
        """What is left around its discharges over the rms of its average there."""
        average, ms = self.waves.average, self.waves.average.fs / 1000
        a = max(average.anchor + round(self.markers.onset_ms * ms), 0)
        b = average.anchor + round(self.markers.offset_ms * ms) + 1
        inside = average.samples[a:b] - average.baseline_uv
        own = float(np.sqrt(np.mean(inside**2))) if inside.size else 0.0
        return self.residual_uv / max(own, 1e-9)

    def remeasured(self, markers: Markers, p: Marking | None = None) -> MotorUnit:
        """The same unit with markers moved: what lies between them is measured anew."""
        return replace(
            self,
            markers=markers,
            measures=measure(self.waves.average, markers, p),
            stability=stability(self.waves, markers),
        )


@dataclass(frozen=True, slots=True, eq=False)
class StretchUnits:
    """What was found in a stretch.

    ``refused`` says why it could not be analysed; ``left`` is the signal without the units.
    """

    units: tuple[MotorUnit, ...]
    analysed_s: float
    refused: str | None
    spikes_s: float = 0.0
    explained: float = 0.0
    left: Float | None = None


def units_of(
    signal: Float,
    fs: float,
    channel: Channel,
    p: Decomposition | None = None,
    marking: Marking | None = None,
    progress: Progress | None = None,
) -> StretchUnits:
    """Motor units of a gap-free stretch, (n,) µV. Any thread.

    Raises
    ------
    CancelledError
        If it is no longer wanted.
    """
    p, marking = p or decomposition_parameters(), marking or default_marking()
    rules = stretch_rules()
    seconds = len(signal) / fs
    why = refusal(signal, fs, channel, rules.stretch)
    if why is not None:
        return StretchUnits((), 0.0, why)
    done = decompose(signal, fs, p, progress)
    spikes = len(spike_places(done.band, p)) / seconds
    explained = done.explained
    if spikes > rules.stretch.crowd_spikes_s and explained < rules.stretch.crowd_explained:
        text = f"too many units fire at once: {spikes:.0f} spikes a second"
        return StretchUnits((), 0.0, text, spikes, explained)
    if not done.trains:
        text = "no unit fires often enough to be averaged"
        return StretchUnits((), 0.0, text, spikes, explained)
    units, left = _measured(signal, fs, done, marking, rules.accept)
    mixed = float(np.median([one.residual_part for one in units]))
    steady = any(one.accepted and (one.firing.cv or 1.0) < rules.stretch.steady_cv for one in units)
    crowd = mixed > rules.stretch.crowd_residual and not steady
    if spikes > rules.stretch.crowd_spikes_s and crowd:
        text = f"too many units fire at once: {spikes:.0f} spikes a second"
        return StretchUnits((), 0.0, text, spikes, explained)
    return StretchUnits(units, seconds, None, spikes, explained, left)


def _measured(
    signal: Float, fs: float, done: Decomposed, marking: Marking, limits: AcceptLimits
) -> tuple[tuple[MotorUnit, ...], Float]:
    trains = list(done.trains[:_MOST_UNITS])
    waves, left = averages(signal, fs, [t.places for t in trains], marking.window)
    units = [
        _unit(train, own, left, fs, done, marking, limits)
        for train, own in zip(trains, waves, strict=True)
    ]
    units.sort(key=lambda one: (not one.accepted, -one.measures.amplitude_uv))
    return tuple(replace(one, number=k) for k, one in enumerate(units, start=1)), left


def _unit(
    train: Train,
    own: UnitWaves,
    left: Float,
    fs: float,
    done: Decomposed,
    marking: Marking,
    limits: AcceptLimits,
) -> MotorUnit:
    markers = place_markers(own.average, marking)
    measures = measure(own.average, markers, marking)
    statistics = firing(train.places / fs)
    reasons = _reasons(train, own, measures, done, fs, limits)
    unit = MotorUnit(
        number=0,
        places=train.places + _to_peak(own, markers),
        gains=train.gains,
        waves=own,
        markers=markers,
        measures=measures,
        firing=statistics,
        stability=stability(own, markers),
        residual_uv=_residual(left, train.places, fs, markers),
        rejected=reasons,
    )
    if unit.residual_part <= limits.largest_residual:
        return unit
    return replace(unit, rejected=(*reasons, "as much is left at its discharges as it has itself"))


def _to_peak(own: UnitWaves, markers: Markers) -> int:
    """Samples from the anchor of an average to its largest deflection."""
    average = own.average
    a = max(average.anchor + round(markers.onset_ms * average.fs / 1000), 0)
    b = average.anchor + round(markers.offset_ms * average.fs / 1000) + 1
    part = np.abs(average.samples[a:b] - markers.baseline_uv)
    return a + int(part.argmax()) - average.anchor if part.size else 0


def _residual(left: Float, places: Float, fs: float, markers: Markers) -> float:
    """Rms of what is left between the markers of all discharges."""
    a, b = round(markers.onset_ms * fs / 1000), round(markers.offset_ms * fs / 1000) + 1
    index = np.round(places).astype(np.intp)[:, np.newaxis] + np.arange(a, max(b, a + 1))
    inside = left[np.clip(index, 0, len(left) - 1)]
    return float(np.sqrt(np.mean((inside - np.median(left)) ** 2)))


def _reasons(
    train: Train,
    own: UnitWaves,
    measures: Measures,
    done: Decomposed,
    fs: float,
    p: AcceptLimits,
) -> tuple[str, ...]:
    """Why a unit is not accepted."""
    found = []
    n, amplitude = len(train.places), measures.amplitude_uv
    if n < p.least_discharges:
        found.append(f"{n} discharges, fewer than {p.least_discharges}")
    if amplitude < p.least_amplitude_uv:
        found.append(f"amplitude {amplitude:.0f} µV, under {p.least_amplitude_uv:g} µV")
    if own.average.noise_uv > p.largest_noise * amplitude:
        found.append("the average is too noisy")
    if float(np.abs(train.template).max()) < p.least_spike_sigma * done.band.sigma:
        found.append("its spike hardly stands out of the noise")
    if float(np.median(train.gains)) < p.least_gain:
        found.append("its discharges are unlike each other")
    return (*found, *_rhythm_reasons(train, fs, p))


def _rhythm_reasons(train: Train, fs: float, p: AcceptLimits) -> list[str]:
    usual = beat(train.places / fs)
    if usual is None:
        return []
    found = []
    if usual.cv > p.irregular_cv or usual.early > p.most_early:
        found.append("it fires too irregularly for one unit")
    beats = np.diff(train.places / fs) / usual.interval_s
    expected = np.round(beats[beats < _LONGEST_BEATS]).clip(1).sum()
    if len(train.places) < p.least_complete * (1 + float(expected)):
        found.append("most of its discharges are missing")
    rate = 1 / usual.interval_s
    if not p.slowest_hz <= rate <= p.fastest_hz:
        found.append(f"it fires at {rate:.1f} Hz")
    return found
