"""Lost samples and clock jumps found from stamps, under jitter, drift and bursts."""

from __future__ import annotations

import numpy as np
import pytest
from numpy.typing import NDArray

from emgview.sources.live.protocol import Block
from emgview.sources.live.stamps import HOLD_S, LossFinder

FS = 2000.0
Stamps = NDArray[np.float64]


def run(finder: LossFinder, stamps: Stamps, step: int = 20) -> list[Block]:
    """Blocks of numbered samples, fed ``step`` at a time; then what is held."""
    numbers = np.arange(len(stamps), dtype=np.float32)[:, np.newaxis]
    blocks: list[Block] = []
    for first in range(0, len(stamps), step):
        rows = slice(first, first + step)
        blocks += finder.feed(stamps[rows], numbers[rows])
    return blocks + finder.settle()


def told(blocks: list[Block]) -> list[tuple[int, int | None]]:
    """Number of the sample after each loss, and the loss."""
    return [(int(b.samples[0, 0]), b.lost_before) for b in blocks if b.lost_before != 0]


def in_order(blocks: list[Block], count: int) -> bool:
    return np.array_equal(np.concatenate([b.samples[:, 0] for b in blocks]), np.arange(count))


def regular(seconds: float, rate: float = FS) -> Stamps:
    return np.arange(round(seconds * rate)) / rate


def stalled(stamps: Stamps, at: int, seconds: float) -> Stamps:
    """The sender is held up at a sample; what had waited comes at once, then all is in time."""
    late = stamps.copy()
    late[at:] = np.maximum(late[at:], stamps[at] + seconds)
    return late


def test_regular_stamps_lose_nothing() -> None:
    blocks = run(LossFinder(FS), regular(20))
    assert told(blocks) == []
    assert in_order(blocks, 40_000)


@pytest.mark.parametrize("step", [1, 7, 20, 1000])
@pytest.mark.parametrize("lost", [40, 300, 5000])
def test_a_loss_is_told_to_the_sample(lost: int, step: int) -> None:
    """Whatever the cuts, a gap of exact stamps is told in full, before the right sample."""
    stamps = regular(10)
    stamps[9013:] += lost / FS
    blocks = run(LossFinder(FS), stamps, step)
    assert told(blocks) == [(9013, lost)]
    assert in_order(blocks, 20_000)


def test_a_loss_among_jitter() -> None:
    """A loss of 200 ms among blocks that come some milliseconds late is told to a few samples."""
    rng = np.random.default_rng(5)
    stamps = regular(20) + np.repeat(rng.exponential(0.003, 2000), 20)
    stamps[20_000:] += 0.2
    (at, lost), = told(run(LossFinder(FS), stamps))  # fmt: skip
    assert at == 20_000
    assert lost == pytest.approx(400, abs=12)


@pytest.mark.parametrize("seconds", [0.05, 0.24, 1.5, 4.0])
def test_late_is_not_lost(seconds: float) -> None:
    """A sender that is held up and catches up has lost nothing."""
    blocks = run(LossFinder(FS), stalled(regular(10), 9000, seconds))
    assert told(blocks) == []
    assert in_order(blocks, 20_000)


@pytest.mark.parametrize("drift", [1e-4, -1e-3, 0.01])
def test_a_clock_that_runs_otherwise_loses_nothing(drift: float) -> None:
    """The true rate of a device differs from its nominal rate: that is followed."""
    blocks = run(LossFinder(FS), regular(60) * (1 + drift))
    assert told(blocks) == []
    assert not any(block.note for block in blocks)


def test_two_losses_within_the_time_of_holding() -> None:
    stamps = regular(10)
    stamps[9000:] += 0.1
    stamps[9200:] += 0.05
    assert told(run(LossFinder(FS), stamps)) == [(9000, 200), (9200, 100)]


def test_time_that_goes_back_is_noted() -> None:
    """The amount stands in the note; no sample is lost or dropped."""
    stamps = regular(10)
    stamps[9000:] -= 1.25
    blocks = run(LossFinder(FS), stamps)
    assert told(blocks) == []
    assert in_order(blocks, 20_000)
    assert [(b.note, b.samples[0, 0]) for b in blocks if b.note] == [
        ("Time stamps went back by 1.25 s", 9000)
    ]


def test_without_smoothing_one_sample_counts() -> None:
    stamps = regular(10)
    stamps[9000:] += 1 / FS
    finder = LossFinder(FS, smooth=False)
    assert told(run(finder, stamps)) == [(9000, 1)]


def test_nothing_is_held_longer_than_told() -> None:
    """After a jump samples wait a quarter of a second of signal, not longer."""
    finder = LossFinder(FS)
    stamps = regular(2)
    stamps[3000:] += 0.5
    numbers = np.zeros((len(stamps), 1), np.float32)
    finder.feed(stamps[:3000], numbers[:3000])
    hold = round(HOLD_S * FS)
    assert finder.feed(stamps[3000 : 2990 + hold], numbers[3000 : 2990 + hold]) == []
    assert finder.holding
    assert sum(len(b.samples) for b in finder.feed(stamps[2990 + hold :], numbers[2990 + hold :]))
    assert not finder.holding


def test_blocks_cannot_be_written() -> None:
    block, = LossFinder(FS).feed(regular(0.01), np.zeros((20, 1), np.int16))  # fmt: skip
    assert not block.samples.flags.writeable


def test_stamps_without_order_end_somewhere() -> None:
    """Stamps that mean nothing, believed one by one, gave one call within another for each."""
    stamps = np.random.default_rng(1).uniform(0, 1e3, 3000)
    for smooth in (True, False):
        assert in_order(run(LossFinder(FS, smooth=smooth), stamps, 3000), 3000)
