"""Stage four: runs and left-over events become drafts of proposals.

The order is the argument: first what is an artefact, then what keeps a rhythm, then what lies in
voluntary activity, and only what is left, alone and in quiet surroundings, may be a fasciculation
potential. What fits nothing is *cannot tell*.
"""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass

import numpy as np

from emgview.detection.context import in_context
from emgview.detection.crowds import (
    crowded,
    extent,
    kind_of,
    potentials_around,
    wide_crowds,
    wide_stretches,
)
from emgview.detection.end_plate import hiss_of, is_hiss, is_small, starts_negative
from emgview.detection.events import Event, SegmentLevels
from emgview.detection.parameters import Parameters
from emgview.detection.parts import without_parts
from emgview.detection.patterns.found import Pattern
from emgview.detection.pooled import pooled_trains
from emgview.detection.runs import Run, measured_run, runs_of
from emgview.detection.satellites import Satellite, SatelliteSeeker
from emgview.detection.scores import class_scores
from emgview.detection.singles import SingleJudge, Surroundings
from emgview.detection.stretches import (
    dense_stretches,
    joined_closer_than,
    mains_stretches,
    movement_stretches,
    overlap_fraction,
)
from emgview.detection.superpositions import LeftOver, absorb
from emgview.detection.templates import Unit
from emgview.model.interval import SampleInterval, union

_MUSCLE_FIBRE = ("fib", "psw")


@dataclass(frozen=True, slots=True, eq=False)
class Draft:
    """A proposal in the making; samples count from the segment's start.

    ``run`` is None for a stretch without resolved potentials and for a ``pattern``.
    """

    activity: str
    score: float
    interval: SampleInterval
    run: Run | None
    is_train: bool
    reasons: tuple[str, ...]
    pattern: Pattern | None = None


class SegmentClassifier:
    """Names everything that one channel's gap-free segment holds.

    Parameters
    ----------
    units : list of Unit
    levels : SegmentLevels
    length : int
        Samples of the segment.
    fs : float
    parameters : Parameters
    withheld : mapping, optional
        Classes that the channel does not let judge, each with the reason.
    """

    def __init__(
        self,
        units: list[Unit],
        levels: SegmentLevels,
        length: int,
        fs: float,
        p: Parameters,
        withheld: Mapping[str, str] | None = None,
    ) -> None:
        self._withheld = withheld or {}
        self._units, self._levels, self._length, self._fs, self._p = units, levels, length, fs, p
        self._tells_spikes = fs >= p.gate.warn_below_hz
        self._movement = movement_stretches(levels, length, fs, p)
        self._mains = mains_stretches(levels, p)
        self._dense = wide_stretches(
            dense_stretches(levels, length, fs, p),
            [event for unit in units for event in unit.events],
            fs,
            p,
        )
        self._drafts: list[Draft] = []
        self._left: list[LeftOver] = []
        self._end_plate: list[Run] = []
        self._hiss: list[Event] = []  # small potentials that stand out of end-plate noise
        self._fibre_trains: list[Run] = []
        self._voluntary_runs: list[Run] = []
        self._plate: list[SampleInterval] = []  # where end-plate spikes fire
        self._crowds: list[SampleInterval] = []  # where units fire that are not resolved
        self._plate_units: set[int] = set()
        self._firing: list[SampleInterval] = []  # where voluntary units were resolved

    def drafts(self) -> list[Draft]:
        """All drafts, sorted by their start."""
        self._stretch_artefacts()
        rhythmic = self._without_satellites(self._named_runs())
        runs = [run for run, _ in rhythmic]
        self._left = without_parts(self._left, runs, self._fs, self._p)
        runs, self._left = absorb(runs, self._units, self._left, self._fs, self._p)
        rhythmic = [(run, scores) for run, (_, scores) in zip(runs, rhythmic, strict=True)]
        voluntary = self._voluntary(rhythmic)
        for run, scores in rhythmic:
            place = self._interval(run)
            seen = in_context(run, place, scores, voluntary, self._plate, self._p)
            self._judge_run(run, *seen)
        self._name_left_over(voluntary)
        self._name_hiss()
        return sorted(self._drafts, key=lambda d: (d.interval.start, d.interval.stop, d.activity))

    def _judge_run(self, run: Run, scores: dict[str, float], reasons: list[str]) -> None:
        """Name a run; one that nothing explains in voluntary activity is left over."""
        unexplained = max(scores.values()) < self._p.decide.least_score
        if reasons and unexplained and not _is_regular(run, self._p):
            self._leave(run.unit, run.events, run.times.tolist())
            return
        best = max(scores, key=lambda name: scores[name])
        if best == "eps":
            self._end_plate.append(run)
            if self._tells_spikes and is_hiss(run, self._p):
                self._hiss += run.events
                return
        if best == "mup":
            self._voluntary_runs.append(run)
        self._name_run(run, scores, reasons)

    # -- artefacts ---------------------------------------------------------------------------

    def _stretch_artefacts(self) -> None:
        for stretch in self._movement:
            text = f"slow deflections above {self._p.stream.movement_uv:g} µV"
            self._drafts.append(Draft("art_move", 0.8, stretch, None, False, (text,)))
        for stretch in self._mains:
            worst = max(
                (level for level in self._levels.mains if level.interval.overlaps(stretch)),
                key=lambda level: level.rms_uv,
            )
            text = f"{worst.line_hz:g} Hz and harmonics, {worst.rms_uv:.0f} µV RMS"
            self._drafts.append(Draft("art_mains", 0.9, stretch, None, False, (text,)))

    # -- trains ------------------------------------------------------------------------------

    def _named_runs(self) -> list[tuple[Run, dict[str, float]]]:
        """Runs with a rhythm that some class explains; all other events are left over."""
        named: list[tuple[Run, dict[str, float]]] = []
        for number, unit in enumerate(self._units):
            if len(unit.events) < 3:
                self._leave(number, unit.events, unit.times)
                continue
            for run in runs_of(unit, number, self._fs, self._p):
                scores = class_scores(run, self._p, self._fs)
                if max(scores.values()) >= self._p.decide.least_score or _is_regular(run, self._p):
                    named.append((run, scores))
                else:
                    self._leave(number, run.events, run.times.tolist())
        pooled, left = pooled_trains(self._left, self._units, self._fs, self._p)
        scored = [(run, class_scores(run, self._p, self._fs)) for run in pooled]
        if scored and all(_best_of(scores) == "fib" for _, scores in scored):
            self._left = left
            named += scored
        return named

    def _without_satellites(
        self, named: list[tuple[Run, dict[str, float]]]
    ) -> list[tuple[Run, dict[str, float]]]:
        """Name what is locked to a motor unit; gives the other runs."""
        machines = {run.unit for run, scores in named if _best_of(scores).startswith("art_")}
        seeker = SatelliteSeeker(self._units, machines, self._fs, self._p)
        found: list[Satellite] = []
        kept: list[tuple[Run, dict[str, float]]] = []
        for run, scores in named:
            satellite = seeker.of_run(run)
            if satellite is None:
                kept.append((run, scores))
            else:
                found.append(satellite)
        among, self._left = seeker.among(self._left)
        for satellite in found + among:
            text = (*_describe(satellite.run), satellite.reason)
            interval = self._interval(satellite.run)
            self._drafts.append(
                Draft("satellite", round(satellite.share, 3), interval, satellite.run, True, text)
            )
        return kept

    def _leave(self, number: int, events: list[Event], times: list[int]) -> None:
        self._left += [(t, e, number) for t, e in zip(times, events, strict=True)]

    def _voluntary(self, rhythmic: list[tuple[Run, dict[str, float]]]) -> list[SampleInterval]:
        """Where voluntary units fire or activity is dense."""
        units = [
            SampleInterval(max(run.start, 0), run.stop)
            for run, scores in rhythmic
            if max(scores, key=lambda name: scores[name]) == "mup" and scores["mup"] >= 0.5
        ]
        self._firing = joined_closer_than(units, 1)
        join = round(self._p.voluntary.join_s * self._fs)
        spikes = [
            run for run, scores in rhythmic if _best_of(scores) == "eps" and self._tells_spikes
        ]
        self._plate_units = {run.unit for run in spikes}
        plate = [self._interval(run) for run in spikes]
        will = joined_closer_than(units + self._dense, 1)
        most = self._p.voluntary.context_fraction
        self._plate = joined_closer_than(
            [spikes for spikes in plate if overlap_fraction(spikes, will) <= most], join
        )
        self._crowds = [
            crowd
            for crowd in wide_crowds(self._no_end_plate(), self._fs, self._p)
            if overlap_fraction(crowd, self._plate) <= most
        ]
        return joined_closer_than(units + self._dense + self._crowds, join)

    def _no_end_plate(self) -> list[Event]:
        """Left-over events but those of shapes that fire as end-plate spikes elsewhere."""
        return [event for _, event, number in self._left if number not in self._plate_units]

    def _interval(self, run: Run) -> SampleInterval:
        start = min(max(run.start, 0), self._length)
        return SampleInterval(start, max(start, min(run.stop, self._length)))

    def _name_run(self, run: Run, scores: dict[str, float], context: list[str]) -> None:
        p, reasons, interval = self._p, list(context), self._interval(run)
        ranked = sorted(scores.items(), key=lambda item: -item[1])
        (best, score), (second, runner_up) = ranked[0], ranked[1]
        if score < p.decide.least_score:
            reasons.append("no class fits well")
            best = "cannot_tell"
        elif score - runner_up < p.decide.least_margin:
            reasons.append(f"{best} and {second} fit alike")
            best = "cannot_tell"
        elif best in self._withheld:
            reasons.append(self._withheld[best])
            best = "cannot_tell"
        elif best in _MUSCLE_FIBRE and self._too_slow_for_spikes(run):
            reasons.append(f"short spikes are not told apart at {self._fs:g} Hz")
            best = "cannot_tell"
        if best in _MUSCLE_FIBRE:
            self._fibre_trains.append(run)
        text = (*_describe(run), *_kind_of_fib(run, best, p), *reasons)
        self._drafts.append(Draft(best, round(score, 3), interval, run, True, text))

    def _too_slow_for_spikes(self, run: Run) -> bool:
        gate = self._p.gate
        return self._fs < gate.warn_below_hz and run.waveform.main_width_ms < gate.short_spike_ms

    # -- what is left ------------------------------------------------------------------------

    def _name_left_over(self, voluntary: list[SampleInterval]) -> None:
        """Where few lie close together each is judged alone, the others as crowds."""
        p = self._p
        left = sorted(
            (
                item
                for item in self._left
                if item[1].snr >= p.decide.least_snr_single
                and overlap_fraction(extent(item[1]), self._movement) == 0
            ),
            key=lambda item: item[0],
        )
        close = crowded(self._crowds, [event for _, event, _ in left], self._fs, p)
        crowd = potentials_around([event for _, event, _ in left], self._fs, p)
        reach = round(p.fp.context_s * self._fs)
        many: list[LeftOver] = []
        alone: list[LeftOver] = []
        beside_units: list[LeftOver] = []
        for item, n in zip(left, crowd.tolist(), strict=True):
            place = extent(item[1])
            near = SampleInterval(max(place.start - reach, 0), place.stop + reach)
            sums = any(near.overlaps(stretch) for stretch in close)
            if n > p.fp.context_events or sums or overlap_fraction(place, self._dense) > 0:
                many.append(item)  # the sum of units that are not resolved may look like anything
            elif any(near.overlaps(stretch) for stretch in voluntary):
                beside_units.append(item)
            else:
                alone.append(item)
        self._unresolved(many + self._singles(alone, beside_units))

    def _unresolved(self, items: list[LeftOver]) -> None:
        """Crowded left-over events and dense activity: stretches with their potentials."""
        p = self._p
        stretches = [extent(event) for _, event, _ in items] + self._dense
        for stretch in joined_closer_than(stretches, round(p.voluntary.join_s * self._fs)):
            members = self._without_hiss([i for i in items if stretch.contains(i[1].start)])
            if len(members) < 2 and overlap_fraction(stretch, self._dense) == 0:
                continue
            events = [event for _, event, _ in members]
            times = np.array([time for time, _, _ in members], dtype=np.int64)
            run = self._crowd_run(events, times)
            in_will = overlap_fraction(stretch, self._firing) > p.voluntary.context_fraction
            at_plate = overlap_fraction(stretch, self._plate) > p.voluntary.context_fraction
            at_plate |= self._of_end_plate(members)
            kind = kind_of(events, stretch, self._fs, p, in_will=in_will, at_plate=at_plate)
            draft = Draft(kind.activity, kind.score, stretch, run, True, (kind.reason,))
            self._drafts.append(draft)

    def _of_end_plate(self, items: list[LeftOver]) -> bool:
        """Whether most of some events have shapes that fire as end-plate spikes elsewhere."""
        return bool(items and np.mean([n in self._plate_units for _, _, n in items]) > 0.5)

    def _without_hiss(self, items: list[LeftOver]) -> list[LeftOver]:
        """Crowded events less the small negative ones that end-plate noise consists of."""
        small = [event for _, event, _ in items if is_small(event, self._p)]
        if (
            not self._tells_spikes
            or len(small) < self._p.voluntary.crowd_least
            or not starts_negative(small)
        ):
            return items
        self._hiss += small
        return [item for item in items if not is_small(item[1], self._p)]

    def _name_hiss(self) -> None:
        for hiss in hiss_of(self._hiss, self._fs, self._p):
            start, stop = max(hiss.interval.start, 0), min(hiss.interval.stop, self._length)
            interval = SampleInterval(start, max(start, stop))
            draft = Draft("epn", round(hiss.score, 3), interval, None, True, (hiss.reason,))
            self._drafts.append(draft)

    def _crowd_run(
        self, events: list[Event], times: np.ndarray[tuple[int], np.dtype[np.int64]]
    ) -> Run | None:
        with_wave = [i for i, event in enumerate(events) if event.wave is not None]
        if not with_wave:
            return None
        chosen = max(with_wave, key=lambda i: abs(events[i].height))
        one = measured_run(-1, [events[chosen]], times[[chosen]], self._fs, self._p)
        return Run(-1, events, times, one.waveform, one.before, None)

    def _singles(self, items: list[LeftOver], candidates: list[LeftOver]) -> list[LeftOver]:
        """Judge events one by one; gives the candidates in voluntary activity that get no name."""
        around = Surroundings(
            self._units, self._end_plate, self._fibre_trains, self._voluntary_runs, self._length
        )
        judge = SingleJudge(around, self._fs, self._p)
        named = judge.judged(candidates, in_will=True)
        for v in judge.judged(items) + named:
            text = (*_describe(v.run), v.reason)
            train = len(v.run.events) > 1
            self._drafts.append(
                Draft(v.activity, round(v.score, 3), v.interval, v.run, train, text)
            )
        covered = union(v.interval for v in named)
        return [c for c in candidates if overlap_fraction(extent(c[1]), covered) == 0]


def _best_of(scores: dict[str, float]) -> str:
    return max(scores, key=lambda name: scores[name])


def _describe(run: Run) -> tuple[str, ...]:
    w = run.waveform
    text = [f"first deflection {w.first_deflection}, {w.duration_ms:.1f} ms, {w.n_phases} phases"]
    if run.rhythm is not None:
        text.append(
            f"{run.rhythm.rate_hz:.1f} Hz, interval variation {100 * run.rhythm.local_cv:.0f} %"
        )
    return tuple(text)


def _kind_of_fib(run: Run, activity: str, p: Parameters) -> tuple[str, ...]:
    """What is unusual of fibrillation potentials that keep no beat."""
    if activity != "fib" or run.rhythm is None or run.rhythm.local_cv <= 2 * p.fib.local_cv:
        return ()
    return ("irregular kind: more than will varies, no very short intervals",)


def _is_regular(run: Run, p: Parameters) -> bool:
    """A rhythm so exact that it must be shown even where no class fits."""
    return (
        run.rhythm is not None
        and run.rhythm.n >= p.train.least_fib
        and run.rhythm.local_cv <= p.fib.local_cv
    )
