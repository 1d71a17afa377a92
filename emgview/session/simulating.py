"""Use case of ``emgview simulate``: a simulated recording in a study, with its truth beside it.

``truth.json`` in the study folder tells every true potential and stretch of each recording::

    {"version": "emgview-truth/1", "recordings": [
      {"recording_id": …, "file": "recordings/001.h5", "scenario": …, "title": …, "look_for": …,
       "seed": …, "sampling_rate_hz": …, "n_samples": …, "channels": ["EMG"],
       "potentials": [{"activity": "fib", "channel": 0, "onset": …, "peak": …, "offset": …,
                       "amplitude_uv": …, "snr": …, "unit": …, "train": …, "phases": …,
                       "linked": false}, …],
       "stretches": [{"activity": "epn", "channel": 0, "start": …, "stop": …}, …]}]}

Times are samples of the recording; ``offset`` and ``stop`` are half-open. ``unit`` and ``train``
are unique in a recording; ``linked`` marks a satellite. (Lost: a group in the HDF5 file, which a
person cannot read, and which would be a part of what the detector is given.)
"""

from __future__ import annotations

import json
from dataclasses import dataclass
from pathlib import Path
from typing import TYPE_CHECKING, Any

from emgview.errors import FileError
from emgview.model import Progress, RecordingEntry
from emgview.recording import RecordingWriter, file_sha256
from emgview.session.study_folder import StudyFolder, with_recording

if TYPE_CHECKING:
    from emgview.simulation import Scenario, Simulation, TruePotential, TrueStretch

TRUTH_FILE = "truth.json"
TRUTH_VERSION = "emgview-truth/1"
_CHUNK_SAMPLES = 65536


@dataclass(frozen=True, slots=True)
class Simulated:
    """What ``simulate_into`` left."""

    study: Path
    recording: Path
    truth: Path
    simulation: Simulation


def simulate_into(
    root: Path,
    wanted: Scenario,
    seed: int,
    seconds: float | None = None,
    fs: float = 20_000.0,
    progress: Progress | None = None,
) -> Simulated:
    """Simulate, record and tell the truth; the study is made where there is none.

    Raises
    ------
    EmgviewError
        For a length, seed or rate out of range, a study that is not a simulated one, the same
        recording twice, or a folder that cannot be written.
    """
    from emgview.simulation import simulate

    progress, folder = progress or Progress(), StudyFolder(root)
    progress.report(0.0, f"Simulating {wanted.title}")
    simulation = simulate(wanted, seconds=seconds, seed=seed, fs=fs)
    study = folder.read() if folder.is_study(root) else folder.create(simulated=True)
    if not study.simulated:
        raise FileError(root.name, "", "is not a simulated study", "Choose another folder.")
    if any(entry.id == simulation.info.id for entry in study.recordings):
        raise FileError(root.name, "", "holds this recording already", "Choose another seed.")
    read_truth(root)  # a damaged one is told before anything is written
    progress.report(0.6, "Recording")
    entry = record_simulation(folder, simulation, len(study.recordings))
    add_truth(folder, entry, wanted, seed, simulation)
    folder.write(with_recording(study, entry))
    return Simulated(root, folder.path_of(entry), root / TRUTH_FILE, simulation)


def record_simulation(
    folder: StudyFolder, simulation: Simulation, taken: int, title: str = ""
) -> RecordingEntry:
    """Write a simulated recording into the next free file; gives its entry of the study."""
    path = folder.next_recording(taken)
    with RecordingWriter.create(path, simulation.info, simulation.samples.dtype) as writer:
        for mark in simulation.info.phases:
            writer.mark(mark)
        for chunk in simulation.chunks(_CHUNK_SAMPLES):
            writer.append(chunk)
        info = writer.close()
    return RecordingEntry(
        id=info.id,
        path=folder.relative(path),
        sha256=file_sha256(path),
        muscle=info.muscle,
        side=info.side,
        title=title or f"{taken + 1:03d}",
    )


def add_truth(
    folder: StudyFolder,
    entry: RecordingEntry,
    scenario: Scenario,
    seed: int,
    simulation: Simulation,
) -> None:
    """Add a recording to the truth of a study.

    Raises
    ------
    FileError
        If the file is damaged or cannot be written.
    """
    told = read_truth(folder.root)
    told["recordings"].append(_of_recording(entry, scenario, seed, simulation))
    path = folder.root / TRUTH_FILE
    fresh = path.with_suffix(".json.new")
    try:
        fresh.write_text(json.dumps(told, indent=1, ensure_ascii=False) + "\n", encoding="utf-8")
        fresh.replace(path)
    except OSError as error:
        raise FileError(path.name, "", "cannot be written", "Check disk and folder.") from error


def read_truth(root: Path) -> dict[str, Any]:
    """The truth of a simulated study; without recordings where there is none.

    Raises
    ------
    FileError
        If the file is damaged or of another version.
    """
    path = root / TRUTH_FILE
    if not path.exists():
        return {"version": TRUTH_VERSION, "recordings": []}
    try:
        told: dict[str, Any] = json.loads(path.read_text(encoding="utf-8"))
        version, _ = told["version"], told["recordings"]
    except (OSError, ValueError, KeyError, TypeError) as error:
        raise FileError(path.name, "", "cannot be read", "Simulate the study again.") from error
    if version != TRUTH_VERSION:
        raise FileError(path.name, "version", f"is {version}", f"{TRUTH_VERSION} is needed.")
    return told


def _of_recording(
    entry: RecordingEntry, scenario: Scenario, seed: int, simulation: Simulation
) -> dict[str, Any]:
    info = simulation.info
    return {
        "recording_id": info.id,
        "file": entry.path,
        "scenario": scenario.id,
        "title": scenario.title,
        "look_for": scenario.look_for,
        "seed": seed,
        "sampling_rate_hz": info.sampling_rate_hz,
        "n_samples": info.n_samples,
        "channels": [channel.label for channel in info.channels],
        "potentials": [_potential(one) for one in simulation.truth],
        "stretches": [_stretch(one) for one in simulation.stretches],
    }


def _potential(one: TruePotential) -> dict[str, Any]:
    return {
        "activity": one.activity,
        "channel": one.channel,
        "onset": one.interval.start,
        "peak": one.peak_sample,
        "offset": one.interval.stop,
        "amplitude_uv": round(one.amplitude_uv, 2),
        "snr": round(one.snr, 2),
        "unit": one.unit,
        "train": one.train,
        "phases": one.phases,
        "linked": one.linked,
    }


def _stretch(one: TrueStretch) -> dict[str, Any]:
    return {
        "activity": one.activity,
        "channel": one.channel,
        "start": one.interval.start,
        "stop": one.interval.stop,
    }
