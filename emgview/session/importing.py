"""Use case: files become recordings of a study. Originals stay untouched.

A native recording that is only opened is referred to where it lies; everything else is copied
into a native file, chunk by chunk, with the hash of the original written into it.
"""

from __future__ import annotations

import shutil
from collections.abc import Sequence
from dataclasses import dataclass, replace
from pathlib import Path
from typing import TYPE_CHECKING

import platformdirs

from emgview.errors import FileError
from emgview.model import ImportHints, Patient, Progress, RecordingEntry, RecordingInfo
from emgview.recording import RecordingReader, RecordingWriter, file_sha256, is_native
from emgview.session.study_folder import SUFFIX, StudyFolder, with_recording

if TYPE_CHECKING:
    from emgview.sources import ImportableRecording

_CHUNK_SAMPLES = 65536


@dataclass(frozen=True, slots=True)
class Imported:
    """What an import brought: the new entries and the remarks a reader must see."""

    entries: tuple[RecordingEntry, ...]
    remarks: tuple[str, ...]


def import_files(
    sources: Sequence[Path],
    folder: StudyFolder,
    hints: ImportHints,
    progress: Progress | None = None,
) -> Imported:
    """Import files into a study; the study is made if it does not exist.

    Raises
    ------
    ImportNeedsHintError
        If a file does not tell its rate, unit, dataset or orientation.
    FileError
        If a file cannot be read, or the study not written. Recordings finished before stay.
    """
    from emgview.sources import open_file  # loaded when wanted: start of the program

    progress = progress or Progress()
    recordings = [(path, open_file(path, hints)) for path in sources]
    study = folder.read() if folder.is_study(folder.root) else folder.create()
    entries: list[RecordingEntry] = []
    remarks: list[str] = []
    total = max(1, sum(len(found) for _, found in recordings))
    for path, found in recordings:
        for recording in found:
            part = progress.part(len(entries) / total, (len(entries) + 1) / total)
            title = path.stem if len(found) == 1 else _title(path, recording.title)
            entry = _import_one(recording, title, folder, len(study.recordings), hints, part)
            entries.append(entry)
            remarks += [f"{path.name}: {note}" for note in recording.info.notes]
            study = with_recording(study, entry)
            if study.patient == Patient() and recording.patient is not None:
                study = replace(study, patient=recording.patient)
            folder.write(study)
    return Imported(tuple(entries), tuple(dict.fromkeys(remarks)))


def _title(path: Path, title: str) -> str:
    """Title of one of several recordings; importers that name the file already are left as is."""
    return title if title.startswith(path.stem) else f"{path.stem} {title}"


def _import_one(
    recording: ImportableRecording,
    title: str,
    folder: StudyFolder,
    taken: int,
    hints: ImportHints,
    progress: Progress,
) -> RecordingEntry:
    target = folder.next_recording(taken)
    try:
        info = _copy(recording, target, progress)
    except BaseException:
        target.unlink(missing_ok=True)
        raise
    return RecordingEntry(
        id=info.id,
        path=folder.relative(target),
        sha256=file_sha256(target),
        muscle=hints.muscle or info.muscle,
        side=hints.side or info.side,
        title=title,
    )


def _copy(recording: ImportableRecording, target: Path, progress: Progress) -> RecordingInfo:
    info = recording.info
    with RecordingWriter.create(target, info, recording.dtype) as writer:
        for mark in info.phases:
            writer.mark(mark)
        for chunk in recording.chunks(_CHUNK_SAMPLES):
            writer.append(chunk)
            done = chunk.stop_sample / max(info.n_samples, 1)
            progress.report(done, f"Importing {recording.title}")
        return writer.close()


def refer_to(path: Path, folder: StudyFolder) -> RecordingEntry:
    """Make a study around a native recording that stays where it is.

    The hash of its file is left open: it takes seconds for a large one, and is worked out while
    the traces are on the screen.
    """
    with RecordingReader.open(path) as reader:
        info = reader.info
    entry = RecordingEntry(
        id=info.id,
        path=str(path.resolve()),
        sha256="",
        muscle=info.muscle,
        side=info.side,
        external=True,
        title=path.stem,
    )
    folder.write(with_recording(folder.create(), entry))
    return entry


def study_for(path: Path, hints: ImportHints, progress: Progress | None = None) -> StudyFolder:
    """The study to open for a path: the folder itself, or one made around a file.

    Raises
    ------
    FileError
        If there is no such file or folder, or the folder is no study.
    """
    if StudyFolder.is_study(path):
        return StudyFolder(path)
    if path.is_dir():
        raise FileError(path.name, "", "is a folder without a study", "Open a file or a study.")
    if not path.exists():
        raise FileError(path.name, "", "is not there", "Check the name.")
    folder = StudyFolder(_place_for(path))
    if StudyFolder.is_study(folder.root):
        return folder
    try:
        if is_native(path):
            refer_to(path, folder)
        else:
            import_files([path], folder, hints, progress)
    except BaseException:
        _remove_if_empty(folder)
        raise
    return folder


def _place_for(path: Path) -> Path:
    """Beside the file where that can be written, else in the user's data folder."""
    beside = path.resolve().with_name(path.stem + SUFFIX)
    if StudyFolder.is_study(beside):
        return beside
    try:
        beside.mkdir(exist_ok=True)
    except OSError:
        # Not an error: recordings are often opened from a read-only archive.
        studies = Path(platformdirs.user_data_dir("emgview", appauthor=False)) / "studies"
        return studies / beside.name
    return beside


def _remove_if_empty(folder: StudyFolder) -> None:
    """Leave nothing behind of a study that got no recording."""
    if folder.is_study(folder.root) and folder.read().recordings:
        return
    if folder.root.exists() and not any(folder.root.rglob("*.h5")):
        shutil.rmtree(folder.root)
