"""The player on the real null device, which keeps real time: the clock that the trace follows."""

from __future__ import annotations

import sys
import threading
import time
from collections.abc import Iterator

import numpy as np
import pytest

from emgview.sound import Player, SoundStream, Wish
from tests.unit.sound.test_sound_stream import sine

FS = 10_000.0


@pytest.fixture
def player() -> Iterator[Player]:
    made = Player(SoundStream(sine(300.0, FS, 5.0), Wish(0, (0,), (500.0,))), silent=True)
    made.fill()
    made.start()
    yield made
    made.stop()


def test_the_trace_is_within_20_ms_of_the_sound(
    player: Player, capsys: pytest.CaptureFixture[str]
) -> None:
    """The position is the device's clock: against the wall clock it neither runs off nor jumps."""
    apart = []
    begin = time.perf_counter()
    while time.perf_counter() - begin < 1.5:
        player.fill()
        time.sleep(0.008)
        apart.append(1000 * (player.position() / FS - (time.perf_counter() - begin)))
    spread = np.percentile(apart[20:], 95) - np.percentile(apart[20:], 5)
    with capsys.disabled():
        sys.stdout.write(f"\nsound and trace: 90 % within {spread:.1f} ms, drift included\n")
    assert spread <= 20
    assert abs(np.median(apart)) <= 40  # the buffer of the device is heard 20 ms later
    assert player.underruns == 0


def test_a_late_reader_is_silence_and_is_counted(player: Player) -> None:
    time.sleep(0.8)  # twice what is kept ready
    assert player.underruns > 0
    before = player.position()
    player.fill()
    time.sleep(0.2)
    assert player.position() > before


def test_the_end_is_told(player: Player) -> None:
    player.switch(SoundStream(sine(300.0, FS, 0.2), Wish(0, (0,), (500.0,))))
    deadline = time.perf_counter() + 5
    while not player.finished and time.perf_counter() < deadline:
        time.sleep(0.01)
    assert player.finished
    assert player.position() == pytest.approx(0.2 * FS, abs=2)


def test_another_stream_goes_on_at_once(player: Player) -> None:
    time.sleep(0.1)
    player.switch(SoundStream(sine(300.0, FS, 5.0), Wish(30_000, (0,), (500.0,))))
    time.sleep(0.1)
    assert 30_000 <= player.position() < 30_000 + 0.4 * FS


def test_stopping_leaves_no_thread() -> None:
    before = set(threading.enumerate())
    made = Player(SoundStream(sine(300.0), Wish(0, (0,), (500.0,))), silent=True)
    made.fill()
    made.start()
    time.sleep(0.05)
    made.stop()
    made.stop()
    assert set(threading.enumerate()) <= before
