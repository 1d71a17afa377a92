"""Use case: ask the rhythm of trains, and how many units fire in each window. Pure over labels."""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import dataclass

import numpy as np
from numpy.typing import NDArray

from emgview.model import Label, LabelState, load_vocabulary
from emgview.session.review_settings import RhythmSettings, load_review_settings
from emgview.signal.rhythm import rhythm, split_at_pauses


@dataclass(frozen=True, slots=True)
class TrainRhythm:
    """Answers about one train; None where it has too few potentials.

    Parameters
    ----------
    rate_hz : float or None
        One over the median interval, missed discharges divided.
    local_cv : float or None
        Interval variation with the slow drift removed (see :func:`~emgview.signal.rhythm.rhythm`).
    bursts : int
        Groups of discharges between pauses; 0 where there is no pause.
    burst_hz : float or None
        Median rate within the bursts.
    doubles : int
        Intervals so short that they are double discharges.
    """

    item: str
    activity: str
    n: int
    rate_hz: float | None
    local_cv: float | None
    bursts: int
    burst_hz: float | None
    doubles: int


@dataclass(frozen=True, slots=True)
class RecordingRhythm:
    """Answers about one recording: its trains, and the number of units in each window.

    Parameters
    ----------
    window_s : float
    units : tuple of int
        Trains with a discharge in each window, from the start of the recording on; the last
        window may be shorter.
    """

    recording_id: str
    trains: tuple[TrainRhythm, ...]
    window_s: float
    units: tuple[int, ...]


def recording_rhythm(
    recording_id: str, labels: Iterable[Label], fs: float, n_samples: int
) -> RecordingRhythm:
    """Answers from all trains of a recording: not what was rejected, artefacts, insertion."""
    p = load_review_settings().rhythm
    kept = [x for x in labels if _is_train(x)]
    trains = tuple(train_rhythm(label, fs, p) for label in kept)
    n_windows = max(int(np.ceil(n_samples / fs / p.window_s)), 1)
    units = np.zeros(n_windows, dtype=np.int64)
    for label in kept:
        windows = np.array(label.peak_samples) / fs // p.window_s
        units[np.unique(windows.astype(np.int64).clip(0, n_windows - 1))] += 1
    return RecordingRhythm(recording_id, trains, p.window_s, tuple(units.tolist()))


def _is_train(label: Label) -> bool:
    """Whether it is one unit: not rejected, no artefact, no insertional activity."""
    known = load_vocabulary().get(label.activity)
    group, counted_as = (known.group, known.counted_as) if known else ("", "")
    no_unit = group == "artefact" or counted_as == "insertional"
    return label.state is not LabelState.REJECTED and len(label.peak_samples) > 1 and not no_unit


def train_rhythm(label: Label, fs: float, p: RhythmSettings | None = None) -> TrainRhythm:
    """Answers about one train."""
    p = p or load_review_settings().rhythm
    times = np.array(label.peak_samples, dtype=np.float64) / fs
    found, intervals = rhythm(times), np.diff(times)
    bursts, burst_hz = _bursts(times, p)
    return TrainRhythm(
        item=label.id,
        activity=label.activity,
        n=len(times),
        rate_hz=None if found is None else found.rate_hz,
        local_cv=None if found is None else found.local_cv,
        bursts=bursts,
        burst_hz=burst_hz,
        doubles=int(np.count_nonzero(intervals < p.double_ms / 1000)),
    )


def _bursts(times: NDArray[np.float64], p: RhythmSettings) -> tuple[int, float | None]:
    parts = split_at_pauses(times, p.burst_factor, p.burst_least_s)
    bursts = [part for part in parts if len(part) >= p.burst_least]
    if len(parts) < 2 or not bursts:
        return 0, None
    inside = np.concatenate([np.diff(times[part]) for part in bursts])
    return len(bursts), float(1 / np.median(inside))
