"""The acquisition chain: filters, channels, full scale, lost samples, chunks."""

from __future__ import annotations

import dataclasses

import numpy as np
import pytest

from emgview.model import Gap
from emgview.simulation import Component, scenario, simulate
from emgview.simulation.noise import baseline
from emgview.simulation.scenario import load_scenarios


def test_channel_tells_gain_and_filters() -> None:
    channel = simulate("rest_normal", seconds=1, seed=1).info.channels[0]
    assert (channel.gain_uv, channel.offset_uv, channel.unit) == (0.1, 0.0, "uV")
    assert (channel.high_pass_hz, channel.low_pass_hz) == (10.0, 8_000.0)
    slow = simulate("rest_normal", seconds=1, seed=1, fs=4_000.0).info.channels[0]
    assert slow.low_pass_hz == 1_600.0


def test_filter_of_the_scenario_is_told() -> None:
    info = simulate("positive_sharp_waves_open_filter", seconds=2, seed=1).info
    assert info.channels[0].high_pass_hz == 2.0


def test_noise_lies_between_the_filters() -> None:
    x = simulate("rest_normal", seconds=30, seed=1, fs=48_000.0).samples[:, 0].astype(float)
    power = np.abs(np.fft.rfft(x)) ** 2
    hz = np.fft.rfftfreq(len(x), 1.0 / 48_000.0)

    def density(low: float, high: float) -> float:
        return float(power[(hz >= low) & (hz < high)].mean())

    assert density(0.2, 2.0) < 0.5 * density(15.0, 60.0)
    assert density(18_000.0, 24_000.0) < 0.02 * density(2_000.0, 8_000.0)
    assert density(3_000.0, 4_000.0) == pytest.approx(density(5_000.0, 6_000.0), rel=0.2)


def test_noise_is_seamless_where_its_blocks_meet() -> None:
    x = baseline((1, 2), 400_000, 20_000.0, 6.0, load_scenarios().chain).astype(float)
    levels = x.reshape(-1, 2_000).std(axis=1)
    assert levels.max() / levels.min() < 1.6


def test_channels_have_noise_of_their_own_and_share_what_reaches_all() -> None:
    made = simulate("ecg_paraspinal", seconds=20, seed=1, channels=2)
    assert [c.label for c in made.info.channels] == ["EMG 1", "EMG 2"]
    beats = [[p.peak_sample for p in made.truth if p.channel == c] for c in (0, 1)]
    assert beats[0] == beats[1] != []
    quiet = simulate("rest_normal", seconds=20, seed=1, channels=2).samples.astype(float)
    assert abs(np.corrcoef(quiet.T)[0, 1]) < 0.02


def test_needle_activity_stays_in_its_channel() -> None:
    made = simulate("fibrillation", seconds=10, seed=1, channels=2)
    assert {p.channel for p in made.truth} == {0}
    assert made.samples[:, 1].std() < made.samples[:, 0].std()


def test_chunks_of_a_recording_with_gaps_tell_what_is_lost() -> None:
    made = simulate("gaps", seed=1, fs=2_000.0)
    lost = [c.lost_before for c in made.chunks(1_000) if c.lost_before]
    assert lost == [gap.lost for gap in made.info.gaps] == [800, 2_000]


def test_chunks_need_a_size() -> None:
    with pytest.raises(ValueError, match="at least 1"):
        next(simulate("rest_normal", seconds=1, seed=1).chunks(0))


def test_gaps_are_told_and_hold_no_potential() -> None:
    made = simulate("gaps", seed=1)
    assert made.info.gaps == (Gap(180_000, 8_000), Gap(400_000, 20_000))
    for gap in made.info.gaps:
        assert not made.samples[gap.start : gap.interval.stop].any()
        assert not [p for p in made.truth if p.interval.overlaps(gap.interval)]


def test_large_artefacts_clip_at_full_scale() -> None:
    """Full scale is that of 16 bits at 0.1 microvolt; a number must never wrap around."""
    made = scenario("artefacts")
    move = next(part for part in made.components if part.kind == "movement")
    parameters = dict(move.parameters) | {"amplitude_uv": (9e4, 9e4)}
    huge = dataclasses.replace(move, parameters=tuple(parameters.items()))
    x = simulate(dataclasses.replace(made, components=(huge,)), seconds=40, seed=1).samples
    assert x.max() == 32_767
    assert x.min() == -32_768
    assert np.abs(np.diff(x[:, 0].astype(int))).max() < 40_000


def test_mains_stands_at_its_frequency_with_harmonics() -> None:
    x = simulate("mains", seconds=20, seed=1).samples[:, 0].astype(float)
    power = np.abs(np.fft.rfft(x))
    hz = np.fft.rfftfreq(len(x), 1.0 / 20_000.0)
    assert hz[power.argmax()] == pytest.approx(50.0, abs=0.1)
    assert power[(hz > 149.5) & (hz < 150.5)].max() > 20.0 * np.median(power)


def test_components_read_their_parameters_by_kind() -> None:
    part = Component("kind", (("one", 1.0), ("pair", (1.0, 2.0)), ("word", "each")))
    assert (part.number("one"), part.range("pair"), part.text("word")) == (1.0, (1.0, 2.0), "each")
    assert part.numbers("pair") == (1.0, 2.0)
    with pytest.raises(TypeError, match="one number"):
        part.number("pair")
    with pytest.raises(TypeError, match="two numbers"):
        part.range("one")
    with pytest.raises(TypeError, match="a list"):
        part.numbers("one")
