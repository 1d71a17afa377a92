"""Use case: let the detector judge a recording. Runs in a worker thread, can be cancelled."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import replace
from pathlib import Path
from typing import TYPE_CHECKING, Protocol

from emgview.errors import EmgviewError
from emgview.model import (
    Chunk,
    DetectionRun,
    ImportHints,
    Progress,
    RecordingInfo,
    SampleInterval,
)
from emgview.recording import RecordingReader, is_native

if TYPE_CHECKING:
    from emgview.detection import Parameters


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
    *,
    invert: bool = False,
) -> DetectionRun:
    """Judge a native recording file, or a window of it in seconds.

    Opens the file by itself: a reader belongs to one thread.
    """
    with RecordingReader.open(path) as reader:
        return detect_in(reader, parameters, window_s, progress, invert=invert)


def parameters_of(path: Path | None) -> Parameters | None:
    """Parameters of a file; None, for the usual ones, where no file is named.

    Raises
    ------
    FileError
        If a value is missing or of the wrong type.
    """
    if path is None:
        return None
    from emgview.detection import load_parameters

    return load_parameters(path)


def detect_in_any(
    path: Path,
    hints: ImportHints,
    window_s: tuple[float | None, float | None] = (None, None),
    progress: Progress | None = None,
    *,
    invert: bool = False,
) -> list[tuple[str, RecordingInfo, DetectionRun]]:
    """Judge every recording of a file of any kind; gives (title, info, run)."""
    from emgview.sources import open_file

    if is_native(path):
        with RecordingReader.open(path) as reader:
            run = detect_in(reader, None, window_s, progress, invert=invert)
            return [(path.stem, reader.info, run)]
    return [
        (found.title, found.info, detect_in(found, None, window_s, progress, invert=invert))
        for found in open_file(path, hints)
    ]


def detect_in(
    recording: Chunked,
    parameters: Parameters | None = None,
    window_s: tuple[float | None, float | None] = (None, None),
    progress: Progress | None = None,
    *,
    invert: bool = False,
) -> DetectionRun:
    """Judge the chunks of a recording that lie in the window.

    ``invert``: the amplifier's inputs were exchanged, other than the recording tells.

    Raises
    ------
    EmgviewError
        If the window holds nothing of the recording: that is no result of *nothing found*.
    """
    from emgview.detection import Detector  # loaded when wanted: start of the program

    info, progress = recording.info, progress or Progress()
    if invert:
        turned = tuple(replace(c, inverted=not c.inverted) for c in info.channels)
        info = replace(info, channels=turned)
    fs = info.sampling_rate_hz
    window = _window(info, window_s)
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


def _window(info: RecordingInfo, window_s: tuple[float | None, float | None]) -> SampleInterval:
    """Seconds as samples of the recording; the ends of it where None."""
    fs, (start_s, stop_s) = info.sampling_rate_hz, window_s
    start = max(round((start_s or 0.0) * fs), 0)
    stop = info.n_samples if stop_s is None else min(round(stop_s * fs), info.n_samples)
    if window_s != (None, None) and stop <= start:
        end = "the end" if stop_s is None else f"{stop_s:g} s"
        raise EmgviewError(
            f"There is nothing from {start_s or 0:g} s to {end}",
            f"The recording lasts from 0 to {info.duration_s:g} s.",
        )
    return SampleInterval(start, max(stop, start))


def _cut(chunk: Chunk, window: SampleInterval) -> Chunk | None:
    shared = SampleInterval(chunk.start_sample, chunk.stop_sample).intersection(window)
    if shared is None:
        return None
    first = shared.start - chunk.start_sample
    lost = chunk.lost_before if first == 0 else 0
    return Chunk(chunk.samples[first : first + len(shared)], shared.start, lost)
