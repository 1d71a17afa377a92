"""Left-over events one by one: fasciculation potentials, single or double, pops, or no name.

A fasciculation potential stands alone: no discharge of its shape lies within a quarter of a second,
save one partner that makes it double, and no unit that fires explains it. At rest its surroundings
must be quiet; beside units that fire it must be unlike each of them and more than their sum.
"""

from __future__ import annotations

from dataclasses import dataclass, replace

import numpy as np

from emgview.detection.events import Event
from emgview.detection.parameters import Parameters
from emgview.detection.runs import Run, measured_run
from emgview.detection.scores import at_most, inside
from emgview.detection.superpositions import LeftOver, explained_by, train_gain
from emgview.detection.templates import Unit
from emgview.model.interval import SampleInterval
from emgview.signal.noise import median_of
from emgview.signal.rhythm import rhythm, split_at_pauses


@dataclass(frozen=True, slots=True)
class Surroundings:
    """What else the segment holds.

    Parameters
    ----------
    units : list of Unit
    end_plate, fibre_trains, voluntary : lists of Run
        Runs named end-plate spikes, muscle fibre discharges and motor units that fire.
    length : int
        Samples of the segment.
    """

    units: list[Unit]
    end_plate: list[Run]
    fibre_trains: list[Run]
    voluntary: list[Run]
    length: int


@dataclass(frozen=True, slots=True)
class Verdict:
    """Class, score and reason of one potential or pair."""

    run: Run
    interval: SampleInterval
    activity: str
    score: float
    reason: str


@dataclass(frozen=True, slots=True, eq=False)
class _Single:
    time: int
    event: Event
    unit: int
    run: Run
    interval: SampleInterval


class SingleJudge:
    """Judges events that no train explains.

    Parameters
    ----------
    around : Surroundings
    fs : float
    parameters : Parameters
    """

    def __init__(self, around: Surroundings, fs: float, parameters: Parameters) -> None:
        self._around, self._fs, self._p = around, fs, parameters
        times = [np.asarray(unit.times, dtype=np.int64) for unit in around.units]
        numbers = [np.full(len(t), n) for n, t in enumerate(times)]
        every = np.concatenate(times) if times else np.empty(0, np.int64)
        order = np.argsort(every, kind="stable")
        self._times = every[order]
        self._numbers = (np.concatenate(numbers) if numbers else np.empty(0, np.int64))[order]
        self._moments = np.empty(0, np.int64)
        self._beating: list[SampleInterval] = []

    def judged(self, items: list[LeftOver], *, in_will: bool = False) -> list[Verdict]:
        """Verdicts; of events that one potential covers the clearest stands for it.

        ``in_will``: units fire around them; only what is named comes back.
        """
        singles = self._parted(items)
        self._moments = np.array([single.time for single in singles], dtype=np.int64)
        self._beating = self._with_a_beat()
        found: list[Verdict] = []
        for group in self._pairs(singles):
            verdicts = [self._judge(single, group, in_will=in_will) for single in group]
            if len(group) == 2 and all(v.activity.startswith("fp") for v in verdicts):
                found.append(self._double(group, min(v.score for v in verdicts)))
            else:
                found += verdicts
        found = self._with_pops(found)
        limit = self._p.decide.least_snr_unnamed
        return [
            v
            for v in found
            if v.activity != "cannot_tell" or (not in_will and v.run.events[0].snr >= limit)
        ]

    def _with_pops(self, found: list[Verdict]) -> list[Verdict]:
        """Where an electrode pops, what has the flank or the one-sided decay alone is one, too."""
        if sum(v.activity == "art_pop" for v in found) < self._p.fp.pops_least:
            return found
        reason = "steep or with a one-sided decay, where the electrode pops"
        return [
            replace(v, activity="art_pop", score=0.5, reason=reason)
            if v.activity == "fp_simple" and (self._is_steep(v.run) or _one_sided(v.run, self._fs))
            else v
            for v in found
        ]

    def _parted(self, items: list[LeftOver]) -> list[_Single]:
        """One item for each potential, in order of time."""
        kept: list[_Single] = []
        for time, event, number in sorted(items, key=lambda item: -item[1].snr):
            single = self._measured(time, event, number)
            if not any(single.interval.overlaps(other.interval) for other in kept):
                kept.append(single)
        return sorted(kept, key=lambda single: single.time)

    def _measured(self, time: int, event: Event, number: int) -> _Single:
        # an event of a long train may have given its waveform up: its family has kept some
        family = self._around.units[number].relatives
        run = measured_run(
            number, [event], np.array([time]), self._fs, self._p, family, single=True
        )
        start = min(max(run.start, 0), self._around.length)
        stop = max(start, min(run.stop, self._around.length))
        return _Single(time, event, number, run, SampleInterval(start, stop))

    # -- double ------------------------------------------------------------------------------

    def _pairs(self, singles: list[_Single]) -> list[list[_Single]]:
        """Singles alone or with the one partner that follows within the time of a double."""
        f = self._p.fp
        low, high = (ms * self._fs / 1000 for ms in f.double_ms)
        gaps = np.diff([-np.inf, *(single.time for single in singles), np.inf])
        groups: list[list[_Single]] = []
        for k, single in enumerate(singles):
            if groups and groups[-1][-1] is single:
                continue
            alone = gaps[k] > high and gaps[min(k + 2, len(singles))] > high
            paired = alone and low <= gaps[k + 1] <= high
            if paired and self._alike_in_size(single, singles[k + 1]):
                groups.append([single, singles[k + 1]])
            else:
                groups.append([single])
        return groups

    def _alike_in_size(self, first: _Single, second: _Single) -> bool:
        low, high = sorted((abs(first.event.height), abs(second.event.height)))
        return high <= self._p.fp.double_ratio * low

    def _double(self, pair: list[_Single], score: float) -> Verdict:
        first, second = pair
        times = np.array([first.time, second.time], dtype=np.int64)
        run = Run(
            first.unit, [first.event, second.event], times, first.run.waveform, first.run.before,
            rhythm(times / self._fs),
        )  # fmt: skip
        gap_ms = (second.time - first.time) / self._fs * 1000
        same = "the same shape" if first.unit == second.unit else "another shape"
        reason = f"two discharges {gap_ms:.0f} ms apart, the second of {same}, else alone"
        hull = first.interval.hull(second.interval)
        for event in run.events:
            hull = hull.hull(SampleInterval(event.start, event.stop))
        return Verdict(run, hull, "fp_double", score, reason)

    # -- single ------------------------------------------------------------------------------

    def _judge(self, single: _Single, group: list[_Single], *, in_will: bool) -> Verdict:
        w = single.run.waveform
        if self._is_step(single):
            return self._verdict(single, "art_pop", 0.6, "step with a one-sided decay")
        doubt = self._doubt(single, in_will=in_will)
        if doubt:
            return self._verdict(single, "cannot_tell", 0.3, doubt)
        score = self._score(single, group, in_will=in_will)
        if score < self._p.decide.least_score:
            return self._verdict(single, "cannot_tell", 0.3, "single potential that fits no class")
        kind = "fp_complex" if w.n_phases >= self._p.fp.complex_phases else "fp_simple"
        reason = "alone, in quiet surroundings, without rhythm"
        if in_will:
            reason = "alone of its shape beside units that fire, and not their sum"
        return self._verdict(single, kind, score, reason)

    def _is_step(self, single: _Single) -> bool:
        """A flank steeper than any muscle's and a one-sided way back."""
        if single.run.waveform.amplitude_uv < self._p.fp.pop_uv:
            return False
        rise_ms, sample_ms = single.run.waveform.rise_ms, 1000 / self._fs
        # a sampled step takes up to two samples, with the flank of the filter before it three
        if rise_ms < max(self._p.fp.decay_ms, 3 * sample_ms) and _stays_up(
            single.event, self._p, self._fs
        ):
            return True
        if not self._is_steep(single.run):
            return False
        times = np.array([single.time])
        family = self._around.units[single.unit].relatives
        strict = measured_run(single.unit, [single.event], times, self._fs, self._p, family)
        return any(
            run.waveform.n_phases <= 3 and _one_sided(run, self._fs) for run in (single.run, strict)
        )

    def _is_steep(self, run: Run) -> bool:
        flank_ms = max(self._p.fp.decay_ms, 2000 / self._fs)  # a sampled step: up to two samples
        return run.waveform.rise_ms < flank_ms

    def _verdict(self, single: _Single, activity: str, score: float, reason: str) -> Verdict:
        return Verdict(single.run, single.interval, activity, score, reason)

    def _doubt(self, single: _Single, *, in_will: bool) -> str:
        """Why a single potential cannot be a fasciculation potential for sure."""
        f, run = self._p.fp, single.run
        # what is slow needs as much quiet before it to be told from a movement
        length = run.waveform.offset - run.waveform.onset
        before = max(f.part_ms * self._fs / 1000, 1.5 * length)
        if run.start <= before:
            return "too near the start of the recording or a gap"
        if self._in_a_burst(single.time):
            return "one of several unlike potentials close together"
        if any(stretch.contains(single.time) for stretch in self._beating):
            return "recurs with a beat, as tremor does"
        if single.run.waveform.n_phases > self._p.fp.most_phases:
            return "more phases than one potential has"
        if self._at_end_plate(single.unit, single.time):
            return "among or like end-plate spikes"
        if self._like_a_train(single):
            return "may be a discharge of a train around it"
        if not self._mostly_alone(single.unit):
            return "its shape fires in series elsewhere"
        if in_will and self._fs < self._p.gate.warn_below_hz:
            return f"shapes that fire together are not told apart at {self._fs:g} Hz"
        if in_will and self._fires(single):
            return "may be a discharge of the units that fire around it"
        return ""

    def _score(self, single: _Single, group: list[_Single], *, in_will: bool) -> float:
        f, w = self._p.fp, single.run.waveform
        alone = self._isolated(single, group)
        several = len(self._around.units[single.unit].times) > 1
        return (
            inside(w.duration_ms, f.duration_ms, 0.3)
            * inside(w.amplitude_uv, f.amplitude_uv)
            * at_most(w.main_width_ms, self._p.ecg.main_width_ms)
            * min(1.0, single.event.snr / f.snr)
            * (1.0 if alone else 0.3)
            * (0.85 if several else 0.75)
            * (f.will_factor if in_will else 1.0)
        )

    def _isolated(self, single: _Single, group: list[_Single]) -> bool:
        """No discharge of its shape near but those of its group."""
        reach = self._p.fp.isolation_s * self._fs
        first, last = np.searchsorted(self._times, [single.time - reach, single.time + reach])
        own = [other.interval for other in group]
        for k in range(int(first), int(last)):
            time, number = int(self._times[k]), int(self._numbers[k])
            if any(interval.start <= time <= interval.stop for interval in own):
                continue
            shape = self._around.units[number].shape
            if number == single.unit or train_gain(shape, single.event) > self._p.fp.same_gain:
                return False
        return True

    def _mostly_alone(self, number: int) -> bool:
        """Whether enough discharges of a shape are alone or in pairs, as will does not do it."""
        times = np.asarray(self._around.units[number].times, dtype=np.int64)
        reach = self._p.fp.isolation_s * self._fs
        near = np.searchsorted(times, times + reach) - np.searchsorted(times, times - reach)
        return bool(np.mean(near <= 2) >= self._p.fp.alone_share or len(times) < 4)

    def _fires(self, single: _Single) -> bool:
        """Whether a unit that fires around it, or two, explain the most of it."""
        near = self._near(self._around.voluntary, single)
        if any(run.unit == single.unit for run in near):
            return True
        heights = [self._around.units[run.unit].height for run in near]
        if abs(single.event.height) < self._p.fp.will_height * max(heights, default=0.0):
            return True
        return self._explained(near, single, self._p.fp.will_gain)

    def _near(self, runs: list[Run], single: _Single) -> list[Run]:
        reach = self._p.fp.context_s * self._fs
        return [run for run in runs if run.start - reach < single.time < run.stop + reach]

    def _explained(self, runs: list[Run], single: _Single, part: float) -> bool:
        """Whether runs that go on around it, one or two, are more than that part of it."""
        numbers = {run.unit for run in self._near(runs, single)}
        shapes = [self._around.units[number].shape for number in sorted(numbers)]
        return explained_by(shapes, single.event) > part

    def _with_a_beat(self) -> list[SampleInterval]:
        """Where potentials, or bursts of them, whatever their shapes, recur as in a tremor."""
        f, t = self._p.fp, self._moments
        first = np.diff(t, prepend=-np.inf) > f.burst_ms * self._fs / 1000
        heads = t[first]
        found = []
        for part in split_at_pauses(heads / self._fs, self._p.train.pause_factor, f.context_s):
            beat = rhythm(heads[part] / self._fs)
            if beat is None or beat.n < f.beat_n or beat.local_cv > f.beat_cv:
                continue
            if f.beat_hz[0] <= beat.rate_hz <= f.beat_hz[1]:
                reach = round(beat.median_s * self._fs)
                found.append(SampleInterval(int(heads[part[0]]), int(heads[part[-1]]) + reach))
        return found

    def _in_a_burst(self, time: int) -> bool:
        """Whether more than a partner lies near: neither alone nor double."""
        reach = round(self._p.fp.burst_ms * self._fs / 1000)
        first, last = np.searchsorted(self._moments, [time - reach, time + reach])
        return bool(last - first > 2)

    def _like_a_train(self, single: _Single) -> bool:
        """Whether a fibre's train goes on whose potentials are of that size and length."""
        limit = self._p.fp.train_ratio
        for train in self._around.fibre_trains:
            height = median_of([abs(e.height) for e in train.events[:50]])
            alike = abs(single.event.height) < limit * height
            if alike:
                gain = train_gain(self._around.units[train.unit].shape, single.event)
                alike = gain > self._p.superposition.least_gain
            as_long = single.run.waveform.duration_ms < limit * train.waveform.duration_ms
            if train.start < single.time < train.stop and alike and as_long:
                return True
        return self._explained(self._around.fibre_trains, single, self._p.superposition.pair_gain)

    def _at_end_plate(self, number: int, time: int) -> bool:
        """Whether end-plate spikes fire around that time, or elsewhere with that shape."""
        reach = self._p.fp.context_s * self._fs
        return any(
            run.unit == number or run.start - reach < time < run.stop + reach
            for run in self._around.end_plate
        )


def _one_sided(run: Run, fs: float) -> bool:
    """A tail of 3 ms or more that is at least eight times as long as the way to the peak."""
    w = run.waveform
    tail = w.offset - w.peak
    return tail > 0.003 * fs and 8 * (w.peak - w.onset) <= tail


def _stays_up(event: Event, p: Parameters, fs: float) -> bool:
    """Flat before its steepest flank and still high long after: told by means over half a ms.

    Where the decay ends in the noise does not matter.
    """
    if event.wave is None:
        return False
    f, part = p.fp, max(round(fs / 2000), 1)
    n = max(round(f.step_ms * fs / 1000 / part), 1)
    middle = round(p.template.wave_before_ms * fs / 1000)
    wave = event.wave.astype(np.float64)
    near = slice(max(middle - n * part, 0), middle + n * part)
    flank = near.start + int(np.argmax(np.abs(np.diff(wave[near]))))
    if flank < (n + 1) * part:
        return False
    rest = wave[flank - (n + 1) * part : flank - part].reshape(n, part).mean(axis=1)
    after = wave[flank + 1 + part : flank + 1 + (n + 1) * part].reshape(n, part).mean(axis=1)
    after -= np.median(wave[: flank - part])
    rest -= np.median(wave[: flank - part])
    height = float(after[0])
    low = f.step_before * abs(height)
    return bool((after * np.sign(height) >= abs(height) / 2).all() and (abs(rest) < low).all())
