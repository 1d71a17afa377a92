"""A second process reads a recording while it grows: what it sees is at most 200 ms old."""

from __future__ import annotations

import bisect
import subprocess
import sys
import time
from pathlib import Path

import numpy as np

from emgview.model import Channel, RecordingInfo
from emgview.session.live.crew import Crew
from emgview.session.live.recorder import Recorder

READER = Path(__file__).with_name("growing_reader.py")
OLDEST_S = 0.2


def test_another_process_sees_what_is_at_most_200_ms_old(tmp_path: Path) -> None:
    info = RecordingInfo("grows", 20_000.0, 0, tuple(Channel(f"C{n}") for n in range(8)))
    path = tmp_path / "001.h5"
    crew = Crew("emgview-recorder")
    recorder = Recorder(path, info, "int16", 0, crew=crew, alarm=lambda _text: None)
    given: list[tuple[float, int]] = []
    block = np.zeros((200, 8), np.int16)
    with subprocess.Popen(
        [sys.executable, str(READER), str(path), "3"], stdout=subprocess.PIPE, text=True
    ) as child:
        assert child.stdout is not None
        assert child.stdout.readline() == "open\n"
        began, n = time.monotonic(), 0
        while child.poll() is None:
            recorder.offer(block, n)
            n += len(block)
            given.append((time.time(), n))
            time.sleep(max(began + n / 20_000 - time.monotonic(), 0.0))
        looks = [line.split() for line in child.stdout.read().splitlines()]
    assert recorder.finish(5)
    assert crew.close(5)
    seen = [(float(at), int(length)) for at, length in looks]
    assert len(seen) > 50
    times = [at for at, _ in given]
    late = 0
    for at, length in seen:
        before = bisect.bisect_right(times, at - OLDEST_S) - 1
        late += before >= 0 and length < given[before][1]
    assert late <= 0.02 * len(seen), f"{late} of {len(seen)} looks were older"
    assert seen[-1][1] > 40_000
