"""Values between the trace view and the data: what is wanted, and what comes back."""

from __future__ import annotations

from dataclasses import dataclass

import numpy as np
from numpy.typing import NDArray

from emgview.model import SampleInterval


@dataclass(frozen=True, slots=True)
class DisplayFilter:
    """Filter of the view only; stored data and detection never see it. None: not applied.

    Parameters
    ----------
    high_pass_hz, low_pass_hz : float or None
        Corners (-3 dB) of second-order Butterworth filters.
    mains_hz : float or None
        50 or 60: notches there and at its harmonics.
    harmonics : int
        Notches in all; those that the sampling rate does not hold are left out.
    zero_phase : bool
        Filtered on and back: peaks stay where they are, but a potential also casts a shadow
        before itself. For stored data only.
    """

    high_pass_hz: float | None = 20.0
    low_pass_hz: float | None = None
    mains_hz: float | None = None
    harmonics: int = 8
    zero_phase: bool = False

    @property
    def is_empty(self) -> bool:
        """Whether it changes nothing."""
        return (self.high_pass_hz, self.low_pass_hz, self.mains_hz) == (None, None, None)

    def describe(self) -> str:
        """Text for the status line and the pictures."""
        parts = []
        if self.high_pass_hz:
            parts.append(f"HP {self.high_pass_hz:g} Hz")
        if self.low_pass_hz:
            parts.append(f"LP {self.low_pass_hz:g} Hz")
        if self.mains_hz:
            times = f" × {self.harmonics}" if self.harmonics > 1 else ""
            parts.append(f"mains {self.mains_hz:g} Hz{times}")
        if parts and self.zero_phase:
            parts.append("zero phase")
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
    very long windows it is not, and the view must say so. ``known_until`` is the sample from which
    on the extremes are not known yet, because the overview is being made; None: all are known.
    ``clipped`` (bool, like ``samples`` or ``minimum``) tells where the recorded signal lies at a
    known limit of its channel; None: no channel has one.
    """

    request: TraceRequest
    samples: NDArray[np.float32] | None
    minimum: NDArray[np.float32] | None
    maximum: NDArray[np.float32] | None
    filtered: bool
    known_until: int | None = None
    clipped: NDArray[np.bool_] | None = None
