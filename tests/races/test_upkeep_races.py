"""Portions of upkeep between windows that are asked for: nothing waits, nothing is lost."""

from __future__ import annotations

import threading
import time
from pathlib import Path

import h5py
import numpy as np
import pytest

from emgview.model import Channel, Chunk, RecordingInfo, SampleInterval
from emgview.recording import RecordingWriter
from emgview.session.importing import refer_to
from emgview.session.jobs import Worker
from emgview.session.study_folder import StudyFolder
from emgview.session.study_session import StudySession
from emgview.session.traces import TraceRequest

_LIMIT_S = 30.0


@pytest.fixture
def worker() -> Worker:
    return Worker("test-io")


def test_what_is_asked_for_comes_before_the_next_portion(worker: Worker) -> None:
    """A page asked for while a portion runs is answered right after it, however many follow."""
    order: list[str] = []
    running, go_on = threading.Event(), threading.Event()

    def portion() -> bool:
        order.append("portion")
        running.set()
        go_on.wait(_LIMIT_S)
        return len(order) < 6

    worker.submit_portions("upkeep", portion)
    assert running.wait(_LIMIT_S)
    page = worker.submit(lambda: order.append("page"))
    go_on.set()
    page.result(_LIMIT_S)
    assert order[:2] == ["portion", "page"]
    assert worker.close(_LIMIT_S)


def test_a_slot_runs_once_however_often_it_is_begun(worker: Worker) -> None:
    at_once, most = [0], [0]
    done = threading.Event()
    count = [0]

    def portion() -> bool:
        at_once[0] += 1
        most[0] = max(most[0], at_once[0])
        worker.submit_portions("upkeep", portion)
        count[0] += 1
        at_once[0] -= 1
        if count[0] == 50:
            done.set()
        return count[0] < 50

    all_begun = threading.Event()
    worker.submit(lambda: all_begun.wait(_LIMIT_S))  # else it may end before the last beginning
    for _ in range(5):
        worker.submit_portions("upkeep", portion)
    all_begun.set()
    assert done.wait(_LIMIT_S)
    assert worker.close(_LIMIT_S)
    assert most[0] == 1
    assert count[0] == 50


def test_a_slot_can_begin_again_after_its_end(worker: Worker) -> None:
    runs = threading.Semaphore(0)

    def portion() -> bool:
        runs.release()
        return False

    for _ in range(3):
        worker.submit_portions("upkeep", portion)
        assert runs.acquire(timeout=_LIMIT_S)
        worker.submit(lambda: None).result(_LIMIT_S)
    assert worker.close(_LIMIT_S)


def test_an_error_ends_the_portions_and_not_the_thread(worker: Worker) -> None:
    failed = threading.Event()

    def portion() -> bool:
        failed.set()
        raise ValueError("a defect")

    worker.submit_portions("upkeep", portion)
    assert failed.wait(_LIMIT_S)
    assert worker.submit(lambda: 7).result(_LIMIT_S) == 7
    assert worker.close(_LIMIT_S)


def test_closing_does_not_wait_for_all_portions(worker: Worker) -> None:
    running = threading.Event()

    def endless() -> bool:
        running.set()
        time.sleep(0.001)
        return True

    worker.submit_portions("upkeep", endless)
    assert running.wait(_LIMIT_S)
    assert worker.close(_LIMIT_S)
    worker.submit_portions("upkeep", endless)  # after closing: nothing


@pytest.fixture(scope="module")
def bare_study(tmp_path_factory: pytest.TempPathFactory) -> StudyFolder:
    """32 channels × 10 kHz × 40 s without overview, as another program would write it."""
    place = tmp_path_factory.mktemp("races")
    rows = np.random.default_rng(1).integers(-900, 900, (400_000, 32)).astype(np.int16)
    info = RecordingInfo("r1", 1e4, 0, tuple(Channel(f"c{i}") for i in range(32)))
    with RecordingWriter.create(place / "a.h5", info, np.int16) as writer:
        writer.append(Chunk(rows, 0))
    with h5py.File(place / "a.h5", "r+") as file:
        del file["overview"]
    folder = StudyFolder(place / "a.emg")
    refer_to(place / "a.h5", folder)
    return folder


def test_pages_are_answered_while_the_overview_is_made(
    bare_study: StudyFolder, worker: Worker
) -> None:
    """Generous limit for a loaded machine; without portions a page would wait for the whole."""
    session = worker.submit(lambda: StudySession(bare_study, "Dr. W")).result(_LIMIT_S)
    whole = TraceRequest(0, "r1", SampleInterval(0, 400_000), 300, tuple(range(32)))

    def begin() -> None:
        session.upkeep.answered(session.trace(whole))

    worker.submit(begin).result(_LIMIT_S)
    finished = threading.Event()

    def portion() -> bool:
        more, _notice = session.upkeep.step()
        if not more:
            finished.set()
        return more

    worker.submit_portions("upkeep", portion)
    between = 0
    for n in range(200):
        if finished.is_set():
            break
        interval = SampleInterval(1000 * n, 1000 * n + 1000)
        request = TraceRequest(n, "r1", interval, 800, tuple(range(32)))
        answer = worker.submit(lambda request=request: session.trace(request))  # type: ignore[misc]
        assert answer.result(_LIMIT_S).known_until is None
        between += 1
    assert finished.wait(_LIMIT_S)
    assert between > 3
    assert worker.submit(lambda: session.trace(whole)).result(_LIMIT_S).known_until is None
    worker.submit(session.close).result(_LIMIT_S)
    assert worker.close(_LIMIT_S)
    assert Path(bare_study.root.parent / "a.h5.overview").exists()
