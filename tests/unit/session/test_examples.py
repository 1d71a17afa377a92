"""Examples for learning: complete, made once, labelled with the truth, and called simulated."""

from __future__ import annotations

from pathlib import Path

import pytest

from emgview.errors import EmgviewError
from emgview.model import LabelState, Origin, load_vocabulary
from emgview.session.examples import example_place, examples, make_example, truth_labels
from emgview.session.study_folder import StudyFolder
from emgview.session.study_session import StudySession
from emgview.simulation import scenarios, simulate


def test_menu_has_each_scenario_with_a_group_once() -> None:
    listed = [example.id for _, group in examples() for example in group]
    assert listed == list(dict.fromkeys(listed))
    assert set(listed) == {made.id for made in scenarios() if made.group}
    assert all(group for _, group in examples())


def test_example_is_simulated_by_name_and_its_truth_is_labels(tmp_path: Path) -> None:
    root = make_example("example_myotonic", tmp_path / "E.emg")
    study = StudyFolder(root).read()
    assert study.simulated
    assert study.patient.name == "Simulated: Myotonic discharge"
    assert study.recordings[0].title.startswith("Simulated: ")
    with StudySession(StudyFolder(root), "learner") as session:
        labels = session.items()
    made = simulate("example_myotonic", seed=1)
    assert len(labels) == len({one.train for one in made.truth})
    assert sum(len(label.peak_samples) for label in labels) == len(made.truth)
    assert {label.origin for label in labels} == {Origin.IMPORT}
    assert {label.state for label in labels} == {LabelState.CONFIRMED}


def test_example_that_is_there_is_kept(tmp_path: Path) -> None:
    root = make_example("artefact_pops", tmp_path / "E.emg")
    before = (root / "study.json").read_bytes()
    assert make_example("artefact_pops", root) == root
    assert (root / "study.json").read_bytes() == before
    assert not list(tmp_path.glob("*.new"))


def test_labels_are_of_known_classes_and_satellites_are_called_so() -> None:
    labels = truth_labels(simulate("example_satellite", seconds=8, seed=1))
    found = {label.activity for label in labels}
    assert found == {"mup_neuro", "satellite"}
    assert all(load_vocabulary().get(activity) for activity in found)


def test_stretches_are_labels_without_peaks() -> None:
    labels = truth_labels(simulate("artefact_mains_50", seconds=5, seed=1))
    assert [(label.channel, label.activity) for label in labels] == [
        (0, "art_mains"),
        (1, "art_mains"),
    ]
    assert all(label.peak_samples == () for label in labels)


def test_unknown_example_is_refused_and_leaves_nothing(tmp_path: Path) -> None:
    with pytest.raises(EmgviewError, match="no_such"):
        make_example("no_such", tmp_path / "E.emg")
    assert not list(tmp_path.iterdir())


def test_place_of_an_example_says_simulated() -> None:
    assert example_place("artefact_pops").name == "Simulated artefact_pops.emg"
