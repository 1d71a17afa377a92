"""Answers what the trace view asks: windows of samples as pixels, filtered for display or not."""

from __future__ import annotations

from dataclasses import replace
from typing import cast

import numpy as np
from numpy.typing import NDArray

from emgview.model import ColumnSource, SampleInterval, SampleSource
from emgview.recording import column_edges
from emgview.session.clipping import ClipLimits
from emgview.session.filtering import FilteredBlocks, refusal
from emgview.session.traces import DisplayFilter, TraceAnswer, TraceRequest

Samples = NDArray[np.float32]

MOST_FILTERED_SAMPLES = 4_000_000
"""A window with more samples (times channels) is drawn as recorded and the view says so."""


def answer(
    reader: ColumnSource,
    request: TraceRequest,
    blocks: FilteredBlocks | None = None,
    limits: ClipLimits | None = None,
) -> TraceAnswer:
    """Read one window. On the study's I/O thread.

    Parameters
    ----------
    blocks : FilteredBlocks, optional
        Keeps what was filtered from one window to the next.
    limits : ClipLimits, optional
        Where channels are clipped; always told of the recorded signal, also in a filtered view.
    """
    found = _answer(reader, request, blocks)
    if limits is None or not request.channels:
        return found
    return replace(found, clipped=_clipped(reader, found, limits))


def _clipped(
    reader: ColumnSource, found: TraceAnswer, limits: ClipLimits
) -> NDArray[np.bool_] | None:
    """Where the recorded signal of an answer lies at a limit."""
    request = found.request
    samples, low, high = found.samples, found.minimum, found.maximum
    if found.filtered:
        if samples is not None:
            samples = reader.read_uv(request.interval, request.channels)
        else:
            low, high, _ = reader.columns(request.interval, request.n_columns, request.channels)
    if samples is not None:
        return limits.reached(samples, samples, request.channels)
    if low is None or high is None:
        return None
    return limits.reached(low, high, request.channels)


def _answer(
    reader: ColumnSource, request: TraceRequest, blocks: FilteredBlocks | None
) -> TraceAnswer:
    wanted, channels = request.interval, request.channels
    few = len(wanted) <= 2 * request.n_columns
    chosen = _applied(reader, request)
    if chosen is not None:
        samples = (blocks or FilteredBlocks()).filtered(reader, wanted, channels, chosen)
    elif few:
        samples = reader.read_uv(wanted, channels)
    else:
        low, high, known_until = reader.columns(wanted, request.n_columns, channels)
        return TraceAnswer(request, None, low, high, filtered=False, known_until=known_until)
    if few:
        return TraceAnswer(request, samples, None, None, filtered=chosen is not None)
    low, high = extremes(samples, request.n_columns)
    return TraceAnswer(request, None, low, high, filtered=True)


def _applied(reader: SampleSource, request: TraceRequest) -> DisplayFilter | None:
    """The filter that was asked for, unless the window is too long or the rate too low for it."""
    chosen, n_channels = request.display_filter, max(len(request.channels), 1)
    if chosen is None or len(request.interval) * n_channels > MOST_FILTERED_SAMPLES:
        return None
    return None if refusal(chosen, reader.info.sampling_rate_hz) else chosen


def extremes(samples: Samples, n_columns: int) -> tuple[Samples, Samples]:
    """Least and greatest value of each pixel column, NaN where a column holds no data."""
    edges = column_edges(SampleInterval(0, len(samples)), n_columns)
    starts = np.minimum(edges[:-1], len(samples) - 1)
    low = np.minimum.reduceat(np.nan_to_num(samples, nan=np.inf), starts, axis=0)
    high = np.maximum.reduceat(np.nan_to_num(samples, nan=-np.inf), starts, axis=0)
    empty = np.isinf(low) | np.isinf(high)
    low[empty], high[empty] = np.nan, np.nan
    return cast(Samples, low), cast(Samples, high)
