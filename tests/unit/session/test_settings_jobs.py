"""Settings that survive damage; threads that keep their promises."""

from __future__ import annotations

import threading
from functools import partial
from pathlib import Path

import pytest

from emgview.session.jobs import Worker
from emgview.session.settings import Settings, load_settings, save_settings

LIMIT_S = 5.0


def _numbered(n: int) -> tuple[int, int]:
    return n, threading.get_ident()


def test_settings_come_back_as_they_were(tmp_path: Path) -> None:
    path = tmp_path / "deep" / "settings.json"
    settings = Settings(reader_name="Dr. Ä", theme="paper", recent=("a", "b"))
    save_settings(settings, path)
    assert load_settings(path) == settings


def test_damaged_settings_are_set_aside_not_lost(tmp_path: Path) -> None:
    path = tmp_path / "settings.json"
    path.write_text("{ not json", encoding="utf-8")
    assert load_settings(path) == Settings()
    assert path.with_suffix(".damaged").read_text(encoding="utf-8") == "{ not json"


def test_no_settings_are_the_defaults(tmp_path: Path) -> None:
    assert load_settings(tmp_path / "none.json") == Settings()


def test_the_newest_study_comes_first_and_only_once() -> None:
    settings = Settings()
    for name in [*"abcdefghijkl", "c"]:
        settings = settings.with_recent(Path(name))
    assert settings.recent[0] == "c"
    assert len(settings.recent) == len(set(settings.recent)) == 10


def test_work_is_done_in_order_in_one_thread() -> None:
    worker = Worker("test")
    futures = [worker.submit(partial(_numbered, n)) for n in range(20)]
    results = [future.result(LIMIT_S) for future in futures]
    assert [n for n, _ in results] == list(range(20))
    assert len({thread for _, thread in results}) == 1
    assert worker.close(LIMIT_S)


def test_the_latest_request_replaces_those_that_wait() -> None:
    """Views: the latest wins; what nobody wants any more is not read."""
    worker, gate = Worker("test"), threading.Event()
    done: list[int] = []
    worker.submit(lambda: gate.wait(LIMIT_S))
    for n in range(50):
        worker.submit_latest("view", partial(done.append, n))
    gate.set()
    assert worker.close(LIMIT_S)
    assert done == [] or done == [49]


def test_the_latest_request_is_answered() -> None:
    worker, answered = Worker("test"), threading.Event()
    worker.submit_latest("view", answered.set)
    assert answered.wait(LIMIT_S)
    assert worker.close(LIMIT_S)


def test_slots_do_not_displace_each_other() -> None:
    worker, gate = Worker("test"), threading.Event()
    seen: list[str] = []
    both = threading.Semaphore(0)

    def note(name: str) -> None:
        seen.append(name)
        both.release()

    worker.submit(lambda: gate.wait(LIMIT_S))
    worker.submit_latest("view", lambda: note("view"))
    worker.submit_latest("overview", lambda: note("overview"))
    gate.set()
    assert both.acquire(timeout=LIMIT_S)
    assert both.acquire(timeout=LIMIT_S)
    assert sorted(seen) == ["overview", "view"]
    assert worker.close(LIMIT_S)


def test_long_work_sees_that_a_decision_waits() -> None:
    worker, begun, seen = Worker("test"), threading.Event(), list[bool]()
    go_on = threading.Event()

    def long() -> None:
        seen.append(worker.is_wanted)
        begun.set()
        assert go_on.wait(LIMIT_S)
        seen.append(worker.is_wanted)

    worker.submit_latest("pictures", long)
    assert begun.wait(LIMIT_S)
    decision = worker.submit(lambda: seen.append(worker.is_wanted))
    worker.submit_latest("pictures", lambda: None)  # what may wait asks for no room
    go_on.set()
    decision.result(LIMIT_S)
    assert seen == [False, True, False]
    assert worker.close(LIMIT_S)


def test_closing_says_when_work_does_not_end() -> None:
    worker, gate = Worker("test"), threading.Event()
    worker.submit(lambda: gate.wait(LIMIT_S))
    assert not worker.close(0.05)
    gate.set()


def test_queued_decisions_are_carried_out_before_closing() -> None:
    worker = Worker("test")
    done: list[int] = []
    for n in range(100):
        worker.submit(partial(done.append, n))
    assert worker.close(LIMIT_S)
    assert done == list(range(100))


def test_requests_after_closing_are_let_go() -> None:
    worker = Worker("test")
    assert worker.close(LIMIT_S)
    worker.submit_latest("view", lambda: pytest.fail("ran after closing"))


def test_closing_twice_is_harmless_and_late_work_is_cancelled() -> None:
    """A window that was closed while detecting closed its threads a second time and crashed."""
    worker = Worker("test")
    assert worker.close(LIMIT_S)
    assert worker.close(LIMIT_S)
    assert worker.submit(lambda: 1).cancelled()
