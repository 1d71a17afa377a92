"""Tables of numbers as text, and Trigno exports."""

from __future__ import annotations

from pathlib import Path

import numpy as np
import pytest

from emgview.errors import FileError, ImportNeedsHintError
from emgview.model import Gap, ImportHints
from emgview.sources import describe_file, find_importer, open_file

NO_HINTS = ImportHints()
TOLD = ImportHints(fs=1000.0, unit="mV")
PLAIN = [f"0.{i * 7 % 10},-1.5" for i in range(20)]


def write(folder: Path, lines: list[str], name: str = "a.csv") -> Path:
    path = folder / name
    path.write_text("\n".join(lines) + "\n", encoding="utf-8")
    return path


def clocked(times: list[float], head: str = "time [s],EMG [mV]") -> list[str]:
    return [head, *(f"{t:.6f},{i}.5" for i, t in enumerate(times))]


def test_rate_and_unit_are_asked_together(tmp_path: Path) -> None:
    path = write(tmp_path, PLAIN)
    with pytest.raises(ImportNeedsHintError) as caught:
        open_file(path, NO_HINTS)
    assert caught.value.missing == ("fs", "unit")
    with pytest.raises(ImportNeedsHintError) as caught:
        open_file(path, ImportHints(fs=1000.0))
    assert caught.value.missing == ("unit",)


def test_what_a_person_stated_stands_in_the_notes(tmp_path: Path) -> None:
    notes = open_file(write(tmp_path, PLAIN), TOLD)[0].info.notes
    assert "The sampling rate was stated by the person who imported the file." in notes
    assert "The unit was stated by the person who imported the file." in notes


@pytest.mark.parametrize("unit", ["pounds", "m", "mmHg"])
def test_a_stated_unit_that_is_no_voltage_is_refused(tmp_path: Path, unit: str) -> None:
    with pytest.raises(FileError, match="Allowed: V, mV, uV or nV"):
        open_file(write(tmp_path, PLAIN), ImportHints(fs=1000.0, unit=unit))


@pytest.mark.parametrize("fs", [0.0, -1.0, float("inf"), float("nan")])
def test_a_stated_rate_that_is_none_is_refused(tmp_path: Path, fs: float) -> None:
    with pytest.raises(FileError, match="above 0 Hz"):
        open_file(write(tmp_path, PLAIN), ImportHints(fs=fs, unit="mV"))


@pytest.mark.parametrize(
    "row",
    ["0.25,-1.5", "0.25;-1.5", "0,25;-1,5", "0.25\t-1.5", "0,25\t-1,5", "  0.25   -1.5",
     "0,25 -1,5", '"0.25","-1.5"', "2.5e-1, -15E-1", "0.25,-1.5,"],
)  # fmt: skip
def test_separators_and_decimal_signs_are_found(tmp_path: Path, row: str) -> None:
    (recording,) = open_file(write(tmp_path, [row] * 10), TOLD)
    np.testing.assert_array_equal(recording.preview(99), np.tile([250.0, -1500.0], (10, 1)))


def test_one_column_with_decimal_commas_is_not_taken_for_two(tmp_path: Path) -> None:
    (recording,) = open_file(write(tmp_path, ["0,025", "-0,5", "1,250", "0,010"] * 3), TOLD)
    np.testing.assert_allclose(recording.preview(4)[:, 0], [25, -500, 1250, 10])


def test_commas_between_whole_numbers_are_separators_and_told(tmp_path: Path) -> None:
    (recording,) = open_file(write(tmp_path, ["512,498", "513,499"] * 5), TOLD)
    assert len(recording.info.channels) == 2
    assert any("Commas were read as separators" in note for note in recording.info.notes)


def test_names_and_units_come_of_the_header(tmp_path: Path) -> None:
    rows = [f"{i / 2000:.4f};0,5;0,25;7" for i in range(12)]
    path = write(
        tmp_path, ["# Übung am Vormittag", "Zeit (s);EMG deltoid [µV];EMG_mV;ACC (g)", *rows]
    )
    (recording,) = open_file(path, NO_HINTS)
    assert [(c.label, c.unit, c.gain_uv) for c in recording.info.channels] == [
        ("EMG deltoid", "uV", 1.0),
        ("EMG", "uV", 1000.0),
        ("ACC", "g", 1.0),
    ]


def test_units_may_stand_in_a_line_of_their_own(tmp_path: Path) -> None:
    rows = [f"{i / 4:.2f}\t0.5" for i in range(12)]
    (recording,) = open_file(write(tmp_path, ["time\tEMG", "ms\tmV", *rows]), NO_HINTS)
    assert recording.info.sampling_rate_hz == 4000.0
    assert recording.info.channels[0].gain_uv == 1000.0


@pytest.mark.parametrize("fs", [500.0, 1000.0, 2048.0, 4000.0, 1259.26, 20000.0])
def test_the_rate_comes_of_the_time_column(tmp_path: Path, fs: float) -> None:
    path = write(tmp_path, clocked([i / fs for i in range(3000)]))
    info = open_file(path, NO_HINTS)[0].info
    assert info.sampling_rate_hz == pytest.approx(fs, rel=1e-4)
    assert (info.n_samples, info.gaps, len(info.channels)) == (3000, (), 1)


def test_a_first_column_that_rises_evenly_is_time(tmp_path: Path) -> None:
    rows = [f"{i * 0.0005:.4f} {i % 7}.5" for i in range(50)]
    (recording,) = open_file(write(tmp_path, rows), ImportHints(unit="uV"))
    assert recording.info.sampling_rate_hz == 2000.0
    assert "The first column was taken as time in seconds." in recording.info.notes


def test_a_first_column_that_counts_samples_gives_no_rate(tmp_path: Path) -> None:
    path = write(tmp_path, [f"{i},0.5" for i in range(30)])
    assert describe_file(path, NO_HINTS).missing == ("fs", "unit")
    (recording,) = open_file(path, TOLD)
    assert recording.preview(1).tolist() == [[500.0]]


def test_a_time_column_without_unit_in_coarse_steps_is_not_taken_for_seconds(
    tmp_path: Path,
) -> None:
    """Milliseconds without a unit would make a rate of 4 Hz out of 4000."""
    path = write(tmp_path, clocked([i * 0.25 for i in range(30)], "time,EMG [mV]"))
    assert describe_file(path, NO_HINTS).missing == ("fs",)


def test_a_jump_of_time_is_a_gap(tmp_path: Path) -> None:
    times = [i / 1000 for i in range(100)] + [(i + 40) / 1000 for i in range(100, 200)]
    (recording,) = open_file(write(tmp_path, clocked(times)), NO_HINTS)
    assert recording.info.sampling_rate_hz == 1000.0
    assert recording.info.gaps == (Gap(100, 40),)
    assert recording.info.n_samples == 240
    assert any("40 samples are missing" in note for note in recording.info.notes)
    lost = [(c.start_sample, c.lost_before) for c in recording.chunks(1000)]
    assert lost == [(0, 0), (140, 40)]


def test_a_jump_of_hours_is_refused_instead_of_filled(tmp_path: Path) -> None:
    times = [i / 1000 for i in range(50)] + [9000 + i / 1000 for i in range(50)]
    with pytest.raises(FileError, match="jumps of"):
        open_file(write(tmp_path, clocked(times)), NO_HINTS)


def test_time_that_goes_back_names_the_line(tmp_path: Path) -> None:
    """Beyond the part that is looked at first, so that reading has to find it."""
    times = [i / 1000 for i in range(6000)]
    times[5500] = 2.0
    with pytest.raises(FileError, match="line 5502: time does not go on"):
        open_file(write(tmp_path, clocked(times)), NO_HINTS)


def test_a_stated_rate_goes_before_the_time_column_and_a_contradiction_is_told(
    tmp_path: Path,
) -> None:
    path = write(tmp_path, clocked([i / 1000 for i in range(100)]))
    info = open_file(path, ImportHints(fs=2000.0))[0].info
    assert info.sampling_rate_hz == 2000.0
    assert any("tells another rate (1000 Hz)" in note for note in info.notes)


@pytest.mark.parametrize(
    ("line", "says"),
    [
        ("0.1", "has 1 columns, the lines before have 2"),
        ("0.1,0.2,0.3", "has 3 columns"),
        ("0.1,abc", "column 2 is not a number"),
        ("0.1,1_000", "column 2 is not a number"),
        ("garbage", "line"),
    ],
)
@pytest.mark.parametrize("position", [12, 9000])
def test_a_wrong_line_is_named(tmp_path: Path, line: str, says: str, position: int) -> None:
    lines = ["0.125,-1.5"] * 9500
    lines[position] = line
    with pytest.raises(
        FileError, match=f"line {position + 1}: .*{says}" if says != "line" else says
    ):
        open_file(write(tmp_path, lines), TOLD)


def test_nan_and_empty_cells_are_kept_as_nan_and_counted(tmp_path: Path) -> None:
    lines = [*PLAIN, "nan,1", ",2", "NaN,", "inf,4", *PLAIN]
    (recording,) = open_file(write(tmp_path, lines), TOLD)
    values = recording.preview(100)
    assert np.isnan(values[20:24, 0]).all()
    assert np.isnan(values[:, 1]).sum() == 1
    assert any(
        note.startswith("5 cells are empty, NaN or infinite") for note in recording.info.notes
    )


def test_blank_lines_and_windows_line_ends_are_no_samples(tmp_path: Path) -> None:
    path = tmp_path / "a.csv"
    path.write_bytes(b"\xef\xbb\xbf" + b"0.5,1.5\r\n\r\n" * 8 + b"\r\n\r\n")
    (recording,) = open_file(path, TOLD)
    assert recording.info.n_samples == 8


def test_utf_16_is_refused_with_what_to_do(tmp_path: Path) -> None:
    path = tmp_path / "a.csv"
    path.write_text("\n".join(PLAIN), encoding="utf-16")
    with pytest.raises(FileError, match="Save it as UTF-8"):
        open_file(path, TOLD)


def test_the_description_shows_the_first_lines(tmp_path: Path) -> None:
    description = describe_file(write(tmp_path, PLAIN), NO_HINTS)
    assert description.preview_lines == tuple(PLAIN[:12])
    assert description.recordings[0].channels == ("channel 1", "channel 2")
    assert "sampling rate" in description.question


def test_real_surface_recordings_agree_with_numpy(data_dir: Path) -> None:
    for path in sorted((data_dir / "muscletracker_cc0").glob("*_*_*.txt"))[:4]:
        assert describe_file(path, NO_HINTS).missing == ("fs", "unit")
        (recording,) = open_file(path, TOLD)
        expected = np.loadtxt(path, delimiter=",") * 1000
        assert recording.info.n_samples == len(expected)
        np.testing.assert_allclose(recording.preview(10**6), expected, rtol=1e-6)


def test_a_real_trigno_export_becomes_one_recording_for_each_clock(data_dir: Path) -> None:
    path = data_dir / "trigno_csv" / "truncated_trigno_sample.csv"
    emg, motion = open_file(path, NO_HINTS)
    assert (emg.info.sampling_rate_hz, motion.info.sampling_rate_hz) == (1259.259, 148.1481)
    assert (len(emg.info.channels), len(motion.info.channels)) == (2, 12)
    assert {c.unit for c in emg.info.channels} == {"uV"}
    assert {c.unit for c in motion.info.channels} == {"g", "°/s"}
    assert emg.info.duration_s == pytest.approx(motion.info.duration_s, abs=0.01)
    last = path.read_text(encoding="utf-8").splitlines()[-1].split(",")
    values = emg.preview(10**6)
    assert values[-1, 0] == pytest.approx(float(last[1]) * 1e6, rel=1e-5)
    assert any("ends early" in note for note in emg.info.notes)


def test_a_trigno_table_that_does_not_fit_its_header_is_refused(tmp_path: Path) -> None:
    head = (
        "Label: S: EMG 1 Sampling frequency: 2000 Number of points: 9 "
        "start: 0 Unit: V Domain Unit: s"
    )
    path = write(tmp_path, [head, *PLAIN])
    assert len(open_file(path, NO_HINTS)) == 1
    path = write(tmp_path, [head, head, *PLAIN])
    assert find_importer(path).name == "Delsys Trigno text export"
    with pytest.raises(FileError, match="describes 2 channels and has 2 columns"):
        open_file(path, NO_HINTS)
