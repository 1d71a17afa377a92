"""Labels as files hold them, and the arithmetic between samples and seconds."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass

from emgview.errors import FileError
from emgview.model import Label, LabelState, SampleInterval, load_vocabulary

SECONDS_DIGITS = 9
"""A sample is found again from its seconds at any rate and length that occur."""


@dataclass(frozen=True, slots=True)
class FileLabel:
    """One label in a file.

    Parameters
    ----------
    recording : str
        Id of the recording; empty where the file names none.
    channel : int or None
        From 0; None where the file names none.
    interval : SampleInterval
    peaks : tuple of int
        Samples of the potentials, sorted.
    activity : str
        Class of the vocabulary.
    state : LabelState
    """

    recording: str
    channel: int | None
    interval: SampleInterval
    peaks: tuple[int, ...]
    activity: str
    state: LabelState = LabelState.PROPOSED

    @classmethod
    def of(cls, label: Label) -> FileLabel:
        """What a file says of a label."""
        return cls(
            label.recording_id,
            label.channel,
            label.interval,
            label.peak_samples,
            label.activity,
            label.state,
        )


@dataclass(frozen=True, slots=True)
class RecordingFacts:
    """What is needed of a recording to write its labels, or to place them.

    Parameters
    ----------
    id, title : str
    fs : float
        Sampling rate, Hz.
    n_samples : int
    channels : tuple of str
        Names.
    """

    id: str
    title: str
    fs: float
    n_samples: int
    channels: tuple[str, ...]


@dataclass(frozen=True, slots=True)
class RecordingLabels:
    """The labels of one recording, in time."""

    facts: RecordingFacts
    labels: tuple[FileLabel, ...]


def seconds(samples: int, fs: float) -> str:
    """Samples as seconds, exact enough to find the sample again."""
    return f"{samples / fs:.{SECONDS_DIGITS}f}".rstrip("0").rstrip(".")


def activity_of(text: str) -> str | None:
    """Class that a file means: by its id or its term; None if it is none of ours."""
    wanted = text.strip().casefold()
    for known in load_vocabulary().classes:
        if wanted in (known.id.casefold(), known.term.casefold()):
            return known.id
    return None


def channel_of(text: str, facts: RecordingFacts) -> int | None:
    """Channel by number or by its name, if only one has that name; None if it is not there."""
    text = text.strip()
    names = [n for n, name in enumerate(facts.channels) if name == text]
    if len(names) == 1:
        return names[0]
    if text.isdecimal() and int(text) < len(facts.channels):
        return int(text)
    return None


def channel_by_number(text: str, facts: RecordingFacts) -> int | None:
    """Channel by its number alone, as this program writes it: a channel may be called ``1``."""
    text = text.strip()
    known = text.isdecimal() and int(text) < len(facts.channels)
    return int(text) if known else channel_of(text, facts)


def recording_of(name: str, known: Mapping[str, RecordingFacts], file: str) -> RecordingFacts:
    """The recording that a file means, by id or title; the only one where it names none.

    Raises
    ------
    FileError
        If it is not clear.
    """
    if name in known:
        return known[name]
    found = [facts for facts in known.values() if name and facts.title == name]
    found = found or ([] if name else list(known.values()))
    if len(found) == 1:
        return found[0]
    said = f"names the recording {name!r}, which" if name else "names no recording, and which one"
    raise FileError(
        file, "recording", f"{said} is not clear in this study", "Say which recording is meant."
    )


def placed(
    start: int, stop: int, peaks: tuple[int, ...], facts: RecordingFacts
) -> tuple[SampleInterval, tuple[int, ...]] | None:
    """The stretch inside the recording with its potentials; None if it lies outside.

    A stretch without length is one sample long and is its own potential.
    """
    if start == stop:
        stop, peaks = start + 1, peaks or (start,)
    if not 0 <= start < stop <= facts.n_samples:
        return None
    interval = SampleInterval(start, stop)
    if not all(interval.contains(peak) for peak in peaks):
        return None
    return interval, tuple(sorted(set(peaks)))
