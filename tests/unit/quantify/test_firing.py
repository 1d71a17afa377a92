"""Firing statistics, bursts and correlograms on trains whose numbers are known."""

from __future__ import annotations

import numpy as np
import pytest

from emgview.errors import EmgviewError
from emgview.quantify import (
    autocorrelogram,
    bursts,
    cross_correlogram,
    firing,
    instantaneous_rate,
    recruitment,
)
from emgview.quantify.trains import beat, missing, superfluous


def test_a_clock() -> None:
    found = firing(np.arange(0, 10, 0.1))
    assert found.rate_hz == pytest.approx(10)
    assert found.cv == pytest.approx(0, abs=1e-9)
    assert found.lv == pytest.approx(0, abs=1e-9)
    assert found.pauses == 0


def test_alternating_intervals() -> None:
    """80 and 120 ms by turns: CV 0.2; Lv 3 (40/200)^2 = 0.12."""
    found = firing(np.cumsum([0.08, 0.12] * 200))
    assert found.cv == pytest.approx(0.2, rel=0.01)
    assert found.lv == pytest.approx(0.12, rel=0.01)


def test_drift_is_taken_out() -> None:
    """Intervals from 60 to 180 ms without any noise: much variation, none about the trend."""
    found = firing(np.cumsum(np.linspace(0.06, 0.18, 60)))
    assert found.cv is not None
    assert found.cv_detrended is not None
    assert found.cv > 0.2
    assert found.cv_detrended < 1e-6
    rng = np.random.default_rng(1)
    noisy = firing(np.cumsum(np.linspace(0.08, 0.12, 400) + 0.01 * rng.standard_normal(400)))
    assert noisy.cv_detrended == pytest.approx(0.1, rel=0.15)


def test_a_pause_does_not_spoil_rate_and_variation() -> None:
    times = np.concatenate((np.arange(0, 3, 0.1), np.arange(5, 8, 0.1)))
    found = firing(times)
    assert found.pauses == 1
    assert found.cv == pytest.approx(0, abs=1e-9)
    assert found.rate_hz == pytest.approx(10)


def test_too_few_discharges_say_nothing() -> None:
    assert firing(np.array([1.0])).rate_hz is None
    assert firing(np.array([1.0, 1.1, 1.2])).cv is None


def test_instantaneous_rate() -> None:
    middle, rate = instantaneous_rate(np.array([0.0, 0.1, 0.3]))
    assert middle.tolist() == pytest.approx([0.05, 0.2])
    assert rate.tolist() == pytest.approx([10, 5])


def test_bursts() -> None:
    """Three bursts of 4 at 50 Hz, a second apart, and one discharge alone."""
    times = np.concatenate([k + np.arange(4) * 0.02 for k in range(3)] + [np.array([7.0])])
    found = bursts(times, 0.1)
    assert [one.n for one in found.bursts] == [4, 4, 4]
    assert found.bursts[0].inside_hz == pytest.approx(50)
    assert found.alone == 1
    assert found.interval_s == pytest.approx(1.0)
    assert found.interval_cv == pytest.approx(0, abs=1e-9)


def test_cross_correlogram_finds_a_fixed_delay_and_nothing_in_chance() -> None:
    rng = np.random.default_rng(2)
    first = np.sort(rng.uniform(0, 100, 400))
    chance = cross_correlogram(first, np.sort(rng.uniform(0, 100, 400)), 100.0)
    linked = cross_correlogram(first, first + 0.032, 100.0)
    assert chance.peaks_s == ()
    assert linked.peaks_s == pytest.approx((0.032,))
    assert linked.counts.max() == pytest.approx(400, abs=4)
    assert chance.expected[100] == pytest.approx(400 * 400 * 0.001 / 100, rel=0.01)


def test_autocorrelogram_of_doublets_leaves_the_discharge_itself_out() -> None:
    singles = np.cumsum(np.random.default_rng(3).uniform(0.3, 0.9, 80))
    times = np.sort(np.concatenate((singles, singles + 0.005)))
    found = autocorrelogram(times, float(times[-1]))
    assert found.counts[100] == 0
    assert found.peaks_s == pytest.approx((-0.005, 0.005))
    with pytest.raises(EmgviewError):
        autocorrelogram(times, 0.0)


def test_beat_sees_through_missed_and_false_discharges() -> None:
    times = np.delete(np.arange(0, 10, 0.1), [7, 20, 21, 55])
    usual = beat(times)
    assert usual is not None
    assert usual.interval_s == pytest.approx(0.1)
    places = [round(place, 3) for place, _ in missing(times, usual)]
    assert places == pytest.approx([0.7, 2.0, 2.1, 5.5])
    more = np.sort(np.append(np.arange(0, 10, 0.1), 3.03))
    gains = np.where(np.isclose(more, 3.03), 0.4, 1.0)
    again = beat(more)
    assert again is not None
    assert [more[k] for k in superfluous(more, gains, again)] == pytest.approx([3.03])


def test_recruitment() -> None:
    """The first unit at 12 Hz before the second appears: reduced in a limb, not in a face."""
    first = np.arange(0, 6, 1 / 12)
    second = np.arange(3, 6, 1 / 8)
    limb = recruitment([first, second])
    assert limb.first_hz == pytest.approx(12, rel=0.01)
    assert limb.words == "reduced"
    assert limb.ratio == pytest.approx(6, rel=0.01)
    assert recruitment([first, second], face=True).words == "normal"
    assert recruitment([first]).words == "not stated"
    said = limb.overridden("normal")
    assert said.reader
    assert said.words == "normal"
    with pytest.raises(ValueError, match="none of"):
        limb.overridden("denervated")
