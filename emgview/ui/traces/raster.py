"""Columns of extremes become pixels. numpy only."""

from __future__ import annotations

from dataclasses import dataclass

import numpy as np
from numpy.typing import NDArray

Pixels = NDArray[np.uint32]


@dataclass(frozen=True, slots=True)
class Lane:
    """Where a channel is drawn, in pixels.

    ``top`` and ``height`` bound the lane; ``pixels_per_uv`` is negative for an inverted channel.
    """

    top: int
    height: int
    pixels_per_uv: float

    def y_of(self, uv: NDArray[np.float32]) -> NDArray[np.float32]:
        """Row of a value: negative is up."""
        middle = self.top + self.height / 2
        return np.asarray(middle + uv * self.pixels_per_uv, dtype=np.float32)


def draw_columns(
    pixels: Pixels,
    lane: Lane,
    minimum: NDArray[np.float32],
    maximum: NDArray[np.float32],
    colour: int,
    line_width: int = 1,
) -> None:
    """Draw one channel: a vertical line per pixel column from its least to its greatest value.

    Neighbouring columns are joined, so that a steep flank has no hole. Values beyond the lane are
    clipped to its edge. NaN columns stay empty.

    Parameters
    ----------
    pixels : ndarray, (height, width) uint32
        Written in place.
    minimum, maximum : ndarray, (width,) float32
        µV.
    """
    width = min(len(minimum), pixels.shape[1])
    if width == 0:
        return
    a, b = lane.y_of(minimum[:width]), lane.y_of(maximum[:width])
    top, bottom = np.fmin(a, b), np.fmax(a, b)
    present = ~np.isnan(top)
    _join(top, bottom, present)
    low, high = lane.top, min(lane.top + lane.height, pixels.shape[0]) - 1
    first = np.clip(np.nan_to_num(top, nan=0.0), low, high).astype(np.int32)
    last = np.clip(np.nan_to_num(bottom, nan=0.0) + line_width - 1, low, high).astype(np.int32)
    if not present.any():
        return
    start, stop = int(first[present].min()), int(last[present].max()) + 1
    rows = np.arange(start, stop, dtype=np.int32)[:, None]
    inside = (rows >= first) & (rows <= last) & present
    pixels[start:stop, :width][inside] = colour


def _join(
    top: NDArray[np.float32], bottom: NDArray[np.float32], present: NDArray[np.bool_]
) -> None:
    """Let each column reach the one before it, half way from both sides."""
    both = present[1:] & present[:-1]
    gap_down = both & (top[1:] > bottom[:-1] + 1)
    gap_up = both & (bottom[1:] < top[:-1] - 1)
    middle_down = (top[1:] + bottom[:-1]) / 2
    middle_up = (bottom[1:] + top[:-1]) / 2
    top[1:][gap_down] = middle_down[gap_down]
    bottom[:-1][gap_down] = middle_down[gap_down]
    bottom[1:][gap_up] = middle_up[gap_up]
    top[:-1][gap_up] = middle_up[gap_up]
