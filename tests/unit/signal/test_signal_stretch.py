"""Measures of a stretch against signals of which they are known."""

from __future__ import annotations

import numpy as np
import pytest

from emgview.signal.stretch import measure_rate, measure_stretch, spectrum

FS = 10_000.0


def sine(uv: float, hz: float, seconds: float = 1.0, offset: float = 0.0) -> np.ndarray:
    t = np.arange(round(seconds * FS)) / FS
    return (uv * np.sin(2 * np.pi * hz * t) + offset).astype(np.float32)


def test_a_sine_has_the_rms_of_its_amplitude_over_root_two() -> None:
    found = measure_stretch(sine(100, 50, offset=30), FS)
    assert found.rms_uv == pytest.approx(100 / np.sqrt(2), rel=1e-4)
    assert found.peak_to_peak_uv == pytest.approx(200, rel=1e-4)
    assert found.mean_uv == pytest.approx(30, abs=0.01)
    assert found.seconds == 1.0
    assert found.missing_s == 0


def test_gaps_are_left_out_and_said() -> None:
    samples = sine(100, 50)
    samples[2000:4000] = np.nan
    found = measure_stretch(samples, FS)
    assert found.missing_s == pytest.approx(0.2)
    assert found.rms_uv == pytest.approx(100 / np.sqrt(2), rel=1e-3)


def test_a_stretch_without_signal_has_no_numbers() -> None:
    found = measure_stretch(np.full(100, np.nan, np.float32), FS)
    assert found.rms_uv is None
    assert found.missing_s == found.seconds


def test_a_regular_train_has_its_rate_and_no_variation() -> None:
    found = measure_rate(np.arange(0, 100_000, 1000), 10.0, FS)
    assert found.n == 100
    assert found.per_second == 10
    assert found.mean_rate_hz == pytest.approx(10)
    assert found.interval_cv == pytest.approx(0)


def test_an_irregular_train_has_the_variation_of_its_intervals() -> None:
    intervals = np.random.default_rng(1).normal(1000, 200, 5000).round().astype(np.int64)
    peaks = np.cumsum(intervals)
    found = measure_rate(peaks, float(peaks[-1] / FS), FS)
    assert found.interval_cv == pytest.approx(0.2, abs=0.01)


@pytest.mark.parametrize("n", [0, 1, 2])
def test_few_potentials_state_no_more_than_they_can(n: int) -> None:
    found = measure_rate(np.arange(n) * 1000, 1.0, FS)
    assert (found.mean_rate_hz is None) == (n < 2)
    assert found.interval_cv is None


def test_the_spectrum_peaks_where_the_signal_is_and_holds_its_power() -> None:
    hz, power = spectrum(sine(100, 200, 4.0), FS)
    assert hz[power.argmax()] == pytest.approx(200, abs=2)
    assert np.trapezoid(power, hz) == pytest.approx(100**2 / 2, rel=0.02)
