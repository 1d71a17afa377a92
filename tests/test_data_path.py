"""The way of the data, told once from end to end, without a window.

simulate → record → detect → review → findings → report → sign → verify; then one flipped byte and
the verification fails. Read this file first to see how the packages hang together.
"""

from __future__ import annotations

import json
from pathlib import Path

import pytest

from emgview.detection import Detector
from emgview.detection.evaluation import Mark, evaluate, marks_of
from emgview.errors import PolicyError
from emgview.findings import Observed
from emgview.model import LabelState, Patient, RecordingEntry, Side
from emgview.recording import RecordingReader, RecordingWriter, file_sha256, validate
from emgview.report import Reader
from emgview.report.identity import new_identity
from emgview.report.verification import verify_report
from emgview.session.intents import (
    Confirm,
    Redo,
    Reject,
    StateMuscle,
    StatePatient,
    StateText,
    Undo,
)
from emgview.session.reporting import Signing, write_report
from emgview.session.study_folder import StudyFolder, with_recording
from emgview.session.study_session import StudySession
from emgview.simulation import Simulation, simulate

PASSPHRASE = "only for this test"


def test_the_way_of_the_data(tmp_path: Path) -> None:
    """Every step hands the next one what it needs, and the end can be checked by anyone."""
    simulation = simulate("demo", seconds=20, seed=3)
    study = _record(simulation, tmp_path)
    _detect(study, simulation)
    _review(study)
    report = _sign(study, tmp_path)
    _verify(report, tmp_path / "reader.pem", study)
    _one_flipped_byte(report, tmp_path)


def _record(simulation: Simulation, tmp_path: Path) -> StudyFolder:
    folder = StudyFolder(tmp_path / "Case.emg")
    study = folder.create(simulated=True)
    path = folder.next_recording(0)
    with RecordingWriter.create(path, simulation.info, simulation.samples.dtype) as writer:
        for chunk in simulation.chunks(4096):
            writer.append(chunk)
        info = writer.close()
    assert not [problem for problem in validate(path) if problem.severity == "error"]
    assert info.n_samples == len(simulation.samples)
    entry = RecordingEntry(info.id, folder.relative(path), file_sha256(path), title="001")
    folder.write(with_recording(study, entry))
    return folder


def _detect(folder: StudyFolder, simulation: Simulation) -> None:
    with StudySession(folder, "Detector") as session:
        (recording,) = session.recordings
        with RecordingReader.open(folder.path_of(recording.entry)) as reader:
            detector = Detector(reader.info)
            for chunk in reader.chunks(5000):
                detector.push(chunk)
        run = detector.finish()
        session.add_run(run)
        assert all(item.state is LabelState.PROPOSED for item in session.items())
    truth = [Mark(t.channel, t.peak_sample, t.activity) for t in simulation.truth]
    tolerance = round(0.0025 * simulation.info.sampling_rate_hz)
    assert evaluate(truth, marks_of(run), tolerance)["fib"].sensitivity > 0.8


def _review(folder: StudyFolder) -> None:
    with StudySession(folder, "Dr. A. Reader") as session:
        (recording,) = session.recordings
        session.apply(StateMuscle(recording.entry.id, "tib_ant", Side.RIGHT))
        items = [item.id for item in session.items()]
        session.apply(Reject((items[0],)))
        session.apply(Undo())
        assert session.items()[0].state is LabelState.PROPOSED
        session.apply(Redo())
        assert session.items()[0].state is LabelState.REJECTED
        session.apply(StatePatient(Patient("Canary, C.", "4711")))
        with pytest.raises(PolicyError, match="cannot be signed"):
            write_report(session, None, Reader("Dr. A. Reader"), Signing(Path("x.p12"), ""))
        session.apply(Confirm(tuple(items[1:])))
        session.apply(StateText("conclusion", "Fibrillation potentials in one muscle."))
    with StudySession(folder, "Dr. A. Reader") as session:
        states = [item.state for item in session.items()]
        assert states.count(LabelState.REJECTED) == 1
        assert LabelState.PROPOSED not in states
        assert session.store.verify_chain().ok


def _sign(folder: StudyFolder, tmp_path: Path) -> Path:
    identity = tmp_path / "reader.p12"
    new_identity("Dr. A. Reader", identity, PASSPHRASE)
    out = tmp_path / "report"
    with StudySession(folder, "Dr. A. Reader") as session:
        table, _ = session.findings()
        cell = table.rows[0].cell("fib")
        assert isinstance(cell, Observed)
        files = write_report(session, out, Reader("Dr. A. Reader"), Signing(identity, PASSPHRASE))
        counted = sum(
            len(item.peak_samples) for item in session.items() if item.id in cell.item_ids
        )
    body = json.loads(files.json.read_bytes())
    assert body["muscles"][0]["name"] == "Tibialis anterior"
    assert body["muscles"][0]["findings"]["fib"]["count"] == cell.count == counted
    return files.pdf


def _verify(report: Path, certificate: Path, folder: StudyFolder) -> None:
    found = verify_report(report, trust=certificate, registry=folder.reports)
    assert found.ok
    assert (found.integrity.status, found.identity.status) == ("ok", "ok")
    assert found.time.status == "unknown"
    assert found.currency.status == "ok"


def _one_flipped_byte(report: Path, tmp_path: Path) -> None:
    altered = bytearray(report.read_bytes())
    altered[len(altered) // 2] ^= 0x01
    copy = tmp_path / "altered.pdf"
    copy.write_bytes(altered)
    found = verify_report(copy)
    assert not found.ok
    assert found.integrity.status == "failed"
