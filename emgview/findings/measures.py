"""Numbers behind the cells: trains, sites, rhythm, bursts, motor unit potentials; per muscle."""

from __future__ import annotations

import itertools
from collections.abc import Collection, Iterable, Sequence
from dataclasses import dataclass

import numpy as np

from emgview.findings.grading import TrainNumbers
from emgview.findings.grid_table import GradeLimits
from emgview.findings.watched import Item, WatchedRecording
from emgview.model import DetectionRun, MeasuredUnit, PackedProposals, Proposal, SampleInterval
from emgview.model.interval import subtract, total_length, union
from emgview.signal.rhythm import rhythm

Found = Sequence[tuple[WatchedRecording, Item]]
"""Items of the reader's own word, each with its recording."""


@dataclass(frozen=True, slots=True)
class ClassNumbers:
    """What was counted of one class (or several together) in one muscle.

    Parameters
    ----------
    count, bursts : int
        Labels; groups of potentials within them.
    sites : int
        Needle positions with any.
    longest_s : float
        Length of the longest label.
    cv : float or None
        Local variation of the intervals (see :mod:`emgview.signal.rhythm`), of the longest series
        at one site; None where it cannot be measured.
    rate_hz : float or None
        One over the median interval of that series.
    """

    count: int
    bursts: int
    sites: int
    longest_s: float
    cv: float | None
    rate_hz: float | None
    item_ids: tuple[str, ...]


def counted(
    sites: Sequence[WatchedRecording], classes: Iterable[str]
) -> tuple[tuple[WatchedRecording, Item], ...]:
    """Items of these coarse classes that a reader stands behind."""
    return tuple(
        (site, item) for site in sites for name in classes for item in site.said.get(name, ())
    )


def class_numbers(found: Found, limits: GradeLimits) -> ClassNumbers:
    """Counts of items, with rhythm and bursts."""
    longest = max((site.seconds(len(item.interval)) for site, item in found), default=0.0)
    series = max(_series(found).values(), key=len, default=())
    measured = rhythm(np.asarray(series, np.float64)) if len(series) > 2 else None
    gap_s = limits.burst_gap_ms / 1000
    return ClassNumbers(
        count=len(found),
        bursts=sum(_bursts(site, item, gap_s) for site, item in found),
        sites=len({site.site_of(item) for site, item in found}),
        longest_s=longest,
        cv=measured.local_cv if measured else None,
        rate_hz=measured.rate_hz if measured else None,
        item_ids=tuple(item.id for _, item in found),
    )


def _series(found: Found) -> dict[tuple[str, int, int], tuple[float, ...]]:
    """Times of the potentials in seconds, sorted, for each site and channel."""
    series: dict[tuple[str, int, int], list[float]] = {}
    for site, item in found:
        peaks = item.peak_samples or (item.interval.start,)
        key = (*site.site_of(item), item.channel)
        series.setdefault(key, []).extend(site.seconds(peak) for peak in peaks)
    return {key: tuple(sorted(times)) for key, times in series.items()}


def _bursts(site: WatchedRecording, item: Item, gap_s: float) -> int:
    peaks = sorted(item.peak_samples)
    return 1 + sum(site.seconds(b - a) > gap_s for a, b in itertools.pairwise(peaks))


def train_numbers(
    sites: Sequence[WatchedRecording], classes: Collection[str], limits: GradeLimits
) -> TrainNumbers:
    """Sites and shares of trains; a site with end-plate activity needs a regular train."""
    found = counted(sites, classes)
    near_endplate = {site.site_of(item) for site, item in counted(sites, ("eps", "epn"))}
    sustained = set()
    for site, item in found:
        where = site.site_of(item)
        long_enough = site.seconds(len(item.interval)) > limits.train_s
        if long_enough and not (where in near_endplate and _irregular(site, item, limits)):
            sustained.add(where)
    rest_s = sum(site.rest_s for site in sites)
    covered_s = sum(
        site.seconds(_inside(site, [i.interval for _, i in counted((site,), classes)]))
        for site in sites
    )
    return TrainNumbers(
        sites=len({site.site_of(item) for site, item in found}),
        sustained=len(sustained),
        tested=sum(site.n_sites for site in sites),
        share=min(1.0, covered_s / rest_s) if rest_s > 0 else 0.0,
    )


def _irregular(site: WatchedRecording, item: Item, limits: GradeLimits) -> bool:
    measured = rhythm(
        np.asarray(sorted(item.peak_samples), np.float64) / site.recording.info.sampling_rate_hz
    )
    return measured is not None and measured.local_cv > limits.irregular_cv


def _inside(site: WatchedRecording, intervals: Iterable[SampleInterval]) -> int:
    """Samples of watched rest under the intervals."""
    covered = union(intervals)
    return total_length(covered) - total_length(subtract(covered, site.time.rest))


def proposals_of(runs: Iterable[DetectionRun | None], wanted: Collection[str]) -> list[Proposal]:
    """Proposals with these ids; a packed run makes only those."""
    found: list[Proposal] = []
    for run in runs:
        if run is None:
            continue
        if isinstance(run.proposals, PackedProposals):
            places = [n for n, item in enumerate(run.proposals.ids) if item in wanted]
            found += [run.proposals[n] for n in places]
        else:
            found += [p for p in run.proposals if p.id in wanted]
    return found


@dataclass(frozen=True, slots=True)
class MupSample:
    """Motor unit potentials of one muscle, in µV and ms; a train's average counts as one.

    ``n`` counts those with both amplitude and duration; trains may be of the same unit, so it is
    a count of measurements. ``outliers`` is None without limits of single potentials.

    Where motor units were taken apart and accepted, they alone are the sample: ``units`` are their
    names, ``n_timed`` those whose duration may be stated, ``jiggle_percent`` the mean of theirs.
    """

    n: int
    amplitude_uv: float
    duration_ms: float | None
    polyphasic_percent: float
    outliers: int | None = None
    item_ids: tuple[str, ...] = ()
    units: tuple[str, ...] = ()
    n_timed: int = 0
    jiggle_percent: float | None = None


def mup_sample(
    sites: Sequence[WatchedRecording],
    amplitude_limit_uv: float | None = None,
    duration_limit_ms: float | None = None,
) -> MupSample | None:
    """The sample of a muscle; None where none was measured.

    Of the motor units that the reader accepted where there are any, else out of the reader's
    voluntary potentials: the two are never mixed.
    """
    units = [unit for site in sites for unit in site.recording.effort.units]
    if units:
        return _sample_of_units(units, amplitude_limit_uv, duration_limit_ms)
    ids = {item.id for _, item in counted(sites, ("mup",))}
    runs = [site.recording.run for site in sites]
    measured = [
        (p.id, p.evidence.amplitude_uv, p.evidence.duration_ms, p.evidence.phases)
        for p in proposals_of(runs, ids)
        if p.evidence.amplitude_uv is not None and p.evidence.duration_ms is not None
    ]
    if not measured:
        return None
    known = amplitude_limit_uv is not None and duration_limit_ms is not None
    outliers = sum(
        a > (amplitude_limit_uv or np.inf) or d > (duration_limit_ms or np.inf)
        for _, a, d, _ in measured
    )
    phases = [p for *_, p in measured if p is not None]
    return MupSample(
        n=len(measured),
        amplitude_uv=float(np.mean([a for _, a, _, _ in measured])),
        duration_ms=float(np.mean([d for _, _, d, _ in measured])),
        polyphasic_percent=100.0 * sum(p > 4 for p in phases) / len(phases) if phases else 0.0,
        outliers=outliers if known else None,
        item_ids=tuple(item for item, *_ in measured),
        n_timed=len(measured),
    )


def _sample_of_units(
    units: Sequence[MeasuredUnit], amplitude_limit_uv: float | None, duration_limit_ms: float | None
) -> MupSample:
    durations = [unit.duration_ms for unit in units if unit.duration_ms is not None]
    jiggles = [unit.jiggle_percent for unit in units if unit.jiggle_percent is not None]
    known = amplitude_limit_uv is not None and duration_limit_ms is not None
    outliers = sum(
        unit.amplitude_uv > (amplitude_limit_uv or np.inf)
        or (unit.duration_ms or 0.0) > (duration_limit_ms or np.inf)
        for unit in units
    )
    return MupSample(
        n=len(units),
        amplitude_uv=float(np.mean([unit.amplitude_uv for unit in units])),
        duration_ms=float(np.mean(durations)) if durations else None,
        polyphasic_percent=100.0 * sum(unit.phases > 4 for unit in units) / len(units),
        outliers=outliers if known else None,
        units=tuple(unit.name for unit in units),
        n_timed=len(durations),
        jiggle_percent=float(np.mean(jiggles)) if jiggles else None,
    )


@dataclass(frozen=True, slots=True)
class FasciculationNumbers:
    """Descriptors of the fasciculation potentials of one muscle.

    Parameters
    ----------
    n, n_complex : int
        Potentials; those whose class is complex.
    classified : int
        Potentials whose class says simple, complex or double at all.
    cv, rate_per_min : float or None
        Variation of the intervals; potentials per minute of watched rest.
    amplitude_uv, duration_ms, phases : float or None
        Means over the proposals behind them.
    units : int or None
        Distinct units where the detector sorted the potentials into units; else None.
    isolated_windows : int or None
        Windows with two or more isolated units; None without units.
    """

    n: int
    n_complex: int
    classified: int
    cv: float | None = None
    rate_per_min: float | None = None
    amplitude_uv: float | None = None
    duration_ms: float | None = None
    phases: float | None = None
    units: int | None = None
    isolated_windows: int | None = None

    @property
    def complex_percent(self) -> float | None:
        """Part of the classified potentials that is complex."""
        return 100.0 * self.n_complex / self.classified if self.classified else None


def fasciculation_numbers(
    sites: Sequence[WatchedRecording], limits: GradeLimits, rate_per_min: float | None
) -> FasciculationNumbers:
    """Descriptors out of the reader's labels and the proposals behind them."""
    found = counted(sites, ("fp",))
    per_class = {"fp_complex": 0, "fp_simple": 0, "fp_double": 0, "": 0}
    for _, item in found:
        name = item.activity if item.activity in per_class else ""
        per_class[name] += max(1, len(item.peak_samples))
    numbers = class_numbers(found, limits)
    ids = {item.id for _, item in found}
    proposals = proposals_of([site.recording.run for site in sites], ids)
    units, windows = _units(sites, found, proposals, limits)
    return FasciculationNumbers(
        n=sum(per_class.values()),
        n_complex=per_class["fp_complex"],
        classified=sum(per_class.values()) - per_class[""],
        cv=numbers.cv,
        rate_per_min=rate_per_min,
        amplitude_uv=_mean([p.evidence.amplitude_uv for p in proposals]),
        duration_ms=_mean([p.evidence.duration_ms for p in proposals]),
        phases=_mean([p.evidence.phases for p in proposals]),
        units=units,
        isolated_windows=windows,
    )


def _mean(values: Sequence[float | None]) -> float | None:
    known = [v for v in values if v is not None]
    return float(np.mean(known)) if known else None


def _units(
    sites: Sequence[WatchedRecording],
    found: Found,
    proposals: Sequence[Proposal],
    limits: GradeLimits,
) -> tuple[int | None, int | None]:
    """Units, and windows with two or more isolated ones; None where the units are not known."""
    unit_of = {p.id: p.train_id for p in proposals if p.train_id}
    if not found or any(item.id not in unit_of for _, item in found):
        return None, None
    windows = 0
    for site in sites:
        by_unit: dict[str, list[float]] = {}
        for own, item in found:
            if own is site:
                times = [site.seconds(peak) for peak in item.peak_samples]
                by_unit.setdefault(str(unit_of[item.id]), []).extend(times)
        hit: dict[int, set[str]] = {}
        for unit, times in by_unit.items():
            for time in _isolated(sorted(times), limits.isolated_ms / 1000):
                hit.setdefault(int(time // limits.window_s), set()).add(unit)
        windows += sum(len(units) > 1 for units in hit.values())
    return len({unit_of[item.id] for _, item in found}), windows


def _isolated(times: Sequence[float], gap_s: float) -> list[float]:
    return [
        t
        for n, t in enumerate(times)
        if (n == 0 or t - times[n - 1] > gap_s)
        and (n + 1 == len(times) or times[n + 1] - t > gap_s)
    ]
