"""The study folder: where it lies, ``study.json``, names of its parts. No samples are read here.

``study.json`` is replaced whole (written beside, then moved over), so a crash leaves the old or
the new one, never a half. Folder names carry no patient data.
"""

from __future__ import annotations

import os
import uuid
from dataclasses import replace
from datetime import UTC, datetime
from pathlib import Path

import msgspec

from emgview.errors import FileError, NewerSchemaError
from emgview.model import RecordingEntry, Study
from emgview.typed_data import typed_json

SUFFIX = ".emg"
STUDY_FILE = "study.json"
SCHEMA_VERSION = 1


class StudyFolder:
    """One study on disk.

    Parameters
    ----------
    root : Path
        The folder. It need not exist before :meth:`create`.
    """

    def __init__(self, root: Path) -> None:
        self.root = root

    @property
    def recordings(self) -> Path:
        """Folder of the recordings."""
        return self.root / "recordings"

    @property
    def reports(self) -> Path:
        """Folder of the reports."""
        return self.root / "reports"

    @property
    def review_db(self) -> Path:
        """What persons say."""
        return self.root / "review.db"

    @staticmethod
    def is_study(path: Path) -> bool:
        """Whether a path is a study folder."""
        return (path / STUDY_FILE).is_file()

    def create(self, *, simulated: bool = False) -> Study:
        """Make an empty study.

        Raises
        ------
        FileError
            If there is one already, or the folder cannot be written.
        """
        if self.is_study(self.root):
            raise FileError(self.root.name, "", "is a study already", "Choose another folder.")
        try:
            self.recordings.mkdir(parents=True, exist_ok=True)
            self.reports.mkdir(exist_ok=True)
        except OSError as error:
            raise _not_writable(self.root, error) from error
        study = Study(id=str(uuid.uuid4()), created_at=utc_now(), simulated=simulated)
        self.write(study)
        return study

    def read(self) -> Study:
        """The study as it stands.

        Raises
        ------
        FileError, NewerSchemaError
            If the file is missing, damaged or of a newer program.
        """
        path = self.root / STUDY_FILE
        try:
            data = path.read_bytes()
            version = typed_json(data, _Schema).schema_version
            if version > SCHEMA_VERSION:
                raise NewerSchemaError(
                    path.name,
                    "schema_version",
                    f"is {version}; this program knows up to {SCHEMA_VERSION}",
                    "Install a newer emgview.",
                )
            return typed_json(data, Study)
        except FileNotFoundError as error:
            raise FileError(
                self.root.name, STUDY_FILE, "is missing", "Open a study folder."
            ) from error
        except (OSError, msgspec.DecodeError) as error:
            reason = "cannot be read" if isinstance(error, OSError) else f"is damaged: {error}"
            raise FileError(
                self.root.name, STUDY_FILE, reason, "Restore it from a copy."
            ) from error

    def write(self, study: Study) -> None:
        """Replace ``study.json``."""
        path = self.root / STUDY_FILE
        fresh = path.with_suffix(".json.new")
        try:
            with fresh.open("wb") as file:
                file.write(msgspec.json.format(msgspec.json.encode(study), indent=2))
                file.flush()
                os.fsync(file.fileno())
            fresh.replace(path)
        except OSError as error:
            raise _not_writable(self.root, error) from error

    def path_of(self, entry: RecordingEntry) -> Path:
        """Where a recording lies."""
        path = Path(entry.path)
        return path if path.is_absolute() else self.root / path

    def next_recording(self, taken: int) -> Path:
        """A free name for a new recording file."""
        number = taken + 1
        while (path := self.recordings / f"{number:03d}.h5").exists():
            number += 1
        return path

    def relative(self, path: Path) -> str:
        """A path inside the folder as ``study.json`` writes it."""
        return path.relative_to(self.root).as_posix()


class _Schema(msgspec.Struct):
    schema_version: int


def with_recording(study: Study, entry: RecordingEntry) -> Study:
    """The study with one more recording."""
    return replace(study, recordings=(*study.recordings, entry))


def with_hash(study: Study, recording_id: str, sha256: str) -> Study:
    """The study with the hash of the file of one recording."""
    recordings = tuple(
        replace(entry, sha256=sha256) if entry.id == recording_id else entry
        for entry in study.recordings
    )
    return replace(study, recordings=recordings)


def utc_now() -> str:
    """UTC time as RFC 3339 with milliseconds."""
    return datetime.now(UTC).isoformat(timespec="milliseconds")


def _not_writable(root: Path, error: OSError) -> FileError:
    reason = error.strerror or "unknown reason"
    return FileError(
        root.name,
        "",
        f"cannot be written ({reason})",
        "Choose a folder that you may write to, on a disk with free space.",
    )
