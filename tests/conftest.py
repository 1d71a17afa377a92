"""Fixtures that every test may use."""

from __future__ import annotations

import os
import tempfile
import threading
import time
from collections.abc import Iterator
from pathlib import Path

import pytest

from emgview import kernels

_THREADS_END_S = 2.0
_HERE = Path(__file__).parent
_ALONE = (
    "races",
    "ui",
    "contracts/test_live_sources.py",
    "unit/recording",
    "unit/session",
    "unit/sound",
    "unit/sources",
    "unit/ui",
    "test_packaging.py",
)
"""Tests that watch windows, threads, other processes or the clock run one at a time."""

os.environ.setdefault("QT_QPA_PLATFORM", "offscreen")
# Streams of the tests are not announced beyond this machine, whatever its own settings say.
os.environ.setdefault("EMGVIEW_STATION", tempfile.mkdtemp(prefix="emgview-station-"))
os.environ["LSLAPICFG"] = str(Path(__file__).with_name("lsl_api.cfg"))


def pytest_collection_modifyitems(items: list[pytest.Item]) -> None:
    """Mark what must have the machine to itself."""
    alone = tuple(_HERE / part for part in _ALONE)
    for item in items:
        if any(item.path.is_relative_to(part) for part in alone):
            item.add_marker("alone")


@pytest.fixture(autouse=True)
def no_thread_left() -> Iterator[None]:
    """Fail a test that leaves a thread of the program at work."""
    before = set(threading.enumerate())
    yield
    end = time.monotonic() + _THREADS_END_S
    while left := [t.name for t in threading.enumerate() if t not in before and _ours(t)]:
        if time.monotonic() > end:
            pytest.fail(f"threads left behind: {sorted(left)}")
        time.sleep(0.01)


def _ours(thread: threading.Thread) -> bool:
    return thread.name.startswith("emgview-")


@pytest.fixture(scope="session")
def data_dir() -> Path:
    """Folder of real recordings; the test is skipped where it is absent."""
    default = Path(__file__).resolve().parents[2] / "shared" / "data"
    path = Path(os.environ.get("EMGVIEW_TEST_DATA", default))
    if not path.is_dir():
        pytest.skip("no real recordings: set EMGVIEW_TEST_DATA to their folder")
    return path


@pytest.fixture(scope="module", params=["numpy", "compiled"])
def loops(request: pytest.FixtureRequest) -> Iterator[str]:
    """Which loops run: each test of a module that uses it holds for both."""
    if request.param == "numpy":
        with kernels.without():
            yield "numpy"
        return
    if not kernels.load():
        pytest.skip("no numba for this machine")
    yield "compiled"
