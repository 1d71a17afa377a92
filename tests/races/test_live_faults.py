"""Faults of sources, disks and programs: each ends with a readable file and a plain message."""

from __future__ import annotations

import os
import subprocess
import sys
import threading
import time
from collections.abc import Iterator
from pathlib import Path

import numpy as np
import pytest
from numpy.typing import NDArray

from emgview.errors import EmgviewError
from emgview.model import RecordingInfo, SampleInterval
from emgview.recording import RecordingReader, validate
from emgview.session.live import exam as exam_module
from emgview.session.live import recorder as recorder_module
from emgview.session.live.exam import LiveExam, Needle
from emgview.session.live.health import Levels, figures, load_limits
from emgview.session.live.recorder import Recorder
from emgview.session.live.states import LiveState
from emgview.session.study_folder import StudyFolder
from tests.races.scripted_source import Heard, Script, Scripted, Step, lost, until


@pytest.fixture
def folder(tmp_path: Path) -> StudyFolder:
    made = StudyFolder(tmp_path / "Case.emg")
    made.create()
    return made


def make_exam(
    monkeypatch: pytest.MonkeyPatch, source: Scripted, folder: StudyFolder | None, **more: object
) -> tuple[LiveExam, Heard]:
    monkeypatch.setattr(exam_module, "make_source", lambda _spec: source)
    heard = Heard()
    exam = LiveExam("test:scripted", folder, heard, detect=False, sound=False, **more)  # type: ignore[arg-type]
    _MADE.append(exam)
    return exam, heard


_MADE: list[LiveExam] = []


@pytest.fixture(autouse=True)
def _closed() -> Iterator[None]:
    """A test that fails leaves nothing at work."""
    yield
    while _MADE:
        _MADE.pop().close()


def record_from_the_first_sample(exam: LiveExam) -> Recorder:
    exam.acquisition.hold()
    exam.start()
    assert exam.opened(5)
    exam.record()
    exam.acquisition.go()
    recorder = exam.recorder
    assert recorder is not None
    return recorder


def record_all(
    monkeypatch: pytest.MonkeyPatch, script: Script, folder: StudyFolder, **source: object
) -> tuple[Scripted, Heard, RecordingInfo, NDArray[np.generic]]:
    """Record a script from its first sample to its end."""
    made = Scripted(script, **source)  # type: ignore[arg-type]
    exam, heard = make_exam(monkeypatch, made, folder)
    record_from_the_first_sample(exam)
    until(lambda: exam.state is LiveState.IDLE, 20)
    assert exam.close()
    return (made, heard, *read_back(heard.files[0].path))


def read_back(path: Path) -> tuple[RecordingInfo, NDArray[np.generic]]:
    problems = [p for p in validate(path) if p.code != "not-finite"]  # told of as it is: a warning
    assert problems == []
    with RecordingReader.open(path) as reader:
        assert reader.closed
        return reader.info, reader.read(SampleInterval(0, reader.info.n_samples))


def assert_numbered(info: RecordingInfo, rows: NDArray[np.generic]) -> None:
    """Every sample is at the place of its number; gaps are where numbers are missing."""
    there = np.ones(info.n_samples, bool)
    for gap in info.gaps:
        there[gap.start : gap.interval.stop] = False
    np.testing.assert_array_equal(rows[there, 0], np.arange(info.n_samples)[there])


def test_lost_packets_are_gaps_of_their_length(
    monkeypatch: pytest.MonkeyPatch, folder: StudyFolder
) -> None:
    def script(s: Scripted) -> Iterator[Step]:
        yield s.block(500)
        yield s.block(300, lost=37)
        yield s.block(1)
        yield s.block(700, lost=1)

    _made, _heard, info, rows = record_all(monkeypatch, script, folder)
    assert [(g.start, g.lost) for g in info.gaps] == [(500, 37), (838, 1)]
    assert_numbered(info, rows)
    assert info.n_samples == 1539


def test_unplugged_and_back_is_a_gap_as_long_as_it_took(
    monkeypatch: pytest.MonkeyPatch, folder: StudyFolder
) -> None:
    moments: list[float] = []

    def script(s: Scripted) -> Iterator[Step]:
        yield s.block(1000)
        moments.append(time.monotonic())
        s.failures_to_open = 2
        yield lost()
        first = s.block(100, lost=None)
        moments.append(time.monotonic())
        yield first
        yield s.block(900)

    made, heard, info, _rows = record_all(monkeypatch, script, folder)
    assert made.opened == 4
    assert [s for s in heard.states if s is LiveState.LOST]
    after = heard.states[heard.states.index(LiveState.LOST) :]
    assert after[1] is LiveState.RECORDING
    assert "The cable is out. Plug it in. Trying to connect again." in heard.texts()
    assert "back" in heard.texts()
    (gap,) = info.gaps
    really = (moments[1] - moments[0]) * made.rate
    assert gap.start == 1000
    assert abs(gap.lost + 100 - really) < 0.05 * made.rate
    assert info.n_samples == 2000 + gap.lost


def test_a_source_that_comes_back_as_another_is_not_recorded_into_the_same_file(
    monkeypatch: pytest.MonkeyPatch, folder: StudyFolder
) -> None:
    def script(s: Scripted) -> Iterator[Step]:
        yield s.block(1000)
        s.format_channels = 3
        yield lost()

    source = Scripted(script)
    exam, heard = make_exam(monkeypatch, source, folder)
    exam.start()
    assert exam.opened(5)
    exam.record()
    until(lambda: "3 channels" in heard.texts())
    assert exam.state is LiveState.LOST
    exam.stop_recording()
    assert exam.close()
    info, _rows = read_back(heard.files[0].path)
    assert info.n_samples >= 0
    assert "start anew" in heard.texts()


def test_values_that_are_no_numbers_are_kept_and_counted(
    monkeypatch: pytest.MonkeyPatch, folder: StudyFolder
) -> None:
    def script(s: Scripted) -> Iterator[Step]:
        yield s.block(100)
        bad = s.block(50)
        bad.samples[10:20, 1] = np.nan
        yield bad
        yield s.block(100)

    _made, _heard, info, rows = record_all(monkeypatch, script, folder, dtype="float32")
    assert info.gaps == ()
    assert np.flatnonzero(np.isnan(rows[:, 1].astype(float))).tolist() == list(range(110, 120))
    assert not np.isnan(rows[:, 0].astype(float)).any()


def test_a_wrong_number_of_channels_is_a_loss_not_a_crash(
    monkeypatch: pytest.MonkeyPatch, folder: StudyFolder
) -> None:
    def script(s: Scripted) -> Iterator[Step]:
        yield s.block(400)
        s.n_channels = 5
        yield s.block(10)
        s.n_channels = 2
        yield s.block(400, lost=None)

    _made, heard, info, rows = record_all(monkeypatch, script, folder)
    assert "5 channels instead of 2" in heard.texts()
    assert len(info.gaps) == 1
    assert rows.shape[1] == 2


def test_a_clock_that_went_back_is_noted(
    monkeypatch: pytest.MonkeyPatch, folder: StudyFolder
) -> None:
    def script(s: Scripted) -> Iterator[Step]:
        yield s.block(400)
        yield s.block(400, note="The clock of the source went back by 12 ms.")

    _made, heard, info, rows = record_all(monkeypatch, script, folder)
    assert "went back by 12 ms" in " ".join(heard.files[0].happenings)
    assert_numbered(info, rows)
    assert info.gaps == ()


def test_bursts_lose_nothing(monkeypatch: pytest.MonkeyPatch, folder: StudyFolder) -> None:
    def script(s: Scripted) -> Iterator[Step]:
        for n in (50_000, 1, 120_000, 7, 60_000):
            yield 0.1
            yield s.block(n)

    _made, _heard, info, rows = record_all(monkeypatch, script, folder)
    assert (info.n_samples, info.gaps) == (230_008, ())
    assert_numbered(info, rows)


def test_a_wrong_rate_is_red_in_the_health_line(monkeypatch: pytest.MonkeyPatch) -> None:
    def script(s: Scripted) -> Iterator[Step]:
        while True:
            yield s.block(100)
            yield 0.02  # half of what it states

    source = Scripted(script)
    exam, _heard = make_exam(monkeypatch, source, None)
    exam.start()
    assert exam.opened(5)
    time.sleep(1.0)
    line = figures(exam.acquisition, None, None, Levels(), None, load_limits())
    rate = next(figure for figure in line if figure.name == "Samples/s")
    assert rate.red
    assert "check the settings" in rate.help
    assert exam.close()


def steady(s: Scripted) -> Iterator[Step]:
    """A block of 10 ms each 10 ms."""
    while True:
        yield s.block(100)
        yield 0.009


def test_a_slow_disk_becomes_a_gap_and_an_alarm(
    monkeypatch: pytest.MonkeyPatch, folder: StudyFolder
) -> None:
    monkeypatch.setattr(recorder_module, "QUEUE_S", 0.2)
    exam, heard = make_exam(monkeypatch, Scripted(steady), folder)
    exam.files.writer_slowness = 3.0
    recorder = record_from_the_first_sample(exam)
    until(lambda: recorder.dropped > 1000)
    assert "The disk is too slow" in heard.texts()
    assert any(h.level == "red" for h in heard.told)
    exam.stop_recording()
    assert exam.close()
    info, rows = read_back(heard.files[0].path)
    assert sum(g.lost for g in info.gaps) == recorder.dropped
    assert_numbered(info, rows)


@pytest.fixture
def small_disk(tmp_path: Path) -> Iterator[Path]:
    place = tmp_path / "small"
    place.mkdir()
    command = ["mount", "-t", "tmpfs", "-o", "size=100m", "tmpfs", str(place)]
    if sys.platform != "linux" or subprocess.run(command, capture_output=True).returncode != 0:
        pytest.skip("a small disk can only be made by an administrator of Linux")
    yield place
    subprocess.run(["umount", "-l", str(place)], check=True)


def test_a_full_disk_is_a_gap_and_the_file_goes_on_when_there_is_room(
    monkeypatch: pytest.MonkeyPatch, small_disk: Path
) -> None:
    monkeypatch.setattr(recorder_module, "_LOOK_AT_DISK_S", 0.05)
    folder = StudyFolder(small_disk / "Case.emg")
    folder.create()
    exam, heard = make_exam(monkeypatch, Scripted(steady), folder)
    recorder = record_from_the_first_sample(exam)
    until(lambda: recorder.written > 2000)
    ballast = small_disk / "ballast"
    ballast.write_bytes(os.urandom(50 * 2**20))
    until(lambda: recorder.dropped > 2000)
    assert "The disk is full" in heard.texts()
    assert "Free some space" in heard.texts()
    ballast.unlink()
    before = recorder.written
    until(lambda: recorder.written > before + 2000)
    exam.stop_recording()
    assert exam.close()
    info, rows = read_back(heard.files[0].path)
    assert len(info.gaps) == 1
    assert info.gaps[0].lost == recorder.dropped
    assert_numbered(info, rows)
    assert any(h.level == "clear" for h in heard.told)


def test_a_full_disk_at_the_end_leaves_a_finished_file(
    monkeypatch: pytest.MonkeyPatch, small_disk: Path
) -> None:
    monkeypatch.setattr(recorder_module, "_LOOK_AT_DISK_S", 0.05)
    folder = StudyFolder(small_disk / "Case.emg")
    folder.create()
    exam, heard = make_exam(monkeypatch, Scripted(steady), folder)
    recorder = record_from_the_first_sample(exam)
    until(lambda: recorder.written > 2000)
    (small_disk / "ballast").write_bytes(os.urandom(60 * 2**20))
    until(lambda: recorder.dropped > 1000)
    exam.stop_recording()
    assert exam.close()
    info, rows = read_back(heard.files[0].path)
    assert info.n_samples == recorder.received
    assert sum(g.lost for g in info.gaps) == recorder.dropped
    assert_numbered(info, rows)


def test_all_threads_end_within_two_seconds(
    monkeypatch: pytest.MonkeyPatch, folder: StudyFolder
) -> None:
    source = Scripted(steady)
    monkeypatch.setattr(exam_module, "make_source", lambda _spec: source)
    exam = LiveExam("test:scripted", folder, Heard(), silent=True)
    exam.start()
    assert exam.opened(5)
    exam.record()
    time.sleep(0.5)
    began = time.monotonic()
    assert exam.close()
    assert time.monotonic() - began < 2.0
    left = [t.name for t in threading.enumerate() if t.name.startswith("emgview-")]
    assert left == []


def test_a_source_that_is_not_there_says_what_to_do(monkeypatch: pytest.MonkeyPatch) -> None:
    source = Scripted(steady)
    source.failures_to_open = 1
    exam, heard = make_exam(monkeypatch, source, None)
    exam.start()
    with pytest.raises(Exception, match=r"not there\. Plug it in"):
        exam.opened(5)
    assert exam.close()
    assert heard.states == [LiveState.CONNECTING, LiveState.STOPPING, LiveState.IDLE]


def test_a_source_that_breaks_down_is_told_and_what_came_is_kept(
    monkeypatch: pytest.MonkeyPatch, folder: StudyFolder
) -> None:
    """An error that is none of the program's own, as the library of a device may raise."""

    def script(s: Scripted) -> Iterator[Step]:
        yield s.block(1000)
        yield ZeroDivisionError("in a library")

    _made, heard, info, rows = record_all(monkeypatch, script, folder)
    assert info.n_samples == 1000
    assert_numbered(info, rows)
    red = [h.text for h in heard.told if h.level == "red"]
    assert red == [
        "The source broke down (ZeroDivisionError): nothing comes any more. "
        "What was recorded is kept. Choose the source again."
    ]
    assert heard.files[0].happenings == tuple(red)


def test_a_source_that_breaks_down_at_its_opening_is_told(
    monkeypatch: pytest.MonkeyPatch,
) -> None:
    source = Scripted(steady)
    monkeypatch.setattr(source, "open", lambda: 1 // 0)
    exam, heard = make_exam(monkeypatch, source, None)
    exam.start()
    with pytest.raises(EmgviewError, match="broke down"):
        exam.opened(5)
    assert exam.close()
    assert heard.states[-1] is LiveState.IDLE


def test_the_next_muscle_begins_where_the_last_one_ends(
    monkeypatch: pytest.MonkeyPatch, folder: StudyFolder
) -> None:
    exam, heard = make_exam(monkeypatch, Scripted(steady), folder)
    exam.acquisition.hold()
    exam.start()
    assert exam.opened(5)
    exam.place_needle(Needle("tib_ant"))
    exam.record()
    exam.acquisition.go()
    for muscle in ("fdi", "biceps", "deltoid"):
        time.sleep(0.15)
        exam.place_needle(Needle(muscle))
    time.sleep(0.15)
    exam.stop_recording()
    assert exam.close()
    files = [read_back(f.path) for f in heard.files]
    assert [info.muscle for info, _ in files] == ["tib_ant", "fdi", "biceps", "deltoid"]
    assert all(info.gaps == () for info, _ in files)
    numbers = np.concatenate([rows[:, 0] for _, rows in files])
    np.testing.assert_array_equal(numbers, np.arange(len(numbers)))
