"""A recording file that goes bad while it is open, and comes back."""

from __future__ import annotations

import os
import shutil
from collections.abc import Iterator
from pathlib import Path

import h5py
import numpy as np
import pytest

from emgview.errors import FileError
from emgview.model import Channel, Chunk, RecordingInfo, SampleInterval
from emgview.recording import FileState, RecordingWriter
from emgview.session.open_files import OpenFile

_ROWS = np.random.default_rng(2).integers(-3000, 3000, (60_000, 4)).astype(np.int16)
_END = SampleInterval(59_000, 60_000)


def _write(path: Path, recording_id: str = "r1", rows: object = _ROWS) -> Path:
    info = RecordingInfo(recording_id, 1e4, 0, tuple(Channel(f"c{i}") for i in range(4)))
    with RecordingWriter.create(path, info, np.int16) as writer:
        writer.append(Chunk(np.asarray(rows), 0))
    return path


@pytest.fixture
def path(tmp_path: Path) -> Path:
    return _write(tmp_path / "001.h5")


@pytest.fixture
def copy(path: Path, tmp_path: Path) -> Path:
    """The same bytes elsewhere."""
    shutil.copyfile(path, tmp_path / "copy.bin")
    return tmp_path / "copy.bin"


@pytest.fixture
def opened(path: Path) -> Iterator[OpenFile]:
    """Open and looked at once, as after the first seconds in the window."""
    file = OpenFile(path, "r1")
    assert file.check() is None
    yield file
    file.close()


def _state(file: OpenFile) -> FileState | None:
    trouble = file.check()
    if trouble is not None:
        assert trouble.found
        assert trouble.remedy
    return trouble.state if trouble else None


def test_a_file_that_shrinks_is_noticed_and_comes_back(
    opened: OpenFile, path: Path, copy: Path
) -> None:
    """Cut off in place, under the open handle; then the whole bytes are written back into it."""
    os.truncate(path, 100_000)
    assert _state(opened) is FileState.SHORTER
    assert _state(opened) is FileState.SHORTER
    path.write_bytes(copy.read_bytes())
    assert _state(opened) is None
    np.testing.assert_array_equal(opened.reader.read(_END), _ROWS[59_000:])


def test_reading_behind_the_cut_is_an_error_and_no_crash(opened: OpenFile, path: Path) -> None:
    os.truncate(path, 100_000)
    with pytest.raises(FileError) as caught:
        opened.reader.read(_END)
    trouble = opened.failed(caught.value, _END)
    assert trouble.state is FileState.SHORTER
    assert str(path.parent) not in trouble.found + trouble.remedy


def test_a_file_cut_to_nothing_is_noticed(opened: OpenFile, path: Path, copy: Path) -> None:
    os.truncate(path, 0)
    assert _state(opened) is FileState.SHORTER
    shutil.copyfile(copy, path)
    assert _state(opened) is None


@pytest.mark.skipif(os.name == "nt", reason="an open file cannot be deleted there")
def test_a_deleted_file_is_noticed_and_still_read(opened: OpenFile, path: Path, copy: Path) -> None:
    path.unlink()
    assert _state(opened) is FileState.MISSING
    np.testing.assert_array_equal(opened.reader.read(_END), _ROWS[59_000:])
    shutil.copyfile(copy, path)
    assert _state(opened) is None
    np.testing.assert_array_equal(opened.reader.read(_END), _ROWS[59_000:])


@pytest.mark.skipif(os.name == "nt", reason="the folder of an open file cannot be moved there")
def test_a_folder_that_is_gone_and_comes_back(tmp_path: Path) -> None:
    """As a disk that is unplugged and connected again."""
    place = tmp_path / "disk"
    place.mkdir()
    file = OpenFile(_write(place / "001.h5"), "r1")
    assert file.check() is None
    place.rename(tmp_path / "away")
    assert _state(file) is FileState.MISSING
    (tmp_path / "away").rename(place)
    assert _state(file) is None
    file.close()


@pytest.mark.skipif(os.name == "nt", reason="an open file cannot be replaced there")
def test_another_recording_in_its_place_is_refused(
    opened: OpenFile, path: Path, tmp_path: Path, copy: Path
) -> None:
    other = _write(tmp_path / "other.h5", "r2")
    other.replace(path)
    assert _state(opened) is FileState.CHANGED
    np.testing.assert_array_equal(opened.reader.read(_END), _ROWS[59_000:])
    copy.replace(path)
    assert _state(opened) is None


@pytest.mark.skipif(os.name == "nt", reason="an open file cannot be replaced there")
def test_the_same_recording_with_other_samples_is_refused(
    opened: OpenFile, path: Path, tmp_path: Path
) -> None:
    _write(tmp_path / "other.h5", "r1", _ROWS[::-1]).replace(path)
    assert _state(opened) is FileState.CHANGED


def test_samples_overwritten_in_place_are_noticed(opened: OpenFile, path: Path, copy: Path) -> None:
    """Same size, same place on the disk, other content; nothing is read of it any more."""
    data = bytearray(path.read_bytes())
    row = _ROWS[59_000:59_100].astype("<i2").tobytes()  # near the end, which is looked at
    place = data.index(row)
    data[place : place + len(row)] = bytes(len(row))
    path.write_bytes(data)
    assert _state(opened) in (FileState.CHANGED, FileState.UNREADABLE)
    with pytest.raises(FileError):
        _ = opened.reader
    path.write_bytes(copy.read_bytes())
    assert _state(opened) is None


def test_a_copy_over_it_with_the_same_content_is_no_trouble(
    opened: OpenFile, path: Path, copy: Path
) -> None:
    path.write_bytes(copy.read_bytes())
    os.utime(path, (1, 1))
    assert _state(opened) is None
    np.testing.assert_array_equal(opened.reader.read(_END), _ROWS[59_000:])


@pytest.mark.skipif(os.name == "nt" or os.geteuid() == 0, reason="rights bind no administrator")
def test_a_file_whose_right_to_read_is_taken_away(opened: OpenFile, path: Path) -> None:
    path.chmod(0)
    assert _state(opened) is FileState.UNREADABLE
    path.chmod(0o600)
    assert _state(opened) is None


@pytest.mark.skipif(os.name == "nt", reason="an open file cannot be replaced there")
def test_what_is_no_file_any_more_is_unreadable(opened: OpenFile, path: Path, copy: Path) -> None:
    path.unlink()
    path.mkdir()
    assert _state(opened) is FileState.UNREADABLE
    path.rmdir()
    copy.rename(path)
    assert _state(opened) is None


def test_a_bad_sector_stays_told_until_the_same_window_can_be_read(
    opened: OpenFile, path: Path
) -> None:
    """It must not come and go with each look at the file, whose other parts are well."""
    with h5py.File(path) as file:
        last = file["samples"].id.get_num_chunks() - 1
        place = file["samples"].id.get_chunk_info(last).byte_offset
    assert place > 0
    opened.failed(FileError("001.h5", "/samples", "001.h5: cannot be read"), _END)
    assert opened.trouble is not None
    assert _state(opened) is None  # it can be read again: well
    opened.failed(FileError("001.h5", "/samples", "001.h5: cannot be read"), _END)
    os.truncate(path, place)
    assert _state(opened) is FileState.SHORTER


def test_a_growing_recording_is_well_while_it_grows(tmp_path: Path) -> None:
    path = tmp_path / "live.h5"
    info = RecordingInfo("r1", 1e4, 0, (Channel("a"),))
    writer = RecordingWriter.create(path, info, np.int16)
    writer.append(Chunk(np.zeros((5000, 1), np.int16), 0))
    writer.flush()
    file = OpenFile(path, "r1")
    for n in range(1, 4):
        writer.append(Chunk(np.ones((5000, 1), np.int16), 5000 * n))
        writer.flush()
        assert _state(file) is None
    file.close()
    writer.close()


def test_a_recording_that_is_not_there_is_not_opened(tmp_path: Path) -> None:
    with pytest.raises(FileError, match="not where the study says"):
        OpenFile(tmp_path / "001.h5", "r1")


def test_another_recording_is_not_opened(path: Path) -> None:
    with pytest.raises(FileError, match="another recording"):
        OpenFile(path, "r2")
