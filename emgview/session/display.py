"""Answers what the trace view asks: windows of samples as pixels, filtered for display or not."""

from __future__ import annotations

from typing import cast

import numpy as np
from numpy.typing import NDArray

from emgview.model import SampleInterval
from emgview.recording import RecordingReader, column_edges
from emgview.session.traces import DisplayFilter, TraceAnswer, TraceRequest
from emgview.signal.filters import StreamingFilter, design_band, design_notch

Samples = NDArray[np.float32]

MOST_FILTERED_SAMPLES = 4_000_000
"""A window with more samples (times channels) is drawn as recorded and the view says so."""

_SETTLE_S = 0.5


def answer(reader: RecordingReader, request: TraceRequest) -> TraceAnswer:
    """Read one window. On the study's I/O thread."""
    wanted = request.interval
    n_channels = max(len(request.channels), 1)
    filtered = (
        request.display_filter is not None and len(wanted) * n_channels <= MOST_FILTERED_SAMPLES
    )
    if len(wanted) <= 2 * request.n_columns or filtered:
        samples = _window(reader, request, filtered=filtered)
        if len(wanted) <= 2 * request.n_columns:
            return TraceAnswer(request, samples, None, None, filtered)
        low, high = extremes(samples, request.n_columns)
        return TraceAnswer(request, None, low, high, filtered)
    low, high = reader.overview(wanted, request.n_columns, request.channels)
    return TraceAnswer(request, None, low, high, filtered=False)


def _window(reader: RecordingReader, request: TraceRequest, *, filtered: bool) -> Samples:
    """Samples of the window, NaN outside the recording; with a run-in for the filter."""
    wanted = request.interval
    out = np.full((len(wanted), len(request.channels)), np.nan, dtype=np.float32)
    inside = wanted.intersection(reader.info.whole)
    if inside is None or not request.channels:
        return out
    fs = reader.info.sampling_rate_hz
    run_in = min(round(_SETTLE_S * fs), inside.start) if filtered else 0
    source = SampleInterval(inside.start - run_in, inside.stop)
    samples = reader.read_uv(source, request.channels)
    if filtered and request.display_filter is not None:
        samples = display_filtered(samples, fs, request.display_filter)
    first = inside.start - wanted.start
    out[first : first + len(inside)] = samples[run_in:]
    return out


def display_filtered(samples: Samples, fs: float, chosen: DisplayFilter) -> Samples:
    """Filter channels for display; NaN (gaps) stays NaN."""
    sections = [design_band(fs, chosen.high_pass_hz, chosen.low_pass_hz)]
    if chosen.notch_hz is not None and chosen.notch_hz < 0.45 * fs:
        sections.append(design_notch(fs, chosen.notch_hz))
    out = np.empty_like(samples)
    for c in range(samples.shape[1]):
        signal = samples[:, c].astype(np.float64)
        edges = np.flatnonzero(np.diff(np.isnan(signal))) + 1
        # a gap starts the filter anew: filled with zero, its edges would be steps of the offset
        for part in np.split(signal, edges):
            if part.size and not np.isnan(part[0]):
                filtered = part
                for section in sections:
                    filtered = StreamingFilter(section)(filtered)
                part[:] = filtered
        out[:, c] = signal
    return out


def extremes(samples: Samples, n_columns: int) -> tuple[Samples, Samples]:
    """Least and greatest value of each pixel column, NaN where a column holds no data."""
    edges = column_edges(SampleInterval(0, len(samples)), n_columns)
    starts = np.minimum(edges[:-1], len(samples) - 1)
    low = np.minimum.reduceat(np.nan_to_num(samples, nan=np.inf), starts, axis=0)
    high = np.maximum.reduceat(np.nan_to_num(samples, nan=-np.inf), starts, axis=0)
    empty = np.isinf(low) | np.isinf(high)
    low[empty], high[empty] = np.nan, np.nan
    return cast(Samples, low), cast(Samples, high)
