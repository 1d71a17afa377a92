"""Labels as EDF+ annotations: one file a recording, with annotations and no signals.

A stretch is one annotation with its duration: ``fib #12 ch0 confirmed@@EMG 1``; each of its
potentials is one without: ``fib #12@@EMG 1``. ``@@`` and the name of the channel is the custom of
EDFbrowser. The number ties potentials to their stretch. Annotations of other programs are taken
where their text is a class (id or term), with or without ``@@`` and a channel.

Identification is left blank, the start is that of files without a date (EDF+, clause 2.1.3.3).
"""

from __future__ import annotations

import re
from collections.abc import Iterator
from pathlib import Path

from emgview.errors import FileError
from emgview.model import LabelState
from emgview.session.exchange.rows import (
    SECONDS_DIGITS,
    FileLabel,
    RecordingFacts,
    RecordingLabels,
    activity_of,
    channel_by_number,
    channel_of,
    placed,
)

_STATES = "|".join(state.value for state in LabelState)
_OWN = re.compile(rf"(\w+) #(\d+)(?: ch(\d+) ({_STATES}))?(?:@@.*)?", re.DOTALL)
Found = tuple[list[FileLabel], list[str]]


def write_edf(path: Path, recording: RecordingLabels) -> None:
    """Write the annotations of one recording.

    Raises
    ------
    OSError
        If it cannot be written.
    """
    import edfio

    annotations = [
        edfio.EdfAnnotation(onset, duration, text)
        for onset, duration, text in _annotations(recording)
    ]
    edfio.Edf([], annotations=annotations).write(path)


def _annotations(recording: RecordingLabels) -> Iterator[tuple[float, float | None, str]]:
    facts = recording.facts
    for number, label in enumerate(recording.labels):
        channel = label.channel or 0
        name, begin = facts.channels[channel], label.interval.start
        end = f"@@{_plain(name)}" if name else ""
        own = f"{label.activity} #{number}"
        length = _rounded(len(label.interval) / facts.fs)
        yield _rounded(begin / facts.fs), length, f"{own} ch{channel} {label.state.value}{end}"
        for peak in label.peaks:
            yield _rounded(peak / facts.fs), None, f"{own}{end}"


def _rounded(value: float) -> float:
    return round(value, SECONDS_DIGITS)


def _plain(name: str) -> str:
    """A name without the bytes that part annotations."""
    return "".join(c for c in name if c.isprintable())


def read_edf(path: Path, facts: RecordingFacts) -> Found:
    """Labels of the annotations of a file, and what could not be taken.

    Raises
    ------
    FileError
        If it is no EDF+ or BDF+ with annotations.
    """
    from emgview.sources.files.edf_annotations import read_timeline
    from emgview.sources.files.edf_layout import edf_kind, read_layout

    if not edf_kind(path):
        raise FileError(path.name, "", "is no EDF or BDF file", "Give one with annotations.")
    layout = read_layout(path)
    if not layout.annotation_bytes:
        raise FileError(path.name, "", "holds no annotations", "Export it as EDF+.")
    stretches: dict[int, tuple[FileLabel, list[int]]] = {}
    others: list[FileLabel] = []
    remarks: list[str] = []
    peaks: list[tuple[int, int]] = []
    for text in read_timeline(path, layout).texts:
        start = round(text.onset_s * facts.fs)
        stop = start + round(text.duration_s * facts.fs)
        own = _OWN.fullmatch(text.text)
        if own is not None and own[4] is None:
            peaks.append((int(own[2]), start))
            continue
        found = _label(text.text, start, stop, facts)
        if isinstance(found, str):
            remarks.append(f"{text.onset_s:g} s: {found}")
        elif own is not None and int(own[2]) not in stretches:
            stretches[int(own[2])] = found, []
        else:
            others.append(found)
    for number, peak in peaks:
        label, own_peaks = stretches.get(number, (None, []))
        if label is None or not label.interval.contains(peak):
            remarks.append(f"{peak / facts.fs:g} s: a potential without its stretch")
        else:
            own_peaks.append(peak)
    own_labels = [
        FileLabel(s.recording, s.channel, s.interval, tuple(sorted(set(p))), s.activity, s.state)
        for s, p in stretches.values()
    ]
    return own_labels + others, remarks


def _label(text: str, start: int, stop: int, facts: RecordingFacts) -> FileLabel | str:
    own = _OWN.fullmatch(text)
    if own is not None:
        name, channel_text, state = own[1], own[3], LabelState(own[4])
    else:
        name, _, channel_text = text.partition("@@")
        state = LabelState.PROPOSED
    activity = activity_of(name)
    if activity is None:
        return f"{name[:40]!r} is no class"
    alone = 0 if len(facts.channels) == 1 else None
    find = channel_of if own is None else channel_by_number
    channel = find(channel_text, facts) if channel_text else alone
    if channel is None:
        return "the channel is not clear"
    where = placed(start, stop, (), facts)
    if where is None:
        return "the stretch does not lie in the recording"
    interval, found_peaks = where
    return FileLabel(facts.id, channel, interval, found_peaks, activity, state)
