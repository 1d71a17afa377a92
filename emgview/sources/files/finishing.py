"""What all importers do alike: fresh ids, hash of the original, hints, remarks, description."""

from __future__ import annotations

import dataclasses
from collections.abc import Callable, Iterable
from pathlib import Path

from emgview.errors import ImportNeedsHintError
from emgview.model import ImportHints
from emgview.recording import file_sha256
from emgview.sources.files.signal_remarks import remarks_on
from emgview.sources.importable import FileDescription, FoundRecording, ImportableRecording

ZONE_NOTE = "The file states no time zone: the start time is kept as written and marked UTC."
RATE_NOTE = "The sampling rate was stated by the person who imported the file."
UNIT_NOTE = "The unit was stated by the person who imported the file."


def with_origin(
    recordings: Iterable[ImportableRecording], origin: Path
) -> tuple[ImportableRecording, ...]:
    """The same with name and hash of the original, and remarks on the samples in the notes.

    Reads the original twice.
    """
    digest = file_sha256(origin)
    finished = []
    for recording in recordings:
        notes = (*recording.info.notes, *remarks_on(recording))
        info = dataclasses.replace(
            recording.info, origin_name=origin.name, origin_sha256=digest, notes=notes
        )
        finished.append(dataclasses.replace(recording, info=info))
    return tuple(finished)


def described(
    format_name: str,
    found: Callable[[], Iterable[ImportableRecording]],
    preview_lines: tuple[str, ...] = (),
) -> FileDescription:
    """Description made by trying; missing hints become a part of it instead of an error."""
    try:
        recordings = tuple(listed(recording) for recording in found())
    except ImportNeedsHintError as error:
        return FileDescription(
            format_name, missing=error.missing, question=str(error), preview_lines=preview_lines
        )
    return FileDescription(format_name, recordings, preview_lines=preview_lines)


def listed(recording: ImportableRecording) -> FoundRecording:
    """A recording as the dialog lists it."""
    info = recording.info
    labels = tuple(channel.label for channel in info.channels)
    return FoundRecording(recording.title, labels, info.sampling_rate_hz, info.duration_s)


def title_of(path: Path, hints: ImportHints) -> str:
    """Title of the only recording of a file: the muscle's id and side, or the file's name."""
    return f"{hints.muscle} {hints.side}".strip() or path.stem
