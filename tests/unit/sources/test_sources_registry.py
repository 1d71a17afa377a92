"""Which importer opens what, files that nobody opens, remarks on samples, and re-cutting."""

from __future__ import annotations

import os
import uuid
from collections.abc import Iterator
from pathlib import Path
from typing import Any

import h5py
import numpy as np
import pytest

from emgview.errors import EmgviewError, FileError, ImportNeedsHintError
from emgview.model import Channel, ImportHints, RecordingInfo
from emgview.sources import describe_file, find_importer, importers, open_file
from emgview.sources.files.rechunking import Block, chunks_from
from emgview.sources.files.signal_remarks import SampleScan

NO_HINTS = ImportHints()


def test_importers_have_names_and_suffixes_for_dialogs() -> None:
    names = [importer.name for importer in importers()]
    assert len(names) == len(set(names)) == 6
    assert all(s.startswith(".") and s == s.lower() for i in importers() for s in i.suffixes)


@pytest.mark.parametrize(
    "content",
    [
        b"\0" * 5000,
        bytes(range(256)) * 40,
        b"%PDF-1.7\nnothing of the kind\n",
        b"Dear colleague,\nthe patient was seen today.\n",
        b"PK\x03\x04" + bytes(500),
        b"a" * 300_000,
    ],
)
def test_a_file_of_another_kind_is_refused_and_the_kinds_are_named(
    tmp_path: Path, content: bytes
) -> None:
    path = tmp_path / "some.edf"
    path.write_bytes(content)
    with pytest.raises(FileError, match=r"some\.edf: .*EDF, EDF\+ or BDF.*WFDB") as caught:
        find_importer(path)
    assert "\n" not in str(caught.value)
    assert str(tmp_path) not in str(caught.value)


def test_missing_files_folders_and_empty_files_are_told_apart(tmp_path: Path) -> None:
    (tmp_path / "empty.csv").touch()
    with pytest.raises(FileError, match="does not exist"):
        open_file(tmp_path / "none.edf", NO_HINTS)
    with pytest.raises(FileError, match="is a folder"):
        open_file(tmp_path, NO_HINTS)
    with pytest.raises(FileError, match="is empty"):
        open_file(tmp_path / "empty.csv", NO_HINTS)


def test_random_bytes_never_end_in_anything_but_an_error_of_ours(tmp_path: Path) -> None:
    starts = [b"", b"0       ", b"\xffBIOSEMI", b"\x89HDF\r\n\x1a\n", b"\xff\xfe", b"1,2\n3,4\n"]
    for number, start in enumerate(starts):
        path = tmp_path / f"{number}.bin"
        path.write_bytes(start + os.urandom(3000))
        with pytest.raises(EmgviewError):
            open_file(path, NO_HINTS)


def test_hdf5_lists_its_datasets_as_choices_and_takes_the_chosen_one(tmp_path: Path) -> None:
    path = tmp_path / "a.h5"
    with h5py.File(path, "w") as file:
        file["first"] = np.arange(300.0)
        file["group/second"] = np.ones((300, 2))
    description = describe_file(path, NO_HINTS)
    assert [choice.path for choice in description.choices] == ["/first", "/group/second"]
    assert "dataset" in description.missing
    with pytest.raises(ImportNeedsHintError):
        open_file(path, NO_HINTS)
    hints = ImportHints(dataset="/group/second", fs=1000.0, unit="mV")
    (recording,) = open_file(path, hints)
    assert recording.preview(1).tolist() == [[1000.0, 1000.0]]
    assert "The unit was stated by the person who imported the file." in recording.info.notes


def info_of(*channels: Channel) -> RecordingInfo:
    return RecordingInfo(str(uuid.uuid4()), 1000.0, 0, channels or (Channel("EMG"),))


def scanned(data: Any, size: int, limits: Any = ()) -> tuple[str, ...]:
    scan = SampleScan(info_of(), limits)
    for start in range(0, len(data), size):
        scan.add(data[start : start + size, np.newaxis], start)
    return scan.remarks()


@pytest.mark.parametrize("size", [1, 7, 100, 5000])
def test_remarks_do_not_depend_on_the_size_of_chunks(size: int) -> None:
    data = np.random.default_rng(3).integers(-50, 50, 3000).astype(np.int16)
    data[1000:1200] = 17
    data[500:503] = data[700:703] = 99
    remarks = scanned(data, size, ((-100, 99),))
    assert remarks == scanned(data, 3000, ((-100, 99),))
    assert "6 of 3000 samples lie at the limit" in remarks[0]
    assert "does not change for 0.2 s from 1.000 s on" in remarks[1]


def test_ordinary_noise_gets_no_remark() -> None:
    data = np.random.default_rng(4).normal(0, 20, 5000).astype(np.float32)
    assert scanned(data, 512) == ()


def test_channels_that_are_not_electrical_get_no_remark() -> None:
    scan = SampleScan(info_of(Channel("Temp", unit="C")), ((0, 5),))
    scan.add(np.full((1000, 1), 5, np.int16), 0)
    assert scan.remarks() == ()


def test_re_cutting_joins_blocks_and_stops_at_gaps() -> None:
    data = np.arange(30, dtype=np.int16)[:, np.newaxis]

    def blocks() -> Iterator[Block]:
        yield Block(2, data[:4])
        yield Block(6, data[4:5])
        yield Block(7, data[5:20])
        yield Block(27, data[20:])

    chunks = list(chunks_from(blocks)(8))
    assert [(c.start_sample, c.lost_before, len(c.samples)) for c in chunks] == [
        (2, 2, 8),
        (10, 0, 8),
        (18, 0, 4),
        (27, 5, 8),
        (35, 0, 2),
    ]
    np.testing.assert_array_equal(np.concatenate([c.samples for c in chunks]), data)


def test_a_source_without_blocks_gives_no_chunks() -> None:
    assert list(chunks_from(lambda: iter(()))(8)) == []
