"""A study: the recordings of one examination of one patient."""

from __future__ import annotations

from dataclasses import dataclass, field

from emgview.model.muscle import Side


@dataclass(frozen=True, slots=True)
class Patient:
    """Identification; every part may be empty. Never written to logs or file names."""

    name: str = ""
    identifier: str = ""
    second_identifier: str = ""
    birth_date: str = ""
    sex: str = ""


@dataclass(frozen=True, slots=True)
class RecordingEntry:
    """One recording as the study lists it.

    ``path`` is relative to the study folder with forward slashes, or absolute for a reference to
    a native file that stays where it is (``external``). ``sha256`` is the hash of the file.
    ``muscle`` and ``side`` are the study's own word: they may be stated after acquisition.
    """

    id: str
    path: str
    sha256: str
    muscle: str = ""
    side: Side = Side.NOT_STATED
    external: bool = False
    title: str = ""


@dataclass(frozen=True, slots=True)
class Study:
    """Content of ``study.json``."""

    id: str
    schema_version: int = 1
    created_at: str = ""
    patient: Patient = field(default_factory=Patient)
    referral_question: str = ""
    recordings: tuple[RecordingEntry, ...] = ()
    simulated: bool = False
