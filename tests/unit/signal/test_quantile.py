"""The quick quantile is numpy's, to the bit."""

from __future__ import annotations

import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st

from emgview.signal.noise import (
    median_of,
    medians_of,
    quantile_of,
    quantiles_of,
    tracked_rows,
    tracked_sigma,
)


@given(
    st.lists(st.floats(0, 1e6, allow_nan=False), min_size=1, max_size=200),
    st.sampled_from([0.0, 0.1, 0.2, 0.25, 1 / 3, 0.5, 0.75, 1.0]),
)
def test_it_is_the_quantile_of_numpy(values: list[float], quantile: float) -> None:
    assert quantile_of(values, quantile) == float(np.quantile(values, quantile))


def test_no_values_have_no_quantile() -> None:
    with pytest.raises(ValueError, match="no values"):
        quantile_of([], 0.5)


SEEDS = st.integers(0, 2**32 - 1)


@given(SEEDS, st.integers(1, 300), st.sampled_from([0.0, 0.05, 0.2, 0.5, 1.0]))
def test_rows_have_the_quantile_of_each(seed: int, n: int, quantile: float) -> None:
    rows = np.random.default_rng(seed).normal(size=(4, n))
    wanted = [quantile_of(row.tolist(), quantile) for row in rows]
    assert quantiles_of(rows, quantile).tolist() == wanted


@given(SEEDS, st.integers(1, 90), st.integers(0, 30), st.integers(0, 12), st.data())
def test_rows_are_tracked_as_each_alone(
    seed: int, n: int, before: int, after: int, data: st.DataObject
) -> None:
    rows = np.random.default_rng(seed).normal(size=(3, n))
    start = data.draw(st.integers(0, n))
    indices = range(start, data.draw(st.integers(start, n)))
    wanted = [[tracked_sigma(row.tolist(), i, before, after, 0.2) for i in indices] for row in rows]
    assert tracked_rows(rows, indices, before, after, 0.2).tolist() == wanted


@given(SEEDS, st.integers(1, 700))
def test_medians_are_those_of_numpy(seed: int, n: int) -> None:
    rows = np.random.default_rng(seed).normal(size=(3, n))
    assert medians_of(rows).tolist() == np.median(rows, axis=1).tolist()
    values = rows[0].tolist()
    assert median_of(values) == median_of(rows[0]) == float(np.median(values))
