"""The demo study: simulated recordings, detected; headless also reviewed, reported and signed.

Everything in it is simulated and says so: in the study, on the screen and on every page.
"""

from __future__ import annotations

import secrets
import shutil
from collections.abc import Callable
from dataclasses import dataclass, replace
from pathlib import Path

import platformdirs

from emgview.errors import FileError
from emgview.model import ImportHints, Patient, Progress, RecordingEntry
from emgview.report import Reader
from emgview.session.detect_command import detect_path
from emgview.session.intents import StateText
from emgview.session.reporting import Signing, write_report
from emgview.session.scripted import confirm_all
from emgview.session.simulating import record_simulation
from emgview.session.study_folder import StudyFolder, with_recording
from emgview.session.study_session import StudySession

DEMO_SEED = 7
STUDY_NAME = "Demo.emg"
_READER = "Demo Reader"
_CONCLUSION = (
    "Simulated recordings. Scripted review: every proposal was confirmed without being looked at, "
    "to show the way from recording to signed report. No clinical meaning."
)


@dataclass(frozen=True, slots=True)
class DemoResult:
    """What the headless demo left."""

    study: Path
    pdf: Path
    json: Path
    picture: Path


def demo_place() -> Path:
    """Where the demo study of the window lies."""
    data = Path(platformdirs.user_data_dir("emgview", appauthor=False))
    return data / "studies" / STUDY_NAME


def make_demo_study(root: Path, progress: Progress | None = None) -> Path:
    """Simulate, record and detect; an existing demo study is kept as it is."""
    from emgview.simulation import demo_scenarios

    progress = progress or Progress()
    if StudyFolder.is_study(root):
        return root
    building = root.with_name(root.name + ".new")
    shutil.rmtree(building, ignore_errors=True)
    folder = StudyFolder(building)
    study = replace(
        folder.create(simulated=True),
        patient=Patient(name="Demo, Simulated", identifier="DEMO-1", second_identifier="SIM"),
        referral_question="Weakness of the right foot: a cause in nerve or muscle?",
    )
    scenarios = demo_scenarios()
    for n, (scenario, seconds) in enumerate(scenarios):
        part = progress.part(0.6 * n / len(scenarios), 0.6 * (n + 1) / len(scenarios))
        part.report(0.0, f"Simulating {scenario.title}")
        study = with_recording(study, _record(folder, scenario.id, seconds, n))
    folder.write(study)
    detect_path(building, ImportHints(), (None, None), progress.part(0.6, 1.0))
    building.replace(root)
    return root


def _record(folder: StudyFolder, scenario: str, seconds: float, taken: int) -> RecordingEntry:
    from emgview.simulation import simulate

    simulation = simulate(scenario, seconds=seconds, seed=DEMO_SEED + taken)
    return record_simulation(folder, simulation, taken)


def headless_demo(
    out: Path, take_picture: Callable[[Path, Path], None], progress: Progress | None = None
) -> DemoResult:
    """The main job without a window: study, signed report, picture of the screen in ``out``.

    Parameters
    ----------
    take_picture : callable (study folder, picture file)
        Draws the window; given by the caller, as no Qt lives here.

    Raises
    ------
    FileError
        If ``out`` holds something else than an earlier demo.
    """
    progress = progress or Progress()
    _clear(out)
    study = make_demo_study(out / STUDY_NAME, progress.part(0.0, 0.6))
    progress.report(0.62, "Taking a picture of the screen")
    picture = out / "screen.png"
    take_picture(study, picture)
    progress.report(0.75, "Reviewing")
    with StudySession(StudyFolder(study), _READER) as session:
        confirm_all(session)
        session.apply(StateText("conclusion", _CONCLUSION))
        signing = _identity(out)
        files = write_report(session, out, Reader(_READER), signing, progress.part(0.8, 1.0))
    return DemoResult(study, files.pdf, files.json, picture)


def _identity(out: Path) -> Signing:
    """A fresh evaluation identity whose passphrase nobody keeps; its certificate stays."""
    from emgview.report.identity import new_identity

    file, passphrase = out / "demo-identity.p12", secrets.token_urlsafe(24)
    new_identity(_READER, file, passphrase)
    return Signing(file, passphrase)


def _clear(out: Path) -> None:
    """Remove an earlier demo; refuse a folder that holds anything else."""
    if not out.exists():
        out.mkdir(parents=True)
        return
    if any(out.iterdir()) and not StudyFolder.is_study(out / STUDY_NAME):
        raise FileError(out.name, "", "is not empty", "Choose a new folder for the demo.")
    for path in out.iterdir():
        if path.is_dir():
            shutil.rmtree(path)
        else:
            path.unlink()
