"""What a pattern is said to be: class, place, potentials and the evidence in numbers and words."""

from __future__ import annotations

from dataclasses import dataclass, replace

import numpy as np
from numpy.typing import NDArray

from emgview.detection.patterns.periodic import Chain
from emgview.model import Evidence
from emgview.model.interval import SampleInterval

Float = NDArray[np.float64]
Int = NDArray[np.int64]


@dataclass(frozen=True, slots=True, eq=False)
class Pattern:
    """A discharge pattern of one channel; places count from the segment's start.

    Parameters
    ----------
    activity : str
    score : float
    interval : SampleInterval
    claimed : tuple of SampleInterval
        Where no other class is sought: the groups, not the silence between them.
    peaks : ndarray of int
    before, after : int
        Extent of each potential around its peak, samples.
    rate_hz, interval_cv : float or None
    amplitude_uv, duration_ms : float or None
    components : int or None
        Spikes of the mean potential or complex.
    snr : float or None
    reasons : tuple of str
    """

    activity: str
    score: float
    interval: SampleInterval
    claimed: tuple[SampleInterval, ...]
    peaks: Int
    before: int
    after: int
    rate_hz: float | None = None
    interval_cv: float | None = None
    amplitude_uv: float | None = None
    duration_ms: float | None = None
    components: int | None = None
    snr: float | None = None
    reasons: tuple[str, ...] = ()

    def potentials(self, inside: SampleInterval) -> list[tuple[int, int, int]]:
        """Start, peak and stop of each potential, cut to an interval."""
        return [
            (max(t - self.before, inside.start), t, min(t + self.after, inside.stop))
            for t in self.peaks.tolist()
            if inside.contains(t)
        ]

    def evidence(self, inside: SampleInterval) -> Evidence:
        """Numbers and words for the reader."""

        def rounded(value: float | None, digits: int) -> float | None:
            return None if value is None else round(value, digits)

        return Evidence(
            duration_ms=rounded(self.duration_ms, 3),
            amplitude_uv=rounded(self.amplitude_uv, 2),
            phases=self.components,
            rate_hz=rounded(self.rate_hz, 3),
            interval_cv=rounded(self.interval_cv, 4),
            n_potentials=len(self.potentials(inside)),
            snr=rounded(self.snr, 2),
            reasons=self.reasons,
        )

    def scaled(self, stride: int) -> Pattern:
        """On the recording's samples instead of every ``stride``-th."""

        def wide(i: SampleInterval) -> SampleInterval:
            return SampleInterval(i.start * stride, i.stop * stride)

        return replace(
            self,
            interval=wide(self.interval),
            claimed=tuple(wide(i) for i in self.claimed),
            peaks=self.peaks * stride,
            before=self.before * stride,
            after=self.after * stride,
        )


@dataclass(frozen=True, slots=True)
class Shape:
    """The mean potential: extent around its peak, number of spikes, peak to peak, first sign."""

    before: int
    after: int
    components: int
    amplitude_uv: float
    ms: float
    first_negative: bool


def shape_of(mean: Float, sigma: float, rate_hz: float) -> Shape:
    """Measure a mean potential whose moment is in the middle; the grid is that of the chain."""
    size, middle = np.abs(mean), len(mean) // 2
    peak = float(size.max())
    out = np.flatnonzero(size > max(0.12 * peak, 2.0 * sigma))
    first, last = (int(out[0]), int(out[-1])) if out.size else (middle, middle)
    inner = size[1:-1]
    tops = np.flatnonzero((inner >= size[:-2]) & (inner > size[2:])) + 1
    tops = tops[size[tops] > max(0.2 * peak, 3.0 * sigma)]
    return Shape(
        max(middle - first, 1),
        max(last - middle + 1, 2),
        len(tops),
        float(np.ptp(mean)),
        (last - first + 1) / rate_hz * 1000,
        bool(mean[first] < 0),
    )


def of_chain(
    chain: Chain, activity: str, score: float, shape: Shape, reasons: tuple[str, ...]
) -> Pattern:
    """A continuous train of cycles as a pattern (on the thinned grid)."""
    peaks = np.unique(np.round(chain.times).astype(np.int64))
    interval = SampleInterval(max(int(peaks[0]) - shape.before, 0), int(peaks[-1]) + shape.after)
    return Pattern(
        activity, score, interval, (interval,), peaks, shape.before, shape.after,
        rate_hz=float(np.median(chain.rates_hz)),
        interval_cv=chain.local_cv,
        amplitude_uv=float(np.median(chain.sizes)),
        duration_ms=shape.ms,
        components=shape.components,
        snr=float(np.median(chain.sizes)) / 2 / chain.sigma,
        reasons=reasons,
    )  # fmt: skip
