"""Examples to look at and listen to: simulated studies whose truth stands on the trace as labels.

The menu is made from the scenarios that have a group; each example is made once, in the user's data
folder, and opened again from there. Its labels are imported ones of the simulator, so no reader is
said to have decided anything.
"""

from __future__ import annotations

import shutil
import uuid
from collections import defaultdict
from collections.abc import Iterable
from dataclasses import dataclass, replace
from pathlib import Path

import platformdirs

from emgview.model import Label, LabelState, Origin, Patient, Progress, SampleInterval
from emgview.review import Actor, Add, ReviewStore
from emgview.session.simulating import simulate_into
from emgview.session.study_folder import StudyFolder
from emgview.simulation import Simulation, TruePotential, scenario, scenarios

EXAMPLE_SEED = 1
_GROUPS = {
    "normal": "Normal",
    "class": "Discharges and units",
    "pair": "Pairs that get mixed up",
    "artefact": "Artefacts",
    "mixture": "Mixtures",
    "hard": "Hard ones",
}
_SATELLITE = "satellite"
_ACTOR = Actor("simulator", role="script")
_REASON = "truth of the simulation"


@dataclass(frozen=True, slots=True)
class Example:
    """One entry of the menu; ``look_for`` is a sentence for the learner."""

    id: str
    title: str
    look_for: str


def examples() -> tuple[tuple[str, tuple[Example, ...]], ...]:
    """Title of each group with its examples, in the order of the menu."""
    known = scenarios()
    return tuple(
        (title, tuple(Example(s.id, s.title, s.look_for) for s in known if s.group == group))
        for group, title in _GROUPS.items()
    )


def example_place(example_id: str) -> Path:
    """Where the study of an example lies."""
    data = Path(platformdirs.user_data_dir("emgview", appauthor=False))
    return data / "examples" / f"Simulated {example_id}.emg"


def make_example(
    example_id: str, root: Path | None = None, progress: Progress | None = None
) -> Path:
    """Make the study of an example with its truth as labels; one that is there is kept.

    Raises
    ------
    EmgviewError
        If there is no such scenario, or the folder cannot be written.
    """
    root = root or example_place(example_id)
    if StudyFolder.is_study(root):
        return root
    wanted = scenario(example_id)
    building = root.with_name(root.name + ".new")
    shutil.rmtree(building, ignore_errors=True)
    done = simulate_into(building, wanted, EXAMPLE_SEED, progress=progress)
    folder = StudyFolder(building)
    study = folder.read()
    entries = tuple(replace(e, title=f"Simulated: {wanted.title}") for e in study.recordings)
    patient = Patient(name=f"Simulated: {wanted.title}", identifier="SIMULATED")
    folder.write(
        replace(study, patient=patient, recordings=entries, referral_question=wanted.look_for)
    )
    label_truth(folder, done.simulation)
    building.replace(root)
    return root


def label_truth(folder: StudyFolder, simulation: Simulation) -> int:
    """Put the truth into the review of a study as imported labels; gives their number."""
    labels = truth_labels(simulation)
    with ReviewStore.open(folder.review_db) as store:
        for label in labels:
            store.apply(Add(label, _REASON), _ACTOR)
    return len(labels)


def truth_labels(simulation: Simulation) -> tuple[Label, ...]:
    """One label for each train, for each potential without one, and for each stretch."""
    trains: dict[tuple[int, int, bool, int], list[TruePotential]] = defaultdict(list)
    for number, one in enumerate(simulation.truth):
        train = -1 - number if one.train is None else one.train
        trains[one.channel, one.unit, one.linked, train].append(one)
    labels = [_label(simulation, row) for row in trains.values()]
    for stretch in simulation.stretches:
        place = (stretch.channel, stretch.interval, stretch.activity)
        labels.append(_named(simulation, *place, ()))
    return tuple(sorted(labels, key=lambda label: (label.interval, label.channel)))


def _label(simulation: Simulation, row: Iterable[TruePotential]) -> Label:
    found = sorted(row, key=lambda one: one.peak_sample)
    start = min(one.interval.start for one in found)
    stop = max(one.interval.stop for one in found)
    activity = _SATELLITE if found[0].linked else found[0].activity
    peaks = tuple(dict.fromkeys(one.peak_sample for one in found))
    return _named(simulation, found[0].channel, SampleInterval(start, stop), activity, peaks)


def _named(
    simulation: Simulation,
    channel: int,
    interval: SampleInterval,
    activity: str,
    peaks: tuple[int, ...],
) -> Label:
    return Label(
        id=str(uuid.uuid4()),
        recording_id=simulation.info.id,
        channel=channel,
        interval=interval,
        peak_samples=peaks,
        activity=activity,
        origin=Origin.IMPORT,
        state=LabelState.CONFIRMED,
    )
