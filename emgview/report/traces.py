"""Which stretches of the recordings are shown as pictures."""

from __future__ import annotations

from collections.abc import Sequence

from emgview.findings import Column, ExaminedRecording, FindingsRow, Observed, load_findings_rules
from emgview.findings.clinical_words import load_clinical_words
from emgview.findings.statements import subject
from emgview.findings.watched import items_of, watched_time
from emgview.model import (
    Channel,
    Label,
    RecordingInfo,
    SampleInterval,
    load_vocabulary,
)
from emgview.model.interval import subtract
from emgview.report.content import ReportInput, TraceSpec
from emgview.report.texts import load_report_texts
from emgview.report.words import Words, load_words


def choose_traces(source: ReportInput) -> tuple[TraceSpec, ...]:
    """One picture for each observed column of each muscle, and one of rest.

    A picture is centred on the middle potential of the label with most potentials (the earliest
    of equals), so that a train is seen as a train.
    """
    labels = {label.id: label for label in source.labels}
    found: list[TraceSpec] = []
    for row in source.findings.rows:
        for column in source.findings.columns:
            cell = row.cell(column.id)
            if isinstance(cell, Observed):
                own = [labels[item] for item in cell.item_ids]
                found.append(_of_class(len(found) + 1, column, row, own, source))
    rest = _of_rest(len(found) + 1, source)
    return (*found, rest) if rest else tuple(found)


def _of_class(
    number: int,
    column: Column,
    row: FindingsRow,
    own: Sequence[Label],
    source: ReportInput,
) -> TraceSpec:
    best = max(own, key=lambda label: (len(label.peak_samples), -label.interval.start))
    recording = next(r for r in source.recordings if r.info.id == best.recording_id)
    window = _window(_middle(best), column.id, recording.info)
    shown = [
        label
        for label in own
        if label.recording_id == best.recording_id
        and label.channel == best.channel
        and label.interval.overlaps(window)
    ]
    marks = sorted(peak for label in shown for peak in _peaks(label) if window.contains(peak))
    known = load_vocabulary().get(best.activity)
    letter = known.letter if known else "?"
    words = load_words(source.language)
    noun = "trace_mark" if len(marks) == 1 else "trace_marks"
    enlarged = _enlarged(_middle(best), column.id, recording.info, window)
    return _spec(
        number,
        recording,
        source,
        best.channel,
        window,
        column.id,
        letter,
        marks=tuple(marks),
        item_ids=tuple(label.id for label in shown),
        title=f"{words.column.get(column.id, column.title)}, {_subject(row, source)}",
        alt=words.words[noun].format(n=len(marks), letter=letter),
        enlarged=enlarged,
    )


def _subject(row: FindingsRow, source: ReportInput) -> str:
    clinical = load_clinical_words(source.language)
    return clinical.muscle_and_side(subject(row), row.muscle, row.side.value)


def _peaks(label: Label) -> tuple[int, ...]:
    return label.peak_samples or (_middle(label),)


def _middle(label: Label) -> int:
    peaks = sorted(label.peak_samples)
    if peaks:
        return peaks[len(peaks) // 2]
    return (label.interval.start + label.interval.stop) // 2


def _window(centre: int, kind: str, info: RecordingInfo) -> SampleInterval:
    """Window of the length set for the kind, kept inside the recording."""
    length = round(load_report_texts().picture_ms[kind] / 1000 * info.sampling_rate_hz)
    length = min(max(length, 2), info.n_samples)
    start = min(max(centre - length // 2, 0), info.n_samples - length)
    return SampleInterval(start, start + length)


def _enlarged(
    centre: int, kind: str, info: RecordingInfo, window: SampleInterval
) -> SampleInterval | None:
    """Stretch around one potential that is drawn a second time; None where it would not help."""
    length_ms = load_report_texts().enlarged_ms.get(kind, 0.0)
    half = round(length_ms / 2000 * info.sampling_rate_hz)
    if half < 2 or half * 4 > len(window):
        return None
    return SampleInterval(centre - half, centre + half).intersection(window)


def _of_rest(number: int, source: ReportInput) -> TraceSpec | None:
    """The longest undisturbed stretch of rest without any label, or None where there is none."""
    rules, vocabulary = load_findings_rules(), load_vocabulary()
    best: tuple[float, ExaminedRecording, SampleInterval] | None = None
    for recording in source.recordings:
        items = items_of(recording, source.labels, vocabulary)
        rest = watched_time(recording, items, rules).rest
        busy = [item.interval for item in items]
        for interval in subtract(rest, busy):
            seconds = len(interval) / recording.info.sampling_rate_hz
            if best is None or seconds > best[0]:
                best = (seconds, recording, interval)
    needed_s = load_report_texts().picture_ms["rest"] / 1000
    if best is None or best[0] < needed_s:
        return None
    _, recording, interval = best
    window = _window((interval.start + interval.stop) // 2, "rest", recording.info)
    channel = _first_examined_channel(recording)
    words = load_words(source.language).words
    names = {i: _subject(row, source) for row in source.findings.rows for i in row.recording_ids}
    return _spec(
        number,
        recording,
        source,
        channel,
        window,
        "rest",
        "",
        title=f"{words['trace_rest']}, {names[recording.info.id]}",
        alt=words["trace_no_marks"],
    )


def _first_examined_channel(recording: ExaminedRecording) -> int:
    run = recording.run
    refused = {r.channel for r in run.remarks if r.refused} if run else set()
    return next((c for c in run.examined_channels if c not in refused), 0) if run else 0


def _spec(
    number: int,
    recording: ExaminedRecording,
    source: ReportInput,
    channel: int,
    window: SampleInterval,
    kind: str,
    letter: str,
    *,
    title: str,
    alt: str,
    marks: tuple[int, ...] = (),
    item_ids: tuple[str, ...] = (),
    enlarged: SampleInterval | None = None,
) -> TraceSpec:
    info = recording.info
    place = [r.info.id for r in source.recordings].index(info.id) + 1
    start_s = window.start / info.sampling_rate_hz
    length_ms = len(window) / info.sampling_rate_hz * 1000
    words = load_words(source.language)
    where = words.words["trace_where"].format(
        recording=place, channel=channel + 1, start=f"{start_s:.3f}", length=f"{length_ms:.0f}"
    )
    if enlarged is not None:
        enlarged_ms = len(enlarged) / info.sampling_rate_hz * 1000
        where += words.words["trace_enlarged"].format(length=f"{enlarged_ms:.0f}")
    return TraceSpec(
        id=f"trace-{number:03d}",
        recording_id=info.id,
        channel=channel,
        interval=window,
        sampling_rate_hz=info.sampling_rate_hz,
        kind=kind,
        letter=letter,
        marks=marks,
        item_ids=item_ids,
        caption=words.words["trace_caption"].format(title=title, where=where),
        alt=words.words["trace_alt"].format(title=title, where=where, marks=alt),
        settings=settings_text(info, info.channels[channel], words),
        inverted=info.channels[channel].inverted,
        enlarged=enlarged,
    )


def settings_text(info: RecordingInfo, channel: Channel, words: Words) -> str:
    """Acquisition filters and sampling rate in words."""
    return words.words["trace_settings"].format(
        filters=filter_text(channel, words), rate=f"{info.sampling_rate_hz:g}"
    )


def filter_text(channel: Channel, words: Words) -> str:
    """Corners of the acquisition filters; says so where they are not known."""
    if channel.high_pass_hz is None and channel.low_pass_hz is None:
        return words.words["filters_unknown"]
    unknown = words.words["filter_unknown"]
    low = unknown if channel.high_pass_hz is None else f"{channel.high_pass_hz:g} Hz"
    high = unknown if channel.low_pass_hz is None else f"{channel.low_pass_hz:g} Hz"
    return words.words["filters"].format(low=low, high=high)
