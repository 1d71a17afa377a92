"""LSL end to end: real outlets in another process."""

from __future__ import annotations

import signal
import sys
import time
from collections.abc import Iterator
from typing import Any

import numpy as np
import pytest
from numpy.typing import NDArray

from emgview.errors import EmgviewError
from emgview.sources.live import (
    Block,
    LiveSource,
    SourceLostError,
    discover,
    make_source,
    parse_spec,
)
from tests.contracts.lsl_streams import sender, sending

pylsl = pytest.importorskip("pylsl")

WAIT_S = 15.0


def opened(text: str) -> tuple[LiveSource, Any]:
    source = make_source(parse_spec(text))
    return source, source.open()


def until(source: LiveSource, count: int, seconds: float = WAIT_S) -> list[Block]:
    """Blocks until so many samples have come."""
    blocks: list[Block] = []
    came, end = 0, time.monotonic() + seconds
    while came < count and time.monotonic() < end:
        block = source.read(0.2)
        if block is not None:
            blocks.append(block)
            came += len(block.samples)
    return blocks


def joined(blocks: list[Block]) -> NDArray[Any]:
    return np.concatenate([block.samples for block in blocks])


def test_300_000_samples_arrive_in_order() -> None:
    """32 channels at 60 kHz from another process: none lost, none twice, none before its time.

    The reader is late by a second after the opening: what was sent meanwhile is there.
    """
    with sender(channels=32, rate=60_000.0, count=300_000) as name:
        source, live = opened(f"lsl:{name}")
        time.sleep(1.0)
        blocks = until(source, 300_000)
        source.close()
    assert (live.dtype, len(live.channels), live.sampling_rate_hz) == ("float32", 32, 60_000.0)
    expected = np.arange(300_000, dtype=np.float32)[:, np.newaxis] + np.arange(32)
    assert np.array_equal(joined(blocks), expected)
    assert [block.lost_before for block in blocks if block.lost_before] == []
    assert [block.note for block in blocks if block.note] == []


def test_lost_samples_are_told() -> None:
    """A sender that left out 300 samples, by its stamps: told to the sample."""
    with sender(rate=2000.0, skip_at=4000, skip=300) as name:
        source, _live = opened(f"lsl:{name}")
        blocks = until(source, 8000)
        source.close()
    gaps = [(int(b.samples[0, 0]), b.lost_before) for b in blocks if b.lost_before]
    assert gaps == [(4000, 300)]
    assert np.array_equal(joined(blocks)[:8000, 0], np.arange(8000))


def test_time_that_goes_back_is_noted() -> None:
    with sender(rate=2000.0, back_at=4000, back_s=1.5) as name:
        source, _live = opened(f"lsl:{name}")
        blocks = until(source, 8000)
        source.close()
    assert [(b.note, b.samples[0, 0]) for b in blocks if b.note] == [
        ("Time stamps went back by 1.5 s", 4000)
    ]
    assert np.array_equal(joined(blocks)[:8000, 0], np.arange(8000))


def test_description_becomes_channels() -> None:
    """Labels and units as the stream tells them; a unit that is no voltage is kept, not guessed."""
    units = ["microvolts", "mV", "V", "g", ""]
    with sender(
        channels=5, labels=["a", "b", "c", "acc", ""], units=units, manufacturer="Maker",
        source_id="serial-7",
    ) as name:  # fmt: skip
        source, live = opened(f"lsl:{name}")
        source.close()
        told, told_live = opened(f"lsl:{name}?unit=mV")
        told.close()
    assert [(c.label, c.gain_uv, c.unit) for c in live.channels] == [
        ("a", 1.0, "uV"), ("b", 1e3, "uV"), ("c", 1e6, "uV"), ("acc", 1.0, "g"),
        ("Channel 5", 1.0, "not stated"),
    ]  # fmt: skip
    assert (live.device.manufacturer, live.device.model) == ("Maker", name)
    assert live.device.serial == "serial-7"
    notes = " | ".join(live.notes)
    assert "Units that are no voltage, kept as told: g" in notes
    assert "states no unit for 1 channel" in notes
    assert "ms to the clock of this computer" in notes
    assert [(c.gain_uv, c.unit) for c in told_live.channels] == [
        (1e3, "uV"), (1e3, "uV"), (1e3, "uV"), (1.0, "g"), (1e3, "uV"),
    ]  # fmt: skip
    assert "Unit mV as given by the user" in told_live.notes


@pytest.mark.parametrize(
    ("sent", "given"),
    [("int16", "int16"), ("int32", "int32"), ("int8", "int16"), ("double64", "float32")],
)
def test_numbers_keep_their_type(sent: str, given: str) -> None:
    with sender(format=sent, count=100) as name:
        source, live = opened(f"lsl:{name}")
        samples = joined(until(source, 100))
        source.close()
    assert live.dtype == str(samples.dtype) == given
    assert np.array_equal(samples[:, 1], np.arange(1, 101))


@pytest.mark.parametrize(
    ("options", "words"),
    [
        ({"format": "string"}, "sends text"),
        ({"format": "int64"}, "64-bit integers"),
        ({"rate": 0.0}, "no fixed rate"),
    ],
)
def test_what_is_no_signal_is_refused(options: dict[str, Any], words: str) -> None:
    with sender(**options) as name, pytest.raises(EmgviewError, match=words) as caught:
        opened(f"lsl:{name}")
    assert "Choose a stream" in str(caught.value)


def test_a_unit_that_is_none_is_refused() -> None:
    with sender() as name, pytest.raises(EmgviewError, match="unit is furlong"):
        opened(f"lsl:{name}?unit=furlong")


def test_a_stream_that_is_not_there() -> None:
    with pytest.raises(EmgviewError, match="There is no LSL stream Nobody"):
        opened("lsl:Nobody")


def test_streams_of_one_name_are_told_apart() -> None:
    """Two devices of one name are not mixed up: the error names what tells them apart."""
    with sender(source_id="left") as name, sender(name=name, source_id="right", channels=3):
        with pytest.raises(EmgviewError, match="left, right"):
            opened(f"lsl:{name}")
        source, live = opened(f"lsl:{name}?source_id=right")
        source.close()
        assert len(live.channels) == 3
        found = {f.text for kind, many, _no in discover() if kind.name == "lsl" for f in many}
        assert {f"lsl:{name}?source_id=left", f"lsl:{name}?source_id=right"} <= found


def read_on(source: LiveSource) -> None:
    """Read whatever comes, for as long as any test waits."""
    end = time.monotonic() + WAIT_S
    while time.monotonic() < end:
        source.read(0.1)


def lost_after(source: LiveSource) -> float:
    """Seconds until the source says that it is lost."""
    began = time.monotonic()
    with pytest.raises(SourceLostError):
        read_on(source)
    return time.monotonic() - began


def test_a_sender_that_ends_is_lost_and_opens_again() -> None:
    """The engine reconnects by opening the same source: that works once the sender is back."""
    with sending(source_id="again", wait=False) as (name, process):
        source, _live = opened(f"lsl:{name}")
        until(source, 100)
        process.kill()
        assert lost_after(source) < 5.0
        source.close()
    with sender(name=name, source_id="again", wait=False):
        source.open()
        assert len(joined(until(source, 100))) >= 100
        source.close()


def test_what_is_kept_back_is_given_before_the_loss() -> None:
    """A sender that ends right after a jump of its stamps: the samples after it are not dropped."""
    with sending(rate=2000.0, count=2100, skip_at=2000, skip=300) as (name, process):
        source, _live = opened(f"lsl:{name}")
        blocks = until(source, 2000)
        time.sleep(0.15)  # the last 100 are sent by then
        process.kill()
        blocks += until(source, 100)
        assert lost_after(source) < 5.0
        source.close()
    assert np.array_equal(joined(blocks)[:, 0], np.arange(2100))
    assert sum(block.lost_before or 0 for block in blocks) == 300


@pytest.fixture
def frozen() -> Iterator[tuple[LiveSource, Any]]:
    """A sender that was stopped as a machine is that loses its network: no goodbye."""
    with sending(wait=False) as (name, process):
        source, _live = opened(f"lsl:{name}")
        until(source, 100)
        process.send_signal(signal.SIGSTOP)
        yield source, process
        source.close()


@pytest.mark.skipif(sys.platform == "win32", reason="a process cannot be frozen by a signal")
def test_a_sender_that_falls_silent_is_lost(frozen: tuple[LiveSource, Any]) -> None:
    """The connection stands, nothing comes and nobody answers: lost after two seconds."""
    source, _process = frozen
    assert 1.5 < lost_after(source) < 6.0


def test_a_pause_is_no_loss_of_the_stream() -> None:
    """A sender that is there and sends nothing is waited for."""
    with sender(count=400) as name:
        source, _live = opened(f"lsl:{name}")
        assert len(joined(until(source, 400))) == 400
        end = time.monotonic() + 4.0
        while time.monotonic() < end:
            assert source.read(0.2) is None
        source.close()
