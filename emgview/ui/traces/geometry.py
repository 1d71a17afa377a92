"""Where things lie on the canvas: lanes, divisions, time axis. Pure, no Qt."""

from __future__ import annotations

from dataclasses import dataclass

from emgview.ui.traces.raster import Lane
from emgview.ui.traces.viewport import DIVISIONS, Viewport

HEADER_PX = 30
AXIS_PX = 24
_LEAST_DIVISIONS = 2


@dataclass(frozen=True, slots=True)
class Geometry:
    """The canvas in logical pixels.

    Parameters
    ----------
    width, height : int
    n_lanes : int
        Visible channels.
    """

    width: int
    height: int
    n_lanes: int

    @property
    def plot_height(self) -> int:
        """Height of all lanes."""
        return max(self.height - HEADER_PX - AXIS_PX, 1)

    @property
    def lane_height(self) -> float:
        """Height of one lane."""
        return self.plot_height / max(self.n_lanes, 1)

    @property
    def lane_divisions(self) -> int:
        """Vertical divisions of a lane: ten for one channel, fewer for more."""
        return max(_LEAST_DIVISIONS, round(DIVISIONS / max(self.n_lanes, 1)))

    def lane(self, index: int, uv_per_div: float, *, inverted: bool, ratio: float = 1.0) -> Lane:
        """Lane of the n-th visible channel, in device pixels for a ``ratio`` above 1."""
        top = HEADER_PX + index * self.lane_height
        per_division = self.lane_height / self.lane_divisions
        scale = per_division / uv_per_div * ratio
        return Lane(
            round(top * ratio), round(self.lane_height * ratio), -scale if inverted else scale
        )

    def lane_at(self, y: float) -> int | None:
        """Index of the lane at a height, or None."""
        index = int((y - HEADER_PX) // self.lane_height)
        return index if y >= HEADER_PX and 0 <= index < self.n_lanes else None

    def x_of(self, sample: float, viewport: Viewport) -> float:
        """Horizontal place of a sample."""
        return (sample - viewport.start) / viewport.span * self.width

    def sample_at(self, x: float, viewport: Viewport) -> int:
        """Sample at a horizontal place."""
        return viewport.start + round(x / max(self.width, 1) * viewport.span)
