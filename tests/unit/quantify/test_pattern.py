"""Interference pattern on signals whose turns can be counted, and comparisons with references."""

from __future__ import annotations

from pathlib import Path

import numpy as np
import pytest

from emgview.errors import FileError
from emgview.quantify import against_cloud, compare, fullness, pattern_of, reference_sets
from emgview.quantify.references import read_sets, sample_words

KNF = next(one for one in reference_sets() if one.id == "knf")


def sine(height: float, hz: float, fs: float = 20_000.0, seconds: float = 4.0) -> np.ndarray:
    t = np.arange(round(fs * seconds)) / fs
    return np.asarray(height * np.sin(2 * np.pi * hz * t))


@pytest.mark.parametrize("fs", [10_000.0, 20_000.0, 48_000.0])
@pytest.mark.parametrize("sign", [1, -1])
def test_turns_of_a_sine(fs: float, sign: int) -> None:
    """100 Hz: 200 turns a second, segments of twice its height."""
    found = pattern_of(sign * sine(150, 100, fs) + 20, fs)
    assert found.turns_per_s == pytest.approx(200, abs=2)
    assert found.amplitude_per_turn_uv == pytest.approx(300, rel=0.01)
    assert found.envelope_uv == pytest.approx(300, rel=0.01)
    assert found.small_segments_per_s == pytest.approx(0, abs=1)  # 5 ms long each
    assert found.peak_ratio == pytest.approx(200 / 300, rel=0.05)
    assert found.activity == pytest.approx(2 / 5, abs=0.01)  # 1 ms either side of each turn


def test_a_swing_below_the_limit_is_no_turn() -> None:
    assert pattern_of(sine(49, 100), 20_000.0).turns == 0
    assert pattern_of(sine(51, 100), 20_000.0).turns > 700
    rng = np.random.default_rng(1)
    noisy = pattern_of(sine(200, 50) + 8 * rng.standard_normal(80_000), 20_000.0)
    assert noisy.turns_per_s == pytest.approx(100, abs=2)


def test_small_segments_are_short_and_small() -> None:
    assert pattern_of(sine(150, 400), 20_000.0).small_segments_per_s == pytest.approx(800, abs=4)
    assert pattern_of(sine(1500, 400), 20_000.0).small_segments_per_s == 0


def test_fullness_and_cloud() -> None:
    assert fullness(pattern_of(np.zeros(40_000), 20_000.0)) == "none"
    assert fullness(pattern_of(sine(200, 400), 20_000.0)) == "full"
    inside = against_cloud(pattern_of(sine(175, 100), 20_000.0), "biceps")
    above = against_cloud(pattern_of(sine(1500, 100), 20_000.0), "biceps")
    assert (inside.above, inside.below, inside.abnormal) == (0, 0, False)
    assert above.above == above.points
    assert above.abnormal
    assert "[I]" in above.source
    short = against_cloud(pattern_of(sine(1500, 100, seconds=1.0), 20_000.0), "biceps")
    assert short.abnormal is None


def test_units_of_a_sample_are_counted() -> None:
    assert [sample_words(n) for n in (9, 10, 19, 20)] == [
        "insufficient",
        "limited",
        "limited",
        "sufficient",
    ]


def test_z_and_limits_of_the_biceps() -> None:
    """436 +- 115 µV, 9.9 +- 1.4 ms: a mean of 13.4 ms lies 2.5 SD above."""
    values = {"duration_ms": [13.4] * 20, "amplitude_uv": [436.0] * 20}
    found = compare(values, KNF, "biceps", electrode="concentric", age=50)
    duration = next(m for m in found.measures if m.measure == "duration_ms")
    assert duration.z == pytest.approx(2.5)
    assert duration.high == pytest.approx(12.7)
    assert duration.verdict == "raised"
    assert found.pattern == "enlarged"
    assert found.of("amplitude_uv") == "within"


def test_three_outliers_of_twenty_are_raised_two_are_not() -> None:
    def with_outliers(n: int) -> str:
        values = {"duration_ms": [9.5] * (20 - n) + [17.0] * n}
        return compare(values, KNF, "biceps").of("duration_ms")

    assert with_outliers(2) == "within"
    assert with_outliers(3) == "raised"
    few = compare({"duration_ms": [9.5] * 9 + [17.0] * 3}, KNF, "biceps")
    assert few.sample == "limited"
    assert few.of("duration_ms") == "within"


def test_nine_units_are_not_judged() -> None:
    found = compare({"duration_ms": [20.0] * 9}, KNF, "biceps")
    assert found.sample == "insufficient"
    assert found.pattern == "not judged"


def test_sets_are_not_mixed_and_say_what_they_are_not_for() -> None:
    values = {"duration_ms": [9.0] * 20}
    assert "no values" in compare(values, KNF, "tib_ant").refused
    assert compare(values, KNF, "tib_ant").pattern == "not judged"
    assert "monopolar" in compare(values, KNF, "biceps", electrode="monopolar").refused
    assert "years" in compare(values, KNF, "biceps", age=4).refused
    assert "marked by" in compare(values, KNF, "biceps", marking_rule="level_slope").remark
    assert {one.id for one in reference_sets()} == {"bischoff_1994", "carvalho_2013", "knf"}


def test_a_damaged_set_is_told_with_its_file(tmp_path: Path) -> None:
    (tmp_path / "own.toml").write_text("version = 'x'\nid = 'own'\n", encoding="utf-8")
    with pytest.raises(FileError, match=r"own\.toml"):
        read_sets(tmp_path)
