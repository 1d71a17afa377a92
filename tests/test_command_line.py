"""The command line as other programs use it: exit status, one line on errors, files."""

from __future__ import annotations

import csv
import json
from pathlib import Path

import pytest

from emgview.cli import main
from emgview.model import LabelState
from emgview.recording import RecordingWriter
from emgview.session.study_folder import StudyFolder
from emgview.session.study_session import StudySession
from emgview.simulation import simulate

PASSPHRASE = "only for this test"


@pytest.fixture(autouse=True)
def _own_settings(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("EMGVIEW_SETTINGS", str(tmp_path / "settings.json"))
    monkeypatch.setenv("EMGVIEW_P12_PASSPHRASE", PASSPHRASE)


@pytest.fixture(scope="module")
def recording(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """A native recording of some seconds with fibrillation potentials."""
    simulation = simulate("fibrillation", seconds=12, seed=5)
    path = tmp_path_factory.mktemp("native") / "rest one.h5"
    with RecordingWriter.create(path, simulation.info, simulation.samples.dtype) as writer:
        for chunk in simulation.chunks(8192):
            writer.append(chunk)
        writer.close()
    return path


@pytest.fixture
def study(recording: Path, tmp_path: Path) -> Path:
    """A study with that recording, judged by the detector."""
    folder = tmp_path / "Case.emg"
    assert main(["import", str(recording), "--study", str(folder), "--muscle", "tib_ant"]) == 0
    assert main(["detect", str(folder)]) == 0
    return folder


def test_import_copies_and_leaves_the_original_untouched(recording: Path, tmp_path: Path) -> None:
    before = recording.read_bytes()
    assert main(["import", str(recording), "--study", str(tmp_path / "S.emg"), "--side", "R"]) == 0
    assert recording.read_bytes() == before
    (entry,) = StudyFolder(tmp_path / "S.emg").read().recordings
    assert not entry.external
    assert entry.side.value == "R"


def test_detect_writes_a_row_per_potential_and_one_per_train(
    recording: Path, tmp_path: Path
) -> None:
    out = tmp_path / "found.csv"
    assert main(["detect", str(recording), "--csv", str(out)]) == 0
    rows = list(csv.DictReader(out.read_text(encoding="utf-8").splitlines()))
    trains = {row["train_id"] for row in rows if row["label"] == "fib"}
    assert trains
    for train in trains:
        members = [row for row in rows if row["train_id"] == train]
        assert sum(row["peak_s"] == "" for row in members) == 1
        assert all(float(r["onset_s"]) < float(r["offset_s"]) for r in members)
        peaks = [float(r["peak_s"]) for r in members if r["peak_s"]]
        assert len(peaks) >= 8
        assert peaks == sorted(peaks)


def test_detect_to_the_terminal_gives_only_rows_there(
    recording: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    assert main(["detect", str(recording), "--csv", "-"]) == 0
    lines = capsys.readouterr().out.splitlines()
    assert lines[0] == "recording,channel,onset_s,offset_s,peak_s,label,score,train_id"
    assert all(len(line.split(",")) == 8 for line in lines)


def test_detect_in_a_window_stays_inside_it(recording: Path, tmp_path: Path) -> None:
    out = tmp_path / "found.json"
    arguments = ["detect", str(recording), "--json", str(out), "--start", "3", "--stop", "9"]
    assert main(arguments) == 0
    (found,) = json.loads(out.read_text(encoding="utf-8"))["recordings"]
    assert found["examined_s"] == [[3.0, 9.0]]
    assert all(3.0 <= p["onset_s"] < p["offset_s"] <= 9.05 for p in found["proposals"])


@pytest.mark.parametrize("window", [("5", "1"), ("500", "600"), ("3", "3")])
def test_a_window_that_holds_nothing_is_an_error(
    recording: Path, capsys: pytest.CaptureFixture[str], window: tuple[str, str]
) -> None:
    """It was answered by "no proposals", as if something had been looked at."""
    start, stop = window
    assert main(["detect", str(recording), "--start", start, "--stop", stop]) == 1
    assert f"nothing from {start} s to {stop} s" in capsys.readouterr().err


def test_a_folder_is_named_in_the_error(
    tmp_path: Path, capsys: pytest.CaptureFixture[str], monkeypatch: pytest.MonkeyPatch
) -> None:
    """The present folder was given as ".", which has no name."""
    monkeypatch.chdir(tmp_path)
    assert main(["info", "."]) == 1
    assert tmp_path.name in capsys.readouterr().err


def test_the_way_from_review_to_verification(
    study: Path, tmp_path: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    identity, out = tmp_path / "id.p12", tmp_path / "report"
    assert main(["identity", "new", "--name", "Dr. B", "--out", str(identity)]) == 0
    refused = main(["report", str(study), "--out", str(out), "--sign", str(identity)])
    assert refused == 1
    assert "not reviewed" in capsys.readouterr().err
    assert main(["review", str(study), "--confirm-all"]) == 0
    signing = ["--sign", str(identity), "--identify", str(patient_file(tmp_path))]
    assert main(["report", str(study), "--out", str(out), *signing]) == 0
    body = json.loads((out / "report.json").read_bytes())
    assert body["performers"][0]["name"] == "Dr. B"
    pdf, certificate = out / "report.pdf", identity.with_suffix(".pem")
    capsys.readouterr()
    assert main(["verify", str(pdf), "--trust", str(certificate), "--json"]) == 0
    answers = json.loads(capsys.readouterr().out)
    assert answers["integrity"]["status"] == "ok"
    assert answers["identity"]["status"] == "ok"


def patient_file(folder: Path) -> Path:
    file = folder / "who.json"
    file.write_text(json.dumps({"name": "Canary, C.", "identifier": "4711"}), encoding="utf-8")
    return file


def test_unsigned_or_cosigned_again_is_an_error_of_one_line(
    study: Path, tmp_path: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    """There is nothing to sign a second time, to amend or to retract yet."""
    identity = tmp_path / "id.p12"
    assert main(["identity", "new", "--name", "Dr. B", "--out", str(identity)]) == 0
    signing, out = ["--sign", str(identity)], ["--out", str(tmp_path / "x")]
    for words in (
        ["report", str(study), *out, *signing, "--cosign"],
        ["amend", str(study), "--reason", "typing error", *signing],
        ["retract", str(study), "--reason", "wrong data", *signing],
    ):
        capsys.readouterr()
        assert main(words) == 1
        assert "signed report" in capsys.readouterr().err


def test_a_signed_report_is_amended_and_retracted(
    study: Path, tmp_path: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    identity = tmp_path / "id.p12"
    assert main(["identity", "new", "--name", "Dr. B", "--out", str(identity)]) == 0
    assert main(["review", str(study), "--confirm-all"]) == 0
    first, second = tmp_path / "r1", tmp_path / "r2"
    signing = ["--sign", str(identity)]
    who = ["--identify", str(patient_file(tmp_path))]
    assert main(["report", str(study), "--out", str(first), *signing, *who]) == 0
    assert main(["report", str(study), "--out", str(second), *signing]) == 1
    assert "needs a reason" in capsys.readouterr().err
    amending = ["amend", str(study), "--out", str(second), *signing, "--conclusion", "Revised."]
    assert main([*amending, "--reason", "words added", "--code", "appended"]) == 0
    old, new = (json.loads((out / "report.json").read_bytes()) for out in (first, second))
    assert (old["version"], new["version"]) == (1, 2)
    (relation,) = new["relates_to"]
    assert relation["report_id"] == old["report_id"]
    assert (relation["reason"], relation["type"]) == ("words added", "appends")
    assert [change["what"] for change in new["changes"]] == ["conclusion"]
    assert main(["verify", str(first / "report.pdf"), "--study", str(study)]) == 1
    assert main(["verify", str(second / "report.pdf"), "--study", str(study)]) == 0
    why = ["--reason", "Recording of another person.", "--code", "wrong_patient"]
    assert main(["retract", str(study), *signing, *why]) == 0
    assert main(["retract", str(study), *signing, *why]) == 1
    capsys.readouterr()
    assert main(["verify", str(second / "report.pdf"), "--study", str(study)]) == 1
    assert "was retracted" in capsys.readouterr().out
    (retraction,) = (study / "reports").glob("*_v2_retraction/retraction.pdf")
    assert main(["verify", str(retraction), "--study", str(study)]) == 0
    assert b"Canary" not in (retraction.parent / "retraction.json").read_bytes()


def test_review_by_file_applies_each_line_and_says_it_was_a_script(
    study: Path, tmp_path: Path
) -> None:
    with StudySession(StudyFolder(study), "Dr. B") as session:
        items = session.items()
    decisions = ["confirm", "reject", "eps", "cannot_tell"]
    rows = [f"{item.id},{d}" for item, d in zip(items, decisions, strict=False)]
    file = tmp_path / "decisions.csv"
    file.write_text("\n".join(["item,decision", *rows]), encoding="utf-8")
    assert main(["review", str(study), "--apply", str(file), "--reader", "Script"]) == 0
    with StudySession(StudyFolder(study), "Dr. B") as session:
        states = {item.id: item for item in session.items()}
        assert states[items[0].id].state is LabelState.CONFIRMED
        assert states[items[0].id].decided_by == "Script"
        reasons = [row.reason for row in session.store.log() if row.reason]
    assert len(reasons) == len(rows)
    assert all(reason.startswith("scripted") for reason in reasons)


def test_a_wrong_line_changes_nothing(
    study: Path, tmp_path: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    with StudySession(StudyFolder(study), "Dr. B") as session:
        item = session.items()[0].id
    file = tmp_path / "decisions.csv"
    file.write_text(f"item,decision\n{item},confirm\n{item},perhaps\n", encoding="utf-8")
    assert main(["review", str(study), "--apply", str(file)]) == 1
    assert "line 3" in capsys.readouterr().err
    with StudySession(StudyFolder(study), "Dr. B") as session:
        assert all(i.state is LabelState.PROPOSED for i in session.items())


def test_no_report_is_made_of_a_changed_recording(
    study: Path, tmp_path: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    path = study / "recordings" / "001.h5"
    data = bytearray(path.read_bytes())
    data[len(data) // 2] ^= 0xFF
    path.write_bytes(data)
    assert main(["report", str(study), "--out", str(tmp_path / "r")]) == 1
    assert "not the one that was reviewed" in capsys.readouterr().err


@pytest.mark.parametrize(
    "arguments",
    [
        ["info", "missing.edf"],
        ["detect", "missing.h5"],
        ["report", "missing.emg", "--out", "x"],
        ["verify", "missing.pdf"],
        ["review", "missing.emg", "--confirm-all"],
        ["import", "missing.edf", "--study", "x.emg"],
    ],
    ids=lambda arguments: arguments[0],
)
def test_an_error_is_one_line_and_a_status(
    arguments: list[str],
    tmp_path: Path,
    monkeypatch: pytest.MonkeyPatch,
    capsys: pytest.CaptureFixture[str],
) -> None:
    monkeypatch.chdir(tmp_path)
    assert main(arguments) == 1
    error = capsys.readouterr().err
    assert error.count("\n") == 1
    assert error.startswith("emgview: ")
    assert "Traceback" not in error
    assert not list(tmp_path.glob("x*"))


def test_debug_shows_where_an_error_came_from(
    tmp_path: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    assert main(["--debug", "info", str(tmp_path / "missing.edf")]) == 1
    assert "Traceback" in capsys.readouterr().err


def test_a_file_opened_gets_a_study_around_a_reference(recording: Path, tmp_path: Path) -> None:
    """A single native file stays where it is; the study refers to it."""
    from emgview.model import ImportHints
    from emgview.session.importing import study_for

    copy = tmp_path / "alone.h5"
    copy.write_bytes(recording.read_bytes())
    folder = study_for(copy, ImportHints())
    (entry,) = folder.read().recordings
    assert entry.external
    assert folder.path_of(entry) == copy.resolve()
    assert folder.root == tmp_path / "alone.emg"
    assert study_for(copy, ImportHints()).root == folder.root


def test_real_records_go_all_the_way(data_dir: Path, tmp_path: Path) -> None:
    """Import, detection and report work; the low sampling rate stands in the report."""
    folder, out = tmp_path / "Real.emg", tmp_path / "report"
    files = [data_dir / "physionet_emgdb" / f"emg_{name}.hea" for name in ("healthy", "neuropathy")]
    for file in files:
        arguments = ["import", str(file), "--study", str(folder), "--muscle", "tib_ant"]
        assert main([*arguments, "--side", "R"]) == 0
    assert main(["detect", str(folder)]) == 0
    assert main(["review", str(folder), "--confirm-all"]) == 0
    assert main(["report", str(folder), "--out", str(out)]) == 0
    body = json.loads((out / "report.json").read_bytes())
    assert any("4000 Hz" in text for text in body["limitations"])
    (row,) = body["muscles"]
    assert row["findings"]["fib"]["state"] == "not_assessable"


def test_the_slow_channel_of_the_sample_is_refused_and_the_rest_opens(
    data_dir: Path, tmp_path: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    folder = tmp_path / "Sleep.emg"
    file = data_dir / "edf_psg_edgecase" / "short_psg.edf"
    assert main(["import", str(file), "--study", str(folder)]) == 0
    assert main(["detect", str(folder)]) == 0
    said = capsys.readouterr().out
    assert "refused: EMG submental: sampled at 1 Hz" in said
    with StudySession(StudyFolder(folder), "Dr. B") as session:
        assert len(session.recordings) == 2
        assert session.items() == ()


# -- live sources --------------------------------------------------------------------------------


def test_sources_are_listed_for_a_person(capsys: pytest.CaptureFixture[str]) -> None:
    """Each kind with its options and with what can be opened now."""
    assert main(["sources"]) == 0
    text = capsys.readouterr().out
    for kind in ("simulator:", "replay:FILE", "lsl:", "brainflow:BOARD", "audio:null"):
        assert kind in text
    assert "uv_full_scale" in text


@pytest.mark.parametrize("place", ["-", "file"])
def test_sources_are_listed_for_a_program(
    place: str, tmp_path: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    path = tmp_path / "sources.json"
    assert main(["sources", "--json", "-" if place == "-" else str(path)]) == 0
    out = capsys.readouterr().out
    data = json.loads(out if place == "-" else path.read_text(encoding="utf-8"))
    kinds = {kind["kind"]: kind for kind in data["kinds"]}
    assert {"simulator", "replay", "lsl", "brainflow", "audio"} <= set(kinds)
    assert any(found["source"] == "simulator:demo" for found in kinds["simulator"]["found"])
    assert {option["name"] for option in kinds["replay"]["options"]} >= {"speed", "loop"}
    assert data["failed"] == []


def test_record_and_repair(tmp_path: Path, capsys: pytest.CaptureFixture[str]) -> None:
    study = tmp_path / "Live.emg"
    source = "simulator:fibrillation?rate=10000&speed=8&seconds=8&loop=no"
    words = ["record", "--source", source, "--seconds", "20", "--study", str(study)]
    assert main([*words, "--detect", "--muscle", "tib_ant", "--side", "R", "--json"]) == 0
    told = json.loads(capsys.readouterr().out)
    assert (told["samples"], told["lost"], told["gaps"]) == (80_000, 0, [])
    assert told["proposals"]["fib"] > 10
    (entry,) = StudyFolder(study).read().recordings
    assert (entry.muscle, entry.side.value) == ("tib_ant", "R")
    with StudySession(StudyFolder(study), "reader") as session:
        assert session.run(entry.id) is not None
    assert main(["repair", str(study)]) == 0
    assert "nothing to repair" in capsys.readouterr().out
    assert main(["repair", told["recording"]]) == 1
    assert "finished recording" in capsys.readouterr().err


def test_record_says_what_is_wrong_and_makes_nothing(
    tmp_path: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    study = tmp_path / "New.emg"
    base = ["record", "--seconds", "1", "--study", str(study), "--source"]
    assert main([*base, "replay:"]) == 1
    assert main([*base, "simulator:no_such_thing"]) == 1
    assert main([*base, "simulator:demo", "--muscle", "nothing"]) == 1
    assert not study.exists()
    lines = capsys.readouterr().err.splitlines()
    assert len(lines) == 3
    assert "There is no scenario" in lines[1]


@pytest.mark.qt_log_ignore("^This plugin does not support", extend=True)
def test_bench_live_gives_the_figures_of_the_issue(
    tmp_path: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    out = tmp_path / "live.json"
    words = ["bench", "live", "--channels", "2", "--rate", "5000", "--seconds", "1"]
    assert main([*words, "--json", str(out)]) == 0
    found = json.loads(out.read_text())
    assert {
        "fps", "samples_expected", "samples_recorded", "samples_lost", "cpu_cores", "age_p95_ms",
        "detector_lag_p95_ms", "peak_rss_mb",
    } <= set(found)  # fmt: skip
    assert found["samples_lost"] == 0
    assert found["samples_expected"] == found["samples_recorded"] > 4000
