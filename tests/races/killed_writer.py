"""A program that records until it is killed: numbered samples, and what was given, on stdout."""

from __future__ import annotations

import struct
import sys
import time
from pathlib import Path

import numpy as np

from emgview.model import Channel, RecordingInfo
from emgview.session.live.crew import Crew
from emgview.session.live.recorder import Recorder


def main(path: str, seed: int) -> None:
    rng = np.random.default_rng(seed)
    info = RecordingInfo("killed", 20_000.0, 0, (Channel("number"), Channel("minus")))
    recorder = Recorder(Path(path), info, "int32", 0, crew=Crew("writer"), alarm=lambda _text: None)
    given = 0
    out = sys.stdout.buffer
    while True:
        n, lost = int(rng.integers(1, 900)), int(rng.integers(1, 400)) * (rng.random() < 0.05)
        given += lost
        number = np.arange(given, given + n, dtype=np.int32)
        recorder.offer(np.stack([number, -number], axis=1), given)
        given += n
        out.write(struct.pack("<q", given))
        out.flush()
        time.sleep(n / 100_000)


if __name__ == "__main__":
    main(sys.argv[1], int(sys.argv[2]))
