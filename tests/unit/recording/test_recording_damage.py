"""A file that cannot be used gives one line that names the file and the field."""

from __future__ import annotations

from collections.abc import Callable
from pathlib import Path
from typing import Any

import h5py
import numpy as np
import pytest

from emgview.errors import FileError, NewerSchemaError
from emgview.model import Chunk, ImportHints, RecordingInfo, SampleInterval
from emgview.recording import (
    Problem,
    RecordingReader,
    RecordingWriter,
    build_overview,
    open_foreign,
    validate,
)

Change = Callable[[Any], object]


def _refusal(path: Path) -> FileError:
    with pytest.raises(FileError) as caught:
        RecordingReader.open(path)
    error = caught.value
    text = str(error)
    assert path.name in text
    assert str(path.parent) not in text
    assert "\n" not in text
    assert error.remedy
    return error


def test_a_newer_schema_asks_for_an_update(closed_recording: tuple[Path, Any]) -> None:
    path, _samples = closed_recording
    with h5py.File(path, "r+") as file:
        file.attrs["schema_version"] = 2
        del file["samples"]
    error = _refusal(path)
    assert isinstance(error, NewerSchemaError)
    assert error.field == "schema_version"
    assert "Update emgview" in str(error)
    assert [problem.code for problem in validate(path)] == ["newer-schema"]


@pytest.mark.parametrize("kept", [0.999, 0.5, 0.01])
def test_a_cut_off_file(closed_recording: tuple[Path, Any], kept: float) -> None:
    path, _samples = closed_recording
    content = path.read_bytes()
    path.write_bytes(content[: int(len(content) * kept)])
    assert "cut off" in str(_refusal(path))
    assert [problem.code for problem in validate(path)] == ["unreadable"]


def test_a_file_of_the_signature_only(tmp_path: Path) -> None:
    path = tmp_path / "a.h5"
    path.write_bytes(b"\x89HDF\r\n\x1a\n")
    assert "cannot be read" in str(_refusal(path)) or "cut off" in str(_refusal(path))


@pytest.mark.parametrize("content", [b"", b"hello\n", bytes(range(256)) * 100])
def test_what_is_not_hdf5(tmp_path: Path, content: bytes) -> None:
    path = tmp_path / "a.h5"
    path.write_bytes(content)
    assert ("not an HDF5 file" if content else "empty") in str(_refusal(path))


def test_a_folder_and_a_missing_file(tmp_path: Path) -> None:
    (tmp_path / "a.h5").mkdir()
    assert "is a folder" in str(_refusal(tmp_path / "a.h5"))
    assert "does not exist" in str(_refusal(tmp_path / "b.h5"))


def test_a_cut_off_file_that_never_was_closed_does_not_wait_without_end(
    tmp_path: Path, make_info: Callable[..., RecordingInfo], make_noise: Callable[..., Any]
) -> None:
    """Opened in SWMR mode, such a file made the library wait for a checksum to come right."""
    path = tmp_path / "a.h5"
    writer = RecordingWriter.create(path, make_info(), np.int16)
    writer.append(Chunk(make_noise(100_000), 0))
    writer.abandon()
    content = path.read_bytes()
    path.write_bytes(content[: len(content) // 2])
    assert "cut off" in str(_refusal(path))


def _set(name: str, value: Any) -> Change:
    def change(file: Any) -> None:
        file.attrs[name] = value

    return change


def _without(name: str) -> Change:
    def change(file: Any) -> None:
        if name in file.attrs:
            del file.attrs[name]
        else:
            del file[name]

    return change


def _replaced(name: str, data: Any) -> Change:
    def change(file: Any) -> None:
        del file[name]
        file[name] = data

    return change


def _cell(dataset: str, row: int, field: str, value: Any) -> Change:
    def change(file: Any) -> None:
        rows = file[dataset][()]
        rows[field][row] = value
        file[dataset][...] = rows

    return change


_FLOAT_GAPS = np.zeros(3, [("start", "<f8"), ("lost", "<f8")])


def _gaps(*rows: tuple[int, int]) -> Change:
    return _replaced("gaps", np.array(list(rows), [("start", "<i8"), ("lost", "<i8")]))


def _phase(start: int, stop: int, phase: bytes) -> Change:
    dtype = [("start", "<i8"), ("stop", "<i8"), ("phase", "S16"), ("site", "<i8")]
    return _replaced("phases", np.array([(start, stop, phase, 1)], dtype))


@pytest.mark.parametrize(
    ("change", "code", "field"),
    [
        (_without("format"), "no-format-mark", "format"),
        (_set("format", "other"), "wrong-format-mark", "format"),
        (_without("schema_version"), "missing-attribute", "schema_version"),
        (_set("schema_version", "one"), "wrong-attribute", "schema_version"),
        (_without("recording_id"), "missing-attribute", "recording_id"),
        (_set("recording_id", ""), "wrong-attribute", "recording_id"),
        (_set("muscle", 7), "wrong-attribute", "muscle"),
        (_set("notes", np.bytes_(b"\xff\xfe")), "wrong-attribute", "notes"),
        (_without("sampling_rate_hz"), "missing-attribute", "sampling_rate_hz"),
        (_set("sampling_rate_hz", 0.0), "wrong-rate", "sampling_rate_hz"),
        (_set("sampling_rate_hz", -5), "wrong-rate", "sampling_rate_hz"),
        (_set("sampling_rate_hz", np.nan), "wrong-rate", "sampling_rate_hz"),
        (_set("sampling_rate_hz", "10k"), "wrong-rate", "sampling_rate_hz"),
        (_set("started_at", "2026-03-01T09:30:00"), "wrong-start-time", "started_at"),
        (_set("started_at", "yesterday"), "wrong-start-time", "started_at"),
        (_set("side", "links"), "wrong-attribute", "side"),
        (_set("closed", 5), "wrong-attribute", "closed"),
        (_set("content_sha256", "abc"), "wrong-attribute", "content_sha256"),
        (_without("samples"), "missing-dataset", "/samples"),
        (_replaced("samples", np.zeros(10, np.int16)), "wrong-shape", "/samples"),
        (_replaced("samples", np.zeros((10, 0), np.int16)), "wrong-shape", "/samples"),
        (_replaced("samples", np.zeros((10_000, 2))), "wrong-dtype", "/samples"),
        (_replaced("samples", np.zeros((10_000, 3), np.int16)), "wrong-channel-count", "/channels"),
        (_without("channels"), "missing-dataset", "/channels"),
        (_replaced("channels", np.zeros(2)), "missing-field", "/channels"),
        (_cell("channels", 1, "unit", b"mV"), "wrong-unit", "/channels row 2"),
        (_cell("channels", 0, "unit", b""), "wrong-unit", "/channels row 1"),
        (_cell("channels", 0, "gain_uv", 0.0), "wrong-gain", "/channels row 1"),
        (_cell("channels", 0, "offset_uv", np.inf), "wrong-gain", "/channels row 1"),
        (_cell("channels", 0, "high_pass_hz", -1.0), "wrong-filter", "/channels row 1"),
        (_gaps((500, 10), (100, 10)), "gaps-not-sorted", "/gaps row 2"),
        (_gaps((500, 10), (505, 10)), "gaps-not-sorted", "/gaps row 2"),
        (_gaps((9_990, 11)), "gap-outside", "/gaps row 1"),
        (_gaps((0, 0)), "wrong-gap", "/gaps row 1"),
        (
            _replaced("gaps", np.zeros(3, [("start", "f8"), ("lost", "f8")])),
            "wrong-field-type",
            "/gaps",
        ),
        (_phase(0, 10_001, b"rest"), "phase-outside", "/phases row 1"),
        (_phase(0, 10, b"sleep"), "unknown-phase", "/phases row 1"),
        (_phase(10, 5, b"rest"), "phase-outside", "/phases row 1"),
    ],
)
def test_each_wrong_part_is_found_and_refused_by_name(
    closed_recording: tuple[Path, Any], change: Change, code: str, field: str
) -> None:
    path, _samples = closed_recording
    with h5py.File(path, "r+", libver="v110") as file:
        change(file)
    assert (code, field) in [(p.code, p.field) for p in validate(path) if p.severity == "error"]
    error = _refusal(path)
    assert error.field == field


def test_a_changed_sample_is_found_by_the_hash(closed_recording: tuple[Path, Any]) -> None:
    path, _samples = closed_recording
    with h5py.File(path, "r+") as file:
        file["samples"][42, 1] += 1
    codes = [problem.code for problem in validate(path)]
    assert "hash-mismatch" in codes


@pytest.mark.parametrize(
    "change",
    [
        _set("muscle", "soleus"),
        _set("sampling_rate_hz", 20_000.0),
        _set("started_at", "2026-03-01T10:30:00+00:00"),
        _cell("channels", 0, "gain_uv", 0.26),
        _cell("channels", 1, "inverted", 0),
        _gaps((3000, 499)),
        _phase(0, 11, b"insertion"),
    ],
)
def test_changed_metadata_is_found_by_the_hash(
    closed_recording: tuple[Path, Any], change: Change
) -> None:
    path, _samples = closed_recording
    with h5py.File(path, "r+") as file:
        change(file)
    assert "hash-mismatch" in [problem.code for problem in validate(path)]


def test_an_overview_that_lies_is_found(closed_recording: tuple[Path, Any]) -> None:
    path, _samples = closed_recording
    with h5py.File(path, "r+") as file:
        file["overview/256"][3, 0, 1] = 0
    expected = ("error", "wrong-overview", "/overview/256")
    assert [(p.severity, p.code, p.field) for p in validate(path)] == [expected]


def _with_blocks_of_before(file: Any) -> None:
    """An overview with the factors that files had at first."""
    del file["overview"]
    for factor in (64, 512, 4096, 32768, 262144):
        n_blocks = -(-len(file["samples"]) // factor)
        file[f"overview/{factor}"] = np.zeros((n_blocks, 2, 2), np.int16)


@pytest.mark.parametrize(
    "change",
    [
        _without("overview"),
        _without("overview/256"),
        _with_blocks_of_before,
        _replaced("overview/64", np.zeros((3, 2, 2), np.int16)),
        _replaced("overview/64", np.zeros((157, 2, 2), np.int32)),
    ],
)
def test_an_overview_that_does_not_fit_is_made_anew(
    closed_recording: tuple[Path, Any], change: Change
) -> None:
    path, samples = closed_recording
    with h5py.File(path, "r+") as file:
        change(file)
    assert [(p.severity, p.code) for p in validate(path)] == [("warning", "no-overview")]
    with RecordingReader.open(path) as reader:
        assert not reader.has_overview
        low, _high = reader.overview(reader.info.whole, 2, (0,))
        assert reader.has_overview
    real = np.delete(samples[:, 0], np.s_[3000:3500])
    assert low.min() == real.min() * 0.25 - 1.5


def test_numbers_that_are_not_finite_are_a_warning(
    tmp_path: Path, closed_recording: tuple[Path, Any]
) -> None:
    path, samples = closed_recording
    floats = samples.astype(np.float32)
    floats[7, 0], floats[8, 1], floats[3000:3500] = np.nan, np.inf, np.nan
    with h5py.File(path, "r+") as file:
        _replaced("samples", floats)(file)
        _without("overview")(file)
        _set("content_sha256", "")(file)
    problems = validate(path)
    assert [problem.code for problem in problems] == ["not-finite", "no-hash", "no-overview"]
    assert problems[0].found.startswith("2 samples")


def test_a_problem_says_what_was_found_and_what_is_allowed(
    closed_recording: tuple[Path, Any],
) -> None:
    path, _samples = closed_recording
    with h5py.File(path, "r+") as file:
        _cell("channels", 1, "unit", b"mV")(file)
    expected = Problem(
        "error", "wrong-unit", "/channels row 2", "unit 'mV'", "uV (put the factor into gain_uv)"
    )
    assert validate(path) == (expected,)
    assert str(_refusal(path)) == (
        "001.h5, /channels row 2: unit 'mV'. Allowed: uV (put the factor into gain_uv)."
    )


# Cut off while open


def _cut(path: Path) -> None:
    """Leave half of the file, under whatever handle has it open."""
    with path.open("r+b") as file:
        file.truncate(path.stat().st_size // 2)


@pytest.fixture
def long_recording(tmp_path: Path, make_info: Callable[..., Any]) -> Path:
    """A million samples of noise: its first and its last chunk lie far apart in the file."""
    rows = np.random.default_rng(1).integers(-99, 99, (500_000, 2)).astype(np.int16)
    with RecordingWriter.create(tmp_path / "long.h5", make_info(), np.int16) as writer:
        writer.append(Chunk(rows, 0))
    return tmp_path / "long.h5"


@pytest.mark.parametrize(
    "work",
    [
        lambda reader: reader.read(SampleInterval(499_000, 500_000)),
        lambda reader: reader.read_uv(SampleInterval(499_000, 500_000)),
        lambda reader: list(reader.chunks(50_000)),
        lambda reader: reader.columns(reader.info.whole, 100),
        lambda reader: reader.content_sha256(),
        build_overview,
    ],
)
def test_a_file_that_was_cut_off_while_open_gives_no_zeros(
    long_recording: Path, work: Callable[[RecordingReader], object]
) -> None:
    """HDF5 fills what lies behind the new end with zeros and tells no error: a flat line, which
    a person would have taken for silence of the muscle."""
    with RecordingReader.open(long_recording) as reader:
        _cut(long_recording)
        with pytest.raises(FileError, match=r"cut off|checksum"):
            work(reader)


def test_an_import_of_a_file_that_is_cut_off_meanwhile_fails(tmp_path: Path) -> None:
    """The same zeros would have been imported, and hashed as if they were recorded."""
    path = tmp_path / "foreign.h5"
    with h5py.File(path, "w") as file:
        rows = np.ones((500_000, 2), np.int16)
        file.create_dataset("emg", data=rows, chunks=(8192, 2))
    hints = ImportHints(fs=1e4, unit="uV")
    with open_foreign(path, hints) as foreign:
        _cut(path)
        with pytest.raises(FileError, match="cut off"):
            list(foreign.chunks(50_000))
