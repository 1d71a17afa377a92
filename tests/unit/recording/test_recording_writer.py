"""The writer keeps every sample, every gap and everything that is known."""

from __future__ import annotations

import dataclasses
import shutil
import subprocess
import sys
from collections.abc import Callable
from pathlib import Path
from typing import Any

import numpy as np
import pytest

from emgview.errors import FileError
from emgview.model import Channel, Chunk, Gap, Phase, PhaseMark, RecordingInfo, SampleInterval
from emgview.recording import RecordingReader, RecordingWriter, WriterState, validate

MakeInfo = Callable[..., RecordingInfo]
MakeNoise = Callable[..., Any]


@pytest.mark.parametrize("dtype", [np.int16, np.int32, np.float32])
def test_samples_and_information_come_back_unchanged(
    tmp_path: Path, make_info: MakeInfo, make_noise: MakeNoise, dtype: Any
) -> None:
    samples, info = make_noise(5000, 3, dtype), make_info(3)
    with RecordingWriter.create(tmp_path / "a.h5", info, dtype) as writer:
        for start in range(0, 5000, 700):
            writer.append(Chunk(samples[start : start + 700], start))
        closed = writer.close()
    with RecordingReader.open(tmp_path / "a.h5") as reader:
        assert reader.dtype == dtype
        assert reader.closed
        assert reader.info == closed
        np.testing.assert_array_equal(reader.read(reader.info.whole), samples)
    assert closed == dataclasses.replace(info, n_samples=5000, sha256=closed.sha256)
    assert len(closed.sha256) == 64


def test_lost_samples_become_a_gap_and_rows_keep_their_position(
    closed_recording: tuple[Path, Any],
) -> None:
    path, samples = closed_recording
    with RecordingReader.open(path) as reader:
        assert reader.info.gaps == (Gap(3000, 500),)
        assert reader.info.n_samples == 10_000
        np.testing.assert_array_equal(reader.read(reader.info.whole), samples)


def test_a_jump_without_a_count_is_a_gap_too(
    tmp_path: Path, make_info: MakeInfo, make_noise: MakeNoise
) -> None:
    with RecordingWriter.create(tmp_path / "a.h5", make_info(), np.int16) as writer:
        writer.append(Chunk(make_noise(10), 40))
        info = writer.close()
    assert info.gaps == (Gap(0, 40),)
    assert info.n_samples == 50


def test_gaps_that_touch_are_one_gap(
    tmp_path: Path, make_info: MakeInfo, make_noise: MakeNoise
) -> None:
    path = tmp_path / "a.h5"
    with RecordingWriter.create(path, make_info(), np.int16) as writer:
        writer.append(Chunk(make_noise(10), 0))
        writer.append(Chunk(make_noise(0), 20, lost_before=10))
        writer.append(Chunk(make_noise(5), 50, lost_before=30))
    with RecordingReader.open(path) as reader:
        assert reader.info.gaps == (Gap(10, 40),)
    assert validate(path) == ()


def test_a_gap_of_an_hour_takes_little_room(
    tmp_path: Path, make_info: MakeInfo, make_noise: MakeNoise
) -> None:
    path, hour = tmp_path / "a.h5", 36_000_000
    with RecordingWriter.create(path, make_info(1), np.int16) as writer:
        writer.append(Chunk(make_noise(100, 1), 0))
        writer.append(Chunk(make_noise(100, 1), 100 + hour, lost_before=hour))
    # The overview of the gap alone, a sixth of what its samples would take.
    assert path.stat().st_size < 0.17 * hour * 2
    with RecordingReader.open(path) as reader:
        low, _high = reader.overview(reader.info.whole, 100)
        assert np.isnan(low[1:-1]).all()
        assert not np.isnan(low[[0, -1]]).any()


@pytest.mark.parametrize(
    ("start", "lost", "shape", "dtype"),
    [
        (50, 0, (5, 2), np.int16),  # overlaps
        (100, 7, (5, 2), np.int16),  # says more is lost than its position
        (100, 0, (5, 3), np.int16),  # another channel count
        (100, 0, (5, 2), np.int32),  # another type
    ],
)
def test_a_chunk_that_does_not_continue_the_recording_is_refused(
    tmp_path: Path,
    make_info: MakeInfo,
    make_noise: MakeNoise,
    start: int,
    lost: int,
    shape: tuple[int, int],
    dtype: Any,
) -> None:
    with RecordingWriter.create(tmp_path / "a.h5", make_info(), np.int16) as writer:
        writer.append(Chunk(make_noise(100), 0))
        with pytest.raises(ValueError, match="chunk"):
            writer.append(Chunk(np.zeros(shape, dtype), start, lost))
        assert writer.n_samples == 100
        assert writer.state is WriterState.GROWING


def test_an_existing_file_is_never_overwritten(tmp_path: Path, make_info: MakeInfo) -> None:
    path = tmp_path / "a.h5"
    path.write_text("precious", encoding="utf-8")
    with pytest.raises(FileError, match=r"a\.h5: exists already"):
        RecordingWriter.create(path, make_info(), np.int16)
    assert path.read_text(encoding="utf-8") == "precious"


def test_a_missing_folder_is_told_without_its_path(tmp_path: Path, make_info: MakeInfo) -> None:
    with pytest.raises(FileError, match=r"^a\.h5: cannot be written") as caught:
        RecordingWriter.create(tmp_path / "nowhere" / "a.h5", make_info(), np.int16)
    assert "nowhere" not in str(caught.value)


@pytest.mark.parametrize(
    "channel",
    [
        Channel("a", unit="mV"),
        Channel("a", unit=""),
        Channel("a", gain_uv=0.0),
        Channel("a", gain_uv=float("nan")),
        Channel("a", offset_uv=float("inf")),
    ],
)
def test_a_channel_without_a_sound_scale_is_refused(
    tmp_path: Path, make_info: MakeInfo, channel: Channel
) -> None:
    with pytest.raises(ValueError, match="allowed"):
        RecordingWriter.create(tmp_path / "a.h5", make_info(channels=(channel,)), np.int16)
    assert not (tmp_path / "a.h5").exists()


def test_only_native_types_are_taken(tmp_path: Path, make_info: MakeInfo) -> None:
    with pytest.raises(ValueError, match="float64"):
        RecordingWriter.create(tmp_path / "a.h5", make_info(), np.float64)


def test_phases_beyond_the_end_are_cut(
    tmp_path: Path, make_info: MakeInfo, make_noise: MakeNoise
) -> None:
    path = tmp_path / "a.h5"
    with RecordingWriter.create(path, make_info(phases=()), np.int16) as writer:
        writer.append(Chunk(make_noise(100), 0))
        writer.mark(PhaseMark(SampleInterval(20, 5000), Phase.REST, 2))
        writer.mark(PhaseMark(SampleInterval(5000, 6000), Phase.SLIGHT, 2))
    with RecordingReader.open(path) as reader:
        assert reader.info.phases == (PhaseMark(SampleInterval(20, 100), Phase.REST, 2),)
    assert validate(path) == ()


def test_texts_that_a_file_cannot_hold_are_made_storable(
    tmp_path: Path, make_info: MakeInfo, make_noise: MakeNoise
) -> None:
    path = tmp_path / "a.h5"
    info = make_info(1, muscle="tib\0ialis", notes=("two\nlines", "", "x" * 100_000))
    with RecordingWriter.create(path, info, np.int16) as writer:
        writer.append(Chunk(make_noise(10, 1), 0))
        closed = writer.close()
    assert closed.muscle == "tibialis"
    assert closed.notes[0] == "two lines"
    with RecordingReader.open(path) as reader:
        assert reader.info == closed
    assert validate(path) == ()


def test_an_exception_leaves_the_file_open_for_reading_but_not_closed(
    tmp_path: Path, make_info: MakeInfo, make_noise: MakeNoise
) -> None:
    path, samples = tmp_path / "a.h5", make_noise(1000)
    writer = RecordingWriter.create(path, make_info(), np.int16)

    def acquire() -> None:
        with writer:
            writer.append(Chunk(samples, 0))
            raise RuntimeError("amplifier gone")

    with pytest.raises(RuntimeError, match="amplifier"):
        acquire()
    assert writer.state is WriterState.ABANDONED
    with RecordingReader.open(path) as reader:
        assert not reader.closed
        assert reader.info.sha256 == ""
        np.testing.assert_array_equal(reader.read(reader.info.whole), samples)
    assert [problem.code for problem in validate(path)] == ["not-closed"]


def test_nothing_can_be_added_after_closing(
    tmp_path: Path, make_info: MakeInfo, make_noise: MakeNoise
) -> None:
    writer = RecordingWriter.create(tmp_path / "a.h5", make_info(), np.int16)
    writer.append(Chunk(make_noise(10), 0))
    assert writer.close() == writer.close()
    with pytest.raises(FileError, match="closed"):
        writer.append(Chunk(make_noise(10), 10))


def test_an_empty_recording_is_sound(tmp_path: Path, make_info: MakeInfo) -> None:
    path = tmp_path / "a.h5"
    RecordingWriter.create(path, make_info(), np.int16).close()
    assert validate(path) == ()
    with RecordingReader.open(path) as reader:
        assert reader.info.n_samples == 0
        assert list(reader.chunks(10)) == []
        low, high = reader.overview(SampleInterval(0, 100), 10)
        assert np.isnan(low).all()
        assert np.isnan(high).all()


def test_the_hash_depends_on_content_not_on_the_cut_points(
    tmp_path: Path, make_info: MakeInfo, make_noise: MakeNoise
) -> None:
    samples, hashes = make_noise(1000), []
    for name, step in (("a.h5", 1000), ("b.h5", 13)):
        with RecordingWriter.create(tmp_path / name, make_info(), np.int16) as writer:
            for start in range(0, 1000, step):
                writer.append(Chunk(samples[start : start + step], start))
                writer.flush()
            hashes.append(writer.close().sha256)
    samples[500, 1] += 1
    with RecordingWriter.create(tmp_path / "c.h5", make_info(), np.int16) as writer:
        writer.append(Chunk(samples, 0))
        assert writer.close().sha256 != hashes[0]
    assert hashes[0] == hashes[1]


def test_a_copy_chunk_by_chunk_is_exact(closed_recording: tuple[Path, Any]) -> None:
    path, samples = closed_recording
    with RecordingReader.open(path) as source:
        target = path.with_name("copy.h5")
        with RecordingWriter.create(target, source.info, source.dtype) as writer:
            for chunk in source.chunks(777):
                writer.append(chunk)
            assert writer.close() == source.info
    with RecordingReader.open(target) as reader:
        np.testing.assert_array_equal(reader.read(reader.info.whole), samples)


def test_a_copy_keeps_a_gap_at_the_end(
    tmp_path: Path, make_info: MakeInfo, make_noise: MakeNoise
) -> None:
    first, second = tmp_path / "a.h5", tmp_path / "b.h5"
    with RecordingWriter.create(first, make_info(), np.float32) as writer:
        writer.append(Chunk(make_noise(100, 2, np.float32), 0))
        writer.append(Chunk(make_noise(0, 2, np.float32), 130, lost_before=30))
    with RecordingReader.open(first) as source:
        with RecordingWriter.create(second, source.info, source.dtype) as writer:
            for chunk in source.chunks(64):
                writer.append(chunk)
        with RecordingReader.open(second) as copy:
            assert copy.info == source.info
    assert validate(second) == ()


def test_a_disk_that_fills_up_ends_the_recording_while_it_can_be_kept(
    tmp_path: Path, make_info: MakeInfo, make_noise: MakeNoise, monkeypatch: pytest.MonkeyPatch
) -> None:
    path, samples = tmp_path / "a.h5", make_noise(1000)
    writer = RecordingWriter.create(path, make_info(), np.int16)
    writer.append(Chunk(samples, 0))
    nearly_full = shutil.disk_usage(tmp_path)._replace(free=20 * 2**20)
    monkeypatch.setattr(shutil, "disk_usage", lambda _path: nearly_full)
    with pytest.raises(FileError, match=r"a\.h5: cannot be written.*20 MB left.*Free some space"):
        writer.append(Chunk(samples, 1000))
    assert writer.state is WriterState.ABANDONED
    with RecordingReader.open(path) as reader:
        assert not reader.closed
        np.testing.assert_array_equal(reader.read(reader.info.whole), samples)


_LIMITED = """
import os, resource, signal, sys
from pathlib import Path
import numpy as np
from emgview.errors import FileError
from emgview.model import Channel, Chunk, RecordingInfo
from emgview.recording import RecordingWriter

signal.signal(signal.SIGXFSZ, signal.SIG_IGN)
resource.setrlimit(resource.RLIMIT_FSIZE, (2_000_000, 2_000_000))
info = RecordingInfo("x", 1e4, 0, (Channel("a"),))
writer = RecordingWriter.create(Path(sys.argv[1]), info, np.int16)
try:
    for i in range(100):
        writer.append(Chunk(np.full((100_000, 1), i, np.int16), i * 100_000))
        writer.flush()
except FileError as error:
    print(error, writer.state, flush=True)
os._exit(0)
"""


@pytest.mark.skipif(sys.platform == "win32", reason="limits of file size are POSIX")
def test_a_write_that_fails_is_told_with_what_to_do(tmp_path: Path) -> None:
    path = tmp_path / "a.h5"
    done = subprocess.run(
        [sys.executable, "-c", _LIMITED, str(path)],
        capture_output=True,
        text=True,
        timeout=60,
        check=True,
    )
    assert done.stdout.startswith("a.h5: cannot be written (")
    assert "free some space" in done.stdout
    assert "abandoned" in done.stdout
    with pytest.raises(FileError, match="cut off"):
        RecordingReader.open(path)


def test_the_file_can_be_opened_by_libraries_of_2016(closed_recording: tuple[Path, Any]) -> None:
    """The superblock is of version 3 (HDF5 1.10), not one that newer libraries brought."""
    path, _samples = closed_recording
    assert path.read_bytes()[8] == 3
