"""Whether the acquisition can be trusted, in one line: figures, and which of them are red."""

from __future__ import annotations

import shutil
from collections.abc import Sequence
from dataclasses import dataclass
from pathlib import Path
from typing import Any

import numpy as np
from numpy.typing import NDArray

from emgview.resource_files import resource
from emgview.session.live.acquisition import Acquisition, Counts
from emgview.session.live.recorder import Recorder
from emgview.session.live.states import LiveState
from emgview.session.live.suggesting import Suggester


@dataclass(frozen=True, slots=True)
class HealthLimits:
    """From which value on a figure is red, of ``live/health.toml``."""

    rate_fraction: float
    age_s: float
    writer_lag_s: float
    detector_lag_s: float
    disk_minutes: float
    mains_uv: float


@dataclass(frozen=True, slots=True)
class Figure:
    """One entry of the line.

    Parameters
    ----------
    name, text : str
        As shown.
    red : bool
    help : str
        What it is, and what to do where it is red.
    """

    name: str
    text: str
    red: bool
    help: str


@dataclass(frozen=True, slots=True)
class Levels:
    """What the newest second of each channel holds; NaN or False where not known."""

    mains_uv: tuple[float, ...] = ()
    clipping: tuple[bool, ...] = ()


def load_limits() -> HealthLimits:
    """The shipped limits.

    Raises
    ------
    FileError
        If the data file is missing.
    """
    import tomllib

    data = tomllib.loads(resource("live/health.toml").read_text(encoding="utf-8"))
    return HealthLimits(**data["limits"])


def levels_of(rows: NDArray[np.float32], native: NDArray[Any], fs: float) -> Levels:
    """Mains (RMS µV at 50 or 60 Hz, the larger) and clipping of each channel.

    Parameters
    ----------
    rows : ndarray, (n, n_channels)
        Microvolt; a whole number of 0.1 s is used of it, so that both frequencies fit.
    native : ndarray, (n, n_channels)
        The same samples as the source gave them.
    """
    n = int(len(rows) / (fs / 10)) * round(fs / 10)
    channels = rows.shape[1]
    if n == 0:
        return Levels((float("nan"),) * channels, (False,) * channels)
    x = np.nan_to_num(rows[-n:]).astype(np.float64)
    t = np.arange(n) / fs
    waves = np.exp(-2j * np.pi * np.outer((50.0, 60.0), t))
    amplitude = 2 * np.abs(waves @ (x - x.mean(axis=0))) / n
    mains = amplitude.max(axis=0) / np.sqrt(2)
    return Levels(tuple(float(v) for v in mains), clipping_of(native))


def clipping_of(native: NDArray[Any]) -> tuple[bool, ...]:
    """Channels with a sample at the limit of the converter; none is known for real numbers."""
    n_channels = int(native.shape[1])
    if native.dtype.kind != "i" or not len(native):
        return (False,) * n_channels
    limits = np.iinfo(native.dtype)
    # The lowest number is the filler of gaps; converters that clip stay one above it or on it.
    high, low = native.max(axis=0) >= limits.max, native.min(axis=0) == limits.min + 1
    return tuple(bool(v) for v in high | low)


def disk_minutes(folder: Path, bytes_per_s: float) -> float:
    """Minutes of recording that the disk has room for."""
    try:
        free = shutil.disk_usage(folder).free
    except OSError:
        return 0.0
    return max(free - 64 * 2**20, 0) / max(bytes_per_s, 1.0) / 60


def figures(
    acquisition: Acquisition,
    recorder: Recorder | None,
    suggester: Suggester | None,
    levels: Levels,
    minutes_left: float | None,
    limits: HealthLimits,
) -> tuple[Figure, ...]:
    """The health line, as of now."""
    live = acquisition.format
    if live is None:
        return ()
    counts, fs = acquisition.counts(), live.sampling_rate_hz
    line = [
        _rate(counts, fs, limits),
        _lost(counts, recorder, fs),
        _age(counts, acquisition.state, limits),
        _writer(recorder, limits),
        _disk(minutes_left, limits),
        _clipping(levels, [c.label for c in live.channels]),
        _mains(levels, [c.label for c in live.channels], limits),
        _detector(suggester, limits),
    ]
    if counts.not_numbers:
        text = f"{counts.not_numbers}"
        line.append(Figure("Not numbers", text, True, "The source sent values that are none."))
    return tuple(line)


def _rate(counts: Counts, fs: float, limits: HealthLimits) -> Figure:
    off = abs(counts.rate_hz / fs - 1.0)
    red = counts.rate_hz > 0 and off > limits.rate_fraction
    text = f"{counts.rate_hz:.0f}/{fs:.0f}" if counts.rate_hz else f"–/{fs:.0f}"
    tip = "Samples per second, measured over 5 s, against what the source states."
    if red:
        tip += " They differ: check the settings of the device; times may be wrong."
    return Figure("Samples/s", text, red, tip)


def _lost(counts: Counts, recorder: Recorder | None, fs: float) -> Figure:
    lost = counts.lost + (recorder.dropped if recorder is not None else 0)
    text = "0" if lost == 0 else f"{lost} ({lost / fs:.2f} s)"
    return Figure("Lost", text, lost > 0, "Samples that did not come or could not be written.")


def _age(counts: Counts, state: LiveState, limits: HealthLimits) -> Figure:
    age = max(counts.age_s, counts.silence_s)
    red = state is LiveState.LOST or age > limits.age_s
    text = "–" if age == float("inf") else f"{1000 * age:.0f} ms"
    if 1.0 <= age < float("inf"):
        text = f"{age:.1f} s"
    return Figure("Newest", text, red, "Age of the newest sample. Red: nothing comes.")


def _writer(recorder: Recorder | None, limits: HealthLimits) -> Figure:
    if recorder is None:
        return Figure("Writer", "off", False, "Nothing is recorded now.")
    red = bool(recorder.failed) or recorder.lag_s > limits.writer_lag_s
    text = "failed" if recorder.failed else f"{1000 * recorder.lag_s:.0f} ms"
    return Figure("Writer", text, red, "Signal that waits for the disk.")


def _disk(minutes: float | None, limits: HealthLimits) -> Figure:
    if minutes is None:
        return Figure("Disk", "–", False, "No study to record into.")
    red = minutes < limits.disk_minutes
    text = f"{minutes:.0f} min" if minutes < 600 else f"{minutes / 60:.0f} h"
    return Figure("Disk", text, red, "Recording time that the disk has room for.")


def _clipping(levels: Levels, labels: Sequence[str]) -> Figure:
    names = [label for label, on in zip(labels, levels.clipping, strict=False) if on]
    text = _few(names) or "none"
    return Figure("Clipping", text, bool(names), "Channels at the limit of the converter.")


def _mains(levels: Levels, labels: Sequence[str], limits: HealthLimits) -> Figure:
    pairs = [(v, name) for v, name in zip(levels.mains_uv, labels, strict=False) if v == v]
    if not pairs:
        return Figure("Mains", "–", False, "RMS at 50 or 60 Hz of the worst channel.")
    worst, name = max(pairs)
    red = worst > limits.mains_uv
    tip = "RMS at 50 or 60 Hz, every channel: "
    tip += ", ".join(f"{n} {v:.1f} µV" for v, n in pairs)
    if red:
        tip += ". Check reference, ground and impedance."
    return Figure("Mains", f"{worst:.1f} µV {name}", red, tip)


def _detector(suggester: Suggester | None, limits: HealthLimits) -> Figure:
    if suggester is None:
        return Figure("Detector", "off", False, "Nothing is proposed now.")
    red = suggester.lag_s > limits.detector_lag_s or suggester.skipped > 0
    tip = "Signal that the detector has not judged yet; it never holds up the recording."
    return Figure("Detector", f"{1000 * suggester.lag_s:.0f} ms", red, tip)


def _few(names: Sequence[str]) -> str:
    return ", ".join(names[:3]) + (f" +{len(names) - 3}" if len(names) > 3 else "")
