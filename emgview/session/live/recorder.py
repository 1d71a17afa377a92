"""Writes what is acquired to files: never waits for anyone, never drops without saying so.

Chunks come on the acquisition thread and wait in a bounded queue; a thread of its own writes them.
What the queue or the disk cannot take is counted, becomes a gap of the file, and raises an alarm.
"""

from __future__ import annotations

import queue
import shutil
import threading
from collections.abc import Callable, Sequence
from dataclasses import dataclass
from pathlib import Path
from time import monotonic
from typing import Any

import numpy as np
from numpy.typing import NDArray

from emgview.errors import EmgviewError
from emgview.model import Chunk, PhaseMark, RecordingInfo
from emgview.recording import Journal, RecordingWriter
from emgview.session.live.crew import Crew

FLUSH_S = 0.05
"""Time between two flushes: what another process reads is at most twice as old."""

QUEUE_S = 10.0
"""So much signal may wait for the disk."""

# A disk with less is full: the file must still be finished cleanly (the writer keeps 32 MB).
FREE_BYTES = 64 * 2**20
_LOOK_AT_DISK_S = 0.5

_DISK_FULL = "The disk is full: samples are being lost. Free some space."
_TOO_SLOW = "The disk is too slow: samples are being lost. Stop other programs that use it."


@dataclass(slots=True)
class _Order:
    """One thing to do, in order: a chunk, marks, or the end."""

    samples: NDArray[Any] | None = None
    start: int = 0
    marks: tuple[PhaseMark, ...] | None = None
    end: int | None = None


class Recorder:
    """One file from its start to its end.

    :meth:`offer` and :meth:`finish` belong to the acquisition thread, or to one that holds it up;
    the figures may be asked from any thread.

    Parameters
    ----------
    path : Path
        Must not exist.
    info : RecordingInfo
        With channels, muscle, side and start.
    dtype : str
    base : int
        Absolute sample at which the file begins.
    crew : Crew
        Whose threads write.
    alarm : callable
        Called with one sentence when samples are lost for want of disk or time, and with an empty
        text when writing goes on; on the thread that notices.
    slowness : float
        Seconds that writing a second of signal takes longer: for fault tests only.

    Raises
    ------
    FileError
        If the file cannot be made.
    """

    def __init__(
        self,
        path: Path,
        info: RecordingInfo,
        dtype: str,
        base: int,
        *,
        crew: Crew,
        alarm: Callable[[str], None],
        slowness: float = 0.0,
    ) -> None:
        self.path, self.info, self.base = path, info, base
        self._alarm, self._slowness = alarm, slowness
        self._rate = info.sampling_rate_hz
        self._writer: RecordingWriter | None = None
        self._info, self._dtype = info, np.dtype(dtype)
        self._orders: queue.Queue[_Order] = queue.Queue()
        self._ahead: list[_Order] = []  # taken out of the queue, not carried out
        self._queued = 0  # samples that wait
        self._received = 0  # of the file's clock
        self._written = 0
        self._dropped = 0
        self._marks: tuple[PhaseMark, ...] | None = None
        self._full = self._slow = False
        self._looked_at = 0.0
        self._flushed_at = monotonic()
        self._lock = threading.Lock()
        self._failed = ""
        self._ready = threading.Event()
        self._journal: Journal | None = None
        self._job = crew.begin(self._run)
        self._ready.wait()
        if self._failed:
            self._job.join()
            raise EmgviewError(self._failed)

    # -- figures -----------------------------------------------------------------------------

    @property
    def received(self) -> int:
        """Samples of the file's clock that have come, lost ones included."""
        return self._received

    @property
    def written(self) -> int:
        """Samples that the file holds, lost ones included."""
        return self._written

    @property
    def dropped(self) -> int:
        """Samples that came and could not be written."""
        return self._dropped

    @property
    def lag_s(self) -> float:
        """Signal that waits to be written."""
        return self._queued / self._rate

    @property
    def failed(self) -> str:
        """Why nothing is written any more; empty while all is well."""
        return self._failed

    # -- acquisition thread ------------------------------------------------------------------

    def begin_at(self, base: int) -> None:
        """The file begins at that absolute sample. Before the first offer."""
        self.base = base

    def offer(self, samples: NDArray[Any], start: int) -> None:
        """Take samples (n, n_channels) that begin at an absolute sample; returns at once."""
        place = start - self.base
        self._received = place + len(samples)
        if self._journal is not None:
            self._journal.received(self._received)
        if self._failed:
            self._drop(len(samples))
            return
        if self._queued > QUEUE_S * self._rate:
            self._drop(len(samples))
            self._set_slow(slow=True)
            return
        with self._lock:
            self._queued += len(samples)
        self._orders.put(_Order(samples=samples, start=place))

    def lost_until(self, stop: int) -> None:
        """Note that all up to an absolute sample has passed, whether it came or not."""
        self._received = max(self._received, stop - self.base)

    def set_marks(self, marks: Sequence[PhaseMark]) -> None:
        """What the examiner does, in samples of the file; the whole list each time."""
        self._orders.put(_Order(marks=tuple(marks)))

    def end(self) -> None:
        """Nothing more comes: write what waits and close the file, in the background."""
        self._orders.put(_Order(end=self._received))

    def join(self, timeout_s: float | None = None) -> bool:
        """Wait until the file is closed; tells whether that was done in time."""
        return self._job.join(timeout_s)

    def finish(self, timeout_s: float | None = None) -> bool:
        """Both."""
        self.end()
        return self.join(timeout_s)

    # -- recorder thread ---------------------------------------------------------------------

    def _run(self) -> None:
        try:
            self._writer = RecordingWriter.create(self.path, self._info, self._dtype, growing=True)
            self._journal = Journal(self.path)
            self._writer.flush()
        except (EmgviewError, OSError) as error:
            self._failed = str(error)
        self._ready.set()
        if self._failed or self._writer is None:
            return
        self._work(self._writer)

    def _work(self, writer: RecordingWriter) -> None:
        while True:
            try:
                order = self._next_order()
            except queue.Empty:
                self._guarded(lambda: self._flush_if_due(writer))
                continue
            if order.end is not None:
                self._end(writer, order.end)
                return
            self._guarded(lambda order=order: self._carry_out(writer, order))  # type: ignore[misc]

    def _next_order(self) -> _Order:
        """The next thing to do; blocks that wait already are joined: one write costs as one.

        Raises
        ------
        queue.Empty
            If nothing came within the time between two flushes.
        """
        order = self._ahead.pop() if self._ahead else self._orders.get(timeout=FLUSH_S)
        if order.samples is None:
            return order
        parts, stop = [order.samples], order.start + len(order.samples)
        while stop - order.start < self._rate:
            try:
                more = self._orders.get_nowait()
            except queue.Empty:
                break
            if more.samples is None or more.start != stop:
                self._ahead.append(more)
                break
            parts.append(more.samples)
            stop += len(more.samples)
        joined = np.concatenate(parts) if len(parts) > 1 else order.samples
        return _Order(samples=joined, start=order.start)

    def _carry_out(self, writer: RecordingWriter, order: _Order) -> None:
        if order.marks is not None:
            writer.set_marks(order.marks)
        if order.samples is not None:
            if self._slowness:
                threading.Event().wait(self._slowness * len(order.samples) / self._rate)
            self._write(writer, order.samples, order.start)
            with self._lock:
                self._queued -= len(order.samples)
        self._flush_if_due(writer)
        if self._slow and self._queued < QUEUE_S * self._rate / 2:
            self._set_slow(slow=False)

    def _write(self, writer: RecordingWriter, samples: NDArray[Any], start: int) -> None:
        if self._disk_is_full():
            self._drop(len(samples))
            return
        writer.append(Chunk(samples, start, start - writer.n_samples))
        self._written = writer.n_samples

    def _disk_is_full(self) -> bool:
        now = monotonic()
        if now - self._looked_at < _LOOK_AT_DISK_S:
            return self._full
        self._looked_at = now
        full = shutil.disk_usage(self.path.parent).free < FREE_BYTES
        if full != self._full:
            self._full = full
            self._alarm(_DISK_FULL if full else "")
        return full

    def _flush_if_due(self, writer: RecordingWriter) -> None:
        now = monotonic()
        if now - self._flushed_at < FLUSH_S or self._failed:
            return
        writer.flush()
        self._flushed_at = now
        if self._journal is not None:
            self._journal.flushed(writer.n_samples)

    def _guarded(self, work: Callable[[], None]) -> None:
        """An error of the disk ends the file, not the acquisition."""
        if self._failed:
            with self._lock:
                self._queued = 0
            return
        try:
            work()
        except (EmgviewError, OSError, ValueError) as error:
            self._failed = str(error)
            self._alarm(f"Nothing is recorded any more. {self._failed}")

    def _end(self, writer: RecordingWriter, stop: int) -> None:
        if not self._failed:
            self._guarded(lambda: self._close(writer, stop))
        if self._journal is not None:
            self._journal.close(remove=not self._failed)

    def _close(self, writer: RecordingWriter, stop: int) -> None:
        if stop > writer.n_samples:
            nothing = np.empty((0, len(self._info.channels)), self._dtype)
            writer.append(Chunk(nothing, stop, stop - writer.n_samples))
        self.info = writer.close()
        self._written = writer.n_samples

    def _drop(self, n: int) -> None:
        with self._lock:
            self._dropped += n

    def _set_slow(self, *, slow: bool) -> None:
        with self._lock:
            turned, self._slow = slow != self._slow, slow
        if turned:
            self._alarm(_TOO_SLOW if slow else "")
