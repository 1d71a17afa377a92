"""The quick quantile is numpy's, to the bit."""

from __future__ import annotations

import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st

from emgview.signal.noise import quantile_of


@given(
    st.lists(st.floats(0, 1e6, allow_nan=False), min_size=1, max_size=200),
    st.sampled_from([0.0, 0.1, 0.2, 0.25, 1 / 3, 0.5, 0.75, 1.0]),
)
def test_it_is_the_quantile_of_numpy(values: list[float], quantile: float) -> None:
    assert quantile_of(values, quantile) == float(np.quantile(values, quantile))


def test_no_values_have_no_quantile() -> None:
    with pytest.raises(ValueError, match="no values"):
        quantile_of([], 0.5)
