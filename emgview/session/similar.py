"""Use case: items alike, by the distance of their templates. On the study's I/O thread."""

from __future__ import annotations

from dataclasses import dataclass
from weakref import WeakKeyDictionary

import numpy as np
from numpy.typing import NDArray

from emgview.model import Label
from emgview.session.evidence_view import template
from emgview.session.review_settings import load_review_settings
from emgview.session.study_session import StudySession

Samples = NDArray[np.float32]
Float = NDArray[np.float64]

_BEFORE_MS, _AFTER_MS, _SHIFT_MS = 5.0, 9.0, 1.0

_KNOWN: WeakKeyDictionary[StudySession, dict[tuple[str, tuple[int, ...]], Samples]] = (
    WeakKeyDictionary()
)
"""Templates of each open session; touched on its I/O thread only."""


@dataclass(frozen=True, slots=True, eq=False)
class Alike:
    """Items of one channel, or of all, by their distance from one of them, nearest first.

    Parameters
    ----------
    item : str
        The one that the others are compared with; it is the first, at 0.
    items : tuple of str
    distances : ndarray, (n,) float64
        0: equal, 1: unrelated.
    templates : ndarray, (n, n_samples) float32
        µV.
    before : int
        Samples before the peak.
    n_potentials : tuple of int
    channels : tuple of int
        Channel of each.
    """

    item: str
    fs: float
    items: tuple[str, ...]
    distances: Float
    templates: Samples
    before: int
    n_potentials: tuple[int, ...]
    channels: tuple[int, ...]

    def within(self, distance: float) -> int:
        """How many lie within a distance, the item itself included."""
        return int(np.searchsorted(self.distances, distance, side="right"))


def alike(session: StudySession, item: str, *, all_channels: bool = False) -> Alike | None:
    """All items of the channel with single potentials; None where the item has none.

    ``all_channels``: of every channel of the recording, that is, of the same muscle.

    Raises
    ------
    FileError
        If the recording cannot be read.
    """
    own = session.store.item(item)
    if own is None or not own.peak_samples:
        return None
    settings, fs = load_review_settings(), session.reader(own.recording_id).info.sampling_rate_hz
    others = [
        label
        for label in session.items(own.recording_id)
        if (all_channels or label.channel == own.channel) and label.peak_samples
    ]
    templates = np.array([_template(session, label) for label in others])
    before = round(settings.train.before_ms * fs / 1000)
    first = max(before - round(_BEFORE_MS * fs / 1000), 0)
    near = templates[:, first : before + round(_AFTER_MS * fs / 1000)].astype(np.float64)
    place = next(n for n, label in enumerate(others) if label.id == item)
    found = distances(near[place], near, round(_SHIFT_MS * fs / 1000), settings.similar.size_weight)
    found[place] = -1.0  # first, whatever rounding says
    order = np.argsort(found, kind="stable")
    return Alike(
        item,
        fs,
        tuple(others[n].id for n in order),
        np.maximum(found[order], 0.0),
        templates[order],
        before,
        tuple(len(others[n].peak_samples) for n in order),
        tuple(others[n].channel for n in order),
    )


def distances(one: Float, others: Float, most_shift: int, size_weight: float) -> Float:
    """Distance of each of ``(n, n_samples)`` from ``(n_samples,)``, 0…1.

    Shape: one less the correlation at the best shift of up to ``most_shift`` samples, at most 1.
    Size: a factor of two in height is 1. The mean of both, size with its weight.
    """
    best = np.full(len(others), -1.0)
    for shift in range(-most_shift, most_shift + 1):
        moved = np.roll(others, shift, axis=1)
        best = np.maximum(best, _correlation(one, moved))
    shape = np.clip(1.0 - best, 0.0, 1.0)
    heights, own = np.ptp(others, axis=1), float(np.ptp(one))
    ratio = np.log2(np.maximum(heights, 1e-9) / max(own, 1e-9))
    size = np.clip(np.abs(ratio), 0.0, 1.0)
    return np.asarray((shape + size_weight * size) / (1 + size_weight), dtype=np.float64)


def _correlation(one: Float, others: Float) -> Float:
    a, b = one - one.mean(), others - others.mean(axis=1, keepdims=True)
    power = np.sqrt((a @ a) * (b * b).sum(axis=1))
    return np.asarray(b @ a / np.maximum(power, 1e-12), dtype=np.float64)


def _template(session: StudySession, label: Label) -> Samples:
    known = _KNOWN.setdefault(session, {})
    key = (label.id, label.peak_samples)
    if key not in known:
        known[key] = template(session, label)
    return known[key]
