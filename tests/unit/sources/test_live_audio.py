"""The sound card as a source, on the null device: real time without a card."""

from __future__ import annotations

import time

import numpy as np
import pytest

from emgview.errors import EmgviewError
from emgview.sound import Capture
from emgview.sound.capture import KEPT_S
from emgview.sources.live import make_source, parse_spec

RATE = 8000


def test_gain_is_the_users() -> None:
    source = make_source(parse_spec("audio:null?uv_full_scale=5000&channels=2"))
    live = source.open()
    source.close()
    assert [channel.gain_uv for channel in live.channels] == [5000 / 32768] * 2
    assert any("5000 uV at full scale" in note for note in live.notes)
    assert (live.dtype, live.sampling_rate_hz) == ("int16", 48_000.0)


@pytest.mark.parametrize(
    ("text", "words"),
    [
        ("audio:null", "uv_full_scale is not given, so amplitudes would mean nothing"),
        ("audio:null?uv_full_scale=0", "Give a positive number"),
        ("audio:null?uv_full_scale=1&channels=99", "Give 1 to 32 channels"),
        ("audio:null?uv_full_scale=1&rate=100", "8000 to 384000 Hz"),
    ],
)
def test_options_are_checked(text: str, words: str) -> None:
    with pytest.raises(EmgviewError, match=words):
        make_source(parse_spec(text))


def test_an_input_that_is_not_there() -> None:
    with pytest.raises(EmgviewError, match="There is no sound input"):
        make_source(parse_spec("audio:No such card?uv_full_scale=1")).open()


def frames(n: int, first: int = 0) -> bytes:
    return (np.arange(first, first + n) % 30_000).astype(np.int16).tobytes()


def test_what_the_reader_is_late_for_is_counted() -> None:
    """The card goes on while nobody reads: at most ten seconds are kept, the rest is a loss."""
    capture = Capture(None, RATE, 1, silent=True)
    block = RATE // 100
    for n in range(round(KEPT_S * 100) + 50):
        capture.put(frames(block, n * block))
    kept = capture.take(0.0)
    assert kept is not None
    assert (len(kept.frames), kept.lost_before) == (round(KEPT_S * RATE), 0)
    assert capture.take(0.0) is None
    capture.put(frames(block, 7))
    after = capture.take(0.0)
    assert after is not None
    assert after.lost_before == 50 * block
    assert after.frames[0, 0] == 7


def test_a_loss_stands_before_the_right_frame() -> None:
    """Frames before and after a loss are never given as one block."""
    capture = Capture(None, RATE, 1, silent=True)
    capture.put(frames(round(KEPT_S * RATE) - 10))
    capture.put(frames(20))  # no room
    capture.put(frames(10))  # room for these
    before, after = capture.take(0.0), capture.take(0.0)
    assert before is not None
    assert after is not None
    assert (len(before.frames), before.lost_before) == (round(KEPT_S * RATE) - 10, 0)
    assert (len(after.frames), after.lost_before) == (10, 20)


def test_the_null_device_keeps_time() -> None:
    """Two seconds of the null device are two seconds of frames."""
    capture = Capture(None, RATE, 2, silent=True)
    capture.start()
    came, began = 0, time.monotonic()
    while time.monotonic() - began < 2.0:
        taken = capture.take(0.1)
        came += len(taken.frames) if taken is not None else 0
    seconds = time.monotonic() - began
    capture.stop()
    capture.stop()
    assert came / seconds == pytest.approx(RATE, rel=0.1)
