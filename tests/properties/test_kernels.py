"""The compiled loops give what numpy gives, to the bit: which of them ran is never seen."""

from __future__ import annotations

import sys
from pathlib import Path
from typing import Any

import numpy as np
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st
from numpy.typing import NDArray
from PySide6.QtCore import QPointF, QRectF
from PySide6.QtGui import QColor, QImage, QPainter

from emgview import kernels
from emgview.kernels import loading
from emgview.model import SampleInterval
from emgview.recording.folding import fold, fold_all, nothing
from emgview.recording.overview import _reduce_folded, column_edges, column_step
from emgview.ui.traces.density import BIN_PX, Bars, DensityRow
from emgview.ui.traces.ground import _first_alike
from emgview.ui.traces.raster import (
    Lane,
    Strokes,
    columns_of_samples,
    draw_at_once,
    draw_cuts,
    draw_lanes,
    draw_soft,
)
from emgview.ui.traces.trace_image import TracePicture, draw_bars

DTYPES = st.sampled_from([np.int16, np.int32, np.float32])
SEEDS = st.integers(0, 2**32 - 1)


@pytest.fixture(scope="module", autouse=True)
def loaded() -> None:
    pytest.importorskip("numba")
    assert kernels.load()
    assert kernels.compiled() is not None


def _rows(random: np.random.Generator, dtype: Any, n: int, n_channels: int, layout: str) -> Any:
    """Minima and maxima as samples (one array), as blocks in a file, or in columns of choice."""
    values = random.integers(-900, 900, (n, 2, n_channels)).astype(dtype)
    if values.dtype.kind == "f":
        lost = random.random((n, 1, n_channels)) < 0.1
        values[np.broadcast_to(lost, values.shape)] = np.nan
    values.flags.writeable = layout != "read only"
    if layout in ("samples", "read only"):
        rows = values.reshape(-1, n_channels)[:n]
        return rows, rows
    if layout == "blocks":
        return values[:, 0], values[:, 1]
    if layout == "pairs":
        pairs = np.ascontiguousarray(values.transpose(0, 2, 1))
        return pairs[:, :, 0], pairs[:, :, 1]
    return np.asfortranarray(values[:, 0]), values[:, 1]


LAYOUTS = st.sampled_from(["samples", "blocks", "read only", "columns", "pairs"])


@settings(max_examples=60, deadline=None)
@given(SEEDS, DTYPES, st.integers(0, 300), st.integers(1, 33), LAYOUTS, st.integers(0, 5))
def test_blocks_are_the_same(
    seed: int, dtype: Any, n: int, n_channels: int, layout: str, exponent: int
) -> None:
    low, high = _rows(np.random.default_rng(seed), dtype, n, n_channels, layout)
    for work in (fold, fold_all):
        found = work(low, high, 2**exponent)
        with kernels.without():
            wanted = work(low, high, 2**exponent)
        for a, b in zip(found, wanted, strict=True):
            np.testing.assert_array_equal(a, b)
            assert a.dtype == b.dtype


@settings(max_examples=80, deadline=None)
@given(SEEDS, DTYPES, st.integers(1, 2000), st.integers(1, 70), LAYOUTS, st.integers(0, 500))
def test_columns_are_the_same(
    seed: int, dtype: Any, n: int, n_columns: int, layout: str, start: int
) -> None:
    low, high = _rows(np.random.default_rng(seed), dtype, n, 5, layout)
    window = SampleInterval(start, start + n)
    edges, step = column_edges(window, n_columns), column_step(n, n_columns)

    def columns() -> tuple[NDArray[Any], NDArray[Any]]:
        least, most = nothing(np.dtype(dtype))
        shape = n_columns, 5
        made = np.full(shape, least, dtype), np.full(shape, most, dtype)
        _reduce_folded(made, edges, (low, high), (start, 1, step))
        return made

    found = columns()
    with kernels.without():
        wanted = columns()
    for a, b in zip(found, wanted, strict=True):
        np.testing.assert_array_equal(a, b)


@settings(max_examples=100, deadline=None)
@given(SEEDS, st.integers(0, 200), st.integers(0, 150), st.integers(1, 9))
def test_the_line_between_few_samples_is_the_same(
    seed: int, n: int, n_columns: int, n_channels: int
) -> None:
    random = np.random.default_rng(seed)
    samples = random.normal(0, 100, (n, n_channels)).astype(np.float32)
    samples[random.random(samples.shape) < 0.1] = np.nan
    found = columns_of_samples(samples, n_columns)
    with kernels.without():
        wanted = columns_of_samples(samples, n_columns)
    for a, b in zip(found, wanted, strict=True):
        np.testing.assert_array_equal(a, b)


@settings(max_examples=100, deadline=None)
@given(SEEDS, st.integers(1, 90), st.integers(1, 5), st.sampled_from([1, 2, 3]), st.integers(0, 12))
def test_pixels_are_the_same(seed: int, width: int, n_lanes: int, pen: int, left: int) -> None:
    """Lanes of all heights, some of which end below the picture; traces that leave them."""
    random = np.random.default_rng(seed)
    heights = random.integers(1, 40, n_lanes) if seed % 3 else random.integers(250, 260, n_lanes)
    tops = 4 + np.concatenate(([0], np.cumsum(heights[:-1]) - random.integers(0, 2)))
    scales = random.normal(0, 1, n_lanes)
    lanes = tuple(Lane(int(t), int(h), s) for t, h, s in zip(tops, heights, scales, strict=True))
    middle = random.normal(0, random.choice([3, 30]), (width, n_lanes))
    low = middle.astype(np.float32)
    high = (middle + random.exponential(5, middle.shape)).astype(np.float32)
    lost = random.random(low.shape) < 0.1
    low[lost], high[lost] = np.nan, np.nan
    # The lowest lane may end below the picture, but its upper edge with its dashes never does.
    height = int(max(tops[-1] + 2 * pen, tops[-1] + heights[-1] - random.integers(0, 9)))
    inks = [int(c) for c in random.integers(1, 2**32, n_lanes)]
    ground = random.integers(0, 2**32, (height, left + width), dtype=np.uint32)
    ground[:, left:] = ground[random.integers(0, height, height), left:]  # some rows look the same
    same = _first_alike(ground[:, left:])
    numbers = np.zeros((height, width), np.uint8)
    wanted = ground.copy()
    pixels = numbers.copy()
    draws = list(range(10, 10 + n_lanes))
    cut = draw_lanes(pixels, lanes, low, high, draws, pen)
    draw_cuts(pixels, lanes, cut, 9, 8 * pen, 2 * pen)
    table = np.zeros(256, np.uint32)
    table[[9, *draws]] = [0xFFABCDEF, *inks]
    wanted[:, left:] = np.where(pixels > 0, table[pixels], ground[:, left:])
    loops, found = kernels.compiled(), ground.copy()
    assert loops is not None
    strokes = Strokes(pen, 0xFFABCDEF, 8 * pen, 2 * pen)
    for shift in (5.0, 0.0):  # the first picture leaves nothing behind
        moved = low + np.float32(shift), high + np.float32(shift)
        draw_at_once(loops, found, (ground, same), left, lanes, moved, inks, strokes)
    np.testing.assert_array_equal(found, wanted)


@settings(max_examples=100, deadline=None)
@given(
    SEEDS,
    st.integers(1, 60),
    st.integers(1, 90),
    st.integers(1, 5),
    st.sampled_from([1.2, 2.4]),
    st.integers(0, 12),
)
def test_soft_lines_are_the_same(
    seed: int, n: int, width: int, n_lanes: int, pen: float, left: int
) -> None:
    random = np.random.default_rng(seed)
    heights = random.integers(1, 40, n_lanes)
    tops = 4 + np.concatenate(([0], np.cumsum(heights[:-1])))
    scales = random.normal(0, 1, n_lanes)
    lanes = tuple(Lane(int(t), int(h), s) for t, h, s in zip(tops, heights, scales, strict=True))
    samples = random.normal(0, random.choice([3, 30]), (n, n_lanes)).astype(np.float32)
    samples[random.random(samples.shape) < 0.1] = np.nan
    samples[random.random(samples.shape) < 0.05] = np.inf
    extremes = columns_of_samples(samples, width)
    inks = [int(c) for c in random.integers(1, 2**32, n_lanes)]
    height = int(tops[-1] + max(heights[-1] - random.integers(0, 9), 1))
    ground = random.integers(0, 2**32, (height, left + width), dtype=np.uint32)
    found, wanted = ground.copy(), ground.copy()
    draw_soft(found, left, lanes, extremes, inks, pen)
    with kernels.without():
        draw_soft(wanted, left, lanes, extremes, inks, pen)
    np.testing.assert_array_equal(found, wanted)
    np.testing.assert_array_equal(found[:, :left], ground[:, :left])


def test_a_soft_line_covers_as_much_as_it_is_wide(loops: str) -> None:
    """A level line between two rows of pixels: its ink in each column is its width."""
    del loops
    pixels = np.zeros((20, 8), np.uint32)
    level = np.full((8, 1), 2.3, np.float32)
    draw_soft(pixels, 0, (Lane(0, 20, 1.0),), (level, level), [0x00FF0000], 1.5)
    inked = (pixels >> 16).astype(float) / 255
    assert inked.sum(axis=0) == pytest.approx(1.5, abs=0.02)
    assert inked[11:14, 0] == pytest.approx([0.45, 1.0, 0.05], abs=0.01)


def test_a_steep_soft_line_is_as_wide_as_a_level_one_and_no_higher(loops: str) -> None:
    """At 200 % the flanks of a potential were hairlines."""
    del loops
    pixels = np.zeros((400, 9), np.uint32)
    rows = np.full((9, 1), np.nan, np.float32)
    low, high = rows.copy(), rows.copy()
    for column in range(2, 7):  # 60 rows a column
        low[column], high[column] = 60 * (column - 2) - 150, 60 * (column - 1) - 150
    draw_soft(pixels, 0, (Lane(0, 400, 1.0),), (low, high), [0x00FF0000], 2.4)
    inked = (pixels >> 16).astype(float) / 255
    assert np.median(inked[100:300].sum(axis=1)) == pytest.approx(2.4, abs=0.02)
    assert np.flatnonzero(inked.any(axis=1))[[0, -1]].tolist() == [48, 351]
    assert not inked[:, [0, 1, 7, 8]].any(), "what is no line stays empty"


@settings(max_examples=100, deadline=None)
@given(SEEDS, st.integers(1, 40), st.integers(1, 4), st.integers(0, 9), st.sampled_from([1, 2]))
def test_bars_in_the_picture_are_those_that_a_painter_draws(
    seed: int, n_bins: int, n_rows: int, left: int, ratio: int
) -> None:
    random = np.random.default_rng(seed)
    height = int(random.integers(7, 18))
    placed = []
    for n in range(n_rows):
        counts = random.poisson(0.7, n_bins)
        inks = random.integers(0, 2**24, n_bins, dtype=np.uint32) | np.uint32(0xFF000000)
        row = DensityRow("F", QColor("red"), counts, inks if n % 2 else 0xFF00FF00)
        placed.append((row, float(random.integers(0, 60))))
    bars = Bars.of(placed, height)
    size = (70 * ratio, (left + BIN_PX * n_bins + int(random.integers(-9, 9))) * ratio)
    under = random.integers(0, 2**24, (max(size[0], 1), max(size[1], 1)), dtype=np.uint32)
    under |= np.uint32(0xFF000000)
    wanted, found = _shown(under.copy(), ratio), _shown(under.copy(), ratio)
    painter, image = QPainter(wanted.image), bars.image()
    for n, top in enumerate(bars.tops):
        part = QRectF(0, n * height, image.width(), height)
        painter.drawImage(QPointF(left, top), image, part)
    painter.end()
    assert draw_bars(found, bars, left, ratio)
    assert found.pixels is not None
    assert wanted.pixels is not None
    np.testing.assert_array_equal(found.pixels, wanted.pixels)


def _shown(pixels: NDArray[np.uint32], ratio: int) -> TracePicture:
    height, width = pixels.shape
    image = QImage(pixels.data, width, height, width * 4, QImage.Format.Format_RGB32)
    image.setDevicePixelRatio(ratio)
    return TracePicture(image, None, None, None, pixels)


def test_without_numba_all_stays_as_it_is(monkeypatch: pytest.MonkeyPatch) -> None:
    """A machine for which there is no numba draws by numpy and is told nothing."""

    monkeypatch.setattr(loading, "_STATE", loading._State())
    monkeypatch.setitem(sys.modules, "emgview.kernels.machine", None)
    assert not kernels.load()
    assert kernels.compiled() is None


def test_kept_machine_code_that_is_damaged_is_made_anew(
    monkeypatch: pytest.MonkeyPatch, tmp_path: Path
) -> None:
    from emgview.kernels.machine import kind_of_machine

    good = (loading.cache_folder() / f"{kind_of_machine()}.bin").read_bytes()
    made: list[int] = []

    def make() -> bytes:
        made.append(1)
        return good

    monkeypatch.setattr(loading, "cache_folder", lambda: tmp_path)
    monkeypatch.setattr(loading, "_made_elsewhere", make)
    kept = tmp_path / f"{kind_of_machine()}.bin"
    for damaged in (b"", good[:-5], good[:40] + b"x" + good[41:], b"\0" * 100):
        kept.write_bytes(damaged)
        monkeypatch.setattr(loading, "_STATE", loading._State())
        assert kernels.load()
        assert kept.read_bytes() == good
    assert len(made) == 4
    monkeypatch.setattr(loading, "_STATE", loading._State())
    assert kernels.load()
    assert len(made) == 4
    assert [path.name for path in tmp_path.iterdir()] == [kept.name]


def test_loops_refuse_what_does_not_fit() -> None:
    """They trust their sizes, so that a wrong one must not come to them."""
    loops = kernels.compiled()
    assert loops is not None
    rows, columns = np.zeros(60, np.int16), np.zeros((2, 3), np.int16)
    loops.reduce(rows, rows, 3, np.array([0, 10, 20]), columns, columns.copy())
    for cuts in ([0, 10, 21], [-1, 10, 20], [0, 10]):
        with pytest.raises(ValueError, match=r"fit|rows"):
            loops.reduce(rows, rows, 3, np.array(cuts), columns, columns.copy())
    with pytest.raises(TypeError):
        loops.reduce(rows, rows.astype(np.int32), 3, np.array([0, 1, 2]), columns, columns)
    with pytest.raises(TypeError):
        loops.reduce(rows, rows[::2], 3, np.array([0, 1, 2]), columns, columns)
    loops.reduce_pairs(rows, 6, np.array([0, 5, 10]), columns, columns.copy())
    for cuts in ([0, 5, 11], [-1, 5, 10], [0, 5]):
        with pytest.raises(ValueError, match=r"fit|rows"):
            loops.reduce_pairs(rows, 6, np.array(cuts), columns, columns.copy())
    values = np.zeros((4, 3), np.float32)
    with pytest.raises(ValueError, match="fit"):
        loops.line_columns(values, values, values[:, :2].copy())
