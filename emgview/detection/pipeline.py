"""The detector: chunks in, one run of proposals out.

Pure over chunks with explicit state: the same proposals whatever the cut points, live or from a
file. It runs in any one worker thread; nothing here is shared.
"""

from __future__ import annotations

import hashlib

from emgview.detection.classify import Draft
from emgview.detection.parameters import Parameters, default_parameters
from emgview.detection.patterns.claims import with_synchrony
from emgview.detection.patterns.find import Findings, setting_of
from emgview.detection.patterns.found import Pattern
from emgview.detection.refusals import (
    RailWatch,
    channel_remark,
    gap_reason,
    rail_refusal,
    withheld_classes,
)
from emgview.detection.runs import Run
from emgview.detection.segments import Judged, Segment
from emgview.model import (
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
VERSION = "2.3"


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
        least = round(self._p.gate.rail_ms * info.sampling_rate_hz / 1000)
        self._channels = [
            Judged(
                c,
                info.channels[c],
                RailWatch(least),
                withheld_classes(info.channels[c], self._p),
            )
            for c in self._judged
        ]
        self._segment: Segment | None = None
        self._found: tuple[dict[int, Findings], dict[int, list[Pattern]]] = ({}, {})
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

    def push(self, chunk: Chunk) -> bool:
        """Take the next samples; a jump of the sample number starts a new segment.

        Tells whether there may be something new to say: samples wait until they make a window.
        """
        if not self._channels:
            return False
        if chunk.start_sample != self._next:
            self._end_segment()
        if self._segment is None:
            fs, start = self._info.sampling_rate_hz, chunk.start_sample
            setting = self._setting.from_sample(start)
            self._segment = Segment(start, self._channels, fs, setting, self._p)
        self._next = chunk.stop_sample
        return self._segment.push(chunk.samples)

    def n_events(self, channel: int) -> int:
        """Number of the :meth:`events_so_far`."""
        segment = self._segment
        if segment is None or channel not in segment.parts:
            return 0
        return len(segment.parts[channel].anchors)

    def events_so_far(self, channel: int) -> tuple[int, ...]:
        """Samples of the events of a channel since the last gap, as far as they are certain."""
        segment = self._segment
        if segment is None or channel not in segment.parts:
            return ()
        return tuple(anchor + segment.start for anchor in segment.parts[channel].anchors)

    def seek_patterns(self, channel: int) -> None:
        """Seek the discharge patterns of a channel until now, for the next :meth:`so_far`."""
        if self._segment is not None and channel in self._segment.parts:
            self._patterns(self._segment, (channel,))

    def so_far(self, channel: int, since: int = 0) -> tuple[Proposal, ...]:
        """What would be proposed for a channel if the segment ended now; changes nothing.

        Parameters
        ----------
        since : int
            Earlier events of the segment are left out; stretches are judged from its start.

        Discharge patterns are those that :meth:`seek_patterns` found, and those of blocks that
        have become full.
        """
        segment = self._segment
        if segment is None or channel not in segment.parts:
            return ()
        found = self._patterns(segment, ())
        part = segment.parts[channel]
        drafts = part.drafts(found[channel], segment.length, since - segment.start)
        return tuple(self._proposal(channel, segment.start, draft) for draft in drafts)

    @property
    def settled(self) -> tuple[Proposal, ...]:
        """Proposals of the segments that a gap has ended: they do not change any more."""
        return tuple(self._proposals)

    def finish(self) -> DetectionRun:
        """Close the last segment; give everything."""
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
        for one in self._channels:
            refusal = rail_refusal(one.number, one.channel.label, one.rails, self._p)
            if lost:
                refusal = ChannelRefusal(one.number, f"{one.channel.label}: {lost}")
            if refusal is not None:
                others = (r for r in self._remarks if r.channel != one.number)
                self._remarks = (*others, refusal)
        refused = {remark.channel for remark in self._remarks if remark.refused}
        self._judged = tuple(c for c in self._judged if c not in refused)
        self._proposals = [p for p in self._proposals if p.channel not in refused]
        if not self._judged:
            self._examined = []

    def _end_segment(self) -> None:
        segment, self._segment = self._segment, None
        if segment is None:
            return
        segment.end()
        patterns = self._patterns(segment, self._judged)
        for c, part in segment.parts.items():
            for draft in part.drafts(patterns[c], segment.length):
                self._proposals.append(self._proposal(c, segment.start, draft))
        if segment.length:
            start = segment.start
            self._examined.append(SampleInterval(start, start + segment.length))

    def _patterns(self, segment: Segment, anew: tuple[int, ...]) -> dict[int, list[Pattern]]:
        """Patterns of a segment in each channel, in some sought anew."""
        found = {c: part.findings(anew=c in anew) for c, part in segment.parts.items()}
        before, patterns = self._found
        if before.keys() == found.keys() and all(before[c] is found[c] for c in found):
            return patterns
        patterns = with_synchrony(found, self._info.sampling_rate_hz, self._p)
        self._found = found, patterns
        return patterns

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


def _digest(prefix: str, key: str) -> str:
    return prefix + hashlib.sha256(key.encode()).hexdigest()[:20]


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
