"""Stretches that are judged as a whole: mains, movement, dense voluntary activity."""

from __future__ import annotations

import numpy as np
from numpy.typing import NDArray

from emgview.detection.events import SegmentLevels
from emgview.detection.parameters import Parameters
from emgview.model.interval import SampleInterval, union


def mains_stretches(levels: SegmentLevels, p: Parameters) -> list[SampleInterval]:
    """Stretches in which the fitted line exceeds its limit."""
    return union(
        level.interval
        for level in levels.mains
        if level.rms_uv >= p.stream.mains_artefact_uv
        and level.fraction >= p.stream.mains_artefact_fraction
    )


def movement_stretches(
    levels: SegmentLevels, length: int, fs: float, p: Parameters
) -> list[SampleInterval]:
    """Stretches of large slow deflections, with the mask around them."""
    mask = round(p.stream.movement_mask_s * fs)
    frames = np.flatnonzero(np.asarray(levels.slow_peak) > p.stream.movement_uv)
    return union(
        SampleInterval(
            max(0, int(k) * levels.frame - mask), min(length, (int(k) + 1) * levels.frame + mask)
        )
        for k in frames
    )


def dense_stretches(
    levels: SegmentLevels, length: int, fs: float, p: Parameters
) -> list[SampleInterval]:
    """Stretches in which activity is too dense to be resolved into potentials."""
    v = p.voluntary
    sigma = np.asarray(levels.sigma)
    if sigma.size == 0:
        return []
    floor = max(float(np.quantile(sigma, 0.1)), p.stream.noise_floor_uv)
    dense = np.flatnonzero(sigma > v.dense_factor * floor)
    raw = [SampleInterval(int(k) * levels.frame, (int(k) + 1) * levels.frame) for k in dense]
    joined = joined_closer_than(raw, round(v.join_s * fs))
    least = round(v.dense_least_s * fs)
    return [
        SampleInterval(i.start, min(i.stop, length))
        for i in joined
        if len(i) >= least and _filled(dense, i, levels.frame) > 0.5
    ]


def _filled(frames: NDArray[np.intp], interval: SampleInterval, frame: int) -> float:
    inside = (frames * frame >= interval.start) & (frames * frame < interval.stop)
    return float(inside.sum()) * frame / len(interval)


def joined_closer_than(intervals: list[SampleInterval], distance: int) -> list[SampleInterval]:
    """Union of intervals, those closer than ``distance`` samples taken together."""
    joined: list[SampleInterval] = []
    for interval in union(intervals):
        if joined and interval.start - joined[-1].stop < distance:
            joined[-1] = joined[-1].hull(interval)
        else:
            joined.append(interval)
    return joined


def overlap_fraction(interval: SampleInterval, stretches: list[SampleInterval]) -> float:
    """Part of an interval that lies in the (disjoint) stretches."""
    if len(interval) == 0:
        return 0.0
    shared = (interval.intersection(stretch) for stretch in stretches)
    return sum(len(part) for part in shared if part is not None) / len(interval)
