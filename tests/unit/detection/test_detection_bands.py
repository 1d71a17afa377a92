"""All channels at once give what each gives by itself, and what is left out changes nothing."""

from __future__ import annotations

from dataclasses import replace

import numpy as np
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st
from numpy.typing import NDArray

from emgview.detection import Detector, default_parameters
from emgview.detection.bands import Bands, Frames
from emgview.detection.events import _Trace
from emgview.detection.levels import SegmentLevels
from emgview.detection.mains_removal import MainsRemover
from emgview.detection.patterns.trace import ActiveTrace
from emgview.detection.tail import Tail
from emgview.model import Channel, Chunk, RecordingInfo
from emgview.simulation import simulate

Float = NDArray[np.float64]
FS = 10_000.0
P = default_parameters()


def signals(n_channels: int = 11, seconds: float = 4.0) -> Float:
    """Channels of noise; mains in some from some time on; potentials in one."""
    rng = np.random.default_rng(4)
    n = round(seconds * FS)
    t = np.arange(n) / FS
    rows = rng.normal(0, 4, (n_channels, n)) + rng.normal(0, 300, (n_channels, 1))
    rows[1] += 20 * np.sin(2 * np.pi * 60 * t)
    rows[9, n // 2 :] += 30 * np.sin(2 * np.pi * 50 * t[n // 2 :])
    rows[4, 3000::1700] += 400
    return rows


def test_each_channel_is_what_it_is_alone() -> None:
    rows = signals()
    together = Bands(len(rows), FS, P)
    frames = together.push(rows), together.finish()
    for c, row in enumerate(rows):
        alone = Bands(1, FS, P)
        for found, wanted in zip(
            frames, (alone.push(row[np.newaxis]), alone.finish()), strict=True
        ):
            assert found.first == wanted.first
            for name in ("noise", "long_noise", "threshold", "peak"):
                np.testing.assert_array_equal(getattr(found, name)[c], getattr(wanted, name)[0])
        assert together.levels[c] == alone.levels[0]
        np.testing.assert_array_equal(
            together.band.of_row(c, 0, rows.shape[1]), alone.band.of_row(0, 0, rows.shape[1])
        )


def test_proposals_of_a_channel_do_not_depend_on_the_others() -> None:
    made = simulate("fib_psw_mixed", seconds=15, seed=3, fs=FS, channels=2)
    samples = np.concatenate([chunk.samples for chunk in made.chunks(10_000)])

    def found(columns: list[int]) -> list[set[tuple[object, ...]]]:
        channels = tuple(made.info.channels[c] for c in columns)
        detector = Detector(replace(made.info, channels=channels))
        detector.push(Chunk(np.ascontiguousarray(samples[:, columns]), 0))
        run = detector.finish()
        return [
            {(p.activity, p.interval, p.potentials, p.evidence) for p in run.proposals
             if p.channel == c}
            for c in range(len(columns))
        ]  # fmt: skip

    assert found([0, 1]) == [*found([0]), *found([1])]


@pytest.mark.parametrize("hz", [50.0, 60.0])
def test_where_the_quick_fit_finds_little_nothing_is_taken_off(hz: float) -> None:
    """What is measured quickly is only what is below all limits; the rest comes of the whole."""
    t = np.arange(20_000) / FS
    rows = np.random.default_rng(2).normal(0, 4, (2, len(t)))
    rows[1] += 10 * np.sin(2 * np.pi * hz * t)
    levels = [SegmentLevels(500), SegmentLevels(500)]
    remover = MainsRemover(FS, P, levels)
    cleaned = remover.push(rows)
    np.testing.assert_array_equal(cleaned[0], rows[0, : cleaned.shape[1]])
    assert np.std(cleaned[1]) == pytest.approx(4, rel=0.05)
    assert [level.line_hz for level in levels[1].mains] == [hz] * 3
    assert levels[1].mains[1].rms_uv == pytest.approx(10 / 2**0.5, rel=0.05)
    assert levels[0].mains[0].rms_uv < 1


@settings(max_examples=60, deadline=None)
@given(st.lists(st.tuples(st.integers(1, 12), st.floats(0, 1)), min_size=1, max_size=12))
def test_silent_frames_pass_together_as_one_by_one(groups: list[tuple[int, float]]) -> None:
    rng = np.random.default_rng(7)
    frame, at, sigma = 333, 0, P.stream.noise_floor_uv
    fs = 20_000.0
    quick, slow = _Trace(fs, frame, P), ActiveTrace(fs, frame, P)
    levels = [1.0] * 200
    for n, loud in groups:
        band = rng.normal(0, 1, (1, n * frame))
        for k in np.flatnonzero(rng.random(n) < loud**3).tolist():
            band[0, k * frame + 5] = 500.0
        peak = np.abs(band).reshape(1, n, frame).max(axis=2)
        noise = np.full((1, n), sigma)
        stop = (at + n) * frame
        frames = Frames(at, at * frame, stop, band, noise, noise, noise, peak)
        quick.take(frames, 0, levels)
        for k in range(n):
            part = band[0, k * frame : (k + 1) * frame]
            slow.add(at + k, part, [sigma] * 200, 0)
        at += n
    assert quick.version == slow.version
    assert len(quick._waiting) == len(slow._waiting)
    for a, b in zip(quick._waiting, slow._waiting, strict=True):
        np.testing.assert_array_equal(a, b)
    found, wanted = quick.open_block(), slow.open_block()
    assert (found is None) == (wanted is None)
    if found is not None and wanted is not None:
        for x, y in zip(found.spells, wanted.spells, strict=True):
            assert (x.start, x.sigma) == (y.start, y.sigma)
            np.testing.assert_array_equal(x.x, y.x)


def test_samples_wait_until_they_make_a_window() -> None:
    info = RecordingInfo("rec", FS, 20_000, (Channel("A", 0.25),))
    detector = Detector(info)
    samples = np.zeros((300, 1), np.int16)
    worked = [detector.push(Chunk(samples, 300 * k)) for k in range(60)]
    assert [k for k, one in enumerate(worked) if one] == [33, 49]  # 1 s, then every half second


def test_rows_of_a_tail_are_tails() -> None:
    rows, tail = np.random.default_rng(1).normal(size=(3, 900)), Tail(3)
    for start in range(0, 900, 70):
        tail.append(rows[:, start : start + 70])
        tail.forget(start - 100)
    np.testing.assert_array_equal(tail.window(820, 901)[:, :-1], rows[:, 820:])
    np.testing.assert_array_equal(tail.of_row(1, 820, 900), rows[1, 820:])
    np.testing.assert_array_equal(tail.view(850, 870), rows[:, 850:870])
    assert not tail.window(900, 902).any()
