"""Rows are read past HDF5 where they truly lie, and left to HDF5 where that cannot be told."""

from __future__ import annotations

from pathlib import Path

import h5py
import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st

from emgview.model import Channel, Chunk, RecordingInfo, SampleInterval
from emgview.recording import RecordingReader, RecordingWriter
from emgview.recording.touching import Touching, stretches

N = 1000
VALUES = np.arange(N * 6, dtype=np.int16).reshape(N, 3, 2)


@pytest.fixture(scope="module")
def path(tmp_path_factory: pytest.TempPathFactory) -> Path:
    made = tmp_path_factory.mktemp("touching") / "rows.h5"
    with h5py.File(made, "w") as file:
        file.create_dataset("plain", data=VALUES)
        file.create_dataset("chunked", data=VALUES, chunks=(64, 3, 2), maxshape=(None, 3, 2))
        file.create_dataset("packed", data=VALUES, chunks=(64, 3, 2), compression="gzip")
        file.create_dataset("divided", data=VALUES, chunks=(64, 1, 2))
        file.create_dataset("empty", (N, 3, 2), np.int16, chunks=(64, 3, 2))
    return made


@pytest.mark.parametrize("name", ["plain", "chunked"])
@given(a=st.integers(0, N), b=st.integers(0, N))
def test_the_stretches_hold_the_rows(path: Path, name: str, a: int, b: int) -> None:
    start, stop = sorted((a, b))
    raw = path.read_bytes()
    with h5py.File(path) as file:
        found = b"".join(raw[p : p + n] for p, n in stretches(file[name], start, stop))
    assert found == VALUES[start:stop].tobytes()


@pytest.mark.parametrize(
    ("name", "told"), [("plain", True), ("chunked", True), ("packed", False), ("divided", False)]
)
def test_what_is_packed_or_divided_is_left_to_hdf5(path: Path, name: str, told: bool) -> None:
    touching = Touching(path)
    with h5py.File(path) as file:
        assert touching.rows(file[name], 10, 900) is told
    touching.close()
    touching.close()


def test_a_chunk_that_was_never_written_takes_no_read(path: Path) -> None:
    with h5py.File(path) as file:
        assert list(stretches(file["empty"], 0, N)) == []


def test_a_file_that_ends_early_or_is_gone_is_left_to_hdf5(tmp_path: Path, path: Path) -> None:
    short = tmp_path / "short.h5"
    short.write_bytes(path.read_bytes()[:3000])
    gone = Touching(tmp_path / "gone.h5")
    cut = Touching(short)
    with h5py.File(path) as file:
        assert not cut.rows(file["chunked"], 0, N)
        assert not gone.rows(file["chunked"], 0, N)
    cut.close()
    gone.close()


def test_preparing_a_window_reads_it_past_hdf5(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    info = RecordingInfo("r", 2000.0, 0, (Channel("EMG", gain_uv=0.5),), None)
    samples = np.random.default_rng(3).normal(0, 200, (50_000, 1)).astype(np.int16)
    with RecordingWriter.create(tmp_path / "a.h5", info, np.int16) as writer:
        writer.append(Chunk(samples, 0, 0))
        writer.close()
    touched: list[tuple[int, int]] = []
    plain = Touching.rows

    def rows(self: Touching, dataset: h5py.Dataset, start: int, stop: int) -> bool:
        touched.append((start, stop))
        return plain(self, dataset, start, stop)

    monkeypatch.setattr(Touching, "rows", rows)
    with RecordingReader.open(tmp_path / "a.h5") as reader:
        monkeypatch.setattr(reader, "read", None)  # HDF5 is not asked
        while reader.prepare(SampleInterval(1000, 9000), 4000):
            pass
    assert touched[0][0] == 1000
    assert touched[-1][1] == 9000
