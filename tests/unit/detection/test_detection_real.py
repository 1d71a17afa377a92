"""Real voluntary recordings: what may be found in them, and how many false alarms are allowed."""

from __future__ import annotations

from functools import lru_cache
from pathlib import Path
from typing import TYPE_CHECKING

import numpy as np
import pytest

if TYPE_CHECKING:
    from tests.unit.detection.conftest import Lab

from emgview.detection import Detector
from emgview.model import DetectionRun, ImportHints, RecordingInfo
from emgview.sources import open_file

NAMES = ("emg_healthy", "emg_myopathy", "emg_neuropathy")


@lru_cache(maxsize=3)
def run_of(folder: Path, name: str) -> tuple[RecordingInfo, DetectionRun]:
    pytest.importorskip("wfdb")
    (recording,) = open_file(folder / "physionet_emgdb" / f"{name}.hea", ImportHints())
    detector = Detector(recording.info)
    for chunk in recording.chunks(4000):
        detector.push(chunk)
    return recording.info, detector.finish()


@pytest.mark.parametrize("name", NAMES)
def test_voluntary_records_yield_at_most_two_false_alarms_a_minute(
    data_dir: Path, lab: Lab, name: str
) -> None:
    """They are contractions that fade into rest: a regular unit is voluntary, no disease."""
    info, run = run_of(data_dir, name)
    alarms = [
        q for p in lab.of_class(run, "fib", "psw", "fp") for q in p.potentials or (p.interval,)
    ]
    assert len(alarms) <= 2 * info.duration_s / 60


@pytest.mark.parametrize("name", NAMES)
def test_the_low_sampling_rate_is_told(data_dir: Path, name: str) -> None:
    _, run = run_of(data_dir, name)
    (remark,) = run.remarks
    assert not remark.refused
    assert "4000 Hz" in remark.reason


@pytest.mark.parametrize("name", NAMES)
def test_motor_unit_potentials_are_found_in_every_record(
    data_dir: Path, lab: Lab, name: str
) -> None:
    info, run = run_of(data_dir, name)
    assert len(lab.peaks_of(lab.of_class(run, "mup"))) > 3 * info.duration_s
    assert sum(len(part) for part in run.examined) == info.n_samples


def test_the_big_unit_of_the_neuropathy_record_is_a_motor_unit(data_dir: Path, lab: Lab) -> None:
    """About 10 a second and 2 to 3.5 mV over ten seconds, not regular enough for a machine."""
    _, run = run_of(data_dir, "emg_neuropathy")
    big = [
        p
        for p in lab.of_class(run, "mup")
        if (p.evidence.amplitude_uv or 0) > 2000 and len(p.potentials) > 60
        if p.evidence.rate_hz is not None
    ]
    assert big
    for unit in big:
        assert unit.evidence.rate_hz is not None
        assert 8 <= unit.evidence.rate_hz <= 13
        assert unit.evidence.interval_cv is not None
        assert 0.05 < unit.evidence.interval_cv < 0.3
    first = big[0]
    rate = len(first.potentials) / (len(first.interval) / 4000.0)
    assert rate == pytest.approx(np.asarray(first.evidence.rate_hz), rel=0.2)
