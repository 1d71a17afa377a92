"""``emgview simulate``: the list, a study with its truth, refusals."""

from __future__ import annotations

import json
from pathlib import Path

import pytest

from emgview.cli import main
from emgview.recording import RecordingReader
from emgview.session.simulating import read_truth
from emgview.session.study_folder import StudyFolder
from emgview.session.study_session import StudySession
from emgview.simulation import scenarios, simulate


@pytest.fixture(autouse=True)
def _own_settings(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("EMGVIEW_SETTINGS", str(tmp_path / "settings.json"))


def run(study: Path, *more: str) -> int:
    return main(["simulate", "fibrillation", "--study", str(study), "--seconds", "4", *more])


def test_list_tells_every_scenario(capsys: pytest.CaptureFixture[str]) -> None:
    assert main(["simulate", "--list"]) == 0
    told = capsys.readouterr().out
    assert all(made.id in told and made.title in told for made in scenarios())


def test_study_says_simulated_and_holds_the_same_bytes_as_the_simulation(tmp_path: Path) -> None:
    assert run(tmp_path / "S.emg", "--seed", "5") == 0
    folder = StudyFolder(tmp_path / "S.emg")
    study = folder.read()
    assert study.simulated
    made = simulate("fibrillation", seconds=4, seed=5)
    with RecordingReader.open(folder.path_of(study.recordings[0])) as reader:
        assert reader.info.id == made.info.id
        assert reader.read(made.info.whole).tobytes() == made.samples.tobytes()


def test_truth_lies_beside_the_recording_potential_by_potential(tmp_path: Path) -> None:
    assert run(tmp_path / "S.emg", "--seed", "5") == 0
    (told,) = read_truth(tmp_path / "S.emg")["recordings"]
    made = simulate("fibrillation", seconds=4, seed=5)
    assert told["recording_id"] == made.info.id
    assert told["file"] == "recordings/001.h5"
    assert [(p["activity"], p["onset"], p["peak"], p["offset"]) for p in told["potentials"]] == [
        (p.activity, p.interval.start, p.peak_sample, p.interval.stop) for p in made.truth
    ]
    assert set(told["potentials"][0]) == {
        "activity", "channel", "onset", "peak", "offset", "amplitude_uv", "snr", "unit", "train",
        "phases", "linked",
    }  # fmt: skip


def test_a_second_recording_joins_the_study_and_its_truth(tmp_path: Path) -> None:
    assert run(tmp_path / "S.emg") == 0
    assert run(tmp_path / "S.emg", "--seed", "2", "--fs", "10000") == 0
    told = read_truth(tmp_path / "S.emg")["recordings"]
    assert [(row["file"], row["sampling_rate_hz"]) for row in told] == [
        ("recordings/001.h5", 20_000.0),
        ("recordings/002.h5", 10_000.0),
    ]


def test_labels_are_imported_ones(tmp_path: Path) -> None:
    assert run(tmp_path / "S.emg", "--labels") == 0
    with StudySession(StudyFolder(tmp_path / "S.emg"), "reader") as session:
        found = session.items()
    assert {label.activity for label in found} == {"fib"}
    assert {label.origin.value for label in found} == {"import"}
    assert {label.decided_by for label in found} == {"simulator"}


def test_a_study_that_is_not_simulated_is_left_alone(
    tmp_path: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    """Simulated potentials among a patient's recordings could be taken for real ones."""
    StudyFolder(tmp_path / "Case.emg").create()
    assert run(tmp_path / "Case.emg") == 1
    assert "is not a simulated study" in capsys.readouterr().err
    assert not list((tmp_path / "Case.emg" / "recordings").iterdir())


@pytest.mark.parametrize(
    ("arguments", "said"),
    [
        (["simulate"], "No scenario"),
        (["simulate", "fibrillation"], "No study"),
        (["simulate", "no_such", "--study", "X.emg"], "no_such"),
        (["simulate", "mains", "--study", "X.emg", "--seconds", "0"], "Length"),
        (["simulate", "mains", "--study", "X.emg", "--seed", "-1"], "Seed"),
    ],
)
def test_what_cannot_be_done_is_one_line(
    arguments: list[str],
    said: str,
    tmp_path: Path,
    monkeypatch: pytest.MonkeyPatch,
    capsys: pytest.CaptureFixture[str],
) -> None:
    monkeypatch.chdir(tmp_path)
    assert main(arguments) == 1
    assert said in capsys.readouterr().err
    assert not (tmp_path / "X.emg").exists()


def test_machine_readable_result_counts_the_truth(
    tmp_path: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    assert run(tmp_path / "S.emg", "--json") == 0
    told = json.loads(capsys.readouterr().out)
    assert told["seed"] == 1
    assert told["potentials"] == {"fib": len(simulate("fibrillation", seconds=4, seed=1).truth)}


def test_damaged_truth_is_named(tmp_path: Path, capsys: pytest.CaptureFixture[str]) -> None:
    assert run(tmp_path / "S.emg") == 0
    (tmp_path / "S.emg" / "truth.json").write_text("{", encoding="utf-8")
    assert run(tmp_path / "S.emg", "--seed", "3") == 1
    assert "truth.json" in capsys.readouterr().err
    assert len(list((tmp_path / "S.emg" / "recordings").iterdir())) == 1
