"""Rows for other programs, and the window of a recording that is judged."""

from __future__ import annotations

import csv
import io
import json
from collections.abc import Callable, Iterator

import numpy as np
import pytest

from emgview.errors import CancelledError, EmgviewError
from emgview.model import (
    Channel,
    ChannelRefusal,
    Chunk,
    DetectionRun,
    Evidence,
    Gap,
    Potential,
    Progress,
    Proposal,
    RecordingInfo,
    SampleInterval,
)
from emgview.session.detecting import detect_in
from emgview.session.table import COLUMNS, as_json, rows, write_csv

FS = 20_000.0


def proposal(
    activity: str, peaks: tuple[int, ...], *, train: bool, channel: int = 0, start: int = 1000
) -> Proposal:
    potentials = tuple(Potential(SampleInterval(q - 20, q + 30), q, 0.9) for q in peaks)
    stop = peaks[-1] + 30 if peaks else start + 400
    identifier = f"p-{activity}"
    return Proposal(
        identifier, "rec", channel, SampleInterval(start, stop), potentials, activity, 0.8765,
        Evidence(), "d", "1", "hash", f"t-{activity}" if train else None,
    )  # fmt: skip


TRAIN = proposal("fib", (1020, 3000, 5000), train=True)
SINGLE = proposal("fp_simple", (9000,), train=False, channel=1, start=8980)
STRETCH = proposal("art_mains", (), train=False)
INFO = RecordingInfo("rec", FS, 40_000, (Channel("A"), Channel("B", unit="g")))


def run_with(*proposals: Proposal) -> DetectionRun:
    remark = ChannelRefusal(1, "B: unit g is not electrical")
    return DetectionRun(
        "run", "rec", "d", "1", "{}", "hash", (SampleInterval(0, 40_000),), (0,), (remark,),
        proposals,
    )  # fmt: skip


def table(*proposals: Proposal) -> list[dict[str, str]]:
    file = io.StringIO()
    write_csv(file, [("Case 1", INFO, run_with(*proposals))])
    return list(csv.DictReader(io.StringIO(file.getvalue())))


def test_the_columns_are_those_that_scripts_rely_on() -> None:
    file = io.StringIO()
    write_csv(file, [])
    assert file.getvalue() == "recording,channel,onset_s,offset_s,peak_s,label,score,train_id\n"
    assert len(COLUMNS) == 8


def test_a_train_has_one_row_per_potential_and_one_of_its_own_without_a_peak() -> None:
    got = table(TRAIN)
    assert [row["peak_s"] for row in got] == ["", "0.051000", "0.150000", "0.250000"]
    assert {row["train_id"] for row in got} == {"t-fib"}
    own = got[0]
    assert (own["onset_s"], own["offset_s"]) == ("0.050000", "0.251500")
    assert (got[1]["onset_s"], got[1]["offset_s"]) == ("0.050000", "0.052500")
    assert {row["label"] for row in got} == {"fib"}


def test_a_single_potential_is_one_row_without_a_train() -> None:
    (row,) = table(SINGLE)
    assert row["peak_s"] == "0.450000"
    assert (row["train_id"], row["channel"], row["label"]) == ("", "1", "fp_simple")
    assert row["score"] == "0.876"


def test_a_stretch_without_potentials_is_one_row_without_a_peak() -> None:
    (row,) = table(STRETCH)
    assert (row["peak_s"], row["train_id"], row["label"]) == ("", "", "art_mains")


def test_rows_count_potentials_plus_trains() -> None:
    assert len(list(rows("x", FS, run_with(TRAIN, SINGLE, STRETCH)))) == 4 + 1 + 1


def test_titles_with_commas_and_line_ends_stay_one_field() -> None:
    file = io.StringIO()
    write_csv(file, [('a,"b"\nµ', INFO, run_with(SINGLE))])
    (row,) = csv.DictReader(io.StringIO(file.getvalue()))
    assert row["recording"] == 'a,"b"\nµ'


def test_json_tells_what_was_not_examined_and_why() -> None:
    text = json.dumps(as_json([("Case 1", INFO, run_with(TRAIN, SINGLE))]), allow_nan=False)
    (recording,) = json.loads(text)["recordings"]
    assert recording["examined_s"] == [[0.0, 2.0]]
    assert recording["examined_channels"] == [0]
    assert recording["remarks"] == [
        {"channel": 1, "reason": "B: unit g is not electrical", "refused": True}
    ]
    first = recording["proposals"][0]
    assert (first["onset_s"], first["offset_s"]) == (0.05, 0.2515)
    assert [q["peak_sample"] for q in first["potentials"]] == [1020, 3000, 5000]


# -- which part is judged --------------------------------------------------------------------


class Signal:
    """A fibrillation train of 12 s with a gap, given in chunks of any length."""

    def __init__(self) -> None:
        rng = np.random.default_rng(6)
        n = 240_000
        uv = 4 * rng.standard_normal(n)
        ms = (np.arange(81) - 40) / 20
        spike = 60 * np.exp(-0.5 * ((ms + 0.55) / 0.2) ** 2) - 140 * np.exp(-0.5 * (ms / 0.2) ** 2)
        self.peaks = np.arange(2000, n - 1000, 2800) + rng.integers(
            -90, 90, len(np.arange(2000, n - 1000, 2800))
        )
        for peak in self.peaks:
            uv[peak - 40 : peak + 41] += spike
        self.samples = uv.astype(np.float32)[:, np.newaxis]
        self.gap = Gap(100_000, 7000)
        self._info = RecordingInfo("rec-w", FS, n, (Channel("EMG"),), gaps=(self.gap,))

    @property
    def info(self) -> RecordingInfo:
        return self._info

    def chunks(self, chunk_samples: int) -> Iterator[Chunk]:
        hole = self.gap.interval
        for start, stop in ((0, hole.start), (hole.stop, self._info.n_samples)):
            for a in range(start, stop, chunk_samples):
                lost = len(hole) if a == hole.stop else 0
                yield Chunk(self.samples[a : min(a + chunk_samples, stop)], a, lost)


@pytest.fixture(scope="module")
def signal() -> Signal:
    return Signal()


def test_the_whole_recording_is_examined_but_its_gaps(signal: Signal) -> None:
    run = detect_in(signal)
    assert run.examined == (SampleInterval(0, 100_000), SampleInterval(107_000, 240_000))
    assert {p.activity for p in run.proposals} == {"fib"}


@pytest.mark.parametrize(
    ("window_s", "examined"),
    [
        ((1.0, 4.5), [(20_000, 90_000)]),
        ((None, 4.5), [(0, 90_000)]),
        ((6.0, None), [(120_000, 240_000)]),
        ((4.0, 8.0), [(80_000, 100_000), (107_000, 160_000)]),
        ((5.1, 5.2), []),
        ((11.0, 99.0), [(220_000, 240_000)]),
    ],
)
def test_only_the_window_is_examined(
    signal: Signal,
    window_s: tuple[float | None, float | None],
    examined: list[tuple[int, int]],
) -> None:
    run = detect_in(signal, window_s=window_s)
    assert [(part.start, part.stop) for part in run.examined] == examined
    for p in run.proposals:
        assert any(a <= p.interval.start and p.interval.stop <= b for a, b in examined)


@pytest.mark.parametrize("window_s", [(50.0, 60.0), (8.0, 4.0), (12.0, None)])
def test_a_window_outside_the_recording_is_refused(
    signal: Signal, window_s: tuple[float | None, float | None]
) -> None:
    """It gave a run without proposals, as if something had been looked at."""
    with pytest.raises(EmgviewError, match="There is nothing from"):
        detect_in(signal, window_s=window_s)


def test_a_cancelled_detection_stops_with_an_error_and_without_a_run(signal: Signal) -> None:
    asked: list[int] = []

    def cancelled() -> bool:
        asked.append(1)
        return len(asked) > 3

    with pytest.raises(CancelledError):
        detect_in(signal, progress=Progress(None, cancelled))
    assert len(asked) == 4


def test_progress_grows_to_the_end(signal: Signal) -> None:
    told: list[float] = []
    on_report: Callable[[float, str], None] = lambda fraction, _: told.append(fraction)  # noqa: E731
    detect_in(signal, progress=Progress(on_report))
    assert told == sorted(told)
    assert told[-1] >= 0.95
    assert len(told) > 10
