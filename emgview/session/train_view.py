"""Use case: the members of one train, as numbers to be drawn. On the study's I/O thread."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass

import numpy as np
from numpy.typing import NDArray

from emgview.model import Label, SampleInterval, SampleSource
from emgview.session.review_settings import TrainSettings, load_review_settings
from emgview.session.study_session import StudySession
from emgview.signal.intervals import (
    autocorrelogram,
    block_means,
    interval_histogram,
    mean_and_spread,
)
from emgview.signal.rhythm import Rhythm, rhythm

Samples = NDArray[np.float32]
Float = NDArray[np.float64]
Int = NDArray[np.int64]

_BLOCK_SAMPLES = 60_000


@dataclass(frozen=True, slots=True, eq=False)
class TrainView:
    """One train.

    Parameters
    ----------
    peaks : ndarray, (n,) int64
        All members, in samples of the recording.
    shown : ndarray, (m,) int64
        Numbers of the members whose waveforms were read: all, or evenly over the train.
    waveforms : ndarray, (m, n_samples) float32
        µV, as recorded, less the median of each; NaN in gaps.
    before : int
        Samples before the peak.
    mean, spread : ndarray, (n_samples,) float32
        Over ``waveforms``.
    blocks : ndarray, (k, n_samples) float32
        Means of successive parts: how the template changes.
    heights : ndarray, (m,) float64
        Peak to peak of each waveform within 5 ms of its peak, µV.
    rhythm : Rhythm or None
        None for fewer than three members.
    histogram, correlogram : (counts, edges)
        Edges in seconds.
    """

    item: str
    recording_id: str
    channel: int
    fs: float
    peaks: Int
    shown: Int
    waveforms: Samples
    before: int
    mean: Samples
    spread: Samples
    blocks: Samples
    heights: Float
    rhythm: Rhythm | None
    histogram: tuple[Int, Float]
    correlogram: tuple[Int, Float]

    @property
    def times_s(self) -> Float:
        """Times of all members."""
        return self.peaks / self.fs


def train_view(session: StudySession, item: str) -> TrainView | None:
    """The members of an item; None where the item is gone or has no single potentials.

    Raises
    ------
    FileError
        If the recording cannot be read.
    """
    label = session.store.item(item)
    if label is None or not label.peak_samples:
        return None
    return view_of(session.reader(label.recording_id), label)


def view_of(source: SampleSource, label: Label) -> TrainView:
    """The same of a label over any source of samples."""
    p, fs = load_review_settings().train, source.info.sampling_rate_hz
    peaks = np.array(label.peak_samples, dtype=np.int64)
    evenly = np.linspace(0, len(peaks) - 1, min(len(peaks), p.most_waveforms))
    shown: Int = np.unique(evenly.round()).astype(np.int64)
    waveforms, before = cut_out(source, label.channel, peaks[shown], p)
    mean, spread = mean_and_spread(waveforms)
    times = peaks / fs
    intervals = np.diff(times)
    median = float(np.median(intervals)) if len(intervals) else 1.0
    return TrainView(
        item=label.id,
        recording_id=label.recording_id,
        channel=label.channel,
        fs=fs,
        peaks=peaks,
        shown=shown,
        waveforms=waveforms,
        before=before,
        mean=mean,
        spread=spread,
        blocks=block_means(waveforms, p.n_blocks),
        heights=_heights(waveforms, before, fs),
        rhythm=rhythm(times),
        histogram=interval_histogram(intervals, p.histogram_bins, p.histogram_most),
        correlogram=autocorrelogram(times, p.correlogram_lags * median, p.correlogram_bins),
    )


def cut_out(
    source: SampleSource, channel: int, peaks: Int, p: TrainSettings
) -> tuple[Samples, int]:
    """Waveforms ``(m, n_samples)`` around the peaks, less the median of each; samples before."""
    fs = source.info.sampling_rate_hz
    before, after = round(p.before_ms * fs / 1000), round(p.after_ms * fs / 1000)
    found = np.full((len(peaks), before + after + 1), np.nan, dtype=np.float32)
    sign = -1.0 if source.info.channels[channel].inverted else 1.0
    for first, last in _blocks(peaks, _BLOCK_SAMPLES):
        wanted = SampleInterval(int(peaks[first]) - before, int(peaks[last - 1]) + after + 1)
        inside = wanted.intersection(source.info.whole)
        if inside is None:
            continue
        samples = sign * source.read_uv(inside, (channel,))[:, 0]
        for n in range(first, last):
            _put(found[n], samples, int(peaks[n]) - before - inside.start)
    return found, before


def _put(row: Samples, samples: Samples, start: int) -> None:
    """Samples from a place on, as far as there are any, less their median."""
    low, high = max(start, 0), min(start + len(row), len(samples))
    if low >= high:
        return
    part = samples[low:high]
    known = part[np.isfinite(part)]
    row[low - start : high - start] = part - (np.median(known) if known.size else 0.0)


def _blocks(peaks: Int, most: int) -> Iterator[tuple[int, int]]:
    """Runs of peaks that lie within so many samples: one read instead of many."""
    first = 0
    for n in range(1, len(peaks) + 1):
        if n == len(peaks) or peaks[n] - peaks[first] > most:
            yield first, n
            first = n


def _heights(waveforms: Samples, before: int, fs: float) -> Float:
    reach = max(1, round(0.005 * fs))
    near = waveforms[:, max(before - reach, 0) : before + reach + 1].astype(np.float64)
    known = np.where(np.isfinite(near), near, 0.0)
    return np.asarray(known.max(axis=1) - known.min(axis=1), dtype=np.float64)
