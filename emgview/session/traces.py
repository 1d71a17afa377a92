"""Values between the trace view and the data: what is wanted, and what comes back."""

from __future__ import annotations

from dataclasses import dataclass

import numpy as np
from numpy.typing import NDArray

from emgview.model import SampleInterval


@dataclass(frozen=True, slots=True)
class DisplayFilter:
    """Filter of the view only; stored data and detection never see it. None: not applied."""

    high_pass_hz: float | None = 20.0
    low_pass_hz: float | None = None
    notch_hz: float | None = None

    def describe(self) -> str:
        """Text for the status line and the pictures."""
        parts = []
        if self.high_pass_hz:
            parts.append(f"HP {self.high_pass_hz:g} Hz")
        if self.low_pass_hz:
            parts.append(f"LP {self.low_pass_hz:g} Hz")
        if self.notch_hz:
            parts.append(f"notch {self.notch_hz:g} Hz")
        return ", ".join(parts) or "none"


@dataclass(frozen=True, slots=True)
class TraceRequest:
    """What the view wants to draw.

    Parameters
    ----------
    generation : int
        Counts up; an answer to an older generation is dropped.
    interval : SampleInterval
        Window; may reach beyond the recording (the outside comes back as NaN).
    n_columns : int
        Pixels across the window.
    channels : tuple of int
    display_filter : DisplayFilter or None
        None: as recorded.
    """

    generation: int
    recording_id: str
    interval: SampleInterval
    n_columns: int
    channels: tuple[int, ...]
    display_filter: DisplayFilter | None = None


@dataclass(frozen=True, slots=True, eq=False)
class TraceAnswer:
    """What came back for a request.

    Exactly one way is filled. ``samples`` (float32, µV, (len(interval), n_channels)) where the
    window holds at most two samples a pixel; else ``minimum`` and ``maximum``
    (float32, µV, (n_columns, n_channels)), the true extremes of each pixel column. NaN where there
    is no data (outside, gaps). ``filtered`` tells whether the filter was really applied: over
    very long windows it is not, and the view must say so.
    """

    request: TraceRequest
    samples: NDArray[np.float32] | None
    minimum: NDArray[np.float32] | None
    maximum: NDArray[np.float32] | None
    filtered: bool
