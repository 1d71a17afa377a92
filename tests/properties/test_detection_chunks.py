"""The same run, ids included, whatever the cut points: live or from a file."""

from __future__ import annotations

from functools import lru_cache
from itertools import pairwise

import numpy as np
import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st
from numpy.typing import NDArray

from emgview.detection import Detector
from emgview.model import Channel, Chunk, DetectionRun, RecordingInfo, SampleInterval

FS = 10_000.0
N = 60_000
GAPS = (SampleInterval(14_321, 14_322), SampleInterval(37_000, 39_500))

Samples = NDArray[np.int16]


@lru_cache(maxsize=1)
def recording() -> Samples:
    """Two channels: fibrillation train with mains; fasciculations, then voluntary activity."""
    rng = np.random.default_rng(8)
    uv = 4.0 * rng.standard_normal((N, 2))
    t = np.arange(N) / FS
    uv[:, 0] += 12 * np.sin(2 * np.pi * 50 * t) + 5 * np.sin(2 * np.pi * 150 * t + 1)
    ms = (np.arange(101) - 50) / 10

    def lobe(centre: float, width: float, height: float) -> NDArray[np.float64]:
        return np.asarray(height * np.exp(-0.5 * ((ms - centre) / width) ** 2))

    spike = lobe(-0.55, 0.2, 60.0) + lobe(0.0, 0.2, -140.0) + lobe(0.6, 0.3, 20.0)
    unit = lobe(-1.6, 0.5, 250.0) + lobe(0.0, 0.6, -500.0) + lobe(1.8, 0.8, 250.0)
    steps = 0.15 * (1 + 0.05 * rng.standard_normal(60))
    for at in np.round(np.cumsum(steps) * FS).astype(int):
        if 50 < at < N - 60:
            uv[at - 50 : at + 51, 0] += spike
    lone = [4000, 12_100, 23_456]
    willed = 40_500 + np.round(np.cumsum(0.11 * (1 + 0.15 * rng.standard_normal(16))) * FS)
    for at in [*lone, *willed.astype(int)]:
        if at < N - 60:
            uv[at - 50 : at + 51, 1] += unit if at in lone else -0.6 * unit
    return np.round(uv / 0.25).astype(np.int16)


def info() -> RecordingInfo:
    return RecordingInfo("rec-prop", FS, N, (Channel("A", 0.25), Channel("B", 0.25)))


def parts(with_gaps: bool) -> list[SampleInterval]:
    if not with_gaps:
        return [SampleInterval(0, N)]
    edges = [0, *[edge for gap in GAPS for edge in (gap.start, gap.stop)], N]
    return [SampleInterval(a, b) for a, b in zip(edges[::2], edges[1::2], strict=True)]


def detected(cuts: list[int], with_gaps: bool) -> DetectionRun:
    """The run over the recording cut at these samples (and at its gaps)."""
    detector = Detector(info())
    last = 0
    for part in parts(with_gaps):
        edges = sorted({part.start, part.stop, *(c for c in cuts if part.contains(c))})
        for a, b in pairwise(edges):
            detector.push(Chunk(recording()[a:b], a, lost_before=a - last))
            last = b
    return detector.finish()


@lru_cache(maxsize=2)
def reference(with_gaps: bool) -> DetectionRun:
    return detected([], with_gaps)


@pytest.mark.parametrize("with_gaps", [False, True])
def test_the_recording_holds_what_the_property_is_about(with_gaps: bool) -> None:
    found = {(p.channel, p.activity.split("_")[0]) for p in reference(with_gaps).proposals}
    assert (0, "fib") in found
    assert (1, "fp") in found


CUTS = st.lists(st.integers(1, N - 1), max_size=25)
SINGLES = st.integers(1, N - 200)


@settings(max_examples=12, deadline=None, suppress_health_check=[HealthCheck.too_slow])
@given(cuts=CUTS, singles=SINGLES, with_gaps=st.booleans())
def test_any_chunking_gives_the_same_run(cuts: list[int], singles: int, with_gaps: bool) -> None:
    """Random cuts, and a stretch that comes in single samples."""
    run = detected([*cuts, *range(singles, singles + 150)], with_gaps)
    assert run == reference(with_gaps)


@pytest.mark.parametrize("chunk", [37, 500, 4999, 5000, 5001])
@pytest.mark.parametrize("with_gaps", [False, True])
def test_equal_chunks_on_and_beside_the_grid_give_the_same_run(chunk: int, with_gaps: bool) -> None:
    assert detected(list(range(chunk, N, chunk)), with_gaps) == reference(with_gaps)


def test_an_empty_chunk_changes_nothing() -> None:
    detector = Detector(info())
    samples = recording()
    detector.push(Chunk(samples[:0], 0))
    detector.push(Chunk(samples[:30_000], 0))
    detector.push(Chunk(samples[:0], 30_000))
    detector.push(Chunk(samples[30_000:], 30_000))
    assert detector.finish() == reference(with_gaps=False)


def test_two_runs_are_equal() -> None:
    assert detected([], with_gaps=True) == detected([], with_gaps=True)


@pytest.mark.parametrize("with_gaps", [False, True])
def test_every_run_is_well_formed(with_gaps: bool) -> None:
    """Ids are unique, potentials sorted and inside, trains and only trains have a train id."""
    run = reference(with_gaps)
    assert run.examined == tuple(parts(with_gaps))
    ids = [p.id for p in run.proposals]
    trains = [p.train_id for p in run.proposals if p.train_id is not None]
    assert len(ids) == len(set(ids))
    assert len(trains) == len(set(trains))
    assert [p.interval.start for p in run.proposals] == sorted(
        p.interval.start for p in run.proposals
    )
    for p in run.proposals:
        assert list(p.peak_samples) == sorted(set(p.peak_samples))
        for potential in p.potentials:
            assert p.interval.start <= potential.interval.start <= potential.peak_sample
            assert potential.peak_sample < potential.interval.stop <= p.interval.stop
        if len(p.potentials) > 1:
            assert p.train_id is not None
        if len(p.potentials) == 1 and p.activity.startswith("fp"):
            assert p.train_id is None
        assert any(
            part.start <= p.interval.start and p.interval.stop <= part.stop for part in run.examined
        )
