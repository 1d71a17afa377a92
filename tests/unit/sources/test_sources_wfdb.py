"""WFDB records: exact numbers, missing samples, other rates, what the header leaves open."""

from __future__ import annotations

import sys
import warnings
from pathlib import Path
from typing import Any

import numpy as np
import pytest
from numpy.typing import NDArray

from emgview.errors import FileError, ImportNeedsHintError, MissingExtraError
from emgview.model import Gap, ImportHints
from emgview.recording.microvolt import to_microvolt
from emgview.sources import ImportableRecording, describe_file, find_importer, open_file

NO_HINTS = ImportHints()
ROWS = np.arange(-200, 200, dtype=np.int16).reshape(200, 2)


def write(folder: Path, header: str, samples: NDArray[Any] = ROWS, name: str = "r") -> Path:
    (folder / f"{name}.dat").write_bytes(samples.tobytes())
    path = folder / f"{name}.hea"
    path.write_text(header, encoding="latin-1")
    return path


def one_channel(line: str, record: str = "r 1 4000 400") -> str:
    return f"{record}\nr.dat {line}\n"


def samples_of(recording: ImportableRecording) -> NDArray[Any]:
    return np.concatenate([chunk.samples for chunk in recording.chunks(64)])


@pytest.mark.parametrize("name", ["emg_healthy", "emg_myopathy", "emg_neuropathy"])
def test_real_records_agree_with_the_physical_values_of_the_library(
    data_dir: Path, name: str
) -> None:
    with warnings.catch_warnings():
        warnings.simplefilter("ignore", DeprecationWarning)
        import wfdb

    folder = data_dir / "physionet_emgdb"
    (recording,) = open_file(folder / f"{name}.hea", NO_HINTS)
    expected = wfdb.rdrecord(str(folder / name)).p_signal * 1000
    assert recording.dtype == np.int16
    assert recording.info.sampling_rate_hz == 4000.0
    values = to_microvolt(samples_of(recording), recording.info.channels)
    np.testing.assert_allclose(values, expected, rtol=1e-6, atol=1e-4)


def test_the_cut_off_record_says_so_and_the_others_do_not(data_dir: Path) -> None:
    folder = data_dir / "physionet_emgdb"
    notes = {
        name: " ".join(open_file(folder / f"emg_{name}.hea", NO_HINTS)[0].info.notes)
        for name in ("healthy", "myopathy", "neuropathy")
    }
    assert "limit of the converter" in notes["neuropathy"]
    assert "limit of the converter" not in notes["healthy"] + notes["myopathy"]


def test_facts_in_the_comments_of_real_headers_are_not_repeated(data_dir: Path) -> None:
    for path in sorted((data_dir / "physionet_emgdb").glob("*.hea")):
        text = repr(open_file(path, NO_HINTS)) + repr(describe_file(path, NO_HINTS))
        for fact in ("age", "sex", "neuromuscular", "radiculopathy", "tibialis"):
            assert fact not in text


def test_header_signal_file_and_record_name_open_the_same(tmp_path: Path) -> None:
    header = write(tmp_path, one_channel("16 100/mV"))
    for path in (header, tmp_path / "r.dat", tmp_path / "r"):
        assert find_importer(path).name == "WFDB record"
        assert samples_of(open_file(path, NO_HINTS)[0]).ravel().tolist() == ROWS.ravel().tolist()


@pytest.mark.parametrize(
    ("line", "gain", "offset", "unit"),
    [
        ("16 10000/mV 16 0", 0.1, 0.0, "uV"),
        ("16 10000/mv 16 0", 0.1, 0.0, "uV"),
        ("16 4/uV", 0.25, 0.0, "uV"),
        ("16 2e6/V", 0.5, 0.0, "uV"),
        ("16 100(50)/mV", 10.0, -500.0, "uV"),
        ("16 100/mV 12 7", 10.0, -70.0, "uV"),
        ("16 4/mmHg", 0.25, 0.0, "mmHg"),
    ],
)
def test_scale_comes_of_gain_baseline_and_unit(
    tmp_path: Path, line: str, gain: float, offset: float, unit: str
) -> None:
    channel = open_file(write(tmp_path, one_channel(line)), NO_HINTS)[0].info.channels[0]
    assert channel.gain_uv == pytest.approx(gain)
    assert channel.offset_uv == pytest.approx(offset)
    assert channel.unit == unit


@pytest.mark.parametrize("line", ["16", "16 0 12 0 0 0 0 EMG"])
def test_a_record_without_scale_is_never_taken_for_microvolt(tmp_path: Path, line: str) -> None:
    info = open_file(write(tmp_path, one_channel(line)), NO_HINTS)[0].info
    assert info.channels[0].unit == "plain numbers"
    assert any("not calibrated" in note for note in info.notes)


def test_a_unit_that_is_left_out_is_millivolt_and_told(tmp_path: Path) -> None:
    info = open_file(write(tmp_path, one_channel("16 100")), NO_HINTS)[0].info
    assert info.channels[0].gain_uv == pytest.approx(10.0)
    assert any("no unit is stated" in note for note in info.notes)


def test_the_rate_is_asked_where_the_header_leaves_it_out(tmp_path: Path) -> None:
    path = write(tmp_path, one_channel("16 100/mV", "r 1"))
    with pytest.raises(ImportNeedsHintError) as caught:
        open_file(path, NO_HINTS)
    assert caught.value.missing == ("fs",)
    assert describe_file(path, NO_HINTS).missing == ("fs",)
    info = open_file(path, ImportHints(fs=5000.0))[0].info
    assert info.sampling_rate_hz == 5000.0
    assert any("stated by the person" in note for note in info.notes)


def test_samples_missing_in_all_channels_are_a_gap(tmp_path: Path) -> None:
    rows = ROWS.copy()
    rows[20:50] = -32768
    rows[190:] = -32768
    header = "r 2 4000 200\nr.dat 16 100/mV\nr.dat 16 100/mV\n"
    (recording,) = open_file(write(tmp_path, header, rows), NO_HINTS)
    assert recording.info.gaps == (Gap(20, 30),)
    assert recording.info.n_samples == 190
    assert recording.dtype == np.int16
    assert -32768 not in samples_of(recording)
    notes = " ".join(recording.info.notes)
    assert "30 samples are marked as missing in all channels" in notes
    assert "The last 10 samples are marked as missing" in notes


def test_samples_missing_in_one_channel_are_nan_and_the_other_stays_exact(tmp_path: Path) -> None:
    rows = ROWS.copy()
    rows[20:50, 1] = -32768
    header = "r 2 4000 200\nr.dat 16 100/mV\nr.dat 16 100/mV 16 0 0 0 0 EMG b\n"
    (recording,) = open_file(write(tmp_path, header, rows), NO_HINTS)
    samples = samples_of(recording)
    assert recording.dtype == np.float32
    assert np.isnan(samples[20:50, 1]).all()
    assert np.isfinite(samples[:, 0]).all()
    np.testing.assert_array_equal(samples[:, 0], rows[:, 0])
    assert any("EMG b: 30 samples are marked as missing" in n for n in recording.info.notes)


def test_a_record_of_missing_samples_only_is_refused(tmp_path: Path) -> None:
    rows = np.full(400, -32768, np.int16)
    with pytest.raises(FileError, match="missing samples only"):
        open_file(write(tmp_path, one_channel("16 100/mV"), rows), NO_HINTS)


def test_signals_with_more_samples_in_a_frame_are_not_averaged(tmp_path: Path) -> None:
    frames = np.arange(300, dtype=np.int16).reshape(100, 3)
    header = "r 2 1000 100\nr.dat 16x2 100/mV 16 0 0 0 0 EMG\nr.dat 16 100/g 16 0 0 0 0 ACC\n"
    fast, slow = open_file(write(tmp_path, header, frames), NO_HINTS)
    assert (fast.info.sampling_rate_hz, slow.info.sampling_rate_hz) == (2000.0, 1000.0)
    np.testing.assert_array_equal(samples_of(fast)[:, 0], frames[:, :2].ravel())
    np.testing.assert_array_equal(samples_of(slow)[:, 0], frames[:, 2])


@pytest.mark.parametrize(
    ("fmt", "dtype"), [("32", "<i4"), ("24", ""), ("80", "u1"), ("212", ""), ("160", "<u2")]
)
def test_other_formats_give_the_same_numbers(tmp_path: Path, fmt: str, dtype: str) -> None:
    values = np.arange(-100, 100)
    shift = {"80": 128, "160": 32768}.get(fmt, 0)
    if fmt == "24":
        raw = (values.astype("<i4").view(np.uint8).reshape(-1, 4)[:, :3]).copy()
    elif fmt == "212":
        first, second = values[::2] & 0xFFF, values[1::2] & 0xFFF
        packed = (first & 0xFF, (first >> 8) | ((second >> 8) << 4), second & 0xFF)
        raw = np.stack(packed, axis=1).astype(np.uint8)
    else:
        raw = (values + shift).astype(dtype).view(np.uint8)
    path = write(tmp_path, one_channel(f"{fmt} 100/mV", "r 1 4000 200"), raw)
    (recording,) = open_file(path, NO_HINTS)
    np.testing.assert_array_equal(samples_of(recording)[:, 0], values)
    assert recording.dtype == (np.int32 if fmt in ("24", "32") else np.int16)


def test_what_is_there_of_a_truncated_signal_file_is_read_and_told(tmp_path: Path) -> None:
    (recording,) = open_file(write(tmp_path, one_channel("16 100/mV", "r 1 4000 1000")), NO_HINTS)
    assert recording.info.n_samples == 400
    assert any("400 of 1000 samples are there" in note for note in recording.info.notes)


@pytest.mark.parametrize(
    ("header", "says"),
    [
        ("r/2 1 4000 400\na 200\nb 200\n", "several segments"),
        ("r 0 4000 400\n", "no signals"),
        ("r 2 4000 400\nr.dat 16 100/mV\n", "announces 2 signals"),
        ("r 1 4000 400\nelse.dat 16 100/mV\n", "not beside it"),
        ("r 1 4000 400\n../r.dat 16 100/mV\n", "not beside it"),
        ("r 1 0 400\nr.dat 16 100/mV\n", "sampling rate"),
    ],
)
def test_headers_that_cannot_be_followed_are_refused(
    tmp_path: Path, header: str, says: str
) -> None:
    with pytest.raises(FileError, match=says):
        open_file(write(tmp_path, header), NO_HINTS)


def test_the_header_is_traced_by_its_hash_too(tmp_path: Path) -> None:
    import hashlib

    path = write(tmp_path, one_channel("16 100/mV"))
    info = open_file(path, NO_HINTS)[0].info
    assert info.origin_name == "r.dat"
    digest = hashlib.sha256(path.read_bytes()).hexdigest()
    assert any(digest in note for note in info.notes)


def test_without_the_library_the_extra_is_named(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setitem(sys.modules, "wfdb", None)
    with pytest.raises(MissingExtraError, match=r"emgview\[formats\]"):
        open_file(write(tmp_path, one_channel("16 100/mV")), NO_HINTS)
