"""Studies with known answers, made by hand: recordings, labels over real arrays, report inputs."""

from __future__ import annotations

from collections.abc import Callable, Sequence
from dataclasses import dataclass, field, replace
from datetime import UTC, datetime
from pathlib import Path
from typing import Any

import numpy as np
import pytest
from numpy.typing import NDArray

from emgview.findings import (
    CellState,
    Entries,
    ExaminedRecording,
    Override,
    examine,
    make_grid,
    statements,
    told,
)
from emgview.model import (
    Channel,
    ChannelRefusal,
    DetectionRun,
    Evidence,
    Label,
    LabelState,
    Origin,
    Patient,
    Potential,
    Proposal,
    RecordingInfo,
    SampleInterval,
    Side,
    Study,
)
from emgview.report import (
    LogHead,
    Reader,
    ReportInput,
    build_report,
    draw_figures,
    render_pdf,
)

FS = 20_000
PATIENT = Patient("Müller-Lüdenscheidt, Jörg", "4711", "KH-0815", "1961-02-03", "male")
_EVIDENCE = Evidence("positive", 3.0, 120.0, 3, 10.0, 0.05, 12, 9.0)
SHAPES = {
    "fib": (1.0, -3.0, 1.2),
    "psw": (4.0, -0.8, -0.6, -0.3, -0.1),
    "fp_simple": (-2.0, 8.0, -14.0, 9.0, -3.0),
    "mup": (3.0, -12.0, 6.0),
}


@dataclass
class CaseMaker:
    """Gathers recordings, labels and samples of one study."""

    recordings: list[ExaminedRecording] = field(default_factory=list)
    labels: list[Label] = field(default_factory=list)
    samples: dict[str, NDArray[np.float32]] = field(default_factory=dict)

    def recording(
        self,
        muscle: str = "tib_ant",
        side: Side = Side.RIGHT,
        *,
        seconds: float = 100.0,
        remarks: tuple[ChannelRefusal, ...] = (),
        examined: bool = True,
        notes: tuple[str, ...] = (),
        fs: int = FS,
    ) -> str:
        """A recording of noise; its id."""
        number = len(self.recordings) + 1
        rec_id = f"rec-{number}"
        n = round(seconds * fs)
        noise = np.random.default_rng(number).normal(0, 4, n).astype(np.float32)
        self.samples[rec_id] = noise[:, None]
        channels = (Channel("EMG", 0.1, 0.0, "uV", 20.0, 10_000.0, "concentric"),)
        started = datetime(2026, 3, 4, 9, number % 60, tzinfo=UTC)
        info = RecordingInfo(
            rec_id, float(fs), n, channels, started, sha256=f"{number:064x}", notes=notes
        )
        run = DetectionRun(
            f"run-{number}", rec_id, "emgview-needle", "1.0", "{}", "ab" * 32,
            (info.whole,), (0,), remarks, (),
        ) if examined else None  # fmt: skip
        self.recordings.append(ExaminedRecording(info, muscle, side, run))
        return rec_id

    def label(
        self,
        recording_id: str,
        activity: str,
        peaks_s: Sequence[float],
        state: LabelState = LabelState.CONFIRMED,
        *,
        proposed: str | None = None,
    ) -> str:
        """A decision upon a proposal (also put into the run), drawn into the samples; its id."""
        index = next(i for i, r in enumerate(self.recordings) if r.info.id == recording_id)
        recording = self.recordings[index]
        fs = recording.info.sampling_rate_hz
        peaks = tuple(round(s * fs) for s in peaks_s)
        interval = SampleInterval(max(peaks[0] - 40, 0), peaks[-1] + 80)
        item = f"item-{len(self.labels) + 1}"
        if recording.run is not None:
            proposal = Proposal(
                item, recording_id, 0, interval,
                tuple(Potential(SampleInterval(p - 20, p + 40), p, 0.8) for p in peaks),
                proposed or activity, 0.8, _EVIDENCE, "emgview-needle", "1.0", "ab" * 32,
            )  # fmt: skip
            run = replace(recording.run, proposals=(*recording.run.proposals, proposal))
            self.recordings[index] = replace(recording, run=run)
        decided = state is not LabelState.PROPOSED
        origin = Origin.DETECTOR if recording.run is not None else Origin.READER
        self.labels.append(
            Label(
                item,
                recording_id,
                0,
                interval,
                peaks,
                activity,
                origin,
                state,
                item if recording.run is not None else None,
                "Dr. A. Reader" if decided else "",
                "2026-03-05T08:00:00.000Z" if decided else "",
            )
        )
        shape = np.interp(
            np.linspace(0, 1, 60), np.linspace(0, 1, len(SHAPES.get(activity, (1.0, -1.0)))),
            SHAPES.get(activity, (1.0, -1.0)),
        )  # fmt: skip
        for peak in peaks:
            self.samples[recording_id][peak - 20 : peak + 40, 0] += (shape * 25).astype(np.float32)
        return item

    def provide(
        self, recording_id: str, channel: int, interval: SampleInterval
    ) -> NDArray[np.float32]:
        """Samples of one channel: the provider that pictures are drawn from."""
        return self.samples[recording_id][interval.start : interval.stop, channel]

    def examined(self, **changes: Any) -> ReportInput:
        """The same with grid, two changed cells and entries, as a session hands it over."""
        where = ("tib_ant", Side.RIGHT)
        said = (
            Override(*where, "fib", CellState.OBSERVED, "2+", "short trains", "Dr. B"),
            Override(*where, "recruitment", CellState.OBSERVED, "reduced", "seen"),
        )
        entries = Entries({"weakness": "yes", "onset_weeks": "6", "symptoms": "Right foot #drop"})
        grid = make_grid(self.recordings, self.labels, said, entries)
        return self.source(grid=grid, entries=entries, **changes)

    def source(self, **changes: Any) -> ReportInput:
        """The report's input; ``patient`` and ``question`` go into the study."""
        study = Study(
            "study-1",
            created_at="2026-03-04T09:00:00.000Z",
            patient=changes.pop("patient", PATIENT),
            referral_question=changes.pop("question", "Weakness of the right foot for 3 months."),
        )
        table = examine(self.recordings, self.labels)
        values: dict[str, Any] = {
            "study": study,
            "recordings": tuple(self.recordings),
            "labels": tuple(self.labels),
            "findings": table,
            "statements": told(
                statements(
                    make_grid(self.recordings, self.labels),
                    language=changes.get("language", "en"),
                )
            ),
            "reader": Reader("Dr. A. Reader", "Neurologist"),
            "log_head": LogHead(17, "cd" * 32),
            "report_id": "5a6f1d0e-0000-4000-8000-000000000001",
            "report_set_id": "5a6f1d0e-0000-4000-8000-000000000000",
            "created_at": "2026-03-05T10:11:12.000Z",
            "software_version": "0.1.0",
            "conclusion": "Fibrillation potentials in the right tibialis anterior muscle.",
        }
        return ReportInput(**{**values, **changes})


@pytest.fixture
def case() -> CaseMaker:
    """An empty study."""
    return CaseMaker()


@pytest.fixture
def make_case() -> Callable[[], CaseMaker]:
    """Maker of empty studies."""
    return CaseMaker


@pytest.fixture
def typical() -> CaseMaker:
    """Two muscles: one with trains at two sites, one with fasciculation potentials."""
    made = CaseMaker()
    first = made.recording(seconds=70)
    second = made.recording(seconds=50)
    third = made.recording("gastroc_med", Side.RIGHT, seconds=100)
    made.recording("deltoid", Side.LEFT, seconds=34)
    made.label(first, "fib", list(np.arange(5.0, 9.0, 0.1)))
    made.label(second, "fib", list(np.arange(3.0, 8.0, 0.12)), proposed="psw",
               state=LabelState.EDITED)  # fmt: skip
    made.label(second, "psw", list(np.arange(20.0, 26.0, 0.21)))
    made.label(third, "fp_simple", [12.3])
    made.label(third, "fp_simple", [55.5])
    made.label(third, "mup", list(np.arange(80.0, 84.0, 0.11)))
    made.label(third, "fib", [33.0], LabelState.REJECTED)
    return made


@pytest.fixture(scope="session")
def final_pdf(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """A real report as PDF, final but not signed, with its ``report.json`` beside it."""
    made = CaseMaker()
    recording = made.recording(seconds=20)
    made.label(recording, "fib", list(np.arange(5.0, 9.0, 0.1)))
    report = build_report(made.source(status="final"))
    folder = tmp_path_factory.mktemp("final")
    (folder / "report.json").write_bytes(report.json_bytes)
    render_pdf(report, draw_figures(report, made.provide), folder / "unsigned.pdf")
    return folder / "unsigned.pdf"
