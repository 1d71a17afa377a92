"""The overview in a file of its own: the same blocks, and nothing else is taken for them."""

from __future__ import annotations

import zlib
from collections.abc import Callable
from math import ceil
from pathlib import Path
from typing import Any

import h5py
import numpy as np
import pytest

from emgview.errors import FileError
from emgview.model import Channel, Chunk, RecordingInfo
from emgview.recording import (
    OverviewBuild,
    RecordingReader,
    RecordingWriter,
    Sidecar,
    SidecarWriter,
    build_overview,
    holds_true_extremes,
    identity_of,
    sidecar_bytes,
)

MakeInfo = Callable[..., RecordingInfo]


def _recording(path: Path, info: RecordingInfo, dtype: Any, n: int = 150_037) -> Path:
    """Three channels, a gap, NaN where the type has them, and no overview in the file."""
    rows = np.random.default_rng(5).integers(-9000, 9000, (n, 3)).astype(dtype)
    if rows.dtype.kind == "f":
        rows[1000:1200, 1] = np.nan
        rows[70_000:70_064] = np.nan
    with RecordingWriter.create(path, info, dtype) as writer:
        writer.append(Chunk(rows[:50_000], 0))
        writer.append(Chunk(rows[60_000:], 60_000, 10_000))
    with h5py.File(path, "r+") as file:
        del file["overview"]
    return path


@pytest.fixture(params=[np.int16, np.int32, np.float32])
def bare(request: pytest.FixtureRequest, tmp_path: Path, make_info: MakeInfo) -> Path:
    """A finished recording without an overview."""
    channels = tuple(Channel(name, 0.5) for name in "abc")
    return _recording(tmp_path / "001.h5", make_info(channels=channels), request.param)


def _made(reader: RecordingReader, place: Path) -> OverviewBuild:
    sink = SidecarWriter(place, identity_of(reader))
    build = OverviewBuild(reader, sink)
    while build.step():
        pass
    sink.finish(build.content_sha256)
    sink.close()
    return build


def test_the_file_holds_the_blocks_that_are_computed(bare: Path, tmp_path: Path) -> None:
    place = tmp_path / "001.h5.overview"
    with RecordingReader.open(bare) as reader:
        _made(reader, place)
        sidecar = Sidecar.open(place, identity_of(reader))
        for level, blocks in enumerate(build_overview(reader)):
            assert sidecar.n_blocks(level) == len(blocks)
            low, high = sidecar.read(level, 0, len(blocks))
            np.testing.assert_array_equal(low, blocks[:, :, 0])
            np.testing.assert_array_equal(high, blocks[:, :, 1])
        assert place.stat().st_size == sidecar_bytes(identity_of(reader))
        assert holds_true_extremes(reader, sidecar)
        sidecar.close()


def test_the_pass_over_the_samples_gives_the_hash_of_the_content(
    bare: Path, tmp_path: Path
) -> None:
    with RecordingReader.open(bare) as reader:
        build = _made(reader, tmp_path / "a.overview")
        assert build.content_sha256 == reader.info.sha256 == reader.content_sha256()
        sidecar = Sidecar.open(tmp_path / "a.overview", identity_of(reader))
        assert sidecar.content_sha256 == reader.info.sha256
        sidecar.close()


def test_an_unfinished_overview_leaves_nothing(bare: Path, tmp_path: Path) -> None:
    place = tmp_path / "001.h5.overview"
    with RecordingReader.open(bare) as reader:
        sink = SidecarWriter(place, identity_of(reader))
        OverviewBuild(reader, sink).step()
        sink.close()
    assert sorted(path.name for path in tmp_path.iterdir()) == ["001.h5"]


def test_a_half_written_overview_is_never_under_its_name(bare: Path, tmp_path: Path) -> None:
    place = tmp_path / "001.h5.overview"
    with RecordingReader.open(bare) as reader:
        sink = SidecarWriter(place, identity_of(reader))
        build = OverviewBuild(reader, sink)
        while build.step():
            assert not place.exists()
        sink.finish(build.content_sha256)
        assert place.exists()
        sink.close()
    assert place.exists()


def _flip(place: Path, position: int) -> None:
    data = bytearray(place.read_bytes())
    data[position] ^= 1
    place.write_bytes(data)


@pytest.mark.parametrize("position", [0, 17, 40, -1])
def test_damage_of_header_or_checksums_is_found_at_opening(
    bare: Path, tmp_path: Path, position: int
) -> None:
    place = tmp_path / "a.overview"
    with RecordingReader.open(bare) as reader:
        _made(reader, place)
        _flip(place, position)
        with pytest.raises(FileError):
            Sidecar.open(place, identity_of(reader))


@pytest.mark.parametrize("size", [0, 100, 4096, -1])
def test_an_overview_that_is_cut_off_is_refused(bare: Path, tmp_path: Path, size: int) -> None:
    place = tmp_path / "a.overview"
    with RecordingReader.open(bare) as reader:
        _made(reader, place)
        place.write_bytes(place.read_bytes()[:size])
        with pytest.raises(FileError):
            Sidecar.open(place, identity_of(reader))


def _read_all(sidecar: Sidecar) -> None:
    for level in range(5):
        sidecar.read(level, 0, sidecar.n_blocks(level))


def test_any_damaged_block_is_found_when_it_is_read(bare: Path, tmp_path: Path) -> None:
    """One bit of a block; every byte between header and checksums belongs to a page."""
    place = tmp_path / "a.overview"
    with RecordingReader.open(bare) as reader:
        identity = identity_of(reader)
        _made(reader, place)
        whole = place.read_bytes()
        for position in np.random.default_rng(1).integers(4096, len(whole) - 64, 25):
            place.write_bytes(whole)
            _flip(place, int(position))
            sidecar = Sidecar.open(place, identity)
            with pytest.raises(FileError, match="damaged"):
                _read_all(sidecar)
            sidecar.close()


def test_another_version_is_made_anew(bare: Path, tmp_path: Path) -> None:
    place = tmp_path / "a.overview"
    with RecordingReader.open(bare) as reader:
        _made(reader, place)
        data = bytearray(place.read_bytes())
        data[16] = 2
        place.write_bytes(data)
        with pytest.raises(FileError, match="version"):
            Sidecar.open(place, identity_of(reader))


def _changed(**facts: Any) -> Callable[[h5py.File], None]:
    def change(file: h5py.File) -> None:
        for name, value in facts.items():
            file.attrs[name] = value

    return change


def _longer(file: h5py.File) -> None:
    samples = file["samples"]
    samples.resize(len(samples) + 1, axis=0)


def _other_samples(file: h5py.File) -> None:
    file["samples"][:100] = 7


def _other_gap(file: h5py.File) -> None:
    gaps = file["gaps"]
    rows = gaps[()]
    rows["lost"][0] -= 1
    gaps[...] = rows


@pytest.mark.parametrize(
    "change",
    [
        _changed(recording_id=b"another"),
        _changed(content_sha256=b"ab" * 32),
        _changed(sampling_rate_hz=5000.0),
        _longer,
        _other_samples,
        _other_gap,
    ],
)
def test_the_overview_of_another_state_of_the_recording_is_refused(
    bare: Path, tmp_path: Path, change: Callable[[h5py.File], None]
) -> None:
    place = tmp_path / "a.overview"
    with RecordingReader.open(bare) as reader:
        _made(reader, place)
    with h5py.File(bare, "r+") as file:
        change(file)
    with RecordingReader.open(bare) as reader, pytest.raises(FileError, match="not that of"):
        Sidecar.open(place, identity_of(reader))


def test_a_copy_of_the_recording_has_the_same_identity(bare: Path, tmp_path: Path) -> None:
    copy = tmp_path / "copy.h5"
    copy.write_bytes(bare.read_bytes())
    with RecordingReader.open(bare) as first, RecordingReader.open(copy) as second:
        assert identity_of(first) == identity_of(second)


def test_a_stale_overview_in_the_file_itself_is_noticed(
    tmp_path: Path, closed_recording: tuple[Path, Any]
) -> None:
    """Another program wrote other samples and left the overview as it was."""
    path, samples = closed_recording
    with RecordingReader.open(path) as reader:
        blocks = reader.stored_overview()
        assert blocks is not None
        assert holds_true_extremes(reader, blocks)
    with h5py.File(path, "r+") as file:
        file["samples"][...] = samples[::-1]
    with RecordingReader.open(path) as reader:
        blocks = reader.stored_overview()
        assert blocks is not None
        assert not holds_true_extremes(reader, blocks)


def test_a_blank_level_is_noticed(closed_recording: tuple[Path, Any]) -> None:
    path, _samples = closed_recording
    with h5py.File(path, "r+") as file:
        file["overview/4096"][...] = 0
    with RecordingReader.open(path) as reader:
        blocks = reader.stored_overview()
        assert blocks is not None
        assert not holds_true_extremes(reader, blocks)


def test_the_documented_format_can_be_read_without_this_program(bare: Path, tmp_path: Path) -> None:
    """Only the docstring of the package is used here."""
    place = tmp_path / "a.overview"
    with RecordingReader.open(bare) as reader:
        _made(reader, place)
        smallest = build_overview(reader)[0]
        dtype = reader.dtype.newbyteorder("<")
    data = place.read_bytes()
    assert data[:16] == b"emgview-overview"
    version, length, crc = np.frombuffer(data, "<u4", 3, 16)
    assert version == 1
    assert zlib.crc32(data[28 : 28 + length]) == crc
    n_blocks = -(-150_037 // 16)
    rows = np.frombuffer(data, dtype, n_blocks * 6, 4096).reshape(n_blocks, 2, 3)
    np.testing.assert_array_equal(rows[:, 0], smallest[:, :, 0])
    np.testing.assert_array_equal(rows[:, 1], smallest[:, :, 1])
    n_pages = sum(
        ceil(ceil(150_037 / f) / 1024) for f in (16, 64, 256, 1024, 4096, 16384, 65536, 262144)
    )
    pages = np.frombuffer(data, "<u4", n_pages, len(data) - 4 * n_pages)
    page_bytes = 1024 * 6 * dtype.itemsize
    assert pages[0] == zlib.crc32(data[4096 : 4096 + page_bytes])
