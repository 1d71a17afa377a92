"""Use case of ``emgview mup`` and ``emgview ipa``: units and interference pattern of a path.

A study, a native recording or any importable file; one recording and channel at a time.
"""

from __future__ import annotations

from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass
from pathlib import Path
from typing import TYPE_CHECKING, Any

import numpy as np
from numpy.typing import NDArray

from emgview.errors import EmgviewError
from emgview.model import Channel, ImportHints, Progress, RecordingInfo, SampleInterval
from emgview.recording import RecordingReader, is_native
from emgview.session.detecting import Chunked
from emgview.session.study_folder import StudyFolder

if TYPE_CHECKING:
    from emgview.quantify import StretchUnits

Float = NDArray[np.float64]


@dataclass(frozen=True, slots=True)
class Wanted:
    """What to analyse: channel (None: all), from and to in seconds (None: the ends)."""

    channel: int | None = None
    start_s: float | None = None
    stop_s: float | None = None


@dataclass(frozen=True, slots=True, eq=False)
class ChannelStretch:
    """The longest gap-free part of a wanted stretch of one channel.

    Parameters
    ----------
    title : str
        Of the recording.
    info : RecordingInfo
    channel : int
    interval : SampleInterval
        What ``signal`` covers, in samples of the recording.
    signal : ndarray, (n,) µV
        Positive means that the active electrode is positive.
    remark : str
        What was left out, or empty.
    """

    title: str
    info: RecordingInfo
    channel: int
    interval: SampleInterval
    signal: Float
    remark: str

    @property
    def described(self) -> Channel:
        """The channel's own description."""
        return self.info.channels[self.channel]


def stretches_of(
    path: Path, hints: ImportHints, wanted: Wanted, longest_s: float | None
) -> Iterator[ChannelStretch]:
    """The wanted stretches of every recording of a path.

    Raises
    ------
    EmgviewError
        If the stretch or the channel is not there.
    """
    with _recordings(path, hints) as found:
        for title, recording in found:
            info = recording.info
            for channel in _channels(info, wanted):
                yield _stretch(title, recording, channel, _window(info, wanted), longest_s)


def stretch_in(
    reader: RecordingReader, channel: int, interval: SampleInterval, longest_s: float | None = None
) -> ChannelStretch:
    """The same of an open recording: for views, on the study's I/O thread."""
    return _stretch("", reader, channel, interval, longest_s)


def units_in(stretch: ChannelStretch) -> StretchUnits:
    """Motor units of a stretch. Any thread."""
    from emgview.quantify import units_of

    return units_of(stretch.signal, stretch.info.sampling_rate_hz, stretch.described)


def mup_path(
    path: Path, hints: ImportHints, wanted: Wanted, progress: Progress | None = None
) -> dict[str, Any]:
    """Motor units of a path, in the form of ``emgview mup --json``.

    Raises
    ------
    EmgviewError
        If the path cannot be read, or does not hold the stretch.
    """
    from emgview.quantify import stretch_rules
    from emgview.session.quantified_json import joined, stretch_json

    progress = progress or Progress()
    parts = []
    longest = stretch_rules().stretch.longest_s
    for n, stretch in enumerate(stretches_of(path, hints, wanted, longest)):
        progress.report(0.1 + 0.8 * n / (n + 1), "Motor unit potentials")
        parts.append(stretch_json(stretch, units_in(stretch)))
    return joined(parts)


def ipa_path(
    path: Path, hints: ImportHints, wanted: Wanted, progress: Progress | None = None
) -> dict[str, Any]:
    """Interference pattern of a path, in the form of ``emgview ipa --json``.

    Raises
    ------
    EmgviewError
        If the path cannot be read, or does not hold the stretch.
    """
    from emgview.session.quantified_json import pattern_json

    progress = progress or Progress()
    parts = []
    for n, stretch in enumerate(stretches_of(path, hints, wanted, None)):
        progress.report(0.1 + 0.8 * n / (n + 1), "Interference pattern")
        parts.append(pattern_json(stretch))
    return {"version": "emgview-ipa/1", "stretches": parts}


@contextmanager
def _recordings(path: Path, hints: ImportHints) -> Iterator[list[tuple[str, Chunked]]]:
    from contextlib import ExitStack

    from emgview.sources import open_file

    with ExitStack() as stack:
        if StudyFolder.is_study(path):
            folder = StudyFolder(path)
            yield [
                (entry.title, stack.enter_context(RecordingReader.open(folder.path_of(entry))))
                for entry in folder.read().recordings
            ]
        elif is_native(path):
            yield [(path.stem, stack.enter_context(RecordingReader.open(path)))]
        else:
            yield [(one.title, one) for one in open_file(path, hints)]


def _channels(info: RecordingInfo, wanted: Wanted) -> list[int]:
    count = len(info.channels)
    if wanted.channel is None:
        return list(range(count))
    if not 0 <= wanted.channel < count:
        raise EmgviewError(
            f"There is no channel {wanted.channel}", f"The recording has 0 to {count - 1}."
        )
    return [wanted.channel]


def _window(info: RecordingInfo, wanted: Wanted) -> SampleInterval:
    fs = info.sampling_rate_hz
    start = max(round((wanted.start_s or 0.0) * fs), 0)
    stop = info.n_samples
    if wanted.stop_s is not None:
        stop = min(round(wanted.stop_s * fs), stop)
    if stop <= start:
        raise EmgviewError(
            f"There is nothing from {start / fs:g} s on to where the stretch should end",
            f"The recording lasts from 0 to {info.duration_s:g} s.",
        )
    return SampleInterval(start, stop)


def _stretch(
    title: str,
    recording: Chunked,
    channel: int,
    window: SampleInterval,
    longest_s: float | None,
) -> ChannelStretch:
    info = recording.info
    start, signal = _longest_run(recording, channel, window)
    remark = ""
    if len(signal) < len(window):
        remark = "samples are missing; the longest part without a gap was analysed"
    most = len(signal) if longest_s is None else round(longest_s * info.sampling_rate_hz)
    if len(signal) > most:
        remark = f"longer than {longest_s:g} s; the first part was analysed"
        signal = signal[:most]
    described = info.channels[channel]
    scaled = signal.astype(np.float64) * described.gain_uv + described.offset_uv
    if described.inverted:
        scaled = -scaled
    interval = SampleInterval(start, start + len(signal))
    return ChannelStretch(title, info, channel, interval, scaled, remark)


def _longest_run(
    recording: Chunked, channel: int, window: SampleInterval
) -> tuple[int, NDArray[Any]]:
    """Longest run of samples of a channel without a gap, and where it begins."""
    runs: list[tuple[int, list[NDArray[Any]]]] = []
    expected = None
    for chunk in recording.chunks(max(1, round(recording.info.sampling_rate_hz))):
        shared = SampleInterval(chunk.start_sample, chunk.stop_sample).intersection(window)
        if shared is None:
            if chunk.start_sample >= window.stop:
                break
            continue
        first = shared.start - chunk.start_sample
        part = chunk.samples[first : first + len(shared), channel]
        if shared.start != expected or (first == 0 and chunk.lost_before):
            runs.append((shared.start, []))
        runs[-1][1].append(np.array(part))
        expected = shared.stop
    if not runs:
        return window.start, np.empty(0)
    start, parts = max(runs, key=lambda run: sum(map(len, run[1])))
    return start, np.concatenate(parts)
