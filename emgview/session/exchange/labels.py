"""Use case: labels out of a study and into it."""

from __future__ import annotations

import uuid
from collections.abc import Iterable, Mapping
from dataclasses import dataclass, replace
from pathlib import Path

from emgview.errors import FileError
from emgview.model import Label, LabelState, Origin
from emgview.session.exchange.edf_file import read_edf, write_edf
from emgview.session.exchange.rows import (
    FileLabel,
    RecordingFacts,
    RecordingLabels,
    recording_of,
)
from emgview.session.exchange.table_file import bids_json, bids_text, csv_text, read_table
from emgview.session.intents import ChangeSet, ImportLabels
from emgview.session.study_session import StudySession

FORMATS = ("csv", "edf", "bids")
_MOST_REMARKS = 5


@dataclass(frozen=True, slots=True)
class ImportedLabels:
    """What came in.

    Parameters
    ----------
    change : ChangeSet
    added, known, rejected : int
        Labels taken in; those that the study has already; those that say *nothing there*.
    remarks : tuple of str
        What could not be taken, and why.
    """

    change: ChangeSet
    added: int
    known: int
    rejected: int
    remarks: tuple[str, ...]

    @property
    def text(self) -> str:
        """For people: a line, and some lines about what was left out."""
        parts = [f"{self.added} label(s) taken in, open to decision"]
        parts += [f"{self.known} known already"] if self.known else []
        parts += [f"{self.rejected} rejected ones left out"] if self.rejected else []
        parts += [f"{len(self.remarks)} not understood"] if self.remarks else []
        return "\n".join(("; ".join(parts), *self.remarks[:_MOST_REMARKS]))


def facts_of(session: StudySession) -> dict[str, RecordingFacts]:
    """What is needed of each recording, by id."""
    return {
        r.entry.id: RecordingFacts(
            r.entry.id,
            r.entry.title or r.title,
            r.info.sampling_rate_hz,
            r.info.n_samples,
            tuple(channel.label for channel in r.info.channels),
        )
        for r in session.recordings
    }


def labels_to_write(
    session: StudySession, *, undecided: bool = False
) -> tuple[RecordingLabels, ...]:
    """What goes out: decided items, and with ``undecided`` the open ones too; each with its state.

    Nobody's name and no time of day is among it. On the I/O thread.
    """
    return tuple(
        RecordingLabels(
            facts,
            tuple(
                FileLabel.of(label)
                for label in session.items(key)
                if undecided or label.state is not LabelState.PROPOSED
            ),
        )
        for key, facts in facts_of(session).items()
    )


def write_labels(recordings: Iterable[RecordingLabels], out: Path, kind: str) -> list[Path]:
    """Write ``csv`` as one file, ``edf`` and ``bids`` as one a recording into a folder.

    Raises
    ------
    FileError
        If it cannot be written.
    """
    try:
        if kind == "csv":
            out.parent.mkdir(parents=True, exist_ok=True)
            out.write_text(csv_text(recordings), encoding="utf-8", newline="")
            return [out]
        out.mkdir(parents=True, exist_ok=True)
        written: list[Path] = []
        for number, recording in enumerate(recordings, start=1):
            written += _write_one(recording, number, out, kind)
        return written
    except OSError as error:
        raise FileError(
            out.name, "", f"cannot be written ({error.strerror})", "Choose another place."
        ) from error


def _write_one(recording: RecordingLabels, number: int, out: Path, kind: str) -> list[Path]:
    if kind == "edf":
        if not recording.labels:
            return []  # EDF has no form for a file that says nothing
        path = out / f"{_safe(recording.facts.id)}_labels.edf"
        write_edf(path, recording)
        return [path]
    table = out / f"sub-emgview_task-review_run-{number:02d}_events.tsv"
    table.write_text(bids_text(recording), encoding="utf-8", newline="")
    table.with_suffix(".json").write_text(bids_json(), encoding="utf-8", newline="")
    return [table, table.with_suffix(".json")]


def _safe(name: str) -> str:
    return "".join(c if c.isalnum() or c in "-_" else "-" for c in name) or "recording"


def read_labels(
    path: Path, known: Mapping[str, RecordingFacts], recording: str = "", *, meant: bool = False
) -> tuple[list[FileLabel], list[str]]:
    """Labels of a file of any of the formats, and what could not be taken.

    ``recording`` and ``meant`` as :func:`.table_file.read_table` has them.

    Raises
    ------
    FileError
        If it is none of them, or it is not clear which recording it is of.
    """
    if path.suffix.lower() in (".edf", ".bdf"):
        name = recording or _recording_in_name(path, known)
        return read_edf(path, recording_of(name, known, path.name))
    return read_table(path, known, recording, meant=meant)


def _recording_in_name(path: Path, known: Mapping[str, RecordingFacts]) -> str:
    stem = path.stem.removesuffix("_labels")
    by_id = [key for key in known if _safe(key) == stem]
    by_title = [facts.id for facts in known.values() if facts.title == stem]
    return (by_id or by_title or [""])[0]


def import_labels(
    session: StudySession, path: Path, recording: str = "", *, meant: bool = False
) -> ImportedLabels:
    """Take the labels of a file in: one row of the log, one undo. On the I/O thread.

    Each becomes a label of origin ``import`` that is open to decision, whatever the file says that
    somebody decided. Rejected ones are left out; so are those that the study has already.

    Raises
    ------
    FileError, PolicyError
    """
    known = facts_of(session)
    found, remarks = read_labels(path, known, recording, meant=meant)
    wanted = [label for label in found if label.state is not LabelState.REJECTED]
    present = {_key(FileLabel.of(item)) for item in session.items()}
    fresh = list({_key(one): one for one in wanted if _key(one) not in present}.values())
    labels = tuple(_as_label(one) for one in fresh)
    change = session.apply(ImportLabels(labels, f"from a file ({path.suffix.lstrip('.')})"))
    counts = (len(fresh), len(wanted) - len(fresh), len(found) - len(wanted))
    done = ImportedLabels(change, *counts, tuple(remarks))
    return replace(done, change=replace(change, message="; ".join(done.text.splitlines())))


def _key(label: FileLabel) -> tuple[object, ...]:
    """What makes two labels the same statement."""
    return label.recording, label.channel, label.interval, label.peaks, label.activity


def _as_label(one: FileLabel) -> Label:
    return Label(
        id=str(uuid.uuid4()),
        recording_id=one.recording,
        channel=one.channel or 0,
        interval=one.interval,
        peak_samples=one.peaks,
        activity=one.activity,
        origin=Origin.IMPORT,
        state=LabelState.PROPOSED,
    )
