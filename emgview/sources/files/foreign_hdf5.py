"""Opens any HDF5 file: the work is done by the recording package, the only one with h5py."""

from __future__ import annotations

import dataclasses
from collections.abc import Iterator
from pathlib import Path

from emgview.model import Chunk, ImportHints
from emgview.recording import is_native, list_datasets, open_foreign
from emgview.recording.hdf5_access import has_signature
from emgview.sources.files.finishing import RATE_NOTE, UNIT_NOTE, described, title_of, with_origin
from emgview.sources.importable import (
    ChunkSource,
    DatasetChoice,
    FileDescription,
    ImportableRecording,
)


class ForeignHdf5Importer:
    """HDF5 files of other programs."""

    name = "HDF5"
    suffixes = (".h5", ".hdf5", ".hdf", ".mat", ".nwb")

    def recognises(self, path: Path) -> bool:
        """Whether it begins as HDF5 does and is not of this program."""
        return has_signature(path) and not is_native(path)

    def describe(self, path: Path, hints: ImportHints) -> FileDescription:
        """Its datasets as choices, and the one that the hints point at."""
        choices = tuple(
            DatasetChoice(d.path, f"{d.path}  {' × '.join(map(str, d.shape))}  {d.dtype}")
            for d in list_datasets(path)
        )
        description = described(self.name, lambda: [_found(path, hints)])
        return dataclasses.replace(description, choices=choices)

    def open(self, path: Path, hints: ImportHints) -> tuple[ImportableRecording, ...]:
        """The dataset that the hints point at, as one recording."""
        return with_origin([_found(path, hints)], path)


def _found(path: Path, hints: ImportHints) -> ImportableRecording:
    with open_foreign(path, hints) as foreign:
        info, dtype = foreign.info, foreign.dtype
    notes = (RATE_NOTE,) * (hints.fs is not None) + (UNIT_NOTE,) * bool(hints.unit)
    info = dataclasses.replace(info, notes=(*info.notes, *notes))
    title = title_of(path, hints) + (f" {hints.dataset}" if hints.dataset else "")
    return ImportableRecording(info, dtype, title, _source(path, hints))


def _source(path: Path, hints: ImportHints) -> ChunkSource:
    def chunks(chunk_samples: int) -> Iterator[Chunk]:
        with open_foreign(path, hints) as foreign:
            yield from foreign.chunks(chunk_samples)

    return chunks
