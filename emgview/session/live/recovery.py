"""Recordings that a killed program left behind in a study: repaired, listed, told."""

from __future__ import annotations

import time
from pathlib import Path

from emgview.errors import FileError
from emgview.model import Progress, RecordingEntry
from emgview.recording import RecordingReader, file_sha256, needs_repair, read_journal, repair
from emgview.recording.journal import ALIVE_MS
from emgview.session.study_folder import StudyFolder, with_recording

_TAKEN_S = 60.0
_PATIENCE_S, _LOOK_S = 0.5, 0.1


def recover(folder: StudyFolder, progress: Progress | None = None) -> tuple[str, ...]:
    """Make finished recordings of all that are not, and list those that the study lacks.

    A recording that grows just now is left alone. What was done is told, a sentence each.

    Raises
    ------
    FileError
        If ``study.json`` cannot be read or written.
    CancelledError
        If the work is no longer wanted.
    """
    progress = progress or Progress()
    told = []
    for path in sorted(folder.recordings.glob("*.h5")):
        try:
            told += _recover_one(folder, path, progress)
        except FileError as error:
            told.append(str(error))
    return tuple(told)


def recover_just_left(folder: StudyFolder, progress: Progress) -> tuple[str, ...]:
    """The same right after a writer was killed: a recording counts as growing for some seconds.

    Raises
    ------
    FileError, CancelledError
        As :func:`recover`.
    """
    told = recover(folder, progress)
    gone_at = time.monotonic() + ALIVE_MS / 1000 + _PATIENCE_S
    while must_recover(folder) and time.monotonic() < gone_at:
        progress.report(0.0, "Waiting for the recorder that was cut off")
        time.sleep(_LOOK_S)
        told += recover(folder, progress)
    return told


def must_recover(folder: StudyFolder) -> bool:
    """Whether there may be something to do; cheap, looks at names only."""
    known = {Path(entry.path).name for entry in folder.read().recordings if not entry.external}
    return any(
        path.name not in known or path.with_name(f"{path.name}.journal").exists()
        for path in folder.recordings.glob("*.h5")
    )


def _recover_one(folder: StudyFolder, path: Path, progress: Progress) -> list[str]:
    study = folder.read()
    relative = folder.relative(path)
    entry = next((e for e in study.recordings if e.path == relative), None)
    found = path.stat()
    if found.st_size == 0:  # a name that was taken: just now, or by a program that is gone
        if time.time() - found.st_mtime > _TAKEN_S:
            path.unlink()
        return []
    told = []
    journal = read_journal(path)
    if journal is not None and journal.age_ms <= ALIVE_MS:
        return []
    with RecordingReader.open(path) as reader:
        closed = reader.closed
    if not closed and not needs_repair(path):
        return []
    if not closed:
        told.append(f"{path.name}: {repair(path, progress).text}")
    if entry is None:
        with RecordingReader.open(path) as reader:
            info = reader.info
        sha256 = file_sha256(path)
        new = RecordingEntry(info.id, relative, sha256, info.muscle, info.side, title=path.stem)
        folder.write(with_recording(study, new))
        told = told or [f"{path.name}: a finished recording that the study did not list yet."]
    return told
