"""Events that are parts of another train's potential: one potential belongs to one train.

A long potential shows several peaks in the detection band: the waves of a heart beat, the spikes of
a complex. Those that are found as a unit of their own keep their distance from the train and lie
within its waveform; a true superposition of two trains does not keep its distance.
"""

from __future__ import annotations

from collections import defaultdict

import numpy as np
from numpy.typing import NDArray

from emgview.detection.parameters import Parameters
from emgview.detection.runs import Run
from emgview.detection.superpositions import LeftOver

Int = NDArray[np.int64]


def without_parts(
    left: list[LeftOver], runs: list[Run], fs: float, p: Parameters
) -> list[LeftOver]:
    """Left-over events but those that are parts of a train's potentials."""
    units: dict[int, list[LeftOver]] = defaultdict(list)
    for item in left:
        units[item[2]].append(item)
    kept: list[LeftOver] = []
    for number, items in units.items():
        times = np.array([time for time, _, _ in items], dtype=np.int64)
        free = np.ones(len(items), dtype=bool)
        for run in runs:
            if run.unit != number:
                free &= ~_parts(times, run, fs, p)
        kept += [item for item, alone in zip(items, free.tolist(), strict=True) if alone]
    return kept


def _parts(times: Int, run: Run, fs: float, p: Parameters) -> NDArray[np.bool_]:
    """Which of a unit's moments lie within a potential of the run, most of them at one place."""
    none = np.zeros(len(times), dtype=bool)
    s, w = p.satellite, run.waveform
    if len(times) < s.least:
        return none
    behind = times - run.times[_nearest(run.times, times)]
    inside = (behind >= w.onset - run.before) & (behind < w.offset - run.before)
    if inside.sum() < s.share * len(times):
        return none
    usual = float(np.median(behind[inside]))
    constant = inside & (np.abs(behind - usual) <= s.jitter_ms * fs / 1000)
    return inside if constant.sum() >= s.share * len(times) else none


def _nearest(moments: Int, times: Int) -> NDArray[np.intp]:
    """Index of the nearest of some moments (sorted) to each time."""
    after = np.clip(np.searchsorted(moments, times), 0, len(moments) - 1)
    before = np.maximum(after - 1, 0)
    closer = np.abs(moments[before] - times) <= np.abs(moments[after] - times)
    return np.where(closer, before, after)
