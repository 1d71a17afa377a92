"""Threads of a study: one I/O thread, one for detection. Joined with a time limit at close.

The I/O thread is the only one that touches HDF5 readers and the review store of the study.
Trace requests go through a slot of one: a newer request replaces an older one that has not
started (latest wins); decisions queue and are never dropped.
"""

from __future__ import annotations

import threading
from collections.abc import Callable
from concurrent.futures import Future, ThreadPoolExecutor
from typing import TypeVar

T = TypeVar("T")


class Worker:
    """One named thread with a queue.

    Parameters
    ----------
    name : str
        Name of the thread, for logs.
    """

    def __init__(self, name: str) -> None:
        self._executor = ThreadPoolExecutor(max_workers=1, thread_name_prefix=name)
        self._lock = threading.Lock()
        self._latest: dict[str, Callable[[], None]] = {}
        self._portions: set[str] = set()
        self._n_waiting = 0
        self._closed = False

    @property
    def is_wanted(self) -> bool:
        """Whether queued work waits; long work that may begin anew asks it, and makes room."""
        return self._n_waiting > 0

    def submit(self, work: Callable[[], T]) -> Future[T]:
        """Queue work; its result or error comes with the future, cancelled after closing."""

        def begin() -> T:
            with self._lock:
                self._n_waiting -= 1
            return work()

        with self._lock:
            if not self._closed:
                self._n_waiting += 1
                return self._executor.submit(begin)
        late: Future[T] = Future()
        late.cancel()
        return late

    def submit_latest(self, slot: str, work: Callable[[], None]) -> None:
        """Queue work that makes earlier, not yet started work of the same slot needless."""
        with self._lock:
            if self._closed:
                return
            waiting = slot in self._latest
            self._latest[slot] = work
        if not waiting:
            self._executor.submit(self._run_latest, slot)

    def submit_portions(self, slot: str, step: Callable[[], bool]) -> None:
        """Call ``step`` again and again, as long as it gives True, behind whatever else waits.

        While a slot is at work, a further call for it does nothing.
        """
        with self._lock:
            if self._closed or slot in self._portions:
                return
            self._portions.add(slot)
            self._executor.submit(self._run_portion, slot, step)

    def _run_portion(self, slot: str, step: Callable[[], bool]) -> None:
        more = False
        try:
            more = step()
        finally:
            with self._lock:
                if more and not self._closed:
                    self._executor.submit(self._run_portion, slot, step)
                else:
                    self._portions.discard(slot)

    def _run_latest(self, slot: str) -> None:
        with self._lock:
            work = self._latest.pop(slot, None)
        if work is not None:
            work()

    def close(self, timeout_s: float = 5.0) -> bool:
        """Finish what is queued and join the thread; False if it did not end in time.

        A second call does nothing.
        """
        with self._lock:
            if self._closed:
                return True
            self._closed = True
            self._latest.clear()
        done = threading.Event()
        last = self._executor.submit(done.set)
        last.add_done_callback(lambda _: done.set())
        ended = done.wait(timeout_s)
        self._executor.shutdown(wait=ended, cancel_futures=True)
        return ended
