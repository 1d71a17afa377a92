"""A study with many trains to measure the review with, made the same every time."""

from __future__ import annotations

from pathlib import Path

import numpy as np

from emgview.errors import EmgviewError
from emgview.model import (
    DetectionRun,
    Evidence,
    Potential,
    Progress,
    Proposal,
    RecordingInfo,
    SampleInterval,
    Side,
)
from emgview.session.bench_data import bench_recording
from emgview.session.importing import refer_to
from emgview.session.intents import StateMuscle
from emgview.session.study_folder import StudyFolder
from emgview.session.study_session import StudySession

_CHANNELS, _RATE_HZ, _MINUTES = 4, 10_000.0, 10.0
_CLASSES = ("fib", "psw", "fp_simple", "crd", "eps")
_SPACING_S, _WIDTH_S = 0.1, 0.003


def bench_study(
    place: Path, trains: int, potentials: int, progress: Progress | None = None
) -> StudyFolder:
    """One recording with so many trains; their potentials are shared out evenly.

    Raises
    ------
    EmgviewError
        If there are fewer potentials than trains, or no train.
    """
    if not 0 < trains <= potentials:
        raise EmgviewError(
            f"{trains} trains of {potentials} potentials cannot be made",
            "Give at least one potential for each train.",
        )
    recording = bench_recording(_CHANNELS, _RATE_HZ, _MINUTES, progress)
    folder = StudyFolder(place / "review.emg")
    refer_to(recording, folder)
    with StudySession(folder, "bench") as session:
        info = session.recordings[0].info
        session.apply(StateMuscle(info.id, "tib_ant", Side.LEFT))
        session.add_run(_run(info, trains, potentials))
    return folder


def _run(info: RecordingInfo, trains: int, potentials: int) -> DetectionRun:
    random = np.random.default_rng(17)
    counts = np.full(trains, potentials // trains)
    counts[: potentials % trains] += 1
    proposals = tuple(_train(info, n, int(counts[n]), random) for n in range(trains))
    return DetectionRun(
        id=f"bench-{trains}-{potentials}",
        recording_id=info.id,
        detector="bench",
        version="1",
        parameters="{}",
        parameters_hash="0" * 64,
        examined=(info.whole,),
        examined_channels=tuple(range(len(info.channels))),
        remarks=(),
        proposals=proposals,
    )


def _train(info: RecordingInfo, number: int, count: int, random: np.random.Generator) -> Proposal:
    """Regular potentials with some jitter, anywhere in the recording."""
    fs = info.sampling_rate_hz
    spacing, width = round(_SPACING_S * fs), round(_WIDTH_S * fs)
    span = min(count * spacing, info.n_samples - 2 * width)
    begin = int(random.integers(0, info.n_samples - span - width))
    places = begin + np.arange(count) * span // count + random.integers(0, width, count)
    parts = tuple(
        Potential(SampleInterval(int(p), int(p) + width), int(p) + width // 2, 0.9) for p in places
    )
    return Proposal(
        id=f"train-{number}",
        recording_id=info.id,
        channel=number % len(info.channels),
        interval=SampleInterval(parts[0].interval.start, parts[-1].interval.stop),
        potentials=parts,
        activity=_CLASSES[number % len(_CLASSES)],
        score=(number % 100) / 100,
        evidence=Evidence(rate_hz=10.0, n_potentials=count, reasons=("Made to measure with",)),
        detector="bench",
        version="1",
        parameters_hash="0" * 64,
        train_id=f"template-{number % 40}",
    )
