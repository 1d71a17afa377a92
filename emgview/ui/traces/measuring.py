"""What a dragged stretch measures, from what is on the screen. Pure, no Qt."""

from __future__ import annotations

from dataclasses import dataclass

import numpy as np

from emgview.model import SampleInterval
from emgview.session.traces import TraceAnswer


@dataclass(frozen=True, slots=True)
class StretchMeasure:
    """Length of a stretch and peak-to-peak amplitude of one channel in it.

    ``peak_to_peak_uv`` is None where there is no data. Amplitudes are those of the trace as
    shown: with the display filter, where one is applied.
    """

    seconds: float
    peak_to_peak_uv: float | None

    def text(self) -> str:
        """For the screen: ``12.5 ms · 80 Hz · 240 µV p-p``."""
        parts = [_duration(self.seconds)]
        if self.seconds > 0:
            parts.append(f"{1 / self.seconds:.3g} Hz")
        if self.peak_to_peak_uv is not None:
            parts.append(f"{_amplitude(self.peak_to_peak_uv)} p-p")
        return "   ".join(parts)


def measure(answer: TraceAnswer, index: int, stretch: SampleInterval, fs: float) -> StretchMeasure:
    """Measure a stretch of the ``index``-th channel of an answer."""
    seconds = len(stretch) / fs
    window = answer.request.interval
    inside = stretch.intersection(window)
    if inside is None or index >= len(answer.request.channels):
        return StretchMeasure(seconds, None)
    low, high = answer.samples, answer.samples
    first, last = inside.start - window.start, inside.stop - window.start
    if low is None:
        low, high = answer.minimum, answer.maximum
        columns = answer.request.n_columns
        first = first * columns // len(window)
        last = max(first + 1, -(-last * columns // len(window)))
    if low is None or high is None:
        return StretchMeasure(seconds, None)
    a, b = low[first:last, index], high[first:last, index]
    if a.size == 0 or np.isnan(a).all():
        return StretchMeasure(seconds, None)
    return StretchMeasure(seconds, float(np.nanmax(b) - np.nanmin(a)))


def value_at(answer: TraceAnswer, channel: int, sample: int) -> float | None:
    """µV of the trace as shown, or None where there is no data or more than a sample a pixel."""
    place = sample - answer.request.interval.start
    if answer.samples is None or channel not in answer.request.channels:
        return None
    if not 0 <= place < len(answer.samples):
        return None
    value = float(answer.samples[place, answer.request.channels.index(channel)])
    return None if np.isnan(value) else value


def typical_deflections(answer: TraceAnswer) -> tuple[float | None, ...]:
    """Size in µV that nine of ten columns stay below, per channel; None where there is no data."""
    low, high = answer.minimum, answer.maximum
    if low is None or high is None:
        low = high = answer.samples
    if low is None or high is None or low.size == 0:
        return (None,) * len(answer.request.channels)
    size = np.fmax(np.abs(low), np.abs(high))
    present = [column[~np.isnan(column)] for column in size.T]
    return tuple(float(np.percentile(c, 90)) if c.size else None for c in present)


def _duration(seconds: float) -> str:
    if seconds >= 1:
        return f"Δt {seconds:.3f} s"
    return f"Δt {seconds * 1000:.2f} ms" if seconds < 0.01 else f"Δt {seconds * 1000:.1f} ms"


def _amplitude(uv: float) -> str:
    return f"{uv / 1000:.2f} mV" if uv >= 1000 else f"{uv:.0f} µV"
