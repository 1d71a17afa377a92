"""The acquisition thread: samples from a source to the ring, and on to whoever listens.

Nothing here waits for a view, the detector or the disk: a listener takes what it is offered into
a queue of its own, or leaves it.
"""

from __future__ import annotations

import logging
import threading
from collections import deque
from collections.abc import Callable
from dataclasses import dataclass
from time import monotonic
from typing import Any, Protocol

import numpy as np
from numpy.typing import NDArray

from emgview.errors import EmgviewError
from emgview.model import RecordingInfo
from emgview.recording import RingBuffer
from emgview.session.live.states import LiveState, StateMachine
from emgview.sources.live import (
    Block,
    LiveFormat,
    LiveSource,
    SourceEndedError,
    SourceLostError,
)
from emgview.sources.live.protocol import check_block

_LOG = logging.getLogger(__name__)

RING_S = 600.0
RING_BYTES = 2**30
READ_S = 0.05
RETRY_S = 0.5
CLOSE_S = 2.0
_RATE_WINDOW_S = 5.0
_CLOCK_SECONDS = 30


class Listener(Protocol):
    """Whoever gets every block; all on the acquisition thread, none may wait."""

    def offer(self, samples: NDArray[Any], start: int) -> None:
        """Samples (n, n_channels) from an absolute position on; missing ones are lost."""

    def lost_until(self, stop: int) -> None:
        """Everything up to there has passed, though nothing came."""


@dataclass(frozen=True, slots=True)
class Happening:
    """Something that a person, and the log of the study, should know.

    ``level``: ``red`` (samples are being lost), ``note`` or ``clear`` (what was red is over).
    """

    level: str
    text: str


@dataclass(frozen=True, slots=True)
class Counts:
    """Figures of the source, as of now.

    ``age_s``: since the newest sample arose, by the clock of the source; infinite before the first.
    ``silence_s``: since something came.
    """

    samples: int
    lost: int
    not_numbers: int
    rate_hz: float
    age_s: float
    silence_s: float
    gaps: int


class SourceClock:
    """When a sample arose, told by the earliest arrivals: those that were not late.

    Parameters
    ----------
    rate_hz : float
        Nominal rate of the source; its drift against this computer's clock is followed.
    """

    def __init__(self, rate_hz: float) -> None:
        self._rate_hz = rate_hz
        self._earliest: deque[tuple[int, float]] = deque(maxlen=_CLOCK_SECONDS)

    def came(self, head: int, now: float) -> None:
        """Samples up to ``head`` have come by now."""
        origin, second = now - head / self._rate_hz, int(now)
        if self._earliest and self._earliest[-1][0] == second:
            self._earliest[-1] = second, min(self._earliest[-1][1], origin)
        else:
            self._earliest.append((second, origin))

    def age_s(self, head: int, now: float) -> float:
        """Since the sample before ``head`` arose."""
        origins = [origin for _, origin in self._earliest.copy()]
        return max(now - min(origins) - head / self._rate_hz, 0.0) if origins else 0.0


class Acquisition:
    """One source while it is open.

    Parameters
    ----------
    source : LiveSource
    changed : callable
        Called with each new state, on any thread.
    happened : callable
        Called with a :class:`Happening`, on any thread.
    ring_s : float
        Length of the ring; shorter where that would take more than 1 GB.
    """

    def __init__(
        self,
        source: LiveSource,
        *,
        changed: Callable[[LiveState], None],
        happened: Callable[[Happening], None],
        ring_s: float = RING_S,
    ) -> None:
        self._source, self._happened, self._ring_s = source, happened, ring_s
        self.states = StateMachine(changed)
        self._stop = threading.Event()
        self._lock = threading.Lock()
        self._listeners: list[Listener] = []
        self._recording = False
        self.ring: RingBuffer | None = None
        self.format: LiveFormat | None = None
        self.info: RecordingInfo | None = None
        self.error: EmgviewError | None = None
        self._lost = self._nan = self._gaps = 0
        self._came_at = 0.0
        self._clock = SourceClock(1.0)
        self._arrivals: deque[tuple[float, int]] = deque()
        self._opened = threading.Event()
        self._held_back = threading.Event()
        self._held_back.set()
        self._thread = threading.Thread(target=self._run, name="emgview-acquisition", daemon=True)

    # -- any thread --------------------------------------------------------------------------

    @property
    def state(self) -> LiveState:
        """Where it stands."""
        return self.states.state

    def hold(self) -> None:
        """Take no sample until :meth:`go`, so that a listener can have the first one."""
        self._held_back.clear()

    def go(self) -> None:
        """Take what the source has."""
        self._held_back.set()

    def start(self) -> None:
        """Begin to connect."""
        self.states.to(LiveState.CONNECTING)
        self._thread.start()

    def wait_until_open(self, timeout_s: float) -> bool:
        """Whether samples can come (or it has failed, see :attr:`error`) within the time."""
        return self._opened.wait(timeout_s)

    def stop(self, timeout_s: float = CLOSE_S) -> bool:
        """Close the source and end the thread; tells whether that was done in time."""
        self._stop.set()
        self._held_back.set()
        if self._thread.is_alive():
            self._thread.join(timeout_s)
        return not self._thread.is_alive()

    @property
    def running(self) -> bool:
        """Whether the thread is at work."""
        return self._thread.is_alive()

    def attach(self, listener: Listener, placed: Callable[[int], None] | None = None) -> int:
        """Let a listener have all from now on; gives the absolute sample it begins with.

        ``placed`` is told the same before the first block can come.
        """
        with self._lock:
            head = self.ring.head if self.ring is not None else 0
            if placed is not None:
                placed(head)
            self._listeners.append(listener)
        return head

    def detach(self, listener: Listener) -> int:
        """No more for that listener; gives the absolute sample after its last one."""
        with self._lock:
            if listener in self._listeners:
                self._listeners.remove(listener)
            return self.ring.head if self.ring is not None else 0

    def exchange(self, old: Listener | None, new: Listener, placed: Callable[[int], None]) -> int:
        """One listener goes on where the other ends: no sample between them, none twice."""
        with self._lock:
            head = self.ring.head if self.ring is not None else 0
            placed(head)
            if old in self._listeners:
                self._listeners.remove(old)
            self._listeners.append(new)
        return head

    def set_recording(self, recording: bool) -> None:
        """Tell the state what goes on; while the source is lost it is taken up at its return."""
        self._recording = recording
        wanted = LiveState.RECORDING if recording else LiveState.PREVIEWING
        present = LiveState.PREVIEWING if recording else LiveState.RECORDING
        self.states.to_if(wanted, present)

    def counts(self) -> Counts:
        """Figures, as of now."""
        now = monotonic()
        arrivals = list(self._arrivals.copy())
        rate = 0.0
        if len(arrivals) > 1 and now - arrivals[-1][0] < 1.0:
            span = arrivals[-1][0] - arrivals[0][0]
            came = sum(n for _, n in arrivals[1:])
            rate = came / span if span > 0 else 0.0
        ring = self.ring
        head = ring.head if ring is not None else 0
        silence = now - self._came_at if self._came_at else float("inf")
        age = self._clock.age_s(head, now) if self._came_at else float("inf")
        return Counts(head, self._lost, self._nan, rate, age, silence, self._gaps)

    def age_of(self, head: int) -> float:
        """Seconds since the sample before ``head`` arose, by the clock of the source."""
        return self._clock.age_s(head, monotonic())

    # -- acquisition thread ------------------------------------------------------------------

    def _run(self) -> None:
        try:
            if self._open_first():
                self.states.to(LiveState.PREVIEWING)
                self._opened.set()
                self._held_back.wait()
                self._work()
        except Exception as error:  # noqa: BLE001 - the thread's edge: no source ends unsaid
            self._break_down(error)
        finally:
            self.states.to(LiveState.STOPPING)
            self._source.close()
            self.states.to(LiveState.IDLE)
            self._opened.set()

    def _break_down(self, error: Exception) -> None:
        """A source failed in a way that it does not know itself: say so, never end in silence."""
        _LOG.exception("a live source broke down")
        told = EmgviewError(
            f"The source broke down ({type(error).__name__}): nothing comes any more",
            "What was recorded is kept. Choose the source again.",
        )
        if self.ring is None:
            self.error = told
        self._happened(Happening("red", str(told)))

    def _open_first(self) -> bool:
        try:
            live = self._source.open()
        except EmgviewError as error:
            self.error = error
            self._happened(Happening("red", str(error)))
            return False
        row = len(live.channels) * np.dtype(live.dtype).itemsize
        capacity = min(round(self._ring_s * live.sampling_rate_hz), RING_BYTES // max(row, 1))
        self.format = live
        self._clock = SourceClock(live.sampling_rate_hz)
        self.info = RecordingInfo(
            "live", live.sampling_rate_hz, 0, live.channels, device=live.device, notes=live.notes
        )
        self.ring = RingBuffer(self.info, np.dtype(live.dtype), max(capacity, 1))
        return True

    def _work(self) -> None:
        while not self._stop.is_set():
            try:
                block = self._source.read(READ_S)
                if block is not None:
                    self._take(block)
            except SourceEndedError as ended:
                self._happened(Happening("note", str(ended)))
                return
            except EmgviewError as error:
                self._lose(error)

    def _take(self, block: Block) -> None:
        live, ring = self.format, self.ring
        if live is None or ring is None:
            return
        if problem := check_block(block, live):
            raise SourceLostError(f"The source sent {problem}", "Check its settings.")
        now = monotonic()
        lost = self._lost_before(block, now)
        samples = block.samples
        if block.note:
            self._happened(Happening("note", block.note))
        if samples.dtype.kind == "f":
            self._nan += int(np.count_nonzero(np.isnan(samples)))
        with self._lock:
            ring.append(samples, lost)
            start = ring.head - len(samples)
            for listener in self._listeners:
                listener.offer(samples, start)
        self._count(now, len(samples), lost)

    def _lost_before(self, block: Block, now: float) -> int:
        """As the source says; by this computer's clock where it cannot."""
        if not self._came_at or self.format is None:
            return 0
        if block.lost_before is not None:
            return block.lost_before
        rate = self.format.sampling_rate_hz
        return max(round((now - self._came_at) * rate) - len(block.samples), 0)

    def _count(self, now: float, n: int, lost: int) -> None:
        self._came_at = now
        if self.ring is not None:
            self._clock.came(self.ring.head, now)
        if lost:
            self._lost += lost
            self._gaps += 1
        self._arrivals.append((now, n))
        while now - self._arrivals[0][0] > _RATE_WINDOW_S:
            self._arrivals.popleft()

    def _lose(self, error: EmgviewError) -> None:
        """Say so, and try to get it back until it is there or nobody wants it."""
        self.states.to(LiveState.LOST)
        self._happened(Happening("red", f"{error} Trying to connect again."))
        self._arrivals.clear()
        while not self._stop.is_set():
            self._source.close()
            if self._stop.wait(RETRY_S):
                return
            try:
                live = self._source.open()
            except EmgviewError:
                self._pass_time()
                continue
            if self._same(live):
                break
        if not self._stop.is_set():
            self._happened(Happening("clear", "The source is back; the missing time is a gap."))
            self.states.to(LiveState.RECORDING if self._recording else LiveState.PREVIEWING)

    def _same(self, live: LiveFormat) -> bool:
        """Whether what came back can go on in the same recording."""
        known = self.format
        same = known is not None and (
            (live.sampling_rate_hz, live.dtype, len(live.channels))
            == (known.sampling_rate_hz, known.dtype, len(known.channels))
        )
        if not same:
            text = f"The source came back with {len(live.channels)} channels at "
            text += f"{live.sampling_rate_hz:g} Hz: stop, and start anew."
            self._happened(Happening("red", text))
        return same

    def _pass_time(self) -> None:
        """Listeners learn that time passes: a recording stopped now ends with a gap."""
        if self.ring is None or self.format is None or not self._came_at:
            return
        missing = round((monotonic() - self._came_at) * self.format.sampling_rate_hz)
        with self._lock:
            for listener in self._listeners:
                listener.lost_until(self.ring.head + missing)
