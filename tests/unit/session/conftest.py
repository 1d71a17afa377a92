"""A study that the detector has judged, for the use cases of review."""

from __future__ import annotations

import shutil
from collections.abc import Iterator
from pathlib import Path

import pytest

from emgview.model import Label, RecordingEntry
from emgview.recording import RecordingWriter, file_sha256
from emgview.session.detecting import detect_in_file
from emgview.session.study_folder import StudyFolder, with_recording
from emgview.session.study_session import StudySession
from emgview.simulation import simulate


@pytest.fixture(scope="session")
def judged(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """Fibrillation potentials, then fasciculation potentials; not to be written to."""
    folder = StudyFolder(tmp_path_factory.mktemp("review") / "Judged.emg")
    study = folder.create(simulated=True)
    for n, (scenario, seconds) in enumerate((("fibrillation", 20), ("fasciculation_simple", 30))):
        simulation = simulate(scenario, seconds=seconds, seed=5)
        path = folder.next_recording(n)
        with RecordingWriter.create(path, simulation.info, simulation.samples.dtype) as writer:
            for chunk in simulation.chunks(8192):
                writer.append(chunk)
            info = writer.close()
        entry = RecordingEntry(info.id, folder.relative(path), file_sha256(path), title=scenario)
        study = with_recording(study, entry)
    folder.write(study)
    with StudySession(folder, "Detector") as session:
        for recording in session.recordings:
            session.add_run(detect_in_file(folder.path_of(recording.entry)))
    return folder.root


@pytest.fixture
def study(judged: Path, tmp_path: Path) -> Path:
    """A copy that the test may change."""
    shutil.copytree(judged, tmp_path / "Judged.emg")
    return tmp_path / "Judged.emg"


@pytest.fixture
def session(study: Path) -> Iterator[StudySession]:
    """That study, open."""
    with StudySession(StudyFolder(study), "Dr. R") as opened:
        yield opened


@pytest.fixture
def train(session: StudySession) -> Label:
    """The longest train of the first recording."""
    items = session.items(session.recordings[0].entry.id)
    return max(items, key=lambda item: len(item.peak_samples))
