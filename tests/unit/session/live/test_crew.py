"""Threads that are taken again: as many as are at work at once, and nothing kept of what was."""

from __future__ import annotations

import threading
import weakref
from collections.abc import Iterator
from functools import partial
from typing import Any

import pytest

from emgview.session.live.crew import Crew


@pytest.fixture
def crew() -> Iterator[Crew]:
    made = Crew("emgview-crew")
    yield made
    assert made.close(2)


def wait_for(event: threading.Event) -> None:
    assert event.wait(5)


def thread_of(crew: Crew) -> threading.Thread:
    """The thread that does a work now, after its end."""
    seen: list[threading.Thread] = []
    assert crew.begin(lambda: seen.append(threading.current_thread())).join(2)
    return seen[0]


def test_a_thread_that_is_free_does_the_next_work(crew: Crew) -> None:
    first = thread_of(crew)
    assert first.name == "emgview-crew"
    assert {thread_of(crew) for _ in range(200)} == {first}


def test_works_that_overlap_have_a_thread_each(crew: Crew) -> None:
    """One that hangs holds up no other; afterwards the first thread is taken before the second."""
    first, go = thread_of(crew), threading.Event()
    held = crew.begin(partial(wait_for, go))
    second = thread_of(crew)
    assert second is not first
    assert not held.join(0)
    go.set()
    assert held.join(2)
    assert {thread_of(crew) for _ in range(20)} == {first}


def test_a_thread_that_rests_keeps_nothing_of_its_work(crew: Crew) -> None:
    class Large:
        def work(self) -> None:
            pass

    large = Large()
    gone = weakref.ref(large)
    job = crew.begin(large.work)
    del large
    assert job.join(2)
    thread_of(crew)  # the frame of the work before it is left now, for certain
    assert gone() is None


def test_an_error_ends_its_thread_and_no_other(crew: Crew, monkeypatch: pytest.MonkeyPatch) -> None:
    told: list[Any] = []
    monkeypatch.setattr(threading, "excepthook", lambda args: told.append(args.exc_value))
    first = thread_of(crew)
    error = ValueError("of the work")

    def fail() -> None:
        raise error

    assert crew.begin(fail).join(2)
    first.join(2)
    assert told == [error]
    assert thread_of(crew) is not first


def test_closing_waits_for_what_is_at_work_but_not_for_ever() -> None:
    crew, go = Crew("emgview-crew"), threading.Event()
    job = crew.begin(partial(wait_for, go))
    assert not crew.close(0.01)
    go.set()
    assert crew.close(2)
    assert job.join(0)
    with pytest.raises(RuntimeError, match="emgview-crew are closed"):
        crew.begin(lambda: None)
