"""Colours by number, and rows of density: pixels are what they would be without the short cut."""

from __future__ import annotations

import numpy as np
from numpy.typing import NDArray
from PySide6.QtGui import QColor, QImage

from emgview.ui.traces.density import SEVERAL, Bars, DensityRow, fitted
from emgview.ui.traces.ground import MOST_COLOURS, _numbered
from emgview.ui.traces.raster import Lane, draw_lanes

RED, BLUE = QColor("#ff0000"), QColor("#0000ff")


def pixels_of(image: QImage) -> NDArray[np.uint32]:
    flat = np.frombuffer(image.constBits(), np.uint32)
    return flat.reshape(image.height(), -1)[:, : image.width()].copy()


def test_numbers_give_the_colours_back() -> None:
    random = np.random.default_rng(1)
    pixels = random.choice(np.array([1, 77, 0xFF123456], np.uint32), (40, 50))
    numbers, colours = _numbered(pixels)
    assert numbers is not None
    assert (np.array(colours, np.uint32)[numbers] == pixels).all()


def test_too_many_colours_are_said_to_be_too_many() -> None:
    pixels = np.arange(MOST_COLOURS + 1, dtype=np.uint32).reshape(1, -1)
    assert _numbered(pixels) == (None, ())
    assert _numbered(pixels[:, :-1])[0] is not None


def test_lanes_upon_a_ground_hide_it_where_they_are_drawn_and_nowhere_else() -> None:
    """What another lane drew before is gone: the ground is seen again."""
    ground = np.arange(60 * 30, dtype=np.uint16).reshape(60, 30).astype(np.uint8) % 7
    random = np.random.default_rng(2)
    lanes = (Lane(0, 20, 1.0), Lane(20, 31, -0.5), Lane(51, 9, 1.0))
    pixels = ground.copy()
    for _ in range(3):
        low = random.normal(0, 8, (30, 3)).astype(np.float32)
        low[random.random((30, 3)) < 0.2] = np.nan
        high = low + 4
        alone = np.zeros((60, 30), np.uint32)
        draw_lanes(alone, lanes, low, high, (100, 101, 102))
        draw_lanes(pixels, lanes, low, high, (100, 101, 102), ground=ground)
        assert (pixels == np.where(alone > 0, alone, ground)).all()


def test_tall_lanes_are_drawn_like_low_ones() -> None:
    """Rows are counted in bytes up to 254, beyond that in two."""
    low = np.linspace(-140, 130, 50, dtype=np.float32)[:, np.newaxis]
    for height in (253, 254, 255, 256, 300):
        pixels = np.zeros((height, 50), np.uint32)
        draw_lanes(pixels, (Lane(0, height, 1.0),), low, low + 3, (9,))
        columns = [np.flatnonzero(column) for column in pixels.T]
        assert all((np.diff(rows) == 1).all() for rows in columns)
        middle = columns[25]
        assert abs(middle[0] - (height / 2 + float(low[25, 0]))) < 4


def test_bars_grow_with_the_count_and_stand_on_the_ground() -> None:
    row = DensityRow.of("F", RED, np.array([0, 1, 4, 16]))
    other = DensityRow.of("P", BLUE, np.array([9, 9, 0, 0]))
    both = pixels_of(Bars.of([(other, 0.0), (row, 20.0)], 18).image())
    assert (both[:18, [0, 1, 2, 4, 5, 6]] == BLUE.rgba()).all()
    assert not both[:18, 8:].any()
    bars = both[18:]
    height = [int((bars[:, 4 * n] > 0).sum()) for n in range(4)]
    assert height[0] == 0
    assert height[1] < height[2] < height[3] == 18
    assert (bars[-1, [4, 8, 12]] == RED.rgba()).all()
    assert not bars[:, 3::4].any()


def test_classes_without_a_row_of_their_own_share_the_last() -> None:
    """They lay upon each other, the last one hiding the rest."""
    rows = [
        DensityRow.of("F", RED, np.array([5, 0, 1])),
        DensityRow.of("P", BLUE, np.array([1, 2, 0])),
    ]
    assert fitted(rows, 2) == rows
    (shared,) = fitted(rows, 1)
    assert shared.letter == SEVERAL
    assert shared.counts.tolist() == [6, 2, 1]
    assert shared.ink_of_bars().tolist() == [RED.rgba(), BLUE.rgba(), RED.rgba()]
