"""What every importer gives, whatever the format."""

from __future__ import annotations

from collections.abc import Callable, Iterator
from dataclasses import dataclass
from pathlib import Path
from typing import Any, Protocol

import numpy as np
from numpy.typing import NDArray

from emgview.model import Chunk, ImportHints, Patient, RecordingInfo
from emgview.recording.microvolt import to_microvolt

ChunkSource = Callable[[int], Iterator[Chunk]]
"""Gives the chunks of a recording, in order, of at most so many samples each."""


@dataclass(frozen=True, slots=True)
class ImportedAnnotation:
    """A remark that the file holds at a stretch of the recording; 0 samples: at one moment."""

    start_sample: int
    n_samples: int
    text: str


@dataclass(frozen=True, slots=True, eq=False)
class ImportableRecording:
    """One recording of a file, not yet read.

    Parameters
    ----------
    info : RecordingInfo
        With a fresh id, the origin's name and hash, and the notes of the importer.
    dtype : dtype
        Of the native numbers: int16, int32 or float32.
    title : str
        Tells the recordings of one file apart; without facts of a person.
    source : callable
        See :data:`ChunkSource`; use :meth:`chunks`.
    annotations : tuple of ImportedAnnotation
        In the order of time.
    patient : Patient or None
        What the file says of the person, for the study only.
    limits : tuple
        Native numbers by channel, low and high; what reaches them counts as cut off by the
        converter. None for a channel, or empty: not known.
    """

    info: RecordingInfo
    dtype: np.dtype[Any]
    title: str
    source: ChunkSource
    annotations: tuple[ImportedAnnotation, ...] = ()
    patient: Patient | None = None
    limits: tuple[tuple[float, float] | None, ...] = ()

    def chunks(self, chunk_samples: int) -> Iterator[Chunk]:
        """Native numbers in order; gaps are told by ``lost_before``.

        Raises
        ------
        FileError
            If the file cannot be read there.
        ValueError
            If ``chunk_samples`` is below 1.
        """
        if chunk_samples < 1:
            raise ValueError(f"chunks of {chunk_samples} samples: at least 1 is needed")
        return self.source(chunk_samples)

    def preview(self, n_samples: int) -> NDArray[np.float32]:
        """The first samples in µV, float32 (up to ``n_samples``, n_channels), gaps left out."""
        blocks = [np.empty((0, len(self.info.channels)), self.dtype)]
        wanted = n_samples
        for chunk in self.chunks(max(n_samples, 1)):
            if wanted <= 0:
                break
            blocks.append(chunk.samples[:wanted])
            wanted -= len(blocks[-1])
        return to_microvolt(np.concatenate(blocks), self.info.channels)


@dataclass(frozen=True, slots=True)
class FoundRecording:
    """One recording as the import dialog lists it; None where it is not known yet."""

    title: str
    channels: tuple[str, ...]
    sampling_rate_hz: float | None
    duration_s: float | None


@dataclass(frozen=True, slots=True)
class DatasetChoice:
    """A value that ``ImportHints.dataset`` may take, and how it is described to a person."""

    path: str
    text: str


@dataclass(frozen=True, slots=True)
class FileDescription:
    """What the import dialog shows before anything is imported.

    Parameters
    ----------
    format_name : str
        Name of the importer.
    recordings : tuple of FoundRecording
        Empty while hints are missing that decide about them.
    missing : tuple of str
        Hints that must be given: ``dataset``, ``fs``, ``unit``, ``orientation``.
    question : str
        One line that says what is missing; empty if nothing is.
    preview_lines : tuple of str
        First lines of a text file. They may hold facts of a person: for the screen only.
    choices : tuple of DatasetChoice
        Datasets to choose from.
    """

    format_name: str
    recordings: tuple[FoundRecording, ...] = ()
    missing: tuple[str, ...] = ()
    question: str = ""
    preview_lines: tuple[str, ...] = ()
    choices: tuple[DatasetChoice, ...] = ()


class Importer(Protocol):
    """Reads one format."""

    @property
    def name(self) -> str:
        """Name of the format for people."""

    @property
    def suffixes(self) -> tuple[str, ...]:
        """Usual endings with the dot, lower case, for file dialogs; never decisive alone."""

    def recognises(self, path: Path) -> bool:
        """Whether this importer should open the file; reads little and raises nothing."""

    def describe(self, path: Path, hints: ImportHints) -> FileDescription:
        """What the file holds and what is missing, without reading all of it.

        Raises
        ------
        FileError
            If the file cannot be used even with all hints.
        """

    def open(self, path: Path, hints: ImportHints) -> tuple[ImportableRecording, ...]:
        """The recordings of the file; at least one.

        Raises
        ------
        ImportNeedsHintError
            If something needed is not told by file and hints.
        FileError
            If the file cannot be read.
        """
