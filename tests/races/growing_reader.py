"""Reads a recording from another process while it grows: time and length, a line each look."""

from __future__ import annotations

import sys
import time
from pathlib import Path

from emgview.recording import RecordingReader


def main(path: str, seconds: float) -> None:
    with RecordingReader.open(Path(path)) as reader:
        sys.stdout.write("open\n")
        sys.stdout.flush()
        end = time.time() + seconds
        while time.time() < end:
            n_samples = reader.refresh().n_samples
            sys.stdout.write(f"{time.time()!r} {n_samples}\n")
            time.sleep(0.01)


if __name__ == "__main__":
    main(sys.argv[1], float(sys.argv[2]))
