"""The life of a report in its study: states in the log, versions, second signature, exports."""

from __future__ import annotations

import base64
import json
import shutil
import sys
from collections.abc import Iterator
from pathlib import Path

import numpy as np
import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from emgview.errors import EmgviewError, FileError, PolicyError
from emgview.model import LabelState, Patient, RecordingEntry, Side
from emgview.recording import RecordingWriter, file_sha256
from emgview.report import Reader, Report
from emgview.report.canonical import sha256_hex
from emgview.report.identity import new_identity
from emgview.report.signed_bytes import read_detached
from emgview.report.states import ReportState
from emgview.report.verification import verify_report
from emgview.session.amending import cosign, retract
from emgview.session.detecting import detect_in_file
from emgview.session.exporting import export_copies, export_deidentified, export_dicom, export_fhir
from emgview.session.intents import Confirm, Reject, StateMuscle, StatePatient, StateText, Undo
from emgview.session.report_states import state_of
from emgview.session.reporting import Amendment, ReportFiles, Signing, write_report
from emgview.session.scripted import confirm_all
from emgview.session.study_folder import StudyFolder, with_recording
from emgview.session.study_session import StudySession
from emgview.simulation import simulate

READER = Reader("Dr. A. Reader")
WHY = Amendment("amended", "The conclusion was revised.")


@pytest.fixture(scope="module")
def made(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """A study of one short recording, not reviewed yet; an identity beside it."""
    folder = StudyFolder(tmp_path_factory.mktemp("life") / "Kanarie.emg")
    study = folder.create(simulated=True)
    simulation = simulate("fibrillation", seconds=6, seed=5)
    path = folder.next_recording(0)
    with RecordingWriter.create(path, simulation.info, simulation.samples.dtype) as writer:
        for chunk in simulation.chunks(8192):
            writer.append(chunk)
        info = writer.close()
    entry = RecordingEntry(info.id, folder.relative(path), file_sha256(path), title="001")
    folder.write(with_recording(study, entry))
    with StudySession(folder, "Dr. A. Reader") as session:
        session.add_run(detect_in_file(path))
        session.apply(StateMuscle(entry.id, "tib_ant", Side.RIGHT))
        session.apply(StatePatient(Patient("Kanarienvogel, K.", "KANARI-4711", "", "1961-02-03")))
    new_identity("Dr. A. Reader", folder.root.parent / "me.p12", "test")
    return folder.root


@pytest.fixture
def session(made: Path, tmp_path: Path) -> Iterator[StudySession]:
    shutil.copytree(made, tmp_path / "Kanarie.emg")
    with StudySession(StudyFolder(tmp_path / "Kanarie.emg"), "Dr. A. Reader") as opened:
        yield opened


@pytest.fixture(scope="module")
def signing(made: Path) -> Signing:
    return Signing(made.parent / "me.p12", "test")


def sign(session: StudySession, signing: Signing, why: Amendment | None = None) -> ReportFiles:
    return write_report(session, None, READER, signing, amendment=why)


def test_versions_follow_each_other_and_the_old_one_is_superseded(
    session: StudySession, signing: Signing
) -> None:
    confirm_all(session)
    first = sign(session, signing)
    assert first.state is ReportState.FINAL
    with pytest.raises(PolicyError, match="needs a reason"):
        sign(session, signing)
    session.apply(StateText("conclusion", "Revised."))
    session.apply(StateText("limitations", "Pain."))
    session.apply(Reject((session.items()[0].id,)))
    with pytest.raises(PolicyError, match="amended or corrected"):
        sign(session, signing, Amendment("appended", "only added"))
    second = sign(session, signing, WHY)
    assert state_of(session, first.report.id) is ReportState.SUPERSEDED
    assert state_of(session, second.report.id) is ReportState.FINAL
    found = {change["what"]: change for change in second.report.body["changes"]}
    assert found["conclusion"]["kind"] == "added"
    assert any("Fibrillation" in what for what in found)
    assert verify_report(first.pdf, registry=session.folder.reports).currency.status == "failed"
    assert verify_report(second.pdf, registry=session.folder.reports).currency.status == "ok"


def test_changed_predecessor_stops_a_new_version(session: StudySession, signing: Signing) -> None:
    confirm_all(session)
    first = sign(session, signing)
    body = json.loads(first.json.read_bytes())
    body["conclusion"]["text"] = "forged"
    first.json.write_bytes(Report.of(body).json_bytes)
    with pytest.raises(FileError, match="not the one that was signed"):
        sign(session, signing, WHY)


def test_second_signature_makes_it_final(session: StudySession, signing: Signing) -> None:
    confirm_all(session)
    two = Signing(signing.identity, "test", roles=("author", "verifier"))
    first = sign(session, two)
    assert first.state is ReportState.PRELIMINARY
    with pytest.raises(EmgviewError):
        cosign(session, Signing(signing.identity, "wrong", "verification"))
    assert state_of(session, first.report.id) is ReportState.PRELIMINARY
    done = cosign(session, Signing(signing.identity, "test", "verification"))
    assert done.state is ReportState.FINAL
    assert done.report.sha256 == first.report.sha256
    assert verify_report(done.pdf, registry=session.folder.reports).ok
    with pytest.raises(PolicyError):
        cosign(session, Signing(signing.identity, "test", "verification"))


def test_second_signature_that_breaks_off_leaves_the_first_as_it_was(
    session: StudySession, signing: Signing
) -> None:
    """Between PDF and manifest, as when a token is pulled: both then disagreed for good."""
    confirm_all(session)
    first = sign(session, Signing(signing.identity, "test", roles=("author", "verifier")))
    in_the_way = first.folder / "manifest.json.p7s.part"
    in_the_way.mkdir()
    with pytest.raises(FileError, match="manifest"):
        cosign(session, Signing(signing.identity, "test", "verification"))
    found = verify_report(first.pdf)
    assert found.integrity.status == "ok"
    assert "signed manifest" in found.integrity.text
    assert "not yet signed as verifier" in found.identity.text
    in_the_way.rmdir()
    done = cosign(session, Signing(signing.identity, "test", "verification"))
    assert done.state is ReportState.FINAL


def test_change_after_the_first_signature_leads_back_into_review(
    session: StudySession, signing: Signing
) -> None:
    confirm_all(session)
    first = sign(session, Signing(signing.identity, "test", roles=("author", "verifier")))
    session.apply(StateText("conclusion", "Another thought."))
    with pytest.raises(PolicyError, match="changed after the author"):
        cosign(session, Signing(signing.identity, "test", "verification"))
    assert state_of(session, first.report.id) is ReportState.IN_REVIEW


def test_failed_signature_leaves_it_ready_and_nothing_in_the_registry(
    session: StudySession, signing: Signing
) -> None:
    confirm_all(session)
    with pytest.raises(EmgviewError, match="cannot be opened"):
        sign(session, Signing(signing.identity, "wrong"))
    assert list(session.folder.reports.glob("*_v*")) == []
    states = [row.payload["state"] for row in session.store.log() if row.action == "report.state"]
    assert states == ["in_review", "ready", "signing", "ready"]
    assert sign(session, signing).report.version == 1


def test_retraction_names_no_patient_and_stands_in_the_log(
    session: StudySession, signing: Signing
) -> None:
    confirm_all(session)
    first = sign(session, signing)
    with pytest.raises(EmgviewError, match="say why"):
        retract(session, READER, signing, "wrong_patient", " ")
    assert state_of(session, first.report.id) is ReportState.FINAL
    folder = retract(session, READER, signing, "wrong_patient", "Recording of another person.")
    assert state_of(session, first.report.id) is ReportState.RETRACTED
    assert verify_report(folder / "retraction.pdf").ok
    for file in folder.iterdir():
        assert b"Kanari" not in file.read_bytes()
    text = json.dumps([dict(row.payload) for row in session.store.log()])
    assert "another person" not in text
    assert "Kanari" not in text


def test_exports_need_a_signed_report_and_the_research_copy_tells_nobody(
    session: StudySession, signing: Signing, tmp_path: Path
) -> None:
    with pytest.raises(PolicyError, match="signed"):
        export_fhir(session, tmp_path / "fhir")
    confirm_all(session)
    sign(session, signing)
    bundle, _ = export_fhir(session, tmp_path / "fhir")
    assert json.loads(bundle.read_bytes())["entry"][0]["resource"]["status"] == "final"
    assert len(export_copies(session, tmp_path / "copies")) == 3  # HTML, DOCX, manifest
    key = tmp_path / "key"
    files = export_deidentified(session, tmp_path / "research", key)
    for file in files:
        content = file.read_bytes().lower()
        for canary in (b"kanari", b"4711", b"1961-02", b"reader"):
            assert canary not in content
            assert canary.decode() not in file.name.lower()
    assert len(key.read_bytes()) == 32
    if sys.platform != "win32":
        assert key.stat().st_mode & 0o077 == 0


def test_exports_agree_with_their_manifests_and_the_log_knows_these(
    session: StudySession, signing: Signing, tmp_path: Path
) -> None:
    pydicom = pytest.importorskip("pydicom", reason="pydicom is not installed")
    confirm_all(session)
    signed = sign(session, signing)
    fhir = export_fhir(session, tmp_path / "out")
    dicom = export_dicom(session, tmp_path / "out")
    logged = {dict(row.payload).get("sha256") for row in session.store.log()}
    for files in (fhir, dicom):
        *exported, manifest = files
        lines = json.loads(manifest.read_bytes())["files"]
        assert {line["name"]: line["sha256"] for line in lines} == {
            file.name: sha256_hex(file.read_bytes()) for file in exported
        }
        assert sha256_hex(manifest.read_bytes()) in logged
    entries = json.loads(fhir[0].read_bytes())["entry"]
    provenance = next(
        e["resource"] for e in entries if e["resource"]["resourceType"] == "Provenance"
    )
    (signature,) = provenance["signature"]
    assert read_detached(signed.json.read_bytes(), base64.b64decode(signature["data"]))
    machine = next(pydicom.dcmread(f) for f in dicom if f.name == "annotations-machine.dcm")
    spans = [
        tuple(finding.ContentSequence[-1].ReferencedSamplePositions)
        for finding in machine.ContentSequence
        if finding.RelationshipType == "CONTAINS"
    ]
    run = session.run(session.recordings[0].entry.id)
    assert run is not None
    proposed = [(p.interval.start + 1, p.interval.stop) for p in run.proposals]
    assert sorted(spans) == sorted(proposed) != []
    first = pydicom.dcmread(dicom[0])
    recording = session.recordings[0]
    native = session.reader(recording.entry.id).read(recording.info.whole)
    gain = recording.info.channels[0].gain_uv
    np.testing.assert_allclose(
        first.waveform_array(0)[:, 0], native[:, 0] * gain, rtol=1e-6, atol=1e-6
    )


@settings(
    max_examples=12, deadline=None,
    suppress_health_check=[HealthCheck.function_scoped_fixture, HealthCheck.too_slow],
)  # fmt: skip
@given(steps=st.lists(st.sampled_from(["confirm", "reject", "undo", "run", "sign"]), max_size=10))
def test_no_real_path_ends_in_a_final_report_with_an_open_label(
    made: Path, signing: Signing, tmp_path_factory: pytest.TempPathFactory, steps: list[str]
) -> None:
    """Real session, log, typesetter and signature; only the steps are chosen by chance."""
    root = tmp_path_factory.mktemp("walk") / "Kanarie.emg"
    shutil.copytree(made, root)
    with StudySession(StudyFolder(root), "Dr. A. Reader") as session:
        for step in [*steps, "sign"]:
            open_items = [i.id for i in session.items() if i.state is LabelState.PROPOSED]
            try:
                _take(session, signing, step, open_items)
            except PolicyError:
                continue
            if step == "sign":
                assert not open_items
        for path in session.folder.reports.glob("*_v*/report.json"):
            body = json.loads(path.read_bytes())
            if state_of(session, body["report_id"]) in (ReportState.FINAL, ReportState.SUPERSEDED):
                assert all(label["decision"] != "unreviewed" for label in body["labels"])


def _take(session: StudySession, signing: Signing, step: str, open_items: list[str]) -> None:
    match step:
        case "confirm":
            session.apply(Confirm(tuple(open_items)))
        case "reject":
            session.apply(Reject(tuple(open_items[:1])))
        case "undo":
            session.apply(Undo())
        case "run":
            (recording,) = session.recordings
            run = session.run(recording.entry.id)
            assert run is not None
            session.add_run(run)
        case _:
            any_signed = any(session.folder.reports.glob("*_v*/report.pdf"))
            sign(session, signing, WHY if any_signed else None)
