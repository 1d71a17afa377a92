"""The detector: chunks in, one run of proposals out.

Pure over chunks with explicit state: the same proposals whatever the cut points, live or from a
file. It runs in any one worker thread; nothing here is shared.
"""

from __future__ import annotations

import hashlib

import numpy as np
from numpy.typing import NDArray

from emgview.detection.classify import Draft, SegmentClassifier
from emgview.detection.events import EventStream
from emgview.detection.parameters import Parameters, default_parameters
from emgview.detection.patterns.claims import (
    ChannelPatterns,
    claimed,
    gives_way,
    of_movement,
    unclaimed_units,
    with_synchrony,
)
from emgview.detection.patterns.find import Findings, Setting, setting_of
from emgview.detection.patterns.found import Pattern
from emgview.detection.refusals import (
    RailWatch,
    channel_remark,
    gap_reason,
    rail_refusal,
    withheld_classes,
)
from emgview.detection.runs import Run
from emgview.detection.splitting import split_units
from emgview.detection.stretches import movement_stretches
from emgview.detection.templates import TemplateBank, Unit
from emgview.model import (
    Channel,
    ChannelRefusal,
    Chunk,
    DetectionRun,
    Evidence,
    Potential,
    Proposal,
    RecordingInfo,
    SampleInterval,
)

NAME = "emgview-templates"
VERSION = "2.1"


class _Segment:
    """One channel between two gaps."""

    def __init__(
        self, start: int, fs: float, p: Parameters, setting: Setting, withheld: dict[str, str]
    ) -> None:
        self.start, self.length = start, 0
        self._fs, self._p, self._withheld = fs, p, withheld
        self._stream = EventStream(fs, p)
        stride = max(1, int(fs / p.template.rate_hz))
        self._bank = TemplateBank(self._stream.shape_rate_hz, stride, p)
        self._patterns = ChannelPatterns(self._stream.trace, setting, p)
        self._units: list[Unit] | None = None
        self.anchors: list[int] = []

    def push(self, samples: NDArray[np.float64]) -> None:
        self.length += len(samples)
        for event in self._stream.push(samples):
            self._bank.add(event)
            self.anchors.append(event.anchor)
        self._patterns.advance()

    def end(self) -> None:
        """Take the end of the segment."""
        for event in self._stream.finish():
            self._bank.add(event)
        self._units = self._bank.finish()

    def findings(self, *, anew: bool) -> Findings:
        """Discharge patterns until now, after :meth:`end` to the last sample.

        ``anew``: those of the latest activity, too, as far as it has grown much.
        """
        return self._patterns.so_far(exact=self._units is not None, anew=anew)

    def drafts(self, patterns: list[Pattern], since: int = 0) -> list[Draft]:
        """Patterns first, then what they leave; before :meth:`end` from the events until now."""
        units = self._bank.peek(since) if self._units is None else self._units
        moved = movement_stretches(self._stream.levels, self.length, self._fs, self._p)
        patterns = [pattern for pattern in patterns if not of_movement(pattern, moved, self._p)]
        claims = claimed(patterns)
        rest = split_units(unclaimed_units(units, claims), self._fs, self._p)
        drafts = SegmentClassifier(
            rest, self._stream.levels, self.length, self._fs, self._p, self._withheld
        ).drafts()
        drafts = [d for d in drafts if not gives_way(d.interval, claims, self._p)]
        return drafts + [_pattern_draft(pattern, self.length) for pattern in patterns]


class Detector:
    """Judges one recording.

    Parameters
    ----------
    info : RecordingInfo
        Of the recording that the chunks belong to (``n_samples`` is not used).
    parameters : Parameters, optional
    """

    def __init__(self, info: RecordingInfo, parameters: Parameters | None = None) -> None:
        self._info = info
        self._p = parameters or default_parameters()
        self._hash = self._p.sha256()
        remarks = (channel_remark(c, info, self._p) for c in range(len(info.channels)))
        self._remarks = tuple(remark for remark in remarks if remark is not None)
        refused = {remark.channel for remark in self._remarks if remark.refused}
        self._judged = tuple(c for c in range(len(info.channels)) if c not in refused)
        self._setting = setting_of(info)
        self._withheld = {c: withheld_classes(info.channels[c], self._p) for c in self._judged}
        least = round(self._p.gate.rail_ms * info.sampling_rate_hz / 1000)
        self._rails = {c: RailWatch(least) for c in self._judged}
        self._segments: dict[int, _Segment] = {}
        self._examined: list[SampleInterval] = []
        self._proposals: list[Proposal] = []
        self._next = 0

    @property
    def remarks(self) -> tuple[ChannelRefusal, ...]:
        """Channels refused or judged with a warning."""
        return self._remarks

    @property
    def judged_channels(self) -> tuple[int, ...]:
        """Channels that are judged."""
        return self._judged

    def push(self, chunk: Chunk) -> None:
        """Take the next samples; a jump of the sample number starts a new segment."""
        if self._segments and chunk.start_sample != self._next:
            self._end_segment()
        if not self._segments:
            fs = self._info.sampling_rate_hz
            start = chunk.start_sample
            setting = self._setting.from_sample(start)
            self._segments = {
                c: _Segment(start, fs, self._p, setting, self._withheld[c]) for c in self._judged
            }
        self._next = chunk.stop_sample
        for c, segment in self._segments.items():
            channel = self._info.channels[c]
            samples = _microvolt(chunk.samples[:, c], channel)
            self._rails[c].push(samples)
            segment.push(samples)

    def events_so_far(self, channel: int) -> tuple[int, ...]:
        """Samples of the events of a channel since the last gap, as far as they are certain."""
        segment = self._segments.get(channel)
        if segment is None:
            return ()
        return tuple(anchor + segment.start for anchor in segment.anchors)

    def so_far(
        self, channel: int, since: int = 0, *, patterns: bool = True
    ) -> tuple[Proposal, ...]:
        """What would be proposed for a channel if the segment ended now; changes nothing.

        Parameters
        ----------
        since : int
            Earlier events of the segment are left out; stretches are judged from its start.
        patterns : bool
            Whether discharge patterns are sought anew, which takes longer; else those that were
            found before stay.
        """
        segment = self._segments.get(channel)
        if segment is None:
            return ()
        found = self._patterns((channel,) if patterns else ())
        drafts = segment.drafts(found[channel], since - segment.start)
        return tuple(self._proposal(channel, segment.start, draft) for draft in drafts)

    @property
    def settled(self) -> tuple[Proposal, ...]:
        """Proposals of the segments that a gap has ended: they do not change any more."""
        return tuple(self._proposals)

    def finish(self) -> DetectionRun:
        """Close the last segment; give everything."""
        if self._segments:
            self._end_segment()
        self._refuse_afterwards()
        text = self._p.canonical()
        run_key = f"{self._info.id}|{NAME}|{VERSION}|{self._hash}|{self._examined}"
        return DetectionRun(
            id=_digest("run", run_key),
            recording_id=self._info.id,
            detector=NAME,
            version=VERSION,
            parameters=text,
            parameters_hash=self._hash,
            examined=tuple(self._examined),
            examined_channels=self._judged,
            remarks=self._remarks,
            proposals=tuple(sorted(self._proposals, key=lambda p: (p.interval, p.channel, p.id))),
        )

    def _refuse_afterwards(self) -> None:
        """Refuse what only the whole recording shows; its proposals are dropped."""
        lost = gap_reason(self._examined, self._p)
        for c in self._judged:
            label = self._info.channels[c].label
            refusal = rail_refusal(c, label, self._rails[c], self._p)
            if lost:
                refusal = ChannelRefusal(c, f"{label}: {lost}")
            if refusal is not None:
                self._remarks = (*(r for r in self._remarks if r.channel != c), refusal)
        refused = {remark.channel for remark in self._remarks if remark.refused}
        self._judged = tuple(c for c in self._judged if c not in refused)
        self._proposals = [p for p in self._proposals if p.channel not in refused]
        if not self._judged:
            self._examined = []

    def _end_segment(self) -> None:
        length = 0
        for segment in self._segments.values():
            segment.end()
        patterns = self._patterns(self._judged)
        for c, segment in self._segments.items():
            length = segment.length
            for draft in segment.drafts(patterns[c]):
                self._proposals.append(self._proposal(c, segment.start, draft))
        start = next(iter(self._segments.values())).start
        if length:
            self._examined.append(SampleInterval(start, start + length))
        self._segments = {}

    def _patterns(self, anew: tuple[int, ...]) -> dict[int, list[Pattern]]:
        """Patterns of the present segment in each channel, in some sought anew."""
        found = {c: segment.findings(anew=c in anew) for c, segment in self._segments.items()}
        return with_synchrony(found, self._info.sampling_rate_hz, self._p)

    def _proposal(self, channel: int, offset: int, draft: Draft) -> Proposal:
        potentials = tuple(
            Potential(p.interval.shifted(offset), p.peak_sample + offset, p.score)
            for p in _potentials_of(draft)
        )
        key = "|".join(
            [self._info.id, str(channel), VERSION, self._hash, draft.activity]
            + [str(p.peak_sample) for p in potentials]
            + [str(draft.interval.start + offset), str(draft.interval.stop + offset)]
        )
        identifier = _digest("p", key)
        return Proposal(
            id=identifier,
            recording_id=self._info.id,
            channel=channel,
            interval=draft.interval.shifted(offset),
            potentials=potentials,
            activity=draft.activity,
            score=draft.score,
            evidence=_evidence(draft),
            detector=NAME,
            version=VERSION,
            parameters_hash=self._hash,
            train_id=f"t{identifier[1:]}" if draft.is_train else None,
        )


def _microvolt(native: NDArray[np.generic], channel: Channel) -> NDArray[np.float64]:
    """Microvolt, positive where the active electrode is.

    A file that does not tell is taken so. A sample that is not a number becomes the baseline and
    cannot be an event.
    """
    samples = native.astype(np.float64) * channel.gain_uv + channel.offset_uv
    if channel.inverted:
        samples = -samples
    return np.nan_to_num(samples, nan=0.0, posinf=0.0, neginf=0.0)


def _digest(prefix: str, key: str) -> str:
    return prefix + hashlib.sha256(key.encode()).hexdigest()[:20]


def _pattern_draft(pattern: Pattern, length: int) -> Draft:
    i = pattern.interval
    interval = SampleInterval(min(i.start, length), min(i.stop, length))
    score = round(pattern.score, 3)
    return Draft(pattern.activity, score, interval, None, True, pattern.reasons, pattern)


def _potentials_of(draft: Draft) -> list[Potential]:
    if draft.pattern is not None:
        places = draft.pattern.potentials(draft.interval)
        return [Potential(SampleInterval(a, b), peak, draft.score) for a, peak, b in places]
    return _potentials(draft.run, draft.score) if draft.run else []


def _potentials(run: Run, score: float) -> list[Potential]:
    """Potentials of a run: the extent of its waveform laid at each discharge."""
    w, found = run.waveform, []
    for event, time in zip(run.events, run.times.tolist(), strict=True):
        base = time - run.before
        if run.rhythm is None and len(run.events) > 1:
            found.append(Potential(SampleInterval(event.start, event.stop), event.anchor, score))
            continue
        start = max(base + w.onset, 0)
        found.append(Potential(SampleInterval(start, base + w.offset), base + w.peak, score))
    return found


def _evidence(draft: Draft) -> Evidence:
    if draft.pattern is not None:
        return draft.pattern.evidence(draft.interval)
    if draft.run is None:
        return Evidence(n_potentials=0, reasons=draft.reasons)
    run, w, r = draft.run, draft.run.waveform, draft.run.rhythm
    return Evidence(
        first_deflection=w.first_deflection,
        duration_ms=round(w.duration_ms, 3),
        amplitude_uv=round(w.amplitude_uv, 2),
        phases=w.n_phases,
        rate_hz=round(r.rate_hz, 3) if r else None,
        interval_cv=round(r.local_cv, 4) if r else None,
        n_potentials=len(run.events),
        snr=round(run.snr, 2),
        reasons=draft.reasons,
    )
