"""A large slow deflection is a movement of the needle; potentials and noise are none."""

from __future__ import annotations

import numpy as np

from emgview.detection.parameters import default_parameters
from emgview.model import Channel, RecordingInfo
from emgview.recording import RingBuffer
from emgview.session.live.movement import MovementWatch

FS = 10_000.0
INFO = RecordingInfo("r", FS, 0, (Channel("EMG", 1.0), Channel("force", 1.0, unit="N")))


def ring_of(wave: np.ndarray) -> RingBuffer:
    ring = RingBuffer(INFO, np.dtype(np.int16), len(wave) + 100)
    ring.append(np.stack([wave, np.full(len(wave), 30_000)], axis=1).astype(np.int16))
    return ring


def test_noise_and_potentials_are_no_movement() -> None:
    rng = np.random.default_rng(1)
    wave = 10 * rng.standard_normal(15_000)
    wave[5000:5020] += 900 * np.hanning(20)
    assert MovementWatch(INFO).look(ring_of(wave)) is None


def test_a_slow_deflection_is_told_with_its_place() -> None:
    limit = default_parameters().stream.movement_uv
    wave = np.zeros(15_000)
    wave[8000:10_000] += 8 * limit * np.hanning(2000)
    watch = MovementWatch(INFO)
    at = watch.look(ring_of(wave))
    assert at is not None
    assert 8000 < at < 11_500
    assert watch.look(ring_of(wave)) is None  # it is told once


def test_a_late_look_goes_on_with_the_newest_seconds() -> None:
    watch = MovementWatch(INFO)
    ring = ring_of(np.zeros(1000))
    assert watch.look(ring) is None
    ring = ring_of(np.zeros(200_000))
    assert watch.look(ring) is None


def test_another_ring_that_is_younger_is_followed_from_its_start() -> None:
    watch = MovementWatch(INFO)
    watch.look(ring_of(np.zeros(50_000)))
    limit = default_parameters().stream.movement_uv
    wave = np.zeros(10_000)
    wave[4000:6000] += 8 * limit * np.hanning(2000)
    assert watch.look(ring_of(wave)) is not None
