"""Facial myokymia of single discharges: one unit of the face, slower than any will, on and on.

Rhythmic singles are one of its forms, at 0.8-30 a second (Radu et al. 1977). Units that fire by will
begin at 86 +- 29 ms in the face (Petajan and Philip 1969): only what is slower is told from them.
"""

from __future__ import annotations

from itertools import pairwise

import numpy as np
from numpy.typing import NDArray

from emgview.detection.parameters import Parameters
from emgview.detection.patterns.discharges import Discharges
from emgview.detection.patterns.found import Pattern, Shape
from emgview.detection.patterns.groups import others_of
from emgview.detection.scores import at_least, at_most, inside
from emgview.model.interval import SampleInterval, union
from emgview.signal.rhythm import Rhythm, rhythm, split_at_pauses

Int = NDArray[np.int64]


def single_series(found: Discharges, rate_hz: float, p: Parameters) -> list[Int]:
    """Series of each unit between its pauses: indices of the discharges."""
    out = []
    for unit in range(int(found.unit.max(initial=-1)) + 1):
        mine = np.flatnonzero(found.unit == unit)
        if len(mine) < p.facial_singles.least_n:
            continue
        seconds = found.times[mine] / rate_hz
        parts = split_at_pauses(seconds, p.groups.pause_factor, p.groups.pause_least_s)
        out += [mine[part] for part in parts if len(part) >= p.facial_singles.least_n]
    return out


def facial_singles(
    series: Int, found: Discharges, shape: Shape, rate_hz: float, p: Parameters
) -> Pattern | None:
    """A series as facial myokymic discharge of singles, or None."""
    f = p.facial_singles
    times = found.times[series] / rate_hz
    groups = _groups(times, p)
    recur = rhythm(np.array([times[group[0]] for group in groups]))
    if recur is None:
        return None
    crowd = len(others_of([series], found, p)) / len(series)
    score = (
        f.score
        * inside(recur.rate_hz, f.rate_hz, 0.1)
        * inside(recur.local_cv, f.recur_cv, 0.5)
        * at_least(len(groups), f.least_n)
        * at_least(float(times[-1] - times[0]), f.least_s)
        * at_most(crowd, f.crowd, 0.5)
    )
    if score <= 0:
        return None
    return _pattern(found.times[series], groups, recur, shape, score)


def _groups(times: NDArray[np.float64], p: Parameters) -> list[NDArray[np.intp]]:
    """Discharges closer than usual belong to one group."""
    intervals = np.diff(times)
    usual = float(np.median(intervals))
    cuts = np.flatnonzero(intervals >= p.facial_singles.double * usual) + 1
    return list(np.split(np.arange(len(times)), cuts))


def _pattern(
    peaks: Int, groups: list[NDArray[np.intp]], recur: Rhythm, shape: Shape, score: float
) -> Pattern:
    spans = union(
        SampleInterval(max(int(peaks[g[0]]) - shape.before, 0), int(peaks[g[-1]]) + shape.after)
        for g in groups
    )
    longest = max((int(b[0]) - int(a[0]) for a, b in pairwise(groups)), default=1)
    reasons = (
        f"one unit of a face muscle, {recur.rate_hz:.1f} times a second: slower than will",
        f"variation {100 * recur.local_cv:.0f} %",
        "singles" if longest == 1 else f"singles and groups of up to {longest}",
    )
    return Pattern(
        "fac_myokymia", score, SampleInterval(spans[0].start, spans[-1].stop), tuple(spans),
        peaks, shape.before, shape.after,
        rate_hz=recur.rate_hz,
        interval_cv=recur.local_cv,
        amplitude_uv=shape.amplitude_uv,
        duration_ms=shape.ms,
        components=shape.components,
        reasons=reasons,
    )  # fmt: skip
