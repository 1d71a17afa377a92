"""An examination with the simulator as device: files, marks, proposals, study."""

from __future__ import annotations

import threading
import time
from collections import Counter
from dataclasses import replace
from functools import partial
from pathlib import Path

import numpy as np
import pytest

from emgview.errors import EmgviewError, PolicyError
from emgview.model import Phase, SampleInterval, Side
from emgview.recording import RecordingReader
from emgview.session.detecting import detect_in_file
from emgview.session.live.exam import LiveExam, Needle
from emgview.session.live.record_command import record
from emgview.session.live.recovery import must_recover, recover
from emgview.session.live.states import LiveState
from emgview.session.live.taking_in import complete, enter
from emgview.session.study_folder import StudyFolder
from emgview.session.study_session import StudySession
from emgview.sources.live import make_source, parse_spec
from tests.races.scripted_source import Heard, until

SOURCE = "simulator:fib_psw_mixed?rate=10000&channels=2&seed=4"


@pytest.fixture
def folder(tmp_path: Path) -> StudyFolder:
    made = StudyFolder(tmp_path / "Case.emg")
    made.create(simulated=True)
    return made


def opened(source: str, folder: StudyFolder | None, *, detect: bool) -> tuple[LiveExam, Heard]:
    heard = Heard()
    exam = LiveExam(source, folder, heard, detect=detect, silent=True)
    exam.start()
    assert exam.opened(20)
    return exam, heard


def test_detecting_the_saved_file_gives_the_same_proposals(folder: StudyFolder) -> None:
    done = record(f"{SOURCE}&speed=8&seconds=25&loop=no", folder.root, 60, detect=True)
    assert done.samples == 250_000
    from_file = detect_in_file(done.path)
    with StudySession(folder, "reader") as session:
        live = session.run(done.recording_id)
        assert live is not None
        assert live.proposals == from_file.proposals
        assert live == from_file
        assert len(session.items(done.recording_id)) == len(from_file.proposals) > 0
    assert sum(done.counts.values()) > 50


def test_what_was_recorded_is_what_the_source_gave(folder: StudyFolder) -> None:
    done = record(f"{SOURCE}&speed=20&seconds=5&loop=no", folder.root, 60)
    source = make_source(parse_spec(f"{SOURCE}&speed=1000&seconds=5&loop=no"))
    source.open()
    given = []
    try:
        while (block := source.read(1.0)) is not None:
            given.append(block.samples)
    except EmgviewError:
        pass  # the source is at its end
    with RecordingReader.open(done.path) as reader:
        rows = reader.read(SampleInterval(0, reader.info.n_samples))
    np.testing.assert_array_equal(rows, np.concatenate(given))


def test_phase_site_and_bookmarks_are_written_with_the_recording(folder: StudyFolder) -> None:
    exam, heard = opened(SOURCE, folder, detect=False)
    exam.place_needle(Needle("tib_ant", Side.RIGHT))
    exam.set_phase(Phase.INSERTION)
    exam.record()
    time.sleep(0.2)
    exam.set_phase(Phase.REST)
    exam.bookmark(exam.ring.head, "here")
    time.sleep(0.2)
    exam.next_site()
    time.sleep(0.2)
    exam.stop_recording()
    assert exam.close()
    finished = heard.files[0]
    with RecordingReader.open(finished.path) as reader:
        info = reader.info
    assert (info.muscle, info.side) == ("tib_ant", Side.RIGHT)
    assert [(p.phase, p.site) for p in info.phases] == [
        (Phase.INSERTION, 1),
        (Phase.REST, 1),
        (Phase.REST, 2),
    ]
    assert info.phases[0].interval.start == 0
    assert info.phases[-1].interval.stop == info.n_samples
    (mark,) = finished.bookmarks
    assert 0 < mark.sample < info.n_samples
    entry = enter(folder, finished)
    with StudySession(folder, "reader") as session:
        complete(session, finished)
        assert session.bookmarks(entry.id).marks == (mark,)


def _so_many_files(heard: Heard, n: int) -> bool:
    return len(heard.files) >= n


def test_every_muscle_is_written_and_judged_by_the_same_few_threads(folder: StudyFolder) -> None:
    """Memory grew from muscle to muscle, though nothing was kept.

    Recorder and detector had a new thread each time; the allocator gave it whichever heap was
    free, until each of many heaps had once held a whole detector.
    """
    exam, heard = opened(f"{SOURCE}&speed=4", folder, detect=True)
    threads: set[threading.Thread] = set()  # held, so that none is taken for another
    exam.record()
    for number in range(6):
        exam.place_needle(Needle(f"muscle {number}"))
        until(lambda: exam.suggester is not None and exam.suggester.latest.judged_s > 0.2)
        threads.update(threading.enumerate())
        until(partial(_so_many_files, heard, number))
    exam.stop_recording()
    assert exam.close()
    assert len(heard.files) == 7
    names = Counter(thread.name for thread in threads)
    assert 1 <= names["emgview-recorder"] <= 3
    assert 1 <= names["emgview-detector"] <= 3


def test_the_last_seconds_can_be_kept_though_nothing_was_recorded(folder: StudyFolder) -> None:
    exam, heard = opened(SOURCE, folder, detect=False)
    until(lambda: exam.ring.head > 12_000)
    exam.keep_last(1.0)
    until(lambda: heard.files)
    with RecordingReader.open(heard.files[0].path) as reader:
        info, rows = reader.info, reader.read(SampleInterval(0, 10_000))
    assert (info.n_samples, info.gaps) == (10_000, ())
    kept = exam.ring.read(SampleInterval(0, exam.ring.head))
    windows = np.lib.stride_tricks.sliding_window_view(kept[:, 0], 10_000)
    assert (windows == rows[:, 0]).all(axis=1).any()
    assert exam.close()


def test_suggestions_come_while_it_goes_on(folder: StudyFolder) -> None:
    exam, heard = opened(SOURCE, folder, detect=True)
    exam.record()
    until(lambda: exam.suggester is not None and exam.suggester.latest.counts, 20)
    suggester = exam.suggester
    assert suggester is not None
    latest = suggester.latest
    assert latest.judged_s > 0
    assert latest.base > 0 or heard.suggestions
    exam.stop_recording()
    assert exam.close()
    assert heard.files[0].run is not None


def test_without_a_study_nothing_is_recorded() -> None:
    exam, _heard = opened(SOURCE, None, detect=False)
    with pytest.raises(PolicyError, match="no study"):
        exam.record()
    with pytest.raises(PolicyError, match="Nothing is recorded"):
        exam.stop_recording()
    assert exam.state is LiveState.PREVIEWING
    assert exam.close()


def test_a_wrong_source_makes_no_study(tmp_path: Path) -> None:
    with pytest.raises(EmgviewError, match="Choose one of"):
        record("nothing:1", tmp_path / "New.emg", 1)
    assert not (tmp_path / "New.emg").exists()


def test_a_recording_that_the_study_does_not_list_is_found_again(folder: StudyFolder) -> None:
    exam, heard = opened(SOURCE, folder, detect=False)
    exam.record()
    time.sleep(0.3)
    exam.stop_recording()
    assert exam.close()
    assert must_recover(folder)
    assert "did not list" in recover(folder)[0]
    assert not must_recover(folder)
    assert folder.read().recordings[0].id == heard.files[0].info.id


def test_a_file_that_could_not_be_closed_is_repaired_when_it_is_taken_in(
    folder: StudyFolder,
) -> None:
    exam, heard = opened(SOURCE, folder, detect=False)
    exam.record()
    recorder = exam.recorder
    assert recorder is not None
    until(lambda: recorder.written > 2000)
    writer = recorder._writer
    assert writer is not None
    writer._file.close()  # as if the disk had gone
    until(lambda: recorder.failed)
    assert any(h.level == "red" and "Nothing is recorded" in h.text for h in heard.told)
    exam.stop_recording()
    assert exam.close()
    finished = heard.files[0]
    assert finished.failed
    entry = enter(folder, replace(finished))
    with RecordingReader.open(folder.path_of(entry)) as reader:
        assert reader.closed
        assert reader.info.n_samples >= 2000
