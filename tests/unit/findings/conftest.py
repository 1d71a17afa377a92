"""Recordings and labels made by hand, in seconds at 10 kHz."""

from __future__ import annotations

from collections.abc import Callable, Sequence
from dataclasses import dataclass, field, replace

import pytest

from emgview.findings import (
    Entries,
    ExaminedRecording,
    FindingsTable,
    Grid,
    Override,
    Statement,
    examine,
    make_grid,
    statements,
)
from emgview.model import (
    Channel,
    ChannelRefusal,
    DetectionRun,
    Evidence,
    Gap,
    Label,
    LabelState,
    Origin,
    PhaseMark,
    Potential,
    Proposal,
    RecordingInfo,
    SampleInterval,
    Side,
)

FS = 10_000


def stretch(start_s: float, stop_s: float, fs: int = FS) -> SampleInterval:
    """Seconds to samples."""
    return SampleInterval(round(start_s * fs), round(stop_s * fs))


@dataclass
class StudyMaker:
    """Gathers recordings and labels; ``table`` examines them."""

    recordings: list[ExaminedRecording] = field(default_factory=list)
    labels: list[Label] = field(default_factory=list)

    def recording(
        self,
        muscle: str = "tib_ant",
        side: Side = Side.RIGHT,
        *,
        seconds: float = 100.0,
        fs: int = FS,
        run: bool = True,
        examined: Sequence[tuple[float, float]] | None = None,
        remarks: tuple[ChannelRefusal, ...] = (),
        phases: tuple[PhaseMark, ...] = (),
        gaps: tuple[Gap, ...] = (),
        n_channels: int = 1,
    ) -> str:
        """A recording; its id."""
        rec_id = f"rec-{len(self.recordings) + 1}"
        channels = tuple(Channel(f"EMG {i + 1}") for i in range(n_channels))
        info = RecordingInfo(
            rec_id, float(fs), round(seconds * fs), channels, phases=phases, gaps=gaps
        )
        intervals = (
            tuple(stretch(a, b, fs) for a, b in examined) if examined is not None else (info.whole,)
        )
        refused = {r.channel for r in remarks if r.refused}
        looked_at = tuple(c for c in range(n_channels) if c not in refused)
        made = DetectionRun(
            f"run-{rec_id}", rec_id, "d", "1", "{}", "00", intervals, looked_at, remarks, ()
        )
        self.recordings.append(ExaminedRecording(info, muscle, side, made if run else None))
        return rec_id

    def label(
        self,
        recording_id: str,
        activity: str,
        start_s: float,
        stop_s: float,
        state: LabelState = LabelState.CONFIRMED,
        *,
        peaks_s: Sequence[float] = (),
        channel: int = 0,
        fs: int = FS,
    ) -> str:
        """A label; its id."""
        item = f"item-{len(self.labels) + 1}"
        peaks = tuple(round(s * fs) for s in peaks_s)
        self.labels.append(
            Label(
                item,
                recording_id,
                channel,
                stretch(start_s, stop_s, fs),
                peaks,
                activity,
                Origin.DETECTOR,
                state,
                item,
            )
        )
        return item

    def proposal(self, recording_id: str, activity: str, start_s: float, stop_s: float) -> str:
        """A proposal in the run that no label speaks of; its id."""
        index = next(i for i, r in enumerate(self.recordings) if r.info.id == recording_id)
        run = self.recordings[index].run
        if run is None:
            raise ValueError("no run")
        item = f"proposal-{len(run.proposals) + 1}"
        where = stretch(start_s, stop_s)
        made = Proposal(
            item,
            recording_id,
            0,
            where,
            (Potential(where, where.start, 0.5),),
            activity,
            0.5,
            Evidence(),
            "d",
            "1",
            "00",
        )
        run = replace(run, proposals=(*run.proposals, made))
        self.recordings[index] = replace(self.recordings[index], run=run)
        return item

    def table(self) -> FindingsTable:
        """The muscle table."""
        return examine(self.recordings, self.labels)

    def grid(self, *overrides: Override, entries: Entries | None = None) -> Grid:
        """The grid."""
        return make_grid(self.recordings, self.labels, overrides, entries)

    def said(self) -> tuple[Statement, ...]:
        """What the rules say."""
        return statements(self.grid())


@pytest.fixture
def study() -> StudyMaker:
    """An empty study."""
    return StudyMaker()


@pytest.fixture
def new_study() -> Callable[[], StudyMaker]:
    """Maker of empty studies."""
    return StudyMaker
