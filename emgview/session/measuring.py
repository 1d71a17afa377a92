"""Use case: measure what the reader marked. Reads samples on the study's I/O thread."""

from __future__ import annotations

from dataclasses import dataclass

import numpy as np
from numpy.typing import NDArray

from emgview.model import Channel, LabelState, SampleInterval
from emgview.session.display_limits import load_display_limits
from emgview.session.filtering import FilteredBlocks, refusal
from emgview.session.study_session import StudySession
from emgview.session.traces import DisplayFilter
from emgview.signal.stretch import (
    RateMeasures,
    StretchMeasures,
    measure_rate,
    measure_stretch,
    spectrum,
)
from emgview.signal.waveform import WaveformMeasures, measure

MOST_SAMPLES = 20_000_000
"""A longer stretch is measured in its first part, and that is said."""

_AROUND_MS = 25.0
_NOISE_MS = 200.0
_FLOOR_PART = 0.02
_QUIET_MS = 1.0
_LEAST_RATE_HZ = 10_000.0

Float = NDArray[np.float64]


@dataclass(frozen=True, slots=True, eq=False)
class MeasuredStretch:
    """Numbers of a stretch of one channel.

    ``measured`` is what was really looked at; ``filter_words`` is empty for the signal as recorded.
    """

    recording_id: str
    channel: int
    wanted: SampleInterval
    measured: SampleInterval
    amplitude: StretchMeasures
    rate: RateMeasures
    spectrum_hz: Float
    spectrum_uv2: Float
    filter_words: str


@dataclass(frozen=True, slots=True)
class MeasuredWaveform:
    """The potential at a place; positions in samples of the recording.

    ``why_no_duration`` says why the duration is not stated; empty where it is.
    """

    recording_id: str
    channel: int
    interval: SampleInterval
    peak: int
    measures: WaveformMeasures
    why_no_duration: str
    filter_words: str


def measured_stretch(
    session: StudySession,
    recording_id: str,
    channel: int,
    wanted: SampleInterval,
    chosen: DisplayFilter | None = None,
) -> MeasuredStretch:
    """Amplitude, rhythm of what was not rejected, and spectrum."""
    reader = session.reader(recording_id)
    stop = min(wanted.stop, wanted.start + MOST_SAMPLES)
    part = SampleInterval(wanted.start, stop)
    samples, words = _samples(session, recording_id, channel, part, chosen)
    fs = reader.info.sampling_rate_hz
    amplitude = measure_stretch(samples, fs)
    peaks = _peaks(session, recording_id, channel, part)
    rate = measure_rate(peaks, amplitude.seconds - amplitude.missing_s, fs)
    hz, power = spectrum(samples, fs)
    return MeasuredStretch(recording_id, channel, wanted, part, amplitude, rate, hz, power, words)


def measured_waveform(
    session: StudySession,
    recording_id: str,
    channel: int,
    sample: int,
    chosen: DisplayFilter | None = None,
) -> MeasuredWaveform | None:
    """The potential nearest to a sample, within 25 ms; None where there is no signal."""
    reader = session.reader(recording_id)
    fs = reader.info.sampling_rate_hz
    around = _around(sample, _NOISE_MS, fs, reader.info.whole)
    if around is None:
        return None
    samples, words = _samples(session, recording_id, channel, around, chosen)
    signal = samples.astype(np.float64)
    if np.isnan(signal).any():
        return None
    signal -= np.median(signal)
    noise = float(np.median(np.abs(signal)) / 0.6745)
    near = _around(sample, _AROUND_MS, fs, reader.info.whole)
    if near is None:
        return None
    first, last = near.start - around.start, near.stop - around.start
    anchor = first + int(np.argmax(np.abs(signal[first:last])))
    found = measure(signal, anchor, fs, noise, _FLOOR_PART, _QUIET_MS)
    interval = SampleInterval(around.start + found.onset, around.start + found.offset)
    why = why_no_duration(reader.info.channels[channel], fs, chosen if words else None)
    return MeasuredWaveform(
        recording_id, channel, interval, around.start + found.peak, found, why, words
    )


def measured_values(
    session: StudySession,
    recording_id: str,
    channel: int,
    places: tuple[int, ...],
    chosen: DisplayFilter | None = None,
) -> tuple[float | None, ...]:
    """Value in µV of single samples; None in gaps and outside of the recording."""
    whole = session.reader(recording_id).info.whole
    found: list[float | None] = []
    for place in places:
        if not whole.contains(place):
            found.append(None)
            continue
        one = SampleInterval(place, place + 1)
        value = float(_samples(session, recording_id, channel, one, chosen)[0][0])
        found.append(None if np.isnan(value) else value)
    return tuple(found)


def why_no_duration(channel: Channel, fs: float, chosen: DisplayFilter | None) -> str:
    """Why durations cannot be stated, or empty: high-pass too high, or too few samples a second."""
    most = load_display_limits().duration.high_pass_most_hz
    corners = [channel.high_pass_hz, chosen.high_pass_hz if chosen is not None else None]
    highest = max((corner for corner in corners if corner is not None), default=0.0)
    if highest > most:
        return f"high-pass {highest:g} Hz, above {most:g} Hz"
    if fs < _LEAST_RATE_HZ:
        return f"{fs:g} samples/s, under {_LEAST_RATE_HZ:g}"
    return ""


def _around(sample: int, half_ms: float, fs: float, whole: SampleInterval) -> SampleInterval | None:
    half = max(round(half_ms * fs / 1000), 1)
    return SampleInterval(max(sample - half, 0), max(sample, 0) + half).intersection(whole)


def _samples(
    session: StudySession,
    recording_id: str,
    channel: int,
    part: SampleInterval,
    chosen: DisplayFilter | None,
) -> tuple[NDArray[np.float32], str]:
    """Samples (n,) and what was filtered."""
    reader = session.reader(recording_id)
    if chosen is None or chosen.is_empty or refusal(chosen, reader.info.sampling_rate_hz):
        return reader.read_uv(part, (channel,))[:, 0], ""
    rows = FilteredBlocks().filtered(reader, part, (channel,), chosen)
    return rows[:, 0], chosen.describe()


def _peaks(
    session: StudySession, recording_id: str, channel: int, part: SampleInterval
) -> NDArray[np.int64]:
    """Peaks of all potentials of the channel in the stretch that were not rejected."""
    found = [
        peak
        for item in session.items(recording_id)
        if item.channel == channel and item.state is not LabelState.REJECTED
        for peak in item.peak_samples
        if part.contains(peak)
    ]
    return np.array(sorted(set(found)), dtype=np.int64)
