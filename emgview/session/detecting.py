"""Use case: let the detector judge a recording. Runs in a worker thread, can be cancelled."""

from __future__ import annotations

from collections.abc import Iterator
from pathlib import Path
from typing import Protocol

from emgview.detection import Detector, Parameters
from emgview.model import (
    Chunk,
    DetectionRun,
    ImportHints,
    Progress,
    RecordingInfo,
    SampleInterval,
)
from emgview.recording import RecordingReader, is_native
from emgview.sources import open_file


class Chunked(Protocol):
    """Anything that has an info and gives chunks."""

    @property
    def info(self) -> RecordingInfo:
        """What is known of the recording."""

    def chunks(self, chunk_samples: int) -> Iterator[Chunk]:
        """All samples in order."""


def detect_in_file(
    path: Path,
    parameters: Parameters | None = None,
    window_s: tuple[float | None, float | None] = (None, None),
    progress: Progress | None = None,
) -> DetectionRun:
    """Judge a native recording file, or a window of it in seconds.

    Opens the file by itself: a reader belongs to one thread.
    """
    with RecordingReader.open(path) as reader:
        return detect_in(reader, parameters, window_s, progress)


def detect_in_any(
    path: Path,
    hints: ImportHints,
    window_s: tuple[float | None, float | None] = (None, None),
    progress: Progress | None = None,
) -> list[tuple[str, RecordingInfo, DetectionRun]]:
    """Judge every recording of a file of any kind; gives (title, info, run)."""
    if is_native(path):
        with RecordingReader.open(path) as reader:
            return [(path.stem, reader.info, detect_in(reader, None, window_s, progress))]
    return [
        (found.title, found.info, detect_in(found, None, window_s, progress))
        for found in open_file(path, hints)
    ]


def detect_in(
    recording: Chunked,
    parameters: Parameters | None = None,
    window_s: tuple[float | None, float | None] = (None, None),
    progress: Progress | None = None,
) -> DetectionRun:
    """Judge the chunks of a recording that lie in the window."""
    info, progress = recording.info, progress or Progress()
    fs = info.sampling_rate_hz
    start = round((window_s[0] or 0.0) * fs)
    stop = info.n_samples if window_s[1] is None else min(round(window_s[1] * fs), info.n_samples)
    window = SampleInterval(max(start, 0), max(stop, start, 0))
    detector = Detector(info, parameters)
    for chunk in recording.chunks(max(1, round(fs))):
        part = _cut(chunk, window)
        if part is not None and detector.judged_channels:
            detector.push(part)
        progress.report(0.95 * chunk.stop_sample / max(info.n_samples, 1), "Detecting")
        if chunk.stop_sample >= window.stop:
            break
    progress.report(0.96, "Naming trains")
    return detector.finish()


def _cut(chunk: Chunk, window: SampleInterval) -> Chunk | None:
    shared = SampleInterval(chunk.start_sample, chunk.stop_sample).intersection(window)
    if shared is None:
        return None
    first = shared.start - chunk.start_sample
    lost = chunk.lost_before if first == 0 else 0
    return Chunk(chunk.samples[first : first + len(shared)], shared.start, lost)
