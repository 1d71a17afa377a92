"""Filters, baseline noise and mains."""

from __future__ import annotations

import numpy as np
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st
from numpy.typing import NDArray

from emgview.signal.filters import (
    ChannelFilter,
    StreamingFilter,
    both_ways,
    design_band,
    design_comb,
    design_edges,
    present_runs,
    settle_samples,
)
from emgview.signal.mains import LineFit, spectrum_of
from emgview.signal.noise import block_sigma, tracked_sigma

Float = NDArray[np.float64]
Samples = NDArray[np.float32]
FS = 20_000.0


def noise(n: int, sigma: float = 1.0, seed: int = 3) -> Float:
    return sigma * np.random.default_rng(seed).standard_normal(n)


def gain_at(sections: Float | None, hz: float, fs: float = FS) -> float:
    """Measured on a sine, after the filter has settled."""
    t = np.arange(round(2 * fs)) / fs
    out = StreamingFilter(sections)(np.sin(2 * np.pi * hz * t))
    return float(np.std(out[round(fs) :]) * 2**0.5)


@settings(max_examples=30, deadline=None)
@given(cuts=st.lists(st.integers(0, 3000), max_size=12))
def test_streaming_filter_equals_one_shot_for_any_cut_points(cuts: list[int]) -> None:
    signal = noise(3000) + 40
    sections = design_band(FS, 100.0, 3000.0)
    whole = StreamingFilter(sections)(signal)
    streaming = StreamingFilter(sections)
    parts = [streaming(part) for part in np.split(signal, sorted(cuts))]
    np.testing.assert_array_equal(np.concatenate(parts), whole)


@pytest.mark.parametrize("offset_uv", [-5000.0, 0.5, 1e5])
def test_a_constant_offset_makes_no_transient(offset_uv: float) -> None:
    out = StreamingFilter(design_band(FS, 20.0, None))(np.full(4000, offset_uv))
    assert np.abs(out).max() < 1e-6 * abs(offset_uv)


def test_a_low_pass_passes_the_offset_from_the_first_sample() -> None:
    out = StreamingFilter(design_band(FS, None, 20.0))(np.full(500, 300.0))
    np.testing.assert_allclose(out, 300.0, rtol=1e-9)


def test_band_has_its_corners_at_minus_three_decibel() -> None:
    sections = design_band(FS, 100.0, 3000.0)
    assert gain_at(sections, 100.0) == pytest.approx(2**-0.5, abs=0.02)
    assert gain_at(sections, 3000.0) == pytest.approx(2**-0.5, abs=0.02)
    assert gain_at(sections, 600.0) == pytest.approx(1.0, abs=0.01)
    assert gain_at(sections, 10.0) < 0.02


def test_a_low_pass_that_the_rate_cannot_hold_is_left_out() -> None:
    assert design_band(4000.0, None, 3000.0) is None
    high_pass_alone = design_band(4000.0, 20.0, None)
    np.testing.assert_array_equal(design_band(4000.0, 20.0, 1800.0), high_pass_alone)


def test_no_sections_pass_the_signal_through() -> None:
    signal = noise(50)
    np.testing.assert_array_equal(StreamingFilter(None)(signal), signal)
    assert StreamingFilter(design_band(FS, 20.0, None))(np.empty(0)).size == 0


# -- filters of the view -----------------------------------------------------------------------


def test_the_comb_takes_its_lines_and_leaves_what_lies_between() -> None:
    sections = design_comb(FS, 50.0, 3, 2.0)
    assert len(sections) == 3
    for line in (50.0, 100.0, 150.0):
        assert gain_at(sections, line) < 0.05
    for beside in (45.0, 75.0, 145.0, 200.0):
        assert gain_at(sections, beside) > 0.95


def test_the_comb_is_minus_three_decibel_at_the_edges_of_its_width() -> None:
    sections = design_comb(2000.0, 60.0, 1, 2.0)
    for edge in (59.0, 61.0):
        assert gain_at(sections, edge, 2000.0) == pytest.approx(2**-0.5, abs=0.03)


def test_harmonics_that_the_rate_does_not_hold_are_left_out() -> None:
    assert len(design_comb(1000.0, 60.0, 20, 2.0)) == 7  # 420 Hz is the last below 450 Hz
    assert design_comb(100.0, 50.0, 5, 2.0).shape == (0, 6)


@pytest.mark.parametrize(("high", "low"), [(0.5, None), (20.0, 3000.0), (None, 8000.0)])
def test_the_edges_have_their_corners_where_it_is_said(
    high: float | None, low: float | None
) -> None:
    sections = design_edges(FS, high, low)
    for corner in (high, low):
        if corner is not None:
            assert response(sections, corner) == pytest.approx(2**-0.5, abs=1e-3)


@pytest.mark.parametrize(("high", "low"), [(0.5, None), (20.0, 3000.0), (None, 8900.0)])
def test_passed_both_ways_the_corners_are_at_the_same_places(
    high: float | None, low: float | None
) -> None:
    """Passed twice without being moved, the stated corner was at -6 dB."""
    sections = design_edges(FS, high, low, twice=True)
    for corner in (high, low):
        if corner is not None:
            assert response(sections, corner) ** 2 == pytest.approx(2**-0.5, abs=1e-3)


def response(sections: Float, hz: float) -> float:
    from scipy.signal import sosfreqz

    return float(abs(sosfreqz(sections, [hz], fs=FS)[1][0]))


def channels(n: int, n_channels: int = 3) -> Samples:
    return (noise(n * n_channels, 30.0) + 500).reshape(n, n_channels).astype(np.float32)


BANDS = design_edges(FS, 20.0, 3000.0)


def test_all_channels_are_filtered_as_each_by_itself() -> None:
    samples = channels(4000)
    out = ChannelFilter(BANDS, 3)(samples)
    for c in range(3):
        alone = StreamingFilter(BANDS)(samples[:, c].astype(np.float64))
        np.testing.assert_allclose(out[:, c], alone, atol=1e-4)


@settings(max_examples=40, deadline=None)
@given(data=st.data())
def test_cut_points_do_not_matter_whatever_is_missing(data: st.DataObject) -> None:
    samples = channels(600)
    for _ in range(data.draw(st.integers(0, 4))):
        a, b = sorted(data.draw(st.tuples(st.integers(0, 600), st.integers(0, 600))))
        which = data.draw(st.sampled_from([slice(None), slice(0, 1), slice(1, 3)]))
        samples[a:b, which] = np.nan
    whole = ChannelFilter(BANDS, 3)(samples)
    streaming = ChannelFilter(BANDS, 3)
    parts = []
    for part in np.split(samples, sorted(data.draw(st.lists(st.integers(0, 600), max_size=6)))):
        parts.append(streaming(part))
        streaming = streaming.copy()
    np.testing.assert_allclose(np.concatenate(parts), whole, atol=1e-4)
    np.testing.assert_array_equal(np.isnan(whole), np.isnan(samples))


def test_a_copy_goes_on_by_itself() -> None:
    samples = channels(200)
    first = ChannelFilter(BANDS, 3)
    first(samples[:100])
    second = first.copy()
    expected = first(samples[100:])
    first(samples)
    np.testing.assert_array_equal(second(samples[100:]), expected)


def test_behind_a_gap_the_filter_starts_at_the_new_offset() -> None:
    samples = np.full((3000, 2), 500.0, np.float32)
    samples[1000:1500] = np.nan
    samples[1500:] = -900.0
    out = ChannelFilter(design_edges(FS, 20.0, None), 2)(samples)
    assert np.nanmax(np.abs(out)) < 1e-3


def test_both_ways_leaves_a_peak_where_it_is() -> None:
    t = np.arange(4000) / FS
    peak = (300 * np.exp(-(((t - 0.1) / 0.002) ** 2))).astype(np.float32)[:, np.newaxis]
    there = both_ways(design_edges(FS, None, 500.0, twice=True), peak)
    assert int(np.argmax(there)) == 2000
    once = ChannelFilter(design_edges(FS, None, 500.0), 1)(peak)
    assert int(np.argmax(once)) > 2000


@pytest.mark.parametrize("corner", [0.5, 20.0, 500.0])
def test_after_the_run_in_so_little_of_a_wrong_start_is_left(corner: float) -> None:
    sections = design_edges(FS, corner, None)
    n = settle_samples(sections, 1e-8)
    samples = np.zeros((n + 400, 1), np.float32)
    samples[0] = 1e5
    assert np.abs(ChannelFilter(sections, 1)(samples)[n:]).max() < 1e5 * 1e-8 * 2
    assert settle_samples(np.empty((0, 6)), 1e-8) == 0


def test_runs_of_what_is_there() -> None:
    missing = np.array([True, False, False, True, False])
    assert present_runs(missing) == [(1, 3), (4, 5)]
    assert present_runs(np.array([True])) == []


# -- noise -----------------------------------------------------------------------------------


@pytest.mark.parametrize("sigma", [0.5, 4.0, 30.0])
def test_block_sigma_is_the_standard_deviation_of_gaussian_noise(sigma: float) -> None:
    levels = block_sigma(noise(200_000, sigma), 1000)
    assert levels.shape == (200,)
    assert np.mean(levels) == pytest.approx(sigma, rel=0.03)


def test_spikes_in_a_tenth_of_the_samples_move_block_sigma_little() -> None:
    signal = noise(50_000, 4.0)
    signal[::10] += 2000.0
    assert np.mean(block_sigma(signal, 1000)) == pytest.approx(4.0, rel=0.2)
    assert np.std(signal) > 500


def test_a_rest_shorter_than_a_block_is_left_out() -> None:
    assert block_sigma(np.ones(2999), 1000).shape == (2,)
    assert block_sigma(np.ones(999), 1000).shape == (0,)


def test_tracked_sigma_stays_at_the_baseline_while_discharges_fill_the_rest() -> None:
    levels = [4.0] * 30 + [90.0] * 60 + [4.0] * 10
    assert tracked_sigma(levels, 60, 100, 40, 0.2) == pytest.approx(4.0)


def test_tracked_sigma_looks_only_at_its_neighbourhood() -> None:
    levels = [1.0] * 50 + [10.0] * 50
    assert tracked_sigma(levels, 10, 5, 5, 0.2) == 1.0
    assert tracked_sigma(levels, 90, 5, 5, 0.2) == 10.0
    assert tracked_sigma(levels, 0, 5, 5, 0.2) == 1.0


# -- mains -----------------------------------------------------------------------------------


def line(hz: float, heights: tuple[float, ...], n: int = 20_000) -> Float:
    t = np.arange(n) / FS
    parts = (h * np.sin(2 * np.pi * hz * (k + 1) * t + k) for k, h in enumerate(heights))
    return np.asarray(sum(parts))


@pytest.mark.parametrize("hz", [50.0, 60.0])
@pytest.mark.parametrize("heights", [(40.0,), (30.0, 10.0, 8.0, 4.0)])
def test_line_fit_measures_and_removes_mains_with_harmonics(
    hz: float, heights: tuple[float, ...]
) -> None:
    mains = line(hz, heights)
    fit = LineFit(FS, 20_000, hz, 20)
    spectrum, total = spectrum_of(mains + noise(20_000, 3.0))
    expected = sum(h**2 / 2 for h in heights)
    assert fit.power(spectrum) == pytest.approx(expected, rel=0.05)
    # mean square around the median, which harmonics pull away from zero
    assert expected < total < 1.2 * (expected + 9)
    left = mains - fit.waveform(spectrum)
    assert np.std(left) < 0.05 * np.std(mains)


def test_line_fit_at_the_wrong_frequency_finds_almost_nothing() -> None:
    spectrum, total = spectrum_of(line(60.0, (40.0,)))
    assert LineFit(FS, 20_000, 50.0, 4).power(spectrum) < 0.01 * total


@pytest.mark.parametrize(("spikes_per_s", "most_uv"), [(10.7, 15.0), (10.0, 45.0)])
def test_line_fit_does_not_eat_spikes(spikes_per_s: float, most_uv: float) -> None:
    """Spikes of 900 µV on mains of 30 µV: what is taken off is the mains, and little of a spike.

    A train that keeps step with the line for the whole second is the worst case: its own
    harmonics are taken too, yet under 5 % of its height.
    """
    mains = line(50.0, (30.0,))
    signal = mains + noise(20_000, 3.0)
    for start in np.arange(1000, 19_900, 20_000 / spikes_per_s).astype(int):
        signal[start : start + 40] += 900 * np.hanning(40)
    spectrum, _ = spectrum_of(signal)
    taken = LineFit(FS, 20_000, 50.0, 20).waveform(spectrum)
    assert np.abs(taken - mains).max() < most_uv


@pytest.mark.parametrize(("fs", "n"), [(FS, 20_000), (2048.0, 2048), (1111.0, 1112)])
@pytest.mark.parametrize("hz", [50.0, 60.0])
def test_the_quick_power_is_the_power(fs: float, n: int, hz: float) -> None:
    fit = LineFit(fs, n, hz, 20)
    t = np.arange(n) / fs
    windows = np.stack([noise(n, 3.0), 20 * np.sin(2 * np.pi * hz * t) + noise(n, 3.0)])
    wanted = [fit.power(np.fft.rfft(window)) for window in windows]
    assert fit.quick_power(windows) == pytest.approx(wanted, rel=1e-9)


def test_channels_are_filtered_together_as_each_by_itself() -> None:
    rows = np.random.default_rng(1).normal(50, 10, (5, 3000))
    together = StreamingFilter(BANDS)
    found = np.concatenate([together(rows[:, :700]), together(rows[:, 700:])], axis=1)
    for row, one in zip(rows, found, strict=True):
        np.testing.assert_array_equal(StreamingFilter(BANDS)(row), one)


def test_harmonics_that_the_rate_cannot_hold_are_left_out() -> None:
    fit = LineFit(1000.0, 1000, 50.0, 20)
    spectrum, _ = spectrum_of(noise(1000))
    assert fit.waveform(spectrum).shape == (1000,)
    assert np.isfinite(fit.power(spectrum))


def test_a_constant_window_holds_no_mains() -> None:
    spectrum, total = spectrum_of(np.full(20_000, 77.0))
    assert total == 0.0
    assert LineFit(FS, 20_000, 50.0, 20).power(spectrum) == pytest.approx(0.0, abs=1e-9)
