"""What lies between two gaps: all channels together up to their bands, then each by itself."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass

import numpy as np
from numpy.typing import NDArray

from emgview.detection.bands import Bands, Frames
from emgview.detection.classify import Draft, SegmentClassifier
from emgview.detection.end_plate import is_of_hiss
from emgview.detection.events import EventStream
from emgview.detection.parameters import Parameters
from emgview.detection.patterns.claims import (
    ChannelPatterns,
    claimed,
    gives_way,
    of_movement,
    unclaimed_units,
)
from emgview.detection.patterns.find import Findings, Setting
from emgview.detection.patterns.found import Pattern
from emgview.detection.refusals import RailWatch
from emgview.detection.splitting import split_units
from emgview.detection.stretches import movement_stretches
from emgview.detection.templates import TemplateBank, Unit
from emgview.model import Channel, SampleInterval

Float = NDArray[np.float64]


@dataclass(frozen=True, slots=True, eq=False)
class Judged:
    """A channel that is judged.

    Parameters
    ----------
    number : int
        In the recording.
    channel : Channel
    rails : RailWatch
        Sees all its samples.
    withheld : mapping
        Classes that the channel does not let judge, each with the reason.
    """

    number: int
    channel: Channel
    rails: RailWatch
    withheld: Mapping[str, str]

    def microvolt(self, native: NDArray[np.generic], out: Float) -> None:
        """Microvolt, positive where the active electrode is.

        A file that does not tell is taken so. A sample that is not a number becomes the baseline
        and cannot be an event.
        """
        out[:] = native
        out *= self.channel.gain_uv
        out += self.channel.offset_uv
        if self.channel.inverted:
            np.negative(out, out=out)
        finite = np.isfinite(out)
        if not finite.all():
            out[~finite] = 0.0


class Segment:
    """All judged channels between two gaps.

    Parameters
    ----------
    start : int
        Sample of the recording at which it begins.
    judged : sequence of Judged
        At least one.
    fs : float
    setting : Setting
        Of the segment.
    parameters : Parameters
    """

    def __init__(
        self, start: int, judged: Sequence[Judged], fs: float, setting: Setting, p: Parameters
    ) -> None:
        self.start, self.length = start, 0
        self._judged = judged
        self._bands = Bands(len(judged), fs, p)
        self._waiting: list[NDArray[np.generic]] = []
        self._n_waiting = 0
        self.parts = {
            one.number: Part(self._bands, row, setting, one.withheld, p)
            for row, one in enumerate(judged)
        }

    def push(self, samples: NDArray[np.generic]) -> bool:
        """Take the next samples of the recording, (n, channels of the recording).

        Nothing can be told of them before a window of the mains is full: until then they wait.
        Tells whether they were worked on.
        """
        self.length += len(samples)
        self._waiting.append(samples)
        self._n_waiting += len(samples)
        if not self._bands.wants(self._n_waiting):
            return False
        self._hand_on(self._bands.push(self._taken()), final=False)
        return True

    def end(self) -> None:
        """Take the end of the segment."""
        if self._n_waiting:
            self._hand_on(self._bands.push(self._taken()), final=False)
        self._hand_on(self._bands.finish(), final=True)
        for part in self.parts.values():
            part.end()

    def _hand_on(self, frames: Frames, *, final: bool) -> None:
        for part in self.parts.values():
            part.take(frames, final=final)
        self._bands.forget(min(part.keeps_from for part in self.parts.values()))

    def _taken(self) -> Float:
        """What has waited, a row of microvolt for each channel."""
        waiting, self._waiting, self._n_waiting = self._waiting, [], 0
        native = waiting[0] if len(waiting) == 1 else np.concatenate(waiting)
        rows = np.empty((len(self._judged), len(native)))
        for row, one in zip(rows, self._judged, strict=True):
            one.microvolt(native[:, one.number], row)
            one.rails.push(row)
        return rows


class Part:
    """One channel of a segment.

    Parameters
    ----------
    bands : Bands
        Of all channels of the segment.
    row : int
        The channel's row in them.
    setting : Setting
    withheld : mapping
        Classes that the channel does not let judge, each with the reason.
    parameters : Parameters
    """

    def __init__(
        self,
        bands: Bands,
        row: int,
        setting: Setting,
        withheld: Mapping[str, str],
        p: Parameters,
    ) -> None:
        self._fs, self._p, self._withheld = bands.fs, p, withheld
        self._stream = EventStream(bands, row, p)
        stride = max(1, int(bands.fs / p.template.rate_hz))
        self._bank = TemplateBank(self._stream.shape_rate_hz, stride, p)
        self._patterns = ChannelPatterns(self._stream.trace, setting, p)
        self._units: list[Unit] | None = None
        self._found: tuple[int, Findings] | None = None
        self.anchors: list[int] = []

    @property
    def keeps_from(self) -> int:
        """Sample from which on the bands are still wanted."""
        return self._stream.keeps_from

    def take(self, frames: Frames, *, final: bool) -> None:
        """Take the next frames."""
        for event in self._stream.take(frames, final=final):
            self._bank.add(event)
            self.anchors.append(event.anchor)
        if not final:
            self._patterns.advance()

    def end(self) -> None:
        """Nothing more comes."""
        self._units = self._bank.finish()

    def findings(self, *, anew: bool) -> Findings:
        """Discharge patterns until now, after :meth:`end` to the last sample.

        ``anew``: those of the latest activity, too, as far as it has grown much. The same object
        as before where nothing has changed.
        """
        exact, n_blocks = self._units is not None, self._stream.trace.n_blocks
        if exact or anew or self._found is None or self._found[0] != n_blocks:
            self._found = n_blocks, self._patterns.so_far(exact=exact, anew=anew)
        return self._found[1]

    def drafts(self, patterns: list[Pattern], length: int, since: int = 0) -> list[Draft]:
        """Patterns first, then what they leave; before :meth:`end` from the events until now.

        ``length``: of the segment, samples.
        """
        units = self._bank.peek(since) if self._units is None else self._units
        levels, fs, p = self._stream.levels, self._fs, self._p
        moved = movement_stretches(levels, length, fs, p)
        patterns = [pattern for pattern in patterns if not of_movement(pattern, moved, p)]
        drafts = self._beside(patterns, units, length)
        hiss = [draft.interval for draft in drafts if draft.activity == "epn"]
        heard = [pattern for pattern in patterns if not is_of_hiss(pattern, hiss, fs, p)]
        if len(heard) < len(patterns):
            patterns, drafts = heard, self._beside(heard, units, length)
        return drafts + [_pattern_draft(pattern, length) for pattern in patterns]

    def _beside(self, patterns: list[Pattern], units: list[Unit], length: int) -> list[Draft]:
        """What the patterns leave to the other classes."""
        claims, fs, p = claimed(patterns), self._fs, self._p
        rest = split_units(unclaimed_units(units, claims), fs, p)
        judge = SegmentClassifier(rest, self._stream.levels, length, fs, p, self._withheld)
        return [d for d in judge.drafts() if not gives_way(d.interval, claims, p)]


def _pattern_draft(pattern: Pattern, length: int) -> Draft:
    i = pattern.interval
    interval = SampleInterval(min(i.start, length), min(i.stop, length))
    score = round(pattern.score, 3)
    return Draft(pattern.activity, score, interval, None, True, pattern.reasons, pattern)
