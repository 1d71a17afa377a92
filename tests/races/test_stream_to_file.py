"""From a stream of another process to a file of a third: every numbered sample, in order."""

from __future__ import annotations

import json
import subprocess
import sys
from pathlib import Path

import numpy as np
import pytest

from emgview.model import SampleInterval
from emgview.recording import RecordingReader, validate
from tests.contracts.lsl_streams import sender

pytest.importorskip("pylsl")

COUNT, CHANNELS, RATE = 300_000, 32, 30_000.0


@pytest.mark.timeout(180)
def test_every_sample_of_an_lsl_stream_is_in_the_file(tmp_path: Path) -> None:
    with sender(channels=CHANNELS, rate=RATE, count=COUNT) as name:
        command = [
            *(sys.executable, "-m", "emgview", "record", "--source", f"lsl:{name}"),
            *("--seconds", str(COUNT / RATE), "--study", str(tmp_path / "Case.emg"), "--json"),
        ]
        done = subprocess.run(command, capture_output=True, text=True, check=True, timeout=150)
    told = json.loads(done.stdout)
    assert (told["samples"], told["lost"], told["gaps"]) == (COUNT, 0, [])
    path = Path(told["recording"])
    assert validate(path) == ()
    expected = np.arange(CHANNELS, dtype=np.float32)
    with RecordingReader.open(path) as reader:
        assert reader.closed
        for start in range(0, COUNT, 50_000):
            rows = reader.read(SampleInterval(start, start + 50_000))
            numbers = np.arange(start, start + 50_000, dtype=np.float32)[:, np.newaxis]
            np.testing.assert_array_equal(rows, numbers + expected)
