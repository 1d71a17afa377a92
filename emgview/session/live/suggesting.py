"""The detector beside the recording: it may lag, says by how much, and holds nobody up."""

from __future__ import annotations

import threading
from collections import deque
from collections.abc import Callable
from dataclasses import dataclass, replace
from functools import partial
from time import monotonic
from typing import TYPE_CHECKING, Any

import numpy as np
from numpy.typing import NDArray

from emgview.model import Chunk, DetectionRun, Proposal, RecordingInfo
from emgview.session.live.crew import Crew, Job
from emgview.session.live.revising import Revision, revisions

if TYPE_CHECKING:
    from emgview.detection.live import ClassCount, LiveDetector

PUSH_S = 0.03
"""So much signal is judged at a time."""

_QUEUE_S = 60.0
_KEEPS_UP_S = 0.3
_QUIET_S = 2.0
_DUTY = 0.1  # at most this part of the time goes into looks at all events
_MOST_REVISED = 100
_SPARE_S = 0.2  # such a look begins right after new events: for half a second there are no others


@dataclass(frozen=True, slots=True)
class Suggested:
    """What the detector says so far of one recording.

    Parameters
    ----------
    proposals : tuple of Proposal
        In samples of the recording.
    counts : tuple of ClassCount
    judged_s : float
        Seconds of signal that were judged: the denominator of the counts.
    base : int
        Absolute sample at which the recording begins.
    remarks : tuple of str
        Channels that are not judged, or with a warning, each with its reason.
    judges : bool
        Whether any channel is judged; if not, nothing here says that nothing is there.
    revised : tuple of Revision
        The newest suggestions that were superseded, the last one last.
    n_revised : int
        How many were in all.
    """

    proposals: tuple[Proposal, ...] = ()
    counts: tuple[ClassCount, ...] = ()
    judged_s: float = 0.0
    base: int = 0
    remarks: tuple[str, ...] = ()
    judges: bool = True
    revised: tuple[Revision, ...] = ()
    n_revised: int = 0

    def followed_by(self, proposals: tuple[Proposal, ...]) -> Suggested:
        """With newer proposals; what they supersede is kept as history."""
        fresh = revisions(self.proposals, proposals)
        return replace(
            self,
            proposals=proposals,
            revised=(*self.revised, *fresh)[-_MOST_REVISED:],
            n_revised=self.n_revised + len(fresh),
        )


class Suggester:
    """Judges one recording while it grows, on a thread that does nothing else meanwhile.

    :meth:`offer` belongs to the acquisition thread.

    Parameters
    ----------
    info : RecordingInfo
    base : int
        Absolute sample of the recording's first one; set by :meth:`begin_at` too.
    changed : callable
        Called on the detector's thread when there is something new.
    """

    def __init__(
        self, info: RecordingInfo, changed: Callable[[Suggested], None], base: int = 0
    ) -> None:
        self._info, self._changed, self._base = info, changed, base
        self._queue: deque[tuple[NDArray[Any], int, float]] = deque()
        self._queued = 0
        self._lock = threading.Lock()
        self._some = threading.Event()
        self._ending = False
        self._cancelled = False
        self._skipped = 0
        self._judged = 0
        self._lags: deque[float] = deque(maxlen=256)
        self._shown_after: deque[float] = deque(maxlen=256)
        self._changed_at = 0.0
        self._unseen_since: float | None = None  # arrival of the first block that may tell more
        self.latest = Suggested(base=base)
        self.run: DetectionRun | None = None
        self._job: Job | None = None

    def begin_at(self, base: int) -> None:
        """The recording begins at that absolute sample. Before the first offer."""
        self._base = base
        self.latest = replace(self.latest, base=base)

    def start(self, crew: Crew) -> None:
        """Begin to judge, in one of these threads."""
        self._job = crew.begin(self._work)

    @property
    def lag_s(self) -> float:
        """Signal that has come and is not judged."""
        return self._queued / self._info.sampling_rate_hz

    @property
    def skipped(self) -> int:
        """Samples that were not judged because the detector was too late."""
        return self._skipped

    def history(self) -> tuple[str, ...]:
        """What was suggested under another name before, in words; after :meth:`finish`."""
        told = self.latest
        texts = tuple(one.text(self._info) for one in told.revised)
        left_out = told.n_revised - len(texts)
        more = (f"{left_out} earlier revisions of suggestions are not listed",) if left_out else ()
        return (*more, *texts)

    def lag_p95_s(self) -> float:
        """From a sample's arrival to its being judged, 95 of 100 times less."""
        lags = list(self._lags.copy())
        return float(np.quantile(lags, 0.95)) if lags else 0.0

    def shown_after_p95_s(self) -> float:
        """From the arrival of what completes the evidence to the suggestion, likewise.

        An upper bound: counted from the first block since the look before.
        """
        ages = list(self._shown_after.copy())
        return float(np.quantile(ages, 0.95)) if ages else 0.0

    def offer(self, samples: NDArray[Any], start: int) -> None:
        """Samples (n, n_channels) from an absolute position on; returns at once."""
        with self._lock:
            if self._queued > _QUEUE_S * self._info.sampling_rate_hz:
                self._skipped += len(samples)
                return
            self._queue.append((samples, start - self._base, monotonic()))
            self._queued += len(samples)
            enough = self._queued >= PUSH_S * self._info.sampling_rate_hz
        if enough:
            self._some.set()

    def lost_until(self, stop: int) -> None:
        """Nothing is judged of what did not come."""

    def end(self) -> None:
        """Nothing more comes."""
        self._ending = True
        self._some.set()

    def give_up(self) -> None:
        """Leave what waits: there will be no run."""
        self._cancelled = True
        self.end()

    def finish(self, timeout_s: float | None = None) -> DetectionRun | None:
        """Judge what waits and give the run; None where that was not done in time."""
        self.end()
        self._ended_within(timeout_s)
        return self.run

    def cancel(self, timeout_s: float = 2.0) -> bool:
        """Leave everything; tells whether the thread has ended in time."""
        self.give_up()
        return self._ended_within(timeout_s)

    def _ended_within(self, timeout_s: float | None) -> bool:
        return self._job is None or self._job.join(timeout_s)

    # -- detector thread ---------------------------------------------------------------------

    def _work(self) -> None:
        from emgview.detection.live import LiveDetector  # loaded when wanted: start of the program

        detector = LiveDetector(self._info)
        self.latest = replace(
            self.latest,
            remarks=tuple(remark.reason for remark in detector.remarks),
            judges=bool(detector.judged_channels),
        )
        rest_until = 0.0
        while not self._cancelled:
            self._some.wait(0.2)
            self._some.clear()
            ending = self._ending
            self._judge(detector)
            if ending and not self._queue:
                if not self._cancelled:
                    self.run = detector.finish()
                    self.latest = self.latest.followed_by(tuple(self.run.proposals))
                return
            if self._unseen_since is None or self.lag_s >= _KEEPS_UP_S:
                self.latest = replace(self.latest, judged_s=self._judged_s)
                continue
            self._look(detector, detector.look)
            now = monotonic()
            if now >= rest_until and self.lag_s < _SPARE_S:
                quiet = now - self._changed_at > _QUIET_S
                self._look(detector, partial(detector.look_at_all, at_rest=quiet))
                rest_until = now + (monotonic() - now) / _DUTY

    def _judge(self, detector: LiveDetector) -> None:
        """Everything that waits, joined where it is seamless."""
        with self._lock:
            waiting = list(self._queue)
            self._queue.clear()
        while waiting and not self._cancelled:
            start, came = waiting[0][1], waiting[0][2]
            parts, stop = [], start
            while waiting and waiting[0][1] == stop and stop - start < self._most():
                parts.append(waiting.pop(0)[0])
                stop += len(parts[-1])
            if detector.push(Chunk(np.concatenate(parts), start)) and self._unseen_since is None:
                self._unseen_since = came
            with self._lock:
                self._queued -= stop - start
                self._judged += stop - start
            self._lags.append(monotonic() - came)

    @property
    def _judged_s(self) -> float:
        return self._judged / self._info.sampling_rate_hz

    def _most(self) -> int:
        return max(round(self._info.sampling_rate_hz), 1)

    def _look(self, detector: LiveDetector, look: Callable[[], bool]) -> None:
        changed = look()
        since, self._unseen_since = self._unseen_since, None
        if not changed:
            self.latest = replace(self.latest, judged_s=self._judged_s)
            return
        self._changed_at = monotonic()
        self.latest = replace(
            self.latest.followed_by(detector.proposals()),
            counts=detector.counts(),
            judged_s=self._judged_s,
        )
        self._changed(self.latest)
        if since is not None:
            self._shown_after.append(monotonic() - since)
