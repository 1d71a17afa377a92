"""``emgview mup``, ``emgview ipa`` and ``emgview evaluate --quantify`` from file to JSON."""

from __future__ import annotations

import json
from pathlib import Path

import numpy as np
import pytest

from emgview.cli import main
from emgview.errors import EmgviewError
from emgview.model import ImportHints
from emgview.quantify.references import MEASURES
from emgview.session.evaluating_quantify import f_score
from emgview.session.quantified_json import samples_json
from emgview.session.quantifying import Wanted, ipa_path, mup_path
from tests.unit.quantify.trains import contraction

FS = 20_000
SUITE = """
version = "emgview-quantify-suite/1"
title = "One stretch"
seconds = 6
rate_hz = 20000
muscle = "biceps"
reference = "knf"
tolerance_ms = 1.5
peak_ratio = 3.0
found_f1 = 0.5
amplitude_part = 0.05
duration_ms = 1.5
ramp_s = 0.3

[[group]]
name = "normal"
component = "voluntary"
muscles = 1
sites = 1
units = 2
noise_uv = 6
seed = 41000
values = { last_threshold = 0.3 }
"""


@pytest.fixture(autouse=True)
def settings(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("EMGVIEW_SETTINGS", str(tmp_path / "settings.json"))


@pytest.fixture
def file(tmp_path: Path) -> Path:
    """Two channels: units, and a clipped copy of them."""
    signal, _ = contraction(3, FS, seconds=8.0)
    rows = np.column_stack((signal, np.clip(signal, -200, 200)))
    path = tmp_path / "effort.csv"
    np.savetxt(path, rows, fmt="%.2f", delimiter=",", header="a,b", comments="")
    return path


def hints() -> ImportHints:
    return ImportHints(fs=float(FS), unit="uV")


def test_units_of_a_file_in_the_form_that_is_promised(
    file: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    """Discharges are in seconds of the recording, also where the stretch begins later."""
    words = ["--fs", str(FS), "--unit", "uV", "--channel", "0", "--start", "2", "--stop", "7"]
    assert main(["mup", str(file), *words, "--json", "-"]) == 0
    data = json.loads(capsys.readouterr().out)
    assert data["analysed_s"] == 5.0
    assert data["refused"] is None
    accepted = [unit for unit in data["units"] if unit["accepted"]]
    assert len(accepted) == 3
    _, truth = contraction(3, FS, seconds=8.0)
    times = truth[0].times_s[(truth[0].times_s > 2) & (truth[0].times_s < 7)]
    found = np.array(accepted[0]["discharges_s"])
    assert f_score(times, found, 0.0015) > 0.95
    assert np.median(np.abs(found - times[:, np.newaxis]).min(axis=1)) < 0.001
    for key in ("id", "channel", "n", "duration_ms", "area_uv_ms", "phases", "turns", "rate_hz"):
        assert accepted[0][key] is not None
    assert accepted[0]["amplitude_uv"] == pytest.approx(900, rel=0.05)
    assert "high-pass" in data["stretches"][0]["remarks"][0]


def test_a_channel_that_clips_is_refused_and_the_other_is_not(file: Path) -> None:
    data = mup_path(file, hints(), Wanted())
    assert data["refused"] is None
    assert "limit" in data["stretches"][1]["refused"]
    assert {unit["channel"] for unit in data["units"]} == {0}
    alone = mup_path(file, hints(), Wanted(channel=1))
    assert alone["refused"].startswith("cannot be analysed because the amplifier")
    assert alone["units"] == []
    assert alone["analysed_s"] == 0


def test_what_is_not_there_is_told(file: Path) -> None:
    with pytest.raises(EmgviewError, match="no channel 5"):
        mup_path(file, hints(), Wanted(channel=5))
    with pytest.raises(EmgviewError, match="nothing from 20 s"):
        mup_path(file, hints(), Wanted(start_s=20.0))


def test_interference_pattern_of_a_file(file: Path, capsys: pytest.CaptureFixture[str]) -> None:
    data = ipa_path(file, hints(), Wanted(channel=0))
    part = data["stretches"][0]
    assert part["refused"] is None
    assert len(part["points"]) == 32
    assert 80 < part["turns_per_s"] < 120  # 28 discharges a second, three or four turns each
    assert part["recruitment"]["active_units"] == 3
    assert main(["ipa", str(file), "--fs", str(FS), "--unit", "uV"]) == 0
    assert "recruitment:" in capsys.readouterr().out


def test_the_table_for_people(file: Path, capsys: pytest.CaptureFixture[str]) -> None:
    assert main(["mup", str(file), "--fs", str(FS), "--unit", "uV"]) == 0
    told = capsys.readouterr().out
    assert "3 unit(s) accepted" in told
    assert "Muscle not stated: 3 units (insufficient): not compared" in told
    assert "Channel 1: not analysed" in told


def test_evaluation_on_a_small_suite(tmp_path: Path, capsys: pytest.CaptureFixture[str]) -> None:
    suite = tmp_path / "suite.toml"
    suite.write_text(SUITE, encoding="utf-8")
    assert main(["evaluate", "--quantify", "--suite", str(suite), "--json"]) == 0
    figures = json.loads(capsys.readouterr().out)
    assert figures["version"] == "emgview-quantify-figures/1"
    assert figures["stretches"] == 1
    assert sum(row["units"] for row in figures["by_ratio"]) == 2
    assert figures["muscles"][0]["pattern"] == "not judged"
    assert main(["evaluate", "--quantify", "--suite", str(suite)]) == 0
    assert "processor time" in capsys.readouterr().out


def test_f_score_takes_a_constant_delay_out_and_counts_one_to_one() -> None:
    truth = np.arange(1.0, 5.0, 0.1)
    assert f_score(truth, truth + 0.004, 0.0015) == 1.0
    assert f_score(truth, truth[::2], 0.0015) == pytest.approx(2 / 3)
    doubled = np.sort(np.concatenate((truth, truth + 0.001)))
    assert f_score(truth, doubled, 0.0015) == pytest.approx(2 / 3)
    assert f_score(truth, np.empty(0), 0.0015) == 0.0


def test_sample_of_a_muscle_with_z_scores_and_outliers() -> None:
    """21 units of one muscle, 3 of them beyond the limits of single ones; z by hand."""
    usual = {name: None for name in MEASURES} | {"accepted": True, "duration_ms": 9.9}
    units = [usual | {"amplitude_uv": 436.0}] * 18 + [usual | {"amplitude_uv": 1500.0}] * 3
    units.append(usual | {"amplitude_uv": 90000.0, "accepted": False})
    part = {"muscle": "biceps", "side": "R", "electrode": "concentric", "units": units}
    (said,) = samples_json([part])
    assert (said["n"], said["sample"], said["reference"]) == (21, "sufficient", "knf")
    amplitude = next(one for one in said["measures"] if one["measure"] == "amplitude_uv")
    assert amplitude["mean"] == 588.0
    assert amplitude["z"] == pytest.approx((588 - 436) / 115, abs=1e-3)
    assert (amplitude["outliers_high"], amplitude["verdict"]) == (3, "raised")
    assert said["pattern"] == "enlarged"
    (few,) = samples_json([part | {"units": units[:9]}])
    assert few["sample"] == "insufficient"
    assert {one["verdict"] for one in few["measures"]} == {"not judged"}
    (unknown,) = samples_json([part | {"muscle": None}])
    assert (unknown["refused"], unknown["measures"]) == ("the muscle is not stated", [])
