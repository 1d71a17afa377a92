"""Millimetres on the screen: how large a division is, and what fits. Pure, no Qt."""

from __future__ import annotations

from dataclasses import dataclass

from emgview.ui.traces.geometry import GUTTER_PX, Geometry
from emgview.ui.traces.viewport import DIVISIONS

LADDER_MM: tuple[float, ...] = (5.0, 10.0, 15.0, 20.0, 25.0, 30.0, 40.0, 50.0)
"""Sizes of a division that can be chosen."""

LEAST_PX_PER_MM, MOST_PX_PER_MM = 1.0, 24.0
"""25 to 600 pixels an inch: what a screen says beyond is not believed."""

USUAL_PX_PER_MM = 96 / 25.4


@dataclass(frozen=True, slots=True)
class TrueScale:
    """How the picture is measured in millimetres.

    Parameters
    ----------
    px_per_mm : float
        Logical pixels, as the screen tells or as measured with a ruler.
    mm_per_div : float
        Wanted size of a division; 0: the largest of the ladder that fits.
    """

    px_per_mm: float
    mm_per_div: float = 0.0

    def fitted_mm(self, width_px: int) -> float | None:
        """Size of a division in a view of that width; None where not even the least fits."""
        room_mm = (width_px - GUTTER_PX) / self.px_per_mm / DIVISIONS
        most = self.mm_per_div or LADDER_MM[-1]
        if most <= room_mm and self.mm_per_div:
            return most
        fitting = [mm for mm in LADDER_MM if mm <= min(room_mm, most)]
        return fitting[-1] if fitting else None

    def geometry(self, width: int, height: int, n_lanes: int) -> Geometry:
        """A canvas of ten such divisions; one that fills the view where it is too narrow."""
        mm = self.fitted_mm(width)
        if mm is None:
            return Geometry(width, height, n_lanes)
        division = mm * self.px_per_mm
        wide = GUTTER_PX + round(DIVISIONS * division)
        return Geometry(min(wide, width), height, n_lanes, division, mm)


def believed(px_per_mm: float) -> float:
    """What a screen says of itself, or the usual density where that cannot be."""
    fits = LEAST_PX_PER_MM <= px_per_mm <= MOST_PX_PER_MM
    return px_per_mm if fits else USUAL_PX_PER_MM


def measured_px_per_mm(line_px: float, measured_mm: float) -> float | None:
    """From a line that was measured with a ruler; None where that cannot be."""
    if measured_mm <= 0:
        return None
    found = line_px / measured_mm
    return found if LEAST_PX_PER_MM <= found <= MOST_PX_PER_MM else None
