"""Package numbers as real boards give them: bytes that wrap, pairs, repeats, restarts."""

from __future__ import annotations

import numpy as np
import pytest
from numpy.typing import NDArray

from emgview.sources.live.package_count import Counting, PackageLosses, learn, losses
from emgview.sources.live.protocol import Block

FS = 250.0
Counts = NDArray[np.int64]


def run(numbers: Counts, stamps: NDArray[np.float64] | None = None, step: int = 5) -> list[Block]:
    finder = PackageLosses(FS)
    rows = np.arange(len(numbers), dtype=np.float32)[:, np.newaxis]
    times = np.arange(len(numbers)) / FS if stamps is None else stamps
    blocks: list[Block] = []
    for first in range(0, len(numbers), step):
        part = slice(first, first + step)
        blocks += finder.feed(numbers[part], times[part], rows[part])
    blocks += finder.settle()
    assert np.array_equal(np.concatenate([b.samples[:, 0] for b in blocks]), rows[:, 0])
    return blocks


def told(blocks: list[Block]) -> list[tuple[int, int | None]]:
    return [(int(b.samples[0, 0]), b.lost_before) for b in blocks if b.lost_before != 0]


def without(numbers: Counts, start: int, count: int) -> tuple[Counts, NDArray[np.float64]]:
    """Numbers and stamps of a device of which some rows did not arrive."""
    keep = np.ones(len(numbers), bool)
    keep[start : start + count] = False
    return numbers[keep], np.arange(len(numbers))[keep] / FS


def test_a_counter_that_wraps_loses_nothing() -> None:
    assert told(run(np.arange(2000) % 256)) == []


@pytest.mark.parametrize("count", [1, 10, 200])
@pytest.mark.parametrize("start", [8, 300, 500])
def test_a_gap_is_told_to_the_sample(start: int, count: int) -> None:
    """Also across the wrap (500…512), and within the rows from which the counting is learnt."""
    numbers, stamps = without(np.arange(2000) % 256, start, count)
    assert told(run(numbers, stamps)) == [(start, count)]


def test_a_gap_longer_than_the_counter() -> None:
    """700 rows of a counter to 256: the number tells 188, the stamps the two turns beside."""
    numbers, stamps = without(np.arange(4000) % 256, 1000, 700)
    blocks = run(numbers, stamps)
    assert sum(lost or 0 for _at, lost in told(blocks)) == 700


def test_a_radio_that_was_held_up_loses_nothing() -> None:
    """Packages that come late and all at once have their numbers in order."""
    stamps = np.arange(2000) / FS
    stamps[1000:] = np.maximum(stamps[1000:], stamps[1000] + 0.9)
    assert told(run(np.arange(2000) % 256, stamps)) == []


def test_pairs_count_by_two() -> None:
    numbers, stamps = without(np.arange(2000) * 2 % 256, 600, 3)
    assert told(run(numbers, stamps)) == [(600, 3)]


def test_several_rows_of_one_number() -> None:
    """Twelve samples in each package: a lost package is twelve samples."""
    numbers, stamps = without(np.arange(2400) // 12 % 256, 600, 24)
    assert told(run(numbers, stamps)) == [(600, 24)]


def test_numbers_without_a_rule_leave_it_to_the_stamps() -> None:
    numbers = np.random.default_rng(2).integers(0, 256, 2000)
    assert learn(numbers) is None
    stamps = np.arange(2000) / FS
    stamps[1500:] += 0.4
    assert told(run(numbers, stamps)) == [(1500, 100)]


def test_numbers_that_stand_still_leave_it_to_the_stamps() -> None:
    """A device that numbers nothing gives 0; its first rows wait a second and no longer."""
    assert told(run(np.zeros(2000, np.int64))) == []


def test_wide_counters() -> None:
    """A counter that begins low and goes beyond a byte, or two bytes, does not wrap there."""
    assert told(run(np.arange(250, 2250))) == []
    assert told(run(np.arange(65_000, 67_000))) == []


def test_a_number_off_the_rule_is_not_known() -> None:
    """A device that counts by two and gives an odd number began anew: how much is not known."""
    found = losses(10, np.array([12, 14, 15, 17]), Counting(2, 1, 256))
    assert found == [(2, None)]
    numbers = np.concatenate([np.arange(500) * 2 % 256, np.arange(500) * 2 % 256 + 1])
    (at, lost), = told(run(numbers))  # fmt: skip
    assert (at, lost) == (500, None)
