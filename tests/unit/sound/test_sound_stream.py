"""Traces as sound: no seam, no overflow, the right pitch, and the way back to the sample."""

from __future__ import annotations

import wave
from collections.abc import Sequence
from pathlib import Path

import numpy as np
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st
from numpy.typing import NDArray

from emgview.errors import CancelledError, FileError
from emgview.model import Channel, Progress, RecordingInfo, SampleInterval
from emgview.sound import SoundStream, Wish, write_wav
from emgview.sound.resampling import reach, values_at
from emgview.sound.shaping import limited
from emgview.sound.stream import FRAME_RATE_HZ

Frames = NDArray[np.float32]


class Memory:
    """Samples in memory, as the session's reader gives them."""

    def __init__(self, samples: NDArray[np.float64], fs: float) -> None:
        self._samples = samples.astype(np.float32)
        channels = tuple(Channel(str(n)) for n in range(samples.shape[1]))
        self.info = RecordingInfo("r", fs, len(samples), channels, None)

    def read_uv(
        self,
        interval: SampleInterval,
        channels: Sequence[int] | None = None,
        *,
        gaps_as_nan: bool = True,
    ) -> NDArray[np.float32]:
        return self._samples[interval.start : interval.stop][:, list(channels or ())]


def sine(hz: float, fs: float = 10_000.0, seconds: float = 2.0, uv: float = 100.0) -> Memory:
    t = np.arange(round(seconds * fs)) / fs
    return Memory((uv * np.sin(2 * np.pi * hz * t))[:, np.newaxis], fs)


def all_of(stream: SoundStream, block: int = 1000, most: int = 10**6) -> Frames:
    parts: list[Frames] = []
    while not stream.ended and sum(map(len, parts)) < most:
        parts.append(stream.block(block))
    return np.concatenate(parts)


def loudest_hz(frames: Frames) -> float:
    middle = frames[len(frames) // 4 : -len(frames) // 4, 0]
    spectrum = np.abs(np.fft.rfft(middle * np.hanning(len(middle))))
    return float(spectrum.argmax() * FRAME_RATE_HZ / len(middle))


@pytest.mark.parametrize("fs", [2000.0, 4000.0, 10_000.0, 20_000.0, 44_100.0, 48_000.0, 100_000.0])
def test_pitch_and_length_are_right_at_every_rate(fs: float) -> None:
    frames = all_of(SoundStream(sine(300.0, fs), Wish(0, (0,), (500.0,))))
    assert len(frames) == pytest.approx(2 * FRAME_RATE_HZ, abs=2)
    assert loudest_hz(frames) == pytest.approx(300, abs=2)


@pytest.mark.parametrize(("speed", "hz"), [(1.0, 400.0), (0.5, 200.0), (0.25, 100.0)])
def test_slow_sound_is_longer_and_lower(speed: float, hz: float) -> None:
    """One potential is heard once: the pitch goes down with the speed."""
    frames = all_of(SoundStream(sine(400.0), Wish(0, (0,), (500.0,), speed=speed)))
    assert len(frames) == pytest.approx(2 * FRAME_RATE_HZ / speed, abs=4)
    assert loudest_hz(frames) == pytest.approx(hz, abs=2)


def test_images_above_the_recording_s_band_are_60_db_down() -> None:
    frames = all_of(SoundStream(sine(3000.0), Wish(0, (0,), (500.0,))))
    middle = frames[20_000:-20_000, 0]
    spectrum = np.abs(np.fft.rfft(middle * np.blackman(len(middle))))
    hz = np.fft.rfftfreq(len(middle), 1 / FRAME_RATE_HZ)
    assert spectrum[hz > 5000].max() < spectrum.max() / 1000


def test_the_band_of_the_loudspeaker_holds() -> None:
    """An offset and slow drift are not heard."""
    source = Memory(np.full((20_000, 1), 5000.0), 10_000.0)
    frames = all_of(SoundStream(source, Wish(0, (0,), (500.0,))))
    assert np.abs(frames).max() < 0.01


@settings(max_examples=25, deadline=None)
@given(st.lists(st.integers(1, 4000), min_size=1, max_size=30), st.sampled_from([0.25, 0.5, 1.0]))
def test_the_sound_does_not_depend_on_the_blocks(blocks: list[int], speed: float) -> None:
    """No click where two blocks meet."""
    random = np.random.default_rng(3)
    source = Memory(random.normal(0, 50, (4000, 2)), 10_000.0)
    wish = Wish(100, (1, 0), (300.0, 300.0), speed=speed)
    whole = SoundStream(source, wish).block(sum(blocks))
    stream = SoundStream(source, wish)
    parts = np.concatenate([stream.block(n) for n in blocks])
    assert len(parts) == len(whole)
    assert np.abs(parts - whole).max(initial=0) < 1e-6


def test_a_loop_repeats_its_stretch_and_tells_where_it_is() -> None:
    source = sine(100.0)
    loop = SampleInterval(2000, 3000)
    stream = SoundStream(source, Wish(2500, (0,), (500.0,), loop=loop))
    frames = all_of(stream, most=FRAME_RATE_HZ)
    assert len(frames) >= FRAME_RATE_HZ
    places = [stream.sample_at(n) for n in range(0, FRAME_RATE_HZ, 480)]
    assert places[0] == 2500
    assert all(2000 <= place <= 3001 for place in places)
    steps = np.diff(places)
    assert (np.abs(steps - 100) < 1e-6).sum() >= 85  # the rest are jumps back
    assert (steps < 0).sum() == 10


def test_outside_the_loop_it_begins_at_its_start() -> None:
    stream = SoundStream(sine(100.0), Wish(9000, (0,), (500.0,), loop=SampleInterval(2000, 3000)))
    assert stream.sample_at(0) == 2000


def test_two_channels_are_left_and_right_and_one_is_both() -> None:
    t = np.arange(20_000) / 10_000
    both = np.stack((100 * np.sin(2 * np.pi * 300 * t), np.zeros_like(t)), axis=1)
    source = Memory(both, 10_000.0)
    stereo = all_of(SoundStream(source, Wish(0, (0, 1), (500.0, 500.0))))
    assert np.abs(stereo[:, 0]).max() > 0.1
    assert np.abs(stereo[:, 1]).max() < 1e-6
    mono = all_of(SoundStream(source, Wish(0, (0,), (500.0,))))
    assert (mono[:, 0] == mono[:, 1]).all()


def test_gaps_are_silent_and_leave_no_click() -> None:
    source = sine(300.0)
    source._samples[5000:9000] = np.nan
    frames = all_of(SoundStream(source, Wish(0, (0,), (500.0,))))
    assert np.isfinite(frames).all()
    assert np.abs(frames[30_000:42_000]).max() < 0.02


@given(st.floats(-1e9, 1e9), st.floats(0.1, 0.95))
def test_the_limiter_never_lets_the_sound_overflow(x: float, start: float) -> None:
    value = float(limited(np.array([x]), start)[0])
    assert -1 <= value <= 1
    if abs(x) <= start:
        assert value == x


def test_a_huge_artefact_stays_within_full_scale() -> None:
    source = Memory(np.where(np.arange(5000) % 100 < 50, 1e6, -1e6)[:, np.newaxis], 10_000.0)
    frames = all_of(SoundStream(source, Wish(0, (0,), (50.0,))))
    assert 0.99 < np.abs(frames).max() <= 1


def test_a_turned_channel_sounds_turned() -> None:
    plain = all_of(SoundStream(sine(50.0), Wish(0, (0,), (500.0,))))
    turned = all_of(SoundStream(sine(50.0), Wish(0, (0,), (500.0,), (True,))))
    assert np.allclose(plain, -turned)


def test_a_value_at_a_sample_is_that_sample() -> None:
    random = np.random.default_rng(4)
    samples = random.normal(0, 1, (500, 1))
    half = reach(0.2)
    there = np.arange(100.0, 200.0)
    assert np.allclose(values_at(samples, 0, there, 0.2)[:, 0], samples[100:200, 0], atol=1e-3)
    assert half < 100


def test_a_wav_file_holds_the_stretch(tmp_path: Path) -> None:
    stream = SoundStream(sine(300.0), Wish(0, (0,), (500.0,)))
    write_wav(tmp_path / "a.wav", stream, 2 * FRAME_RATE_HZ, Progress())
    with wave.open(str(tmp_path / "a.wav")) as file:
        assert file.getparams()[:3] == (2, 2, FRAME_RATE_HZ)
        assert file.getnframes() == pytest.approx(2 * FRAME_RATE_HZ, abs=2)
        heard = np.frombuffer(file.readframes(FRAME_RATE_HZ), "<i2").reshape(-1, 2)
    assert heard[:, 0].max() == pytest.approx(0.2 * 32_767, rel=0.02)
    assert [path.name for path in tmp_path.iterdir()] == ["a.wav"]


def test_a_wav_that_cannot_be_written_leaves_nothing(tmp_path: Path) -> None:
    stream = SoundStream(sine(300.0), Wish(0, (0,), (500.0,)))
    with pytest.raises(FileError, match="cannot be written"):
        write_wav(tmp_path / "no" / "a.wav", stream, 10, Progress())
    cancelled = Progress(lambda *_: None, lambda: True)
    with pytest.raises(CancelledError):
        write_wav(tmp_path / "a.wav", stream, 10, cancelled)
    assert not list(tmp_path.iterdir())
