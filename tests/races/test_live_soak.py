"""An hour of acquisition, six times as fast: nothing is lost, and memory is flat.

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

HOUR_S, SPEED = 3600.0, 6.0
MUSCLES = ("tib_ant", "fdi", "biceps", "deltoid", "vast_lat")
MUSCLE_S = 120.0
MOST_LAG_S = 20.0
"""Of signal, at this speed; what waits for the detector is memory too."""
T_95 = 2.16
"""Of Student's distribution: both sides, 15 muscles in the second half hour less 2."""
RESOLUTION_MB = 0.25
"""A thousandth of what is read. Heaps grow in steps of 0.13 MB, and Linux adds up the pages of its
processors in batches: less than this cannot be told from standing still."""
MOST_DRIFT_MB = 4.0
"""A run whose readings scatter so much that it could hide more than this tells nothing."""
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
def test_memory_is_flat_in_an_hour_of_examination(tmp_path: Path) -> None:
    folder, heard = StudyFolder(tmp_path / "Case.emg"), HeardBriefly()
    folder.create(simulated=True)
    source = f"simulator:mixed_spontaneous?channels=4&rate=10000&speed={SPEED:g}&seconds=120"
    exam = LiveExam(source, folder, heard, sound=False, ring_s=60.0)
    exam.start()
    assert exam.opened(30)
    exam.place_needle(Needle(MUSCLES[0]))
    exam.record()
    memory: list[tuple[float, float]] = []
    began, number, lag_s = time.monotonic(), 0, 0.0
    while (passed := (time.monotonic() - began) * SPEED) < HOUR_S:
        if passed > (number + 1) * MUSCLE_S:
            number += 1
            exam.place_needle(Needle(MUSCLES[number % len(MUSCLES)]))
        time.sleep(0.5)
        memory.append((passed / 60, rss_mb()))
        assert exam.suggester is not None
        lag_s = max(lag_s, exam.suggester.lag_s)
    print(f"\nmost lag of the detector {lag_s:.1f} s of signal")  # noqa: T201
    assert exam.state is LiveState.RECORDING
    exam.stop_recording()
    closed = exam.close()
    assert lag_s < MOST_LAG_S, "other work held the detector up: this run says nothing of memory"
    assert closed
    _check_files(heard)
    _check_flat(memory)


def _check_files(heard: Heard) -> None:
    assert len(heard.files) == int(HOUR_S / MUSCLE_S)
    total = 0
    for finished in heard.files:
        with RecordingReader.open(finished.path) as reader:
            assert reader.closed
            assert reader.info.gaps == ()
            total += reader.info.n_samples
    assert total > 0.97 * HOUR_S * 10_000


def _check_flat(memory: list[tuple[float, float]]) -> None:
    """The slope over the second half hour is within its noise.

    Each muscle counts as one reading, the mean of its own: what is read within one hangs
    together, and would make the noise of the slope seem smaller than it is. The drift of the
    fitted line must lie within the 95 % confidence limits of no slope, or below
    :data:`RESOLUTION_MB`, where the readings hardly scatter at all.
    """
    minutes, read = np.array(memory).T
    muscle = (minutes * 60 // MUSCLE_S).astype(int)
    late = np.arange(HOUR_S / MUSCLE_S / 2, HOUR_S / MUSCLE_S, dtype=int)
    means = np.array([read[muscle == number].mean() for number in late])
    (slope, _offset), covariance = np.polyfit(late, means, 1, cov=True)
    drift, noise = len(late) * slope, len(late) * T_95 * float(covariance[0, 0] ** 0.5)
    print(  # noqa: T201 - the figures of the soak
        f"\nmemory of each muscle {np.round(means, 2).tolist()} MB: "
        f"drift {drift:.2f} MB in half an hour, noise {noise:.2f} MB"
    )
    assert drift <= min(max(noise, RESOLUTION_MB), MOST_DRIFT_MB)
