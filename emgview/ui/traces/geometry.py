"""Where things lie on the canvas: gutter, lanes, divisions, time axis. Pure, no Qt."""

from __future__ import annotations

from dataclasses import dataclass

from emgview.ui.traces.raster import Lane
from emgview.ui.traces.viewport import DIVISIONS, Viewport

HEADER_PX = 30
AXIS_PX = 24
GUTTER_PX = 112
"""Left of the traces: name, sensitivity and polarity of each channel, so that no text ever
covers a trace."""

_LEAST_DIVISIONS = 2
_MOST_GUTTER = 0.25
_MARK_ROW_PX = (11.0, 20.0)
_MARK_SHARE = 0.45
_MOST_MARK_ROWS = 4


@dataclass(frozen=True, slots=True)
class Geometry:
    """The canvas in logical pixels.

    Parameters
    ----------
    width, height : int
    n_lanes : int
        Visible channels.
    division_px : float
        Height of a division at true scale; 0: divisions fill the lanes.
    mm_per_div : float
        Size of a division on the screen at true scale; 0: not told.
    """

    width: int
    height: int
    n_lanes: int
    division_px: float = 0.0
    mm_per_div: float = 0.0

    @property
    def plot_left(self) -> int:
        """Where the traces begin."""
        if self.mm_per_div:
            return GUTTER_PX
        return min(GUTTER_PX, round(self.width * _MOST_GUTTER))

    @property
    def plot_width(self) -> int:
        """Width of the traces: ten divisions."""
        return max(self.width - self.plot_left, 1)

    @property
    def plot_height(self) -> int:
        """Height of all lanes."""
        return max(self.height - HEADER_PX - AXIS_PX, 1)

    @property
    def plot_bottom(self) -> int:
        """Where the time axis begins."""
        return HEADER_PX + self.plot_height

    @property
    def lane_height(self) -> float:
        """Height of one lane."""
        return self.plot_height / max(self.n_lanes, 1)

    @property
    def division_height(self) -> float:
        """Height of a division: a tenth of the plot, but half a lane where lanes are narrow."""
        return self.division_px or self.lane_height / self.lane_divisions

    @property
    def lane_divisions(self) -> float:
        """Divisions of a lane, from edge to edge: ten on the screen, at least two in each lane."""
        if self.division_px:
            return self.lane_height / self.division_px
        return max(_LEAST_DIVISIONS, DIVISIONS / max(self.n_lanes, 1))

    @property
    def mark_row_px(self) -> float:
        """Height of one row of marks; small in narrow lanes, so that none leaves its lane."""
        low, high = _MARK_ROW_PX
        return min(max(self.lane_height / 6, low), high)

    @property
    def mark_rows(self) -> int:
        """Rows of marks at the top of a lane: at most 45 % of its height, at least one."""
        fitting = int(self.lane_height * _MARK_SHARE / self.mark_row_px)
        return min(max(fitting, 1), _MOST_MARK_ROWS)

    def lane_top(self, index: int) -> float:
        """Top of the n-th lane."""
        return HEADER_PX + index * self.lane_height

    def lane(self, index: int, uv_per_div: float, *, inverted: bool, ratio: float = 1.0) -> Lane:
        """Lane of the n-th visible channel, in device pixels for a ``ratio`` above 1."""
        scale = self.division_height / uv_per_div * ratio
        return Lane(
            round(self.lane_top(index) * ratio),
            round(self.lane_height * ratio),
            -scale if inverted else scale,
        )

    def lane_at(self, y: float) -> int | None:
        """Index of the lane at a height, or None."""
        index = int((y - HEADER_PX) // self.lane_height)
        return index if y >= HEADER_PX and 0 <= index < self.n_lanes else None

    def x_of(self, sample: float, viewport: Viewport) -> float:
        """Horizontal place of a sample."""
        return self.plot_left + (sample - viewport.start) / viewport.span * self.plot_width

    def sample_at(self, x: float, viewport: Viewport) -> int:
        """Sample at a horizontal place, inside the window."""
        part = min(max((x - self.plot_left) / self.plot_width, 0.0), 1.0)
        return viewport.start + round(part * viewport.span)

    def part_at(self, x: float) -> float:
        """Place as a part (0…1) of the window."""
        return min(max((x - self.plot_left) / self.plot_width, 0.0), 1.0)
