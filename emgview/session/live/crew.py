"""Threads that do one work after another, so that an examination does not make new ones for ever.

A new thread for each file would be simpler, but memory then grows from muscle to muscle though
nothing is kept: the allocator of the system gives a thread a heap of its own, whichever is free
just then, and a heap that once took a whole detector stays that large. With the same few threads
for all files the same few heaps are used again.
"""

from __future__ import annotations

import threading
from collections.abc import Callable
from queue import SimpleQueue
from time import monotonic


class Job:
    """One work, from its beginning to its end. Any thread may wait for it."""

    def __init__(self, work: Callable[[], None]) -> None:
        self._work: Callable[[], None] | None = work
        self._over = threading.Event()

    def join(self, timeout_s: float | None = None) -> bool:
        """Wait for its end; tells whether that came in time."""
        return self._over.wait(timeout_s)

    def carry_out(self) -> None:
        """Do it, once. The thread that rests afterwards keeps nothing of it."""
        work, self._work = self._work, None
        if work is not None:
            work()

    def end(self) -> None:
        """It is over, whatever came of it."""
        self._over.set()


class Crew:
    """As many threads as have been at work at once. Its methods belong to one thread.

    Parameters
    ----------
    name : str
        Name of each thread.
    """

    def __init__(self, name: str) -> None:
        self._name = name
        self._members: list[_Member] = []
        self._closed = False

    def begin(self, work: Callable[[], None]) -> Job:
        """Do a work at once: in the first thread that is free, or in a new one.

        An error that leaves the work ends its thread, as of any thread; another takes its place.

        Raises
        ------
        RuntimeError
            After closing.
        """
        if self._closed:
            raise RuntimeError(f"the threads {self._name} are closed; nothing can begin")
        self._members = [member for member in self._members if member.thread.is_alive()]
        # Always the first: the others, and their heaps, are needed only where works overlap.
        member = next((member for member in self._members if member.free), None)
        if member is None:
            member = _Member(self._name)
            self._members.append(member)
        job = Job(work)
        member.take(job)
        return job

    def close(self, timeout_s: float) -> bool:
        """Let each thread end after its work; tells whether all did in time."""
        self._closed = True
        for member in self._members:
            member.take(None)
        end = monotonic() + timeout_s
        for member in self._members:
            member.thread.join(max(end - monotonic(), 0.0))
        return not any(member.thread.is_alive() for member in self._members)


class _Member:
    """One thread, with what it is to do."""

    def __init__(self, name: str) -> None:
        self.free = True
        self._jobs: SimpleQueue[Job | None] = SimpleQueue()
        self.thread = threading.Thread(target=self._run, name=name, daemon=True)
        self.thread.start()

    def take(self, job: Job | None) -> None:
        """Do that next; None: end."""
        self.free = False
        self._jobs.put(job)

    def _run(self) -> None:
        while (job := self._jobs.get()) is not None:
            try:
                job.carry_out()
                self.free = True  # before anyone learns of the end and begins the next
            finally:
                job.end()
