"""Events that lie close together and keep no rhythm: what kind of crowd it is.

Voluntary motor units that cannot be resolved, an insertional burst that dies away, end-plate
activity, or short spikes of which nothing more can be said.
"""

from __future__ import annotations

from dataclasses import dataclass

import numpy as np
from numpy.typing import NDArray

from emgview.detection.events import Event
from emgview.detection.parameters import Parameters
from emgview.detection.stretches import joined_closer_than
from emgview.model.interval import SampleInterval


@dataclass(frozen=True, slots=True)
class CrowdKind:
    """Class of a crowd, score and the reason in words."""

    activity: str
    score: float
    reason: str


def extent(event: Event) -> SampleInterval:
    """Where the event stands out of the noise."""
    return SampleInterval(event.start, event.stop)


def is_wide(event: Event, fs: float, p: Parameters) -> bool:
    """Whether an event lasts like a motor unit potential; at low rates nobody can tell."""
    if fs < p.gate.warn_below_hz:
        return True
    return (event.stop - event.start) / fs * 1000 >= p.voluntary.short_ms


def wide_crowds(events: list[Event], fs: float, p: Parameters) -> list[SampleInterval]:
    """Stretches in which many clear, wide events lie close together: will."""
    clear = [e for e in events if e.snr >= p.decide.least_snr_single and is_wide(e, fs, p)]
    join = round(p.voluntary.join_s * fs)
    part = round(p.fp.part_ms * fs / 1000)
    whole = joined_closer_than([extent(event) for event in clear], part)
    starts = np.array([potential.start for potential in whole], dtype=np.int64)
    return [
        s
        for s in joined_closer_than(whole, join)
        if np.searchsorted(starts, s.stop) - np.searchsorted(starts, s.start)
        >= p.voluntary.crowd_least
    ]


def potentials_around(events: list[Event], fs: float, p: Parameters) -> NDArray[np.int64]:
    """How many other potentials begin near each event; parts of one potential count once.

    ``events`` in order of time.
    """
    starts = np.array([event.start for event in events], dtype=np.int64)
    stops = np.array([event.stop for event in events], dtype=np.int64)
    gaps = starts[1:] - np.maximum.accumulate(stops)[:-1] if len(events) else starts
    first = np.concatenate(([True], gaps > p.fp.part_ms * fs / 1000))[: len(events)]
    heads = starts[first]
    own = heads[np.cumsum(first) - 1] if len(events) else heads
    reach = round(p.fp.context_s * fs)
    near = np.searchsorted(heads, own + reach, "right") - np.searchsorted(heads, own - reach)
    return np.asarray(near - 1, dtype=np.int64)


def wide_stretches(
    stretches: list[SampleInterval], events: list[Event], fs: float, p: Parameters
) -> list[SampleInterval]:
    """Of dense stretches those whose events are wide: dense spikes are no voluntary activity."""
    starts = np.array([event.start for event in events], dtype=np.int64)
    wide = np.array([is_wide(event, fs, p) for event in events], dtype=bool)
    kept = []
    for stretch in stretches:
        inside = (starts >= stretch.start) & (starts < stretch.stop)
        if not inside.any() or wide[inside].mean() >= 0.5:
            kept.append(stretch)
    return kept


def kind_of(
    events: list[Event],
    stretch: SampleInterval,
    fs: float,
    p: Parameters,
    *,
    in_will: bool,
    at_plate: bool = False,
) -> CrowdKind:
    """Name a crowd; ``in_will``: it lies in voluntary activity, ``at_plate``: at an end-plate."""
    n = len(events)
    if not in_will and not at_plate and _dies_away(events, stretch, fs, p):
        return CrowdKind("insertional", 0.5, f"burst of {n} potentials that dies away")
    wide = not events or np.mean([is_wide(event, fs, p) for event in events]) >= 0.4
    if in_will or (not at_plate and wide and (not events or n >= p.voluntary.crowd_least)):
        text = f"{n} potentials of several shapes close together, not resolved into units"
        return CrowdKind("mup", 0.5, text)
    negative = np.mean([_starts_negative(event) for event in events])
    if n >= p.voluntary.crowd_least and negative >= 0.6:
        return CrowdKind("eps", 0.5, f"{n} short spikes, most of them negative first, irregular")
    what = "potentials" if wide else "short spikes"
    return CrowdKind("cannot_tell", 0.3, f"{n} {what} close together without a rhythm")


def _dies_away(events: list[Event], stretch: SampleInterval, fs: float, p: Parameters) -> bool:
    """Short burst whose height falls from its first to its last third."""
    if len(events) < p.voluntary.crowd_least or len(stretch) > p.insertional.longest_s * fs:
        return False
    heights = np.abs([event.height for event in sorted(events, key=lambda e: e.start)])
    third = max(len(heights) // 3, 1)
    return bool(np.median(heights[:third]) >= p.insertional.fall * np.median(heights[-third:]))


def _starts_negative(event: Event) -> bool:
    """Sign of the first clear lobe in the detection band."""
    level = max(0.25 * abs(event.height), 3 * event.sigma)
    first = np.flatnonzero(np.abs(event.shape) > level)
    return bool(first.size and event.shape[first[0]] < 0)
