"""Trains of a stretch as they are kept, and units made from them again."""

from __future__ import annotations

import numpy as np
from numpy.typing import NDArray

from emgview.model.kept_units import PARTS, KeptTrain, KeptUnits
from emgview.quantify.averaging import UnitWaves, averages
from emgview.quantify.firing import firing
from emgview.quantify.markers import Markers, place_markers
from emgview.quantify.marking import Marking, default_marking
from emgview.quantify.measures import measure
from emgview.quantify.stability import stability
from emgview.quantify.units import MotorUnit, StretchUnits

Float = NDArray[np.float64]


def kept_of(found: StretchUnits, parameters_sha256: str, marking_rule: str) -> KeptUnits:
    """The trains of an analysis."""
    trains = tuple(
        KeptTrain(
            unit.number,
            tuple(sorted(round(float(place) * PARTS) for place in unit.places)),
            unit.rejected,
        )
        for unit in found.units
    )
    return KeptUnits(parameters_sha256, marking_rule, found.analysed_s, trains)


def units_again(
    signal: Float, fs: float, kept: KeptUnits, p: Marking | None = None
) -> tuple[MotorUnit, ...]:
    """Units of kept trains, from the signal of their stretch, (n,) µV. Any thread."""
    p = p or default_marking()
    trains = [np.array(one.places, dtype=np.float64) / PARTS for one in kept.trains]
    waves, left = averages(signal, fs, trains, p.window)
    return tuple(
        _unit(one, places, own, left, fs, p)
        for one, places, own in zip(kept.trains, trains, waves, strict=True)
    )


def _unit(
    kept: KeptTrain, places: Float, own: UnitWaves, left: Float, fs: float, p: Marking
) -> MotorUnit:
    markers = place_markers(own.average, p)
    return MotorUnit(
        number=kept.id,
        places=places,
        gains=_gains(own, markers),
        waves=own,
        markers=markers,
        measures=measure(own.average, markers, p),
        firing=firing(places / fs),
        stability=stability(own, markers),
        residual_uv=_residual(left, places, fs, markers),
        rejected=kept.rejected,
    )


def _between(own: UnitWaves, markers: Markers) -> slice:
    average = own.average
    a = max(average.anchor + round(markers.onset_ms * average.fs / 1000), 0)
    b = average.anchor + round(markers.offset_ms * average.fs / 1000) + 1
    return slice(a, max(b, a + 1))


def _gains(own: UnitWaves, markers: Markers) -> Float:
    """Part of the average that each discharge shows."""
    part = _between(own, markers)
    shape = own.average.samples[part] - markers.baseline_uv
    rows = own.singles[:, part] - markers.baseline_uv
    return np.asarray(rows @ shape / max(float(shape @ shape), 1e-9))


def _residual(left: Float, places: Float, fs: float, markers: Markers) -> float:
    """Rms of what is left between the markers of all discharges."""
    a, b = round(markers.onset_ms * fs / 1000), round(markers.offset_ms * fs / 1000) + 1
    index = np.round(places).astype(np.intp)[:, np.newaxis] + np.arange(a, max(b, a + 1))
    inside = left[np.clip(index, 0, len(left) - 1)]
    return float(np.sqrt(np.mean((inside - np.median(left)) ** 2)))


def shift_between(first: MotorUnit, second: MotorUnit) -> int:
    """Parts of a sample by which the places of the second must be moved to fit the first."""
    a, b = first.waves.average, second.waves.average
    shared = np.correlate(a.samples - a.baseline_uv, b.samples - b.baseline_uv, "full")
    lag = int(shared.argmax()) - (len(b.samples) - 1)
    return -lag * PARTS


def two_groups(unit: MotorUnit) -> tuple[int, ...]:
    """Numbers of the discharges of the smaller of two groups by shape; empty if there is none."""
    part = _between(unit.waves, unit.markers)
    rows = unit.waves.singles[:, part]
    if len(rows) < 4:
        return ()
    centred = rows - rows.mean(axis=0)
    axis = np.linalg.svd(centred, full_matrices=False)[2][0]
    score = centred @ axis
    second = score > 0
    for _ in range(50):
        if second.all() or not second.any():
            return ()
        a, b = rows[~second].mean(axis=0), rows[second].mean(axis=0)
        nearer = ((rows - b) ** 2).sum(axis=1) < ((rows - a) ** 2).sum(axis=1)
        if (nearer == second).all():
            break
        second = nearer
    small = second if second.sum() * 2 <= len(rows) else ~second
    return tuple(np.flatnonzero(small).tolist())
