"""What every importer must hold, proved on each format with a file made for the test."""

from __future__ import annotations

import dataclasses
import hashlib
import random
import uuid
from collections.abc import Callable
from dataclasses import dataclass
from datetime import date
from pathlib import Path
from typing import Any

import h5py
import numpy as np
import pytest
from numpy.typing import NDArray

from emgview.errors import EmgviewError
from emgview.model import Channel, Chunk, ImportHints, RecordingInfo, Side
from emgview.recording import RecordingReader, RecordingWriter, file_sha256
from emgview.recording.microvolt import to_microvolt
from emgview.sources import ImportableRecording, describe_file, find_importer, open_file

NAME = "Nadia_Hidden"


def signal(n_samples: int, n_channels: int, seed: int = 1) -> NDArray[np.int16]:
    rng = np.random.default_rng(seed)
    return rng.integers(-3000, 3000, (n_samples, n_channels), dtype=np.int16)


def native(folder: Path) -> Path:
    path = folder / "record.h5"
    info = RecordingInfo(str(uuid.uuid4()), 2000.0, 0, (Channel("a", 0.5), Channel("b", 0.25, 3.0)))
    data = signal(900, 2)
    with RecordingWriter.create(path, info, np.int16) as writer:
        writer.append(Chunk(data[:400], 0))
        writer.append(Chunk(data[400:], 450, 50))
        writer.close()
    return path


def foreign(folder: Path) -> Path:
    path = folder / "record.hdf5"
    with h5py.File(path, "w") as file:
        file["data/emg"] = signal(900, 3).T
    return path


def edf(folder: Path, *, bdf: bool = False) -> Path:
    import edfio

    path = folder / f"record.{'bdf' if bdf else 'edf'}"
    make_signal: Any = edfio.BdfSignal if bdf else edfio.EdfSignal
    signals = [
        make_signal(signal(n, 1, seed)[:, 0] / 10, rate, label=label, physical_dimension=unit)
        for seed, (label, rate, n, unit) in enumerate(
            [
                ("EMG deltoid", 500, 2000, "uV"),
                ("EMG biceps", 500, 2000, "mV"),
                ("Temp", 4, 16, "C"),
            ]
        )
    ]
    make_file: Any = edfio.Bdf if bdf else edfio.Edf
    make_file(
        signals,
        annotations=[edfio.EdfAnnotation(1.5, 0.25, "needle moved")],
        patient=edfio.Patient(name=NAME, code="77-X", sex="F", birthdate=date(1950, 2, 3)),
    ).write(path)
    return path


def discontinuous_edf(folder: Path) -> Path:
    """A second is missing after the second data record."""
    path = edf(folder)
    raw = path.read_bytes().replace(b"EDF+C", b"EDF+D")
    for second in (3, 2):
        raw = raw.replace(f"+{second}\x14\x14".encode(), f"+{second + 1}\x14\x14".encode())
    path.write_bytes(raw)
    return path


def wfdb_record(folder: Path) -> Path:
    data = signal(900, 2)
    data[100:130] = -32768
    (folder / "record.dat").write_bytes(data.astype("<i2").tobytes())
    lines = [
        "record 2 4000 900",
        "record.dat 16 1000(10)/mV 16 0 0 0 0 EMG 1",
        "record.dat 16 2(-5)/uv 16 0 0 0 0 EMG 2",
        f"# <name>: {NAME} <born>: 1950",
    ]
    (folder / "record.hea").write_text("\n".join(lines) + "\n", encoding="utf-8")
    return folder / "record.hea"


def csv_with_clock(folder: Path) -> Path:
    path = folder / "record.csv"
    rows = [f"{i / 2000:.4f},{a / 1000},{b / 1000}" for i, (a, b) in enumerate(signal(900, 2))]
    path.write_text("\n".join(["time [s],EMG [mV],ACC [g]", *rows]) + "\n", encoding="utf-8")
    return path


def decimal_commas(folder: Path) -> Path:
    path = folder / "record.tsv"
    rows = ["\t".join(f"{v / 1000}".replace(".", ",") for v in row) for row in signal(900, 3)]
    path.write_bytes("\r\n".join(["Messung Übung", *rows]).encode("latin-1"))
    return path


def trigno(folder: Path) -> Path:
    path = folder / "record.csv"
    head = [
        f"Label: Sensor 1: {label} Sampling frequency: {rate} Number of points: {n} "
        f"start: 0.0 Unit: {unit} Domain Unit: s"
        for label, rate, n, unit in (("EMG 1", 2000, 800, "V"), ("ACC.X 1", 200, 80, "g"))
    ]
    rows = []
    for i, (a, b) in enumerate(signal(800, 2)):
        slow = f"{i / 200},{b / 1000}" if i < 80 else ","
        rows.append(f"{i / 2000},{a / 1e6},{slow}")
    path.write_text("\n".join([*head, "", "X[s],EMG,X[s],ACC", *rows]), encoding="utf-8")
    return path


@dataclass(frozen=True)
class Case:
    make: Callable[[Path], Path]
    kind: str
    hints: ImportHints = ImportHints()  # noqa: RUF009  # frozen
    n_recordings: int = 1


CASES = {
    "native": Case(native, "emgview"),
    "foreign": Case(foreign, "HDF5", ImportHints(fs=2000.0, unit="uV")),
    "edf": Case(edf, "EDF", n_recordings=2),
    "bdf": Case(lambda folder: edf(folder, bdf=True), "EDF", n_recordings=2),
    "edf+d": Case(discontinuous_edf, "EDF", n_recordings=2),
    "wfdb": Case(wfdb_record, "WFDB"),
    "csv": Case(csv_with_clock, "table"),
    "tsv": Case(decimal_commas, "table", ImportHints(fs=1000.0, unit="mV")),
    "trigno": Case(trigno, "Delsys", n_recordings=2),
}


@pytest.fixture(params=CASES)
def case(request: pytest.FixtureRequest) -> Case:
    return CASES[request.param]


@pytest.fixture
def folder(tmp_path: Path) -> Path:
    """Every file lies in a folder with blanks and umlauts."""
    made = tmp_path / "Müller Übung 1"
    made.mkdir()
    return made


def opened(case: Case, path: Path) -> tuple[ImportableRecording, ...]:
    return open_file(path, case.hints)


def all_samples(recording: ImportableRecording, chunk_samples: int) -> NDArray[Any]:
    """Samples on the recording's clock; gaps are NaN or the lowest integer."""
    info = recording.info
    filler = np.nan if recording.dtype.kind == "f" else np.iinfo(recording.dtype).min
    whole = np.full((info.n_samples, len(info.channels)), filler, recording.dtype)
    for chunk in recording.chunks(chunk_samples):
        whole[chunk.start_sample : chunk.stop_sample] = chunk.samples
    return whole


def assert_one_line(error: EmgviewError, folder: Path) -> None:
    text = str(error)
    assert text
    assert "\n" not in text
    assert folder.name not in text
    assert NAME not in text


def test_the_right_importer_is_found_by_content(case: Case, folder: Path) -> None:
    path = case.make(folder)
    assert find_importer(path).name.startswith(case.kind)


def test_a_misleading_suffix_does_not_change_the_importer(case: Case, folder: Path) -> None:
    if case.kind == "WFDB":
        pytest.skip("a WFDB record is a set of files that name each other")
    path = case.make(folder)
    assert find_importer(path.rename(path.with_suffix(".dat"))).name.startswith(case.kind)


@pytest.mark.parametrize("chunk_samples", [7, 100, 333])
def test_samples_do_not_depend_on_the_size_of_chunks(
    case: Case, folder: Path, chunk_samples: int
) -> None:
    for recording in opened(case, case.make(folder)):
        whole = all_samples(recording, 10**6)
        np.testing.assert_array_equal(all_samples(recording, chunk_samples), whole)
        sizes = [len(chunk.samples) for chunk in recording.chunks(chunk_samples)]
        assert max(sizes) <= chunk_samples
        assert min(sizes) > 0


def test_info_agrees_with_the_samples(case: Case, folder: Path) -> None:
    recordings = opened(case, case.make(folder))
    assert len(recordings) == case.n_recordings
    for recording in recordings:
        info, stop, gaps = recording.info, 0, []
        for chunk in recording.chunks(50):
            assert chunk.samples.dtype == recording.dtype
            assert chunk.samples.shape[1] == len(info.channels)
            assert chunk.start_sample == stop + chunk.lost_before
            if chunk.lost_before:
                gaps.append((stop, chunk.lost_before))
            stop = chunk.stop_sample
        assert stop == info.n_samples
        assert gaps == [(gap.start, gap.lost) for gap in info.gaps]
        for mark in recording.annotations:
            assert 0 <= mark.start_sample <= info.n_samples


def test_rates_and_titles_tell_the_recordings_apart(case: Case, folder: Path) -> None:
    recordings = opened(case, case.make(folder))
    assert len({r.title for r in recordings}) == case.n_recordings
    assert len({r.info.sampling_rate_hz for r in recordings}) == case.n_recordings


def test_each_opening_gives_a_fresh_id(case: Case, folder: Path) -> None:
    path = case.make(folder)
    ids = [uuid.UUID(r.info.id) for _ in range(2) for r in opened(case, path)]
    assert len(ids) == len(set(ids)) == 2 * case.n_recordings


def test_origin_is_a_name_without_folder_and_the_hash_of_that_file(
    case: Case, folder: Path
) -> None:
    for recording in opened(case, case.make(folder)):
        origin = folder / recording.info.origin_name
        assert origin.parent == folder
        digest = hashlib.sha256(origin.read_bytes()).hexdigest()
        assert recording.info.origin_sha256 == digest
        assert recording.info.sha256 == ""


def test_the_original_stays_untouched(case: Case, folder: Path) -> None:
    path = case.make(folder)
    before = {p.name: (file_sha256(p), p.stat().st_mtime_ns) for p in folder.iterdir()}
    describe_file(path, case.hints)
    for recording in opened(case, path):
        recording.preview(10)
        list(recording.chunks(100))
    after = {p.name: (file_sha256(p), p.stat().st_mtime_ns) for p in folder.iterdir()}
    assert after == before


def test_the_preview_is_the_beginning_in_microvolt(case: Case, folder: Path) -> None:
    for recording in opened(case, case.make(folder)):
        first = next(recording.chunks(8)).samples
        preview = recording.preview(8)
        assert preview.dtype == np.float32
        np.testing.assert_array_equal(preview, to_microvolt(first, recording.info.channels))
        assert recording.preview(0).shape == (0, len(recording.info.channels))
        assert len(recording.preview(10**6)) > 8


def test_a_size_of_chunks_below_one_is_refused(case: Case, folder: Path) -> None:
    recording = opened(case, case.make(folder))[0]
    with pytest.raises(ValueError, match="at least 1"):
        recording.chunks(0)


def test_what_a_person_says_of_the_site_is_taken_over(case: Case, folder: Path) -> None:
    hints = dataclasses.replace(
        case.hints, muscle="deltoid", side=Side.LEFT, electrode="concentric"
    )
    for recording in open_file(case.make(folder), hints):
        assert (recording.info.muscle, recording.info.side) == ("deltoid", Side.LEFT)
        for channel in recording.info.channels:
            assert channel.electrode == ("concentric" if channel.unit == "uV" else "")


def test_the_description_lists_what_opening_gives(case: Case, folder: Path) -> None:
    path = case.make(folder)
    description = describe_file(path, case.hints)
    recordings = opened(case, path)
    assert description.missing == ()
    for found, recording in zip(description.recordings, recordings, strict=True):
        assert found.title == recording.title
        assert found.channels == tuple(c.label for c in recording.info.channels)
        assert found.sampling_rate_hz == pytest.approx(recording.info.sampling_rate_hz, rel=1e-5)
        assert found.duration_s in (None, pytest.approx(recording.info.duration_s))


def test_the_description_without_hints_names_what_is_missing(case: Case, folder: Path) -> None:
    description = describe_file(case.make(folder), ImportHints())
    assert set(description.missing) == ({"fs", "unit"} if case.hints.fs else set())
    assert bool(description.question) == bool(case.hints.fs)


def test_facts_of_a_person_are_in_the_patient_only(case: Case, folder: Path) -> None:
    for recording in opened(case, case.make(folder)):
        public = repr(dataclasses.replace(recording, patient=None))
        assert "Nadia" not in public
        assert "77-X" not in public
        assert "1950" not in public


def test_a_native_copy_holds_the_same(case: Case, folder: Path) -> None:
    for number, recording in enumerate(opened(case, case.make(folder))):
        target = folder / f"copy{number}.h5"
        with RecordingWriter.create(target, recording.info, recording.dtype) as writer:
            for chunk in recording.chunks(128):
                writer.append(chunk)
            writer.close()
        with RecordingReader.open(target) as reader:
            assert reader.info.gaps == recording.info.gaps
            assert reader.info.n_samples == recording.info.n_samples
            assert reader.info.channels == recording.info.channels
            copied = reader.read(reader.info.whole)
        np.testing.assert_array_equal(copied, all_samples(recording, 128))


def read_all(case: Case, path: Path, folder: Path) -> bool:
    """Open and read everything; False if a proper error said that it cannot be."""
    try:
        describe_file(path, case.hints)
        for recording in opened(case, path):
            for _ in recording.chunks(200):
                pass
    except EmgviewError as error:
        assert_one_line(error, folder)
        return False
    return True


def data_file(path: Path) -> Path:
    return path.with_suffix(".dat") if path.suffix == ".hea" else path


@pytest.mark.parametrize("share", [0.0005, 0.01, 0.1, 0.35, 0.6, 0.9, 0.999])
def test_a_file_cut_off_anywhere_opens_in_part_or_says_why_not(
    case: Case, folder: Path, share: float
) -> None:
    path = case.make(folder)
    cut = data_file(path)
    raw = cut.read_bytes()
    cut.write_bytes(raw[: int(len(raw) * share)])
    read_all(case, path, folder)


@pytest.mark.parametrize("seed", range(12))
def test_damaged_bytes_never_end_in_anything_but_a_clear_error(
    case: Case, folder: Path, seed: int
) -> None:
    path = case.make(folder)
    chance = random.Random(seed)
    for damaged in {path, data_file(path)}:
        raw = bytearray(damaged.read_bytes())
        reach = len(raw) if seed % 2 else min(len(raw), 1500)
        for _ in range(chance.choice([1, 4, 40])):
            raw[chance.randrange(reach)] = chance.randrange(256)
        damaged.write_bytes(bytes(raw))
    read_all(case, path, folder)


def test_an_empty_file_is_refused(case: Case, folder: Path) -> None:
    path = case.make(folder)
    path.write_bytes(b"")
    with pytest.raises(EmgviewError) as caught:
        opened(case, path)
    assert_one_line(caught.value, folder)
