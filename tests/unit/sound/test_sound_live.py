"""Live sound: what is heard, how late, and when it is silent."""

from __future__ import annotations

import threading
import time

import numpy as np
import pytest

from emgview.model import Channel
from emgview.sound import Listening, LiveSound
from emgview.sound.live import TARGET_S
from emgview.sound.stream import FRAME_RATE_HZ

FS = 10_000.0
CHANNELS = (Channel("a", 0.1), Channel("b", 0.1))


def made(dtype: str = "int16") -> LiveSound:
    sound = LiveSound(CHANNELS, FS, np.dtype(dtype), silent=True)
    sound.listen(Listening(0, 500.0))
    return sound


def tone(n: int, start: int, hz: float, size: float) -> np.ndarray:
    t = (np.arange(n) + start) / FS
    wave = size * np.sin(2 * np.pi * hz * t)
    return np.stack([wave, np.zeros(n)], axis=1).astype(np.int16)


def heard(sound: LiveSound, seconds: float, hz: float, size: float = 2000) -> np.ndarray:
    """Frames that a device would get, asking as often as blocks come."""
    out, block = [], 100
    for n in range(round(seconds * FS / block)):
        sound.offer(tone(block, n * block, hz, size), n * block)
        out.append(sound._take(480))
    return np.concatenate(out)


def test_a_tone_is_heard_with_its_pitch() -> None:
    frames = heard(made(), 2.0, 440.0)[FRAME_RATE_HZ:, 0]
    spectrum = np.abs(np.fft.rfft(frames * np.hanning(len(frames))))
    hz = np.fft.rfftfreq(len(frames), 1 / FRAME_RATE_HZ)[int(np.argmax(spectrum))]
    assert hz == pytest.approx(440.0, rel=0.015)  # the pace follows the source by at most 1 %
    assert 0.2 < np.abs(frames).max() < 0.6  # 200 µV of 500


def test_another_channel_and_volume_are_heard_from_the_next_block_on() -> None:
    sound = made()
    heard(sound, 0.5, 440.0)
    sound.listen(Listening(1, 500.0))
    assert np.abs(heard(sound, 0.5, 440.0)[FRAME_RATE_HZ // 4 :]).max() < 1e-3
    sound.listen(Listening(0, 500.0, volume=0.0))
    assert np.abs(heard(sound, 0.5, 440.0)[FRAME_RATE_HZ // 4 :]).max() == 0.0


def test_clipping_is_muted_and_said() -> None:
    sound = made()
    heard(sound, 0.3, 440.0)
    rows = tone(100, 3000, 440.0, 2000)
    rows[50, 0] = 32_767
    sound.offer(rows, 3000)
    assert sound.muted
    later = [tone(100, 3100 + 100 * n, 440.0, 2000) for n in range(30)]
    for n, block in enumerate(later):
        sound.offer(block, 3100 + 100 * n)
    assert not sound.muted


def test_a_gap_begins_anew_without_a_crash() -> None:
    sound = made()
    sound.offer(tone(100, 0, 440.0, 2000), 0)
    sound.offer(tone(100, 5000, 440.0, 2000), 5000)
    sound.lost_until(9000)
    assert np.isfinite(sound._take(480)).all()


def test_the_alarm_is_heard_over_silence() -> None:
    sound = made()
    sound.alarm()
    source = sound._source()
    next(source)
    frames = source.send(4800)
    assert np.abs(frames).max() > 0.2
    rest = source.send(FRAME_RATE_HZ)
    assert np.abs(rest[-100:]).max() == 0.0


def test_a_hungry_device_gets_silence_and_a_glitch_is_counted() -> None:
    sound = made()
    heard(sound, 0.3, 440.0)
    before = sound.glitches
    for _ in range(20):
        sound._take(480)
    assert sound.glitches == before + 1  # one break, however long


def test_samples_reach_the_device_within_60_ms() -> None:
    """With the null device, which asks in real time on a thread of its own."""
    sound = made()
    sound.start()
    try:
        began, n = time.monotonic(), 0
        while time.monotonic() - began < 1.5:
            sound.offer(tone(100, n, 440.0, 2000), n)
            n += 100
            time.sleep(max(began + n / FS - time.monotonic(), 0.0))
        assert 0.0 < sound.latency_s() <= 0.06 + 0.03 * (sound.glitches > 0)
        assert sound.latency_s() > TARGET_S / 2
        assert not sound.has_card
    finally:
        sound.stop()
        sound.stop()
    assert not [t for t in threading.enumerate() if "miniaudio" in t.name.lower()]
