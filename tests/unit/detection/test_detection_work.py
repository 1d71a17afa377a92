"""How much is worked out for each event: counted, since time depends on the machine."""

from __future__ import annotations

import numpy as np
import pytest
from numpy.typing import NDArray

from emgview.detection import default_parameters, products, templates
from emgview.detection.events import Event
from emgview.detection.products import product, scatter
from emgview.detection.templates import TemplateBank
from emgview.signal.noise import median_of, medians_of, running_median

RATE_HZ = 10_000.0


def event(number: int, rng: np.random.Generator) -> Event:
    """A potential of one of seven widths in noise."""
    t = (np.arange(141) - 50) / RATE_HZ * 1000
    width = 0.3 + 0.25 * (number % 7)
    shape = 100 * np.exp(-((t / width) ** 2)) + rng.normal(0, 3, len(t))
    anchor = 1000 * number
    return Event(anchor - 20, anchor + 20, anchor, shape.astype(np.float32), None, 3.0, 3.0, 100.0)


def test_an_event_is_compared_with_all_templates_by_two_products(
    monkeypatch: pytest.MonkeyPatch,
) -> None:
    """It was one pass for each lag over copies of all templates."""
    sizes: list[int] = []

    def counted(left: NDArray[np.float64], right: NDArray[np.float64]) -> NDArray[np.float64]:
        sizes.append(len(left))
        return product(left, right)

    monkeypatch.setattr(templates, "product", counted)
    bank = TemplateBank(RATE_HZ, 1, default_parameters())
    rng = np.random.default_rng(1)
    n = 140
    for number in range(n):
        bank.add(event(number, rng))
    assert len(sizes) == 2 * (n - 1)
    assert max(sizes) <= 14
    assert sum(len(unit.events) for unit in bank.finish()) == n


def test_products_are_worked_through_in_small_groups(monkeypatch: pytest.MonkeyPatch) -> None:
    """Larger ones were shared out among threads, whose spinning took longer than the work."""
    rng = np.random.default_rng(2)
    left, right = rng.normal(size=(50, 30)), rng.normal(size=(30, 20))
    groups: list[int] = []
    matmul = np.matmul

    def counted(a: NDArray[np.float64], b: NDArray[np.float64], out: NDArray[np.float64]) -> None:
        groups.append(a.size * b.shape[1])
        matmul(a, b, out=out)

    monkeypatch.setattr(products, "_ALONE", 6000)
    monkeypatch.setattr(np, "matmul", counted)
    found = product(left, right)
    assert len(groups) == 5
    assert max(groups) <= 6000
    np.testing.assert_allclose(found, left @ right)
    np.testing.assert_allclose(scatter(left), left.T @ left)


@pytest.mark.parametrize("n", [1, 2, 3, 8, 9, 10, 40, 41])
def test_medians_are_those_of_numpy(n: int) -> None:
    """To the last digit: a proposal's id hangs on them."""
    values = np.random.default_rng(n).normal(size=n)
    assert median_of(values) == np.median(values)
    assert median_of(values.tolist()) == np.median(values)
    rows = np.stack((values, values[::-1] + 1))
    np.testing.assert_array_equal(medians_of(rows), np.median(rows, axis=1))
    np.testing.assert_array_equal(medians_of(rows.T), np.median(rows.T, axis=1))
    around = [np.median(values[max(0, i - 4) : i + 5]) for i in range(n)]
    np.testing.assert_array_equal(running_median(values, 4), around)


def test_a_median_of_nothing_is_an_error() -> None:
    """As it is with numpy, there as a warning."""
    with pytest.raises(ValueError, match="no values"):
        median_of([])
