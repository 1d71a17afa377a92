"""Ends, gaps, missing and broken samples, several channels, and channels that are not judged."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import replace
from typing import TYPE_CHECKING

import numpy as np
import pytest

from emgview.detection import Detector, channel_remark, default_parameters, load_parameters
from emgview.errors import FileError
from emgview.model import Channel, Chunk, RecordingInfo, SampleInterval
from emgview.resource_files import resource

if TYPE_CHECKING:
    from pathlib import Path

    from tests.unit.detection.conftest import Bench, Lab

Make = Callable[..., "Bench"]
FS = 20_000.0


def fib_bench(bench: Make, lab: Lab, seconds: float = 10.0) -> tuple[Bench, list[int]]:
    b: Bench = bench(seconds=seconds)
    truth = b.lobes(lab.FIB, 120.0, b.regular(6.0, 0.04))
    return b, truth


# -- ends of a recording ---------------------------------------------------------------------


def test_potentials_at_both_ends_are_found_and_stay_inside(bench: Make, lab: Lab) -> None:
    b = bench(seconds=6)
    last = len(b.uv) - 1
    truth = b.lobes(lab.MUP, 500.0, [0.004, 3.0, last / FS - 0.004])
    proposals = lab.of_class(b.run(), "fp", "cannot_tell")
    assert lab.found_part(truth, lab.peaks_of(proposals), 40) == 1.0
    for p in proposals:
        assert 0 <= p.interval.start < p.interval.stop <= len(b.uv)
        for potential in p.potentials:
            assert 0 <= potential.interval.start <= potential.peak_sample
            assert potential.peak_sample < len(b.uv)


def test_a_train_that_is_cut_off_at_both_ends_stays_inside(bench: Make, lab: Lab) -> None:
    b = bench(seconds=5)
    b.lobes(lab.FIB, 200.0, list(np.arange(0.0, 5.01, 0.125) + 0.004 * b.rng.random(41)))
    run = b.run()
    assert lab.of_class(run, "fib")
    for p in run.proposals:
        assert 0 <= p.interval.start < p.interval.stop <= len(b.uv)
        for potential in p.potentials:
            assert p.interval.start <= potential.interval.start <= potential.peak_sample
            assert potential.peak_sample < potential.interval.stop <= p.interval.stop


@pytest.mark.parametrize("n", [1, 2, 19, 1000, 1001, 20_001])
def test_very_short_recordings_are_examined_without_error(lab: Lab, n: int) -> None:
    noise = np.random.default_rng(4).standard_normal((n, 1))
    run = lab.detect(noise, FS)
    assert run.proposals == ()
    assert run.examined == (SampleInterval(0, n),)


def test_an_empty_recording_has_nothing_examined(lab: Lab) -> None:
    """Absent needs time: without samples nothing was looked at."""
    assert lab.detect(np.empty((0, 1)), FS).examined == ()
    detector = Detector(lab.info(FS, 0))
    detector.push(Chunk(np.empty((0, 1), dtype=np.float32), 0))
    run = detector.finish()
    assert (run.examined, run.proposals) == ((), ())


# -- samples that are not signal -------------------------------------------------------------


@pytest.mark.parametrize("level", [0.0, 3000.0, -1e6])
def test_a_constant_signal_gives_nothing(lab: Lab, level: float) -> None:
    assert lab.detect(np.full((60_000, 1), level), FS).proposals == ()


def test_an_offset_of_the_electrode_changes_nothing(bench: Make, lab: Lab) -> None:
    b, _ = fib_bench(bench, lab, 6.0)
    plain = lab.peaks_of(lab.of_class(b.run(), "fib"))
    b.uv += 2000.0
    assert lab.peaks_of(lab.of_class(b.run(), "fib")) == plain


def test_samples_that_are_not_numbers_hide_only_themselves(bench: Make, lab: Lab) -> None:
    b, truth = fib_bench(bench, lab)
    b.uv[80_000:90_000] = np.nan
    b.uv[123_456] = np.inf
    run = b.run()
    far = [peak for peak in truth if not 79_900 < peak < 90_100]
    assert lab.found_part(far, lab.peaks_of(lab.of_class(run, "fib")), 40) > 0.95
    assert all(np.isfinite(p.score) for p in run.proposals)
    assert not [q for q in lab.peaks_of(list(run.proposals)) if 80_100 < q < 89_900]


def test_clipped_voluntary_activity_gives_no_false_alarms(bench: Make, lab: Lab) -> None:
    b = bench(seconds=15)
    b.voluntary(2.0, 13.0)
    b.uv = np.clip(b.uv, -200.0, 200.0)
    run = b.run()
    assert lab.of_class(run, "mup")
    assert not lab.of_class(run, "fib", "psw", "fp")


# -- gaps ------------------------------------------------------------------------------------


def test_a_gap_parts_trains_and_is_not_examined(bench: Make, lab: Lab) -> None:
    b, truth = fib_bench(bench, lab, 16.0)
    native = b.uv[:, np.newaxis].astype(np.float32)
    detector = Detector(lab.info(FS, len(native)))
    detector.push(Chunk(native[:150_000], 0))
    detector.push(Chunk(native[170_000:], 170_000, lost_before=20_000))
    run = detector.finish()
    gap = SampleInterval(150_000, 170_000)
    assert run.examined == (SampleInterval(0, 150_000), SampleInterval(170_000, 320_000))
    assert not [p for p in run.proposals if p.interval.overlaps(gap)]
    assert not [q for p in run.proposals for q in p.potentials if q.interval.overlaps(gap)]
    trains = lab.of_class(run, "fib")
    assert len(trains) == 2
    kept = [peak for peak in truth if not 149_900 < peak < 170_100]
    assert lab.found_part(kept, lab.peaks_of(trains), 40) > 0.95


def test_a_recording_that_starts_late_keeps_its_sample_numbers(bench: Make, lab: Lab) -> None:
    b, truth = fib_bench(bench, lab, 6.0)
    detector = Detector(lab.info(FS, 1_000_000))
    detector.push(Chunk(b.uv[:, np.newaxis].astype(np.float32), 700_000))
    run = detector.finish()
    assert run.examined == (SampleInterval(700_000, 820_000),)
    shifted = [peak + 700_000 for peak in truth]
    assert lab.found_part(shifted, lab.peaks_of(list(run.proposals)), 40) > 0.95


# -- channels --------------------------------------------------------------------------------


def test_channels_are_judged_independently(bench: Make, lab: Lab) -> None:
    b, truth = fib_bench(bench, lab, 8.0)
    quiet = bench(seconds=8, seed=9).uv
    sharp = bench(seconds=8, seed=5)
    sharp.put(lab.sharp_wave(FS, 200.0), sharp.regular(5.0, 0.04))
    run = lab.detect(np.column_stack([b.uv, quiet, sharp.uv]), FS)
    assert {(p.channel, p.activity) for p in run.proposals} == {(0, "fib"), (2, "psw")}
    alone = b.run()
    assert [p.potentials for p in run.proposals if p.channel == 0] == [
        p.potentials for p in alone.proposals
    ]
    assert lab.found_part(truth, lab.peaks_of(list(alone.proposals)), 40) > 0.95
    assert run.examined_channels == (0, 1, 2)


def test_native_numbers_are_taken_with_gain_and_offset(bench: Make, lab: Lab) -> None:
    """An amplifier with a negative gain stores the same microvolt as other numbers."""
    b, _ = fib_bench(bench, lab, 6.0)
    quantised = np.round(b.uv / 0.25)
    runs = []
    for gain in (0.25, -0.25):
        channel = Channel("EMG", gain_uv=gain, offset_uv=-3.0)
        detector = Detector(RecordingInfo("rec-1", FS, len(b.uv), (channel,)))
        native = (quantised * np.sign(gain)).astype(np.int16)
        detector.push(Chunk(native[:, np.newaxis], 0))
        runs.append(detector.finish())
    assert runs[0] == runs[1]
    assert [p.activity for p in runs[0].proposals] == ["fib"]


def test_a_turned_over_sharp_wave_is_not_a_positive_sharp_wave(bench: Make, lab: Lab) -> None:
    b = bench(seconds=10)
    wave, middle = lab.sharp_wave(FS, 200.0)
    b.put((-wave, middle), b.regular(5.0, 0.04))
    assert not lab.of_class(b.run(), "psw")


# -- gate ------------------------------------------------------------------------------------


def remark_of(lab: Lab, fs: float, unit: str = "uV") -> tuple[bool, str] | None:
    found = channel_remark(0, lab.info(fs, 1000, unit=unit), default_parameters())
    return None if found is None else (found.refused, found.reason)


@pytest.mark.parametrize("fs", [1.0, 148.1, 1000.0, 1999.9])
def test_too_slow_a_channel_is_refused_with_the_reason(lab: Lab, fs: float) -> None:
    found = remark_of(lab, fs)
    assert found is not None
    refused, reason = found
    assert refused
    assert f"{fs:g} Hz" in reason
    assert "2000 Hz" in reason


@pytest.mark.parametrize("fs", [2000.0, 4000.0, 9999.0])
def test_a_slow_channel_is_judged_with_a_warning(lab: Lab, fs: float) -> None:
    found = remark_of(lab, fs)
    assert found is not None
    refused, reason = found
    assert not refused
    assert f"{fs:g} Hz" in reason
    assert "10000 Hz" in reason


@pytest.mark.parametrize("fs", [10_000.0, 48_000.0])
def test_a_fast_channel_has_no_remark(lab: Lab, fs: float) -> None:
    assert remark_of(lab, fs) is None


@pytest.mark.parametrize("unit", ["g", "mmHg", ""])
def test_a_channel_that_is_not_electrical_is_refused(lab: Lab, unit: str) -> None:
    found = remark_of(lab, 20_000.0, unit=unit)
    assert found is not None
    assert found[0]
    assert "unit" in found[1]


def test_a_refused_channel_is_never_examined_nor_judged(bench: Make, lab: Lab) -> None:
    """What was not examined is never called normal."""
    b, _ = fib_bench(bench, lab, 5.0)
    info = lab.info(FS, len(b.uv), 2)
    info = replace(info, channels=(replace(info.channels[0], unit="g"), info.channels[1]))
    detector = Detector(info)
    detector.push(Chunk(np.column_stack([b.uv, b.uv]).astype(np.float32), 0))
    run = detector.finish()
    assert run.examined_channels == (1,)
    assert {p.channel for p in run.proposals} == {1}
    assert [(r.channel, r.refused) for r in run.remarks] == [(0, True)]


def test_nothing_is_examined_where_every_channel_is_refused(lab: Lab) -> None:
    run = lab.detect(np.zeros((5000, 1)), 1000.0)
    assert (run.examined, run.examined_channels, run.proposals) == ((), (), ())


def test_short_spikes_are_not_told_apart_at_a_low_rate(bench: Make, lab: Lab) -> None:
    """At 4 kHz a fibrillation potential cannot be judged, and the reason says so."""
    b = bench(fs=4000.0, seconds=12)
    b.lobes(lab.FIB, 200.0, b.regular(6.0, 0.04))
    run = b.run()
    assert not lab.of_class(run, "fib", "psw", "fp")
    (train,) = lab.of_class(run, "cannot_tell")
    assert "4000 Hz" in " ".join(train.evidence.reasons)


@pytest.mark.parametrize("fs", [10_000.0, 12_500.0, 48_000.0, 19_531.25])
def test_classes_do_not_depend_on_the_sampling_rate(bench: Make, lab: Lab, fs: float) -> None:
    b = bench(fs=fs, seconds=8)
    truth = b.lobes(lab.FIB, 150.0, b.regular(6.0, 0.04))
    (train,) = b.run().proposals
    assert train.activity == "fib"
    assert lab.found_part(truth, list(train.peak_samples), round(0.002 * fs)) > 0.95


# -- parameters ------------------------------------------------------------------------------


def test_parameters_and_their_hash_go_with_the_run(bench: Make, lab: Lab) -> None:
    import hashlib

    b, _ = fib_bench(bench, lab, 5.0)
    run = b.run()
    assert hashlib.sha256(run.parameters.encode()).hexdigest() == run.parameters_hash
    assert {p.parameters_hash for p in run.proposals} == {run.parameters_hash}
    assert {(p.detector, p.version) for p in run.proposals} == {(run.detector, run.version)}


def test_another_number_is_another_hash_and_another_id(
    bench: Make, lab: Lab, tmp_path: Path
) -> None:
    text = resource("detection/parameters.toml").read_text(encoding="utf-8")
    changed = tmp_path / "other.toml"
    changed.write_text(text.replace("threshold_sigma = 4.5", "threshold_sigma = 4.6"), "utf-8")
    other = load_parameters(changed)
    assert other.sha256() != default_parameters().sha256()
    b, _ = fib_bench(bench, lab, 5.0)
    detector = Detector(lab.info(FS, len(b.uv)), other)
    detector.push(Chunk(b.uv[:, np.newaxis].astype(np.float32), 0))
    run = detector.finish()
    assert run.id != b.run().id
    assert not {p.id for p in run.proposals} & {p.id for p in b.run().proposals}


@pytest.mark.parametrize(
    ("old", "new", "named"),
    [
        ("threshold_sigma = 4.5", 'threshold_sigma = "high"', "threshold_sigma"),
        ("threshold_sigma = 4.5", "", "threshold_sigma"),
        ("[gate]", "[gate", ""),
    ],
)
def test_a_faulty_parameter_file_is_an_error_that_names_the_value(
    tmp_path: Path, old: str, new: str, named: str
) -> None:
    text = resource("detection/parameters.toml").read_text(encoding="utf-8")
    path = tmp_path / "mine.toml"
    path.write_text(text.replace(old, new), encoding="utf-8")
    with pytest.raises(FileError) as caught:
        load_parameters(path)
    assert "mine.toml" in str(caught.value)
    assert named in str(caught.value)
    assert str(tmp_path) not in str(caught.value)


def test_every_parameter_names_its_evidence() -> None:
    """Clinical numbers carry their source: published, general knowledge or inference."""
    text = resource("detection/parameters.toml").read_text(encoding="utf-8")
    lines = [line for line in text.splitlines() if " = " in line and not line.startswith("version")]
    assert len(lines) > 50
    group_marks = {"ecg", "eps"}
    section = ""
    for line in text.splitlines():
        if line.startswith("["):
            section = line.strip("[]")
        elif line in lines and section not in group_marks:
            assert any(mark in line for mark in ("[S]", "[K]", "[I]")), line
