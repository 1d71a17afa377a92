"""HDF5 of other programs is read as it tells itself, and what it does not tell is asked for."""

from __future__ import annotations

import dataclasses
from pathlib import Path
from typing import Any

import h5py
import numpy as np
import pytest

from emgview.errors import CancelledError, FileError, ImportNeedsHintError
from emgview.model import ImportHints, Progress, Side
from emgview.recording import list_datasets, open_foreign

_FULL = ImportHints(dataset="/emg", fs=4000.0, unit="uV", orientation="samples-first")


def _file(path: Path, **datasets: Any) -> Path:
    with h5py.File(path, "w") as file:
        for name, data in datasets.items():
            file[name] = data
    return path


def _samples(path: Path, hints: ImportHints) -> Any:
    with open_foreign(path, hints) as recording:
        chunks = list(recording.chunks(7))
        assert [c.start_sample for c in chunks] == list(range(0, recording.info.n_samples, 7))
        return np.concatenate([chunk.samples for chunk in chunks])


def test_datasets_are_listed_with_their_attributes(tmp_path: Path) -> None:
    path = tmp_path / "a.h5"
    with h5py.File(path, "w") as file:
        file["raw/emg"] = np.zeros((20, 3), np.int16)
        file["raw/emg"].attrs["unit"] = "mV"
        file["raw/emg"].attrs["fs"] = 4000
        file["note"] = "a text"
        file["gone"] = h5py.SoftLink("/nowhere")
    note, emg = list_datasets(path)
    assert (note.path, note.shape) == ("/note", ())
    assert (emg.path, emg.shape, emg.dtype) == ("/raw/emg", (20, 3), "int16")
    assert emg.attributes == {"unit": "mV", "fs": "4000"}


@pytest.mark.parametrize("dtype", ["<i2", ">i2", "<i4", "<f4", ">f4"])
def test_native_types_stay_as_they_are(tmp_path: Path, dtype: str) -> None:
    data = np.arange(-50, 50).reshape(50, 2).astype(dtype)
    path = _file(tmp_path / "a.h5", emg=data)
    samples = _samples(path, _FULL)
    assert samples.dtype == np.dtype(dtype).newbyteorder("=")
    np.testing.assert_array_equal(samples, data)
    with open_foreign(path, _FULL) as recording:
        assert not any("converted" in note for note in recording.info.notes)


@pytest.mark.parametrize(
    ("source", "native"),
    [
        ("i1", "int16"),
        ("u1", "int16"),
        ("u2", "int32"),
        ("u4", "float32"),
        ("i8", "float32"),
        ("f2", "float32"),
        ("f8", "float32"),
    ],
)
def test_other_types_are_converted_and_the_report_can_say_so(
    tmp_path: Path, source: str, native: str
) -> None:
    data = np.arange(100).reshape(50, 2).astype(source)
    path = _file(tmp_path / "a.h5", emg=data)
    samples = _samples(path, _FULL)
    assert samples.dtype == native
    np.testing.assert_array_equal(samples, data)
    with open_foreign(path, _FULL) as recording:
        assert any(f"to {native}" in note for note in recording.info.notes)


@pytest.mark.parametrize(
    ("unit", "gain"),
    [("V", 1e6), ("mv", 1e3), ("MV", 1e3), ("uV", 1.0), ("µV", 1.0), ("μV", 1.0), ("nV", 1e-3)],
)
def test_units_become_microvolt(tmp_path: Path, unit: str, gain: float) -> None:
    path = _file(tmp_path / "a.h5", emg=np.full((10, 1), 2, np.float32))
    with open_foreign(path, dataclasses.replace(_FULL, unit=unit)) as recording:
        assert recording.info.channels[0].gain_uv == gain
        assert recording.info.channels[0].unit == "uV"
        preview = recording.preview(4)
    assert preview.shape == (4, 1)
    assert preview.dtype == np.float32
    np.testing.assert_allclose(preview, 2 * gain)


def test_an_unknown_unit_is_refused(tmp_path: Path) -> None:
    path = _file(tmp_path / "a.h5", emg=np.zeros((10, 1)))
    with pytest.raises(FileError, match=r"'furlong'\. Allowed: V, mV, uV or nV"):
        open_foreign(path, dataclasses.replace(_FULL, unit="furlong"))


@pytest.mark.parametrize(
    ("shape", "orientation", "expected"),
    [
        ((100,), None, (100, 1)),
        ((100, 3), None, (100, 3)),
        ((3, 100), None, (100, 3)),
        ((1, 10), "channels-first", (10, 1)),
        ((3, 100), "samples-first", (3, 100)),
        ((200, 100), "channels-first", (100, 200)),
    ],
)
def test_both_orientations(
    tmp_path: Path, shape: tuple[int, ...], orientation: Any, expected: tuple[int, int]
) -> None:
    data = np.arange(np.prod(shape)).reshape(shape).astype(np.int32)
    path = _file(tmp_path / "a.h5", emg=data)
    samples = _samples(path, dataclasses.replace(_FULL, orientation=orientation))
    wanted = data.reshape(expected) if data.ndim == 1 or shape == expected else data.T
    np.testing.assert_array_equal(samples, wanted)


@pytest.mark.parametrize("shape", [(10, 10), (100, 100), (2, 64)])
def test_a_shape_that_could_be_either_is_asked_for(tmp_path: Path, shape: tuple[int, int]) -> None:
    path = _file(tmp_path / "a.h5", emg=np.zeros(shape, np.int16))
    with pytest.raises(ImportNeedsHintError, match="rows are samples or channels") as caught:
        open_foreign(path, dataclasses.replace(_FULL, orientation=None))
    assert caught.value.missing == ("orientation",)


def test_all_that_is_missing_is_named_at_once(tmp_path: Path) -> None:
    path = _file(tmp_path / "a.h5", emg=np.zeros((30, 30), np.int16))
    with pytest.raises(ImportNeedsHintError, match=r"a\.h5, /emg \(30, 30\)") as caught:
        open_foreign(path, ImportHints())
    assert caught.value.missing == ("fs", "unit", "orientation")


def test_one_of_several_datasets_is_asked_for(tmp_path: Path) -> None:
    path = _file(tmp_path / "a.h5", emg=np.zeros(100, np.int16), force=np.zeros(100), name="x")
    with pytest.raises(ImportNeedsHintError, match=r"/emg \(100,\), /force") as caught:
        open_foreign(path, ImportHints(fs=1000.0))
    assert caught.value.missing == ("dataset", "unit")


def test_what_the_file_tells_is_not_asked(tmp_path: Path) -> None:
    path = tmp_path / "a.h5"
    with h5py.File(path, "w") as file:
        file.attrs["Sampling_Rate"] = 2048
        file["raw/emg"] = np.zeros((500, 2), np.int16)
        file["raw/emg"].attrs["units"] = "mV"
        file["raw"].attrs["channel_names"] = ["TA left", "TA right"]
    hints = ImportHints(muscle="tibialis_anterior", side=Side.LEFT, electrode="concentric")
    with open_foreign(path, hints) as recording:
        info = recording.info
    assert info.sampling_rate_hz == 2048.0
    assert [c.label for c in info.channels] == ["TA left", "TA right"]
    assert {(c.gain_uv, c.electrode) for c in info.channels} == {(1000.0, "concentric")}
    assert (info.muscle, info.side, info.n_samples) == ("tibialis_anterior", Side.LEFT, 500)
    assert info.origin_name == "a.h5"
    assert "/raw/emg" in info.notes[0]


def test_variables_beside_the_signal_as_matlab_writes_them(tmp_path: Path) -> None:
    path = _file(tmp_path / "a.mat", emg=np.zeros((1, 4000)), fs=np.array([[4000.0]]), unit="uV")
    with open_foreign(path, ImportHints()) as recording:
        assert recording.info.sampling_rate_hz == 4000.0
        assert recording.info.n_samples == 4000
        assert recording.info.channels[0].label == "emg"


def test_a_hint_wins_over_the_file(tmp_path: Path) -> None:
    path = tmp_path / "a.h5"
    with h5py.File(path, "w") as file:
        file["emg"] = np.zeros(500, np.int16)
        file["emg"].attrs.update({"fs": 1000.0, "unit": "V"})
    with open_foreign(path, ImportHints(fs=4000.0, unit="uV")) as recording:
        assert recording.info.sampling_rate_hz == 4000.0
        assert recording.info.channels[0].gain_uv == 1.0


def test_different_units_of_the_channels_are_not_mixed(tmp_path: Path) -> None:
    path = tmp_path / "a.h5"
    with h5py.File(path, "w") as file:
        file["emg"] = np.zeros((500, 2), np.int16)
        file["emg"].attrs["unit"] = ["mV", "V"]
    with pytest.raises(ImportNeedsHintError) as caught:
        open_foreign(path, ImportHints(fs=4000.0))
    assert caught.value.missing == ("unit",)


@pytest.mark.parametrize(
    ("data", "reason"),
    [
        (np.zeros((2, 3, 4)), "3 dimensions"),
        (np.array([b"a", b"b"]), "texts"),
        (np.zeros(5, [("a", "f8"), ("b", "f8")]), "several fields"),
        (np.zeros(5, bool), "yes/no"),
        (np.zeros(5, complex), "several fields|complex"),
        (np.float64(3.0), "0 dimensions"),
    ],
)
def test_what_is_no_signal_is_refused(tmp_path: Path, data: Any, reason: str) -> None:
    path = _file(tmp_path / "a.h5", emg=data)
    with pytest.raises(FileError, match=rf"a\.h5, /emg: .*({reason})"):
        open_foreign(path, _FULL)
    with pytest.raises(FileError, match="no dataset of numbers"):
        open_foreign(path, dataclasses.replace(_FULL, dataset=""))


def test_a_dataset_that_is_not_there_lists_those_that_are(tmp_path: Path) -> None:
    path = _file(tmp_path / "a.h5", emg=np.zeros(50))
    with pytest.raises(FileError, match=r"/other: is not a dataset. There are: /emg \(50,\)"):
        open_foreign(path, dataclasses.replace(_FULL, dataset="/other"))


@pytest.mark.parametrize("fs", [0.0, -1.0, float("nan")])
def test_a_rate_that_is_none_is_refused(tmp_path: Path, fs: float) -> None:
    path = _file(tmp_path / "a.h5", emg=np.zeros(50))
    with pytest.raises(FileError, match="above 0 Hz"):
        open_foreign(path, dataclasses.replace(_FULL, fs=fs))


def test_numbers_that_are_not_finite_become_nan_and_are_noted(tmp_path: Path) -> None:
    data = np.array([1.0, np.nan, np.inf, -np.inf, 1e300])
    path = _file(tmp_path / "a.h5", emg=data)
    np.testing.assert_array_equal(_samples(path, _FULL)[:, 0], [1.0, *[np.nan] * 4])
    with open_foreign(path, _FULL) as recording:
        with pytest.raises(CancelledError):
            recording.not_finite(Progress(cancelled=lambda: True))
        assert any(note.startswith("4 samples") for note in recording.info.notes)


def test_compressed_data_are_read(tmp_path: Path) -> None:
    data = np.arange(1000, dtype=np.int16)
    path = tmp_path / "a.h5"
    with h5py.File(path, "w") as file:
        file.create_dataset("emg", data=data, chunks=(100,), compression="gzip", shuffle=True)
    np.testing.assert_array_equal(_samples(path, _FULL)[:, 0], data)


def test_what_is_not_hdf5_is_told(tmp_path: Path) -> None:
    path = tmp_path / "a.h5"
    path.write_text("1,2,3\n", encoding="utf-8")
    with pytest.raises(FileError, match="not an HDF5 file"):
        open_foreign(path, _FULL)
    with pytest.raises(FileError, match="not an HDF5 file"):
        list_datasets(path)
