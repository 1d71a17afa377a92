"""Labels as a table: CSV, and the events.tsv of BIDS (with its JSON).

CSV of this program: ``recording, channel, channel_name, onset_s, offset_s, label, state,
start_sample, stop_sample, peak_samples``. CSV of others: a column of seconds (``onset_s`` or
``onset``; ``offset_s``, ``duration_s`` or ``duration``) and one of classes (``label`` or
``trial_type``) are enough; that of ``emgview detect`` is read too.

BIDS: the columns of the specification (``onset, duration, trial_type, sample``) and our own, which
the JSON beside explains. Where a table gives samples, they count, not the seconds.
"""

from __future__ import annotations

import csv
import io
import json
from collections.abc import Iterable, Iterator, Mapping
from pathlib import Path

from emgview.errors import FileError
from emgview.model import LabelState, load_vocabulary
from emgview.session.exchange.rows import (
    FileLabel,
    RecordingFacts,
    RecordingLabels,
    activity_of,
    channel_by_number,
    channel_of,
    placed,
    recording_of,
    seconds,
)

CSV_COLUMNS = (
    "recording",
    "channel",
    "channel_name",
    "onset_s",
    "offset_s",
    "label",
    "state",
    "start_sample",
    "stop_sample",
    "peak_samples",
)
BIDS_COLUMNS = (
    "onset",
    "duration",
    "trial_type",
    "sample",
    "channel",
    "recording",
    "state",
    "stop_sample",
    "peak_samples",
)
NOTHING = "n/a"
_TSV = {"delimiter": "\t", "lineterminator": "\n", "quoting": csv.QUOTE_MINIMAL}

Row = Mapping[str, str]


def csv_text(recordings: Iterable[RecordingLabels]) -> str:
    """All labels as CSV."""
    out = io.StringIO()
    writer = csv.writer(out, lineterminator="\n")
    writer.writerow(CSV_COLUMNS)
    for recording in recordings:
        for label in recording.labels:
            writer.writerow(_csv_row(recording.facts, label))
    return out.getvalue()


def _csv_row(facts: RecordingFacts, label: FileLabel) -> tuple[object, ...]:
    start, stop = label.interval.start, label.interval.stop
    channel = label.channel or 0
    return (
        *(facts.id, channel, facts.channels[channel]),
        *(seconds(start, facts.fs), seconds(stop, facts.fs), label.activity, label.state.value),
        *(start, stop, " ".join(map(str, label.peaks))),
    )


def bids_text(recording: RecordingLabels) -> str:
    """The labels of one recording as events.tsv, in order of time."""
    facts, out = recording.facts, io.StringIO()
    writer = csv.writer(out, **_TSV)  # type: ignore[arg-type]
    writer.writerow(BIDS_COLUMNS)
    for label in sorted(recording.labels, key=lambda label: label.interval):
        start, stop = label.interval.start, label.interval.stop
        peaks = " ".join(map(str, label.peaks)) or NOTHING
        writer.writerow(
            (
                *(seconds(start, facts.fs), seconds(stop - start, facts.fs), label.activity),
                *(start, label.channel or 0, facts.id, label.state.value, stop, peaks),
            )
        )
    return out.getvalue()


def bids_json() -> str:
    """What the columns mean."""
    levels = {known.id: known.term for known in load_vocabulary().classes}
    states = {
        "proposed": "not decided on",
        "confirmed": "a reader agrees with the class first given",
        "edited": "a reader gave another class",
        "rejected": "a reader found nothing of the kind",
        "cannot_tell": "a reader looked and did not decide",
    }
    columns = {
        "onset": {"Description": "Begin of the stretch after the first sample", "Units": "s"},
        "duration": {"Description": "Length of the stretch", "Units": "s"},
        "trial_type": {"Description": "Class of the discharge", "Levels": levels},
        "sample": {"Description": "First sample of the stretch; the first one of all is 0"},
        "channel": {"Description": "Number of the channel; the first one is 0"},
        "recording": {"Description": "Random id of the recording in the study of emgview"},
        "state": {"Description": "What a reader decided", "Levels": states},
        "stop_sample": {"Description": "The sample after the last one of the stretch"},
        "peak_samples": {"Description": "Samples of the single potentials, or n/a"},
    }
    return json.dumps(columns, indent=2) + "\n"


def read_table(
    path: Path, known: Mapping[str, RecordingFacts], recording: str = "", *, meant: bool = False
) -> tuple[list[FileLabel], list[str]]:
    """Labels of a CSV or TSV, and what could not be taken, line by line.

    Parameters
    ----------
    known : mapping of id to RecordingFacts
    recording : str
        Id or title, where the file names none.
    meant : bool
        The user said so: it also stands for the one recording that the file names, where the
        study has none of that name, as in another study of the same data.

    Raises
    ------
    FileError
        If it is no such table, or names no recording of the study.
    """
    labels: list[FileLabel] = []
    remarks: list[str] = []
    rows = list(_rows(path))
    names = {_cell(row, "recording") for _, row in rows}
    titles = {facts.title for facts in known.values()}
    stands_in = meant and recording and len(names) == 1 and not names & {*known, *titles}
    for line, row in rows:
        named = "" if stands_in else _cell(row, "recording")
        facts = recording_of(named or recording, known, path.name)
        found = _label(row, facts)
        if isinstance(found, str):
            remarks.append(f"line {line}: {found}")
        else:
            labels.append(found)
    return labels, remarks


def _rows(path: Path) -> Iterator[tuple[int, Row]]:
    try:
        text = path.read_text(encoding="utf-8-sig")
    except (OSError, UnicodeDecodeError) as error:
        raise FileError(path.name, "", "cannot be read as text", "Give a table.") from error
    first = text.partition("\n")[0]
    reader = csv.DictReader(io.StringIO(text), delimiter="\t" if "\t" in first else ",")
    names = reader.fieldnames or ()
    if not {"onset_s", "onset", "start_sample"} & set(names) or not {"label", "trial_type"} & set(
        names
    ):
        raise FileError(
            path.name, "columns", "name no onset or no label", f"Give {', '.join(CSV_COLUMNS)}."
        )
    try:
        for row in reader:
            yield reader.line_num, row
    except csv.Error as error:
        raise FileError(path.name, "", f"is damaged ({error})", "Export it again.") from error


def _label(row: Row, facts: RecordingFacts) -> FileLabel | str:
    """The label of a row, or why there is none."""
    text = _cell(row, "label") or _cell(row, "trial_type")
    activity = activity_of(text)
    if activity is None:
        return f"the class {text!r} is not known"
    channel = _channel(row, facts)
    if channel is None:
        return "the channel is not clear"
    try:
        start, stop, peaks = _place(row, facts.fs)
        state = LabelState(_cell(row, "state") or "proposed")
    except (ValueError, OverflowError):
        return "a number or a state cannot be read"
    where = placed(start, stop, peaks, facts)
    if where is None:
        return "the stretch does not lie in the recording"
    return FileLabel(facts.id, channel, *where, activity, state)


def _channel(row: Row, facts: RecordingFacts) -> int | None:
    text = _cell(row, "channel")
    if text:
        is_own = "stop_sample" in row  # a column that this program writes
        return channel_by_number(text, facts) if is_own else channel_of(text, facts)
    return 0 if len(facts.channels) == 1 else None


def _place(row: Row, fs: float) -> tuple[int, int, tuple[int, ...]]:
    start = _sample(row, ("start_sample", "sample"), ("onset_s", "onset"), fs)
    if start is None:
        raise ValueError("no onset")
    stop = _sample(row, ("stop_sample",), ("offset_s",), fs)
    if stop is None:
        length = _cell(row, "duration_s") or _cell(row, "duration")
        stop = start + (round(float(length) * fs) if length else 0)
    peaks = tuple(int(peak) for peak in _cell(row, "peak_samples").split())
    if not peaks and _cell(row, "peak_s"):
        peaks = (round(float(_cell(row, "peak_s")) * fs),)
    return start, stop, peaks


def _sample(
    row: Row, samples: tuple[str, ...], in_seconds: tuple[str, ...], fs: float
) -> int | None:
    for name in samples:
        if _cell(row, name):
            return int(_cell(row, name))
    for name in in_seconds:
        if _cell(row, name):
            return round(float(_cell(row, name)) * fs)
    return None


def _cell(row: Row, name: str) -> str:
    text = (row.get(name) or "").strip()
    return "" if text == NOTHING else text
