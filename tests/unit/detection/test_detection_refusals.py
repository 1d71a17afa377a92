"""What cannot be judged is refused with its reason, never guessed."""

from __future__ import annotations

from collections.abc import Callable
from typing import TYPE_CHECKING, Any

import numpy as np
import pytest

from emgview.detection import Detector
from emgview.detection.refusals import RailWatch
from emgview.model import Chunk, DetectionRun

if TYPE_CHECKING:
    from tests.unit.detection.conftest import Bench, Lab

Make = Callable[..., "Bench"]


def run_of(b: Bench, lab: Lab, **channel: Any) -> DetectionRun:
    """Detect with a channel of these properties."""
    detector = Detector(lab.info(b.fs, len(b.uv), **channel))
    detector.push(Chunk(b.uv[:, np.newaxis].astype(np.float32), 0))
    return detector.finish()


@pytest.mark.parametrize(
    ("channel", "word"),
    [({"electrode": "surface"}, "surface"), ({"low_pass_hz": 500.0}, "500 Hz")],
)
def test_fibrillations_are_not_named_where_they_cannot_be_seen(
    bench: Make, lab: Lab, channel: dict[str, object], word: str
) -> None:
    b = bench(seconds=10)
    b.lobes(lab.FIB, 120.0, b.regular(6.0, 0.04))
    run = run_of(b, lab, **channel)
    assert not lab.of_class(run, "fib", "psw")
    (train,) = lab.of_class(run, "cannot_tell")
    assert any(word in reason for reason in train.evidence.reasons)
    (remark,) = run.remarks
    assert not remark.refused
    assert word in remark.reason


def test_sharp_waves_are_not_named_without_their_tails(bench: Make, lab: Lab) -> None:
    b = bench(seconds=10)
    b.put(lab.sharp_wave(b.fs, 300.0), b.regular(5.0, 0.04))
    assert lab.of_class(run_of(b, lab, high_pass_hz=20.0), "psw")
    assert not lab.of_class(run_of(b, lab, high_pass_hz=500.0), "psw")


def test_an_amplifier_at_its_limit_is_refused(bench: Make, lab: Lab) -> None:
    b = bench(seconds=10)
    b.lobes(lab.FIB, 120.0, b.regular(6.0, 0.04))
    b.uv[40_000:80_000] = 5000.0
    run = run_of(b, lab)
    assert run.proposals == ()
    assert run.examined_channels == ()
    (remark,) = run.remarks
    assert remark.refused
    assert "20 %" in remark.reason


def test_a_channel_that_stands_still_is_refused(bench: Make, lab: Lab) -> None:
    b = bench(seconds=3)
    b.uv[:] = 7.0
    (remark,) = run_of(b, lab).remarks
    assert remark.refused
    assert "stands still" in remark.reason


def test_mostly_gaps_are_refused(bench: Make, lab: Lab) -> None:
    b = bench(seconds=4)
    detector = Detector(lab.info(b.fs, 1_000_000))
    samples = b.uv[:, np.newaxis].astype(np.float32)
    detector.push(Chunk(samples[:40_000], 0))
    detector.push(Chunk(samples[40_000:], 900_000, lost_before=860_000))
    run = detector.finish()
    assert run.examined == ()
    assert "91 % of the samples are lost" in run.remarks[0].reason


@pytest.mark.parametrize("cuts", [(), (3,), (5, 6, 7), (2, 4, 6, 8, 10)])
def test_time_at_the_limit_does_not_depend_on_chunks(cuts: tuple[int, ...]) -> None:
    samples = np.array([0, 1, 5, 9, 9, 9, 9, 2, 9, 9, 1, -3, -3, 0], dtype=np.float64)
    watch = RailWatch(3)
    for part in np.split(samples, cuts):
        watch.push(part)
    assert watch.share() == pytest.approx(4 / 14)


def test_an_inverted_channel_is_turned_over(bench: Make, lab: Lab) -> None:
    b = bench(seconds=10)
    b.put(lab.sharp_wave(b.fs, 300.0), b.regular(5.0, 0.04))
    b.uv = -b.uv
    assert lab.of_class(run_of(b, lab, inverted=True), "psw")
    assert not lab.of_class(run_of(b, lab), "psw")
