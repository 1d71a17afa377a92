"""What comes back at each site of a muscle, against sites made so that the answer is known."""

from __future__ import annotations

import json
from collections import Counter
from dataclasses import replace
from pathlib import Path

import numpy as np
import pytest

from emgview.cli import main
from emgview.model import Label, LabelState, Phase, PhaseMark, RecordingEntry, SampleInterval, Side
from emgview.recording import RecordingWriter, file_sha256
from emgview.session.detecting import detect_in_file
from emgview.session.intents import Reject, StateMuscle
from emgview.session.rhythm_command import describe_rhythm
from emgview.session.site_constancy import MuscleSites, site_constancy
from emgview.session.study_folder import StudyFolder, with_recording
from emgview.session.study_session import StudySession
from emgview.simulation import simulate


def _add(
    folder: StudyFolder, number: int, scenario: str, seed: int, *, two_sites: bool = False
) -> None:
    simulation = simulate(scenario, seconds=20, seed=seed)
    info = replace(simulation.info, id=f"rec-{number}")
    if two_sites:
        half = info.n_samples // 2
        parts = (SampleInterval(100, half), SampleInterval(half, info.n_samples))
        marks = tuple(PhaseMark(part, Phase.REST, n) for n, part in enumerate(parts, 1))
        info = replace(info, phases=marks)
    path = folder.next_recording(number)
    with RecordingWriter.create(path, info, simulation.samples.dtype) as writer:
        for chunk in simulation.chunks(8192):
            writer.append(chunk)
        info = writer.close()
    entry = RecordingEntry(info.id, folder.relative(path), file_sha256(path), title=scenario)
    folder.write(with_recording(folder.read(), entry))


@pytest.fixture(scope="module")
def sites(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """Two recordings of the very same units, one of others, one of another muscle."""
    folder = StudyFolder(tmp_path_factory.mktemp("sites") / "Sites.emg")
    folder.create(simulated=True)
    parts = (("fibrillation", 5), ("fibrillation", 5), ("fasciculation_simple", 5))
    for n, (scenario, seed) in enumerate((*parts, ("fibrillation", 9))):
        _add(folder, n, scenario, seed)
    with StudySession(folder, "Detector") as session:
        for n, recording in enumerate(session.recordings):
            session.add_run(detect_in_file(folder.path_of(recording.entry)))
            side = Side.RIGHT if n == 3 else Side.LEFT
            session.apply(StateMuscle(recording.entry.id, "tib_ant", side))
    return folder.root


@pytest.fixture
def found(sites: Path) -> tuple[MuscleSites, ...]:
    with StudySession(StudyFolder(sites), "Dr. R") as session:
        return site_constancy(session)


def test_the_same_units_come_back_and_others_do_not(found: tuple[MuscleSites, ...]) -> None:
    left, right = found
    assert (left.side, right.side) == (Side.LEFT, Side.RIGHT)
    assert [s.name for s in left.sites] == ["1.1", "2.1", "3.1"]
    assert [s.examined_s for s in left.sites] == pytest.approx([20, 20, 20], abs=0.1)
    by_class = {c.activity: c for c in left.classes}
    fib = by_class["fib"]
    assert fib.found_at == 2
    assert fib.items[0] == fib.items[1] > 0
    assert fib.items[2] == 0
    shapes = [s for s in left.shapes if s.activity == "fib"]
    assert shapes
    assert all(s.items[0] == s.items[1] > 0 for s in shapes), "each shape is at both sites"
    assert sum(s.items[0] for s in shapes) == fib.items[0], "each item is in one shape"
    fasciculations = [s for s in left.shapes if s.activity == "fp"]
    assert fasciculations
    assert all(s.found_at == 1 for s in fasciculations)
    assert left.shapes_again == sum(s.found_at > 1 for s in left.shapes) >= len(shapes)
    assert left.between.alike >= fib.items[0], "each item with itself at the other site"
    assert (right.shapes, right.within.of, right.between.of) == ((), 0, 0), "one site: nothing"


def test_pairs_are_all_pairs_of_trains_of_a_class(
    sites: Path, found: tuple[MuscleSites, ...]
) -> None:
    """Single potentials were pairs once: twenty of one fasciculating unit hid all else."""
    left = found[0]
    with StudySession(StudyFolder(sites), "Dr. R") as session:
        trains = [
            Counter(x.activity for x in session.items(f"rec-{n}") if len(x.peak_samples) > 1)
            for n in range(3)
        ]
    counts = {name: [c[name] for c in trains] for name in ("fib",)}
    assert all(not c[name] for c in trains for name in c if name.startswith("fp_simple"))
    within = sum(n * (n - 1) // 2 for c in counts.values() for n in c)
    between = sum(a * b for c in counts.values() for k, a in enumerate(c) for b in c[k + 1 :])
    assert sum(s.n_items for s in left.sites) == sum(s.n_shapes for s in left.sites)
    assert (left.within.of, left.between.of) == (within, between)


def test_what_was_rejected_does_not_come_back(sites: Path) -> None:
    with StudySession(StudyFolder(sites), "Dr. R") as session:
        before = site_constancy(session)[0]
        gone = [i.id for i in session.items("rec-1") if i.activity == "fib"]
        session.apply(Reject(tuple(gone)))
        after = site_constancy(session)[0]
        from emgview.session.intents import Undo

        session.apply(Undo())
        assert site_constancy(session)[0] == before
    fib = next(c for c in after.classes if c.activity == "fib")
    assert (fib.found_at, fib.items[1]) == (1, 0)
    assert not any(s.found_at > 1 for s in after.shapes if s.activity == "fib")


def test_sites_marked_within_a_recording_are_sites(tmp_path: Path) -> None:
    """A train that goes on while the needle moves is an item of both sites."""
    folder = StudyFolder(tmp_path / "Marked.emg")
    folder.create(simulated=True)
    _add(folder, 0, "fibrillation", 5, two_sites=True)
    with StudySession(folder, "Dr. R") as session:
        (recording,) = session.recordings
        session.add_run(detect_in_file(folder.path_of(recording.entry)))
        session.apply(StateMuscle("rec-0", "tib_ant", Side.LEFT))
        (only,) = site_constancy(session)
        labels = session.items("rec-0")
    half = recording.info.n_samples // 2
    assert [s.name for s in only.sites] == ["1.1", "1.2"]
    assert [s.examined_s for s in only.sites] == pytest.approx([10, 10], abs=0.1)
    fib = next(c for c in only.classes if c.activity == "fib")
    peaks = np.concatenate([x.peak_samples for x in labels if _is_fib(x)])
    assert fib.potentials == ((peaks < half).sum(), (peaks >= half).sum())
    assert any(s.found_at == 2 for s in only.shapes)


def _is_fib(label: Label) -> bool:
    return label.activity == "fib" and label.state is LabelState.PROPOSED


def test_the_command_line_tells_the_same(sites: Path, tmp_path: Path) -> None:
    out = tmp_path / "rhythm.json"
    assert main(["rhythm", str(sites), "--json", str(out)]) == 0
    data = json.loads(out.read_text(encoding="utf-8"))
    assert data == json.loads(json.dumps(describe_rhythm(sites)))
    left = data["muscles"][0]
    assert left["shapes_again"]["of"] == len(left["shapes"])
    assert {c["of_sites"] for c in left["classes"]} == {3}
    assert [r["number"] for r in data["recordings"]] == [1, 2, 3, 4]


def test_the_command_line_says_it_in_words(sites: Path, capsys: pytest.CaptureFixture[str]) -> None:
    assert main(["rhythm", str(sites)]) == 0
    said = capsys.readouterr().out
    assert "Tibialis anterior (L): 3 site(s)" in said
    assert "Fibrillation potential: at 2 of 3 sites" in said
    assert "nothing to compare with" in said, "the right side has one site"
