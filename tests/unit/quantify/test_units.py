"""Units of a stretch against signals put together by hand; refusals with their reasons."""

from __future__ import annotations

from dataclasses import replace
from functools import cache

import numpy as np
import pytest
from numpy.typing import NDArray

from emgview.errors import CancelledError
from emgview.model import Channel, Progress
from emgview.quantify import Markers, StretchUnits, default_marking, units_of, why_no_duration
from emgview.quantify.averaging import UnitWaves
from emgview.quantify.decomposition import _moved
from emgview.quantify.matching import Matcher
from emgview.quantify.peaks import peak_places, running_max
from emgview.quantify.stability import stability
from emgview.session.evaluating_quantify import f_score
from tests.unit.quantify.trains import KnownUnit, contraction

CHANNEL = Channel("EMG", high_pass_hz=5.0)
FS = 20_000.0


@cache
def analysed(n_units: int, fs: float) -> tuple[StretchUnits, list[KnownUnit]]:
    signal, truth = contraction(n_units, fs)
    return units_of(signal, fs, CHANNEL), truth


@pytest.mark.parametrize("fs", [10_000.0, FS, 48_000.0])
def test_four_units_are_found_with_their_discharges_and_amplitudes(fs: float) -> None:
    found, truth = analysed(4, fs)
    accepted = [one for one in found.units if one.accepted]
    assert found.refused is None
    assert found.analysed_s == 10.0
    assert len(accepted) == 4
    for unit in truth:
        best = max(accepted, key=lambda one: f_score(unit.times_s, one.places / fs, 0.0015))
        assert f_score(unit.times_s, best.places / fs, 0.0015) >= 0.94
        assert best.measures.amplitude_uv == pytest.approx(unit.amplitude_uv, rel=0.05)


def test_numbers_are_the_same_at_all_rates() -> None:
    """Amplitude within 3 %, duration within 0.7 ms, equal phases."""
    rows = [
        [(u.measures.amplitude_uv, u.measures.duration_ms, u.measures.phases) for u in units]
        for units in (
            [u for u in analysed(4, fs)[0].units if u.accepted] for fs in (10_000.0, FS, 48_000.0)
        )
    ]
    for one, two, three in zip(*rows, strict=True):
        assert one[0] == pytest.approx(two[0], rel=0.03)
        assert three[0] == pytest.approx(two[0], rel=0.03)
        assert one[1] == pytest.approx(two[1], abs=0.7)
        assert three[1] == pytest.approx(two[1], abs=0.7)
        assert one[2] == two[2] == three[2]


def test_polarity_and_offset_do_not_matter() -> None:
    signal, _ = contraction(3, FS)
    plain = units_of(signal, FS, CHANNEL)
    turned = units_of(-signal + 40.0, FS, CHANNEL)
    assert [len(u.places) for u in plain.units] == [len(u.places) for u in turned.units]
    for one, two in zip(plain.units, turned.units, strict=True):
        assert one.measures.amplitude_uv == pytest.approx(two.measures.amplitude_uv, rel=1e-3)
        assert one.measures.duration_ms == pytest.approx(two.measures.duration_ms, abs=0.05)
        assert one.measures.peak_uv == pytest.approx(-two.measures.peak_uv, rel=1e-3)


def test_the_noise_of_an_average_is_known() -> None:
    """About the noise over the root of the number of discharges."""
    found, _ = analysed(3, FS)
    for unit in found.units:
        expected = 6.0 / len(unit.places) ** 0.5
        assert unit.waves.average.noise_uv == pytest.approx(expected, rel=0.5)
        assert unit.waves.singles.shape == (len(unit.places), len(unit.waves.average.samples))
        assert 5.0 < unit.residual_uv < 0.1 * unit.measures.amplitude_uv


def test_moved_markers_give_their_numbers_at_once() -> None:
    unit = analysed(3, FS)[0].units[0]
    moved = unit.remeasured(Markers(-1.0, 1.0, unit.markers.baseline_uv, moved=True))
    assert moved.measures.duration_ms == pytest.approx(2.0)
    assert moved.measures.area_uv_ms < unit.measures.area_uv_ms
    assert moved.number == unit.number


def refused(signal: NDArray[np.float64], channel: Channel = CHANNEL, fs: float = FS) -> str:
    found = units_of(signal, fs, channel)
    assert found.units == ()
    assert found.analysed_s == 0.0
    return found.refused or ""


def test_moved_markers_give_the_stability_of_what_lies_between_them() -> None:
    """The steady first half of a potential whose second half comes and goes."""
    rows = np.tile(np.hanning(400), (40, 1)) * 500
    rows[::2, 200:] *= 0.2
    noise = 2.0 * np.random.default_rng(1).standard_normal(rows.shape)
    quiet = 2.0 * np.random.default_rng(2).standard_normal((40, 200))
    singles = np.hstack((quiet, rows + noise, quiet))
    unit = replace(analysed(1, FS)[0].units[0], waves=waves_of(singles, anchor=300))
    whole = unit.remeasured(Markers(-5.0, 15.0, 0.0, (), None))
    first = unit.remeasured(Markers(-5.0, 4.5, 0.0, (), None))
    assert whole.stability.jiggle is not None
    assert first.stability.jiggle is not None
    assert whole.stability.jiggle > 0.3
    assert first.stability.jiggle < 0.05
    assert whole.stability == stability(whole.waves, whole.markers)


def waves_of(singles: NDArray[np.float64], anchor: int) -> UnitWaves:
    """Single discharges and their mean, with the moment of the discharge at ``anchor``."""
    known = analysed(1, FS)[0].units[0].waves
    average = replace(known.average, samples=singles.mean(axis=0), anchor=anchor)
    return replace(known, singles=singles, average=average)


def test_bad_stretches_are_refused_with_the_reason() -> None:
    signal, _ = contraction(3, FS, seconds=5.0)
    t = np.arange(len(signal)) / FS
    assert "limit" in refused(np.clip(signal, -250, 250))
    assert "50 Hz" in refused(signal + 300 * np.sin(2 * np.pi * 50 * t))
    assert "60 Hz" in refused(signal + 300 * np.sin(2 * np.pi * 60 * t))
    assert "moved" in refused(signal + 3000 * np.exp(-(((t - 2) / 0.2) ** 2)))
    assert "stands still" in refused(np.full(len(signal), 3.0))
    assert "long" in refused(signal[: round(0.5 * FS)])
    assert "not electrical" in refused(signal, Channel("Force", unit="N"))
    assert "sampled" in refused(signal[::20], fs=FS / 20)


def test_too_many_units_are_refused() -> None:
    """Two hundred potentials of all sizes a second are nobody's trains."""
    rng = np.random.default_rng(4)
    signal = np.zeros(round(5 * FS))
    t = (np.arange(-100, 200)) / FS * 1000
    for place in rng.integers(200, len(signal) - 400, 2500):
        width, size = rng.uniform(0.2, 0.8), rng.uniform(150, 900)
        wave = -size * (1 - (t / width) ** 2) * np.exp(-0.5 * (t / width) ** 2)
        signal[place - 100 : place + 200] += wave
    assert "too many units" in refused(signal + 5 * rng.standard_normal(len(signal)))


def test_noise_alone_holds_no_unit() -> None:
    noise = 8 * np.random.default_rng(6).standard_normal(round(5 * FS))
    assert "no unit" in refused(noise)


def test_durations_need_a_low_corner_and_enough_samples() -> None:
    validity = default_marking().validity
    assert "20 Hz" in why_no_duration(Channel("a", high_pass_hz=20.0), FS, validity)
    assert "4000 Hz" in why_no_duration(Channel("a", high_pass_hz=2.0), 4000.0, validity)
    assert why_no_duration(Channel("a", high_pass_hz=10.0), 10_000.0, validity) == ""


def test_an_unsteady_unit_is_told_by_its_blocking_not_refused() -> None:
    """A late component that fails in a third of the discharges."""
    rng = np.random.default_rng(8)
    signal, truth = contraction(1, FS, noise=4.0)
    t = np.arange(len(signal)) / FS
    for place in truth[0].times_s:
        if rng.random() > 1 / 3:
            a, b = round((place + 0.002) * FS), round((place + 0.007) * FS)
            signal[a:b] -= 250 * np.exp(-0.5 * ((t[a:b] - place - 0.0045) / 0.0003) ** 2)
    accepted = [one for one in units_of(signal, FS, CHANNEL).units if one.accepted]
    assert len(accepted) == 1
    assert accepted[0].stability.blocking == pytest.approx(1 / 3, abs=0.12)


def test_peaks() -> None:
    values = np.array([0.0, 3, 1, 5, 4, 0, 2, 0])
    assert running_max(values, 1).tolist() == [3, 3, 5, 5, 5, 4, 2, 2]
    assert peak_places(values, 1.0, 1).tolist() == [1, 3, 6]
    assert peak_places(values, 1.0, 2).tolist() == [3]
    assert peak_places(values, 2.5, 1).tolist() == [1, 3]


def test_a_part_that_comes_later_than_a_template_is_long_adds_nothing_to_it() -> None:
    """A satellite 20 ms late once broke the analysis: it lies outside of the parent's template."""
    row = np.arange(1.0, 6.0)
    assert _moved(row, 2).tolist() == [0, 0, 1, 2, 3]
    assert _moved(row, -2).tolist() == [3, 4, 5, 0, 0]
    assert _moved(row, 9).tolist() == _moved(row, -9).tolist() == [0] * 5


def test_a_cancelled_analysis_ends_at_the_next_match(monkeypatch: pytest.MonkeyPatch) -> None:
    """It was asked once a round only, each of two matches or more: it ended late."""
    matches: list[int] = []
    refine = Matcher.refine  # once in each match of the whole stretch

    def counted(matcher: Matcher) -> None:
        matches.append(1)
        refine(matcher)

    monkeypatch.setattr(Matcher, "refine", counted)
    asked: list[float] = []
    signal, _ = contraction(4, FS)
    units_of(signal, FS, CHANNEL, progress=Progress(lambda fraction, _: asked.append(fraction)))
    assert len(asked) == len(matches) > 2
    assert asked == sorted(asked)
    matches.clear()
    with pytest.raises(CancelledError):
        units_of(signal, FS, CHANNEL, progress=Progress(cancelled=lambda: len(matches) >= 2))
    assert len(matches) == 2
