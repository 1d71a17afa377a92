"""Stability of a unit: how much its single discharges differ.

Jiggle after Stalberg & Sonoo 1994 (Muscle Nerve 17:1135; read as an abstract): the median
difference of consecutive discharges, summed along the potential, over the area of the mean; here
the share of the noise is taken off. Blocking: a part of the potential that is missing in some
discharges.
"""

from __future__ import annotations

from dataclasses import dataclass

import numpy as np
from numpy.typing import NDArray

from emgview.quantify.averaging import UnitWaves
from emgview.quantify.markers import Markers
from emgview.quantify.peaks import peak_places

Float = NDArray[np.float64]

_LEAST = 6  # discharges below which nothing is stated
_ABSENT, _PRESENT = 0.35, 0.65  # part of a component that counts as missing, as there
_LEAST_SIGMA = 6.0  # a component must stand out of a single discharge's noise so much
_APART_MS = 0.8


@dataclass(frozen=True, slots=True)
class Stability:
    """Measures of stability; None with too few discharges.

    Parameters
    ----------
    jiggle : float or None
        Part of the area by which consecutive discharges differ, noise taken off.
    correlation : float or None
        Median correlation of consecutive discharges between the markers.
    blocking : float or None
        Part of the discharges in which the component that blocks most is missing.
    """

    jiggle: float | None
    correlation: float | None
    blocking: float | None


def stability(own: UnitWaves, markers: Markers) -> Stability:
    """Stability of a unit between its markers (blocking: to its last satellite)."""
    rows, average = own.singles, own.average
    if len(rows) < _LEAST:
        return Stability(None, None, None)
    ms = average.fs / 1000
    a = max(average.anchor + round(markers.onset_ms * ms), 1)
    b = min(average.anchor + round(markers.offset_ms * ms) + 1, len(average.samples) - 1)
    if b - a < 4:
        return Stability(None, None, None)
    inside = rows[:, a:b] - markers.baseline_uv
    quiet = rows[:, : max(a - round(ms), 8)]
    last = max((stop for _, stop in markers.satellites_ms), default=markers.offset_ms)
    end = min(average.anchor + round(last * ms) + 1, len(average.samples))
    return Stability(
        _jiggle(inside, quiet),
        _correlation(inside),
        _blocking(rows[:, a:end] - markers.baseline_uv, quiet, ms),
    )


def _jiggle(inside: Float, quiet: Float) -> float:
    steps = np.median(np.abs(np.diff(inside, axis=0)), axis=0)
    noise = float(np.median(np.abs(np.diff(quiet, axis=0))))
    own = np.sqrt(np.maximum(steps**2 - noise**2, 0.0))
    area = float(np.abs(np.median(inside, axis=0)).sum())
    return float(own.sum() / area) if area > 0 else 0.0


def _correlation(inside: Float) -> float:
    centred = inside - inside.mean(axis=1, keepdims=True)
    length = np.sqrt(np.einsum("ij,ij->i", centred, centred))
    shared = np.einsum("ij,ij->i", centred[1:], centred[:-1])
    return float(np.median(shared / np.maximum(length[1:] * length[:-1], 1e-9)))


def _blocking(rows: Float, quiet: Float, per_ms: float) -> float:
    """Largest share of discharges that lack a component while the others show it."""
    mean = np.median(rows, axis=0)
    noise = 1.4826 * float(np.median(np.abs(quiet - np.median(quiet))))
    worst = 0.0
    for a, b in _components(mean, _LEAST_SIGMA * noise, per_ms):
        shape = mean[a:b]
        part = rows[:, a:b] @ shape / max(float(shape @ shape), 1e-9)
        absent, present = part < _ABSENT, part > _PRESENT
        if present.mean() > 0.5:
            worst = max(worst, float(absent.mean()))
    return worst


def _components(mean: Float, least: float, per_ms: float) -> list[tuple[int, int]]:
    """Surroundings of the peaks of the mean that stand out."""
    half = max(2, round(_APART_MS / 2 * per_ms))
    places = peak_places(np.abs(mean), max(least, 1e-9), 2 * half)
    return [(max(k - half, 0), min(k + half + 1, len(mean))) for k in places.tolist()]
