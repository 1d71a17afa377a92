"""Every measure against waveforms whose numbers can be worked out by hand.

Noise, offset, polarity and sampling rate vary; the numbers must not, within what is stated.
"""

from __future__ import annotations

from collections.abc import Callable

import numpy as np
import pytest
from numpy.typing import NDArray

from emgview.quantify import Average, Markers, measure, place_markers
from emgview.quantify.averaging import UnitWaves
from emgview.quantify.stability import stability

Float = NDArray[np.float64]
Wave = Callable[[Float], Float]

BEFORE_MS, AFTER_MS = 18.0, 45.0
RATES = (10_000.0, 20_000.0, 48_000.0)


def triangle(t_ms: Float) -> Float:
    """From -2 to 2 ms, 400 µV high."""
    return 400.0 * np.clip(1.0 - np.abs(t_ms) / 2.0, 0.0, None)


def sine(t_ms: Float) -> Float:
    """One period of 6 ms, 300 µV to either side."""
    return np.where(np.abs(t_ms) <= 3.0, 300.0 * np.sin(2 * np.pi * t_ms / 6.0), 0.0)


def polyphasic(t_ms: Float) -> Float:
    """Three periods of 3 ms: six lobes of 200 µV."""
    return np.where(np.abs(t_ms) <= 4.5, 200.0 * np.sin(2 * np.pi * t_ms / 3.0), 0.0)


def averaged(wave: Wave, fs: float, noise: float = 0.0, offset: float = 0.0) -> Average:
    before, after = round(BEFORE_MS * fs / 1000), round(AFTER_MS * fs / 1000)
    t = np.arange(-before, after + 1) * 1000 / fs
    rng = np.random.default_rng(3)
    samples = wave(t) + offset + noise * rng.standard_normal(len(t))
    return Average(samples, fs, before, offset, max(noise, 0.05), 80)


def at(onset: float, offset: float, baseline: float = 0.0) -> Markers:
    return Markers(onset, offset, baseline)


@pytest.mark.parametrize("fs", RATES)
@pytest.mark.parametrize("sign", [1.0, -1.0])
@pytest.mark.parametrize("offset", [0.0, 37.0])
def test_triangle(fs: float, sign: float, offset: float) -> None:
    """Area 1/2 x 4 ms x 400 µV = 800; thickness 2 ms; size index 2 log10(0.4) + 2 = 1.204."""
    found = measure(averaged(lambda t: sign * triangle(t), fs, 0.0, offset), at(-2, 2, offset))
    assert found.amplitude_uv == pytest.approx(400, rel=0.02)
    assert found.peak_uv == pytest.approx(sign * 400, rel=0.02)
    assert found.duration_ms == pytest.approx(4.0)
    assert found.area_uv_ms == pytest.approx(800, rel=0.02)
    assert found.thickness_ms == pytest.approx(2.0, rel=0.02)
    assert found.size_index == pytest.approx(1.204, abs=0.05)
    assert (found.phases, found.turns) == (1, 1)
    assert found.rise_ms == pytest.approx(2.0, abs=0.15)
    assert found.first_deflection == ("positive" if sign > 0 else "negative")


@pytest.mark.parametrize("fs", RATES)
@pytest.mark.parametrize("noise", [0.0, 2.0])
@pytest.mark.parametrize("sign", [1.0, -1.0])
def test_biphasic_sine(fs: float, noise: float, sign: float) -> None:
    """600 µV; area 2 x 300 x 6/pi = 1145.9; from trough to top half a period, 3 ms."""
    found = measure(averaged(lambda t: sign * sine(t), fs, noise), at(-3, 3))
    assert found.amplitude_uv == pytest.approx(600, rel=0.02)
    assert found.area_uv_ms == pytest.approx(1145.9, rel=0.02)
    assert (found.phases, found.turns) == (2, 2)
    assert found.rise_ms == pytest.approx(3.0, abs=0.3)


@pytest.mark.parametrize("fs", RATES)
@pytest.mark.parametrize("noise", [0.0, 2.0])
def test_polyphasic_sum(fs: float, noise: float) -> None:
    """400 µV, six phases and turns, area 9 ms x 200 x 2/pi = 1145.9."""
    found = measure(averaged(polyphasic, fs, noise), at(-4.5, 4.5))
    assert found.amplitude_uv == pytest.approx(400, rel=0.03)
    assert (found.phases, found.turns) == (6, 6)
    assert found.area_uv_ms == pytest.approx(1145.9, rel=0.02)
    assert found.rise_ms == pytest.approx(1.5, abs=0.2)


def test_a_turn_needs_its_swing_and_a_phase_its_height() -> None:
    """A notch of 40 µV is no turn, one of 120 µV makes two more; a lobe of 10 µV is no phase."""

    def notched(depth: float) -> Wave:
        return lambda t: triangle(t / 3.0) - depth * np.clip(1 - np.abs(t - 1.5) / 0.4, 0, None)

    assert measure(averaged(notched(40), 20_000.0), at(-6, 6)).turns == 1
    assert measure(averaged(notched(180), 20_000.0), at(-6, 6)).turns == 3
    low = measure(averaged(lambda t: triangle(t) - 10 * (np.abs(t - 4) < 1), 20_000.0), at(-2, 6))
    assert low.phases == 1


@pytest.mark.parametrize("fs", RATES)
@pytest.mark.parametrize("noise", [0.0, 1.0])
@pytest.mark.parametrize("sign", [1.0, -1.0])
@pytest.mark.parametrize("offset", [0.0, -25.0])
def test_markers_are_where_the_level_is_crossed(
    fs: float, noise: float, sign: float, offset: float
) -> None:
    """The level of a 400 µV triangle is 12 µV: 0.06 ms inside of either corner."""
    markers = place_markers(averaged(lambda t: sign * triangle(t), fs, noise, offset))
    assert markers.onset_ms == pytest.approx(-1.94, abs=0.12)
    assert markers.offset_ms == pytest.approx(1.94, abs=0.12)
    assert markers.uncertainty_ms is not None
    assert markers.uncertainty_ms < 0.3


def test_durations_are_the_same_at_all_rates() -> None:
    for wave, tolerance in ((triangle, 0.1), (sine, 0.1), (polyphasic, 0.1)):
        lengths = []
        for fs in RATES:
            markers = place_markers(averaged(wave, fs))
            lengths.append(markers.offset_ms - markers.onset_ms)
        assert max(lengths) - min(lengths) < tolerance


def test_a_low_level_crossing_is_no_end_but_a_flat_line_is() -> None:
    """A slow after-wave belongs to the potential; a spike after a flat line is a satellite."""

    def slow(t: Float) -> Float:
        after = np.where((t > 2) & (t < 12), -40 * np.sin(np.pi * (t - 2) / 10), 0.0)
        return np.asarray(triangle(t) + after)

    whole = place_markers(averaged(slow, 20_000.0, 0.3))
    assert whole.offset_ms == pytest.approx(11.0, abs=0.6)
    assert whole.satellites_ms == ()

    def linked(t: Float) -> Float:
        return np.asarray(triangle(t) + 60 * np.clip(1 - np.abs(t - 7.0), 0, None))

    average = averaged(linked, 20_000.0, 0.3)
    markers = place_markers(average)
    assert markers.offset_ms == pytest.approx(1.94, abs=0.15)
    found = measure(average, markers)
    assert len(found.satellites) == 1
    assert found.satellites[0].amplitude_uv == pytest.approx(60, rel=0.05)
    assert found.satellites[0].after_ms == pytest.approx(4.3, abs=0.3)
    assert found.amplitude_uv == pytest.approx(400, rel=0.02)


def test_a_moved_marker_changes_the_numbers_and_is_known_as_moved() -> None:
    average = averaged(triangle, 20_000.0)
    placed = place_markers(average)
    moved = placed.with_offset(0.0)
    assert moved.moved
    assert moved.uncertainty_ms is None
    assert measure(average, moved).duration_ms == pytest.approx(-placed.onset_ms)
    assert measure(average, moved).area_uv_ms == pytest.approx(400, rel=0.03)
    assert placed.with_onset(99.0).onset_ms == placed.offset_ms


def test_noise_makes_the_duration_less_certain() -> None:
    def tailed(t: Float) -> Float:
        return triangle(t) + np.where(t > 0, -30 * np.exp(-t / 6.0) * (1 - np.exp(-t)), 0.0)

    errors = [
        place_markers(averaged(tailed, 20_000.0, noise)).uncertainty_ms or 0 for noise in (0.2, 2)
    ]
    assert errors[1] > 2 * errors[0]


def singles(rows: Float, fs: float) -> UnitWaves:
    mean = rows.mean(axis=0)
    return UnitWaves(Average(mean, fs, round(BEFORE_MS * fs / 1000), 0.0, 0.3, len(rows)), rows)


def test_jiggle_and_blocking() -> None:
    """A unit that only bears noise does not jiggle; one component that fails each third time is
    blocked in a third.
    """
    fs, rng = 20_000.0, np.random.default_rng(5)
    t = np.arange(-round(18 * fs / 1000), round(45 * fs / 1000) + 1) * 1000 / fs
    noise = 5 * rng.standard_normal((60, len(t)))
    markers = at(-3, 6)
    steady = stability(singles(sine(t) + noise, fs), markers)
    late = np.array([triangle(t - 4.0 - 0.2 * rng.standard_normal()) for _ in range(60)])
    jiggling = stability(singles(sine(t) + late + noise, fs), markers)
    there = (np.arange(60) % 3 != 0)[:, np.newaxis]
    blocking = stability(singles(sine(t) + there * triangle(t - 4.0) + noise, fs), markers)
    assert steady.jiggle is not None
    assert jiggling.jiggle is not None
    assert steady.jiggle < 0.02
    assert jiggling.jiggle > 3 * steady.jiggle
    assert steady.blocking == 0.0
    assert blocking.blocking == pytest.approx(1 / 3, abs=0.03)
    assert steady.correlation is not None
    assert steady.correlation > 0.99
