"""EDF, EDF+ and BDF: scale, units, rates, remarks, interruptions, start, person."""

from __future__ import annotations

from datetime import UTC, date, datetime, time
from pathlib import Path
from typing import Any

import edfio
import numpy as np
import pytest

from emgview.errors import FileError
from emgview.model import Device, Gap, ImportHints, Patient
from emgview.recording.microvolt import to_microvolt
from emgview.sources import ImportableRecording, ImportedAnnotation, open_file
from emgview.sources.files.edf_header import filters_of

NO_HINTS = ImportHints()


def microvolt(recording: ImportableRecording) -> Any:
    rows = np.concatenate([chunk.samples for chunk in recording.chunks(100)])
    return to_microvolt(rows, recording.info.channels)


def write(path: Path, *signals: edfio.EdfSignal, **fields: Any) -> Path:
    edfio.Edf(list(signals), **fields).write(path)
    return path


def wave(unit: str = "uV", rate: float = 1000, seconds: int = 4, **fields: Any) -> edfio.EdfSignal:
    data = 100 * np.sin(np.arange(int(rate * seconds)) / 7)
    return edfio.EdfSignal(data, rate, physical_dimension=unit, **fields)


@pytest.mark.parametrize(
    ("unit", "factor"), [("uV", 1), ("UV", 1), ("mV", 1e3), ("MV", 1e3), ("V", 1e6), ("nV", 1e-3)]
)
def test_any_spelling_of_a_voltage_becomes_microvolt(
    tmp_path: Path, unit: str, factor: float
) -> None:
    signal = wave(unit)
    (recording,) = open_file(write(tmp_path / "a.edf", signal), NO_HINTS)
    assert recording.info.channels[0].unit == "uV"
    np.testing.assert_allclose(microvolt(recording)[:, 0], signal.data * factor, rtol=1e-5)


@pytest.mark.parametrize("micro", ["µV".encode("latin-1"), "µV".encode()])
def test_a_micro_sign_in_either_encoding_is_understood(tmp_path: Path, micro: bytes) -> None:
    path = write(tmp_path / "a.edf", wave("uV      "[:2]))
    raw = path.read_bytes()
    place = 256 + 96
    path.write_bytes(raw[:place] + micro.ljust(8) + raw[place + 8 :])
    assert open_file(path, NO_HINTS)[0].info.channels[0].unit == "uV"


def test_other_units_are_kept_and_mark_the_channel_as_not_electrical(tmp_path: Path) -> None:
    (recording,) = open_file(write(tmp_path / "a.edf", wave("mmHg"), wave("")), NO_HINTS)
    assert [channel.unit for channel in recording.info.channels] == ["mmHg", "not stated"]


def test_each_rate_becomes_a_recording_the_fastest_first(tmp_path: Path) -> None:
    path = write(
        tmp_path / "a.edf",
        wave("C", 2, label="Temp"),
        wave(rate=1000, label="EMG deltoid"),
        wave(rate=1000, label="EMG biceps"),
    )
    fast, slow = open_file(path, NO_HINTS)
    assert (fast.info.sampling_rate_hz, slow.info.sampling_rate_hz) == (1000.0, 2.0)
    assert [c.label for c in fast.info.channels] == ["EMG deltoid", "EMG biceps"]
    assert "1000 Hz" in fast.title
    assert fast.info.duration_s == slow.info.duration_s == 4.0


def test_remarks_keep_their_place_on_each_clock(tmp_path: Path) -> None:
    path = write(
        tmp_path / "a.edf",
        wave(),
        wave(rate=10),
        annotations=[
            edfio.EdfAnnotation(2.5, None, "relaxed"),
            edfio.EdfAnnotation(0.25, 1, "Nadel geschoben ü"),
        ],
    )
    fast, slow = open_file(path, NO_HINTS)
    assert fast.annotations == (
        ImportedAnnotation(250, 1000, "Nadel geschoben ü"),
        ImportedAnnotation(2500, 0, "relaxed"),
    )
    assert [mark.start_sample for mark in slow.annotations] == [2, 25]


def interrupted(tmp_path: Path, onsets: list[float]) -> Path:
    path = write(
        tmp_path / "a.edf",
        wave(),
        annotations=[edfio.EdfAnnotation(0.5, None, "start")],
        data_record_duration=1,
    )
    raw = path.read_bytes().replace(b"EDF+C", b"EDF+D")
    for second in range(3, 0, -1):
        new = f"+{onsets[second]:g}\x14\x14".encode()
        old = f"+{second}\x14\x14".encode()
        raw = raw.replace(old + b"\0" * (len(new) - len(old)), new)
    path.write_bytes(raw)
    return path


def test_an_interruption_becomes_a_gap_with_the_samples_after_it_in_place(tmp_path: Path) -> None:
    path = interrupted(tmp_path, [0, 1, 4, 5])
    (recording,) = open_file(path, NO_HINTS)
    assert recording.info.gaps == (Gap(2000, 2000),)
    assert recording.info.n_samples == 6000
    starts = [(c.start_sample, c.lost_before, len(c.samples)) for c in recording.chunks(10_000)]
    assert starts == [(0, 0, 2000), (4000, 2000, 2000)]


def test_data_records_that_overlap_are_refused(tmp_path: Path) -> None:
    with pytest.raises(FileError, match="data record 3"):
        open_file(interrupted(tmp_path, [0, 1, 1, 5]), NO_HINTS)


def test_interruptions_of_hours_are_refused_instead_of_filled(tmp_path: Path) -> None:
    with pytest.raises(FileError, match=r"interruptions of 7196 s"):
        open_file(interrupted(tmp_path, [0, 1, 7198, 7199]), NO_HINTS)


def test_what_is_there_of_a_truncated_file_is_read_and_told(tmp_path: Path) -> None:
    path = write(tmp_path / "a.edf", wave(), data_record_duration=1)
    path.write_bytes(path.read_bytes()[:-700])
    (recording,) = open_file(path, NO_HINTS)
    assert recording.info.n_samples == 3000
    assert "The file ends early: 3 s of 4 s are there." in recording.info.notes
    assert "The last data record is incomplete and was left out." in recording.info.notes


def test_a_file_without_a_whole_data_record_is_refused(tmp_path: Path) -> None:
    path = write(tmp_path / "a.edf", wave(), data_record_duration=1)
    path.write_bytes(path.read_bytes()[:900])
    with pytest.raises(FileError, match="first data record"):
        open_file(path, NO_HINTS)


def test_a_header_that_promises_huge_sizes_is_refused_without_trying(tmp_path: Path) -> None:
    path = write(tmp_path / "a.edf", wave(), data_record_duration=1)
    raw = path.read_bytes()
    place = 256 + 216
    path.write_bytes(raw[:place] + b"99999999" + raw[place + 8 :])
    with pytest.raises(FileError, match="first data record"):
        open_file(path, NO_HINTS)
    path.write_bytes(raw[:252] + b"9999" + raw[256:])
    with pytest.raises(FileError, match="number of signals: is 9999"):
        open_file(path, NO_HINTS)


@pytest.mark.parametrize(
    ("text", "corners"),
    [
        ("HP:20Hz LP:10kHz", (20.0, 10_000.0)),
        ("HP: 0,5 Hz LP: 100 Hz N:50Hz", (0.5, 100.0)),
        ("hp:500mHz", (0.5, None)),
        ("HP:DC LP:3kHz", (None, 3000.0)),
        ("", (None, None)),
        ("none", (None, None)),
    ],
)
def test_filters_are_read_of_the_prefiltering_text(
    text: str, corners: tuple[float | None, float | None]
) -> None:
    assert filters_of(text) == corners


def test_a_filter_text_that_says_more_stands_in_the_notes(tmp_path: Path) -> None:
    path = write(
        tmp_path / "a.edf",
        wave(prefiltering="HP:20Hz LP:10kHz", label="A"),
        wave(prefiltering="HP:16Hz Rectification", label="B"),
    )
    notes = " ".join(open_file(path, NO_HINTS)[0].info.notes)
    assert "Channel B: filters of the acquisition: HP:16Hz Rectification" in notes
    assert "Channel A" not in notes


def test_the_start_is_kept_as_written_and_the_missing_zone_is_told(tmp_path: Path) -> None:
    path = write(
        tmp_path / "a.edf",
        wave(),
        recording=edfio.Recording(startdate=date(2031, 5, 6), equipment_code="Amp_9"),
        starttime=time(7, 8, 9, 250_000),
        annotations=[],
    )
    info = open_file(path, NO_HINTS)[0].info
    assert info.started_at == datetime(2031, 5, 6, 7, 8, 9, 250_000, tzinfo=UTC)
    assert any("no time zone" in note for note in info.notes)
    assert info.device == Device(model="Amp 9")


def test_an_anonymous_date_gives_no_start(tmp_path: Path) -> None:
    info = open_file(write(tmp_path / "a.edf", wave()), NO_HINTS)[0].info
    assert info.started_at is None
    assert not any("time zone" in note for note in info.notes)


def test_the_person_is_given_apart(tmp_path: Path) -> None:
    person = edfio.Patient(name="Ada_B", code="C-1", sex="F", birthdate=date(1950, 2, 3))
    named = open_file(write(tmp_path / "a.edf", wave(), patient=person), NO_HINTS)[0]
    assert named.patient == Patient("Ada B", "C-1", "", "1950-02-03", "F")
    assert open_file(write(tmp_path / "b.edf", wave()), NO_HINTS)[0].patient is None


def test_a_free_text_in_the_patient_field_is_taken_as_the_name(tmp_path: Path) -> None:
    path = write(tmp_path / "a.edf", wave())
    raw = path.read_bytes()
    path.write_bytes(raw[:8] + b"Ada B, 3 Feb 1950".ljust(80) + raw[88:])
    assert open_file(path, NO_HINTS)[0].patient == Patient(name="Ada B, 3 Feb 1950")


def test_a_useless_scale_shows_plain_numbers_instead_of_refusing_the_file(tmp_path: Path) -> None:
    path = write(tmp_path / "a.edf", wave(label="A"), wave(label="B"))
    raw = path.read_bytes()
    place = 256 + 104 * 2 + 8  # lowest physical value of the second signal, made equal to ...
    high = 256 + 112 * 2 + 8  # ... its highest
    path.write_bytes(raw[:place] + raw[high : high + 8] + raw[place + 8 :])
    info = open_file(path, NO_HINTS)[0].info
    assert [channel.unit for channel in info.channels] == ["uV", "plain numbers"]
    assert any("Channel B: the file states no usable scale" in note for note in info.notes)


def test_a_range_that_is_fitted_to_the_signal_is_no_cut_off(tmp_path: Path) -> None:
    notes = open_file(write(tmp_path / "a.edf", wave()), NO_HINTS)[0].info.notes
    assert not any("limit of the converter" in note for note in notes)


def test_samples_at_the_end_of_the_digital_range_are_told(tmp_path: Path) -> None:
    data = np.clip(300 * np.sin(np.arange(4000) / 40), -200, 200)
    path = write(tmp_path / "a.edf", edfio.EdfSignal(data, 1000, physical_dimension="uV"))
    assert any("limit of the converter" in n for n in open_file(path, NO_HINTS)[0].info.notes)


def test_bdf_keeps_24_bits(tmp_path: Path) -> None:
    data = np.array([-8_388_608, -1, 0, 1, 8_388_607, 70_000, -70_000, 5], np.float64)
    signal = edfio.BdfSignal(
        data, 8, physical_dimension="uV", physical_range=(-8388608, 8388607),
        digital_range=(-8388608, 8388607),
    )  # fmt: skip
    edfio.Bdf([signal]).write(tmp_path / "a.bdf")
    (recording,) = open_file(tmp_path / "a.bdf", NO_HINTS)
    (chunk,) = recording.chunks(100)
    assert recording.dtype == np.int32
    np.testing.assert_array_equal(chunk.samples[:, 0], data)


@pytest.mark.parametrize(("name", "read"), [("edf", edfio.read_edf), ("bdf", edfio.read_bdf)])
def test_real_files_agree_with_the_library(data_dir: Path, name: str, read: Any) -> None:
    path = data_dir / "edf_psg_edgecase" / f"short_psg.{name}"
    fast, slow = open_file(path, NO_HINTS)
    assert (fast.info.sampling_rate_hz, slow.info.sampling_rate_hz) == (100.0, 1.0)
    whole = read(path)
    for recording in (fast, slow):
        values = microvolt(recording)
        for column, channel in enumerate(recording.info.channels):
            expected = whole.get_signal(channel.label).data
            np.testing.assert_allclose(values[:, column], expected, rtol=1e-5, atol=1e-4)
    labels = {c.label: c.unit for c in slow.info.channels}
    assert labels["EMG submental"] == "uV"
    assert labels["Temp rectal"] == "DegC"
    assert fast.patient is not None
