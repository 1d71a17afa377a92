"""Where the marks of a scene lie: which items are seen, in which row each, and the bars.

Nothing is drawn here; see :mod:`.marks`.
"""

from __future__ import annotations

from dataclasses import dataclass
from typing import Any

import numpy as np
from numpy.typing import NDArray
from PySide6.QtGui import QColor

from emgview.model import LabelState
from emgview.ui.traces.badges import BadgePainter
from emgview.ui.traces.density import BIN_PX, Bars, DensityRow, fitted
from emgview.ui.traces.display_items import DisplayItem, ItemIndex
from emgview.ui.traces.scene import Scene

_TOP_PX = 3.0
_PX_A_MARK = 12
_LEAST_BRACKET_PX = 40.0
_REJECTED_ALPHA = 150


@dataclass(frozen=True, slots=True)
class Placed:
    """An item that is to be drawn: its lane, from and to, places of its potentials, its row."""

    item: DisplayItem
    lane: int
    extent: tuple[float, float]
    xs: Any
    y: float
    colour: QColor


class MarkPlan:
    """Places of all marks of a scene.

    Parameters
    ----------
    scene : Scene
    items : ItemIndex
    selected : str
        Id of the item that is highlighted.
    badges : BadgePainter
        Knows how large they are.

    Attributes
    ----------
    placed : list of Placed
        In the order in which they are drawn; the selected one last.
    bars : Bars or None
        Where there are too many for single marks; they lie below the marks.
    """

    def __init__(self, scene: Scene, items: ItemIndex, selected: str, badges: BadgePainter) -> None:
        self._scene, self._selected, self._badges = scene, selected, badges
        channels = scene.channels
        self._lane_of = {channel: lane for lane, channel in enumerate(channels)}
        # Asked for each of hundreds of marks: worked out once.
        g, v = scene.geometry, scene.viewport
        self._left, self._right = float(g.plot_left), float(g.width)
        self._start, self._px_per_sample = v.start, g.plot_width / v.span
        self._n_rows, self._row_px = g.mark_rows, g.mark_row_px
        above = min(_TOP_PX, self._row_px / 6)
        self._tops = [g.lane_top(lane) + above for lane in range(len(channels))]
        self._colours: dict[tuple[str, bool], QColor] = {}
        self._ends: dict[int, list[float]] = {}
        self.placed: list[Placed] = []
        self.bars: Bars | None = None
        self._find(items)

    def _find(self, items: ItemIndex) -> None:
        """What is visible; each item gets its row."""
        g, v = self._scene.geometry, self._scene.viewport
        numbers = items.numbers_in(v.interval)
        crowded = len(numbers) > g.plot_width / _PX_A_MARK
        shortest = round(_LEAST_BRACKET_PX / g.plot_width * v.span) if crowded else 0
        shown = items.with_peaks(v.interval, numbers, shortest)
        for item, peaks in shown:
            if item.id != self._selected:
                self._place(item, peaks, ticks=not crowded)
        self.bars = self._density(items) if crowded else None
        self._place_selected(items)

    def _place_selected(self, items: ItemIndex) -> None:
        item, window = items.get(self._selected), self._scene.viewport.interval
        if item is None or not item.interval.overlaps(window):
            return
        peaks = np.array(item.peak_samples, dtype=np.int64)
        a, b = np.searchsorted(peaks, (window.start, window.stop))
        self._place(item, peaks[a:b], ticks=True)

    def _place(self, item: DisplayItem, peaks: NDArray[np.int64], *, ticks: bool) -> None:
        """Where an item lies; a train or a single potential takes a row."""
        lane = self._lane_of.get(item.channel)
        if lane is None:
            return
        colour, extent, y = self._colour(item), (0.0, 0.0), 0.0
        if item.is_stretch or item.id == self._selected:
            a = max(self._x(item.interval.start), self._left)
            extent = a, min(self._x(item.interval.stop), self._right)
        xs = self._x(peaks) if ticks and item.is_stretch else np.zeros(0)
        size = self._badges.size(item)
        if not item.is_stretch:
            xs = min(max(self._x(item.peak_samples[0]), self._left), self._right)
            left = min(max(xs - size / 2, self._left), self._right - size)
            y = self._row(lane, left, left + size)
        elif item.peak_samples:
            y = self._row(lane, extent[0], max(extent[1], extent[0] + size + 6))
        self.placed.append(Placed(item, lane, extent, xs, y, colour))

    def _x(self, sample: Any) -> Any:
        """Horizontal place of a sample, or of many."""
        return self._left + (sample - self._start) * self._px_per_sample

    def _colour(self, item: DisplayItem) -> QColor:
        return self._class_colour(item.activity, rejected=item.state is LabelState.REJECTED)

    def _class_colour(self, activity: str, *, rejected: bool) -> QColor:
        colour = self._colours.get((activity, rejected))
        if colour is None:
            colour = QColor(self._scene.theme.class_colour(activity))
            if rejected:
                colour.setAlpha(_REJECTED_ALPHA)
            self._colours[activity, rejected] = colour
        return colour

    def _row(self, lane: int, a: float, b: float) -> float:
        """Top of a free row over a stretch; crowded rows are shared."""
        ends = self._ends.get(lane)
        if ends is None:
            ends = self._ends[lane] = [-1.0] * self._n_rows
        row = 0
        if ends[0] >= a - 3 and self._n_rows > 1:
            row = next((n for n, end in enumerate(ends) if end < a - 3), ends.index(min(ends)))
        ends[row] = max(ends[row], b)
        return self._row_top(lane, row)

    def _row_top(self, lane: int, row: int) -> float:
        return self._tops[lane] + row * self._row_px

    def _density(self, items: ItemIndex) -> Bars | None:
        """One row a class: how many potentials lie in each few pixels.

        Where a lane has not enough rows, the classes that are left share the last one.
        """
        g, v = self._scene.geometry, self._scene.viewport
        n_bins = max(g.plot_width // BIN_PX, 1)
        rows: dict[int, list[DensityRow]] = {}
        for key, counts in items.density_in(v.interval, n_bins):
            lane = self._lane_of.get(key.channel)
            if lane is not None:
                colour = self._class_colour(key.activity, rejected=False)
                rows.setdefault(lane, []).append(DensityRow.of(key.letter, colour, counts))
        placed: list[tuple[DensityRow, float]] = []
        for lane, found in rows.items():
            first = min(self._rows_in_use(lane), self._n_rows - 1)
            for n, row in enumerate(fitted(found, self._n_rows - first)):
                placed.append((row, self._row_top(lane, first + n)))
        return Bars.of(placed, round(self._badges.height)) if placed else None

    def _rows_in_use(self, lane: int) -> int:
        return sum(end >= 0 for end in self._ends.get(lane, []))
