"""Measures of one potential, on shapes whose measures are known."""

from __future__ import annotations

import numpy as np
import pytest
from numpy.typing import NDArray

from emgview.signal.waveform import WaveformMeasures, measure

Float = NDArray[np.float64]
FS = 20_000.0
PER_MS = 20
ANCHOR = 400


def lobed(*parts: tuple[float, float, float]) -> Float:
    """Half sine lobes ``(start_ms, length_ms, height)`` counted from the anchor; else zero."""
    wave = np.zeros(1600)
    for start_ms, length_ms, height in parts:
        a, n = ANCHOR + round(start_ms * PER_MS), round(length_ms * PER_MS)
        wave[a : a + n] += height * np.sin(np.pi * (np.arange(n) + 0.5) / n)
    return wave


def measured(wave: Float, anchor: int = ANCHOR, noise_uv: float = 0.0) -> WaveformMeasures:
    return measure(wave, anchor, FS, noise_uv, 0.06, 1.0)


def test_a_triphasic_potential_has_three_phases_its_length_and_peak_to_peak_amplitude() -> None:
    m = measured(lobed((-3, 2, 100), (-1, 2, -300), (1, 4, 150)))
    assert m.n_phases == 3
    assert m.first_deflection == "positive"
    assert m.amplitude_uv == pytest.approx(450, rel=0.01)
    level = 0.06 * 450  # so much of the height peak to peak ends it: lobes of 100 and 150 µV
    hidden = 2 * np.arcsin(level / 100) / np.pi + 4 * np.arcsin(level / 150) / np.pi
    assert m.duration_ms == pytest.approx(8.0 - hidden, abs=0.1)
    assert m.peak_uv == pytest.approx(-300, rel=0.01)
    assert abs(m.peak - ANCHOR) <= 1


@pytest.mark.parametrize(("sign", "name"), [(1.0, "positive"), (-1.0, "negative")])
def test_first_deflection_is_the_sign_of_the_first_lobe_in_the_data(sign: float, name: str) -> None:
    m = measured(sign * lobed((-1, 1, 60), (0, 1, -200)))
    assert m.first_deflection == name


@pytest.mark.parametrize("n", [1, 2, 4, 5, 7])
def test_every_lobe_is_a_phase(n: int) -> None:
    """Five phases and more are what makes a potential complex."""
    parts = [(float(k), 1.0, 200.0 * (-1) ** k) for k in range(n)]
    m = measured(lobed(*parts))
    assert m.n_phases == n
    assert m.duration_ms == pytest.approx(n, abs=0.15)


def test_lobes_below_the_floor_or_the_noise_do_not_count() -> None:
    wave = lobed((-2, 1, 8), (-1, 2, -300))
    assert measured(wave).n_phases == 1
    wave = lobed((-2, 1, 40), (-1, 2, -300))
    assert measured(wave).n_phases == 2
    assert measured(wave, noise_uv=15.0).n_phases == 1


def test_a_satellite_behind_a_flat_line_does_not_lengthen_the_potential() -> None:
    """A satellite is parted from the potential by more than 1 ms of flat line."""
    m = measured(lobed((-1, 2, -300), (4, 2, -100)))
    assert m.duration_ms == pytest.approx(2.0, abs=0.2)
    joined = measured(lobed((-1, 2, -300), (1.5, 2, -100)))
    assert joined.duration_ms == pytest.approx(4.5, abs=0.3)


def test_low_lobes_between_higher_ones_are_no_flat_line() -> None:
    """A tall spike hid the lobes behind it: the unit was as short as a fibre, its satellite lost.

    Lobes of 40 µV are lower than 0.06 of 900 µV, but no line is flat that moves by so much.
    """
    low = [(1.0 + 0.5 * k, 0.5, 40.0 * (-1) ** k) for k in range(6)]
    m = measured(lobed((-1, 1, 300), (0, 1, -600), *low, (4, 1.5, 80)), noise_uv=1.0)
    assert m.duration_ms == pytest.approx(6.0, abs=0.6)
    assert m.n_phases == 3


@pytest.mark.parametrize("noise_uv", [0.5, 4.0])
def test_the_low_tail_that_a_filter_leaves_is_a_flat_line(noise_uv: float) -> None:
    """Two discharges of one unit were one potential: the tail of the first lay between them."""
    wave = lobed((-1, 1, 300), (0, 1, -500), (10, 1, 300), (11, 1, -500))
    wave[ANCHOR + PER_MS :] -= 24 * np.exp(-np.arange(1600 - ANCHOR - PER_MS) / (8 * PER_MS))
    wave += noise_uv * np.random.default_rng(4).standard_normal(1600)
    assert measured(wave, noise_uv=noise_uv).duration_ms == pytest.approx(2.0, abs=0.3)


def test_noise_does_not_shorten_the_outer_lobes() -> None:
    """They had to exceed the noise at their very ends: a potential was the shorter for it."""
    wave = lobed((-3, 2, 100), (-1, 2, -300), (1, 4, 150))
    ends = [measured(wave, noise_uv=noise) for noise in (0.0, 8.0)]
    assert ends[0].duration_ms == pytest.approx(ends[1].duration_ms, abs=0.05)


def test_a_notch_in_a_lobe_adds_turns_but_no_phase() -> None:
    wave = lobed((-3, 6, -300))
    wave[ANCHOR - 8 : ANCHOR + 8] += 150
    m = measured(wave)
    assert m.n_phases == 1
    assert m.n_turns >= 3


def test_the_largest_deflection_may_lie_beside_the_anchor() -> None:
    wave = lobed((-1, 2, -300))
    for shift in (-20, 20):
        assert measured(wave, ANCHOR + shift).peak == pytest.approx(ANCHOR, abs=1)


def sharp_wave(tail_uv: float, tail_ms: float) -> Float:
    return lobed((-1, 2, 300), (1, tail_ms, tail_uv))


def test_a_positive_sharp_wave_has_a_long_tail() -> None:
    m = measured(sharp_wave(-100, 12))
    assert m.first_deflection == "positive"
    assert m.peak_uv > 0
    # the ends of the tail lie below the floor of 6 % of 300 µV
    assert 4.5 < m.tail_ratio < 6.2
    assert m.main_width_ms == pytest.approx(2.0 * 2 / 3, abs=0.15)


def test_the_turned_over_wave_and_one_without_a_tail_have_no_tail_ratio() -> None:
    assert measured(-sharp_wave(-100, 12)).tail_ratio == 0.0
    assert measured(lobed((-1, 2, 300))).tail_ratio == 0.0
    assert measured(sharp_wave(-5, 12)).tail_ratio == 0.0


def test_a_spike_with_a_short_second_phase_is_no_sharp_wave() -> None:
    assert measured(sharp_wave(-200, 2)).tail_ratio == pytest.approx(1.0, abs=0.2)


@pytest.mark.parametrize("step_uv", [500.0, -500.0])
@pytest.mark.parametrize("decay_ms", [5.0, 20.0])
def test_a_step_with_one_sided_decay_has_the_flank_of_the_step(
    step_uv: float, decay_ms: float
) -> None:
    """The flank lies before the onset's first sample: leaving it out took the decay for it.

    An electrode pop rises in less than 0.2 ms and was therefore called a fasciculation potential.
    """
    wave = np.zeros(1600)
    wave[ANCHOR:] = step_uv * np.exp(-np.arange(1200) / (decay_ms * PER_MS))
    m = measured(wave)
    assert m.rise_ms <= 0.1
    assert m.peak == m.onset == ANCHOR
    assert m.n_phases == 1
    # 0.06 of the peak is reached after 2.8 time constants
    assert m.duration_ms == pytest.approx(2.81 * decay_ms, rel=0.05)


def test_rise_of_a_half_sine_is_that_of_its_flank() -> None:
    # steepest change of a half sine of 4 ms: pi/4 a millisecond; 80 % of the peak in 1.02 ms
    assert measured(lobed((-2, 4, -300))).rise_ms == pytest.approx(1.02, rel=0.1)


@pytest.mark.parametrize("anchor", [0, 3, 1596, 1599])
def test_a_potential_cut_off_at_the_edge_is_measured_without_error(anchor: int) -> None:
    wave = np.zeros(1600)
    wave[max(anchor - 20, 0) : anchor + 20] = -100.0
    m = measured(wave, anchor)
    assert 0 <= m.onset <= m.peak < m.offset <= 1600


def test_a_flat_stretch_gives_nothing_but_one_sample() -> None:
    m = measured(np.zeros(1600))
    assert (m.amplitude_uv, m.n_phases, m.first_deflection) == (0.0, 0, "unclear")
    assert m.offset - m.onset == 1
