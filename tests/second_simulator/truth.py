"""What really is in a made recording."""

from __future__ import annotations

from dataclasses import dataclass, field

import numpy as np
from numpy.typing import NDArray

Floats = NDArray[np.float64]

# Classes whose single potentials are matched (5 ms); all others are matched by overlap.
POTENTIAL_KINDS = ("fib", "psw", "fp", "mup", "eps")
# Classes of which the macro-F1 is the mean.
PATHOLOGICAL = (
    "fib", "psw", "fp", "myokymic", "multiplet", "neuromyotonic", "myotonic", "crd", "cramp",
)  # fmt: skip
# Overlap-matched classes that are spontaneous too, but stay out of the macro-F1.
SPONTANEOUS = (*PATHOLOGICAL, "scmusd", "hfs")
# Bursts of one unit: a proposal of several bursts is cut into bursts before matching.
BURST_KINDS = ("myokymic", "multiplet")


@dataclass(frozen=True, slots=True)
class Event:
    """One discharge: a train, a burst, or a stretch.

    Parameters
    ----------
    kind : str
        Coarse class: one of POTENTIAL_KINDS, SPONTANEOUS, ``artefact``, ``epn``,
        ``insertional``, ``cannot_tell``.
    detail : str
        Finer name for the reader (``complex``, ``negative first`` …).
    peaks : ndarray of int64
        Samples of the largest deflection of each potential; empty for a stretch.
    peak_uv : ndarray
        Size of that deflection, always positive.
    ignorable : ndarray of bool
        Potentials that nobody can be asked to see: neither hit nor miss.
    start, stop : int
        Half-open samples, first onset to last offset.
    duration_ms, amplitude_uv : float
        Of one potential as recorded (5 % of peak to peak; peak to peak); 0 for a stretch.
    """

    kind: str
    detail: str
    channel: int
    start: int
    stop: int
    peaks: NDArray[np.int64]
    peak_uv: Floats
    ignorable: NDArray[np.bool_]
    duration_ms: float = 0.0
    amplitude_uv: float = 0.0

    @property
    def ignored(self) -> bool:
        """Whether the whole event is neither hit nor miss."""
        return self.kind == "cannot_tell" or (self.peaks.size > 0 and bool(self.ignorable.all()))


@dataclass(frozen=True, slots=True)
class Made:
    """A made recording: ``samples`` (n, channels) int16 times ``lsb_uv`` are microvolts."""

    name: str
    level: str
    silent: bool
    fs: float
    samples: NDArray[np.int16]
    lsb_uv: float
    high_pass_hz: float
    low_pass_hz: float
    inverted: bool
    noise_uv: tuple[float, ...]
    events: tuple[Event, ...] = field(default=())
