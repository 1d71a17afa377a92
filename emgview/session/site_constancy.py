"""Use case: what comes back at each site of a muscle, between and within its recordings.

A site is a needle position: a recording, and within it what its phases mark. For each muscle and
side with two sites or more: which classes are found at how many of them, and which shapes of
template. Shapes of one class are alike below a distance (see :mod:`.similar`). The share of pairs
of trains that are alike *within* a site, where two trains are two units, is given beside the share
*between* sites: where both are equal, shapes come back no more often than by chance. Single
potentials are left out of the pairs: many of them may be one unit's.

On the study's I/O thread.
"""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from dataclasses import dataclass, replace
from typing import TYPE_CHECKING

import numpy as np
from numpy.typing import NDArray

from emgview.model import Label, LabelState, SampleInterval, Side, load_muscles, load_vocabulary
from emgview.model.interval import total_length
from emgview.session.evidence_view import template
from emgview.session.review_settings import SitesSettings, load_review_settings
from emgview.session.similar import distances

if TYPE_CHECKING:
    from emgview.session.study_session import OpenRecording, StudySession

Float = NDArray[np.float64]
_BEFORE_MS, _AFTER_MS, _SHIFT_MS = 5.0, 9.0, 1.0
_LEFT_OUT_GROUPS = ("artefact", "voluntary", "undecided")


@dataclass(frozen=True, slots=True)
class Site:
    """One needle position.

    Parameters
    ----------
    name : str
        Number of the recording in the study, from 1, and of the site within it: ``2.1``.
    examined_s : float
        Seconds that a detector examined; 0 where none did.
    n_items : int
        Items that are compared: not rejected, no artefact, nothing voluntary or undecided.
    n_open : int
        Those of them that no reader has decided yet.
    n_shapes : int
        Those of them whose shapes are compared: the largest with single potentials.
    """

    name: str
    recording_id: str
    examined_s: float
    n_items: int
    n_open: int
    n_shapes: int


@dataclass(frozen=True, slots=True)
class AtSites:
    """A class, or one shape of a class, at the sites of a muscle.

    Parameters
    ----------
    shape : int
        Number of the shape within its class, from 1; 0 for the class as a whole.
    item : str
        The largest item of it.
    items, potentials : tuple of int
        At each site, in their order; an item without single potentials counts none.
    """

    activity: str
    shape: int
    item: str
    items: tuple[int, ...]
    potentials: tuple[int, ...]

    @property
    def found_at(self) -> int:
        """At how many of the sites."""
        return sum(n > 0 for n in self.items)


@dataclass(frozen=True, slots=True)
class Pairs:
    """``alike`` of ``of`` pairs of trains (two potentials or more) of one class."""

    alike: int
    of: int


@dataclass(frozen=True, slots=True)
class MuscleSites:
    """All sites of one muscle and side; shapes are left out where there is one site only."""

    muscle: str
    name: str
    side: Side
    sites: tuple[Site, ...]
    classes: tuple[AtSites, ...]
    shapes: tuple[AtSites, ...]
    within: Pairs
    between: Pairs

    @property
    def classes_again(self) -> int:
        """Classes found at two sites or more, of ``classes``."""
        return sum(c.found_at > 1 for c in self.classes)

    @property
    def shapes_again(self) -> int:
        """Shapes found at two sites or more, of ``shapes``."""
        return sum(s.found_at > 1 for s in self.shapes)


@dataclass(frozen=True, slots=True)
class _Found:
    """What one item has at one site."""

    site: int
    activity: str
    label: Label


def site_constancy(session: StudySession) -> tuple[MuscleSites, ...]:
    """Every muscle and side of the study that has a name, in the order of the study.

    Raises
    ------
    FileError
        If a recording cannot be read.
    """
    groups: dict[tuple[str, Side], list[tuple[int, OpenRecording]]] = {}
    for number, recording in enumerate(session.recordings, 1):
        if recording.muscle:
            key = (recording.muscle, recording.side)
            groups.setdefault(key, []).append((number, recording))
    return tuple(_of_muscle(session, key, group) for key, group in groups.items())


def _of_muscle(
    session: StudySession,
    key: tuple[str, Side],
    recordings: Sequence[tuple[int, OpenRecording]],
) -> MuscleSites:
    p = load_review_settings().sites
    sites: list[Site] = []
    found: list[_Found] = []
    for number, recording in recordings:
        labels = [x for x in session.items(recording.entry.id) if _compared(x)]
        for site, spans in _spans(recording):
            here = [part for label in labels if (part := _part(label, spans)) is not None]
            found += [_Found(len(sites), _class(x), x) for x in here]
            n_open = sum(x.state is LabelState.PROPOSED for x in here)
            n_shapes = min(sum(bool(x.peak_samples) for x in here), p.most_items)
            seconds = _examined_s(session, recording, spans)
            name = f"{number}.{site}"
            sites.append(Site(name, recording.entry.id, seconds, len(here), n_open, n_shapes))
    shaped = _largest(found, len(sites), p) if len(sites) > 1 else []
    waves = _templates(session, shaped)
    shapes, pairs = _shapes(shaped, waves, len(sites), p)
    muscle, side = key
    return MuscleSites(
        muscle, load_muscles().name(muscle), side, tuple(sites),
        _classes(found, len(sites)), shapes, *pairs,
    )  # fmt: skip


def _compared(label: Label) -> bool:
    known = load_vocabulary().get(label.activity)
    group, counted_as = (known.group, known.counted_as) if known else ("", "")
    undecided = label.state in (LabelState.REJECTED, LabelState.CANNOT_TELL)
    return not undecided and group not in _LEFT_OUT_GROUPS and counted_as != "insertional"


def _class(label: Label) -> str:
    known = load_vocabulary().get(label.activity)
    return known.counted_as if known else label.activity


def _spans(recording: OpenRecording) -> list[tuple[int, tuple[SampleInterval, ...]]]:
    """Sites of a recording with their time: from each mark to the next one; all without marks."""
    whole = recording.info.whole
    marks = sorted(recording.info.phases, key=lambda mark: mark.interval.start)
    if not marks:
        return [(1, (whole,))]
    starts = [0, *(mark.interval.start for mark in marks[1:])]
    spans: dict[int, list[SampleInterval]] = {}
    for mark, start, stop in zip(marks, starts, [*starts[1:], whole.stop], strict=True):
        spans.setdefault(mark.site, []).append(SampleInterval(start, max(start, stop)))
    return [(site, tuple(parts)) for site, parts in sorted(spans.items())]


def _part(label: Label, spans: Iterable[SampleInterval]) -> Label | None:
    """The item as far as it lies in a site."""
    if not label.peak_samples:
        return label if any(span.overlaps(label.interval) for span in spans) else None
    spans = tuple(spans)
    peaks = tuple(p for p in label.peak_samples if any(span.contains(p) for span in spans))
    return replace(label, peak_samples=peaks) if peaks else None


def _examined_s(
    session: StudySession, recording: OpenRecording, spans: Iterable[SampleInterval]
) -> float:
    run = session.run(recording.entry.id)
    if run is None:
        return 0.0
    parts = [part.intersection(span) for part in run.examined for span in spans]
    length = total_length([part for part in parts if part is not None])
    return length / recording.info.sampling_rate_hz


def _classes(found: Sequence[_Found], n_sites: int) -> tuple[AtSites, ...]:
    names = sorted({f.activity for f in found})
    return tuple(_at(name, 0, [f for f in found if f.activity == name], n_sites) for name in names)


def _at(activity: str, shape: int, found: Sequence[_Found], n_sites: int) -> AtSites:
    items, potentials = [0] * n_sites, [0] * n_sites
    for f in found:
        items[f.site] += 1
        potentials[f.site] += len(f.label.peak_samples)
    largest = max(found, key=lambda f: len(f.label.peak_samples))
    return AtSites(activity, shape, largest.label.id, tuple(items), tuple(potentials))


def _largest(found: Sequence[_Found], n_sites: int, p: SitesSettings) -> list[_Found]:
    """The largest items of each site that have potentials; largest first over all sites."""
    kept: list[_Found] = []
    for site in range(n_sites):
        here = [f for f in found if f.site == site and f.label.peak_samples]
        here.sort(key=lambda f: (-len(f.label.peak_samples), f.label.interval.start))
        kept += here[: p.most_items]
    kept.sort(key=lambda f: -len(f.label.peak_samples))
    return kept


def _templates(session: StudySession, found: Sequence[_Found]) -> Float:
    """Templates ``(n, n_samples)`` in µV on one clock, the slowest of the recordings'."""
    if not found:
        return np.zeros((0, 0))
    before_ms = load_review_settings().train.before_ms
    rates = {f.label.recording_id: _rate(session, f.label) for f in found}
    step = 1000 / min(rates.values())
    grid = np.arange(-_BEFORE_MS, _AFTER_MS, step)
    waves = np.empty((len(found), len(grid)))
    for n, f in enumerate(found):
        fs = rates[f.label.recording_id]
        wave = template(session, f.label)
        ms = (np.arange(len(wave)) - round(before_ms * fs / 1000)) * 1000 / fs
        waves[n] = np.interp(grid, ms, np.nan_to_num(wave))
    return waves


def _rate(session: StudySession, label: Label) -> float:
    return session.reader(label.recording_id).info.sampling_rate_hz


def _shapes(
    found: Sequence[_Found], waves: Float, n_sites: int, p: SitesSettings
) -> tuple[tuple[AtSites, ...], tuple[Pairs, Pairs]]:
    """Shapes of each class, the most widespread first, and the pairs within and between sites."""
    shapes: list[AtSites] = []
    n_alike, n_pairs = [0, 0], [0, 0]
    for activity in sorted({f.activity for f in found}):
        places = [n for n, f in enumerate(found) if f.activity == activity]
        apart = _distances(waves[places])
        sites = np.array([found[n].site for n in places])
        trains = np.array([len(found[n].label.peak_samples) > 1 for n in places])
        upper = np.triu(np.outer(trains, trains), 1)
        same = sites[:, None] == sites[None, :]
        for which, chosen in enumerate((upper & same, upper & ~same)):
            n_pairs[which] += int(chosen.sum())
            n_alike[which] += int((apart[chosen] <= p.alike).sum())
        groups = [[found[places[k]] for k in group] for group in _grouped(apart, p.alike)]
        shapes += [_at(activity, k, group, n_sites) for k, group in enumerate(groups, 1)]
    shapes.sort(key=lambda s: (-s.found_at, s.activity, s.shape))
    within, between = (Pairs(a, n) for a, n in zip(n_alike, n_pairs, strict=True))
    return tuple(shapes), (within, between)


def _distances(waves: Float) -> Float:
    """Distance of each pair, ``(n, n)``; the same both ways."""
    weight = load_review_settings().similar.size_weight
    shift = max(1, round(_SHIFT_MS * waves.shape[1] / (_BEFORE_MS + _AFTER_MS)))
    rows = [distances(wave, waves, shift, weight) for wave in waves]
    apart = np.array(rows).reshape(len(waves), len(waves))
    return np.asarray(np.minimum(apart, apart.T), dtype=np.float64)


def _grouped(apart: Float, alike: float) -> list[list[int]]:
    """Groups around leaders: each item goes to the nearest leader that is alike, else leads."""
    leaders: list[int] = []
    groups: dict[int, list[int]] = {}
    for n in range(len(apart)):
        near = min(leaders, key=lambda k: float(apart[n, k]), default=n)
        if near != n and apart[n, near] <= alike:
            groups[near].append(n)
        else:
            leaders.append(n)
            groups[n] = [n]
    return [groups[k] for k in leaders]
