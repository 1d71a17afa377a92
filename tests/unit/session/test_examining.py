"""Entries and changed cells go through the one log, and come back by undo."""

from __future__ import annotations

import json
from pathlib import Path
from typing import Any

import numpy as np
import pytest

from emgview.cli import main
from emgview.errors import PolicyError
from emgview.findings import CellState
from emgview.model import Channel, Chunk, RecordingInfo, SampleInterval, Side
from emgview.recording import RecordingWriter
from emgview.report import Reader
from emgview.session.detecting import detect_in_file
from emgview.session.importing import refer_to
from emgview.session.intents import (
    AddLabel,
    ClearOverride,
    OverrideCell,
    StateEntry,
    StateText,
    Undo,
)
from emgview.session.reporting import assemble
from emgview.session.study_folder import StudyFolder
from emgview.session.study_session import StudySession


@pytest.fixture(scope="module")
def recording(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """65 s of quiet noise in the right tibialis anterior."""
    path = tmp_path_factory.mktemp("quiet") / "quiet.h5"
    samples = np.random.default_rng(1).normal(0, 4, (650_000, 1)).astype(np.float32)
    info = RecordingInfo(
        "quiet", 10_000.0, len(samples), (Channel("C"),), muscle="tib_ant", side=Side.RIGHT
    )
    with RecordingWriter.create(path, info, samples.dtype) as writer:
        writer.append(Chunk(samples, 0))
        writer.close()
    return path


@pytest.fixture
def study(recording: Path, tmp_path: Path) -> Path:
    """A study around it, with a run of the detector and one fasciculation potential."""
    folder = StudyFolder(tmp_path / "case.emg")
    refer_to(recording, folder)
    with StudySession(folder, "Dr. A") as session:
        session.add_run(detect_in_file(recording))
        where = SampleInterval(10_000, 10_100)
        session.apply(AddLabel(session.recordings[0].entry.id, 0, where, "fp_simple", (10_050,)))
    return folder.root


def opened(study: Path) -> StudySession:
    return StudySession(StudyFolder(study), "Dr. A")


def outcome(session: StudySession, rule: str) -> list[str]:
    found = session.examination().statements
    return [s.outcome.value for s in found if s.rule_id == rule]


def test_entry_changes_the_rules_and_undo_takes_it_back(study: Path) -> None:
    with opened(study) as session:
        assert outcome(session, "F3") == ["insufficient"]
        change = session.apply(StateEntry("weakness", "yes"))
        assert {"findings", "history"} <= change.views
        assert outcome(session, "F3") == ["not_supported"]
        session.apply(Undo())
        assert session.examination().entries.get("weakness") is None
        assert outcome(session, "F3") == ["insufficient"]


def test_override_is_kept_with_its_reason_and_author(study: Path) -> None:
    wanted = OverrideCell("tib_ant", Side.RIGHT, "amplitude", "observed", "increased", "seen live")
    with opened(study) as session:
        session.apply(wanted)
    with opened(study) as session:
        row = session.examination().grid.row("tib_ant", Side.RIGHT)
        assert row is not None
        cell = row.cell("amplitude")
        assert (cell.value, cell.original is not None) == ("increased", True)
        assert cell.override is not None
        assert (cell.override.reason, cell.override.by) == ("seen live", "Dr. A")
        assert outcome(session, "M3") == ["supported"]
        assert outcome(session, "F5") == ["insufficient"]
        session.apply(ClearOverride("tib_ant", Side.RIGHT, "amplitude"))
        assert outcome(session, "M3") == ["insufficient"]
        assert session.store.verify_chain().ok


@pytest.mark.parametrize(
    "intent",
    [
        StateEntry("weakness", "perhaps"),
        StateEntry("nothing", "yes"),
        StateEntry("onset_weeks", "long"),
        StateEntry("exposure", "none penicillin"),
        StateEntry("weak_muscles", "tib_ant:X"),
        OverrideCell("tib_ant", Side.RIGHT, "fp", "absent", "", "I saw none"),
        OverrideCell("tib_ant", Side.RIGHT, "fib", "observed", "2+", ""),
        OverrideCell("tib_ant", Side.RIGHT, "fib", "seen", "2+", "why"),
        OverrideCell("", Side.RIGHT, "fib", "observed", "2+", "why"),
    ],
)
def test_what_is_not_allowed_changes_nothing(study: Path, intent: Any) -> None:
    with opened(study) as session:
        before = session.store.head()
        with pytest.raises(PolicyError):
            session.apply(intent)
        assert session.store.head() == before


def test_absence_of_fasciculation_is_refused_with_the_seconds(study: Path) -> None:
    with opened(study) as session:
        wanted = OverrideCell("tib_ant", Side.RIGHT, "fp", "absent", "", "I saw none")
        with pytest.raises(PolicyError, match="90 s are needed"):
            session.apply(wanted)
        session.apply(OverrideCell("tib_ant", Side.RIGHT, "fib", "absent", "", "60 s are enough"))


def test_entries_of_every_kind_are_kept_as_they_are_read(study: Path) -> None:
    values = {
        "exposure": "lithium penicillin",
        "onset_weeks": "3,5",
        "weak_muscles": "tib_ant:R  fdi:L",
        "symptoms": "twitching of the calf",
    }
    with opened(study) as session:
        for entry, value in values.items():
            session.apply(StateEntry(entry, value))
        entries = session.examination().entries
        assert entries.many("exposure") == ("penicillin", "lithium"), "in the order of the table"
        assert entries.number("onset_weeks") == 3.5
        assert entries.many("weak_muscles") == ("tib_ant:R", "fdi:L")


def test_guard_reads_the_conclusion(study: Path) -> None:
    with opened(study) as session:
        assert outcome(session, "T1") == []
        session.apply(StateText("conclusion", "Motor neurone disease is ruled out."))
        assert outcome(session, "T1") == ["not_supported"]


def test_report_gets_the_statements_that_are_told(study: Path) -> None:
    with opened(study) as session:
        table, told = session.findings()
        assert len(table.rows) == 1
        assert {s.rule_id for s in told} < {s.rule_id for s in session.examination().statements}
        assert next(s for s in told if s.rule_id == "F2").outcome == "insufficient"


def test_command_line_tells_grid_entries_and_statements(
    study: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    assert main(["findings", str(study), "--enter", "progression=yes", "--json", "-"]) == 0
    found = json.loads(capsys.readouterr().out)
    assert found["grid"][0]["cells"]["fp"]["state"] == CellState.OBSERVED
    assert [e["id"] for e in found["entries"] if e["entered"]] == ["progression"]
    assert {s["rule"] for s in found["statements"]} >= {"M0", "F2", "C-GC", "X1"}
    assert main(["findings", str(study)]) == 0
    assert "Fasciculation potentials" in capsys.readouterr().out
    assert main(["findings", str(study), "--enter", "progression"]) != 0


def test_report_holds_grid_and_entries(study: Path) -> None:
    """Both in the JSON, with the override beside what was found."""
    with opened(study) as session:
        session.apply(StateEntry("needle", "concentric"))
        session.apply(OverrideCell("tib_ant", Side.RIGHT, "fib", "absent", "", "watched longer"))
        body = json.loads(assemble(session, Reader("Dr. A")).json_bytes)
    cells = body["examination"]["grid"][0]["cells"]
    assert cells["fib"]["override"] == {"reason": "watched longer", "by": "Dr. A"}
    assert cells["fib"]["original"]["state"] in ("absent", "not_assessable")
    entered = [e["id"] for e in body["examination"]["entries"] if e["entered"]]
    assert entered == ["needle"]
    assert {c["id"] for c in body["examination"]["columns"]} == set(cells)
