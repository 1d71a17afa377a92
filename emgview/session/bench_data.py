"""Recordings of any size to measure with: made once, kept in the platform's cache folder."""

from __future__ import annotations

from pathlib import Path

import numpy as np
import platformdirs
from numpy.typing import NDArray

from emgview.errors import FileError
from emgview.model import (
    Channel,
    Chunk,
    DetectionRun,
    Evidence,
    Potential,
    Progress,
    Proposal,
    RecordingInfo,
    SampleInterval,
)
from emgview.recording import RecordingReader, RecordingWriter
from emgview.session.study_folder import StudyFolder
from emgview.session.study_session import StudySession

_VERSION = 3
_GAIN_UV = 0.1
_NOISE_UV = 6.0
_SPIKE_UV = 180.0
_SPIKE_RATE_HZ = 12.0
_BLOCK_S = 4.0


def bench_recording(
    n_channels: int, rate_hz: float, minutes: float, progress: Progress | None = None
) -> Path:
    """A native recording of that size: noise with trains of spikes, int16, the same every time.

    Raises
    ------
    FileError
        If there is no room for it.
    CancelledError
    """
    folder = Path(platformdirs.user_cache_dir("emgview", appauthor=False)) / "bench"
    path = folder / f"v{_VERSION}_{n_channels}ch_{rate_hz:g}Hz_{minutes:g}min.h5"
    if path.exists() and _is_whole(path):
        return path
    try:
        folder.mkdir(parents=True, exist_ok=True)
    except OSError as error:
        raise FileError(folder.name, "", "cannot be made", "Free some space.") from error
    fresh = path.with_suffix(".new")
    fresh.unlink(missing_ok=True)
    try:
        _write(fresh, n_channels, rate_hz, round(minutes * 60 * rate_hz), progress or Progress())
        fresh.replace(path)
    finally:
        fresh.unlink(missing_ok=True)
    return path


def _is_whole(path: Path) -> bool:
    try:
        with RecordingReader.open(path) as reader:
            return reader.closed
    except FileError:
        return False


def _write(path: Path, n_channels: int, rate_hz: float, n: int, progress: Progress) -> None:
    channels = tuple(Channel(f"EMG {c + 1}", gain_uv=_GAIN_UV) for c in range(n_channels))
    info = RecordingInfo(path.stem, rate_hz, 0, channels, None)
    block = _block(n_channels, rate_hz)
    places = np.random.default_rng(_VERSION)
    with RecordingWriter.create(path, info, np.int16) as writer:
        for start in range(0, n, len(block)):
            turned = np.roll(block, int(places.integers(len(block))), axis=0)
            writer.append(Chunk(turned[: n - start], start, 0))
            progress.report(start / n, "Making a recording to measure with")
        writer.close()


def _block(n_channels: int, rate_hz: float) -> NDArray[np.int16]:
    """Some seconds, repeated with a shift: the cost of drawing does not depend on the signal."""
    random = np.random.default_rng(7)
    n = max(round(_BLOCK_S * rate_hz), 1)
    block = random.normal(0, _NOISE_UV / _GAIN_UV, (n, n_channels))
    width = max(round(0.003 * rate_hz), 2)
    spike = _SPIKE_UV / _GAIN_UV * np.sin(np.linspace(0, 3 * np.pi, width)) * np.hanning(width)
    for channel in range(n_channels):
        for place in random.integers(0, max(n - width, 1), round(_BLOCK_S * _SPIKE_RATE_HZ)):
            block[place : place + width, channel] += spike[: n - place]
    return np.clip(block, -32_000, 32_000).astype(np.int16)


def add_bench_labels(folder: StudyFolder, n: int) -> None:
    """Give the first recording of a study so many proposals of single potentials."""
    with StudySession(folder, "bench") as session:
        info = session.recordings[0].info
        session.add_run(_run(info, n))


def _run(info: RecordingInfo, n: int) -> DetectionRun:
    random = np.random.default_rng(11)
    length = max(round(0.005 * info.sampling_rate_hz), 2)
    starts = np.sort(random.integers(0, max(info.n_samples - length, 1), n))
    proposals = tuple(
        Proposal(
            id=f"bench-{number}",
            recording_id=info.id,
            channel=number % len(info.channels),
            interval=SampleInterval(int(start), int(start) + length),
            potentials=(_potential(int(start), length),),
            activity=("fib", "psw", "fp_simple", "mup_normal")[number % 4],
            score=(number % 100) / 100,
            evidence=Evidence(reasons=("Made to measure with",)),
            detector="bench",
            version=str(_VERSION),
            parameters_hash="0" * 64,
        )
        for number, start in enumerate(starts)
    )
    return DetectionRun(
        id=f"bench-{n}",
        recording_id=info.id,
        detector="bench",
        version=str(_VERSION),
        parameters="{}",
        parameters_hash="0" * 64,
        examined=(info.whole,),
        examined_channels=tuple(range(len(info.channels))),
        remarks=(),
        proposals=proposals,
    )


def _potential(start: int, length: int) -> Potential:
    return Potential(SampleInterval(start, start + length), start + length // 2, 0.5)
