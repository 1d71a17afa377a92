"""The last part of an endless signal: the same whatever the pushes, in memory taken once."""

from __future__ import annotations

import tracemalloc

import numpy as np

from emgview.detection.tail import Tail


def test_a_window_gives_what_was_appended_and_zeros_beyond() -> None:
    rng = np.random.default_rng(1)
    signal, tail, stop = rng.normal(size=40_000), Tail(), 0
    while stop < len(signal):
        n = int(rng.integers(0, 900))
        tail.append(signal[stop : stop + n])
        stop = min(stop + n, len(signal))
        keep = max(stop - 2_000, 0)
        tail.forget(keep)
        assert tail.start <= keep
        assert tail.stop == stop
        np.testing.assert_array_equal(tail.window(keep, stop), signal[keep:stop])
    beyond = tail.window(tail.start - 3, tail.start + 1)
    assert beyond[:3].tolist() == [0.0, 0.0, 0.0]
    assert beyond[3] == signal[tail.start]
    assert tail.window(stop - 1, stop + 2).tolist() == [signal[-1], 0.0, 0.0]


def test_pushes_of_any_size_take_no_new_memory() -> None:
    """Each push made a new array of another size; the heap fell to pieces and grew.

    What the events need stays between such arrays, and no later one fits into the holes.
    """
    rng = np.random.default_rng(2)
    samples, tail = np.zeros(2_000), Tail()

    def push_some() -> None:
        for n in rng.integers(100, len(samples), 200).tolist():
            tail.append(samples[:n])
            tail.forget(tail.stop - 20_000)

    push_some()  # as large as it will ever be, or nearly
    push_some()
    tracemalloc.start()
    try:
        push_some()
        _now, peak = tracemalloc.get_traced_memory()
    finally:
        tracemalloc.stop()
    assert peak < 20_000 * 8 / 4
