"""Order within a contraction and within a wave, whatever the seed."""

from __future__ import annotations

from collections import defaultdict

import numpy as np
import pytest

from emgview.simulation import simulate

FS = 20_000.0


@pytest.mark.parametrize("seed", range(6))
def test_voluntary_units_are_recruited_in_order_and_fall_silent_in_reverse(seed: int) -> None:
    spans = defaultdict(list)
    for one in simulate("voluntary_then_rest", seconds=30, seed=seed).truth:
        spans[one.unit].append(one.peak_sample)
    starts = [min(row) for _, row in sorted(spans.items())]
    stops = [max(row) for _, row in sorted(spans.items())]
    assert len(starts) > 1
    assert starts == sorted(starts)
    assert stops == sorted(stops, reverse=True)


@pytest.mark.parametrize("seed", range(6))
def test_positive_sharp_waves_are_sharp_and_positive_first(seed: int) -> None:
    """The spike stands within 5 ms of the onset, is positive, and the long rest is negative."""
    simulation = simulate("positive_sharp_waves", seconds=30, seed=seed)
    ends = [0, *(one.interval.stop for one in simulation.truth)]
    starts = [*(one.interval.start for one in simulation.truth), 10**9]
    alone = 0
    for n, one in enumerate(simulation.truth):
        assert (one.peak_sample - one.interval.start) / FS < 0.005
        assert simulation.samples[one.peak_sample, one.channel] > 0
        if one.interval.start - ends[n] > 500 and starts[n + 1] > one.interval.stop:
            alone += 1
            tail = simulation.samples[one.peak_sample + 100 : one.interval.stop, one.channel]
            assert float(np.mean(tail)) < 0
    assert alone > 10
