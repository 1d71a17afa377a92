"""Faint trains of which noise has made many shapes: found by their rhythm among what is left over.

A potential little above the noise looks like another one each time, and no template gathers enough
of them. Together the left-over faint events may still keep a beat that chance does not explain, and
their mean shows what each of them hides. End-plate noise is dense enough for beats by chance: a
train must hold a good part of all that is left while it goes on.
"""

from __future__ import annotations

import numpy as np
from numpy.typing import NDArray

from emgview.detection.chains import regular_chains
from emgview.detection.parameters import Parameters
from emgview.detection.runs import Run, measured_run
from emgview.detection.superpositions import LeftOver
from emgview.detection.templates import Unit


def pooled_trains(
    left: list[LeftOver], units: list[Unit], fs: float, p: Parameters
) -> tuple[list[Run], list[LeftOver]]:
    """Regular trains among faint left-over events, and what is still left over."""
    c = p.chain
    faint = sorted((item for item in left if item[1].snr < c.pool_snr), key=lambda item: item[0])
    if not c.pool[0] <= len(faint) <= c.pool[1]:
        return [], left
    times = np.array([time for time, _, _ in faint], dtype=np.int64)
    free = np.ones(len(faint), dtype=bool)
    runs = []
    for chain in regular_chains(times / fs, p):
        meanwhile = int(free[chain[0] : chain[-1] + 1].sum())
        if len(chain) < c.pool[0] or len(chain) < c.pool_share * meanwhile:
            continue
        run = _run(chain, faint, units, fs, p)
        if run.waveform.first_deflection == "positive":
            runs.append(run)
            free[chain] = False
    taken = {id(faint[i][1]) for i in np.flatnonzero(~free).tolist()}
    return runs, [item for item in left if id(item[1]) not in taken]


def _run(
    chain: NDArray[np.intp], faint: list[LeftOver], units: list[Unit], fs: float, p: Parameters
) -> Run:
    """The chain as a run of the unit that gave most of it."""
    items = [faint[i] for i in chain.tolist()]
    numbers = [number for _, _, number in items]
    unit = max(sorted(set(numbers)), key=numbers.count)
    times = np.array([time for time, _, _ in items], dtype=np.int64)
    return measured_run(unit, [e for _, e, _ in items], times, fs, p, units[unit].relatives)
