"""What every live source must do: for those who write one, inside or outside of this project.

Subclass :class:`LiveSourceContract` in a test module of your own and tell it the text of a source::

    class TestMyDevice(LiveSourceContract):
        @pytest.fixture
        def text(self) -> str:
            return "mydevice:demo?rate=2000"

A source that comes to an end by itself takes :class:`EndingSourceContract`, and gives
``ending_text`` too.
"""

from __future__ import annotations

import threading
from collections.abc import Iterator
from time import monotonic

import numpy as np
import pytest

from emgview.errors import EmgviewError
from emgview.sources.live import (
    Block,
    LiveFormat,
    LiveSource,
    SourceEndedError,
    make_source,
    parse_spec,
)
from emgview.sources.live.protocol import check_block
from emgview.sources.live.registry import find_kind

WAIT_S = 10.0
"""No wait of this suite takes longer."""

LATE_S = 0.05
"""So much longer than its timeout may a read take, by the protocol."""

BUSY_S = 0.25
"""So much more is allowed here: a machine that runs other tests is late by itself."""


def collect(source: LiveSource, seconds: float) -> list[Block]:
    """Blocks of so many seconds."""
    until = monotonic() + seconds
    blocks = []
    while monotonic() < until:
        block = source.read(0.1)
        if block is not None:
            blocks.append(block)
    return blocks


def first_block(source: LiveSource) -> Block:
    """The first block that comes."""
    until = monotonic() + WAIT_S
    while monotonic() < until:
        block = source.read(0.1)
        if block is not None:
            return block
    raise AssertionError(f"no samples within {WAIT_S:g} s")


class LiveSourceContract:
    """The tests; ``text`` is to be given by a fixture."""

    rate_tolerance = 0.15
    """Share by which the rate over a second may differ, on a busy machine."""

    @pytest.fixture
    def text(self) -> str:
        raise NotImplementedError("give the text of a source")

    @pytest.fixture
    def source(self, text: str) -> Iterator[LiveSource]:
        made = make_source(parse_spec(text))
        yield made
        made.close()

    def test_making_does_not_connect(self, text: str) -> None:
        """A source that is made and never opened can be closed."""
        make_source(parse_spec(text)).close()

    def test_open_gives_a_format(self, source: LiveSource) -> None:
        live = source.open()
        assert isinstance(live, LiveFormat)
        assert live.channels
        assert all(channel.label and channel.gain_uv > 0 for channel in live.channels)
        assert live.sampling_rate_hz > 0
        assert live.dtype in {"int16", "int32", "float32"}
        assert all(isinstance(note, str) and note for note in live.notes)

    def test_blocks_fit_the_format(self, source: LiveSource) -> None:
        """Type, channels and counts of every block are as announced; none is empty."""
        live = source.open()
        first_block(source)
        for block in collect(source, 0.5):
            assert check_block(block, live) == ""
            assert len(block.samples) > 0
            assert block.lost_before is None or block.lost_before >= 0

    def test_blocks_keep_their_samples(self, source: LiveSource) -> None:
        """A block does not change when the next one is read: no buffer is written over."""
        source.open()
        block = first_block(source)
        before = np.array(block.samples)
        collect(source, 0.3)
        assert np.array_equal(block.samples, before, equal_nan=block.samples.dtype.kind == "f")

    def test_blocks_are_short(self, source: LiveSource) -> None:
        """A block holds some tens of milliseconds: the screen follows the needle."""
        live = source.open()
        first_block(source)
        longest = max(len(block.samples) for block in collect(source, 0.5))
        assert longest / live.sampling_rate_hz < 0.2 + BUSY_S

    @pytest.mark.parametrize("timeout_s", [0.0, 0.02, 0.2])
    def test_read_keeps_its_time(self, source: LiveSource, timeout_s: float) -> None:
        """The median is held to the protocol; a single one may be late on a busy machine."""
        source.open()
        first_block(source)
        took = []
        for _ in range(9):
            began = monotonic()
            source.read(timeout_s)
            took.append(monotonic() - began)
        assert sorted(took)[4] <= timeout_s + LATE_S
        assert max(took) <= timeout_s + LATE_S + BUSY_S

    def test_rate_is_as_told(self, source: LiveSource) -> None:
        live = source.open()
        first_block(source)
        collect(source, 0.3)  # what had waited
        began = monotonic()
        blocks = collect(source, 1.5)
        seconds = monotonic() - began
        came = sum(len(block.samples) + (block.lost_before or 0) for block in blocks)
        assert came / seconds == pytest.approx(live.sampling_rate_hz, rel=self.rate_tolerance)

    def test_close_twice(self, source: LiveSource) -> None:
        source.open()
        source.close()
        source.close()

    def test_close_is_quick(self, source: LiveSource) -> None:
        source.open()
        first_block(source)
        began = monotonic()
        source.close()
        assert monotonic() - began < 1.0 + BUSY_S

    def test_opens_again_after_close(self, source: LiveSource) -> None:
        before = source.open()
        first_block(source)
        source.close()
        after = source.open()
        assert (after.channels, after.sampling_rate_hz, after.dtype) == (
            before.channels, before.sampling_rate_hz, before.dtype,
        )  # fmt: skip
        assert check_block(first_block(source), after) == ""

    def test_leaves_no_thread(self, source: LiveSource) -> None:
        """Threads of Python end with the close; those inside a library are its own affair."""
        before = set(threading.enumerate())
        source.open()
        first_block(source)
        source.close()
        until = monotonic() + WAIT_S
        while (left := set(threading.enumerate()) - before) and monotonic() < until:
            threading.Event().wait(0.02)
        assert left == set()

    def test_unknown_option_is_refused(self, text: str) -> None:
        """The error names the option and those that are allowed."""
        spec = parse_spec(f"{text}{'&' if '?' in text else '?'}no_such_option=1")
        with pytest.raises(EmgviewError, match="no_such_option") as caught:
            make_source(spec)
        for option in find_kind(spec.kind).options:
            assert option.name in str(caught.value)

    def test_discovery_is_short(self, text: str) -> None:
        """What can be opened now is told within seconds, as texts that name the kind."""
        kind = find_kind(parse_spec(text).kind)
        began = monotonic()
        found = kind.discover()
        assert monotonic() - began < 4.0
        assert all(parse_spec(one.text).kind == kind.name and one.title for one in found)


class EndingSourceContract(LiveSourceContract):
    """The same for a source that gives its last sample within seconds."""

    @pytest.fixture
    def ending_text(self) -> str:
        raise NotImplementedError("give the text of a source that ends soon")

    def test_says_when_it_ended(self, ending_text: str) -> None:
        """After its last sample a source says so, at each further read; it never hangs."""
        source = make_source(parse_spec(ending_text))
        source.open()
        try:
            with pytest.raises(SourceEndedError):
                collect(source, WAIT_S)
            with pytest.raises(SourceEndedError):
                source.read(0.1)
        finally:
            source.close()
